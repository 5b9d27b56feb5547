"""Documents' columns as arrays kept beside the index: facets and masks over many hits cost no join."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Select, select

from search.contract import Counts, Facet, FacetValue
from search.feed import Follower
from search.tables import SearchTables

Ids = NDArray[np.int64]
CHUNK = 20_000
MANY = 5_000
"""When more documents than this have changed, all are read."""

_TO_KEEP = {"year": 10_000, "month": 100}


class Columns:
    """The columns of every document, in the order of ids. Changed only inside `Kept.reading`."""

    def __init__(self, tables: SearchTables) -> None:
        self._kinds = {"day": "day", **{one.name: one.kind for one in tables.attributes}}
        self._document = tables.document
        self._words: dict[str, dict[str | None, int]] = {}
        self.layout = 0
        """Another number whenever documents come to stand in other rows."""
        self._empty()

    def _empty(self) -> None:
        self.layout += 1
        self.ids = np.zeros(0, dtype=np.int64)
        self._arrays = {name: np.zeros(0, dtype=_type(kind)) for name, kind in self._kinds.items()}
        self._words = {name: {} for name, kind in self._kinds.items() if kind == "word"}

    @property
    def size(self) -> int:
        """How many documents."""
        return len(self.ids)

    def has_words(self, column: str) -> bool:
        """Whether it is a column of words."""
        return self._kinds[column] == "word"

    def numbers(self, column: str) -> NDArray[np.float64]:
        """A column of days or numbers, NaN where nothing is known."""
        found: NDArray[np.float64] = self._arrays[column]
        return found

    def codes(self, column: str) -> NDArray[np.int32]:
        """A column of words, each as its number."""
        found: NDArray[np.int32] = self._arrays[column]
        return found

    def code_of(self, column: str, word: str | None) -> int:
        """The number of a word, -1 when no document has it."""
        return self._words[column].get(word, -1)

    def rows_of(self, ids: Ids) -> NDArray[np.int64]:
        """Where these documents stand; those that are not there are left out."""
        rows = np.searchsorted(self.ids, ids)
        there = rows < self.size
        rows, wanted = rows[there].astype(np.int64), ids[there]
        found: NDArray[np.int64] = rows[self.ids[rows] == wanted]
        return found

    def counts(self, facet: Facet, rows: NDArray[np.int64]) -> Counts:
        """How many of the rows have each value."""
        if self.has_words(facet.column):
            counted = np.bincount(self.codes(facet.column)[rows], minlength=len(self._words[facet.column]))
            return {word: int(counted[code]) for word, code in self._words[facet.column].items() if counted[code]}
        numbers = self.numbers(facet.column)[rows]
        unknown = int(np.isnan(numbers).sum())
        known = numbers[~np.isnan(numbers)]
        if facet.by != "value":
            known = known // _TO_KEEP[facet.by]
        values, times = np.unique(known, return_counts=True)
        found: dict[FacetValue, int] = dict(zip(map(_plain, values.tolist()), times.tolist(), strict=True))
        return {**found, None: unknown} if unknown else found

    def read_all(self, connection: Connection) -> None:
        """Forget what is known and read every document."""
        self._empty()
        parts = list(self._in_chunks(connection))
        if parts:
            self.ids = np.concatenate([ids for ids, _ in parts])
            self._arrays = {name: np.concatenate([arrays[name] for _, arrays in parts]) for name in self._kinds}

    def read(self, connection: Connection, ids: Sequence[int]) -> None:
        """Read these documents anew."""
        document = self._document
        rows = connection.execute(self._chosen().where(document.c.id.in_(ids)).order_by(document.c.id)).all()
        new, arrays = self._coded(rows)
        at = np.searchsorted(self.ids, new)
        known = at < self.size
        known[known] = self.ids[at[known]] == new[known]
        for name, array in self._arrays.items():
            array[at[known]] = arrays[name][known]
        gone = np.setdiff1d(np.array(list(ids), dtype=np.int64), new)
        self._keep(np.isin(self.ids, gone, invert=True) if len(gone) else None)
        self._insert(new[~known], {name: array[~known] for name, array in arrays.items()})

    def _keep(self, mask: NDArray[np.bool_] | None) -> None:
        if mask is not None:
            self.layout += 1
            self.ids = self.ids[mask]
            self._arrays = {name: array[mask] for name, array in self._arrays.items()}

    def _insert(self, ids: Ids, arrays: Mapping[str, NDArray[Any]]) -> None:
        if len(ids):
            self.layout += 1
            at = np.searchsorted(self.ids, ids)
            self.ids = np.insert(self.ids, at, ids)
            self._arrays = {name: np.insert(array, at, arrays[name]) for name, array in self._arrays.items()}

    def _chosen(self) -> Select[Any]:
        return select(self._document.c.id, *(self._document.c[name] for name in self._kinds))

    def _in_chunks(self, connection: Connection) -> Iterator[tuple[Ids, dict[str, NDArray[Any]]]]:
        with connection.execute(self._chosen().order_by(self._document.c.id)) as result:
            assert result.cursor is not None
            while rows := result.cursor.fetchmany(CHUNK):  # the driver's own rows
                yield self._coded(rows)

    def _coded(self, rows: Sequence[Any]) -> tuple[Ids, dict[str, NDArray[Any]]]:
        columns = list(zip(*rows, strict=True)) if rows else [()] * (len(self._kinds) + 1)
        arrays = {name: self._array(name, values) for name, values in zip(self._kinds, columns[1:], strict=True)}
        return np.array(columns[0], dtype=np.int64), arrays

    def _array(self, name: str, values: Sequence[Any]) -> NDArray[Any]:
        if self._kinds[name] != "word":
            return np.array(values, dtype=np.float64)
        words = self._words[name]
        return np.array([words.setdefault(value, len(words)) for value in values], dtype=np.int32)


def _type(kind: str) -> type[np.generic]:
    return np.int32 if kind == "word" else np.float64


def _plain(value: float) -> float:
    return int(value) if value == int(value) else value


class Kept:
    """Columns shared by every thread of a process, brought up to date for whoever reads them."""

    def __init__(self, tables: SearchTables) -> None:
        self._tables = tables
        self._columns = Columns(tables)
        self._follower: Follower | None = None
        self._lock = threading.Lock()

    @contextmanager
    def reading(self, connection: Connection) -> Iterator[Columns]:
        """The columns as this connection's transaction sees the documents; nobody else changes them meanwhile."""
        with self._lock:
            try:
                self._catch_up(connection)
            except BaseException:
                self._follower = None  # what was read by halves is read anew
                raise
            yield self._columns

    def _catch_up(self, connection: Connection) -> None:
        change = self._tables.change
        if self._follower is None:
            follower = Follower()
            follower.restart(connection, change)
            self._columns.read_all(connection)
            self._follower = follower
            return
        behind = self._follower.behind(connection, change)
        if behind is None or len(behind) > MANY:
            self._columns.read_all(connection)
        elif behind:
            self._columns.read(connection, sorted(behind))
