"""What an address asks of the results, and the answer: one region's returns of a year, judged by one edition."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from archives.core.actors import Actor
from archives.core.clock import today
from archives.core.errors import NotFoundError
from archives.core.language import msg
from archives.facilities import queries
from archives.facilities.classes import classes_of
from archives.facilities.evaluation import MET, MISSED, NOT_KNOWN, Evaluation, evaluate
from archives.facilities.queries import Filed
from archives.facilities.rates import Rate, rates
from archives.facilities.results.queries import AreaLine, lines_of, years_filed
from archives.facilities.returns import Answers, Mask
from archives.facilities.standards.rows import HOLDINGS
from archives.facilities.standards.tables import DEFAULT_EDITION, DEFAULT_SCHEME, load_standards

LONGEST_CODE = 12


@dataclass(frozen=True, slots=True)
class Asked:
    """A year, a region by its code ("": all), the edition that judges, the scheme of the class that is shown."""

    year: int
    region: str = ""
    edition: str = DEFAULT_EDITION
    scheme: str = DEFAULT_SCHEME

    def address(self, **changes: Any) -> dict[str, Any]:
        """As an address has it, with something of it changed; what is usual is left out."""
        usual = {"edition": DEFAULT_EDITION, "scheme": DEFAULT_SCHEME, "region": ""}
        values = {"year": self.year, "region": self.region, "edition": self.edition, "scheme": self.scheme, **changes}
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


def _below(evaluation: Evaluation, filed: Filed, lines: Sequence[AreaLine], region: str) -> list[Below]:
    """The areas right below a region, the best first; those of which nothing is known come last, by code."""
    parents = {line.code: line.parent for line in lines}
    tops = [line for line in lines if line.parent == region]
    of_top = {line.code: line.code for line in tops}
    belongs = np.array([_top_of(code, parents, of_top) for code in evaluation.returns.code.tolist()], object)
    found = [_one_below(evaluation, filed, line, belongs == line.code) for line in tops]
    return sorted(found, key=lambda one: (-(one.tally.share if one.tally.share is not None else -1), one.line.code))


def _top_of(code: str, parents: Mapping[str, str], of_top: Mapping[str, str]) -> str:
    """The area right below the region in which an area lies."""
    seen = set[str]()
    while code and code not in of_top and code not in seen:
        seen.add(code)
        code = parents.get(code, "")
    return of_top.get(code, "")


def _one_below(evaluation: Evaluation, filed: Filed, line: AreaLine, within: Mask) -> Below:
    return Below(
        line,
        int(within.sum()),
        int((within & filed_mask(filed)).sum()),
        tally_of(evaluation, within),
        rates(evaluation, within),
    )


def tally_of(evaluation: Evaluation, within: Mask) -> Tally:
    """All verdicts over some rows."""
    verdicts = np.stack([one.verdict[within] for one in evaluation.outcomes.values()])
    return Tally(*(int((verdicts == one).sum()) for one in (MET, MISSED, NOT_KNOWN)))


def filed_mask(filed: Filed) -> Mask:
    """Of which rows a return counts."""
    return np.array([bool(state) for state in filed.states], np.bool_)
