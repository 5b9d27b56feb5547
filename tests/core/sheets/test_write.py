"""What we write comes back as it was, and faulty lists come back marked."""

import io
import re
import zipfile
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archives.core.language import msg, speaking
from archives.core.problems import Place, Problem
from archives.core.sheets.columns import Column
from archives.core.sheets.header import find_header, records
from archives.core.sheets.marked import write_marked
from archives.core.sheets.sheet import Cell, Row, Sheet, Span
from archives.core.sheets.write import Table, own_sheet_names, write_table, write_template
from tests.core.sheets.workbooks import parts_of, read, sheet_of, write_xlsx

COLUMNS = (
    Column("number", msg("Volume number"), ("案卷号",), required=True, note=msg("Sheet")),
    Column("title", msg("Volume title"), ("案卷题名",), required=True),
    Column("retention", msg("Retention period"), ("保管期限",), choices=("永久", "长期", "短期")),
    Column("day", msg("Formed on"), ("日期",), kind="date"),
)
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn", "Co"]), min_size=1, max_size=40).filter(str.strip)
CELLS = st.one_of(
    WORDS,
    st.sampled_from(["=1+1", "+1", "@x", "0012", "http://example.com/", "1,234", "a\nb", "_x0041_", "<&>'\"", " x "]),
    st.integers(-(10**14), 10**14),
    st.dates(date(1900, 3, 1), date(2100, 1, 1)),
    st.booleans(),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.fixed_dictionaries({"number": CELLS, "title": WORDS}), min_size=1, max_size=8))
def test_a_table_comes_back_as_it_was(rows: list[dict[str, Cell]]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, "x.xlsx")
        write_table(path, Table("案卷", COLUMNS, rows))
        (sheet,) = read(path)
    assert sheet.formulas == frozenset()
    assert [row.cells[:2] for row in sheet.rows[1:]] == [[row["number"], row["title"]] for row in rows]


def test_what_a_spreadsheet_cannot_keep_is_written_as_text(tmp_path: Path) -> None:
    rows: list[dict[str, Cell]] = [
        {"number": cell, "title": "x"}
        for cell in (10**18, float("nan"), date(1850, 5, 1), "\ud800x", "y" * 40_000, datetime(1850, 5, 1, 8))  # noqa: DTZ001
    ]
    write_table(tmp_path / "x.xlsx", Table("S", COLUMNS, rows))
    cells = [row.cells[0] for row in read(tmp_path / "x.xlsx")[0].rows[1:]]
    assert cells == ["1" + "0" * 18, None, "1850-05-01", "\ufffdx", "y" * 32_767, "1850-05-01 08:00:00"]


def test_sheet_names_are_made_possible_and_different(tmp_path: Path) -> None:
    names = ["a/b:[c]", "x" * 40, "X" * 40, "", "'quoted'", "History"]
    write_table(tmp_path / "x.xlsx", *(Table(name, COLUMNS) for name in names))
    found = [sheet.name for sheet in read(tmp_path / "x.xlsx")]
    assert found == ["a_b__c_", "x" * 31, "X" * 27 + " (2)", "Sheet", "quoted", "History (2)"]


@pytest.mark.parametrize("language", ["zh_Hans_CN", "en"])
def test_a_template_is_read_back_with_its_examples_in_either_language(tmp_path: Path, language: str) -> None:
    path = tmp_path / "x.xlsx"
    example: dict[str, Cell] = {"number": "001", "title": "例", "day": date(2008, 5, 1)}
    with speaking(language):
        write_template(path, [Table("案卷目录", COLUMNS, [example])], [msg("Sheet")])
    sheet, explanations = read(path)
    header = find_header(sheet, COLUMNS)
    assert header is not None
    assert header.problems == ()
    assert [record.values for record in records(sheet, header)] == [example]
    assert explanations.name in own_sheet_names()
    assert find_header(explanations, COLUMNS) is None


def test_a_template_offers_choices_and_marks_what_is_needed(tmp_path: Path) -> None:
    write_template(tmp_path / "x.xlsx", [Table("S", COLUMNS)])
    xml = parts_of(tmp_path / "x.xlsx")["xl/worksheets/sheet1.xml"].decode()
    assert re.search(r'<dataValidation type="list"[^>]* sqref="C2:C\d+"><formula1>"永久,长期,短期"', xml)
    assert [str(cell).endswith("*") for cell in read(tmp_path / "x.xlsx")[0].rows[0].cells] == [
        True,
        True,
        False,
        False,
    ]


def _marked(sheets: list[Sheet], problems: list[Problem]) -> tuple[list[Sheet], dict[str, str]]:
    """The marked workbook read back, and its parts as text."""
    headers = [header for sheet in sheets if (header := find_header(sheet, COLUMNS))]
    stream = io.BytesIO()
    write_marked(stream, sheets, headers, problems)
    with TemporaryDirectory() as folder:
        path = Path(folder, "x.xlsx")
        path.write_bytes(stream.getvalue())
        return read(path), {name: part.decode() for name, part in parts_of(path).items()}


