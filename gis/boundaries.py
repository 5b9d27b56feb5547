"""Boundaries that people bring as files: GeoJSON, DXF, lists of coordinates, and the parcel text of land offices.

Every one becomes an area of the store's plane, or an AreaError.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, cast

import numpy as np
import shapely
from shapely import Polygon
from shapely.errors import ShapelyError

from gis.area import LIMITS, Area, AreaError, Limits, check_sound, placed
from gis.boundary_dxf import is_dwg, is_dxf, rings_of_dxf
from gis.boundary_lists import rings_of_list, rings_of_parcels
from gis.crs import WEB_MERCATOR, WGS84
from gis.profiles import DATUMS, SYSTEMS, CrsProfile, ProfileError, Reference

LARGEST_FILE = 32 * 1024 * 1024
"""Bytes; a boundary of 20 000 corners is 1 MB."""

_EPSG = re.compile(r"EPSG(?::|/)[\d.]*(?::|/)?(\d{4,5})$", re.IGNORECASE)
_PARCELS = ("[属性描述]", "[地块坐标]")


def read_boundary(
    content: bytes, name: str, crs: Reference, store: int | None = None, limits: Limits = LIMITS
) -> Area:  # fmt: skip
    """The area that a file draws, in the plane of `store` (by default, `crs` is that plane).

    `crs` says what coordinates are in where the file itself does not. Raises ProfileError, and AreaError with, beside
    the codes of an area: `large_file` (bytes, limit), `unreadable` (the file's name), `no_polygon`, `open` (how many
    lines, none of them closed), `crs` (the unknown name), `dwg` and `dxf_version` (the version: to be saved as DXF
    2010), `dxf`, `line` (its number: no coordinates there), `mixed` (coordinates of several kinds), `city_grid` (a
    city's own grid, and none was named), `zone` (in the numbers, and named).
    """
    if len(content) > LARGEST_FILE:
        raise AreaError("large_file", (len(content), LARGEST_FILE))
    plane = _plane(crs) if store is None else store
    polygons, own = _read(content, name, crs)
    return placed(_joined(polygons, limits), plane, None if own == plane else own, limits)


def polygon_of(document: dict[str, Any], limits: Limits = LIMITS) -> Area:
    """The polygons of a GeoJSON document as one area, in its own numbers.

    Raises AreaError, and KeyError, TypeError or ValueError for what is no GeoJSON.
    """
    return _joined([_polygon(rings, north_first=False) for rings in _polygons(document, "geometry")], limits)


def _plane(crs: Reference) -> int:
    code = crs.base if isinstance(crs, CrsProfile) and crs.kind == "epsg" else crs
    if isinstance(code, CrsProfile) or code not in SYSTEMS:
        raise ProfileError("unknown_epsg", (code if isinstance(code, int) else code.name,))
    return code


def _read(content: bytes, name: str, crs: Reference) -> tuple[list[Polygon], Reference]:
    """The polygons of a file as they stand there, and what their coordinates are in."""
    version = is_dwg(content)
    if version:
        raise AreaError("dwg", (version,))
    if is_dxf(content, name):
        return [Polygon(ring) for ring in rings_of_dxf(content)], crs
    text = _text(content, name)
    if text.lstrip()[:1] == "{":
        return _geojson(text, name, crs)
    if any(mark in text for mark in _PARCELS):
        return rings_of_parcels(text, crs)
    return rings_of_list(text, crs)


def _text(content: bytes, name: str) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if text.strip() and "\0" not in text:
            return text
    raise AreaError("unreadable", (name[:60],))


def _joined(polygons: list[Polygon], limits: Limits) -> Area:
    """All polygons as one area; each was drawn by somebody, so each must be sound by itself."""
    if not polygons:
        raise AreaError("no_polygon")
    count = int(shapely.get_num_coordinates(np.array(polygons, dtype=object)).sum())
    if count > limits.vertices:
        raise AreaError("vertices", (count, limits.vertices))
    if len(polygons) == 1:
        return polygons[0]
    for polygon in polygons:
        check_sound(polygon)
    return cast(Area, shapely.union_all(np.array(polygons, dtype=object)))


def _geojson(text: str, name: str, crs: Reference) -> tuple[list[Polygon], Reference]:
    try:
        document = json.loads(text)
        member = "place" if document.get("coordRefSys") and _has_places(document) else "geometry"
        polygons = [_polygon(rings, member == "place") for rings in _polygons(document, member)]
        named = _named_crs(document.get("coordRefSys" if member == "place" else "crs"))
    except AreaError:
        raise
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError, ShapelyError):
        raise AreaError("unreadable", (name[:60],)) from None
    if named is not None:
        return polygons, named
    # The standard says degrees of WGS 84; numbers that are none are the plane that was named.
    beyond = any(max(map(abs, polygon.bounds), default=0) > 360 for polygon in polygons)
    return polygons, crs if beyond else WGS84


def _has_places(document: dict[str, Any]) -> bool:
    """Whether every feature has its exact shape in JSON-FG's `place`; `geometry` beside it is in degrees."""
    features = document["features"] if document["type"] == "FeatureCollection" else [document]
    return all(feature.get("place") for feature in features)


def _polygons(node: dict[str, Any], member: str) -> Iterator[list[Any]]:
    """The rings of every polygon of a GeoJSON document."""
    kind = node["type"]
    if kind == "FeatureCollection":
        for feature in node["features"]:
            yield from _polygons(feature, member)
    elif kind == "Feature":
        if node.get(member):
            yield from _polygons(node[member], member)
    elif kind == "GeometryCollection":
        for part in node["geometries"]:
            yield from _polygons(part, member)
    elif kind == "MultiPolygon":
        yield from node["coordinates"]
    elif kind == "Polygon":
        yield node["coordinates"]


def _polygon(rings: list[Any], north_first: bool) -> Polygon:
    """JSON-FG keeps the order of axes that the system was registered with: north first, for all of China's."""
    east, north = (1, 0) if north_first else (0, 1)
    shell, *holes = [[(float(point[east]), float(point[north])) for point in ring] for ring in rings]
    return Polygon(shell, holes)


def _named_crs(member: Any) -> int | None:
    """The EPSG code that a `crs` member (2008) or `coordRefSys` (JSON-FG) names. Raises AreaError `crs`."""
    if not member:
        return None
    name = str(member["properties"]["name"] if isinstance(member, dict) and "properties" in member else member)
    if name.endswith("CRS84"):
        return WGS84
    found = _EPSG.search(name)
    code = int(found[1]) if found else 0
    if code not in {WGS84, WEB_MERCATOR, *SYSTEMS, *DATUMS}:
        raise AreaError("crs", (name[:80],))
    return code
