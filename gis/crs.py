"""Reference systems: the one maker of transformations, and coordinates as people write them in degrees of EPSG:4490.

Surveyors' X points north and Y points east, in 3-degree zones of CGCS2000: Y has 6 digits when the central meridian
is agreed on elsewhere, 8 digits when the zone's number stands before it. In China the ranges of longitude, latitude,
north and east do not overlap, so swapped axes are recognised by their size.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple, NoReturn

from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError

CGCS2000 = 4490
WGS84, WEB_MERCATOR = 4326, 3857
CGCS2000_PLANES = range(4491, 4555)
"""The Gauss-Krüger codes of CGCS2000: 6-degree zones, then 3-degree zones, each with the zone's number and without."""
FIRST_ZONE, LAST_ZONE = 25, 45
FIRST_MERIDIAN, LAST_MERIDIAN = 75, 135
WEST, EAST = 73.0, 136.0
SOUTH, NORTH = 3.0, 54.0
"""A box around China, its southern islands included."""

LEAST_NORTHING, MOST_NORTHING = 1_900_000.0, 5_990_000.0
LEAST_EASTING, MOST_EASTING = 100_000.0, 900_000.0
ZONE_WIDTH = 1_000_000
DECIMALS = 8
"""A millimetre on the ground."""

_NUMBER = r"\d{1,9}(?:\.\d{1,14})?"
_ANGLE = rf"""({_NUMBER})(?:\s*[°度:]\s*(?:({_NUMBER})\s*['′分:]\s*(?:({_NUMBER})\s*(?:"|''|′′|秒)?)?)?)?"""
_PAIR = re.compile(rf"\s*{_ANGLE}\s*[,;、\s]\s*{_ANGLE}\s*")
_LABEL = re.compile(r"(?:东经|北纬|经度|纬度|longitude|latitude|lon|lat|坐标|[enxy])\s*[:=]?", re.IGNORECASE)
_MERIDIAN = re.compile(r"[,;、]?\s*(?:中央子午线|中央经线|cm)\s*[:=]?\s*(\d{2,3})\s*°?", re.IGNORECASE)
_QUOTES = str.maketrans("’‘”“", "''\"\"")


class CoordinateError(ValueError):
    """Coordinates that cannot be used: a stable code, and the values that explain it.

    Codes: `unreadable`, `angle` (minutes or seconds of 60 and more), `outside` (not in China), `mixed` (degrees beside
    metres), `range` (no northing and easting), `zone_needed` (a 6-digit Y alone), `zone` (no such zone or meridian,
    or not the zone of the reference system), `display` (a datum that is not shown as WGS 84), `operation` (parameters
    that make no transformation).
    """

    def __init__(self, code: str, values: Sequence[object] = ()) -> None:
        super().__init__(code, *values)
        self.code = code
        self.values = tuple(values)


class LonLat(NamedTuple):
    """Degrees in CGCS2000 (EPSG:4490)."""

    longitude: float
    latitude: float


def parse_coordinates(written: str | tuple[object, object], crs: int | None = None) -> LonLat:
    """Where it is: from decimal degrees, degrees-minutes-seconds, or projected X (north) and Y (east).

    `crs` is the EPSG code of a 3-degree CGCS2000 zone that a 6-digit Y belongs to; text may name it itself, as in
    `X=3542289.447 Y=594495.262 CM117`. Raises CoordinateError.
    """
    text = _plain(written)
    named = _MERIDIAN.search(text)
    if named:
        text, crs = text.replace(named[0], " "), zone_by_meridian(int(named[1]))
    first, second = _two_numbers(text)
    if max(first, second) <= 180:
        return _from_degrees(first, second)
    if min(first, second) <= 180:
        raise CoordinateError("mixed", (first, second))
    return _from_metres(first, second, crs)


def zone_by_meridian(meridian: int) -> int:
    """The EPSG code of the 3-degree zone around a central meridian, for a 6-digit Y."""
    if meridian % 3 or not FIRST_MERIDIAN <= meridian <= LAST_MERIDIAN:
        raise CoordinateError("zone", (meridian,))
    return 4534 + (meridian - FIRST_MERIDIAN) // 3


