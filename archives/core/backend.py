"""The only place that chooses between the embedded file and the server.

Both give the same thing: an engine whose writing transactions never fail halfway for want of a lock, and sessions.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

from archives.config import Settings
from archives.core.errors import ConfigurationError
from archives.core.language import msg

if TYPE_CHECKING:
    import psycopg

Kind = Literal["embedded", "server"]
WRITES = "chengdang_writes"
"""Execution option of a connection whose transaction may write."""


@dataclass(frozen=True, slots=True)
class Backend:
    """An open database: which kind it is, its engine and its sessions."""

    kind: Kind
    engine: Engine
    sessions: sessionmaker[Session]

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session whose one transaction may write; commits at the end, rolls back on any error."""
        with self.sessions.begin() as session:
            may_write(session)
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that only reads."""
        with self.sessions() as session:
            yield session

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()


def may_write(session: Session) -> None:
    """Begin the session's transaction as one that may write: the lock is taken before the first read.

    SQLite refuses at once, whatever the timeout, when a transaction that has read wants to write after another
    has written; taking the write lock first makes it wait its turn instead.
    """
    session.connection(execution_options={WRITES: True})


def is_writing(session: Session) -> bool:
    """Whether the session's transaction was begun as one that may write."""
    return bool(session.connection().get_execution_options().get(WRITES))


def open_backend(settings: Settings) -> Backend:
    """Open the database that the settings name. Creates no tables."""
    url = make_url(settings.url)
    if url.get_backend_name() == "sqlite":
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)  # records are nobody else's to read
        return _backend("embedded", _embedded_engine(url, settings.lock_seconds))
    return _backend("server", _server_engine(url))


def check_connection(backend: Backend) -> None:
    """Raise ConfigurationError with a clear sentence if the database does not answer."""
    try:
        with backend.engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except OperationalError as error:
        reason = str(error.orig).strip().splitlines()[0]
        raise ConfigurationError(msg("The database does not answer: %(reason)s", reason=reason)) from error


def _backend(kind: Kind, engine: Engine) -> Backend:
    return Backend(kind, engine, sessionmaker(engine, expire_on_commit=False))


def _server_engine(url: URL) -> Engine:
    engine = create_engine(url, pool_pre_ping=True, pool_size=10, max_overflow=20)
    event.listen(engine, "connect", _plan_anew)
    return engine


def _plan_anew(connection: "psycopg.Connection[Any]", _entry: ConnectionPoolEntry) -> None:
    """Have each statement planned for its own values, which takes some tenths of a millisecond.

    The plan that PostgreSQL keeps of a statement it met often knows neither a page's size nor how many versions a
    list names: the first page of a million lines then takes a hundred times as long.
    """
    connection.execute("SET plan_cache_mode = force_custom_plan")
    connection.commit()


def _embedded_engine(url: URL, lock_seconds: int) -> Engine:
    # The driver's own transaction control is switched off; BEGIN is ours (see `_begin`).
    arguments = {"timeout": lock_seconds, "isolation_level": None, "check_same_thread": False}
    engine = create_engine(url, connect_args=arguments, pool_size=20, max_overflow=20)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        "wal_autocheckpoint=0",  # the worker alone checkpoints (see `checkpoint`)
        "cache_size=-65536",
        "temp_store=MEMORY",
        "mmap_size=268435456",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    options: dict[str, Any] = dict(connection.get_execution_options())
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get(WRITES) else "BEGIN")


def checkpoint(backend: Backend) -> None:
    """Move the embedded file's write-ahead log into the file. One caller at a time: the worker.

    SQLite before 3.51.3 has a rare fault when two connections checkpoint and write at once.
    """
    if backend.kind == "embedded":
        with backend.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(PASSIVE)")
