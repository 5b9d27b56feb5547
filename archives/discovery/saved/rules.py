"""From the parameters of an address to a wish, and from a text to marks; what makes no sense asks nothing."""

from collections.abc import Mapping
from math import isfinite
from typing import Any, cast

from archives.discovery.asking import FACETS, ORDERS, SIZES, Wish
from archives.discovery.giving import COLUMNS
from archives.discovery.sources.contract import RANK_BITS, record_of
from archives.discovery.sources.every import BY_KIND
from search.contract import PAGE, Order
from search.language import LONGEST

Asked = Mapping[str, Any]
Marks = Mapping[str, int]
"""For each kind the highest document that somebody had in sight."""
LONGEST_VALUE = 200
"""Characters of a facet's value; a longer one is none."""
CORNERS = 4
DIGITS = 13
"""A record's number has no more of them."""


def wish_of(asked: Asked) -> Wish:
    """What the parameters ask, as the search page reads them."""
    values = {name: str(value).replace("\0", "") for name, value in asked.items()}
    kind, order, size = values.get("kind", ""), values.get("order", ""), values.get("size", "")
    columns = values.get("columns", "").split(",")
    return Wish(
        typed=values.get("q", "").strip()[:LONGEST],
        kind=kind if kind in BY_KIND else "",
        chosen={name: value for name in FACETS if 0 < len(value := values.get(name, "")) <= LONGEST_VALUE},
        window=_window(values.get("window", "")),
        order=cast(Order, order) if order in ORDERS else "relevance",
        size=int(size) if size in {str(one) for one in SIZES} else PAGE,
        columns=tuple(one.key for one in COLUMNS if one.key in columns),
    )


def _window(text: str) -> tuple[float, float, float, float] | None:
    try:
        corners = tuple(float(one) for one in text.split(","))
    except ValueError:
        return None
    return corners if len(corners) == CORNERS and all(map(isfinite, corners)) else None  # type: ignore[return-value]  # four of them


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
