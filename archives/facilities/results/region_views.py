"""The web door of a region's results: its rates, what lies behind them, the ranking below it, a workbook of it."""

from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from archives.core.errors import NotFoundError
from archives.core.language import gettext, msg
from archives.core.permissions import require
from archives.facilities.actions import ENTER, REGISTER, SEE
from archives.facilities.boundaries.drawing import MARKS, map_of
from archives.facilities.rates import RateSets, rate_sets
from archives.facilities.results import presenting
from archives.facilities.results.asking import CHOICES, Asked, Region, asked_of, in_class, results_of
from archives.facilities.results.editions import editions_of
from archives.facilities.results.giving import workbook_of
from archives.facilities.results.queries import lines_of, placed_institutions
from archives.facilities.results.words import VERDICTS, name_of
from archives.facilities.standards.tables import load_standards
from archives.web.application import database
from archives.web.forms import FormField
from archives.web.guard import actor
from archives.web.pages import WORKBOOK, document, page

blueprint = Blueprint("facilities", __name__, url_prefix="/facilities")


@blueprint.get("")
def show() -> ResponseReturnValue:
    """Which rates a region reaches, and what it would take."""
    region = _region()
    shown = presenting.shown_rates(region)
    areas = region.evaluation.returns.code.tolist()
    return page(
        "facilities/results/region.html",
        title=_title(region),
        asked=region.asked,
        edition=name_of(region.evaluation.edition.about),
        filters_of=_filters(region),
        counts=region.counts,
        rates=shown,
        chart=presenting.rate_chart(shown),
        below=presenting.shown_below(region),
        tiles=presenting.shown_tiles(region) if not region.asked.region else [],
        drawn=map_of(database(), actor(), region, request.args.get("map", "")),
        marks=MARKS,
        boundaries=url_for("facility_boundaries.index") if REGISTER.allows(actor()) else "",
        places=_places(region.asked, areas),
        verdicts=VERDICTS,
        is_other_scheme=region.asked.scheme != region.evaluation.edition.about.scheme,
        late=url_for("facility_returns.index", year=region.asked.year, region=region.asked.region or None),
        workbook=url_for(".workbook", **region.asked.address()),
        compare=url_for("facility_comparison.show", **region.asked.address()),
        own=url_for("facility_areas.show", code=region.line.code, **region.asked.address(region=""))
        if region.line
        else "",
        may_enter=ENTER.allows(actor()),
        breadcrumbs=_crumbs(region.asked, region.line.name if region.line else None),
    )


@blueprint.get("/behind")
def behind() -> ResponseReturnValue:
    """The areas behind one count of a rate."""
    region, verdict = _region(), _verdict()
    place = _title(region)
    if city_class := request.args.get("class", ""):
        region = in_class(region, city_class)
        place = f"{place} · {presenting.class_title(city_class)}"
    sets, rate = _chosen(region, request.args.get("target", ""), request.args.get("scope", ""))
    title = f"{rate.target} {rate.name}"
    return page(
        "facilities/results/behind.html",
        title=title,
        place=place,
        asked=region.asked,
        rate=rate,
        verdict=verdict,
        verdicts=VERDICTS,
        rows=list(presenting.behind_rows(region, sets, verdict)),
        breadcrumbs=[*_crumbs(region.asked, _title(region)), (title, None)],
    )


@blueprint.get("/results.xlsx")
def workbook() -> ResponseReturnValue:
    """The rates and every area's results as a workbook."""
    return document(workbook_of(_region()), str(msg("results.xlsx")), WORKBOOK)


def _region() -> Region:
    require(actor(), SEE)
    return results_of(database(), actor(), asked_of(database(), actor(), request.args))


def _chosen(region: Region, target: str, scope: str) -> tuple[RateSets, presenting.ShownRate]:
    """One rate with the sets behind it. Raises NotFoundError."""
    for sets, rate in zip(rate_sets(region.evaluation), presenting.shown_rates(region), strict=True):
        if (sets.row.target, sets.row.scope) == (target, scope):
            return sets, rate
    raise NotFoundError(msg("The edition has no such rate."))


def _verdict() -> str:
    verdict = request.args.get("verdict", "missed")
    if verdict not in VERDICTS:
        raise NotFoundError
    return verdict


def _title(region: Region) -> str:
    return region.line.name if region.line else gettext("All regions")


def _crumbs(asked: Asked, name: str | None) -> list[tuple[str, str | None]]:
    top = gettext("Standards reached"), url_for(".show", **asked.address(region=""))
    return [top, (name, url_for(".show", **asked.address()))] if name else []


def _filters(region: Region) -> list[FormField]:
    asked, schemes = region.asked, [(row.code, name_of(row)) for row in load_standards().schemes]
    years = sorted({*region.years, asked.year}, reverse=True)
    regions = [("", gettext("All regions"))]
    regions += [(line.code, line.name) for line in lines_of(database(), actor()) if line.level in CHOICES]
    if asked.region and asked.region not in dict(regions):
        regions.append((asked.region, _title(region)))
    return [
        _choice("year", gettext("Year"), str(asked.year), [(str(year), str(year)) for year in years]),
        _choice("region", gettext("Region"), asked.region, regions),
        _choice("edition", gettext("Edition"), asked.edition, editions_of(database())),
        _choice("scheme", gettext("Classes shown"), asked.scheme, schemes),
    ]


def _choice(name: str, label: str, value: str, choices: list[tuple[str, str]]) -> FormField:
    return FormField(name, label, "choice", value, choices=choices, required=True)


def _places(asked: Asked, codes: list[Any]) -> list[dict[str, Any]]:
    """Institutions as points of the map, by their own coordinates."""
    return [
        {
            "longitude": longitude,
            "latitude": latitude,
            "label": name,
            "href": url_for("facility_areas.show", code=code, **asked.address(region="")),
        }
        for code, name, longitude, latitude in placed_institutions(database(), actor(), codes)
    ]
