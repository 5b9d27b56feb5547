"""Electronic files: into quarantine, matched to items, and into the content store when the transfer is accepted."""

import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from archives.accession import actions
from archives.accession.contents import check_content, format_of, is_program
from archives.accession.models import ReceivedFile, Transfer
from archives.accession.packages import BROKEN, Entry, Matcher, Package, Target, check_name
from archives.accession.service import open_transfer, subject_of
from archives.catalogue.models import ARRIVING, ElectronicFile, Item, Volume
from archives.catalogue.queries import standing
from archives.catalogue.texts import enqueue_reading
from archives.core.actors import Actor
from archives.core.audit import record
from archives.core.clock import now
from archives.core.db import table_of
from archives.core.errors import ConflictError, NotFoundError, RefusedError, UnreadableFileError
from archives.core.files import ContentStore, Stored
from archives.core.language import Message, msg
from archives.core.permissions import require
from archives.core.problems import Problem
from archives.projects.models import Project, UnitWorks

MOST_UNPACKED = 4
"""How many times larger than an upload may be what is packed in it."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """A file as it came: its path in the package, its bytes in quarantine, what it is and what is wrong with it."""

    path: PurePosixPath
    stored: Stored
    format: str
    media_type: str
    fault: Message | None


def receive_file(
    session: Session, actor: Actor, project: Project, quarantine: ContentStore, stored: Stored, name: str, limit: int
) -> list[ReceivedFile]:
    """Take a file, or every file of a ZIP, into quarantine and match each to an item."""
    return note_files(session, actor, project, name, unpack(quarantine, stored, name, limit))


def unpack(quarantine: ContentStore, stored: Stored, name: str, limit: int) -> list[Arrived]:
    """The file itself, or every file of a ZIP, in quarantine and looked at; needs no database.

    `stored` is the upload, already in quarantine. Raises UnreadableFileError or TooLargeError: a package with one
    dangerous entry is refused whole.
    """
    plain = plain_name(name)
    path = quarantine.path(stored.sha256)
    if plain.lower().endswith(".zip") and zipfile.is_zipfile(path):
        return list(_unpacked(path, quarantine, limit))
    return [_examined(PurePosixPath(plain), stored, path)]


def plain_name(name: str) -> str:
    """A file's own name, without the folders that some browsers send. Raises UnreadableFileError."""
    plain = PurePosixPath(name.replace("\\", "/")).name
    if fault := check_name(plain):
        raise UnreadableFileError(fault)
    return plain


def note_files(
    session: Session, actor: Actor, project: Project, name: str, arrived: Sequence[Arrived]
) -> list[ReceivedFile]:
    """Note files that came under one name, each matched to its item; returns the new ones.

    The same file again adds nothing; another one of the same name takes its place and its item.
    """
    require(actor, actions.BRING, standing(session, project))
    transfer = open_transfer(session, actor, project)
    matcher, known = Matcher(targets(session, project)), _known(session, transfer)
    new: list[ReceivedFile] = []
    replaced: dict[str, str] = {}
    for file in arrived:
        old = known.get(str(file.path))
        if old is not None and old.sha256 == file.stored.sha256:
            continue
        new.append(noted := _noted(transfer, file, matcher))
        if old is not None:
            noted.item_id = noted.item_id or (None if file.fault else old.item_id)
            replaced[old.name] = old.sha256
            session.delete(old)
    session.add_all(new)
    session.flush()
    digest = {file.name: file.sha256 for file in new}
    subject = subject_of(transfer)
    record(session, actor, "files.received", subject, None, package=plain_name(name), files=digest, replaced=replaced)
    return new


def _known(session: Session, transfer: Transfer) -> dict[str, ReceivedFile]:
    """What the transfer has already, by name."""
    wanted = select(ReceivedFile).where(ReceivedFile.transfer_id == transfer.id)
    return {file.name: file for file in session.scalars(wanted)}


def _noted(transfer: Transfer, file: Arrived, matcher: Matcher) -> ReceivedFile:
    return ReceivedFile(
        transfer_id=transfer.id,
        name=str(file.path),
        sha256=file.stored.sha256,
        size=file.stored.size,
        format=file.format,
        media_type=file.media_type,
        item_id=None if file.fault else matcher.find(file.path),
        problem=str(file.fault or ""),
        received_at=now(),
    )


def _unpacked(path: Path, quarantine: ContentStore, limit: int) -> Iterator[Arrived]:
    with Package(path, limit) as package:
        for entry in package.entries:
            stored = _store(quarantine, package, entry)
            yield _examined(entry.path, stored, quarantine.path(stored.sha256))


