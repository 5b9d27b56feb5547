"""Reading a printed paper back, as a person would who copies its text or looks at where it stands."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pypdfium2


@dataclass(frozen=True)
class Glyph:
    """One visible character and the box that its ink fills, in points from the page's lower left."""

    text: str
    left: float
    bottom: float
    right: float
    top: float


def squeezed(text: str) -> str:
    """The text without the white space that lines and cells put into it."""
    return "".join(text.split())


def pages(paper: bytes) -> list[str]:
    """The text of every page."""
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(paper)]


def text(paper: bytes) -> str:
    """All of it, squeezed."""
    return squeezed("".join(pages(paper)))


def sizes(paper: bytes) -> list[tuple[float, float]]:
    """Width and height of every page in points."""
    return [page.get_size() for page in pypdfium2.PdfDocument(paper)]


def glyphs(paper: bytes, page: int) -> list[Glyph]:
    """What is drawn on one page."""
    words = pypdfium2.PdfDocument(paper)[page].get_textpage()
    found = [(words.get_text_range(place, 1), words.get_charbox(place)) for place in range(words.count_chars())]
    return [Glyph(letter, *box) for letter, box in found if letter.strip()]


def overlapping(paper: bytes, page: int) -> list[tuple[Glyph, Glyph]]:
    """Pairs of characters whose ink covers a good part of each other."""
    drawn = sorted(glyphs(paper, page), key=lambda glyph: glyph.left)
    starts = [glyph.left for glyph in drawn]
    return [
        (one, other)
        for place, one in enumerate(drawn)
        for other in drawn[place + 1 : bisect_left(starts, one.right)]
        if _shared(one, other) > 0.3
    ]


def _shared(one: Glyph, other: Glyph) -> float:
    width = min(one.right, other.right) - max(one.left, other.left)
    height = min(one.top, other.top) - max(one.bottom, other.bottom)
    smaller = min(_area(one), _area(other))
    return width * height / smaller if width > 0 and height > 0 and smaller > 0 else 0.0


def _area(glyph: Glyph) -> float:
    return (glyph.right - glyph.left) * (glyph.top - glyph.bottom)


def values(data: object) -> Iterator[str]:
    """Every value in a paper's data as it ought to be printed; what is drawn is not printed."""
    if isinstance(data, Mapping):
        for name, part in data.items():
            yield from values(part) if name not in {"qr", "svg"} else ()
    elif isinstance(data, list | tuple):
        for part in data:
            yield from values(part)
    elif not isinstance(data, bool):
        yield from str(data).split("\n")
