"""Accession's verbs: a list comes, is checked, is taken into the catalogue; volumes are entered into the holdings."""

from collections.abc import Callable, Collection
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from archives.accession import actions, queries
from archives.accession.models import (
    CHECKED,
    CHECKING,
    REFUSED,
    TAKEN,
    TAKING,
    Exemption,
    ListProblem,
    Transfer,
    TransferList,
)
from archives.catalogue import service as catalogue
from archives.catalogue.intake import CatalogueFacts, Plan, chunks
from archives.catalogue.queries import standing
from archives.core import numbering, office
from archives.core.actors import Actor
from archives.core.audit import Subject, record
from archives.core.backend import Backend
from archives.core.clock import now, today
from archives.core.db import table_of
from archives.core.errors import ConflictError, RefusedError
from archives.core.files import Stored
from archives.core.language import msg
from archives.core.permissions import require
from archives.core.problems import Problem
from archives.projects.models import Project

CHUNK = 5000
"""Rows written in one short transaction, so that a long import never keeps other writers waiting."""
OVER = frozenset({"accessioned", "withdrawn"})
"""States of a project that nothing more comes to."""
MOST_PROBLEMS = 10_000
"""Problems kept with a list; the count is always whole."""
Progress = Callable[[int, int], None]


def _in_silence(_done: int, _total: int) -> None:
    """Nobody asks how far it is."""


def subject_of(transfer: Transfer) -> Subject:
    """A transfer as the audit names it."""
    return Subject("transfer", transfer.id, transfer.number)


def open_transfer(session: Session, actor: Actor, project: Project) -> Transfer:
    """The project's open transfer; a new one with its number if there is none. Raises ConflictError once it is over."""
    require(actor, actions.BRING, standing(session, project))
    if project.state in OVER:
        raise ConflictError(msg("This project is closed; nothing more is transferred."))
    wanted = select(Transfer).where(Transfer.project_id == project.id, Transfer.state == "open")
    found = session.scalars(wanted.order_by(Transfer.id.desc())).first()
    if found is not None:
        return found
    year = today().year
    number = numbering.fill(
        office.decided(session, "transfer_number"),
        {"year": year, "seq": numbering.next_number(session, f"transfer/{year}")},
    )
    made = Transfer(project_id=project.id, number=number, created_at=now(), created_by=actor.name)
    session.add(made)
    session.flush()
    record(session, actor, "transfer.opened", subject_of(made), project=project.code)
    return made


def bring_list(session: Session, actor: Actor, project: Project, stored: Stored, name: str, unit: str) -> TransferList:
    """Note a list that came; the file itself lies in quarantine. `unit` names the unit works of lists that do not."""
    transfer = open_transfer(session, actor, project)
    brought = TransferList(
        transfer_id=transfer.id,
        name=name,
        sha256=stored.sha256,
        size=stored.size,
        unit=unit,
        state=CHECKING,
        uploaded_at=now(),
        uploaded_by=actor.name,
    )
    session.add(brought)
    session.flush()
    record(session, actor, "list.brought", subject_of(transfer), name=name, sha256=stored.sha256)
    return brought


def keep_check(session: Session, brought: TransferList, made: Plan) -> None:
    """Keep what the check found; the list waits for a decision."""
    brought.state = CHECKED
    keep_problems(session, brought, made)


def keep_problems(session: Session, brought: TransferList, made: Plan) -> None:
    """Keep the figures and findings of a check; an earlier check's give way."""
    brought.rows, brought.sound, brought.refused = made.rows, made.sound, made.refused
    brought.faults = len(made.problems)
    session.execute(delete(ListProblem).where(ListProblem.list_id == brought.id))
    rows = [_problem_row(brought.id, problem) for problem in made.problems[:MOST_PROBLEMS]]
    if rows:
        session.execute(insert(table_of(ListProblem)), rows)


def _problem_row(list_id: int, problem: Problem) -> dict[str, Any]:
    kept = problem.message.as_dict()
    return {
        "list_id": list_id,
        "sheet": problem.place.sheet,
        "row": problem.place.row,
        "column": problem.place.column,
        "field": problem.field,
        "code": problem.code,
        "severity": problem.severity,
        "msgid": kept["msgid"],
        "parts": kept["values"],
        "clause": problem.clause,
    }


