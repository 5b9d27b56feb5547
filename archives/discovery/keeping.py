"""The index in step with the records: what a transaction changed is in the index before it commits.

The database notes what changed (`watching`); just before the commit the notes are read, the documents concerned are
made anew from the records as this transaction sees them, and the notes are gone. So an index entry can be neither
missing nor stale, whichever door or statement made the change.
"""

import shutil
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, func, literal, select, text
from sqlalchemy.event import listens_for
from sqlalchemy.orm import Session

from archives.core.backend import Backend, is_writing
from archives.discovery import watching
from archives.discovery.models import DUE, INDEX
from archives.discovery.sources.contract import COLUMNS, RANK_BITS, Source, in_parts
from archives.discovery.sources.every import SOURCES
from search.contract import Health, Index
from search.entries import in_chunks, long_line
from search.open import open_index

AT_ONCE = 1_000
"""Records of which a rebuild makes documents in one transaction."""

_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(:key)").bindparams(bindparam("key", 0x636864))
"""On the server, index entries depend on rows that another transaction may be changing: the second waits for the
first and then reads what it committed. On the embedded file there is one writer anyway."""

Notes = dict[str, set[int]]
Told = Callable[[int, int], None]
MOST_FAULTS = 10
"""Documents of one kind that a check names."""


def own_index(connection: Connection) -> Index:
    """The index in the records' own database: the one that is written."""
    return open_index(connection.dialect.name, INDEX)


@listens_for(Session, "before_commit")
def _catch_up(session: Session) -> None:
    if session.in_nested_transaction() or not session.in_transaction() or not is_writing(session):
        return
    session.flush()
    catch_up(session)


def catch_up(session: Session) -> None:
    """Bring the index in step with what this transaction changed so far."""
    noted = session.execute(delete(DUE).returning(DUE.c.name, DUE.c.record)).all()
    if not noted:
        return
    notes: Notes = defaultdict(set)
    for name, record in noted:
        notes[name].add(record)
    connection = session.connection()
    _take_turn(connection)
    index = own_index(connection)
    for source in SOURCES:
        _renew(session, index, source, notes)
        _restate(session, index, source, notes)


