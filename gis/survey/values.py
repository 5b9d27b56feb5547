"""Cells to values, a column at a time: each different cell is understood once, plain numbers are not even looked at.

Blank, 0, "/" and "—" are different things: blank is nothing, 0 is a number, a stroke says that there is none.
"""

import math
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gis.frame import Mask, Number, Text
from gis.survey.grid import Coded, as_objects

Cells = Sequence[Any] | NDArray[Any]

LARGEST = 1e9
"""No northing, height or count is larger; 1e308 is a fault and not a number."""
STROKES = frozenset({"/", "\\", "-", "--", "—", "——", "–", "无", "空", "N/A", "NULL"})
"""How tables write that there is no value."""
FIRST_SERIAL, LAST_SERIAL = 15_000, 60_000
"""A number in this span, where a date belongs, is a spreadsheet's own day count (1941 to 2064)."""
SERIAL_EPOCH = date(1899, 12, 30)
FIRST_YEAR, LAST_YEAR = 1850, 2100

_NUMBER = re.compile(
    r"([+-]?(?:(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,3})?)\s*(?:m|kv|米|°|度|条|根|孔)?",
    re.I,
)
_DAY = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*[日号]?(?:[\sT]\s*\d{1,2}:\d{2}.*)?")
_MONTH = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*月?")
_YEAR = re.compile(r"(\d{4})\s*年?代?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})?")
_ANGLE = re.compile(r"(-?\d{1,3})[°度](?:(\d{1,2})['′分])?(?:(\d{1,2}(?:\.\d+)?)(?:\"|″|秒)?)?")
_VOLTS = re.compile(r"(\d+(?:\.\d+)?)(K?V|千伏|伏)?")
_SPACES = re.compile(r"[\s\x00-\x1f\x7f\u200b\ufeff]+")


class Doubt(NamedTuple):
    """Why a cell is not plainly its value: the rule it breaks, a stable word, what was taken, a milder severity."""

    rule: str
    reason: str
    taken: object = None
    severity: str = ""


Understood = tuple[Any, Doubt | None]


@dataclass(frozen=True, slots=True)
class Column:
    """A column understood. `numbers` point into `different`, the different cells; `doubts` are by that number."""

    values: NDArray[Any]
    different: Sequence[Any] = ()
    numbers: NDArray[np.int32] | None = None
    doubts: Mapping[int, Doubt] = field(default_factory=dict)


def distinct(cells: Cells) -> tuple[NDArray[np.int32], list[Any]]:
    """The different cells in order of appearance, and for each cell its number among them."""
    if isinstance(cells, Coded):
        return cells.occurring()
    plain = as_objects(cells).tolist() if isinstance(cells, np.ndarray) else cells
    index = {cell: number for number, cell in enumerate(dict.fromkeys(plain))}
    return np.fromiter(map(index.__getitem__, plain), np.int32, len(plain)), list(index)


def understood(cells: Cells, understand: Callable[[Any], Understood], dtype: type[Any]) -> Column:
    """A column whose different cells are each understood once."""
    numbers, different = distinct(cells)
    values = np.empty(len(different), dtype=dtype)
    doubts = {}
    for at, cell in enumerate(different):
        values[at], doubt = understand(cell)
        if doubt:
            doubts[at] = doubt
    return Column(values[numbers] if len(different) else np.empty(0, dtype), different, numbers, doubts)


def number_column(cells: Cells) -> Column:
    """Numbers, NaN for nothing. Text that is no number, infinity and what is larger than 1e9 is in doubt (F3)."""
    plain = _plain_numbers(cells)
    return Column(plain) if plain is not None else understood(cells, number, np.float64)


def text_column(cells: Cells) -> Column:
    """Free text, trimmed; numbers as a spreadsheet shows them, days as YYYY-MM-DD."""
    return understood(cells, lambda cell: (written(cell), None), np.object_)


def code_column(cells: Cells) -> Column:
    """Point numbers and codes: half-width and without spaces (F6); a day where Excel made one of `1-2` is in doubt."""
    if isinstance(cells, np.ndarray) and cells.dtype.kind == "S":
        texts = np.char.decode(cells, "ascii").tolist()
        if _is_clean(texts):
            return Column(_texts(texts))
    elif not isinstance(cells, Coded) and _is_clean_text(_listed(cells)):
        return Column(_texts(_listed(cells)))
    return understood(cells, code, np.object_)


