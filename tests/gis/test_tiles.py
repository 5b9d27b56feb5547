"""Vector tiles: a reader of its own reads back what is encoded; places fall where an exact projection puts them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.crs import WEB_MERCATOR, CoordinateError, display_transformer
from gis.tiles import (
    BUFFER,
    EXTENT,
    HALF_WORLD,
    LINE,
    POINT,
    Layer,
    clipped,
    coded,
    coded_numbers,
    encode,
    encoded_layer,
    tile_fit,
    varint_sizes,
    varints,
)
from tests.gis.mvt import read_tile

UNITS = st.integers(-100_000, 100_000)
LINES = st.lists(st.lists(st.tuples(UNITS, UNITS), min_size=2, max_size=5), min_size=1, max_size=20)
PIXEL = EXTENT / 512
"""Units of a pixel, where a tile is drawn 512 pixels wide."""


def _layer(lines: list[list[tuple[int, int]]]) -> Layer:
    places = np.array([place for line in lines for place in line], dtype=np.int64)
    starts = np.concatenate([[0], np.cumsum([len(line) for line in lines])])
    fids = np.arange(len(lines)) * 1000 + 7
    words = coded([("", "钢", "PE")[row % 3] for row in range(len(lines))])
    depths = coded_numbers(np.array([np.nan if row % 4 == 1 else row / 8 for row in range(len(lines))]), 3)
    return Layer("segment", LINE, fids, places, starts, {"material": words, "depth": depths})


@given(LINES)
def test_lines_are_read_back_as_they_were_drawn(lines: list[list[tuple[int, int]]]) -> None:
    layer = read_tile(encode([_layer(lines)]))["segment"]
    assert (layer.version, layer.extent) == (2, EXTENT)
    assert [feature.parts for feature in layer.features] == [[line] for line in lines]
    assert [feature.fid for feature in layer.features] == [row * 1000 + 7 for row in range(len(lines))]


@given(LINES)
def test_attributes_are_read_back_and_nothing_is_left_out_but_nothing(lines: list[list[tuple[int, int]]]) -> None:
    for row, feature in enumerate(read_tile(encode([_layer(lines)]))["segment"].features):
        material = {"material": ("", "钢", "PE")[row % 3]} if row % 3 else {}
        depth = {} if row % 4 == 1 else {"depth": row / 8}
        assert feature.attributes == material | depth


def test_points_are_read_back() -> None:
    places = np.array([[0, 0], [4095, 17], [-3, 9]])
    layer = Layer("point", POINT, np.array([1, 2, 3]), places, np.arange(4))
    features = read_tile(encode([layer]))["point"].features
    assert [feature.parts for feature in features] == [[[(0, 0)]], [[(4095, 17)]], [[(-3, 9)]]]


def test_a_tile_without_features_is_empty() -> None:
    nothing = np.empty(0, dtype=np.int64)
    layer = Layer("point", POINT, nothing, nothing.reshape(0, 2), np.zeros(1, dtype=np.int64))
    assert encode([layer]) == b""
    assert encoded_layer("segment", []) == b""


@given(st.lists(st.integers(0, 2**35 - 1)))
def test_numbers_take_as_many_bytes_as_they_need(numbers: list[int]) -> None:
    given_numbers = np.array(numbers, dtype=np.int64)
    expected = b"".join(_varint(number) for number in numbers)
    assert varints(given_numbers) == expected
    assert int(varint_sizes(given_numbers).sum()) == len(expected)


def _varint(number: int) -> bytes:
    groups = [number & 0x7F]
    while number := number >> 7:
        groups[-1] |= 0x80
        groups.append(number & 0x7F)
    return bytes(groups)


@pytest.mark.parametrize(("z", "x", "y"), [(14, 13524, 6646), (16, 54097, 26587), (18, 216390, 106349)])
def test_a_place_falls_within_a_twentieth_of_a_pixel(z: int, x: int, y: int) -> None:
    fit = tile_fit(4548, z, x, y)
    west, south, east, north = fit.bounds
    rng = np.random.default_rng(z)
    places = rng.uniform(west, east, 2000), rng.uniform(south, north, 2000)
    exact = _exact(z, x, y, *places)
    assert np.abs(fit.apply(*places) - exact).max() < 0.001
    a, b, d, e, right, up = fit.affine()
    inside = ((exact >= 0) & (exact <= EXTENT)).all(axis=1)
    flat = np.stack([a * places[0] + b * places[1] + right, EXTENT - (d * places[0] + e * places[1] + up)], axis=1)
    assert np.abs(flat - exact)[inside].max() < 0.05 * PIXEL


def _exact(z: int, x: int, y: int, east: np.ndarray, north: np.ndarray) -> np.ndarray:
    right, up = display_transformer(4548, WEB_MERCATOR).transform(east, north)
    size = 2 * HALF_WORLD / 2**z
    return EXTENT * np.stack([(right + HALF_WORLD) / size - x, (HALF_WORLD - up) / size - y], axis=1)


def test_a_city_grid_has_no_tiles() -> None:
    with pytest.raises(CoordinateError) as refused:
        tile_fit(2414, 14, 13524, 6646)
    assert refused.value.code == "display"


PLACE = st.tuples(*[st.floats(-3 * EXTENT, 4 * EXTENT, allow_nan=False)] * 2)


@given(PLACE, PLACE)
def test_a_line_is_cut_at_the_edge_and_nowhere_else(start: tuple[float, float], end: tuple[float, float]) -> None:
    line = np.array([[start, end]])
    (cut,), (meets,) = clipped(line)
    if not meets:
        inside = [all(-BUFFER <= at <= EXTENT + BUFFER for at in place) for place in (start, end)]
        assert not any(inside)
        return
    assert (cut >= -BUFFER - 0.01).all()
    assert (cut <= EXTENT + BUFFER + 0.01).all()
    for place, kept in zip((start, end), cut, strict=True):
        if all(-BUFFER <= at <= EXTENT + BUFFER for at in place):
            assert kept == pytest.approx(place, abs=0.01)
