"""Moving, renumbering and merging: choose, look at what would happen, then do it."""

from collections.abc import Sequence

from flask import Blueprint, flash, request, url_for
from flask.typing import ResponseReturnValue

from archives.catalogue import arranging, queries
from archives.catalogue.actions import ARRANGE
from archives.catalogue.arrangement import Arrangement
from archives.catalogue.models import Volume
from archives.catalogue.presenting import crumbs
from archives.core.errors import RefusedError
from archives.core.language import gettext, msg
from archives.core.permissions import require
from archives.core.problems import Problem
from archives.projects.queries import unit_by_code, units_of
from archives.web.application import database
from archives.web.forms import FormField
from archives.web.guard import actor
from archives.web.pages import goto, page

blueprint = Blueprint("arrange", __name__)
OWN = "-"
"""Stands for the project itself where a form names a unit works."""


@blueprint.post("/volumes/<int:volume_id>/items/choose")
def choose_items(volume_id: int) -> ResponseReturnValue:
    """From chosen rows to the page that moves them."""
    ids = request.form.getlist("ids", type=int)
    if not ids:
        flash(gettext("Choose rows first."), "warning")
        return goto("catalogue.volume", volume_id=volume_id)
    return goto("catalogue.arrange.move_items", volume_id=volume_id, ids=ids)


@blueprint.route("/volumes/<int:volume_id>/items/move", methods=["GET", "POST"])
def move_items(volume_id: int) -> ResponseReturnValue:
    """Items into another volume of the project."""
    holder = _volume(volume_id)
    words, target_id = request.values.get("words", ""), request.values.get("target", type=int)
    target = queries.volume_by_id(database(), actor(), target_id) if target_id else None
    known = queries.volumes_beside(database(), actor(), holder, words)
    choices = [(str(volume.id), f"{volume.volume_no} {volume.title}") for volume in known]
    fields = [
        FormField("words", gettext("Find a volume"), "text", words, help=gettext("Number, or words of the title.")),
        FormField("target", gettext("Volume"), "select", target_id or "", choices=[("", "—"), *choices]),
    ]
    made = arranging.plan_item_move(database(), actor(), _ids(), target) if target else None
    return _wizard(gettext("Move items"), fields, made, holder, target or holder)


@blueprint.route("/volumes/move", methods=["GET", "POST"])
def move_volumes() -> ResponseReturnValue:
    """Volumes into another unit works of their project."""
    first = _volume(_ids()[0]) if _ids() else None
    if first is None:
        return _nothing_chosen()
    project = queries.project_of(database(), first)
    choices = [(unit.code, f"{unit.code} {unit.name}") for unit in units_of(database(), project.id)]
    chosen = request.values.get("unit", "")
    fields = [
        FormField(
            "unit",
            gettext("Unit works"),
            "select",
            chosen,
            choices=[("", "—"), (OWN, gettext("The project itself")), *choices],
        )
    ]
    made = None
    if chosen:
        unit = None if chosen == OWN else unit_by_code(database(), project, chosen)
        made = arranging.plan_volume_move(database(), actor(), _ids(), unit)
    return _wizard(gettext("Move volumes"), fields, made, first, first)


@blueprint.route("/volumes/<int:volume_id>/items/renumber", methods=["GET", "POST"])
def renumber_items(volume_id: int) -> ResponseReturnValue:
    """A volume's items, numbered one after another."""
    holder = _volume(volume_id)
    made = arranging.plan_item_numbers(database(), actor(), holder)
    return _wizard(gettext("Renumber the items"), [], made, holder, holder)


@blueprint.route("/volumes/<int:volume_id>/renumber", methods=["GET", "POST"])
def renumber_volumes(volume_id: int) -> ResponseReturnValue:
    """The volumes of a unit works, numbered one after another."""
    beside = _volume(volume_id)
    project = queries.project_of(database(), beside)
    prefix = request.values.get("prefix", "").strip()
    first, width = request.values.get("first", 1, type=int), request.values.get("width", 3, type=int)
    fields = [
        FormField("prefix", gettext("Before the number"), "text", prefix, max_length=12),
        FormField("first", gettext("First number"), "integer", first),
        FormField("width", gettext("Digits"), "integer", width),
    ]
    try:
        made = arranging.plan_volume_numbers(database(), actor(), project, beside.unit_id, prefix, first, width)
    except RefusedError as refusal:
        return _wizard(gettext("Renumber the volumes"), fields, None, beside, beside, refusal.problems)
    return _wizard(gettext("Renumber the volumes"), fields, made, beside, beside)


@blueprint.route("/volumes/merge", methods=["GET", "POST"])
def merge() -> ResponseReturnValue:
    """Several volumes into one."""
    if not _ids():
        return _nothing_chosen()
    target = _volume(request.values.get("into", type=int) or _ids()[0])
    ordered = [target.id, *(volume_id for volume_id in _ids() if volume_id != target.id)]
    names = queries.volume_names(database(), actor(), _ids())
    fields = [
        FormField(
            "into",
            gettext("Into the volume"),
            "select",
            target.id,
            required=True,
            choices=[(str(volume_id), name) for volume_id, name in names.items()],
        )
    ]
    made = arranging.plan_merge(database(), actor(), ordered)
    return _wizard(gettext("Merge volumes"), fields, made, target, target)


def _volume(volume_id: int) -> Volume:
    require(actor(), ARRANGE)
    return queries.volume_by_id(database(), actor(), volume_id)


def _ids() -> list[int]:
    return list(dict.fromkeys(request.values.getlist("ids", type=int)))


def _nothing_chosen() -> ResponseReturnValue:
    flash(gettext("Choose rows first."), "warning")
    return goto("catalogue.volumes")


def _wizard(
    title: str,
    fields: Sequence[FormField],
    made: Arrangement | None,
    around: Volume,
    result: Volume,
    problems: Sequence[Problem] = (),
) -> ResponseReturnValue:
    """The preview, or on POST the deed itself and the page of its result."""
    if request.method == "POST" and made is not None and not made.faults:
        return _done(made, result)
    project, unit = queries.project_of(database(), around), queries.unit_of_volume(database(), around)
    kept = [(field.name, field.value) for field in fields]
    return page(
        "catalogue/arrange.html",
        title=title,
        fields=list(fields),
        made=made,
        problems=[*problems, *(made.problems if made else ())],
        ids=_ids(),
        kept=kept,
        cancel=url_for("catalogue.volume", volume_id=around.id),
        breadcrumbs=[*crumbs(project, unit, around), (title, None)],
    )


def _done(made: Arrangement, result: Volume) -> ResponseReturnValue:
    batch = arranging.carry_out(database(), actor(), made, request.form.get("digest", ""))
    flash(str(msg("Done: %(count)d records were changed.", count=len(made.steps))), "good")
    if batch:
        return goto("catalogue.bulk.batch", batch=batch)
    return goto("catalogue.volume", volume_id=result.id)
