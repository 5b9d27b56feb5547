"""Files of roads, blocks, buildings and water: which layers they hold, and their features in chunks.

Each is told by its content and read by that reader only, as surveys are (`gis.survey.files`).
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import orjson
import shapely
from numpy.typing import NDArray

from gis.frame import Mask, Text
from gis.survey.drawings import is_drawing, read_outlines
from gis.survey.geojson import crs_of, is_geojson
from gis.survey.layers import (
    BYTES,
    SHAPEFILE_PARTS,
    dbf_encoding,
    is_geopackage,
    is_shapefile,
    layer_info,
    layer_names,
    read_layer,
    staged,
)
from gis.survey.source import SurveyFileError

HEAD = 4096
"""So many bytes tell what a file is."""
AREAS = frozenset({"block", "building"})
"""Themes that are areas; a closed line is one, too, as drawings have them."""
Shapes = NDArray[np.object_]
Parts = Mapping[str, Path]


class BaseTable(NamedTuple):
    """A layer as it would be loaded: its columns, how many features, and the system it declares ("" if none)."""

    name: str
    columns: tuple[str, ...]
    features: int
    crs: str


def look(path: Path, name: str, parts: Parts) -> tuple[BaseTable, ...]:
    """The layers of a file; `parts` are a shapefile's other files by their endings.

    Raises SurveyFileError, with the code `unknown` for what is none of GeoPackage, shapefile, GeoJSON and DXF.
    """
    match _format(path, name):
        case "GPKG":
            with staged(path, ".gpkg") as file:
                return tuple(_described(file, name, "GPKG", layer) for layer in layer_names(file, name))
        case "SHP":
            return (_shapefile(path, name, parts),)
        case "GeoJSON":
            features, crs = _collection(path, name)
            columns = dict.fromkeys(str(key) for one in features for key in _properties(one))
            return (BaseTable(Path(name).stem, tuple(columns), len(features), crs),)
        case _:
            layers, _ = _drawing(path, name)
            names, counts = np.unique(layers.astype(str), return_counts=True)
            return tuple(BaseTable(str(layer), (), int(n), "") for layer, n in zip(names, counts, strict=True))


def features(
    path: Path, name: str, layer: str, column: str, parts: Parts, size: int
) -> Iterator[tuple[list[str], Shapes]]:
    """The features of a layer in chunks: the texts of a column ("" where none is named), and the shapes.

    Raises SurveyFileError.
    """
    match _format(path, name):
        case "GPKG":
            with staged(path, ".gpkg") as file:
                yield from _in_chunks(file, name, ("GPKG", layer), column, size)
        case "SHP":
            _check_parts(name, parts)
            with staged(path, ".shp", parts) as file:
                yield from _of_shapefile(file, name, column, parts, size)
        case "GeoJSON":
            yield from _of_collection(path, name, column, size)
        case _:
            layers, shapes = _drawing(path, name)
            yield from _cut([""] * int((layers == layer).sum()), shapes[layers == layer], size)


def fitted(names: list[str], shapes: Shapes, theme: str) -> tuple[list[str], Shapes]:
    """What of some features can show a theme, in two dimensions: areas, for roads and water lines as well."""
    flat = np.asarray(shapely.force_2d(shapes), dtype=np.object_)
    if theme in AREAS:
        flat = _rings_filled(flat)
    dimensions = shapely.get_dimensions(flat)
    kept = ~shapely.is_empty(flat) & ((dimensions == 2) | ((dimensions == 1) & (theme not in AREAS)))
    kept &= shapely.get_type_id(flat) != shapely.GeometryType.GEOMETRYCOLLECTION
    found = flat[kept]
    broken = ~shapely.is_valid(found) & (shapely.get_dimensions(found) == 2)
    found[broken] = shapely.buffer(found[broken], 0)
    return [name for name, keep in zip(names, kept.tolist(), strict=True) if keep], found


def _closed(shapes: Shapes) -> Mask:
    is_line = shapely.get_type_id(shapes) == shapely.GeometryType.LINESTRING
    closed: Mask = is_line & shapely.is_closed(shapes) & (shapely.get_num_points(shapes) >= 4)
    return closed


def _rings_filled(shapes: Shapes) -> Shapes:
    """Closed lines as the areas within them."""
    filled, closed = shapes.copy(), _closed(shapes)
    if closed.any():
        places, numbers = shapely.get_coordinates(shapes[closed], return_index=True)
        filled[closed] = shapely.polygons(shapely.linearrings(places, indices=numbers))
    return filled


def _format(path: Path, name: str) -> str:
    with path.open("rb") as content:
        head = content.read(HEAD)
    for is_that, form in (
        (is_geopackage, "GPKG"),
        (is_shapefile, "SHP"),
        (is_geojson, "GeoJSON"),
        (is_drawing, "DXF"),
    ):
        if is_that(head):
            return form
    raise SurveyFileError("damaged" if Path(name).suffix.lower() == ".gpkg" else "unknown", (name,))


def _described(file: Path, name: str, driver: str, layer: str | None, **options: Any) -> BaseTable:
    said = layer_info(file, name, driver, layer, force_feature_count=True, **options)
    columns = tuple(str(field) for field in said["fields"])
    return BaseTable(layer or Path(name).stem, columns, int(said["features"]), str(said["crs"] or ""))


def _check_parts(name: str, parts: Parts) -> None:
    missing = [ending for ending in (".shx", ".dbf") if ending not in parts]
    if missing:
        raise SurveyFileError("parts_missing", (name, *missing))


def _shapefile(path: Path, name: str, parts: Parts) -> BaseTable:
    _check_parts(name, parts)
    with staged(path, ".shp", parts) as file:
        table = _described(file, name, "ESRI Shapefile", None, encoding=BYTES)
    encoding = dbf_encoding(parts[".dbf"], parts.get(".cpg"))
    return table._replace(columns=tuple(_own(column, encoding) for column in table.columns))


def _own(text: str, encoding: str) -> str:
    """A text that was read byte by byte, in its own signs."""
    return text.encode(BYTES).decode(encoding, "ignore")


def _of_shapefile(file: Path, name: str, column: str, parts: Parts, size: int) -> Iterator[tuple[list[str], Shapes]]:
    encoding = dbf_encoding(parts[".dbf"], parts.get(".cpg"))
    given = layer_info(file, name, "ESRI Shapefile", None, encoding=BYTES)["fields"]
    raw = next((str(field) for field in given if _own(str(field), encoding) == column), "")
    for names, shapes in _in_chunks(file, name, ("ESRI Shapefile", None), raw, size, encoding=BYTES):
        yield [_own(text, encoding) for text in names], shapes


def _in_chunks(
    file: Path, name: str, of: tuple[str, str | None], column: str, size: int, **options: Any
) -> Iterator[tuple[list[str], Shapes]]:
    driver, layer = of
    first = 0
    while True:
        window = {"columns": [column] if column else [], "skip_features": first, "max_features": size}
        columns, shapes = read_layer(file, name, driver, layer, **window, **options)
        if not len(shapes):
            return
        yield [_text(value) for value in columns[column]] if column else [""] * len(shapes), shapes
        first += size


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()


def _collection(path: Path, name: str) -> tuple[list[Any], str]:
    """The features of a GeoJSON collection and the system it declares."""
    try:
        content = orjson.loads(path.read_bytes().removeprefix(b"\xef\xbb\xbf"))
        found = [dict(one) for one in content["features"]]
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError) as error:
        raise SurveyFileError("damaged", (name,)) from error
    return found, crs_of(content)


def _properties(feature: Mapping[str, Any]) -> Mapping[str, Any]:
    given = feature.get("properties")
    return given if isinstance(given, dict) else {}


def _of_collection(path: Path, name: str, column: str, size: int) -> Iterator[tuple[list[str], Shapes]]:
    found, _ = _collection(path, name)
    written = [orjson.dumps(one.get("geometry")).decode() for one in found]
    try:
        shapes = np.asarray(shapely.from_geojson(written, on_invalid="ignore"), dtype=np.object_)
    except (shapely.GEOSException, ValueError) as error:
        raise SurveyFileError("damaged", (name,)) from error
    names = [_text(_properties(one).get(column)) if column else "" for one in found]
    yield from _cut(names, shapes, size)


def _drawing(path: Path, name: str) -> tuple[Text, Shapes]:
    """The layer and the shape of each entity that has one; texts and points are none of a base layer."""
    layers, shapes = read_outlines(path, name)
    drawn = shapely.get_dimensions(shapes) > 0
    if not drawn.any():
        raise SurveyFileError("empty", (name,))
    return layers[drawn], shapes[drawn]


def _cut(names: list[str], shapes: Shapes, size: int) -> Iterator[tuple[list[str], Shapes]]:
    for first in range(0, len(shapes), size):
        yield names[first : first + size], shapes[first : first + size]


def parts_of(name: str, files: Mapping[str, Path]) -> dict[str, Path]:
    """The other files of a shapefile among some files, by their endings."""
    stem = Path(name).stem.casefold()
    named = ((Path(other), path) for other, path in files.items())
    return {
        other.suffix.lower(): path
        for other, path in named
        if other.stem.casefold() == stem and other.suffix.lower() in SHAPEFILE_PARTS
    }
