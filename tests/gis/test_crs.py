"""Coordinates: values known from the definition of the zones, every way of writing them, and what is refused."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj.exceptions import ProjError

from gis.crs import CGCS2000, CoordinateError, parse_coordinates, transformer, zone_by_meridian, zone_by_number

PLACE = (117.225, 31.805556)


@pytest.mark.parametrize(
    "written",
    [
        "117.225, 31.805556",
        "31.805556 117.225",
        "117.225°E，31.805556°N",
        "东经117.225° 北纬31.805556°",
        "117°13′30″, 31°48′20″",
        "117°13'30\" 31°48'20\"",
        "117度13分30秒；31度48分20秒",
        "N31:48:20 E117:13:30",
        "经度：１１７．２２５　纬度：３１．８０５５５６",
        (117.225, 31.805556),
        ("31.805556", "117.225"),
    ],
)
def test_degrees_are_read_however_they_are_written(written: str | tuple[object, object]) -> None:
    assert parse_coordinates(written) == pytest.approx(PLACE, abs=1e-6)


def test_the_origin_of_a_zone_lies_on_its_meridian() -> None:
    place = parse_coordinates("X=4000000 Y=500000", zone_by_meridian(117))
    assert place == pytest.approx((117.0, 36.13029292), abs=1e-8)


@pytest.mark.parametrize(
    "written",
    [
        "3542289.447, 594495.262 CM117",
        "X=3542289.447 Y=594495.262，中央子午线117°",
        "3542289.447, 39594495.262",
        "39594495.262 3542289.447",
        ("3542289.447", 39594495.262),
    ],
)
def test_projected_coordinates_are_read_with_short_and_long_easting(written: str | tuple[object, object]) -> None:
    assert parse_coordinates(written) == pytest.approx((118.0, 32.0), abs=1e-7)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("", "unreadable"),
        ("somewhere", "unreadable"),
        ("117.2", "unreadable"),
        ("117.2, 31.8, 12", "unreadable"),
        ("nan, nan", "unreadable"),
        ((float("nan"), 31.8), "unreadable"),
        ((float("inf"), 31.8), "unreadable"),
        ("-117.2, 31.8", "unreadable"),
        ("117°61′00″, 31°00′00″", "angle"),
        ("2.35, 48.85", "outside"),
        ("117.2, 3542289", "mixed"),
        ("3542289, 594495", "zone_needed"),
        ("3542289, 12594495", "zone"),
        ("3542289, 594495 CM118", "zone"),
        ("12345678, 87654321", "range"),
    ],
)
def test_what_cannot_be_used_is_named(written: str | tuple[object, object], code: str) -> None:
    with pytest.raises(CoordinateError) as caught:
        parse_coordinates(written)
    assert caught.value.code == code


def test_a_zone_number_must_agree_with_the_reference_system() -> None:
    with pytest.raises(CoordinateError) as caught:
        parse_coordinates("3542289.447, 39594495.262", zone_by_number(40))
    assert caught.value.code == "zone"


def test_a_shift_between_datums_is_refused_rather_than_guessed() -> None:
    with pytest.raises(ProjError):
        transformer(4214, CGCS2000).transform(109.0, 38.0, errcheck=True)


@given(st.floats(73.7, 134.9), st.floats(18.0, 53.5))
def test_a_place_survives_its_zone(longitude: float, latitude: float) -> None:
    zone = round(longitude / 3)
    east, north = transformer(CGCS2000, zone_by_number(zone)).transform(longitude, latitude)
    place = parse_coordinates(f"{north:.4f}, {east:.4f}")
    assert place == pytest.approx((longitude, latitude), abs=1e-7)


@given(st.text(max_size=60))
def test_any_text_is_a_place_in_china_or_a_named_error(text: str) -> None:
    with contextlib.suppress(CoordinateError):
        place = parse_coordinates(text)
        assert 73 <= place.longitude <= 136
        assert 3 <= place.latitude <= 54
