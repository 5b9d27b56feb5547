"""The rates that an edition asks for, over areas and institutions: counts, and the verdict that unknowns allow. Pure.

The denominator holds every row that the target speaks of, those without a figure too: it comes from the register of
areas, not from those who filed. So the rate is what is certain, and the unknown ones are told beside it. A rate is met
if it is reached even with every unknown one missed, missed if it is not reached even with every unknown one met, and
unknown between. A city whose class is not known counts in the pooled rate and in none of a single class.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from archives.facilities.evaluation import (
    MET,
    MISSED,
    NOT_APPLICABLE,
    NOT_KNOWN,
    VERDICTS,
    Evaluation,
    applicability,
)
from archives.facilities.measures import provincial_rule
from archives.facilities.returns import NO, YES, Answers, Mask, Returns
from archives.facilities.standards.rows import HOLDINGS, TargetRow

WITHOUT_RULE = "provinces_without_rule"
EVERY_AREA = frozenset({"cities", "counties"})
"""Denominators of whole areas: one that has no institution misses what only an institution can meet."""


@dataclass(frozen=True, slots=True)
class RateSets:
    """Which rows a rate counts how: `verdict` holds a verdict for the rows of `within`."""

    row: TargetRow
    within: Mask
    verdict: Answers

    def counted(self, verdict: int) -> Mask:
        """The rows of one verdict."""
        counted: Mask = self.within & (self.verdict == verdict)
        return counted


@dataclass(frozen=True, slots=True)
class Rate:
    """One rate. `rate` and `required` are percent; `rate_at_most` is what it would be with every unknown one met.

    `needed` is how many more must comply to reach the rate, `needed_gap` the smallest sum of their gaps in `gap_unit`.
    """

    target: str
    scope: str
    over: str
    numerator: int
    denominator: int
    unknown: int
    not_applicable: int
    rate: float | None
    rate_at_most: float | None
    required: float | None
    verdict: str
    needed: int
    needed_gap: float | None
    gap_unit: str


def rates(evaluation: Evaluation, within: Mask | None = None) -> list[Rate]:
    """Every rate of the edition, over the rows of `within` (all, if it is left out)."""
    return [_counted(evaluation, sets) for sets in rate_sets(evaluation, within)]


def rates_by_group(evaluation: Evaluation, groups: NDArray[Any], wanted: Iterable[int]) -> dict[int, list[Rate]]:
    """Every rate over the rows of each wanted group; `groups` holds the group of each row, and sets are found once."""
    every = list(rate_sets(evaluation))
    return {
        group: [_counted(evaluation, replace(sets, within=sets.within & (groups == group))) for sets in every]
        for group in wanted
    }


def yearly_rates(evaluation: Evaluation) -> dict[int, list[Rate]]:
    """Every rate of every year that the returns are of."""
    years = evaluation.returns.year
    return rates_by_group(evaluation, years, np.unique(years).tolist())


def rate_sets(evaluation: Evaluation, within: Mask | None = None) -> Iterator[RateSets]:
    """The sets behind each rate, to be opened as lists."""
    returns, each = evaluation.returns, evaluation.edition.each
    spoken = {row.target: _spoken_of(evaluation, each[row.target]) for row in evaluation.edition.rates}
    for row in evaluation.edition.rates:
        counted = spoken[row.target]
        if row.levels or row.classes or row.institution:
            counted = counted & (applicability(row, returns, evaluation.classes) == YES)
        verdict = evaluation.outcomes[row.target].verdict
        if row.over == WITHOUT_RULE:
            verdict = _of_those_without(returns, verdict)
        elif row.over in EVERY_AREA:
            without = (verdict == NOT_APPLICABLE) & (returns.has == HOLDINGS.index("none"))
            verdict = np.where(without, np.int8(MISSED), verdict)
        yield RateSets(row, counted if within is None else counted & within, verdict)


def _spoken_of(evaluation: Evaluation, rows: Sequence[TargetRow]) -> Mask:
    """What a target's sentence speaks of, whether there is an institution or not."""
    found = np.zeros(len(evaluation.returns), np.bool_)
    for row in rows:
        found |= applicability(replace(row, institution=()), evaluation.returns, evaluation.classes) != NO
    return found


def _of_those_without(returns: Returns, verdict: Answers) -> Answers:
    """Only provinces that had no regulation before the plan count; one that has none now can have had none then.

    Of one that has a regulation now it must be known whether it is new.
    """
    new = np.where(returns.rule_before == YES, NOT_APPLICABLE, np.where(returns.rule_before == NO, MET, NOT_KNOWN))
    has_one = provincial_rule(returns) == YES
    old = np.where(returns.rule_before == YES, NOT_APPLICABLE, verdict)
    return np.where(has_one & (verdict == MET), new, old).astype(np.int8)


def _counted(evaluation: Evaluation, sets: RateSets) -> Rate:
    counts = np.bincount(sets.verdict[sets.within], minlength=len(VERDICTS))
    outside, unknown, missed, met = (int(counts[one]) for one in (NOT_APPLICABLE, NOT_KNOWN, MISSED, MET))
    every = met + missed + unknown
    required = sets.row.value
    needed = max(0, -(-int(required * every) // 100) - met) if required is not None else 0
    outcome = evaluation.outcomes[sets.row.target]
    return Rate(
        target=sets.row.target,
        scope=sets.row.scope,
        over=sets.row.over,
        numerator=met,
        denominator=every,
        unknown=unknown,
        not_applicable=outside,
        rate=100 * met / every if every else None,
        rate_at_most=100 * (met + unknown) / every if every else None,
        required=required,
        verdict=rate_verdict(met, every, unknown, required),
        needed=needed,
        needed_gap=_least_gap(outcome.gap[sets.counted(MISSED)], needed),
        gap_unit=outcome.gap_unit,
    )


def rate_verdict(met: int, every: int, unknown: int, required: float | None) -> str:
    """The verdict that the unknown ones allow; compared without dividing. `required` is percent."""
    if required is None or every == 0:
        return "not_applicable"
    if 100 * met >= required * every:
        return "met"
    return "missed" if 100 * (met + unknown) < required * every else "unknown"


def _least_gap(gaps: "np.ndarray[tuple[int], np.dtype[np.float64]]", needed: int) -> float | None:
    """The cheapest way: those that lack least. None where the gaps are not known, or too few are known to be missed."""
    known = np.sort(gaps[~np.isnan(gaps)])
    return float(known[:needed].sum()) if 0 < needed <= len(known) else None
