"""Kinds of pipeline and the dictionaries of their attributes. A kind is (major, minor), never a bare code.

Offices use the same two letters for different things (JS, PS, YS, DT, TX, YQ, XX, SS ...), so a code that is not the
standard's own is understood only where a single meaning is known, or where the caller's profile says what it means.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from gis.tables import rows

ZRef = Literal["top", "invert", "axis", "bottom"]
KindCode = tuple[str, str]
"""Major and minor code; the minor is "" where only the major is known."""
Rgb = tuple[int, int, int]

TRENCH = "GG"
"""The burial code of trenches, whose depth is measured to the inner bottom."""
_ENDINGS = ("管线", "管道", "管网", "线", "管")


@dataclass(frozen=True, slots=True)
class Kind:
    """A class of pipelines (minor "") or one kind within it.

    `number` is its place in the standard; `element_prefix` begins its 8-digit element codes. `z_ref` says where depth
    and elevation are measured to when nobody says so. `aci` is AutoCAD's colour, `rgb` the standard's.
    """

    major: str
    minor: str
    number: int
    name_zh: str
    name_en: str
    z_ref: ZRef
    gravity: bool
    rgb: Rgb
    aci: int
    element_prefix: str

    @property
    def key(self) -> KindCode:
        """(major, minor)."""
        return self.major, self.minor


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a dictionary, and the classes it is meant for ("*": all)."""

    code: str
    name_zh: str
    name_en: str
    majors: frozenset[str]

    def fits(self, major: str) -> bool:
        """Whether the value is meant for pipelines of this class."""
        return not major or bool(self.majors & {"*", major})


class Codes:
    """All kinds and dictionaries, and every name and code they go by.

    `aliases` maps a foreign name or code to every (major, minor) it is known to mean; `values` and `value_aliases` are
    by dictionary: material, burial, status, flow, feature, appurtenance, pressure, voltage, ...
    """

    def __init__(
        self,
        kinds: Iterable[Kind],
        aliases: Iterable[tuple[str, KindCode]],
        values: Mapping[str, Sequence[Value]],
        value_aliases: Mapping[str, Mapping[str, str]],
    ) -> None:
        self.kinds: dict[KindCode, Kind] = {kind.key: kind for kind in kinds}
        self.values: dict[str, dict[str, Value]] = {
            name: {value.code: value for value in listed} for name, listed in values.items()
        }
        self._own = {folded(name): kind.key for kind in self.kinds.values() for name in _names(kind)}
        self._other: dict[str, list[KindCode]] = {}
        for text, meaning in aliases:
            self._other.setdefault(folded(text), []).append(meaning)
        self._spoken = [name for name in {**self._own, **self._other} if len(name) > 1 and not name.isascii()]
        self._value_names = {name: _value_names(listed) for name, listed in self.values.items()}
        self._value_aliases = {
            name: {folded(alias): code for alias, code in listed.items()} for name, listed in value_aliases.items()
        }

    def kind(self, major: str, minor: str = "") -> Kind | None:
        """The kind of that code, or the class where the minor is not known."""
        return self.kinds.get((major, minor)) or self.kinds.get((major, ""))

    def by_alias(self, text: str, profile: Mapping[str, KindCode] | None = None, major: str = "") -> KindCode | None:
        """What a code or name means: by the office's own map, by the standard, by the one meaning met elsewhere.

        `profile` maps the office's codes to kinds; `major` is the class where it is known already.
        """
        name = folded(text)
        if profile:
            for code, meaning in profile.items():
                if folded(code) == name:
                    return meaning
        meanings = [meaning for meaning in self.alternatives(text) if major in {"", meaning[0]}]
        own = self._own.get(name)
        if own in meanings:
            return own
        return meanings[0] if len(meanings) == 1 else None

    def alternatives(self, text: str) -> tuple[KindCode, ...]:
        """Every meaning of a code or name that is known, the standard's first: several where one must ask."""
        for name in _without_ending(folded(text)):
            own, other = self._own.get(name), self._other.get(name, [])
            if own or other:
                return tuple(dict.fromkeys([*([own] if own else []), *other]))
        return ()

    def named_within(self, text: str) -> KindCode | None:
        """The kind whose Chinese name stands within a title; the class where several of its kinds do."""
        title = folded(text)
        found = [name for name in self._spoken if name in title]
        longest = [name for name in found if not any(name != other and name in other for other in found)]
        meanings = [self.alternatives(name)[0] for name in longest]
        majors = {major for major, _ in meanings}
        minors = {minor for _, minor in meanings if minor}
        if len(majors) != 1:
            return None
        return majors.pop(), minors.pop() if len(minors) == 1 else ""

    def value(self, dictionary: str, text: str) -> str | None:
        """The dictionary's code for a value as people write it, its aliases folded; None where it is unknown."""
        name = folded(text)
        known = self._value_names.get(dictionary, {}).get(name)
        return known if known is not None else self._value_aliases.get(dictionary, {}).get(name)

    def is_own(self, dictionary: str, text: str) -> bool:
        """Whether the text is the dictionary's own code or name, and no alias."""
        return folded(text) in self._value_names.get(dictionary, {})

    def name(self, dictionary: str, code: str) -> str:
        """The Chinese name of a dictionary's value; the code itself where it is unknown."""
        value = self.values.get(dictionary, {}).get(code)
        return value.name_zh if value else code

    def colour(self, major: str, minor: str = "") -> Rgb:
        """The standard's colour; black for what is unknown."""
        kind = self.kind(major, minor)
        return kind.rgb if kind else (0, 0, 0)

    def z_ref(self, major: str, minor: str, burial: str) -> ZRef:
        """Where depth and elevation are measured to: the inner bottom of drains and trenches, else the outer top."""
        kind = self.kind(major, minor)
        if burial == TRENCH:
            return "invert"
        return kind.z_ref if kind else "top"

    def is_gravity(self, major: str, minor: str = "") -> bool:
        """Whether it flows by its own weight, so that slope and direction mean something."""
        kind = self.kind(major, minor)
        return kind is not None and kind.gravity


