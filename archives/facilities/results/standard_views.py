"""The web door of the standards: every number with its sentence, its source, how it was read; and one's own edition."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from flask import Blueprint, flash, request, url_for
from flask.typing import ResponseReturnValue

from archives.core.errors import RefusedError
from archives.core.language import gettext, msg
from archives.core.permissions import require
from archives.core.problems import Problem
from archives.facilities import queries, service
from archives.facilities.actions import DECIDE, SEE
from archives.facilities.drafts import EditionDraft
from archives.facilities.results import showing_standards
from archives.facilities.results.editions import editions_of
from archives.facilities.results.presenting import unit_name
from archives.facilities.results.words import name_of
from archives.facilities.standards.tables import DEFAULT_EDITION, Edition
from archives.web.application import database
from archives.web.forms import FormField, fields_of, form_values
from archives.web.guard import actor
from archives.web.pages import goto, page

blueprint = Blueprint("facility_standards", __name__, url_prefix="/facilities/standards")
NUMBER = "number-"
"""Begins the name of each number's field in the form."""


@blueprint.get("")
def index() -> ResponseReturnValue:
    """One edition's targets, the classes of cities, the lists."""
    require(actor(), SEE)
    edition = _edition(request.args.get("edition", ""))
    own = next((one for one in queries.own_editions(database()) if one.code == edition.code), None)
    choice = FormField("edition", gettext("Edition"), "choice", edition.code, True, choices=editions_of(database()))
    return page(
        "facilities/results/standards.html",
        edition=name_of(edition.about),
        own=own,
        choice=choice,
        sentences=showing_standards.shown_sentences(edition),
        schemes=showing_standards.shown_schemes(),
        lists=showing_standards.shown_lists(edition),
        new=url_for(".new", base=edition.base or edition.code) if DECIDE.allows(actor()) else "",
    )


@blueprint.get("/new")
def new() -> ResponseReturnValue:
    """The form of one's own edition: the numbers of another, to be changed."""
    require(actor(), DECIDE)
    return _form(_edition(request.args.get("base", "")), {}, ())


@blueprint.post("/new")
def decide() -> ResponseReturnValue:
    """Make it; it never changes afterwards."""
    require(actor(), DECIDE)
    values = form_values()
    base = _edition(values.get("base", ""))
    before = {row.code: showing_standards.number_of(row) for row in showing_standards.changeable(base)}
    told = {code: values.get(f"{NUMBER}{code}", "").strip() for code in before}
    changed = {code: text for code, text in told.items() if text and text != before[code]}
    facts = {name: values.get(name, "") for name in EditionDraft.model_fields} | {"base": base.code}
    try:
        service.decide_edition(database(), actor(), facts, changed)
    except RefusedError as refusal:
        return _form(base, values, refusal.problems), 422
    flash(str(msg("The edition “%(name)s” is made.", name=facts["name"])), "good")
    return goto(".index", edition=facts["code"])


def _edition(code: str) -> Edition:
    return queries.edition(database(), code.replace("\0", "") or DEFAULT_EDITION)


def _form(base: Edition, values: Mapping[str, str], problems: Sequence[Problem]) -> str:
    fields = fields_of(EditionDraft, values, problems)
    return page(
        "facilities/results/edition.html",
        base=base.code,
        base_name=name_of(base.about),
        fields=[fields[name] for name in ("code", "name", "valid_from", "reason")],
        numbers=[
            FormField(
                f"{NUMBER}{row.code}",
                showing_standards.label_of(base, row),
                "text",
                values.get(f"{NUMBER}{row.code}", showing_standards.number_of(row)),
                unit=unit_name(row.unit),
                problems=[problem for problem in problems if problem.field == row.code],
                max_length=40,
            )
            for row in showing_standards.changeable(base)
        ],
        problems=[_placed(problem, base) for problem in problems],
        breadcrumbs=[(gettext("Targets"), url_for(".index", edition=base.code)), (gettext("Own edition"), None)],
    )


def _placed(problem: Problem, base: Edition) -> Problem:
    """A number's problem at its field."""
    rows = {row.code for row in showing_standards.changeable(base)}
    return replace(problem, field=f"{NUMBER}{problem.field}") if problem.field in rows else problem
