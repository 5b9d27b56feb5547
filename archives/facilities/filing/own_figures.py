"""What our own system knows of a year, for the return of the office's own area.

What cannot be known here, and is left to whoever fills the return in: records that never came into this system (old
holdings without a catalogue, paper lists), volumes that were in the holdings then and have been withdrawn since, staff,
funds, premises, equipment, use before there were loan records, and business records, which nothing here marks as such.
Large and medium works are those that their registration calls so: a project without a scale and without a key level is
counted nowhere. Secret records are counted for those who may see them, so a reader of low clearance sees less.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from archives.catalogue.models import ElectronicFile, Item, Volume
from archives.catalogue.queries import OUTSIDE
from archives.catalogue.queries import visible_to as visible_volumes
from archives.core import office
from archives.core.actors import Actor
from archives.core.clock import day_ends, local
from archives.core.language import Message, msg
from archives.facilities.models import Area, Institution
from archives.facilities.standards.tables import load_standards
from archives.facilities.taken_figures import CLASSES
from archives.procedure.models import Clock, Step
from archives.projects.models import Project
from archives.projects.queries import visible_to as visible_projects

LARGE_OR_MEDIUM = ("large", "medium")
PIPELINE = "pipeline"
RECEIVED = ("certified", "accessioned")
"""States of a project whose archive was received, and the receipt certified."""
TRANSFER = ("works_transfer", "pipeline_transfer")
"""Deadlines for the transfer of a project's archive."""
HOW: Mapping[str, Message] = {
    "holdings_volumes": msg("Volumes that entered the holdings by the end of the year and are there now"),
    "digitised_volumes": msg("Of these, volumes with an accepted electronic file that came by then"),
    "projects_due": msg("Projects of large or medium scale or of a key level whose transfer fell due in the year"),
    "projects_received": msg("Of these, projects whose receipt was certified by the end of the year"),
    "key_projects_due": msg("Projects of a key level whose transfer fell due in the year"),
    "key_projects_received": msg("Of these, projects whose receipt was certified by the end of the year"),
    "pipeline_projects_due": msg("Underground pipeline works of any scale whose transfer fell due in the year"),
    "pipeline_projects_received": msg("Of these, works whose receipt was certified by the end of the year"),
}
"""What each figure counts."""
HOW_OF_A_CLASS = msg("Of the volumes held, those of this class")


@dataclass(frozen=True, slots=True)
class Due:
    """A project whose transfer fell due in the year; `received_on` is None for one without a step that says when."""

    scale: str
    key_level: str
    works_type: str
    state: str
    received_on: date | None


def is_own(session: Session, area: Area | None, institution: Institution | None) -> bool:
    """Whether this system is that of the area's archives.

    The office's settings name its area; where they do not, its name or its code may.
    """
    if area is None:
        return False
    if decided := office.decided(session, "area_code"):
        return area.code == decided
    if institution is not None and institution.name and institution.name == office.decided(session, "institution"):
        return True
    return area.code == office.decided(session, "institution_code")


def how_of(name: str) -> Message:
    """What a figure counts."""
    return HOW.get(name, HOW_OF_A_CLASS)


def is_own_area() -> ColumnElement[bool]:
    """The same for statements that join areas with their institutions."""
    decided, name, code = (office.decided_in_sql(key) for key in ("area_code", "institution", "institution_code"))
    named = and_(Institution.name != "", Institution.name == name)
    return case((decided != "", Area.code == decided), else_=or_(named, Area.code == code))


def own_figures(session: Session, actor: Actor, year: int) -> dict[str, int]:
    """The figures of HOW for one year, as far as the actor may see what they count."""
    volumes, digitised = _volumes(session, actor, year)
    by_class = _by_class(session, actor, year)
    return {
        "holdings_volumes": volumes,
        "digitised_volumes": digitised,
        **{f"{CLASSES}.{code}": number for code, number in sorted(by_class.items())},
        **tally(_due(session, actor, year), year),
    }


def tally(due: Iterable[Due], year: int) -> dict[str, int]:
    """The projects' figures. Pure."""
    every = list(due)
    kinds: Mapping[str, Sequence[Due]] = {
        "projects": [one for one in every if one.scale in LARGE_OR_MEDIUM or one.key_level],
        "key_projects": [one for one in every if one.key_level],
        "pipeline_projects": [one for one in every if one.works_type == PIPELINE],
    }
    counted = {}
    for kind, projects in kinds.items():
        counted[f"{kind}_due"] = len(projects)
        counted[f"{kind}_received"] = sum(_is_received(one, year) for one in projects)
    return counted


def _is_received(project: Due, year: int) -> bool:
    return project.state in RECEIVED and (project.received_on is None or project.received_on.year <= year)


def _volumes(session: Session, actor: Actor, year: int) -> tuple[int, int]:
    """Volumes held at the end of the year, and those of them that can be read as files."""
    held = _held(actor, year)
    volumes = session.scalar(select(func.count()).select_from(Volume).where(*held)) or 0
    files = select(func.count(func.distinct(Item.volume_id))).join(ElectronicFile, ElectronicFile.item_id == Item.id)
    came = (ElectronicFile.is_accepted.is_(True), ElectronicFile.received_at < day_ends(date(year, 12, 31)))
    return volumes, session.scalar(files.join(Volume, Volume.id == Item.volume_id).where(*held, *came)) or 0


def _held(actor: Actor, year: int) -> tuple[ColumnElement[bool], ...]:
    """In the holdings at the end of the year."""
    return (
        visible_volumes(actor),
        Volume.state.not_in(OUTSIDE),
        or_(Volume.accessioned_on.is_(None), Volume.accessioned_on <= date(year, 12, 31)),
    )


def _by_class(session: Session, actor: Actor, year: int) -> dict[str, int]:
    """Volumes held by main class, of those in the class outline."""
    main = func.substr(Volume.class_code, 1, 1)
    wanted = select(main, func.count()).where(*_held(actor, year)).group_by(main)
    known = {row.code for row in load_standards().listed("class")}
    return {code: number for code, number in session.execute(wanted) if code in known}


def _due(session: Session, actor: Actor, year: int) -> list[Due]:
    """Projects by the last day of their transfer, or where no such clock ran by the day of completion."""
    received = select(func.min(Step.at)).where(Step.project_id == Project.id, Step.to_state.in_(RECEIVED))
    wanted = select(
        Project.scale, Project.key_level, Project.works_type, Project.state, received.scalar_subquery()
    ).where(
        visible_projects(actor), Project.state != "withdrawn", _due_on().between(date(year, 1, 1), date(year, 12, 31))
    )
    rows = session.execute(wanted.where(_concerned()))
    return [Due(scale, key, works, state, local(at).date() if at else None) for scale, key, works, state, at in rows]


def _due_on() -> ColumnElement[date | None]:
    last_day = select(func.max(Clock.due_on)).where(Clock.project_id == Project.id, Clock.deadline.in_(TRANSFER))
    return func.coalesce(last_day.scalar_subquery(), Project.completed_on)


def _concerned() -> ColumnElement[bool]:
    return or_(Project.scale.in_(LARGE_OR_MEDIUM), Project.key_level != "", Project.works_type == PIPELINE)
