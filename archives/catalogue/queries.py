"""Every SELECT of the catalogue, seen through the reader's eyes."""

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, select, true
from sqlalchemy.orm import Session

from archives.catalogue.actions import READERS, Standing
from archives.catalogue.drafts import ItemDraft, VolumeDraft
from archives.catalogue.intake import CatalogueFacts, ItemKey, Stored, volume_key
from archives.catalogue.models import ARRIVING, IN_TRANSFER, WITHDRAWN, ElectronicFile, Item, Volume
from archives.catalogue.rules import ProjectFacts, VolumeKey
from archives.catalogue.scope import scope_names
from archives.core.actors import TOP_CLEARANCE, Actor
from archives.core.clock import today
from archives.core.db import table_of
from archives.core.errors import NotFoundError
from archives.projects.actions import CLOSED
from archives.projects.models import Party, Project, UnitWorks
from archives.projects.queries import visible_to as visible_projects
from archives.reference.models import ClassNode
from archives.reference.queries import in_use, scope_leaves, scope_template, terms

_ABOUT_VOLUMES = frozenset(
    {"id", "project_id", "unit_id", "archival_code", "accession_no", "shelf_location", "state", "list_id"}
    | {"accessioned_on", "created_at", "version"}
)
_ABOUT_ITEMS = frozenset({"id", "project_id", "volume_id", "version"})
"""Columns that no list brings."""


