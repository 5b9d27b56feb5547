"""Depths, elevations and slopes: each rule with cases that break it and neighbours that do not."""

import pytest

from gis.checks import standard
from tests.gis.checks.surveys import Row, at, found, line, result, survey

PAIR = [at("A"), at("B", 30)]
THREE = [at("A"), at("B", 30), at("C", 60)]
DRAIN = {"major": "PS", "minor": "YS", "material": "T"}
Expected = list[tuple[str, str]]


def drain(start_depth: float, end_depth: float, flow: float | None = 1.0, **more: object) -> Row:
    """A drain from A to B."""
    return line("A", "B", start_depth=start_depth, end_depth=end_depth, flow=flow, **more)


@pytest.mark.parametrize(
    ("z", "expected"),
    [(9.0, []), (9.02, []), (8.98, []), (9.021, [("A-B", "E")]), (8.979, [("A-B", "E")]), (None, [])],
)
def test_ground_is_elevation_and_depth_to_the_millimetre(z: float | None, expected: Expected) -> None:
    assert found("D1", survey(PAIR, [line("A", "B", start_z=z, end_z=9.0)])) == expected


def test_the_limit_of_two_centimetres_is_no_matter_of_floating_point() -> None:
    ground = [at(f"P{i}", 30 * i, ground_z=round(7.03 + 0.37 * i, 3)) for i in range(200)]
    lines = []
    for i in range(199):
        start, end = 7.03 + 0.37 * i, 7.03 + 0.37 * (i + 1)
        lines.append(line(f"P{i}", f"P{i + 1}", start_z=round(start - 1.02, 3), end_z=round(end - 0.98, 3)))
    assert found("D1", survey(ground, lines)) == []


def test_depths_without_elevations_cannot_be_compared() -> None:
    assert result("D1", survey(PAIR, [line("A", "B")])).reason == "no_heights"


@pytest.mark.parametrize(
    ("segment", "expected"),
    [
        (line("A", "B"), []),
        (line("A", "B", start_depth=0.1), []),
        (line("A", "B", start_depth=0.09), [("A-B", "W")]),
        (line("A", "B", start_depth=8.0), []),
        (line("A", "B", start_depth=8.01), [("A-B", "W")]),
        (line("A", "B", start_depth=30.0, burial="DG"), []),
        (line("A", "B", start_depth=30.1, burial="DG"), [("A-B", "W")]),
        (line("A", "B", start_depth=-2.0), [("A-B", "W")]),
        (line("A", "B", start_depth=-2.0, burial="JK"), []),
        (line("A", "B", start_depth=0.0, burial="DM"), []),
        (line("A", "B", start_depth=float("inf")), []),
    ],
)
def test_a_depth_is_likely(segment: Row, expected: Expected) -> None:
    assert found("D2", survey(PAIR, [segment])) == expected


def test_drains_may_lie_deeper() -> None:
    assert found("D2", survey(PAIR, [drain(11.9, 12.0)], **DRAIN)) == []
    assert found("D2", survey(PAIR, [drain(12.1, 12.0)], **DRAIN)) == [("A-B", "W")]


def test_a_cable_that_goes_up_a_pole_has_a_negative_depth_there() -> None:
    points = [at("A", feature="上杆"), at("B", 30)]
    assert found("D2", survey(points, [line("A", "B", start_depth=-6.0)])) == []


@pytest.mark.parametrize(
    ("point", "depth", "kind", "expected"),
    [
        (at("B", 30), 1.3, {}, []),
        (at("B", 30), 1.301, {}, [("B", "W")]),
        (at("B", 30, feature="变深"), 2.0, {}, []),
        (at("B", 30, feature="上杆"), -5.0, {}, []),
        (at("B", 30), 2.0, DRAIN, []),
        (at("B", 30), 2.001, DRAIN, [("B", "W")]),
        (at("B", 30, feature="", appurtenance="跌水井"), 4.0, DRAIN, []),
    ],
)
def test_what_meets_in_a_point_meets_at_one_height(point: Row, depth: float, kind: Row, expected: Expected) -> None:
    lines = [line("A", "B"), line("B", "C", start_depth=depth, end_depth=depth)]
    assert found("D3", survey([at("A"), point, at("C", 60)], lines, **kind)) == expected


@pytest.mark.parametrize(
    ("segment", "expected"),
    [
        (drain(1.0, 1.1), []),
        (drain(1.02, 1.0), []),
        (drain(1.021, 1.0), [("A-B", "W")]),
        (drain(1.1, 1.0), [("A-B", "W")]),
        (drain(1.101, 1.0), [("A-B", "E")]),
        (drain(1.0, 1.3, flow=-1.0), [("A-B", "E")]),
        (drain(1.3, 1.0, flow=None), []),
        (drain(1.3, 1.0, flow=0.0), []),
        (drain(1.3, 1.0, kind_note="压力管"), []),
        (drain(1.3, 1.0, burial="JN"), []),
    ],
)
def test_a_drain_falls_the_way_it_flows(segment: Row, expected: Expected) -> None:
    points = [at("A", feature="起点"), at("B", 30, feature="出水口")]
    assert found("D4", survey(points, [segment], **DRAIN)) == expected


def test_a_siphon_rises_again() -> None:
    points = [at("A", feature="倒虹管"), at("B", 30, feature="出水口")]
    assert found("D4", survey(points, [drain(3.0, 1.0)], **DRAIN)) == []


