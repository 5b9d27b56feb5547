"""What both SQL engines share: the rows they write, and the one statement that counts, orders and pages candidates."""

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    FromClause,
    RowMapping,
    Select,
    Subquery,
    and_,
    case,
    delete,
    func,
    not_,
    or_,
    select,
    true,
    tuple_,
)

from search.contract import Counts, CursorError, Document, Facet, Health, Hit, Order, Query, Result
from search.entries import Entry, content_row, document_row, entry, in_chunks, name_rows, title_key
from search.feed import note
from search.names import names_like, names_that_begin
from search.predicates import EVERY, AllOf, Among, Between, Predicate
from search.tables import SearchTables
from search.tree import And, Not, Or, Range, Text, Tree, Value, whole_line

Test = ColumnElement[bool]
KEYS: Mapping[Order, tuple[type, ...]] = {
    "relevance": (int, int, int),
    "newest": (int, int),
    "oldest": (int, int),
    "code": (str, int),
}
"""What each order compares, all of it ascending."""

UNKNOWN_LAST = 99_999_999
AT_ONCE = 5_000
"""Ids bound to one statement."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """The hits that are counted (`id`, `day` and what else the engine's facets need), and the same with their keys."""

    counted: CTE
    ranked: Subquery | CTE


class SqlIndex(ABC):
    """An index inside the caller's own database."""

    engine: str

    def __init__(self, tables: SearchTables) -> None:
        self.tables = tables
        self._field_names = {one.name for one in tables.fields}

    # Writing

    def add(self, connection: Connection, documents: Sequence[Document]) -> None:
        """Add documents that are not yet there."""
        if documents:
            self._write(connection, documents)
            note(connection, self.tables.change, (document.id for document in documents))

    def replace(self, connection: Connection, documents: Sequence[Document]) -> None:
        """Add documents, in the place of those with the same id."""
        if documents:
            last = {document.id: document for document in documents}
            self._take_out(connection, list(last))
            self._write(connection, list(last.values()))
            note(connection, self.tables.change, last)

    def remove(self, connection: Connection, ids: Sequence[int]) -> None:
        """Remove documents; those that are not there do not matter."""
        if ids:
            self._take_out(connection, list(ids))
            note(connection, self.tables.change, set(ids))

    def clear(self, connection: Connection) -> None:
        """Remove everything, whatever state it is in."""
        for table in (self.tables.name, self.tables.content, self.tables.document, self.tables.change):
            connection.execute(delete(table))
        self._clear_words(connection)
        note(connection, self.tables.change, None)

    def _write(self, connection: Connection, documents: Sequence[Document]) -> None:
        for part in in_chunks(documents, AT_ONCE):
            made = [entry(document, self.tables) for document in part]
            connection.execute(self.tables.document.insert(), [document_row(one, self.tables) for one in made])
            self._insert_content(connection, made)
            names = [row for one in made for row in name_rows(one)]
            if names:
                connection.execute(self.tables.name.insert(), names)
            self._write_words(connection, made)

    def _take_out(self, connection: Connection, ids: Sequence[int]) -> None:
        content = self.tables.content
        for part in in_chunks(ids, AT_ONCE):
            chosen = select(content.c.id, content.c.line, content.c.long_line).where(content.c.id.in_(part))
            self._remove_words(connection, [tuple(row) for row in connection.execute(chosen)])
            for table in (self.tables.name, content, self.tables.document):
                connection.execute(delete(table).where(table.c.id.in_(part)))

    def _insert_content(self, connection: Connection, made: Sequence[Entry]) -> None:
        connection.execute(self.tables.content.insert(), [content_row(one) for one in made])

    # Reading

    def search(self, connection: Connection, query: Query) -> Result:
        """Find. Raises CursorError when `after` makes no sense."""
        found = self._candidates(query)
        page = self._page(found.ranked, query)
        summary = select(func.count().label("total"), *self._facets(found.counted, query.facets))
        head = summary.select_from(found.counted).subquery("summary")
        rows = connection.execute(select(head, page).select_from(head.outerjoin(page, true()))).mappings().all()
        listed = sorted((row for row in rows if row["found_id"] is not None), key=lambda row: _keys_of(row, query))
        return self._result(connection, query, rows[0], listed)

    def written(self, connection: Connection, ids: Sequence[int]) -> Mapping[int, Mapping[str, str]]:
        """The fields of documents as they were written, by name: what is highlighted. Not the long text."""
        content = self.tables.content
        rows = connection.execute(select(content.c.id, content.c.written).where(content.c.id.in_(ids)))
        return {row.id: json.loads(row.written) for row in rows}

    def suggest(self, connection: Connection, typed: str, visible: Predicate = EVERY, limit: int = 10) -> list[str]:
        """Names of visible documents that begin so, or whose pinyin initials do."""
        return names_that_begin(connection, self.tables, typed, visible, limit)

    def like(self, connection: Connection, typed: str, visible: Predicate = EVERY, limit: int = 3) -> list[str]:
        """Names of visible documents that are spelled or sound nearly so, the nearest first."""
        return names_like(connection, self.tables, typed, visible, limit)

    def health(self, connection: Connection) -> Health:
        """Whether it is whole."""
        documents = connection.execute(select(func.count()).select_from(self.tables.document)).scalar_one()
        contents = connection.execute(select(func.count()).select_from(self.tables.content)).scalar_one()
        indexed, faults = self._check_words(connection)
        if not documents == contents == indexed:
            faults = (*faults, f"{documents} documents, {contents} lines, {indexed} indexed")
        return Health(self.engine, documents, indexed, faults)

    def _result(self, connection: Connection, query: Query, head: RowMapping, listed: Sequence[RowMapping]) -> Result:
        total, shown = head["total"], listed[: query.size]
        capped = query.counted is not None and total > query.counted
        more = len(listed) > query.size and bool(shown)
        return Result(
            total=cast(int, query.counted) if capped else total,
            capped=capped,
            hits=tuple(self._hit(row) for row in shown),
            next=json.dumps(_keys_of(shown[-1], query), ensure_ascii=False) if more else None,
            facets=self._counts(connection, query.facets, head),
        )

    def _hit(self, row: RowMapping) -> Hit:
        columns = {one.name: row[f"d_{one.name}"] for one in self.tables.attributes}
        return Hit(row["found_id"], row["d_kind"], row["d_code"], row["d_title"], columns)

    def _page(self, ranked: FromClause, query: Query) -> Subquery:
        keys = _keys(ranked, query.order)
        chosen = select(ranked.c.id, *(key.label(f"k{at}") for at, key in enumerate(keys)))
        if query.after is not None:
            chosen = chosen.where(tuple_(*keys) > tuple_(*read_cursor(query.after, query.order)))
        page = chosen.order_by(*keys).limit(query.size + 1).subquery("page")
        document = self.tables.document
        shown = [document.c[name].label(f"d_{name}") for name in ("code", "title", *self._attribute_names())]
        joined = page.join(document, document.c.id == page.c.id)
        found = [page.c.id.label("found_id"), *(page.c[f"k{at}"] for at in range(len(keys)))]
        return select(*found, *shown).select_from(joined).subquery("shown")

    def _attribute_names(self) -> list[str]:
        return [one.name for one in self.tables.attributes]

    def _allowed(self, query: Query) -> Test:
        return AllOf((query.visible, *query.filters)).sql(self.tables.document)

    def condition(self, tree: Tree) -> Test:
        """A tree over the rows of `search_document`, and of `search_content` where the engine joins it."""
        match tree:
            case Text():
                return self._has(tree)
            case Range():
                return Between(tree.column, tree.least, tree.most).sql(self.tables.document)
            case Value():
                return Among(tree.column, (tree.value,)).sql(self.tables.document)
            case Not():
                return not_(self.condition(tree.part))
            case And():
                return and_(true(), *map(self.condition, tree.parts))
            case Or():
                return or_(not_(true()), *map(self.condition, tree.parts))

    def levels(self) -> list[int]:
        """The weights of fields, the heaviest first."""
        return sorted({one.weight for one in self.tables.fields}, reverse=True)

    def whole_key(self, query: Query) -> int | None:
        """The key of the title that is all that was asked; None when there is none or it does not matter."""
        asked = whole_line(query.tree) if query.order == "relevance" else ""
        return title_key(asked) if asked else None

    # What each engine does in its own way.

    @abstractmethod
    def _candidates(self, query: Query) -> Candidates: ...

    @abstractmethod
    def _has(self, text: Text) -> Test: ...

    @abstractmethod
    def _facets(self, counted: CTE, facets: Sequence[Facet]) -> list[ColumnElement[Any]]: ...

    @abstractmethod
    def _counts(self, connection: Connection, facets: Sequence[Facet], head: RowMapping) -> dict[Facet, Counts]: ...

    @abstractmethod
    def _write_words(self, connection: Connection, made: Sequence[Entry]) -> None: ...

    @abstractmethod
    def _remove_words(self, connection: Connection, lines: Sequence[tuple[Any, ...]]) -> None: ...

    @abstractmethod
    def _clear_words(self, connection: Connection) -> None: ...

    @abstractmethod
    def _check_words(self, connection: Connection) -> tuple[int, tuple[str, ...]]: ...


def read_cursor(after: str, order: Order) -> list[Any]:
    """The keys in a cursor. Raises CursorError when they are not of this order."""
    try:
        keys = json.loads(after)
    except ValueError:
        raise CursorError(after) from None
    types = KEYS[order]
    if not isinstance(keys, list) or [type(key) for key in keys] != list(types):
        raise CursorError(after)
    return keys


def in_order(chosen: Select[Any], document: FromClause, order: Order) -> Select[Any]:
    """Which documents are candidates where no words choose them: the first ones of the order, read from an index."""
    if order == "code":
        return chosen.order_by(document.c.code, document.c.id)
    if order == "oldest":
        return chosen.order_by(document.c.id)
    return chosen.order_by(document.c.day.desc(), document.c.id.desc())


def limited(chosen: Select[Any], whole: Select[Any] | None, counted: int | None) -> CTE:
    """The candidates, read once; a title that is all that was asked is always among them."""
    first = chosen.limit(counted + 1) if counted is not None else chosen
    if whole is None:
        return first.cte("counted").prefix_with("MATERIALIZED")
    return select(first.subquery("first")).union_all(whole).cte("counted").prefix_with("MATERIALIZED")


def _keys(ranked: FromClause, order: Order) -> list[ColumnElement[Any]]:
    match order:
        case "relevance":
            return [ranked.c.tier, -ranked.c.day, -ranked.c.id]
        case "newest":
            return [-ranked.c.day, -ranked.c.id]
        case "oldest":
            return [case((ranked.c.day == 0, UNKNOWN_LAST), else_=ranked.c.day), ranked.c.id]
        case "code":
            return [ranked.c.code, ranked.c.id]


def _keys_of(row: RowMapping, query: Query) -> list[Any]:
    return [row[f"k{at}"] for at in range(len(KEYS[query.order]))]
