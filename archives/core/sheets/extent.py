"""How far a sheet's filled cells reach and where formulas stand, read from the XML before the workbook is opened.

The reader of workbooks lays a sheet out as a full rectangle, so that one stray cell at the far corner would take more
memory than any machine has. A pattern over the bytes answers for nearly every file; a parser answers for the rest.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from xml.parsers import expat

from archives.core.sheets.sheet import Span, column_index


@dataclass(frozen=True, slots=True)
class Extent:
    """Filled cells lie within `rows` and `columns`; formulas stand at (row number, column from 0)."""

    sheet: str

    rows: int = 0
    columns: int = 0
    formulas: frozenset[tuple[int, int]] = frozenset()
    merged: tuple[Span, ...] = ()


class NotXmlError(ValueError):
    """The part is no sound XML, or declares entities, which no honest sheet does."""


LONGEST_CELL = 8 << 20

Chunks = Callable[[], Iterator[bytes]]

# Most lists stay within columns A to Z and rows of five digits: one search proves it, and no cell need be counted.
_NEAR_ROWS, _NEAR_COLUMNS = 99_999, 26
_FAR_CELL = re.compile(rb'<c(?! r="[A-Z][0-9]{1,5}")[\s/>]')
_ANY_CELL = re.compile(rb"<(?:[\w.-]+:)?c[\s/>]")
_CELL = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"[^<>/]*>')
_BLANK = re.compile(rb'<c r="[A-Z]{1,3}[0-9]{1,7}"[^<>/]*/>')
_FORMULA = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"[^<>/]*>\s*<f[\s/>]')


def scan_xlsx(sheet: str, chunks: Chunks) -> Extent:
    """The extent of a worksheet part; `chunks` gives its bytes anew at each call."""
    return _scan_plain(sheet, chunks()) or _SheetParser().extent(sheet, chunks())


def _scan_plain(sheet: str, chunks: Iterator[bytes]) -> Extent | None:
    """The extent of a part written as spreadsheet programs write it; None if it is written in any other way."""
    rows = columns = 0
    formulas: set[tuple[int, int]] = set()
    for piece in _cut_between_cells(chunks):
        reach = _reach(piece)
        if reach is None:
            return None
        rows, columns = max(rows, reach[0]), max(columns, reach[1])
        if b"<f" in piece:
            formulas.update((int(row), column_index(column)) for column, row in _FORMULA.findall(piece))
    return Extent(sheet, rows, columns, frozenset(formulas))


def _reach(piece: bytes) -> tuple[int, int] | None:
    """The rows and columns that hold the cells of `piece`; None if it has cells in an unusual spelling."""
    if b"\0" in piece:
        return None
    if b":c" not in piece and not _FAR_CELL.search(piece):
        return _NEAR_ROWS, _NEAR_COLUMNS
    cells = _CELL.findall(piece)
    others = len(_ANY_CELL.findall(piece)) - len(cells)
    if others and others != len(_BLANK.findall(piece)):
        return None
    rows = max(map(int, {row for _, row in cells}), default=0)
    return rows, max(map(column_index, {column for column, _ in cells}), default=-1) + 1


def _cut_between_cells(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes, cut where a cell begins, so that no pattern is torn."""
    rest = b""
    for chunk in chunks:
        piece = rest + chunk
        cut = piece.rfind(b"<c ") if b"<c " in piece else piece.rfind(b"<")
        if cut <= 0 and len(piece) > LONGEST_CELL:
            cut = len(piece)
        cut = max(cut, 0)
        yield piece[:cut]
        rest = piece[cut:]
    yield rest


class _Parser:
    """What both parsers share: one pass of expat, names without prefix, no entities."""

    def parse(self, chunks: Iterator[bytes]) -> None:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EntityDeclHandler = _refuse_entity
        try:
            for chunk in chunks:
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
        except (expat.ExpatError, ValueError) as error:
            raise NotXmlError(str(error)) from None

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        raise NotImplementedError


def _refuse_entity(*_declaration: object) -> None:
    raise NotXmlError("entity")


class _SheetParser(_Parser):
    """A worksheet written in an unusual way: other prefixes or quotes, or cells without their own place."""

    def __init__(self) -> None:
        self._row = self._column = 0
        self._rows = self._columns = 0
        self._formulas: set[tuple[int, int]] = set()

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        match name.rpartition(":")[2]:
            case "row":
                self._row, self._column = int(attributes.get("r", self._row + 1)), 0
            case "c":
                self._step(attributes.get("r", ""))
            case "f":
                self._formulas.add((self._row, self._column - 1))
            case "v" | "is":
                self._rows, self._columns = max(self._rows, self._row), max(self._columns, self._column)

    def _step(self, reference: str) -> None:
        if not reference:
            self._column += 1
            return
        letters = reference.rstrip("0123456789")
        self._row, self._column = int(reference[len(letters) :]), column_index(letters) + 1

    def extent(self, sheet: str, chunks: Iterator[bytes]) -> Extent:
        self.parse(chunks)
        return Extent(sheet, self._rows, self._columns, frozenset(self._formulas))


def scan_ods(chunks: Iterator[bytes]) -> list[Extent]:
    """The extent of each table of an ODS content part, in order. Raises NotXmlError."""
    return _TablesParser().extents(chunks)


class _TablesParser(_Parser):
    """ODS repeats rows and cells by a number; a cell is filled when it has a type."""

    def __init__(self) -> None:
        self._tables: list[_Table] = []

    def extents(self, chunks: Iterator[bytes]) -> list[Extent]:
        self.parse(chunks)
        return [table.extent() for table in self._tables]

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        match name.rpartition(":")[2]:
            case "table":
                self._tables.append(_Table(attributes.get("table:name", "")))
            case "table-row" if self._tables:
                self._tables[-1].start_row(int(attributes.get("table:number-rows-repeated", 1)))
            case "table-cell" | "covered-table-cell" if self._tables:
                self._tables[-1].add_cell(attributes)


class _Table:
    def __init__(self, name: str) -> None:
        self._name = name
        self._row, self._repeated, self._column = 0, 0, 0
        self._rows = self._columns = 0
        self._formulas: set[tuple[int, int]] = set()
        self._merged: list[Span] = []

    def start_row(self, repeated: int) -> None:
        self._row, self._repeated, self._column = self._row + self._repeated, repeated, 0

    def add_cell(self, attributes: dict[str, str]) -> None:
        number, column = self._row + 1, self._column
        self._column += int(attributes.get("table:number-columns-repeated", 1))
        if "office:value-type" in attributes:
            self._rows = max(self._rows, self._row + self._repeated)
            self._columns = max(self._columns, self._column)
        if "table:formula" in attributes:
            self._formulas.add((number, column))
        height = int(attributes.get("table:number-rows-spanned", 1))
        width = int(attributes.get("table:number-columns-spanned", 1))
        if height > 1 or width > 1:
            self._merged.append(Span(number, column, number + height - 1, column + width - 1))

    def extent(self) -> Extent:
        return Extent(self._name, self._rows, self._columns, frozenset(self._formulas), tuple(self._merged))
