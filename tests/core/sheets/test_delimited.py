"""Text lists in every encoding and with every separator."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archives.core.errors import UnreadableFileError
from archives.core.sheets.delimited import decode
from archives.core.sheets.sheet import Row
from tests.core.sheets.workbooks import read, read_text

TEXT = "案卷号{0}案卷题名{0}备注\r\n001{0}基础，主体{0}\r\n002{0}竣工图{0}甲\r\n"
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "gbk"]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encoding_and_separator_are_found(tmp_path: Path, encoding: str, delimiter: str) -> None:
    rows = read_text(TEXT.format(delimiter).encode(encoding), tmp_path / "list.csv")
    assert rows == [
        Row(1, ["案卷号", "案卷题名", "备注"]),
        Row(2, ["001", "基础，主体"]),
        Row(3, ["002", "竣工图", "甲"]),
    ]


def test_quoted_cells_keep_separators_and_line_breaks_and_rows_are_numbered_as_a_spreadsheet_does(
    tmp_path: Path,
) -> None:
    rows = read_text(b'a,"b,\nc",d\n\n,,\n1,2,3\n', tmp_path / "list.csv")
    assert rows == [Row(1, ["a", "b,\nc", "d"]), Row(4, ["1", "2", "3"])]


def test_commas_in_titles_do_not_hide_tabs(tmp_path: Path) -> None:
    rows = read_text(b"no\ttitle\n1\ta, b, c\n2\td, e\n", tmp_path / "list.csv")
    assert rows[1].cells == ["1", "a, b, c"]


def test_the_separator_that_excel_names_wins(tmp_path: Path) -> None:
    rows = read_text(b"sep=;\r\na,b;c\r\n", tmp_path / "list.csv")
    assert rows == [Row(1, ["a,b", "c"])]


def test_a_title_above_the_list_does_not_confuse_the_separator(tmp_path: Path) -> None:
    rows = read_text("移交目录\n项目;甲\n案卷号,题名,备注\n1,a,b\n2,c,d\n".encode(), tmp_path / "list.csv")
    assert rows[2].cells == ["案卷号", "题名", "备注"]


def test_formulas_in_text_are_found(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(b"no,title\n1,=HYPERLINK()\n")
    (sheet,) = read(path)
    assert sheet.name == "list"
    assert sheet.formulas == {(2, 1)}


def test_a_cell_that_never_ends_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="quotation mark"):
        read_text(b'a,"' + b"x" * 200_000, tmp_path / "list.csv")


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1), st.sampled_from(["utf-8-sig", "utf-16"]))
def test_marked_text_is_decoded_as_it_was_written(text: str, encoding: str) -> None:
    written = text.replace("\ufffe", "").replace("\uffff", "")
    assert decode(written.encode(encoding), "x").lstrip("\ufeff") == written.lstrip("\ufeff")


@given(st.text("案卷题名，。（）一二三四五六七八九十基础主体竣工图纸abc123 ", min_size=4))
def test_plain_chinese_is_told_from_its_bytes_alone(text: str) -> None:
    assert decode(text.encode("utf-8"), "x") == text
