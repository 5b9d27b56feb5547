"""From the parameters of an address to a wish; what makes no sense asks nothing."""

from collections.abc import Mapping
from math import isfinite
from typing import Any, cast

from archives.discovery.asking import FACETS, ORDERS, SIZES, Wish
from archives.discovery.giving import COLUMNS
from archives.discovery.sources.every import BY_KIND
from search.contract import PAGE, Order
from search.language import LONGEST

Asked = Mapping[str, Any]
"""The parameters of a search's address, each once."""
LONGEST_VALUE = 200
"""Characters of a facet's value; a longer one is none."""
CORNERS = 4


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
        after=values.get("after"),
    )


def _window(text: str) -> tuple[float, float, float, float] | None:
    try:
        corners = tuple(float(one) for one in text.split(","))
    except ValueError:
        return None
    return corners if len(corners) == CORNERS and all(map(isfinite, corners)) else None  # type: ignore[return-value]  # four of them
