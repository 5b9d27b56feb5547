"""From the point numbers that segments name to the rows of the points; and how deep and high that makes them.

Point numbers are unique within a kind, so `1` of the water mains is another point than `1` of the drains.
"""

from collections.abc import Mapping, Sequence
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from gis.frame import Frame, Index, Mask, Number, Text

MISSING = -1
KEPT = {"start_no": "start_row", "end_no": "end_row"}
"""The columns in which segments keep what was found, so that a million numbers are looked up once."""

Keys = NDArray[np.int64]


def ends(points: Frame, segments: Frame) -> tuple[Index, Index]:
    """For each segment the rows of its start and end in `points`, -1 where there is no such point.

    A point of the same kind is preferred to one of the same class; a point of another class never serves.
    """
    if _still_right(points, segments):
        start, end = (segments.columns[row].astype(np.intp) for row in KEPT.values())
        return start, end
    finder = _Finder(points)
    return finder.rows(segments, "start_no"), finder.rows(segments, "end_no")


def linked(segments: Frame, rows: tuple[Index, Index]) -> Frame:
    """The segments with what `ends` found; it answers from there as long as the points stand where they stood."""
    found = {name: column.astype(np.int32) for name, column in zip(KEPT.values(), rows, strict=True)}
    return segments.with_columns(**found)


def taken(values: Number, rows: Index) -> Number:
    """The values of the named rows, NaN for -1."""
    if not len(values):
        return np.full(len(rows), np.nan)
    return np.where(rows == MISSING, np.nan, values[rows])


def _still_right(points: Frame, segments: Frame) -> bool:
    """Whether the kept rows are of these points: each is there and bears the number."""
    numbers = points.text("point_no")
    for name, row in KEPT.items():
        if not segments.has(row):
            return False
        found = segments.columns[row]
        known = found != MISSING
        if not len(points) or found.max(initial=MISSING) >= len(points):
            return False
        if not np.array_equal(numbers[found[known]], segments.text(name)[known]):
            return False
    return True


class _Finder:
    """Rows by number alone where no number stands twice; else by kind, by class, and for a point without either."""

    def __init__(self, points: Frame) -> None:
        self.majors = points.text("major")
        self.numbers = _codes(points.text("point_no").tolist())
        self.unique = len(self.numbers) == len(points)
        if self.unique:
            return
        self.classes, self.kinds = (_codes(points.text(name).tolist()) for name in ("major", "minor"))
        self.by_kind, self.by_class, self.by_number = map(_Firsts, self._keys(points, "point_no"))

    def rows(self, segments: Frame, name: str) -> Index:
        majors = segments.text("major")
        if self.unique:
            found = _coded(segments.text(name), self.numbers, MISSING)
            return np.where(self._same_class(found, majors), found, MISSING)
        kind, of_class, number = self._keys(segments, name)
        found = self.by_kind.rows(kind)
        found = np.where(found == MISSING, self.by_class.rows(of_class), found)
        missing = np.flatnonzero(found == MISSING)
        by_number = self.by_number.rows(number[missing])
        found[missing] = np.where(self._unclassed(by_number, majors[missing]), by_number, MISSING)
        return found

    def _keys(self, frame: Frame, name: str) -> tuple[Keys, Keys, Keys]:
        """Kind and number, class and number, and the number, each as one; what no point has is a number of its own."""
        number = _coded(frame.text(name), self.numbers, len(self.numbers))
        major = _coded(frame.text("major"), self.classes, len(self.classes))
        minor = _coded(frame.text("minor"), self.kinds, len(self.kinds))
        width = len(self.numbers) + 1
        return (major * (len(self.kinds) + 1) + minor) * width + number, major * width + number, number

    def _same_class(self, rows: Index, majors: Text) -> Mask:
        if not len(self.majors):
            return np.zeros(len(rows), dtype=bool)
        theirs = self.majors[rows]
        return np.asarray((theirs == majors) | (theirs == "") | (majors == ""), dtype=bool)

    def _unclassed(self, rows: Index, majors: Text) -> Mask:
        if not len(self.majors):
            return np.zeros(len(rows), dtype=bool)
        return np.asarray((self.majors[rows] == "") | (majors == ""), dtype=bool)


class _Firsts:
    """The first row of each key."""

    def __init__(self, keys: Keys) -> None:
        self.keys, self.first = np.unique(keys, return_index=True)

    def rows(self, keys: Keys) -> Index:
        """Where each key stands first, -1 where nowhere."""
        at = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where(self.keys[at] == keys, self.first[at], MISSING)


def _codes(texts: Sequence[str]) -> dict[str, int]:
    return {text: at for at, text in enumerate(dict.fromkeys(texts))}


def _coded(column: Text, codes: Mapping[str, int], unknown: int) -> Keys:
    return np.fromiter(map(codes.get, column.tolist(), repeat(unknown)), np.int64, len(column))
