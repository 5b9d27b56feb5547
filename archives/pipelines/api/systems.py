"""The systems of coordinates that features are told in (OGC API Features, part 2), each with its own order of axes."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from pyproj import CRS

from archives.core.language import msg
from archives.pipelines.api.faults import ParameterError
from gis.crs import CGCS2000, WEB_MERCATOR, WGS84
from gis.profiles import Plane, from_store, to_store

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/{}"
_CURIE = re.compile(r"\[?(EPSG|OGC):(\w+)\]?", re.IGNORECASE)
DEGREES, METRES = 8, 3
"""Decimals: both about a millimetre."""


@dataclass(frozen=True, slots=True)
class System:
    """A system: its URI, its EPSG code, and whether north or latitude is told before east or longitude."""

    uri: str
    epsg: int
    north_first: bool
    in_degrees: bool

    @property
    def decimals(self) -> int:
        """How finely coordinates are told."""
        return DEGREES if self.in_degrees else METRES

    def from_store(self, store: int) -> Plane:
        """Metres of the store to this system, east before north."""
        return from_store(self.epsg, store)

    def to_store(self, store: int) -> Plane:
        """This system, east before north, to metres of the store."""
        return to_store(self.epsg, store)


LON_LAT = System(CRS84, WGS84, north_first=False, in_degrees=True)


@lru_cache(maxsize=16)
def of_epsg(code: int) -> System:
    """A system by its EPSG code, with the axes that EPSG gives it."""
    crs = CRS.from_epsg(code)
    return System(EPSG.format(code), code, crs.axis_info[0].direction == "north", crs.is_geographic)


@cache
def systems(store: int | None) -> tuple[System, ...]:
    """What features can be told in; the store's own system, if there is one yet, costs no calculation."""
    own = [store] if store is not None else []
    return (LON_LAT, *(of_epsg(code) for code in (WGS84, CGCS2000, WEB_MERCATOR, *own)))


def system_named(name: str, store: int | None, parameter: str) -> System:
    """A system by its URI, or as `EPSG:4490`. Raises ParameterError."""
    short = _CURIE.fullmatch(name)
    wanted = name
    if short:
        wanted = CRS84 if short[2].upper() == "CRS84" else EPSG.format(short[2])
    found = next((one for one in systems(store) if one.uri == wanted), None)
    if found is None:
        sentence = msg("Coordinates are not told in the system “%(name)s”; see the collection's list.", name=name[:120])
        raise ParameterError(parameter, sentence)
    return found