@pytest.mark.parametrize(
    ("middle", "flows", "expected"),
    [
        ("直线点", (1.0, 1.0), []),
        ("直线点", (1.0, -1.0), [("B", "sink")]),
        ("出水口", (1.0, -1.0), []),
        ("直线点", (-1.0, 1.0), [("B", "spring")]),
        ("起点", (-1.0, 1.0), []),
    ],
)
def test_water_does_not_end_or_begin_in_the_middle(
    middle: str, flows: tuple[float, float], expected: list[tuple[str, str]]
) -> None:
    points = [at("A", feature="出水口"), at("B", 30, feature=middle), at("C", 60, feature="出水口")]
    level = [line("A", "B", flow=flows[0]), line("B", "C", flow=flows[1])]
    rows = result("D4", survey(points, level, **DRAIN)).findings.rows()
    assert [(finding.element, finding.case) for finding in rows] == expected


def test_a_survey_without_drains_has_nothing_that_flows() -> None:
    water = survey(PAIR, [line("A", "B")])
    assert {result(rule, water).reason for rule in ("D4", "T5", "T8")} == {"no_drains"}


@pytest.mark.parametrize(
    ("end_depth", "more", "expected"),
    [
        (1.0, {}, []),
        (6.28, {}, []),
        (6.3, {}, [("A-B", "W")]),
        (18.4, {}, [("A-B", "E")]),
        (18.4, {"burial": "JK"}, []),
        (18.4, {"burial": "JN"}, []),
    ],
)
def test_a_pipe_is_not_too_steep(end_depth: float, more: Row, expected: Expected) -> None:
    assert found("D5", survey(PAIR, [line("A", "B", end_depth=end_depth, **more)])) == expected


@pytest.mark.parametrize(
    ("end_depth", "flow", "expected"),
    [
        (1.03, 1.0, []),
        (1.029, 1.0, [("A-B", "flat")]),
        (1.0, 1.0, [("A-B", "flat")]),
        (4.0, 1.0, []),
        (4.1, 1.0, [("A-B", "fast")]),
        (1.3, -1.0, []),
    ],
)
def test_a_drain_is_neither_flat_nor_fast(end_depth: float, flow: float, expected: list[tuple[str, str]]) -> None:
    rows = result("D5", survey(PAIR, [drain(1.0, end_depth, flow)], **DRAIN)).findings.rows()
    assert [(finding.element, finding.case) for finding in rows] == expected


@pytest.mark.parametrize(("bottom", "expected"), [(1.95, []), (1.949, [("B", "E")]), (3.0, []), (float("nan"), [])])
def test_a_well_reaches_down_to_its_drains(bottom: float, expected: Expected) -> None:
    points = [at("A", well_bottom_depth=5.0), at("B", 30, well_bottom_depth=bottom), at("C", 60)]
    lines = [drain(1.0, 1.2), line("B", "C", start_depth=2.0)]
    assert found("D6", survey(points, lines, **DRAIN)) == expected


def test_wells_whose_bottom_nobody_measured_cannot_be_compared() -> None:
    assert result("D6", survey(PAIR, [drain(1.0, 1.0)], **DRAIN)).reason == "no_well_depths"


@pytest.mark.parametrize(
    ("kind", "depth", "more", "expected"),
    [
        (("JS", "JP"), 0.7, {}, []),
        (("JS", "JP"), 0.69, {}, [("A-B", "I")]),
        (("JS", "JP"), 0.59, {}, [("A-B", "W")]),
        (("JS", "JP"), 0.99, {"material": "PE"}, [("A-B", "I")]),
        (("PS", "YS"), 0.9, {}, []),
        (("PS", "YS"), 0.79, {}, [("A-B", "W")]),
        (("RQ", "TR"), 0.89, {}, [("A-B", "I")]),
        (("DL", "GD"), 0.69, {}, [("A-B", "W")]),
        (("DL", "GD"), 0.69, {"burial": "GM"}, []),
        (("DL", "GD"), 0.49, {"burial": "GG"}, [("A-B", "I")]),
        (("JS", "JP"), 0.3, {"burial": "DM"}, []),
        (("QT", "BM"), 0.3, {}, []),
    ],
)
def test_a_pipe_has_the_cover_of_its_class(kind: tuple[str, str], depth: float, more: Row, expected: Expected) -> None:
    usual = {"major": kind[0], "minor": kind[1]}
    segment = line("A", "B", **{"end_depth": depth, **more})
    if kind[0] == "DL" and more.get("burial") == "GG":
        segment = {**segment, "z_ref": "top"}
    assert found("D7", survey(PAIR, [segment], **usual)) == expected


@pytest.mark.parametrize(
    ("segment", "expected"),
    [
        (line("A", "B", start_depth=0.0), []),
        (line("A", "B", start_depth=-0.001), [("A-B", "E")]),
        (line("A", "B", start_depth=0.1, z_ref="invert"), [("A-B", "E")]),
        (line("A", "B", start_depth=0.1, z_ref="axis"), []),
        (line("A", "B", start_depth=0.09, z_ref="axis"), [("A-B", "E")]),
        (line("A", "B", start_depth=-3.0, burial="JK"), []),
        (line("A", "B", start_depth=-3.0, burial="SJ"), []),
        (line("A", "B", start_depth=None, start_z=10.5), [("A-B", "E")]),
    ],
)
def test_a_buried_pipe_lies_below_the_ground(segment: Row, expected: Expected) -> None:
    assert found("D8", survey(PAIR, [segment])) == expected


def test_an_office_may_be_stricter() -> None:
    rules = {**standard(), "D1": standard()["D1"].with_limits(difference=0.01)}
    water = survey(PAIR, [line("A", "B", start_z=9.02, end_z=9.0)])
    assert found("D1", water) == []
    assert found("D1", water, rules=rules) == [("A-B", "E")]
