"""Workbooks of every kind read alike, with the numbers that the spreadsheet shows."""

import shutil
from datetime import date
from pathlib import Path

import pytest
from xlsxwriter import Workbook

from archives.core.errors import ArchivesError, TooLargeError
from archives.core.sheets.limits import Limits
from archives.core.sheets.sheet import Row, Span, column_index, column_letters
from tests.core.sheets.workbooks import FIXTURES, read, with_sheet, write_ods, write_xlsx

MAY_DAY = date(2008, 5, 1)


def _list(path: Path, *, since_1904: bool = False) -> Path:
    """The same list as the fixtures: first row and column blank, a merged title, a day, a formula, a hidden sheet."""
    book = Workbook(path, {"date_1904": since_1904, "default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet("案卷目录")
    sheet.merge_range(1, 2, 1, 5, "城建档案案卷目录")
    sheet.write_row(3, 1, ["案卷号", "案卷题名"])
    sheet.write_row(4, 1, [1, "基础工程", MAY_DAY])
    sheet.write_formula(4, 4, "=1+1", None, 2)
    hidden = book.add_worksheet("隐藏")
    hidden.write_string(0, 0, "x")
    hidden.hide()
    book.close()
    return path


@pytest.mark.parametrize("name", ["list.xls", "since1904.xls", "new.xlsx", "new1904.xlsx"])
def test_excel_workbooks_keep_places_days_merges_and_formulas(tmp_path: Path, name: str) -> None:
    path = FIXTURES / name
    if name.endswith(".xlsx"):
        path = _list(tmp_path / name, since_1904="1904" in name)
    sheet, hidden = read(path)
    assert [row.number for row in sheet.rows] == [2, 4, 5]
    assert sheet.rows[0].cells == [None, None, "城建档案案卷目录"]
    assert sheet.rows[2].cells[:4] == [None, 1, "基础工程", MAY_DAY]
    assert sheet.merged == [Span(2, 2, 2, 5)]
    assert sheet.formulas == {(5, 4)}
    assert (sheet.hidden, hidden.hidden) == (False, True)
    assert hidden.rows == [Row(1, ["x"])]


def test_open_document_keeps_places_days_merges_and_formulas() -> None:
    (sheet,) = read(FIXTURES / "list.ods")
    assert [row.number for row in sheet.rows] == [2, 4, 5]
    assert sheet.rows[2].cells == [None, 1, "基础工程", MAY_DAY, 2]
    assert sheet.merged == [Span(2, 1, 2, 3)]
    assert sheet.formulas == {(5, 4)}


def test_the_content_decides_and_not_the_name(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "list.xlsx", S=[["a", "b"]])
    for name in ("list.csv", "list.pdf", "9f86d081884c"):
        assert read(Path(shutil.copy(path, tmp_path / name)))[0].rows == [Row(1, ["a", "b"])]


def test_blank_cells_with_a_format_do_not_make_a_sheet_large(tmp_path: Path) -> None:
    path = with_sheet(
        tmp_path / "x.xlsx",
        '<row r="1"><c r="A1"><v>7</v></c></row><row r="1048576"><c r="XFD1048576" s="0"/></row>',
    )
    assert read(path)[0].rows == [Row(1, [7])]


@pytest.mark.parametrize(
    "far",
    [
        '<c r="XFD1048576"><v>1</v></c>',
        "<c r='XFD1048576'><v>1</v></c>",
        '<c  s="0"\n r="XFD1048576"><v>1</v></c>',
        '<c r="&#88;FD1048576"><v>1</v></c>',
    ],
)
def test_one_stray_cell_far_away_is_refused_before_memory_is_asked_for(tmp_path: Path, far: str) -> None:
    path = with_sheet(tmp_path / "x.xlsx", f'<row r="1"><c r="A1"><v>7</v></c></row><row r="1048576">{far}</row>')
    with pytest.raises(TooLargeError, match=r"row 1048576 and column 16384"):
        read(path)


def test_cells_without_their_own_place_are_counted(tmp_path: Path) -> None:
    path = with_sheet(
        tmp_path / "x.xlsx", "<row><c><v>1</v></c><c><f>1+1</f><v>2</v></c></row><row><c><v>3</v></c></row>"
    )
    (sheet,) = read(path)
    assert sheet.rows == [Row(1, [1, 2]), Row(2, [3])]
    assert sheet.formulas == {(1, 1)}


def test_repeated_cells_of_open_document_are_counted_before_they_are_laid_out(tmp_path: Path) -> None:
    filled = '<table:table-cell table:number-columns-repeated="16000" office:value-type="float" office:value="1"/>'
    path = write_ods(
        tmp_path / "x.ods", f'<table:table-row table:number-rows-repeated="1000000">{filled}</table:table-row>'
    )
    with pytest.raises(TooLargeError):
        read(path)


@pytest.mark.parametrize(
    ("limits", "sentence"),
    [
        (Limits(rows=4), "more than 4 rows"),
        (Limits(columns=2), "more than 2 columns"),
        (Limits(sheets=1), "more than 1 sheets"),
        (Limits(file_bytes=100), "larger than 0 MB"),
        (Limits(members=3), "more than any list needs"),
    ],
)
def test_each_limit_is_told(tmp_path: Path, limits: Limits, sentence: str) -> None:
    path = write_xlsx(tmp_path / "x.xlsx", A=[["a", "b", "c"]] * 3, B=[["d"]] * 2)
    with pytest.raises(TooLargeError, match=sentence):
        read(path, limits)


def test_rows_and_columns_are_limited_in_text_too(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a,b,c\n" * 5)
    for limits in (Limits(rows=4), Limits(columns=2)):
        with pytest.raises(ArchivesError, match="more than"):
            read(path, limits)


@pytest.mark.parametrize(
    ("index", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA"), (16383, "XFD")]
)
def test_columns_are_named_as_the_spreadsheet_names_them(index: int, letters: str) -> None:
    assert column_letters(index) == letters
    assert column_index(letters) == index
