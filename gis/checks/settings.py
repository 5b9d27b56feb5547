"""The rules of inspection as data: what they are called, how grave they are, their limits and the names they look for.

Everything here comes from `gis/data/check*.csv`; an office changes it by passing other settings, never other code.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from gis.tables import rows

ERROR, WARNING, NOTE = "E", "W", "I"
"""E blocks accession, W needs an answer, I is a note."""

Kinds = Sequence[tuple[str, str]]
"""(major, minor) codes."""


@dataclass(frozen=True, slots=True)
class CheckRule:
    """One rule of section "data quality": its code, its names and what it says of a finding."""

    id: str
    name_zh: str
    name_en: str
    messages: Mapping[str, tuple[str, str]]
    """By case ("" is the usual one): a template in Chinese and one in English."""

    def message(self, case: str, language: str, values: Mapping[str, object]) -> str:
        """What is wrong, in a sentence; `language` is "zh" or "en"."""
        chinese, english = self.messages.get(case) or self.messages[""]
        return (chinese if language.startswith("zh") else english).format_map(_Blank(values))


class _Blank(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class RuleSetting:
    """How one rule is applied. Limits are keyed (name, class): a minor code, a major code, or "" for all."""

    severity: str
    limits: Mapping[tuple[str, str], float] = field(default_factory=dict)
    active: bool = True
    cases: Mapping[str, str] = field(default_factory=dict)
    """The severity of the special cases; the usual one has `severity`."""

    def severity_of(self, case: str) -> str:
        """E, W or I."""
        return self.cases.get(case, self.severity)

    def limit(self, name: str, major: str = "", minor: str = "") -> float:
        """The limit of a class; KeyError where the rule has none of that name."""
        for key in (f"{major}/{minor}", major):
            if (name, key) in self.limits:
                return self.limits[name, key]
        return self.limits[name, ""]

    def by_kind(self, name: str, kinds: Kinds) -> NDArray[np.float64]:
        """The limit of each kind."""
        return np.array([self.limit(name, *kind) for kind in kinds], dtype=np.float64)

    def with_limits(self, **limits: float) -> "RuleSetting":
        """The same rule with limits of all classes replaced."""
        return replace(self, limits={**self.limits, **{(name, ""): value for name, value in limits.items()}})


@dataclass(frozen=True, slots=True)
class Cover:
    """A least cover depth (m) of GB 50289 table 4.1.1, for a class, a way of burial and a kind of road."""

    major: str
    minor: str
    burials: frozenset[str]
    materials: frozenset[str]
    road: str
    depth: float


@cache
def check_rules() -> dict[str, CheckRule]:
    """Every rule by its code, in the order of the table."""
    found = {row["id"]: row for row in rows("checks")}
    cases: dict[str, dict[str, tuple[str, str]]] = {
        code: {"": (row["message_zh"], row["message_en"])} for code, row in found.items()
    }
    for row in rows("check_cases"):
        cases[row["rule"]][row["case"]] = (row["message_zh"], row["message_en"])
    return {code: CheckRule(code, row["name_zh"], row["name_en"], cases[code]) for code, row in found.items()}


@cache
def standard() -> dict[str, RuleSetting]:
    """The settings as shipped, by rule."""
    limits: dict[str, dict[tuple[str, str], float]] = {}
    for row in rows("check_limits"):
        of = f"{row['major']}/{row['minor']}" if row["minor"] else row["major"]
        limits.setdefault(row["rule"], {})[row["key"], of] = float(row["value"])
    cases: dict[str, dict[str, str]] = {}
    for row in rows("check_cases"):
        cases.setdefault(row["rule"], {})[row["case"]] = row["severity"]
    return {
        row["id"]: RuleSetting(
            row["severity"], limits.get(row["id"], {}), row["active"] == "true", cases.get(row["id"], {})
        )
        for row in rows("checks")
    }


@cache
def names() -> dict[str, dict[str, str]]:
    """The names of features, appurtenances and dictionary values that rules look for: role → name → value."""
    found: dict[str, dict[str, str]] = {}
    for row in rows("check_names"):
        found.setdefault(row["role"], {})[row["name"]] = row["value"]
    return found


@cache
def covers() -> tuple[Cover, ...]:
    """The least cover depths as shipped; a row for one material or minor class stands before the general one."""
    return tuple(
        Cover(
            row["major"],
            row["minor"],
            frozenset(filter(None, row["burials"].split("|"))),
            frozenset(filter(None, row["materials"].split("|"))),
            row["road"],
            float(row["depth"]),
        )
        for row in rows("cover_depths")
    )


@cache
def reasons() -> dict[str, tuple[str, str]]:
    """Why a rule could not be applied: code → sentence in Chinese and in English."""
    return {row["code"]: (row["name_zh"], row["name_en"]) for row in rows("check_reasons")}
