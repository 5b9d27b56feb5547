"""The text of a file's pages, by its format. What only shows a picture of text has none.

Scans have a text where whoever made them put one behind the picture (双层 PDF, 双层 OFD).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path

import pypdfium2
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring
from ezdxf.tools.text import fast_plain_mtext

from archives.core.sheets.delimited import decode
from archives.core.sheets.limits import Limits
from archives.core.sheets.packed import Package
from archives.core.sheets.read import read_sheets
from archives.core.sheets.refusals import damaged

LONGEST = 200_000
"""Characters of one file that are read."""
LARGEST_TEXT = 64 << 20
"""Bytes of a file of plain text or of a drawing that are looked at; a larger one is data, not something to read."""
LIMITS = Limits(members=20_000)

Reader = Callable[[Path, str], Iterable[str]]
_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""What no database keeps, and the form feed, by which we tell pages apart."""
_NUMBER = re.compile(r"\d+")
_LETTERING = frozenset({"TEXT", "MTEXT", "ATTRIB", "ATTDEF"})


def can_have_text(found: str) -> bool:
    """Whether files of a format can have a text at all."""
    return found in _READERS


def pages_of(path: Path, name: str, found: str) -> list[str]:
    """The texts of a file's pages, blank pages among them; no page of a format without text.

    `found` is the format as `accession.contents` tells it. Raises UnreadableFileError or TooLargeError.
    """
    pages, left = list[str](), LONGEST
    for page in _READERS[found](path, name) if can_have_text(found) else ():
        pages.append(_UNREADABLE.sub(" ", page)[:left].strip())
        left -= len(pages[-1])
        if left <= 0:
            break
    return pages


def _pdf(path: Path, name: str) -> Iterator[str]:
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError:  # damaged, or locked with a password
        raise damaged(name) from None
    for page in document:
        yield page.get_textpage().get_text_bounded()
        page.close()


def _sheets(path: Path, name: str) -> Iterator[str]:
    for sheet in read_sheets(path, name, LIMITS):
        yield "\n".join(" ".join(str(cell) for cell in row.cells if cell is not None) for row in sheet.rows)


def _plain(path: Path, name: str) -> Iterator[str]:
    if path.stat().st_size <= LARGEST_TEXT:
        yield decode(path.read_bytes(), name)


def _packed(member: str, lettering: str, *paragraphs: str) -> Reader:
    """A reader of a package of XML: a page for each member of this name, in the order of their numbers.

    Texts stand in elements named `lettering`; after those named in `paragraphs` a line ends.
    """
    pattern = re.compile(member)

    def read(path: Path, name: str) -> Iterator[str]:
        with Package(path, name, LIMITS) as package:
            for one in sorted(filter(pattern.fullmatch, package.names), key=_numbers):
                yield _lettering(package.content(one), name, lettering, paragraphs)

    return read


def _numbers(member: str) -> list[int]:
    return [int(number) for number in _NUMBER.findall(member)]


def _lettering(content: bytes, name: str, lettering: str, paragraphs: tuple[str, ...]) -> str:
    try:
        root = fromstring(content)
    except (ParseError, DefusedXmlException, ValueError):
        raise damaged(name) from None
    parts = list[str]()
    _collect(root, lettering, paragraphs, parts)
    return "".join(parts)


def _collect(element: object, lettering: str, paragraphs: tuple[str, ...], parts: list[str]) -> None:
    """The texts below an element in their order; a walk by hand, for a paragraph ends after what is inside it."""
    waiting = [(element, False)]
    while waiting:
        one, ended = waiting.pop()
        tag = str(getattr(one, "tag", "")).rpartition("}")[2]
        if ended:
            parts.append("\n")
            continue
        if tag == lettering:
            parts.append(getattr(one, "text", None) or "")
        if tag in paragraphs:
            waiting.append((one, True))
        waiting += [(child, False) for child in reversed(list(one))]  # type: ignore[call-overload]


def _markup(path: Path, name: str) -> Iterator[str]:
    for text in _plain(path, name):
        reader = _Markup()
        reader.feed(text)
        yield "\n".join(reader.parts)


class _Markup(HTMLParser):
    """The words of HTML, XML and SVG between their tags."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._silent = False

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002
        """What stands in scripts and styles is not for people."""
        self._silent = tag in {"script", "style"}

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002
        """After any end people read again."""
        self._silent = False

    def handle_data(self, data: str) -> None:
        """What stands between two tags."""
        if not self._silent and data.strip():
            self.parts.append(data.strip())


def _drawing(path: Path, name: str) -> Iterator[str]:
    """The lettering of a DXF in text form: pairs of lines, a code and a value."""
    for text in _plain(path, name):
        yield "\n".join(_letters(text.replace("\r\n", "\n").split("\n")))


def _letters(lines: list[str]) -> Iterator[str]:
    entity, letters = "", list[str]()
    for code, value in zip(map(str.strip, lines[::2]), lines[1::2], strict=False):
        if code == "0":
            if letters:
                said = "".join(letters)
                yield str(fast_plain_mtext(said)) if entity == "MTEXT" else said
            entity, letters = value.strip(), []
        elif code == "1" or (code == "3" and entity == "MTEXT"):
            letters += [value] * (entity in _LETTERING)


_READERS: Mapping[str, Reader] = {
    "PDF": _pdf,
    "OFD": _packed(r"(?:.*/)?pages/page_\d+/content\.xml", "TextCode", "TextObject"),
    "DOCX": _packed(r"word/document\.xml", "t", "p", "tab", "br"),
    "PPTX": _packed(r"ppt/slides/slide\d+\.xml", "t", "p"),
    **dict.fromkeys(("XLSX", "XLS", "ODS", "CSV"), _sheets),
    **dict.fromkeys(("TXT", "SQL", "JSON", "IFC"), _plain),
    **dict.fromkeys(("HTML", "HTM", "XML", "SVG"), _markup),
    "DXF": _drawing,
}
