"""The index in SQLite's FTS5: every token of every field with its place, in the record's own transaction."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    RowMapping,
    bindparam,
    case,
    column,
    func,
    literal,
    select,
    table,
    text,
)
from sqlalchemy.exc import DatabaseError

from search.columns import Kept
from search.contract import Counts, Facet, Query
from search.entries import Entry
from search.extras import WORDS, words_column
from search.sql import Candidates, SqlIndex, Test, in_order, limited
from search.tables import SearchTables
from search.tree import And, Not, Or, Text, Tree
from search.words import FIELD, is_sign, needle_tokens, tokens

_FTS = table(WORDS, column("rowid"), column(WORDS))
_FULL_WIDTH = 0xFEE0
"""From an ASCII sign to its full-width form, which FTS5's tokenizer takes for a letter."""
_SIGNS = {chr(code): chr(code + _FULL_WIDTH) for code in range(ord("!"), ord("~") + 1) if is_sign(chr(code))}


class Fts5Index(SqlIndex):
    """Documents in SQLite."""

    engine = "fts5"

    def __init__(self, tables: SearchTables) -> None:
        super().__init__(tables)
        self._kept = Kept(tables)
        names = [words_column(one.name) for one in tables.fields]
        columns = ", ".join(["rowid", *names])
        marks = ", ".join("?" * (len(names) + 1))
        self._insert = f"INSERT INTO {WORDS}({columns}) VALUES ({marks})"  # noqa: S608
        self._delete = f"INSERT INTO {WORDS}({WORDS}, {columns}) VALUES ('delete', {marks})"  # noqa: S608

    # Writing

    def _write_words(self, connection: Connection, made: Sequence[Entry]) -> None:
        rows = [_words_row(one.document.id, one.line, one.long_line) for one in made]
        connection.exec_driver_sql(self._insert, rows)

    def _remove_words(self, connection: Connection, lines: Sequence[tuple[Any, ...]]) -> None:
        if lines:
            connection.exec_driver_sql(self._delete, [_words_row(*row) for row in lines])

    def _clear_words(self, connection: Connection) -> None:
        connection.exec_driver_sql(f"INSERT INTO {WORDS}({WORDS}) VALUES ('delete-all')")  # noqa: S608

    def _check_words(self, connection: Connection) -> tuple[int, tuple[str, ...]]:
        faults: tuple[str, ...] = ()
        try:
            connection.exec_driver_sql(f"INSERT INTO {WORDS}({WORDS}) VALUES ('integrity-check')")  # noqa: S608
        except DatabaseError as error:
            faults = (str(error.orig),)
        counted = text(f"SELECT count(*) FROM {WORDS}_docsize")  # noqa: S608
        return int(connection.execute(counted).scalar_one()), faults

    # Reading

    def _candidates(self, query: Query) -> Candidates:
        document = self.tables.document
        asked, rest = self._divided(query.tree)
        tests = [self._allowed(query), *map(self.condition, rest)]
        key = self.whole_key(query)
        chosen = select(*self._columns(query))
        whole = chosen.where(document.c.title_key == key, *tests) if key is not None else None
        if whole is not None:
            tests.append(document.c.title_key != key)
        if asked:
            oldest_first = query.order == "oldest"
            chosen = chosen.select_from(_FTS.join(document, document.c.id == _FTS.c.rowid)).where(_match(asked), *tests)
            if query.between is not None:
                chosen = chosen.where(_FTS.c.rowid.between(*query.between))
            chosen = chosen.order_by(_FTS.c.rowid.asc() if oldest_first else _FTS.c.rowid.desc())
        else:
            chosen = in_order(chosen.where(*tests), document, query.order)
        counted = limited(chosen, whole, query.counted)
        return Candidates(counted, self._ranked(counted, query))

    def _columns(self, query: Query) -> list[ColumnElement[Any]]:
        document = self.tables.document
        code = [document.c.code] if query.order == "code" else []
        return [document.c.id, document.c.day, document.c.title_key, *code]

    def _ranked(self, counted: CTE, query: Query) -> CTE:
        if query.order != "relevance":
            return counted
        key = self.whole_key(query)
        whole = [(counted.c.title_key == key, 0)] if key is not None else []
        levels = [(self._within(counted, query.tree, level), at) for at, level in enumerate(self.levels()[:-1], 1)]
        told = [(test, tier) for test, tier in levels if test is not None]
        last = len(self.levels())
        tier = case(*whole, *told, else_=last) if whole or told else literal(last)
        return select(counted.c.id, counted.c.day, tier.label("tier")).cte("ranked")

    def _within(self, counted: CTE, tree: Tree, least: int) -> Test | None:
        """Whether the fields of this weight or more suffice; None when nothing is asked of words."""
        heavy = [one.name for one in self.tables.fields if one.weight >= least]
        expression = _narrowed(tree, heavy)
        if not expression:
            return None
        lowest = select(func.min(counted.c.id)).scalar_subquery()
        return counted.c.id.in_(select(_FTS.c.rowid).where(_match(expression), _FTS.c.rowid >= lowest))

    def _divided(self, tree: Tree) -> tuple[str, list[Tree]]:
        """The part of a tree that one FTS5 expression answers, "" when there is none, and the rest of it."""
        parts = tree.parts if isinstance(tree, And) else (tree,)
        sought = [part for part in parts if _is_sought(part)]
        if not sought:
            return "", list(parts)
        denied = [part for part in parts if isinstance(part, Not) and _is_sought(part.part)]
        taken = (*sought, *denied)
        return _expression(And(taken)), [part for part in parts if part not in taken]

    def _has(self, text: Text) -> Test:
        return self.tables.document.c.id.in_(select(_FTS.c.rowid).where(_match(_expression(text))))

    # Facets

    def _facets(self, facets: Sequence[Facet]) -> list[str]:
        """The candidates themselves, in one text: the counting is done on arrays."""
        return ["group_concat(id) AS ids"] if facets else []

    def _counts(self, connection: Connection, facets: Sequence[Facet], head: RowMapping) -> dict[Facet, Counts]:
        if not facets:
            return {}
        ids = np.fromstring(head["ids"] or "", dtype=np.int64, sep=",")
        with self._kept.reading(connection) as columns:
            rows = columns.rows_of(ids)
            return {facet: columns.counts(facet, rows) for facet in facets}


