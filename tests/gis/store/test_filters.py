"""CQL2 filters: what they find is what the same words mean, on both databases."""

import json
from collections.abc import Callable

import numpy as np
import shapely
from shapely.geometry import Point, box
from sqlalchemy import Connection

from gis.cql import json_filter, text_filter
from gis.store.contract import EVERYWHERE, Area, Filter, SpatialStore, Where
from tests.gis.store.conftest import FIRST, SECOND
from tests.gis.store.ground import SIDE, SOUTH, WEST, Ground

PROPERTIES = frozenset({"major", "minor", "material", "owner", "width", "size", "built_on", "start_depth", "note"})
WINDOW = box(WEST + 200, SOUTH + 300, WEST + 640, SOUTH + 700)
WKT = WINDOW.wkt
BBOX = "BBOX({}, {}, {}, {})".format(*WINDOW.bounds)
DISC = Point(WEST + SIDE / 2, SOUTH + SIDE / 2)
Mask = Callable[[Ground], np.ndarray]


def _text(name: str) -> Callable[[Ground], np.ndarray]:
    return lambda ground: ground.segments.text(name)


def _number(name: str) -> Callable[[Ground], np.ndarray]:
    return lambda ground: ground.segments.number(name)


material, owner, built = _text("material"), _text("owner"), _text("built_on")
width, depth = _number("width"), _number("start_depth")


def inside(ground: Ground) -> np.ndarray:
    """Which segments meet the window."""
    return np.asarray(shapely.intersects(ground.shapes, WINDOW))


MEANINGS: dict[str, Mask] = {
    "material = 'PE'": lambda g: material(g) == "PE",
    "'PE' = material": lambda g: material(g) == "PE",
    "material <> 'PE'": lambda g: (material(g) != "PE") & (material(g) != ""),
    "NOT material = 'PE'": lambda g: (material(g) != "PE") & (material(g) != ""),
    "material LIKE 'p%'": lambda g: material(g) == "pe80",
    "material LIKE 'PE__' OR material LIKE '_E'": lambda g: material(g) == "PE",
    "material LIKE '%*%'": lambda g: np.zeros(len(g.fids), dtype=bool),
    "CASEI(material) = CASEI('PE80')": lambda g: material(g) == "pe80",
    "material IN ('PE', '钢')": lambda g: (material(g) == "PE") | (material(g) == "钢"),
    "material IS NULL": lambda g: material(g) == "",
    "material IS NOT NULL AND width IS NULL": lambda g: (material(g) != "") & np.isnan(width(g)),
    "width > 100 AND width <= 300": lambda g: width(g) == 300,
    "300 >= width": lambda g: width(g) <= 300,
    "width BETWEEN 200 AND 700": lambda g: (width(g) >= 200) & (width(g) <= 700),
    "start_depth < 1 OR owner = '单位2'": lambda g: (depth(g) < 1) | (owner(g) == "单位2"),
    "built_on >= DATE('2005-01-01')": lambda g: built(g) >= "2005-01-01",
    "T_AFTER(built_on, DATE('1998-12-31'))": lambda g: built(g) > "1999",
    "T_BEFORE(built_on, TIMESTAMP('2005-01-01T00:00:00Z'))": lambda g: (built(g) != "") & (built(g) < "2000"),
    "T_INTERSECTS(built_on, INTERVAL('1998-06-01', '..'))": lambda g: (built(g) == "1998") | (built(g) > "2000"),
    "T_DURING(built_on, INTERVAL('1998-05-01', '1998-06-01'))": lambda g: built(g) == "1998-05-20",
    f"S_INTERSECTS(geometry, {WKT})": inside,
    f"S_INTERSECTS({BBOX}, geom)": inside,
    f"S_DISJOINT(geometry, {WKT})": lambda g: ~inside(g) & ~shapely.is_missing(g.shapes),
    f"NOT S_INTERSECTS(geometry, {WKT}) AND material = 'PE'": lambda g: (
        ~inside(g) & ~shapely.is_missing(g.shapes) & (material(g) == "PE")
    ),
    f"S_WITHIN(geometry, {WKT})": lambda g: shapely.within(g.shapes, WINDOW),
    f"S_CONTAINS({WKT}, geometry)": lambda g: shapely.within(g.shapes, WINDOW),
    f"S_CROSSES(geometry, {WKT})": lambda g: shapely.crosses(g.shapes, WINDOW),
    f"S_DWITHIN(geometry, {DISC.wkt}, 80)": lambda g: shapely.dwithin(g.shapes, DISC, 80),
    f"material = 'PE' AND S_INTERSECTS(geometry, {WKT})": lambda g: inside(g) & (material(g) == "PE"),
    f"material = 'PE' OR S_INTERSECTS(geometry, {WKT})": lambda g: inside(g) | (material(g) == "PE"),
    "TRUE": lambda g: np.ones(len(g.fids), dtype=bool),
}


def _found(store: SpatialStore, connection: Connection, asked: Filter) -> list[int]:
    found: list[int] = store.ids(connection, EVERYWHERE, Where([FIRST, SECOND], filter=asked)).tolist()
    return found


def test_filters_find_what_their_words_mean(store: SpatialStore, connection: Connection, ground: Ground) -> None:
    for written, meaning in MEANINGS.items():
        expected = ground.fids[np.asarray(meaning(ground), dtype=bool)].tolist()
        assert _found(store, connection, text_filter(written, PROPERTIES)) == expected, written


def test_a_filter_narrows_an_area(store: SpatialStore, connection: Connection, ground: Ground) -> None:
    asked = Where([FIRST, SECOND], filter=text_filter(f"S_INTERSECTS(geometry, {DISC.buffer(200).wkt})", PROPERTIES))
    both = inside(ground) & shapely.dwithin(ground.shapes, DISC, 199.9)
    found = store.ids(connection, Area(WINDOW), asked)
    assert set(ground.fids[both].tolist()) <= set(found.tolist()) <= set(ground.fids[inside(ground)].tolist())
    assert store.count(connection, Area(WINDOW), asked).number == len(found)


def test_json_says_the_same_as_text(store: SpatialStore, connection: Connection, ground: Ground) -> None:
    tree = {
        "op": "and",
        "args": [
            {"op": "in", "args": [{"property": "material"}, ["PE", "钢"]]},
            {"op": "s_intersects", "args": [{"property": "geometry"}, WINDOW.__geo_interface__]},
        ],
    }
    words = f"material IN ('PE', '钢') AND S_INTERSECTS(geometry, {WKT})"
    found = _found(store, connection, json_filter(json.dumps(tree), PROPERTIES))
    assert found == _found(store, connection, text_filter(words, PROPERTIES))


def test_geometry_is_brought_into_the_store_s_system(
    store: SpatialStore,
    connection: Connection,
    ground: Ground,
) -> None:
    moved = shapely.transform(WINDOW, lambda places: places - 1000.0)
    asked = text_filter(
        f"S_INTERSECTS(geometry, {moved.wkt})",
        PROPERTIES,
        place=lambda shape: shapely.transform(shape, lambda places: places + 1000.0),
    )
    assert _found(store, connection, asked) == ground.fids[inside(ground)].tolist()
