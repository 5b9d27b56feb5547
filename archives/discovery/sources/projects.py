"""Projects and their unit works as documents."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import Select, case, or_, select
from sqlalchemy.orm import Session

from archives.core.actors import Role
from archives.core.language import msg
from archives.discovery.sources.contract import (
    HELD,
    OUTSIDE,
    Ids,
    Reader,
    Source,
    cleared,
    columns_of,
    day_number,
    joined,
    known,
    main_class,
    rank_word,
    values_in,
)
from archives.organisations.models import Organisation
from archives.organisations.queries import former_names
from archives.projects.models import Party, Permit, Project, UnitWorks
from archives.projects.queries import IN_HOLDINGS
from search.contract import Document
from search.predicates import EVERY, AllOf, Among, AnyOf, Predicate


def columns_of_project() -> tuple[Any, ...]:
    """What every document of a project has from it, in a statement that joins its client."""
    return (
        known(Project.works_type).label("works_type"),
        known(Project.district).label("district"),
        day_number(Project.completed_on).label("completed"),
        Organisation.name.label("client_name"),
        Project.id.label("project_id"),
    )


def projects_of(organisations: Ids) -> Select[int]:
    """The projects in which these have a part."""
    parts = select(Party.project_id).where(Party.organisation_id.in_(organisations))
    return select(Project.id).where(or_(Project.client_id.in_(organisations), Project.id.in_(parts)))


def standing_of_project() -> Any:
    """Whether a project is in the holdings."""
    return case((Project.state == IN_HOLDINGS, HELD), else_=OUTSIDE)


def _stated_projects(ids: Ids) -> Select[Any]:
    return (
        select(
            Project.id,
            rank_word(Project.secrecy).label("secrecy"),
            main_class(Project.class_code).label("class"),
            standing_of_project().label("standing"),
            Project.secrecy.label("clearance"),
            Project.client_id.label("organisation_id"),
            Project.longitude,
            Project.latitude,
            *columns_of_project(),
        )
        .join(Organisation, Organisation.id == Project.client_id)
        .where(Project.id.in_(ids))
    )


def _documents_of_projects(session: Session, ids: Sequence[int]) -> list[Document]:
    rows = session.execute(_stated_projects(ids).add_columns(Project)).mappings().all()
    parties = _parties(session, ids)
    permits = _grouped(session.execute(select(Permit.project_id, Permit.number).where(Permit.project_id.in_(ids))))
    return [_project(row["Project"], row, parties[row["id"]], permits[row["id"]]) for row in rows]


def _project(project: Project, row: Any, parties: Sequence[Organisation], permits: Sequence[str]) -> Document:
    client = project.client
    return Document(
        id=project.id,
        kind="",
        code=project.code,
        title=project.name,
        fields={
            "number": joined(*permits),
            "client": joined(client.name, *former_names(client)),
            "address": joined(project.address, project.district),
            "parties": joined(*(name for one in parties for name in (one.name, *former_names(one)))),
            "details": values_in(project.extra),
            "note": project.note,
        },
        columns=columns_of(row),
        day=project.completed_on or project.started_on or project.planned_start,
        names=(project.name,),
    )


def _parties(session: Session, ids: Collection[int]) -> dict[int, list[Organisation]]:
    wanted = select(Party.project_id, Organisation).join(Organisation, Organisation.id == Party.organisation_id)
    ordered = wanted.where(Party.project_id.in_(ids)).order_by(Party.role, Party.position)
    return _grouped(session.execute(ordered))


def _grouped(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for key, value in rows:
        found[key].append(value)
    return found


def _visible(reader: Reader) -> Predicate:
    actor = reader.actor
    if actor.is_unrestricted:
        return EVERY
    allowed: list[Predicate] = []
    if actor.is_staff or actor.has(Role.AUTHORITY):
        allowed.append(cleared(actor))
    if actor.has(Role.ENGINEER):
        allowed.append(AllOf((cleared(actor), Among("standing", (HELD,)))))
    if actor.has(Role.CLIENT, Role.RECORD_CLERK) and actor.organisation_id is not None:
        allowed.append(reader.own)
    return AnyOf(tuple(allowed))


PROJECTS = Source(
    kind="project",
    label=msg("Projects"),
    rank=10,
    stated=_stated_projects,
    documents=_documents_of_projects,
    visible=_visible,
    every=lambda: select(Project.id),
    renewed={"organisation.name": projects_of},
)


def _stated_units(ids: Ids) -> Select[Any]:
    return (
        select(
            UnitWorks.id,
            rank_word(Project.secrecy).label("secrecy"),
            main_class(Project.class_code).label("class"),
            standing_of_project().label("standing"),
            Project.secrecy.label("clearance"),
            Project.id.label("project_id"),
            known(UnitWorks.works_type).label("works_type"),
            known(Project.district).label("district"),
            day_number(UnitWorks.completed_on).label("completed"),
            Organisation.name.label("client_name"),
        )
        .join(Project, Project.id == UnitWorks.project_id)
        .join(Organisation, Organisation.id == Project.client_id)
        .where(UnitWorks.id.in_(ids))
    )


def _documents_of_units(session: Session, ids: Sequence[int]) -> list[Document]:
    wanted = _stated_units(ids).add_columns(UnitWorks, Project.code, Project.name)
    return [_unit(row["UnitWorks"], row) for row in session.execute(wanted).mappings()]


def _unit(unit: UnitWorks, row: Any) -> Document:
    return Document(
        id=unit.id,
        kind="",
        code=f"{row['code']}-{unit.code}",
        title=unit.name,
        fields={
            "address": unit.address,
            "project": row["name"],
            "details": values_in(unit.technical, unit.extra),
            "note": unit.note,
        },
        columns=columns_of(row),
        day=unit.completed_on or unit.started_on,
    )


def units_of(projects: Ids) -> Select[int]:
    """The unit works of some projects."""
    return select(UnitWorks.id).where(UnitWorks.project_id.in_(projects))


UNITS = Source(
    kind="unit",
    label=msg("Unit works"),
    rank=8,
    stated=_stated_units,
    documents=_documents_of_units,
    visible=_visible,
    every=lambda: select(UnitWorks.id),
    renewed={"project.name": units_of},
    restated={
        "project.standing": units_of,
        "organisation.name": lambda ids: units_of(projects_of(ids)),
    },
)
