"""Every SELECT of projects and unit works, seen through the reader's eyes."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true
from sqlalchemy.orm import Session

from archives.core.actors import Actor, Role
from archives.core.clock import today
from archives.core.drafts import Choice, FieldDescription, FieldKind, Vocabulary
from archives.core.errors import NotFoundError
from archives.core.language import gettext
from archives.core.paging import Order, Page, keyset_page
from archives.core.registry import Works
from archives.organisations.models import Organisation
from archives.organisations.queries import former_names, named
from archives.projects import content
from archives.projects.actions import AMEND
from archives.projects.drafts import ACCEPTANCE, KINDS, PARTIES, UNIT_FIELDS, ProjectEntry, ProjectFilters, several
from archives.projects.models import Party, Permit, Project, UnitWorks
from archives.projects.reading import Reader
from archives.projects.rules import ProjectFacts
from archives.reference.models import ClassNode, TechnicalField
from archives.reference.queries import in_use, technical_fields, terms
from archives.reference.vocabularies import vocabularies

BATCH = 5000
"""Keys in one statement; both databases allow some 30 000 places."""
IN_HOLDINGS = "accessioned"
OWN_FIELDS = "project"
"""The scheme of the fields that an office adds to projects."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class KnownUnit:
    """A unit works that the database has, with its values as a draft has them."""

    unit: UnitWorks
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class KnownProject:
    """A project that the database has, with its values as a draft has them, and its unit works by code."""

    project: Project
    values: Mapping[str, Any]
    units: Mapping[str, KnownUnit]


@dataclass(frozen=True, slots=True)
class Facts:
    """All that taking in some entries needs to know: the rules' facts, and the projects that exist already.

    `secrecy` leads from code to rank, `present_names` from any name of an organisation to the one it has now.
    """

    rules: ProjectFacts
    secrecy: Mapping[str, int]
    present_names: Mapping[str, str] = field(default_factory=dict)
    known: Mapping[str, KnownProject] = field(default_factory=dict)


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Which projects the actor may see: by secrecy, by part in it, by state; administrators see none."""
    if actor.is_unrestricted:
        return true()
    cleared = Project.secrecy <= actor.clearance
    allowed: list[ColumnElement[bool]] = []
    if actor.is_staff or actor.has(Role.AUTHORITY):
        allowed.append(cleared)
    if actor.has(Role.ENGINEER):
        allowed.append(and_(cleared, Project.state == IN_HOLDINGS))
    if actor.has(Role.CLIENT, Role.RECORD_CLERK) and actor.organisation_id is not None:
        allowed.append(
            or_(Project.client_id == actor.organisation_id, Project.id.in_(_parts_of(actor.organisation_id)))
        )
    return or_(false(), *allowed)


def by_code(session: Session, actor: Actor, code: str) -> Project:
    """One project. Raises NotFoundError if there is none, or none for this reader."""
    found = session.scalars(select(Project).where(Project.code == code, visible_to(actor))).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def unit_by_code(session: Session, project: Project, code: str) -> UnitWorks:
    """One unit works of a project. Raises NotFoundError."""
    wanted = select(UnitWorks).where(UnitWorks.project_id == project.id, UnitWorks.code == code)
    found = session.scalars(wanted).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def units_of(session: Session, project_id: int) -> list[UnitWorks]:
    """The unit works of a project, by code."""
    return list(session.scalars(select(UnitWorks).where(UnitWorks.project_id == project_id).order_by(UnitWorks.code)))


def parties_of(session: Session, project_id: int) -> list[Party]:
    """The parties of a project, in the order of the roles and as entered."""
    found = session.scalars(select(Party).where(Party.project_id == project_id).order_by(Party.role, Party.position))
    rank = {term.code: term.rank for term in terms(session, "party_role")}
    return sorted(found, key=lambda party: (rank.get(party.role, 0), party.position))


def permits_of(session: Session, project_id: int) -> list[Permit]:
    """The permits of a project, in the order of the kinds."""
    found = session.scalars(select(Permit).where(Permit.project_id == project_id).order_by(Permit.kind, Permit.number))
    rank = {term.code: term.rank for term in terms(session, "permit_kind")}
    return sorted(found, key=lambda permit: (rank.get(permit.kind, 0), permit.number))


def search_page(
    session: Session,
    actor: Actor,
    filters: ProjectFilters,
    after: str | None = None,
    before: str | None = None,
    descending: bool = True,
) -> Page[Project]:
    """A page of the list by code, the last code first unless told otherwise."""
    wanted = select(Project).where(visible_to(actor), *_conditions(filters))
    return keyset_page(session, wanted, Order((Project.code,), descending), after=after, before=before)


def districts(session: Session, actor: Actor) -> list[str]:
    """The districts in use, for a form to suggest."""
    wanted = select(Project.district).where(visible_to(actor), Project.district != "").distinct()
    return list(session.scalars(wanted.order_by(Project.district).limit(50)))


def vocabularies_of(session: Session) -> dict[str, Vocabulary]:
    """The choices of the drafts."""
    acceptance = Vocabulary(
        [
            Choice("joint", gettext("Joint acceptance"), frozenset({"联合验收"})),
            Choice("pre", gettext("Pre-acceptance"), frozenset({"预验收"})),
        ]
    )
    return {**vocabularies(session, *KINDS), ACCEPTANCE: acceptance}


def secrecy_ranks(session: Session) -> dict[str, int]:
    """The secrecy levels: code to rank."""
    return {term.code: int(term.rank) for term in terms(session, "secrecy")}


def own_fields(session: Session) -> list[FieldDescription]:
    """The fields that the office added to projects."""
    return [_described(row, "extra") for row in technical_fields(session, OWN_FIELDS)]


def fields_of_works(session: Session, works_type: str) -> list[FieldDescription]:
    """The technical data of a works type, without those that every unit works has."""
    rows = technical_fields(session, works_type) if works_type else []
    return [_described(row, "technical") for row in rows if row.key not in UNIT_FIELDS]


def reader(session: Session) -> Reader:
    """What turns raw values into entries."""
    works_types = [term.code for term in terms(session, "works_type")]
    return Reader(
        {**vocabularies_of(session), **field_vocabularies(session, [OWN_FIELDS, *works_types])},
        own_fields(session),
        {works_type: fields_of_works(session, works_type) for works_type in works_types},
    )


def field_vocabularies(session: Session, schemes: Iterable[str]) -> dict[str, Vocabulary]:
    """The choices of technical and of the office's own fields, by the name that `own_fields` and others give them."""
    rows = [row for scheme in schemes for row in technical_fields(session, scheme) if row.kind == "choice"]
    return {_vocabulary_name(row): Vocabulary([Choice(value, value) for value in row.choices]) for row in rows}


