"""The feed of changes: what is kept beside the database catches up from it before it answers.

Each writing leaves one row in its own transaction. A follower remembers which rows it has applied; whatever differs
from the rows that a transaction sees, be it new, rolled back or not yet visible, names documents to be read anew.
"""

import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, Table, func, literal_column, select

from search.tables import CURRENT_TRANSACTION

ALL = "*"
"""Stands for the ids when every document is concerned."""

ROWS = 20_000
"""Rows of the feed that are kept for followers that are behind …"""
PRUNED_EVERY = 256
"""… which is seen to at one writing in so many."""

KEPT = 500
"""Rows that a follower compares; when there are twice as many it lets go of the oldest that are settled."""


def note(connection: Connection, change: Table, ids: Iterable[int] | None) -> None:
    """Leave a row for these documents, None for all."""
    written = ALL if ids is None else json.dumps(sorted(ids))
    token = secrets.randbits(62)
    connection.execute(change.insert().values(position=_position(connection, change), token=token, ids=written))
    if token % PRUNED_EVERY == 0:
        prune(connection, change)


def prune(connection: Connection, change: Table) -> None:
    """Forget what is older than the rows kept; a follower that is behind by more reads everything anew."""
    newest_first = select(change.c.position).order_by(change.c.position.desc())
    oldest = newest_first.offset(ROWS).limit(1).scalar_subquery()
    connection.execute(change.delete().where(change.c.position <= oldest))


def _position(connection: Connection, change: Table) -> ColumnElement[Any]:
    """On PostgreSQL the transaction, for what began later may commit earlier; SQLite has one writer at a time."""
    if connection.dialect.name == "postgresql":
        return literal_column(CURRENT_TRANSACTION, BigInteger)
    return select(func.coalesce(func.max(change.c.position), 0) + 1).scalar_subquery()


def _settled(connection: Connection, change: Table) -> int:
    """Before this position nothing more can come."""
    if connection.dialect.name == "postgresql":
        oldest = literal_column("(pg_snapshot_xmin(pg_current_snapshot())::text)::bigint", BigInteger)
        return int(connection.execute(select(oldest)).scalar_one())
    newest = connection.execute(select(func.coalesce(func.max(change.c.position), 0))).scalar_one()
    return int(newest) + 1


@dataclass(slots=True)
class Follower:
    """Which rows of the feed have been applied to something kept elsewhere."""

    low: int = 0
    """Rows before this position are applied and no longer compared."""
    anchor: int | None = None
    """A row that must be seen: without it the feed is not the one that was followed."""
    applied: dict[int, list[int]] = field(default_factory=dict)

    def behind(self, connection: Connection, change: Table) -> set[int] | None:
        """The documents to be read anew, None for all of them; afterwards nothing is behind in this transaction."""
        chosen = select(change.c.token, change.c.position).where(change.c.position >= self.low)
        seen = {row.token: row.position for row in connection.execute(chosen)}
        unknown = [token for token in seen if token not in self.applied]
        # Behind by as many rows as are kept, some may be gone already.
        if len(unknown) >= ROWS or (self.anchor is not None and self.anchor not in seen):
            self.restart(connection, change)
            return None
        gone = [token for token in self.applied if token not in seen]
        found = {id_ for token in gone for id_ in self.applied.pop(token)}
        new = self._read(connection, change, unknown)
        if new is None:
            self.restart(connection, change)
            return None
        self.applied.update(new)
        self._let_go(connection, change, seen)
        return found.union(*new.values())

    def restart(self, connection: Connection, change: Table) -> None:
        """Follow from here on: everything visible counts as applied."""
        rows = connection.execute(select(change.c.token, change.c.position, change.c.ids)).all()
        self.low, self.anchor = 0, None
        self.applied = {row.token: [] if row.ids == ALL else json.loads(row.ids) for row in rows}
        self._let_go(connection, change, {row.token: row.position for row in rows})

    def _read(self, connection: Connection, change: Table, tokens: list[int]) -> dict[int, list[int]] | None:
        if not tokens:
            return {}
        chosen = select(change.c.token, change.c.ids).where(change.c.token.in_(tokens))
        rows = connection.execute(chosen).all()
        if any(row.ids == ALL for row in rows):
            return None
        return {row.token: json.loads(row.ids) for row in rows}

    def _let_go(self, connection: Connection, change: Table, seen: dict[int, int]) -> None:
        if len(self.applied) <= 2 * KEPT:
            return
        in_order = sorted(self.applied, key=lambda token: seen[token])
        first = in_order[-KEPT]
        if seen[first] >= _settled(connection, change):
            return
        self.low, self.anchor = seen[first], first
        self.applied = {token: self.applied[token] for token in in_order if seen[token] >= self.low}
