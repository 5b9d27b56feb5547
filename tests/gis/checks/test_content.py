"""Tables and attributes: rules F1 to F6 and A1 to A6, each with cases that break it and neighbours that do not."""

from datetime import date

import numpy as np
import pytest

from gis.checks import run
from gis.codes import standard
from gis.survey.model import Fault, Survey
from gis.survey.raw import Cell, RawTable
from gis.survey.read import read_survey
from tests.gis.checks.surveys import Row, at, context, found, line, result, survey

PAIR = [at("A"), at("B", 30)]
Expected = list[tuple[str, str]]


def columns(rule: str, of: Survey) -> list[tuple[str, str]]:
    """The findings of a rule as (element, column)."""
    return [(finding.element, finding.column) for finding in result(rule, of).findings.rows()]


def test_a_column_that_nobody_filled_is_told_once() -> None:
    whole = survey(PAIR, [line("A", "B"), line("B", "A")])
    lacking = {name: column for name, column in whole.segments.columns.items() if name != "burial"}
    bare = Survey(whole.points, whole.segments.__class__(2, lacking))
    assert columns("F1", whole) == []
    assert columns("F1", bare) == [("", "burial")]
    assert columns("F2", bare) == []


@pytest.mark.parametrize(
    ("points", "lines", "expected"),
    [
        (PAIR, [line("A", "B")], []),
        ([at("A"), at("B", ground_z=None)], [line("A", "B")], [("B", "ground_z")]),
        ([at("A"), at("B", ground_z=None)], [line("A", "B", burial="DM")], []),
        ([at("A"), at("")], [], [("", "point_no")]),
        ([at("A"), at("B", north=float("nan"))], [], [("B", "north")]),
        (PAIR, [line("A", "B"), line("A", "")], [("A-", "end_no")]),
        (PAIR, [line("A", "B"), line("A", "B", material="")], [("A-B", "material")]),
        (PAIR, [line("A", "B"), line("A", "B", material="", burial="JN")], []),
        (PAIR, [line("A", "B"), line("A", "B", start_depth=None)], [("A-B", "start_depth")]),
        (PAIR, [line("A", "B"), line("A", "B", start_depth=None, start_z=9.0)], []),
        (PAIR, [line("A", "B"), line("A", "B", start_depth=None, burial="JK")], []),
        (PAIR, [line("A", "B"), line("A", "B", size_raw="", width=None)], [("A-B", "size_raw")]),
        (PAIR, [line("A", "B"), line("A", "B", size_raw="", width=None, holes=4.0)], []),
    ],
)
def test_required_cells_are_filled(points: list[Row], lines: list[Row], expected: list[tuple[str, str]]) -> None:
    assert columns("F2", survey(points, lines)) == expected


@pytest.mark.parametrize(
    ("point", "expected"),
    [
        (at("A"), []),
        (at("A", east=float("inf")), [("A", "east")]),
        (at("A", ground_z=1e308), [("A", "ground_z")]),
        (at("A", built_on="2008"), []),
        (at("A", built_on="2008-02-29"), []),
        (at("A", built_on="2007-02-29"), [("A", "built_on")]),
        (at("A", built_on="May"), [("A", "built_on")]),
    ],
)
def test_numbers_are_numbers_and_dates_are_days(point: Row, expected: list[tuple[str, str]]) -> None:
    assert columns("F3", survey([point])) == expected


def test_a_section_is_more_than_nothing() -> None:
    assert columns("F3", survey(PAIR, [line("A", "B", width=0.0)])) == [("A-B", "width")]


@pytest.mark.parametrize(
    ("point", "segment", "expected"),
    [
        ({}, {}, []),
        ({"minor": "QQ"}, {}, [("A", "E")]),
        ({"feature": "三条腿"}, {}, [("A", "E")]),
        ({"feature": "", "appurtenance": "出水口"}, {}, []),
        ({}, {"material": "球墨铸铁"}, []),
        ({}, {"material": "砼"}, [("A-B", "W")]),
        ({}, {"material": "木头"}, [("A-B", "E")]),
        ({}, {"burial": "方沟"}, [("A-B", "W")]),
        ({}, {"status": "9"}, [("A-B", "E")]),
    ],
)
def test_codes_stand_in_a_dictionary(point: Row, segment: Row, expected: Expected) -> None:
    assert found("F4", survey([at("A", **point), at("B", 30)], [line("A", "B", **segment)])) == expected


