"""How large a list may be. A small file can unpack to more than the machine has, so the limits come before reading."""

from dataclasses import dataclass

from archives.core.errors import TooLargeError
from archives.core.language import msg

MB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper bounds of one file. `rows` counts filled rows of all sheets, `cells` the rectangle a sheet spans."""

    file_bytes: int = 256 * MB
    unpacked_bytes: int = 1024 * MB
    expansion: int = 200
    members: int = 2_000
    sheets: int = 200
    rows: int = 200_000
    columns: int = 256
    cells: int = 25_000_000


def check_size(name: str, size: int, limits: Limits) -> None:
    """Raises TooLargeError for a file that is too large to be looked at."""
    if size > limits.file_bytes:
        sentence = msg("“%(name)s” is larger than %(limit)d MB.", name=name, limit=limits.file_bytes // MB)
        raise TooLargeError(sentence)


def check_extent(name: str, sheet: str, rows: int, columns: int, limits: Limits) -> None:
    """Raises TooLargeError for a sheet whose filled cells span more than memory should hold."""
    if rows * columns <= limits.cells:
        return
    sentence = msg(
        "In “%(name)s” the sheet “%(sheet)s” reaches to row %(row)d and column %(column)d. "
        "Delete the stray cells far from the list, then save it again.",
        name=name,
        sheet=sheet,
        row=rows,
        column=columns,
    )
    raise TooLargeError(sentence)


def check_sheets(name: str, count: int, limits: Limits) -> None:
    """Raises TooLargeError for a workbook of too many sheets."""
    if count > limits.sheets:
        sentence = msg("“%(name)s” has more than %(limit)d sheets.", name=name, limit=limits.sheets)
        raise TooLargeError(sentence)


def check_rows(name: str, count: int, limits: Limits) -> None:
    """Raises TooLargeError for too many filled rows."""
    if count > limits.rows:
        sentence = msg(
            "“%(name)s” has more than %(limit)d rows. Split it into several files.", name=name, limit=limits.rows
        )
        raise TooLargeError(sentence)


def check_columns(name: str, sheet: str, count: int, limits: Limits) -> None:
    """Raises TooLargeError for a row with too many columns."""
    if count > limits.columns:
        sentence = msg(
            "In “%(name)s” the sheet “%(sheet)s” has more than %(limit)d columns.",
            name=name,
            sheet=sheet,
            limit=limits.columns,
        )
        raise TooLargeError(sentence)
