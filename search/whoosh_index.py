"""The index on Whoosh: documents stay in the database, their tokens lie in files that follow the feed of changes.

Every search first catches up. A few changes are kept in memory and compared by their lines; many are added to the
files. Long text is not searched: Whoosh would need twenty times its size.
"""

import copy
import json
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import reduce
from operator import and_
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Select, bindparam, select

from search.columns import Columns, Kept
from search.contract import Query, Result
from search.documents import AT_ONCE, Documents
from search.entries import Entry, in_chunks
from search.feed import Follower
from search.predicates import Mask
from search.sql import UNKNOWN_LAST, read_cursor
from search.tables import SearchTables
from search.tree import texts
from search.whoosh_base import Base
from search.whoosh_reading import ABSENT, Levels, Placed, Reading, Rows, levels_of, placed

FEW = 1_000
"""Changed documents that are compared one by one; more are added to the files."""


class WhooshIndex(Documents):
    """Documents in the database, words in Whoosh's files; one process writes a folder."""

    engine = "whoosh"
    searches_long = False

    def __init__(self, tables: SearchTables, folder: Path) -> None:
        super().__init__(tables)
        self._kept = Kept(tables)
        self._base = Base(folder, levels_of(tables))
        self._follower = copy.deepcopy(self._base.follower)
        self._changed: dict[int, str] = {}
        """Lines of documents that the files do not know, "" of those that are no more."""
        self._moment = 0
        """Another number whenever files or changes are others."""
        self._placed: tuple[tuple[int, int], Placed] | None = None
        self._lock = threading.Lock()
        self._by_id, self._by_title = _shown_by_id(tables), _ids_by_title(tables)

    def search(self, connection: Connection, query: Query) -> Result:
        """Find. Raises CursorError when `after` makes no sense."""
        after = read_cursor(query.after, query.order) if query.after is not None else None
        with self._lock, self._kept.reading(connection) as columns:
            self._catch_up(connection)
            reading = Reading(self._base, columns, self._changed, self.tables, self._place(columns))
            levels, whole = reading.levels(query.tree), self._whole(connection, columns, query)
            found = reduce(and_, map(reading.passed, (query.visible, *query.filters)), levels != ABSENT)
            rows, capped = self._rows(connection, columns, query, found, whole)
            keys = self._keys(connection, columns, query, rows, levels, whole)
            chosen = _page(keys, after, query.size + 1)
            facets = {facet: columns.counts(facet, rows) for facet in query.facets}
            total = query.counted if capped and query.counted is not None else len(rows)
        return self._shown(connection, query, Result(total, capped, (), None, facets), chosen)

    def catch_up(self, connection: Connection) -> None:
        """Bring the files up to date now, so that the next search need not."""
        with self._lock:
            self._catch_up(connection, few=0)

    def _place(self, columns: Columns) -> Placed:
        moment = (self._moment, columns.layout)
        if self._placed is None or self._placed[0] != moment:
            self._placed = (moment, placed(self._base, columns, self._changed))
        return self._placed[1]

    def forget(self) -> None:
        """Forget what was kept in memory from earlier searches."""
        self._base.forget()
        if self._placed is not None:
            self._placed[1].forget()

    # Keeping up

    def _catch_up(self, connection: Connection, few: int = FEW) -> None:
        try:
            self._follow(connection, few)
        except BaseException:
            self._follower, self._changed = copy.deepcopy(self._base.follower), {}  # begin again from the files
            self._moment += 1
            raise

    def _follow(self, connection: Connection, few: int) -> None:
        if self._follower is None:
            self._follower, behind = Follower(), None
            self._follower.restart(connection, self.tables.change)
        else:
            behind = self._follower.behind(connection, self.tables.change)
        if behind is None:
            self._base.begin_anew()
            self._changed = {}
            behind = set(connection.execute(select(self.tables.document.c.id)).scalars())
            few = 0
        if behind:
            self._changed.update(self._lines(connection, sorted(behind)))
            self._moment += 1
        if len(self._changed) > few or self._base.follower is None:
            lines = ((id_, line) for id_, line in sorted(self._changed.items()) if line)
            self._base.add(lines, copy.deepcopy(self._follower))
            self._changed = {}
            self._moment += 1

    def _lines(self, connection: Connection, ids: Sequence[int]) -> Iterator[tuple[int, str]]:
        content = self.tables.content
        for part in in_chunks(ids, AT_ONCE):
            yield from dict.fromkeys(part, "").items()
            chosen = select(content.c.id, content.c.line).where(content.c.id.in_(part))
            yield from (tuple(row) for row in connection.execute(chosen))

    # Finding

    def _rows(
        self, connection: Connection, columns: Columns, query: Query, found: Mask, whole: Rows
    ) -> tuple[Rows, bool]:
        """The candidates, as many as are counted, and whether there are more."""
        if query.between is not None:
            found &= (columns.ids >= query.between[0]) & (columns.ids <= query.between[1])
        rows = np.flatnonzero(found)
        if query.counted is None or len(rows) <= query.counted:
            return rows, False
        if next(texts(query.tree), None) is None and query.order != "oldest":
            return self._first(connection, columns, query, rows), True
        if query.order == "oldest":
            return rows[: query.counted], True
        latest = rows[-query.counted :]
        return np.concatenate([whole[found[whole] & (whole < latest[0])], latest]), True

    def _first(self, connection: Connection, columns: Columns, query: Query, rows: Rows) -> Rows:
        if query.order == "code":
            codes = self._codes(connection, columns, rows)
            return np.sort(rows[np.argsort(np.array(codes, dtype=object), kind="stable")[: query.counted]])
        newest = np.lexsort((-rows, -columns.numbers("day")[rows]))
        return np.sort(rows[newest[: query.counted]])

    def _whole(self, connection: Connection, columns: Columns, query: Query) -> Rows:
        """The documents whose whole title was asked for."""
        key = self.whole_key(query)
        if key is None:
            return np.zeros(0, dtype=np.int64)
        ids = connection.execute(self._by_title, {"key": key})
        return columns.rows_of(np.array(list(ids.scalars()), dtype=np.int64))

    def _keys(
        self, connection: Connection, columns: Columns, query: Query, rows: Rows, levels: Levels, whole: Rows
    ) -> list[NDArray[Any]]:
        """The keys of each candidate, the id at their end (see `sql.KEYS`)."""
        ids, days = columns.ids[rows], columns.numbers("day")[rows].astype(np.int64)
        match query.order:
            case "relevance":
                asks_words = next(texts(query.tree), None) is not None
                tiers = levels.copy() if asks_words else np.full(columns.size, len(self.levels()), dtype=np.uint8)
                tiers[whole] = 0
                return [tiers[rows], -days, -ids]
            case "newest":
                return [-days, -ids]
            case "oldest":
                return [np.where(days == 0, UNKNOWN_LAST, days), ids]
            case "code":
                return [np.array(self._codes(connection, columns, rows), dtype=object), ids]

    def _codes(self, connection: Connection, columns: Columns, rows: Rows) -> list[str]:
        document = self.tables.document
        known: dict[int, str] = {}
        for part in in_chunks(columns.ids[rows].tolist(), AT_ONCE):
            chosen = select(document.c.id, document.c.code).where(document.c.id.in_(part))
            known.update((row.id, row.code) for row in connection.execute(chosen))
        return [known[id_] for id_ in columns.ids[rows].tolist()]

    def _shown(self, connection: Connection, query: Query, result: Result, keys: list[list[Any]]) -> Result:
        shown = keys[: query.size]
        more = len(keys) > query.size and bool(shown)
        ids = [abs(key[-1]) for key in shown]
        rows = connection.execute(self._by_id, {"ids": ids}).mappings()
        hits = {row["found_id"]: self._hit(row) for row in rows}
        after = json.dumps(shown[-1], ensure_ascii=False) if more else None
        return replace(result, hits=tuple(hits[id_] for id_ in ids if id_ in hits), next=after)

    # What the database need not do.

    def _write_words(self, connection: Connection, made: Sequence[Entry]) -> None:
        """The files follow the feed."""

    def _remove_words(self, connection: Connection, lines: Sequence[tuple[Any, ...]]) -> None:
        """The files follow the feed."""

    def _clear_words(self, connection: Connection) -> None:
        """The files follow the feed."""

    def _check_words(self, connection: Connection) -> tuple[int, tuple[str, ...]]:
        with self._lock, self._kept.reading(connection) as columns:
            self._catch_up(connection)
            place = self._place(columns)
        return int((place.row >= 0).sum()) + sum(bool(line) for line in self._changed.values()), ()


