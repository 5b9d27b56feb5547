"""The web door of the base layers: a file comes, a layer of it is chosen and loaded, a layer goes."""

from collections.abc import Mapping
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from archives.core.drafts import read
from archives.core.errors import ArchivesError, RefusedError
from archives.core.jobs import Job
from archives.core.language import gettext, msg
from archives.core.permissions import require
from archives.core.problems import Problem
from archives.pipelines.actions import LOAD_BASE
from archives.pipelines.maps import base_loading
from archives.pipelines.maps.queries import office_map
from archives.pipelines.models import BaseLayer
from archives.pipelines.settings import presenting
from archives.pipelines.settings.drafts import LayerDraft
from archives.pipelines.settings.frame import Problems, done, removal_page, settings_blueprint, settings_page
from archives.pipelines.surveys.files import unpacked
from archives.web.application import database, here, released
from archives.web.forms import form_values
from archives.web.guard import actor
from archives.web.jobs import may_watch
from archives.web.pages import goto

blueprint = settings_blueprint("pipeline_base", "/base")


@blueprint.get("")
def base_layers() -> ResponseReturnValue:
    """What lies under the map, and the form that brings a file of it."""
    return _base_page(())


def _base_page(problems: Problems) -> str:
    return settings_page(
        "pipelines/settings/base_layers.html",
        "pipeline_base.base_layers",
        rows=presenting.base_rows(database()),
        services=office_map(here().settings),
        limit_mb=here().settings.upload_mb,
        problems=problems,
        may_load=LOAD_BASE.allows(actor()),
    )


@blueprint.post("")
def bring_base() -> ResponseReturnValue:
    """Take a file; its layers are chosen from on the next page."""
    require(actor(), LOAD_BASE)
    try:
        layer = _bring_base()
    except RefusedError as refusal:
        database().rollback()
        return _base_page(refusal.problems), 422
    except ArchivesError as error:
        database().rollback()
        return _base_page([Problem("file.refused", error.message, "files")]), 422
    return goto(".base_layer", layer_id=layer.id)


def _bring_base() -> BaseLayer:
    uploads = [upload for upload in request.files.getlist("files") if upload.filename]
    if not uploads:
        raise RefusedError([Problem("file.missing", msg("Choose a file first."), "files")])
    most = here().settings.upload_mb << 20
    with here().quarantine.on_trial() as quarantine:
        with released():
            files = [one for up in uploads for one in unpacked(quarantine, up.stream, up.filename or "", most)]
            main, tables = base_loading.look_into({one.name: quarantine.path(one.stored.sha256) for one in files})
        return base_loading.bring(database(), actor(), files, main, tables)


@blueprint.get("/<int:layer_id>")
def base_layer(layer_id: int) -> ResponseReturnValue:
    """A base layer: what its file holds, the choice of what to load, and how far the loading is."""
    return _layer_page(base_loading.layer_by_id(database(), layer_id), {}, ())


@blueprint.post("/<int:layer_id>")
def load_base(layer_id: int) -> ResponseReturnValue:
    """Have the chosen layer loaded."""
    require(actor(), LOAD_BASE)
    layer = base_loading.layer_by_id(database(), layer_id)
    values = form_values()
    reading = read(LayerDraft, values, presenting.layer_vocabularies(database(), layer))
    try:
        if reading.problems:
            raise RefusedError(reading.problems)
        base_loading.check(layer, reading.draft)
        source = base_loading.source_of(here().settings, layer)
        with released():
            some = source.sample(reading.draft.layer, reading.draft.theme)
        base_loading.begin(database(), actor(), layer, reading.draft, some)
    except RefusedError as refusal:
        database().rollback()
        return _layer_page(base_loading.layer_by_id(database(), layer_id), values, refusal.problems), 422
    return goto(".base_layer", layer_id=layer_id)


def _layer_page(layer: BaseLayer, values: Mapping[str, Any], problems: Problems) -> str:
    may_load = LOAD_BASE.allows(actor())
    is_open = layer.state in {"brought", "failed"}
    job = database().get(Job, layer.job_id) if layer.job_id else None
    return settings_page(
        "pipelines/settings/base_layer.html",
        "pipeline_base.base_layers",
        **presenting.base_row(layer),
        tables=base_loading.tables_of(layer),
        job=job,
        may_watch=job is not None and may_watch(actor(), job),
        fields=presenting.layer_form(database(), layer, values, problems) if is_open and may_load else [],
        problems=problems,
        may_load=may_load,
    )


@blueprint.get("/<int:layer_id>/remove")
def ask_removal_of_base(layer_id: int) -> ResponseReturnValue:
    """Ask before a base layer goes."""
    require(actor(), LOAD_BASE)
    layer = base_loading.layer_by_id(database(), layer_id)
    return removal_page(layer.name, gettext("It lies under the map no more."), ".base_layers")


@blueprint.post("/<int:layer_id>/remove")
def remove_base(layer_id: int) -> ResponseReturnValue:
    """Take a base layer away."""
    base_loading.remove(database(), actor(), base_loading.layer_by_id(database(), layer_id))
    return done(".base_layers", gettext("Removed."))
