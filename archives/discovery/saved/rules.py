"""From a text to marks and back; what makes no sense marks nothing."""

from collections.abc import Mapping

from archives.discovery.sources.contract import RANK_BITS, record_of
from archives.discovery.sources.every import BY_KIND

Marks = Mapping[str, int]
"""For each kind the highest document that somebody had in sight."""
DIGITS = 13
"""A record's number has no more of them."""


def written_marks(marks: Marks) -> str:
    """Marks as an address has them."""
    return ",".join(f"{kind}:{record_of(document)}" for kind, document in marks.items())


def read_marks(text: str) -> dict[str, int]:
    """Marks from an address; what is none is left out."""
    pairs = (part.partition(":") for part in text.split(","))
    numbers = {
        kind: int(number)
        for kind, _, number in pairs
        if kind in BY_KIND and number.isdecimal() and len(number) <= DIGITS
    }
    return {kind: BY_KIND[kind].first(0) | number for kind, number in numbers.items() if number < 1 << RANK_BITS}


def later(one: Marks, other: Marks) -> dict[str, int]:
    """Of two openings the later marks, kind by kind: an old address opened again takes nothing back."""
    return {**one, **{kind: max(document, one.get(kind, 0)) for kind, document in other.items()}}
