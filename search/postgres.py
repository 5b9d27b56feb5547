"""The index in PostgreSQL: the tokens of a document as a `tsvector` without places, its line read to be sure.

One materialised pass gives the total, the facets and the page.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    Integer,
    RowMapping,
    String,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from search.contract import Counts, Facet, Query, Result
from search.entries import Entry, content_row
from search.sql import Candidates, SqlIndex, Test, in_order, limited
from search.tables import LONG
from search.tree import And, Not, Or, Text, Tree, texts
from search.words import FIELD, is_sign, needle_tokens, tokens

LONGEST_TOKEN = 200
"""Characters of a token that are kept: a lexeme has at most 2046 bytes."""

MOST_BYTES = 900_000
"""Of the tokens of a document with their overhead: a `tsvector` has at most 1 MB. What is beyond is not found."""

MOST_RANKED = 50
"""Words of a query that are looked for in each field to tell which weighs most."""

_OVERHEAD = 6
_TO_KEEP = {"year": 10_000, "month": 100}
_QUICK = text("SELECT set_config('jit', 'off', true), set_config('max_parallel_workers_per_gather', '0', true)")
"""Compiling and dividing a statement that stops at its cap costs more than it saves."""


class PostgresIndex(SqlIndex):
    """Documents in PostgreSQL."""

    engine = "postgresql"

    # Writing

    def _insert_content(self, connection: Connection, made: Sequence[Entry]) -> None:
        words = func.array_to_tsvector(bindparam("tokens", type_=ARRAY(String)))
        rows = [{**content_row(one), "tokens": list(_lexemes(one))} for one in made]
        connection.execute(self.tables.content.insert().values(words=words), rows)

    def _write_words(self, connection: Connection, made: Sequence[Entry]) -> None:
        """They were written with the lines."""

    def _remove_words(self, connection: Connection, lines: Sequence[tuple[Any, ...]]) -> None:
        """They are removed with the lines."""

    def _clear_words(self, connection: Connection) -> None:
        """They are removed with the lines."""

    def _check_words(self, connection: Connection) -> tuple[int, tuple[str, ...]]:
        content = self.tables.content
        return connection.execute(select(func.count(content.c.words))).scalar_one(), ()

    # Reading

    def search(self, connection: Connection, query: Query) -> Result:
        """Find. Raises CursorError when `after` makes no sense."""
        connection.execute(_QUICK)
        return super().search(connection, query)

    def _candidates(self, query: Query) -> Candidates:
        document, content = self.tables.document, self.tables.content
        key = self.whole_key(query)
        joined = document.join(content, content.c.id == document.c.id)
        tests = [self._allowed(query), self._asked(query.tree)]
        asks_words = _asks_words(query.tree)
        chosen = select(*self._columns(query, key)).select_from(joined if asks_words else document)
        whole = None
        if key is not None:
            whole = chosen.where(document.c.title_key == key, *tests)
            tests.append(document.c.title_key != key)
        chosen = chosen.where(*tests)
        if not asks_words and query.tree == And(()):
            chosen = in_order(chosen, document, query.order)
        counted = limited(chosen, whole, query.counted)
        return Candidates(counted, counted)

    def _asked(self, tree: Tree) -> Test:
        """The condition, with all words that a token tells asked for at once."""
        parts = tree.parts if isinstance(tree, And) else (tree,)
        told = [part for part in parts if isinstance(part, Text) and part.field is None and _is_told(part)]
        if len(told) < 2:
            return self.condition(tree)
        rest = And(tuple(part for part in parts if part not in told))
        return and_(self._has_words(" & ".join(_tsquery(part.needle) for part in told)), self.condition(rest))

    def _columns(self, query: Query, key: int | None) -> list[ColumnElement[Any]]:
        document = self.tables.document
        names = dict.fromkeys(["id", "day", *(facet.column for facet in query.facets)])
        if query.order == "code":
            names["code"] = None
        columns: list[ColumnElement[Any]] = [document.c[name] for name in names]
        return [*columns, self._tier(query.tree, key).label("tier")] if query.order == "relevance" else columns

    def _tier(self, tree: Tree, key: int | None) -> ColumnElement[int]:
        """0 for the whole title, then the number of the first weight whose fields suffice."""
        levels = self.levels()
        if not 0 < sum(1 for _ in texts(tree)) <= MOST_RANKED:
            return literal(len(levels), Integer)
        whole = [(self.tables.document.c.title_key == key, 0)] if key is not None else []
        tests = [(self._within(tree, level), at) for at, level in enumerate(levels[:-1], 1)]
        return case(*whole, *tests, else_=len(levels))

    def _within(self, tree: Tree, least: int) -> Test:
        match tree:
            case Text():
                return self._in_fields(tree.needle, least) if tree.field is None else true()
            case And():
                return and_(true(), *(self._within(part, least) for part in tree.parts))
            case Or():
                return or_(*(self._within(part, least) for part in tree.parts)) if tree.parts else true()
            case _:
                return true()

    def _in_fields(self, needle: str, least: int) -> Test:
        written = [one for one in self.tables.fields if one.name != LONG.name]
        heavy = [one.name for one in written if one.weight >= least]
        if len(heavy) == len(written):
            return _holds(self.tables.content.c.line, needle)
        return or_(*(_holds(self._line_of(name), needle) for name in heavy))

    def _line_of(self, field: str) -> ColumnElement[str]:
        content = self.tables.content
        if field == LONG.name:
            return content.c.long_line
        at = [one.name for one in self.tables.fields].index(field)
        part: ColumnElement[str] = func.split_part(content.c.line, FIELD, at + 2)
        return part

    def _has(self, text: Text) -> Test:
        content = self.tables.content
        sought = self._has_words(_tsquery(text.needle))
        if text.field is not None:
            return and_(sought, _holds(self._line_of(text.field), text.needle))
        if _is_told(text):
            return sought
        return and_(sought, or_(_holds(content.c.line, text.needle), _holds(content.c.long_line, text.needle)))

    def _has_words(self, asked: str) -> Test:
        matches = self.tables.content.c.words.bool_op("@@")
        test: Test = matches(cast(bindparam(None, asked, String), TSQUERY))
        return test

    # Facets

    def _facets(self, facets: Sequence[Facet]) -> list[str]:
        return [f"({_counted_by(facet)}) AS facet{at}" for at, facet in enumerate(facets)]

    def _counts(self, _connection: Connection, facets: Sequence[Facet], head: RowMapping) -> dict[Facet, Counts]:
        return {facet: dict(head[f"facet{at}"] or ()) for at, facet in enumerate(facets)}


def _counted_by(facet: Facet) -> str:
    value = f'"{facet.column}"' if facet.by == "value" else f'"{facet.column}" / {_TO_KEEP[facet.by]}'
    groups = f"SELECT {value} AS value, count(*) AS times FROM counted GROUP BY 1"  # noqa: S608
    return f"SELECT json_agg(json_build_array(value, times)) FROM ({groups}) AS groups"  # noqa: S608


def _holds(line: ColumnElement[str], needle: str) -> Test:
    return func.strpos(line, needle) > 0


def _is_told(text: Text) -> bool:
    """Whether its token says it all, so that no line need be read."""
    found = needle_tokens(text.needle)
    return len(found) == 1 and len(found[0].text) <= LONGEST_TOKEN


def _asks_words(tree: Tree) -> bool:
    match tree:
        case Text():
            return True
        case Not():
            return _asks_words(tree.part)
        case And() | Or():
            return any(map(_asks_words, tree.parts))
        case _:
            return False


def _tsquery(needle: str) -> str:
    return " & ".join(
        f"'{_escaped(token.text[:LONGEST_TOKEN])}'{':*' if token.more or len(token.text) > LONGEST_TOKEN else ''}"
        for token in needle_tokens(needle)
        if not is_sign(token.text)
    )


def _escaped(token: str) -> str:
    return token.replace("\\", "\\\\").replace("'", "''")


def _lexemes(made: Entry) -> Iterable[str]:
    """Every token once, signs left out, as many as a `tsvector` holds."""
    left, seen = MOST_BYTES, set[str]()
    for token in _tokens(made):
        kept = token[:LONGEST_TOKEN]
        if kept not in seen and not is_sign(kept):
            left -= len(kept.encode()) + _OVERHEAD
            if left < 0:
                break
            seen.add(kept)
    return seen


def _tokens(made: Entry) -> Iterator[str]:
    for part in made.line.split(FIELD)[1:]:
        yield from tokens(part)
    yield from tokens(made.long_line)
