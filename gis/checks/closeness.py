"""Which points and which segments lie close together: found by trees in plan, measured exactly in NumPy, in chunks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from gis.checks.heights import Heights
from gis.checks.network import Network, Pieces, in_strips
from gis.checks.results import NotApplicable
from gis.frame import Index, Mask, Number

DENSEST = 200
"""Boxes of other segments that a segment's box may meet on average: a city has some 20."""
FEW = 10_000_000
"""So many meetings are looked at however dense a survey is."""
TOUCHING = 1e-6
"""Lines that cross are this near (m) at least, whatever the rounding."""
SAMPLE = 64
CHUNK = 50_000
"""Queries at a time, so that a million segments do not need the memory of all their pairs."""
RUN = 200_000
"""Queries of one tree. A tree grows over the pieces around its queries only: one over a million takes 300 MB."""
NEIGHBOURS = 7
"""Of a point, itself included. More within 0.2 m are one heap, and are found in it all the same."""


@dataclass(frozen=True, slots=True)
class PointPairs:
    """Pairs of points and their plan distance (m); each pair once."""

    first: Index
    second: Index
    distance: Number


@dataclass(frozen=True, slots=True)
class PiecePairs:
    """Pairs of pieces (rows of `Network.pieces`) that cross or come closer than their sections are wide; each once."""

    first: Index
    second: Index

    def chunks(self) -> Iterator[tuple[Index, Index]]:
        """Some pairs at a time."""
        for start in range(0, len(self.first), 4 * CHUNK):
            yield self.first[start : start + 4 * CHUNK], self.second[start : start + 4 * CHUNK]


def point_pairs(network: Network, radius: float) -> PointPairs:
    """Pairs of different placed points within a radius (m).

    Of one kind's points in the very same place only one is asked in the tree, the others are paired with it in a row:
    a table of which every point lies at 0, 0 would be a pair of everything with everything.
    """
    every = np.flatnonzero(network.placed & (network.node == np.arange(len(network.points))))
    rows, chain = _places(network, every)
    places = np.stack([network.east[rows], network.north[rows]], axis=1)
    found = [np.empty((0, 2), dtype=np.intp)]
    tree = cKDTree(places.reshape(-1, 2))
    for start in range(0, len(rows), 4 * CHUNK):
        near = np.asarray(tree.query(places[start : start + 4 * CHUNK], k=NEIGHBOURS, distance_upper_bound=radius)[1])
        at, rank = np.nonzero(near < len(rows))
        pairs = np.stack([at + start, near[at, rank]], axis=1)
        found.append(np.sort(pairs[pairs[:, 0] != pairs[:, 1]], axis=1))
    pairs = np.unique(np.concatenate(found), axis=0)
    distance = np.hypot(*(places[pairs[:, 0]] - places[pairs[:, 1]]).T)
    return PointPairs(
        np.concatenate([rows[pairs[:, 0]], chain[0]]),
        np.concatenate([rows[pairs[:, 1]], chain[1]]),
        np.concatenate([distance, np.zeros(len(chain[0]))]),
    )


def _places(network: Network, rows: Index) -> tuple[Index, tuple[Index, Index]]:
    """The first point of each kind in each place, in the order of numbers, and pairs of each with the next there."""
    columns = [column[rows] for column in (network.point_kind, network.north, network.east)]
    order = np.lexsort(columns)
    again = _repeats(columns, order)
    shared = np.union1d(order[:-1][again], order[1:][again])
    if len(shared):
        rank = np.zeros(len(rows), dtype=np.intp)
        rank[shared] = np.unique(network.points.text("point_no")[rows[shared]], return_inverse=True)[1]
        order = np.lexsort([rank, *columns])
    first = np.concatenate([[True], ~again]) if len(rows) else np.zeros(0, dtype=bool)
    return rows[order[first]], (rows[order[:-1][again]], rows[order[1:][again]])


