"""The verbs of projects and unit works, their only writer. One road for a form, a JSON record and a list."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar
from uuid import uuid4

from sqlalchemy import delete, exists, insert, update
from sqlalchemy.orm import Session, aliased
from sqlalchemy.orm.attributes import flag_modified

from archives.core import history
from archives.core.actors import Actor
from archives.core.audit import Subject, record
from archives.core.clock import now, today
from archives.core.db import table_of
from archives.core.errors import ConfigurationError, ConflictError, NotFoundError, RefusedError
from archives.core.language import msg
from archives.core.numbering import fill, reserve
from archives.core.office import decided
from archives.core.permissions import require
from archives.core.problems import Problem, errors_in
from archives.core.registry import Ties
from archives.organisations.models import Organisation
from archives.organisations.service import resolve
from archives.projects import content, plan, queries
from archives.projects.actions import AMEND, IMPORT, REGISTER
from archives.projects.drafts import PARTIES, PERMITS, ProjectDraft, ProjectEntry, UnitEntry, several
from archives.projects.lists import ProjectList
from archives.projects.models import Party, Permit, Project, UnitWorks
from archives.projects.plan import Planned, PlannedUnit
from archives.projects.reading import Source

PROJECT, UNIT_WORKS = "project", "unit_works"
"""Subject kinds in the audit and the history."""
R = TypeVar("R", Project, UnitWorks)
BLIND = {"synchronize_session": False}
"""Statements over many rows leave the session's records alone; what they touch is read anew."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What taking in entries did, or would do: how many, the codes of those stored, and everything wrong."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    problems: Sequence[Problem] = ()
    codes: Sequence[str] = field(default=())

    @property
    def is_sound(self) -> bool:
        """Nothing stands in the way; warnings do not."""
        return not errors_in(self.problems)


def preview(session: Session, actor: Actor, entries: Sequence[ProjectEntry], *, may_amend: bool = True) -> Receipt:
    """What `receive` would do; stores nothing."""
    require(actor, REGISTER)
    planned = plan.make(entries, queries.facts_for(session, actor, entries, may_amend))
    return _receipt(planned, [entry.draft.code for entry in entries])


def receive(
    session: Session,
    actor: Actor,
    entries: Sequence[ProjectEntry],
    *,
    may_amend: bool = True,
    sound_only: bool = False,
) -> Receipt:
    """Take in projects with their unit works. A code that exists is amended, or a fault if `may_amend` is false.

    With any error nothing is stored, unless `sound_only` leaves out just the entries that have one. Audited.
    """
    require(actor, REGISTER)
    planned = plan.make(entries, queries.facts_for(session, actor, entries, may_amend))
    receipt = _receipt(planned, [])
    if not receipt.is_sound and not sound_only:
        return Receipt(refused=receipt.refused, problems=receipt.problems)
    codes = _store(session, actor, [one for one in planned if one.verdict in {"added", "changed"}])
    return Receipt(receipt.added, receipt.changed, receipt.unchanged, receipt.refused, receipt.problems, codes)


def preview_list(session: Session, actor: Actor, listed: ProjectList) -> Receipt:
    """What `receive_list` would do; stores nothing."""
    require(actor, IMPORT)
    receipt = preview(session, actor, listed.entries)
    problems = (*listed.faults, *receipt.problems)
    if errors_in(listed.faults):
        return Receipt(refused=len(listed.entries), problems=problems)
    return replace(receipt, problems=problems)


def receive_list(session: Session, actor: Actor, listed: ProjectList, *, sound_only: bool = False) -> Receipt:
    """Take in the projects of a file, as `receive` does; a fault of the file itself lets nothing in."""
    require(actor, IMPORT)
    if errors_in(listed.faults):
        return preview_list(session, actor, listed)
    receipt = receive(session, actor, listed.entries, sound_only=sound_only)
    return replace(receipt, problems=(*listed.faults, *receipt.problems))


def amend(session: Session, actor: Actor, project: Project, entry: ProjectEntry, version: int | None = None) -> Receipt:
    """Change a project. Raises ConflictError if it is no longer the version that was read, RefusedError on faults."""
    require(actor, AMEND, project)
    _check_version(project, version)
    facts = queries.facts_for(session, actor, [entry])
    planned = plan.make([entry], facts)
    if planned[0].known is None or planned[0].known.project.id != project.id:
        raise NotFoundError
    receipt = _receipt(planned, [project.code])
    if not receipt.is_sound:
        raise RefusedError(receipt.problems)
    _store(session, actor, [one for one in planned if one.verdict == "changed"])
    return receipt


def add_units(session: Session, actor: Actor, project: Project, units: Sequence[UnitEntry]) -> Receipt:
    """Add unit works, or amend those whose code exists. Raises RefusedError on faults."""
    draft = ProjectDraft.model_construct(code=project.code)
    return amend(session, actor, project, ProjectEntry(draft, units=units, given=frozenset()))


