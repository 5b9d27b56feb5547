"""What both SQL engines share: the rows they write, and the one statement that counts, orders and pages candidates."""

import json
from abc import abstractmethod
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
    func,
    not_,
    or_,
    select,
    true,
    tuple_,
)

from search.contract import Counts, CursorError, Facet, Order, Query, Result
from search.documents import Documents
from search.predicates import AllOf, Among, Between
from search.tree import And, Not, Or, Range, Text, Tree, Value

Test = ColumnElement[bool]
KEYS: Mapping[Order, tuple[type, ...]] = {
    "relevance": (int, int, int),
    "newest": (int, int),
    "oldest": (int, int),
    "code": (str, int),
}
"""What each order compares, all of it ascending."""

UNKNOWN_LAST = 99_999_999


@dataclass(frozen=True, slots=True)
class Candidates:
    """The hits that are counted (`id`, `day` and what else the engine's facets need), and the same with their keys."""

    counted: CTE
    ranked: Subquery | CTE


class SqlIndex(Documents):
    """An index inside the caller's own database."""

    def search(self, connection: Connection, query: Query) -> Result:
        """Find. Raises CursorError when `after` makes no sense."""
        found = self._candidates(query)
        page = self._page(found.ranked, query)
        summary = select(func.count().label("total"), *self._facets(found.counted, query.facets))
        head = summary.select_from(found.counted).subquery("summary")
        rows = connection.execute(select(head, page).select_from(head.outerjoin(page, true()))).mappings().all()
        listed = sorted((row for row in rows if row["found_id"] is not None), key=lambda row: _keys_of(row, query))
        return self._result(connection, query, rows[0], listed)

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

    # What each engine does in its own way.

    @abstractmethod
    def _candidates(self, query: Query) -> Candidates: ...

    @abstractmethod
    def _has(self, text: Text) -> Test: ...

    @abstractmethod
    def _facets(self, counted: CTE, facets: Sequence[Facet]) -> list[ColumnElement[Any]]: ...

    @abstractmethod
    def _counts(self, connection: Connection, facets: Sequence[Facet], head: RowMapping) -> dict[Facet, Counts]: ...


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
