"""What lies under the map: roads, blocks, buildings and water that the office loads from a file, drawn as tiles."""

from collections.abc import Iterable, Sequence
from typing import Any

import shapely
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry
from sqlalchemy import ColumnElement, delete, func, insert, select
from sqlalchemy.orm import Session

from archives.core.actors import Actor
from archives.core.audit import Subject, record
from archives.core.clock import now
from archives.core.db import table_of
from archives.core.errors import NotFoundError, RefusedError
from archives.core.language import msg
from archives.core.permissions import require
from archives.core.problems import Problem
from archives.pipelines.actions import LOAD_BASE
from archives.pipelines.models import BASE_LOADED, BaseFeature, BaseLayer
from gis.base_tiles import base_tile
from gis.tiles import tile_fit

THEMES = ("road", "block", "building", "water")
"""What a layer may show, in the order of the vocabulary; they are drawn by `DRAWN`."""
DRAWN = ("block", "water", "building", "road")
Box = tuple[float, float, float, float]
FROM_ZOOM = {"road": 11, "block": 12, "building": 15, "water": 10}
"""The zoom from which a theme is drawn: what is smaller than a pixel helps nobody."""
CHUNK = 5_000
SHOWN = BaseLayer.state == BASE_LOADED
"""What lies under the map: a layer that is being loaded does not yet."""


def layers(session: Session) -> list[BaseLayer]:
    """What lies under the map, in order of loading."""
    return list(session.scalars(select(BaseLayer).where(SHOWN).order_by(BaseLayer.id)))


def load(
    session: Session,
    actor: Actor,
    name: str,
    theme: str,
    features: Iterable[tuple[str, BaseGeometry]],
    sha256: str = "",
) -> BaseLayer:
    """Keep a layer: names and shapes in the store's metres. Audited."""
    require(actor, LOAD_BASE)
    layer = BaseLayer(
        name=name, theme=theme, features=0, state=BASE_LOADED, sha256=sha256, loaded_by=actor.name, loaded_at=now()
    )
    session.add(layer)
    session.flush()
    layer.features = add(session, layer.id, features)
    loaded(session, actor, layer)
    return layer


def add(session: Session, layer_id: int, features: Iterable[tuple[str, BaseGeometry]]) -> int:
    """Add features to a layer, names and shapes in the store's metres; how many."""
    rows = [_row(layer_id, label, shape) for label, shape in features if shape is not None and not shape.is_empty]
    for first in range(0, len(rows), CHUNK):
        session.execute(insert(table_of(BaseFeature)), rows[first : first + CHUNK])
    return len(rows)


def loaded(session: Session, actor: Actor, layer: BaseLayer) -> None:
    """A layer is whole and lies under the map from now on. Audited."""
    layer.state = BASE_LOADED
    subject = Subject("base_layer", layer.id, layer.name)
    record(session, actor, "pipelines.base_loaded", subject, None, features=layer.features)


def _row(layer_id: int, label: str, shape: BaseGeometry) -> dict[str, Any]:
    west, south, east, north = shape.bounds
    shape = shapely.force_2d(shape)
    box = {"west": west, "south": south, "east": east, "north": north}
    return {"layer_id": layer_id, "name": label, "shape": shapely.to_wkb(shape), **box}


def remove(session: Session, actor: Actor, layer_id: int) -> None:
    """Take a layer away. Audited."""
    require(actor, LOAD_BASE)
    layer = session.get(BaseLayer, layer_id)
    if layer is None:
        raise NotFoundError
    session.execute(delete(BaseFeature).where(BaseFeature.layer_id == layer_id))
    session.delete(layer)
    record(session, actor, "pipelines.base_removed", Subject("base_layer", layer_id, layer.name))


def extent(session: Session) -> Box | None:
    """The box around everything that is loaded, in the store's metres."""
    sides = (func.min(BaseFeature.west), func.min(BaseFeature.south), func.max(BaseFeature.east))
    around = select(*sides, func.max(BaseFeature.north)).join(BaseLayer, BaseLayer.id == BaseFeature.layer_id)
    west, south, east, north = session.execute(around.where(SHOWN)).one()
    return None if west is None else (west, south, east, north)


def features_in(session: Session, theme: str, box: Box) -> list[tuple[str, BaseGeometry]]:
    """Names and shapes of a theme whose boxes meet a box, both in the store's metres."""
    wanted = select(BaseFeature.name, BaseFeature.shape).join(BaseLayer, BaseLayer.id == BaseFeature.layer_id)
    rows = session.execute(wanted.where(SHOWN, BaseLayer.theme == theme, *_meets(box))).all()
    shapes = shapely.from_wkb([row.shape for row in rows]) if rows else ()
    return [(row.name, shape) for row, shape in zip(rows, shapes, strict=True)]


def buildings_in(session: Session, box: Box) -> Sequence[Polygon | MultiPolygon] | None:
    """The buildings around a survey; None where no buildings are loaded."""
    if session.scalar(select(BaseLayer.id).where(SHOWN, BaseLayer.theme == "building").limit(1)) is None:
        return None
    return [shape for _, shape in features_in(session, "building", box) if isinstance(shape, Polygon | MultiPolygon)]


def roads_named(session: Session, words: str, most: int = 10) -> list[tuple[str, BaseGeometry]]:
    """Roads whose names hold some words, each with all its pieces."""
    if not words:
        return []
    roads = select(BaseFeature.name).join(BaseLayer, BaseLayer.id == BaseFeature.layer_id)
    named = roads.where(SHOWN, BaseLayer.theme == "road", BaseFeature.name.contains(words, autoescape=True))
    names = list(session.scalars(named.distinct().order_by(BaseFeature.name).limit(most)))
    return [(name, shapely.union_all(_pieces(session, name))) for name in names]


def road_lines(session: Session, name: str) -> list[BaseGeometry]:
    """The pieces of one road, by its whole name. Raises RefusedError."""
    found = _pieces(session, name) if "\0" not in name else []  # no database keeps a NUL in a name
    if not found:
        raise RefusedError([Problem("area.road", msg("There is no road called %(name)s.", name=name[:60]), "road")])
    return found


def _pieces(session: Session, name: str) -> list[BaseGeometry]:
    wanted = select(BaseFeature.shape).join(BaseLayer, BaseLayer.id == BaseFeature.layer_id)
    rows = session.scalars(wanted.where(SHOWN, BaseLayer.theme == "road", BaseFeature.name == name)).all()
    return list(shapely.from_wkb(rows)) if rows else []


def _meets(box: Box) -> list[ColumnElement[bool]]:
    west, south, east, north = box
    return [
        BaseFeature.west <= east,
        BaseFeature.east >= west,
        BaseFeature.south <= north,
        BaseFeature.north >= south,
    ]


def tile(session: Session, store: int, z: int, x: int, y: int) -> bytes:
    """A vector tile of what is loaded, WebMercatorQuad; b"" where there is nothing."""
    fit = tile_fit(store, z, x, y)
    drawn = [theme for theme in DRAWN if z >= FROM_ZOOM[theme]]
    return base_tile({theme: features_in(session, theme, fit.bounds) for theme in drawn}, fit)
