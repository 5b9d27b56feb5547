"""Survey tables made ready to be stored: where each segment lies, its lengths, its bounds, in spatial order."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from gis.frame import Frame, Index, Mask, Number
from gis.lines import tips
from gis.store.order import hilbert_order
from gis.store.shapes import Coordinates, geometry_blobs, line_blobs, point_blobs
from gis.survey.nodes import ends as named_ends

FARTHEST = 1e8
"""Metres; a coordinate beyond is no place on earth, and would not fit into the R*Tree's numbers."""

ENDS = "ends"
"""The column that `placed` adds: an array (n, 2, 3) of east, north and height of both ends, NaN where unknown."""


@dataclass(frozen=True, slots=True)
class Rows:
    """A table in spatial order: its columns, geometry blobs (None for no place) and bounds (w, s, e, n; NaN)."""

    frame: Frame
    blobs: list[bytes | None]
    bounds: Coordinates

    @property
    def placed(self) -> Mask:
        """Which rows have a place."""
        return ~np.isnan(self.bounds[:, 0])


def chunks(points: Frame, segments: Frame, size: int) -> Iterator[tuple[Frame, Frame]]:
    """A hand-over in parts of at most `size` rows of each table, in spatial order, every segment placed beforehand."""
    ready = placed(points, segments)
    point_order, segment_order = _point_order(points), _segment_order(ready)
    for start in range(0, max(len(points), len(ready)), size):
        part = slice(start, start + size)
        yield points.take(point_order[part]), ready.take(segment_order[part])


def placed(points: Frame, segments: Frame) -> Frame:
    """The segments with the column `ends`: from their shape where they bring one, else from the points they name.

    Which point is meant by a number that several kinds share is what the checks take it for (`gis.survey.nodes`).
    A height is the segment's own elevation at that end, else the ground's less its depth.
    """
    if segments.has(ENDS):
        return segments
    rows = zip(("start", "end"), named_ends(points, segments), strict=True)
    ends = np.stack([_end(points, segments, at, side) for side, at in rows], axis=1)
    if segments.has("geometry"):
        drawn = tips(segments.columns["geometry"])
        ends = np.where(np.isnan(drawn), ends, drawn)
    return segments.with_columns(**{ENDS: ends})


def point_rows(points: Frame, header: bytes) -> Rows:
    """Points ready to be stored."""
    points = points.take(_point_order(points))
    place = _places(points)
    known = _usable(place)
    blobs = _scattered(point_blobs(place[known], header), known)
    flat = np.where(known[:, None], place[:, :2], np.nan)
    return Rows(points, blobs, np.hstack([flat, flat]))


def segment_rows(points: Frame, segments: Frame, header: bytes) -> Rows:
    """Segments ready to be stored, `length` and `length3d` measured."""
    segments = placed(points, segments)
    segments = segments.take(_segment_order(segments))
    ends: Coordinates = segments.columns[ENDS]
    known = _usable(ends[:, 0]) & _usable(ends[:, 1])
    blobs = _scattered(line_blobs(ends[known], header), known)
    bounds = np.hstack([np.minimum(ends[:, 0, :2], ends[:, 1, :2]), np.maximum(ends[:, 0, :2], ends[:, 1, :2])])
    bounds[~known] = np.nan
    step = ends[:, 1] - ends[:, 0]
    plan = np.where(known, np.hypot(step[:, 0], step[:, 1]), np.nan)
    slope = np.hypot(plan, step[:, 2])
    _bend(segments, known, Bent(blobs, bounds, plan, slope), header)
    return Rows(segments.with_columns(length=plan, length3d=slope), blobs, bounds)


@dataclass(frozen=True, slots=True)
class Bent:
    """What a line of more than two points changes."""

    blobs: list[bytes | None]
    bounds: Coordinates
    plan: Number
    slope: Number


def _bend(segments: Frame, known: Mask, bent: Bent, header: bytes) -> None:
    """Put in the lines that have more than two points."""
    if not segments.has("geometry"):
        return
    shapes = segments.columns["geometry"]
    rows = np.flatnonzero(known & (shapely.get_num_coordinates(shapes) > 2))
    lines = shapes[rows]
    for row, blob in zip(rows.tolist(), geometry_blobs(lines, header), strict=True):
        bent.blobs[row] = blob
    bent.bounds[rows] = shapely.bounds(lines)
    bent.plan[rows] = shapely.length(lines)
    bent.slope[rows] = _slopes(lines)


def _slopes(lines: Any) -> Number:
    """Lengths along the slope; NaN where a height is missing."""
    places, line = shapely.get_coordinates(lines, include_z=True, return_index=True)
    step = np.diff(places, axis=0)
    within = line[1:] == line[:-1]
    lengths = np.sqrt((step[within] ** 2).sum(axis=1))
    return np.bincount(line[1:][within], weights=lengths, minlength=len(lines)).astype(np.float64)


def _places(points: Frame) -> Coordinates:
    return np.stack([points.number(name) for name in ("east", "north", "ground_z")], axis=1)


def _point_order(points: Frame) -> Index:
    place = _places(points)
    place[~_usable(place)] = np.nan
    return hilbert_order(place[:, 0], place[:, 1])


def _segment_order(segments: Frame) -> Index:
    ends: Coordinates = segments.columns[ENDS]
    middle = ends[:, :, :2].mean(axis=1)
    middle[~_usable(middle)] = np.nan
    return hilbert_order(middle[:, 0], middle[:, 1])


def _usable(place: Coordinates) -> Mask:
    """Which places are on earth; NaN and infinity are not."""
    within: Mask = np.abs(place[:, :2]) < FARTHEST
    return within[:, 0] & within[:, 1]


def _scattered(blobs: list[bytes], known: Mask) -> list[bytes | None]:
    """The blobs at the rows that have one."""
    if known.all():
        return list(blobs)
    rest = iter(blobs)
    return [next(rest) if has else None for has in known.tolist()]


def _end(points: Frame, segments: Frame, at: Index, side: str) -> Coordinates:
    """Where one end of each segment is, `at` being the row of its point (-1 for none)."""
    place = np.full((len(segments), 3), np.nan)
    place[at >= 0] = _places(points)[at[at >= 0]]
    own = segments.number(f"{side}_z")
    place[:, 2] = np.where(np.isnan(own), place[:, 2] - segments.number(f"{side}_depth"), own)
    return place
