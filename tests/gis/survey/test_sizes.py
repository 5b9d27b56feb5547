"""管径 as it is written: diameters, sections, ducts, cables, and what is none of them."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.survey.sizes import LARGEST_MM, Size, parse_size, size_columns

NONE = math.nan


@pytest.mark.parametrize(
    ("text", "width", "height", "shape", "holes", "cables"),
    [
        ("300", 300, 300, "circle", NONE, NONE),
        ("DN300", 300, 300, "circle", NONE, NONE),
        ("dn 300", 300, 300, "circle", NONE, NONE),
        ("De110", 110, 110, "circle", NONE, NONE),
        ("Φ200", 200, 200, "circle", NONE, NONE),
        ("φ200", 200, 200, "circle", NONE, NONE),
        ("￠600", 600, 600, "circle", NONE, NONE),
        ("d300", 300, 300, "circle", NONE, NONE),
        ("Ｄ５００", 500, 500, "circle", NONE, NONE),
        ("HDN1200", 1200, 1200, "circle", NONE, NONE),
        ("800mm", 800, 800, "circle", NONE, NONE),
        ("400X300", 400, 300, "rect", NONE, NONE),
        ("400*300", 400, 300, "rect", NONE, NONE),
        ("400×300", 400, 300, "rect", NONE, NONE),
        ("￠600X400", 600, 400, "rect", NONE, NONE),
        ("16孔", NONE, NONE, "ducts", 16, NONE),
        ("1孔1根", NONE, NONE, "ducts", 1, 1),
        ("1孔 1根", NONE, NONE, "ducts", 1, 1),
        ("12孔/3根", NONE, NONE, "ducts", 12, 3),
        ("400X300/16孔", 400, 300, "ducts", 16, NONE),
        ("16孔(4X4)", NONE, NONE, "ducts", 16, NONE),
        ("4×DN100", 100, 100, "ducts", 4, NONE),
        ("2-Φ110", 110, 110, "ducts", 2, NONE),
        ("3根", NONE, NONE, "", NONE, 3),
        ("", NONE, NONE, "", NONE, NONE),
    ],
)
def test_sizes_are_read_as_they_are_written(
    text: str, width: float, height: float, shape: str, holes: float, cables: float
) -> None:
    size, doubt = parse_size(text)
    assert doubt is None
    np.testing.assert_equal(tuple(size), (width, height, shape, holes, cables))


@pytest.mark.parametrize(
    ("text", "reason", "severity"),
    [
        ("0.3", "metres", "W"),
        ("1.2×1.5", "metres", "W"),
        ("4*4", "arrangement", "W"),
        ("0", "zero", "W"),
        ("/", "stroke", "I"),
        ("abc", "not_a_size", ""),
        ("48芯", "not_a_size", ""),
        ("1e308", "not_a_size", ""),
        ("99999999", "too_large", ""),
    ],
)
def test_sizes_in_doubt_say_why(text: str, reason: str, severity: str) -> None:
    _, doubt = parse_size(text)
    assert doubt is not None
    assert (doubt.rule, doubt.reason, doubt.severity) == ("F3", reason, severity)


def test_small_decimals_are_metres() -> None:
    assert parse_size("0.6×0.4")[0][:2] == (600, 400)


@given(st.integers(10, LARGEST_MM), st.integers(10, LARGEST_MM), st.sampled_from("xX*×"))
def test_a_section_keeps_its_width_and_height(width: int, height: int, sign: str) -> None:
    assert parse_size(f"{width}{sign}{height}") == (Size(width, height, "rect"), None)


@given(st.sampled_from(["", "DN", "dn", "De", "Φ", "d", "HDN"]), st.integers(10, LARGEST_MM))
def test_a_circle_is_as_high_as_wide(sign: str, diameter: int) -> None:
    size, _ = parse_size(f"{sign}{diameter}")
    assert size.width == size.height == diameter


@given(st.lists(st.one_of(st.none(), st.text(max_size=12), st.integers(), st.floats())))
def test_no_cell_breaks_a_column_of_sizes(cells: list[object]) -> None:
    sizes = size_columns(cells)
    assert len(sizes.width) == len(cells)
    assert (np.isnan(sizes.width) | ((sizes.width >= 0) & (sizes.width <= LARGEST_MM))).all()
