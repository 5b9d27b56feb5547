"""Entry into the holdings (进馆登记): accession numbers in order of arrival, archival codes, places on the shelf."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, bindparam, select, update
from sqlalchemy.orm import Session

from archives.accession import actions
from archives.accession.models import Transfer
from archives.accession.queries import list_in_hand
from archives.accession.receiving import accept_files
from archives.accession.service import subject_of
from archives.catalogue.codes import codes_for, taken_codes
from archives.catalogue.models import ACCESSIONED, IN_TRANSFER, Volume
from archives.core import numbering
from archives.core.actors import Actor
from archives.core.audit import record
from archives.core.clock import now, today
from archives.core.db import table_of
from archives.core.errors import ConflictError, ForbiddenError, RefusedError
from archives.core.files import ContentStore
from archives.core.language import msg
from archives.core.permissions import require
from archives.core.problems import Problem
from archives.core.registry import Registry
from archives.procedure import service as procedure
from archives.projects.models import Project

ACCESSION = "accession"
"""The sequence of accession numbers: one for the whole archives."""
LONGEST_LOCATION = 40


@dataclass(frozen=True, slots=True)
class Place:
    """What one volume gets."""

    volume_id: int
    accession_no: int
    archival_code: str
    shelf_location: str


def waiting(session: Session, project: Project, *conditions: ColumnElement[bool]) -> Sequence[Volume]:
    """The project's volumes that are not in the holdings yet, in order."""
    wanted = select(Volume).where(Volume.project_id == project.id, Volume.state == IN_TRANSFER, *conditions)
    return session.scalars(wanted.order_by(Volume.unit_id, Volume.sort_key, Volume.id)).all()


def enter(
    session: Session, actor: Actor, project: Project, transfer: Transfer, locations: Mapping[int, str]
) -> list[Place]:
    """Give every waiting volume its accession number, archival code and shelf; refuses if one has no shelf.

    The state of the project is the procedure's business; this is done in the same transaction.
    """
    require(actor, actions.ENTER, project)
    volumes = waiting(session, project)
    if not volumes:
        raise ConflictError(msg("No volume of this project waits for entry into the holdings."))
    if list_in_hand(session, project) is not None:
        raise ConflictError(msg("A list of this project is being taken in. Wait until it is done."))
    _require_clearance(actor, volumes)
    _check_locations(volumes, locations)
    codes = _codes(session, project, volumes)
    numbers = numbering.reserve(session, ACCESSION, len(volumes))
    places = [
        Place(volume.id, number, codes[volume.id], locations[volume.id].strip())
        for volume, number in zip(volumes, numbers, strict=True)
    ]
    _write(session, places)
    transfer.state, transfer.closed_at = "closed", now()
    record(
        session,
        actor,
        "holdings.entered",
        subject_of(transfer),
        project=project.code,
        volumes=len(places),
        first=places[0].accession_no,
        last=places[-1].accession_no,
    )
    return places


def arrive(
    session: Session,
    actor: Actor,
    project: Project,
    locations: Mapping[int, str],
    asked: Mapping[str, object],
    registry: Registry,
    quarantine: ContentStore,
    files: ContentStore,
) -> list[Place]:
    """The whole entry in one transaction: the procedure's move, numbers and shelves, files into the store."""
    transfer = session.scalars(
        select(Transfer).where(Transfer.project_id == project.id).order_by(Transfer.id.desc())
    ).first()
    if transfer is None:
        raise ConflictError(msg("Nothing was transferred yet."))
    procedure.move(session, actor, project, "enter", asked, registry, files)
    places = enter(session, actor, project, transfer, locations)
    accept_files(session, actor, transfer, quarantine, files)
    return places


def _require_clearance(actor: Actor, volumes: Sequence[Volume]) -> None:
    if not actor.is_unrestricted and any(volume.secrecy > actor.clearance for volume in volumes):
        raise ForbiddenError(msg("Some of these volumes are more secret than you may handle."))


def _codes(session: Session, project: Project, volumes: Sequence[Volume]) -> dict[int, str]:
    """The archival codes by the office's template; refuses if another project's volume bears one of them."""
    codes = codes_for(session, project, volumes)
    problems = list(taken_codes(session, {codes[volume.id] for volume in volumes if not volume.archival_code}))
    if problems:
        raise RefusedError(problems)
    return codes


def _check_locations(volumes: Sequence[Volume], locations: Mapping[int, str]) -> None:
    problems = [
        Problem(
            "shelf.missing",
            msg("Volume %(number)s has no shelf location.", number=volume.volume_no),
            f"shelf_{volume.id}",
        )
        for volume in volumes
        if not locations.get(volume.id, "").strip() or len(locations[volume.id]) > LONGEST_LOCATION
    ]
    if problems:
        raise RefusedError(problems)


def _write(session: Session, places: Sequence[Place]) -> None:
    table = table_of(Volume)
    statement = (
        update(table)
        .where(table.c.id == bindparam("b_id"))
        .values(
            accession_no=bindparam("b_number"),
            archival_code=bindparam("b_code"),
            shelf_location=bindparam("b_shelf"),
            state=ACCESSIONED,
            accessioned_on=today(),
            version=table.c.version + 1,
        )
    )
    rows = [
        {
            "b_id": place.volume_id,
            "b_number": place.accession_no,
            "b_code": place.archival_code,
            "b_shelf": place.shelf_location,
        }
        for place in places
    ]
    session.execute(statement, rows)
    session.expire_all()