def _shown_by_id(tables: SearchTables) -> Select[Any]:
    """What is shown of documents; made once, for it costs more than running it."""
    document = tables.document
    names = ["code", "title", *(one.name for one in tables.attributes)]
    columns = [document.c.id.label("found_id"), *(document.c[name].label(f"d_{name}") for name in names)]
    return select(*columns).where(document.c.id.in_(bindparam("ids", expanding=True)))


def _ids_by_title(tables: SearchTables) -> Select[Any]:
    """The documents with this whole title."""
    document = tables.document
    return select(document.c.id).where(document.c.title_key == bindparam("key")).order_by(document.c.id)


def _page(keys: Sequence[NDArray[Any]], after: list[Any] | None, size: int) -> list[list[Any]]:
    """The keys of the first candidates in their order, or of the first beyond `after`."""
    if after is not None:
        beyond, level = np.zeros(len(keys[0]), dtype=np.bool_), np.ones(len(keys[0]), dtype=np.bool_)
        for key, value in zip(keys, after, strict=True):
            beyond |= level & (key > value)
            level &= key == value
        keys = [key[beyond] for key in keys]
    keys = [key.astype(str) if key.dtype == object else key for key in keys]
    order = _foremost(keys, size)
    order = order[np.lexsort([key[order] for key in keys[::-1]])][:size]
    return [list(row) for row in zip(*(key[order].tolist() for key in keys), strict=True)]


def _foremost(keys: Sequence[NDArray[Any]], size: int) -> Rows:
    """Those that may be among the first: ordering all candidates costs more than finding them."""
    chosen, tied = [], np.arange(len(keys[0]))
    for key in keys:
        if len(tied) <= size:
            break
        values = key[tied]
        last = np.partition(values, size - 1)[size - 1]
        chosen.append(tied[values < last])
        tied = tied[values == last]
        size -= len(chosen[-1])
    return np.concatenate([*chosen, tied])
