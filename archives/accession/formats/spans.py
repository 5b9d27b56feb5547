"""Two values in one cell: first and last page (12-15), first and last day (2008.5.1-2009.6.1)."""

import re
import unicodedata

from archives.core.sheets.sheet import Cell
from archives.core.sheets.values import as_text

_PAGES = re.compile(r"第?p?\s*(\d{1,6})\s*页?\s*(?:[-~至到—–―－]+|\.{2,3}|…+)\s*第?p?\s*(\d{1,6})\s*页?", re.IGNORECASE)
_PAGE = re.compile(r"第?p?\s*(\d{1,6})\s*页?", re.IGNORECASE)
_DAY = re.compile(r"\d{8}(?!\d)|\d{4}\s*[-./年]\s*\d{1,2}(?:\s*[-./月]\s*\d{1,2}(?!\d)(?:\s*[日号])?|\s*月)?")


def split_pages(cell: Cell) -> tuple[Cell, Cell]:
    """First and last page; what cannot be understood stays in the first, to be told as a fault."""
    if not isinstance(cell, str):
        return cell, None
    text = unicodedata.normalize("NFKC", cell).strip()
    if parts := _PAGES.fullmatch(text):
        return int(parts[1]), int(parts[2])
    if page := _PAGE.fullmatch(text):
        return int(page[1]), None
    return cell, None


def split_days(cell: Cell) -> tuple[Cell, Cell]:
    """First and last day; one day is both. What cannot be understood stays in the first."""
    if not isinstance(cell, str):
        return cell, cell
    days = _DAY.findall(as_text(unicodedata.normalize("NFKC", cell)))
    if len(days) == 1:
        return days[0], days[0]
    return (days[0], days[1]) if len(days) == 2 else (cell, None)
