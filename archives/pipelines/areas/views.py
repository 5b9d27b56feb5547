"""The web door of areas: what a map sends becomes an area, and an area its lines, figures and the card of a line."""

from collections.abc import Mapping, Sequence
from math import isfinite, nan
from typing import Any

import orjson
from flask import Blueprint, Response, flash, jsonify, request, url_for
from flask.typing import ResponseReturnValue

from archives.core.clock import today
from archives.core.drafts import Vocabularies, read
from archives.core.errors import NotFoundError, RefusedError
from archives.core.language import gettext, msg, ngettext
from archives.core.permissions import require
from archives.core.problems import Problem
from archives.pipelines import queries
from archives.pipelines.actions import ACCEPT, ASK_SHEET, EXPORT, SEE
from archives.pipelines.areas import asking
from archives.pipelines.areas import service as areas
from archives.pipelines.areas.presenting import figures_of, group_choices, groups, hit_of, lines_of
from archives.pipelines.drafts import KINDS, AreaName, EndDraft, LineFilter
from archives.pipelines.lines import where_for, where_of
from archives.pipelines.maps import base
from archives.pipelines.maps import queries as map_queries
from archives.pipelines.models import ACCEPTED, SavedArea
from archives.pipelines.surveys import service
from archives.pipelines.surveys.jobs import enqueue_redrawing
from archives.pipelines.vocabularies import kinds_vocabulary
from archives.web.application import database
from archives.web.forms import FormField, fields_of, form_values
from archives.web.guard import actor
from archives.web.pages import goto, page
from gis.area import AreaError
from gis.codes import standard

blueprint = Blueprint("pipeline_areas", __name__, url_prefix="/pipelines")
MOST_BYTES = 20 << 20
"""An outline is no larger."""
PICK_PIXELS_AWAY = 200.0
"""Metres within which a click finds a line, whatever the map asks for."""


@blueprint.post("/areas")
def ask() -> ResponseReturnValue:
    """An area as the map drew it, as coordinates, as a road, or as a file: 201 with where to look at it."""
    require(actor(), SEE)
    try:
        outline, how, name = _outline()
    except RefusedError as refusal:
        return jsonify(problems=[problem.as_dict() for problem in refusal.problems]), 422
    saved = areas.save_area(database(), actor(), how, outline, name)
    return jsonify(id=saved.id, href=url_for(".show", area_id=saved.id)), 201


def _outline() -> tuple[areas.Shape, str, str]:
    """The outline that was sent, how it was made, and its name."""
    upload = request.files.get("file")
    if upload is not None and upload.filename:
        content = upload.stream.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise areas.refused(AreaError("large_file", (len(content), MOST_BYTES)))
        return areas.outline_from_file(database(), content, upload.filename), "file", ""
    sent = _sent()
    how = str(sent.get("how", ""))
    name = str(sent.get("name", ""))[:80]
    if how == "coordinates":
        return areas.outline_from_text(database(), str(sent.get("text", ""))), how, name
    if how == "road":
        lines = base.road_lines(database(), str(sent.get("road", "")))
        return areas.outline_around(database(), lines, sent.get("distance_m")), how, name
    return areas.outline_from(database(), how, sent.get("shape") or {}, sent.get("distance_m")), how, name


def _sent() -> Mapping[str, Any]:
    """The JSON object that was sent; an empty one for anything else."""
    try:
        sent = request.get_json(silent=True)
    except RecursionError:
        return {}
    return sent if isinstance(sent, dict) else {}


@blueprint.get("/areas.json")
def named() -> ResponseReturnValue:
    """The reader's areas that have a name, and those that others share."""
    found = areas.named_areas(database(), actor())
    return Response(orjson.dumps([_area_json(area) for area in found]), mimetype="application/json")


def _area_json(area: SavedArea) -> dict[str, Any]:
    return {
        "id": area.id,
        "name": area.name or gettext("Area"),
        "href": url_for(".show", area_id=area.id),
        "square_metres": area.square_metres,
        "shape": areas.in_degrees(database(), areas.geometry_of(area)),
    }


