"""The append-only record of who changed what: one hash-chained entry per change, in the change's own transaction.

Entries wait in the session and are chained when it commits, as one batch: the head is locked for that moment
only, so writers do not queue behind each other's whole transactions. The database refuses UPDATE and DELETE.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Index, insert, select, update
from sqlalchemy.event import listens_for
from sqlalchemy.orm import Mapped, Session, SessionTransaction, mapped_column

from archives.core.actors import Actor
from archives.core.clock import now
from archives.core.db import Base, exact_json

Changes = Mapping[str, tuple[Any, Any]]
"""Field name to (old value, new value)."""

GENESIS = "0" * 64
_WAITING = "audit entries to chain"
_MARKS = "how many entries waited when each savepoint was made"


class AuditEntry(Base):
    """One change. `content` is the exact text that was hashed; the other columns are for finding it."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_subject", "subject_kind", "subject_id"),)

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str]
    actor_id: Mapped[int | None] = mapped_column(index=True)
    action: Mapped[str] = mapped_column(index=True)
    subject_kind: Mapped[str]
    subject_id: Mapped[int | None]
    content: Mapped[str]
    previous: Mapped[str]
    hash: Mapped[str]


class AuditHead(Base):
    """The last link of the chain; its one row is the lock that orders the writers."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[int]
    hash: Mapped[str]


@dataclass(frozen=True, slots=True)
class Subject:
    """What was changed: its kind, its id and how people call it."""

    kind: str
    id: int | None
    label: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `verify` found: the number of entries, the head, and the first broken entry if there is one."""

    entries: int
    head: str
    broken: int | None


def record(
    session: Session,
    actor: Actor,
    action: str,
    subject: Subject,
    changes: Changes | None = None,
    **details: Any,
) -> None:
    """Note a change; it is chained and written when the session commits, or forgotten if it rolls back."""
    content = {
        "at": now().isoformat(),
        "actor": {"kind": actor.kind, "id": actor.account_id, "name": actor.name},
        "action": action,
        "subject": {"kind": subject.kind, "id": subject.id, "label": subject.label},
        "changes": {name: [old, new] for name, (old, new) in (changes or {}).items()},
        "details": details,
    }
    if not session.in_transaction():
        session.begin()  # so that a rollback is noticed even if nothing else was done yet
    session.info.setdefault(_WAITING, []).append(exact_json(content))


def verify(session: Session) -> Verdict:
    """Walk the whole chain, recomputing every link, and name the first entry that does not hold."""
    head, count = GENESIS, 0
    in_order = select(AuditEntry).order_by(AuditEntry.seq).execution_options(yield_per=2000)
    with session.scalars(in_order) as entries:
        for row in entries:
            count += 1
            if not _holds(row, head, count):
                return Verdict(count, head, row.seq)
            head = row.hash
    last = session.execute(select(AuditHead.seq, AuditHead.hash)).one()
    broken = None if tuple(last) == (count, head) else count + 1
    return Verdict(count, head, broken)


def _holds(row: AuditEntry, previous: str, seq: int) -> bool:
    return (
        row.seq == seq
        and row.previous == previous
        and row.hash == _link(previous, seq, row.content)
        and _columns(row.content) == _columns_of(row)
    )


def _columns_of(row: AuditEntry) -> dict[str, Any]:
    return {
        "at": row.at,
        "actor": row.actor,
        "actor_id": row.actor_id,
        "action": row.action,
        "subject_kind": row.subject_kind,
        "subject_id": row.subject_id,
    }


def _columns(content: str) -> dict[str, Any]:
    """The columns for finding an entry, taken from its hashed text."""
    read = orjson.loads(content)
    return {
        "at": datetime.fromisoformat(read["at"]),
        "actor": read["actor"]["name"],
        "actor_id": read["actor"]["id"],
        "action": read["action"],
        "subject_kind": read["subject"]["kind"],
        "subject_id": read["subject"]["id"],
    }


def _link(previous: str, seq: int, content: str) -> str:
    return hashlib.sha256(f"{previous}\n{seq}\n{content}".encode()).hexdigest()


def _chain(contents: list[str], seq: int, previous: str) -> Iterator[dict[str, Any]]:
    for content in contents:
        seq += 1
        link = _link(previous, seq, content)
        yield {"seq": seq, "content": content, "previous": previous, "hash": link, **_columns(content)}
        previous = link


@listens_for(Session, "before_commit")
def _write_waiting(session: Session) -> None:
    waiting: list[str] = session.info.get(_WAITING, [])
    if not waiting or session.in_nested_transaction():
        return
    session.flush()
    head = session.execute(select(AuditHead.seq, AuditHead.hash).with_for_update()).one()
    rows = list(_chain(waiting, head.seq, head.hash))
    session.execute(insert(AuditEntry), rows)
    session.execute(update(AuditHead).values(seq=rows[-1]["seq"], hash=rows[-1]["hash"]))
    session.info.pop(_WAITING)


@listens_for(Session, "after_transaction_create")
def _mark_savepoint(session: Session, transaction: SessionTransaction) -> None:
    if transaction.nested:
        session.info.setdefault(_MARKS, {})[transaction] = len(session.info.get(_WAITING, ()))


@listens_for(Session, "after_rollback")
def _forget_waiting(session: Session) -> None:
    """Forget what was noted since the savepoint that is rolled back, or everything."""
    savepoint = session.get_nested_transaction()
    kept = session.info.get(_MARKS, {}).get(savepoint, 0)
    del session.info.get(_WAITING, [])[kept:]
