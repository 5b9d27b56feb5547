"""Areas that people ask about: drawn, brought as a file, or named by a road; each is audited with its outline."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import orjson
import shapely
from shapely import MultiPolygon, Polygon
from shapely.errors import ShapelyError
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry
from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import Session

from archives.core.actors import Actor
from archives.core.audit import Subject, record
from archives.core.clock import now
from archives.core.errors import ConflictError, NotFoundError, RefusedError
from archives.core.language import Message, msg
from archives.core.permissions import require
from archives.core.problems import Problem
from archives.pipelines import queries
from archives.pipelines.actions import SEE
from archives.pipelines.models import SavedArea
from gis import area as areas
from gis.area import AreaError
from gis.boundaries import polygon_of, read_boundary
from gis.crs import CGCS2000, WGS84
from gis.profiles import ProfileError, Reference, from_store, to_store
from gis.store.contract import Area

Shape = Polygon | MultiPolygon
ROAD_SIDE = 20.0
"""Metres on each side of a road, where nobody says how far."""
NO_SHAPE = (KeyError, TypeError, ValueError, IndexError, AttributeError, RecursionError, ShapelyError)
"""What reading a shape that is none may raise: a missing part, a word for a number, a list without an end."""
WORDS: Mapping[str, Message] = {
    "few_points": msg("An area needs at least three different points; here are %(a)s."),
    "vertices": msg("The outline has %(a)s points; at most %(b)s are taken. Simplify it first."),
    "number": msg("Point %(a)s has a coordinate that is no usable number."),
    "crossing": msg("The outline crosses itself near %(a)s, %(b)s."),
    "invalid": msg("The outline is no area near %(a)s, %(b)s."),
    "empty": msg("The outline encloses nothing."),
    "outside": msg("The area does not lie in China, or not where this plane system reaches."),
    "too_large": msg("The area has %(a)s km²; at most %(b)s km² are answered at once."),
    "distance": msg("The distance must be more than 0 and at most %(b)s m."),
    "dwg": msg("A DWG drawing cannot be read. Save it as DXF 2010 in the drawing program and bring that."),
    "dxf_version": msg("This DXF is of a version that is not known here (%(a)s). Save it as DXF 2010."),
    "unreadable": msg("No boundary could be read here."),
    "large_file": msg("The file is larger than %(b)s bytes."),
    "no_polygon": msg("There is no closed outline in this file."),
    "open": msg("There are %(a)s lines, and none of them is closed."),
    "crs": msg("The coordinate system “%(a)s” is not known here."),
    "dxf": msg("The DXF is damaged."),
    "line": msg("Line %(a)s holds no coordinates."),
    "mixed": msg("Coordinates of several kinds stand in one list."),
    "city_grid": msg("The coordinates belong to a city's own grid, and none was named."),
    "zone": msg("The coordinates name one zone, and the system that was chosen is another."),
}
"""What is wrong with an area, by the code of `gis.area.AreaError`."""


def save_area(session: Session, actor: Actor, how: str, outline: Shape, name: str = "") -> SavedArea:
    """Keep an area in the store's metres. Audited with its outline: whoever asks leaves a trace."""
    require(actor, SEE)
    saved = SavedArea(
        name=name,
        how=how,
        shape=orjson.dumps(mapping(outline)).decode(),
        square_metres=float(outline.area),
        owner_id=actor.account_id,
        made_by=actor.name,
        made_at=now(),
    )
    session.add(saved)
    session.flush()
    subject = Subject("pipeline_area", saved.id, name or f"{round(saved.square_metres)} m²")
    record(session, actor, "pipelines.area_asked", subject, None, how=how, shape=saved.shape)
    return saved


def name_area(actor: Actor, area: SavedArea, name: str, shared: bool) -> None:
    """Give an area a name, so that it is found again. Raises NotFoundError for somebody else's."""
    if not actor.is_unrestricted and area.owner_id != actor.account_id:
        raise NotFoundError
    area.name, area.shared = name, shared


def forget_area(actor: Actor, area: SavedArea) -> None:
    """Take the name away: the area is no longer listed; what was given out for it keeps its outline."""
    name_area(actor, area, "", False)


def visible_areas(actor: Actor) -> ColumnElement[bool]:
    """The actor's own areas, and those that others share."""
    if actor.is_unrestricted:
        return true()
    return or_(SavedArea.owner_id == actor.account_id, SavedArea.shared.is_(True))


def area_by_id(session: Session, actor: Actor, area_id: int) -> SavedArea:
    """One area. Raises NotFoundError."""
    require(actor, SEE)
    found = session.scalars(select(SavedArea).where(SavedArea.id == area_id, visible_areas(actor))).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def named_areas(session: Session, actor: Actor, most: int = 200) -> list[SavedArea]:
    """The areas that have a name, newest first."""
    require(actor, SEE)
    wanted = select(SavedArea).where(visible_areas(actor), SavedArea.name != "")
    return list(session.scalars(wanted.order_by(SavedArea.id.desc()).limit(most)))


