"""Every field's history: what a record's fields held before each change, and the way back.

A record's first state is the record as it was taken in; from then on each change leaves a revision. Changes made
together (a bulk edit, a list taken in again) share a batch, so that they can be undone together.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from archives.core.actors import Actor
from archives.core.audit import Changes
from archives.core.clock import now
from archives.core.db import Base, exact_json
from archives.core.errors import NotFoundError


class Revision(Base):
    """One change of one record: field name to [old, new], as exact JSON text."""

    __tablename__ = "revision"
    __table_args__ = (Index("ix_revision_subject", "subject_kind", "subject_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_kind: Mapped[str]
    subject_id: Mapped[int]
    at: Mapped[datetime]
    actor: Mapped[str]
    actor_id: Mapped[int | None]
    batch: Mapped[str | None] = mapped_column(index=True)
    changes: Mapped[str]


def differences(record: object, values: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """The fields whose value would change: name to (old, new)."""
    pairs = {name: (getattr(record, name), value) for name, value in values.items()}
    return {name: (old, new) for name, (old, new) in pairs.items() if old != new}


def apply(record: object, values: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Set the fields and say what changed."""
    changes = differences(record, values)
    for name, (_, new) in changes.items():
        setattr(record, name, new)
    return changes


def keep(session: Session, actor: Actor, kind: str, record_id: int, changes: Changes, batch: str | None = None) -> None:
    """Keep one record's change."""
    keep_many(session, actor, kind, [(record_id, changes)], batch)


def keep_many(
    session: Session,
    actor: Actor,
    kind: str,
    changed: Iterable[tuple[int, Changes]],
    batch: str | None = None,
) -> None:
    """Keep many records' changes in one statement."""
    rows = [
        {
            "subject_kind": kind,
            "subject_id": record_id,
            "at": now(),
            "actor": actor.name,
            "actor_id": actor.account_id,
            "batch": batch,
            "changes": exact_json({name: [_plain(old), _plain(new)] for name, (old, new) in changes.items()}),
        }
        for record_id, changes in changed
        if changes
    ]
    if rows:
        session.execute(insert(Revision), rows)


def of(session: Session, kind: str, record_id: int) -> list[Revision]:
    """A record's revisions, newest first."""
    wanted = (Revision.subject_kind == kind, Revision.subject_id == record_id)
    return list(session.scalars(select(Revision).where(*wanted).order_by(Revision.id.desc())))


def in_batch(session: Session, batch: str) -> list[Revision]:
    """What was changed together, newest first."""
    return list(session.scalars(select(Revision).where(Revision.batch == batch).order_by(Revision.id.desc())))


def old_value(session: Session, kind: str, record_id: int, revision_id: int, field: str) -> Any:
    """What a revision took from a field, as it was kept. Raises NotFoundError."""
    revision = session.get(Revision, revision_id)
    if revision is None or (revision.subject_kind, revision.subject_id) != (kind, record_id):
        raise NotFoundError
    changes: dict[str, list[Any]] = json.loads(revision.changes)
    if field not in changes:
        raise NotFoundError
    return changes[field][0]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value
