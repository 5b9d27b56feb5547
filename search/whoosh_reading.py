"""One search over Whoosh's files, the changes in memory and the columns: what is found, and how heavy its fields."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from search.columns import Columns
from search.predicates import Among, Between, Mask, Predicate
from search.tables import LONG, SearchTables
from search.tree import And, Not, Or, Range, Text, Tree, Value, texts
from search.whoosh_base import Base, Places, Remembered
from search.words import FIELD, Token, is_sign, needle_tokens

Rows = NDArray[np.int64]
Levels = NDArray[np.uint8]
"""For each row the first weight, counted from 1, whose fields suffice; `ABSENT` where the document is not found."""

ABSENT = 255
KEPT_BYTES = 128_000_000
"""Bytes of answers kept in memory, one for each document and needle."""

FEW = 5_000
"""Lines that are looked at rather than the postings of every token that begins so."""


@dataclass(frozen=True, slots=True)
class Placed:
    """The row of each place in the files, -1 where another place or the memory knows better."""

    row: Rows
    found: Remembered[Tree, np.uint8] = field(default_factory=lambda: Remembered(KEPT_BYTES))
    """What was found already, as long as nothing changes."""
    passed: Remembered[Predicate, np.bool_] = field(default_factory=lambda: Remembered(KEPT_BYTES))
    """The documents that passed a condition, likewise."""

    def forget(self) -> None:
        """Forget all that was found."""
        self.found.forget()
        self.passed.forget()


def levels_of(tables: SearchTables) -> list[int]:
    """The weight of each field of a line, counted from the heaviest as 1."""
    weights = [one.weight for one in tables.fields if one.name != LONG.name]
    known = sorted(set(weights), reverse=True)
    return [known.index(weight) + 1 for weight in weights]


def placed(base: Base, columns: Columns, changed: Mapping[int, str]) -> Placed:
    """Where the documents of the files stand in the columns; of a document added twice the last place counts."""
    row = np.searchsorted(columns.ids, base.ids).astype(np.int64)
    row[row == columns.size] = -1
    if columns.size:
        row[columns.ids[row] != base.ids] = -1
    row[np.isin(base.ids, np.array(list(changed), dtype=np.int64))] = -1
    last = np.full(columns.size, -1, dtype=np.int64)
    known = np.flatnonzero(row >= 0)
    last[row[known]] = known
    row[known[last[row[known]] != known]] = -1
    return Placed(row)


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
        self._known: dict[tuple[str, int], Places] = {}
        lines = {id_: line for id_, line in sorted(changed.items()) if line}
        rows = columns.rows_of(np.array(list(lines), dtype=np.int64)).tolist()
        self._fresh = dict(zip(rows, lines.values(), strict=True))

    def levels(self, tree: Tree) -> Levels:
        """What a tree finds. The fields that a text names itself, and what is asked of columns, suffice at once."""
        return self._where.found.of(tree, lambda: self._told(tree, np.ones(self.columns.size, dtype=np.bool_)))

    def passed(self, predicate: Predicate) -> Mask:
        """The documents that pass a condition."""
        return self._where.passed.of(predicate, lambda: predicate.mask(self.columns))

    def _told(self, tree: Tree, within: Mask) -> Levels:
        """The same, true of the documents `within`; of others it may say anything."""
        if tree in self._where.found:
            return self.levels(tree)
        match tree:
            case Text():
                return self._text(tree, within)
            case Range() | Value():
                return _where(self.passed(_condition(tree)))
            case Not():
                return _where(self._told(tree.part, within) == ABSENT)
            case And():
                return self._all(tree.parts, within)
            case Or():
                return self._any(tree.parts, within)

    def _all(self, parts: Sequence[Tree], within: Mask) -> Levels:
        found = _where(within)
        for part in sorted(parts, key=self._most):
            left = found != ABSENT
            if not left.any():
                break
            np.maximum(found, self._told(part, left), out=found)
        return found

    def _any(self, parts: Sequence[Tree], within: Mask) -> Levels:
        found = np.full(self.columns.size, ABSENT, dtype=np.uint8)
        for part in parts:
            np.minimum(found, self._told(part, within), out=found)
        if all(next(texts(part), None) for part in parts):
            return found
        return _where(found != ABSENT)  # as in the other engines, an alternative without words makes all of them equal

    def _most(self, tree: Tree) -> int:
        """How many documents a tree may find, roughly: whoever narrows most goes first, and columns cost nothing."""
        match tree:
            case Text():
                return sum(len(self._candidates(tree.needle, level)) for level, _ in self._sought_in(tree))
            case Range() | Value():
                return 0
            case And():
                return min(map(self._most, tree.parts), default=self.columns.size)
            case Or():
                return sum(map(self._most, tree.parts))
            case Not():
                return self.columns.size

    def _text(self, text: Text, within: Mask) -> Levels:
        found = np.where(within, np.uint8(ABSENT), np.uint8(0))
        for level, number in self._sought_in(text):
            self._seek(text.needle, level, number, found)
        if text.field is not None:
            found[found != ABSENT] = 1
        for row, line in self._fresh.items():
            found[row] = self._level(text, line)
        return found

    def _sought_in(self, text: Text) -> list[tuple[int, int | None]]:
        """The weights of fields where a text is sought, each with the number of the only field."""
        if text.field is None:
            return [(level, None) for level in range(1, self._levels[-1] + 1)]
        if text.field == LONG.name:
            return []
        at = self._fields.index(text.field)
        return [(self._levels[at], at - self._levels.index(self._levels[at]))]

    def _seek(self, needle: str, level: int, number: int | None, found: Levels) -> None:
        """Tell in `found` the level of documents that are absent and hold a needle in fields of this weight."""
        places = self._candidates(needle, level)
        places = places[found[self._where.row[places]] == ABSENT]
        rows = self._where.row[places]
        if number is not None:
            rows = rows[self._base.hold_in_field(level, places, needle, number)]
        elif len(_words(needle)) > 1:  # one token says it all
            rows = rows[self._base.hold(level, places, needle)]
        found[rows] = level

    def _candidates(self, needle: str, level: int) -> Places:
        """The documents that have all tokens of a needle in fields of this weight, and others where they are few."""
        if (needle, level) not in self._known:
            lists: list[Places] = []
            for token in dict.fromkeys(_words(needle)):  # whichever is open-ended comes last
                if lists and min(map(len, lists)) <= (FEW if token.more else 0):
                    break
                lists.append(self._base.places(level, token.text, more=token.more))
            places = _together(lists)
            self._known[needle, level] = places[self._where.row[places] >= 0]
        return self._known[needle, level]

    def _level(self, text: Text, line: str) -> int:
        if text.field is not None:
            written = dict(zip(self._fields, line.split(FIELD)[1:], strict=False))  # the long text is not among them
            return 1 if text.needle in written.get(text.field, "") else ABSENT
        at = line.find(text.needle)
        return self._levels[line.count(FIELD, 0, at) - 1] if at >= 0 else ABSENT


def _words(needle: str) -> list[Token]:
    return [token for token in needle_tokens(needle) if not is_sign(token.text)]


def _condition(tree: Range | Value) -> Predicate:
    if isinstance(tree, Range):
        return Between(tree.column, tree.least, tree.most)
    return Among(tree.column, (tree.value,))


def _where(mask: Mask) -> Levels:
    return np.where(mask, np.uint8(1), np.uint8(ABSENT))


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
