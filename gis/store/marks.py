"""What a live tile says of each segment and point, and the tile made of rows: enough for labels and styles."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from sqlalchemy import ColumnElement, Table, func

from gis.store.shapes import Coordinates, ends_of, geometries_of, places_of
from gis.tiles import BUFFER, EXTENT, LINE, POINT, Coded, Layer, TileFit, Whole, clipped, coded, coded_numbers, encode

Marks = Mapping[str, ColumnElement[Any]]
SEGMENT_MARKS = ("major", "minor", "size_raw", "material", "depth", "burial", "status", "flow", "version_id")
NUMBERS = frozenset({"depth", "flow", "version_id"})
"""Marks that are numbers; all others are text."""
POINT_MARKS = ("major", "minor", "feature", "appurtenance", "point_no")


def segment_marks(segment: Table) -> dict[str, ColumnElement[Any]]:
    """The columns; `depth` is the mean of both ends in metres."""
    start, end = segment.c.start_depth, segment.c.end_depth
    depth = (func.coalesce(start, end) + func.coalesce(end, start)) * 0.5
    return {name: depth if name == "depth" else segment.c[name] for name in SEGMENT_MARKS}


def point_marks(point: Table) -> dict[str, ColumnElement[Any]]:
    """The columns."""
    return {name: point.c[name] for name in POINT_MARKS}


def tile_bytes(fit: TileFit, lines: Sequence[tuple[Any, ...]], places: Sequence[tuple[Any, ...]], header: int) -> bytes:
    """A tile of rows (fid, stored geometry, marks in their order)."""
    layers = []
    if lines:
        fids, blobs, *marks = zip(*lines, strict=True)
        layers.append(_line_layer(fit, fids, blobs, dict(zip(SEGMENT_MARKS, marks, strict=True)), header))
    if places:
        fids, blobs, *marks = zip(*places, strict=True)
        layers.append(_point_layer(fit, fids, blobs, dict(zip(POINT_MARKS, marks, strict=True)), header))
    return encode(layers)


def _line_layer(
    fit: TileFit, fids: Sequence[int], blobs: Sequence[bytes], marks: dict[str, Sequence[Any]], header: int
) -> Layer:
    ends = ends_of(blobs, header)
    if ends is None:
        rows, places, counts = _bent(fit, blobs, header)
    else:
        rows, places, counts = _straight(fit, ends)
    starts = np.concatenate([[0], np.cumsum(counts)])
    attributes = {name: _taken(_coded(name, column), rows) for name, column in marks.items()}
    return Layer("segment", LINE, np.array(fids, dtype=np.int64)[rows], places, starts, attributes)


def _straight(fit: TileFit, ends: Coordinates) -> tuple[Whole, Whole, Whole]:
    """Which rows are drawn, their vertices in tile units, and how many each has."""
    within, meets = clipped(fit.apply(ends[:, :, 0], ends[:, :, 1]))
    units = np.rint(np.where(meets[:, None, None], within, 0.0)).astype(np.int64)
    rows = np.flatnonzero(meets & (units[:, 0] != units[:, 1]).any(axis=1))
    return rows, units[rows].reshape(-1, 2), np.full(len(rows), 2, dtype=np.int64)


def _bent(fit: TileFit, blobs: Sequence[bytes], header: int) -> tuple[Whole, Whole, Whole]:
    """The same where some lines have more than two points; the longest run of a line inside the tile is drawn."""
    shapes = shapely.force_2d(geometries_of(blobs, header))
    units = shapely.transform(shapes, lambda places: fit.apply(places[:, 0], places[:, 1]))
    inside = shapely.clip_by_rect(units, -BUFFER, -BUFFER, EXTENT + BUFFER, EXTENT + BUFFER)
    parts, owner = shapely.get_parts(inside, return_index=True)
    longest = np.lexsort((-shapely.length(parts), owner))
    first = longest[np.flatnonzero(np.diff(owner[longest], prepend=-1))]
    places, line = shapely.get_coordinates(parts[first], return_index=True)
    whole = np.rint(places).astype(np.int64)
    fresh = np.ones(len(whole), dtype=bool)
    fresh[1:] = (whole[1:] != whole[:-1]).any(axis=1) | (line[1:] != line[:-1])
    counts = np.bincount(line[fresh], minlength=len(first))
    drawn = counts >= 2
    kept = fresh & drawn[line]
    return owner[first][drawn], whole[kept], counts[drawn].astype(np.int64)


def _point_layer(
    fit: TileFit, fids: Sequence[int], blobs: Sequence[bytes], marks: dict[str, Sequence[Any]], header: int
) -> Layer:
    places = places_of(blobs, header)
    assert places is not None  # a point's geometry is always one point
    units = np.rint(fit.apply(places[:, 0], places[:, 1])).astype(np.int64)
    rows = np.flatnonzero(((units >= -BUFFER) & (units <= EXTENT + BUFFER)).all(axis=1))
    attributes = {name: _taken(_coded(name, column), rows) for name, column in marks.items()}
    starts = np.arange(len(rows) + 1)
    return Layer("point", POINT, np.array(fids, dtype=np.int64)[rows], units[rows], starts, attributes)


def _coded(name: str, column: Sequence[Any]) -> Coded:
    """Depths to the centimetre, everything else as it is."""
    return coded_numbers(np.array(column, dtype=np.float64), 2) if name == "depth" else coded(column)


def _taken(column: Coded, rows: Whole) -> Coded:
    return Coded(column.numbers[rows], column.values)
