"""The customary lists of volumes and contents, as offices really write them."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archives.accession.formats.columns import (
    ITEM_COLUMNS,
    TEMPLATE_ITEM_COLUMNS,
    TEMPLATE_VOLUME_COLUMNS,
    VOLUME_COLUMNS,
)
from archives.accession.formats.read import read_list
from archives.accession.formats.shape import Listed, TransferList, VolumeKey
from archives.accession.formats.spans import split_days, split_pages
from archives.accession.formats.spreadsheet import read_spreadsheet
from archives.core.language import msg, speaking
from archives.core.problems import Place, Problem
from archives.core.sheets.columns import Column
from archives.core.sheets.marked import write_marked
from archives.core.sheets.sheet import Cell, Sheet, Span
from archives.core.sheets.write import Table, write_table, write_template
from tests.core.sheets.workbooks import sheet_of, write_xlsx

VOLUME_HEADING: list[Cell] = [
    "案卷号",
    "案卷题名",
    "文字(页)",
    "图纸(张)",
    "其他",
    "编制单位",
    "编制日期",
    "保管期限",
    "密级",
    "备注",
]
ITEM_HEADING: list[Cell] = ["序号", "文件编号", "责任者", "文件题名", "日期", "页次", "备注"]
ITEMS: list[list[Cell]] = [
    [1, "A-1", "甲", "开工报告", "20080501", 1],
    [2, "A-2", "甲", "施工方案", "2008-05-02", "5"],
    [3, "A-3", "乙", "隐蔽记录", "2008-05-03", "9-12"],
]


def _volumes(name: str = "案卷目录", *rows: Sequence[Cell]) -> Sheet:
    return sheet_of(VOLUME_HEADING, *(rows or ([1, "基础施工文件", 12, 0], [2, "竣工图", 0, 30])), name=name)


def _items(name: str = "卷内目录", *above: Sequence[Cell]) -> Sheet:
    return sheet_of(*above, ITEM_HEADING, *ITEMS, name=name)


def _keys(found: TransferList) -> list[VolumeKey]:
    return [item.volume for item in found.items]


def _codes(found: TransferList) -> list[str]:
    return [problem.code for problem in found.problems]


def _column(rows: Sequence[Listed], name: str) -> list[Cell]:
    return [row.values.get(name) for row in rows]


def test_both_lists_in_one_workbook() -> None:
    found = read_spreadsheet(
        [_volumes(), sheet_of(["案卷号", *ITEM_HEADING], *([1, *row] for row in ITEMS), name="卷内目录")]
    )
    assert _column(found.volumes, "volume_no") == ["1", "2"]
    assert found.volumes[1].values["drawing_sheets"] == 30
    assert _keys(found) == [VolumeKey("", "1")] * 3
    assert found.rows == 5
    assert found.problems == []
    assert found.volumes[0].at("text_pages") == Place("案卷目录", 2, "文字(页)")


@pytest.mark.parametrize("sheet", [_volumes("Sheet1"), _items("Sheet1")])
def test_a_workbook_with_only_one_of_them_is_recognised_by_its_heading(sheet: Sheet) -> None:
    found = read_spreadsheet([sheet])
    assert (len(found.volumes), len(found.items)) in {(2, 0), (0, 3)}
    assert bool(found.volumes) == ("案卷题名" in sheet.rows[0].cells)


@pytest.mark.parametrize(
    "line", [["案卷号：7", None, "单位工程：1号楼"], ["案卷号:", 7, None, "单位工程名称:", "1号楼"]]
)
def test_a_line_above_a_contents_list_says_its_volume_and_unit_works(line: list[Cell]) -> None:
    found = read_spreadsheet([_items("卷内目录", ["卷内目录"], line)])
    assert _keys(found) == [VolumeKey("1号楼", "7")] * 3


def test_contents_lists_one_below_another_on_a_sheet() -> None:
    below: list[list[Cell]] = [
        ["卷内目录"],
        ["案卷号：2"],
        ITEM_HEADING,
        [1, "D-1", "丙", "总图", "2009-06-01", "1-30"],
    ]
    found = read_spreadsheet([sheet_of(["卷内目录"], ["案卷号：1"], ITEM_HEADING, *ITEMS, *below)])
    assert _keys(found) == [VolumeKey("", "1")] * 3 + [VolumeKey("", "2")]
    assert found.items[-1].place.row == 10


def test_one_contents_list_on_each_sheet_named_by_its_volume() -> None:
    found = read_spreadsheet([_volumes(), _items("第1卷"), _items("卷内目录（2）")])
    assert {key.volume_no for key in _keys(found)} == {"1", "2"}
    assert {key.unit for key in _keys(found)} == {""}


def test_items_that_name_no_volume_are_in_the_only_one() -> None:
    found = read_spreadsheet([_volumes("案卷目录", ["007", "基础"]), _items()])
    assert _keys(found) == [VolumeKey("", "007")] * 3


def test_unit_works_by_a_column_by_choice_and_by_sheets() -> None:
    by_column = sheet_of(["单位工程", *VOLUME_HEADING], ["1号楼", 1, "a"], [None, 2, "b"], name="案卷目录")
    assert _column(read_spreadsheet([by_column], "2号楼").volumes, "unit") == ["1号楼", "2号楼"]
    by_sheets = [_volumes("1号楼案卷目录"), _volumes("2号楼-案卷目录"), _volumes("案卷目录")]
    assert _column(read_spreadsheet(by_sheets).volumes, "unit") == ["1号楼", "1号楼", "2号楼", "2号楼", "", ""]
    assert set(_column(read_spreadsheet([_volumes("1号楼")]).volumes, "unit")) == {""}


def test_a_number_is_the_same_volume_however_it_is_stored() -> None:
    sheet = sheet_of(["案卷号", *ITEM_HEADING], [1.0, *ITEMS[0]], ["1", *ITEMS[1]], [" 1 ", *ITEMS[2]])
    assert set(_keys(read_spreadsheet([sheet]))) == {VolumeKey("", "1")}


def test_pages_are_split_and_completed_from_the_next_item() -> None:
    found = read_spreadsheet([_items()])
    assert _column(found.items, "page_from") == [1, 5, 9]
    assert _column(found.items, "page_to") == [4, 8, 12]
    assert found.items[2].at("page_to") == Place("卷内目录", 4, "页次")


def test_pages_are_not_invented_where_they_do_not_grow() -> None:
    rows: list[list[Cell]] = [
        [1, "", "", "a", None, 5],
        [2, "", "", "b", None, 5],
        [3, "", "", "c", None, None],
        [4, "", "", "d", None, 2],
    ]
    found = read_spreadsheet([sheet_of(ITEM_HEADING, *rows)])
    assert _column(found.items, "page_to") == [None] * 4


def test_items_without_numbers_are_numbered_in_each_volume() -> None:
    rows: list[list[Cell]] = [[volume, title, "甲", "2008-05-01"] for volume, title in ((1, "a"), (1, "b"), (2, "c"))]
    found = read_spreadsheet([sheet_of(["案卷号", "文件题名", "责任者", "日期"], *rows)])
    assert _column(found.items, "sequence") == [1, 2, 1]
    assert "sequence" not in found.items[0].headings


def test_a_group_of_counts_and_days_in_one_cell() -> None:
    sheet = sheet_of(
        ["城建档案案卷目录"],
        ["案卷号", "案卷题名", "数量", None, None, "起止日期"],
        [None, None, "文字", "图纸", "其他"],
        [1, "基础", 1, 2, 3, "2008.5.1-2009.6.1"],
        ["合计", None, 1, 2, 3],
    )
    sheet.merged = [Span(2, 2, 2, 4)]
    (volume,) = read_spreadsheet([sheet]).volumes
    assert (volume.values["text_pages"], volume.values["drawing_sheets"], volume.values["other_count"]) == (1, 2, 3)
    assert (volume.values["start_date"], volume.values["end_date"]) == ("2008.5.1", "2009.6.1")
    assert volume.at("end_date").column == "起止日期"


@pytest.mark.parametrize(
    ("cell", "pages"),
    [
        ("12-15", (12, 15)),
        ("12－15", (12, 15)),
        ("12~15", (12, 15)),
        ("12—15", (12, 15)),
        ("12至15", (12, 15)),
        ("P12-P15", (12, 15)),
        ("第12页-第15页", (12, 15)),
        ("12-15页", (12, 15)),
        ("12", (12, None)),
        (12.0, (12.0, None)),
        ("见附件", ("见附件", None)),
        (date(2024, 1, 5), (date(2024, 1, 5), None)),
    ],
)
def test_pages_in_one_cell(cell: Cell, pages: tuple[Cell, Cell]) -> None:
    assert split_pages(cell) == pages


@pytest.mark.parametrize(
    ("cell", "days"),
    [
        ("2008.5.1-2009.6.1", ("2008.5.1", "2009.6.1")),
        ("2008-05-01~2009-06-01", ("2008-05-01", "2009-06-01")),
        ("2008-05-01-2009-06-01", ("2008-05-01", "2009-06-01")),
        ("2008年5月1日至2009年6月1日", ("2008年5月1日", "2009年6月1日")),
        ("20080501-20090601", ("20080501", "20090601")),
        ("２００８／５／１　—　２００９／６／１", ("2008/5/1", "2009/6/1")),
        ("2008.5-2009.6", ("2008.5", "2009.6")),
        ("2008-05-2009-06", ("2008-05", "2009-06")),
        ("2008-05-01", ("2008-05-01", "2008-05-01")),
        (date(2008, 5, 1), (date(2008, 5, 1), date(2008, 5, 1))),
        ("施工期间", ("施工期间", None)),
    ],
)
def test_days_in_one_cell(cell: Cell, days: tuple[Cell, Cell]) -> None:
    assert split_days(cell) == days


def test_other_sheets_are_named_and_hidden_ones_too() -> None:
    hidden = _items()
    hidden.hidden = True
    found = read_spreadsheet([_volumes(), hidden, sheet_of(["联系人", "电话"], ["甲", "1"], name="说明")])
    assert {(problem.code, problem.place.sheet) for problem in found.problems} == {
        ("sheet.hidden", "卷内目录"),
        ("sheet.not_a_list", "说明"),
    }


def test_a_workbook_without_any_list_is_told_so() -> None:
    found = read_spreadsheet([sheet_of(["联系人", "电话"], ["甲", "1"])])
    assert _codes(found) == ["header.not_found"]
    assert found.rows == 0


def test_formulas_are_named_by_the_field_they_become() -> None:
    sheet = _items()
    sheet.formulas = frozenset({(2, 3), (2, 5)})
    assert read_spreadsheet([sheet]).items[0].formulas == ("title", "page_from")


@pytest.mark.parametrize("language", ["zh_Hans_CN", "en"])
def test_the_template_and_an_export_come_back_with_every_column(tmp_path: Path, language: str) -> None:
    volume: dict[str, Cell] = {column.key: column.key for column in TEMPLATE_VOLUME_COLUMNS}
    item: dict[str, Cell] = {column.key: column.key for column in TEMPLATE_ITEM_COLUMNS}
    tables = [Table("1", TEMPLATE_VOLUME_COLUMNS, [volume]), Table("2", TEMPLATE_ITEM_COLUMNS, [item])]
    with speaking(language):
        write_template(tmp_path / "template.xlsx", tables)
        write_table(tmp_path / "export.xlsx", *tables)
    for name in ("template.xlsx", "export.xlsx"):
        found = read_list(tmp_path / name, name)
        assert found.problems == []
        assert [row.values for row in found.volumes] == [volume]
        assert [row.values for row in found.items] == [{**item, "volume_no": "volume_no", "unit": "unit"}]


@pytest.mark.parametrize("columns", [VOLUME_COLUMNS, ITEM_COLUMNS])
def test_no_two_columns_share_a_key_or_a_heading(columns: Sequence[Column]) -> None:
    keys = [column.key for column in columns]
    labels = [column.label.msgid for column in columns]
    assert len(set(keys)) == len(keys)
    assert len(set(labels)) == len(labels)


def test_the_corrected_marked_workbook_comes_back(tmp_path: Path) -> None:
    found = read_list(
        write_xlsx(tmp_path / "x.xlsx", 案卷目录=[VOLUME_HEADING, [1, "a"]], 卷内目录=[ITEM_HEADING, *ITEMS]), "x"
    )
    problems = [Problem("page_from.twice", msg("Row"), "page_from", place=found.items[0].at("page_from"))]
    write_marked(tmp_path / "marked.xlsx", found.sheets, found.headers, problems)
    again = read_list(tmp_path / "marked.xlsx", "marked.xlsx")
    assert again.volumes == found.volumes
    assert again.items == found.items


def test_text_lists_are_read_the_same_way(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    text = "案卷号,序号,文件编号,责任者,文件题名,日期,页次\n1,1,A-1,甲,开工报告,20080501,1-3\n"
    path.write_bytes(text.encode("gb18030"))
    (item,) = read_list(path, "x.csv").items
    assert (item.volume.volume_no, item.values["page_to"]) == ("1", 3)


@given(st.text(max_size=40))
def test_any_text_in_a_cell_is_split_or_kept(text: str) -> None:
    for split in (split_pages, split_days):
        first, _ = split(text)
        assert first is not None
