"""Lists and the tree of the catalogue: what a page of volumes or items shows, seen through the reader's eyes."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from archives.catalogue.drafts import ItemFilters, VolumeFilters
from archives.catalogue.models import ARRIVING, Item, Volume
from archives.catalogue.queries import visible_items_to, visible_to
from archives.core.actors import Actor
from archives.core.paging import Order, Page, keyset_page, keyset_slice
from archives.projects.models import Project, UnitWorks
from archives.projects.queries import visible_to as visible_projects
from archives.reference.models import ClassNode
from archives.reference.queries import class_path, classes_below, terms

T = TypeVar("T")
BRANCH = 100
"""Children of a node of the tree that are shown at once."""
BEYOND = "\U0010ffff"
"""Sorts after every other character: the end of a prefix's range."""

VOLUME_ORDERS: Mapping[str, Order] = {
    "newest": Order((Volume.id,), descending=True),
    "code": Order((Volume.archival_code,)),
    "accession": Order((Volume.accession_no,), descending=True),
    "date": Order((Volume.start_date, Volume.id)),
}
ITEM_ORDERS: Mapping[str, Order] = {
    "newest": Order((Item.id,), descending=True),
    "date": Order((Item.formed_on, Item.id)),
}
PARTIAL = frozenset({"code", "accession", "date"})
"""Orders by something that not every record has: those that lack it are left out, for keys cannot be nothing."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stands around the records of a page, by id: their volumes, projects and unit works."""

    volumes: Mapping[int, Volume]
    projects: Mapping[int, Project]
    units: Mapping[int, UnitWorks]


def volume_page(
    session: Session, actor: Actor, filters: VolumeFilters, order: str, after: str | None, before: str | None
) -> Page[Volume]:
    """A page of the volumes that the filters let through."""
    chosen = VOLUME_ORDERS[order]
    return keyset_page(session, volumes_of(session, actor, filters, order), chosen, after=after, before=before)


def volumes_of(session: Session, actor: Actor, filters: VolumeFilters, order: str = "newest") -> Select[Volume]:
    """The volumes that the filters let through, not yet ordered."""
    wanted = select(Volume).where(visible_to(actor), *_volume_conditions(session, filters))
    return wanted.where(*_has_key(VOLUME_ORDERS[order], order))


def item_page(
    session: Session, actor: Actor, filters: ItemFilters, order: str, after: str | None, before: str | None
) -> Page[Item]:
    """A page of the items that the filters let through."""
    chosen = ITEM_ORDERS[order]
    return keyset_page(session, items_of(session, actor, filters, order), chosen, after=after, before=before)


def items_of(session: Session, actor: Actor, filters: ItemFilters, order: str = "newest") -> Select[Item]:
    """The items that the filters let through, not yet ordered."""
    wanted = select(Item).join(Volume, Volume.id == Item.volume_id)
    wanted = wanted.where(visible_items_to(actor), *_item_conditions(session, filters))
    return wanted.where(*_has_key(ITEM_ORDERS[order], order))


def whole(session: Session, statement: Select[T], order: Order, most: int) -> list[T]:
    """A list from its beginning, no longer than `most`."""
    columns = [column.desc() if order.descending else column.asc() for column in order.columns]
    return list(session.scalars(statement.order_by(*columns).limit(most)))


def items_in(session: Session, actor: Actor, volume_id: int, after: str | None, before: str | None) -> Page[Item]:
    """A page of a volume's contents, in order."""
    return keyset_page(session, _contents(actor, volume_id), Order((Item.sequence,)), after=after, before=before)


def surroundings(session: Session, volumes: Iterable[Volume] = (), items: Iterable[Item] = ()) -> Surroundings:
    """What stands around the records of a page; a statement for each kind, however many records."""
    known = {volume.id: volume for volume in volumes}
    missing = {item.volume_id for item in items} - known.keys()
    if missing:
        known |= {volume.id: volume for volume in session.scalars(select(Volume).where(Volume.id.in_(missing)))}
    projects = select(Project).where(Project.id.in_({volume.project_id for volume in known.values()}))
    units = select(UnitWorks).where(UnitWorks.id.in_({volume.unit_id for volume in known.values()} - {0}))
    return Surroundings(
        known,
        {project.id: project for project in session.scalars(projects)},
        {unit.id: unit for unit in session.scalars(units)},
    )


def classes_with_projects(session: Session, actor: Actor, parent_code: str = "") -> list[tuple[ClassNode, int]]:
    """The classes one level below, each with how many projects the reader sees in it and below it."""
    counts = _project_counts(session, actor)
    return [(node, counts[node.code]) for node in classes_below(session, parent_code) if counts[node.code]]


def projects_in(
    session: Session, actor: Actor, class_code: str, after: str | None
) -> tuple[Sequence[Project], str | None]:
    """Some of the projects right in a class, and the key to go on from."""
    wanted = select(Project).where(visible_projects(actor), Project.class_code == class_code)
    return keyset_slice(session, wanted, Order((Project.code,)), after=after, size=BRANCH)


def units_in(session: Session, project: Project, after: str | None) -> tuple[Sequence[UnitWorks], str | None]:
    """Some of a project's unit works, and the key to go on from."""
    wanted = select(UnitWorks).where(UnitWorks.project_id == project.id)
    return keyset_slice(session, wanted, Order((UnitWorks.code,)), after=after, size=BRANCH)


def has_own_volumes(session: Session, actor: Actor, project: Project) -> bool:
    """Whether the project has volumes that belong to no unit works."""
    own = select(Volume.id).where(visible_to(actor), Volume.project_id == project.id, Volume.unit_id == 0)
    return session.scalar(own.limit(1)) is not None


