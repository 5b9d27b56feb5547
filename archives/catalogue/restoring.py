"""One field of one record back to what it was: by the way that changes such a field, so by all its rules."""

from typing import Any

from sqlalchemy.orm import Session

from archives.catalogue import codes, queries
from archives.catalogue.actions import ARRANGE
from archives.catalogue.arrangement import change_of
from archives.catalogue.arranging import write
from archives.catalogue.describing import save_item, save_volume
from archives.catalogue.description import ITEM_FIELDS, VOLUME_FIELDS, item_raw, volume_raw
from archives.catalogue.fields import EXTRA
from archives.catalogue.intake import sort_key
from archives.catalogue.models import Item, Volume
from archives.catalogue.service import ITEM, VOLUME
from archives.core import history
from archives.core.actors import Actor
from archives.core.audit import Subject, record
from archives.core.errors import NotFoundError
from archives.core.permissions import require

PLACES = frozenset({"archival_code", "shelf_location"})
NUMBERS = frozenset({"unit_id", "volume_no", "volume_id", "sequence"})


def restore_volume(session: Session, actor: Actor, volume: Volume, revision_id: int, field: str) -> None:
    """Give a field of a volume back the value that a revision took from it. Raises NotFoundError or RefusedError."""
    old = history.old_value(session, VOLUME, volume.id, revision_id, field)
    if field in PLACES:
        kept = {name: getattr(volume, name) or "" for name in PLACES} | {field: old or ""}
        codes.set_places(session, actor, volume, kept["archival_code"], kept["shelf_location"])
    elif field in NUMBERS:
        values = {field: old} | ({"sort_key": sort_key(old)} if field == "volume_no" else {})
        _put_back(session, actor, volume, values)
    elif field in VOLUME_FIELDS or field.startswith(EXTRA):
        levels, unit = queries.secrecy_names(session), queries.unit_of_volume(session, volume)
        raw = volume_raw(volume, unit.code if unit else "", levels) | {field: _raw(field, old, levels)}
        save_volume(session, actor, queries.project_of(session, volume), raw, volume)
    else:
        raise NotFoundError


def restore_item(session: Session, actor: Actor, item: Item, holder: Volume, revision_id: int, field: str) -> None:
    """Give a field of an item back the value that a revision took from it. Raises NotFoundError or RefusedError."""
    old = history.old_value(session, ITEM, item.id, revision_id, field)
    if field in NUMBERS:
        _put_back(session, actor, item, {field: old})
    elif field in ITEM_FIELDS or field.startswith(EXTRA):
        levels = queries.secrecy_names(session)
        raw = item_raw(item, holder, "", levels) | {field: _raw(field, old, levels)}
        save_item(session, actor, holder, raw, item)
    else:
        raise NotFoundError


def _raw(field: str, old: Any, levels: dict[int, str]) -> Any:
    return levels.get(old, "") if field == "secrecy" else old


def _put_back(session: Session, actor: Actor, known: Volume | Item, values: dict[str, Any]) -> None:
    """Back to an old number or place, if that is free."""
    require(actor, ARRANGE)
    made = change_of(known, values)
    kind = VOLUME if isinstance(known, Volume) else ITEM
    differences = {name: (made[0].values[name], value) for name, value in values.items()}
    subject = Subject(kind, known.id, known.title)
    write(session, actor, [made] if kind == VOLUME else [], [made] if kind == ITEM else [], None)
    session.expire_all()
    record(session, actor, f"{kind}.put_back", subject, differences)
