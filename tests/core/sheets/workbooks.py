"""Workbooks that tests write: plain ones in a line, dangerous ones byte by byte."""

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

from xlsxwriter import Workbook

from archives.core.sheets.limits import Limits
from archives.core.sheets.read import read_sheets
from archives.core.sheets.sheet import Cell, Row, Sheet

FIXTURES = Path(__file__).parents[2] / "fixtures" / "sheets"
LIMITS = Limits()

_ODS = "urn:oasis:names:tc:opendocument:xmlns:"
_ODS_MEDIA = "application/vnd.oasis.opendocument.spreadsheet"


def write_xlsx(path: Path, **sheets: Sequence[Sequence[Cell]]) -> Path:
    """A workbook of these rows; days get a date format."""
    book = Workbook(path, {"default_date_format": "yyyy-mm-dd", "strings_to_formulas": False})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    book.close()
    return path


def write_parts(path: Path, parts: dict[str, bytes]) -> Path:
    """A ZIP of these members."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return path


def parts_of(path: Path) -> dict[str, bytes]:
    """The members of a ZIP."""
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def with_sheet(path: Path, sheet_data: str) -> Path:
    """A workbook whose one sheet has this XML inside `sheetData`."""
    parts = parts_of(write_xlsx(path, Sheet1=[["x"]]))
    before, _, rest = parts["xl/worksheets/sheet1.xml"].partition(b"<sheetData>")
    after = rest.partition(b"</sheetData>")[2]
    parts["xl/worksheets/sheet1.xml"] = before + b"<sheetData>" + sheet_data.encode() + b"</sheetData>" + after
    return write_parts(path, parts)


def write_ods(path: Path, rows: str, **more: bytes) -> Path:
    """An OpenDocument workbook with one table of this XML."""
    names = " ".join(f'xmlns:{name}="{_ODS}{name}:1.0"' for name in ("office", "table", "text"))
    content = (
        f'<?xml version="1.0"?><office:document-content {names}><office:body><office:spreadsheet>'
        f'<table:table table:name="S">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        f'<manifest:manifest xmlns:manifest="{_ODS}manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_ODS_MEDIA}"/></manifest:manifest>'
    )
    parts = {"mimetype": _ODS_MEDIA.encode(), "META-INF/manifest.xml": manifest.encode()}
    return write_parts(path, {**parts, "content.xml": content.encode(), **more})


def read(path: Path, limits: Limits = LIMITS) -> list[Sheet]:
    """Read as a person's file would be."""
    return read_sheets(path, path.name, limits)


def read_text(content: bytes, path: Path) -> list[Row]:
    """The rows of a text list."""
    path.write_bytes(content)
    return read(path)[0].rows


def sheet_of(*rows: Sequence[Cell], name: str = "List") -> Sheet:
    """A sheet in memory; rows are numbered from 1, blank ones and blank ends are left out as the readers do."""
    return Sheet(name, [Row(number, _trimmed(row)) for number, row in enumerate(rows, 1) if any(row)])


def _trimmed(row: Sequence[Cell]) -> list[Cell]:
    cells = list(row)
    while cells and cells[-1] is None:
        cells.pop()
    return cells


def macro_book(path: Path) -> Path:
    """A workbook that carries a program."""
    book = Workbook(path)
    book.add_worksheet("S").write_string(0, 0, "x")
    book.add_vba_project(io.BytesIO(b"\xd0\xcf\x11\xe0 a program"), is_stream=True)
    book.close()
    return path