def add_unit(session: Session, actor: Actor, project: Project, entry: UnitEntry) -> Receipt:
    """Add one unit works; a code that the project has already is a fault. Raises RefusedError."""
    if any(unit.code == entry.draft.code for unit in queries.units_of(session, project.id)):
        sentence = msg("The project has unit works %(code)s already.", code=entry.draft.code)
        raise RefusedError([*entry.faults, Problem("code.taken", sentence, "code")])
    return add_units(session, actor, project, [entry])


def amend_unit(
    session: Session, actor: Actor, project: Project, unit: UnitWorks, entry: UnitEntry, version: int | None = None
) -> Receipt:
    """Change one unit works, whose code stays. Raises ConflictError or RefusedError."""
    _check_version(unit, version)
    if entry.draft.code != unit.code:
        raise NotFoundError
    return add_units(session, actor, project, [entry])


def restore(session: Session, actor: Actor, project: Project, revision_id: int, name: str) -> Receipt:
    """Give one field of a project back the value that a revision took from it."""
    old = history.old_value(session, PROJECT, project.id, revision_id, name)
    source = Source(given={name})
    entry = queries.reader(session).project({"code": project.code, name: old}, source)
    return amend(session, actor, project, replace(entry, faults=_of_field(entry.faults, name)))


def restore_unit(
    session: Session, actor: Actor, project: Project, unit: UnitWorks, revision_id: int, name: str
) -> Receipt:
    """Give one field of a unit works back the value that a revision took from it."""
    old = history.old_value(session, UNIT_WORKS, unit.id, revision_id, name)
    source = Source(given={name})
    entry = queries.reader(session).unit({"code": unit.code, name: old}, unit.works_type, source)
    return add_units(session, actor, project, [replace(entry, faults=_of_field(entry.faults, name))])


def move_organisation(session: Session, actor: Actor, source: int, target: int) -> None:
    """Hand every part in every project over from one organisation to another; part of a merge. Audited."""
    held = aliased(Party)
    same_part = (held.project_id == Party.project_id, held.role == Party.role, held.organisation_id == target)
    of_source = Party.organisation_id == source
    session.execute(delete(Party).where(of_source, exists().where(*same_part)).execution_options(**BLIND))
    session.execute(update(Party).where(of_source).values(organisation_id=target).execution_options(**BLIND))
    clients = update(Project).where(Project.client_id == source)
    session.execute(clients.values(client_id=target, version=Project.version + 1).execution_options(**BLIND))
    session.expire_all()
    moved = Subject("organisation", target, str(target))
    record(session, actor, "projects.handed_over", moved, source=source)


TIES = Ties(partners=queries.partners, works=queries.works_of, move=move_organisation)


def _of_field(faults: Iterable[Problem], name: str) -> list[Problem]:
    """Only this field is given; that others are missing is no fault."""
    return [fault for fault in faults if fault.field == name]


def _receipt(planned: Sequence[Planned], codes: Sequence[str]) -> Receipt:
    verdicts = [one.verdict for one in planned]
    return Receipt(
        added=verdicts.count("added"),
        changed=verdicts.count("changed"),
        unchanged=verdicts.count("unchanged"),
        refused=verdicts.count("refused"),
        problems=tuple(problem for one in planned for problem in one.problems),
        codes=codes,
    )


def _check_version(record_: Project | UnitWorks, version: int | None) -> None:
    if version is not None and record_.version != version:
        raise ConflictError(msg("Somebody changed this record meanwhile. Look at it again and repeat your change."))


def _store(session: Session, actor: Actor, planned: Sequence[Planned]) -> list[str]:
    """Write what is new and what changed, in a number of statements that does not follow the number of projects."""
    batch = uuid4().hex if len(planned) > 1 else None
    organisations = resolve(session, actor, _names(planned))
    _give_numbers(session, planned)
    projects = _write_projects(session, planned, organisations)
    _write_parties(session, planned, projects, organisations)
    _write_permits(session, planned, projects)
    units = _write_units(session, planned, projects)
    _remember(session, actor, planned, projects, units, batch)
    return [project.code for project in projects]


def _give_numbers(session: Session, planned: Sequence[Planned]) -> None:
    numbers = iter(_next_codes(session, [one.values["code"] for one in planned]))
    for one in planned:
        one.values["code"] = one.values["code"] or next(numbers)


def _write_projects(
    session: Session, planned: Sequence[Planned], organisations: Mapping[str, Organisation]
) -> list[Project]:
    """The project of every entry, new or changed, in their order."""
    ranks = queries.secrecy_ranks(session)
    rows = []
    for one in planned:
        columns, client = content.columns(one.values, ranks), organisations[one.values["client"]]
        if one.known is None:
            own = {"code": one.values["code"], "client_id": client.id, "state": "registered", "created_at": now()}
            rows.append(columns | own)
        elif one.changes:
            history.apply(one.known.project, columns | {"client": client})
            flag_modified(one.known.project, "name")  # a change of parties or permits alone is a new version too
    session.flush()
    made = {project.code: project for project in _inserted(session, Project, rows)}
    return [one.known.project if one.known else made[one.values["code"]] for one in planned]


