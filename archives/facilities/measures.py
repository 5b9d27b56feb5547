"""What a target looks at in the returns, each as a function over whole columns: actual value, met, missed, gap.

A gap is what is missing to the required value, in the unit that somebody would have to provide: persons, square metres,
projects, kinds of equipment, percent points. What is neither met nor missed is unknown.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from archives.facilities.returns import NO, UNKNOWN, YES, Answers, Mask, Numbers, Returns
from archives.facilities.standards.rows import BODIES, HOLDINGS, ListKind, Measure
from archives.facilities.standards.tables import Edition


@dataclass(frozen=True, slots=True)
class Measured:
    """One measure of every row; `void` rows have nothing to judge (no project was due, nobody is employed)."""

    actual: Numbers
    met: Mask
    missed: Mask
    gap: Numbers
    void: Mask


Measuring = Callable[[Returns, Numbers, Edition], Measured]
"""From the returns and the value required of every row (NaN where none is)."""


def measured(measure: Measure, returns: Returns, required: Numbers, edition: Edition) -> Measured:
    """One measure over all rows."""
    return MEASURING[measure](returns, required, edition)


def any_of(*answers: Answers) -> Answers:
    """Yes if one is, no only if all are, else unknown."""
    stacked = np.stack(answers)
    return np.where((stacked == YES).any(0), YES, np.where((stacked == NO).all(0), NO, UNKNOWN)).astype(np.int8)


def provincial_rule(returns: Returns) -> Answers:
    """Whether a province has its government's regulation: its 政府规章 is a 省政府规章, however it is listed."""
    one, other = (returns.answer("regulation", code) for code in ("provincial_rule", "government_rule"))
    return np.maximum(one, other)


def _answered(answer: Callable[[Returns], Answers]) -> Measuring:
    def measure(returns: Returns, required: Numbers, _edition: Edition) -> Measured:
        given = answer(returns)
        met, missed = given == YES, given == NO
        actual = np.where(given == UNKNOWN, np.nan, given.astype(np.float64))
        return Measured(actual, met, missed, _gap(required - actual), np.zeros(len(returns), np.bool_))

    return measure


def _counted(name: str, returns: Returns, required: Numbers, _edition: Edition) -> Measured:
    actual = returns.numbers[name]
    return Measured(actual, actual >= required, actual < required, _gap(required - actual), _none(returns))


def _accidents(returns: Returns, required: Numbers, _edition: Edition) -> Measured:
    actual = returns.numbers["accidents"]
    return Measured(actual, actual <= required, actual > required, _gap(actual - required), _none(returns))


def _part_of(part_name: str, whole_name: str, returns: Returns, required: Numbers, _edition: Edition) -> Measured:
    """A share in percent, compared without dividing; the gap is how many more of the same whole it takes."""
    part, whole = returns.numbers[part_name], returns.numbers[whole_name]
    missing = required * whole - 100 * part
    actual = np.divide(100 * part, whole, out=np.full(len(returns), np.nan), where=whole > 0)
    return Measured(actual, missing <= 0, missing > 0, _gap(np.ceil(missing / 100)), whole == 0)


def _complete(kind: ListKind, returns: Returns, required: Numbers, edition: Edition) -> Measured:
    """How many of the entries that the edition asks for are there, in percent; one that is known to lack is enough."""
    wanted = edition.required(kind)
    answers = np.stack([returns.answer(kind, code) for code in wanted])
    lacking, unsure = (answers == NO).sum(0), (answers == UNKNOWN).any(0)
    share = np.where(unsure, np.nan, 100 * (answers == YES).sum(0) / len(wanted))
    allowed = len(wanted) * (1 - required / 100)
    missed = lacking > allowed
    gap = np.where(missed | ~unsure, lacking.astype(np.float64), np.nan)
    return Measured(share, ~missed & ~unsure & ~np.isnan(required), missed, gap, _none(returns))


def _catalogue(returns: Returns, required: Numbers, _edition: Edition) -> Measured:
    """The catalogued share of the holdings, or the declaration that all is catalogued."""
    declared, share = returns.answer("database", "catalogue"), returns.numbers["catalogue_rate"]
    actual = np.where(declared == YES, 100.0, share)
    met = (declared == YES) | (share >= required)
    missed = ~met & ((declared == NO) | (share < required))
    return Measured(actual, met, missed, _gap(required - actual), _none(returns))


def _two_names(returns: Returns) -> Answers:
    """Where there is no institution there are not two names either."""
    nothing = returns.has == HOLDINGS.index("none")
    return np.where(nothing, NO, returns.answers["two_names"]).astype(np.int8)


def _has(*names: str) -> Callable[[Returns], Answers]:
    places = [HOLDINGS.index(name) for name in HOLDINGS if name in names]

    def answer(returns: Returns) -> Answers:
        return np.where(returns.has == UNKNOWN, UNKNOWN, np.isin(returns.has, places)).astype(np.int8)

    return answer


def _provincial_body(returns: Returns) -> Answers:
    kept = np.isin(returns.body, [BODIES.index("body"), BODIES.index("post")])
    return np.where(returns.body == UNKNOWN, UNKNOWN, kept).astype(np.int8)


def _municipal_rule(returns: Returns) -> Answers:
    return any_of(*(returns.answer("regulation", code) for code in ("government_rule", "normative_document")))


def _stated(name: str) -> Callable[[Returns], Answers]:
    return lambda returns: returns.answers[name]


def _none(returns: Returns) -> Mask:
    return np.zeros(len(returns), np.bool_)


def _gap(missing: Numbers) -> Numbers:
    """What is missing; nothing where there is more than enough."""
    return np.maximum(missing, 0.0)


def _share_of_staff(part: str) -> Measuring:
    return partial(_part_of, part, "staff")


MEASURING: Mapping[Measure, Measuring] = {
    "provincial_body": _answered(_provincial_body),
    "has_archives": _answered(_has("archives")),
    "has_either": _answered(_has("archives", "office")),
    "two_names": _answered(_two_names),
    "provincial_rule": _answered(provincial_rule),
    "municipal_rule": _answered(_municipal_rule),
    "staff": partial(_counted, "staff"),
    "technical_share": _share_of_staff("technical_staff"),
    "receipts": partial(_part_of, "projects_received", "projects_due"),
    "floor_area": partial(_counted, "floor_area_m2"),
    "equipment": partial(_complete, "equipment"),
    "accidents": _accidents,
    "lan": _answered(_stated("lan")),
    "computerised": _answered(_stated("computerised")),
    "catalogue": _catalogue,
    "databases": partial(_complete, "database"),
    "trained_share": _share_of_staff("trained_staff"),
    "middle_title_share": _share_of_staff("middle_titles"),
    "engineer_share": _share_of_staff("engineers"),
    "high_school_share": _share_of_staff("high_school_staff"),
    "college_share": _share_of_staff("college_staff"),
    "bachelor_share": _share_of_staff("bachelor_staff"),
}
GAP_UNITS: Mapping[Measure, str] = {
    "staff": "persons",
    "floor_area": "m2",
    "receipts": "projects",
    "equipment": "kinds",
    "databases": "kinds",
    "accidents": "accidents",
    "catalogue": "%",
    **{measure: "persons" for measure in MEASURING if measure.endswith("_share")},
}
"""The unit of a gap; those not named lack the thing itself."""