@pytest.mark.parametrize(
    ("point", "expected"),
    [
        (at("A", code="51042101"), []),
        (at("A", code="51042201"), [("A", "name")]),
        (at("A", code="52022101"), [("A", "")]),
        (at("A", code="51041000"), [("A", "")]),
        (at("A", code="5100"), []),
        (at("A", feature="", appurtenance="阀门井", code="51042205"), []),
        (at("JP12"), []),
        (at("JS12"), []),
        (at("YS12"), [("YS12", "prefix")]),
        (at("YSL"), []),
    ],
)
def test_codes_agree_with_names_and_numbers(point: Row, expected: list[tuple[str, str]]) -> None:
    rows = result("F5", survey([point])).findings.rows()
    assert [(finding.element, finding.case) for finding in rows] == expected


@pytest.mark.parametrize(
    ("point", "expected"),
    [
        (at("A-1"), []),
        (at("a1"), []),
        (at("Ａ1"), [("Ａ1", "point_no")]),
        (at("A 1"), [("A 1", "point_no")]),
        (at("A1", minor="jp"), [("A1", "minor")]),
    ],
)
def test_numbers_and_codes_are_tidy(point: Row, expected: list[tuple[str, str]]) -> None:
    assert columns("F6", survey([point])) == expected


def test_what_reading_found_is_told_with_its_place_and_not_twice() -> None:
    faults = [
        Fault("F1", "point", 1, "note", {"reason": "missing", "source": "sheet", "header": "备注"}),
        Fault("F3", "point", 3, "ground_z", {"reason": "not_a_number", "source": "sheet", "value": "ten"}),
        Fault("F4", "segment", 2, "material", {"reason": "unknown", "source": "sheet", "value": "木头"}),
        Fault("F6", "point", 2, "point_no", {"reason": "spaces", "source": "sheet", "value": " A", "taken": "A"}),
    ]
    read = survey([at("A"), at("B", 30, ground_z=None)], [line("A", "B", material="木头")], faults)
    told = {rule: next(result(rule, read).findings.rows()) for rule in ("F1", "F3", "F4", "F6")}
    assert [found.element for found in told.values()] == ["", "B", "A-B", "A"]
    assert (told["F3"].x, told["F4"].x, told["F6"].expected) == (30.0, 15.0, "A")
    assert [len(result(rule, read).findings) for rule in ("F2", "F3", "F4")] == [0, 1, 1]
    assert told["F3"].message("en") == "Ground elevation is no number: ten"


def test_a_fault_may_be_milder_than_its_rule() -> None:
    fault = Fault("F3", "segment", 2, "size_raw", {"reason": "odd", "source": "sheet", "severity": "W"})
    assert found("F3", survey(PAIR, [line("A", "B")], [fault])) == [("A-B", "W")]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"holes": 6.0, "holes_used": 6.0, "cables": 18.0}, []),
        ({"holes": 6.0, "holes_used": 7.0}, [("A-B", "E")]),
        ({"holes": 6.0, "holes_used": 2.0, "cables": 7.0}, [("A-B", "W")]),
        ({"holes": np.nan, "holes_used": 2.0}, []),
    ],
)
def test_ducts_hold_what_they_can(cells: Row, expected: Expected) -> None:
    assert found("A1", survey(PAIR, [line("A", "B", **cells)])) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({}, []),
        ({"holes": 4.0}, [("A-B", "W")]),
        ({"holes": 0.0}, []),
        ({"burial": "GK", "holes": 4.0}, []),
        ({"burial": "GK"}, [("A-B", "W")]),
    ],
)
def test_a_duct_bank_has_ducts_and_nothing_else_does(cells: Row, expected: Expected) -> None:
    assert found("A2", survey(PAIR, [line("A", "B", **cells)])) == expected


@pytest.mark.parametrize(
    ("major", "minor", "material", "expected"),
    [
        ("JS", "JP", "QM", []),
        ("JS", "JP", "GX", [("A-B", "W")]),
        ("TX", "XX", "GX", []),
        ("RQ", "TR", "T", [("A-B", "W")]),
        ("PS", "WS", "砼", []),
    ],
)
def test_a_material_suits_its_class(major: str, minor: str, material: str, expected: Expected) -> None:
    assert found("A3", survey(PAIR, [line("A", "B", material=material)], major=major, minor=minor)) == expected