def date_column(cells: Cells) -> Column:
    """Dates as YYYY, YYYY-MM or YYYY-MM-DD, as exact as they were given."""
    return understood(cells, day, np.object_)


def scaled(column: Column, factor: float) -> Column:
    """The same column in another unit."""
    return Column(column.values * factor, column.different, column.numbers, column.doubts)


def written(cell: Any) -> str:
    """One line of text as a spreadsheet shows the cell: 3.0 is "3", a day is YYYY-MM-DD, nothing is ""."""
    if isinstance(cell, str):
        return cell.strip() if cell.isprintable() else _SPACES.sub(" ", cell).strip()
    return "" if cell is None else _shown(cell)


def number(cell: Any) -> Understood:
    """One number from one cell."""
    if isinstance(cell, str):
        return _number_in(cell)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _within(float(cell) if isinstance(cell, float) or abs(cell) <= LARGEST else math.inf, None)
    return math.nan, None if cell is None else Doubt("F3", "not_a_number")


def _number_in(cell: str) -> Understood:
    text = unicodedata.normalize("NFKC", cell).strip()
    if not text or text.upper() in STROKES:
        return math.nan, Doubt("F3", "stroke", severity="I") if text else None
    found = _NUMBER.fullmatch(text)
    if found is None:
        return math.nan, Doubt("F3", "not_a_number")
    value = float(found[1].replace(",", ""))
    return _within(value, Doubt("F6", "written", value) if text != cell.strip() or found[1] != text else None)


def code(cell: Any) -> Understood:
    """One point number or code from one cell."""
    if isinstance(cell, date):
        return written(cell), Doubt("F3", "became_a_date", written(cell))
    text = written(cell)
    clean = "".join(unicodedata.normalize("NFKC", text).split())
    if isinstance(cell, str) and clean != cell:
        return clean, Doubt("F6", "spaces" if clean == "".join(cell.split()) else "full_width", clean)
    return clean, None


def day(cell: Any) -> Understood:
    """One date from one cell: a day, a month or a year."""
    if isinstance(cell, date):
        return _sane(cell.year, cell.month, cell.day)
    text = unicodedata.normalize("NFKC", written(cell)).strip()
    if not text or text.upper() in STROKES:
        return "", Doubt("F3", "stroke", severity="I") if text else None
    given, doubt = _day_in(text)
    if isinstance(cell, float) and not cell.is_integer() and not doubt:
        return given, Doubt("F3", "month", given, "W")  # the number 2008.1 may have been October
    return given, doubt


def _day_in(text: str) -> Understood:
    if text.isdigit() and len(text) == 5 and FIRST_SERIAL <= int(text) <= LAST_SERIAL:
        serial = (SERIAL_EPOCH + timedelta(days=int(text))).isoformat()
        return serial, Doubt("F3", "day_count", serial, "W")
    for pattern in (_YEAR, _COMPACT, _DAY, _MONTH):
        found = pattern.fullmatch(text)
        if found:
            return _sane(*(int(part) for part in found.groups() if part))
    return text, Doubt("F3", "not_a_date")


def angle(unit: str) -> Callable[[Any], Understood]:
    """Reads a rotation in degrees, radians or DDD.MMSS; `30°15′20″` is understood in any of them."""

    def understand(cell: Any) -> Understood:
        found = _ANGLE.fullmatch(cell.replace(" ", "")) if isinstance(cell, str) else None
        if found:
            return _degrees(float(found[1]), float(found[2] or 0), float(found[3] or 0)), None
        value, doubt = number(cell)
        match unit:
            case "rad":
                return math.degrees(value), doubt
            case "dms":
                return _packed_degrees(value), doubt
            case _:
                return value, doubt

    return understand


def voltage(cell: Any) -> Understood:
    """A voltage as its number of kV ("380V" is "0.38"); text that names none stays as it is."""
    text = written(cell)
    found = _VOLTS.fullmatch(unicodedata.normalize("NFKC", text).replace(" ", "").upper())
    if found is None:
        return text, None
    volts = found[2] in {"V", "伏"}
    return format(float(found[1]) / (1000 if volts else 1), "g"), None


