"""Areas: every shape in the store's plane, and a clear answer to each that is none."""

import contextlib
import math
import time
from collections.abc import Callable

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString

from gis.area import (
    Area,
    AreaError,
    Limits,
    buffer,
    circle,
    corridor,
    inside,
    placed,
    polygon,
    rectangle,
    union,
)  # fmt: skip
from gis.crs import display_transformer, transformer
from gis.profiles import CrsProfile, ProfileError

STORE = 4548
EAST, NORTH = 500_000.0, 3_520_000.0
SQUARE = [(EAST, NORTH), (EAST + 100, NORTH), (EAST + 100, NORTH + 100), (EAST, NORTH + 100)]


def around(corners: int) -> list[tuple[float, float]]:
    angles = np.linspace(0, 2 * math.pi, corners, endpoint=False)
    return list(zip(EAST + 1000 * np.cos(angles), NORTH + 1000 * np.sin(angles), strict=True))


def test_a_polygon_is_the_same_with_and_without_its_closing_point() -> None:
    open_one, closed = polygon(SQUARE, STORE), polygon([*SQUARE, SQUARE[0]], STORE)
    assert open_one.equals(closed)
    assert open_one.area == 10_000


def test_a_polygon_may_have_holes() -> None:
    hole = [(EAST + 10, NORTH + 10), (EAST + 20, NORTH + 10), (EAST + 20, NORTH + 20), (EAST + 10, NORTH + 20)]
    assert polygon(SQUARE, STORE, holes=[hole]).area == 9_900


def test_a_circle_a_corridor_and_a_buffer_have_their_size() -> None:
    assert circle(EAST, NORTH, 100, STORE).area == pytest.approx(math.pi * 100**2, rel=0.01)
    assert corridor(SQUARE[:2], 10, STORE).area == pytest.approx(100 * 20 + math.pi * 100, rel=0.01)
    road = [LineString(SQUARE[:2]), LineString(SQUARE[2:])]
    apart = buffer(road, 10, STORE)
    assert len(shapely.get_parts(apart)) == 2
    assert buffer(road, 60, STORE).geom_type == "Polygon"


def test_a_union_joins_what_touches() -> None:
    joined = union([polygon(SQUARE, STORE), circle(EAST + 100, NORTH, 10, STORE)], STORE)
    assert joined.geom_type == "Polygon"


def test_the_edges_of_a_rectangle_in_degrees_are_curved_in_the_plane() -> None:
    area = rectangle(117.2, 31.5, 118.0, 31.9, STORE, 4490)
    inner = transformer(4490, STORE).transform(117.6, 31.9 - 1e-5)
    outer = transformer(4490, STORE).transform(117.6, 31.9 + 1e-4)
    assert area.contains(shapely.Point(inner))
    assert not area.contains(shapely.Point(outer))


def test_a_rectangle_of_the_map_is_taken_from_its_own_projection() -> None:
    west, south = display_transformer(4490, 3857).transform(117.0, 31.8)
    area = rectangle(west, south, west + 1000, south + 1000, STORE, 3857)
    assert area.area == pytest.approx((1000 * math.cos(math.radians(31.8))) ** 2, rel=0.01)


def test_an_area_of_another_zone_is_moved_into_the_stores() -> None:
    east, north = transformer(STORE, 4549).transform(*np.array(SQUARE).T)
    area = polygon(np.column_stack([east, north]), STORE, 4549)
    assert area.symmetric_difference(polygon(SQUARE, STORE)).area < 0.1


def test_an_area_in_a_grid_of_the_office_is_moved_into_the_stores() -> None:
    grid = CrsProfile("grid", "four", STORE, {"east_shift": 450_000.0, "north_shift": 3_500_000.0})
    area = polygon([(east - 450_000, north - 3_500_000) for east, north in SQUARE], STORE, grid)
    assert area.symmetric_difference(polygon(SQUARE, STORE)).area < 1e-3


def test_an_area_of_another_datum_needs_parameters() -> None:
    with pytest.raises(ProfileError) as caught:
        polygon(SQUARE, STORE, 2437)
    assert caught.value.code == "needs_parameters"


def test_a_self_crossing_area_is_refused_with_the_place() -> None:
    with pytest.raises(AreaError) as caught:
        polygon([SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3]], STORE)
    assert caught.value.code == "crossing"
    assert caught.value.values == (EAST + 50, NORTH + 50)