OUTSIDE = (ARRIVING, IN_TRANSFER, WITHDRAWN)
"""The states of volumes that are not in the holdings."""


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Which volumes the actor may see: by secrecy, by project for its parties, by state for readers."""
    arrived = Volume.state != ARRIVING
    if actor.is_unrestricted:
        return arrived
    cleared = and_(Volume.secrecy <= actor.clearance, *_of_open_projects(actor))
    if actor.is_staff:
        return and_(arrived, cleared)
    if actor.is_external:
        mine = select(Project.id).where(visible_projects(actor))
        return and_(arrived, Volume.secrecy <= actor.clearance, Volume.project_id.in_(mine))
    if actor.has(*READERS):
        return and_(Volume.state.not_in(OUTSIDE), cleared)  # an equality would make a planner walk all holdings
    return false()


def _of_open_projects(actor: Actor) -> list[ColumnElement[bool]]:
    """A public volume of a secret project is as secret as the project: its page would name it."""
    if actor.clearance >= TOP_CLEARANCE:
        return []
    return [Volume.project_id.not_in(select(Project.id).where(Project.secrecy > actor.clearance))]


def visible_items_to(actor: Actor) -> ColumnElement[bool]:
    """Which items the actor may see, in a statement that joins their volumes."""
    cleared = true() if actor.is_unrestricted else Item.secrecy <= actor.clearance
    return and_(visible_to(actor), cleared)


def volume_by_id(session: Session, actor: Actor, volume_id: int) -> Volume:
    """One volume. Raises NotFoundError if there is none, or none for this reader."""
    found = session.scalars(select(Volume).where(Volume.id == volume_id, visible_to(actor))).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def volumes_by_id(session: Session, actor: Actor, ids: Collection[int]) -> dict[int, Volume]:
    """Those of some volumes that the reader may see, by id."""
    found = session.scalars(select(Volume).where(Volume.id.in_(ids), visible_to(actor)))
    return {volume.id: volume for volume in found}


def volume_by_code(session: Session, actor: Actor, archival_code: str) -> Volume:
    """The volume that bears an archival code. Raises NotFoundError."""
    found = session.scalars(select(Volume).where(Volume.archival_code == archival_code, visible_to(actor))).first()
    if found is None:
        raise NotFoundError
    return found


def item_by_id(session: Session, actor: Actor, item_id: int) -> tuple[Item, Volume]:
    """One item with its volume. Raises NotFoundError."""
    wanted = select(Item, Volume).join(Volume, Volume.id == Item.volume_id)
    found = session.execute(wanted.where(Item.id == item_id, visible_items_to(actor))).one_or_none()
    if found is None:
        raise NotFoundError
    return found[0], found[1]


def file_by_id(session: Session, actor: Actor, file_id: int) -> tuple[ElectronicFile, Item, Volume]:
    """An accepted electronic file with its item and volume. Raises NotFoundError."""
    file = session.get(ElectronicFile, file_id)
    if file is None or not file.is_accepted:
        raise NotFoundError
    return file, *item_by_id(session, actor, file.item_id)


def files_of_volumes(
    session: Session, actor: Actor, volumes: Collection[Volume], most: int = 50
) -> list[tuple[Item, ElectronicFile]]:
    """The accepted files of some volumes with their items, as far as the reader may see them."""
    wanted = (
        select(Item, ElectronicFile)
        .join(Volume, Volume.id == Item.volume_id)
        .join(ElectronicFile, ElectronicFile.item_id == Item.id)
        .where(Item.volume_id.in_([volume.id for volume in volumes]), ElectronicFile.is_accepted)
        .where(visible_items_to(actor))
    )
    ordered = wanted.order_by(Item.volume_id, Item.sequence, ElectronicFile.name).limit(most)
    return [(item, file) for item, file in session.execute(ordered)]


def files_of(session: Session, item_ids: Collection[int]) -> list[ElectronicFile]:
    """The accepted electronic files of some items, by item and name."""
    wanted = select(ElectronicFile).where(ElectronicFile.item_id.in_(item_ids), ElectronicFile.is_accepted)
    return list(session.scalars(wanted.order_by(ElectronicFile.item_id, ElectronicFile.name)))


def last_sequence(session: Session, volume_id: int) -> int:
    """The highest sequence number in a volume; 0 if it is empty."""
    return session.scalar(select(func.max(Item.sequence)).where(Item.volume_id == volume_id)) or 0


def count_beside(session: Session, actor: Actor, volume: Volume) -> int:
    """How many volumes stand in the same unit works, this one counted."""
    here = (Volume.project_id == volume.project_id, Volume.unit_id == volume.unit_id)
    return session.scalar(select(func.count(Volume.id)).where(visible_to(actor), *here)) or 0


def unit_names(session: Session, project_id: int) -> dict[int, str]:
    """The unit works of a project: id to code and name."""
    units = select(UnitWorks.id, UnitWorks.code, UnitWorks.name).where(UnitWorks.project_id == project_id)
    return {row.id: f"{row.code} {row.name}" for row in session.execute(units)}


def volume_names(session: Session, actor: Actor, volume_ids: Collection[int]) -> dict[int, str]:
    """Volumes that the actor sees, as a history names them."""
    wanted = select(Volume.id, Volume.volume_no, Volume.title).where(Volume.id.in_(volume_ids), visible_to(actor))
    return {row.id: f"{row.volume_no} {row.title}" for row in session.execute(wanted)}


def volumes_beside(session: Session, actor: Actor, volume: Volume, words: str = "") -> list[Volume]:
    """Volumes of the same project to choose from, at most two hundred; `words` stand in number or title."""
    wanted = select(Volume).where(visible_to(actor), Volume.project_id == volume.project_id, Volume.id != volume.id)
    if words:
        wanted = wanted.where(or_(Volume.volume_no == words, Volume.title.icontains(words, autoescape=True)))
    return list(session.scalars(wanted.order_by(Volume.unit_id, Volume.sort_key, Volume.id).limit(200)))


def project_by_code(session: Session, actor: Actor, code: str) -> Project | None:
    """The project that a list is narrowed to; None if there is none, or none for this reader."""
    return session.scalars(select(Project).where(Project.code == code, visible_projects(actor))).one_or_none()


def project_of(session: Session, record: Volume | Item) -> Project:
    """The project that a record belongs to; whoever sees the record may see its name."""
    return session.get_one(Project, record.project_id)


def unit_of_volume(session: Session, volume: Volume) -> UnitWorks | None:
    """The unit works that a volume belongs to; None for the project itself."""
    return session.get_one(UnitWorks, volume.unit_id) if volume.unit_id else None


def standing(session: Session, project: Project, state: str = IN_TRANSFER) -> Standing:
    """What decides who may work on a volume of this project that is in this state."""
    parties = session.scalars(select(Party.organisation_id).where(Party.project_id == project.id))
    return Standing(state, frozenset(parties) | {project.client_id}, project.state in CLOSED)


def project_facts(session: Session, actor: Actor, project: Project) -> ProjectFacts:
    """What the rules need to know of a project; a few statements, whatever the length of the list."""
    units = session.execute(
        select(UnitWorks.id, UnitWorks.code, UnitWorks.name).where(UnitWorks.project_id == project.id)
    )
    template = scope_template(session, project.works_type)
    return ProjectFacts(
        id=project.id,
        name=project.name,
        client=project.client.name,
        class_code=project.class_code,
        secrecy=project.secrecy,
        today=today(),
        units={spelling: unit.id for unit in units for spelling in (unit.code, unit.name)},
        classes=frozenset(node.code for node in in_use(session, ClassNode)),
        scope=scope_names((leaf.code, leaf.name) for leaf in scope_leaves(session, template)),
        secrecy_ranks={term.code: term.rank for term in terms(session, "secrecy")},
        clearance=actor.clearance,
    )


def catalogue_facts(session: Session, actor: Actor, project: Project) -> CatalogueFacts:
    """The project's facts, and all that the catalogue has of it; five statements."""
    volumes = dict(_stored_volumes(session, project.id))
    keys = {stored.id: key for key, stored in volumes.items()}
    return CatalogueFacts(
        project_facts(session, actor, project), volumes, dict(_stored_items(session, project.id, keys))
    )


