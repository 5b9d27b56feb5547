"""The invented city's ground: inside its extent, the same every time, in order, and falling to the river."""

import numpy as np
import pytest
import shapely

from archives.demo import blocks, streets
from archives.demo.place import LATITUDES, LONGITUDES, STREETS
from archives.demo.streets import bent, ground
from gis.crs import CGCS2000, transformer, zone_by_meridian
from gis.frame import Frame

LAYERS = blocks.base_layers()


def test_the_zone_is_that_of_the_city() -> None:
    assert zone_by_meridian(108) == streets.EPSG


@pytest.mark.parametrize("layer", LAYERS)
def test_every_layer_lies_inside_the_extent_of_the_city(layer: str) -> None:
    corners = shapely.get_coordinates(LAYERS[layer].columns["geometry"])
    longitude, latitude = transformer(streets.EPSG, CGCS2000).transform(*corners.T)
    assert LONGITUDES[0] < longitude.min() < longitude.max() < LONGITUDES[1]
    assert LATITUDES[0] < latitude.min() < latitude.max() < LATITUDES[1]


@pytest.mark.parametrize("layer", LAYERS)
def test_shapes_are_valid_and_named(layer: str) -> None:
    frame = LAYERS[layer]
    assert len(frame) > 1
    assert shapely.is_valid(frame.columns["geometry"]).all()
    assert all(frame.text("name"))


def test_the_same_city_is_made_again() -> None:
    again = blocks.base_layers()
    for name, frame in LAYERS.items():
        assert shapely.equals_exact(frame.columns["geometry"], again[name].columns["geometry"], 0).all()
        assert frame.text("name").tolist() == again[name].text("name").tolist()


def test_streets_keep_their_names_and_none_is_called_like_another() -> None:
    columns, rows = streets.city()
    names = [*map(streets.column_name, columns), *map(streets.row_name, rows)]
    assert len(names) == len(set(names))
    assert len(set(STREETS) & set(names)) == len(STREETS)


def test_far_streets_of_the_bench_have_names_of_their_own() -> None:
    names = [*map(streets.column_name, range(-60, 61)), *map(streets.row_name, range(-60, 61))]
    assert len(names) == len(set(names))


def test_buildings_stand_in_blocks_and_off_streets_and_water() -> None:
    buildings = LAYERS["building"].columns["geometry"]
    inside = shapely.union_all(LAYERS["block"].columns["geometry"]).buffer(0.5)
    shapely.prepare(inside)
    assert shapely.covers(inside, buildings).all()
    for layer in ("road", "water"):
        tree = shapely.STRtree(LAYERS[layer].columns["geometry"])
        assert tree.query(buildings, predicate="intersects").shape[1] == 0


def test_buildings_do_not_overlap() -> None:
    buildings = LAYERS["building"].columns["geometry"]
    first, second = shapely.STRtree(buildings).query(buildings, predicate="intersects")
    assert (first == second).all()


def test_only_bridges_cross_the_river() -> None:
    river = LAYERS["water"].columns["geometry"][0]
    lines: Frame = LAYERS["road_line"]
    crossing = shapely.crosses(lines.columns["geometry"], river)
    assert 10 < crossing.sum() < 20
    assert (lines.columns["rank"][crossing] > streets.LOCAL).all()


def test_the_ground_falls_to_the_river_and_eastward() -> None:
    u, v = np.meshgrid(np.arange(-5000.0, 5000.0, 50), np.arange(100.0, 4800.0, 50))
    assert (ground(u, v + 50) > ground(u, v)).all()
    assert (ground(u, -v - 50) > ground(u, -v)).all()
    assert (ground(u + 50, v) < ground(u, v)).all()


def test_bending_keeps_lengths_within_a_tenth() -> None:
    u, v = np.meshgrid(np.arange(-5000.0, 5000.0, 100), np.arange(-4800.0, 4800.0, 100))
    for step in ((10.0, 0.0), (0.0, 10.0)):
        (east0, north0), (east1, north1) = bent(u, v), bent(u + step[0], v + step[1])
        assert np.abs(np.hypot(east1 - east0, north1 - north0) / 10 - 1).max() < 0.1


def test_chance_is_even_and_the_same_for_the_same_keys() -> None:
    drawn = streets.chance(np.arange(100_000), 7)
    assert (drawn == streets.chance(np.arange(100_000), 7)).all()
    assert abs(drawn.mean() - 0.5) < 0.005
    assert 0 <= drawn.min() < drawn.max() < 1
