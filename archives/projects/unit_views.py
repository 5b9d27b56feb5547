"""The HTML door of unit works: the list of a project's, one of them, its form."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, flash, request, url_for
from flask.typing import ResponseReturnValue

from archives.core import history
from archives.core.errors import NotFoundError, RefusedError
from archives.core.language import gettext
from archives.core.permissions import require
from archives.core.problems import Problem
from archives.projects import content, queries, service
from archives.projects.actions import AMEND
from archives.projects.drafts import UNIT_FIELDS
from archives.projects.models import Project, UnitWorks
from archives.projects.presenting import facts_of_unit, form_of_unit, frame, words_of_unit
from archives.projects.reading import Reader, Source
from archives.web.application import database
from archives.web.forms import form_values
from archives.web.guard import actor
from archives.web.pages import goto, page

blueprint = Blueprint("units", __name__, url_prefix="/<code>/units")


@blueprint.get("")
def index(code: str) -> ResponseReturnValue:
    """The unit works of a project."""
    project = queries.by_code(database(), actor(), code)
    return page(
        "projects/units.html",
        units=queries.units_of(database(), project.id),
        works_types=queries.vocabularies_of(database())["works_type"],
        **_frame(project),
    )


@blueprint.get("/<unit_code>")
def show(code: str, unit_code: str) -> ResponseReturnValue:
    """One unit works with its technical data and its history."""
    project, unit = _asked(code, unit_code)
    words = words_of_unit(database(), unit.works_type)
    plain, technical = facts_of_unit(words, unit)
    entries = words.history(history.of(database(), service.UNIT_WORKS, unit.id))
    return page(
        "projects/unit.html",
        unit=unit,
        plain=plain,
        technical=technical,
        entries=entries,
        **_frame(project, unit),
    )


@blueprint.get("/new")
def new(code: str) -> ResponseReturnValue:
    """The form of a unit works, with the next number in it."""
    project = _mine_to_amend(code)
    taken = {unit.code for unit in queries.units_of(database(), project.id)}
    following = next(number for number in map("{:02d}".format, range(1, len(taken) + 2)) if number not in taken)
    return _form_page(project, None, {"code": following, "works_type": project.works_type}, ())


@blueprint.post("/new")
def create(code: str) -> ResponseReturnValue:
    """Add it; a code that the project has already is a fault."""
    project = _mine_to_amend(code)
    raw, reader = _raw(), queries.reader(database())
    entry = reader.unit(raw, project.works_type)
    try:
        service.add_unit(database(), actor(), project, entry)
    except RefusedError as refusal:
        return _form_page(project, None, raw, refusal.problems), 422
    flash(gettext("The unit works is added."), "good")
    return goto(".show", code=code, unit_code=entry.draft.code)


@blueprint.get("/<unit_code>/edit")
def edit(code: str, unit_code: str) -> ResponseReturnValue:
    """The form, filled."""
    _mine_to_amend(code)
    project, unit = _asked(code, unit_code)
    return _form_page(project, unit, content.of_unit(unit), ())


@blueprint.post("/<unit_code>/edit")
def save(code: str, unit_code: str) -> ResponseReturnValue:
    """Change what differs."""
    _mine_to_amend(code)
    project, unit = _asked(code, unit_code)
    raw, reader = _raw() | {"code": unit.code}, queries.reader(database())
    entry = reader.unit(raw, project.works_type, Source(given=_all_fields(reader, raw, unit)))
    try:
        version = request.form.get("version", type=int)
        service.amend_unit(database(), actor(), project, unit, entry, version)
    except RefusedError as refusal:
        return _form_page(project, unit, raw, refusal.problems), 422
    flash(gettext("Saved."), "good")
    return goto(".show", code=code, unit_code=unit_code)


@blueprint.post("/<unit_code>/restore")
def restore(code: str, unit_code: str) -> ResponseReturnValue:
    """Give one field its former value back."""
    project, unit = _asked(code, unit_code)
    revision, name = request.form.get("revision", 0, type=int), request.form.get("field", "")
    service.restore_unit(database(), actor(), project, unit, revision, name)
    flash(gettext("The former value is back."), "good")
    return goto(".show", code=code, unit_code=unit_code)


@blueprint.get("/fields")
def technical_fields(code: str) -> ResponseReturnValue:
    """The part of the form that depends on the works type; what was entered already stays."""
    project, reader = _mine_to_amend(code), queries.reader(database())
    works_type = request.args.get("works_type") or project.works_type
    if works_type not in reader.technical:
        raise NotFoundError
    _, technical = form_of_unit(reader, works_type, request.args, (), None)
    return page("projects/technical.html", technical=technical)


def _asked(code: str, unit_code: str) -> tuple[Project, UnitWorks]:
    project = queries.by_code(database(), actor(), code)
    return project, queries.unit_by_code(database(), project, unit_code)


def _mine_to_amend(code: str) -> Project:
    project = queries.by_code(database(), actor(), code)
    require(actor(), AMEND, project)
    return project


def _raw() -> dict[str, Any]:
    sent = form_values()
    return {name: value for name, value in sent.items() if name in UNIT_FIELDS or name.startswith(content.TECHNICAL)}


def _all_fields(reader: Reader, raw: Mapping[str, Any], unit: UnitWorks) -> frozenset[str]:
    """Everything that the form shows for the works type that was chosen."""
    works_type = raw.get("works_type") or unit.works_type
    return UNIT_FIELDS | {one.name for one in reader.technical.get(works_type, ())}


def _frame(project: Project, unit: UnitWorks | None = None) -> dict[str, Any]:
    own = (gettext("Unit works"), url_for(".index", code=project.code) if unit else None)
    below = [(unit.name, None)] if unit else []
    return frame(actor(), project, "projects.units.index", own, *below)


def _form_page(project: Project, unit: UnitWorks | None, values: Mapping[str, Any], problems: Sequence[Problem]) -> str:
    reader = queries.reader(database())
    works_type = str(values.get("works_type") or project.works_type)
    plain, technical = form_of_unit(reader, works_type, values, problems, unit)
    return page(
        "projects/unit_form.html",
        unit=unit,
        plain=plain,
        technical=technical,
        problems=problems,
        version=request.form.get("version", unit.version) if unit else "",
        **_frame(project, unit),
    )