def _repeats(columns: Sequence[NDArray[Any]], order: Index) -> Mask:
    """Which rows, in this order, say the same as the row before them."""
    again: Mask = np.ones(max(len(order) - 1, 0), dtype=bool)
    for column in columns:
        again &= column[order[1:]] == column[order[:-1]]
    return again


def half_sections(heights: Heights, pieces: Pieces) -> Number:
    """Half of the larger side of each piece's section (m), 0 where it is unknown."""
    return np.nan_to_num(np.fmax(heights.width, heights.height) / 2)[pieces.segment]


def tree_between(pieces: Pieces, south: float, north: float) -> tuple[shapely.STRtree, Index]:
    """A search tree over the pieces between two northings (m), and which pieces they are."""
    norths = pieces.ends[:, :, 1]
    near = np.flatnonzero((norths.max(axis=1) >= south) & (norths.min(axis=1) <= north))
    return shapely.STRtree(np.atleast_1d(np.asarray(shapely.linestrings(pieces.ends[near]), dtype=object))), near


def meetings(pieces: Pieces, low: NDArray[np.float64], high: NDArray[np.float64]) -> Iterator[tuple[Index, Index]]:
    """Boxes and the pieces whose own boxes they meet, some pairs at a time.

    `low` and `high` (n x 2) are corners of the boxes, which stand in strips as the pieces do. Raises NotApplicable
    `too_dense`.
    """
    for first in range(0, len(low), RUN):
        run = slice(first, first + RUN)
        tree, near = tree_between(pieces, low[run, 1].min(), high[run, 1].max())
        chunk = _chunk(tree, low[run], high[run], len(low))
        for start in range(first, min(first + RUN, len(low)), chunk):
            some = slice(start, min(start + chunk, first + RUN))
            asked, met = tree.query(_boxes(low[some], high[some]))
            yield asked + start, near[met]


def piece_pairs(network: Network, heights: Heights) -> PiecePairs:
    """Pairs of pieces of unconnected segments whose plan distance is less than the wider one's section.

    The wider piece asks, so the distance of the query is its own width; of two equally wide ones the later asks.
    """
    pieces = network.pieces
    radius = half_sections(heights, pieces)
    inside = network.inside_well[pieces.segment]
    found: list[tuple[Index, Index]] = [(np.empty(0, np.intp), np.empty(0, np.intp))]
    low, high = pieces.ends.min(axis=1) - 2 * radius[:, None], pieces.ends.max(axis=1) + 2 * radius[:, None]
    for asked, met in meetings(pieces, low, high):
        wider = (radius[asked] > radius[met]) | ((radius[asked] == radius[met]) & (asked > met))
        keep = wider & ~inside[asked] & ~inside[met]
        first, second = asked[keep], met[keep]
        apart = ~_joined(network, pieces, first, second)
        first, second = first[apart], second[apart]
        between = closest(pieces.ends[first], pieces.ends[second])[2]
        near = np.hypot(between[:, 0], between[:, 1]) <= 2 * radius[first] + TOUCHING
        found.append((first[near], second[near]))
    return PiecePairs(np.concatenate([pair[0] for pair in found]), np.concatenate([pair[1] for pair in found]))


def _boxes(low: NDArray[np.float64], high: NDArray[np.float64]) -> NDArray[np.object_]:
    """What trees are asked with. Exact distances are measured in NumPy, ten times faster than the tree does it."""
    return np.asarray(shapely.box(low[:, 0], low[:, 1], high[:, 0], high[:, 1]), dtype=object)