def facts_for(session: Session, actor: Actor, entries: Sequence[ProjectEntry], may_amend: bool = True) -> Facts:
    """What the rules and the service need to know of all entries; a few statements however many there are."""
    ranks = secrecy_ranks(session)
    known = known_projects(session, {entry.draft.code for entry in entries if entry.draft.code}, ranks)
    barred = {code for code, one in known.items() if not may_amend or not AMEND.allows(actor, one.project)}
    seen = set(_all(session, select(Project.code).where(visible_to(actor)), Project.code, known))
    names = {name for entry in entries for part in PARTIES for name in several(getattr(entry.draft, part))}
    rules = ProjectFacts(
        today=today(),
        classes=frozenset(node.code for node in in_use(session, ClassNode)),
        secrecy_ranks=ranks,
        clearance=actor.clearance,
        taken=barred | (known.keys() - seen),
        alike=_alike(session, {entry.draft.name for entry in entries}),
        own_names=None if actor.is_staff else _own_names(session, actor),
    )
    present = {name: one.name for name, one in named(session, names).items()}
    return Facts(rules, ranks, present, {code: one for code, one in known.items() if code not in rules.taken})


def known_projects(session: Session, codes: Collection[str], ranks: Mapping[str, int]) -> dict[str, KnownProject]:
    """The projects of these codes with everything that a draft says of them, whoever asks."""
    projects = _all(session, select(Project), Project.code, codes)
    ids = [project.id for project in projects]
    parties = _by_project(_all(session, select(Party).order_by(Party.position), Party.project_id, ids))
    permits = _by_project(_all(session, select(Permit).order_by(Permit.number), Permit.project_id, ids))
    units = _by_project(_all(session, select(UnitWorks).order_by(UnitWorks.code), UnitWorks.project_id, ids))
    names = {rank: code for code, rank in ranks.items()}
    return {
        project.code: KnownProject(
            project,
            content.of_project(project, parties[project.id], permits[project.id], names),
            {unit.code: KnownUnit(unit, content.of_unit(unit)) for unit in units[project.id]},
        )
        for project in projects
    }


def values_of(session: Session, project: Project) -> dict[str, Any]:
    """A project's content as a draft has it."""
    names = {rank: code for code, rank in secrecy_ranks(session).items()}
    return content.of_project(project, parties_of(session, project.id), permits_of(session, project.id), names)


