"""Conditions on a document's columns, each said once and read twice: as SQL, and as a mask over arrays.

Permission is one of them, so that a list, a count and a facet can never disagree on who sees what.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, FromClause, and_, false, or_, true

Mask = NDArray[np.bool_]
Scalar = str | int | float | None


class Arrays(Protocol):
    """Documents in columns (see `columns.Columns`)."""

    @property
    def size(self) -> int:
        """How many rows the arrays have."""

    def has_words(self, column: str) -> bool:
        """Whether it is a column of words."""

    def numbers(self, column: str) -> NDArray[np.float64]:
        """A column of days or numbers, NaN where nothing is known."""

    def codes(self, column: str) -> NDArray[np.int32]:
        """A column of words, each as its number."""

    def code_of(self, column: str, word: str | None) -> int:
        """The number of a word, -1 when no document has it."""


class Predicate(Protocol):
    """A condition; a caller may write one of its own, but both readings must agree."""

    def sql(self, document: FromClause) -> ColumnElement[bool]:
        """Over the columns of `search_document`; never NULL."""

    def mask(self, arrays: Arrays) -> Mask:
        """The same over arrays."""


@dataclass(frozen=True, slots=True)
class Among:
    """A column is one of these values; None is a value like others, "nothing known"."""

    column: str
    values: tuple[Scalar, ...]

    def sql(self, document: FromClause) -> ColumnElement[bool]:
        """As SQL."""
        column = document.c[self.column]
        values = [value for value in self.values if value is not None]
        known = [value if isinstance(value, str) else float(value) for value in values]
        parts: list[ColumnElement[bool]] = [and_(column.is_not(None), column.in_(known))] if known else []
        if None in self.values:
            parts.append(column.is_(None))
        return or_(false(), *parts)

    def mask(self, arrays: Arrays) -> Mask:
        """As a mask."""
        if arrays.has_words(self.column):
            wanted = [arrays.code_of(self.column, str(value) if value is not None else None) for value in self.values]
            return np.isin(arrays.codes(self.column), np.array([one for one in wanted if one >= 0], dtype=np.int32))
        numbers = arrays.numbers(self.column)
        known = np.isin(numbers, np.array([value for value in self.values if value is not None], dtype=np.float64))
        return known | np.isnan(numbers) if None in self.values else known


@dataclass(frozen=True, slots=True)
class Between:
    """A day or number lies between two values, both included; None is open. What is unknown does not."""

    column: str
    least: float | None = None
    most: float | None = None

    def sql(self, document: FromClause) -> ColumnElement[bool]:
        """As SQL."""
        column = document.c[self.column]
        parts: list[ColumnElement[bool]] = [column.is_not(None)]
        if self.least is not None:
            parts.append(column >= self.least)
        if self.most is not None:
            parts.append(column <= self.most)
        return and_(*parts)

    def mask(self, arrays: Arrays) -> Mask:
        """As a mask."""
        numbers = arrays.numbers(self.column)
        least = -np.inf if self.least is None else self.least
        most = np.inf if self.most is None else self.most
        return (numbers >= least) & (numbers <= most)


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every one of them; of none: everything."""

    parts: tuple[Predicate, ...]

    def sql(self, document: FromClause) -> ColumnElement[bool]:
        """As SQL."""
        return and_(true(), *(part.sql(document) for part in self.parts))

    def mask(self, arrays: Arrays) -> Mask:
        """As a mask."""
        found = np.ones(arrays.size, dtype=np.bool_)
        for part in self.parts:
            found &= part.mask(arrays)
        return found


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of them; of none: nothing."""

    parts: tuple[Predicate, ...]

    def sql(self, document: FromClause) -> ColumnElement[bool]:
        """As SQL."""
        return or_(false(), *(part.sql(document) for part in self.parts))

    def mask(self, arrays: Arrays) -> Mask:
        """As a mask."""
        found = np.zeros(arrays.size, dtype=np.bool_)
        for part in self.parts:
            found |= part.mask(arrays)
        return found


@dataclass(frozen=True, slots=True)
class Except:
    """Not this."""

    part: Predicate

    def sql(self, document: FromClause) -> ColumnElement[bool]:
        """As SQL."""
        return ~self.part.sql(document)

    def mask(self, arrays: Arrays) -> Mask:
        """As a mask."""
        return ~self.part.mask(arrays)


EVERY = AllOf(())
NONE = AnyOf(())
