"""Where texts may stand on a sheet without covering one another: the first that asks gets the place."""

import math
import unicodedata
from collections import defaultdict
from typing import Any, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.frame import Index, Number

CELL = 6.0
"""Millimetres; larger than any text is high."""
WIDE, NARROW = 1.0, 0.56
"""Width of a Chinese character and of a Latin one, by the height of the text."""


class Place(NamedTuple):
    """The middle of a text, in millimetres, y downwards; the angle in degrees, clockwise, never upside down."""

    x: float
    y: float
    angle: float
    turned: bool
    """Whether the text is read against the direction of its line."""


def width_of(text: str, height: float) -> float:
    """About how wide a text is."""
    return height * sum(WIDE if unicodedata.east_asian_width(sign) in "WF" else NARROW for sign in text)


def along(start: tuple[float, float], end: tuple[float, float], above: float) -> Place:
    """The place over the middle of a line, at a distance from it."""
    angle = math.degrees(math.atan2(end[1] - start[1], end[0] - start[0]))
    turned = not -90 <= angle < 90
    angle -= math.copysign(180, angle) if turned else 0
    side = math.radians(angle - 90)
    x, y = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
    return Place(x + above * math.cos(side), y + above * math.sin(side), angle, turned)


def longest_pieces(lines: NDArray[Any]) -> tuple[Index, Number, Number]:
    """Of each line its longest straight piece: the line's row, start and end, of shape (n, 2); the longest first."""
    parts, rows = shapely.get_parts(lines, return_index=True)
    coordinates, owner = shapely.get_coordinates(parts, return_index=True)
    together = owner[1:] == owner[:-1]
    starts, ends = coordinates[:-1][together], coordinates[1:][together]
    row = rows[owner[:-1][together]]
    longest_first = np.argsort(-np.hypot(*(ends - starts).T), kind="stable")
    first = np.sort(np.unique(row[longest_first], return_index=True)[1])
    chosen = longest_first[first]
    return row[chosen], starts[chosen], ends[chosen]


class Taken:
    """The places that are taken, as discs, within a box of left, top, width and height."""

    def __init__(self, box: tuple[float, float, float, float]) -> None:
        self._box = box
        self._cells: defaultdict[tuple[int, int], list[tuple[float, float, float]]] = defaultdict(list)
        self._same: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)

    def disc(self, x: float, y: float, radius: float) -> None:
        """Takes a place whether it is free or not: symbols stand where their points are."""
        self._cells[_cell(x, y)].append((x, y, radius))

    def claim(self, place: Place, width: float, height: float) -> bool:
        """Takes the place of a text if all of it is free."""
        discs = _discs(place, width, height)
        if not all(self._free(*disc) for disc in discs):
            return False
        for disc in discs:
            self.disc(*disc)
        return True

    def claim_once(self, text: str, place: Place, height: float, apart: float) -> bool:
        """Takes the place of a text if it is free and the same text stands nowhere nearer than `apart`."""
        if any(math.hypot(place.x - x, place.y - y) < apart for x, y in self._same[text]):
            return False
        claimed = self.claim(place, width_of(text, height), height)
        if claimed:
            self._same[text].append((place.x, place.y))
        return claimed

    def _free(self, x: float, y: float, radius: float) -> bool:
        left, top, width, height = self._box
        if not (left + radius <= x <= left + width - radius and top + radius <= y <= top + height - radius):
            return False
        column, row = _cell(x, y)
        return all(
            math.hypot(x - other_x, y - other_y) >= radius + other
            for across in (-1, 0, 1)
            for down in (-1, 0, 1)
            for other_x, other_y, other in self._cells.get((column + across, row + down), ())
        )


def _cell(x: float, y: float) -> tuple[int, int]:
    return math.floor(x / CELL), math.floor(y / CELL)


def _discs(place: Place, width: float, height: float) -> list[tuple[float, float, float]]:
    """A text as discs along its middle line."""
    count = max(1, math.ceil(width / height))
    turn = math.radians(place.angle)
    steps = [(at + 0.5) / count * width - width / 2 for at in range(count)]
    return [(place.x + step * math.cos(turn), place.y + step * math.sin(turn), height / 2) for step in steps]
