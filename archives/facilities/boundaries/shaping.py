"""Outlines made fit for the screen: moved to degrees of CGCS2000, mended, joined by area, simplified. Pure.

Areas that stand side by side on one map are simplified together, so that neighbours keep their common edges.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from pyproj.exceptions import CRSError, ProjError
from shapely import MultiPolygon, Polygon

from gis.crs import (
    CGCS2000,
    EAST,
    NORTH,
    SOUTH,
    WEST,
    WGS84,
    CoordinateError,
    display_transformer,
    transformer,
)

Shapes = NDArray[np.object_]
Outline = Polygon | MultiPolygon
DEGREES = frozenset({CGCS2000, WGS84})
"""Taken as the same: they differ by less than a metre, which no screen shows."""
STEPS = 1500
"""A map of a region is told to this part of its width or height."""
_WKT = re.compile(r"\s*(GEOGCS|PROJCS|GEOGCRS|PROJCRS|GEODCRS|COMPD_CS|COMPOUNDCRS|BOUNDCRS)\s*\[", re.IGNORECASE)
_EPSG = re.compile(r"EPSG:\d{4,6}", re.IGNORECASE)
_AREA = 2


class BoundaryError(ValueError):
    """A reference system that cannot be used; `code` is `unknown`, `datum` or `outside`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def in_degrees(shapes: Shapes, system: str) -> Shapes:
    """Shapes of a system (EPSG code or WKT) as longitude and latitude. Raises BoundaryError.

    A datum without a public transformation is refused: taken as it is, it would lie some 50 m off.
    """
    flat = np.asarray(shapely.force_2d(shapes), dtype=np.object_)
    if not len(shapely.get_coordinates(flat)):
        return flat
    if not np.isfinite(shapely.get_coordinates(flat)).all():
        raise BoundaryError("outside")
    moved = _moved(flat, _known(system))
    west, south, east, north = shapely.total_bounds(moved)
    if not (west >= WEST and east <= EAST and south >= SOUTH and north <= NORTH):
        raise BoundaryError("outside")
    return moved


def _known(system: str) -> int | CRS:
    """The EPSG code of a system, or itself. Never an address or a file: only codes and full descriptions are read."""
    if not (_EPSG.fullmatch(system) or _WKT.match(system)):
        raise BoundaryError("unknown")
    try:
        found = CRS.from_user_input(system)
    except CRSError:
        raise BoundaryError("unknown") from None
    return found.to_epsg(min_confidence=70) or found


def _moved(shapes: Shapes, system: int | CRS) -> Shapes:
    if system in DEGREES:
        return shapes
    try:
        road = _road(system)
        places = shapely.get_coordinates(shapes)
        moved = np.stack(road.transform(places[:, 0], places[:, 1]), axis=1)
    except ProjError:
        raise BoundaryError("datum") from None
    if not np.isfinite(moved).all():
        raise BoundaryError("outside")
    return np.asarray(shapely.set_coordinates(shapes.copy(), moved), dtype=np.object_)


def _road(system: int | CRS) -> Any:
    if isinstance(system, int):
        try:
            return display_transformer(system, CGCS2000)
        except CoordinateError:
            pass  # another datum than that of maps: only where the way is exact
    return transformer(system, CGCS2000)


def are_areas(shapes: Shapes) -> list[bool]:
    """Which shapes enclose something."""
    found: list[bool] = (~shapely.is_missing(shapes) & (shapely.get_dimensions(shapes) == _AREA)).tolist()
    return found


def outlines(shapes: Shapes, ids: Sequence[int], groups: Mapping[int, int | None]) -> dict[int, Outline]:
    """One sound outline for each area that encloses something. `ids` are the areas of the shapes.

    `groups` tells the region that each area is shown in. Raises GEOSException for what cannot be mended.
    """
    by_id = defaultdict[int, list[Any]](list)
    for shape, area in zip(shapes, ids, strict=True):
        by_id[area].append(_sound(shape))
    whole = {area: _sound(shapely.union_all(parts)) for area, parts in by_id.items()}
    by_group = defaultdict[int | None, list[int]](list)
    for area, shape in whole.items():
        if not shape.is_empty:
            by_group[groups[area]].append(area)
    found: dict[int, Outline] = {}
    for together in by_group.values():
        simple = _simplified([whole[area] for area in together])
        found |= {area: shape for area, shape in zip(together, simple, strict=True) if not shape.is_empty}
    return found


def _simplified(neighbours: Sequence[Outline]) -> list[Outline]:
    stacked = np.array(neighbours, dtype=np.object_)
    west, south, east, north = shapely.total_bounds(stacked)
    tolerance = max(east - west, north - south) / STEPS
    return [_sound(shape) for shape in shapely.coverage_simplify(stacked, tolerance)]


def _sound(shape: Any) -> Any:
    """The areas of a shape, mended where it crosses itself; lines and points that are left over go."""
    mended = shape if shape.is_valid else shapely.make_valid(shape)
    if mended.geom_type in {"Polygon", "MultiPolygon"}:
        return mended
    parts = shapely.get_parts(mended)
    return shapely.union_all(parts[shapely.get_dimensions(parts) == _AREA])
