"""Vector tiles of what lies under the pipelines: named lines and areas, a few hundred a tile, made one by one."""

from collections.abc import Mapping, Sequence

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gis.tiles import BUFFER, EXTENT, LINE, POLYGON, TileFit, Whole, features_layer, ring_commands, varints

Features = Sequence[tuple[str, BaseGeometry]]
"""Names and shapes in the store's plane."""
THINNED = 2.0
"""Tile units (1/2048 of a tile) that an outline may differ from the ground."""
LEAST_AREA = 16.0
"""Square tile units below which an area is no more than a dot."""


def base_tile(layers: Mapping[str, Features], fit: TileFit) -> bytes:
    """A tile with one layer for each name; b"" when nothing is in it."""
    return b"".join(features_layer(name, _drawn(features, fit)) for name, features in layers.items())


def _drawn(features: Features, fit: TileFit) -> list[tuple[Mapping[str, str], int, bytes]]:
    """What is left of each feature inside the tile: its name, its kind and its geometry."""
    if not features:
        return []
    shapes = np.array([shape for _, shape in features], dtype=object)
    units = shapely.transform(shapely.force_2d(shapes), lambda places: fit.apply(places[:, 0], places[:, 1]))
    low, high = -BUFFER, EXTENT + BUFFER
    cut = shapely.clip_by_rect(shapely.simplify(units, THINNED), low, low, high, high)
    drawn: list[tuple[Mapping[str, str], int, bytes]] = []
    for (name, _), shape in zip(features, cut, strict=True):
        kind, geometry = _geometry(shape)
        if geometry:
            drawn.append(({"name": name} if name else {}, kind, geometry))
    return drawn


def _geometry(shape: BaseGeometry) -> tuple[int, bytes]:
    """The kind and the encoded geometry of a shape in tile units."""
    parts = [part for part in shapely.get_parts(shape) if not part.is_empty]
    areas = [part for part in parts if part.geom_type == "Polygon" and part.area >= LEAST_AREA]
    if areas:
        rings = [ring for area in areas for ring in _rings(area)]
        return POLYGON, varints(ring_commands(rings, POLYGON))
    lines = [_whole(shapely.get_coordinates(part)) for part in parts if part.geom_type == "LineString"]
    kept = [line for line in lines if len(line) > 1]
    return LINE, varints(ring_commands(kept, LINE)) if kept else b""


def _rings(area: BaseGeometry) -> list[Whole]:
    """Outer ring clockwise as seen with y down, inner ones the other way, each without its closing point."""
    oriented = shapely.orient_polygons(np.array([area], dtype=object), exterior_cw=False)[0]
    rings = [_whole(shapely.get_coordinates(ring))[:-1] for ring in shapely.get_rings(oriented)]
    return [ring for ring in rings if len(ring) > 2]


def _whole(places: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> Whole:
    """Rounded to units, repeated vertices left out."""
    units: Whole = np.rint(places).astype(np.int64)
    kept = np.ones(len(units), dtype=bool)
    kept[1:] = (units[1:] != units[:-1]).any(axis=1)
    return units[kept]