def _take_turn(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(_ONE_AT_A_TIME)


def _renew(session: Session, index: Index, source: Source, notes: Notes) -> None:
    concerned = set(notes.get(source.kind, ()))
    for name, concerns in source.renewed.items():
        for part in in_parts(session, notes.get(name, ())):
            concerned.update(session.scalars(concerns(part)))
    for part in source.parts(session, concerned):
        _write(session, index, source, part, gone=_there(session, source, part))


def _there(session: Session, source: Source, records: Sequence[int]) -> list[int]:
    """The documents that some records may have now."""
    if not source.fan:
        return [source.first(record) for record in records]
    document = INDEX.document.c.id
    spans = (document.between(source.first(record), source.last(record)) for record in records)
    return [one for span in spans for one in session.scalars(select(document).where(span))]


def _write(session: Session, index: Index, source: Source, records: Sequence[int], gone: Collection[int]) -> None:
    """Make the documents of some records anew; those of `gone` that are not among them vanish."""
    made = source.made(session, records)
    index.replace(session.connection(), made)
    index.remove(session.connection(), sorted(set(gone) - {document.id for document in made}))


def _restate(session: Session, index: Index, source: Source, notes: Notes) -> None:
    for name, concerns in source.restated.items():
        for part in in_parts(session, notes.get(name, ())):
            index.restate(session.connection(), _as_documents(source, concerns(part)))


def _as_documents(source: Source, records: Select[int]) -> Select[Any]:
    """The columns that these records state now, under the index's ids."""
    stated = source.stated(records).subquery()
    columns = [column for column in stated.c if column.name in COLUMNS]
    return select((literal(source.first(0)) + stated.c.id).label("id"), *columns)


# The whole index


def complete(backend: Backend) -> None:
    """Make the index where there is none yet: a database from before there was one has records and no document."""
    with backend.reading() as session:
        empty = session.scalar(select(INDEX.document.c.id).limit(1)) is None
        records = any(count for _, count in _counted(session))
    if empty and records:
        rebuild(backend)


def rebuild(backend: Backend, told: Told = lambda _done, _all: None) -> int:
    """Make the index anew while it is searched: how many records were read. `told` hears how many of all are done.

    Each part is read and written in one short transaction, so a record that is saved meanwhile is as it was saved.
    """
    with backend.writing() as session:
        connection = session.connection()
        watching.watch(connection)
        index = own_index(connection)
        if index.health(connection).faults:
            index.clear(connection)
    with backend.reading() as session:
        everything = sum(count for _, count in _counted(session))
    done = 0
    for source in SOURCES:
        for count in _rebuilt(backend, source):
            done += count
            told(done, everything)
    return done


def rebuild_whoosh(backend: Backend, folder: Path) -> int:
    """Make Whoosh's index anew from the documents in the database. No other process may be searching it."""
    shutil.rmtree(folder, ignore_errors=True)
    with backend.reading() as session:
        connection = session.connection()
        return open_index(connection.dialect.name, INDEX, folder).health(connection).indexed


def _rebuilt(backend: Backend, source: Source) -> Iterator[int]:
    last, more = 0, True
    document = INDEX.document.c.id
    while more:
        with backend.writing() as session:
            _take_turn(session.connection())
            every = source.every()
            key = every.selected_columns[0]
            records = list(session.scalars(every.where(key > last).order_by(key).limit(AT_ONCE)))
            more = len(records) == AT_ONCE
            first, last = last + 1, records[-1] if more else (1 << RANK_BITS - source.fan) - 1
            there = select(document).where(document.between(source.first(first), source.last(last)))
            _write(session, own_index(session.connection()), source, records, session.scalars(there).all())
        yield len(records)


def glance(session: Session) -> Health:
    """Whether the index is whole by its own account, hears of changes, and has a document for each record."""
    connection = session.connection()
    found = own_index(connection).health(connection)
    faults = [*found.faults, *(f"trigger {name} is missing" for name in sorted(watching.missing(connection)))]
    for source, count in _counted(session):
        if source.fan:
            continue
        documents = session.scalar(select(func.count()).where(INDEX.document.c.kind == source.kind)) or 0
        if documents != count:
            faults.append(f"{source.kind}: {count} records, {documents} documents")
    return found._replace(faults=tuple(faults))


def check(session: Session) -> Health:
    """The same, and every document beside its record."""
    found = glance(session)
    differing = [fault for source in SOURCES for fault in _differing(session, source)]
    return found._replace(faults=(*found.faults, *differing))


def _counted(session: Session) -> list[tuple[Source, int]]:
    return [(one, session.scalar(select(func.count()).select_from(one.every().subquery())) or 0) for one in SOURCES]


def _differing(session: Session, source: Source) -> Iterator[str]:
    """The documents that say something else than their record does, ten of a kind at most."""
    found = 0
    every = session.scalars(source.every()).all()
    made = (source.made(session, part) for part in source.parts(session, every))
    for part in (part for documents in made for part in in_chunks(documents, AT_ONCE)):
        written, stated = _stored(session, [document.id for document in part])
        for document in part:
            texts = {**document.fields, "code": document.code, "title": document.title}
            columns = {name: document.columns.get(name) for name in COLUMNS}
            same = written.get(document.id) == texts and stated.get(document.id) == (columns, long_line(document))
            if not same and found < MOST_FAULTS:
                found += 1
                yield f"{source.kind} {document.code or document.title}: not as its record"


def _stored(session: Session, ids: Sequence[int]) -> tuple[Mapping[int, Mapping[str, str]], Mapping[int, Any]]:
    """What the index has of documents: their texts, and their columns with the line of their long text."""
    connection, document, content = session.connection(), INDEX.document, INDEX.content
    columns = [document.c.id, *(document.c[name] for name in COLUMNS), content.c.long_line]
    wanted = select(*columns).join(content, content.c.id == document.c.id).where(document.c.id.in_(ids))
    rows = connection.execute(wanted).mappings()
    return own_index(connection).written(connection, ids), {
        row["id"]: ({name: row[name] for name in COLUMNS}, row["long_line"]) for row in rows
    }
