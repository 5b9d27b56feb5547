"""Every rate of an edition over several groups of rows at once, and how far two of them lie apart. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from archives.facilities.evaluation import Evaluation
from archives.facilities.rates import Rate, rate_verdict, rates_by_group

Groups = NDArray[np.intp]
"""For each row of the returns the place of the group that it belongs to, -1 for none."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One rate of one group: `met`, `missed` and `unknown` are counts, `required` is percent."""

    met: int
    missed: int
    unknown: int
    required: float | None

    @property
    def denominator(self) -> int:
        """Those without a figure are counted too."""
        return self.met + self.missed + self.unknown

    @property
    def is_known(self) -> bool:
        """Whether of at least one it is known whether it is met: nothing is not a rate of zero."""
        return self.met + self.missed > 0

    @property
    def least(self) -> float:
        """What is certain, in percent."""
        return 100 * self.met / self.denominator

    @property
    def most(self) -> float:
        """What it would be with every unknown one met, in percent."""
        return 100 * (self.met + self.unknown) / self.denominator

    @property
    def verdict(self) -> str:
        """By the rule of the region's page."""
        return rate_verdict(self.met, self.denominator, self.unknown, self.required)


@dataclass(frozen=True, slots=True)
class Difference:
    """From one rate to another in percent points: at least and at most, whatever the unknown ones turn out to be."""

    least: float
    most: float

    @property
    def is_certain(self) -> bool:
        """Whether there is nothing unknown on either side."""
        return self.least == self.most


def standings(evaluation: Evaluation, groups: Groups, number: int) -> Mapping[tuple[str, str], Sequence[Standing]]:
    """By target and scope, the standing of each of the `number` groups."""
    found: dict[tuple[str, str], list[Standing]] = {}
    for group in rates_by_group(evaluation, groups, range(number)).values():
        for rate in group:
            found.setdefault((rate.target, rate.scope), []).append(_standing(rate))
    return found


def _standing(rate: Rate) -> Standing:
    missed = rate.denominator - rate.numerator - rate.unknown
    return Standing(rate.numerator, missed, rate.unknown, rate.required)


def difference(one: Standing | None, other: Standing | None) -> Difference | None:
    """From `one` to `other`; None where one of them has no rate, or nothing of it is known."""
    if one is None or other is None or not (one.is_known and other.is_known):
        return None
    return Difference(other.least - one.most, other.most - one.least)