def test_a_marked_list_has_the_same_rows_and_every_fault_in_its_place() -> None:
    sheet = sheet_of(["目录"], ["案卷号", "案卷题名", "日期"], [1, "=1+1", None], [], [2, "主体", "x"], name="甲's")
    problems = [
        Problem("title.formula", msg("Sheet"), "title", "GB/T 50328-2014 5.3", place=Place("甲's", 3, "案卷题名")),
        Problem("day.missing", msg("Row"), "day", place=Place("甲's", 3, "日期")),
        Problem("day.not_a_date", msg("Row"), None, place=Place("甲's", 5, "日期")),
        Problem("day.twice", msg("Row"), None, place=Place("甲's", 5, "日期")),
        Problem("row.odd", msg("Row"), None, severity="warning", place=Place("甲's", 5)),
        Problem("list.odd", msg("Row")),
    ]
    (listing, copy), parts = _marked([sheet], problems)
    assert copy.name == "甲's"
    assert copy.rows == sheet.rows
    assert [row.cells[4] for row in listing.rows[1:]] == [problem.code for problem in problems]
    assert listing.rows[1].cells == ["甲's", "3", "案卷题名", "error", "title.formula", "Sheet", "GB/T 50328-2014 5.3"]
    comments = dict(re.findall(r'<comment ref="(\w+)".*?<t(?: [^>]*)?>(.*?)</t>', parts["xl/comments1.xml"], re.DOTALL))
    assert comments == {
        "B3": "title.formula\nSheet\nGB/T 50328-2014 5.3",
        "C3": "day.missing\nRow",
        "C5": "day.not_a_date\nRow\n\nday.twice\nRow",
        "A5": "row.odd\nRow",
    }
    links = re.findall(r'<hyperlink ref="(\w+)" location="([^"]+)"', parts["xl/worksheets/sheet1.xml"])
    assert links[:3] == [("B2", "'甲''s'!B3"), ("B3", "'甲''s'!C3"), ("B4", "'甲''s'!C5")]
    assert _red_cells(parts) == {"B3", "C3", "C5", "A5"}


def _red_cells(parts: dict[str, str]) -> set[str]:
    styles = parts["xl/styles.xml"]
    fills = re.findall(r"<fill>.*?</fill>", styles)
    formats = re.findall(r"<xf [^>]*fillId=\"(\d+)\"[^>]*>", styles.partition("<cellXfs")[2].partition("</cellXfs>")[0])
    cells = re.findall(r'<c r="(\w+)" s="(\d+)"', parts["xl/worksheets/sheet2.xml"])
    return {cell for cell, style in cells if "FFC7CE" in fills[int(formats[int(style)])]}


def test_a_marked_list_keeps_merged_cells_so_that_it_can_come_back() -> None:
    sheet = sheet_of(["案卷号", "案卷题名"], [1, "a"], [None, "b"])
    sheet.merged = [Span(2, 0, 3, 0), Span(3, 0, 4, 0)]  # the second is a mistake of the file
    (_, copy), _ = _marked([sheet], [Problem("x", msg("Row"), "number", place=Place("List", 3))])
    assert copy.merged == [Span(2, 0, 3, 0)]
    header = find_header(copy, COLUMNS)
    assert header is not None
    assert [record.values["number"] for record in records(copy, header)] == [1, 1]


def test_a_fault_in_a_blank_row_and_beyond_the_last_cell_is_marked() -> None:
    sheet = sheet_of(["案卷号", "案卷题名", "日期"], [1, "a"])
    (_, copy), parts = _marked([sheet], [Problem("x", msg("Row"), "day", place=Place("List", row)) for row in (2, 7)])
    assert copy.rows == sheet.rows
    assert _red_cells(parts) == {"C2", "C7"}


def test_writing_fails_as_a_whole_or_not_at_all(tmp_path: Path) -> None:
    def rows() -> list[dict[str, Cell]]:
        raise RuntimeError

    path = tmp_path / "x.xlsx"
    with pytest.raises(RuntimeError):
        write_table(path, Table("S", COLUMNS, (row for _ in range(1) for row in rows())))
    assert not path.exists() or not zipfile.is_zipfile(path)


def test_an_export_reads_like_a_workbook_of_another_program(tmp_path: Path) -> None:
    write_table(tmp_path / "ours.xlsx", Table("S", COLUMNS[:2], [{"number": "1", "title": "x"}]))
    write_xlsx(tmp_path / "theirs.xlsx", S=[[str(COLUMNS[0].label), str(COLUMNS[1].label)], ["1", "x"]])
    assert (
        read(tmp_path / "ours.xlsx")[0].rows
        == read(tmp_path / "theirs.xlsx")[0].rows
        == [
            Row(1, [str(COLUMNS[0].label), str(COLUMNS[1].label)]),
            Row(2, ["1", "x"]),
        ]
    )
