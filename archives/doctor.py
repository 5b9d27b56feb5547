"""Looks at an installation and says what is wrong, before a user finds out."""

import sqlite3
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from sqlalchemy import select

from archives.catalogue.texts import count_unread
from archives.config import Settings
from archives.core import clock
from archives.core.audit import GENESIS, AuditEntry, AuditHead
from archives.core.backend import Backend, check_connection, open_backend
from archives.core.documents.glyphs import FONTS, WEIGHTS
from archives.core.errors import ArchivesError
from archives.core.language import Message, msg
from archives.discovery import keeping
from archives.schema import require_current

OLDEST_PYTHON = (3, 11)
OLDEST_SQLITE = (3, 35, 0)
SAFE_SQLITE = (3, 51, 3)
"""From this version on, two connections may checkpoint and write at once without the WAL-reset fault."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    name: str
    sound: bool
    said: Message

    def as_dict(self) -> dict[str, Any]:
        """For JSON, in the current language."""
        return {"name": self.name, "sound": self.sound, "message": str(self.said)}


def examine(settings: Settings) -> list[Finding]:
    """Look at everything; what cannot be reached is a finding, not an error."""
    findings = [_python(), _sqlite(sqlite3.sqlite_version_info), _zone(settings), _fonts(FONTS), *_folders(settings)]
    backend = open_backend(settings)
    try:
        reached = _tried("database", msg("The database answers."), lambda: check_connection(backend))
        findings.append(reached)
        if reached.sound:
            findings += _inside(backend)
    finally:
        backend.close()
    return findings


def _inside(backend: Backend) -> Iterator[Finding]:
    schema = _tried("schema", msg("The schema is the newest."), lambda: require_current(backend))
    yield schema
    if schema.sound:
        yield _audit_head(backend)
        yield _search(backend)
        yield _texts(backend)


def _tried(name: str, sound: Message, attempt: Callable[[], None]) -> Finding:
    try:
        attempt()
    except ArchivesError as error:
        return Finding(name, False, error.message)
    return Finding(name, True, sound)


def _python() -> Finding:
    running = ".".join(map(str, sys.version_info[:3]))
    return Finding("python", sys.version_info >= OLDEST_PYTHON, msg("Python %(version)s", version=running))


def _sqlite(version: tuple[int, ...]) -> Finding:
    number = ".".join(map(str, version))
    if version < OLDEST_SQLITE:
        return Finding("sqlite", False, msg("SQLite %(version)s is too old; 3.35 is the least.", version=number))
    if version < SAFE_SQLITE:
        said = msg(
            "SQLite %(version)s. Before 3.51.3 two connections must not checkpoint and write at once: "
            "the worker alone checkpoints, so run one worker only on the embedded file.",
            version=number,
        )
        return Finding("sqlite", True, said)
    return Finding("sqlite", True, msg("SQLite %(version)s", version=number))


def _zone(settings: Settings) -> Finding:
    here = clock.now().astimezone(settings.timezone)
    said = msg("Time zone %(zone)s; it is %(now)s there.", zone=settings.timezone.key, now=f"{here:%Y-%m-%d %H:%M}")
    return Finding("time_zone", True, said)


def _fonts(folder: Path) -> Finding:
    missing = [name for name in WEIGHTS if not (folder / name).is_file()]
    if missing:
        return Finding("fonts", False, msg("These fonts are missing: %(names)s", names=", ".join(missing)))
    return Finding("fonts", True, msg("The fonts of the papers are there."))


def _folders(settings: Settings) -> Iterator[Finding]:
    for name in ("data", "files", "quarantine"):
        yield _writable(name, getattr(settings, name))


def _writable(name: str, folder: Path) -> Finding:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            return Finding(f"folder_{name}", True, msg("%(folder)s can be written.", folder=str(folder)))
    except OSError as error:
        said = msg("%(folder)s cannot be written: %(reason)s", folder=str(folder), reason=error.strerror)
        return Finding(f"folder_{name}", False, said)


def _audit_head(backend: Backend) -> Finding:
    """Whether the head is the last entry; the whole chain is `chengdang audit verify`'s work."""
    with backend.reading() as session:
        head = session.execute(select(AuditHead.seq, AuditHead.hash)).one_or_none()
        newest = select(AuditEntry.seq, AuditEntry.hash).order_by(AuditEntry.seq.desc()).limit(1)
        last = session.execute(newest).one_or_none() or (0, GENESIS)
    if head is None or tuple(head) != tuple(last):
        return Finding("audit_head", False, msg("The audit's head is not its last entry; run: chengdang audit verify"))
    return Finding("audit_head", True, msg("The audit's head is entry %(seq)d.", seq=head.seq))


def _search(backend: Backend) -> Finding:
    """Whether the index hears of changes and is as large as the records; each document is `index check`'s work."""
    with backend.writing() as session:
        found = keeping.glance(session)
    if found.faults:
        return Finding("search", False, msg("The search index is not whole; run: chengdang index check"))
    return Finding("search", True, msg("The search index has %(count)d records.", count=found.documents))


def _texts(backend: Backend) -> Finding:
    """Files that nobody has read yet, as after an upgrade from a version that did not: search does not find them."""
    with backend.reading() as session:
        unread = count_unread(session)
    if unread:
        said = msg("%(count)d electronic files wait to be read; run: chengdang catalogue read-files", count=unread)
        return Finding("files_read", True, said)
    return Finding("files_read", True, msg("Every accepted electronic file was read for the search."))
