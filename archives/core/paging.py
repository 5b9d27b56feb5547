"""Pages of long lists by key, not by offset: the thousandth page costs what the first one does."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Generic, TypeVar

import orjson
from sqlalchemy import ColumnElement, Select, func, inspect, literal, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from archives.core.errors import NotFoundError, TooLargeError
from archives.core.language import msg

CAP = 10_000
"""Counting stops here; beyond it the page says "10 000+"."""
NEAR = 2_000
"""Of a list with more rows than CAP, a page is looked for among so many rows of the table, next in the list's order."""
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


def whole_list(session: Session, statement: Select[T], most: int) -> list[T]:
    """Every row of a statement that brings its order. Raises TooLargeError past `most`."""
    found = list(session.scalars(statement.limit(most + 1)))
    if len(found) > most:
        raise TooLargeError(msg("More than %(most)d rows. Narrow the list first.", most=most))
    return found


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
    total = capped_count(session, statement)
    wanted = _Wanted(statement, order, before if backwards else after, size, backwards)
    rows, more = (_near_rows(session, wanted) if _is_large(total) else None) or _rows(session, wanted)
    has_previous, has_next = (more, True) if backwards else (bool(after), more)
    return Page(
        rows,
        _key(rows[0], order) if rows and has_previous else None,
        _key(rows[-1], order) if rows and has_next else None,
        min(total, CAP),
        total > CAP,
    )


def _is_large(total: int) -> bool:
    """Whether a list has more rows than are counted."""
    return total > CAP


def keyset_slice(
    session: Session, statement: Select[T], order: Order, *, after: str | None = None, size: int = SIZE
) -> tuple[Sequence[T], str | None]:
    """Some rows and the key to go on from, nothing counted: for trees, which only ever go on."""
    rows, more = _rows(session, _Wanted(statement, order, after, size))
    return rows, _key(rows[-1], order) if more else None


@dataclass(frozen=True, slots=True)
class _Wanted(Generic[T]):
    """Which rows: `size` of a statement's, beyond a key, in the list's order or against it."""

    statement: Select[T]
    order: Order
    key: str | None
    size: int
    backwards: bool = False

    @property
    def falling(self) -> bool:
        """Whether the rows are read from the highest key down."""
        return self.order.descending != self.backwards

    @property
    def ordered(self) -> list[Any]:
        """What sorts the rows as they are read."""
        return [column.desc() if self.falling else column.asc() for column in self.order.columns]

    @property
    def entity(self) -> Any:
        """What the statement selects."""
        return self.statement.column_descriptions[0]["entity"]

    @property
    def identity(self) -> Any:
        """The entity's primary key."""
        return inspect(self.entity).primary_key[0]

    def beyond(self, statement: Select[Any]) -> Select[Any]:
        """A statement narrowed to what lies beyond the key."""
        if not self.key:
            return statement
        return statement.where(_beyond(self.order.columns, _unpack(self.key, self.order.columns), self.falling))


def _rows(session: Session, wanted: _Wanted[T]) -> tuple[list[T], bool]:
    """The rows beyond a key in the list's own order, and whether there are more.

    What is sorted are keys only, which an index may hold; whole rows are read for those that the page shows.
    """
    keys = wanted.beyond(wanted.statement).with_only_columns(wanted.identity, maintain_column_froms=True)
    some = keys.order_by(*wanted.ordered).limit(wanted.size + 1)
    rows = list(session.scalars(select(wanted.entity).where(wanted.identity.in_(some)).order_by(*wanted.ordered)))
    more, rows = len(rows) > wanted.size, rows[: wanted.size]
    return rows[::-1] if wanted.backwards else rows, more


def _near_rows(session: Session, wanted: _Wanted[T]) -> tuple[list[T], bool] | None:
    """The same from the table's next rows alone, if they fill the page; None if they do not.

    An index that narrows a list by a prefix gives its rows in another order than the list's: all of a large list
    would be sorted for one page. Where so many rows fit, the next ones in order mostly fill it.
    """
    next_rows = wanted.beyond(select(wanted.identity)).order_by(*wanted.ordered).limit(NEAR)
    near = replace(wanted, statement=wanted.statement.where(wanted.identity.in_(next_rows.correlate(None))))
    rows, more = _rows(session, near)
    return (rows, more) if more else None


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
