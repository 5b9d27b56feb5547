"""Delimited text (CSV, TSV): the encoding and the separator are found from the content."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import chain, islice
from pathlib import Path, PurePath
from typing import TypeVar

from archives.core.errors import UnreadableFileError
from archives.core.language import msg
from archives.core.sheets.limits import Limits, check_columns, check_rows
from archives.core.sheets.sheet import Cell, Row, Sheet

DELIMITERS = ",;\t"
SAMPLE_ROWS = 50
BLOCK, ROWS = 1 << 20, 1_000
"""Bytes and rows at a time of a list that is never held whole."""
Numbered = Iterator[tuple[Sequence[int], list[list[str]]]]
"""Numbers of rows, and their cells, some rows at a time."""
T = TypeVar("T")

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
    sheet.formulas = (
        frozenset(
            (row.number, column)
            for row in sheet.rows
            for column, cell in enumerate(row.cells)
            if isinstance(cell, str) and cell.startswith("=")
        )
        if "=" in text
        else frozenset()
    )
    return [sheet]


def read_in_passing(path: Path, name: str, limits: Limits, take: Callable[[Numbered], T]) -> T | None:
    """What `take` makes of the filled rows of a text list and their numbers; the list is never held whole.

    None for what `read_delimited` has to look at whole: UTF-16, and what is no text. `take` may be asked again for
    another encoding. Raises UnreadableFileError or TooLargeError.
    """
    with path.open("rb") as stream:
        head = stream.read(BLOCK)
    if b"\0" in head or head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return None
    for encoding in _encodings(head):
        try:
            return take(_filled_rows(_blocks(path, encoding), name, limits))
        except UnicodeError:
            continue
    return None


def _blocks(path: Path, encoding: str) -> Iterator[str]:
    """The text in blocks of whole lines. Raises UnicodeError for what is not in this encoding, or no text."""
    decoder, held = codecs.getincrementaldecoder(encoding)(), ""
    with path.open("rb") as stream:
        while content := stream.read(BLOCK):
            held += decoder.decode(content)
            end = held.rfind("\n") + 1
            if end:
                yield _checked(held[:end])
                held = held[end:]
    yield _checked((held + decoder.decode(b"", final=True)).rstrip("\x1a"))


def _checked(text: str) -> str:
    if _CONTROL.search(text):
        raise UnicodeError
    return text


def _filled_rows(blocks: Iterator[str], name: str, limits: Limits) -> Numbered:
    delimiter, first = _delimiter(next(blocks, ""))
    lines = chain.from_iterable(map(partial(io.StringIO, newline=""), chain([first], blocks)))
    rows, sheet = _split(lines, delimiter, name), PurePath(name).stem
    read = filled = 0
    while some := list(islice(rows, ROWS)):
        numbers, kept = _without_blank(range(read + 1, read + 1 + len(some)), some)
        read, filled = read + len(some), filled + len(kept)
        check_rows(name, filled, limits)
        if max(map(len, kept), default=0) > limits.columns:
            check_columns(name, sheet, max(len(_known(cells)) for cells in kept), limits)
        yield numbers, kept


def _without_blank(numbers: Sequence[int], rows: list[list[str]]) -> tuple[Sequence[int], list[list[str]]]:
    """The rows that hold anything; most begin with a cell that does."""
    doubted = [at for at, cells in enumerate(rows) if not cells or not cells[0].strip()]
    blank = {at for at in doubted if not "".join(rows[at]).strip()}
    if not blank:
        return numbers, rows
    kept = [at for at in range(len(rows)) if at not in blank]
    return [numbers[at] for at in kept], [rows[at] for at in kept]


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
    filled, sheet = 0, PurePath(name).stem
    for number, cells in enumerate(_split(io.StringIO(text, newline=""), delimiter, name), 1):
        known = _known(cells)
        if known:
            filled += 1
            check_rows(name, filled, limits)
            check_columns(name, sheet, len(known), limits)
            yield Row(number, known)


def _known(cells: list[str]) -> list[Cell]:
    """The cells of a row, None for blank ones, without the blank ones at its end."""
    known: list[Cell] = [cell if cell and not cell.isspace() else None for cell in cells]
    while known and known[-1] is None:
        known.pop()
    return known


def _split(lines: Iterable[str], delimiter: str, name: str) -> Iterator[list[str]]:
    """The rows of a list. Raises UnreadableFileError."""
    try:
        yield from csv.reader(lines, delimiter=delimiter)
    except csv.Error:
        raise UnreadableFileError(
            msg("“%(name)s” has a quotation mark that is never closed, or a cell that is far too long.", name=name)
        ) from None
