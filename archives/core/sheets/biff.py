"""A look into an .xls before it is opened: how far its sheets reach, where formulas stand, what must be refused."""

import struct

from archives.core.sheets.compound import SIGNATURE, Compound, CompoundFault
from archives.core.sheets.extent import Extent
from archives.core.sheets.refusals import damaged, encrypted, with_macros

_RECORD = struct.Struct("<HH")
_CELL = struct.Struct("<HH")
_FILEPASS, _BOUNDSHEET, _FORMULA, _END_OF_SHEET = 0x2F, 0x85, 0x06, 0x0A
# Formula, number, short text, RK number, RK run, shared text, truth, rich text: the records that fill a cell.
_FILLED = frozenset({_FORMULA, 0x203, 0x204, 0x27E, 0xBD, 0xFD, 0x205, 0xD6})
_RUN = 0xBD
_MACRO_SHEET = 1
_MACRO_FOLDERS = frozenset({"_VBA_PROJECT_CUR", "_VBA_PROJECT", "VBA"})


def scan_xls(content: bytes, name: str) -> list[Extent]:
    """The extent of each sheet, in the workbook's order. Raises UnreadableFileError."""
    try:
        compound = Compound(content)
        if compound.names & _MACRO_FOLDERS:
            raise with_macros(name)
        book = compound.stream("Workbook" if "Workbook" in compound.names else "Book")
        return [_extent(sheet, book, offset) for sheet, offset in _sheets(book, name)]
    except (CompoundFault, struct.error, KeyError):
        raise damaged(name) from None


def compound_names(content: bytes, name: str) -> frozenset[str]:
    """What a compound file holds. Raises UnreadableFileError if it is broken."""
    try:
        return Compound(content).names if content.startswith(SIGNATURE) else frozenset()
    except CompoundFault:
        raise damaged(name) from None


def _sheets(book: bytes, name: str) -> list[tuple[str, int]]:
    """The name of each sheet, and where it begins."""
    sheets, position = [], 0
    while position + 4 <= len(book):
        kind, length = _RECORD.unpack_from(book, position)
        if kind == _FILEPASS:
            raise encrypted(name)
        if kind == _BOUNDSHEET:
            offset, _, sheet_kind = struct.unpack_from("<IBB", book, position + 4)
            if sheet_kind == _MACRO_SHEET:
                raise with_macros(name)
            sheets.append((_sheet_name(book[position + 10 : position + 4 + length]), offset))
        if kind == _END_OF_SHEET:
            break
        position += 4 + length
    return sheets


def _sheet_name(content: bytes) -> str:
    """A length, a flag for two-byte letters, the letters. (Before 1997 without the flag: only a message looks odd.)"""
    wide = content[1:2] == b"\x01"
    return content[2:].decode("utf-16-le" if wide else "latin-1", "replace")


def _extent(sheet: str, book: bytes, position: int) -> Extent:
    rows = columns = 0
    formulas = set()
    while position + 8 <= len(book):
        kind, length = _RECORD.unpack_from(book, position)
        if kind == _END_OF_SHEET:
            break
        if kind in _FILLED:
            row, column = _CELL.unpack_from(book, position + 4)
            if kind == _FORMULA:
                formulas.add((row + 1, column))
            if kind == _RUN:
                (column,) = struct.unpack_from("<H", book, position + 2 + length)
            rows, columns = max(rows, row + 1), max(columns, column + 1)
        position += 4 + length
    return Extent(sheet, rows, columns, frozenset(formulas))