REFUSED: list[tuple[str, Callable[[], Area]]] = [
    ("few_points", lambda: polygon(SQUARE[:2], STORE)),
    ("few_points", lambda: polygon([*SQUARE[:2], SQUARE[0]], STORE)),
    ("few_points", lambda: polygon([], STORE)),
    ("few_points", lambda: corridor(SQUARE[:1], 10, STORE)),
    ("empty", lambda: polygon([SQUARE[0], SQUARE[0], SQUARE[0], SQUARE[0]], STORE)),
    ("empty", lambda: polygon([(EAST, NORTH), (EAST + 1, NORTH + 1), (EAST + 2, NORTH + 2)], STORE)),
    ("empty", lambda: rectangle(EAST, NORTH, EAST, NORTH + 10, STORE)),
    ("empty", lambda: buffer([], 10, STORE)),
    ("empty", lambda: union([], STORE)),
    ("number", lambda: polygon([*SQUARE[:3], (math.nan, NORTH)], STORE)),
    ("number", lambda: polygon([*SQUARE[:3], (1e308, NORTH)], STORE)),
    ("number", lambda: polygon([*SQUARE[:3], (EAST, -math.inf)], STORE)),
    ("number", lambda: circle(math.nan, NORTH, 10, STORE)),
    ("distance", lambda: circle(EAST, NORTH, 0, STORE)),
    ("distance", lambda: circle(EAST, NORTH, math.nan, STORE)),
    ("distance", lambda: circle(EAST, NORTH, 1e308, STORE)),
    ("distance", lambda: corridor(SQUARE, -1, STORE)),
    ("outside", lambda: polygon([(2.3, 48.8), (2.4, 48.8), (2.4, 48.9)], STORE, 4326)),
    ("outside", lambda: polygon([(0, 0), (100, 0), (100, 100)], STORE)),
    ("too_large", lambda: rectangle(73, 18, 135, 53, STORE, 4490)),
    ("too_large", lambda: rectangle(-180, -90, 180, 90, STORE, 4326)),
    ("too_large", lambda: rectangle(-2_000_000, 2_000_000, 2_000_000, 6_000_000, STORE)),
    ("too_large", lambda: polygon(SQUARE, STORE, limits=Limits(square_metres=9_999))),
]


@pytest.mark.parametrize(("code", "make"), REFUSED)
def test_what_is_no_area_is_named(code: str, make: Callable[[], Area]) -> None:
    with pytest.raises(AreaError) as caught:
        make()
    assert caught.value.code == code


def test_a_polygon_of_a_hundred_thousand_corners_is_answered_at_once() -> None:
    corners = around(100_000)
    start = time.perf_counter()
    with pytest.raises(AreaError) as caught:
        polygon(corners, STORE)
    assert caught.value.values == (100_000, 20_000)
    assert time.perf_counter() - start < 1


def test_a_ring_that_touches_itself_is_refused_with_the_place() -> None:
    eight = [(0, 0), (10, 0), (10, 10), (5, 0), (0, 10)]
    with pytest.raises(AreaError) as caught:
        polygon([(EAST + x, NORTH + y) for x, y in eight], STORE)
    assert caught.value.code == "crossing"


def test_a_hole_outside_its_shell_is_invalid() -> None:
    with pytest.raises(AreaError) as caught:
        polygon(SQUARE, STORE, holes=[[(EAST + 200, NORTH), (EAST + 210, NORTH), (EAST + 210, NORTH + 10)]])
    assert caught.value.code == "invalid"


def test_a_line_is_no_area() -> None:
    with pytest.raises(AreaError):
        inside(LineString(SQUARE), STORE)


numbers = st.one_of(st.floats(allow_nan=True, allow_infinity=True), st.floats(400_000, 600_000), st.just(NORTH))


@given(st.lists(st.tuples(numbers, numbers), max_size=8))
def test_any_corners_are_a_sound_area_or_a_named_error(corners: list[tuple[float, float]]) -> None:
    for source in (None, 4490, 3857, 4549):
        with contextlib.suppress(AreaError):
            area = polygon(corners, STORE, source)
            assert area.is_valid
            assert placed(area, STORE).equals(area)
