"""The lines of an area with the points they join, whole or cut at the edge, with or without heights."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import box
from sqlalchemy.orm import Session

from archives.core.actors import Actor
from archives.core.permissions import require
from archives.pipelines.actions import SEE
from archives.pipelines.areas.service import Shape
from archives.pipelines.giving.rules import HEIGHTS
from archives.pipelines.lines import store_of
from gis.frame import Frame, Mask, Number
from gis.store.contract import Area, Kinds, Where
from gis.survey.nodes import MISSING, ends

BESIDE = 0.01
"""Metres around the lines within which their ends' points are looked for."""
_FOLLOWING = (("start_depth", "end_depth"), ("start_z", "end_z"))
"""Values that change evenly along a line."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Points and segments of an area, in the store's metres."""

    points: Frame
    segments: Frame


def select_lines(
    session: Session, actor: Actor, outline: Shape | None, where: Where, *, clip: bool = False
) -> Selection:
    """The segments that meet an area and their points; `clip` cuts both at its edge. No outline means everywhere."""
    require(actor, SEE)
    store, connection = store_of(session), session.connection()
    segments = store.segments(connection, (Area(outline), where))
    around = _around(segments, outline)
    near = store.points(connection, (Area(around), _of_points(where)))
    kept = joined(near, segments)
    if not where.conditions:
        kept |= _inside(near, outline) & _of_kinds(near, where.kinds)
    points = near.take(kept)
    if clip and outline is not None:
        return Selection(points.take(_inside(points, outline)), cut(segments, outline))
    return Selection(points, segments)


def _of_points(where: Where) -> Where:
    """What is asked of points: a line's kind and conditions say nothing of the points at its ends."""
    return replace(where, kinds=None, conditions=(), filter=None)


def _of_kinds(points: Frame, kinds: Kinds | None) -> Mask:
    if kinds is None:
        return np.ones(len(points), dtype=bool)
    wanted = set(kinds)
    own = zip(points.text("major").tolist(), points.text("minor").tolist(), strict=True)
    found: Mask = np.fromiter((key in wanted or (key[0], "") in wanted for key in own), np.bool_, len(points))
    return found


def _around(segments: Frame, outline: Shape | None) -> Shape | None:
    """Where the points of these lines lie, and those of the area itself."""
    if outline is None:
        return None
    bounds = np.vstack([shapely.bounds(segments.columns["geometry"]).reshape(-1, 4), outline.bounds])
    west, south = np.nanmin(bounds[:, :2], axis=0) - BESIDE
    east, north = np.nanmax(bounds[:, 2:], axis=0) + BESIDE
    around: Shape = box(west, south, east, north)
    return around


def joined(points: Frame, segments: Frame) -> Mask:
    """Which points are an end of one of the segments, of its own version and kind."""
    kept: Mask = np.zeros(len(points), dtype=bool)
    if not len(segments) or not len(points):
        return kept
    of_points, of_segments = points.columns["version_id"], segments.columns["version_id"]
    for version in np.unique(of_segments).tolist():
        rows = np.flatnonzero(of_points == version)
        for found in ends(points.take(rows), segments.take(of_segments == version)):
            kept[rows[found[found != MISSING]]] = True
    return kept


def _inside(points: Frame, outline: Shape | None) -> Mask:
    places = points.columns["geometry"]
    known: Mask = ~shapely.is_missing(places)
    if outline is None:
        return known
    shapely.prepare(outline)
    found: Mask = known & shapely.intersects(outline, places)
    return found


def cut(segments: Frame, outline: Shape) -> Frame:
    """Each line's parts inside, as rows of their own; depths and heights follow evenly, an end that was cut has no
    number."""
    lines = segments.columns["geometry"]
    inside = shapely.intersection(lines, outline)
    parts, rows = shapely.get_parts(inside, return_index=True)
    is_line = shapely.get_type_id(parts) == shapely.GeometryType.LINESTRING
    parts, rows = parts[is_line], rows[is_line]
    first, last = _shares(lines[rows], parts)
    return _with_ends(segments.take(rows), parts, first, last)


def _shares(lines: NDArray[Any], parts: NDArray[Any]) -> tuple[Number, Number]:
    """Where along its line each part begins and ends, from 0 to 1."""
    ends = (shapely.get_point(parts, 0), shapely.get_point(parts, -1))
    first, last = (shapely.line_locate_point(lines, end, normalized=True) for end in ends)
    return np.minimum(first, last), np.maximum(first, last)


def _with_ends(segments: Frame, parts: NDArray[Any], first: Number, last: Number) -> Frame:
    from_start, to_end = first < 1e-9, last > 1 - 1e-9
    whole = from_start & to_end
    columns: dict[str, NDArray[Any]] = {"geometry": parts, "length": shapely.length(parts)}
    for start, end in _FOLLOWING:
        if segments.has(start) and segments.has(end):
            low, high = segments.number(start), segments.number(end)
            columns[start] = np.where(from_start, low, np.round(low + first * (high - low), 3))
            columns[end] = np.where(to_end, high, np.round(low + last * (high - low), 3))
    columns["start_no"] = np.where(from_start, segments.text("start_no"), "")
    columns["end_no"] = np.where(to_end, segments.text("end_no"), "")
    for name in ("length3d", "length_given"):
        columns[name] = np.where(whole, segments.number(name), np.nan)
    return segments.with_columns(**columns)


def without_heights(chosen: Selection) -> Selection:
    """The same without depths and heights, in their columns and in their geometry."""
    return Selection(_flat(chosen.points), _flat(chosen.segments))


def _flat(frame: Frame) -> Frame:
    kept = {name: column for name, column in frame.columns.items() if name not in HEIGHTS}
    if "geometry" in kept:
        kept["geometry"] = shapely.force_2d(kept["geometry"])
    return Frame(len(frame), kept)
