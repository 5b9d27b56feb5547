"""The door of the pipelines' map: the page, and what its scripts need to know of this reader and this office."""

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from archives.core.permissions import require
from archives.pipelines.actions import BRING, SEE, Standing
from archives.pipelines.maps.findings import survey_on_map
from archives.pipelines.maps.presenting import (
    SCALES,
    SHAPES,
    SYMBOLS,
    config_of,
    legend_of,
    system_of,
)
from archives.pipelines.maps.queries import map_facts, office_map
from archives.pipelines.queries import current_versions
from archives.pipelines.vocabularies import PAPER_SIZES
from archives.web.application import database, here
from archives.web.guard import actor
from archives.web.pages import page

blueprint = Blueprint("pipeline_map", __name__, url_prefix="/pipelines")


@blueprint.get("/map")
def show() -> ResponseReturnValue:
    """The map; `area`, `segment` or `survey` in the address, all plain numbers, say what to show first."""
    require(actor(), SEE)
    facts = map_facts(database(), actor(), office_map(here().settings))
    return page(
        "pipelines/map.html",
        system=system_of(facts),
        legend=legend_of(facts.kinds),
        base_layers=facts.base_layers,
        area=request.args.get("area", type=int),
        segment=request.args.get("segment", type=int),
        survey=request.args.get("survey", type=int),
        may_bring=BRING.allows(actor(), Standing()),
        shapes=SHAPES,
        symbols=SYMBOLS,
        scales=SCALES,
        papers=tuple(PAPER_SIZES),
    )


@blueprint.get("/map/config.json")
def config() -> ResponseReturnValue:
    """The plane system, the extent, the kinds with their colours, the base layers, and the scripts' words."""
    require(actor(), SEE)
    has_lines = bool(current_versions(database(), actor()))
    return jsonify(config_of(map_facts(database(), actor(), office_map(here().settings)), actor(), has_lines))


@blueprint.get("/map/surveys/<int:version_id>.json")
def survey(version_id: int) -> ResponseReturnValue:
    """Where a survey lies and where the checks found something, for the map."""
    require(actor(), SEE)
    return jsonify(survey_on_map(database(), actor(), version_id))
