"""Named plane systems of survey offices: national zones, own projections, 4 and 7 parameters onto a national system.

Parameters between a city's grid and the national one are state secrets: a secret profile holds the path of a file
that is read when it is used, and nothing of that file is ever shown, logged, stored or named in an error.
"""

import math
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
from pyproj import Transformer
from pyproj.exceptions import ProjError

from gis.crs import CGCS2000, WEB_MERCATOR, WGS84, CoordinateError, display_transformer, operation, transformer
from gis.frame import Number

ProfileKind = Literal["epsg", "proj", "four", "seven"]
Plane = Callable[[Number, Number], tuple[Number, Number]]
"""East and north of one system to east and north of another, whole columns at once; NaN where there is no place."""


class ProfileError(ValueError):
    """A profile that cannot be used: a stable code, and values that never hold a parameter.

    Codes: `unknown_epsg` (the code), `needs_parameters` (the name: another datum, no parameters), `incomplete` and
    `wrong` (the parameter's name), `convention` (of the seven parameters, not stated), `secret` (parameters beside the
    file), `file_missing`, `file_unreadable`.
    """

    def __init__(self, code: str, values: Sequence[object] = ()) -> None:
        super().__init__(code, *values)
        self.code = code
        self.values = tuple(values)


class Datum(NamedTuple):
    """A geodetic datum that plans in China are drawn in."""

    epsg: int
    name_zh: str
    name_en: str
    ellipsoid: str


DATUMS = {
    4490: Datum(4490, "2000国家大地坐标系", "CGCS2000", "+ellps=GRS80"),
    4214: Datum(4214, "1954年北京坐标系", "Beijing 1954", "+ellps=krass"),
    4610: Datum(4610, "1980西安坐标系", "Xi'an 1980", "+a=6378140 +rf=298.257"),
    4555: Datum(4555, "新1954年北京坐标系", "New Beijing", "+ellps=krass"),
}


class System(NamedTuple):
    """A national Gauss-Krüger plane: `zone` is None where the easting has 6 digits."""

    epsg: int
    datum: Datum
    width: Literal[3, 6]
    zone: int | None
    meridian: int


_NEW_BEIJING_ZONES = (*range(4652, 4657), *range(4766, 4782))
_NEW_BEIJING_MERIDIANS = (*range(4782, 4801), 4812, 4822)
_PLANES: Mapping[int, tuple[Sequence[int], Sequence[int], Sequence[int], Sequence[int]]] = {
    4490: (range(4513, 4534), range(4534, 4555), range(4491, 4502), range(4502, 4513)),
    4214: (range(2401, 2422), range(2422, 2443), range(21413, 21424), range(21453, 21464)),
    4610: (range(2349, 2370), range(2370, 2391), range(2327, 2338), range(2338, 2349)),
    4555: (_NEW_BEIJING_ZONES, _NEW_BEIJING_MERIDIANS, range(4568, 4579), range(4579, 4590)),
}
"""EPSG codes from west to east, by datum: 3-degree zones with their number and without, then 6-degree zones."""


def _systems() -> dict[int, System]:
    found: dict[int, System] = {}
    for datum, (numbered, plain, wide_numbered, wide_plain) in _PLANES.items():
        for at in range(21):
            for code, zone in ((numbered[at], 25 + at), (plain[at], None)):
                found[code] = System(code, DATUMS[datum], 3, zone, 75 + 3 * at)
        for at in range(11):
            for code, zone in ((wide_numbered[at], 13 + at), (wide_plain[at], None)):
                found[code] = System(code, DATUMS[datum], 6, zone, 75 + 6 * at)
    return found


SYSTEMS: Mapping[int, System] = _systems()
"""All national planes by EPSG code."""


@dataclass(frozen=True, slots=True)
class HeightDatum:
    """What heights are counted from: `1985`, `1956`, or the name of a local one.

    `constant` is what a local height needs added to become a height of 1985, in metres.
    """

    name: str = "1985"
    constant: float | None = field(default=None, repr=False)

    def described(self, language: str) -> str:
        """As it is printed on a sheet."""
        names = _HEIGHTS.get(self.name, (self.name, self.name))
        return names[0] if _chinese(language) else names[1]


_HEIGHTS = {
    "1985": ("1985国家高程基准", "1985 National Height Datum"),
    "1956": ("1956年黄海高程系", "Yellow Sea 1956 height system"),
}


