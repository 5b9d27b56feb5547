"""From the point numbers that segments name to the rows of the points; and how deep and high that makes them.

Point numbers are unique within a kind, so `1` of the water mains is another point than `1` of the drains.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from gis.frame import Frame, Index, Mask, Number, Text

MISSING = -1


def ends(points: Frame, segments: Frame) -> tuple[Index, Index]:
    """For each segment the rows of its start and end in `points`, -1 where there is no such point.

    A point of the same kind is preferred to one of the same class; a point of another class never serves.
    """
    finder = _Finder(points)
    return finder.rows(segments, "start_no"), finder.rows(segments, "end_no")


def taken(values: Number, rows: Index) -> Number:
    """The values of the named rows, NaN for -1."""
    if not len(values):
        return np.full(len(rows), np.nan)
    return np.where(rows == MISSING, np.nan, values[rows])


class _Finder:
    def __init__(self, points: Frame) -> None:
        self.majors, self.minors = points.text("major"), points.text("minor")
        numbers = points.text("point_no")
        self.by_number = _first_rows(numbers)
        self.unique = len(self.by_number) == len(points)
        if not self.unique:
            self.by_kind = _first_rows(list(zip(self.majors, self.minors, numbers, strict=True)))
            self.by_class = _first_rows(list(zip(self.majors, numbers, strict=True)))

    def rows(self, segments: Frame, name: str) -> Index:
        numbers, majors = segments.text(name), segments.text("major")
        if self.unique:
            found = _looked_up(self.by_number, numbers.tolist())
            return np.where(self._same_class(found, majors), found, MISSING)
        minors = segments.text("minor")
        found = _looked_up(self.by_kind, list(zip(majors, minors, numbers, strict=True)))
        found = _filled(found, self.by_class, list(zip(majors, numbers, strict=True)))
        missing = np.flatnonzero(found == MISSING)
        by_number = _looked_up(self.by_number, numbers[missing].tolist())
        found[missing] = np.where(self._unclassed(by_number, majors[missing]), by_number, MISSING)
        return found

    def _same_class(self, rows: Index, majors: Text) -> Mask:
        if not len(self.majors):
            return np.zeros(len(rows), dtype=bool)
        theirs = self.majors[rows]
        return np.asarray((theirs == majors) | (theirs == "") | (majors == ""), dtype=bool)

    def _unclassed(self, rows: Index, majors: Text) -> Mask:
        if not len(self.majors):
            return np.zeros(len(rows), dtype=bool)
        return np.asarray((self.majors[rows] == "") | (majors == ""), dtype=bool)


def _first_rows(keys: Sequence[object] | Text) -> dict[object, int]:
    """The first row of each key."""
    count = len(keys)
    backwards = keys[::-1]
    return dict(zip(backwards, range(count - 1, -1, -1), strict=True))


def _looked_up(rows: Mapping[object, int], keys: Sequence[object]) -> Index:
    return np.fromiter((rows.get(key, MISSING) for key in keys), np.intp, len(keys))


def _filled(found: Index, rows: Mapping[object, int], keys: Sequence[object]) -> Index:
    return np.where(found == MISSING, _looked_up(rows, keys), found)