def _chunk(tree: shapely.STRtree, low: NDArray[np.float64], high: NDArray[np.float64], count: int) -> int:
    """How many queries to make at a time, from a sample of them; `count` are made in all.

    Raises NotApplicable where lines lie over each other everywhere (all ends in one point, ends mixed up): every
    segment would meet every other, and what is wrong is told by other rules already.
    """
    sample = slice(None, None, max(1, len(low) // SAMPLE))
    boxes = _boxes(low[sample], high[sample])
    each = sum(len(tree.query(box)) for box in boxes) / len(boxes)  # one by one: each may meet them all
    if each * count > max(FEW, DENSEST * count):
        raise NotApplicable("too_dense")
    return int(np.clip(40 * CHUNK / max(each, 1), 100, CHUNK))


def _joined(network: Network, pieces: Pieces, first: Index, second: Index) -> Mask:
    """Whether the segments meet at a node; of one segment's own pieces, whether they follow each other."""
    a, b = pieces.segment[first], pieces.segment[second]
    start, end = network.start, network.end
    shared: Mask = (start[a] == start[b]) | (start[a] == end[b]) | (end[a] == start[b]) | (end[a] == end[b])
    return np.asarray(np.where(a == b, np.abs(first - second) <= 1, shared), dtype=bool)


def points_near_pieces(network: Network, radius: float) -> tuple[Index, Index]:
    """Placed points and pieces of the same kind whose boxes are within a radius (m), no segment's own points."""
    rows = np.flatnonzero(network.placed & (network.node == np.arange(len(network.points))))
    rows = rows[in_strips(network.east[rows], network.north[rows])]
    owners = network.pieces.segment
    found: list[tuple[Index, Index]] = [(np.empty(0, np.intp), np.empty(0, np.intp))]
    places = np.stack([network.east[rows], network.north[rows]], axis=1)
    for asked, piece in meetings(network.pieces, places - radius, places + radius):
        point, segment = rows[asked], owners[piece]
        foreign = (network.start[segment] != point) & (network.end[segment] != point)
        same = network.same_kind(network.point_kind[point], network.segment_kind[segment])
        found.append((point[foreign & same], piece[foreign & same]))
    return np.concatenate([pair[0] for pair in found]), np.concatenate([pair[1] for pair in found])


def crossing(first: NDArray[np.float64], second: NDArray[np.float64]) -> tuple[Number, Number]:
    """Where on two pieces (n x 2 x 2) their plans cross, as shares of their lengths; NaN where they do not cross."""
    along, across = first[:, 1] - first[:, 0], second[:, 1] - second[:, 0]
    between = second[:, 0] - first[:, 0]
    area = _cross(along, across)
    with np.errstate(divide="ignore", invalid="ignore"):
        s, t = _cross(between, across) / area, _cross(between, along) / area
    there = (s > 0) & (s < 1) & (t > 0) & (t < 1)
    return np.where(there, s, np.nan), np.where(there, t, np.nan)


def closest(first: NDArray[np.float64], second: NDArray[np.float64]) -> tuple[Number, Number, NDArray[np.float64]]:
    """Where straight pieces (n x 2 x 2 in plan, n x 2 x 3 in space) are closest, as shares, and the way between."""
    u, v = first[:, 1] - first[:, 0], second[:, 1] - second[:, 0]
    w = first[:, 0] - second[:, 0]
    uu, vv, uv = _dot(u, u), _dot(v, v), _dot(u, v)
    uw, vw = _dot(u, w), _dot(v, w)
    area = uu * vv - uv * uv
    s = np.where(area > 1e-12 * uu * vv, np.clip(_share(uv * vw - uw * vv, area), 0, 1), 0.0)
    t = _share(uv * s + vw, vv)
    s = np.where(t < 0, np.clip(_share(-uw, uu), 0, 1), np.where(t > 1, np.clip(_share(uv - uw, uu), 0, 1), s))
    t = np.clip(t, 0, 1)
    return s, t, w + s[:, None] * u - t[:, None] * v


def _share(part: Number, whole: Number) -> Number:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)


def _cross(a: NDArray[np.float64], b: NDArray[np.float64]) -> Number:
    area: Number = a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]
    return area


def _dot(a: NDArray[np.float64], b: NDArray[np.float64]) -> Number:
    product: Number = np.einsum("ij,ij->i", a, b)
    return product
