"""The verbs of saved searches and of a person's past ones; the only writers of both."""

import hashlib
from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from archives.core.actors import Actor
from archives.core.audit import Subject, record
from archives.core.clock import now
from archives.core.db import exact_json
from archives.core.errors import ConflictError, ForbiddenError, NotFoundError, RefusedError
from archives.core.language import msg
from archives.core.permissions import require
from archives.core.problems import Problem
from archives.discovery.asking import Count
from archives.discovery.saved import queries
from archives.discovery.saved.actions import SHARE
from archives.discovery.saved.counting import kinds_of
from archives.discovery.saved.drafts import SavedName
from archives.discovery.saved.models import PastSearch, SavedSearch, SeenSearch
from archives.discovery.saved.rules import Marks, later
from archives.discovery.wishes import Asked, wish_of

MOST_SAVED = 100
"""Searches that one person keeps."""
MOST_PAST = 50
"""Searches that are remembered for each person."""


def save(session: Session, actor: Actor, draft: SavedName, asked: Asked) -> SavedSearch:
    """Keep a search under a name. What there is now counts as seen. Raises RefusedError, ConflictError."""
    if draft.shared:
        require(actor, SHARE)
    if not wish_of(asked).asks_anything:
        raise RefusedError([Problem("asked.missing", msg("There is nothing to look for in this search."), "name")])
    account_id = _account(actor)
    if queries.how_many(session, account_id) >= MOST_SAVED:
        raise ConflictError(msg("You have saved %(most)d searches already; remove one first.", most=MOST_SAVED))
    saved = SavedSearch(
        name=draft.name,
        asked=dict(asked),
        shared=draft.shared,
        owner_id=account_id,
        made_by=actor.name,
        made_at=now(),
    )
    session.add(saved)
    session.flush()
    record(session, actor, "search.saved", _subject(saved), None, asked=saved.asked, shared=saved.shared)
    _see(session, account_id, saved, marks_of(session, actor, saved))
    return saved


def change(session: Session, actor: Actor, search_id: int, draft: SavedName) -> SavedSearch:
    """Give one's own search another name, and share it or not. Raises NotFoundError."""
    saved = own(session, actor, search_id)
    if draft.name != saved.name:
        changes = {"name": (saved.name, draft.name)}
        saved.name = draft.name
        record(session, actor, "search.renamed", _subject(saved), changes)
    return share(session, actor, search_id, shared=draft.shared)


def share(session: Session, actor: Actor, search_id: int, *, shared: bool) -> SavedSearch:
    """Let colleagues use one's own search, or no longer. Raises NotFoundError."""
    saved = own(session, actor, search_id)
    if shared != saved.shared:
        if shared:
            require(actor, SHARE)
        saved.shared = shared
        record(session, actor, "search.shared" if shared else "search.unshared", _subject(saved))
    return saved


def remove(session: Session, actor: Actor, search_id: int) -> None:
    """Remove one's own search, for everybody. Raises NotFoundError."""
    saved = own(session, actor, search_id)
    record(session, actor, "search.removed", _subject(saved), None, asked=saved.asked)
    session.delete(saved)


def own(session: Session, actor: Actor, search_id: int) -> SavedSearch:
    """A search that the actor may change. Raises NotFoundError."""
    saved = queries.by_id(session, actor, search_id)
    if not actor.is_unrestricted and saved.owner_id != actor.account_id:
        raise NotFoundError
    return saved


def marks_of(session: Session, actor: Actor, saved: SavedSearch) -> Marks:
    """What the actor has in sight of a saved search's kinds."""
    return queries.in_sight(session, actor, kinds_of(wish_of(saved.asked)))


def note_seen(session: Session, actor: Actor, search_id: int, marks: Marks) -> None:
    """Note that the actor opened a saved search, and what there was. Raises NotFoundError."""
    saved = queries.by_id(session, actor, search_id)
    kinds = kinds_of(wish_of(saved.asked))
    _see(session, _account(actor), saved, {kind: mark for kind, mark in marks.items() if kind in kinds})


def _see(session: Session, account_id: int, saved: SavedSearch, marks: Marks) -> None:
    seen = session.get(SeenSearch, (account_id, saved.id))
    if seen is None:
        session.add(SeenSearch(account_id=account_id, search_id=saved.id, marks=dict(marks), at=now()))
        return
    seen.marks, seen.at = later(seen.marks, marks), now()


def remember(session: Session, actor: Actor, asked: Asked, hits: Count) -> None:
    """Remember what the actor asked; the same asked again takes the place of the first, the oldest are forgotten."""
    account_id, digest = _account(actor), _digest(asked)
    mine = PastSearch.account_id == account_id
    session.execute(delete(PastSearch).where(mine, PastSearch.digest == digest))
    made: Mapping[str, Any] = {"asked": dict(asked), "hits": hits.total, "capped": hits.capped}
    session.add(PastSearch(account_id=account_id, digest=digest, at=now(), **made))
    session.flush()
    kept = select(PastSearch.id).where(mine).order_by(PastSearch.at.desc(), PastSearch.id.desc()).limit(MOST_PAST)
    session.execute(delete(PastSearch).where(mine, PastSearch.id.not_in(kept)))


def forget(session: Session, actor: Actor) -> None:
    """Forget everything that the actor asked."""
    session.execute(delete(PastSearch).where(PastSearch.account_id == _account(actor)))


def _digest(asked: Asked) -> str:
    return hashlib.sha256(exact_json(dict(asked)).encode()).hexdigest()


def _account(actor: Actor) -> int:
    """The account that keeps searches; whoever has none keeps none."""
    if actor.account_id is None:
        raise ForbiddenError
    return actor.account_id


def _subject(saved: SavedSearch) -> Subject:
    return Subject("saved_search", saved.id, saved.name)
