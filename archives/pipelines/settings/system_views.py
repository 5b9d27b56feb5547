"""The web door of the office's own plane systems: their forms, and trying one on the map."""

from collections.abc import Mapping
from typing import Any

from flask import flash
from flask.typing import ResponseReturnValue

from archives.core.drafts import read
from archives.core.errors import RefusedError
from archives.core.language import gettext
from archives.core.permissions import require
from archives.core.problems import Problem
from archives.pipelines.actions import DEFINE
from archives.pipelines.models import PlaneSystem
from archives.pipelines.settings import presenting
from archives.pipelines.settings import systems as setting_systems
from archives.pipelines.settings.drafts import SYSTEM_DRAFTS, TrialDraft
from archives.pipelines.settings.frame import Problems, done, removal_page, settings_blueprint, settings_page
from archives.pipelines.systems import landing, remove_system, system_by_id
from archives.web.application import database
from archives.web.forms import fields_of, form_values
from archives.web.guard import actor
from archives.web.pages import goto

blueprint = settings_blueprint("pipeline_systems", "/systems")


@blueprint.get("")
def systems() -> ResponseReturnValue:
    """The office's own plane systems."""
    return settings_page(
        "pipelines/settings/systems.html",
        "pipeline_systems.systems",
        rows=presenting.system_rows(database()),
        kinds=presenting.system_kinds(),
        may_define=DEFINE.allows(actor()),
    )


@blueprint.get("/new/<any(epsg, proj, four, seven):kind>")
def new_system(kind: str) -> ResponseReturnValue:
    """The form of a new system of a kind."""
    require(actor(), DEFINE)
    return _system_page(kind, None, {"height_datum": "1985"}, ())


@blueprint.post("/new/<any(epsg, proj, four, seven):kind>")
def make_system(kind: str) -> ResponseReturnValue:
    """Keep a new system."""
    return _keep_system(kind, None)


@blueprint.get("/<int:system_id>")
def system(system_id: int) -> ResponseReturnValue:
    """The form of a system; of a secret one nothing is shown."""
    require(actor(), DEFINE)
    kept = system_by_id(database(), system_id)
    return _system_page(kept.content["kind"], kept, setting_systems.values_of(kept), ())


@blueprint.post("/<int:system_id>")
def change_system(system_id: int) -> ResponseReturnValue:
    """Keep a system as it was changed."""
    kept = system_by_id(database(), system_id)
    return _keep_system(kept.content["kind"], kept)


def _keep_system(kind: str, known: PlaneSystem | None) -> ResponseReturnValue:
    require(actor(), DEFINE)
    values = {**form_values(), **({"name": known.name} if known else {})}
    reading = read(SYSTEM_DRAFTS[kind], values, presenting.system_vocabularies(kind))
    try:
        if reading.problems:
            raise RefusedError(reading.problems)
        setting_systems.keep(database(), actor(), kind, reading.draft, known)
    except RefusedError as refusal:
        database().rollback()
        return _system_page(kind, known, setting_systems.safe_values(values, kind), refusal.problems), 422
    flash(gettext("The plane system is kept."), "good")
    return goto(".systems")


def _system_page(
    kind: str,
    kept: PlaneSystem | None,
    values: Mapping[str, Any],
    problems: Problems,
    trial: Mapping[str, Any] | None = None,
) -> str:
    tried = trial or {"values": {}, "problems": (), "places": []}
    return settings_page(
        "pipelines/settings/system.html",
        "pipeline_systems.systems",
        kept=kept,
        is_secret=bool(kept and kept.content.get("secret")),
        kind=next(one for one in presenting.system_kinds() if one["code"] == kind),
        groups=presenting.system_form(kind, values, problems, is_known=kept is not None),
        problems=problems,
        trial_fields=list(fields_of(TrialDraft, tried["values"], tried["problems"]).values()),
        trial_problems=tried["problems"],
        places=tried["places"],
    )


@blueprint.post("/<int:system_id>/try")
def try_system(system_id: int) -> ResponseReturnValue:
    """Show where a place of the system lies on the map."""
    require(actor(), DEFINE)
    kept = system_by_id(database(), system_id)
    values = form_values()
    reading = read(TrialDraft, values, {})
    trial: dict[str, Any] = {"values": values, "problems": reading.problems, "places": []}
    if not reading.problems:
        try:
            place = landing(database(), actor(), kept, float(reading.draft.x or 0), float(reading.draft.y or 0))
            trial["places"] = [{"longitude": place[0], "latitude": place[1]}]
        except RefusedError as refusal:
            trial["problems"] = [Problem(one.code, one.message, "x") for one in refusal.problems]
    shown = _system_page(kept.content["kind"], kept, setting_systems.values_of(kept), (), trial)
    return (shown, 422) if trial["problems"] else shown


@blueprint.get("/<int:system_id>/remove")
def ask_removal_of_system(system_id: int) -> ResponseReturnValue:
    """Ask before a system goes."""
    require(actor(), DEFINE)
    kept = system_by_id(database(), system_id)
    return removal_page(kept.name, gettext("Nobody can choose this plane system any more."), ".systems")


@blueprint.post("/<int:system_id>/remove")
def remove_plane_system(system_id: int) -> ResponseReturnValue:
    """Take a system away."""
    remove_system(database(), actor(), system_by_id(database(), system_id))
    return done(".systems", gettext("Removed."))
