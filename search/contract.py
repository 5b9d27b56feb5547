"""What an index can do, whichever engine stands behind it.

The caller gives the connection and owns the transaction: what a transaction wrote it finds at once, and others find
it when it commits.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, NamedTuple, Protocol

from sqlalchemy import Connection, Select

from search.predicates import EVERY, Predicate
from search.tables import as_day
from search.tree import EVERYTHING, Tree

COUNTED = 10_000
"""Hits are counted, ordered and broken down this far; beyond, a total says "more than" it."""

PAGE = 20
LONGEST_TEXT = 200_000
"""Characters of long text kept for a document; what is longer is for the caller to divide into documents."""


@dataclass(frozen=True, slots=True)
class Document:
    """Something to be found. Later documents have higher ids.

    `fields` are texts by the name of their TextField, `columns` values by the name of their Attribute (a word, a day,
    a number or None), `names` what is suggested while somebody types (organisations, roads).
    """

    id: int
    kind: str
    code: str
    title: str
    fields: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, str | float | date | None] = field(default_factory=dict)
    long: str = ""
    day: date | None = None
    """The day by which newest and oldest are told."""
    names: Sequence[str] = ()


Order = Literal["relevance", "newest", "oldest", "code"]
"""Relevance: the whole title, then the weight of the fields that suffice, then the newest."""


@dataclass(frozen=True, slots=True)
class Facet:
    """Hits counted by the values of a column; a day by its year or month."""

    column: str
    by: Literal["value", "year", "month"] = "value"


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked: a tree, who asks it (`visible`), and what the answer shall hold.

    `between` leaves the documents whose ids lie between two, both included: an engine then walks no others. `counted`
    None counts every hit. `after` is a result's `next`.
    """

    tree: Tree = EVERYTHING
    visible: Predicate = EVERY
    filters: tuple[Predicate, ...] = ()
    between: tuple[int, int] | None = None
    order: Order = "relevance"
    size: int = PAGE
    after: str | None = None
    counted: int | None = COUNTED
    facets: tuple[Facet, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A document found; `columns` as stored, a day as 20080131."""

    id: int
    kind: str
    code: str
    title: str
    columns: Mapping[str, str | float | None]

    def number(self, column: str) -> int | None:
        """A column of whole numbers, None where nothing is known."""
        value = self.columns[column]
        return int(value) if value is not None else None

    def day(self, column: str) -> date | None:
        """A column of days, None where nothing is known."""
        value = self.number(column)
        return as_day(value) if value else None


FacetValue = str | int | float | None
Counts = Mapping[FacetValue, int]
"""Hits by value; a year as 2008, a month as 200801, None where nothing is known."""


@dataclass(frozen=True, slots=True)
class Result:
    """The answer. `capped`: there are more than `total`, and facets are of the candidates counted."""

    total: int
    capped: bool
    hits: tuple[Hit, ...]
    next: str | None
    """Continues the list; None at its end."""
    facets: Mapping[Facet, Counts]


class Health(NamedTuple):
    """How an index is: documents known and documents indexed; `faults` in English, empty when all is well."""

    engine: str
    documents: int
    indexed: int
    faults: tuple[str, ...]


class CursorError(ValueError):
    """`after` is no cursor of this order."""


class Index(Protocol):
    """Documents, found by their words."""

    engine: str
    searches_long: bool
    """Whether the long text is searched too."""

    def add(self, connection: Connection, documents: Sequence[Document]) -> None:
        """Add documents that are not yet there."""

    def replace(self, connection: Connection, documents: Sequence[Document]) -> None:
        """Add documents, in the place of those with the same id."""

    def restate(self, connection: Connection, stated: Select[Any]) -> None:
        """Give documents other values of columns; their words stay. `stated` selects their `id` and these columns."""

    def remove(self, connection: Connection, ids: Sequence[int]) -> None:
        """Remove documents; those that are not there do not matter."""

    def clear(self, connection: Connection) -> None:
        """Remove everything, whatever state it is in."""

    def search(self, connection: Connection, query: Query) -> Result:
        """Find. Raises CursorError when `after` makes no sense."""

    def written(self, connection: Connection, ids: Sequence[int]) -> Mapping[int, Mapping[str, str]]:
        """The fields of documents as they were written, by name: what is highlighted. Not the long text."""

    def suggest(self, connection: Connection, typed: str, visible: Predicate = EVERY, limit: int = 10) -> list[str]:
        """Names of visible documents that begin so, or whose pinyin initials do."""

    def like(self, connection: Connection, typed: str, visible: Predicate = EVERY, limit: int = 3) -> list[str]:
        """Names of visible documents that are spelled or sound nearly so, the nearest first."""

    def health(self, connection: Connection) -> Health:
        """Whether it is whole."""
