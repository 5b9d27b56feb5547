"""Segments: each rule with cases that break it and neighbours that do not."""

import pytest
from shapely import LineString, Polygon

from tests.gis.checks.surveys import Row, at, found, line, result, survey

THREE = [at("A"), at("B", 30), at("C", 60)]
Expected = list[tuple[str, str]]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([line("A", "B")], []),
        ([line("A", "A")], [("A-A", "E")]),
        ([line("X", "X")], [("X-X", "E")]),
        ([line("", "")], []),
    ],
)
def test_a_segment_ends_elsewhere(lines: list[Row], expected: Expected) -> None:
    assert found("L1", survey(THREE, lines)) == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([line("A", "B"), line("B", "C")], []),
        ([line("A", "B"), line("A", "B")], [("A-B", "E"), ("A-B", "E")]),
        ([line("A", "B"), line("B", "A")], [("A-B", "E"), ("B-A", "E")]),
        ([line("A", "B"), line("B", "A", owner="another")], [("A-B", "W"), ("B-A", "W")]),
        ([line("A", "B"), line("A", "B", size_raw="300")], [("A-B", "W"), ("A-B", "W")]),
        ([line("X", "Y"), line("X", "Y")], []),
    ],
)
def test_a_segment_stands_once(lines: list[Row], expected: Expected) -> None:
    assert found("L2", survey(THREE, lines)) == expected


@pytest.mark.parametrize(
    ("segment", "expected"),
    [
        (line("A", "B"), []),
        (line("A", "X"), [("A-X", "E")]),
        (line("X", "Y"), [("X-Y", "E"), ("X-Y", "E")]),
        (line("A", ""), []),
        (line("A", "B", minor="XS"), []),
        (line("A", "B", major="RQ", minor="TR"), [("A-B", "E"), ("A-B", "E")]),
        (line("A", "B", minor=""), []),
    ],
)
def test_the_ends_of_a_segment_are_there(segment: Row, expected: Expected) -> None:
    assert found("L3", survey(THREE, [segment])) == expected


@pytest.mark.parametrize(
    ("length", "more", "expected"),
    [
        (75.0, {}, []),
        (75.001, {}, [("A-B", "W")]),
        (150.0, {}, [("A-B", "W")]),
        (150.001, {}, [("A-B", "E")]),
        (500.0, {"burial": "DG"}, []),
        (500.0, {"burial": "SX"}, []),
        (500.0, {"kind_note": "定向钻"}, []),
        (500.0, {"burial_raw": "水平定向钻"}, []),
    ],
)
def test_a_segment_is_not_too_long(length: float, more: Row, expected: Expected) -> None:
    assert found("L5", survey([at("A"), at("B", length)], [line("A", "B", **more)])) == expected


@pytest.mark.parametrize(
    ("length", "burial", "expected"),
    [(0.05, "ZM", []), (0.049, "ZM", [("A-B", "W")]), (0.0, "ZM", [("A-B", "W")]), (0.02, "JN", [])],
)
def test_a_segment_is_not_too_short(length: float, burial: str, expected: Expected) -> None:
    assert found("L6", survey([at("A"), at("B", length)], [line("A", "B", burial=burial)])) == expected


@pytest.mark.parametrize(
    ("points", "lines", "expected"),
    [
        (THREE, [line("A", "B"), line("B", "C")], []),
        (THREE, [line("A", "B")], [("A-B", "W")]),
        ([at("A", feature="非普查"), at("B", 30)], [line("A", "B")], []),
    ],
)
def test_a_segment_joins_others(points: list[Row], lines: list[Row], expected: Expected) -> None:
    assert found("L7", survey(points, lines)) == expected


def test_a_lone_segment_may_leave_the_area() -> None:
    area = Polygon([(-50, -50), (30.5, -50), (30.5, 50), (-50, 50)])
    wider = area.buffer(100)
    lone = survey(THREE[:2], [line("A", "B")])
    assert found("L7", lone, area=area) == []
    assert found("L7", lone, area=wider) == [("A-B", "W")]


CROSS = [at("A", -10), at("B", 10), at("C", 0, -10), at("D", 0, 10)]


