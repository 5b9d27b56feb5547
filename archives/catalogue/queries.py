"""Every SELECT of the catalogue, seen through the reader's eyes."""

from sqlalchemy import ColumnElement, and_, false, select, true

from archives.catalogue.models import ACCESSIONED, ARRIVING, Item, Volume
from archives.core.actors import Actor, Role
from archives.projects.models import Project
from archives.projects.queries import visible_to as visible_projects

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
