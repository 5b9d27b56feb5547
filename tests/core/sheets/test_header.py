"""Headings are found wherever they stand, however they are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archives.core.language import msg
from archives.core.sheets.columns import Column, normalised
from archives.core.sheets.header import Header, find_header, header_missing, records
from archives.core.sheets.sheet import Cell, Sheet, Span
from tests.core.sheets.workbooks import sheet_of

COLUMNS = (
    Column("number", msg("Volume number"), ("案卷号", "序号"), required=True),
    Column("title", msg("Volume title"), ("案卷题名", "题名"), required=True),
    Column("text", msg("Text pages"), ("文字页", "文字")),
    Column("drawings", msg("Drawing sheets"), ("图纸张", "图纸")),
    Column("first", msg("First date"), ("起止日期起",)),
    Column("last", msg("Last date"), ("起止日期止",)),
)
HEADING = ["案卷号", "案卷题名", "文字", "图纸"]


def _found(sheet: Sheet) -> Header:
    header = find_header(sheet, COLUMNS)
    assert header is not None
    return header


def _codes(header: Header) -> list[str]:
    return [problem.code for problem in header.problems]


def _values(sheet: Sheet) -> list[dict[str, Cell]]:
    return [record.values for record in records(sheet, _found(sheet))]


@given(st.integers(0, 18), st.permutations(HEADING))
def test_a_heading_is_found_anywhere_in_the_first_rows_in_any_order(above: int, heading: list[str]) -> None:
    sheet = sheet_of(*[[f"line {number}"] for number in range(above)], heading, ["1", "2", "3", "4"])
    header = _found(sheet)
    assert header.first_row == header.last_row == above + 1
    assert header.places == {
        key: heading.index(name) for key, name in zip(["number", "title", "text", "drawings"], HEADING, strict=True)
    }
    assert [record.row for record in records(sheet, header)] == [above + 2]


@pytest.mark.parametrize(
    "written",
    [
        "案 卷 号",
        "案卷号*",
        "案卷号：",
        "案\n卷\n号",
        "案卷号（必填）",
        "【案卷号】",
        "Volume Number",
        "ＶＯＬＵＭＥ number",
    ],
)
def test_a_heading_is_understood_however_it_is_set(written: str) -> None:
    assert _found(sheet_of([written, "题名"])).places == {"number": 0, "title": 1}


def test_a_unit_in_brackets_is_part_of_the_name_or_left_out() -> None:
    assert _found(sheet_of(["案卷号", "题名", "文字(页)", "图纸（张，A2）"])).places["drawings"] == 3


def test_a_group_above_two_columns_is_one_heading_of_two_rows() -> None:
    sheet = sheet_of(
        ["案卷目录"],
        ["案卷号", "案卷题名", "数量", None, "起止日期", None],
        [None, None, "文字", "图纸", "起", "止"],
        [1, "基础", 2, 3, "a", "b"],
    )
    header = _found(sheet)
    assert (header.first_row, header.last_row) == (2, 3)
    assert list(header.places) == ["number", "title", "text", "drawings", "first", "last"]
    assert header.headings["drawings"] == "数量 图纸"
    assert _codes(header) == []
    assert _values(sheet) == [{"number": 1, "title": "基础", "text": 2, "drawings": 3, "first": "a", "last": "b"}]


def test_merged_groups_reach_as_far_as_they_are_merged() -> None:
    sheet = sheet_of(
        ["案卷号", "案卷题名", "起止日期", None, None], [None, None, "起", "止", "起"], [1, "x", "a", "b", "c"]
    )
    sheet.merged = [Span(1, 2, 1, 3)]
    assert _found(sheet).places["first"] == 2
    assert [problem.place.column for problem in _found(sheet).problems] == ["起"]


def test_the_stronger_name_wins_and_the_weaker_is_no_fault() -> None:
    header = _found(sheet_of(["序号", "案卷号", "题名"]))
    assert header.places["number"] == 1
    assert _codes(header) == []


def test_faults_of_a_heading_are_told_with_their_place() -> None:
    header = _found(sheet_of(["案卷号", "案卷号", "文字", "颜色"]))
    assert {(problem.code, problem.severity, problem.place.column) for problem in header.problems} == {
        ("header.missing_column", "error", None),
        ("header.duplicate_column", "error", "案卷号"),
        ("header.unknown_column", "warning", "颜色"),
    }
    assert {problem.place.row for problem in header.problems} == {1}


def test_a_sheet_without_a_heading_is_told_what_it_should_have() -> None:
    sheet = sheet_of(["a", "b"], ["c", "d"])
    assert find_header(sheet, COLUMNS) is None
    assert "Volume number、Volume title" in str(header_missing(sheet, COLUMNS).message)


def test_blank_rows_printed_headings_totals_and_signatures_are_no_records() -> None:
    sheet = sheet_of(
        ["移交目录"],
        HEADING,
        [1, "基础", 2],
        [],
        ["移交目录"],
        HEADING,
        [2, "合计费用表", 3],
        ["小 计", None, 5],
        [3, "主体", 4],
        [None, "合计：", 9],
        ["移交单位（盖章）：", None, "接收单位："],
        ["2024年  月  日"],
    )
    assert [record.row for record in records(sheet, _found(sheet))] == [3, 7, 9]


def test_cells_merged_over_rows_count_for_each_of_them() -> None:
    sheet = sheet_of(HEADING, [1, "a"], [None, "b"], [None, "c"], [2, "d"])
    sheet.merged = [Span(2, 0, 4, 0), Span(3, 0, 5, 0)]  # the second lies over the first and counts for nothing
    assert [values["number"] for values in _values(sheet)] == [1, 1, 1, 2]


def test_computed_cells_are_named_by_their_keys() -> None:
    sheet = sheet_of(HEADING, [1, "a"], [2, "b"])
    sheet.formulas = frozenset({(3, 1), (3, 7)})
    assert [record.formulas for record in records(sheet, _found(sheet))] == [(), ("title",)]


@given(st.lists(st.lists(st.one_of(st.none(), st.text(max_size=5), st.integers()), max_size=6), max_size=30))
def test_any_sheet_has_a_heading_or_not_and_never_fails(rows: list[list[Cell]]) -> None:
    sheet = sheet_of(*rows)
    header = find_header(sheet, COLUMNS)
    if header is not None:
        assert all(record.row > header.last_row for record in records(sheet, header))


@given(st.text("案卷号题名AbＡ（）() *:：\n"))
def test_names_are_compared_without_anything_that_does_not_matter(text: str) -> None:
    assert normalised(normalised(text)) == normalised(text)
