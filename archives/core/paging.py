"""Pages of long lists by key, not by offset: the thousandth page costs what the first one does."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

import orjson
from sqlalchemy import ColumnElement, Select, func, inspect, literal, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from archives.core.errors import NotFoundError
from archives.core.language import msg

CAP = 10_000
"""Counting stops here; beyond it the page says "10 000+"."""
SIZE = 50
LARGEST = 2**31 - 1
"""No number in a key is larger: columns of the server's databases hold four bytes."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows of a list, the keys of its neighbours, and how many rows there are in all, counted up to CAP."""

    rows: Sequence[T]
    previous: str | None
    next: str | None
    total: int
    capped: bool


@dataclass(frozen=True, slots=True)
class Order:
    """The unique, never-null columns a list is sorted by, all in one direction."""

    columns: tuple[InstrumentedAttribute[Any], ...]
    descending: bool = False


def keyset_page(
    session: Session,
    statement: Select[T],
    order: Order,
    *,
    after: str | None = None,
    before: str | None = None,
    size: int = SIZE,
) -> Page[T]:
    """The page after or before a key; `statement` selects one entity and brings its conditions, not its order."""
    backwards = before is not None
    rows, more = _rows(session, statement, order, before if backwards else after, size, backwards=backwards)
    total = capped_count(session, statement)
    has_previous, has_next = (more, True) if backwards else (bool(after), more)
    return Page(
        rows,
        _key(rows[0], order) if rows and has_previous else None,
        _key(rows[-1], order) if rows and has_next else None,
        min(total, CAP),
        total > CAP,
    )


def keyset_slice(
    session: Session, statement: Select[T], order: Order, *, after: str | None = None, size: int = SIZE
) -> tuple[Sequence[T], str | None]:
    """Some rows and the key to go on from, nothing counted: for trees, which only ever go on."""
    rows, more = _rows(session, statement, order, after, size, backwards=False)
    return rows, _key(rows[-1], order) if more else None


def _rows(
    session: Session, statement: Select[T], order: Order, key: str | None, size: int, *, backwards: bool
) -> tuple[list[T], bool]:
    """The rows beyond a key in the list's own order, and whether there are more.

    What is sorted are keys only, which an index may hold; whole rows are read for those that the page shows.
    """
    falling = order.descending != backwards
    wanted = statement
    if key:
        wanted = wanted.where(_beyond(order.columns, _unpack(key, order.columns), falling))
    ordered = [column.desc() if falling else column.asc() for column in order.columns]
    entity = statement.column_descriptions[0]["entity"]
    identity = inspect(entity).primary_key[0]
    keys = wanted.with_only_columns(identity, maintain_column_froms=True).order_by(*ordered).limit(size + 1)
    rows = list(session.scalars(select(entity).where(identity.in_(keys)).order_by(*ordered)))
    more, rows = len(rows) > size, rows[:size]
    return rows[::-1] if backwards else rows, more


def capped_count(session: Session, statement: Select[Any]) -> int:
    """How many rows a statement selects, counted no further than CAP + 1."""
    some = (
        statement.with_only_columns(literal(1).label("one"), maintain_column_froms=True).order_by(None).limit(CAP + 1)
    )
    return session.scalar(select(func.count()).select_from(some.subquery())) or 0


def _beyond(columns: Sequence[InstrumentedAttribute[Any]], values: Sequence[Any], falling: bool) -> ColumnElement[bool]:
    here = tuple_(*columns)
    there = tuple_(*(literal(value, column.type) for column, value in zip(columns, values, strict=True)))
    return here < there if falling else here > there


def _key(row: Any, order: Order) -> str:
    values = [_plain(getattr(row, column.key)) for column in order.columns]
    return base64.urlsafe_b64encode(orjson.dumps(values)).decode().rstrip("=")


def _plain(value: Any) -> Any:
    return {"moment": value.isoformat()} if isinstance(value, date | datetime) else value


def _unpack(key: str, columns: Sequence[InstrumentedAttribute[Any]]) -> list[Any]:
    """The values of a key, one for each column. Raises NotFoundError for a key that we did not make."""
    try:
        values = orjson.loads(base64.urlsafe_b64decode(key + "=" * (-len(key) % 4)))
        if not isinstance(values, list):
            raise ValueError("a key is a list")
        return [_restored(value, column) for value, column in zip(values, columns, strict=True)]
    except (binascii.Error, ValueError):
        raise NotFoundError(msg("There is no such page.")) from None


def _restored(value: Any, column: InstrumentedAttribute[Any]) -> Any:
    wanted = column.type.python_type
    if isinstance(value, dict):
        value = (datetime if issubclass(wanted, datetime) else date).fromisoformat(str(value.get("moment")))
    if type(value) is not wanted or (wanted is int and abs(value) > LARGEST):
        raise ValueError("not a value of this column")
    return value
