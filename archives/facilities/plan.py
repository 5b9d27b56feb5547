"""What taking entries in would do: for each, its problems and its verdict, and for each area what it becomes. Pure.

Entries are gone through by year, so that the register ends with the newest that was told of an area, whatever the order
of the rows, and an older return does not undo it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from archives.core.language import msg
from archives.core.problems import Problem, errors_in
from archives.facilities.drafts import RETURN_FIELDS, Entry
from archives.facilities.models import ACCEPTED, Area, Institution, YearlyReturn
from archives.facilities.return_lists import LISTS
from archives.facilities.rules import STEADY, AreaFacts, Facts, check_entry, is_urban

Values = dict[str, Any]
Verdict = Literal["added", "changed", "unchanged", "refused"]
Year = tuple[str, int]

LASTING: Mapping[str, str] = {"name": "name", "level": "level", "parent": "parent_code"}
OF_INSTITUTION = ("department", "national_grade", "website", "longitude", "latitude")
ANSWERS = ("lan", "computerised")
NOTHING = ("", "none")
"""Kinds of an institution that there is none of."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the database has of the areas and years that the entries speak of, and the whole register by code."""

    this_year: int
    register: Mapping[str, AreaFacts] = field(default_factory=dict)
    areas: Mapping[str, Area] = field(default_factory=dict)
    institutions: Mapping[str, Institution] = field(default_factory=dict)
    returns: Mapping[Year, YearlyReturn] = field(default_factory=dict)


@dataclass(slots=True)
class PlannedArea:
    """What an area and its institution become; `known` and `known_institution` are what they were."""

    code: str
    known: Area | None
    known_institution: Institution | None
    values: Values
    institution: Values

    @property
    def changes(self) -> dict[str, tuple[Any, Any]]:
        """The area's fields that differ from what is stored."""
        return _differences(self.known, self.values)

    @property
    def institution_changes(self) -> dict[str, tuple[Any, Any]]:
        """The institution's."""
        return _differences(self.known_institution, self.institution)


@dataclass(frozen=True, slots=True)
class Planned:
    """One entry: what is wrong, what would be done, and the values of its return, if it has one."""

    entry: Entry
    problems: Sequence[Problem]
    verdict: Verdict
    known: YearlyReturn | None = None
    values: Values = field(default_factory=dict)
    changes: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """All entries in their own order, and the areas that they touch."""

    entries: Sequence[Planned]
    areas: Mapping[str, PlannedArea]

    @property
    def problems(self) -> list[Problem]:
        """Everything wrong, row by row."""
        return [problem for one in self.entries for problem in one.problems]

    def count(self, verdict: Verdict) -> int:
        """How many entries have a verdict."""
        return sum(one.verdict == verdict for one in self.entries)


def make(entries: Sequence[Entry], known: Known) -> Plan:
    """Judge all entries, then lay out the sound ones."""
    facts = _facts(entries, known)
    problems = [[*entry.faults, *check_entry(entry, facts, number)] for number, entry in enumerate(entries)]
    areas: dict[str, PlannedArea] = {}
    planned: dict[int, Planned] = {}
    for number, entry in _by_year(entries):
        found = [*problems[number], *_of_accepted(entry, known)]
        planned[number] = Planned(entry, found, "refused") if errors_in(found) else _lay_out(entry, found, known, areas)
    return Plan([planned[number] for number in range(len(entries))], areas)


def _by_year(entries: Sequence[Entry]) -> list[tuple[int, Entry]]:
    """The oldest first; a row without a year tells how it is now."""
    return sorted(enumerate(entries), key=lambda pair: pair[1].figures.year or 9999)


def _facts(entries: Sequence[Entry], known: Known) -> Facts:
    areas: dict[str, AreaFacts] = dict(known.register)
    years: dict[Year, int] = {}
    first: dict[str, int] = {}
    same_year: dict[int, int] = {}
    differs: dict[int, tuple[str, int]] = {}
    figures = {key: _stored(filed, STEADY) for key, filed in known.returns.items()}
    for number, entry in enumerate(entries):
        code, year = entry.area.code, entry.figures.year
        if not code:
            continue
        if year is not None and years.setdefault((code, year), number) != number:
            same_year[number] = _row(entries, years[code, year])
        elif year is not None:
            figures[code, year] = _stored(entry.figures, STEADY) | {"population": entry.area.population}
        if first.setdefault(code, number) == number:
            _tell_area(areas, entry)
        elif name := _contradiction(entries[first[code]], entry):
            differs[number] = (name, _row(entries, first[code]))
    return Facts(known.this_year, areas, frozenset(known.areas), figures, same_year, differs)


def _row(entries: Sequence[Entry], number: int) -> int:
    return entries[number].place.row or number + 1


def _tell_area(areas: dict[str, AreaFacts], entry: Entry) -> None:
    area, known = entry.area, areas.get(entry.area.code)
    name = area.name or (known.name if known else "")
    areas[area.code] = AreaFacts(area.code, name, area.level or (known.level if known else ""))


def _contradiction(one: Entry, other: Entry) -> str:
    """What two rows of a file tell differently of one area, though it does not follow the year."""
    for name in ("level", "name", "parent", "urban_status"):
        first, second = getattr(one.area, name), getattr(other.area, name)
        if first and second and first != second:
            return name
    return ""


