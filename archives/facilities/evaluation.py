"""Every return against every target of an edition: verdict, actual, required and gap, as arrays. Pure.

A target does not apply where its sentence does not speak of the row; it is unknown where a figure is missing, and where
it cannot be told whether or with which number it applies (a city whose population is unknown). Nothing missing is zero.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from archives.facilities.classes import CLASS_UNKNOWN, classes_of
from archives.facilities.measures import GAP_UNITS, measured
from archives.facilities.returns import NO, UNKNOWN, YES, Answers, Mask, Numbers, Returns
from archives.facilities.standards.rows import CLASSES, HOLDINGS, Measure, TargetRow
from archives.facilities.standards.tables import Edition

NOT_APPLICABLE, NOT_KNOWN, MISSED, MET = range(4)
VERDICTS = ("not_applicable", "unknown", "missed", "met")
"""What a verdict's number is called."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One target over all rows. `above` marks staff beyond the band: it complies, and is told."""

    target: str
    measure: Measure
    verdict: Answers
    actual: Numbers
    required: Numbers
    upper: Numbers
    gap: Numbers
    unit: str
    gap_unit: str

    @property
    def above(self) -> Mask:
        """Which rows lie above the band."""
        return self.actual > self.upper


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The returns, the classes they were judged by, and each target's outcome."""

    edition: Edition
    returns: Returns
    classes: Answers
    outcomes: Mapping[str, Outcome]


def evaluate(returns: Returns, edition: Edition) -> Evaluation:
    """Judge every row by every target of the edition."""
    classes = classes_of(returns, edition.about.scheme)
    outcomes = {target: _outcome(target, rows, returns, classes, edition) for target, rows in edition.each.items()}
    return Evaluation(edition, returns, classes, outcomes)


def _outcome(target: str, rows: Sequence[TargetRow], returns: Returns, classes: Answers, edition: Edition) -> Outcome:
    required, upper = (np.full(len(returns), np.nan) for _ in range(2))
    applies = np.full(len(returns), NO, np.int8)
    for row in rows:
        standing = applicability(row, returns, classes)
        applies = np.maximum(applies, np.where(standing == UNKNOWN, _UNSURE, 2 * standing)).astype(np.int8)
        required[standing == YES] = row.value
        upper[standing == YES] = np.nan if row.upper is None else row.upper
    first = rows[0]
    found = measured(first.measure, returns, required, edition)
    judged = applies == _SURE
    verdict = np.full(len(returns), NOT_APPLICABLE, np.int8)
    verdict[applies == _UNSURE] = NOT_KNOWN
    verdict[judged] = np.select(
        [found.void[judged], found.met[judged], found.missed[judged]], [NOT_APPLICABLE, MET, MISSED], NOT_KNOWN
    )
    gap = np.where((verdict == MET) | (verdict == MISSED), found.gap, np.nan)
    actual = np.where(verdict == NOT_APPLICABLE, np.nan, found.actual)
    gap_unit = GAP_UNITS.get(first.measure, "")
    return Outcome(target, first.measure, verdict, actual, required, upper, gap, first.unit, gap_unit)


_UNSURE, _SURE = 1, 2
_SIZES = {"extra_large", "large", "medium", "small"}


def applicability(row: TargetRow, returns: Returns, classes: Answers) -> Answers:
    """Whether a row of the standards speaks of each return: yes, no, or unknown for want of a fact."""
    parts = [
        returns.at_level(row.levels).astype(np.int8) if row.levels else _all(returns),
        returns.urban if row.urban == "yes" else _all(returns),
        _among(returns.has, HOLDINGS, row.institution),
        _of_class(classes, row.classes),
    ]
    stacked = np.stack(parts)
    sure, never = (stacked == YES).all(0), (stacked == NO).any(0)
    return np.where(never, NO, np.where(sure, YES, UNKNOWN)).astype(np.int8)


def _all(returns: Returns) -> Answers:
    return np.full(len(returns), YES, np.int8)


def _among(places: Answers, names: Sequence[str], wanted: Sequence[str]) -> Answers:
    if not wanted:
        return np.full(len(places), YES, np.int8)
    found: NDArray[np.bool_] = np.isin(places, [names.index(name) for name in wanted])
    return np.where(places == UNKNOWN, UNKNOWN, found).astype(np.int8)


def _of_class(classes: Answers, wanted: Sequence[str]) -> Answers:
    """A city of unknown class is of some size: of all sizes together for certain, of one of them perhaps."""
    if not wanted:
        return np.full(len(classes), YES, np.int8)
    found = np.isin(classes, [CLASSES.index(name) for name in CLASSES if name in wanted])
    sizes = set(wanted) & _SIZES
    of_unknown = YES if sizes == _SIZES else UNKNOWN if sizes else NO
    return np.where(classes == CLASS_UNKNOWN, of_unknown, found).astype(np.int8)
