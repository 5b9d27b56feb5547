"""Vector tiles as programs find them: TileJSON, and the one tile matrix set (OGC API Tiles)."""

from typing import Any

from archives.pipelines.api.collections import collections
from archives.pipelines.api.systems import EPSG
from gis.crs import WEB_MERCATOR

MATRIX_SET = "WebMercatorQuad"
MATRIX_SET_URI = f"http://www.opengis.net/def/tilematrixset/OGC/1.0/{MATRIX_SET}"
DEEPEST = 20
"""The last zoom that is offered; a map draws the tiles of it larger beyond."""
HALF = 20_037_508.342789244
"""Half the side of the world in Web Mercator, metres."""
TILE = 256
METRES_PER_PIXEL = 0.00028
"""The size of a pixel that OGC reckons scales with."""
VECTOR = "application/vnd.mapbox-vector-tile"
POINTS_FROM = 16


def tilejson(template: str, bounds: tuple[float, float, float, float], title: str) -> dict[str, Any]:
    """The TileJSON 3 of all pipelines; `template` has {z}, {x} and {y}."""
    return {
        "tilejson": "3.0.0",
        "name": title,
        "scheme": "xyz",
        "tiles": [template],
        "minzoom": 0,
        "maxzoom": DEEPEST,
        "bounds": list(bounds),
        "vector_layers": [
            {
                "id": one.layer,
                "description": one.title,
                "fields": dict.fromkeys(("major", "minor"), "String"),
                "minzoom": 0 if one.layer == "segment" else POINTS_FROM,
                "maxzoom": DEEPEST,
            }
            for one in collections()
        ],
    }


def matrix_set() -> dict[str, Any]:
    """The pyramid of tiles around the world."""
    return {
        "id": MATRIX_SET,
        "title": "Google Maps Compatible for the World",
        "uri": MATRIX_SET_URI,
        "crs": EPSG.format(WEB_MERCATOR),
        "orderedAxes": ["X", "Y"],
        "tileMatrices": [_matrix(zoom) for zoom in range(DEEPEST + 1)],
    }


def _matrix(zoom: int) -> dict[str, Any]:
    cell = 2 * HALF / TILE / 2**zoom
    return {
        "id": str(zoom),
        "scaleDenominator": cell / METRES_PER_PIXEL,
        "cellSize": cell,
        "cornerOfOrigin": "topLeft",
        "pointOfOrigin": [-HALF, HALF],
        "tileWidth": TILE,
        "tileHeight": TILE,
        "matrixWidth": 2**zoom,
        "matrixHeight": 2**zoom,
    }
