"""Areas that somebody asks about, in the store's plane: drawn shapes, corridors and buffers, and what is refused.

Coordinates come as arrays of shape (n, 2), east before north. Whatever cannot be an area is an AreaError.
"""

import math
import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from gis.crs import CGCS2000, EAST, NORTH, SOUTH, WEST, transformer
from gis.frame import Number
from gis.profiles import Reference, to_store

Area = Polygon | MultiPolygon
Coordinates = Number | Sequence[tuple[float, float]]


class AreaError(ValueError):
    """What cannot be an area: a stable code, and the values that explain it.

    Codes: `few_points` (how many), `vertices` (how many, limit), `number` (which point, from 1), `crossing` (east and
    north of the place, as they were given), `invalid` (the same), `empty`, `outside` (not in China), `too_large` (km²,
    limit), `distance` (metres, limit). Those of files stand in `gis.boundaries`.
    """

    def __init__(self, code: str, values: Sequence[object] = ()) -> None:
        super().__init__(code, *values)
        self.code = code
        self.values = tuple(values)


class Limits(NamedTuple):
    """What one question may span."""

    vertices: int = 20_000
    square_metres: float = 100_000e6
    """More than nearly every city, less than the country (9.6 million km²)."""
    distance: float = 100_000.0
    """The largest radius and half width of a corridor, in metres."""


LIMITS = Limits()
SMALLEST = 1e-4
"""A square centimetre, in m²: what is smaller has no inside."""
STEPS = 50
"""An edge from another system is drawn by at least this many pieces across the shape, because it is curved here."""
ARC = 16
"""Pieces of a quarter of a circle: a radius of 100 m is met to 0.12 m."""

_PLACE = re.compile(r"\[(\S+) (\S+)\]")
_FARTHEST = 1e9


def rectangle(
    west: float, south: float, east: float, north: float, store: int, source: Reference | None = None,
    limits: Limits = LIMITS,
) -> Area:  # fmt: skip
    """The rectangle between two meridians and two parallels of its own system, its edges curved as they are here."""
    corners = [(west, south), (east, south), (east, north), (west, north)]
    return polygon(corners, store, source, limits=limits)


def polygon(
    shell: Coordinates,
    store: int,
    source: Reference | None = None,
    holes: Sequence[Coordinates] = (),
    limits: Limits = LIMITS,
) -> Area:
    """A polygon by its corners; the closing point may be there or not. `source` is None for the store's own plane."""
    rings = [_ring(ring) for ring in (shell, *holes)]
    _count(sum(map(len, rings)), limits)
    shape = Polygon(rings[0], rings[1:])
    return placed(shape, store, source, limits)


def circle(east: float, north: float, radius: float, store: int, limits: Limits = LIMITS) -> Area:
    """A circle around a place of the store's plane, by 64 corners."""
    centre = shapely.Point(*_numbers(np.array([(east, north)]))[0])
    return inside(centre.buffer(_distance(radius, limits), quad_segs=ARC), store, limits)


def corridor(line: Coordinates, distance: float, store: int, limits: Limits = LIMITS) -> Area:
    """What lies within a distance of a drawn line, in metres of the store's plane."""
    points = _numbers(np.asarray(line, dtype=np.float64))
    if len(points) < 2:
        raise AreaError("few_points", (len(points),))
    _count(len(points), limits)
    return buffer([LineString(points)], distance, store, limits)


