"""The index's own tables: what documents are filtered and sorted by, their lines, the names to suggest, the feed.

They are declared on the caller's MetaData. What no model can express (the FTS5 table, the GIN index) is made by
`extras.create_extras`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sqlalchemy import (
    BigInteger,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.types import TypeEngine

BY_BYTES = "C"
"""Text compares by bytes on both databases, so that keyset pages agree."""

_BIG = BigInteger().with_variant(Integer(), "sqlite")
CURRENT_TRANSACTION = "(pg_current_xact_id()::text)::bigint"


@dataclass(frozen=True, slots=True)
class TextField:
    """A text that is searched. Of two hits the one with the heavier field comes first.

    `names` are further names in the query language. `open_ended`: what is sought in this field alone may be the
    beginning of a code (档号:A-0 finds A-01).
    """

    name: str
    weight: int = 1
    names: tuple[str, ...] = ()
    open_ended: bool = False


LONG = TextField("long", weight=0, names=("正文", "内文"))
"""Recognised and extracted text: its own column, so that hits in what people wrote come first."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """A column that documents are filtered, counted and permitted by: a word, a day or a number."""

    name: str
    kind: Literal["word", "day", "number"] = "word"
    names: tuple[str, ...] = ()


KIND = Attribute("kind", "word", ("类型", "类别"))
CODE = TextField("code", weight=3, names=("档号", "编号"), open_ended=True)
TITLE = TextField("title", weight=3, names=("题名", "名称"))


@dataclass(frozen=True, slots=True)
class SearchTables:
    """The tables on one metadata, and what they were defined with."""

    document: Table
    content: Table
    name: Table
    change: Table
    fields: tuple[TextField, ...]
    """In the order of their columns: by weight, the heaviest first."""
    attributes: tuple[Attribute, ...]
    """The kind first."""


def define(metadata: MetaData, fields: Sequence[TextField] = (), columns: Sequence[Attribute] = ()) -> SearchTables:
    """Declare the tables; code, title, long text and kind are always there.

    Only the long text weighs nothing.
    """
    attributes = (KIND, *columns)
    return SearchTables(
        _document(metadata, attributes),
        _content(metadata),
        _name(metadata),
        _change(metadata),
        tuple(sorted((CODE, TITLE, *fields, LONG), key=lambda one: -one.weight)),
        attributes,
    )


def as_number(day: date) -> int:
    """A day as a whole number: 20080131."""
    return day.year * 10_000 + day.month * 100 + day.day


def as_day(number: int) -> date:
    """The day behind such a number."""
    return date(number // 10_000, number // 100 % 100, number % 100)


def _document(metadata: MetaData, attributes: Sequence[Attribute]) -> Table:
    """One narrow row a document: reading many of them is what a search does. `day` 0 is unknown."""
    types: dict[str, Any] = {"word": _text, "day": Integer, "number": Double}
    table = Table(
        "search_document",
        metadata,
        Column("id", _BIG, primary_key=True, autoincrement=False),
        Column("day", Integer, nullable=False, server_default=text("0")),
        Column("title_key", BigInteger, nullable=False),
        *(Column(one.name, types[one.kind]()) for one in attributes),
        Column("code", _text(), nullable=False),
        Column("title", _text(), nullable=False),
    )
    Index("ix_search_document_title_key", table.c.title_key)
    Index("ix_search_document_day", table.c.day, table.c.id)
    Index("ix_search_document_code", table.c.code, table.c.id)
    return table


def _content(metadata: MetaData) -> Table:
    """Lines as they are compared, and the fields as they were written.

    Lines begin each field with `words.FIELD`. On SQLite the words are in the FTS5 table, on PostgreSQL beside.
    """
    return Table(
        "search_content",
        metadata,
        Column("id", _BIG, ForeignKey("search_document.id"), primary_key=True, autoincrement=False),
        Column("line", Text, nullable=False),
        Column("words", LargeBinary().with_variant(TSVECTOR(), "postgresql")),
        Column("long_line", Text, nullable=False),
        Column("written", Text, nullable=False),
    )


def _name(metadata: MetaData) -> Table:
    """Names to suggest while somebody types: the line of the name, and its pinyin initials."""
    table = Table(
        "search_name",
        metadata,
        Column("id", _BIG, ForeignKey("search_document.id"), primary_key=True, autoincrement=False),
        Column("line", _text(), primary_key=True),
        Column("initials", _text(), nullable=False),
        Column("name", _text(), nullable=False),
    )
    Index("ix_search_name_line", table.c.line)
    Index("ix_search_name_initials", table.c.initials)
    return table


def _change(metadata: MetaData) -> Table:
    """The feed: one row for each writing, with the ids that it touched (see `feed`)."""
    return Table(
        "search_change",
        metadata,
        Column("token", BigInteger, primary_key=True, autoincrement=False),
        Column("position", BigInteger, nullable=False, index=True),
        Column("ids", Text, nullable=False),
    )


def _text() -> TypeEngine[str]:
    return Text().with_variant(Text(collation=BY_BYTES), "postgresql")
