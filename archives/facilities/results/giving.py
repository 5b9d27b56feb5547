"""Results to take away: a region's rates and every area's verdicts as a workbook."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from archives.core.language import gettext, msg
from archives.core.sheets.columns import Column
from archives.core.sheets.write import Table, write_table
from archives.facilities.results import presenting
from archives.facilities.results.asking import Region
from archives.facilities.results.words import VERDICTS

_RATES = (
    Column("target", msg("Target"), width=8),
    Column("name", msg("Name"), width=30),
    Column("scope", msg("Scope"), width=22),
    Column("over", msg("Denominator"), width=30),
    Column("numerator", msg("Met"), width=8),
    Column("denominator", msg("Of"), width=8),
    Column("unknown", msg("Not known"), width=10),
    Column("not_applicable", msg("Does not apply"), width=10),
    Column("rate", msg("Rate (%)"), width=10),
    Column("required", msg("Required rate"), width=10),
    Column("verdict", msg("Verdict"), width=10),
    Column("baseline", msg("Baseline"), width=28),
    Column("takes", msg("What it would take"), width=44),
    Column("sentence", msg("Sentence"), width=80),
)
_RESULTS = (
    Column("code", msg("Area code"), width=12),
    Column("area", msg("Administrative area"), width=24),
    Column("institution", msg("Institution"), width=30),
    Column("class", msg("City class"), width=14),
    Column("target", msg("Target"), width=8),
    Column("name", msg("Name"), width=30),
    Column("verdict", msg("Verdict"), width=10),
    Column("actual", msg("Actual"), width=14),
    Column("required", msg("Required"), width=14),
    Column("gap", msg("What is missing"), width=50),
)


def workbook_of(region: Region) -> bytes:
    """Two sheets: rates, and one row for each area and target that applies to it."""
    target = BytesIO()
    write_table(
        target,
        Table(gettext("Rates"), _RATES, _rates(region)),
        Table(gettext("Results"), _RESULTS, _results(region)),
    )
    return target.getvalue()


def _rates(region: Region) -> Iterator[dict[str, Any]]:
    for one in presenting.shown_rates(region):
        yield {
            "target": one.target,
            "name": one.name,
            "scope": one.scope,
            "over": one.over,
            "numerator": one.numerator,
            "denominator": one.denominator,
            "unknown": one.counts["unknown"],
            "not_applicable": one.counts["not_applicable"],
            "rate": None if one.rate is None else round(one.rate, 1),
            "required": one.required,
            "verdict": str(VERDICTS[one.verdict][1]),
            "baseline": one.baseline,
            "takes": one.takes,
            "sentence": one.sentence,
        }


def _results(region: Region) -> Iterator[dict[str, Any]]:
    returns = region.evaluation.returns
    for row, code in enumerate(returns.code.tolist()):
        own = {
            "code": code,
            "area": region.filed.names[row],
            "institution": region.filed.institutions[row],
            "class": presenting.class_label(int(region.classes[row])),
        }
        for one in presenting.shown_results(region.evaluation, row):
            if one.verdict != "not_applicable":
                told = {"target": one.target, "name": one.name, "actual": one.actual, "required": one.required}
                yield {**own, **told, "verdict": str(VERDICTS[one.verdict][1]), "gap": one.gap}