@pytest.mark.parametrize(
    ("major", "cells", "expected"),
    [
        ("RQ", {"pressure": "中压A"}, []),
        ("RQ", {"pressure": "0.4MPa"}, []),
        ("RQ", {"pressure": "0.4"}, []),
        ("RQ", {"pressure": "400kPa"}, []),
        ("RQ", {"pressure": "9"}, [("A-B", "strange")]),
        ("RQ", {"pressure": "10kV"}, [("A-B", "strange")]),
        ("RQ", {}, [("A-B", "")]),
        ("RQ", {"burial": "JN"}, []),
        ("DL", {"voltage": "10"}, []),
        ("DL", {"voltage": 10.0}, []),
        ("DL", {"voltage": "380V"}, []),
        ("DL", {"voltage": "10kV"}, []),
        ("DL", {"voltage": "11"}, [("A-B", "strange")]),
        ("DL", {}, [("A-B", "")]),
    ],
)
def test_gas_has_a_pressure_and_power_a_voltage(major: str, cells: Row, expected: list[tuple[str, str]]) -> None:
    minor = {"RQ": "TR", "DL": "GD"}[major]
    rows = result("A4", survey(PAIR, [line("A", "B", **cells)], major=major, minor=minor)).findings.rows()
    assert [(finding.element, finding.case) for finding in rows] == expected


@pytest.mark.parametrize(
    ("built", "surveyed", "case"),
    [
        ("2008", "2010-05-01", None),
        ("2010", "2010-05-01", None),
        ("2010-05", "2010-05-01", None),
        ("2010-06", "2010-05-31", ""),
        ("2011", "2010", ""),
        ("2026-11-20", "", None),
        ("2026-11-21", "", "future"),
        ("2026", "", None),
        ("1899", "", "early"),
        ("1900", "", None),
        ("someday", "2010", None),
    ],
)
def test_what_was_surveyed_was_built_before(built: str, surveyed: str, case: str | None) -> None:
    rows = result("A5", survey(PAIR, [line("A", "B", built_on=built, surveyed_on=surveyed)])).findings.rows()
    assert [finding.case for finding in rows] == ([] if case is None else [case])


def test_today_is_told_from_outside() -> None:
    assert context().today == date(2026, 11, 20)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ({"owner": "a"}, {"owner": "a"}, []),
        ({"owner": "a"}, {"owner": "b"}, [("B", "I")]),
        ({"owner": "a"}, {}, []),
        ({"pressure": "中压A"}, {"pressure": "低压"}, [("B", "I")]),
    ],
)
def test_an_owner_does_not_change_along_the_line(first: Row, second: Row, expected: Expected) -> None:
    lines = [line("A", "B", **first), line("B", "C", **second)]
    assert found("A6", survey([*PAIR, at("C", 60)], lines)) == expected
    branched = [*lines, line("B", "D")]
    assert found("A6", survey([*PAIR, at("C", 60), at("D", 30, 30)], branched)) == []


def test_tables_as_an_office_wrote_them_are_told_once_for_each_fault() -> None:
    points: list[tuple[Cell, ...]] = [
        ("物探点号", "X", "Y", "地面高程", "特征"),
        ("JS1", 3500000.0, 500000.0, "ten", "直线点"),
    ]
    lines: list[tuple[Cell, ...]] = [
        ("起点点号", "终点点号", "起点埋深", "终点埋深", "材质", "管径", "埋设方式"),
        ("JS1", "JS9", 1.0, 1.0, "木头", "abc", "直埋"),
    ]
    tables = [RawTable(name, list(enumerate(rows, 1))) for name, rows in (("JSPOINT", points), ("JSLINE", lines))]
    results = run(read_survey(tables, standard()), context())
    told = [
        (finding.rule, finding.element, finding.column)
        for outcome in results
        for finding in outcome.findings.rows()
        if finding.severity == "E"
    ]
    assert told == [
        ("F3", "JS1", "ground_z"),
        ("F3", "JS1-JS9", "size_raw"),
        ("F4", "JS1-JS9", "material"),
        ("L3", "JS1-JS9", "end_no"),
    ]
