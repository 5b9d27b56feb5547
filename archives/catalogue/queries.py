"""Every SELECT of the catalogue, seen through the reader's eyes."""

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import ColumnElement, and_, false, select, true
from sqlalchemy.orm import Session

from archives.catalogue.intake import CatalogueFacts, ItemKey, Stored
from archives.catalogue.models import ACCESSIONED, ARRIVING, Item, Volume
from archives.catalogue.rules import ProjectFacts, VolumeKey
from archives.catalogue.scope import scope_names
from archives.core.actors import Actor, Role
from archives.core.clock import today
from archives.core.db import table_of
from archives.projects.models import Project, UnitWorks
from archives.projects.queries import visible_to as visible_projects
from archives.reference.models import ClassNode
from archives.reference.queries import in_use, scope_leaves, scope_template, terms

_ABOUT_VOLUMES = frozenset(
    {"id", "project_id", "unit_id", "archival_code", "accession_no", "shelf_location", "extra", "state", "list_id"}
    | {"accessioned_on", "created_at", "version"}
)
_ABOUT_ITEMS = frozenset({"id", "project_id", "volume_id", "extra", "version"})
"""Columns that no list brings."""
READERS = frozenset({Role.ENGINEER, Role.AUTHORITY})


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Which volumes the actor may see: by secrecy, by project for its parties, by state for readers."""
    arrived = Volume.state != ARRIVING
    if actor.is_unrestricted:
        return arrived
    cleared = and_(arrived, Volume.secrecy <= actor.clearance)
    if actor.is_staff:
        return cleared
    if actor.is_external:
        mine = select(Project.id).where(visible_projects(actor))
        return and_(cleared, Volume.project_id.in_(mine))
    if actor.has(*READERS):
        return and_(cleared, Volume.state == ACCESSIONED)
    return false()


def visible_items_to(actor: Actor) -> ColumnElement[bool]:
    """Which items the actor may see, in a statement that joins their volumes."""
    cleared = true() if actor.is_unrestricted else Item.secrecy <= actor.clearance
    return and_(visible_to(actor), cleared)


def project_facts(session: Session, actor: Actor, project: Project) -> ProjectFacts:
    """What the rules need to know of a project; a few statements, whatever the length of the list."""
    units = session.execute(
        select(UnitWorks.id, UnitWorks.code, UnitWorks.name).where(UnitWorks.project_id == project.id)
    )
    template = scope_template(session, project.works_type)
    return ProjectFacts(
        id=project.id,
        name=project.name,
        client=project.client.name,
        class_code=project.class_code,
        secrecy=project.secrecy,
        today=today(),
        units={spelling: unit.id for unit in units for spelling in (unit.code, unit.name)},
        classes=frozenset(node.code for node in in_use(session, ClassNode)),
        scope=scope_names((leaf.code, leaf.name) for leaf in scope_leaves(session, template)),
        secrecy_ranks={term.code: term.rank for term in terms(session, "secrecy")},
        clearance=actor.clearance,
    )


def catalogue_facts(session: Session, actor: Actor, project: Project) -> CatalogueFacts:
    """The project's facts, and all that the catalogue has of it; five statements."""
    volumes = dict(_stored_volumes(session, project.id))
    keys = {stored.id: key for key, stored in volumes.items()}
    return CatalogueFacts(
        project_facts(session, actor, project), volumes, dict(_stored_items(session, project.id, keys))
    )


def volume_facts(session: Session, actor: Actor, project: Project, key: VolumeKey) -> CatalogueFacts:
    """The same for one volume only: enough for a form."""
    volumes = dict(_stored_volumes(session, project.id, key))
    keys = {stored.id: known for known, stored in volumes.items()}
    items = dict(_stored_items(session, project.id, keys, list(keys))) if keys else {}
    return CatalogueFacts(project_facts(session, actor, project), volumes, items)


def _stored_volumes(
    session: Session, project_id: int, key: VolumeKey | None = None
) -> Iterator[tuple[VolumeKey, Stored]]:
    table = table_of(Volume)
    wanted = select(table).where(table.c.project_id == project_id, table.c.state != ARRIVING)
    if key is not None:
        wanted = wanted.where(table.c.unit_id == key[0], table.c.volume_no == key[1])
    for row in session.execute(wanted).mappings():
        values = {name: value for name, value in row.items() if name not in _ABOUT_VOLUMES}
        yield (row["unit_id"], row["volume_no"]), Stored(row["id"], row["version"], row["state"], values)


def _stored_items(
    session: Session, project_id: int, keys: dict[int, VolumeKey], only: Collection[int] | None = None
) -> Iterator[tuple[ItemKey, Stored]]:
    table = table_of(Item)
    wanted = select(table).where(table.c.project_id == project_id)
    if only is not None:
        wanted = wanted.where(table.c.volume_id.in_(only))
    for row in session.execute(wanted).mappings():
        if row["volume_id"] in keys:
            yield (keys[row["volume_id"]], row["sequence"]), Stored(row["id"], row["version"], "", _values(row))


def _values(row: Any) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in _ABOUT_ITEMS}
