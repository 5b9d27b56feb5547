"""The fields that an office defines itself, scheme by scheme."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, flash, request, url_for
from flask.typing import ResponseReturnValue

from archives.catalogue import own_fields
from archives.catalogue.drafts import OwnFieldDraft
from archives.core.errors import RefusedError
from archives.core.language import gettext
from archives.core.permissions import require
from archives.core.problems import Problem
from archives.reference.service import DEFINE_FIELDS
from archives.web.application import database
from archives.web.forms import fields_of, form_values
from archives.web.guard import actor
from archives.web.pages import goto, page

blueprint = Blueprint("catalogue_fields", __name__, url_prefix="/catalogue/fields")
FIRST = "volume"


@blueprint.get("")
def index() -> ResponseReturnValue:
    """The scheme that offices extend most."""
    return goto("catalogue_fields.scheme", code=FIRST)


@blueprint.get("/<code>")
def scheme(code: str) -> ResponseReturnValue:
    """The fields of a scheme, and the form for one more."""
    require(actor(), DEFINE_FIELDS)
    return _page(code, {}, ())


@blueprint.post("/<code>")
def add(code: str) -> ResponseReturnValue:
    """Define a field."""
    try:
        own_fields.add_field(database(), actor(), code, form_values())
    except RefusedError as refusal:
        return _page(code, form_values(), refusal.problems), 422
    flash(gettext("The field was added."), "good")
    return goto("catalogue_fields.scheme", code=code)


@blueprint.route("/<code>/<key>/remove", methods=["GET", "POST"])
def remove(code: str, key: str) -> ResponseReturnValue:
    """Put a field out of use."""
    require(actor(), DEFINE_FIELDS)
    if request.method == "GET":
        message = gettext("The field is no longer shown. Values that records have in it stay kept.")
        back = url_for("catalogue_fields.scheme", code=code)
        return page("layouts/confirm.html", title=gettext("Remove the field"), message=message, cancel_href=back)
    own_fields.remove_field(database(), actor(), code, key)
    flash(gettext("The field was removed."), "good")
    return goto("catalogue_fields.scheme", code=code)


def _page(code: str, values: Mapping[str, Any], problems: Sequence[Problem]) -> str:
    chosen = own_fields.scheme_by_code(database(), code)
    rows = own_fields.fields_in(database(), code)
    return page(
        "catalogue/fields.html",
        scheme=chosen,
        schemes=own_fields.schemes(database()),
        rows=[(row, str(own_fields.KINDS[row.kind]), own_fields.is_own(row)) for row in rows],
        fields=list(fields_of(OwnFieldDraft, values, problems, own_fields.vocabulary()).values()),
        problems=problems,
    )
