"""Describing one volume or one item: a form of one, planned by the rules of lists and carried out as lists are."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from archives.catalogue import queries
from archives.catalogue.actions import DESCRIBE, REMOVE
from archives.catalogue.description import item_raw, volume_raw
from archives.catalogue.drafts import ItemDraft, VolumeDraft
from archives.catalogue.fields import flattened, read_further
from archives.catalogue.intake import CatalogueFacts, Listed, Stored, Values, plan, volume_key
from archives.catalogue.models import ACCESSIONED, IN_TRANSFER, Item, Volume
from archives.catalogue.service import ITEM, VOLUME, receive
from archives.core.actors import Actor
from archives.core.audit import Changes, Subject, record
from archives.core.drafts import read
from archives.core.errors import ConflictError, RefusedError
from archives.core.language import msg
from archives.core.permissions import require
from archives.core.problems import Problem, errors_in
from archives.projects.models import Project
from archives.reference.vocabularies import vocabularies

KINDS = ("retention", "secrecy", "medium")
"""The vocabularies of the drafts."""


@dataclass(frozen=True, slots=True)
class Saved:
    """A record that was saved: its id, what changed of it (nothing of a new one), and what is worth another look."""

    id: int
    changes: Changes
    remarks: tuple[Problem, ...]


def save_volume(
    session: Session,
    actor: Actor,
    project: Project,
    raw: Mapping[str, object],
    known: Volume | None = None,
    version: int | None = None,
) -> Saved:
    """Add a volume, or amend `known`, whose number and unit works stay. Audited.

    Raises ConflictError if `known` is no longer the version that was read, RefusedError with every fault.
    """
    require(actor, DESCRIBE, queries.standing(session, project, known.state if known else IN_TRANSFER))
    check_version(known, version)
    raw = {**raw, **_place_of(session, known)}
    reading = read(VolumeDraft, raw, vocabularies(session, *KINDS))
    facts = opened(queries.volume_facts(session, actor, project, reading.draft))
    stored = facts.volumes.get(volume_key(reading.draft, facts.project))
    listed = Listed(reading.draft, reading.problems)
    made = plan([listed], [], facts)
    if known is None and stored is not None:
        made.problems.append(_taken("volume_no"))
    class_code = reading.draft.class_code or project.class_code
    extra, faults = read_further(session, VOLUME, class_code, raw, stored.values["extra"] if stored else {})
    _refuse([*made.problems, *faults])
    _add_extra(made.changed_volumes, [values for _, values in made.new_volumes], stored, extra)
    receive(session, actor, facts, made)
    saved_id = stored.id if stored else _id_of_volume(session, project, volume_key(reading.draft, facts.project))
    session.expire_all()
    changes = _changes(made.changed_volumes)
    _note(session, actor, Subject(VOLUME, saved_id, f"{project.code} {reading.draft.volume_no}"), stored, changes)
    return Saved(saved_id, changes, tuple(made.problems))


def save_item(
    session: Session,
    actor: Actor,
    volume: Volume,
    raw: Mapping[str, object],
    known: Item | None = None,
    version: int | None = None,
) -> Saved:
    """Add an item to a volume, or amend `known`, whose number stays. Audited. Raises as `save_volume` does."""
    project = queries.project_of(session, volume)
    require(actor, DESCRIBE, queries.standing(session, project, volume.state))
    check_version(known, version)
    raw = {**raw, **_place_of(session, volume), **({"sequence": known.sequence} if known else {})}
    reading = read(ItemDraft, raw, vocabularies(session, *KINDS))
    facts = opened(queries.volume_facts(session, actor, project, reading.draft))
    key = volume_key(reading.draft, facts.project), reading.draft.sequence or 0
    stored = facts.items.get(key)
    made = plan([], [Listed(reading.draft, reading.problems)], facts)
    if known is None and stored is not None:
        made.problems.append(_taken("sequence"))
    extra, faults = read_further(session, ITEM, volume.class_code, raw, stored.values["extra"] if stored else {})
    _refuse([*made.problems, *faults])
    _add_extra(made.changed_items, [values for items in made.new_items.values() for values in items], stored, extra)
    receive(session, actor, facts, made)
    saved_id = stored.id if stored else _id_of_item(session, volume, reading.draft.sequence)
    session.expire_all()
    changes = _changes(made.changed_items)
    label = f"{project.code} {volume.volume_no}/{reading.draft.sequence}"
    _note(session, actor, Subject(ITEM, saved_id, label), stored, changes)
    return Saved(saved_id, changes, tuple(made.problems))


def remove_volume(session: Session, actor: Actor, volume: Volume, version: int | None = None) -> None:
    """Take a volume that is not in the holdings out of the catalogue, with its items; the audit keeps what it was.

    Raises ConflictError if electronic files belong to it.
    """
    project = queries.project_of(session, volume)
    require(actor, REMOVE, queries.standing(session, project, volume.state))
    check_version(volume, version)
    items = list(session.scalars(select(Item).where(Item.volume_id == volume.id).order_by(Item.sequence)))
    was = _remembered(session, volume, items)
    _delete(session, delete(Item).where(Item.volume_id == volume.id), delete(Volume).where(Volume.id == volume.id))
    label = f"{project.code} {volume.volume_no}"
    record(session, actor, "volume.removed", Subject(VOLUME, volume.id, label), None, was=was, items=len(items))


def remove_item(session: Session, actor: Actor, item: Item, volume: Volume, version: int | None = None) -> None:
    """Take an item of a volume that is not in the holdings out of the catalogue. Raises ConflictError on files."""
    project = queries.project_of(session, volume)
    require(actor, REMOVE, queries.standing(session, project, volume.state))
    check_version(item, version)
    was = _remembered(session, volume, [item])
    _delete(session, delete(Item).where(Item.id == item.id))
    label = f"{project.code} {volume.volume_no}/{item.sequence}"
    record(session, actor, "item.removed", Subject(ITEM, item.id, label), None, was=was)


def check_version(known: Volume | Item | None, version: int | None) -> None:
    """Raise ConflictError if the record is no longer what the reader saw."""
    if known is not None and version is not None and known.version != version:
        raise ConflictError(msg("Somebody changed this record meanwhile. Look at it again and repeat your change."))


def opened(facts: CatalogueFacts) -> CatalogueFacts:
    """The facts as they are for whoever may describe the holdings: volumes there are closed to lists only."""
    volumes = {
        key: replace(stored, state=IN_TRANSFER) if stored.state == ACCESSIONED else stored
        for key, stored in facts.volumes.items()
    }
    return replace(facts, volumes=volumes)


def _place_of(session: Session, volume: Volume | None) -> dict[str, object]:
    """Which volume it is: no form changes that, only `arranging` does."""
    if volume is None:
        return {}
    unit = queries.unit_of_volume(session, volume)
    return {"unit": unit.code if unit else "", "volume_no": volume.volume_no}


def _taken(field_name: str) -> Problem:
    return Problem("number.taken", msg("This number is taken already."), field_name)


def _refuse(problems: list[Problem]) -> None:
    if errors_in(problems):
        raise RefusedError(problems)


def _add_extra(
    changed: list[tuple[Stored, Values]], new: list[Values], stored: Stored | None, extra: dict[str, Any]
) -> None:
    """Put the further fields beside what the plan writes anyway."""
    for values in new:
        values["extra"] = extra
    if stored is None or stored.values["extra"] == extra:
        return
    if not changed:
        changed.append((stored, {}))
    changed[0][1]["extra"] = extra


def _changes(changed: list[tuple[Stored, Values]]) -> Changes:
    return {
        name: pair
        for stored, values in changed
        for name, pair in flattened({name: (stored.values[name], new) for name, new in values.items()}).items()
    }


def _note(session: Session, actor: Actor, subject: Subject, stored: Stored | None, changes: Changes) -> None:
    if stored is None:
        record(session, actor, f"{subject.kind}.added", subject)
    elif changes:
        record(session, actor, f"{subject.kind}.described", subject, changes)


def _id_of_volume(session: Session, project: Project, key: tuple[int, str]) -> int:
    wanted = select(Volume.id).where(Volume.project_id == project.id, Volume.unit_id == key[0])
    return session.scalars(wanted.where(Volume.volume_no == key[1])).one()


def _id_of_item(session: Session, volume: Volume, sequence: int | None) -> int:
    return session.scalars(select(Item.id).where(Item.volume_id == volume.id, Item.sequence == sequence)).one()


def _remembered(session: Session, volume: Volume, items: list[Item]) -> dict[str, Any]:
    """What was removed, for the audit: everything the drafts know of it."""
    unit, levels = queries.unit_of_volume(session, volume), queries.secrecy_names(session)
    code = unit.code if unit else ""
    return {
        "volume": volume_raw(volume, code, levels),
        "items": [item_raw(item, volume, code, levels) for item in items],
    }


def _delete(session: Session, *statements: Any) -> None:
    try:
        with session.begin_nested():
            for statement in statements:
                session.execute(statement.execution_options(synchronize_session="fetch"))
    except IntegrityError as error:
        raise ConflictError(msg("Electronic files belong to it. Move or send back the files first.")) from error
