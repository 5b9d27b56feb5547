"""Hand-overs to surveys: pairs of tables, kinds, depths and heights, and every fault with its row."""

import math
from datetime import date

import numpy as np
import pytest

from gis.codes import KindCode, standard
from gis.survey.model import Fault, Survey
from gis.survey.nodes import ends
from gis.survey.profile import Profile
from gis.survey.raw import ColumnTable, RawTable
from gis.survey.read import read_survey
from gis.survey.recognise import recognise_tables
from tests.gis.survey.tables import LINE_HEADERS, POINT_HEADERS, lines, one_table, points, table

CODES = standard()
WATER: KindCode = ("JS", "")


def read(*tables: RawTable | ColumnTable, profile: Profile | None = None, kind: KindCode | None = None) -> Survey:
    return read_survey(tables, CODES, profile, kind)


def fault(survey: Survey, rule: str, reason: str) -> Fault:
    found = [one for one in survey.faults if one.rule == rule and one.values["reason"] == reason]
    assert found, survey.faults
    return found[0]


def test_a_pair_of_tables_becomes_a_survey_without_a_fault() -> None:
    survey = read(points(), lines())
    assert not survey.faults
    assert survey.points.text("point_no").tolist() == ["JS1", "JS2", "JS3"]
    assert survey.points.number("north")[1] == 3542299.447
    assert survey.points.number("east")[1] == 594495.262
    assert survey.segments.number("width").tolist() == [300, 200]
    assert survey.segments.text("material").tolist() == ["PE", "ZT"]
    assert survey.segments.text("material_raw").tolist() == ["PE", "铸铁"]
    assert survey.segments.columns["row"].tolist() == [2, 3]
    assert survey.segments.text("source").tolist() == ["JSLINE", "JSLINE"]


@pytest.mark.parametrize("office", POINT_HEADERS)
def test_the_tables_of_every_office_are_read_alike(office: str) -> None:
    mine = table("JSP", POINT_HEADERS[office], ["A", "1", 3500000.0, 500000.0, 10.0, "三通", "", 2.0, "水司"])
    theirs = table("JSL", LINE_HEADERS[office], ["A", "B", 1.0, 1.1, "PE", "DN100", "直埋", "", 2])
    survey = read(mine, theirs)
    assert survey.points.row(0)["north"] == 3500000.0
    assert survey.points.row(0)["owner"] == "水司"
    assert survey.segments.row(0)["end_no"] == "B"
    assert survey.segments.row(0)["holes"] == 2
    assert not survey.faults


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        (("JSPOINT", "JSLINE"), ("JS", "")),
        (("JSP", "JSL"), ("JS", "")),
        (("JS_P", "JS_L"), ("JS", "")),
        (("ws_point", "ws_line"), ("PS", "WS")),
        (("RL_P", "RL_L"), ("RL", "")),
        (("XX路JS点表.csv", "XX路JS线表.csv"), ("JS", "")),
        (("解放路天然气管线点", "解放路天然气管线"), ("RQ", "TR")),
    ],
)
def test_the_kind_comes_from_the_names_of_the_tables(names: tuple[str, str], kind: KindCode) -> None:
    survey = read(points(names[0]), lines(names[1]))
    assert {
        (row, minor) for row, minor in zip(survey.points.text("major"), survey.points.text("minor"), strict=True)
    } == {kind}
    assert survey.segments.text("major").tolist() == [kind[0]] * 2


def test_a_row_refines_the_kind_of_its_table_and_may_not_contradict_it() -> None:
    header = ["起点点号", "终点点号", "管线种类"]
    rows = [["A", "B", "JP"], ["B", "C", ""], ["C", "D", "污水"], ["D", "E", "??"]]
    survey = read(table("JSLINE", header, *rows))
    assert survey.segments.text("minor").tolist() == ["JP", "", "", ""]
    assert set(survey.segments.text("major")) == {"JS"}
    assert fault(survey, "F4", "kind_conflict").row == 4
    assert fault(survey, "F4", "unknown_kind").row == 5