@dataclass(frozen=True, slots=True)
class CrsProfile:
    """A named plane system.

    `base` is an EPSG code: for `epsg` the system itself; for `proj` the geographic datum of the projection; for `four`
    the national plane that the parameters lead to; for `seven` the national plane (or with an own projection, the
    datum) that they start from, towards CGCS2000. `definition` holds the parameters of a profile that is not secret:

    - `proj`: central_meridian, and if they differ from 500000, 0, 1, 0 and the datum's ellipsoid: false_easting,
      false_northing, scale, origin_latitude, semi_major_axis with inverse_flattening;
    - `four`: north_shift, east_shift (m), rotation (arc seconds), scale (a factor), by
      N' = north_shift + scale (N cos r - E sin r), E' = east_shift + scale (N sin r + E cos r);
    - `seven`: x, y, z (m), rx, ry, rz (arc seconds), scale_ppm, convention `position_vector` or `coordinate_frame`,
      and those of `proj` if the plane is an own one.

    A secret profile has no definition but `parameters_path`, a TOML file with the same names.
    """

    name: str
    kind: ProfileKind
    base: int
    definition: Mapping[str, float | str] = field(default_factory=dict, repr=False, hash=False)
    secret: bool = False
    parameters_path: Path | None = field(default=None, repr=False)
    height_datum: HeightDatum = HeightDatum()
    central_meridian: float | None = None
    axes: Literal["north_east", "east_north"] = "north_east"

    def __post_init__(self) -> None:
        if self.secret and self.definition:
            raise ProfileError("secret", (self.name,))
        if self.base not in _BASES[self.kind]:
            raise ProfileError("unknown_epsg", (self.base,))


_BASES: Mapping[ProfileKind, frozenset[int]] = {
    "epsg": frozenset({*SYSTEMS, *DATUMS}),
    "proj": frozenset(DATUMS),
    "four": frozenset(SYSTEMS),
    "seven": frozenset({*SYSTEMS, *DATUMS}),
}

Reference = int | CrsProfile
"""A reference system by EPSG code, or an office's own."""


def of_epsg(code: int) -> CrsProfile:
    """The profile of a national system; its name is the code's. Raises ProfileError `unknown_epsg`."""
    found = SYSTEMS.get(code)
    return CrsProfile(f"EPSG:{code}", "epsg", code, central_meridian=found.meridian if found else None)


def to_store(reference: Reference, store: int) -> Plane:
    """From a profile's east and north (of a datum: longitude and latitude) to the store's plane.

    WGS 84 and web Mercator are accepted by their codes as what a map was drawn in. Raises ProfileError.
    """
    steps = _road(reference, store)

    def forward(east: Number, north: Number) -> tuple[Number, Number]:
        return _along(steps, east, north)

    return forward


def from_store(reference: Reference, store: int) -> Plane:
    """The way back of `to_store`, to less than a tenth of a millimetre. Raises ProfileError."""
    steps = _road(reference, store)
    seven = isinstance(reference, CrsProfile) and reference.kind == "seven"

    def backward(east: Number, north: Number) -> tuple[Number, Number]:
        x, y = _back(steps, east, north)
        for _ in range(2 if seven else 0):  # without heights seven parameters return some mm beside the start
            at = _along(steps, x, y)
            again = _back(steps, *at)
            x, y = x + (_back(steps, east, north)[0] - again[0]), y + (_back(steps, east, north)[1] - again[1])
        return x, y

    return backward


def described(reference: Reference, language: str = "zh") -> str:
    """Plane system, central meridian and height datum in one line, as sheets and drawings print them."""
    profile = reference if isinstance(reference, CrsProfile) else of_epsg(reference)
    parts = [*_plane_described(profile, _chinese(language)), profile.height_datum.described(language)]
    return ("，" if _chinese(language) else ", ").join(parts)


def meridian(reference: Reference) -> float | None:
    """The central meridian in degrees, if it is known without opening a secret file."""
    if isinstance(reference, CrsProfile) and reference.central_meridian is not None:
        return reference.central_meridian
    code = reference.base if isinstance(reference, CrsProfile) else reference
    own = isinstance(reference, CrsProfile) and reference.kind in {"proj", "four"}
    return SYSTEMS[code].meridian if code in SYSTEMS and not own else None


def _plane_described(profile: CrsProfile, chinese: bool) -> list[str]:
    parts = [profile.name]
    national = SYSTEMS.get(profile.base)
    if profile.kind == "epsg":
        datum = national.datum if national else DATUMS[profile.base]
        parts = [datum.name_zh if chinese else datum.name_en]
        if national:
            parts.append(_zone_described(national, chinese))
    degrees = meridian(profile)
    if degrees is not None:
        parts.append(f"中央子午线 {degrees:g}°" if chinese else f"central meridian {degrees:g}°")
    return parts


def _zone_described(system: System, chinese: bool) -> str:
    zone = "" if system.zone is None else (f"第{system.zone}带" if chinese else f" {system.zone}")
    return f"高斯-克吕格{system.width}度带{zone}" if chinese else f"Gauss-Krüger {system.width}° zone{zone}"


def _chinese(language: str) -> bool:
    return language.lower().startswith("zh")


def _road(reference: Reference, store: int) -> list[Transformer]:
    """The calculations from a system to the store, in their order."""
    if not isinstance(reference, CrsProfile) and reference in {WGS84, WEB_MERCATOR}:
        return [display_transformer(reference, store)]
    profile = reference if isinstance(reference, CrsProfile) else of_epsg(reference)
    steps, landing = _landing(profile)
    if landing == store:
        return steps
    last = _between(landing, store)
    if last is None:
        raise ProfileError("needs_parameters", (profile.name,))
    return [*steps, last]


def _between(source: int, target: int) -> Transformer | None:
    try:
        return transformer(source, target)
    except ProjError:
        return None


