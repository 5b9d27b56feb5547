"""What every list looks like once read, whatever file it came from."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

Cell = str | int | float | bool | date | datetime | time | timedelta | None


class Row(NamedTuple):
    """One row: its number as the spreadsheet shows it, and its cells from column A on; trailing blanks may be cut."""

    number: int
    cells: list[Cell]


class Span(NamedTuple):
    """Merged cells. Rows as the spreadsheet numbers them, columns from 0; both ends belong to it."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass(slots=True)
class Sheet:
    """One sheet. Blank rows are not kept: the numbers tell where they stood.

    `formulas` holds (row number, column from 0) of every cell that was computed and not typed.
    """

    name: str
    rows: list[Row]
    merged: list[Span] = field(default_factory=list)
    formulas: frozenset[tuple[int, int]] = frozenset()
    hidden: bool = False


def column_letters(column: int) -> str:
    """How the spreadsheet heads column `column` (from 0): A, B, … Z, AA."""
    letters = ""
    while column >= 0:
        column, remainder = divmod(column, 26)
        letters = chr(ord("A") + remainder) + letters
        column -= 1
    return letters


def column_index(letters: str | bytes) -> int:
    """The column (from 0) that the spreadsheet heads with `letters`."""
    index = 0
    for letter in letters.encode() if isinstance(letters, str) else letters:
        index = index * 26 + letter - 64
    return index - 1
