"""What the map must know of the archive and of its reader: plane, extent, kinds with their colours, base layers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from sqlalchemy import select
from sqlalchemy.orm import Session

from archives.config import Settings
from archives.core.actors import Actor
from archives.core.language import gettext, msg
from archives.core.permissions import require
from archives.pipelines import queries
from archives.pipelines.actions import SEE
from archives.pipelines.lines import store_of, where_for
from archives.pipelines.maps import base
from archives.pipelines.maps.extents import Degrees, first_extent
from archives.pipelines.models import IN_TRANSFER, SurveyVersion
from archives.pipelines.systems import PlaneFacts, plane_of
from archives.pipelines.vocabularies import kind_name
from gis.codes import standard
from gis.crs import CGCS2000, CoordinateError, parse_coordinates
from gis.profiles import from_store, to_store

THEMES = {
    "road": msg("Roads"),
    "block": msg("Blocks"),
    "building": msg("Buildings"),
    "water": msg("Water"),
}
DARK = 90
"""Below this brightness (of 255) a colour is lost on a dark screen."""


@dataclass(frozen=True, slots=True)
class MapKind:
    """A kind of line on the map; the standard's colour, and one for dark screens."""

    major: str
    minor: str
    name: str
    group: str
    colour: str
    dark_colour: str


@dataclass(frozen=True, slots=True)
class MapLayer:
    """Something to lie under the lines."""

    id: str
    name: str
    kind: str
    url: str


@dataclass(frozen=True, slots=True)
class MapFacts:
    """Everything the page says to its scripts; `extent` is west, south, east, north in degrees."""

    plane_name: str
    proj4: str | None
    central_meridian: str
    height_datum: str
    extent: Degrees | None
    kinds: tuple[MapKind, ...]
    base_layers: tuple[MapLayer, ...]
    underway: tuple[int, ...] = ()
    """The versions in transfer that this reader sees: their lines are drawn dashed."""


@dataclass(frozen=True, slots=True)
class Located:
    """Something that was looked for and where it is, in degrees."""

    label: str
    kind: str
    lon: float
    lat: float
    extent: Degrees | None


def office_map(settings: Settings) -> tuple[MapLayer, ...]:
    """The office's own map of its network, where one is set."""
    if not settings.base_map_url:
        return ()
    name = settings.base_map_name or gettext("Office's own map")
    return (MapLayer("office", name, "xyz", settings.base_map_url),)


def map_facts(session: Session, actor: Actor, services: tuple[MapLayer, ...] = ()) -> MapFacts:
    """The facts of the map for one reader; `services` are maps of the office's network. Raises ForbiddenError."""
    require(actor, SEE)
    plane = plane_of(session)
    return MapFacts(
        plane.name,
        plane.proj4,
        plane.central_meridian,
        plane.height_datum,
        _extent(session, actor, plane),
        tuple(_kinds(queries.hidden_kinds(session, actor))),
        (*_own_layers(session), *services),
        _underway(session, actor),
    )


def _own_layers(session: Session) -> Iterator[MapLayer]:
    return (MapLayer(theme, gettext(THEMES[theme].msgid), "vector", "") for theme in _themes(session))


def _themes(session: Session) -> list[str]:
    loaded = {layer.theme for layer in base.layers(session)}
    return [theme for theme in base.THEMES if theme in loaded]


def _extent(session: Session, actor: Actor, plane: PlaneFacts) -> Degrees | None:
    """Around the lines that the reader sees; around the base layers where there are none."""
    if plane.epsg is None:
        return None
    return first_extent(session, actor, plane.epsg) or degrees_of(base.extent(session) or (), plane.epsg)


def degrees_of(bounds: Sequence[float | None], epsg: int) -> Degrees | None:
    """A box of the store's metres in degrees; None where it is none, or lies nowhere on the map."""
    sides = [side for side in bounds if side is not None]
    if len(sides) < 4:
        return None
    west, south, east, north = sides
    lon, lat = from_store(CGCS2000, epsg)(np.array([west, west, east, east]), np.array([south, north, south, north]))
    if not (np.isfinite(lon).all() and np.isfinite(lat).all()):
        return None
    return float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())


def _underway(session: Session, actor: Actor) -> tuple[int, ...]:
    """The versions in transfer that this reader sees."""
    seen = queries.current_versions(session, actor)
    wanted = select(SurveyVersion.id).where(SurveyVersion.id.in_(seen), SurveyVersion.state == IN_TRANSFER)
    return tuple(session.scalars(wanted))


def _kinds(hidden: Sequence[tuple[str, str]]) -> Iterator[MapKind]:
    codes = standard()
    for kind in codes.kinds.values():
        if kind.key in hidden or (kind.major, "") in hidden:
            continue
        group = kind_name(codes, kind.major, "")
        colours = hexadecimal(kind.rgb), hexadecimal(lightened(kind.rgb))
        yield MapKind(kind.major, kind.minor, kind_name(codes, *kind.key), group, *colours)


def hexadecimal(rgb: Sequence[int]) -> str:
    """A colour as style sheets write it."""
    return "#" + "".join(f"{part:02x}" for part in rgb)


def lightened(rgb: tuple[int, int, int]) -> tuple[int, int, int]:
    """The colour, or a light grey or a lighter shade of it where a dark screen would swallow it."""
    red, green, blue = rgb
    if 0.3 * red + 0.59 * green + 0.11 * blue > DARK:
        return rgb
    return (208, 212, 220) if rgb == (0, 0, 0) else (red // 2 + 128, green // 2 + 128, blue // 2 + 128)


def locate(session: Session, actor: Actor, text: str) -> list[Located]:
    """Where something is: coordinates as they are written, a road by its name, a point by its number."""
    require(actor, SEE)
    plane = plane_of(session)
    words = text.strip()
    if plane.epsg is None or not words:
        return []
    try:
        place = parse_coordinates(words, plane.epsg)
    except CoordinateError:
        return [*_roads(session, words, plane.epsg), *_points(session, actor, words, plane.epsg)]
    return [Located(words, "coordinates", place.longitude, place.latitude, None)]


def _roads(session: Session, words: str, epsg: int) -> Iterator[Located]:
    for name, shape in base.roads_named(session, words):
        extent = degrees_of(shape.bounds, epsg)
        if extent is None:
            continue
        yield Located(name, "road", (extent[0] + extent[2]) / 2, (extent[1] + extent[3]) / 2, extent)


def _points(session: Session, actor: Actor, number: str, epsg: int) -> Iterator[Located]:
    store, connection = store_of(session), session.connection()
    found = store.points_numbered(connection, number, where_for(session, actor))
    codes = standard()
    for at in range(len(found)):
        shape: Any = found.columns["geometry"][at]
        if shape is None or shapely.is_empty(shape):
            continue
        lon, lat = from_store(CGCS2000, epsg)(np.array([shape.x]), np.array([shape.y]))
        kind = kind_name(codes, str(found.text("major")[at]), str(found.text("minor")[at]))
        yield Located(f"{number} {kind}", "point", float(lon[0]), float(lat[0]), None)


def in_store(session: Session, lon: float, lat: float) -> tuple[float, float] | None:
    """A place of the map in the store's metres; None before anything is stored."""
    epsg = queries.store_system(session)
    if epsg is None:
        return None
    east, north = to_store(4326, epsg)(np.array([lon]), np.array([lat]))
    return float(east[0]), float(north[0])