def zone_by_number(zone: int) -> int:
    """The EPSG code of the 3-degree zone of that number, for an 8-digit Y."""
    if not FIRST_ZONE <= zone <= LAST_ZONE:
        raise CoordinateError("zone", (zone,))
    return 4513 + zone - FIRST_ZONE


@lru_cache(maxsize=64)
def transformer(source: int | CRS, target: int | CRS) -> Transformer:
    """The only maker of transformations between reference systems. Axes are always x east, y north.

    A "ballpark" transformation between datums is silently some 50 m wrong here, so it is refused (ProjError).
    """
    return Transformer.from_crs(source, target, always_xy=True, allow_ballpark=False)


@lru_cache(maxsize=64)
def display_transformer(source: int, target: int) -> Transformer:
    """The one exception: CGCS2000 taken as WGS 84, either way, to show places on a map and to write GeoJSON and KML.

    The two differ by less than a metre (plate motion since 2000.0): nothing on a screen, too much for a survey.
    Raises CoordinateError `display` for any other datum.
    """
    codes = {source, target}
    if not codes <= {CGCS2000, WGS84, WEB_MERCATOR, *CGCS2000_PLANES}:
        raise CoordinateError("display", (source, target))
    return Transformer.from_crs(source, target, always_xy=True)


def operation(definition: str) -> Transformer:
    """A calculation whose parameters are all stated (a PROJ pipeline), so that there is no datum to guess.

    Not cached, and the error does not repeat the definition: the parameters may be secret. Raises CoordinateError
    `operation`.
    """
    made = _pipeline(definition)
    if made is None:
        raise CoordinateError("operation")
    return made


def _pipeline(definition: str) -> Transformer | None:
    try:
        return Transformer.from_pipeline(definition)
    except ProjError:
        return None


def _plain(written: str | tuple[object, object]) -> str:
    text = written if isinstance(written, str) else f"{written[0]}, {written[1]}"
    return unicodedata.normalize("NFKC", text).translate(_QUOTES)


def _two_numbers(text: str) -> tuple[float, float]:
    found = _PAIR.fullmatch(_LABEL.sub(" ", text))
    if found is None:
        raise CoordinateError("unreadable", (text.strip()[:60],))
    parts = found.groups()
    return _angle(parts[:3]), _angle(parts[3:])


def _angle(parts: Sequence[str | None]) -> float:
    whole, minutes, seconds = (float(part or 0) for part in parts)
    if minutes >= 60 or seconds >= 60:
        raise CoordinateError("angle", (minutes, seconds))
    return whole + minutes / 60 + seconds / 3600


def _from_degrees(first: float, second: float) -> LonLat:
    longitude, latitude = max(first, second), min(first, second)
    return _in_china(longitude, latitude)


def _from_metres(first: float, second: float, crs: int | None) -> LonLat:
    north, east = _axes(first, second)
    place = transformer(_zone(east, crs), CGCS2000).transform(east, north)
    return _in_china(*place)


def _axes(first: float, second: float) -> tuple[float, float]:
    """North and east, told apart by their size."""
    for north, east in ((first, second), (second, first)):
        if LEAST_NORTHING <= north <= MOST_NORTHING and (_is_short(east) or _is_long(east)):
            return north, east
    raise CoordinateError("range", (first, second))


def _is_short(east: float) -> bool:
    return LEAST_EASTING <= east <= MOST_EASTING


def _is_long(east: float) -> bool:
    """Whether the zone's number stands before the six digits."""
    return east >= 10 * ZONE_WIDTH and _is_short(east % ZONE_WIDTH)


def _zone(east: float, crs: int | None) -> int:
    if _is_short(east):
        return crs or _zone_needed(east)
    own = zone_by_number(int(east // ZONE_WIDTH))
    if crs not in {None, own, own + 21}:  # the same zone, told with or without its number
        raise CoordinateError("zone", (int(east // ZONE_WIDTH),))
    return own


def _zone_needed(east: float) -> NoReturn:
    raise CoordinateError("zone_needed", (east,))


def _in_china(longitude: float, latitude: float) -> LonLat:
    place = LonLat(round(longitude, DECIMALS), round(latitude, DECIMALS))
    if not (WEST <= place.longitude <= EAST and SOUTH <= place.latitude <= NORTH):
        raise CoordinateError("outside", place)
    return place
