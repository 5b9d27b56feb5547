"""A survey as a network: numbers joined to rows once, and the arrays that all rules share.

Everything here is NaN-safe: coordinates and heights that cannot be true are NaN, and whoever compares them finds
nothing. Sizes are metres, `east` is x and `north` is y.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from gis.checks.settings import names
from gis.codes import Codes
from gis.crs import EAST, NORTH, SOUTH, WEST
from gis.frame import Frame, Index, Mask, Number, Text, coded
from gis.survey.model import Survey

FARTHEST = 1e8
"""No plane coordinate is larger, an easting with its zone's number before it included (m)."""
HIGHEST = 1e5
"""No height, depth or section is larger (m)."""
APART = 1e6
"""A point farther than this (m) from the middle of its survey is elsewhere, or its axes or zone are others."""
DEGREES = 5.0
"""A survey of metres is never so small, one of degrees never so large."""
STRIP = 100.0
"""The width (m) of the strips in which trees are asked."""
EVERY = slice(None)
NOBODY = -1
"""Instead of a node's row: no such point."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """The straight pieces of all drawn segments: whose they are, their ends, and where on the segment (0..1)."""

    segment: Index
    ends: NDArray[np.float64]
    """n x 2 x 2: piece, end, (east, north)."""
    along: NDArray[np.float64]
    """n x 2."""


@dataclass(frozen=True, slots=True)
class Through:
    """Nodes where exactly two segments of the node's own kind meet: the node and the two segments' incidences."""

    node: Index
    first: Index
    second: Index

    def kept(self, mask: Mask) -> "Through":
        """Some of them."""
        return Through(self.node[mask], self.first[mask], self.second[mask])


class Network:
    """Points as nodes, segments as edges. A point's row is its node; rows of the same point share the first one's."""

    def __init__(self, survey: Survey, codes: Codes) -> None:
        self.survey = survey
        self.codes = codes
        self.points = survey.points
        self.segments = survey.segments
        self._kind_columns()
        self._join()
        self._place()

    def _kind_columns(self) -> None:
        """Major, minor and kind as numbers, in one numbering for points and segments."""
        points, segments = self.points, self.segments
        majors, self.majors = coded(np.concatenate([points.text("major"), segments.text("major")]))
        minors, self.minors = coded(np.concatenate([points.text("minor"), segments.text("minor")]))
        both = majors.astype(np.int64) * max(len(self.minors), 1) + minors
        found, first, kind = np.unique(both, return_index=True, return_inverse=True)
        self.kinds = [(self.majors[majors[i]], self.minors[minors[i]]) for i in first]
        count = len(points)
        self.point_kind, self.segment_kind = kind[:count], kind[count:]
        self._major_of_kind = found // max(len(self.minors), 1)
        self.kind_has_minor = np.array([bool(minor) for _, minor in self.kinds], dtype=bool)
        self.kind_gravity = np.array([self.codes.is_gravity(*kind) for kind in self.kinds], dtype=bool)

    def _join(self) -> None:
        """Find the node of every end by its number."""
        points, segments = self.points, self.segments
        written = [points.text("point_no"), segments.text("start_no"), segments.text("end_no")]
        numbers, values = coded(np.concatenate(written))
        count, lines = len(points), len(segments)
        self.number = numbers[:count]
        self.numbered = written[0] != ""
        self._width = len(values) + 1
        kind = np.concatenate([self.point_kind, self.segment_kind, self.segment_kind]).astype(np.int64)
        keys = kind * self._width + numbers
        self.node = _first_of(keys[:count])
        self.node[~self.numbered] = np.flatnonzero(~self.numbered)
        ends = self._nodes(keys[count:], kind[count:], numbers[count:].astype(np.int64))
        self.start, self.end = ends[:lines], ends[lines:]
        self.linked = (self.start >= 0) & (self.end >= 0) & (self.start != self.end)

    def _nodes(self, keys: NDArray[np.int64], kind: Index, numbers: NDArray[np.int64]) -> Index:
        """The point of the same kind; else the only one of that number in the class, or of an unknown class.

        A rain drain may end in a foul sewer's well: that is rule T8's finding, not a missing point.
        """
        real = np.flatnonzero(self.numbered & (self.node == np.arange(len(self.points))))
        of_point = self.point_kind[real]
        nodes = _look_up(self._key(of_point, real), real, keys)
        major = self._major_of_kind
        by_major = _look_up(
            major[of_point] * self._width + self.number[real], real, major[kind] * self._width + numbers
        )
        nodes = np.where(nodes < 0, by_major, nodes)
        blank = np.array([not name for name in self.majors], dtype=bool)[major] if len(major) else np.zeros(0, bool)
        open_points = real[blank[of_point]]
        nodes = np.where(nodes < 0, _look_up(self.number[open_points], open_points, numbers), nodes)
        by_number = _look_up(self.number[real], real, numbers)
        return np.where((nodes < 0) & blank[kind] & (len(real) > 0), by_number, nodes)

    def _key(self, kind: Index, rows: Index) -> NDArray[np.int64]:
        return kind.astype(np.int64) * self._width + self.number[rows]

    def _place(self) -> None:
        east, north = (clean(self.points.number(name), FARTHEST) for name in ("east", "north"))
        known = np.isfinite(east) & np.isfinite(north)
        self.in_degrees = are_degrees(east[known], north[known])
        self.placed = known & ~self.in_degrees & _together(east, north, known)
        self.east = np.where(self.placed, east, np.nan)
        self.north = np.where(self.placed, north, np.nan)
        self.ground = clean(self.points.number("ground_z"), HIGHEST)
        self.drawn = self.linked & self.at_end(self.placed, 0, False) & self.at_end(self.placed, 1, False)

    def at_end(self, column: NDArray[Any], side: int, missing: float | bool = np.nan) -> NDArray[Any]:
        """A column of the points as the start (0) or end (1) of each segment sees it."""
        nodes = (self.start, self.end)[side]
        if not len(column):
            return np.full(len(nodes), missing, dtype=column.dtype)
        seen: NDArray[Any] = np.where(nodes >= 0, column[nodes], missing).astype(column.dtype, copy=False)
        return seen

    @cached_property
    def segment_names(self) -> dict[str, tuple[NDArray[np.int32], list[str]]]:
        """Text columns of the segments as numbers, as they are asked for."""
        return {}

    def segment_in(self, column: str, wanted: frozenset[str] | set[str]) -> Mask:
        """Which segments have one of these values in a text column."""
        return self._among(self.segments, self.segment_names, column, wanted)

    @cached_property
    def point_names(self) -> dict[str, tuple[NDArray[np.int32], list[str]]]:
        """Text columns of the points as numbers, as they are asked for."""
        return {}

    def point_is(self, role: str) -> Mask:
        """Which points have a feature or an appurtenance of this role in `check_names.csv`."""
        wanted = frozenset(names().get(role, ()))
        return self._among(self.points, self.point_names, "feature", wanted) | self._among(
            self.points, self.point_names, "appurtenance", wanted
        )

    def coded(self, frame: Frame, column: str) -> tuple[NDArray[np.int32], list[str]]:
        """A text column as numbers, made once."""
        known = self.point_names if frame is self.points else self.segment_names
        if column not in known:
            known[column] = coded(as_text(frame, column))
        return known[column]

    def _among(
        self,
        frame: Frame,
        known: dict[str, tuple[NDArray[np.int32], list[str]]],
        column: str,
        wanted: frozenset[str] | set[str],
    ) -> Mask:
        if not frame.has(column):
            return np.zeros(len(frame), dtype=bool)
        if column not in known:
            known[column] = coded(as_text(frame, column))
        numbers, values = known[column]
        hits = np.array([value in wanted for value in values], dtype=bool)
        return hits[numbers] if len(hits) else np.zeros(len(frame), dtype=bool)

    @cached_property
    def inside_well(self) -> Mask:
        """Segments that only tie together what lies in one chamber (井内连线)."""
        return self.segment_in("burial", {"JN"}) | self.segment_in("kind_note", set(names()["inside_well"]))

    @cached_property
    def above_ground(self) -> Mask:
        """Segments overhead, on racks or on the ground."""
        return self.segment_in("burial", {"JK", "SJ", "DM", "QJ"})

    @cached_property
    def trenchless(self) -> Mask:
        """Bored, jacked or under water."""
        wanted = names()["trenchless"]
        told = [value for value in self.coded(self.segments, "burial_raw")[1] if any(word in value for word in wanted)]
        noted = [value for value in self.coded(self.segments, "kind_note")[1] if any(word in value for word in wanted)]
        return (
            self.segment_in("burial", {"DG", "SX"})
            | self.segment_in("burial_raw", set(told))
            | self.segment_in("kind_note", set(noted))
        )

    @cached_property
    def pieces(self) -> Pieces:
        """Straight from node to node, or along the shape that came with the file where that has bends.

        They stand in strips from west to east, for trees answer faster when what is asked lies near what was asked.
        """
        drawn = np.flatnonzero(self.drawn)
        starts = self.start[drawn]
        drawn = drawn[in_strips(self.east[starts], self.north[starts])]
        ends = np.empty((len(drawn), 2, 2))
        for side, nodes in enumerate((self.start, self.end)):
            ends[:, side, 0], ends[:, side, 1] = self.east[nodes[drawn]], self.north[nodes[drawn]]
        straight = Pieces(drawn, ends, np.tile([0.0, 1.0], (len(drawn), 1)))
        return straight if not self.segments.has("geometry") else _bent(straight, self.segments.columns["geometry"])

    @cached_property
    def length(self) -> Number:
        """The plan length of each segment (m), NaN where an end is unknown."""
        pieces = self.pieces
        each = np.hypot(*(pieces.ends[:, 1] - pieces.ends[:, 0]).T)
        total = np.bincount(pieces.segment, each, minlength=len(self.segments))
        return np.where(self.drawn, total, np.nan)

    @cached_property
    def middle(self) -> tuple[Number, Number]:
        """A place on each segment for the map: between its ends, or the end that is known."""
        sides = [[self.at_end(axis, side) for side in (0, 1)] for axis in (self.east, self.north)]
        return tuple(  # type: ignore[return-value]
            np.where(np.isnan(a), b, np.where(np.isnan(b), a, (a + b) / 2)) for a, b in sides
        )

    @cached_property
    def ends(self) -> "Ends":
        """Both ends of all linked segments, sorted by node."""
        return Ends(self)

    @cached_property
    def degree(self) -> Index:
        """How many other points of its own kind a node is joined to; parallel pipes count once."""
        ends = self.ends
        pairs = np.unique(ends.node[ends.own] * np.int64(max(len(self.points), 1)) + ends.far[ends.own])
        return np.bincount(pairs // max(len(self.points), 1), minlength=len(self.points))

    @cached_property
    def used(self) -> Mask:
        """Points that some segment names, the segments without a second end included."""
        named = np.concatenate([self.start, self.end])
        return np.bincount(named[named >= 0], minlength=len(self.points)).astype(bool)[self.node]

    @cached_property
    def component(self) -> Index:
        """For each point the number of the connected part it belongs to."""
        count = len(self.points)
        linked = np.flatnonzero(self.linked)
        graph = coo_array((np.ones(len(linked), np.int8), (self.start[linked], self.end[linked])), shape=(count, count))
        labels: Index = (
            connected_components(graph.tocsr(), directed=False)[1].astype(np.intp) if count else np.zeros(0, np.intp)
        )
        return labels

    def mark_points(self, rows: Index) -> Mask:
        """A mask of these points."""
        marked = np.zeros(len(self.points), dtype=bool)
        marked[rows] = True
        return marked

    def same_kind(self, first: Index, second: Index) -> Mask:
        """Whether kinds are the same; within one class an unknown minor is the same as any."""
        major = self._major_of_kind
        open_minor = ~self.kind_has_minor[first] | ~self.kind_has_minor[second]
        same: Mask = (first == second) | ((major[first] == major[second]) & open_minor)
        return same

    def major_is(self, kinds: Index, *majors: str) -> Mask:
        """Which of these kinds belong to one of the classes."""
        wanted = np.array([major in majors for major, _ in self.kinds], dtype=bool)
        return wanted[kinds] if len(wanted) else np.zeros(len(kinds), dtype=bool)

    @cached_property
    def gravity(self) -> Mask:
        """Segments in which it flows by its own weight: drains, unless they say that they are under pressure."""
        pressed = self.segment_in("kind_note", set(names()["pressed"]))
        found = self.kind_gravity[self.segment_kind] if len(self.kinds) else np.zeros(len(self.segments), bool)
        return found & ~pressed & ~self.inside_well


class Ends:
    """Both ends of all linked segments in columns, sorted by node: the incidences of the network."""

    def __init__(self, network: Network) -> None:
        linked = np.flatnonzero(network.linked)
        node = np.concatenate([network.start[linked], network.end[linked]])
        order = np.argsort(node, kind="stable")
        count = len(linked)
        self.node: Index = node[order]
        self.far: Index = np.concatenate([network.end[linked], network.start[linked]])[order]
        self.segment: Index = np.tile(linked, 2)[order]
        self.side: Index = np.repeat(np.array([0, 1]), count)[order]
        """0 where the node is the segment's start, 1 where it is its end."""
        self.own: Mask = network.same_kind(network.point_kind[self.node], network.segment_kind[self.segment])

    def through(self, keep: Mask) -> Through:
        """Nodes where exactly two of the kept ends meet."""
        at = np.flatnonzero(keep)
        nodes, first, counts = np.unique(self.node[at], return_index=True, return_counts=True)
        two = counts == 2
        return Through(nodes[two], at[first[two]], at[first[two] + 1])

    def values(self, columns: tuple[NDArray[Any], NDArray[Any]], rows: Index | slice = EVERY) -> NDArray[Any]:
        """A pair of segment columns (at the start, at the end) as each end sees it, or some of the ends."""
        segment = self.segment[rows]
        return np.where(self.side[rows] == 0, columns[0][segment], columns[1][segment])


