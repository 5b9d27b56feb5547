"""What meets at a point: each rule with cases that break it and neighbours that do not."""

import pytest

from gis.survey.model import Survey
from tests.gis.checks.surveys import Row, at, found, line, result, survey

DRAIN = {"major": "PS", "minor": "YS", "material": "T"}
Expected = list[tuple[str, str]]


def star(feature: str, arms: int, **more: object) -> tuple[list[Row], list[Row]]:
    """A point with so many arms, to all sides."""
    sides = [(30, 0), (-30, 0), (0, 30), (0, -30), (30, 30)]
    points = [at("X", feature=feature, **more), *(at(f"P{i}", *sides[i], feature="") for i in range(arms))]
    return points, [line("X", f"P{i}") for i in range(arms)]


@pytest.mark.parametrize(
    ("feature", "arms", "expected"),
    [
        ("三通", 3, []),
        ("三通", 2, [("X", "W")]),
        ("四通", 4, []),
        ("五通", 5, []),
        ("五通", 4, [("X", "W")]),
        ("弯头", 2, []),
        ("变径", 1, [("X", "W")]),
        ("直线点", 3, [("X", "W")]),
        ("终点", 1, []),
        ("预留口", 2, [("X", "W")]),
        ("多通", 5, []),
        ("三通", 0, []),
    ],
)
def test_a_point_joins_as_many_as_its_feature_says(feature: str, arms: int, expected: Expected) -> None:
    assert found("T1", survey(*star(feature, arms))) == expected


def test_connections_are_counted_within_a_kind_and_once_a_neighbour() -> None:
    points, lines = star("直线点", 2)
    other = [line("X", "Y", minor="XS")]
    assert found("T1", survey([*points, at("Y", 5, 5, minor="XS", feature="")], [*lines, *other])) == []
    assert found("T1", survey(points, [*lines, line("P0", "X")])) == []


@pytest.mark.parametrize(
    ("feature", "north", "depth", "expected"),
    [
        ("直线点", 0.0, 1.0, []),
        ("直线点", 5.2, 1.0, []),
        ("直线点", 5.4, 1.0, [("B", "I")]),
        ("转折点", 30.0, 1.0, []),
        ("转折点", 2.5, 1.0, [("B", "I")]),
        ("转折点", 2.7, 1.0, []),
        ("转折点", 0.0, 5.0, []),
        ("弯头", 0.0, 1.0, []),
    ],
)
def test_a_line_turns_where_a_point_says_so(feature: str, north: float, depth: float, expected: Expected) -> None:
    points = [at("A"), at("B", 30, feature=feature), at("C", 60, north)]
    assert found("T2", survey(points, [line("A", "B"), line("B", "C", end_depth=depth)])) == expected


def inline(middle: Row, first: Row, second: Row, **kind: object) -> Survey:
    """Two pipes through a point."""
    points = [at("A", feature=""), {**at("B", 30), **middle}, at("C", 60, feature="")]
    return survey(points, [line("A", "B", **first), line("B", "C", **second)], **kind)


SMALL = {"width": 100.0, "height": 100.0, "size_raw": "100"}
WIDE = {"width": 600.0, "height": 600.0, "size_raw": "600"}
WELL = {"feature": "", "appurtenance": "检查井"}


@pytest.mark.parametrize(
    ("middle", "first", "second", "kind", "expected"),
    [
        ({}, {}, {}, {}, []),
        ({}, SMALL, {}, {}, [("B", "W")]),
        ({"feature": "变径"}, SMALL, {}, {}, []),
        ({"feature": "变径"}, {}, {}, {}, [("B", "W")]),
        ({"feature": "变材"}, SMALL, {}, {}, []),
        (WELL, SMALL, {}, DRAIN, []),
        ({}, SMALL, {}, DRAIN, [("B", "W")]),
        ({}, SMALL, {}, {"major": "DL", "minor": "GD"}, []),
        ({}, {"width": None, "height": None}, {}, {}, []),
    ],
)
def test_sizes_change_at_reducers(middle: Row, first: Row, second: Row, kind: Row, expected: Expected) -> None:
    assert found("T3", inline(middle, first, second, **kind)) == expected


