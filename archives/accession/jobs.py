"""Accession's long work: checking a list, and taking it into the catalogue."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from archives.accession.listing import read_listing
from archives.accession.models import CHECKED, CHECKING, REFUSED, TAKEN, Transfer, TransferList
from archives.accession.service import begin_taking, keep_check, keep_problems, put_back, take
from archives.catalogue.intake import CatalogueFacts, Plan, plan
from archives.catalogue.queries import catalogue_facts
from archives.config import Settings
from archives.core.actors import Actor
from archives.core.errors import ConflictError, RefusedError
from archives.core.files import ContentStore
from archives.core.jobs import Job, JobKind, Work, enqueue
from archives.core.language import current_language, msg
from archives.core.problems import errors_in
from archives.projects.models import Project


def examine(
    session: Session, settings: Settings, actor: Actor, project: Project, brought: TransferList
) -> tuple[CatalogueFacts, Plan]:
    """Plan what taking a list in would do; nothing is written."""
    path = ContentStore(settings.quarantine).path(brought.sha256)
    return check_file(session, settings, actor, project, path, brought.name, brought.unit)


def check_file(
    session: Session, settings: Settings, actor: Actor, project: Project, path: Path, name: str, unit: str
) -> tuple[CatalogueFacts, Plan]:
    """Read a file as a list of the project and plan what taking it in would do; nothing is written."""
    facts = catalogue_facts(session, actor, project)
    listing = read_listing(session, path, name, unit, settings)
    made = plan(listing.volumes, listing.items, facts)
    made.problems[:0] = listing.problems
    return facts, made


def enqueue_check(session: Session, actor: Actor, brought: TransferList) -> Job:
    """Have a list checked by the worker."""
    return _enqueue(session, actor, CHECK_LIST, brought, {})


def enqueue_take(session: Session, actor: Actor, project: Project, brought: TransferList, sound_only: bool) -> Job:
    """Have a checked list taken in by the worker: all of it, or its sound rows. Raises ConflictError."""
    if brought.state != CHECKED:
        raise ConflictError(msg("This list is not waiting to be taken in."))
    begin_taking(session, actor, project, brought)
    return _enqueue(session, actor, TAKE_LIST, brought, {"sound_only": sound_only})


def _enqueue(session: Session, actor: Actor, kind: JobKind, brought: TransferList, choices: dict[str, Any]) -> Job:
    payload = {"list": brought.id, **choices}
    job = enqueue(session, actor, kind, subject=("list", brought.id), language=current_language(), payload=payload)
    brought.job_id = job.id
    return job


def _check(work: Work) -> dict[str, Any]:
    with work.backend.reading() as session:
        project, brought = _wanted(session, work)
        _, made = examine(session, work.settings, work.actor, project, brought)
    _tell(work, made)
    work.progress(made.rows, made.rows)
    with work.backend.writing() as session:
        brought = session.get_one(TransferList, brought.id)
        if brought.state in {CHECKING, REFUSED}:  # REFUSED: tried again after a failure
            keep_check(session, brought, made)
    return _figures(made)


def _refuse(session: Session, payload: Mapping[str, Any]) -> None:
    """A list whose check did not come to an end is none that can be taken in."""
    brought = session.get_one(TransferList, payload["list"])
    if brought.state == CHECKING:
        brought.state = REFUSED


def _take(work: Work) -> dict[str, Any]:
    with work.backend.writing() as session:
        project, brought = _wanted(session, work)
        if brought.state == TAKEN:  # taken already by a worker that was killed before it could say so
            return {"added": brought.added, "changed": brought.changed, "unchanged": brought.unchanged}
        begin_taking(session, work.actor, project, brought)
    with work.backend.reading() as session:
        project, brought = _wanted(session, work)
        facts, made = examine(session, work.settings, work.actor, project, brought)
    _tell(work, made)
    faults = errors_in(made.problems)
    if not made.sound or (faults and not work.payload["sound_only"]):
        with work.backend.writing() as session:
            keep_problems(session, session.get_one(TransferList, brought.id), made)
        raise RefusedError(faults, msg("The list has faults; nothing was taken in."))
    take(work.backend, work.actor, brought.id, facts, made, work.progress)
    return _figures(made)


def _put_back(session: Session, payload: Mapping[str, Any]) -> None:
    put_back(session, session.get_one(TransferList, payload["list"]))


def _tell(work: Work, made: Plan) -> None:
    sentence = msg("%(rows)d rows were read; %(sound)d are sound.", rows=made.rows, sound=made.sound)
    work.log(sentence)


def _wanted(session: Session, work: Work) -> tuple[Project, TransferList]:
    brought = session.get_one(TransferList, work.payload["list"])
    transfer = session.get_one(Transfer, brought.transfer_id)
    return session.get_one(Project, transfer.project_id), brought


def _figures(made: Plan) -> dict[str, Any]:
    return {
        "rows": made.rows,
        "sound": made.sound,
        "added": made.added,
        "changed": made.changed,
        "unchanged": made.unchanged,
        "refused": made.refused,
    }


CHECK_LIST = JobKind("accession.check", "Check a transfer list", _check, _refuse)
TAKE_LIST = JobKind("accession.take", "Take a transfer list into the catalogue", _take, _put_back)
