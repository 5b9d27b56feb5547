"""Invented squares as files: no boundary of any real area is among the tests."""

import warnings
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
import orjson
import shapely
from pyogrio.raw import write

Feature = tuple[Mapping[str, Any], Any]
"""Properties and geometry."""


def square(east: float, north: float, side: float = 1.0) -> shapely.Polygon:
    """From its lower left corner, in degrees."""
    return shapely.box(east, north, east + side, north + side)


def geojson(*features: Feature, crs: str = "") -> bytes:
    """A collection; `crs` is the member of the older form."""
    written: dict[str, Any] = {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": dict(properties),
                "geometry": orjson.loads(str(shapely.to_geojson(shape))),
            }
            for properties, shape in features
        ],
    }
    if crs:
        written["crs"] = {"type": "name", "properties": {"name": crs}}
    return orjson.dumps(written)


def geopackage(folder: Path, features: Sequence[Feature], crs: str | None = "EPSG:4490") -> bytes:
    """A GeoPackage with one layer."""
    path = folder / "areas.gpkg"
    _write(path, features, crs, driver="GPKG", layer="areas")
    return path.read_bytes()


def shapefile(folder: Path, features: Sequence[Feature], crs: str | None = "EPSG:4490") -> bytes:
    """A ZIP of a shapefile in GBK, as most come."""
    _write(folder / "areas.shp", features, crs, driver="ESRI Shapefile", encoding="GBK")
    packed = BytesIO()
    with ZipFile(packed, "w") as target:
        for part in sorted(folder.glob("areas.*")):
            if part.suffix != ".gpkg":
                target.write(part, part.name)
    return packed.getvalue()


def _write(path: Path, features: Sequence[Feature], crs: str | None, **options: Any) -> None:
    names = list(features[0][0])
    shapes = np.array([shapely.to_wkb(shape) for _, shape in features], dtype=np.object_)
    columns = [np.array([properties[name] for properties, _ in features], dtype=np.object_) for name in names]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that no system is written is what some tests are about
        write(path, shapes, columns, names, geometry_type="Polygon", crs=crs, **options)
