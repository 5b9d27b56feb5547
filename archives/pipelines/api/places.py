"""From a box of any system to the area that the store is asked for."""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
import shapely
from pyproj import CRS
from shapely import MultiPolygon, Polygon, box
from shapely.geometry.base import BaseGeometry

from archives.pipelines.api.systems import LON_LAT, System
from gis.crs import EAST, NORTH, SOUTH, WEB_MERCATOR, WEST, WGS84, display_transformer
from gis.store.contract import EVERYWHERE, Area

Box = tuple[float, float, float, float]
"""West, south, east, north; west is more than east where the box crosses the 180th meridian."""
G = TypeVar("G", bound=BaseGeometry)
REACH = 6.0
"""Degrees on either side of a zone's own that its plane is good for."""
STEP = 0.003
"""Degrees: a parallel drawn by pieces of this length is met to a millimetre."""
MOST_STEPS = 200
EDGE_OF_MERCATOR = 20_037_508.0
FARTHEST = 1e7


def area_of(bounds: Box, system: System, store: int) -> Area | None:
    """The area of a box in the store's plane; None when it lies where the store has no place."""
    if system.epsg == store:
        west, south, east, north = np.clip(bounds, -FARTHEST, FARTHEST).tolist()
        return Area(box(west, south, east, north))
    if system.epsg == WEB_MERCATOR:
        # Its boxes lie between meridians and parallels as those in degrees do.
        return _between_meridians(_degrees(bounds), LON_LAT, store)
    return _between_meridians(bounds, system, store)


def _degrees(bounds: Box) -> Box:
    west, south, east, north = np.clip(bounds, -EDGE_OF_MERCATOR, EDGE_OF_MERCATOR).tolist()
    x, y = display_transformer(WEB_MERCATOR, WGS84).transform([west, east], [south, north])
    return x[0], y[0], x[1], y[1]


def _between_meridians(bounds: Box, system: System, store: int) -> Area | None:
    reach = reach_of(store)
    parts = [one.intersection(reach) for one in _boxes(bounds)]
    shape = shapely.union_all(np.array(parts, dtype=object))
    if shape.covers(reach):
        return EVERYWHERE
    polygons = [one for one in shapely.get_parts(shape) if isinstance(one, Polygon)]
    if not polygons:
        return _line_or_point(parts, system, store)
    return Area(_moved(MultiPolygon(polygons) if len(polygons) > 1 else polygons[0], system, store))


def _line_or_point(parts: Sequence[BaseGeometry], system: System, store: int) -> Area | None:
    """A box without an inside still meets what lies on it: it gets a millimetre's width."""
    thin = [one for one in parts if not one.is_empty]
    if not thin:
        return None
    return Area(_moved(thin[0].buffer(1e-8, cap_style="square"), system, store))


def _boxes(bounds: Box) -> list[Polygon]:
    west, south, east, north = bounds
    if west <= east:
        return [box(west, south, east, north)]
    return [box(west, south, 180, north), box(-180, south, east, north)]


def reach_of(store: int) -> Polygon:
    """What the store's plane is good for, in degrees: its own zone and those beside it."""
    use = CRS.from_epsg(store).area_of_use
    if use is None:
        return box(WEST, SOUTH, EAST, NORTH)
    return box(max(WEST, use.west - REACH), SOUTH, min(EAST, use.east + REACH), NORTH)


def finely(shape: G, step: float) -> G:
    """A shape whose edges are drawn by pieces of at most `step`, or by a few hundred pieces if it is large."""
    if shape.is_empty:
        return shape
    west, south, east, north = shape.bounds
    return shapely.segmentize(shape, max(step, (east - west) / MOST_STEPS, (north - south) / MOST_STEPS))


def _moved(shape: Polygon | MultiPolygon, system: System, store: int) -> Polygon | MultiPolygon:
    """A shape in degrees in the store's plane, its edges curved as they are there."""
    fine = finely(shape, STEP)
    points = shapely.get_coordinates(fine)
    x, y = system.to_store(store)(points[:, 0], points[:, 1])
    moved: Polygon | MultiPolygon = shapely.set_coordinates(fine, np.column_stack([x, y]))
    return moved
