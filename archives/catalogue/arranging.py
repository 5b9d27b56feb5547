"""Moving, renumbering and merging, carried out: all of it or nothing, one audit entry, history for each record."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import uuid4

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from archives.catalogue import arrangement, queries
from archives.catalogue.actions import ARRANGE
from archives.catalogue.arrangement import Arrangement, Change, check_numbering
from archives.catalogue.models import ARRIVING, Item, Volume
from archives.catalogue.service import ITEM, VOLUME, change
from archives.core.actors import Actor
from archives.core.audit import Subject, record
from archives.core.db import table_of
from archives.core.errors import ConflictError, NotFoundError, RefusedError
from archives.core.language import gettext, msg
from archives.core.permissions import require
from archives.projects.models import Project, UnitWorks
from archives.reference.queries import terms

BATCH = 5000
"""Keys in one statement."""


def plan_item_move(session: Session, actor: Actor, item_ids: Collection[int], target: Volume) -> Arrangement:
    """Items to the end of another volume. Raises NotFoundError if the actor does not see one of them."""
    require(actor, ARRANGE)
    wanted = select(Item).join(Volume, Volume.id == Item.volume_id).where(queries.visible_items_to(actor))
    items = list(session.scalars(wanted.where(Item.id.in_(item_ids))))
    _check_found(items, item_ids)
    sources = _volumes(session, actor, {item.volume_id for item in items})
    by_id = {volume.id: volume for volume in sources}
    return arrangement.move_items(items, by_id, target, queries.last_sequence(session, target.id))


def plan_volume_move(
    session: Session, actor: Actor, volume_ids: Collection[int], unit: UnitWorks | None
) -> Arrangement:
    """Volumes into another unit works of their project, or out of any."""
    require(actor, ARRANGE)
    volumes = _volumes(session, actor, volume_ids)
    unit_id = unit.id if unit else 0
    if unit is not None and any(volume.project_id != unit.project_id for volume in volumes):
        raise ConflictError(msg("The unit works belong to another project."))
    there = select(Volume.volume_no).where(Volume.project_id == volumes[0].project_id, Volume.unit_id == unit_id)
    name = unit.code if unit else gettext("The project itself")
    return arrangement.move_volumes(volumes, unit_id, name, set(session.scalars(there)))


def plan_item_numbers(session: Session, actor: Actor, volume: Volume, first: int = 1) -> Arrangement:
    """Number a volume's items one after another; all of them, for a number hidden from the actor is a number."""
    require(actor, ARRANGE)
    items = session.scalars(select(Item).where(Item.volume_id == volume.id).order_by(Item.sequence)).all()
    return arrangement.renumber_items(items, first)


def plan_volume_numbers(
    session: Session, actor: Actor, project: Project, unit_id: int, prefix: str, first: int, width: int
) -> Arrangement:
    """Number the volumes of a unit works one after another. Raises RefusedError if one cannot number so."""
    require(actor, ARRANGE)
    problems = check_numbering(prefix, first, width)
    if problems:
        raise RefusedError(problems)
    here = (Volume.project_id == project.id, Volume.unit_id == unit_id, Volume.state != ARRIVING)
    ordered = select(Volume).where(*here).order_by(Volume.sort_key, Volume.id)
    return arrangement.renumber_volumes(session.scalars(ordered).all(), prefix, first, width)


def plan_merge(session: Session, actor: Actor, volume_ids: Sequence[int]) -> Arrangement:
    """Volumes into the first of them, in the order given. Raises ConflictError if there are not two at least."""
    require(actor, ARRANGE)
    if len(set(volume_ids)) < 2:
        raise ConflictError(msg("Choose two volumes or more."))
    by_id = {volume.id: volume for volume in _volumes(session, actor, volume_ids)}
    target, *others = (by_id[volume_id] for volume_id in dict.fromkeys(volume_ids))
    items: dict[int, list[Item]] = {volume_id: [] for volume_id in by_id}
    wanted = select(Item).where(Item.volume_id.in_(by_id)).order_by(Item.volume_id, Item.sequence)
    for item in session.scalars(wanted):
        items[item.volume_id].append(item)
    ranks = {term.code: int(term.rank) for term in terms(session, "retention")}
    return arrangement.merge(target, others, items, lambda code: ranks.get(code, 0))


def carry_out(session: Session, actor: Actor, made: Arrangement, digest: str) -> str | None:
    """Do what a preview showed, if nothing changed since: `digest` is the preview's. Audited.

    Returns the batch by which it can be undone, nothing for a merge. Raises ConflictError or RefusedError.
    """
    require(actor, ARRANGE)
    if made.faults:
        raise RefusedError(made.faults)
    if not made.volumes and not made.items:
        raise ConflictError(msg("Nothing would change."))
    if made.digest() != digest:
        raise ConflictError(msg("Something changed since the preview. Look at it again."))
    batch = None if made.removed else uuid4().hex
    write(session, actor, made.volumes, made.items, batch)
    removed = [volume.id for volume in made.removed]
    _remove(session, removed)
    session.expire_all()
    counts = {"volumes": len(made.volumes), "items": len(made.items), "removed": removed}
    record(session, actor, made.what, _subject(session, made), None, batch=batch, digest=digest, **counts)
    return batch


def write(
    session: Session, actor: Actor, volumes: Sequence[Change], items: Sequence[Change], batch: str | None
) -> None:
    """Set values of many records, numbers among them, with their history. Raises ConflictError if a number is taken."""
    try:
        with session.begin_nested():
            _free_numbers(session, Volume, "volume_no", volumes)
            _free_numbers(session, Item, "sequence", items)
            change(session, actor, Volume, VOLUME, volumes, batch)
            change(session, actor, Item, ITEM, items, batch)
    except IntegrityError as error:
        raise ConflictError(msg("A number is taken already, or its volume is gone.")) from error


def _free_numbers(session: Session, table: type[Volume] | type[Item], number: str, changes: Sequence[Change]) -> None:
    """Give records that get a new number one that nobody has, so that 1 and 2 can change places."""
    core = table_of(table)
    free: Any = -core.c.id if table is Item else "~" + core.c.id.cast(core.c.volume_no.type)
    moving = sorted(stored.id for stored, values in changes if number in values)
    for first in range(0, len(moving), BATCH):
        some = core.c.id.in_(moving[first : first + BATCH])
        session.execute(update(core).where(some).values({number: free}))


def _volumes(session: Session, actor: Actor, volume_ids: Collection[int]) -> list[Volume]:
    wanted = select(Volume).where(Volume.id.in_(volume_ids), queries.visible_to(actor))
    found = list(session.scalars(wanted.order_by(Volume.sort_key, Volume.id)))
    _check_found(found, volume_ids)
    return found


def _check_found(found: Sequence[object], ids: Collection[int]) -> None:
    if not found or len(found) < len(set(ids)):
        raise NotFoundError


def _remove(session: Session, ids: Sequence[int]) -> None:
    if ids:
        session.execute(delete(Volume).where(Volume.id.in_(ids)).execution_options(synchronize_session=False))


def _subject(session: Session, made: Arrangement) -> Subject:
    """The project that an arrangement is about."""
    if made.volumes:
        known: Volume | Item = session.get_one(Volume, made.volumes[0][0].id)
    else:
        known = session.get_one(Item, made.items[0][0].id)
    project = session.get_one(Project, known.project_id)
    return Subject("project", project.id, project.code)
