"""The pages of the pipelines' settings for tests: the application that serves them, files to bring, a worker."""

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import shapely
from pyogrio.raw import write

from archives.core.jobs import Worker
from archives.pipelines.maps.base_loading import LOAD_LAYER
from archives.pipelines.settings.views import BLUEPRINTS
from archives.web.application import Application

SETTINGS = "/pipelines/settings"
EAST, NORTH = 500_000.0, 3_400_000.0
"""A corner in EPSG:4547, 3-degree zone around 114°E."""


def with_settings(app: Application) -> Application:
    """The application with the settings' pages."""
    for blueprint in BLUEPRINTS:
        if blueprint.name not in app.blueprints:
            app.register_blueprint(blueprint)
    return app


def worker(app: Application) -> Worker:
    """A worker that loads base layers."""
    return Worker(app.backend, app.settings, {LOAD_LAYER.name: LOAD_LAYER})


def upload(content: bytes, name: str) -> tuple[BytesIO, str]:
    """A file as a form sends it."""
    return BytesIO(content), name


def squares(count: int, *, east: float = EAST, north: float = NORTH) -> list[Any]:
    """Buildings of 10 m beside one another."""
    return [shapely.box(east + 20 * at, north, east + 20 * at + 10, north + 10) for at in range(count)]


def geopackage(folder: Path, shapes: list[Any], names: list[str], *, crs: str = "EPSG:4547") -> bytes:
    """A GeoPackage with one layer `building` of named shapes."""
    file = folder / "base.gpkg"
    geometry = np.array(shapely.to_wkb(np.array(shapes, dtype=object)), dtype=object)
    fields = [np.array(names, dtype=object)]
    write(file, geometry, fields, ["name"], layer="building", driver="GPKG", geometry_type="Polygon", crs=crs)
    return file.read_bytes()


def geojson(shapes: list[Any], names: list[str]) -> bytes:
    """A GeoJSON collection, in degrees."""
    features = [
        {"type": "Feature", "properties": {"名称": name}, "geometry": orjson.loads(shapely.to_geojson(shape))}
        for shape, name in zip(shapes, names, strict=True)
    ]
    return orjson.dumps({"type": "FeatureCollection", "features": features})


def chosen(**differently: str) -> Mapping[str, str]:
    """The form that loads the layer of `geopackage`."""
    given = {"layer": "building", "name": "城区建筑", "theme": "building", "column": "name", "crs": "EPSG:4547"}
    return {**given, **differently}