@pytest.mark.parametrize(
    ("points", "lines", "expected"),
    [
        (CROSS, [line("A", "B"), line("C", "D")], [("A-B", "W")]),
        (CROSS, [line("A", "B"), line("C", "D", start_depth=1.31, end_depth=1.31)], []),
        (CROSS, [line("A", "B"), line("C", "D", start_depth=1.29, end_depth=1.29)], [("A-B", "W")]),
        (CROSS, [line("A", "B"), line("C", "D", start_depth=None)], [("A-B", "W")]),
        (CROSS, [line("A", "B"), line("A", "D")], []),
        (CROSS, [line("A", "B"), line("C", "D", burial="JN")], []),
        ([*CROSS[:2], at("C", 0, 1), at("D", 0, 10)], [line("A", "B"), line("C", "D")], []),
    ],
)
def test_pipes_of_a_kind_cross_in_a_point(points: list[Row], lines: list[Row], expected: Expected) -> None:
    assert found("L8", survey(points, lines)) == expected


def test_pipes_of_different_kinds_cross_without_a_point() -> None:
    points = [*CROSS[:2], at("C", 0, -10, minor="XS"), at("D", 0, 10, minor="XS")]
    assert found("L8", survey(points, [line("A", "B"), line("C", "D", minor="XS")])) == []


def test_a_crossing_is_shown_where_it_is() -> None:
    crossing = next(result("L8", survey(CROSS, [line("C", "D"), line("B", "A")])).findings.rows())
    assert (crossing.element, crossing.other) == ("B-A", "C-D")
    assert (crossing.x, crossing.y) == (0.0, 0.0)


def test_a_line_does_not_cross_itself() -> None:
    loop = LineString([(0, 0), (10, 0), (10, 10), (5, -5)])
    bent = LineString([(0, 0), (10, 0), (10, 10), (5, 5)])
    points = [at("A"), at("B", 5, -5)]
    assert found("L8", survey(points, [line("A", "B", geometry=loop)])) == [("A-B", "W")]
    assert found("L8", survey(points, [line("A", "B", geometry=bent)])) == []


@pytest.mark.parametrize(
    ("point", "expected"),
    [
        (at("X", 30, 0.09), [("X", "W")]),
        (at("X", 30, 0.11), []),
        (at("X", 30, 0.09, minor="XS"), []),
        (at("X", 30, 0.09, feature="井边点"), []),
        (at("X", 60.05, 0.0), []),
        (at("X", float("nan"), 0.0), []),
    ],
)
def test_a_point_on_a_pipe_splits_it(point: Row, expected: Expected) -> None:
    assert found("L9", survey([at("A"), at("C", 60), point], [line("A", "C")])) == expected


@pytest.mark.parametrize(
    ("told", "expected"), [(30.0, []), (30.1, []), (30.101, [("A-B", "I")]), (29.0, [("A-B", "I")]), (50.0, [])]
)
def test_the_length_told_is_the_plan_or_the_slanting_one(told: float, expected: Expected) -> None:
    sloping = line("A", "B", length_given=told, start_depth=1.0, end_depth=41.0)
    assert found("L10", survey(THREE, [sloping])) == expected


def test_lengths_that_nobody_told_cannot_be_compared() -> None:
    assert result("L10", survey(THREE, [line("A", "B")])).reason == "no_lengths"


@pytest.mark.parametrize(
    ("edge", "lines", "expected"),
    [
        (at("E", 1, feature="井边点"), [], [("E", "W")]),
        (at("E", 1, feature="井边点"), [line("E", "A", burial="JN")], []),
        (at("E", 1, feature="井边点", offset_no="A"), [], []),
        (at("E", 1, feature="井边点", offset_no="gone"), [], [("E", "W")]),
        (at("E", 1), [], []),
    ],
)
def test_the_edge_of_a_chamber_is_tied_to_its_cover(edge: Row, lines: list[Row], expected: Expected) -> None:
    assert found("L11", survey([at("A"), edge], lines)) == expected


def test_lines_that_lie_over_each_other_everywhere_are_not_compared_one_by_one() -> None:
    points = [at(f"P{i}", 9 - i * 0.001 if i % 2 else i * 0.001, (i % 2) * 50.0) for i in range(9000)]
    lines = [line(f"P{i}", f"P{i + 1}") for i in range(0, 9000, 2)]
    assert result("L8", survey(points, lines)).reason == "too_dense"
