"""The one way to read a list, whatever file it comes in. The content decides, never the name."""

from pathlib import Path
from typing import Any

import orjson

from archives.core.errors import UnreadableFileError
from archives.core.language import msg
from archives.core.sheets.delimited import read_delimited
from archives.core.sheets.kinds import HEAD_BYTES, Kind, kind_of
from archives.core.sheets.limits import Limits, check_rows, check_size
from archives.core.sheets.refusals import empty
from archives.core.sheets.sheet import Sheet
from archives.core.sheets.workbook import glance_at_compound, glance_at_package, read_compound, read_package

_READERS = {"package": read_package, "compound": read_compound, "text": read_delimited}
_GLANCES = {"package": glance_at_package, "compound": glance_at_compound}


def read_sheets(path: Path, name: str, limits: Limits) -> list[Sheet]:
    """All sheets of a workbook, hidden ones too, or the one sheet of a text list.

    `name` is what the file is called in front of people. Raises UnreadableFileError or TooLargeError.
    """
    sheets = _READERS[_kind(path, name, limits)](path, name, limits)
    if not any(sheet.rows for sheet in sheets):
        raise empty(name)
    return sheets


def glance_at(path: Path, name: str, limits: Limits) -> None:
    """See what a list is and whether it was cut off or locked, without reading its rows.

    Raises UnreadableFileError or TooLargeError, as `read_sheets` would.
    """
    look = _GLANCES.get(_kind(path, name, limits))
    if look is not None:
        look(path, name, limits)


def _kind(path: Path, name: str, limits: Limits) -> Kind:
    size = path.stat().st_size
    check_size(name, size, limits)
    if size == 0:
        raise empty(name)
    return kind_of(head_of(path), name)


def head_of(path: Path) -> bytes:
    """The first bytes of a file, by which its kind is told."""
    with path.open("rb") as stream:
        return stream.read(HEAD_BYTES)


def read_records(path: Path, name: str, limits: Limits) -> list[dict[str, Any]]:
    """The records of a JSON list, or the one record that it is. Raises UnreadableFileError or TooLargeError."""
    check_size(name, path.stat().st_size, limits)
    try:
        content = orjson.loads(path.read_bytes().removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        reason = msg(
            "“%(name)s” is not sound JSON: line %(line)d, column %(column)d.",
            name=name,
            line=error.lineno,
            column=error.colno,
        )
        raise UnreadableFileError(reason) from error
    rows = content if isinstance(content, list) else [content]
    if not rows or not all(isinstance(row, dict) for row in rows):
        raise UnreadableFileError(msg("“%(name)s” holds no list of records.", name=name))
    check_rows(name, len(rows), limits)
    return rows


def is_json(path: Path) -> bool:
    """Whether a list comes as JSON: no spreadsheet and no delimited text begins with a bracket."""
    return head_of(path).lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"[", b"{"}
