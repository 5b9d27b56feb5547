"""Changing many volumes at once, with a preview; what was changed together, and its undoing."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, request, url_for
from flask.typing import ResponseReturnValue

from archives.catalogue import bulk
from archives.catalogue.actions import EDIT_MANY
from archives.catalogue.drafts import VolumeDraft, VolumeFilters
from archives.catalogue.models import Volume
from archives.catalogue.presenting import label_of, said, words_of
from archives.catalogue.service import VOLUME
from archives.core import history
from archives.core.clock import local
from archives.core.drafts import read
from archives.core.language import gettext, msg
from archives.core.permissions import require
from archives.core.problems import errors_in
from archives.web.application import database
from archives.web.forms import FormField, fields_of
from archives.web.guard import actor
from archives.web.pages import goto, page

blueprint = Blueprint("bulk", __name__)
SHOWN = 200
"""Changes shown one by one in a preview; all are counted."""
VERBS = {
    "edit": "catalogue.bulk.edit",
    "move": "catalogue.arrange.move_volumes",
    "merge": "catalogue.arrange.merge",
    "labels": "catalogue.print.chosen_spines",
}


@blueprint.post("/volumes/choose")
def choose() -> ResponseReturnValue:
    """From chosen rows to the page that does something with them."""
    ids = request.form.getlist("ids", type=int)
    if not ids:
        flash(gettext("Choose rows first."), "warning")
        return goto("catalogue.volumes")
    return goto(VERBS.get(request.form.get("verb", ""), VERBS["edit"]), ids=ids)


@blueprint.route("/volumes/edit", methods=["GET", "POST"])
def edit() -> ResponseReturnValue:
    """Choose the fields, look at what would change, then change it."""
    require(actor(), EDIT_MANY)
    session, words = database(), words_of(database())
    volumes, wish = _volumes(), _wish()
    made = None if wish.is_empty else bulk.plan_edit(session, actor(), volumes, wish)
    if request.method == "POST" and made is not None and not errors_in(made.problems):
        batch = bulk.edit(session, actor(), made, request.form.get("digest", ""))
        flash(str(msg("Done: %(count)d records were changed.", count=len(made.changes))), "good")
        return goto("catalogue.bulk.batch", batch=batch)
    given = {name: request.values.get(f"set-{name}", "") for name in bulk.EDITABLE}
    drawn = fields_of(VolumeDraft, given, (), words.vocabularies)
    return page(
        "catalogue/bulk.html",
        volumes=volumes,
        fields=[drawn[name] for name in bulk.EDITABLE],
        switches=set(wish.values),
        find=FormField("find", gettext("Words in titles"), "text", wish.find),
        replace=FormField("replace", gettext("Put in their place"), "text", wish.replace),
        made=made,
        lines=_lines(made) if made else [],
        conditions=frozenset(VolumeFilters.model_fields),
        kept=[(name, value) for name, value in request.values.items(multi=True) if name not in _OWN],
        breadcrumbs=[(gettext("Catalogue"), url_for("catalogue.volumes")), (gettext("Change volumes"), None)],
    )


@blueprint.get("/batches/<path:batch>")
def batch(batch: str) -> ResponseReturnValue:
    """What was changed together."""
    found = bulk.plan_undo(database(), actor(), batch)
    newest = history.in_batch(database(), batch)[0]
    return page(
        "catalogue/batch.html",
        batch=batch,
        found=found,
        who=newest.actor,
        when=local(newest.at).strftime("%Y-%m-%d %H:%M"),
        names=list(found.names.items())[:SHOWN],
        breadcrumbs=[(gettext("Catalogue"), url_for("catalogue.volumes")), (gettext("Changed together"), None)],
    )


@blueprint.route("/undo/<path:batch>", methods=["GET", "POST"])
def undo(batch: str) -> ResponseReturnValue:
    """Take back everything that was changed together."""
    require(actor(), EDIT_MANY)
    if request.method == "GET":
        message = gettext("Every record gets back what it had before. This can be undone in its turn.")
        back = url_for("catalogue.bulk.batch", batch=batch)
        return page("layouts/confirm.html", title=gettext("Undo"), message=message, cancel_href=back)
    back = bulk.undo(database(), actor(), batch)
    flash(gettext("Undone."), "good")
    return goto("catalogue.bulk.batch", batch=back)


_OWN = frozenset({"csrf_token", "digest"})


def _volumes() -> list[Volume]:
    """The volumes chosen one by one, or all that the list's conditions let through."""
    if request.values.get("all"):
        filters = read(VolumeFilters, _conditions(), words_of(database()).vocabularies).draft
        return bulk.filtered(database(), actor(), filters)
    return bulk.chosen(database(), actor(), request.values.getlist("ids", type=int))


def _conditions() -> dict[str, str]:
    """The list's conditions; the new values of fields of the same name come as `set-…`."""
    return {name: request.values[name] for name in VolumeFilters.model_fields if name in request.values}


def _wish() -> bulk.Wish:
    switched = set(request.values.getlist("change"))
    values = {name: request.values.get(f"set-{name}", "") for name in bulk.EDITABLE if name in switched}
    return bulk.Wish(values, request.values.get("find", ""), request.values.get("replace", ""))


def _lines(made: bulk.BulkPlan) -> Sequence[dict[str, Any]]:
    words = words_of(database())
    return [
        {
            "name": name,
            "changes": [
                (label_of(VOLUME, field), said(field, stored.values[field], words), said(field, new, words))
                for field, new in values.items()
            ],
        }
        for name, stored, values in made.changes[:SHOWN]
    ]
