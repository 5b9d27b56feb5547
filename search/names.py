"""Names to suggest: those that begin with what was typed, and those that are nearly it."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, or_, select

from search.pinyin import initials
from search.predicates import Predicate
from search.spelling import nearest
from search.tables import SearchTables
from search.words import MARK, fold, needle

READ = 200
"""Rows looked at for a suggestion; a name stands once for each document that bears it."""

LONGEST = 100
"""Characters of a text that may be a name."""

COMPARED = 2_000
"""Rows compared with a word that may be misspelled."""


def names_that_begin(
    connection: Connection, tables: SearchTables, typed: str, visible: Predicate, limit: int
) -> list[str]:
    """Names of visible documents that begin so, then those whose pinyin initials do."""
    name = tables.name
    begun = needle(typed, open_ended=True)
    if not begun:
        return []
    found = _names(connection, _chosen(tables, visible, _begins(name.c.line, begun)).order_by(name.c.line), READ)
    letters = fold(typed)
    if len(found) < limit and letters.isascii() and letters.isalnum():
        by_sound = _chosen(tables, visible, _begins(name.c.initials, letters)).order_by(name.c.initials)
        found += _names(connection, by_sound, READ)
    return list(dict.fromkeys(found))[:limit]


def names_like(connection: Connection, tables: SearchTables, typed: str, visible: Predicate, limit: int) -> list[str]:
    """Names of visible documents that are spelled or sound nearly as typed, the nearest first; never the same."""
    name, sought = tables.name, needle(typed)
    if not 2 <= len(sought) <= LONGEST:
        return []
    sounds = name.c.initials == initials(typed)
    tests = [sounds, _begins(name.c.line, sought[: 1 + (sought[0] == MARK)])]
    alike = _names(connection, _chosen(tables, visible, or_(*tests)), COMPARED)
    return nearest(typed, alike, limit)


def _chosen(tables: SearchTables, visible: Predicate, test: ColumnElement[bool]) -> Select[Any]:
    name, document = tables.name, tables.document
    joined = name.join(document, document.c.id == name.c.id)
    return select(name.c.name).select_from(joined).where(test, visible.sql(document))


def _begins(column: ColumnElement[str], begun: str) -> ColumnElement[bool]:
    """As a range, which an index answers on both databases; nothing in a line is beyond the last code."""
    return (column >= begun) & (column < begun + "\U0010ffff")


def _names(connection: Connection, chosen: Select[Any], limit: int) -> list[str]:
    rows: Iterable[Any] = connection.execute(chosen.limit(limit)).scalars()
    return list(dict.fromkeys(rows))