@pytest.mark.parametrize(
    ("middle", "first", "kind", "expected"),
    [
        ({}, {}, {}, []),
        ({}, {"material": "PE"}, {}, [("B", "W")]),
        ({"feature": "变材"}, {"material": "PE"}, {}, []),
        ({"feature": "变材"}, {}, {}, [("B", "W")]),
        (WELL, {"material": "PE"}, DRAIN, []),
        ({}, {"material": ""}, {}, []),
        ({}, {"material": "G"}, {"major": "TX", "minor": "XX"}, []),
    ],
)
def test_materials_change_where_a_point_says_so(middle: Row, first: Row, kind: Row, expected: Expected) -> None:
    assert found("T4", inline(middle, first, {}, **kind)) == expected


@pytest.mark.parametrize(
    ("up", "down", "middle", "expected"),
    [
        ("600", "600", WELL, []),
        ("600", "500", WELL, []),
        ("600", "450", WELL, [("B", "W")]),
        ("300", "600", WELL, []),
        ("600", "450", {"feature": "", "appurtenance": "溢流井"}, []),
    ],
)
def test_drains_do_not_narrow_downstream(up: str, down: str, middle: Row, expected: Expected) -> None:
    first, second = ({"size_raw": size, "width": float(size), "height": float(size)} for size in (up, down))
    assert found("T5", inline(middle, {**first, "flow": 1.0}, {**second, "flow": 1.0}, **DRAIN)) == expected


def test_without_a_flow_the_inverts_tell_which_way_is_down() -> None:
    deep = {"start_depth": 1.5, "end_depth": 2.0}
    assert found("T5", inline(WELL, {**WIDE, "end_depth": 1.5}, {**SMALL, **deep}, **DRAIN)) == [("B", "W")]
    assert found("T5", inline(WELL, {**SMALL, "end_depth": 1.5}, {**WIDE, **deep}, **DRAIN)) == []


@pytest.mark.parametrize(("size", "expected"), [(200.0, []), (300.0, []), (350.0, [("B", "W")]), (100.0, [])])
def test_a_size_does_not_jump(size: float, expected: Expected) -> None:
    first = {"width": size, "height": size}
    second = {"width": 200.0, "height": 200.0} if size != 100.0 else {"width": 150.0, "height": 150.0}
    assert found("T6", inline({"feature": "变径"}, first, second)) == expected


def test_parts_without_a_source_are_listed_but_the_largest() -> None:
    points = [at(name, 30.0 * i) for i, name in enumerate("ABCDEFG")]
    lines = [line("A", "B"), line("B", "C"), line("E", "D"), line("F", "G")]
    assert found("T7", survey(points, lines)) == [("E-D", "W"), ("F-G", "W")]
    fed = [*points[:3], at("D", 90, feature="", appurtenance="水源井"), *points[4:6], at("G", 180, feature="非普查")]
    assert found("T7", survey(fed, lines)) == []


@pytest.mark.parametrize(
    ("middle", "first", "second", "expected"),
    [
        ("YS", "YS", "YS", []),
        ("YS", "YS", "WS", [("B", "W")]),
        ("YS", "WS", "WS", [("B", "W")]),
        ("HS", "YS", "WS", []),
        ("HS", "HS", "WS", []),
    ],
)
def test_storm_and_foul_water_do_not_meet(middle: str, first: str, second: str, expected: Expected) -> None:
    points = [at("A", minor=first), at("B", 30, minor=middle), at("C", 60, minor=second)]
    lines = [line("A", "B", minor=first), line("B", "C", minor=second)]
    assert found("T8", survey(points, lines, **DRAIN)) == expected
    assert found("L3", survey(points, lines, **DRAIN)) == []


def test_a_survey_without_segments_has_nothing_that_meets() -> None:
    assert {result(f"T{i}", survey([at("A")])).reason for i in range(1, 9)} == {"no_segments"}