def folded(text: str) -> str:
    """A name as it is compared: half-width, without spaces, capitals."""
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()


@cache
def standard() -> Codes:
    """The shipped kinds and dictionaries."""
    return from_rows(rows("kinds"), rows("kind_aliases"), rows("dictionaries"), rows("value_aliases"))


def from_rows(
    kinds: Iterable[Mapping[str, str]],
    aliases: Iterable[Mapping[str, str]],
    values: Iterable[Mapping[str, str]],
    value_aliases: Iterable[Mapping[str, str]],
) -> Codes:
    """Codes from rows with the columns of the shipped tables, for an office that keeps its own."""
    listed: dict[str, list[Value]] = {}
    for row in values:
        majors = frozenset(row["majors"].split("|"))
        listed.setdefault(row["dictionary"], []).append(Value(row["code"], row["name_zh"], row["name_en"], majors))
    other: dict[str, dict[str, str]] = {}
    for row in value_aliases:
        other.setdefault(row["dictionary"], {})[row["alias"]] = row["code"]
    meanings = [(row["text"], (row["major"], row["minor"])) for row in aliases]
    return Codes(_kinds(list(kinds)), meanings, listed, other)


def _kinds(listed: Sequence[Mapping[str, str]]) -> list[Kind]:
    numbers = {row["major"]: int(row["number"]) for row in listed if not row["minor"]}
    return [_kind(row, numbers[row["major"]]) for row in listed]


def _kind(row: Mapping[str, str], major_number: int) -> Kind:
    red, green, blue = map(int, row["rgb"].split("|"))
    number = int(row["number"])
    return Kind(
        major=row["major"],
        minor=row["minor"],
        number=number,
        name_zh=row["name_zh"],
        name_en=row["name_en"],
        z_ref=_z_ref(row["z_ref"]),
        gravity=row["gravity"] == "true",
        rgb=(red, green, blue),
        aci=int(row["aci"]),
        element_prefix=f"5{major_number}{number:02}" if row["minor"] else f"5{major_number}",
    )


def _z_ref(text: str) -> ZRef:
    match text:
        case "top" | "invert" | "axis" | "bottom":
            return text
        case _:
            raise ValueError(f"z_ref is {text}")


def _names(kind: Kind) -> tuple[str, ...]:
    return kind.minor or kind.major, kind.name_zh


def _value_names(values: Mapping[str, Value]) -> dict[str, str]:
    """By name, then by code: where one value's code is another's name, the code wins."""
    names = {folded(value.name_zh): value.code for value in values.values()}
    return names | {folded(value.code): value.code for value in values.values()}


def _without_ending(name: str) -> tuple[str, ...]:
    """The name, then without 管线, 管道 or 管 at its end."""
    shorter = [name.removesuffix(ending) for ending in _ENDINGS if name.endswith(ending) and len(name) > len(ending)]
    return name, *shorter