@blueprint.get("/areas/<int:area_id>.json")
def one(area_id: int) -> ResponseReturnValue:
    """One area, for the map."""
    return Response(
        orjson.dumps(_area_json(areas.area_by_id(database(), actor(), area_id))), mimetype="application/json"
    )


@blueprint.get("/areas/<int:area_id>")
def show(area_id: int) -> ResponseReturnValue:
    """An area's lines and figures, narrowed by conditions, whole or cut at its edge."""
    area = areas.area_by_id(database(), actor(), area_id)
    values = _narrowing()
    known = {KINDS: kinds_vocabulary(standard())}
    reading = read(LineFilter, values, known)
    current = queries.current(database(), actor())
    where = where_of(database(), actor(), reading.draft, current)
    clip = values.get("clip") == "1"
    by = group_choices(values)
    shown = asking.lines_page(database(), actor(), areas.asked(area), where, request.args.get("after", type=int))
    found = asking.figures(database(), actor(), areas.asked(area), where, by, clip=clip)
    answer = page(
        "pipelines/areas/show.html",
        area=area,
        problems=reading.problems,
        outline=areas.in_degrees(database(), areas.geometry_of(area)),
        filter_fields=_filter_fields(values, reading.problems, known),
        left_out=0 if reading.draft.with_transfer else _left_out(area, current),
        active=len(values.keys() - {"clip", "by", "then"}),
        clip=clip,
        by=by,
        groups=groups(),
        figures=figures_of(found, by),
        lines=lines_of(shown.rows),
        next_url=_further(area_id, shown.next_after),
        may_export=EXPORT.allows(actor()),
        may_ask=ASK_SHEET.allows(actor()),
        end_fields=_end_fields() if ACCEPT.allows(actor()) else (),
        is_own=area.owner_id == actor().account_id,
        query=values,
        breadcrumbs=[(gettext("Map"), url_for("pipeline_map.show")), (area.name or gettext("Area"), None)],
    )
    return (answer, 422) if reading.problems else answer


def _left_out(area: SavedArea, current: Sequence[queries.Current]) -> int:
    """How many surveys in transfer reach into the area."""
    around = areas.geometry_of(area).bounds
    return sum(not one.accepted and one.reaches(around) for one in current)


def _filter_fields(values: dict[str, Any], problems: Sequence[Problem], known: Vocabularies) -> list[FormField]:
    """What narrows the lines; who sees accepted surveys only is not asked about others."""
    fields = fields_of(LineFilter, values, problems, known)
    return [field for name, field in fields.items() if name != "with_transfer" or actor().is_staff]


def _narrowing() -> dict[str, Any]:
    """How the address narrows an area's lines and groups their figures; what else it says means nothing."""
    names = (*LineFilter.model_fields, "clip", "by", "then")
    return {name: value for name in names if (value := request.args.get(name))}


def _further(area_id: int, after: int | None) -> str | None:
    return None if after is None else url_for(".show", area_id=area_id, **_narrowing(), after=after)


@blueprint.post("/areas/<int:area_id>/name")
def name(area_id: int) -> ResponseReturnValue:
    """Keep an area under a name."""
    area = areas.area_by_id(database(), actor(), area_id)
    reading = read(AreaName, form_values(), {})
    if reading.problems:
        raise RefusedError(reading.problems)
    areas.name_area(actor(), area, reading.draft.name, reading.draft.shared)
    return goto(".show", area_id=area_id)


@blueprint.post("/areas/<int:area_id>/forget")
def forget(area_id: int) -> ResponseReturnValue:
    """List an area no longer."""
    areas.forget_area(actor(), areas.area_by_id(database(), actor(), area_id))
    flash(gettext("The area is no longer listed."), "good")
    return goto("pipeline_map.show")


