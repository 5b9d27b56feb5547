"""Every file that is no list is told what it is, and nothing but a clear error ever comes out."""

import io
import struct
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from xlsxwriter import Workbook

from archives.core.errors import ArchivesError, TooLargeError, UnreadableFileError
from tests.core.sheets.workbooks import (
    FIXTURES,
    macro_book,
    parts_of,
    read,
    with_sheet,
    write_ods,
    write_parts,
    write_xlsx,
)

FOLDER_ENTRY = 128


def _refused(path: Path, sentence: str) -> None:
    with pytest.raises(UnreadableFileError, match=sentence):
        read(path)


def _renamed_entry(content: bytes, old: str, new: str) -> bytes:
    """A compound file with one stream called otherwise."""
    name = old.encode("utf-16-le")
    position = content.index(name)
    field = new.encode("utf-16-le").ljust(64, b"\0") + struct.pack("<H", len(new) * 2 + 2)
    return content[:position] + field + content[position + len(field) :]


def _with_entry(content: bytes, new: str) -> bytes:
    """A compound file with a folder more, in its first free entry."""
    root = content.index("Root Entry".encode("utf-16-le"))
    free = next(
        position
        for position in range(root, root + 4 * FOLDER_ENTRY, FOLDER_ENTRY)
        if content[position + 64 : position + 66] == b"\0\0"
    )
    entry = new.encode("utf-16-le").ljust(64, b"\0") + struct.pack("<HB", len(new) * 2 + 2, 1)
    return content[:free] + entry + content[free + len(entry) :]


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"%PDF-1.7\n", "a PDF document"),
        (b"\x89PNG\r\n\x1a\n", "an image"),
        (b"\xff\xd8\xff\xe0", "an image"),
        (b"AC1032\0\0", "a drawing"),
        (b"Rar!\x1a\x07\0", "a compressed archive"),
        (b"MZ\x90\0\x03\0\0\0", "a program"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "a web page"),
        (b"\r\n <!DOCTYPE html><p>", "a web page"),
        (b"MIME-Version: 1.0\r\n", "a web page"),
        (b'<?xml version="1.0"?><a/>', "an XML file"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "XML spreadsheet"),
        (b"\x09\x08\x10\x00\x00\x05", "an old Excel"),
        (b"a,b\0c\n", "neither a spreadsheet nor text"),
        (b"\xff\xfe\xff", "neither a spreadsheet nor text"),
        (b"\x81\x20\xff\xff\x01", "neither a spreadsheet nor text"),
        (b"", "is empty"),
        (b"\n \n,,\n", "is empty"),
        (b"PK\x03\x04 and nothing more", "is damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and nothing more", "is damaged"),
    ],
)
def test_a_file_of_another_kind_is_told_what_it_is(tmp_path: Path, content: bytes, what: str) -> None:
    path = tmp_path / "list.xls"
    path.write_bytes(content)
    _refused(path, what)


@pytest.mark.parametrize(
    ("member", "what"),
    [
        ("word/document.xml", "word processor"),
        ("ppt/presentation.xml", "a presentation"),
        ("xl/workbook.bin", "binary workbook"),
        ("drawing.dwg", "a compressed archive"),
    ],
)
def test_a_package_of_another_kind_is_told_what_it_is(tmp_path: Path, member: str, what: str) -> None:
    _refused(write_parts(tmp_path / "list.xlsx", {member: b"x"}), what)


