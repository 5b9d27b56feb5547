"""The one way to read a transfer list: the content tells in which of the known forms it comes."""

from pathlib import Path

from archives.accession.formats.clerk_csv import is_clerk_list, read_clerk_list
from archives.accession.formats.shape import TransferList
from archives.accession.formats.sichuan import ROOT, read_sichuan
from archives.accession.formats.spreadsheet import read_spreadsheet
from archives.core.sheets.delimited import decode
from archives.core.sheets.kinds import is_markup, kind_of
from archives.core.sheets.limits import Limits, check_rows, check_size
from archives.core.sheets.packed import Package
from archives.core.sheets.read import head_of, read_sheets

DEFAULT_LIMITS = Limits()


def read_list(path: Path, name: str, unit: str | None = None, limits: Limits = DEFAULT_LIMITS) -> TransferList:
    """Read a spreadsheet, a text list, a Sichuan package or a clerk's CSV.

    `name` is the file's name in front of people; `unit` the unit works of rows that name none. What is wrong with
    headings and sheets is in the list's `problems`; what cannot be read at all raises UnreadableFileError or
    TooLargeError.
    """
    if _is_package(head_of(path)):
        check_size(name, path.stat().st_size, limits)
        found = read_sichuan(path, name)
        check_rows(name, found.rows, limits)
        return found
    sheets = read_sheets(path, name, limits)
    return read_clerk_list(sheets, unit) if is_clerk_list(sheets) else read_spreadsheet(sheets, unit)


def look_over(path: Path, name: str, limits: Limits = DEFAULT_LIMITS) -> None:
    """Refuse at once what cannot be a list, without reading it all. Raises as `read_list` does."""
    check_size(name, path.stat().st_size, limits)
    head = head_of(path)
    if _is_package(head):
        return
    kind = kind_of(head, name)
    if kind == "package":
        with Package(path, name, limits):
            return
    if kind == "text":
        decode(path.read_bytes(), name)


def _is_package(head: bytes) -> bool:
    return is_markup(head) and any(ROOT.encode(encoding) in head for encoding in ("utf-8", "gb18030"))