def volume_facts(session: Session, actor: Actor, project: Project, draft: VolumeDraft | ItemDraft) -> CatalogueFacts:
    """The same for one volume, or one item and its volume: enough for a form, however much else there is."""
    about = project_facts(session, actor, project)
    volumes = dict(_stored_volumes(session, project.id, volume_key(draft, about)))
    if isinstance(draft, VolumeDraft) or not volumes:
        return CatalogueFacts(about, volumes)
    keys = {stored.id: known for known, stored in volumes.items()}
    one = (table_of(Item).c.volume_id.in_(keys), table_of(Item).c.sequence == draft.sequence)
    return CatalogueFacts(about, volumes, dict(_stored_items(session, project.id, keys, *one)))


def secrecy_names(session: Session) -> dict[int, str]:
    """The secrecy levels: rank to code."""
    return {int(term.rank): term.code for term in terms(session, "secrecy")}


def _stored_volumes(
    session: Session, project_id: int, key: VolumeKey | None = None
) -> Iterator[tuple[VolumeKey, Stored]]:
    table = table_of(Volume)
    wanted = select(table).where(table.c.project_id == project_id, table.c.state != ARRIVING)
    if key is not None:
        wanted = wanted.where(table.c.unit_id == key[0], table.c.volume_no == key[1])
    for row in session.execute(wanted).mappings():
        values = {name: value for name, value in row.items() if name not in _ABOUT_VOLUMES}
        yield (row["unit_id"], row["volume_no"]), Stored(row["id"], row["version"], row["state"], values)


def _stored_items(
    session: Session, project_id: int, keys: dict[int, VolumeKey], *only: ColumnElement[bool]
) -> Iterator[tuple[ItemKey, Stored]]:
    table = table_of(Item)
    wanted = select(table).where(table.c.project_id == project_id, *only)
    for row in session.execute(wanted).mappings():
        if row["volume_id"] in keys:
            yield (keys[row["volume_id"]], row["sequence"]), Stored(row["id"], row["version"], "", _values(row))


def _values(row: Any) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in _ABOUT_ITEMS}
