"""The web door of comparing: a page, and a workbook of it."""

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from archives.core.language import gettext, msg
from archives.core.permissions import require
from archives.facilities.actions import ENTER, SEE
from archives.facilities.comparing import presenting
from archives.facilities.comparing.asking import MOST, Comparison, compared_of, comparison_of
from archives.facilities.comparing.giving import workbook_of
from archives.facilities.results.asking import CHOICES
from archives.facilities.results.editions import editions_of
from archives.facilities.results.queries import lines_of, years_filed
from archives.facilities.results.words import VERDICTS, name_of
from archives.facilities.standards.tables import load_standards
from archives.web.application import database
from archives.web.forms import FormField
from archives.web.guard import actor
from archives.web.pages import WORKBOOK, document, page

blueprint = Blueprint("facility_comparison", __name__, url_prefix="/facilities/compare")


@blueprint.get("")
def show() -> ResponseReturnValue:
    """The rates of several years, areas, classes or editions side by side."""
    comparison = _comparison()
    compared, columns = comparison.compared, presenting.shown_columns(comparison)
    lines = presenting.shown_lines(comparison)
    chosen = presenting.chosen_line(lines, compared.rate)
    return page(
        "facilities/comparing/show.html",
        title=gettext("Compare"),
        place=_place(comparison),
        by=compared.by,
        asked=compared.asked,
        edition=name_of(comparison.columns[0].edition.about) if comparison.columns else "",
        kinds=_kinds(comparison),
        filters_of=_filters(comparison, lines, chosen.key if chosen else ""),
        start=url_for(".show", region=compared.asked.region or None, by=compared.by),
        columns=columns,
        lines=lines,
        silent=len(comparison.standings) - len(lines),
        left_out=comparison.left_out,
        most=MOST[compared.by],
        chosen=chosen,
        chart=presenting.chart_of(columns, chosen) if chosen and columns else None,
        verdicts=VERDICTS,
        workbook=url_for(".workbook", **compared.address()),
        may_enter=ENTER.allows(actor()),
        breadcrumbs=_crumbs(comparison),
    )


@blueprint.get("/comparison.xlsx")
def workbook() -> ResponseReturnValue:
    """The comparison as a workbook."""
    return document(workbook_of(_comparison()), str(msg("comparison.xlsx")), WORKBOOK)


def _comparison() -> Comparison:
    require(actor(), SEE)
    years = years_filed(database(), actor())
    compared = compared_of(database(), actor(), request.args, years)
    return comparison_of(database(), actor(), compared, years)


def _place(comparison: Comparison) -> str:
    return comparison.line.name if comparison.line else gettext("All regions")


def _crumbs(comparison: Comparison) -> list[tuple[str, str | None]]:
    asked = comparison.compared.asked
    crumbs: list[tuple[str, str | None]] = [
        (gettext("Standards reached"), url_for("facilities.show", **asked.address(region="")))
    ]
    if comparison.line:
        crumbs.append((comparison.line.name, url_for("facilities.show", **asked.address())))
    return [*crumbs, (gettext("Compare"), None)]


def _kinds(comparison: Comparison) -> list[dict[str, object]]:
    """What can stand side by side, as tabs."""
    compared = comparison.compared
    words = {
        "years": gettext("Years"),
        "areas": gettext("Areas below"),
        "classes": gettext("City classes"),
        "editions": gettext("Editions"),
    }
    return [
        {"label": label, "href": url_for(".show", **compared.address(by=kind)), "active": kind == compared.by}
        for kind, label in words.items()
    ]


def _filters(comparison: Comparison, lines: list[presenting.ShownLine], rate: str) -> list[FormField]:
    """Only what this kind of comparison follows."""
    compared, asked = comparison.compared, comparison.compared.asked
    years = sorted({*comparison.years, asked.year, compared.first, compared.last}, reverse=True)
    of_years = [(str(year), str(year)) for year in years]
    regions = [("", gettext("All regions"))]
    regions += [(line.code, line.name) for line in lines_of(database(), actor()) if line.level in CHOICES]
    if asked.region and asked.region not in dict(regions):
        regions.append((asked.region, _place(comparison)))
    against = [("first", gettext("the first column")), ("previous", gettext("the column before"))]
    fields = {
        "region": _choice("region", gettext("Region"), asked.region, regions),
        "from": _choice("from", gettext("From year"), str(compared.first), of_years),
        "to": _choice("to", gettext("To year"), str(compared.last), of_years),
        "year": _choice("year", gettext("Year"), str(asked.year), of_years),
        "edition": _choice("edition", gettext("Edition"), asked.edition, editions_of(database())),
        "scheme": _choice("scheme", gettext("Classes shown"), asked.scheme, _schemes()),
        "against": _choice("against", gettext("Difference to"), compared.against, against),
        "rate": _choice("rate", gettext("Rate in the chart"), rate, [(one.key, one.label) for one in lines]),
    }
    left_out = {"year", "scheme"} if compared.by == "years" else {"from", "to"}
    left_out |= {"scheme"} if compared.by in {"areas", "editions"} else set()
    hidden = FormField("by", "", "hidden", compared.by)
    return [hidden, *(one for name, one in fields.items() if name not in left_out)]


def _schemes() -> list[tuple[str, str]]:
    return [(row.code, name_of(row)) for row in load_standards().schemes]


def _choice(name: str, label: str, value: str, choices: list[tuple[str, str]]) -> FormField:
    return FormField(name, label, "choice", value, choices=choices, required=True)