def test_tables_of_all_kinds_tell_the_kind_in_each_row() -> None:
    survey = read(
        table("管线", ["起点点号", "终点点号", "大类", "小类"], ["A", "B", "JS", "JP"], ["B", "C", "排水", "W"])
    )
    assert survey.segments.text("major").tolist() == ["JS", "PS"]
    assert survey.segments.text("minor").tolist() == ["JP", "WS"]


def test_the_callers_kind_serves_only_where_nothing_else_tells_it() -> None:
    assert read(points("points"), kind=WATER).points.text("major").tolist() == ["JS"] * 3
    assert read(points("WSPOINT"), kind=WATER).points.text("major").tolist() == ["PS"] * 3
    unknown = read(points("points"))
    assert fault(unknown, "F4", "no_kind").table == "point"
    assert unknown.points.text("major").tolist() == [""] * 3


def test_an_offices_profile_changes_headers_codes_axes_and_units() -> None:
    office = Profile(
        headers={"ground_z": "孔口"},
        codes={"YS": ("JS", "JY")},
        axes="east_north",
        mud_unit="cm",
        rotation_unit="rad",
    )
    sheet = table(
        "YSPOINT",
        ["点号", "X", "Y", "孔口", "特征", "井内泥深", "井内水深(cm)", "旋转角"],
        ["A", 594495.2, 3542289.4, 12.0, "三通", 5, 30, math.pi],
    )
    row = read(sheet, profile=office).points.row(0)
    assert (row["north"], row["east"], row["ground_z"]) == (3542289.4, 594495.2, 12.0)
    assert (row["major"], row["minor"]) == ("JS", "JY")
    assert row["mud_depth"] == pytest.approx(0.05)
    assert row["water_depth"] == pytest.approx(0.30)
    assert row["rotation"] == pytest.approx(180.0)


def test_height_follows_from_depth_and_depth_from_height() -> None:
    header = ["起点点号", "终点点号", "起点埋深", "终点埋深", "起点高程", "终点高程"]
    survey = read(
        points(), table("JSL", header, ["JS1", "JS2", 1.2, None, None, 11.5], ["JS1", "JS9", 1.2, 1.0, 11.0, ""])
    )
    first, second = survey.segments.row(0), survey.segments.row(1)
    assert (first["start_z"], first["end_depth"]) == (11.3, 1.1)
    assert (second["start_z"], second["end_depth"]) == (11.0, 1.0), "both given, both kept"
    assert math.isnan(second["end_z"])


@pytest.mark.parametrize(
    ("name", "header", "burial", "ref"),
    [
        ("JSLINE", "起点高程", "直埋", "top"),
        ("JSLINE", "起点管底高程", "直埋", "bottom"),
        ("WSLINE", "起点高程", "直埋", "invert"),
        ("WSLINE", "起点管底高程", "直埋", "invert"),
        ("WSLINE", "起点管顶高程", "直埋", "top"),
        ("DLLINE", "起点高程", "管沟", "invert"),
        ("DLLINE", "管顶/管底高程", "管块", "top"),
    ],
)
def test_what_depth_is_measured_to_is_told_by_the_header_else_by_kind_and_burial(
    name: str, header: str, burial: str, ref: str
) -> None:
    survey = read(table(name, ["起点点号", "终点点号", header, "埋设方式"], ["A", "B", 1.0, burial]))
    assert survey.segments.text("z_ref").tolist() == [ref]


def test_every_sort_of_bad_cell_is_a_fault_with_its_row_and_breaks_nothing() -> None:
    bad = [
        ["JS4", "x", 1.0, 1.0, "三通", ""],
        ["JS5", math.nan, math.inf, 1e308, "怪点", "窨井"],
        ["ＪＳ６ ", 1, 2, "/", "", ""],
    ]
    survey = read(points("JSPOINT", *bad))
    assert fault(survey, "F3", "not_a_number").row == 5
    assert {one.column for one in survey.faults if one.values["reason"] == "too_large"} == {"east", "ground_z"}
    unknown, alias = fault(survey, "F4", "unknown"), fault(survey, "F4", "alias")
    assert (unknown.column, unknown.values["value"]) == ("feature", "怪点")
    assert (alias.values["code"], alias.values["severity"]) == ("检查井", "W")
    assert fault(survey, "F6", "full_width").values["taken"] == "JS6"
    assert fault(survey, "F3", "stroke").values["severity"] == "I"
    assert np.isnan(survey.points.number("north")[3:5]).all()