def volumes_in(
    session: Session, actor: Actor, project_id: int, unit_id: int, after: str | None = None
) -> tuple[Sequence[Volume], str | None]:
    """Some of the volumes of a unit works (0: of the project itself), and the key to go on from."""
    here = (Volume.project_id == project_id, Volume.unit_id == unit_id)
    wanted = select(Volume).where(visible_to(actor), *here)
    return keyset_slice(session, wanted, Order((Volume.sort_key, Volume.id)), after=after, size=BRANCH)


def contents_of(
    session: Session, actor: Actor, volume_id: int, after: str | None = None
) -> tuple[Sequence[Item], str | None]:
    """Some of a volume's items, and the key to go on from."""
    return keyset_slice(session, _contents(actor, volume_id), Order((Item.sequence,)), after=after, size=BRANCH)


def volumes_of_project(session: Session, actor: Actor, project_id: int) -> list[Volume]:
    """All volumes of a project in the order of the shelf list."""
    wanted = select(Volume).where(visible_to(actor), Volume.project_id == project_id)
    return list(session.scalars(wanted.order_by(Volume.unit_id, Volume.sort_key, Volume.id)))


def items_of_volumes(session: Session, actor: Actor, volume_ids: Collection[int]) -> dict[int, list[Item]]:
    """The items of some volumes, by volume and in order; a statement for each 5000 volumes."""
    ordered = sorted(volume_ids)
    found: dict[int, list[Item]] = {volume_id: [] for volume_id in ordered}
    for first in range(0, len(ordered), 5000):
        some = ordered[first : first + 5000]
        wanted = select(Item).join(Volume, Volume.id == Item.volume_id).where(visible_items_to(actor))
        for item in session.scalars(wanted.where(Item.volume_id.in_(some)).order_by(Item.volume_id, Item.sequence)):
            found[item.volume_id].append(item)
    return found


def _contents(actor: Actor, volume_id: int) -> Select[Item]:
    wanted = select(Item).join(Volume, Volume.id == Item.volume_id)
    return wanted.where(visible_items_to(actor), Item.volume_id == volume_id)


def _volume_conditions(session: Session, filters: VolumeFilters) -> list[ColumnElement[bool]]:
    wanted = _equal(Volume, filters, ("retention", "medium", "state"))
    wanted += _span(Volume.start_date, filters.date_from, filters.date_to)
    wanted += _secrecy(session, Volume.secrecy, filters.secrecy)
    if filters.words:
        wanted.append(
            or_(Volume.title.icontains(filters.words, autoescape=True), Volume.archival_code == filters.words)
        )
    if filters.class_code:
        code = filters.class_code.upper()
        wanted.append(and_(Volume.class_code >= code, Volume.class_code < code + BEYOND))
    if filters.project:
        wanted.append(Volume.project_id == _project_id(filters.project))
    if filters.unit:
        units = select(UnitWorks.id).where(or_(UnitWorks.code == filters.unit, UnitWorks.name == filters.unit))
        wanted.append(Volume.unit_id.in_(units))
    if filters.works_type:
        wanted.append(_of_works_type(filters.works_type))
    if filters.transfer_list is not None:
        wanted.append(and_(Volume.list_id == filters.transfer_list, Volume.state != ARRIVING))
    return wanted


def _item_conditions(session: Session, filters: ItemFilters) -> list[ColumnElement[bool]]:
    wanted = _equal(Item, filters, ("medium", "scope_code", "document_no"))
    wanted += _span(Item.formed_on, filters.date_from, filters.date_to)
    wanted += _secrecy(session, Item.secrecy, filters.secrecy)
    if filters.words:
        wanted.append(Item.title.icontains(filters.words, autoescape=True))
    if filters.project:
        wanted.append(Item.project_id == _project_id(filters.project))
    return wanted


def _equal(model: Any, filters: Any, names: Iterable[str]) -> list[ColumnElement[bool]]:
    return [getattr(model, name) == value for name in names if (value := getattr(filters, name))]


def _span(column: InstrumentedAttribute[Any], first: Any, last: Any) -> list[ColumnElement[bool]]:
    found = [column >= first] if first else []
    return found + ([column <= last] if last else [])


def _secrecy(session: Session, column: InstrumentedAttribute[int], code: str) -> list[ColumnElement[bool]]:
    ranks = {term.code: term.rank for term in terms(session, "secrecy")}
    return [column == ranks[code]] if code in ranks else []


def _project_id(code: str) -> Any:
    return select(Project.id).where(Project.code == code).scalar_subquery()


def _of_works_type(works_type: str) -> ColumnElement[bool]:
    """Volumes of unit works of the type; those of the project itself follow the project's."""
    units = select(UnitWorks.id).where(UnitWorks.works_type == works_type)
    projects = select(Project.id).where(Project.works_type == works_type)
    return or_(Volume.unit_id.in_(units), and_(Volume.unit_id == 0, Volume.project_id.in_(projects)))


def _has_key(order: Order, name: str) -> list[ColumnElement[bool]]:
    return [order.columns[0].is_not(None)] if name in PARTIAL else []


def _project_counts(session: Session, actor: Actor) -> Counter[str]:
    """How many projects the reader sees in each class and below it."""
    counted = select(Project.class_code, func.count()).where(visible_projects(actor)).group_by(Project.class_code)
    counts: Counter[str] = Counter()
    for code, count in session.execute(counted):
        counts.update({node.code: count for node in class_path(session, code)})
    return counts
