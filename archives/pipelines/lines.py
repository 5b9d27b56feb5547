"""The lines that a reader may see: which store, which versions, which kinds. Every question goes through here."""

from collections.abc import Sequence
from datetime import date

import numpy as np
from sqlalchemy.orm import Session

from archives.core.actors import Actor
from archives.core.errors import ConflictError
from archives.core.language import msg
from archives.core.permissions import require
from archives.pipelines import queries
from archives.pipelines.actions import SEE
from archives.pipelines.drafts import LineFilter
from archives.pipelines.models import ACCEPTED, STORE
from archives.pipelines.vocabularies import kind_from
from gis.codes import standard
from gis.frame import Frame
from gis.store.contract import Area, Condition, Fids, SpatialStore, Where
from gis.store.open import open_store

STANDING = Condition("ended_on", "in", ("",))
"""What was neither replaced nor removed."""


def store_of(session: Session) -> SpatialStore:
    """The store in this session's database. Raises ConflictError before anything was read."""
    epsg = queries.store_system(session)
    if epsg is None:
        raise ConflictError(msg("There are no pipelines yet."))
    return open_store(session.get_bind().dialect.name, STORE, epsg)


def where_for(
    session: Session,
    actor: Actor,
    conditions: tuple[Condition, ...] = (),
    as_of: date | None = None,
    versions: Sequence[int] | None = None,
    kinds: Sequence[tuple[str, str]] | None = None,
    *,
    with_ended: bool = False,
    current: Sequence[int] | None = None,
) -> Where:
    """What the actor may see of the lines as they are, or were on a day, or of some versions.

    What has ended is left out of the lines as they are, unless `with_ended`. `current` are the versions that make up
    the lines as they are, where not all of those count that the actor may see.
    """
    if versions is None and as_of is None and not with_ended:
        conditions = (*conditions, STANDING)
    chosen = versions if versions is not None else current
    return Where(
        versions=list(chosen) if chosen is not None else queries.current_versions(session, actor, as_of),
        kinds=kinds,
        hidden=queries.hidden_kinds(session, actor),
        conditions=conditions,
        as_of=as_of,
    )


def where_of(
    session: Session, actor: Actor, wanted: LineFilter, current: Sequence[queries.Current] | None = None
) -> Where:
    """What a filter narrows the lines to; what is still in transfer counts only where it is asked for.

    `current` is what makes up the lines as they are, where it is known already.
    """
    kind = kind_from(wanted.kind, standard()) if wanted.kind else None
    kinds, conditions = [kind] if kind else None, tuple(conditions_of(wanted))
    if wanted.as_of is not None:
        return where_for(session, actor, conditions, wanted.as_of, kinds=kinds)
    known = queries.current(session, actor) if current is None else current
    counted = [one.version for one in known if one.accepted or wanted.with_transfer]
    return where_for(session, actor, conditions, kinds=kinds, current=counted)


def conditions_of(wanted: LineFilter) -> list[Condition]:
    """A filter's conditions beside kind and day."""
    codes = standard()
    found = [Condition(name, "contains", text) for name in ("owner", "road") if (text := getattr(wanted, name))]
    for name in ("material", "burial", "status"):
        if text := getattr(wanted, name):
            found.append(Condition(name, "=", codes.value(name, text) or text))
    spans = {"size": (wanted.size_from, wanted.size_to), "depth": (wanted.depth_from, wanted.depth_to)}
    found += [Condition(name, "between", span) for name, span in spans.items() if span != (None, None)]
    if wanted.built_from or wanted.built_to:
        years = (
            str(wanted.built_from) if wanted.built_from else None,
            str(wanted.built_to) if wanted.built_to else None,
        )
        found.append(Condition("built_on", "between", years))
    return found


def lines_in(session: Session, actor: Actor, area: Area, where: Where, fields: Sequence[str] | None = None) -> Frame:
    """The segments of an area, with their geometry in the store's metres."""
    require(actor, SEE)
    return store_of(session).segments(session.connection(), (area, where), fields)


def points_in(session: Session, actor: Actor, area: Area, where: Where, fields: Sequence[str] | None = None) -> Frame:
    """The points of an area, with their geometry in the store's metres."""
    require(actor, SEE)
    return store_of(session).points(session.connection(), (area, where), fields)


def segments_of(session: Session, actor: Actor, fids: Fids, fields: Sequence[str] | None = None) -> Frame:
    """Those of some segments whose version and kind the actor may see, in the order of their numbers."""
    require(actor, SEE)
    found = store_of(session).segments(session.connection(), fids, fields)
    versions = found.columns["version_id"]
    seen = list(queries.visible_labels(session, actor, np.unique(versions).tolist()))
    hidden = queries.hidden_kinds(session, actor)
    kinds = zip(found.text("major").tolist(), found.text("minor").tolist(), strict=True)
    shown = [kind not in hidden and (kind[0], "") not in hidden for kind in kinds]
    return found.take(np.array(shown, dtype=bool) & np.isin(versions, seen))


def lines_of_archive(session: Session, actor: Actor, fids: Fids) -> Frame:
    """Those of some segments that the actor may see and that are of an accepted version."""
    found = segments_of(session, actor, fids, ("major", "minor", "start_no", "end_no"))
    versions = found.columns["version_id"]
    labels = queries.labels_of_versions(session, np.unique(versions).tolist())
    held = [version_id for version_id, (_, version) in labels.items() if version.state == ACCEPTED]
    return found.take(np.isin(versions, held))