def buffer(lines: Iterable[BaseGeometry], distance: float, store: int, limits: Limits = LIMITS) -> Area:
    """What lies within a distance of any of the lines, such as those of one road."""
    shapes = np.array(list(lines), dtype=object)
    count = int(shapely.get_num_coordinates(shapes).sum()) if len(shapes) else 0
    _count(count, limits)
    wide = shapely.buffer(shapes, _distance(distance, limits), quad_segs=ARC // 2)
    return inside(shapely.union_all(wide), store, limits)


def union(areas: Iterable[Area], store: int, limits: Limits = LIMITS) -> Area:
    """Several areas as one."""
    return inside(shapely.union_all(np.array(list(areas), dtype=object)), store, limits)


def placed(shape: Area, store: int, source: Reference | None = None, limits: Limits = LIMITS) -> Area:
    """A polygon of any system in the store's plane, checked on the way. Raises AreaError and ProfileError."""
    _count(int(shapely.get_num_coordinates(shape)), limits)
    _numbers(shapely.get_coordinates(shape))
    check_sound(shape)
    if source is None or source == store:
        return inside(shape, store, limits)
    west, south, east, north = shape.bounds
    if max(abs(side) for side in shape.bounds) <= 360:
        _size(_from_degrees(shape) / 4, limits)  # what spans half the country has no picture in one zone
    fine = shapely.segmentize(shape, max(east - west, north - south) / STEPS)
    return inside(_moved(fine, source, store), store, limits)


def inside(shape: BaseGeometry, store: int, limits: Limits = LIMITS) -> Area:
    """The shape, if it is an area of bearable size in China. Raises AreaError."""
    if not isinstance(shape, Polygon | MultiPolygon) or shape.is_empty or not shape.area > SMALLEST:
        raise AreaError("empty")
    _size(shape.area, limits)
    if not _in_china(shape.bounds, store):
        raise AreaError("outside")
    return shape


def _size(square_metres: float, limits: Limits) -> None:
    if square_metres > limits.square_metres:
        raise AreaError("too_large", (round(square_metres / 1e6, 1), limits.square_metres / 1e6))


def _in_china(bounds: tuple[float, float, float, float], store: int) -> bool:
    west, south, east, north = bounds
    x, y = transformer(store, CGCS2000).transform([west, east, west, east], [south, south, north, north])
    return bool(min(x) >= WEST and max(x) <= EAST and min(y) >= SOUTH and max(y) <= NORTH)


def _from_degrees(shape: Area) -> float:
    """About the square metres of a shape in degrees."""
    middle = math.radians((shape.bounds[1] + shape.bounds[3]) / 2)
    return float(shape.area * 111_320.0**2 * math.cos(middle))


def _ring(points: Coordinates) -> Number:
    ring = _numbers(np.asarray(points, dtype=np.float64))
    distinct = len(ring) - (len(ring) > 1 and bool(np.array_equal(ring[0], ring[-1])))
    if distinct < 3:
        raise AreaError("few_points", (distinct,))
    return ring


def _numbers(points: NDArray[Any]) -> Number:
    """The coordinates, if all are numbers that a plane can hold."""
    if points.ndim != 2 or points.shape[1] != 2:
        raise AreaError("few_points", (0,))
    wrong = ~(np.abs(points) < _FARTHEST).all(axis=1)
    if wrong.any():
        raise AreaError("number", (int(np.argmax(wrong)) + 1,))
    return points


def _count(vertices: int, limits: Limits) -> None:
    if vertices == 0:
        raise AreaError("empty")
    if vertices > limits.vertices:
        raise AreaError("vertices", (vertices, limits.vertices))


def _distance(metres: float, limits: Limits) -> float:
    if not 0 < metres <= limits.distance:
        raise AreaError("distance", (metres, limits.distance))
    return metres


def check_sound(shape: Area) -> None:
    """That the rings cross neither themselves nor each other. Raises AreaError `crossing`, `invalid` or `empty`."""
    reason = shapely.is_valid_reason(shape)
    if reason == "Valid Geometry":
        return
    if not shapely.convex_hull(shape).area > 0 or reason.startswith("Too few points"):
        raise AreaError("empty")
    found = _PLACE.search(reason)
    place = tuple(round(float(part), 6) for part in found.groups()) if found else ()
    raise AreaError("crossing" if "elf-intersection" in reason else "invalid", place)


def _moved(shape: Area, source: Reference, store: int) -> Area:
    plane = to_store(source, store)
    points = shapely.get_coordinates(shape)
    east, north = plane(points[:, 0], points[:, 1])
    if not (np.isfinite(east) & np.isfinite(north)).all():
        raise AreaError("outside")
    moved: Area = shapely.set_coordinates(shape, np.column_stack([east, north]))
    if not moved.is_valid:
        raise AreaError("outside")
    return moved
