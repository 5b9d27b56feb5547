"""Reads the customary volume lists (案卷目录) and contents lists (卷内目录) from the sheets of a workbook or a CSV."""

import re
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from archives.accession.formats.columns import ITEM_COLUMNS, VOLUME_COLUMNS
from archives.accession.formats.completion import complete_items
from archives.accession.formats.shape import ListedItem, ListedVolume, TransferList, Values
from archives.accession.formats.spans import split_days, split_pages
from archives.core.language import msg
from archives.core.problems import Place, Problem
from archives.core.sheets.columns import Column
from archives.core.sheets.header import Header, Record, find_header, header_missing, records
from archives.core.sheets.sheet import Row, Sheet
from archives.core.sheets.values import as_text
from archives.core.sheets.write import own_sheet_names

Kind = Literal["volumes", "items"]

_COLUMNS: dict[Kind, Sequence[Column]] = {"volumes": VOLUME_COLUMNS, "items": ITEM_COLUMNS}
_KIND_WORDS: dict[Kind, tuple[str, ...]] = {
    "volumes": ("案卷", "volume"),
    "items": ("卷内", "文件", "item", "contents"),
}
# A list of another kind shares a few headings (number, note); so many make it ours even without a title.
_ENOUGH_COLUMNS = 4

_LIST_WORDS = re.compile(
    r"城建档案|建设工程|案卷|卷内|文件|目录|清单|移交|列表|volumes?|items?|contents|list|[-_—()（）\s]", re.IGNORECASE
)
_VOLUME_NAME = re.compile(r"第?(\d{1,6})[卷号]?")
_LABELLED = re.compile(r"(案卷号|案卷序号|卷号|单位工程|单位工程名称)\s*[:：]\s*(.*)", re.DOTALL)
_ANY_LABEL = re.compile(r"[^:：]{1,12}[:：].*", re.DOTALL)
# One cell that says two things: the two fields it becomes, and how it is split.
_SPLIT = {"period": ("start_date", "end_date", split_days), "pages": ("page_from", "page_to", split_pages)}


@dataclass(frozen=True, slots=True)
class _List:
    """A sheet that is one of our lists: its heading, and what every row of it takes from outside its own cells."""

    kind: Kind
    sheet: Sheet
    header: Header
    unit: str = ""


def read_spreadsheet(sheets: Sequence[Sheet], unit: str | None = None) -> TransferList:
    """Every list among `sheets`. `unit` is the unit works of rows that name none themselves."""
    found = TransferList(sheets=[sheet for sheet in sheets if sheet.rows and sheet.name not in own_sheet_names()])
    lists = [known for sheet in found.sheets if (known := _recognised(sheet))]
    found.problems += _problems_of_sheets(found.sheets, lists)
    for known in _with_units(lists):
        _read(found, known, unit or "")
    complete_items(found)
    return found


def _recognised(sheet: Sheet) -> _List | None:
    """What the sheet is, by the heading that names the most columns; the sheet's name decides between equals."""
    lists = [
        _List(kind, sheet, header) for kind, columns in _COLUMNS.items() if (header := find_header(sheet, columns))
    ]
    return max((known for known in lists if _is_list(known.header)), key=_likelihood, default=None)


def _is_list(header: Header) -> bool:
    return "title" in header.places or len(header.places) >= _ENOUGH_COLUMNS


def _likelihood(known: _List) -> tuple[int, bool, bool]:
    named = any(word in known.sheet.name.casefold() for word in _KIND_WORDS[known.kind])
    return len(known.header.places), "title" in known.header.places, named


def _problems_of_sheets(sheets: Sequence[Sheet], lists: Sequence[_List]) -> Iterator[Problem]:
    known = {id(found.sheet) for found in lists}
    for sheet in sheets:
        if not lists:
            yield header_missing(sheet, VOLUME_COLUMNS)
        elif id(sheet) not in known:
            sentence = msg("The sheet “%(sheet)s” is no list of volumes or items and was not read.", sheet=sheet.name)
            yield Problem("sheet.not_a_list", sentence, severity="warning", place=Place(sheet.name))
        elif sheet.hidden:
            sentence = msg("The hidden sheet “%(sheet)s” was read too.", sheet=sheet.name)
            yield Problem("sheet.hidden", sentence, severity="warning", place=Place(sheet.name))


