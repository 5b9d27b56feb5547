"""The web door of schemes: what there is, one scheme with its items, and the editor while it is written."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, flash, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from archives.core import history
from archives.core.errors import NotFoundError, RefusedError
from archives.core.language import gettext, msg
from archives.core.permissions import require
from archives.core.problems import Problem, errors_in
from archives.facilities.actions import CLAIM, SCHEME, SEE
from archives.facilities.grading import presenting, queries, scheme_service
from archives.facilities.grading.drafts import SchemeDraft
from archives.facilities.grading.frame import crumbs, scheme_crumbs
from archives.facilities.grading.models import IN_FORCE, WRITING, GradeScheme
from archives.facilities.grading.rules import said
from archives.facilities.grading.scheme_service import content_of
from archives.facilities.grading.shipped import load_shipped
from archives.facilities.results.words import name_of
from archives.web.application import database
from archives.web.forms import fields_of, form_values
from archives.web.guard import actor
from archives.web.pages import goto, page
from archives.web.revisions import shown_revisions

blueprint = Blueprint("facility_schemes", __name__, url_prefix="/facilities/grading/schemes")


@blueprint.get("")
def index() -> ResponseReturnValue:
    """Every scheme, and those that come with the program, to be copied."""
    require(actor(), SEE)
    return page(
        "facilities/grading/schemes.html",
        rows=[
            {"scheme": one, "points": said(content_of(one).points), "grades": len(content_of(one).grades)}
            for one in queries.schemes(database(), actor())
        ],
        shipped=[
            {"row": row, "name": name_of(row), "points": said(load_shipped().content(row.code).points)}
            for row in load_shipped().schemes
        ],
        states=presenting.SCHEME_STATES,
        may_write=SCHEME.allows(actor()),
        breadcrumbs=crumbs((gettext("Schemes of grading"), None)),
    )


@blueprint.get("/shipped/<code>")
def shipped(code: str) -> ResponseReturnValue:
    """A scheme that comes with the program."""
    require(actor(), SEE)
    tables = load_shipped()
    row, content = tables.scheme(code), tables.content(code)
    notes = {
        item.number: str(msg("Our reading: %(reading)s", reading=item.inferred))
        for item in tables.items
        if item.inferred
    }
    return page(
        "facilities/grading/shipped.html",
        row=row,
        name=name_of(row),
        source=tables.sources[row.source],
        points=said(content.points),
        groups=presenting.scheme_groups(content, notes),
        copy=url_for(".new", shipped=code) if SCHEME.allows(actor()) else "",
        breadcrumbs=scheme_crumbs((name_of(row), None)),
    )


@blueprint.get("/new")
def new() -> ResponseReturnValue:
    """The head of a new scheme, empty or a copy's."""
    require(actor(), SCHEME)
    origin, shipped_code = _origin(request.args)
    usual = load_shipped().assessors
    values: dict[str, Any] = {"total": 100, "assessors_least": usual.least, "assessors_most": usual.most}
    if origin is not None:
        values |= _head_values(origin) | {"code": ""}
    elif shipped_code:
        row = load_shipped().scheme(shipped_code)
        source = load_shipped().sources[row.source]
        values |= {"name": row.name_zh, "total": row.total, "is_partial": row.is_partial}
        values |= {"source": source.title, "note": row.note}
    return _head_page(values, (), origin, shipped_code)


@blueprint.post("/new")
def write() -> ResponseReturnValue:
    """Begin it."""
    require(actor(), SCHEME)
    values = form_values()
    origin, shipped_code = _origin(values)
    facts = _facts(values)
    try:
        if origin is not None:
            made = scheme_service.copy(database(), actor(), facts, origin)
        elif shipped_code:
            made = scheme_service.copy_shipped(database(), actor(), facts, shipped_code)
        else:
            made = scheme_service.write(database(), actor(), facts)
    except RefusedError as refusal:
        return _head_page(values, refusal.problems, origin, shipped_code), 422
    flash(str(msg("The scheme “%(name)s” is begun. Write its items, then put it in force.", name=made.name)), "good")
    return goto(".show", scheme_id=made.id)


@blueprint.get("/<int:scheme_id>")
def show(scheme_id: int) -> ResponseReturnValue:
    """One scheme: its items with their points, its grades; while it is written, everything to change it by."""
    return _show(scheme(scheme_id), ())


def _show(found: GradeScheme, refused: Sequence[Problem]) -> str:
    content = content_of(found)
    is_open = found.state == WRITING and SCHEME.allows(actor())
    faults = list(refused) or (scheme_service.faults_of(found) if found.state == WRITING else [])
    revisions = history.of(database(), scheme_service.KIND, found.id)
    return page(
        "facilities/grading/scheme.html",
        scheme=found,
        state=presenting.SCHEME_STATES[found.state],
        groups=presenting.scheme_groups(content),
        grades=presenting.grade_rows(content),
        points=said(content.points),
        total=said(found.total),
        partial=presenting.partial_notice(found),
        usual=load_shipped().assessors,
        usual_source=load_shipped().sources[load_shipped().assessors.source],
        faults=faults,
        is_ready=not errors_in(faults),
        is_open=is_open,
        may_copy=SCHEME.allows(actor()),
        may_begin=found.state == IN_FORCE and CLAIM.allows(actor()),
        entries=shown_revisions(
            revisions, presenting.label_in_scheme, lambda name, value: presenting.word_of(name, value, {})
        ),
        breadcrumbs=scheme_crumbs((found.name, None)),
    )


