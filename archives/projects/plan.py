"""From entries to a plan: which projects are new, changed, unchanged or refused, and why. Pure.

A list of a thousand and a form of one take this same way.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from archives.core.problems import Problem, errors_in
from archives.projects import content
from archives.projects.content import Values
from archives.projects.drafts import ProjectEntry, UnitEntry, placed
from archives.projects.queries import Facts, KnownProject, KnownUnit
from archives.projects.rules import check_project, check_unit, twice, unknown

Verdict = Literal["added", "changed", "unchanged", "refused"]
Changes = dict[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class PlannedUnit:
    """What becomes of one unit works; without `known` it is new."""

    known: KnownUnit | None
    values: Values
    changes: Changes


@dataclass(frozen=True, slots=True)
class Planned:
    """What becomes of one entry; without `known` it is a new project."""

    known: KnownProject | None
    values: Values
    changes: Changes
    units: Sequence[PlannedUnit]
    problems: Sequence[Problem]

    @property
    def verdict(self) -> Verdict:
        """New and changed unit works change their project."""
        if errors_in(self.problems):
            return "refused"
        if self.known is None:
            return "added"
        return "changed" if self.changes or any(unit.changes for unit in self.units) else "unchanged"


def make(entries: Sequence[ProjectEntry], facts: Facts) -> list[Planned]:
    """What becomes of every entry, with all that is wrong with each."""
    counts = Counter(entry.draft.code for entry in entries if entry.draft.code)
    return [_planned(entry, facts, counts) for entry in entries]


def _planned(entry: ProjectEntry, facts: Facts, counts: Mapping[str, int]) -> Planned:
    known = facts.known.get(entry.draft.code)
    whole = _completed(entry, known)
    wanted = content.of_entry(whole, facts.present_names)
    given = entry.given | entry.extra.keys()
    works_type = wanted["works_type"]
    units = [_planned_unit(unit, known, works_type) for unit in entry.units]
    return Planned(
        known,
        wanted,
        content.changes(known.values if known else {}, wanted, given),
        units,
        _problems(whole, known is not None, facts, counts),
    )


def _completed(entry: ProjectEntry, known: KnownProject | None) -> ProjectEntry:
    """The entry with what a known project has already, where the source does not speak of it."""
    if known is None:
        return entry
    kept = {name: known.values[name] for name in type(entry.draft).model_fields if name not in entry.given}
    extra = {name: value for name, value in known.values.items() if name.startswith(content.EXTRA)}
    not_given = {name: value for name, value in extra.items() if name not in entry.given}
    return replace(entry, draft=entry.draft.model_copy(update=kept), extra=not_given | dict(entry.extra))


def _planned_unit(entry: UnitEntry, project: KnownProject | None, works_type: str) -> PlannedUnit:
    known = project.units.get(entry.draft.code) if project else None
    wanted = content.of_unit_entry(entry, works_type)
    if known is None:
        return PlannedUnit(None, wanted, content.changes({}, wanted, frozenset(wanted)))
    changes = content.changes(known.values, wanted, entry.given | entry.technical.keys())
    return PlannedUnit(known, dict(known.values) | {name: new for name, (_, new) in changes.items()}, changes)


def _problems(entry: ProjectEntry, is_known: bool, facts: Facts, counts: Mapping[str, int]) -> list[Problem]:
    found = check_project(entry.draft, facts.rules)
    if not is_known and entry.given <= {"code"}:
        found.append(unknown(entry.draft.code))
    if counts.get(entry.draft.code, 0) > 1:
        found.append(twice(entry.draft.code))
    problems = [*entry.faults, *(placed(problem, entry.place, entry.headings) for problem in found)]
    codes = Counter(unit.draft.code for unit in entry.units if unit.draft.code)
    return problems + [problem for unit in entry.units for problem in _unit_problems(unit, facts, codes)]


def _unit_problems(unit: UnitEntry, facts: Facts, codes: Mapping[str, int]) -> list[Problem]:
    found = check_unit(unit.draft, facts.rules.today)
    if codes.get(unit.draft.code, 0) > 1:
        found.append(twice(unit.draft.code))
    return [*unit.faults, *(placed(problem, unit.place, unit.headings) for problem in found)]