def _store(quarantine: ContentStore, package: Package, entry: Entry) -> Stored:
    try:
        with package.open(entry) as stream:
            return quarantine.add(stream)
    except BROKEN as error:
        raise UnreadableFileError(msg("%(name)s is damaged in the package.", name=str(entry.path))) from error


def _examined(name: PurePosixPath, stored: Stored, path: Path) -> Arrived:
    found, media_type = format_of(path, name.name)
    if is_program(name.name, found):
        raise UnreadableFileError(msg("%(name)s is a program; it is not kept.", name=str(name)))
    return Arrived(name, stored, found, media_type, check_content(name.name, found))


def targets(session: Session, project: Project) -> list[Target]:
    """The project's items as a file's name may mean them."""
    units = {0: ""} | {
        row.id: row.name
        for row in session.execute(select(UnitWorks.id, UnitWorks.name).where(UnitWorks.project_id == project.id))
    }
    wanted = (
        select(Item.id, Volume.unit_id, Volume.volume_no, Item.sequence, Item.title)
        .join(Volume, Volume.id == Item.volume_id)
        .where(Item.project_id == project.id, Volume.state != ARRIVING)
    )
    return [
        Target(row.id, units.get(row.unit_id, ""), row.volume_no, row.sequence, row.title)
        for row in session.execute(wanted)
    ]


def item_named(session: Session, project: Project, text: str) -> int | None:
    """The item that a person means by `001-3` (volume and sequence number); None for nothing. Raises RefusedError."""
    if not text.strip():
        return None
    found = Matcher(targets(session, project)).find(PurePosixPath(f"{text.strip()}.x"))
    if found is None:
        sentence = msg("No item, or more than one, is called %(text)s. Write volume and item as 001-3.", text=text[:40])
        raise RefusedError([Problem("item.unknown", sentence, "item")])
    return found


def match_file(session: Session, actor: Actor, project: Project, file_id: int, item_id: int | None) -> None:
    """Say by hand which item a file belongs to; None takes the match away."""
    require(actor, actions.BRING, standing(session, project))
    file, transfer = _file_of(session, project, file_id)
    if item_id is not None and file.problem:
        raise ConflictError(msg("This file cannot be kept: %(problem)s Send it back.", problem=file.problem))
    if item_id is not None:
        item = session.get(Item, item_id)
        if item is None or item.project_id != project.id:
            raise NotFoundError
    old, file.item_id = file.item_id, item_id
    record(session, actor, "file.matched", subject_of(transfer), {"item": (old, item_id)}, name=file.name)


def drop_file(session: Session, actor: Actor, project: Project, file_id: int) -> None:
    """Send a file back: it is forgotten; its bytes stay in quarantine until they are cleared away."""
    require(actor, actions.BRING, standing(session, project))
    file, transfer = _file_of(session, project, file_id)
    record(session, actor, "file.dropped", subject_of(transfer), None, name=file.name, sha256=file.sha256)
    session.delete(file)


def _file_of(session: Session, project: Project, file_id: int) -> tuple[ReceivedFile, Transfer]:
    file = session.get(ReceivedFile, file_id)
    transfer = session.get(Transfer, file.transfer_id) if file else None
    if file is None or transfer is None or transfer.project_id != project.id:
        raise NotFoundError
    if transfer.state != "open":
        raise ConflictError(msg("The transfer is closed."))
    return file, transfer


def accept_files(
    session: Session, actor: Actor, transfer: Transfer, quarantine: ContentStore, files: ContentStore
) -> int:
    """Bring every matched file into the content store and attach it to its item; returns how many."""
    accepted = matched_files(session, transfer)
    for file in accepted:
        quarantine.promote(file.sha256, files)
    if accepted:
        session.execute(insert(table_of(ElectronicFile)), [_accepted(file) for file in accepted])
    enqueue_reading(session, actor)
    record(session, actor, "files.accepted", subject_of(transfer), count=len(accepted))
    return len(accepted)


def matched_files(session: Session, transfer: Transfer) -> Sequence[ReceivedFile]:
    """Files that belong to an item and have no fault."""
    wanted = select(ReceivedFile).where(ReceivedFile.transfer_id == transfer.id, ReceivedFile.item_id.is_not(None))
    return session.scalars(wanted.where(ReceivedFile.problem == "").order_by(ReceivedFile.id)).all()


def _accepted(file: ReceivedFile) -> dict[str, object]:
    return {
        "item_id": file.item_id,
        "name": PurePosixPath(file.name).name,
        "sha256": file.sha256,
        "size": file.size,
        "format": file.format,
        "media_type": file.media_type,
        "is_accepted": True,
        "received_at": file.received_at,
    }