def test_a_number_that_excel_made_a_date_is_a_fault() -> None:
    survey = read(lines("JSLINE", [date(2026, 1, 2), "JS2", 1, 1, "PE", "100", "直埋"]))
    assert fault(survey, "F3", "became_a_date").row == 4


def test_a_million_equal_faults_are_not_a_million_objects() -> None:
    bad = [[f"JS{at}", "x", 1.0, 1.0, "三通", ""] for at in range(4, 2004)]
    survey = read(points("JSPOINT", *bad))
    faults = [one for one in survey.faults if one.column == "north"]
    assert len(faults) == 500
    assert faults[-1].values["more"] == 1500


def test_missing_unknown_unkept_double_and_empty_headers_are_told() -> None:
    header = ["起点点号", "终点点号", "起点埋深", "终点埋深", "材质", "材质", "奇怪", "接口方式", None, "埋设方式"]
    survey = read(table("JSLINE", header, ["A", "B", 1, 1, "PE", "PE", "x", "y", "z", "直埋"]))
    missing = fault(survey, "F1", "missing")
    assert (missing.column, missing.row) == ("size_raw", 1)
    assert "severity" not in missing.values
    assert fault(survey, "F1", "unknown").values["header"] == "奇怪"
    assert fault(survey, "F1", "unkept").values["severity"] == "I"
    assert fault(survey, "F1", "duplicate").values["header"] == "材质"
    assert fault(survey, "F1", "empty_header").values["header"] == "#9"


def test_what_is_no_survey_is_said_and_left_alone() -> None:
    survey = read(table("说明", ["本表由某单位提供"], ["2026"]))
    assert fault(survey, "F1", "unknown_table").table == "说明"
    assert fault(survey, "F1", "no_table").row == 0
    assert not len(survey.points)
    assert fault(read(), "F1", "no_table")


def test_ends_in_other_letters_name_the_point_they_mean() -> None:
    survey = read(points(), lines("JSLINE", ["js1", "js2", 1, 1, "PE", "100", "直埋"]))
    assert survey.segments.text("start_no")[2] == "JS1"
    assert fault(survey, "F6", "letters").row == 4


def test_equal_numbers_of_different_kinds_are_different_points() -> None:
    def pair(kind: str, z: float) -> tuple[RawTable, RawTable]:
        mine = table(f"{kind}P", ["点号", "X", "Y", "高程"], ["1", 1000.0, 1000.0, z], ["2", 1000.0, 1010.0, z])
        return mine, table(f"{kind}L", ["起点点号", "终点点号", "起点埋深"], ["1", "2", 1.0])

    survey = read(*pair("JS", 10.0), *pair("WS", 20.0))
    starts, stops = ends(survey.points, survey.segments)
    assert starts.tolist() == [0, 2]
    assert stops.tolist() == [1, 3]
    assert survey.segments.number("start_z").tolist() == [9.0, 19.0]


def test_a_point_of_another_class_never_serves() -> None:
    survey = read(points("WSPOINT"), lines("JSLINE"))
    starts, stops = ends(survey.points, survey.segments)
    assert starts.tolist() == [-1, -1]
    assert stops.tolist() == [-1, -1]


def test_a_preview_shows_role_header_columns_kind_and_rows() -> None:
    (shown,) = recognise_tables([one_table()], CODES)
    assert (shown.role, shown.header_rows, shown.rows) == ("one_table", (3, 4), 4)
    assert shown.columns["north"] == "平面坐标(m)X"
    assert (shown.kind, shown.kind_from) == (("JS", ""), "name")
    assert not shown.missing
    (asked,) = recognise_tables([points("YS")], CODES)
    assert asked.alternatives == (("PS", "YS"), ("JS", "JY"))
