"""The store's tiles: from the rows themselves, and thinned from afar."""

import numpy as np
import pytest
import shapely
from sqlalchemy import Connection

from gis.crs import WEB_MERCATOR, display_transformer
from gis.store.contract import EVERYWHERE, SpatialStore, Where
from gis.store.marks import POINT_MARKS, SEGMENT_MARKS
from gis.store.overview import EXTENT
from gis.tiles import HALF_WORLD, tile_fit
from tests.gis.mvt import read_tile
from tests.gis.store.conftest import FIRST, SECOND
from tests.gis.store.ground import CRS, SIDE, SOUTH, WEST, Ground

BOTH = Where([FIRST, SECOND])


def _tile(z: int, east: float = WEST + SIDE / 2, north: float = SOUTH + SIDE / 2) -> tuple[int, int, int]:
    x, y = display_transformer(CRS, WEB_MERCATOR).transform(east, north)
    size = 2 * HALF_WORLD / 2**z
    return z, int((x + HALF_WORLD) // size), int((HALF_WORLD - y) // size)


@pytest.mark.parametrize("z", [14, 15, 16, 18])
def test_a_tile_holds_the_segments_that_meet_it(
    store: SpatialStore, connection: Connection, ground: Ground, z: int
) -> None:
    tile = _tile(z)
    layers = read_tile(store.tile(connection, *tile, BOTH))
    drawn = {feature.fid for feature in layers["segment"].features}
    fit = tile_fit(CRS, *tile)
    units = [_units(fit, shape) for shape in ground.shapes]
    sure = shapely.box(0, 0, 4096, 4096)
    perhaps = shapely.box(-258, -258, 4354, 4354)
    certain = {int(fid) for fid, line in zip(ground.fids, units, strict=True) if line and _long(line, sure)}
    possible = {int(fid) for fid, line in zip(ground.fids, units, strict=True) if line and line.intersects(perhaps)}
    assert certain
    assert certain <= drawn <= possible


def _long(line: shapely.LineString, tile: shapely.Polygon) -> bool:
    return bool(line.intersection(tile).length > 3)


def _units(fit: object, shape: shapely.LineString | None) -> shapely.LineString | None:
    if shape is None:
        return None
    return shapely.transform(shape, lambda places: fit.apply(places[:, 0], places[:, 1]))  # type: ignore[attr-defined]


def test_lines_are_drawn_where_they_lie(store: SpatialStore, connection: Connection, ground: Ground) -> None:
    tile = _tile(15)
    fit = tile_fit(CRS, *tile)
    shapes = dict(zip(ground.fids.tolist(), ground.shapes, strict=True))
    for feature in read_tile(store.tile(connection, *tile, BOTH))["segment"].features:
        assert feature.fid is not None
        drawn, exact = shapely.MultiLineString(feature.parts), _units(fit, shapes[feature.fid])
        assert exact is not None
        assert drawn.hausdorff_distance(exact.intersection(shapely.box(-256, -256, 4352, 4352))) < 3


def test_a_tile_says_what_labels_and_styles_need(store: SpatialStore, connection: Connection, ground: Ground) -> None:
    layers = read_tile(store.tile(connection, *_tile(16), BOTH))
    segments = {feature.fid: feature.attributes for feature in layers["segment"].features}
    assert set().union(*segments.values()) <= set(SEGMENT_MARKS)
    assert set().union(*(feature.attributes for feature in layers["point"].features)) <= set(POINT_MARKS)
    for row, fid in enumerate(ground.fids.tolist()):
        if fid not in segments:
            continue
        one = ground.segments.row(row)
        assert segments[fid].get("material", "") == one["material"]
        assert (segments[fid]["major"], segments[fid]["minor"]) == (one["major"], one["minor"])
        depths = [depth for depth in (one["start_depth"], one["end_depth"]) if not np.isnan(depth)]
        assert segments[fid]["depth"] == pytest.approx(sum(depths) / len(depths), abs=0.0051)


def test_points_are_drawn_from_z16(store: SpatialStore, connection: Connection, ground: Ground) -> None:
    assert "point" not in read_tile(store.tile(connection, *_tile(15), BOTH))
    assert read_tile(store.tile(connection, *_tile(16), BOTH))["point"].features


def test_hidden_kinds_are_in_no_tile(store: SpatialStore, connection: Connection, ground: Ground) -> None:
    for version in (FIRST, SECOND):
        store.build_overview(connection, version)
    hiding = Where([FIRST, SECOND], hidden=[("PS", ""), ("DL", "GD")])
    for z in (3, 10, 13, 14, 16):
        layers = read_tile(store.tile(connection, *_tile(z), hiding))
        majors = {one.attributes["major"] for layer in layers.values() for one in layer.features}
        assert majors == {"JS", "RQ"}


@pytest.mark.parametrize("z", [7, 9, 11, 13])
def test_from_afar_every_line_is_near_one_that_was_stored(
    store: SpatialStore, connection: Connection, ground: Ground, z: int
) -> None:
    store.build_overview(connection, FIRST)
    tile = _tile(z)
    layer = read_tile(store.tile(connection, *tile, Where([FIRST], kinds=[("JS", "JP")])))["segment"]
    (feature,) = layer.features
    assert layer.extent == EXTENT
    size = 2 * HALF_WORLD / 2**z / EXTENT
    ours = ground.shapes[(ground.segments.columns["version_id"] == FIRST) & (ground.segments.text("minor") == "JP")]
    exact = shapely.transform(
        ours, lambda places: np.stack(display_transformer(CRS, WEB_MERCATOR).transform(*places.T), axis=1)
    )
    _, x, y = tile
    origin = x * EXTENT * size - HALF_WORLD, HALF_WORLD - y * EXTENT * size
    drawn = shapely.MultiLineString(
        [[(origin[0] + (u + 0.5) * size, origin[1] - (v + 0.5) * size) for u, v in part] for part in feature.parts]
    )
    near = shapely.MultiLineString(list(exact)).buffer(3 * size)
    assert near.covers(drawn)


def test_from_afar_a_version_that_is_not_asked_for_is_not_there(
    store: SpatialStore, connection: Connection, ground: Ground
) -> None:
    assert store.build_overview(connection, FIRST) > 0
    assert store.tile(connection, *_tile(12), Where([SECOND])) == b""
    ended = store.ids(connection, EVERYWHERE, Where([FIRST]))
    store.end(connection, ended, "2020-01-01")
    assert store.build_overview(connection, FIRST) == 0
    assert store.tile(connection, *_tile(12), BOTH) == b""


def test_a_tile_far_away_or_outside_the_world_is_empty(
    store: SpatialStore, connection: Connection, ground: Ground
) -> None:
    for tile in ((14, 13_300, 6_600), (14, 20_000, 1), (3, 8, 0), (25, 1, 1), (-1, 0, 0), (16, -1, 5)):
        assert store.tile(connection, *tile, BOTH) == b""