def _with_units(lists: Sequence[_List]) -> list[_List]:
    """Where a workbook has several lists of one kind, the name of each sheet says its unit works."""
    counts = Counter(known.kind for known in lists)
    return [replace(known, unit=_unit_in(known.sheet.name)) if counts[known.kind] > 1 else known for known in lists]


def _unit_in(name: str) -> str:
    """A sheet's name without the words that only say what list it is; a bare number is a volume's."""
    rest = _LIST_WORDS.sub("", name)
    return "" if _VOLUME_NAME.fullmatch(rest) else rest


def _read(found: TransferList, known: _List, unit: str) -> None:
    found.problems += known.header.problems
    found.headers.append(header := _with_split_columns(known.header))
    for record, said in _records(known):
        values = _values(record, {"unit": known.unit, **said, **({"unit": unit} if unit else {})})
        formulas = tuple(_SPLIT[key][0] if key in _SPLIT else key for key in record.formulas)
        if known.kind == "volumes":
            found.volumes.append(ListedVolume(header.place(record.row), values, header.headings, formulas))
        else:
            found.items.append(ListedItem(header.place(record.row), values, header.headings, formulas))


def _values(record: Record, given: dict[str, str]) -> Values:
    """A row's own cells over what stands around it. Numbers of volumes become text, so that 1.0 and "1" are one."""
    values: Values = {**given, **record.values}
    values |= {key: as_text(record.values[key]) for key in ("unit", "volume_no") if key in record.values}
    _split(values)
    return values


def _records(known: _List) -> Iterator[tuple[Record, dict[str, str]]]:
    """The rows, each with what the lines above it say of its volume and unit works (案卷号：3)."""
    lines = deque((row.number, said) for row in known.sheet.rows if (said := _sayings(row, known.kind)))
    numbers = {number for number, _ in lines}
    said = _volume_in(known)
    for record in records(known.sheet, known.header):
        while lines and lines[0][0] <= record.row:
            said = said | lines.popleft()[1]
        if record.row not in numbers:
            yield record, said


def _volume_in(known: _List) -> dict[str, str]:
    """The volume that a sheet's name says, where a workbook has one contents list on each sheet."""
    number = _VOLUME_NAME.fullmatch(_LIST_WORDS.sub("", known.sheet.name))
    return {"volume_no": number[1]} if number and known.kind == "items" else {}


def _sayings(row: Row, kind: Kind) -> dict[str, str]:
    """What a line such as “案卷号：3  单位工程：1号楼” says; nothing if the row is no such line."""
    first = next(cell for cell in row.cells if cell is not None)
    if not isinstance(first, str) or not _ANY_LABEL.fullmatch(first):
        return {}
    cells = [as_text(cell) for cell in row.cells if cell is not None]
    found: dict[str, str] = {}
    for cell, following in zip(cells, [*cells[1:], ""], strict=True):
        if label := _LABELLED.fullmatch(cell):
            key = "unit" if label[1].startswith("单位") else "volume_no"
            found[key] = label[2] or following
    return found if kind == "items" else {key: text for key, text in found.items() if key == "unit"}


def _split(values: Values) -> None:
    for key, (first, second, split) in _SPLIT.items():
        if key in values:
            for name, cell in zip((first, second), split(values.pop(key)), strict=True):
                if cell is not None:
                    values.setdefault(name, cell)


def _with_split_columns(header: Header) -> Header:
    """The heading with the fields that a cell is split into standing where the cell stands."""
    places, headings = dict(header.places), dict(header.headings)
    for key, (*names, _) in _SPLIT.items():
        for name in names if key in places else ():
            places.setdefault(name, places[key])
            headings.setdefault(name, headings[key])
    return replace(header, places=places, headings=headings)
