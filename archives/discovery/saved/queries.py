"""Every question about saved and past searches, and which documents are the highest of their kind."""

from collections.abc import Collection, Mapping

from sqlalchemy import ColumnElement, ScalarSelect, false, func, or_, select, true
from sqlalchemy.orm import Session

from archives.core.actors import Actor
from archives.core.errors import NotFoundError
from archives.discovery.models import INDEX
from archives.discovery.saved.models import PastSearch, SavedSearch, SeenSearch
from archives.discovery.sources.every import BY_KIND, visible_kinds
from search.predicates import Predicate

MOST_LISTED = 300
"""Saved searches that one page lists."""


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The actor's own, and for the archives' own people those that colleagues share."""
    if actor.is_unrestricted:
        return true()
    shared = SavedSearch.shared.is_(True) if actor.is_staff else false()
    return or_(SavedSearch.owner_id == actor.account_id, shared)


def by_id(session: Session, actor: Actor, search_id: int) -> SavedSearch:
    """One saved search. Raises NotFoundError."""
    wanted = select(SavedSearch).where(SavedSearch.id == search_id, visible_to(actor))
    found = session.scalars(wanted).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def listed(session: Session, actor: Actor) -> list[tuple[SavedSearch, SeenSearch | None]]:
    """The actor's own, the newest first, then those that others share; each with what the actor has seen of it."""
    seen = (SeenSearch.search_id == SavedSearch.id) & (SeenSearch.account_id == actor.account_id)
    wanted = select(SavedSearch, SeenSearch).outerjoin(SeenSearch, seen).where(visible_to(actor))
    own_first = SavedSearch.owner_id != actor.account_id
    rows = session.execute(wanted.order_by(own_first, SavedSearch.id.desc()).limit(MOST_LISTED))
    return [(search, known) for search, known in rows]


def how_many(session: Session, account_id: int) -> int:
    """How many searches a person has saved."""
    return session.scalar(select(func.count()).where(SavedSearch.owner_id == account_id)) or 0


def past(session: Session, actor: Actor, most: int) -> list[PastSearch]:
    """What the actor asked lately, the latest first; nobody sees another's."""
    wanted = select(PastSearch).where(PastSearch.account_id == actor.account_id)
    return list(session.scalars(wanted.order_by(PastSearch.at.desc(), PastSearch.id.desc()).limit(most)))


def in_sight(session: Session, actor: Actor, kinds: Collection[str]) -> dict[str, int]:
    """The highest document of each kind that the actor may see; where there is none, what is before the first."""
    seen = visible_kinds(session, actor)
    highest = [_highest(kind, seen[kind]).label(kind) for kind in kinds if kind in seen]
    found: Mapping[str, int | None] = dict(session.execute(select(*highest)).mappings().one()) if highest else {}
    return {kind: found.get(kind) or BY_KIND[kind].first(0) for kind in kinds}


def _highest(kind: str, allowed: Predicate) -> ScalarSelect[int]:
    """Found from the end, so that little is read."""
    document = INDEX.document
    wanted = select(document.c.id).where(document.c.id.between(*BY_KIND[kind].span), allowed.sql(document))
    return wanted.order_by(document.c.id.desc()).limit(1).scalar_subquery()
