"""From a stored volume or item back to the raw values of its draft.

They are what a form shows, what a list exports, and what a change of single fields begins with.
"""

from collections.abc import Mapping
from typing import Any

from archives.catalogue.drafts import ItemDraft, VolumeDraft
from archives.catalogue.fields import EXTRA
from archives.catalogue.models import Item, Volume
from archives.core.drafts import FieldDescription, describe

VOLUME_FIELDS: Mapping[str, FieldDescription] = describe(VolumeDraft)
ITEM_FIELDS: Mapping[str, FieldDescription] = describe(ItemDraft)
_FROM_ELSEWHERE = frozenset({"unit", "volume_no", "secrecy"})
"""Fields of the drafts that are no plain column of the item or the volume."""
Raw = dict[str, Any]


def volume_raw(volume: Volume, unit: str, secrecy: Mapping[int, str]) -> Raw:
    """A volume as its draft has it; `unit` is the code of its unit works, `secrecy` leads from rank to code."""
    plain = {name: getattr(volume, name) for name in VOLUME_FIELDS if name not in _FROM_ELSEWHERE}
    placed = {"unit": unit, "volume_no": volume.volume_no, "secrecy": secrecy.get(volume.secrecy, "")}
    return plain | placed | _further(volume)


def item_raw(item: Item, volume: Volume, unit: str, secrecy: Mapping[int, str]) -> Raw:
    """An item as its draft has it."""
    plain = {name: getattr(item, name) for name in ITEM_FIELDS if name not in _FROM_ELSEWHERE}
    placed = {"unit": unit, "volume_no": volume.volume_no, "secrecy": secrecy.get(item.secrecy, "")}
    return plain | placed | _further(item)


def _further(record: Volume | Item) -> Raw:
    return {EXTRA + key: value for key, value in record.extra.items()}
