"""What an address asks to see side by side, and the answer: the same rates for every column."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from archives.core.actors import Actor
from archives.core.errors import NotFoundError
from archives.core.language import msg
from archives.facilities import queries
from archives.facilities.classes import CLASS_UNKNOWN, classes_of
from archives.facilities.comparing.counting import Standing, standings
from archives.facilities.evaluation import evaluate
from archives.facilities.results.asking import CLASS_NOT_KNOWN, Asked, asked_of, tops_of
from archives.facilities.results.queries import AreaLine, lines_of
from archives.facilities.standards.rows import CLASSES
from archives.facilities.standards.tables import Edition

KINDS = ("years", "areas", "classes", "editions")
AGAINST = ("first", "previous")
MOST: Mapping[str, int] = {"years": 10, "areas": 40, "classes": len(CLASSES) + 1, "editions": 10}
"""Columns in one table: more of them nobody reads side by side, and every year reads the returns of all areas."""
USUAL_YEARS = 3

RateKey = tuple[str, str]
"""Target and scope."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What stands side by side within what was asked; `first` and `last` are years, `rate` is the one of the chart."""

    asked: Asked
    by: str
    first: int
    last: int
    against: str = "first"
    rate: str = ""

    def address(self, **changes: Any) -> dict[str, Any]:
        """As an address has it, with something of it changed."""
        years = {"from": self.first, "to": self.last} if self.by == "years" else {}
        own = {"by": self.by, **years, "against": self.against, "rate": self.rate}
        usual = {"against": "first", "rate": ""}
        return self.asked.address() | {
            name: value for name, value in {**own, **changes}.items() if value != usual.get(name)
        }


@dataclass(frozen=True, slots=True)
class Column:
    """One of the compared things: a year, an area, a class or an edition; `edition` judges it."""

    code: str
    edition: Edition
    line: AreaLine | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """The columns, how many there were no room for, and each rate's standing in every column.

    A standing is None where the column's edition has no such rate.
    """

    compared: Compared
    line: AreaLine | None
    years: Sequence[int]
    columns: Sequence[Column]
    left_out: int = 0
    standings: Mapping[RateKey, Sequence[Standing | None]] = field(default_factory=dict)


def compared_of(session: Session, actor: Actor, given: Mapping[str, str], years: Sequence[int]) -> Compared:
    """What an address asks for; `years` are those of which something was filed. Raises NotFoundError."""
    asked = asked_of(session, actor, given)
    by, against = given.get("by", "years"), given.get("against", "first")
    if by not in KINDS or against not in AGAINST:
        raise NotFoundError(msg("This cannot be compared."))
    last = _year(given.get("to", ""), asked.year)
    first = _year(given.get("from", ""), max(last - USUAL_YEARS + 1, min([*years, last])))
    return Compared(asked, by, min(first, last), max(first, last), against, given.get("rate", ""))


def _year(typed: str, usual: int) -> int:
    if not typed:
        return usual
    if not (typed.isascii() and typed.isdecimal() and len(typed) == 4):
        raise NotFoundError(msg("There is no such year."))
    return int(typed)


def comparison_of(session: Session, actor: Actor, compared: Compared, years: Sequence[int]) -> Comparison:
    """The answer, in a number of statements that follows neither columns nor areas. Raises NotFoundError."""
    lines = lines_of(session, actor)
    line = next((line for line in lines if line.code == compared.asked.region), None)
    counted = _COUNTED[compared.by](session, actor, compared, lines)
    return Comparison(compared, line, years, *counted)


Counted = tuple[Sequence[Column], int, Mapping[RateKey, Sequence[Standing | None]]]


def _by_years(session: Session, actor: Actor, compared: Compared, _lines: Sequence[AreaLine]) -> Counted:
    edition = queries.edition(session, compared.asked.edition)
    first = max(compared.first, compared.last - MOST["years"] + 1)
    years = range(first, compared.last + 1)
    returns = queries.filed_in_years(session, actor, years, compared.asked.region).returns
    groups = returns.year.astype(np.intp) - first
    columns = [Column(str(year), edition) for year in years]
    return columns, first - compared.first, standings(evaluate(returns, edition), groups, len(columns))


def _by_areas(session: Session, actor: Actor, compared: Compared, lines: Sequence[AreaLine]) -> Counted:
    edition = queries.edition(session, compared.asked.edition)
    returns = queries.filed_in(session, actor, compared.asked.year, compared.asked.region).returns
    tops, groups = tops_of(returns, lines, compared.asked.region)
    shown = tops[: MOST["areas"]]
    groups = np.where(groups < len(shown), groups, -1)
    columns = [Column(top.code, edition, top) for top in shown]
    return columns, len(tops) - len(shown), standings(evaluate(returns, edition), groups, len(columns))


def _by_classes(session: Session, actor: Actor, compared: Compared, _lines: Sequence[AreaLine]) -> Counted:
    edition = queries.edition(session, compared.asked.edition)
    returns = queries.filed_in(session, actor, compared.asked.year, compared.asked.region).returns
    classes = classes_of(returns, compared.asked.scheme)
    wanted = [place for place in (*range(len(CLASSES)), CLASS_UNKNOWN) if (classes == place).any()]
    groups = np.full(len(returns), -1, np.intp)
    for number, place in enumerate(wanted):
        groups[classes == place] = number
    columns = [Column(CLASSES[place] if place >= 0 else CLASS_NOT_KNOWN, edition) for place in wanted]
    return columns, 0, standings(evaluate(returns, edition), groups, len(columns))


def _by_editions(session: Session, actor: Actor, compared: Compared, _lines: Sequence[AreaLine]) -> Counted:
    """The asked edition first, then those that judge some of the same targets: the same returns by each of them."""
    every = {edition.code: edition for edition in queries.every_edition(session)}
    asked = every[compared.asked.edition]
    alike = [one for one in every.values() if one is not asked and one.each.keys() & asked.each.keys()]
    editions = [asked, *alike][: MOST["editions"]]
    returns = queries.filed_in(session, actor, compared.asked.year, compared.asked.region).returns
    groups = np.zeros(len(returns), np.intp)
    counted = [standings(evaluate(returns, edition), groups, 1) for edition in editions]
    keys = dict.fromkeys(key for one in counted for key in one)
    found = {key: [one[key][0] if key in one else None for one in counted] for key in keys}
    return [Column(one.code, one) for one in editions], 1 + len(alike) - len(editions), found


_COUNTED: Mapping[str, Callable[[Session, Actor, Compared, Sequence[AreaLine]], Counted]] = {
    "years": _by_years,
    "areas": _by_areas,
    "classes": _by_classes,
    "editions": _by_editions,
}
