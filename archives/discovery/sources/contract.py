"""What every source of documents tells, and the columns that all documents have."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, Text, case, cast, func, select
from sqlalchemy.orm import Session

from archives.core.actors import Actor
from archives.core.language import Message
from archives.discovery.models import BEHIND, NAMED
from archives.projects.models import Project
from archives.projects.queries import visible_to as visible_projects
from search.contract import Document
from search.entries import in_chunks
from search.predicates import Among, Between, Predicate

RANK_BITS = 40
"""A document's id is its kind's rank above so many bits, and below them the record's own id."""

HELD, OUTSIDE, ARRIVING, SHARED = "held", "outside", "arriving", "shared"
"""Standings: in the holdings, not (yet or any more), being brought and seen by nobody; an area that everybody has."""

Ids = Collection[int] | Select[int]
"""Numbers of records, or the statement that selects them."""
Concerned = Mapping[str, Callable[[Ids], Select[int]]]
"""From the name of a note and the numbers noted to the ids of records that it concerns."""


AT_ONCE = 5_000
"""Records made into documents at once, and numbers bound to one statement."""


def in_parts(_session: Session, records: Collection[int]) -> list[Sequence[int]]:
    """The usual parts of some records, in the order of their ids."""
    return in_chunks(sorted(records), AT_ONCE)


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of records.

    `rank` decides where the kind stands among hits of the same weight, and which are counted first where there are
    too many: the highest. `stated` selects `id` and the index's columns of some records; `documents` adds their texts
    and makes documents of them, with the record's id (`made` gives them the index's, and the kind). Where a record has
    several, `fan` bits below its own tell them apart. A record's own note makes its documents anew; `renewed` says
    by which other notes they are, `restated` by which their columns alone change. `every` selects the ids of all
    records.
    """

    kind: str
    label: Message
    rank: int
    stated: Callable[[Ids], Select[Any]]
    documents: Callable[[Session, Sequence[int]], list[Document]]
    visible: Callable[["Reader"], Predicate]
    every: Callable[[], Select[int]]
    renewed: Concerned = field(default_factory=dict)
    restated: Concerned = field(default_factory=dict)
    fan: int = 0
    parts: Callable[[Session, Collection[int]], list[Sequence[int]]] = in_parts
    """Records divided into those that are made into documents at once: fewer where their texts are long."""

    def first(self, record: int) -> int:
        """A record's document; the first of them where it has several."""
        return self.rank << RANK_BITS | record << self.fan

    def last(self, record: int) -> int:
        """The last id that a document of the record could have."""
        return self.first(record + 1) - 1

    @property
    def span(self) -> tuple[int, int]:
        """The ids that documents of this kind can have."""
        return self.rank << RANK_BITS, (self.rank + 1 << RANK_BITS) - 1

    def made(self, session: Session, records: Sequence[int]) -> list[Document]:
        """The documents of some records under the index's ids; those that are no more are left out."""
        found = self.documents(session, records)
        return [replace(one, id=self.rank << RANK_BITS | one.id, kind=self.kind) for one in found]


def record_of(document_id: int) -> int:
    """The record behind a document, with the fan's bits where its kind has a fan."""
    return document_id & ((1 << RANK_BITS) - 1)


@dataclass(frozen=True)
class Reader:
    """Who searches, and in which database."""

    session: Session
    actor: Actor

    @cached_property
    def own(self) -> Predicate:
        """What belongs to the projects that the reader may see: a few of them, for an external person."""
        ids = self.session.scalars(select(Project.id).where(visible_projects(self.actor)))
        return Among("project_id", tuple(ids))


def cleared(actor: Actor) -> Predicate:
    """What is no more secret than the reader may see, its project's secrecy counted."""
    return Between("clearance", 0, actor.clearance)


def own_cleared(actor: Actor) -> Predicate:
    """The same without the project's secrecy: its parties know the project."""
    return Among("secrecy", tuple(str(rank) for rank in range(actor.clearance + 1)))


# Columns as SQL, the same on both databases.


def day_number(column: Any) -> ColumnElement[int]:
    """A day as the index keeps it: 20080131."""
    return cast(func.replace(cast(column, Text), "-", ""), Integer)


def larger(one: Any, other: Any) -> ColumnElement[Any]:
    """The larger of two numbers."""
    return case((one > other, one), else_=other)


def rank_word(rank: Any) -> ColumnElement[str]:
    """A rank of secrecy as a word to be counted by."""
    return cast(rank, Text)


def known(column: Any) -> ColumnElement[Any]:
    """A text, nothing where it is empty."""
    return func.nullif(column, "")


def main_class(code: Any) -> ColumnElement[str]:
    """The letter of a class."""
    return func.nullif(func.substr(code, 1, 1), "")


def joined(*texts: str | None) -> str:
    """Several texts of one field, a sign between them, so that nothing is found across two."""
    return "；".join(dict.fromkeys(text for text in texts if text))


def values_in(*fields: Mapping[str, Any] | None) -> str:
    """The texts among technical data and an office's own fields."""
    return joined(*(str(value) for mapping in fields for value in (mapping or {}).values() if isinstance(value, str)))


COLUMNS = tuple(one.name for one in (*NAMED, *BEHIND))
"""The columns that a source may state."""


def columns_of(row: Mapping[Any, Any]) -> dict[str, Any]:
    """The index's columns in a row that `stated` selected."""
    return {name: row[name] for name in COLUMNS if name in row}