def _of_accepted(entry: Entry, known: Known) -> Iterator[Problem]:
    """An accepted return is closed until it is given back."""
    filed = known.returns.get((entry.area.code, entry.figures.year or 0))
    if filed is not None and filed.state == ACCEPTED and _differences(filed, _return_values(entry, filed, known)):
        sentence = msg("The return for %(year)s is accepted; give it back before it changes.", year=filed.year)
        yield entry.at(Problem("year.accepted", sentence, "year"))


def _lay_out(entry: Entry, problems: Sequence[Problem], known: Known, areas: dict[str, PlannedArea]) -> Planned:
    code, year = entry.area.code, entry.figures.year
    touched = _tell(entry, known, areas)
    if year is None:
        is_new = code not in known.areas
        return Planned(entry, problems, "added" if is_new else "changed" if touched else "unchanged")
    filed = known.returns.get((code, year))
    values = _return_values(entry, filed, known)
    if filed is None:
        return Planned(entry, problems, "added", None, values)
    changes = _differences(filed, values)
    return Planned(entry, problems, "changed" if changes or touched else "unchanged", filed, values, changes)


def _tell(entry: Entry, known: Known, areas: dict[str, PlannedArea]) -> bool:
    """Let the entry tell of its area; whether that changed anything."""
    code = entry.area.code
    if code not in areas:
        area, institution = known.areas.get(code), known.institutions.get(code)
        areas[code] = PlannedArea(code, area, institution, _stored(area, _AREA), _stored(institution, _INSTITUTION))
    planned = areas[code]
    before = dict(planned.values), dict(planned.institution)
    _tell_lasting(entry, planned)
    year = entry.figures.year or known.this_year
    if year >= (planned.values.get("told_for") or 0):
        _tell_of_year(entry, planned, year)
    if planned.known_institution is None and planned.institution.get("kind", "") in NOTHING:
        planned.institution.clear()
    return before != (planned.values, planned.institution)


_AREA = (
    "name",
    "level",
    "urban_status",
    "parent_code",
    "population",
    "population_basis",
    "has",
    "body",
    "rule_before",
    "told_for",
)
_INSTITUTION = ("name", "kind", "two_names", *OF_INSTITUTION)


def _stored(record: object, names: Sequence[str]) -> Values:
    return {name: getattr(record, name, None) for name in names} if record is not None else {}


def _tell_lasting(entry: Entry, planned: PlannedArea) -> None:
    """What an area is, whatever the year."""
    area = entry.area
    for name, column in LASTING.items():
        if getattr(area, name):
            planned.values[column] = getattr(area, name)
    if area.urban_status or "urban_status" not in planned.values:
        planned.values["urban_status"] = is_urban(entry)
    if "rule_before" in entry.given:
        planned.values["rule_before"] = _answer(area.rule_before)
    for name in OF_INSTITUTION:
        if name in entry.given:
            planned.institution[name] = _number(getattr(area, name))
    if "institution" in entry.given:
        planned.institution["name"] = area.institution


def _tell_of_year(entry: Entry, planned: PlannedArea, year: int) -> None:
    """What can change with the years: the newest stands in the register."""
    planned.values |= {name: value for name, value in _of_the_year(entry).items() if name != "two_names"}
    planned.values["told_for"] = year
    if "kind" in entry.given:
        planned.institution["kind"] = entry.area.kind
    if "two_names" in entry.given:
        planned.institution["two_names"] = _answer(entry.area.two_names)


def _of_the_year(entry: Entry) -> Values:
    area = entry.area
    told = {
        "population": area.population,
        "population_basis": area.population_basis,
        "kind": area.kind,
        "body": area.body,
        "two_names": _answer(area.two_names),
    }
    return {"has" if name == "kind" else name: value for name, value in told.items() if name in entry.given}


def _return_values(entry: Entry, filed: YearlyReturn | None, known: Known) -> Values:
    """The columns of the return that the entry speaks of."""
    values = _of_the_year(entry)
    if filed is not None and filed.state == ACCEPTED:
        values = _told_anew(values, filed, known.areas.get(entry.area.code), known.institutions.get(entry.area.code))
    for name in RETURN_FIELDS & entry.given - {"year"}:
        value = getattr(entry.figures, name)
        values[name] = _answer(value) if name in ANSWERS else _number(value)
    for group in LISTS:
        if group in entry.listed:
            values[group] = _merged(getattr(filed, group) if filed else {}, entry.listed[group])
    return values


def _told_anew(values: Values, filed: YearlyReturn, area: Area | None, institution: Institution | None) -> Values:
    """Without what an accepted return left to the register and the register says: its own row comes back with it."""
    registered = {name: getattr(institution if name == "two_names" else area, name, None) for name in values}
    return {
        name: value
        for name, value in values.items()
        if getattr(filed, name) not in {None, ""} or value != registered[name]
    }


def _merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Entries as told now over those told before; what is told as unknown goes."""
    return {code: value for code, value in {**old, **new}.items() if value is not None}


def _differences(record: object, values: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    pairs = {name: (getattr(record, name, None), value) for name, value in values.items()}
    return {name: (old, new) for name, (old, new) in pairs.items() if old != new}


def _answer(word: str) -> bool | None:
    return word == "yes" if word else None


def _number(value: Any) -> Any:
    """As the columns keep it."""
    return float(value) if isinstance(value, Decimal) else value