def geometry_of(area: SavedArea) -> Shape:
    """An area's outline in the store's metres."""
    return _polygon(orjson.loads(area.shape))


def asked(area: SavedArea) -> Area:
    """An area as the store is asked."""
    return Area(geometry_of(area))


def in_degrees(session: Session, outline: Shape) -> dict[str, Any]:
    """An outline as GeoJSON in degrees, for the map."""
    return _moved(session, outline)


def _moved(session: Session, drawn: BaseGeometry) -> dict[str, Any]:
    back = from_store(CGCS2000, _store(session))
    points = shapely.get_coordinates(drawn)
    moved = shapely.set_coordinates(shapely.force_2d(drawn), _pair(*back(points[:, 0], points[:, 1])))
    return dict(mapping(moved))


def outline_from(session: Session, how: str, sent: Mapping[str, Any], distance: Any = None) -> Shape:
    """The outline that a map sent: GeoJSON in degrees, a circle, or a line with a distance. Raises RefusedError."""
    store = _store(session)
    try:
        return _outline(how, sent, distance, store)
    except (AreaError, ProfileError) as error:
        raise refused(error) from None
    except NO_SHAPE:
        raise refused(AreaError("unreadable")) from None


def _outline(how: str, sent: Mapping[str, Any], distance: Any, store: int) -> Shape:
    if how == "circle":
        east, north = _placed([sent["center"]], store)[0]
        return areas.circle(east, north, float(sent["radius_m"]), store)
    if how == "corridor":
        return areas.corridor(_placed(sent["coordinates"], store), float(distance or sent["distance_m"]), store)
    return areas.placed(_polygon(sent), store, WGS84)


def _placed(points: Any, store: int) -> Any:
    """Pairs of degrees in the store's metres."""
    given = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    return _pair(*to_store(WGS84, store)(given[:, 0], given[:, 1]))


def outline_around(session: Session, lines: Sequence[BaseGeometry], distance: Any) -> Shape:
    """What lies within a distance in metres of some lines, such as those of a road. Raises RefusedError."""
    try:
        return areas.buffer(lines, float(distance or ROAD_SIDE), _store(session))
    except AreaError as error:
        raise refused(error) from None
    except (TypeError, ValueError):
        raise refused(AreaError("distance", (distance, areas.LIMITS.distance))) from None


def outline_from_file(session: Session, content: bytes, name: str) -> Shape:
    """A boundary that was brought as a file. Raises RefusedError."""
    return _bounded(session, content, name)


def outline_from_text(session: Session, text: str) -> Shape:
    """A boundary typed as a list of coordinates, X (north) before Y. Raises RefusedError."""
    return _bounded(session, text.encode(), "coordinates.txt")


def _bounded(session: Session, content: bytes, name: str) -> Shape:
    store = _store(session)
    try:
        return read_boundary(content, name, store, store)
    except (AreaError, ProfileError) as error:
        raise refused(error) from None


def line_in_degrees(session: Session, line: BaseGeometry) -> dict[str, Any] | None:
    """A line as GeoJSON in degrees; None for one that lies nowhere."""
    return None if line is None or line.is_empty else _moved(session, line)


def box_from(session: Session, bounds: tuple[float, float, float, float], crs: Reference) -> Shape:
    """The rectangle between four numbers (west, south, east, north) of a system. Raises RefusedError."""
    try:
        return areas.rectangle(*bounds, _store(session), crs)
    except (AreaError, ProfileError) as error:
        raise refused(error) from None


def shape_from(session: Session, geojson: Mapping[str, Any], crs: Reference) -> Shape:
    """A polygon of a system, or several, as the command line brings them in GeoJSON. Raises RefusedError."""
    try:
        return areas.placed(polygon_of(dict(geojson)), _store(session), crs)
    except (AreaError, ProfileError) as error:
        raise refused(error) from None
    except NO_SHAPE:
        raise refused(AreaError("unreadable")) from None


def _polygon(geojson: Mapping[str, Any]) -> Shape:
    """A GeoJSON geometry, or that of a feature. Raises ValueError for anything but polygons."""
    found = shape(dict(geojson.get("geometry") or geojson))
    if not isinstance(found, Polygon | MultiPolygon):
        raise ValueError(found.geom_type)
    return found


def refused(error: AreaError | ProfileError) -> RefusedError:
    """What is wrong with an area, in words."""
    sentence = WORDS.get(error.code, WORDS["unreadable"])
    values = dict(zip("ab", (*error.values, "", ""), strict=False))
    return RefusedError([Problem(f"area.{error.code}", Message(sentence.msgid, values), "shape")])


def _store(session: Session) -> int:
    epsg = queries.store_system(session)
    if epsg is None:
        raise ConflictError(msg("There are no pipelines yet."))
    return epsg


def _pair(east: Any, north: Any) -> Any:
    return shapely.get_coordinates(shapely.points(east, north))
