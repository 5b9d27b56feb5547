"""Which area an outline is of, what must be told of a file, and what simplifying must not do."""

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from archives.facilities.boundaries.drafts import BoundaryDraft, check_boundaries
from archives.facilities.boundaries.matching import Registered, matching
from archives.facilities.boundaries.shaping import BoundaryError, in_degrees, outlines
from gis.crs import CGCS2000, transformer
from tests.facilities.boundaries.outlines import square

PROVINCE = Registered(1, "510000", "某省", None)
FIRST, SECOND = Registered(2, "510100", "甲市", 1), Registered(3, "510200", "乙市", 1)
TWIN, OTHER_TWIN = Registered(4, "510301", "城区", 1), Registered(5, "510401", "城区", 1)
REGISTER = (PROVINCE, FIRST, SECOND, TWIN, OTHER_TWIN)


@pytest.mark.parametrize(
    ("value", "code", "problem"),
    [
        ("510100", "510100", ""),
        ("510100.0", "510100", ""),
        ("510100000000", "510100", ""),
        ("5101", "510100", ""),
        ("51", "510000", ""),
        ("５１０１００", "510100", ""),
        ("甲市", "510100", ""),
        (" 甲 市 ", "510100", ""),
        ("城区", "", "boundary.several"),
        ("丁市", "", "boundary.unknown"),
        ("", "", "boundary.empty"),
    ],
)
def test_an_outline_is_matched_by_code_or_name(value: str, code: str, problem: str) -> None:
    found = matching([value], [True], REGISTER)
    assert [one.code if one else "" for one in found.areas] == [code]
    assert [one.code for one in found.problems] == ([problem] if problem else [])


def test_every_fault_is_told_with_its_row() -> None:
    found = matching(["510100", "乙市", "甲市", "", "x"], [True, False, True, True, True], REGISTER)
    assert [(one.code, one.place.row) for one in found.problems] == [
        ("boundary.shape", 2),
        ("boundary.again", 3),
        ("boundary.empty", 4),
        ("boundary.unknown", 5),
    ]
    assert [one.code for one in found.matched] == ["510100"]
    assert [one.code for one in found.missing] == ["510000", "510200", "510301", "510401"]


@pytest.mark.parametrize(
    ("number", "reason", "fault"),
    [
        ("GS(2024)0650号", "", ""),
        ("川S【2024】00012号", "", ""),
        ("国审字（2023）第00123号", "", ""),
        ("", "仅供内部使用", ""),
        ("", "", "review_number.missing"),
        ("无", "", "review_number.signs"),
        ("12345678", "", "review_number.signs"),
        ("GS(2024)0650号", "内部使用", "no_review_reason.both"),
    ],
)
def test_the_review_number_or_a_reason_is_told(number: str, reason: str, fault: str) -> None:
    draft = BoundaryDraft(source="某局", review_number=number, no_review_reason=reason)
    assert [one.code for one in check_boundaries(draft)] == ([fault] if fault else [])


def shapes(*given_shapes: shapely.Geometry) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    return np.array(given_shapes, dtype=np.object_)


def test_planes_become_degrees_and_degrees_stay() -> None:
    wanted = square(103, 30)
    assert in_degrees(shapes(wanted), "EPSG:4326")[0].equals(wanted)
    road = transformer(CGCS2000, 4542)
    plane = shapely.transform(wanted, lambda places: np.stack(road.transform(places[:, 0], places[:, 1]), axis=1))
    assert in_degrees(shapes(plane), "EPSG:4542")[0].equals_exact(wanted, 1e-7)


@pytest.mark.parametrize(
    ("shape", "system", "code"),
    [
        (square(103, 30), "", "unknown"),
        (square(103, 30), "http://example.com/crs", "unknown"),
        (square(103, 30), "+proj=longlat +nadgrids=/etc/passwd", "unknown"),
        (square(103, 30), "EPSG:999999", "unknown"),
        (square(103, 30), "EPSG:4214", "datum"),
        (square(3, 30), "EPSG:4490", "outside"),
        (square(103, 30), "EPSG:4542", "outside"),
    ],
)
def test_a_system_that_cannot_be_is_refused(shape: shapely.Polygon, system: str, code: str) -> None:
    with pytest.raises(BoundaryError) as refused:
        in_degrees(shapes(shape), system)
    assert refused.value.code == code


def bent(east: float) -> list[tuple[float, float]]:
    """A border from south to north that winds."""
    steps = np.linspace(0, 1, 600)
    return list(zip((east + 0.05 * np.sin(steps * np.pi * 9)).tolist(), (30 + steps).tolist(), strict=True))


@settings(max_examples=25)
@given(st.integers(2, 4), st.floats(100, 101))
def test_neighbours_keep_their_common_edges(side: int, west: float) -> None:
    borders = [bent(west + at) for at in range(side + 1)]
    cells = [shapely.Polygon([*left, *reversed(right)]) for left, right in pairwise(borders)]
    found = outlines(shapes(*cells), list(range(side)), dict.fromkeys(range(side)))
    together = [found[at] for at in range(side)]
    assert shapely.coverage_is_valid(np.array(together, dtype=np.object_))
    assert all(one.is_valid for one in together)
    assert sum(one.area for one in together) == pytest.approx(sum(one.area for one in cells), rel=0.01)
    assert sum(map(shapely.get_num_coordinates, together)) < sum(map(shapely.get_num_coordinates, cells)) / 2


def test_a_place_that_is_no_number_is_refused_and_nothing_is_left_alone() -> None:
    ring = np.array([[103, 30], [104, 30], [104, np.inf], [103, 30]])
    with pytest.raises(BoundaryError):
        in_degrees(shapes(shapely.Polygon(ring)), "EPSG:4490")
    assert len(in_degrees(shapes(), "EPSG:4490")) == 0
    assert in_degrees(shapes(shapely.Polygon()), "EPSG:4490")[0].is_empty


def test_what_encloses_nothing_has_no_outline() -> None:
    flat = shapely.Polygon([(100, 30), (101, 30), (100, 30)])
    assert list(outlines(shapes(flat, square(103, 30)), [1, 2], {1: None, 2: None})) == [2]


def test_a_broken_outline_is_mended_and_parts_are_joined() -> None:
    bow = shapely.Polygon([(100, 30), (101, 31), (101, 30), (100, 31)])
    found = outlines(shapes(bow, square(103, 30), square(104, 30)), [1, 2, 2], {1: None, 2: None})
    assert found[1].is_valid
    assert found[1].area == pytest.approx(0.5)
    assert found[2].area == pytest.approx(2)
    assert found[2].geom_type == "Polygon"
