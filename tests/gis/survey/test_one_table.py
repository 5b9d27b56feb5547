"""管线点成果表 taken apart: continuation rows, connections told twice, points without a neighbour."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.codes import standard
from gis.survey.model import Survey
from gis.survey.raw import Cell, RawTable, Row
from gis.survey.read import read_survey
from tests.gis.survey.tables import one_table, table

CODES = standard()
HEADER = ["物探点号", "连接点号", "管线材质", "管径", "特征", "X", "Y", "地面高程", "埋深", "埋设方式"]


def read(*tables: RawTable) -> Survey:
    return read_survey(tables, CODES)


@pytest.mark.parametrize("merged", [True, False])
def test_each_point_and_each_connection_comes_once(merged: bool) -> None:
    survey = read(one_table(merged=merged))
    assert survey.points.text("point_no").tolist() == ["J1", "J2", "J3"]
    assert survey.points.text("map_no").tolist() == ["1", "2", "3"]
    pairs = list(zip(survey.segments.text("start_no"), survey.segments.text("end_no"), strict=True))
    assert pairs == [("J1", "J2"), ("J1", "J3")]
    assert not survey.faults


def test_the_row_that_leads_back_tells_the_depth_at_the_end() -> None:
    segments = read(one_table()).segments
    assert segments.number("start_depth").tolist() == [1.2, 1.1]
    assert segments.number("end_depth").tolist() == [1.3, 1.5], "J3 leads nowhere, but tells its own depth"
    assert segments.number("end_z").tolist() == [11.3, 11.2]


def test_the_header_block_tells_owner_and_sheet() -> None:
    survey = read(one_table())
    assert set(survey.segments.text("owner")) == {"自来水公司"}
    assert set(survey.points.text("sheet")) == {"10-20"}


def test_the_header_block_tells_the_kind_where_the_name_does_not() -> None:
    assert set(read(one_table("Sheet1")).points.text("major")) == {"JS"}


def test_what_one_of_two_rows_leaves_blank_the_other_tells() -> None:
    rows = [
        ["A", "B", "", "300", "三通", 0.0, 0.0, 10.0, 1.0, ""],
        ["B", "A", "PE", "", "三通", 0.0, 9.0, 10.0, 1.1, "直埋"],
    ]
    (segment,) = [read(table("J", HEADER, *rows)).segments.row(0)]
    assert (segment["material"], segment["width"], segment["burial"]) == ("PE", 300.0, "ZM")


def test_a_cell_that_names_several_neighbours_is_several_connections() -> None:
    rows = [["A", "B、C", "PE", "300", "三通", 0.0, 0.0, 10.0, 1.0, "直埋"]]
    assert read(table("J", HEADER, *rows)).segments.text("end_no").tolist() == ["B", "C"]


def test_a_connection_written_twice_the_same_way_stays_two_for_the_checks() -> None:
    row = ["A", "B", "PE", "300", "三通", 0.0, 0.0, 10.0, 1.0, "直埋"]
    assert len(read(table("J", HEADER, row, row)).segments) == 2


def test_a_number_that_comes_again_elsewhere_stays_two_points_for_the_checks() -> None:
    rows = [["A", "", "", "", "三通", x, 0.0, 10.0, 1.0, ""] for x in (0.0, 0.0, 5.0)]
    assert read(table("J", HEADER, *rows)).points.number("north").tolist() == [0.0, 5.0]


def test_kinds_that_share_a_sheet_may_share_numbers() -> None:
    heads: list[Cell] = ["管线点号", "连接点号", "管线种类", "X", "Y", "地面高程"]
    heads += ["埋深", "材质", "管径", "埋设方式", "特征"]
    rest: list[Cell] = [10, 1, "铸铁", "300", "直埋", "起点"]
    rows: list[Row] = [
        (1, heads),
        (2, ["1", "2", "JP", 3355000, 466000, *rest]),
        (3, ["2", "1", "JP", 3355010, 466000, *rest]),
        (4, ["1", "2", "WS", 3355000, 466010, *rest]),
        (5, ["1", "3", "WS", 3355000, 466010, *rest]),
        (6, ["2", "1", "WS", 3355010, 466010, *rest]),
        (7, ["3", "1", "WS", 3355000, 466020, *rest]),
    ]
    survey = read_survey([RawTable("综合", rows)], standard())
    named = list(zip(survey.points.text("minor"), survey.points.text("point_no"), strict=True))
    assert named == [("JP", "1"), ("JP", "2"), ("WS", "1"), ("WS", "2"), ("WS", "3")]
    assert len(survey.segments) == 3


def test_a_point_connected_with_itself_is_kept_for_the_checks() -> None:
    rows = [["A", "A", "", "", "三通", 0.0, 0.0, 10.0, 1.0, ""]]
    assert len(read(table("J", HEADER, *rows)).segments) == 1


@given(st.data(), st.integers(2, 8))
def test_any_network_written_row_by_row_is_read_back(data: st.DataObject, count: int) -> None:
    names = [f"N{at}" for at in range(count)]
    pairs = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)).filter(lambda pair: pair[0] < pair[1])
    edges = data.draw(st.sets(pairs))
    depths = data.draw(st.lists(st.integers(1, 900).map(lambda cm: cm / 100), min_size=count, max_size=count))
    rows: list[list[object]] = []
    for at, name in enumerate(names):
        others = [names[b] if a == at else names[a] for a, b in sorted(edges) if at in {a, b}]
        place: list[object] = ["三通", 1000.0 * at, 7.0, 20.0]
        for first, other in zip([True] + [False] * len(others), others or [""], strict=False):
            head = [name if first else None, other, "PE", "300"]
            rows.append([*head, *(place if first else [None] * 4), depths[at], "直埋"])
    survey = read(table("J", HEADER, *rows))
    segments = survey.segments
    assert survey.points.text("point_no").tolist() == names
    found = list(zip(segments.text("start_no"), segments.text("end_no"), strict=True))
    assert {frozenset(pair) for pair in found} == {frozenset((names[a], names[b])) for a, b in edges}
    assert len(found) == len(edges)
    by_name = dict(zip(names, depths, strict=True))
    np.testing.assert_array_equal(segments.number("start_depth"), [by_name[start] for start, _ in found])
    np.testing.assert_array_equal(segments.number("end_depth"), [by_name[end] for _, end in found])
