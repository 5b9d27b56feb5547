"""Electronic files: into quarantine, matched to items, and into the content store when the transfer is accepted."""

from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import IO

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from archives.accession import actions
from archives.accession.contents import check_content, format_of
from archives.accession.models import ReceivedFile, Transfer
from archives.accession.packages import Matcher, Package, Target, check_name
from archives.accession.service import open_transfer, subject_of
from archives.catalogue.models import ARRIVING, ElectronicFile, Item, Volume
from archives.core.actors import Actor
from archives.core.audit import record
from archives.core.clock import now
from archives.core.db import table_of
from archives.core.errors import ConflictError, NotFoundError, RefusedError, UnreadableFileError
from archives.core.files import ContentStore, Stored
from archives.core.language import msg
from archives.core.permissions import require
from archives.core.problems import Problem
from archives.projects.models import Project, UnitWorks


def receive_file(
    session: Session, actor: Actor, project: Project, quarantine: ContentStore, stored: Stored, name: str, limit: int
) -> list[ReceivedFile]:
    """Take a file, or every file of a ZIP, into quarantine and match each to an item.

    `stored` is the upload, already in quarantine. A package with one dangerous entry is refused whole.
    """
    require(actor, actions.BRING, project)
    transfer = open_transfer(session, actor, project)
    plain = PurePosixPath(name.replace("\\", "/")).name
    if fault := check_name(plain):
        raise UnreadableFileError(fault)
    matcher = Matcher(targets(session, project))
    path = quarantine.path(stored.sha256)
    if format_of(path, plain)[0] == "ZIP":
        received = list(_unpack(path, quarantine, matcher, limit))
    else:
        received = [_examined(PurePosixPath(plain), stored, path, matcher)]
    for file in received:
        file.transfer_id = transfer.id
    known = _known(session, transfer)
    new = [file for file in received if (file.name, file.sha256) not in known]
    session.add_all(new)
    session.flush()
    digest = {file.name: file.sha256 for file in new}
    record(session, actor, "files.received", subject_of(transfer), package=plain, files=digest)
    return new


def _known(session: Session, transfer: Transfer) -> set[tuple[str, str]]:
    """What the transfer has already: sending the same package twice adds nothing."""
    wanted = select(ReceivedFile.name, ReceivedFile.sha256).where(ReceivedFile.transfer_id == transfer.id)
    return {(row.name, row.sha256) for row in session.execute(wanted)}


def _unpack(path: Path, quarantine: ContentStore, matcher: Matcher, limit: int) -> Iterator[ReceivedFile]:
    with Package(path, limit) as package:
        for entry in package.entries:
            with package.open(entry) as stream:
                stored = _store(quarantine, stream, entry.path)
            yield _examined(entry.path, stored, quarantine.path(stored.sha256), matcher)


def _store(quarantine: ContentStore, stream: IO[bytes], path: PurePosixPath) -> Stored:
    try:
        return quarantine.add(stream)
    except (OSError, ValueError, EOFError) as error:
        raise UnreadableFileError(msg("%(name)s is damaged in the package.", name=str(path))) from error


def _examined(name: PurePosixPath, stored: Stored, path: Path, matcher: Matcher) -> ReceivedFile:
    found, media_type = format_of(path, name.name)
    fault = check_content(name.name, found)
    return ReceivedFile(
        name=str(name),
        sha256=stored.sha256,
        size=stored.size,
        format=found,
        media_type=media_type,
        item_id=None if fault else matcher.find(name),
        problem=str(fault) if fault else "",
        received_at=now(),
    )


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
    require(actor, actions.BRING, project)
    file, transfer = _file_of(session, project, file_id)
    if item_id is not None:
        item = session.get(Item, item_id)
        if item is None or item.project_id != project.id:
            raise NotFoundError
    old, file.item_id = file.item_id, item_id
    record(session, actor, "file.matched", subject_of(transfer), {"item": (old, item_id)}, name=file.name)


def drop_file(session: Session, actor: Actor, project: Project, file_id: int) -> None:
    """Send a file back: it is forgotten; its bytes stay in quarantine until they are cleared away."""
    require(actor, actions.BRING, project)
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
