"""What a file is, by its content: names and extensions lie."""

import re
from typing import Literal

from archives.core.errors import UnreadableFileError
from archives.core.language import Message, msg
from archives.core.sheets import compound

Kind = Literal["package", "compound", "text"]

# Enough to see a signature, and the root of an XML or HTML page after a comment or two.
HEAD_BYTES = 4096

_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<[!?a-z\x80-\xff]|mime-version:)", re.IGNORECASE)
_SIGNATURES: tuple[tuple[bytes, Message], ...] = (
    (b"%PDF", msg("a PDF document")),
    (b"\x89PNG", msg("an image")),
    (b"\xff\xd8\xff", msg("an image")),
    (b"GIF8", msg("an image")),
    (b"II*\0", msg("an image")),
    (b"MM\0*", msg("an image")),
    (b"BM", msg("an image")),
    (b"AC10", msg("a drawing (DWG)")),
    (b"{\\rtf", msg("a word processor's document")),
    (b"Rar!", msg("a compressed archive")),
    (b"7z\xbc\xaf\x27\x1c", msg("a compressed archive")),
    (b"\x1f\x8b", msg("a compressed archive")),
    (b"MZ", msg("a program")),
    (b"\x7fELF", msg("a program")),
    (b"SQLite format 3", msg("a database")),
    (b"\0\1\0\0Standard", msg("a database")),
)
_OLD_SHEETS = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08\x08\x00", b"\x09\x08\x10\x00")
_PAGES: tuple[tuple[bytes, Message], ...] = (
    (b"urn:schemas-microsoft-com:office:spreadsheet", msg("an XML spreadsheet of 2003")),
    (b"<html", msg("a web page")),
    (b"<!doctype html", msg("a web page")),
    (b"<table", msg("a web page")),
    (b"mime-version:", msg("a web page")),
    (b"<?xml", msg("an XML file")),
)


def kind_of(head: bytes, name: str) -> Kind:
    """How to read a file that begins with `head`. Raises UnreadableFileError for anything that is no list."""
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "package"
    if head.startswith(compound.SIGNATURE):
        return "compound"
    for signature, what in _SIGNATURES:
        if head.startswith(signature) and not _is_plain(signature, head):
            raise foreign(name, what)
    if head.startswith(_OLD_SHEETS):
        raise foreign(name, msg("a workbook of an old Excel (before 1997)"))
    if is_markup(head):
        raise foreign(name, _page(head))
    return "text"


def is_markup(head: bytes) -> bool:
    """Whether the file is XML, HTML or a saved web page."""
    return _MARKUP.match(head) is not None


def foreign(name: str, what: Message) -> UnreadableFileError:
    """The refusal of a file that is something else."""
    sentence = msg("“%(name)s” is %(what)s, not a list. Save the list as .xlsx or .csv.", name=name, what=what)
    return UnreadableFileError(sentence)


def _is_plain(signature: bytes, head: bytes) -> bool:
    """A list may begin with the letters BM or MZ; then it has no control characters."""
    return len(signature) == 2 and signature.isalpha() and not any(byte < 9 for byte in head[:64])


def _page(head: bytes) -> Message:
    lowered = head.lower()
    return next((what for mark, what in _PAGES if mark in lowered), msg("a web page"))
