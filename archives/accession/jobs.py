"""Accession's long work: checking a list, and taking it into the catalogue."""

from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from archives.accession.listing import read_listing
from archives.accession.models import CHECKED, TAKEN, Transfer, TransferList
from archives.accession.service import keep_check, take
from archives.catalogue.intake import CatalogueFacts, Plan, plan
from archives.catalogue.queries import catalogue_facts
from archives.config import Settings
from archives.core.actors import Actor
from archives.core.errors import RefusedError
from archives.core.files import ContentStore
from archives.core.jobs import JobKind, Work
from archives.core.language import msg
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


def _check(work: Work) -> dict[str, Any]:
    with work.backend.reading() as session:
        project, brought = _wanted(session, work)
        _, made = examine(session, work.settings, work.actor, project, brought)
    work.progress(made.rows, made.rows)
    with work.backend.writing() as session:
        keep_check(session, session.get_one(TransferList, brought.id), made)
    return _figures(made)


def _take(work: Work) -> dict[str, Any]:
    with work.backend.reading() as session:
        project, brought = _wanted(session, work)
        if brought.state == TAKEN:  # taken already by a worker that was killed before it could say so
            return {"list": brought.id}
        facts, made = examine(session, work.settings, work.actor, project, brought)
    if (errors_in(made.problems) and not work.payload["sound_only"]) or not made.sound:
        _give_back(work, brought.id, made)
        raise RefusedError(errors_in(made.problems), msg("The list has faults; nothing was taken in."))
    take(work.backend, work.actor, brought.id, facts, made, work.progress)
    return _figures(made)


def _give_back(work: Work, list_id: int, made: Plan) -> None:
    with work.backend.writing() as session:
        brought = session.get_one(TransferList, list_id)
        keep_check(session, brought, made)
        brought.state = CHECKED


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


CHECK_LIST = JobKind("accession.check", "Check a transfer list", _check)
TAKE_LIST = JobKind("accession.take", "Take a transfer list into the catalogue", _take)
