"""From what a person typed to what a draft wants: text, days and numbers, read alike from a form and from a cell.

Each function answers the value, or nothing for an empty cell, or raises ValueFault with a sentence for the person.
"""

import math
import re
import unicodedata
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from archives.core.errors import ArchivesError
from archives.core.language import Message, msg

EARLIEST_YEAR = 1800
LATEST_YEAR = 2100

NOTHING = frozenset({"", "/", "\\", "-", "--", "—", "——", "–", "无", "空"})
"""How lists write that there is no day or no number."""

# A number in this span, where a day belongs, is a spreadsheet's own day count (1954 to 2064) that lost its format.
FIRST_SERIAL, LAST_SERIAL = 20_000, 60_000
SERIAL_EPOCH = date(1899, 12, 30)
SERIAL_EPOCH_1904 = date(1904, 1, 1)

_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_BREAKS_IN_LINE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]+")
_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ud800-\udfff]")
_DASHES = str.maketrans("–—−‐‑", "-----")
_DAY = re.compile(
    r"(\d{4})\s*(?:[-./]|年)\s*(\d{1,2})\s*(?:[-./]|月)\s*(\d{1,2})\s*[日号]?(?:[\sT]\s*\d{1,2}:\d{2}.*)?", re.ASCII
)
_COMPACT_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_MONTH_OR_YEAR = re.compile(r"(?:1[89]|20|21)\d{2}\s*(?:年|(?:[-./年]\s*)?\d{1,2}\s*月?)?", re.ASCII)
_BARE_NUMBER = re.compile(r"\d{5}(?:\.\d+)?", re.ASCII)
_NUMBER = re.compile(r"([+-]?)(\d{1,3}(?:,\d{3})+|\d{1,18})(\.\d{1,18})?(e[+-]?\d{1,2})?", re.ASCII | re.IGNORECASE)


class ValueFault(ArchivesError):  # noqa: N818  # a fault of the input, told to its author; no failure of ours
    """A value that cannot be read: a stable code, and the sentence that says how to write it."""

    def __init__(self, code: str, message: Message) -> None:
        super().__init__(message)
        self.code = code


def as_text(value: object) -> str:
    """One line of text: NFC, trimmed; line breaks and control characters become one space. Nothing is "".

    Numbers read as the spreadsheet shows them (3.0 is "3"), days as YYYY-MM-DD.
    """
    if isinstance(value, str):
        return _one_line(value)
    return _written(value)


def as_lines(value: object) -> str:
    """A paragraph: like `as_text`, but line breaks stay, as a single line feed each."""
    if not isinstance(value, str):
        return _written(value)
    lines = _BREAKS_IN_LINE.sub(" ", _LINE_ENDS.sub("\n", value))
    return _INVISIBLE.sub("", unicodedata.normalize("NFC", lines)).strip()


def as_date(value: object) -> date | None:
    """A full day between 1800 and 2100, or None. Raises ValueFault for part of a date, a bare day count, no date."""
    match value:
        case None:
            return None
        case datetime():
            return _sane(value.date(), value)
        case date():
            return _sane(value, value)
        case str() | int() | float() if not isinstance(value, bool):
            return _day_from_text(_compared(value), value)
        case _:
            raise _not_a_date(value)


def as_integer(value: object) -> int | None:
    """A whole number, or None. Raises ValueFault."""
    if type(value) is int:
        return value
    number = _number(value, msg("“%(text)s” is not a whole number.", text=_quoted(value)))
    if number is None:
        return None
    if number != number.to_integral_value():
        raise ValueFault("not_whole", msg("“%(text)s” is not a whole number.", text=_quoted(value)))
    return int(number)


def as_decimal(value: object) -> Decimal | None:
    """A number, exactly as written, or None. Raises ValueFault."""
    return _number(value, msg("“%(text)s” is not a number.", text=_quoted(value)))


def _one_line(text: str) -> str:
    if text.isprintable() and unicodedata.is_normalized("NFC", text):  # nearly every cell: nothing to clean
        return text.strip()
    return _INVISIBLE.sub("", unicodedata.normalize("NFC", _BREAKS.sub(" ", text))).strip()


def _written(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case float():
            return _plain_number(value)
        case datetime():
            return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
        case date() | time():
            return value.isoformat()
        case _:
            return _one_line(str(value))


def _plain_number(value: float) -> str:
    """Fifteen digits, as spreadsheets show and keep them; never an exponent."""
    if not math.isfinite(value):
        return ""
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    number = Decimal(format(value, ".15g"))
    return format(number.to_integral_value() if number == number.to_integral_value() else number, "f")


def _compared(value: object) -> str:
    """The value as patterns want it: half-width digits and signs, one kind of dash."""
    return unicodedata.normalize("NFKC", as_text(value)).translate(_DASHES).strip()


def _day_from_text(text: str, value: object) -> date | None:
    if text in NOTHING:
        return None
    if parts := _DAY.fullmatch(text) or _COMPACT_DAY.fullmatch(text):
        return _day(int(parts[1]), int(parts[2]), int(parts[3]), value)
    if _BARE_NUMBER.fullmatch(text) and FIRST_SERIAL <= float(text) <= LAST_SERIAL:
        raise _unformatted(text)
    if _MONTH_OR_YEAR.fullmatch(text):
        sentence = msg("“%(text)s” is only part of a date; write the full day as 2008-05-01.", text=_quoted(value))
        raise ValueFault("incomplete", sentence)
    raise _not_a_date(value)


def _day(year: int, month: int, day: int, value: object) -> date:
    try:
        return _sane(date(year, month, day), value)
    except ValueError:
        raise ValueFault("no_such_day", msg("There is no day “%(text)s”.", text=_quoted(value))) from None


def _sane(day: date, value: object) -> date:
    if EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        return day
    sentence = msg(
        "The year of “%(text)s” is not between %(first)d and %(last)d.",
        text=_quoted(value),
        first=EARLIEST_YEAR,
        last=LATEST_YEAR,
    )
    raise ValueFault("year", sentence)


def _unformatted(text: str) -> ValueFault:
    days = timedelta(days=int(float(text)))
    sentence = msg(
        "“%(text)s” looks like a spreadsheet date without its format; it would be %(day)s, or %(later)s in a file "
        "that counts from 1904. Format the cell as a date, or write the date.",
        text=text,
        day=(SERIAL_EPOCH + days).isoformat(),
        later=(SERIAL_EPOCH_1904 + days).isoformat(),
    )
    return ValueFault("serial", sentence)


def _not_a_date(value: object) -> ValueFault:
    return ValueFault("not_a_date", msg("“%(text)s” is not a date; write it as 2008-05-01.", text=_quoted(value)))


def _number(value: object, otherwise: Message) -> Decimal | None:
    if isinstance(value, bool | date | time | timedelta) or (isinstance(value, float) and not math.isfinite(value)):
        raise ValueFault("not_a_number", otherwise)
    if isinstance(value, Decimal) and value.is_finite():
        return value
    text = _compared(value)
    if text in NOTHING:
        return None
    parts = _NUMBER.fullmatch(text)
    if parts is None:
        raise ValueFault("not_a_number", otherwise)
    sign, whole, fraction, exponent = (part or "" for part in parts.groups())
    return Decimal(sign + whole.replace(",", "") + fraction + exponent)


def _quoted(value: object) -> str:
    text = as_text(value)
    return text if len(text) <= 40 else text[:39] + "…"