def rows_of(column: Column, at: int) -> NDArray[np.intp]:
    """The rows that hold the different cell of that number."""
    return np.flatnonzero(column.numbers == at) if column.numbers is not None else np.empty(0, np.intp)


def _plain_numbers(cells: Cells) -> Number | None:
    """The column where every cell is a sane number, a blank or its plain text; None where one must look closer."""
    if isinstance(cells, Coded):
        return None  # few different ones: each is looked at
    if isinstance(cells, np.ndarray) and cells.dtype.kind in "iuf":
        return _sane_numbers(cells.astype(np.float64), np.isnan(cells))
    if isinstance(cells, np.ndarray) and cells.dtype.kind == "S":
        blank = cells == b""
        clean = _is_clean(cells.tobytes().replace(b"\0", b"").decode("ascii"))
        return _sane_numbers(_converted(np.where(blank, b"nan", cells)), blank) if clean else None
    kinds = set(map(type, cells))
    if kinds <= {float, int, type(None)}:
        return _sane_numbers(_converted(cells), np.array([cell is None for cell in cells], dtype=bool))
    if kinds <= {str, type(None)}:
        texts = [cell or "nan" for cell in cells]
        if _is_clean(texts):
            return _sane_numbers(_converted(texts), np.array([not cell for cell in cells], dtype=bool))
    return None


def _converted(cells: Cells) -> Number | None:
    try:
        return np.array(cells, dtype=np.float64)
    except (ValueError, OverflowError):
        return None


def _sane_numbers(values: Number | None, blank: Mask) -> Number | None:
    if values is None:
        return None
    sane = np.abs(values) <= LARGEST
    return values if bool((sane | blank).all()) else None


def _listed(cells: Cells) -> Sequence[Any]:
    return cells.tolist() if isinstance(cells, np.ndarray) else cells


def _is_clean_text(cells: Sequence[Any]) -> bool:
    return set(map(type, cells)) <= {str} and _is_clean(cells)


def _is_clean(texts: Sequence[str]) -> bool:
    """Whether all are printable ASCII without a space or an underscore-in-number trap."""
    together = "".join(texts)
    return together.isascii() and together.isprintable() and " " not in together and "_" not in together


def _texts(cells: Sequence[Any]) -> Text:
    column = np.empty(len(cells), dtype=np.object_)
    column[:] = cells
    return column


def _within(value: float, doubt: Doubt | None) -> Understood:
    if math.isnan(value):
        return math.nan, Doubt("F3", "not_a_number")
    return (value, doubt) if abs(value) <= LARGEST else (math.nan, Doubt("F3", "too_large"))


def _shown(cell: Any) -> str:
    match cell:
        case bool():
            return "TRUE" if cell else "FALSE"
        case float():
            return _shown_number(cell)
        case datetime():
            return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "seconds")
        case date() | time():
            return cell.isoformat()
        case _:
            return str(cell)


def _shown_number(cell: float) -> str:
    if not math.isfinite(cell):
        return "" if math.isnan(cell) else str(cell)
    return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else format(cell, ".15g")


def _sane(year: int, month: int | None = None, day_of_month: int | None = None) -> Understood:
    parts = [f"{year:04}", *(f"{part:02}" for part in (month, day_of_month) if part is not None)]
    given = "-".join(parts)
    try:
        date(year, month if month is not None else 1, day_of_month if day_of_month is not None else 1)
    except ValueError:
        return given, Doubt("F3", "no_such_day")
    return given, None if FIRST_YEAR <= year <= LAST_YEAR else Doubt("F3", "year")


def _degrees(whole: float, minutes: float, seconds: float) -> float:
    return math.copysign(abs(whole) + minutes / 60 + seconds / 3600, whole)


def _packed_degrees(value: float) -> float:
    """DDD.MMSS as theodolites write it."""
    if math.isnan(value):
        return value
    total = round(abs(value) * 10_000, 4)
    degrees, rest = divmod(total, 10_000)
    minutes, seconds = divmod(rest, 100)
    return math.copysign(degrees + minutes / 60 + seconds / 3600, value)