def exempt(session: Session, actor: Actor, project: Project, codes: Collection[str], reason: str) -> None:
    """Mark documents of the filing scope as not applicable to these works, with the reason."""
    require(actor, actions.EXEMPT, standing(session, project))
    if not reason.strip():
        raise RefusedError([Problem("exemption.no_reason", msg("Say why these documents do not exist."), "reason")])
    marked = {"project_id": project.id, "reason": reason.strip(), "marked_by": actor.name, "marked_at": now()}
    for code in sorted(codes):
        session.merge(Exemption(scope_code=code, **marked))
    subject = Subject("project", project.id, project.code)
    record(session, actor, "scope.exempted", subject, None, codes=sorted(codes), reason=reason.strip())


def withdraw_exemption(session: Session, actor: Actor, project: Project, codes: Collection[str]) -> None:
    """Take the marks away: the documents are wanted after all."""
    require(actor, actions.EXEMPT, standing(session, project))
    gone = delete(Exemption).where(Exemption.project_id == project.id, Exemption.scope_code.in_(codes))
    session.execute(gone)
    subject = Subject("project", project.id, project.code)
    record(session, actor, "scope.exemption_withdrawn", subject, None, codes=sorted(codes))


def begin_taking(session: Session, actor: Actor, project: Project, brought: TransferList) -> None:
    """Mark a list as being taken; one at a time for a project, so that what a killed import left can be removed.

    Raises ConflictError while another list of the project is being taken in. `put_back` ends it.
    """
    require(actor, actions.TAKE, standing(session, project))
    hold(session, project)
    if brought.state not in {CHECKED, TAKING}:
        raise ConflictError(msg("This list is not waiting to be taken in."))
    busy = queries.list_in_hand(session, project)
    if busy is not None and busy.id != brought.id:
        raise ConflictError(msg("Another list of this project is being taken in. Wait until it is done."))
    brought.state = TAKING
    session.flush()


def put_back(session: Session, brought: TransferList) -> None:
    """A list that was not taken after all waits for a decision again; what was staged of it is removed."""
    if brought.state == TAKING:
        transfer = session.get_one(Transfer, brought.transfer_id)
        catalogue.forget_arriving(session, transfer.project_id)
        brought.state = CHECKED


def begin_check(session: Session, actor: Actor, project: Project, brought: TransferList) -> None:
    """Mark a list as being checked once more, against the catalogue as it is now."""
    require(actor, actions.BRING, standing(session, project))
    if brought.state not in {CHECKED, REFUSED}:
        raise ConflictError(msg("This list is not waiting for a decision."))
    brought.state = CHECKING


def hold(session: Session, project: Project) -> None:
    """Keep others from beginning the same for this project until the transaction ends."""
    session.execute(select(Project.id).where(Project.id == project.id).with_for_update())


def take(
    backend: Backend,
    actor: Actor,
    list_id: int,
    facts: CatalogueFacts,
    made: Plan,
    progress: Progress = _in_silence,
) -> None:
    """Write a plan: staged in short transactions that nobody sees, then made visible by one.

    Killed in between, it leaves nothing visible; taking the list again removes what was staged and begins anew.
    """
    project_id, done = facts.project.id, 0
    with backend.writing() as session:
        catalogue.forget_arriving(session, project_id)
    for group in chunks(made.new_volumes, made.new_items, CHUNK):
        with backend.writing() as session:
            catalogue.stage(session, project_id, list_id, made, group)
        done += sum(1 + len(made.new_items.get(key, ())) for key, _ in group)
        progress(done, made.sound)
    with backend.writing() as session:
        if queries.staged(session, list_id) != len(made.new_volumes):
            raise ConflictError(msg("Another process took this list in at the same time. Look again and repeat."))
        catalogue.reveal(session, actor, facts, list_id, made, f"list/{list_id}")
        _close_list(session, actor, list_id, made)


def _close_list(session: Session, actor: Actor, list_id: int, made: Plan) -> None:
    brought = session.get_one(TransferList, list_id)
    transfer = session.get_one(Transfer, brought.transfer_id)
    brought.state, brought.taken_at, brought.digest = TAKEN, now(), made.digest()
    brought.added, brought.changed = made.added, made.changed
    brought.unchanged, brought.refused = made.unchanged, made.refused
    transfer.volumes += len(made.new_volumes)
    transfer.items += made.added - len(made.new_volumes)
    record(
        session,
        actor,
        "list.taken",
        subject_of(transfer),
        name=brought.name,
        sha256=brought.sha256,
        digest=brought.digest,
        added=made.added,
        changed=made.changed,
        unchanged=made.unchanged,
        refused=made.refused,
    )
