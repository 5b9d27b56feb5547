"""How one office writes its tables, to be saved once and shared: headers, codes, axes and units of its own."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, NoReturn, get_args

from gis.codes import KindCode

Axes = Literal["north_east", "east_north"]
DepthUnit = Literal["m", "cm", "mm"]
RotationUnit = Literal["deg", "rad", "dms"]


class ProfileError(ValueError):
    """A saved profile that cannot be used: a stable code and the values that explain it.

    Codes: `unknown_key`, `wrong_value` (name of the setting, value).
    """

    def __init__(self, code: str, values: tuple[object, ...] = ()) -> None:
        super().__init__(code, *values)
        self.code = code
        self.values = values


@dataclass(frozen=True, slots=True)
class Profile:
    """What an office does otherwise than the tables of aliases expect.

    `headers` maps a field to the office's header, `codes` the office's code to (major, minor). `axes` says which of X
    and Y points north: surveyors' X does. `crs` is an EPSG code or the name of a named system, for the caller. Water
    and mud are stored in metres, rotation in degrees; a unit in the header beats the profile's. `dms` is DDD.MMSS.
    """

    name: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, KindCode] = field(default_factory=dict)
    axes: Axes = "north_east"
    crs: str = ""
    water_unit: DepthUnit = "m"
    mud_unit: DepthUnit = "m"
    rotation_unit: RotationUnit = "deg"

    def to_dict(self) -> dict[str, Any]:
        """Plain values only, as JSON and TOML keep them."""
        plain = asdict(self)
        return plain | {"headers": dict(self.headers), "codes": {code: list(kind) for code, kind in self.codes.items()}}


def profile_from(saved: Mapping[str, Any]) -> Profile:
    """The profile that `to_dict` wrote. Raises ProfileError."""
    known = {"name", "headers", "codes", "axes", "crs", "water_unit", "mud_unit", "rotation_unit"}
    for key in saved:
        if key not in known:
            raise ProfileError("unknown_key", (key,))
    return Profile(
        name=_text(saved, "name"),
        headers=_texts(saved, "headers"),
        codes=_codes(saved.get("codes", {})),
        axes=_one_of(saved, "axes", get_args(Axes)),
        crs=_text(saved, "crs"),
        water_unit=_one_of(saved, "water_unit", get_args(DepthUnit)),
        mud_unit=_one_of(saved, "mud_unit", get_args(DepthUnit)),
        rotation_unit=_one_of(saved, "rotation_unit", get_args(RotationUnit)),
    )


def _text(saved: Mapping[str, Any], key: str) -> str:
    value = saved.get(key, "")
    if not isinstance(value, str):
        _refuse(key, value)
    return value


def _texts(saved: Mapping[str, Any], key: str) -> dict[str, str]:
    value = saved.get(key, {})
    if not isinstance(value, Mapping) or not all(isinstance(text, str) for pair in value.items() for text in pair):
        _refuse(key, value)
    return dict(value)


def _one_of(saved: Mapping[str, Any], key: str, allowed: tuple[str, ...]) -> Any:
    value = saved.get(key, allowed[0])
    if value not in allowed:
        _refuse(key, value)
    return value


def _codes(value: object) -> dict[str, KindCode]:
    if not isinstance(value, Mapping):
        _refuse("codes", value)
    return {str(code): _kind(kind) for code, kind in value.items()}


def _kind(value: object) -> KindCode:
    if not isinstance(value, list | tuple) or len(value) != 2 or not all(isinstance(part, str) for part in value):
        _refuse("codes", value)
    return value[0], value[1]


def _refuse(key: str, value: object) -> NoReturn:
    raise ProfileError("wrong_value", (key, value))
