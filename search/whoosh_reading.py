"""One search over Whoosh's files, the changes in memory and the columns: masks of what is found, and its tiers."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from search.columns import Columns
from search.predicates import Among, Between, Mask
from search.tables import LONG, SearchTables
from search.tree import And, Not, Or, Range, Text, Tree, Value, texts
from search.whoosh_base import Base, Places, level_at
from search.words import FIELD, is_sign, needle_tokens

Rows = NDArray[np.int64]
Key = TypeVar("Key")
ABSENT = 1_000
KEPT = 500
"""Answers kept in memory of each kind, those of no more than so many rows."""

MOST_ROWS = 20_000


@dataclass(frozen=True, slots=True)
class Placed:
    """The row of each place in the files, -1 where another place or the memory knows better; and the reverse."""

    row: Rows
    place: Rows
    found: dict[Text, Rows] = field(default_factory=dict)
    """What was found already, as long as nothing changes."""
    weighed: dict[tuple[Tree, bytes], Rows] = field(default_factory=dict)

    def forget(self) -> None:
        """Forget what was found."""
        self.found.clear()
        self.weighed.clear()


def levels_of(tables: SearchTables) -> list[int]:
    """The weight of each field, counted from the heaviest as 1."""
    weights = sorted({one.weight for one in tables.fields}, reverse=True)
    return [weights.index(one.weight) + 1 for one in tables.fields]


def placed(base: Base, columns: Columns, changed: Mapping[int, str]) -> Placed:
    """Where the documents of the files stand in the columns; of a document added twice the last place counts."""
    row = np.searchsorted(columns.ids, base.ids).astype(np.int64)
    row[row == columns.size] = -1
    if columns.size:
        row[columns.ids[row] != base.ids] = -1
    row[np.isin(base.ids, np.array(list(changed), dtype=np.int64))] = -1
    place = np.full(columns.size, -1, dtype=np.int64)
    known = np.flatnonzero(row >= 0)
    place[row[known]] = known
    row[known[place[row[known]] != known]] = -1
    return Placed(row, place)


class Reading:
    """What one search reads; nobody changes it meanwhile."""

    def __init__(
        self, base: Base, columns: Columns, changed: Mapping[int, str], tables: SearchTables, where: Placed
    ) -> None:
        self.columns = columns
        self._base = base
        self._where = where
        self._fields = [one.name for one in tables.fields]
        self._levels = levels_of(tables)
        lines = {id_: line for id_, line in sorted(changed.items()) if line}
        rows = columns.rows_of(np.array(list(lines), dtype=np.int64)).tolist()
        self._fresh = dict(zip(rows, lines.values(), strict=True))

    def mask(self, tree: Tree) -> Mask:
        """The documents that a tree finds."""
        match tree:
            case Text():
                return self._text(tree)
            case Range():
                return Between(tree.column, tree.least, tree.most).mask(self.columns)
            case Value():
                return Among(tree.column, (tree.value,)).mask(self.columns)
            case Not():
                return ~self.mask(tree.part)
            case And() | Or():
                found = np.full(self.columns.size, isinstance(tree, And), dtype=np.bool_)
                for part in tree.parts:
                    found = found & self.mask(part) if isinstance(tree, And) else found | self.mask(part)
                return found

    def tiers(self, tree: Tree, rows: Rows, last: int) -> Rows:
        """For each row the first weight, counted from 1, whose fields suffice."""
        if next(texts(tree), None) is None:
            return np.full(len(rows), last, dtype=np.int64)
        key = (tree, blake2b(rows.tobytes(), digest_size=16).digest())
        found = _kept_for(self._where.weighed, key, lambda: np.minimum(self._tier(tree, rows), last))
        return found.copy()

    def _text(self, text: Text) -> Mask:
        found = np.zeros(self.columns.size, dtype=np.bool_)
        if text.field == LONG.name:
            return found
        found[_kept_for(self._where.found, text, lambda: self._rows_of(text))] = True
        at = self._fields.index(text.field) if text.field is not None else None
        for row, line in self._fresh.items():
            found[row] = text.needle in (line if at is None else line.split(FIELD)[at + 1])
        return found

    def _rows_of(self, text: Text) -> Rows:
        """The rows of the files' documents that hold a needle."""
        sought = [token for token in needle_tokens(text.needle) if not is_sign(token.text)]
        places = _together([self._base.places(token.text, more=token.more) for token in sought])
        places = places[self._where.row[places] >= 0]
        needle = text.needle.encode()
        if text.field is not None:
            at = self._fields.index(text.field)
            places = _kept(places, (needle in self._base.field(place, at) for place in places.tolist()))
        elif len(sought) > 1:
            places = _kept(places, (self._base.holds(place, needle) for place in places.tolist()))
        return self._where.row[places]

    def _tier(self, tree: Tree, rows: Rows) -> Rows:
        match tree:
            case Text() if tree.field is None:
                needle = tree.needle.encode()
                levels = (self._level(row, needle, tree.needle) for row in rows.tolist())
                return np.fromiter(levels, np.int64, len(rows))
            case And() | Or() if tree.parts:
                parts = [self._tier(part, rows) for part in tree.parts]
                joined: Rows = np.max(parts, axis=0) if isinstance(tree, And) else np.min(parts, axis=0)
                return joined
            case _:
                return np.ones(len(rows), dtype=np.int64)

    def _level(self, row: int, needle: bytes, text: str) -> int:
        line = self._fresh.get(row)
        if line is None:
            return self._base.level(int(self._where.place[row]), needle) or ABSENT
        at = line.find(text)
        return level_at(line[:at].encode(), self._levels) if at >= 0 else ABSENT


def _kept_for(kept: dict[Key, Rows], key: Key, find: Callable[[], Rows]) -> Rows:
    """What was found before, or is found now."""
    if key in kept:
        return kept[key]
    rows = find()
    if len(rows) <= MOST_ROWS:
        if len(kept) >= KEPT:
            kept.pop(next(iter(kept)))
        kept[key] = rows
    return rows


def _together(lists: list[Places]) -> Places:
    """What is in all of them, the shortest first."""
    lists.sort(key=len)
    found = lists[0]
    for places in lists[1:]:
        if not len(found):
            break
        at = np.searchsorted(places, found)
        at[at == len(places)] = 0
        found = found[places[at] == found] if len(places) else places
    return found


def _kept(places: Places, tests: Iterable[bool]) -> Places:
    return places[np.fromiter(tests, np.bool_, len(places))]
