"""The web door of the lists of a return: entries of the office's own."""

from collections.abc import Mapping, Sequence

from flask import Blueprint, flash, request, url_for
from flask.typing import ResponseReturnValue

from archives.core.errors import RefusedError
from archives.core.language import gettext, msg
from archives.core.permissions import require
from archives.core.problems import Problem
from archives.facilities import deciding
from archives.facilities.actions import DECIDE
from archives.facilities.drafts import ListedDraft
from archives.facilities.vocabularies import vocabularies
from archives.web.application import database
from archives.web.forms import fields_of, form_values
from archives.web.guard import actor
from archives.web.pages import goto, page

blueprint = Blueprint("lists", __name__, url_prefix="/lists")


@blueprint.get("/new")
def new() -> ResponseReturnValue:
    """The form of a new entry."""
    require(actor(), DECIDE)
    return _form({"list_name": request.args.get("list", "equipment")}, ())


@blueprint.post("/new")
def add() -> ResponseReturnValue:
    """Add it: every return is asked for it from now on."""
    require(actor(), DECIDE)
    values = form_values()
    facts = {name: values.get(name, "") for name in ListedDraft.model_fields}
    try:
        made = deciding.add_listed(database(), actor(), facts)
    except RefusedError as refusal:
        return _form(values, refusal.problems), 422
    flash(str(msg("“%(name)s” is asked for in every return from now on.", name=made.name)), "good")
    return goto("facility_standards.index", _anchor=f"list-of-{made.list_name}")


@blueprint.post("/<int:number>/end")
def end(number: int) -> ResponseReturnValue:
    """Ask no longer for an entry of one's own, or again (`ended=0`)."""
    ended = request.args.get("ended", "1") == "1"
    made = deciding.end_listed(database(), actor(), number, ended=ended)
    told = msg("“%(name)s” is asked for no longer; what was told of it stays.", name=made.name)
    again = msg("“%(name)s” is asked for in every return from now on.", name=made.name)
    flash(str(told if ended else again), "good")
    return goto("facility_standards.index", _anchor=f"list-of-{made.list_name}")


def _form(values: Mapping[str, str], problems: Sequence[Problem]) -> str:
    return page(
        "facilities/results/entry.html",
        fields=list(fields_of(ListedDraft, values, problems, vocabularies()).values()),
        problems=problems,
        breadcrumbs=[(gettext("Targets"), url_for("facility_standards.index")), (gettext("Entry of one’s own"), None)],
    )