def _landing(profile: CrsProfile) -> tuple[list[Transformer], int]:
    """The calculations that the profile itself states, and the EPSG code they lead to."""
    if profile.kind == "epsg":
        return [], profile.base
    given = _Parameters(profile)
    if profile.kind == "proj":
        return [_made(_unprojected(given, DATUMS[profile.base]))], profile.base
    if profile.kind == "four":
        return [_made(_affine(given))], profile.base
    return [*_to_degrees(profile, given), _made(_helmert(given, _datum(profile.base)))], CGCS2000


def _datum(code: int) -> Datum:
    return SYSTEMS[code].datum if code in SYSTEMS else DATUMS[code]


def _to_degrees(profile: CrsProfile, given: "_Parameters") -> list[Transformer]:
    if "central_meridian" in given.values:
        return [_made(_unprojected(given, _datum(profile.base)))]
    return [transformer(profile.base, SYSTEMS[profile.base].datum.epsg)] if profile.base in SYSTEMS else []


def _made(definition: str) -> Transformer:
    try:
        return operation(definition)
    except CoordinateError:
        pass
    raise ProfileError("wrong", ("",))


class _Parameters:
    """The numbers of a profile, from its definition or from its secret file. Shows none of them."""

    def __init__(self, profile: CrsProfile) -> None:
        path = profile.parameters_path
        self.values = dict(profile.definition) if path is None else _file(path, profile.name)

    def __repr__(self) -> str:
        return "parameters"

    def number(self, name: str, default: float | None = None) -> float:
        value = self.values.get(name, default)
        if value is None:
            raise ProfileError("incomplete", (name,))
        if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < _LARGEST:
            raise ProfileError("wrong", (name,))
        return float(value)


_LARGEST = 1e8
"""Metres; every false easting with its zone's number is below it."""


def _file(path: Path, name: str) -> dict[str, float | str]:
    """The parameters of a file; what is wrong with it is said without a word of it."""
    content = _content(path)
    if content is None:
        raise ProfileError("file_missing", (name,))
    table = _table(content)
    if table is None:
        raise ProfileError("file_unreadable", (name,))
    return table


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _table(content: bytes) -> dict[str, float | str] | None:
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except ValueError:
        return None


def _unprojected(given: _Parameters, datum: Datum) -> str:
    """Plane metres to degrees of the datum."""
    ellipsoid = datum.ellipsoid
    if "semi_major_axis" in given.values:
        ellipsoid = f"+a={given.number('semi_major_axis')!r} +rf={given.number('inverse_flattening')!r}"
    terms = {
        "lon_0": given.number("central_meridian"),
        "lat_0": given.number("origin_latitude", 0.0),
        "k": given.number("scale", 1.0),
        "x_0": given.number("false_easting", 500_000.0),
        "y_0": given.number("false_northing", 0.0),
    }
    return f"+proj=pipeline +step +inv +proj=tmerc {_terms(terms)} {ellipsoid} {_DEGREES}"


_DEGREES = "+step +proj=unitconvert +xy_in=rad +xy_out=deg"
_RADIANS = "+step +proj=unitconvert +xy_in=deg +xy_out=rad"


def _affine(given: _Parameters) -> str:
    turn = math.radians(given.number("rotation", 0.0) / 3600)
    scale = given.number("scale", 1.0)
    along, across = scale * math.cos(turn), scale * math.sin(turn)
    if not along * along + across * across > 0.25:  # a grid half the size of the ground is a slip of the pen
        raise ProfileError("wrong", ("scale",))
    shifts = {"xoff": given.number("east_shift"), "yoff": given.number("north_shift")}
    return f"+proj=affine {_terms({**shifts, 's11': along, 's12': across, 's21': -across, 's22': along})}"


def _helmert(given: _Parameters, datum: Datum) -> str:
    """Degrees of the datum to degrees of CGCS2000, on the ellipsoid's surface."""
    convention = given.values.get("convention")
    if convention not in {"position_vector", "coordinate_frame"}:
        raise ProfileError("convention")
    terms = {name: given.number(name) for name in ("x", "y", "z", "rx", "ry", "rz")}
    terms["s"] = given.number("scale_ppm")
    return (
        f"+proj=pipeline {_RADIANS} +step +proj=cart {datum.ellipsoid} "
        f"+step +proj=helmert {_terms(terms)} +convention={convention} "
        f"+step +inv +proj=cart {DATUMS[CGCS2000].ellipsoid} {_DEGREES}"
    )


def _terms(values: Mapping[str, float]) -> str:
    return " ".join(f"+{name}={value!r}" for name, value in values.items())


def _along(steps: Sequence[Transformer], east: Number, north: Number) -> tuple[Number, Number]:
    for step in steps:
        east, north = step.transform(east, north)
    return _known(east), _known(north)


def _back(steps: Sequence[Transformer], east: Number, north: Number) -> tuple[Number, Number]:
    for step in reversed(steps):
        east, north = step.transform(east, north, direction="INVERSE")
    return _known(east), _known(north)


def _known(values: Number) -> Number:
    """PROJ says "nowhere" by an infinity."""
    return np.where(np.isfinite(values), values, np.nan)
