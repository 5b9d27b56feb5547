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
    and_,
    not_,
    or_,
    select,
    text,
    true,
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
_KEYS: Mapping[Order, tuple[str, ...]] = {
    "relevance": ("tier", "-day", "-id"),
    "newest": ("-day", "-id"),
    "oldest": (f"CASE day WHEN 0 THEN {UNKNOWN_LAST} ELSE day END", "id"),
    "code": ("code", "id"),
}


@dataclass(frozen=True, slots=True)
class Candidates:
    """The hits that are counted (`id`, `day` and what else the engine's facets need), and the same with their keys."""

    counted: CTE
    ranked: CTE


class SqlIndex(Documents):
    """An index inside the caller's own database."""

    def search(self, connection: Connection, query: Query) -> Result:
        """Find. Raises CursorError when `after` makes no sense."""
        found = self._candidates(query)
        asked = text(self._outer(query, found.ranked.name)).bindparams(**_bound(query))
        statement = asked.columns().add_cte(found.counted, *({found.ranked} - {found.counted}))
        rows = connection.execute(statement).mappings().all()
        listed = sorted((row for row in rows if row["found_id"] is not None), key=lambda row: _keys_of(row, query))
        return self._result(connection, query, rows[0], listed)

    def _outer(self, query: Query, ranked: str) -> str:
        """What is asked of the candidates. As text: built of parts, it would cost more than it takes to run."""
        keys = _KEYS[query.order]
        named = ", ".join(f"{key} AS k{at}" for at, key in enumerate(keys))
        after = ", ".join(f":a{at}" for at in range(len(keys)))
        beyond = f"WHERE ({', '.join(keys)}) > ({after})" if query.after is not None else ""
        shown = ", ".join(f'd."{name}" AS "d_{name}"' for name in ("code", "title", *self._attribute_names()))
        summary = ", ".join(["count(*) AS total", *self._facets(query.facets)])
        return (
            f"SELECT s.*, p.*, {shown} FROM (SELECT {summary} FROM counted) AS s LEFT JOIN "  # noqa: S608
            f"(SELECT id AS found_id, {named} FROM {ranked} {beyond} ORDER BY {', '.join(keys)} LIMIT :size) AS p "
            "ON 1 = 1 "
            "LEFT JOIN search_document AS d ON d.id = p.found_id"
        )

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

    def _attribute_names(self) -> list[str]:
        return [one.name for one in self.tables.attributes]

    def _allowed(self, query: Query) -> Test:
        document = self.tables.document
        allowed = AllOf((query.visible, *query.filters)).sql(document)
        return allowed if query.between is None else and_(document.c.id.between(*query.between), allowed)

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
    def _facets(self, facets: Sequence[Facet]) -> list[str]: ...

    @abstractmethod
    def _counts(self, connection: Connection, facets: Sequence[Facet], head: RowMapping) -> dict[Facet, Counts]: ...


def read_cursor(after: str, order: Order) -> list[Any]:
    """The keys in a cursor. Raises CursorError when they are not of this order."""
    try:
        keys = json.loads(after)
    except (ValueError, RecursionError):
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


def _bound(query: Query) -> dict[str, Any]:
    keys = read_cursor(query.after, query.order) if query.after is not None else []
    return {"size": query.size + 1, **{f"a{at}": key for at, key in enumerate(keys)}}


def _keys_of(row: RowMapping, query: Query) -> list[Any]:
    return [row[f"k{at}"] for at in range(len(KEYS[query.order]))]