def clean(values: Number, limit: float) -> Number:
    """Numbers with what cannot be true taken out."""
    with np.errstate(invalid="ignore"):
        return np.where(np.abs(values) < limit, values, np.nan)


def as_text(frame: Frame, column: str) -> Text:
    """A column as text, also where it came as numbers."""
    found = frame.text(column)
    if found.dtype == object:
        return found
    texts = np.empty(len(found), dtype=object)
    texts[:] = ["" if value != value else f"{value:g}" for value in found.tolist()]  # noqa: PLR0124 - NaN
    return texts


def are_degrees(east: Number, north: Number) -> bool:
    """Whether these are longitudes and latitudes in China, in either order."""
    if not len(east) or np.ptp(east) > DEGREES or np.ptp(north) > DEGREES:
        return False
    low, high = np.minimum(east, north), np.maximum(east, north)
    return bool(((low >= SOUTH) & (low <= NORTH) & (high >= WEST) & (high <= EAST)).all())


def in_strips(east: Number, north: Number) -> Index:
    """An order in which neighbours follow each other: strips from west to east, the southern first."""
    order: Index = np.lexsort((east, north // STRIP))
    return order


def _together(east: Number, north: Number, known: Mask) -> Mask:
    """Points not too far from the middle of all."""
    if not known.any():
        return known
    near = [np.abs(axis - np.median(axis[known])) < APART for axis in (east, north)]
    return near[0] & near[1]


def millimetres(values: Number) -> Number:
    """Whole millimetres, so that 0.02 m is 0.02 m: sums and differences of them are exact."""
    with np.errstate(over="ignore"):
        return np.rint(values * 1000)


def group_spread(node: Index, values: Number) -> tuple[Index, Number, Index, Index]:
    """The largest difference of the values at each node (sorted), and the positions of the least and the greatest."""
    order = np.lexsort((values, node))
    nodes, first, counts = np.unique(node[order], return_index=True, return_counts=True)
    last = first + counts - 1
    return nodes, values[order[last]] - values[order[first]], order[first], order[last]


def _first_of(keys: NDArray[np.int64]) -> Index:
    """For each row the first row with the same key."""
    _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    return first[inverse]


def _look_up(keys: NDArray[Any], rows: Index, wanted: NDArray[Any]) -> Index:
    """The row of the only key that is wanted, NOBODY where there is none or more than one."""
    if not len(keys):
        return np.full(len(wanted), NOBODY)
    found, first, counts = np.unique(keys, return_index=True, return_counts=True)
    at = np.minimum(np.searchsorted(found, wanted), len(found) - 1)
    return np.where((found[at] == wanted) & (counts[at] == 1), rows[first[at]], NOBODY)


def _bent(straight: Pieces, shapes: NDArray[Any]) -> Pieces:
    """Segments whose shape has bends, piece by piece; the others as they were."""
    given = shapes[straight.segment]
    counts = np.where(shapely.is_valid_input(given), shapely.get_num_coordinates(given), 0)
    bent = np.flatnonzero((counts > 2) & (shapely.get_type_id(given) == shapely.GeometryType.LINESTRING))
    coordinates, owner = shapely.get_coordinates(given[bent], return_index=True)
    sound = np.isfinite(coordinates).all(axis=1) & (np.abs(coordinates) < FARTHEST).all(axis=1)
    broken = np.unique(owner[~sound])
    keep = ~np.isin(owner, broken)
    coordinates, owner = coordinates[keep], owner[keep]
    bent_sound = np.delete(np.arange(len(bent)), broken)
    same = np.flatnonzero(owner[1:] == owner[:-1])
    ends = np.stack([coordinates[same], coordinates[same + 1]], axis=1)
    along = _along(ends, owner[same])
    others = np.setdiff1d(np.arange(len(straight.segment)), bent[bent_sound])
    return Pieces(
        np.concatenate([straight.segment[others], straight.segment[bent[owner[same]]]]),
        np.concatenate([straight.ends[others], ends]),
        np.concatenate([straight.along[others], along]),
    )


def _along(ends: NDArray[np.float64], owner: Index) -> NDArray[np.float64]:
    """Where each piece begins and ends on its line, as shares of the line's length."""
    if not len(owner):
        return np.empty((0, 2))
    each = np.hypot(*(ends[:, 1] - ends[:, 0]).T)
    total = np.bincount(owner, each)[owner]
    until = np.cumsum(each)
    lines, first = np.unique(owner, return_index=True)
    before = (until - each)[first][np.searchsorted(lines, owner)]
    whole = np.where(total > 0, total, 1.0)
    return np.stack([(until - each - before) / whole, (until - before) / whole], axis=1)
