"""The web door of the standards: every number with its sentence, its source, and how it was read."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from archives.core.language import gettext
from archives.core.permissions import require
from archives.facilities.actions import SEE
from archives.facilities.results import showing_standards
from archives.facilities.results.words import name_of
from archives.facilities.standards.tables import DEFAULT_EDITION, load_standards
from archives.web.forms import FormField
from archives.web.guard import actor
from archives.web.pages import page

blueprint = Blueprint("facility_standards", __name__, url_prefix="/facilities/standards")


@blueprint.get("")
def index() -> ResponseReturnValue:
    """One edition's targets, the classes of cities, the lists."""
    require(actor(), SEE)
    standards = load_standards()
    edition = standards.edition(request.args.get("edition") or DEFAULT_EDITION)
    return page(
        "facilities/results/standards.html",
        edition=name_of(edition.about),
        choice=FormField(
            "edition",
            gettext("Edition"),
            "choice",
            edition.code,
            required=True,
            choices=[(row.code, name_of(row)) for row in standards.editions],
        ),
        sentences=showing_standards.shown_sentences(edition),
        schemes=showing_standards.shown_schemes(),
        lists=showing_standards.shown_lists(edition),
    )
