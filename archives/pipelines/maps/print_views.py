"""The web door of maps on paper: a place, a scale and a sheet become a PDF, watermarked with the reader's name."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from archives.core import office
from archives.core.clock import today
from archives.core.drafts import read
from archives.core.errors import RefusedError
from archives.core.language import gettext, msg
from archives.core.permissions import require
from archives.core.problems import Problem
from archives.pipelines.actions import SEE
from archives.pipelines.areas import service as areas
from archives.pipelines.drafts import PrintDraft
from archives.pipelines.lines import lines_in, points_in, where_for
from archives.pipelines.maps import base
from archives.pipelines.maps import queries as map_queries
from archives.pipelines.maps.printing import MapNotes, MapSheet, Picture, base_layers, extent_of, map_pdf
from archives.pipelines.systems import plane_of
from archives.pipelines.vocabularies import kind_from, vocabularies_of
from archives.web.application import database
from archives.web.forms import form_values
from archives.web.guard import actor
from archives.web.pages import document
from gis.codes import standard
from gis.store.contract import Area

blueprint = Blueprint("pipeline_print", __name__, url_prefix="/pipelines")
MOST_LINES = 50_000
"""Lines on one sheet; more would be one dark spot."""
DRAWN = ("block", "water", "building", "road")


@blueprint.post("/map/print")
def print_map() -> ResponseReturnValue:
    """A map to scale as PDF. The extent is audited as an area that was asked about."""
    require(actor(), SEE)
    draft = _draft()
    place = map_queries.in_store(database(), float(draft.lon or 0), float(draft.lat or 0))
    if place is None:
        raise RefusedError([Problem("print.empty", msg("There are no pipelines yet."), "scale")])
    sheet = MapSheet(draft.paper, draft.landscape, draft.scale or 1000, gettext("Underground pipelines"))
    return document(_pdf(sheet, *place), f"{sheet.title}.pdf")


def _draft() -> PrintDraft:
    values = {**form_values(), "landscape": "1" if request.form.get("orientation") == "landscape" else ""}
    reading = read(PrintDraft, values, vocabularies_of(database()))
    if reading.problems:
        raise RefusedError(reading.problems)
    return reading.draft


def _pdf(sheet: MapSheet, east: float, north: float) -> bytes:
    session, extent = database(), extent_of(sheet, east, north)
    areas.save_area(session, actor(), "print", extent)
    kinds = [kind for text in request.form.getlist("kinds") if (kind := kind_from(text, standard())) is not None]
    where = where_for(session, actor(), kinds=kinds or None)
    segments = lines_in(session, actor(), Area(extent), where)
    if len(segments) > MOST_LINES:
        sentence = msg("More than %(most)d lines on one sheet. Choose a larger scale.", most=MOST_LINES)
        raise RefusedError([Problem("print.too_many", sentence, "scale")])
    drawn = {theme: base.features_in(session, theme, extent.bounds) for theme in DRAWN}
    notes = MapNotes(
        institution=office.decided(session, "institution"),
        plane=plane_of(session),
        printed_on=today(),
        printed_by=actor().name,
        watermark=f"{actor().name} {today():%Y-%m-%d}",
    )
    points = points_in(session, actor(), Area(extent), where)
    return map_pdf(Picture(segments, points, base_layers(drawn), extent), sheet, notes)
