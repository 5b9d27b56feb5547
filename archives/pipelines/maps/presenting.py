"""What the pipelines' map shows and says: legend, symbols, ways to an area, scales, and the scripts' words."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from archives.core.actors import Actor
from archives.core.language import Message, current_language, msg
from archives.pipelines.actions import ASK_SHEET, EXPORT, SEE
from archives.pipelines.maps.printing import MapSheet, extent_of
from archives.pipelines.maps.queries import MapFacts, MapKind
from archives.pipelines.vocabularies import PAPER_SIZES
from gis.codes import standard

SCALES = (200, 500, 1000, 2000, 5000)
"""A map is printed at 1 to one of these."""
SHAPES: tuple[tuple[str, str, Message], ...] = (
    ("rectangle", "rectangle", msg("Rectangle")),
    ("polygon", "polygon", msg("Polygon")),
    ("circle", "circle", msg("Circle")),
    ("corridor", "line", msg("Corridor")),
    ("road", "road", msg("Road")),
    ("corners", "crosshair", msg("Corners")),
    ("points", "list", msg("Points")),
    ("file", "upload", msg("File")),
)
"""Ways to say which area is meant, each with its icon; the first four are drawn."""
SYMBOLS: tuple[tuple[str, Message], ...] = (
    ("well", msg("Well, inspection chamber")),
    ("manhole", msg("Manhole of cables")),
    ("handhole", msg("Handhole")),
    ("gully", msg("Gully")),
    ("valve", msg("Valve")),
    ("valve_well", msg("Valve chamber")),
    ("hydrant", msg("Hydrant")),
    ("meter", msg("Meter, gauge")),
    ("outlet", msg("Inlet, outlet")),
    ("vent", msg("Vent")),
    ("station", msg("Station, tank")),
    ("cabinet", msg("Cabinet, box")),
    ("lamp", msg("Lamp, signal")),
    ("pole", msg("Pole, support")),
    ("node", msg("Bend, tee, other point")),
)
"""The classes of points; how each is drawn stands in static/js/pipes/symbols.js."""
WORDS: dict[str, Message] = {
    "offline": msg("The server does not answer. Check the network; the map goes on when you move it."),
    "signed_out": msg("You are no longer signed in."),
    "forbidden": msg("You may not see this."),
    "gone": msg("This is no longer there, or you may not see it."),
    "too_large": msg("This is larger than the server accepts."),
    "server": msg("The server could not answer. Try again in a moment."),
    "refused": msg("The server did not accept this."),
    "fault": msg("Something in this page failed. Reload it."),
    "loading": msg("Loading…"),
    "in_plane": msg("Measured in the plane of %(name)s."),
    "geodesic": msg("Measured on the ellipsoid, because the definition of the plane system is not shown here."),
    "perimeter": msg("Perimeter %(length)s"),
    "findings_shown": msg("%(count)s findings are marked. Press a mark to read it."),
    "nothing_drawn": msg("Nothing is drawn yet."),
    "drawn": msg("Drawn: %(figure)s. Pull its corners to change it."),
    "missing_rectangle": msg("Draw the rectangle on the map first."),
    "missing_polygon": msg("Draw the polygon on the map first."),
    "missing_circle": msg("Draw the circle on the map first."),
    "missing_corridor": msg("Draw the corridor's line on the map first."),
    "missing_road": msg("Say which road."),
    "missing_corners": msg("Give all four coordinates of the two corners."),
    "missing_points": msg("Give the points, one a line."),
    "missing_file": msg("Choose the file with the boundary."),
    "no_areas": msg("No area was kept yet. Draw one and give it a name."),
    "nothing_shown": msg("No kind of pipeline is switched on."),
    "unnamed": msg("Without a name"),
    "area_shown": msg("The area %(name)s is shown on the map."),
    "places_found": msg("%(n)s places found."),
    "no_place": msg("Nothing of that name was found, and it is no pair of coordinates."),
    "place_road": msg("Road"),
    "place_coordinates": msg("Coordinates"),
    "place_point": msg("Survey point"),
    "went_to": msg("The map shows %(label)s."),
}
"""What the scripts say."""


@dataclass(frozen=True, slots=True)
class Group:
    """A class of the legend with its kinds."""

    major: str
    name: str
    kinds: tuple[MapKind, ...]


def legend_of(kinds: Sequence[MapKind]) -> list[Group]:
    """The kinds by class, in the order given; the class itself stands last, for lines of which no more is known."""
    groups = []
    for major, group in groupby(kinds, key=lambda kind: kind.major):
        members = sorted(group, key=lambda kind: kind.minor == "")
        groups.append(Group(major, members[0].group, tuple(members)))
    return groups


def system_of(facts: MapFacts) -> list[str]:
    """Plane system, central meridian and height datum, as far as they are known; none is said twice."""
    meridian = str(msg("Central meridian %(meridian)s", meridian=facts.central_meridian))
    beside = [meridian if facts.central_meridian else "", facts.height_datum]
    said = facts.plane_name.casefold()
    return [text for text in (facts.plane_name, *(one for one in beside if one.casefold() not in said)) if text]


def config_of(facts: MapFacts, actor: Actor, has_lines: bool) -> dict[str, Any]:
    """What the scripts are told. Degrees are of CGCS2000; the plane's definition is absent where it is secret."""
    return {
        "plane": {
            "name": facts.plane_name,
            "proj4": facts.proj4,
            "central_meridian": facts.central_meridian,
            "height_datum": facts.height_datum,
        },
        "has_lines": has_lines,
        "underway": list(facts.underway),
        "extent": list(facts.extent) if facts.extent else None,
        "kinds": [_kind(kind) for kind in facts.kinds],
        "materials": _materials(),
        "base": [{"id": one.id, "name": one.name, "kind": one.kind, "url": one.url} for one in facts.base_layers],
        "frames": {paper: _frames(paper) for paper in PAPER_SIZES},
        "may": {"export": EXPORT.allows(actor), "ask_sheet": ASK_SHEET.allows(actor), "save": SEE.allows(actor)},
        "labels": {name: str(word) for name, word in WORDS.items()},
    }


def _materials() -> dict[str, str]:
    """The names of materials by code, as a line's label writes them."""
    english = current_language() == "en"
    values = standard().values["material"].values()
    return {value.code: value.name_en if english else value.name_zh for value in values}


def _frames(paper: str) -> dict[str, tuple[float, float]]:
    """Width and height, in millimetres, of the map on a sheet of paper turned either way."""
    return {"portrait": _map_on(paper, landscape=False), "landscape": _map_on(paper, landscape=True)}


def _map_on(paper: str, *, landscape: bool) -> tuple[float, float]:
    west, south, east, north = extent_of(MapSheet(paper, landscape, 1000, ""), 0, 0).bounds
    return round(east - west, 1), round(north - south, 1)


def _kind(kind: MapKind) -> dict[str, str]:
    names = ("major", "minor", "name", "group", "colour", "dark_colour")
    return {name: getattr(kind, name) for name in names}