def permit_names(session: Session) -> dict[str, str]:
    """What the kinds of permits are called, by code."""
    return {term.code: term.name for term in terms(session, "permit_kind")}


def own_name(session: Session, actor: Actor) -> str:
    """The name of an external person's organisation."""
    own = session.get(Organisation, actor.organisation_id) if actor.is_external and actor.organisation_id else None
    return own.name if own else ""


def codes_in_use(session: Session, codes: Collection[str]) -> set[str]:
    """Which of these codes projects have."""
    return set(session.scalars(select(Project.code).where(Project.code.in_(codes)))) if codes else set()


def partners(organisation_id: int) -> Select[int]:
    """The ids of all parties of the projects in which an organisation has a part."""
    return select(Party.organisation_id).where(Party.project_id.in_(_parts_of(organisation_id)))


def works_of(session: Session, actor: Actor, organisation_id: int) -> list[Works]:
    """The projects in which an organisation has a part, as far as the actor may see; the last hundred."""
    wanted = (
        select(Project.code, Project.name, Project.state, func.aggregate_strings(Party.role, ","))
        .join(Party, Party.project_id == Project.id)
        .where(Party.organisation_id == organisation_id, visible_to(actor))
        .group_by(Project.code, Project.name, Project.state)
        .order_by(Project.code.desc())
        .limit(100)
    )
    return [
        Works(code, name, tuple(sorted(roles.split(","))), state)
        for code, name, state, roles in session.execute(wanted)
    ]


def _parts_of(organisation_id: int) -> Select[int]:
    return select(Party.project_id).where(Party.organisation_id == organisation_id)


def _conditions(filters: ProjectFilters) -> list[ColumnElement[bool]]:
    equal = ("works_type", "state", "scale")
    wanted: list[ColumnElement[bool]] = [
        getattr(Project, name) == value for name in equal if (value := getattr(filters, name))
    ]
    if filters.district:
        wanted.append(Project.district.icontains(filters.district, autoescape=True))
    if filters.class_code:
        wanted.append(Project.class_code.startswith(filters.class_code.upper(), autoescape=True))
    if filters.client:
        wanted.append(Project.client_id.in_(_clients_called(filters.client)))
    if filters.words:
        columns = (Project.code, Project.name, Project.address)
        found = [column.icontains(filters.words, autoescape=True) for column in columns]
        wanted.append(or_(*found, Project.client_id.in_(_clients_called(filters.words))))
    return wanted + _spans(filters)


def _spans(filters: ProjectFilters) -> list[ColumnElement[bool]]:
    spans = (
        (Project.started_on, filters.started_from, filters.started_to),
        (Project.completed_on, filters.completed_from, filters.completed_to),
    )
    first = [column >= start for column, start, _ in spans if start]
    return first + [column <= end for column, _, end in spans if end]


def _clients_called(name: str) -> Select[int]:
    return select(Organisation.id).where(Organisation.name.icontains(name, autoescape=True))


def _described(row: TechnicalField, prefix: str) -> FieldDescription:
    return FieldDescription(
        name=f"{prefix}.{row.key}",
        label=row.name,
        kind=cast(FieldKind, row.kind),
        required=False,
        unit=row.unit,
        help="",
        vocabulary=_vocabulary_name(row),
        max_length=500,
    )


def _vocabulary_name(row: TechnicalField) -> str:
    return f"{row.scheme}.{row.key}"


def _own_names(session: Session, actor: Actor) -> frozenset[str]:
    own = session.get(Organisation, actor.organisation_id) if actor.organisation_id is not None else None
    return frozenset([own.name, *former_names(own)]) if own else frozenset()


def _alike(session: Session, names: Collection[str]) -> dict[tuple[str, str], set[str]]:
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for project in _all(session, select(Project), Project.name, names):
        found[project.name, project.client.name].add(project.code)
    return found


def _all(session: Session, wanted: Select[T], column: Any, keys: Collection[Any]) -> list[T]:
    """Everything whose column has one of the keys; one statement for each 5000."""
    ordered = sorted(keys)
    found: list[T] = []
    for first in range(0, len(ordered), BATCH):
        found += session.scalars(wanted.where(column.in_(ordered[first : first + BATCH])))
    return found


def _by_project(rows: Iterable[T]) -> dict[int, list[T]]:
    found: dict[int, list[T]] = defaultdict(list)
    for row in rows:
        found[row.project_id].append(row)  # type: ignore[attr-defined]  # parties, permits and unit works all have it
    return found
