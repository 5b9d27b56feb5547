"""The HTML door of projects: the list, a project's pages, its form, and lists taken in."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, flash, request, url_for
from flask.typing import ResponseReturnValue

from archives.core import history
from archives.core.actors import Role
from archives.core.drafts import read
from archives.core.language import gettext, msg
from archives.core.permissions import require
from archives.core.problems import Problem, errors_in
from archives.organisations.queries import part_names
from archives.projects import import_views, queries, service, unit_views
from archives.projects.actions import AMEND, IMPORT, REGISTER
from archives.projects.content import EXTRA
from archives.projects.drafts import PROJECT_FIELDS, STATES, ProjectFilters
from archives.projects.models import Project
from archives.projects.presenting import (
    crumbs,
    filter_fields,
    frame,
    groups_of_facts,
    groups_of_fields,
    points_of,
    state_badge,
    state_vocabulary,
    words_of_project,
)
from archives.projects.reading import Reader, Source
from archives.web.application import database
from archives.web.forms import form_values
from archives.web.guard import actor
from archives.web.pages import Entry, goto, page, pager

blueprint = Blueprint("projects", __name__, url_prefix="/projects")
blueprint.register_blueprint(import_views.blueprint)
blueprint.register_blueprint(unit_views.blueprint)
ENTRY = Entry(
    "Projects",
    "building",
    "projects.index",
    lambda reader: reader.is_staff or reader.is_external or reader.has(Role.AUTHORITY, Role.ENGINEER),
)
CONFIRMED = "confirmed"


# The list


@blueprint.get("")
def index() -> ResponseReturnValue:
    """The projects that the reader may see, narrowed by the query above them."""
    values = {name: value for name, value in request.args.items() if value}
    vocabularies = {**queries.vocabularies_of(database()), STATES: state_vocabulary()}
    reading = read(ProjectFilters, values, vocabularies)
    falling = request.args.get("order") != "code"
    found = queries.search_page(
        database(), actor(), reading.draft, request.args.get("after"), request.args.get("before"), falling
    )
    return page(
        "projects/index.html",
        rows=found.rows,
        pager_of=pager(found),
        filters_of=filter_fields(database(), values, reading.problems),
        active=reading.draft.count,
        works_types=vocabularies["works_type"],
        badge_of=state_badge,
        is_falling=falling,
        order_url=_other_order(falling),
        may_register=REGISTER.allows(actor()),
        may_import=IMPORT.allows(actor()),
    )


def _other_order(falling: bool) -> str:
    kept: dict[str, Any] = {
        name: value for name, value in request.args.items() if name not in {"after", "before", "order"}
    }
    return url_for(".index", **kept, order="code" if falling else None)


# A project's pages


@blueprint.get("/<code>")
def show(code: str) -> ResponseReturnValue:
    """The overview: everything about the project itself."""
    project, words = queries.by_code(database(), actor(), code), words_of_project(database())
    return _record_page(
        "projects/show.html",
        project,
        "projects.show",
        groups=groups_of_facts(words, queries.values_of(database(), project)),
        points=points_of(project),
    )


@blueprint.get("/<code>/parties")
def parties(code: str) -> ResponseReturnValue:
    """Who has which part in the project, and the permits it has."""
    project = queries.by_code(database(), actor(), code)
    return _record_page(
        "projects/parties.html",
        project,
        "projects.parties",
        parties=queries.parties_of(database(), project.id),
        permits=queries.permits_of(database(), project.id),
        part=part_names(database()),
        kinds=queries.permit_names(database()),
    )


@blueprint.get("/<code>/history")
def past(code: str) -> ResponseReturnValue:
    """Every change of every field, with the way back."""
    project = queries.by_code(database(), actor(), code)
    revisions = history.of(database(), service.PROJECT, project.id)
    entries = words_of_project(database()).history(revisions)
    return _record_page("projects/history.html", project, "projects.past", entries=entries)


@blueprint.post("/<code>/restore")
def restore(code: str) -> ResponseReturnValue:
    """Give one field its former value back."""
    project = queries.by_code(database(), actor(), code)
    revision, name = request.form.get("revision", 0, type=int), request.form.get("field", "")
    service.restore(database(), actor(), project, revision, name)
    flash(gettext("The former value is back."), "good")
    return goto(".past", code=code)


def _record_page(template: str, project: Project, current: str, **context: Any) -> str:
    return page(template, **frame(actor(), project, current), **context)


# The form


@blueprint.get("/new")
def new() -> ResponseReturnValue:
    """The form of a registration; a client's own name stands in it already."""
    require(actor(), REGISTER)
    return _form_page(None, {"client": queries.own_name(database(), actor())}, ())


@blueprint.post("/new")
def create() -> ResponseReturnValue:
    """Register a project; warnings are shown once before it is done."""
    require(actor(), REGISTER)
    raw = _raw()
    entry = queries.reader(database()).project(raw)
    problems = service.preview(database(), actor(), [entry], may_amend=False).problems
    if _must_ask(problems):
        return _form_page(None, raw, problems), 422
    receipt = service.receive(database(), actor(), [entry], may_amend=False)
    flash(str(msg("The project %(code)s is registered.", code=receipt.codes[0])), "good")
    return goto(".show", code=receipt.codes[0])


@blueprint.get("/<code>/edit")
def edit(code: str) -> ResponseReturnValue:
    """The form, filled."""
    project = _mine_to_amend(code)
    return _form_page(project, queries.values_of(database(), project), ())


@blueprint.post("/<code>/edit")
def save(code: str) -> ResponseReturnValue:
    """Change what differs; warnings are shown once before it is done."""
    project = _mine_to_amend(code)
    raw = _raw() | {"code": code}
    reader = queries.reader(database())
    entry = reader.project(raw, Source(given=_all_fields(reader)))
    problems = service.preview(database(), actor(), [entry]).problems
    if _must_ask(problems):
        return _form_page(project, raw, problems), 422
    service.amend(database(), actor(), project, entry, request.form.get("version", type=int))
    flash(gettext("Saved."), "good")
    return goto(".show", code=code)


def _mine_to_amend(code: str) -> Project:
    project = queries.by_code(database(), actor(), code)
    require(actor(), AMEND, project)
    return project


def _raw() -> dict[str, Any]:
    """What the form says of the project; the two inputs beside the map are one field."""
    sent = form_values()
    pair = [sent.get(f"coordinates_{axis}", "").strip() for axis in ("longitude", "latitude")]
    values = {name: value for name, value in sent.items() if name in PROJECT_FIELDS or name.startswith(EXTRA)}
    return values | {"coordinates": ", ".join(pair)} if any(pair) else values


def _all_fields(reader: Reader) -> frozenset[str]:
    return PROJECT_FIELDS | {one.name for one in reader.own_fields}


def _must_ask(problems: Sequence[Problem]) -> bool:
    """Errors must be put right; a warning must have been seen once."""
    return bool(errors_in(problems)) or bool(problems and CONFIRMED not in request.form)


def _form_page(project: Project | None, values: Mapping[str, Any], problems: Sequence[Problem]) -> str:
    way = ((project.code, url_for(".show", code=project.code)), (gettext("Edit"), None)) if project else ()
    return page(
        "projects/form.html",
        project=project,
        groups=groups_of_fields(queries.reader(database()), values, problems, project),
        problems=problems,
        is_warned=bool(problems) and not errors_in(problems),
        version=request.form.get("version", project.version) if project else "",
        breadcrumbs=crumbs(*(way or ((gettext("New project"), None),))),
    )
