"""What a sound return is: pure functions from an entry and facts to problems, each with the field it stands in."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Any

from archives.core.drafts import describe
from archives.core.language import Message, msg
from archives.core.problems import Problem
from archives.facilities.classes import class_of
from archives.facilities.drafts import Entry, ReturnDraft
from archives.facilities.standards.tables import DEFAULT_SCHEME
from archives.facilities.vocabularies import CLASSES

RANKS: Mapping[str, int] = {
    "ministry": 0,
    "province": 1,
    "municipality": 1,
    "city": 2,
    "county_city": 3,
    "county": 3,
    "district": 3,
}
"""What stands under what: an area's parent has a smaller number."""
CITIES = frozenset({"municipality", "city", "county_city"})
PARTS: Mapping[str, str] = {
    **dict.fromkeys(
        (
            "technical_staff",
            "senior_titles",
            "middle_titles",
            "engineers",
            "high_school_staff",
            "college_staff",
            "bachelor_staff",
            "women",
            "under_35",
            "aged_35_to_50",
            "over_50",
            "trained_staff",
        ),
        "staff",
    ),
    "store_area_m2": "floor_area_m2",
    "reading_area_m2": "floor_area_m2",
    "projects_received": "projects_due",
    "key_projects_due": "projects_due",
    "key_projects_received": "key_projects_due",
    "pipeline_projects_received": "pipeline_projects_due",
    "digitised_volumes": "holdings_volumes",
}
"""A part cannot be more than its whole."""
OF_AN_INSTITUTION = frozenset({*PARTS, *PARTS.values(), "establishment", "lan", "computerised", "catalogue_rate"})
"""What nobody can tell of an area that has neither archives nor office."""
STEADY = ("staff", "floor_area_m2", "store_area_m2", "holdings_volumes", "population")
"""What seldom changes by half within a year."""
JUMP = 0.5
_PLAIN: Mapping[str, bool] = {
    **dict.fromkeys(("county", "district", "province", "ministry"), False),
    **dict.fromkeys(("municipality", "county_city"), True),
}
"""Whether a level is 设市, where the level leaves no doubt."""
_CODE = re.compile(r"[0-9A-Za-z-]{1,12}")
_NATIONAL = re.compile(r"\d{6}")