def test_a_list_may_begin_with_letters_that_mark_another_format(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("BM,title\nMZ,x\n")
    assert len(read(path)[0].rows) == 2


def test_passwords(tmp_path: Path) -> None:
    _refused(FIXTURES / "encrypted.xlsx", "protected by a password")
    old = tmp_path / "list.xls"
    content = (FIXTURES / "list.xls").read_bytes()
    first_record = content.index(b"\x09\x08\x10\x00")  # the workbook begins; what follows becomes a password record
    follows = first_record + 4 + 16
    old.write_bytes(content[:follows] + b"\x2f\x00" + content[follows + 2 :])
    _refused(old, "protected by a password")


def test_macros(tmp_path: Path) -> None:
    _refused(macro_book(tmp_path / "list.xlsm"), "contains macros")
    old = tmp_path / "list.xls"
    old.write_bytes(_with_entry((FIXTURES / "list.xls").read_bytes(), "_VBA_PROJECT_CUR"))
    _refused(old, "contains macros")
    more = {"Basic/script-lc.xml": b"<x/>"}
    _refused(write_ods(tmp_path / "list.ods", "<table:table-row/>", **more), "contains macros")


def test_a_letter_renamed_to_xls(tmp_path: Path) -> None:
    path = tmp_path / "letter.xls"
    path.write_bytes(_renamed_entry((FIXTURES / "list.xls").read_bytes(), "Workbook", "WordDocument"))
    _refused(path, "word processor")


def test_empty_workbooks(tmp_path: Path) -> None:
    _refused(write_xlsx(tmp_path / "x.xlsx", A=[], B=[[" ", None]]), "is empty")


def test_a_hundred_megabytes_of_nothing(tmp_path: Path) -> None:
    path = write_parts(tmp_path / "x.xlsx", {"xl/workbook.xml": bytes(100 << 20)})
    assert path.stat().st_size < 1 << 20
    with pytest.raises(TooLargeError, match="would unpack to 100 MB"):
        read(path)


def test_a_member_that_hides_its_size(tmp_path: Path) -> None:
    path = with_sheet(tmp_path / "x.xlsx", "<row><c><v>1</v></c></row>" + " " * (1 << 20))
    content = path.read_bytes()
    with zipfile.ZipFile(path) as package:
        true_size = struct.pack("<I", package.getinfo("xl/worksheets/sheet1.xml").file_size)
    assert content.count(true_size) == 2
    path.write_bytes(content.replace(true_size, struct.pack("<I", 100)))
    _refused(path, "is damaged")


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "x.xlsx", S=[["x"]])
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>'
    for part in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels"):
        _refused(write_parts(tmp_path / "bomb.xlsx", {**parts_of(path), part: bomb}), "is damaged")
    _refused(write_parts(tmp_path / "bomb.xlsx", {**parts_of(path), "xl/worksheets/sheet1.xml": bomb}), "is empty")


def test_two_members_of_one_name(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "x.xlsx", S=[["x"]])
    with zipfile.ZipFile(path, "a") as package:
        package.writestr("XL/workbook.xml", b"<another/>")
    _refused(path, "is damaged")


def test_a_chain_without_end_in_an_old_workbook(tmp_path: Path) -> None:
    content = bytearray((FIXTURES / "list.xls").read_bytes())
    (fat,) = struct.unpack_from("<I", content, 76)
    entries = (fat + 1) * 512
    for number in range(128):
        struct.pack_into("<I", content, entries + number * 4, 0)
    path = tmp_path / "x.xls"
    path.write_bytes(content)
    _refused(path, "is damaged")


def _sound_files() -> list[bytes]:
    stream = io.BytesIO()
    book = Workbook(stream)
    book.add_worksheet("S").write_row(0, 0, ["案卷号", "案卷题名", 1])
    book.close()
    files = [(FIXTURES / name).read_bytes() for name in ("list.xls", "list.ods", "encrypted.xlsx")]
    return [stream.getvalue(), *files, "案卷号,案卷题名\n1,基础\n".encode("gb18030")]


SOUND_FILES = _sound_files()


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_damaged_files_are_read_or_refused_and_nothing_else(data: st.DataObject) -> None:
    content = bytearray(data.draw(st.sampled_from(SOUND_FILES)))
    for _ in range(data.draw(st.integers(0, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    _read_or_refuse(bytes(content[: data.draw(st.integers(0, len(content)))]))


@settings(max_examples=150)
@given(st.one_of(st.binary(max_size=300), st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))))
def test_random_bytes_are_read_or_refused_and_nothing_else(content: bytes) -> None:
    _read_or_refuse(content)


def _read_or_refuse(content: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, "list")
        path.write_bytes(content)
        try:
            sheets = read(path)
        except ArchivesError:
            return
    assert any(sheet.rows for sheet in sheets)