def _match(expression: str) -> Test:
    test: Test = _FTS.c[WORDS].bool_op("MATCH")(bindparam(None, expression))
    return test


def _is_sought(tree: Tree) -> bool:
    """Whether FTS5 alone can find it: words, and of those at least one that must be there."""
    match tree:
        case Text():
            return True
        case Or():
            return bool(tree.parts) and all(map(_is_sought, tree.parts))
        case And():
            inner = [part.part if isinstance(part, Not) else part for part in tree.parts]
            return any(map(_is_sought, tree.parts)) and all(map(_is_sought, inner))
        case _:
            return False


def _expression(tree: Tree) -> str:
    """A tree that `_is_sought` as FTS5 reads it."""
    match tree:
        case Text():
            phrase = _phrase(tree.needle)
            return f"{words_column(tree.field)} : {phrase}" if tree.field else phrase
        case Or():
            return f"({' OR '.join(map(_expression, tree.parts))})"
        case And():
            sought = " AND ".join(_expression(part) for part in tree.parts if not isinstance(part, Not))
            denied = [_expression(part.part) for part in tree.parts if isinstance(part, Not)]
            return f"(({sought}) NOT ({' OR '.join(denied)}))" if denied else f"({sought})"
    raise TypeError(tree)


def _narrowed(tree: Tree, fields: Sequence[str]) -> str:
    """An expression for what is sought, within these fields; "" where a tree asks nothing of words.

    The fields that a text names itself are its own affair. What is denied is left out: candidates have passed it.
    """
    match tree:
        case Text():
            inside = f"{{{' '.join(map(words_column, fields))}}} : " if tree.field is None else ""
            return inside + _expression(tree)
        case And() | Or():
            parts = [_narrowed(part, fields) for part in tree.parts]
            if isinstance(tree, Or) and not all(parts):
                return ""
            return f"({(' OR ' if isinstance(tree, Or) else ' AND ').join(filter(None, parts))})" if any(parts) else ""
        case _:
            return ""


def _phrase(needle: str) -> str:
    found = needle_tokens(needle)
    return f'"{" ".join(_SIGNS.get(token.text, token.text) for token in found)}"{" *" if found[-1].more else ""}'


def _words_row(id_: int, line: str, long_line: str) -> tuple[Any, ...]:
    return (id_, *map(_words, line.split(FIELD)[1:]), _words(long_line))


def _words(line: str) -> str:
    if not line:  # most fields of most documents
        return ""
    return " ".join([_SIGNS.get(token, token) for token in tokens(line)])
