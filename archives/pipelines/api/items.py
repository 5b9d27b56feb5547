"""Features as the reader may see them: every question to the store goes through the reader's versions and kinds."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from sqlalchemy import ColumnElement, and_, func, select, true
from sqlalchemy.orm import Session

from archives.core.actors import Actor
from archives.core.errors import NotFoundError
from archives.core.permissions import require
from archives.pipelines import queries
from archives.pipelines.actions import EXPORT
from archives.pipelines.api.asked import LARGEST_ID, Asked
from archives.pipelines.api.collections import Collection
from archives.pipelines.api.filters import read_filter
from archives.pipelines.api.places import Box, area_of, reach_of
from archives.pipelines.api.systems import LON_LAT
from archives.pipelines.api.times import lies_within, stood_within
from archives.pipelines.lines import store_of, where_for
from archives.pipelines.models import SurveyVersion
from gis.frame import Frame, empty
from gis.store.contract import EVERYWHERE, Columns, Filter, Spatial, Where

Related = Callable[[Spatial], ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Found:
    """A page of rows; `next_after` continues; `matched` only where it cost nothing to know."""

    rows: Frame
    next_after: int | None
    matched: int | None


def page_of(session: Session, actor: Actor, collection: Collection, asked: Asked) -> Found:
    """The features of a page, nothing counted. Raises ParameterError for a filter that cannot be used."""
    require(actor, EXPORT)
    store = queries.store_system(session)
    condition = _condition(collection, asked, store)
    area = area_of(asked.bounds, asked.bounds_system, store) if asked.bounds and store is not None else EVERYWHERE
    if store is None or area is None:
        return Found(empty(), None, 0)
    where = replace(where_for(session, actor, asked.conditions, with_ended=asked.span is not None), filter=condition)
    page = store_of(session).page(
        session.connection(), area, where, asked.after, asked.limit, asked.properties, collection.layer
    )
    whole = asked.after is None and page.next_after is None
    return Found(page.rows, page.next_after, len(page.rows) if whole else None)


def _condition(collection: Collection, asked: Asked, store: int | None) -> Filter | None:
    """Time, heights and the filter, as one condition; the filter is read even where there is nothing to look in."""
    tests: list[Filter] = []
    span, heights = asked.span, asked.heights
    if span is not None:
        tests.append(lambda columns, _related: stood_within(columns, span))
    if heights is not None:
        tests.append(lambda columns, _related: lies_within(columns, heights))
    if asked.filter is not None:
        tests.append(read_filter(asked.filter, collection, store))
    if not tests:
        return None
    return lambda columns, related: _all(tests, columns, related)


def _all(tests: list[Filter], columns: Columns, related: Related) -> ColumnElement[bool]:
    return and_(true(), *(test(columns, related) for test in tests))


def feature_of(session: Session, actor: Actor, collection: Collection, name: str) -> Frame:
    """One row by its number as an address writes it. Raises NotFoundError for one that the actor may not see."""
    require(actor, EXPORT)
    if not (name.isascii() and name.isdigit() and len(name) < 20 and 0 < int(name) <= LARGEST_ID):
        raise NotFoundError
    if queries.store_system(session) is None:
        raise NotFoundError
    where = replace(where_for(session, actor), fids=[int(name)])
    found = _one(session, collection, where)
    if not len(found):
        raise NotFoundError
    return found


def extent_of(session: Session, actor: Actor, store: int) -> Box:
    """Where the lines lie that the actor may see, in degrees; where some are hidden, what the plane is good for."""
    versions = queries.current_versions(session, actor)
    reach: Box = reach_of(store).bounds
    if queries.hidden_kinds(session, actor):
        return reach
    least = [func.min(side) for side in (SurveyVersion.west, SurveyVersion.south)]
    most = [func.max(side) for side in (SurveyVersion.east, SurveyVersion.north)]
    bounds = tuple(session.execute(select(*least, *most).where(SurveyVersion.id.in_(versions))).one())
    if None in bounds:
        return reach
    x, y = LON_LAT.from_store(store)(np.array(bounds)[[0, 0, 2, 2]], np.array(bounds)[[1, 3, 1, 3]])
    return float(x.min()), float(y.min()), float(x.max()), float(y.max())


def _one(session: Session, collection: Collection, where: Where) -> Frame:
    store = store_of(session)
    page = store.page(session.connection(), EVERYWHERE, where, None, 1, collection.names, collection.layer)
    return page.rows
