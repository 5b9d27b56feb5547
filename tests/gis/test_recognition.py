"""What two columns of coordinates are: told by size, asked about, never changed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gis.crs import transformer
from gis.frame import Number
from gis.profiles import CrsProfile, Reference, of_epsg
from gis.recognition import in_order, recognise

GENERATOR = np.random.default_rng(7)
NORTH = 3_520_000 + GENERATOR.uniform(-3000, 3000, 400)
EAST = 512_000 + GENERATOR.uniform(-3000, 3000, 400)
LONG = EAST + 39_000_000
LONGITUDE, LATITUDE = transformer(4548, 4490).transform(EAST, NORTH)
GRID = CrsProfile("grid", "four", 4548, {"north_shift": 3.5e6, "east_shift": 4.5e5})


def with_row(column: Number, at: int, value: float) -> Number:
    changed = column.copy()
    changed[at] = value
    return changed


@pytest.mark.parametrize(
    ("first", "second", "crs", "digits", "questions"),
    [
        (NORTH, EAST, 4548, "short", ()),
        (NORTH, LONG, 4527, "long", ()),
        (LATITUDE, LONGITUDE, 4490, "degrees", ()),
        (EAST, NORTH, 4548, "short", ("swap",)),
        (LONG, NORTH, 4527, "long", ("swap",)),
        (LONGITUDE, LATITUDE, 4490, "degrees", ("swap",)),
        (NORTH, LONG, 4548, "long", ("zone",)),
        (NORTH, EAST, 4527, "short", ("zone",)),
        (NORTH, LONG, 4528, "long", ("zone",)),
        (NORTH, EAST + 300_000, 4548, "short", ("zone",)),
        (LATITUDE, LONGITUDE, 4548, "degrees", ("degrees",)),
        (NORTH, EAST, 4490, "short", ("degrees",)),
        (NORTH - 3_500_000, EAST - 450_000, 4548, "city", ("city_grid",)),
        (NORTH - 3_500_000, EAST - 450_000, GRID, "city", ()),
        (NORTH, EAST, GRID, "short", ()),
        (np.full(3, np.nan), np.full(3, np.nan), 4548, "unknown", ("unknown",)),
        (np.full(3, 1e308), np.full(3, 1e308), 4548, "unknown", ("unknown",)),
        (np.array([]), np.array([]), 4548, "unknown", ("unknown",)),
    ],
)
def test_columns_are_told_by_their_size(
    first: Number, second: Number, crs: Reference, digits: str, questions: tuple[str, ...]
) -> None:
    found = recognise(first, second, crs)
    assert found.digits == digits
    assert tuple(code for code in found.questions if code != "outliers") == questions


def test_a_profile_that_puts_east_first_is_not_swapped() -> None:
    profile = CrsProfile("east first", "epsg", 4548, axes="east_north")
    assert recognise(EAST, NORTH, profile).questions == ()
    assert recognise(NORTH, EAST, profile).questions == ("swap",)


def test_the_zone_and_the_code_that_would_agree_are_said() -> None:
    found = recognise(NORTH, LONG, 4548)
    assert (found.zone, found.suggested) == (39, 4527)
    assert recognise(NORTH, EAST, 4527).suggested == 4548
    assert recognise(NORTH, EAST + 20_000_000, of_epsg(4548)).suggested == 4498
    assert recognise(NORTH, EAST + 20_000_000, 2437).suggested == 21420
    assert recognise(LATITUDE, LONGITUDE, 4548).suggested == 4490
    assert recognise(NORTH, EAST, 4548).suggested is None


def test_eastings_with_and_without_a_zone_are_mixed() -> None:
    found = recognise(NORTH, with_row(EAST, 7, LONG[7]), 4548)
    assert found.digits == "mixed"
    assert "mixed" in found.questions
    assert np.flatnonzero(found.outliers).tolist() == [7]


def test_eastings_of_two_zones_are_mixed() -> None:
    found = recognise(NORTH, with_row(LONG, 3, LONG[3] + 1_000_000), 4527)
    assert found.questions == ("mixed",)
    assert np.flatnonzero(found.outliers).tolist() == [3]


def test_degrees_beside_metres_are_mixed() -> None:
    found = recognise(with_row(NORTH, 0, LATITUDE[0]), with_row(EAST, 0, LONGITUDE[0]), 4548)
    assert found.questions == ("mixed",)


def test_single_rows_that_are_swapped_are_marked() -> None:
    first, second = with_row(NORTH, 5, EAST[5]), with_row(EAST, 5, NORTH[5])
    found = recognise(first, second, 4548)
    assert found.questions == ("swap_some",)
    assert np.flatnonzero(found.outliers).tolist() == [5]


def test_points_of_another_city_are_outliers() -> None:
    found = recognise(with_row(NORTH, 9, NORTH[9] + 150_000), with_row(EAST, 11, EAST[11] + 90_000), 4548)
    assert found.questions == ("outliers",)
    assert np.flatnonzero(found.outliers).tolist() == [9, 11]


def test_numbers_that_are_no_coordinates_are_outliers_and_missing_ones_are_not() -> None:
    found = recognise(with_row(NORTH, 2, np.nan), with_row(EAST, 4, 1e308), 4548)
    assert found.questions == ("outliers",)
    assert np.flatnonzero(found.outliers).tolist() == [4]


def test_a_city_of_forty_kilometres_has_no_outliers() -> None:
    wide = GENERATOR.uniform(-20_000, 20_000, (2, 2000))
    assert recognise(3_520_000 + wide[0], 500_000 + wide[1], 4548).questions == ()


def test_columns_are_put_in_order_when_the_axes_are_agreed_on() -> None:
    east, north = in_order(NORTH, EAST, "north_east")
    assert east is EAST
    assert north is NORTH


anything = arrays(
    np.float64, 6, elements=st.one_of(st.floats(), st.sampled_from([3.52e6, 5.12e5, 39.5e6, 117.0, 31.8]))
)


@given(anything, anything, st.sampled_from([4548, 4527, 4490, GRID]))
def test_any_numbers_are_recognised_and_left_as_they_are(first: Number, second: Number, crs: Reference) -> None:
    before = first.copy(), second.copy()
    found = recognise(first, second, crs)
    assert np.array_equal(before, (first, second), equal_nan=True)
    assert not (found.outliers & ~(np.isfinite(first) & np.isfinite(second))).any()
    assert bool(found.questions) or not found.outliers.any()
