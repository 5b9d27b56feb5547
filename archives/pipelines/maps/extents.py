"""Where a map opens: around the lines that its reader may see, but for the few that lie far from all others.

The thinned lines of the overview say in which tiles lines of which kind lie; nothing else of a million rows is read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import atan, degrees, pi, sinh

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, not_, select, true
from sqlalchemy.orm import Session

from archives.core.actors import Actor
from archives.pipelines import queries
from archives.pipelines.models import STORE, SurveyVersion
from gis.crs import CGCS2000
from gis.profiles import from_store
from gis.store.conditions import of_kinds
from gis.store.overview import FIRST_LIVE

ZOOM = FIRST_LIVE - 1
"""Its tiles are some 4 km wide."""
LEFT_OUT = 0.01
"""The share of all lines that may lie beyond each side of the map's first extent …"""
WIDER = 3
"""… where showing them too would make it more than so many times as wide."""
WEIGHTLESS = 32
"""Bytes of a tile in which there is no more than a line that runs through."""
Degrees = tuple[float, float, float, float]
Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Tiles:
    """Tiles with lines in them: numbers from west to east and from north to south, and how much is in each."""

    x: Whole
    y: Whole
    weights: Whole


def first_extent(session: Session, actor: Actor, epsg: int) -> Degrees | None:
    """Around most of what is in the archive; of what is in transfer, whose places may be wrong, for want of more."""
    hidden = queries.hidden_kinds(session, actor)
    seen = queries.current(session, actor)
    held = [one for one in seen if one.accepted]
    return next((box for some in (held, seen) if some and (box := _around(session, some, hidden, epsg))), None)


def survey_extent(session: Session, actor: Actor, epsg: int, version: SurveyVersion) -> Degrees | None:
    """Around all of a survey; to the tiles of the kinds that the reader may see, where others are hidden."""
    hidden = queries.hidden_kinds(session, actor)
    if hidden:
        tiles = _tiles(session, [version.id], hidden)
        return _box((tiles.x.min(), tiles.x.max()), (tiles.y.min(), tiles.y.max())) if len(tiles.x) else None
    return _union(_in_degrees([(version.west, version.south, version.east, version.north)], epsg))


def _around(session: Session, versions: Sequence[queries.Current], hidden: queries.Kinds, epsg: int) -> Degrees | None:
    """The middle of some versions' lines; with nothing hidden, no farther than their own bounds, which are exact."""
    tiles = _tiles(session, [one.version for one in versions], hidden)
    middle = _box(middle_of(tiles.x, tiles.weights), middle_of(tiles.y, tiles.weights)) if len(tiles.x) else None
    bounds = _in_degrees([] if hidden else [one.bounds for one in versions], epsg)
    if middle is None or not len(bounds):
        return middle or _union(bounds)
    least, most = np.maximum(bounds[:, :2], middle[:2]), np.minimum(bounds[:, 2:], middle[2:])
    clipped = np.concatenate([least, most], axis=1)[(least <= most).all(axis=1)]
    return _union(clipped) or middle


def _tiles(session: Session, versions: Sequence[int], hidden: queries.Kinds) -> _Tiles:
    overview = STORE.overview
    shown = not_(of_kinds(overview, hidden)) if hidden else true()
    columns = (overview.c.x, overview.c.y, func.sum(func.length(overview.c.shape)))
    asked = select(*columns).where(overview.c.version_id.in_(versions), overview.c.z == ZOOM, shown)
    rows = session.execute(asked.group_by(overview.c.x, overview.c.y)).all()
    x, y, sizes = np.array([tuple(map(int, row)) for row in rows], dtype=np.int64).reshape(-1, 3).T
    weights = np.maximum(sizes - WEIGHTLESS, 0)
    return _Tiles(x, y, weights if weights.any() else np.ones_like(sizes))


def middle_of(places: Whole, weights: Whole) -> tuple[int, int]:
    """From where to where nearly all of the weight lies on an axis; all of it where that is not much farther."""
    order = np.argsort(places, kind="stable")
    inner, share = places[order], np.cumsum(weights[order]) / weights.sum()
    first = int(inner[np.searchsorted(share, LEFT_OUT, side="right")])
    last = int(inner[np.searchsorted(share, 1 - LEFT_OUT)])
    least, most = int(places.min()), int(places.max())
    return (least, most) if most - least + 1 <= WIDER * (last - first + 1) else (first, last)


def _box(across: tuple[int, int], down: tuple[int, int]) -> Degrees:
    """Tiles from one to another, in degrees."""
    west, east = (at / 2**ZOOM * 360 - 180 for at in (across[0], across[1] + 1))
    north, south = (degrees(atan(sinh(pi * (1 - at / 2 ** (ZOOM - 1))))) for at in (down[0], down[1] + 1))
    return west, south, east, north


def _in_degrees(boxes: Sequence[Sequence[float | None]], epsg: int) -> NDArray[np.float64]:
    """Boxes of the store's metres in degrees, those that lie somewhere."""
    bounds = np.array(boxes, dtype=np.float64).reshape(-1, 4)
    bounds = bounds[np.isfinite(bounds).all(axis=1)]
    lon, lat = from_store(CGCS2000, epsg)(bounds[:, [0, 0, 2, 2]].ravel(), bounds[:, [1, 3, 1, 3]].ravel())
    corners = np.stack([lon.reshape(-1, 4), lat.reshape(-1, 4)], axis=2)
    found = np.concatenate([corners.min(axis=1), corners.max(axis=1)], axis=1)
    return np.asarray(found[np.isfinite(found).all(axis=1)])


def _union(boxes: NDArray[np.float64]) -> Degrees | None:
    if not len(boxes):
        return None
    (west, south), (east, north) = boxes[:, :2].min(axis=0).tolist(), boxes[:, 2:].max(axis=0).tolist()
    return west, south, east, north
