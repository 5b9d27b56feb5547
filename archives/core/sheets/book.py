"""A workbook being written: its formats, safe sheet names, and one way to put any value into a cell.

Text is always text here: it never becomes a formula, a link or a number, so codes keep their zeros.
"""

import io
import math
import re
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import IO

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from archives.core.errors import TooLargeError
from archives.core.language import msg
from archives.core.sheets.values import as_text

Target = Path | IO[bytes]

MOST_ROWS = 1_048_576
LONGEST_TEXT = 32_767
LONGEST_NAME = 31
# A spreadsheet keeps fifteen digits; a longer number would come back changed, so it is written as text.
EXACT_BELOW = 10**15
FIRST_YEAR = 1900

_OPTIONS = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
_LOOKS: dict[str, dict[str, object]] = {
    "text": {"num_format": "@", "valign": "top"},
    "wrapped": {"num_format": "@", "valign": "top", "text_wrap": True},
    "date": {"num_format": "yyyy-mm-dd", "valign": "top"},
    "moment": {"num_format": "yyyy-mm-dd hh:mm:ss", "valign": "top"},
    "time": {"num_format": "hh:mm:ss", "valign": "top"},
    "number": {"valign": "top"},
    "heading": {"bold": True, "bg_color": "#DCE6F1", "border": 1, "text_wrap": True, "valign": "vcenter"},
    "required": {
        "bold": True,
        "bg_color": "#DCE6F1",
        "border": 1,
        "text_wrap": True,
        "valign": "vcenter",
        "font_color": "#9C0006",
    },
    "link": {"font_color": "#0563C1", "underline": 1, "valign": "top"},
}
_FAULTY: dict[str, object] = {"bg_color": "#FFC7CE", "font_color": "#9C0006"}
_UNNAMEABLE = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_SURROGATES = re.compile("[\ud800-\udfff]")


class Book:
    """A workbook to write into; closing it stores it. `in_order`: rows come from top to bottom and need no memory."""

    def __init__(self, target: Target, *, in_order: bool = True) -> None:
        self._book = Workbook(target, {**_OPTIONS, "constant_memory": in_order})
        self._formats: dict[tuple[str, bool], Format] = {}
        self._used: set[str] = set()

    def __enter__(self) -> "Book":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._book.filename = io.BytesIO()  # nobody gets half a workbook, but its temporary files must go
        self._book.close()

    def add_sheet(self, name: str) -> tuple[Worksheet, str]:
        """A new sheet, and the name it could be given."""
        possible = _possible_name(name, self._used)
        self._used.add(possible.casefold())
        return self._book.add_worksheet(possible), possible

    def look(self, name: str, *, faulty: bool = False) -> Format:
        """A named format; `faulty` is its red variant."""
        if (name, faulty) not in self._formats:
            self._formats[name, faulty] = self._book.add_format({**_LOOKS[name], **(_FAULTY if faulty else {})})
        return self._formats[name, faulty]

    def write(self, sheet: Worksheet, row: int, column: int, value: object, *, faulty: bool = False) -> None:
        """Put a value into a cell (row and column from 0). Raises TooLargeError below the last possible row."""
        if row >= MOST_ROWS:
            raise TooLargeError(msg("A sheet holds no more than %(limit)d rows.", limit=MOST_ROWS))
        if value is None or value == "":
            if faulty:
                sheet.write_blank(row, column, None, self.look("text", faulty=True))
            return
        look, put = _way(sheet, value)
        put(row, column, value if look not in {"text", "wrapped"} else _storable(value), self.look(look, faulty=faulty))


def _way(sheet: Worksheet, value: object) -> tuple[str, Callable[..., int]]:
    """The format of a value, and the call that writes it."""
    match value:
        case bool():
            return "number", sheet.write_boolean
        case int() | float() | Decimal() if _is_exact(value):
            return "number", sheet.write_number
        case date() if _has_serial(value):
            return _date_look(value), sheet.write_datetime
        case time():
            return "time", sheet.write_datetime
        case _:
            return ("wrapped" if isinstance(value, str) and "\n" in value else "text"), sheet.write_string


def _is_exact(number: float | Decimal) -> bool:
    return math.isfinite(number) and -EXACT_BELOW < number < EXACT_BELOW


def _has_serial(day: date) -> bool:
    """Spreadsheets know no day before 1900 and no time zone."""
    return day.year >= FIRST_YEAR and (not isinstance(day, datetime) or day.tzinfo is None)


def _date_look(day: date) -> str:
    return "moment" if isinstance(day, datetime) and day.time() != time() else "date"


def _storable(value: object) -> str:
    text = value if isinstance(value, str) else as_text(value)
    return _SURROGATES.sub("\ufffd", text)[:LONGEST_TEXT]


def _possible_name(name: str, used: set[str]) -> str:
    """A name that spreadsheets accept: short, without their special signs, not used twice."""
    stem = _UNNAMEABLE.sub("_", _SURROGATES.sub("_", name)).strip().strip("'") or "Sheet"
    candidate, number = stem[:LONGEST_NAME], 2
    while candidate.casefold() in used or candidate.casefold() == "history":  # the one name Excel keeps for itself
        suffix = f" ({number})"
        candidate, number = stem[: LONGEST_NAME - len(suffix)] + suffix, number + 1
    return candidate