@dataclass(frozen=True, slots=True)
class AreaFacts:
    """What is known of an area: registered, or told by the same file."""

    code: str
    name: str
    level: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What an entry is held against.

    `areas` is the register with the file's own areas beside it, `before` the known figures by code and year. By an
    entry's number: `same_year` the row that has a return of the same year, `differs` the field and the row that tell
    otherwise of the same area.
    """

    this_year: int
    areas: Mapping[str, AreaFacts] = field(default_factory=dict)
    registered: frozenset[str] = frozenset()
    before: Mapping[tuple[str, int], Mapping[str, Any]] = field(default_factory=dict)
    same_year: Mapping[int, int] = field(default_factory=dict)
    differs: Mapping[int, tuple[str, int]] = field(default_factory=dict)


def check_entry(entry: Entry, facts: Facts, number: int = 0) -> list[Problem]:
    """Everything wrong with one entry; `number` is its place in the batch. Each problem at its cell."""
    found = [
        *_check_area(entry, facts, number),
        *_check_parent(entry, facts),
        *_check_year(entry, facts, number),
        *_check_parts(entry.figures),
        *_check_nothing(entry),
        *_check_catalogue(entry),
        *_check_classes(entry),
        *_check_class(entry),
        *_check_jumps(entry, facts),
    ]
    told = {problem.field for problem in entry.faults if problem.severity == "error"}
    return [entry.at(problem) for problem in found if problem.field not in told or problem.field is None]


def parent_by_code(code: str, known: Mapping[str, Any]) -> str:
    """The registered area above, as the six digits of a national code say it; "" if there is none."""
    if not _NATIONAL.fullmatch(code):
        return ""
    above = (code[:4] + "00", code[:2] + "0000")
    return next((one for one in above if one != code and one in known), "")


def is_urban(entry: Entry) -> bool | None:
    """设市 as told, or as the level says where it leaves no doubt."""
    if entry.area.urban_status:
        return entry.area.urban_status == "yes"
    return entry.area.level in CITIES if entry.area.level else None


def _check_area(entry: Entry, facts: Facts, number: int) -> Iterator[Problem]:
    area = entry.area
    if area.code and not _CODE.fullmatch(area.code):
        yield Problem("code.signs", msg("An area's code has up to 12 digits and letters."), "code")
    if area.code not in facts.registered:
        for name, label in (("name", "Administrative area"), ("level", "Level")):
            if not getattr(area, name):
                yield Problem(f"{name}.missing", msg("%(label)s is missing.", label=msg(label)), name)
    if number in facts.differs:
        name, row = facts.differs[number]
        sentence = msg("Row %(row)d tells otherwise of the same area.", row=row)
        yield Problem(f"{name}.differs", sentence, name)
    if area.urban_status and area.level in _PLAIN and (area.urban_status == "yes") != _PLAIN[area.level]:
        sentence = msg("Cities, county-level cities and municipalities are 设市, other levels are not: is that right?")
        yield Problem("urban_status.level", sentence, "urban_status", severity="warning")
    if area.level == "city" and not area.urban_status and area.code not in facts.registered:
        sentence = msg("It was taken for a 设市 city; say so, or say no for a prefecture.")
        yield Problem("urban_status.assumed", sentence, "urban_status", severity="warning")
    if area.body and area.level and area.level not in {"province", "municipality"}:
        sentence = msg("Only provinces and municipalities have a provincial body.")
        yield Problem("body.level", sentence, "body")
    if area.kind == "none" and area.two_names == "yes":
        sentence = msg("Where there is neither archives nor office there are no two names.")
        yield Problem("two_names.nothing", sentence, "two_names")


def _check_parent(entry: Entry, facts: Facts) -> Iterator[Problem]:
    area, code = entry.area, entry.area.parent
    level = area.level or (facts.areas[area.code].level if area.code in facts.areas else "")
    if not code:
        if RANKS.get(level) == 3 and _NATIONAL.fullmatch(area.code) and not parent_by_code(area.code, facts.areas):
            sentence = msg("No area above %(code)s is registered; it counts in no region yet.", code=area.code)
            yield Problem("parent.none", sentence, "parent", severity="warning")
        return
    above = facts.areas.get(code)
    if above is None:
        yield Problem("parent.unknown", msg("There is no area %(code)s above it.", code=code), "parent")
        return
    if RANKS.get(above.level, 0) >= RANKS.get(level, 9):
        sentence = msg("%(name)s (%(code)s) cannot stand above it.", name=above.name, code=code)
        yield Problem("parent.level", sentence, "parent")
    elif _stands_elsewhere(area.code, code):
        sentence = msg(
            "By its code %(code)s it does not belong to %(name)s (%(above)s).",
            code=area.code,
            name=above.name,
            above=code,
        )
        yield Problem("parent.wrong_city", sentence, "parent")


def _stands_elsewhere(code: str, above: str) -> bool:
    """National codes begin with those of the areas above."""
    if not (_NATIONAL.fullmatch(code) and _NATIONAL.fullmatch(above)):
        return False
    shared = above.rstrip("0")
    return not code.startswith(shared + "0" * (len(shared) % 2))


def _check_year(entry: Entry, facts: Facts, number: int) -> Iterator[Problem]:
    year = entry.figures.year
    if number in facts.same_year:
        first = facts.same_year[number]
        sentence = msg("Row %(row)d has a return of the same area for %(year)s.", row=first, year=year)
        yield Problem("year.twice", sentence, "year")
    if year is not None and year > facts.this_year:
        yield Problem("year.future", msg("The year %(year)s has not come yet.", year=year), "year")
    if year is None and _figures_given(entry.figures):
        yield Problem("year.missing", msg("%(label)s is missing.", label=msg("Year")), "year")


def _check_parts(figures: ReturnDraft) -> Iterator[Problem]:
    for part, whole in PARTS.items():
        some, every = getattr(figures, part), getattr(figures, whole)
        if some is not None and every is not None and some > every:
            labels = {"part": _label(part), "whole": _label(whole)}
            sentence = msg("%(part)s (%(some)s) is more than %(whole)s (%(every)s).", some=some, every=every, **labels)
            yield Problem(f"{part}.above_whole", sentence, part)
    if _lacking(figures, "key_projects") > _lacking(figures, "projects"):
        sentence = msg("More key projects are missing than projects in all.")
        yield Problem("key_projects_received.above_all", sentence, "key_projects_received")
    ages = [figures.under_35, figures.aged_35_to_50, figures.over_50]
    if figures.staff is not None and None not in ages and sum(age or 0 for age in ages) != figures.staff:
        sentence = msg("The three ages together are not the staff on duty (%(staff)s).", staff=figures.staff)
        yield Problem("under_35.sum", sentence, "under_35", severity="warning")


def _lacking(figures: ReturnDraft, what: str) -> float:
    """How many were due and not received; of projects in all no bound, where it is not known."""
    due, received = getattr(figures, f"{what}_due"), getattr(figures, f"{what}_received")
    if due is None or received is None:
        return inf if what == "projects" else 0
    return float(due - received)


def _check_nothing(entry: Entry) -> Iterator[Problem]:
    """An area without archives and office has no figures of one; zeros may be left out, they say the same."""
    if entry.area.kind != "none":
        return
    for name in sorted(OF_AN_INSTITUTION):
        value = getattr(entry.figures, name)
        if value and value != "no":
            sentence = msg("There is neither archives nor office, so there is nothing to tell here.")
            yield Problem(f"{name}.nothing", sentence, name)


def _check_catalogue(entry: Entry) -> Iterator[Problem]:
    rate, declared = entry.figures.catalogue_rate, entry.listed.get("databases", {}).get("catalogue")
    if rate is None or declared is None:
        return
    if declared and rate < 100:
        sentence = msg("Declared complete, but only %(rate)s percent is catalogued.", rate=f"{rate:f}")
        yield Problem("catalogue_rate.contradiction", sentence, "catalogue_rate")


def _check_classes(entry: Entry) -> Iterator[Problem]:
    """The classes are parts of the volumes held."""
    held, told = entry.figures.holdings_volumes, entry.listed.get("class_volumes", {})
    together = sum(number for number in told.values() if isinstance(number, int))
    if held is not None and together > held:
        sentence = msg(
            "Volumes by class (%(classes)s together) are more than the volumes held (%(all)s).",
            classes=together,
            all=held,
        )
        yield Problem("class_volumes.too_large", sentence, "holdings_volumes")


def _check_class(entry: Entry) -> Iterator[Problem]:
    area = entry.area
    if not area.city_class or not area.level:
        return
    found = class_of(area.level, is_urban(entry), area.population, DEFAULT_SCHEME)
    if found is not None and found != area.city_class:
        sentence = msg("By its population it is of the class %(found)s.", found=CLASSES[found][0])
        yield Problem("city_class.differs", sentence, "city_class", severity="warning")


def _check_jumps(entry: Entry, facts: Facts) -> Iterator[Problem]:
    """Against last year; nothing is refused for it."""
    year = entry.figures.year
    before = facts.before.get((entry.area.code, year - 1), {}) if year else {}
    for name in STEADY:
        old, new = before.get(name), getattr(entry.area if name == "population" else entry.figures, name)
        if old and new is not None and abs(float(new) - float(old)) > JUMP * float(old):
            sentence = msg("%(new)s after %(old)s last year: is that right?", new=_shown(new), old=_shown(old))
            yield Problem(f"{name}.jump", sentence, name, severity="warning")


def _figures_given(figures: ReturnDraft) -> Sequence[str]:
    return [name for name, value in figures if value not in {"", None} and name not in {"year", "note"}]


def _label(name: str) -> Message:
    return msg(describe(ReturnDraft)[name].label)


def _shown(number: Any) -> str:
    return f"{float(number):.15g}"
