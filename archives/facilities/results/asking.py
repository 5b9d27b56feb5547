"""What an address asks of the results, and the answer: one region's returns of a year, judged by one edition."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from archives.core.actors import Actor
from archives.core.clock import today
from archives.core.errors import NotFoundError
from archives.core.language import msg
from archives.facilities import queries
from archives.facilities.classes import CLASS_UNKNOWN, classes_of
from archives.facilities.evaluation import MET, MISSED, NOT_KNOWN, Evaluation, evaluate
from archives.facilities.queries import Filed
from archives.facilities.rates import Rate, rates, rates_by_group
from archives.facilities.results.queries import AreaLine, lines_of, years_filed
from archives.facilities.returns import Answers, Mask, Returns
from archives.facilities.standards.rows import CLASSES, HOLDINGS
from archives.facilities.standards.tables import DEFAULT_EDITION, DEFAULT_SCHEME, load_standards

LONGEST_CODE = 12
CHOICES = ("province", "municipality")
"""Levels of the regions that a chooser offers; others are reached from those above them."""
CLASS_NOT_KNOWN = "unknown"
"""How an address asks for the cities whose class is not known."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A year, a region by its code ("": all), the edition that judges, the scheme of the class that is shown."""

    year: int
    region: str = ""
    edition: str = DEFAULT_EDITION
    scheme: str = DEFAULT_SCHEME
    city_class: str = ""
    """Areas of one class of the scheme alone; lists of areas know it, the region's own page does not."""

    def address(self, **changes: Any) -> dict[str, Any]:
        """As an address has it, with something of it changed; what is usual is left out."""
        usual = {"edition": DEFAULT_EDITION, "scheme": DEFAULT_SCHEME, "region": "", "class": ""}
        values = {
            "year": self.year,
            "region": self.region,
            "edition": self.edition,
            "scheme": self.scheme,
            "class": self.city_class,
            **changes,
        }
        return {name: value for name, value in values.items() if value != usual.get(name)}


@dataclass(frozen=True, slots=True)
class Tally:
    """How many verdicts of all targets are met, missed, unknown."""

    met: int
    missed: int
    unknown: int

    @property
    def share(self) -> float | None:
        """Met ones among those that are known, in percent."""
        known = self.met + self.missed
        return 100 * self.met / known if known else None


@dataclass(frozen=True, slots=True)
class Below:
    """One area right below the region, with all that is in it."""

    line: AreaLine
    areas: int
    filed: int
    tally: Tally
    rates: Sequence[Rate]


@dataclass(frozen=True, slots=True)
class Region:
    """A region's results; `line` is None where it is all that is registered."""

    asked: Asked
    line: AreaLine | None
    years: Sequence[int]
    filed: Filed
    evaluation: Evaluation
    classes: Answers
    """By the scheme that is shown."""
    rates: Sequence[Rate]
    below: Sequence[Below]

    @property
    def counts(self) -> tuple[int, int, int]:
        """Areas with an archives or office, how many of them filed, and all areas."""
        returns = self.evaluation.returns
        has = np.isin(returns.has, [HOLDINGS.index("archives"), HOLDINGS.index("office")])
        return int(has.sum()), int((has & filed_mask(self.filed)).sum()), len(returns)


def asked_of(session: Session, actor: Actor, given: Mapping[str, str]) -> Asked:
    """An address; without a year the newest that was filed. Raises NotFoundError for what there is not."""
    edition = queries.edition(session, given.get("edition", "").replace("\0", "") or DEFAULT_EDITION).code
    scheme = load_standards().scheme(given.get("scheme") or DEFAULT_SCHEME).code
    typed = given.get("year", "")
    if typed and not (typed.isascii() and typed.isdecimal() and len(typed) == 4):
        raise NotFoundError(msg("There is no such year."))
    year = int(typed) if typed else max(years_filed(session, actor), default=today().year - 1)
    return Asked(year, given.get("region", "")[:LONGEST_CODE].replace("\0", ""), edition, scheme)


