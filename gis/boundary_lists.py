"""Rings of coordinates written as text: lists as people keep them, and the parcel text of land offices (界址点坐标).

X is north and stands first, unless the size of the numbers says otherwise.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import shapely
from shapely import Polygon

from gis.area import AreaError, check_sound
from gis.crs import FIRST_ZONE
from gis.frame import Number
from gis.profiles import SYSTEMS, CrsProfile, Reference
from gis.recognition import in_order, recognise

Row = tuple[int, list[str]]
"""The line's number, and what stands between its separators."""

_SEPARATOR = re.compile(r"[,;、\s]+")
_ANGLE = re.compile(r"""(\d{1,3})[°度](\d{1,2})['′’分](\d{1,2}(?:\.\d+)?)(?:"|''|′′|”|秒)""")
_SETTING = re.compile(r"\s*([^=\s]+)\s*=\s*(.*?)\s*")
_DATUM_NAMES = (("2000", 4490), ("80", 4610), ("54", 4214))


def rings_of_list(text: str, crs: Reference) -> tuple[list[Polygon], Reference]:
    """Rings separated by empty lines; one inside another is a hole. Titles above the numbers are passed over.

    Raises AreaError `line`, `few_points`, `mixed`, `city_grid`, `no_polygon`.
    """
    groups = [_rows(group) for group in _groups(text)]
    columns = [_pair(rows, crs) for rows in groups if rows]
    if not columns:
        raise AreaError("no_polygon")
    found = _ordered(columns, crs)
    return _nested(found[0]), found[1]


def rings_of_parcels(text: str, crs: Reference) -> tuple[list[Polygon], Reference]:
    """The parcels of a 界址点坐标 file: a row ending in @ opens a parcel, then `J1,ring,X,Y`; rings after the first
    are holes. The head names datum, zone and width; what it does not name is `crs`.

    Raises AreaError `line`, `few_points`, `mixed`, `zone`, `no_polygon`.
    """
    head, parcels = _parcels(text)
    flat = [ring for parcel in parcels for ring in parcel]
    if not flat:
        raise AreaError("no_polygon")
    ordered, own = _ordered(flat, _named(head, crs))
    _check_zone(head, own)
    rings = iter(ordered)
    shapes = [[next(rings) for _ in parcel] for parcel in parcels if parcel]
    return [Polygon(shape[0], shape[1:]) for shape in shapes], own


def _groups(text: str) -> list[list[Row]]:
    """The lines, cut where a line is empty."""
    groups: list[list[Row]] = [[]]
    for number, line in enumerate(_plain(text).splitlines(), 1):
        if line.strip(" \t,;"):
            groups[-1].append((number, _tokens(line)))
        elif groups[-1]:
            groups.append([])
    return groups


def _plain(text: str) -> str:
    return _ANGLE.sub(_decimal, unicodedata.normalize("NFKC", text))


def _decimal(angle: re.Match[str]) -> str:
    degrees, minutes, seconds = map(float, angle.groups())
    return repr(degrees + minutes / 60 + seconds / 3600)


def _tokens(line: str) -> list[str]:
    return [token for token in _SEPARATOR.split(line) if token]


def _rows(group: list[Row]) -> list[Row]:
    """The rows of numbers; titles may stand above them, and nowhere else."""
    first = next((at for at, (_, tokens) in enumerate(group) if len(_numbers(tokens)) >= 2), len(group))
    for number, tokens in group[first:]:
        if len(_numbers(tokens)) < 2:
            raise AreaError("line", (number,))
    return group[first:]


def _numbers(tokens: Sequence[str]) -> list[float]:
    found = (_number(token) for token in tokens)
    return [number for number in found if number is not None]


def _number(token: str) -> float | None:
    try:
        return float(token)
    except ValueError:
        return None


def _pair(rows: list[Row], crs: Reference) -> tuple[Number, Number]:
    """The two columns that are coordinates, beside point numbers, codes and heights."""
    width = len(_numbers(rows[0][1]))
    for number, tokens in rows:
        if len(_numbers(tokens)) != width:
            raise AreaError("line", (number,))
    table = np.array([_numbers(tokens) for _, tokens in rows])
    counted = len(table) > 1 and width > 2 and bool((np.diff(table[:-1, 0]) == 1).all())
    table = table[:, 1:] if counted else table
    for at in range(table.shape[1] - 1):
        if recognise(table[:, at], table[:, at + 1], crs).digits in {"short", "long", "degrees", "mixed"}:
            return table[:, at], table[:, at + 1]
    return table[:, 0], table[:, 1]