@blueprint.get("/<int:scheme_id>/edit")
def edit(scheme_id: int) -> ResponseReturnValue:
    """The head of a scheme."""
    require(actor(), SCHEME)
    found = scheme(scheme_id)
    return _head_page(_head_values(found), (), own=found)


@blueprint.post("/<int:scheme_id>/edit")
def change(scheme_id: int) -> ResponseReturnValue:
    """Change it."""
    require(actor(), SCHEME)
    found, values = scheme(scheme_id), form_values()
    try:
        scheme_service.change_head(database(), actor(), found, _facts(values), values.get("version", ""))
    except RefusedError as refusal:
        return _head_page(values, refusal.problems, own=found), 422
    flash(gettext("Saved."), "good")
    return goto(".show", scheme_id=found.id)


@blueprint.get("/<int:scheme_id>/put-in-force")
def ask_to_put_in_force(scheme_id: int) -> ResponseReturnValue:
    """Whether it shall never change again."""
    require(actor(), SCHEME)
    found = scheme(scheme_id)
    return page(
        "facilities/grading/confirm.html",
        title=str(msg("Put the scheme “%(name)s” in force", name=found.name)),
        message=gettext("From then on assessments can be made by it, and it never changes."),
        version=found.version,
        cancel_href=url_for(".show", scheme_id=found.id),
        submit_label=gettext("Put in force"),
        breadcrumbs=scheme_crumbs((found.name, url_for(".show", scheme_id=found.id))),
    )


@blueprint.post("/<int:scheme_id>/put-in-force")
def put_in_force(scheme_id: int) -> ResponseReturnValue:
    """From now on it is used, and never changes."""
    found = scheme(scheme_id)
    try:
        scheme_service.put_in_force(database(), actor(), found, request.form.get("version", ""))
    except RefusedError as refusal:
        return _show(found, refusal.problems), 422
    flash(gettext("In force: assessments can be made by it."), "good")
    return goto(".show", scheme_id=found.id)


@blueprint.get("/<int:scheme_id>/drop")
def ask_to_drop(scheme_id: int) -> ResponseReturnValue:
    """Whether to throw it away."""
    require(actor(), SCHEME)
    found = scheme(scheme_id)
    return page(
        "facilities/grading/confirm.html",
        title=str(msg("Drop the scheme “%(name)s”", name=found.name)),
        message=gettext("It is not in force; all that is written of it is lost."),
        version=found.version,
        danger=True,
        cancel_href=url_for(".show", scheme_id=found.id),
        submit_label=gettext("Drop"),
        breadcrumbs=scheme_crumbs((found.name, url_for(".show", scheme_id=found.id))),
    )


@blueprint.post("/<int:scheme_id>/drop")
def drop(scheme_id: int) -> Response:
    """Throw it away."""
    scheme_service.drop(database(), actor(), scheme(scheme_id), request.form.get("version", ""))
    flash(gettext("The scheme is dropped."), "good")
    return goto(".index")


def scheme(scheme_id: int) -> GradeScheme:
    """A scheme that the reader may see. Raises ForbiddenError, NotFoundError."""
    require(actor(), SEE)
    return queries.scheme(database(), actor(), scheme_id)


def _origin(asked: Mapping[str, str]) -> tuple[GradeScheme | None, str]:
    """What a new scheme is a copy of: one of ours, or the code of one that comes with the program."""
    copied, shipped_code = asked.get("copy", ""), asked.get("shipped", "")
    if shipped_code:
        return None, load_shipped().scheme(shipped_code).code
    if not copied:
        return None, ""
    found = queries.scheme_by_code(database(), actor(), copied.replace("\0", ""))
    if found is None:
        raise NotFoundError
    return found, ""


def _head_values(found: GradeScheme) -> dict[str, Any]:
    return {name: getattr(found, name) for name in SchemeDraft.model_fields}


def _facts(values: Mapping[str, str]) -> dict[str, object]:
    return {name: values.get(name, "") for name in SchemeDraft.model_fields}


def _head_page(
    values: Mapping[str, Any],
    problems: Sequence[Problem],
    origin: GradeScheme | None = None,
    shipped_code: str = "",
    own: GradeScheme | None = None,
) -> str:
    title = gettext("New scheme") if own is None else str(msg("Change “%(name)s”", name=own.name))
    hidden = {"copy": origin.code if origin is not None else "", "shipped": shipped_code}
    return page(
        "facilities/grading/part.html",
        title=title,
        fields=list(fields_of(SchemeDraft, values, problems).values()),
        problems=problems,
        hidden=hidden | ({"version": own.version} if own is not None else {}),
        names=[],
        notice=str(msg("Made from “%(name)s”, items and all.", name=origin.code if origin else shipped_code))
        if origin is not None or shipped_code
        else "",
        cancel=url_for(".show", scheme_id=own.id) if own is not None else url_for(".index"),
        breadcrumbs=scheme_crumbs((title, None)),
    )