@blueprint.post("/at")
def at() -> ResponseReturnValue:
    """The card of the line next to a place on the map, as a fragment."""
    require(actor(), SEE)
    sent = _sent() or request.form
    try:
        lon, lat, radius = (float(sent[key]) for key in ("lon", "lat", "radius_m"))
    except (KeyError, TypeError, ValueError, OverflowError):
        lon, lat, radius = nan, nan, nan
    if not all(map(isfinite, (lon, lat, radius))):
        raise RefusedError([Problem("place.unreadable", msg("Say where: longitude, latitude and a radius in metres."))])
    place = map_queries.in_store(database(), lon, lat)
    found: list[int] = []
    if place is not None and all(abs(axis) < 1e9 for axis in place):
        radius = min(max(radius, 0.1), PICK_PIXELS_AWAY)
        found = asking.nearest(database(), actor(), place, radius, where_for(database(), actor()))
    return page("pipelines/_card.html", hits=list(map(hit_of, asking.cards(database(), actor(), found))))


@blueprint.post("/areas/<int:area_id>/end")
def end_chosen(area_id: int) -> ResponseReturnValue:
    """Note that the lines chosen in an area's list ended on a day, or stand as before."""
    areas.area_by_id(database(), actor(), area_id)
    _end(request.form.getlist("line", type=int))
    return goto(".show", area_id=area_id)


@blueprint.post("/segments/<int:fid>/end")
def end_one(fid: int) -> ResponseReturnValue:
    """The same of one line."""
    _end([fid])
    return goto(".segment", fid=fid)


def _end(fids: Sequence[int]) -> None:
    reading = read(EndDraft, form_values(), {})
    if reading.problems:
        raise RefusedError(reading.problems)
    draft = reading.draft
    for version_id in service.end_lines(database(), actor(), fids, draft.ended_on, draft.reason):
        enqueue_redrawing(database(), actor(), version_id)
    number = len(set(fids))
    said = ngettext("%(num)d line ended.", "%(num)d lines ended.", number) % {"num": number}
    flash(said if draft.ended_on else gettext("The lines stand as before."), "good")


def _end_fields() -> list[FormField]:
    return list(fields_of(EndDraft, {"ended_on": today().isoformat()}, (), {}).values())


@blueprint.get("/segments/<int:fid>")
def segment(fid: int) -> ResponseReturnValue:
    """The page of one line."""
    found = asking.card(database(), actor(), fid)
    hit = hit_of(found, with_link=False)
    return page(
        "pipelines/segment.html",
        fid=fid,
        title=hit["title"],
        hits=[hit],
        end_fields=_end_fields() if found.version.state == ACCEPTED and ACCEPT.allows(actor()) else (),
        breadcrumbs=[(gettext("Map"), url_for("pipeline_map.show")), (hit["title"], None)],
    )


@blueprint.get("/segments/<int:fid>.json")
def segment_place(fid: int) -> ResponseReturnValue:
    """Where one line lies, for the map."""
    found = asking.card(database(), actor(), fid)
    return jsonify(shape=areas.line_in_degrees(database(), found.geometry))


@blueprint.get("/locate.json")
def locate() -> ResponseReturnValue:
    """Roads, points and coordinates by what somebody typed."""
    found = map_queries.locate(database(), actor(), request.args.get("q", "")[:100])
    return jsonify(
        [{"label": one.label, "kind": one.kind, "lon": one.lon, "lat": one.lat, "extent": one.extent} for one in found]
    )


@blueprint.get("/base/<int:z>/<int:x>/<int:y>.mvt")
def base_tile(z: int, x: int, y: int) -> ResponseReturnValue:
    """A tile of what lies under the lines."""
    require(actor(), SEE)
    epsg = queries.store_system(database())
    if z > 24 or x >= 2**z or y >= 2**z:
        raise NotFoundError
    content = base.tile(database(), epsg, z, x, y) if epsg else b""
    response = Response(content, mimetype="application/vnd.mapbox-vector-tile")
    response.headers["Cache-Control"] = "private, max-age=86400"
    return response
