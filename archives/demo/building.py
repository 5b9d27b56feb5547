"""Puts the city up: beside its place in a workshop, then into its place as a whole, the database last.

Killed at any moment it leaves an instance or none; the next call clears the workshop and begins anew. On a database
server nothing can be put up beside, so a city that was begun there and not finished is told and left alone.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from enum import Enum
from pathlib import Path

from sqlalchemy import select, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from archives import schema
from archives.accounts.queries import any_account
from archives.config import Settings
from archives.core.actors import Actor
from archives.core.audit import AuditEntry
from archives.core.backend import Backend, check_connection, open_backend
from archives.core.errors import ConfigurationError, ConflictError
from archives.core.jobs import Worker
from archives.core.language import DEFAULT_LANGUAGE, msg, speaking
from archives.core.registry import Registry
from archives.demo.city import BEGUN, FINISHED, Told, build
from archives.demo.examples import write_examples
from archives.demo.people import table
from archives.demo.plots import Size

WORKSHOP = ".demonstration"
ACCOUNTS = "demonstration-accounts.txt"
EXAMPLES = "examples"
FOLDERS = ("files", "quarantine", EXAMPLES)


class Standing(Enum):
    """What is there already."""

    NOTHING = "nothing"
    UNFINISHED = "unfinished"
    INSTANCE = "instance"


@contextmanager
def alone(data: Path) -> Iterator[None]:
    """Let only one builder at a time into a data folder. Raises ConflictError for a second one."""
    data.mkdir(parents=True, exist_ok=True)
    with (data / f"{WORKSHOP}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ConflictError(msg("The demonstration city is being made at this moment.")) from None
        yield


def ensure(settings: Settings, registry: Registry, operator: Actor, size: Size, told: Told) -> bool:
    """Make the city unless there is an instance; says whether it did. Raises ConfigurationError for half a city."""
    found = standing(settings)
    if found is Standing.UNFINISHED:
        sentence = msg("A demonstration city was begun in this database and never finished. Give an empty database.")
        raise ConfigurationError(sentence)
    if found is Standing.INSTANCE:
        return False
    with speaking(DEFAULT_LANGUAGE):
        target = _file_of(settings)
        if target is None:
            _fill(settings, registry, operator, size, told)
        else:
            _put_up_beside(settings, target, registry, operator, size, told)
    return True


def standing(settings: Settings) -> Standing:
    """What the settings' database holds."""
    target = _file_of(settings)
    if target is not None and not target.exists():
        return Standing.NOTHING
    backend = open_backend(settings)
    try:
        check_connection(backend)
        if schema.current(backend) is None:
            return Standing.NOTHING
        with backend.reading() as session:
            return _standing_of(session)
    finally:
        backend.close()


def _standing_of(session: Session) -> Standing:
    if not any_account(session):
        return Standing.NOTHING
    told = set(session.scalars(select(AuditEntry.action).where(AuditEntry.action.in_((BEGUN, FINISHED)))))
    return Standing.UNFINISHED if told == {BEGUN} else Standing.INSTANCE


def _file_of(settings: Settings) -> Path | None:
    """The embedded database's file; None for a server."""
    url = make_url(settings.url)
    return Path(str(url.database)) if url.get_backend_name() == "sqlite" else None


def _put_up_beside(
    settings: Settings, target: Path, registry: Registry, operator: Actor, size: Size, told: Told
) -> None:
    workshop = settings.data / WORKSHOP
    shutil.rmtree(workshop, ignore_errors=True)
    inner = replace(settings, data=workshop, database_url="")
    _fill(inner, registry, operator, size, told)
    for name in FOLDERS:
        _bring_home(workshop / name, settings.data / name)
    (workshop / ACCOUNTS).replace(settings.data / ACCOUNTS)
    _bring_database(_file_of(inner) or target, target)
    shutil.rmtree(workshop, ignore_errors=True)


def _bring_home(source: Path, target: Path) -> None:
    """Move every file of a folder into another; one of the same name gives way."""
    for path in sorted(source.rglob("*")):
        if path.is_file():
            home = target / path.relative_to(source)
            home.parent.mkdir(parents=True, exist_ok=True)
            path.replace(home)


def _bring_database(built: Path, target: Path) -> None:
    """The last step: with the file in its place there is an instance. A log of another file must not stay beside it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f"{target.name}.incoming")
    shutil.move(built, beside)
    for suffix in ("-wal", "-shm"):
        target.with_name(target.name + suffix).unlink(missing_ok=True)
    beside.replace(target)


def _fill(settings: Settings, registry: Registry, operator: Actor, size: Size, told: Told) -> None:
    """Schema, history, files to try, and the accounts' passwords for whoever may read the folder."""
    backend = open_backend(settings)
    try:
        check_connection(backend)
        schema.migrate(backend)
        schema.require_current(backend)
        logins, chapters = build(backend, settings, registry, operator, size, told)
        _do_what_waits(Worker(backend, settings, registry.job_kinds))
        with backend.reading() as session:
            write_examples(session, settings.data / EXAMPLES, chapters)
        _write_secret(settings.data / ACCOUNTS, table(logins) + "\n")
        _fold_log(backend)
    finally:
        backend.close()


def _do_what_waits(worker: Worker) -> None:
    """The city's own worker: what its people brought about is done when somebody first looks."""
    while worker.run_one():
        pass


def _write_secret(path: Path, content: str) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(content)


def _fold_log(backend: Backend) -> None:
    """Bring the embedded file's log into the file, for the file alone is moved."""
    if backend.kind == "embedded":
        with backend.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
