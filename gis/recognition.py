"""What two columns of coordinates are, told by their size: axes, digits, zone, and points far from the others.

Nothing is changed here. What contradicts the reference system that was named becomes a question to whoever imports.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from gis.crs import (
    CGCS2000,
    EAST,
    FIRST_ZONE,
    LAST_ZONE,
    LEAST_EASTING,
    LEAST_NORTHING,
    MOST_EASTING,
    MOST_NORTHING,
    NORTH,
    SOUTH,
    WEST,
    ZONE_WIDTH,
)  # fmt: skip
from gis.frame import Mask, Number
from gis.profiles import DATUMS, SYSTEMS, CrsProfile, Reference, System

Axes = Literal["north_east", "east_north"]
Digits = Literal["short", "long", "city", "degrees", "mixed", "unknown"]

LARGEST_CITY_NUMBER = 1_500_000.0
"""Grids of cities drop the leading digits: both numbers stay below every northing of China."""
FAR, FAR_TIMES = 20_000.0, 5.0
"""Farther from the median place than 20 km and than five times the median distance lies another city."""
METRES_A_DEGREE = 111_320.0
BESIDE_ZONE = 0.6
"""Degrees that a survey may reach beyond its zone before the zone is doubted; zones overlap by half a degree."""


@dataclass(frozen=True, slots=True)
class Recognition:
    """What the columns are. `questions` are codes, in the order in which they should be asked:

    `unknown` (no coordinates of any kind) · `mixed` (eastings with and without a zone's number, or of several zones, or
    degrees beside metres: not to be imported so) · `swap` (the axes are not as the profile says) · `swap_some` (rows
    that are swapped against the others) · `degrees` (degrees where metres were named, or the reverse) · `zone` (the
    digits or the place do not belong to the zone that was named) · `city_grid` (numbers of a city's own grid) ·
    `outliers` (points far from the others). `suggested` is the EPSG code under which the numbers would agree.
    `outliers` marks the rows that are meant, missing numbers never.
    """

    axes: Axes
    digits: Digits
    zone: int | None
    outliers: Mask
    questions: tuple[str, ...]
    suggested: int | None = None


def recognise(first: Number, second: Number, crs: Reference) -> Recognition:
    """What two columns hold, `first` being the one that the profile's axes put first (X, north, by custom)."""
    known = np.isfinite(first) & np.isfinite(second)
    expected: Axes = crs.axes if isinstance(crs, CrsProfile) else "north_east"
    rows = _Rows(first, second, known, expected)
    if not rows.count:
        return Recognition(expected, "unknown", None, ~known & known, ("unknown",))
    digits, odd = rows.digits()
    axes: Axes = "north_east" if rows.north_first else "east_north"
    zone = rows.zone() if digits == "long" else None
    far = _far(*rows.ordered(), known & ~odd & ~rows.swapped, degrees=digits == "degrees")
    outliers = odd | rows.swapped | far
    place = _median(*rows.ordered(), known & ~outliers)
    suggested = _suggested(crs, digits, zone, place)
    asked = {
        "unknown": digits == "unknown",
        "mixed": digits == "mixed",
        "swap": axes != expected,
        "swap_some": bool(rows.swapped.any()),
        "degrees": _degrees_differ(crs, digits),
        "zone": _zone_differs(crs, digits, zone, place),
        "city_grid": digits == "city" and _is_national(crs),
        "outliers": bool(far.any() or (odd.any() and digits != "mixed")),
    }
    return Recognition(axes, digits, zone, outliers, tuple(code for code, ask in asked.items() if ask), suggested)


def in_order(first: Number, second: Number, axes: Axes) -> tuple[Number, Number]:
    """East and north of two columns, once their axes are agreed on."""
    return (second, first) if axes == "north_east" else (first, second)


class _Rows:
    """Each row's kind, by its size; the kinds are disjoint."""

    def __init__(self, first: Number, second: Number, known: Mask, expected: Axes) -> None:
        self.first, self.second, self.known = first, second, known
        self.count = int(known.sum())
        with np.errstate(invalid="ignore", over="ignore"):
            forward = [known & kind(first, second) for kind in (_is_short, _is_long, _is_degrees)]
            backward = [known & kind(second, first) for kind in (_is_short, _is_long, _is_degrees)]
            self.city = known & _is_city(first, second)
        ahead, behind = (int(np.logical_or.reduce(masks).sum()) for masks in (forward, backward))
        self.north_first = expected == "north_east" if ahead == behind else ahead > behind
        self.short, self.long, self.degrees = (a | b for a, b in zip(forward, backward, strict=True))
        self.swapped: Mask = np.logical_or.reduce(backward if self.north_first else forward)

    def ordered(self) -> tuple[Number, Number]:
        """East and north by the axes of most rows."""
        return in_order(self.first, self.second, "north_east" if self.north_first else "east_north")

    def digits(self) -> tuple[Digits, Mask]:
        """The kind of most rows, and the rows of other kinds."""
        kinds: dict[Digits, Mask] = {
            "short": self.short, "long": self.long, "degrees": self.degrees, "city": self.city,
        }  # fmt: skip
        counts = {name: int(mask.sum()) for name, mask in kinds.items()}
        most = max(counts, key=counts.__getitem__)
        if not counts[most]:
            return "unknown", self.known
        odd = self.known & ~kinds[most]
        several = self._of_other_zones() if most == "long" else np.zeros(len(odd), dtype=bool)
        if sum(counts[name] > 0 for name in ("short", "long", "degrees")) > 1 or several.any():
            return "mixed", odd | several
        return most, odd

    def zone(self) -> int:
        """The zone of most long eastings."""
        numbers = (self._east()[self.long] // ZONE_WIDTH).astype(np.int64)
        return int(np.bincount(numbers).argmax())

    def _of_other_zones(self) -> Mask:
        others: Mask = self.long & (self._east() // ZONE_WIDTH != self.zone())
        return others

    def _east(self) -> Number:
        return np.where(self.known, np.maximum(self.first, self.second), 0)


def _is_short(north: Number, east: Number) -> Mask:
    return _is_northing(north) & (east >= LEAST_EASTING) & (east <= MOST_EASTING)


def _is_long(north: Number, east: Number) -> Mask:
    zone, rest = east // ZONE_WIDTH, east % ZONE_WIDTH
    return _is_northing(north) & (zone >= 13) & (zone <= LAST_ZONE) & (rest >= LEAST_EASTING) & (rest <= MOST_EASTING)


def _is_northing(north: Number) -> Mask:
    found: Mask = (north >= LEAST_NORTHING) & (north <= MOST_NORTHING)
    return found


def _is_degrees(latitude: Number, longitude: Number) -> Mask:
    found: Mask = (latitude >= SOUTH) & (latitude <= NORTH) & (longitude >= WEST) & (longitude <= EAST)
    return found


def _is_city(first: Number, second: Number) -> Mask:
    larger = np.maximum(np.abs(first), np.abs(second))
    found: Mask = (larger > 180) & (larger < LARGEST_CITY_NUMBER)
    return found


def _median(east: Number, north: Number, rows: Mask) -> tuple[float, float] | None:
    return (float(np.median(east[rows])), float(np.median(north[rows]))) if rows.any() else None


def _far(east: Number, north: Number, rows: Mask, degrees: bool) -> Mask:
    """The rows that lie in another city than most."""
    place = _median(east, north, rows)
    far = np.zeros(len(rows), dtype=bool)
    if place is None:
        return far
    unit = METRES_A_DEGREE if degrees else 1.0
    distance = np.hypot(east[rows] - place[0], north[rows] - place[1]) * unit
    far[rows] = distance > max(FAR, FAR_TIMES * float(np.median(distance)))
    return far


def _system(crs: Reference) -> System | None:
    """The national plane that the numbers should be in, if it is one."""
    if isinstance(crs, CrsProfile):
        return SYSTEMS.get(crs.base) if crs.kind in {"epsg", "seven"} else None
    return SYSTEMS.get(crs)


def _is_national(crs: Reference) -> bool:
    return not isinstance(crs, CrsProfile) or crs.kind in {"epsg", "seven"}


def _degrees_differ(crs: Reference, digits: Digits) -> bool:
    code = crs.base if isinstance(crs, CrsProfile) and crs.kind == "epsg" else crs
    named = code in DATUMS
    return digits not in {"unknown", "mixed"} and named != (digits == "degrees")


def _zone_differs(crs: Reference, digits: Digits, zone: int | None, place: tuple[float, float] | None) -> bool:
    named = _system(crs)
    if named is None or digits not in {"short", "long"} or place is None:
        return False
    if zone != named.zone:
        return True
    east, north = place[0] % ZONE_WIDTH, place[1]
    beside = (east - 500_000) / (METRES_A_DEGREE * np.cos(np.radians(north / METRES_A_DEGREE)))
    return bool(abs(beside) > named.width / 2 + BESIDE_ZONE)


def _suggested(crs: Reference, digits: Digits, zone: int | None, place: tuple[float, float] | None) -> int | None:
    """The plane of CGCS2000, or of the datum that was named, under which the numbers agree."""
    if digits == "degrees":
        return CGCS2000
    named = _system(crs)
    if place is None or digits not in {"short", "long"} or (named and named.zone == zone):
        return None
    datum = named.datum.epsg if named else CGCS2000
    width = (named.width if named else 3) if zone is None else (3 if zone >= FIRST_ZONE else 6)
    wanted = named.meridian if named and zone is None else _meridian(zone, width)
    for code, system in SYSTEMS.items():
        if (system.datum.epsg, system.zone, system.meridian) == (datum, zone, wanted) and system.width == width:
            return code
    return None


def _meridian(zone: int | None, width: int) -> int | None:
    if zone is None:
        return None
    return 3 * zone if width == 3 else 6 * zone - 3
