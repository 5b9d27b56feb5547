"""What a list leaves unsaid because its neighbours say it: the only volume, an item's number, an item's last page."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

from archives.accession.formats.shape import ListedItem, TransferList, VolumeKey
from archives.core.sheets.sheet import Cell


def complete_items(found: TransferList) -> None:
    """Give every item its volume, its number and its last page, where the list itself leaves no doubt."""
    _place_in_only_volume(found)
    by_volume = defaultdict[VolumeKey, list[ListedItem]](list)
    for item in found.items:
        by_volume[item.volume].append(item)
    for items in by_volume.values():
        for number, item in enumerate(items, 1):
            if "sequence" not in item.headings:
                item.values["sequence"] = number
        complete_pages([item.values for item in items])


def _place_in_only_volume(found: TransferList) -> None:
    """Items that name no volume are in the only one there is."""
    if len(found.volumes) == 1:
        only = found.volumes[0].values
        for item in found.items:
            if "volume_no" not in item.values and "volume_no" in only:
                item.values["volume_no"] = only["volume_no"]
                item.values["unit"] = item.values.get("unit") or only.get("unit")


def complete_pages(items: Sequence[dict[str, Cell]]) -> None:
    """An item ends where the next of its volume begins: a contents list names only the last item's last page.

    `items` are the values of one volume's items, in order. Only what is missing is filled, and only where pages grow.
    """
    for item, following in pairwise(items):
        first, then = _page(item.get("page_from")), _page(following.get("page_from"))
        if item.get("page_to") is None and first is not None and then is not None and then > first:
            item["page_to"] = then - 1


def _page(cell: Cell) -> int | None:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return int(cell) if cell == int(cell) else None
    return int(cell) if isinstance(cell, str) and cell.isdecimal() and len(cell) < 7 else None