def results_of(session: Session, actor: Actor, asked: Asked) -> Region:
    """The answer, in a number of statements that does not follow the number of areas. Raises NotFoundError."""
    filed = queries.filed_in(session, actor, asked.year, asked.region)
    evaluation = evaluate(filed.returns, queries.edition(session, asked.edition))
    lines = lines_of(session, actor)
    return Region(
        asked,
        next((line for line in lines if line.code == asked.region), None),
        years_filed(session, actor),
        filed,
        evaluation,
        classes_of(filed.returns, asked.scheme),
        rates(evaluation),
        _below(evaluation, filed, lines, asked.region),
    )


def in_class(region: Region, city_class: str) -> Region:
    """Only the areas of one class of the scheme that is shown. Raises NotFoundError."""
    if city_class != CLASS_NOT_KNOWN and city_class not in CLASSES:
        raise NotFoundError(msg("There is no such class."))
    place = CLASS_UNKNOWN if city_class == CLASS_NOT_KNOWN else CLASSES.index(city_class)
    within = region.classes == place
    filed = region.filed.chosen(within)
    evaluation = evaluate(filed.returns, region.evaluation.edition)
    return replace(
        region,
        asked=replace(region.asked, city_class=city_class),
        filed=filed,
        evaluation=evaluation,
        classes=region.classes[within],
        rates=rates(evaluation),
    )


def _below(evaluation: Evaluation, filed: Filed, lines: Sequence[AreaLine], region: str) -> list[Below]:
    """The areas right below a region, the best first; those of which nothing is known come last, by code."""
    tops, belongs = tops_of(evaluation.returns, lines, region)
    filed_there = np.bincount(belongs[(belongs >= 0) & filed_mask(filed)], minlength=len(tops))
    inside = np.bincount(belongs[belongs >= 0], minlength=len(tops))
    tallies = tallies_of(evaluation, belongs, len(tops))
    reached = rates_by_group(evaluation, belongs, range(len(tops)))
    found = [
        Below(line, int(inside[place]), int(filed_there[place]), tallies[place], reached[place])
        for place, line in enumerate(tops)
    ]
    return sorted(found, key=lambda one: (-(one.tally.share if one.tally.share is not None else -1), one.line.code))


def tops_of(returns: Returns, lines: Sequence[AreaLine], region: str) -> tuple[Sequence[AreaLine], NDArray[np.intp]]:
    """The areas right below a region, by code, and for each row the place of the one it lies in; -1 for none."""
    parents = {line.code: line.parent for line in lines}
    tops = [line for line in lines if line.parent == region]
    of_top = {line.code: line.code for line in tops}
    places = {line.code: place for place, line in enumerate(tops)}
    found = [places.get(_top_of(code, parents, of_top), -1) for code in returns.code.tolist()]
    return tops, np.array(found, np.intp)


def _top_of(code: str, parents: Mapping[str, str], of_top: Mapping[str, str]) -> str:
    """The area right below the region in which an area lies."""
    seen = set[str]()
    while code and code not in of_top and code not in seen:
        seen.add(code)
        code = parents.get(code, "")
    return of_top.get(code, "")


def tallies_of(evaluation: Evaluation, groups: NDArray[np.intp], number: int) -> list[Tally]:
    """All verdicts over each of `number` groups; `groups` holds the group of each row, -1 for none."""
    verdicts = np.stack([one.verdict for one in evaluation.outcomes.values()])
    counts = [
        np.bincount(groups[groups >= 0], (verdicts == one).sum(0)[groups >= 0], number).astype(int)
        for one in (MET, MISSED, NOT_KNOWN)
    ]
    return [Tally(int(met), int(missed), int(unknown)) for met, missed, unknown in zip(*counts, strict=True)]


def filed_mask(filed: Filed) -> Mask:
    """Of which rows a return counts."""
    return np.array([bool(state) for state in filed.states], np.bool_)
