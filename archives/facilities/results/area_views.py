"""The web door of one area: which targets it meets, what it lacks, how that went over the years, its report card."""

from typing import Any

import numpy as np
from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from archives.core import office
from archives.core.documents import render
from archives.core.language import current_language, gettext
from archives.core.permissions import require
from archives.facilities import queries
from archives.facilities.actions import CLAIM, ENTER, SEE
from archives.facilities.evaluation import Evaluation, evaluate
from archives.facilities.grading.presenting import STATES as GRADING_STATES
from archives.facilities.grading.queries import of_area
from archives.facilities.results import presenting
from archives.facilities.results.asking import asked_of
from archives.facilities.results.card import card_of
from archives.facilities.results.giving import area_workbook
from archives.facilities.results.judging import Judged, judged_of
from archives.facilities.results.words import VERDICTS, name_of
from archives.facilities.wording import plain
from archives.web.application import database
from archives.web.guard import actor
from archives.web.pages import WORKBOOK, document, page

blueprint = Blueprint("facility_areas", __name__, url_prefix="/facilities/areas")
TRENDS = ("T6", "T7", "T9", "T12", "T8", "TR1", "SS1", "SS2")
"""Targets whose numbers are worth a line over the years."""


@blueprint.get("/<code>")
def show(code: str) -> ResponseReturnValue:
    """One area's results of a year."""
    judged = _judged(code)
    results = presenting.shown_results(judged.evaluation, 0)
    over_years = _over_years(judged)
    return page(
        "facilities/results/area.html",
        area=judged.area,
        asked=judged.asked,
        edition=name_of(judged.evaluation.edition.about),
        state=judged.state,
        facts=[{"label": label, "value": value} for label, value in presenting.facts_of(judged)],
        warning=judged.warning,
        results=[one for one in results if one.verdict != "not_applicable"],
        outside=[one for one in results if one.verdict == "not_applicable"],
        verdicts=VERDICTS,
        counts=presenting.counts_of(results),
        years=_years(over_years, judged),
        trends=_trends(over_years),
        workbook=url_for(".workbook", code=code, **judged.asked.address(region="")),
        card=url_for(".card", code=judged.area.code, **judged.asked.address(region="")),
        filed=url_for("facility_returns.show", code=judged.area.code, year=judged.asked.year),
        gradings=_gradings(judged),
        may_assess=CLAIM.allows(actor()) and judged.institution is not None,
        may_enter=ENTER.allows(actor()),
        breadcrumbs=_crumbs(judged),
    )


@blueprint.get("/<code>/card.pdf")
def card(code: str) -> ResponseReturnValue:
    """The report card of a year, to be printed and signed."""
    judged = _judged(code)
    said = card_of(judged, office.decided(database(), "institution"))
    return document(
        render("facility_card", said, language=current_language()), f"{judged.area.code}-{judged.asked.year}.pdf"
    )


@blueprint.get("/<code>/results.xlsx")
def workbook(code: str) -> ResponseReturnValue:
    """The same as a workbook."""
    judged = _judged(code)
    over_years = _over_years(judged)
    name = f"{judged.area.code}-{judged.asked.year}.xlsx"
    return document(area_workbook(judged, _years(over_years, judged)), name, WORKBOOK)


def _over_years(judged: Judged) -> Evaluation:
    filed = queries.filed_by(database(), actor(), judged.area.code)
    return evaluate(filed.returns, judged.evaluation.edition)


def _judged(code: str) -> Judged:
    require(actor(), SEE)
    return judged_of(database(), actor(), asked_of(database(), actor(), request.args), code)


def _years(over_years: Evaluation, judged: Judged) -> list[dict[str, Any]]:
    """Each year's counts of verdicts, the newest first."""
    found = []
    for row in reversed(range(len(over_years.returns))):
        year = int(over_years.returns.year[row])
        href = url_for(".show", code=judged.area.code, **judged.asked.address(region="", year=year))
        counts = presenting.counts_of(presenting.shown_results(over_years, row))
        found.append({"year": year, "href": href, **counts})
    return found


def _trends(over_years: Evaluation) -> list[dict[str, Any]]:
    """A line over the years for each number that is known in two of them."""
    years = [str(year) for year in over_years.returns.year.tolist()]
    found = []
    for target in TRENDS:
        outcome = over_years.outcomes.get(target)
        if outcome is None or np.count_nonzero(~np.isnan(outcome.actual)) < 2:
            continue
        name = over_years.edition.each[target][0].name
        required = outcome.required[~np.isnan(outcome.required)]
        series = {"name": name, "values": [None if np.isnan(one) else float(plain(one)) for one in outcome.actual]}
        chart = {"kind": "line", "categories": years, "series": [series], "unit": presenting.unit_name(outcome.unit)}
        found.append({"label": name, "chart": chart | {"required": float(required[-1]) if len(required) else None}})
    return found


def _gradings(judged: Judged) -> list[dict[str, Any]]:
    """The area's assessments, the newest first."""
    lines = of_area(database(), actor(), judged.area.id)
    return [{"line": line, "state": GRADING_STATES[line.assessment.state]} for line in lines]


def _crumbs(judged: Judged) -> list[tuple[str, str | None]]:
    top = url_for("facilities.show", **judged.asked.address(region=""))
    return [(gettext("Standards reached"), top), (judged.area.name or judged.area.code, None)]
