"""GeoJSON, read without GDAL: its `crs` member may name an address, and nobody but the user chooses addresses."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import shapely
from numpy.typing import NDArray

from gis.codes import Codes
from gis.survey.shapes import shapes_of
from gis.survey.source import GeoFile, SurveyFileError, by_shape

WGS84 = "EPSG:4326"
"""What GeoJSON is in where nothing is said (RFC 7946)."""
_CODE = "urn:ogc:def:crs:EPSG::"


def is_geojson(head: bytes) -> bool:
    """Whether it begins as an object of JSON that calls itself a collection or a feature."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return start.startswith(b"{") and (b'"Feature' in start or b'"features"' in start or b'"type"' in start)


def read_geojson(path: Path, name: str, codes: Codes, parts: Mapping[str, Path]) -> GeoFile:  # noqa: ARG001
    """The features of a collection, their properties as columns. Raises SurveyFileError."""
    try:
        content = orjson.loads(path.read_bytes().removeprefix(b"\xef\xbb\xbf"))
        features = content["features"]
        properties = [dict(feature.get("properties") or {}) for feature in features]
        shapes = _shapes([feature.get("geometry") for feature in features])
    except (KeyError, TypeError, AttributeError, ValueError, shapely.GEOSException) as error:
        raise SurveyFileError("damaged", (name,)) from error
    headers = tuple(dict.fromkeys(str(key) for row in properties for key in row))
    columns = tuple([_cell(row.get(header)) for row in properties] for header in headers)
    return GeoFile(tuple(by_shape(Path(name).stem, headers, columns, shapes_of(shapes))), crs_of(content))


def _shapes(geometries: Sequence[Any]) -> NDArray[np.object_]:
    shapes = np.empty(len(geometries), dtype=np.object_)
    for at, geometry in enumerate(geometries):
        shapes[at] = _shape(geometry) if geometry else None
    return shapes


def _shape(geometry: Mapping[str, Any]) -> shapely.Geometry | None:
    """A point or a line; None for what is no part of a survey."""
    coordinates = geometry.get("coordinates")
    match geometry.get("type"), coordinates:
        case "Point", _:
            return shapely.Point(_position(coordinates))
        case "LineString", _:
            return _line(coordinates)
        case "MultiLineString", [part]:
            return _line(part)
        case _:
            return None


def _line(positions: Any) -> shapely.Geometry:
    size = min(len(position) for position in positions)
    return shapely.LineString([_position(position)[: max(size, 2)] for position in positions])


def _position(coordinates: Any) -> list[float]:
    numbers = [float(number) for number in coordinates[:3]]
    if len(numbers) < 2 or not all(map(math.isfinite, numbers)):
        raise ValueError("no place")
    return numbers


def _cell(value: Any) -> Any:
    """Lists and objects within a property are no cells."""
    return None if isinstance(value, list | dict) else value


def crs_of(content: Mapping[str, Any]) -> str:
    """The reference system of the older form, where it is a plain EPSG code; never an address."""
    match content.get("crs"):
        case {"properties": {"name": str(named)}}:
            code = named.removeprefix(_CODE).removeprefix("EPSG:")
            return (
                f"EPSG:{code}" if code.isdecimal() else ("" if named.startswith("urn:ogc:def:crs:OGC") else named[:80])
            )
        case _:
            return WGS84