def _ordered(columns: Sequence[tuple[Number, Number]], crs: Reference) -> tuple[list[Number], Reference]:
    """The rings as east and north, and the system that their digits belong to."""
    first, second = (np.concatenate([pair[at] for pair in columns]) for at in (0, 1))
    if not (np.isfinite(first) & np.isfinite(second)).all():
        raise AreaError("number", (int(np.argmin(np.isfinite(first) & np.isfinite(second))) + 1,))
    found = recognise(first, second, crs)
    for question in ("mixed", "swap_some", "city_grid"):
        if question in found.questions:
            raise AreaError("city_grid" if question == "city_grid" else "mixed")
    own = crs if found.suggested is None else _with_parameters(found.suggested, crs)
    return [_ring(*in_order(*pair, found.axes)) for pair in columns], own


def _ring(east: Number, north: Number) -> Number:
    closed = len(east) > 1 and (east[0], north[0]) == (east[-1], north[-1])
    if len(east) - closed < 3:
        raise AreaError("few_points", (len(east) - closed,))
    return np.column_stack([east, north])


def _with_parameters(code: int, crs: Reference) -> Reference:
    """A plane of the datum that an office's seven parameters start from is reached by them."""
    if isinstance(crs, CrsProfile) and crs.kind == "seven" and code in SYSTEMS:
        start = SYSTEMS.get(crs.base)
        if start and start.datum == SYSTEMS[code].datum:
            return replace(crs, base=code)
    return code


def _nested(rings: list[Number]) -> list[Polygon]:
    """Shells with the rings that lie inside them as holes; an island in a hole is a shell again."""
    polygons = np.array([Polygon(ring) for ring in rings], dtype=object)
    for polygon in polygons if len(polygons) > 1 else ():
        check_sound(polygon)
    outer, inner = shapely.STRtree(polygons).query(polygons, predicate="contains_properly")
    depth = np.bincount(inner, minlength=len(rings))
    holes: dict[int, list[Number]] = {}
    for hole in np.flatnonzero(depth % 2):
        around = outer[(inner == hole) & (depth[outer] == depth[hole] - 1)]
        holes.setdefault(int(around[0]), []).append(rings[hole])
    return [Polygon(rings[at], holes.get(int(at), ())) for at in np.flatnonzero(depth % 2 == 0)]


def _parcels(text: str) -> tuple[dict[str, str], list[list[tuple[Number, Number]]]]:
    """The head's settings, and for each parcel its rings as first and second column."""
    head: dict[str, str] = {}
    parcels: list[dict[str, list[tuple[float, float]]]] = []
    for number, line in enumerate(unicodedata.normalize("NFKC", text).splitlines(), 1):
        setting = _SETTING.fullmatch(line)
        if setting and not parcels:
            head[setting[1]] = setting[2]
        elif line.rstrip(" \t,").endswith("@"):
            parcels.append({})
        elif line.strip() and not line.lstrip().startswith("["):
            _point(line, number, parcels)
    rings = [[_columns(ring) for ring in parcel.values()] for parcel in parcels]
    return head, rings


def _point(line: str, number: int, parcels: list[dict[str, list[tuple[float, float]]]]) -> None:
    fields = [field.strip() for field in line.split(",")]
    values = [_number(field) for field in fields[2:4]]
    if len(values) != 2 or values[0] is None or values[1] is None:
        raise AreaError("line", (number,))
    if not parcels:
        parcels.append({})
    parcels[-1].setdefault(fields[1], []).append((values[0], values[1]))


def _columns(points: list[tuple[float, float]]) -> tuple[Number, Number]:
    table = np.array(points)
    return table[:, 0], table[:, 1]


def _named(head: Mapping[str, str], crs: Reference) -> Reference:
    """The plane that the head names, as far as it names one."""
    datum = next((code for mark, code in _DATUM_NAMES if mark in head.get("坐标系", "")), None)
    zone, width = (_whole(head.get(name, "")) for name in ("带号", "几度分带"))
    if datum is None or zone is None:
        return crs
    wide = width == 6 if width in {3, 6} else zone < FIRST_ZONE
    wanted = (datum, 6 if wide else 3, 6 * zone - 3 if wide else 3 * zone, None)
    for code, system in SYSTEMS.items():
        if (system.datum.epsg, system.width, system.meridian, system.zone) == wanted:
            return _with_parameters(code, crs)
    raise AreaError("zone", (zone, width))


def _whole(text: str) -> int | None:
    found = re.search(r"\d+", text)
    return int(found[0]) if found else None


def _check_zone(head: Mapping[str, str], own: Reference) -> None:
    """That the zone before the eastings is the zone of the head."""
    code = own.base if isinstance(own, CrsProfile) else own
    named, system = _whole(head.get("带号", "")), SYSTEMS.get(code)
    if named is not None and system is not None and system.zone not in {None, named}:
        raise AreaError("zone", (system.zone, named))
