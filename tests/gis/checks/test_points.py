"""Points: each rule with cases that break it and neighbours that do not."""

import numpy as np
import pytest
from shapely import Polygon

from gis.checks import standard
from tests.gis.checks.surveys import Row, at, found, line, result, survey

PAIR = [at("A"), at("B", 30)]


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        ([at("A"), at("B", 30)], []),
        ([at("A"), at("A", 30)], [("A", "E"), ("A", "E")]),
        ([at("A"), at("A", feature="三通")], [("A", "E"), ("A", "E")]),
        ([at("A"), at("A", 0.0004)], [("A", "I")]),
        ([at("A"), at("A"), at("A")], [("A", "I"), ("A", "I")]),
        ([at("A"), at("A", 30, minor="XS")], []),
        ([at(""), at("", 30)], []),
    ],
)
def test_a_number_stands_once_in_a_kind(points: list[Row], expected: list[tuple[str, str]]) -> None:
    assert found("P1", survey(points)) == expected


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        ([at("A"), at("B", 0.05)], [("A", "E")]),
        ([at("A"), at("B", 0.051)], []),
        ([at("A"), at("B", minor="XS")], [("A", "W")]),
        ([at("A"), at("B", feature="井边点")], []),
        ([at("A"), at("B", feature="", appurtenance="一井多盖")], []),
        ([at("A"), at("B"), at("C"), at("D")], [("A", "E"), ("B", "E"), ("C", "E")]),
        ([at("A"), at("B", float("nan"))], []),
    ],
)
def test_two_points_do_not_share_a_place(points: list[Row], expected: list[tuple[str, str]]) -> None:
    assert found("P2", survey(points)) == expected


def test_points_that_a_link_inside_the_chamber_ties_may_share_a_place() -> None:
    assert found("P2", survey([at("A"), at("B", 0.03)], [line("A", "B", burial="JN")])) == []


def test_a_thousand_points_in_one_place_are_found_in_a_row() -> None:
    points = [at(f"A{i:04}") for i in range(1000)]
    assert len(found("P2", survey(points))) == 999


@pytest.mark.parametrize(
    ("points", "lines", "expected"),
    [
        (PAIR, [line("A", "B")], []),
        ([*PAIR, at("C", 60)], [line("A", "B")], [("C", "W")]),
        ([*PAIR, at("C", 60)], [line("A", "B"), line("C", "nowhere")], []),
        ([*PAIR, at("C", 60, feature="", appurtenance="信号灯")], [line("A", "B")], []),
    ],
)
def test_a_point_has_a_segment(points: list[Row], lines: list[Row], expected: list[tuple[str, str]]) -> None:
    assert found("P3", survey(points, lines)) == expected
    assert found("L4", survey(points, lines)) == expected


@pytest.mark.parametrize(
    ("point", "expected"),
    [
        (at("A"), []),
        (at("A", feature="", appurtenance="阀门"), []),
        (at("A", feature="", appurtenance=""), [("A", "E")]),
        (at("A", feature="三通", appurtenance="阀门"), [("A", "W")]),
    ],
)
def test_a_point_is_a_feature_or_an_appurtenance(point: Row, expected: list[tuple[str, str]]) -> None:
    assert found("P4", survey([point])) == expected


def test_map_numbers_are_compared_where_the_office_asks_for_it() -> None:
    rules = {**standard(), "P5": standard()["P5"].__class__("I")}
    points = [at("A", map_no="A"), at("B", 30, map_no="7"), at("C", 60, map_no="")]
    assert result("P5", survey(points)).reason == "inactive"
    assert found("P5", survey(points), rules=rules) == [("B", "I")]
    assert result("P5", survey(PAIR), rules=rules).reason == "no_map_numbers"


CITY = [at(f"C{i}", 500_000.0 + 30 * i, 3_500_000.0) for i in range(4)]


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        (CITY, []),
        (PAIR, []),
        ([*CITY, at("X", 3_500_000.0, 500_000.0)], [("X", "swapped")]),
        ([*CITY, at("X", 39_500_000.0, 3_500_000.0)], [("X", "zone")]),
        ([*CITY, at("X", 117.2, 31.8)], [("X", "")]),
        ([*CITY, at("X", 1e308, 3_500_000.0)], [("X", "")]),
        ([*CITY, at("X", 0.0, 0.0)], [("X", "")]),
        ([*CITY, at("X", float("inf"), 3_500_000.0)], []),
        ([at("X", 117.2, 31.8), at("Y", 117.3, 31.9)], [("X", "degrees"), ("Y", "degrees")]),
        ([at("X", 31.8, 117.2)], [("X", "degrees")]),
    ],
)
def test_coordinates_lie_where_the_others_lie(points: list[Row], expected: list[tuple[str, str]]) -> None:
    rows = result("P6", survey(points)).findings.rows()
    assert [(finding.element, finding.case) for finding in rows] == expected


def test_coordinates_lie_in_the_extent_or_the_area_that_is_given() -> None:
    points = survey([at("A"), at("B", 200.0), at("C", 120.0), at("D", 5.0, 60.0)])
    assert [element for element, _ in found("P6", points, extent=(-10.0, -10.0, 100.0, 10.0))] == ["B", "C", "D"]
    area = Polygon([(-10, -10), (90, -10), (90, 10), (-10, 10)])
    assert [element for element, _ in found("P6", points, area=area)] == ["B"]


def test_swapped_axes_are_recognised_by_the_extent() -> None:
    rows = result("P6", survey([at("A", 3000.0, 50.0)]), extent=(0.0, 2900.0, 100.0, 3100.0)).findings.rows()
    assert [finding.case for finding in rows] == ["swapped"]


ROW = [at(f"H{i}", 10.0 * i) for i in range(6)]


@pytest.mark.parametrize(
    ("height", "expected"),
    [(10.0, None), (13.0, None), (13.1, ""), (0.0, "filler"), (999.0, "filler"), (-200.0, "range"), (9000.0, "range")],
)
def test_a_ground_height_is_like_those_around(height: float, expected: str | None) -> None:
    points = [*ROW[:3], at("X", 25.0, ground_z=height), *ROW[3:]]
    cases = [(finding.element, finding.case) for finding in result("P7", survey(points)).findings.rows()]
    assert cases == ([] if expected is None else [("X", expected)])


def test_a_ground_height_far_from_all_others_is_compared_with_none() -> None:
    assert found("P7", survey([*ROW, at("X", 500.0, ground_z=40.0)])) == []


def test_ground_heights_that_nobody_filled_cannot_be_compared() -> None:
    assert result("P7", survey([at("A", ground_z=np.nan)])).reason == "no_ground_heights"


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        ([at("A"), at("B", 0.199)], [("A", "W")]),
        ([at("A"), at("B", 0.2)], []),
        ([at("A"), at("B")], []),
        ([at("A"), at("B", 0.1, minor="XS")], []),
        ([at("A"), at("B", 0.1, feature="井边点")], []),
    ],
)
def test_points_of_a_kind_keep_their_distance(points: list[Row], expected: list[tuple[str, str]]) -> None:
    assert found("P8", survey(points)) == expected
