"""Clashes, buildings, neighbours and check points: cases that break each rule and neighbours that do not."""

import pytest
from shapely import Polygon, box

from gis.survey.model import Survey
from tests.gis.checks.surveys import Row, at, found, frame, line, result, survey

CROSS = [at("A", -10), at("B", 10), at("C", 0, -10, minor="XS"), at("D", 0, 10, minor="XS")]
Expected = list[tuple[str, str]]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({}, [("A-B", "W")]),
        ({"start_depth": 1.14, "end_depth": 1.14}, [("A-B", "W")]),
        ({"start_depth": 1.16, "end_depth": 1.16}, []),
        ({"start_depth": 1.14, "end_depth": 1.14, "width": 180.0, "height": 180.0}, [("A-B", "W")]),
        ({"start_depth": 1.3, "end_depth": 1.3, "width": 2000.0}, []),
        ({"burial": "JN"}, []),
        ({"start_depth": None, "end_depth": None}, []),
    ],
)
def test_two_pipes_are_not_in_one_place(cells: Row, expected: Expected) -> None:
    assert found("G1", survey(CROSS, [line("A", "B"), line("C", "D", minor="XS", **cells)])) == expected


@pytest.mark.parametrize(("apart", "expected"), [(0.14, [("A-B", "W")]), (0.16, []), (5.0, [])])
def test_pipes_side_by_side_keep_their_sections_apart(apart: float, expected: Expected) -> None:
    points = [at("A"), at("B", 30), at("C", 10, apart, minor="XS"), at("D", 50, apart, minor="XS")]
    assert found("G1", survey(points, [line("A", "B"), line("C", "D", minor="XS")])) == expected


def test_pipes_that_meet_in_a_point_do_not_clash() -> None:
    points = [at("A", -10), at("B", 0), at("C", 10)]
    assert found("G1", survey(points, [line("A", "B"), line("B", "C")])) == []


def test_a_pipe_in_a_tunnel_does_not_clash_with_it() -> None:
    tunnel = {"major": "QT", "minor": "ZH"}
    points = [at("A", -10), at("B", 10), at("C", -9, 0.1, **tunnel), at("D", 9, 0.1, **tunnel)]
    wide = line("C", "D", width=3000.0, height=2500.0, start_depth=3.0, end_depth=3.0, burial="ZH", **tunnel)
    inside = {"start_depth": 1.5, "end_depth": 1.5}
    assert found("G1", survey(points, [line("A", "B", burial="ZH", **inside), wide])) == []
    assert found("G1", survey(points, [{**line("A", "B"), **inside}, {**wide, "major": "PS", "minor": "YS"}])) == []


@pytest.mark.parametrize(("lacking", "reason"), [("start_depth", "no_heights"), ("width", "no_sizes")])
def test_clashes_need_heights_and_sections(lacking: str, reason: str) -> None:
    cells = {"start_depth": None, "end_depth": None} if lacking == "start_depth" else {"width": None}
    assert result("G1", survey(CROSS, [line("A", "B", **cells)])).reason == reason


HOUSE = box(10, -5, 20, 5)


@pytest.mark.parametrize(
    ("buildings", "expected"),
    [
        ([HOUSE], [("A-B", "W")]),
        ([box(10, 1, 20, 5)], []),
        ([box(10, -5, 11, 5)], []),
        ([box(10, -5, 11.01, 5)], [("A-B", "W")]),
        ([], []),
    ],
)
def test_no_pipe_lies_under_a_building(buildings: list[Polygon], expected: Expected) -> None:
    assert found("G2", survey([at("A"), at("B", 30)], [line("A", "B")]), buildings=buildings) == expected


def test_what_runs_overhead_may_cross_a_building() -> None:
    assert found("G2", survey([at("A"), at("B", 30)], [line("A", "B", burial="JK")]), buildings=[HOUSE]) == []


def stored(east: float, **cells: object) -> Survey:
    """What was surveyed before, from a point on to the east."""
    return survey([at("S1", east), at("S2", east + 30)], [line("S1", "S2", **cells)])


@pytest.mark.parametrize(
    ("east", "cells", "expected"),
    [
        (30.0, {}, []),
        (30.05, {}, []),
        (30.051, {}, [("distance", "E")]),
        (30.6, {}, []),
        (30.0, {"size_raw": "300"}, [("size_raw", "W")]),
        (30.0, {"material": "PE"}, [("material", "W")]),
        (30.0, {"start_depth": 1.15}, []),
        (30.0, {"start_depth": 1.16}, [("depth", "W")]),
        (30.0, {"minor": "XS"}, []),
    ],
)
def test_the_survey_meets_its_neighbour(east: float, cells: Row, expected: Expected) -> None:
    rows = result("G3", survey([at("A"), at("B", 30)], [line("A", "B")]), neighbours=stored(east, **cells))
    assert [(found.column or "distance", found.severity) for found in rows.findings.rows()] == expected


def test_only_points_of_the_same_kind_meet() -> None:
    other = survey([at("S1", 30.2), at("S2", 60)], [line("S1", "S2")], minor="XS")
    assert found("G3", survey([at("A"), at("B", 30)], [line("A", "B")]), neighbours=other) == []


@pytest.mark.parametrize(
    ("checked", "cases"),
    [
        ([at("A", 0.05), at("B", 29.95)], []),
        ([at("A", 0.06), at("B", 29.95)], [""]),
        ([at("A", 0.0), at("B", 30.12)], ["", "gross"]),
        ([at("A", 0.0, ground_z=10.05), at("B", 30, ground_z=9.98)], ["height"]),
        ([at("A", 0.0, ground_z=10.07), at("B", 30, ground_z=10.0)], ["gross_height", "height"]),
        ([at("A", 0.0, minor="XS"), at("B", 30.0)], []),
    ],
)
def test_the_survey_is_as_exact_as_it_should_be(checked: list[Row], cases: list[str]) -> None:
    points = frame(checked, major="", minor="")
    rows = result("G4", survey([at("A"), at("B", 30)]), check_points=points).findings.rows()
    assert sorted(found.case for found in rows) == cases


def test_a_check_of_points_that_are_not_there_checks_nothing() -> None:
    checked = frame([at("X")], major="", minor="")
    assert result("G4", survey([at("A")]), check_points=checked).reason == "no_check_points"


@pytest.mark.parametrize(
    ("rule", "reason"), [("G2", "no_buildings"), ("G3", "no_neighbours"), ("G4", "no_check_points")]
)
def test_without_what_lies_around_a_rule_says_so(rule: str, reason: str) -> None:
    outcome = result(rule, survey([at("A"), at("B", 30)], [line("A", "B")]))
    assert (outcome.state, outcome.reason, len(outcome.findings)) == ("not_applicable", reason, 0)
