"""What an authority is told of a year: each area's results, and the rates of the region. Plain values for any door."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from archives.facilities.classes import basis_warning, class_name, classes_of
from archives.facilities.evaluation import MISSED, NOT_APPLICABLE, VERDICTS, Evaluation, Outcome, evaluate
from archives.facilities.queries import Filed
from archives.facilities.rates import rates
from archives.facilities.standards.rows import HOLDINGS, LEVELS
from archives.facilities.standards.tables import Edition, load_standards
from archives.facilities.wording import missing, remark

ANSWERED = frozenset(
    {
        "provincial_body",
        "has_archives",
        "has_either",
        "two_names",
        "provincial_rule",
        "municipal_rule",
        "lan",
        "computerised",
    }
)
"""Measures whose actual and required value is yes or no."""


def report(filed: Filed, edition: Edition, scheme: str) -> dict[str, Any]:
    """The whole report as JSON gives it. `scheme` changes only the class that is shown. Raises NotFoundError."""
    shown = classes_of(filed.returns, scheme)
    evaluation = evaluate(filed.returns, edition)
    return {
        "institutions": [_institution(filed, evaluation, shown, scheme, row) for row in range(len(filed.returns))],
        "rates": list(_rates(evaluation)),
    }


def _institution(filed: Filed, evaluation: Evaluation, shown: Any, scheme: str, row: int) -> dict[str, Any]:
    returns = filed.returns
    warning = None
    if not np.isnan(returns.population[row]) and class_name(int(shown[row])) not in {None, "county", "municipality"}:
        warning = basis_warning(filed.bases[row], load_standards().scheme(scheme))
    return {
        "code": returns.code[row],
        "name": filed.names[row],
        "institution": filed.institutions[row],
        "level": LEVELS[returns.level[row]],
        "kind": HOLDINGS[returns.has[row]] if returns.has[row] >= 0 else None,
        "class": class_name(int(shown[row])),
        "class_warning": str(warning) if warning else None,
        "state": filed.states[row] or None,
        "results": [_result(evaluation, outcome, row) for outcome in evaluation.outcomes.values()],
    }


def _result(evaluation: Evaluation, outcome: Outcome, row: int) -> dict[str, Any]:
    applies = outcome.verdict[row] != NOT_APPLICABLE
    said = remark(outcome, evaluation.returns, evaluation.edition, row)
    lacking = missing(outcome, evaluation.returns, evaluation.edition, row)
    return {
        "target": outcome.target,
        "actual": _value(outcome, outcome.actual[row]),
        "required": _value(outcome, outcome.required[row]) if applies else None,
        "required_most": _value(outcome, outcome.upper[row]) if applies else None,
        "unit": outcome.unit,
        "verdict": VERDICTS[outcome.verdict[row]],
        "gap": _plain(outcome.gap[row]) if outcome.verdict[row] == MISSED else None,
        "gap_unit": outcome.gap_unit,
        "missing": [entry.code for entry in lacking],
        "message": str(said) if said else None,
    }


def _rates(evaluation: Evaluation) -> Iterator[dict[str, Any]]:
    baselines = {(row.edition, row.target, row.scope): row.rate for row in load_standards().baselines}
    edition = evaluation.edition
    readings = {(row.target, row.scope): row.inferred for row in evaluation.edition.rates}
    for rate in rates(evaluation):
        told = asdict(rate)
        told["unit"] = "%"
        told["baseline_2005"] = baselines.get((edition.base or edition.code, rate.target, rate.scope))
        told["reading"] = readings[rate.target, rate.scope] or None
        yield told


def _value(outcome: Outcome, number: float) -> float | int | bool | None:
    if np.isnan(number):
        return None
    return bool(number) if outcome.measure in ANSWERED else _plain(number)


def _plain(number: float) -> float | int | None:
    """A whole number without a fraction; others to two places."""
    if np.isnan(number):
        return None
    return int(number) if float(number).is_integer() else round(float(number), 2)


def targets_of(edition: Edition) -> Sequence[dict[str, Any]]:
    """The edition's numbers, each with its sentence and where it comes from."""
    return [
        {
            **asdict(row),
            "sentence": edition.sentences[row.sentence].text if row.sentence else None,
            "strength": edition.sentences[row.sentence].strength if row.sentence else None,
        }
        for row in edition.targets
    ]