def _inserted(session: Session, table: type[R], rows: Sequence[content.Values]) -> list[R]:
    """New records, in any order: putting them in order would cost a statement each on the embedded file."""
    return list(session.scalars(insert(table).returning(table), rows)) if rows else []


def _names(planned: Iterable[Planned]) -> set[str]:
    return {name for one in planned for part in PARTIES for name in several(one.values[part])}


def _next_codes(session: Session, codes: Sequence[str]) -> list[str]:
    """A number by the office's template for each empty code, passing over codes that are used."""
    wanted, year = codes.count(""), today().year
    template = decided(session, "project_code") if wanted else ""
    if wanted and "{seq" not in template:
        raise ConfigurationError(msg("The template %(template)s has no place for a number.", template=template))
    given: list[str] = []
    while len(given) < wanted:
        numbers = reserve(session, f"project_code:{year}", wanted - len(given))
        made = [fill(template, {"year": year, "seq": number}) for number in numbers]
        used = queries.codes_in_use(session, made) | set(codes)
        given += [code for code in made if code not in used]
    return given


def _write_parties(
    session: Session, planned: Sequence[Planned], projects: Sequence[Project], known: Mapping[str, Organisation]
) -> None:
    rows = []
    touched = [
        (one, project)
        for one, project in zip(planned, projects, strict=True)
        if one.known is None or one.changes.keys() & PARTIES.keys()
    ]
    for one, project in touched:
        for part, role in PARTIES.items():
            # Two names may be one organisation's, a present and a former one.
            ids = dict.fromkeys(known[name].id for name in several(one.values[part]))
            rows += [_party(project.id, role, organisation_id, at) for at, organisation_id in enumerate(ids)]
    _rewrite(session, Party, [project.id for one, project in touched if one.known], rows)


def _party(project_id: int, role: str, organisation_id: int, position: int) -> content.Values:
    return {"project_id": project_id, "role": role, "organisation_id": organisation_id, "position": position}


def _write_permits(session: Session, planned: Sequence[Planned], projects: Sequence[Project]) -> None:
    touched = [
        (one, project)
        for one, project in zip(planned, projects, strict=True)
        if one.known is None or one.changes.keys() & PERMITS.keys()
    ]
    rows = [
        {"project_id": project.id, "kind": kind, "number": number}
        for one, project in touched
        for name, kind in PERMITS.items()
        for number in several(one.values[name])
    ]
    _rewrite(session, Permit, [project.id for one, project in touched if one.known], rows)


def _rewrite(
    session: Session, table: type[Party] | type[Permit], changed: Sequence[int], rows: Sequence[content.Values]
) -> None:
    """Put the rows of changed projects in place of what they had."""
    for first in range(0, len(changed), queries.BATCH):
        some = changed[first : first + queries.BATCH]
        session.execute(delete(table).where(table.project_id.in_(some)).execution_options(**BLIND))
    if rows:
        session.execute(insert(table_of(table)), rows)


def _write_units(
    session: Session, planned: Sequence[Planned], projects: Sequence[Project]
) -> list[tuple[UnitWorks, PlannedUnit]]:
    """The unit works that were added or changed."""
    pairs = [(project, unit) for one, project in zip(planned, projects, strict=True) for unit in one.units]
    new = {(project.id, unit.values["code"]): unit for project, unit in pairs if unit.known is None}
    rows = [
        content.unit_columns(unit.values) | {"project_id": project_id, "code": code, "created_at": now()}
        for (project_id, code), unit in new.items()
    ]
    made = [(unit, new[unit.project_id, unit.code]) for unit in _inserted(session, UnitWorks, rows)]
    changed = [(unit.known.unit, unit) for _, unit in pairs if unit.known and unit.changes]
    for record_, unit in changed:
        history.apply(record_, content.unit_columns(unit.values))
    session.flush()
    return [*made, *changed]


def _remember(
    session: Session,
    actor: Actor,
    planned: Sequence[Planned],
    projects: Sequence[Project],
    units: Sequence[tuple[UnitWorks, PlannedUnit]],
    batch: str | None,
) -> None:
    """History of what changed, and one audit entry for each record."""
    pairs = list(zip(planned, projects, strict=True))
    changed = [(project.id, one.changes) for one, project in pairs if one.known and one.changes]
    history.keep_many(session, actor, PROJECT, changed, batch)
    changed_units = [(unit.id, made.changes) for unit, made in units if made.known]
    history.keep_many(session, actor, UNIT_WORKS, changed_units, batch)
    for one, project in pairs:
        if one.known is None or one.changes:
            what = "project.amended" if one.known else "project.registered"
            record(session, actor, what, Subject(PROJECT, project.id, project.code), one.changes)
    for unit, made in units:
        what = "unit_works.amended" if made.known else "unit_works.added"
        record(session, actor, what, Subject(UNIT_WORKS, unit.id, unit.code), made.changes)
