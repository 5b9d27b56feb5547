"""The web door of the standards: every number with its sentence, its source, how it was read; and one's own edition."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from flask import Blueprint, flash, request, url_for
from flask.typing import ResponseReturnValue

from archives.core.errors import RefusedError
from archives.core.language import gettext, msg
from archives.core.permissions import require
from archives.core.problems import Problem
from archives.facilities import deciding, queries
from archives.facilities.actions import DECIDE, SEE
from archives.facilities.drafts import EditionDraft
from archives.facilities.results import list_views, showing_standards
from archives.facilities.results.editions import editions_of
from archives.facilities.results.presenting import unit_name
from archives.facilities.results.showing_standards import REQUIRED
from archives.facilities.results.words import name_of
from archives.facilities.return_lists import LISTS
from archives.facilities.standards.tables import DEFAULT_EDITION, Edition
from archives.web.application import database
from archives.web.forms import FormField, fields_of, form_values
from archives.web.guard import actor
from archives.web.pages import goto, page

blueprint = Blueprint("facility_standards", __name__, url_prefix="/facilities/standards")
blueprint.register_blueprint(list_views.blueprint)
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
        lists=showing_standards.shown_lists(edition, queries.lists(database())),
        may_decide=DECIDE.allows(actor()),
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
    required = _required(base)
    facts = {name: values.get(name, "") for name in EditionDraft.model_fields} | {"base": base.code}
    try:
        deciding.decide_edition(database(), actor(), facts, changed, required)
    except RefusedError as refusal:
        return _form(base, values, refusal.problems, _chosen(base)), 422
    flash(str(msg("The edition “%(name)s” is made.", name=facts["name"])), "good")
    return goto(".index", edition=facts["code"])


def _chosen(base: Edition) -> dict[str, list[str]]:
    """What the form checks, by list."""
    return {name: request.form.getlist(f"{REQUIRED}{name}") for name, kind in LISTS.items() if kind in base.listed}


def _required(base: Edition) -> dict[str, list[str]]:
    """The same by the edition's lists; a form without a list's boxes says nothing of it."""
    shown = request.form.getlist("lists")
    return {LISTS[name]: codes for name, codes in _chosen(base).items() if name in shown}


def _edition(code: str) -> Edition:
    return queries.edition(database(), code.replace("\0", "") or DEFAULT_EDITION)


def _form(
    base: Edition,
    values: Mapping[str, str],
    problems: Sequence[Problem],
    chosen: Mapping[str, Sequence[str]] | None = None,
) -> str:
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
        lists=showing_standards.required_fields(base, queries.lists(database()).asked(), chosen or {}, problems),
        problems=[_placed(problem, base) for problem in problems],
        breadcrumbs=[(gettext("Targets"), url_for(".index", edition=base.code)), (gettext("Own edition"), None)],
    )


def _placed(problem: Problem, base: Edition) -> Problem:
    """A number's or a list's problem at its field."""
    rows = {row.code for row in showing_standards.changeable(base)}
    names = {kind: name for name, kind in LISTS.items()}
    if problem.field in names:
        return replace(problem, field=f"{REQUIRED}{names[problem.field]}")
    return replace(problem, field=f"{NUMBER}{problem.field}") if problem.field in rows else problem
