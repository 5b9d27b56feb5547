"""The catalogue's verbs, its only writer. The same way in for a form of one and a list of twenty thousand."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session

from archives.catalogue.fields import flattened
from archives.catalogue.intake import CatalogueFacts, Plan, Stored, Values
from archives.catalogue.models import ARRIVING, IN_TRANSFER, Item, Volume
from archives.catalogue.rules import VolumeKey
from archives.core import history
from archives.core.actors import Actor
from archives.core.clock import now
from archives.core.db import table_of
from archives.core.errors import ConflictError
from archives.core.language import msg

VOLUME, ITEM = "volume", "item"
"""Subject kinds in the audit and the history."""


def stage(
    session: Session, project_id: int, list_id: int, made: Plan, volumes: Sequence[tuple[VolumeKey, Values]]
) -> None:
    """Write some new volumes with their items, unseen by anybody until `reveal`."""
    ids = _insert_volumes(session, project_id, volumes, state=ARRIVING, list_id=list_id)
    rows = [row for key, _ in volumes for row in _item_rows(project_id, ids[key], made.new_items.get(key, ()))]
    _insert_items(session, rows)


def reveal(session: Session, actor: Actor, facts: CatalogueFacts, list_id: int, made: Plan, batch: str) -> None:
    """Make staged volumes visible, add items to volumes that were there before, and change what changed."""
    arrived = update(Volume).where(Volume.list_id == list_id, Volume.state == ARRIVING).values(state=IN_TRANSFER)
    session.execute(arrived.execution_options(synchronize_session=False))
    _add_to_existing(session, facts, made)
    change(session, actor, Volume, VOLUME, made.changed_volumes, batch)
    change(session, actor, Item, ITEM, made.changed_items, batch)


def receive(session: Session, actor: Actor, facts: CatalogueFacts, made: Plan, batch: str | None = None) -> None:
    """Carry out a small plan in the session's own transaction: what a form saves, what a test sets up."""
    ids = _insert_volumes(session, facts.project.id, made.new_volumes, state=IN_TRANSFER, list_id=None)
    rows = [
        row
        for key, _ in made.new_volumes
        for row in _item_rows(facts.project.id, ids[key], made.new_items.get(key, ()))
    ]
    _insert_items(session, rows)
    _add_to_existing(session, facts, made)
    change(session, actor, Volume, VOLUME, made.changed_volumes, batch)
    change(session, actor, Item, ITEM, made.changed_items, batch)


def forget_arriving(session: Session, project_id: int) -> None:
    """Remove what an import that was killed left behind, unseen."""
    left = select(Volume.id).where(Volume.project_id == project_id, Volume.state == ARRIVING)
    session.execute(delete(Item).where(Item.volume_id.in_(left)).execution_options(synchronize_session=False))
    gone = delete(Volume).where(Volume.project_id == project_id, Volume.state == ARRIVING)
    session.execute(gone.execution_options(synchronize_session=False))


def _insert_volumes(
    session: Session, project_id: int, volumes: Sequence[tuple[VolumeKey, Values]], *, state: str, list_id: int | None
) -> dict[VolumeKey, int]:
    """Write the volumes in one statement and read their ids in another: RETURNING in order takes one for each row."""
    if not volumes:
        return {}
    table = table_of(Volume)
    newest = session.scalar(select(func.max(table.c.id))) or 0
    common = {"project_id": project_id, "state": state, "list_id": list_id, "extra": {}, "created_at": now()}
    session.execute(insert(table), [{**common, **values, "unit_id": key[0]} for key, values in volumes])
    wanted = select(table.c.id, table.c.unit_id, table.c.volume_no)
    ours = session.execute(wanted.where(table.c.project_id == project_id, table.c.id > newest))
    return {(row.unit_id, row.volume_no): row.id for row in ours}


def _item_rows(project_id: int, volume_id: int, items: Iterable[Values]) -> Iterable[dict[str, Any]]:
    common = {"project_id": project_id, "volume_id": volume_id, "extra": {}}
    return ({**common, **values} for values in items)


def _insert_items(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        session.execute(insert(table_of(Item)), rows)


def _add_to_existing(session: Session, facts: CatalogueFacts, made: Plan) -> None:
    new = {key for key, _ in made.new_volumes}
    rows = [
        row
        for key, items in made.new_items.items()
        if key not in new
        for row in _item_rows(facts.project.id, facts.volumes[key].id, items)
    ]
    _insert_items(session, rows)


def change(
    session: Session,
    actor: Actor,
    table: type[Volume] | type[Item],
    kind: str,
    changed: Sequence[tuple[Stored, Values]],
    batch: str | None,
) -> None:
    """Set the changed values in as few statements as can be; refuses if somebody changed a record meanwhile."""
    for columns, group in _by_columns(changed).items():
        _update_group(session, table, columns, group)
    differences = (
        (stored.id, flattened({name: (stored.values[name], new) for name, new in values.items()}))
        for stored, values in changed
    )
    history.keep_many(session, actor, kind, differences, batch)


def _by_columns(changed: Sequence[tuple[Stored, Values]]) -> dict[tuple[str, ...], list[tuple[Stored, Values]]]:
    """The rows by the columns that they set: all together where what a row keeps is known, so that it can be set too.

    A list may change other columns in every row; it must not need a statement for each.
    """
    every = tuple(sorted({name for _, values in changed for name in values}))
    if changed and all(name in stored.values for stored, _ in changed for name in every):
        kept = [(stored, {name: values.get(name, stored.values[name]) for name in every}) for stored, values in changed]
        return {every: kept}
    found: dict[tuple[str, ...], list[tuple[Stored, Values]]] = {}
    for stored, values in changed:
        found.setdefault(tuple(values), []).append((stored, values))
    return found


def _update_group(
    session: Session, table: type[Volume] | type[Item], columns: Sequence[str], group: Sequence[tuple[Stored, Values]]
) -> None:
    core = table_of(table)
    statement = (
        update(core)
        .where(core.c.id == bindparam("b_id"), core.c.version == bindparam("b_version"))
        .values({**{name: bindparam(f"v_{name}") for name in columns}, "version": core.c.version + 1})
    )
    rows = [
        {"b_id": stored.id, "b_version": stored.version, **{f"v_{name}": value for name, value in values.items()}}
        for stored, values in group
    ]
    if session.execute(statement, rows).rowcount != len(rows):  # type: ignore[attr-defined]  # a CursorResult
        raise ConflictError(msg("Somebody changed these records meanwhile. Look again and repeat."))
