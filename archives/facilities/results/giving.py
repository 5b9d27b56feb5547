"""Results to take away: a region's rates and every area's verdicts as a workbook, and one area's own."""

from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from typing import Any

from archives.core.language import gettext, msg
from archives.core.sheets.columns import Column
from archives.core.sheets.write import Table, write_table
from archives.facilities.results import presenting
from archives.facilities.results.asking import Region
from archives.facilities.results.judging import Judged
from archives.facilities.results.presenting import ShownResult
from archives.facilities.results.words import VERDICTS, name_of

RATE_HEAD = (
    Column("target", msg("Target"), width=8),
    Column("name", msg("Name"), width=30),
    Column("scope", msg("Scope"), width=22),
    Column("over", msg("Denominator"), width=30),
)
"""Which rate a row is of."""
_RATES = (
    *RATE_HEAD,
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


_FACTS = (Column("label", msg("Fact"), width=30), Column("value", msg("Value"), width=44))
_SENTENCE = Column("sentence", msg("Sentence"), width=80)
_YEARS = (
    Column("year", msg("Year"), kind="integer"),
    *(Column(verdict, label, kind="integer", width=10) for verdict, (_, label, _) in VERDICTS.items()),
)


def area_workbook(judged: Judged, years: Iterable[Mapping[str, Any]]) -> bytes:
    """Three sheets of one area: each target that applies, its facts, each year's counts of verdicts."""
    target = BytesIO()
    results = [one for one in presenting.shown_results(judged.evaluation, 0) if one.verdict != "not_applicable"]
    told = [{**_result(one), "sentence": one.sentence} for one in results]
    head = (
        (gettext("Administrative area"), f"{judged.area.name} {judged.area.code}"),
        (gettext("Year"), str(judged.asked.year)),
        (gettext("Edition"), name_of(judged.evaluation.edition.about)),
    )
    facts = [{"label": label, "value": value} for label, value in (*head, *presenting.facts_of(judged))]
    write_table(
        target,
        Table(gettext("Results"), (*_RESULTS[4:], _SENTENCE), told),
        Table(gettext("Facts"), _FACTS, facts),
        Table(gettext("Years"), _YEARS, [{name: one[name] for name in ("year", *VERDICTS)} for one in years]),
    )
    return target.getvalue()


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
                yield {**own, **_result(one)}


def _result(one: ShownResult) -> dict[str, Any]:
    return {
        "target": one.target,
        "name": one.name,
        "verdict": str(VERDICTS[one.verdict][1]),
        "actual": one.actual,
        "required": one.required,
        "gap": one.gap,
    }
