"""GeoJSON: degrees of WGS 84 (RFC 7946), or the plane itself named by `coordRefSys` as JSON-FG does."""

import math
from collections.abc import Iterator, Sequence
from itertools import repeat
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import shapely
from numpy.typing import NDArray

from gis.codes import Codes
from gis.crs import WGS84, display_transformer
from gis.export.columns import (
    Column,
    Marks,
    placed_points,
    placed_segments,
    point_columns,
    segment_columns,
    transformed,
)  # fmt: skip
from gis.export.geopackage import described
from gis.frame import Frame, Number

DEGREE_DECIMALS = 9
"""A tenth of a millimetre."""
JSON_FG = "http://www.opengis.net/spec/json-fg-1/0.3/conf/core"


def write(
    points: Frame, segments: Frame, target: Path, crs: int, codes: Codes, marks: Marks, projected: bool = False
) -> None:
    """Writes one FeatureCollection of segments, then points; the property `layer` tells them apart.

    With `projected` each feature has its degrees in `geometry`, for whoever knows no better, and its exact coordinates
    in `place`, north first, for JSON-FG keeps the order of axes that the system was registered with. Raises
    CoordinateError `display` where the plane's datum may not be shown as WGS 84.
    """
    points, places = placed_points(points)
    segments, lines = placed_segments(segments)
    layers = (
        ("segment", lines, segment_columns(segments, codes)),
        ("point", places, point_columns(points, codes)),
    )
    with target.open("wb") as file:
        file.write(_head(crs if projected else None, marks))
        between = b""
        for layer, shapes, columns in layers:
            exact = transformed(shapes, _north_first) if projected else None
            for feature in _features(layer, degrees(shapes, crs), exact, columns):
                file.write(between + feature)
                between = b",\n"
        file.write(b"\n]}\n")


def _north_first(east: Number, north: Number) -> tuple[Number, Number]:
    return north, east


def degrees(geometries: NDArray[Any], crs: int) -> NDArray[Any]:
    """Geometries in longitude and latitude of WGS 84, for display."""
    forward = display_transformer(crs, WGS84)

    def plane(east: NDArray[np.float64], north: NDArray[np.float64]) -> tuple[NDArray[Any], NDArray[Any]]:
        x, y = forward.transform(east, north)
        return np.round(x, DEGREE_DECIMALS), np.round(y, DEGREE_DECIMALS)

    return transformed(geometries, plane)


def _head(crs: int | None, marks: Marks) -> bytes:
    members: dict[str, Any] = {"type": "FeatureCollection"}
    members |= {name.lower(): text for name, text in described(marks).items()}
    if crs is not None:
        members |= {"conformsTo": [JSON_FG], "coordRefSys": f"http://www.opengis.net/def/crs/EPSG/0/{crs}"}
    return orjson.dumps(members)[:-1] + b',"features":[\n'


def _features(
    layer: str, shapes: NDArray[Any], exact: NDArray[Any] | None, columns: Sequence[Column]
) -> Iterator[bytes]:
    names = [column.label for column in columns]
    values = [_plain(column.values) for column in columns]
    rows = zip(*values, strict=True) if values else repeat((), len(shapes))
    places = repeat("") if exact is None else (f'"place":{place},' for place in shapely.to_geojson(exact))
    for shape, place, row in zip(shapely.to_geojson(shapes), places, rows, strict=False):
        known = {name: value for name, value in zip(names, row, strict=True) if value not in {"", None}}
        properties = orjson.dumps({"layer": layer, **known})
        head = f'{{"type":"Feature","geometry":{shape},{place}"properties":'
        yield head.encode() + properties + b"}"


def _plain(values: NDArray[Any]) -> list[Any]:
    if values.dtype == object:
        return [text.encode("utf-8", "replace").decode() for text in values]
    return [value if math.isfinite(value) else None for value in values.tolist()]
