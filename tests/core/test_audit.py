"""The audit: chained, append-only, and honest about tampering."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from archives.core.actors import Actor
from archives.core.audit import GENESIS, AuditEntry, Subject, record, verify
from archives.core.backend import Backend

UNGUARD = {
    "embedded": ("DROP TRIGGER audit_entry_no_update", "DROP TRIGGER audit_entry_no_delete"),
    "server": (
        "DROP TRIGGER audit_entry_no_change ON audit_entry",
        "DROP TRIGGER audit_entry_no_truncate ON audit_entry",
    ),
}


def note(backend: Backend, actor: Actor, label: str) -> None:
    with backend.writing() as session:
        record(session, actor, "thing.changed", Subject("thing", 7, label), {"name": ("旧", label)}, why="试验")


@pytest.fixture
def chained(backend: Backend, operator: Actor) -> Backend:
    """A database whose audit holds five entries."""
    for number in range(1, 6):
        note(backend, operator, f"entry {number}")
    return backend


def execute(backend: Backend, *statements: str) -> None:
    with backend.writing() as session:
        for statement in statements:
            session.execute(text(statement))


def test_an_empty_audit_is_sound(session: Session) -> None:
    verdict = verify(session)
    assert (verdict.entries, verdict.head, verdict.broken) == (0, GENESIS, None)


def test_entries_are_chained_in_their_order(chained: Backend) -> None:
    with chained.reading() as session:
        verdict = verify(session)
        entries = list(session.scalars(select(AuditEntry).order_by(AuditEntry.seq)))
    assert (verdict.entries, verdict.broken) == (5, None)
    assert [entry.previous for entry in entries] == [GENESIS, *(entry.hash for entry in entries[:-1])]
    assert verdict.head == entries[-1].hash
    assert '"changes":{"name":["旧","entry 1"]}' in entries[0].content
    assert (entries[0].actor, entries[0].subject_kind, entries[0].subject_id) == ("test", "thing", 7)


def test_a_change_that_is_rolled_back_leaves_no_entry(backend: Backend, operator: Actor) -> None:
    with backend.sessions() as session:
        record(session, operator, "thing.changed", Subject("thing", 1, "gone"))
        session.rollback()
        record(session, operator, "thing.changed", Subject("thing", 2, "kept"))
        session.commit()
        assert list(session.scalars(select(AuditEntry.subject_id))) == [2]


def test_a_transaction_that_fails_leaves_no_entry(backend: Backend, operator: Actor) -> None:
    with pytest.raises(ZeroDivisionError):
        fail_after_a_change(backend, operator)
    with backend.reading() as session:
        assert verify(session).entries == 0


def fail_after_a_change(backend: Backend, actor: Actor) -> None:
    with backend.writing() as session:
        record(session, actor, "thing.changed", Subject("thing", 1, "gone"))
        raise ZeroDivisionError


def test_a_savepoint_that_is_rolled_back_takes_its_own_entries_only(backend: Backend, operator: Actor) -> None:
    with backend.writing() as session:
        record(session, operator, "thing.changed", Subject("thing", 1, "before"))
        for number, kept in ((2, False), (3, True), (4, False)):
            savepoint = session.begin_nested()
            record(session, operator, "thing.changed", Subject("thing", number, "inside"))
            (savepoint.commit if kept else savepoint.rollback)()
        record(session, operator, "thing.changed", Subject("thing", 5, "after"))
    with backend.reading() as session:
        assert list(session.scalars(select(AuditEntry.subject_id).order_by(AuditEntry.seq))) == [1, 3, 5]


TAMPERING = {
    "a value in an entry": ("UPDATE audit_entry SET content = replace(content, '旧', '新') WHERE seq = 3", 3),
    "who did it": ("UPDATE audit_entry SET actor = 'nobody' WHERE seq = 2", 2),
    "whose account": ("UPDATE audit_entry SET actor_id = 1 WHERE seq = 2", 2),
    "when": ("UPDATE audit_entry SET at = '2001-01-01 00:00:00.000000' WHERE seq = 4", 4),
    "what was done": ("UPDATE audit_entry SET action = 'thing.seen' WHERE seq = 1", 1),
    "which record": ("UPDATE audit_entry SET subject_id = 8 WHERE seq = 5", 5),
    "the link": ("UPDATE audit_entry SET hash = previous WHERE seq = 4", 4),
    "one entry removed": ("DELETE FROM audit_entry WHERE seq = 3", 4),
    "the last entry removed": ("DELETE FROM audit_entry WHERE seq = 5", 5),
    "all entries removed": ("DELETE FROM audit_entry", 1),
    "an entry moved": ("UPDATE audit_entry SET seq = 9 WHERE seq = 5", 9),
    "the head": ("UPDATE audit_head SET seq = 4", 6),
}


@pytest.mark.parametrize("what", TAMPERING)
def test_tampering_is_found_at_its_first_entry(chained: Backend, what: str) -> None:
    statement, broken = TAMPERING[what]
    execute(chained, *UNGUARD[chained.kind], statement)
    with chained.reading() as session:
        assert verify(session).broken == broken


def test_an_entry_slipped_in_at_the_end_is_found(chained: Backend) -> None:
    columns = "at, actor, actor_id, action, subject_kind, subject_id, content, previous, hash"
    execute(chained, f"INSERT INTO audit_entry (seq, {columns}) SELECT 6, {columns} FROM audit_entry WHERE seq = 5")
    with chained.reading() as session:
        assert verify(session).broken == 6


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET actor = 'nobody'",
        "UPDATE audit_entry SET seq = seq + 100",
        "DELETE FROM audit_entry",
        "DELETE FROM audit_entry WHERE seq = 5",
        "TRUNCATE audit_entry",
    ],
)
def test_the_database_itself_refuses_to_change_an_entry(chained: Backend, statement: str) -> None:
    if statement.startswith("TRUNCATE") and chained.kind == "embedded":
        pytest.skip("SQLite has no TRUNCATE")
    with pytest.raises(DBAPIError, match="never changed or removed"):
        execute(chained, statement)
    with chained.reading() as session:
        assert verify(session).entries == 5


def test_many_writers_at_once_keep_the_chain_whole(backend: Backend, operator: Actor) -> None:
    writers, each = 8, 12
    with ThreadPoolExecutor(writers) as pool:
        list(pool.map(lambda number: note(backend, operator, f"entry {number}"), range(writers * each)))
    with backend.reading() as session:
        verdict = verify(session)
        numbers = session.scalar(select(func.count(func.distinct(AuditEntry.content))))
    assert (verdict.entries, verdict.broken) == (writers * each, None)
    assert numbers == writers * each


def test_a_batch_of_entries_takes_few_statements(backend: Backend, operator: Actor) -> None:
    with backend.writing() as session:
        for number in range(500):
            record(session, operator, "thing.changed", Subject("thing", number, str(number)))
    with backend.reading() as session:
        assert (verify(session).entries, verify(session).broken) == (500, None)
