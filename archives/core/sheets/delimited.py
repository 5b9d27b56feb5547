"""Delimited text (CSV, TSV): the encoding and the separator are found from the content."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path, PurePath

from archives.core.errors import UnreadableFileError
from archives.core.language import msg
from archives.core.sheets.limits import Limits, check_columns, check_rows
from archives.core.sheets.sheet import Cell, Row, Sheet

DELIMITERS = ",;\t"
SAMPLE_ROWS = 50

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ufffe\uffff]")


def read_delimited(path: Path, name: str, limits: Limits) -> list[Sheet]:
    """The one sheet of a text list, named as the file is. Raises UnreadableFileError or TooLargeError."""
    text = decode(path.read_bytes(), name)
    delimiter, text = _delimiter(text)
    sheet = Sheet(PurePath(name).stem, list(_rows(text, delimiter, name, limits)))
    sheet.formulas = frozenset(
        (row.number, column)
        for row in sheet.rows
        for column, cell in enumerate(row.cells)
        if isinstance(cell, str) and cell.startswith("=")
    )
    return [sheet]


def decode(content: bytes, name: str) -> str:
    """Text in UTF-8, UTF-16 or GB18030. Raises UnreadableFileError for anything else."""
    for encoding in _encodings(content):
        try:
            text = content.decode(encoding).rstrip("\x1a")
        except UnicodeDecodeError:
            continue
        if not _CONTROL.search(text):
            return text
    sentence = msg(
        "“%(name)s” is neither a spreadsheet nor text in UTF-8, UTF-16 or GB18030. Save the list as .xlsx.", name=name
    )
    raise UnreadableFileError(sentence)


def _encodings(content: bytes) -> tuple[str, ...]:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return (encoding,)
    return ("utf-8", "gb18030") if b"\0" not in content else _encodings_of_pairs(content)


def _encodings_of_pairs(content: bytes) -> tuple[str, ...]:
    """UTF-16 without a mark: the zeros of its separators and line ends stand all on the same side."""
    first, second = content[::2].count(0), content[1::2].count(0)
    if len(content) % 2 or min(first, second):
        return ()
    encoding, line_end = ("utf-16-le", b"\n\0") if second else ("utf-16-be", b"\0\n")
    return (encoding,) if line_end in content else ()


def _delimiter(text: str) -> tuple[str, str]:
    """The separator, and the text without the line by which Excel names it."""
    if named := re.match(r"sep=([,;\t])\r?\n", text):
        return named[1], text[named.end() :]
    return max(DELIMITERS, key=lambda delimiter: _fitness(text, delimiter)), text


def _fitness(text: str, delimiter: str) -> tuple[int, int]:
    """How many of the first rows have the same number of columns, and that number."""
    try:
        rows = list(islice(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), SAMPLE_ROWS))
    except csv.Error:
        return 0, 0
    widths = Counter(len(row) for row in rows if len(row) > 1)
    width, count = max(widths.items(), key=lambda pair: (pair[1], pair[0]), default=(0, 0))
    return count, width


def _rows(text: str, delimiter: str, name: str, limits: Limits) -> Iterator[Row]:
    filled = 0
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), 1):
            known: list[Cell] = [cell if cell and not cell.isspace() else None for cell in cells]
            while known and known[-1] is None:
                known.pop()
            if known:
                filled += 1
                check_rows(name, filled, limits)
                check_columns(name, PurePath(name).stem, len(known), limits)
                yield Row(number, known)
    except csv.Error:
        raise UnreadableFileError(
            msg("“%(name)s” has a quotation mark that is never closed, or a cell that is far too long.", name=name)
        ) from None
