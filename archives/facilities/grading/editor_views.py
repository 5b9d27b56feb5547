"""The web door of a scheme's parts: groups, items and grades are added, changed, moved and taken out."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, flash, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from archives.core.drafts import Draft
from archives.core.errors import NotFoundError, RefusedError
from archives.core.language import Message, gettext, msg
from archives.core.permissions import require
from archives.core.problems import Problem
from archives.facilities.actions import SCHEME
from archives.facilities.grading import scheme_service
from archives.facilities.grading.content import Content, Grade, Group, Item, Way
from archives.facilities.grading.drafts import GradeDraft, GroupDraft, ItemDraft
from archives.facilities.grading.figures import labels
from archives.facilities.grading.frame import scheme_crumbs
from archives.facilities.grading.models import GradeScheme
from archives.facilities.grading.scheme_service import content_of
from archives.facilities.grading.scheme_views import scheme
from archives.facilities.queries import lists
from archives.facilities.vocabularies import vocabularies
from archives.web.application import database
from archives.web.forms import fields_of, form_values
from archives.web.guard import actor
from archives.web.pages import goto, page

blueprint = Blueprint("facility_scheme_parts", __name__, url_prefix="/facilities/grading/schemes/<int:scheme_id>")
KINDS: Mapping[str, tuple[type[Draft], Message, Message]] = {
    "groups": (GroupDraft, msg("New group"), msg("Change the group")),
    "items": (ItemDraft, msg("New item of the scheme"), msg("Change the item")),
    "grades": (GradeDraft, msg("New grade"), msg("Change the grade")),
}
"""Draft and titles of each kind of part, by its name in the address."""


@blueprint.get("/<kind>/new")
def new(scheme_id: int, kind: str) -> ResponseReturnValue:
    """The form of a new part."""
    require(actor(), SCHEME)
    return _form(scheme(scheme_id), kind, "", {}, ())


@blueprint.get("/<kind>/<key>")
def edit(scheme_id: int, kind: str, key: str) -> ResponseReturnValue:
    """The form of a part as it is."""
    require(actor(), SCHEME)
    found = scheme(scheme_id)
    return _form(found, kind, key, _values(content_of(found), kind, key), ())


@blueprint.post("/<kind>/new")
def add(scheme_id: int, kind: str) -> ResponseReturnValue:
    """Add it."""
    return _put(scheme_id, kind, "")


@blueprint.post("/<kind>/<key>")
def change(scheme_id: int, kind: str, key: str) -> ResponseReturnValue:
    """Change it."""
    return _put(scheme_id, kind, key)


@blueprint.post("/move")
def move(scheme_id: int) -> Response:
    """Move a group or an item one place."""
    key = request.form.get("key", "")
    way: Way = "up" if request.form.get("way") == "up" else "down"
    scheme_service.move(database(), actor(), scheme(scheme_id), key, way, request.form.get("version", ""))
    return goto("facility_schemes.show", scheme_id=scheme_id, _anchor=f"field-{key}")


@blueprint.get("/<kind>/<key>/take-out")
def ask_to_take_out(scheme_id: int, kind: str, key: str) -> ResponseReturnValue:
    """Whether to take a part out."""
    require(actor(), SCHEME)
    found = scheme(scheme_id)
    values = _values(content_of(found), kind, key)
    return page(
        "facilities/grading/confirm.html",
        title=str(msg("Take out “%(what)s”", what=values.get("wording") or values["name"])),
        message=gettext("A group goes with all its items.")
        if kind == "groups"
        else gettext("It is taken out of the scheme."),
        version=found.version,
        danger=True,
        cancel_href=url_for("facility_schemes.show", scheme_id=found.id),
        submit_label=gettext("Take out of the scheme"),
        breadcrumbs=scheme_crumbs((found.name, url_for("facility_schemes.show", scheme_id=found.id))),
    )


@blueprint.post("/<kind>/<key>/take-out")
def take_out(scheme_id: int, kind: str, key: str) -> Response:
    """Take it out."""
    found = scheme(scheme_id)
    _values(content_of(found), kind, key)
    scheme_service.take_out(database(), actor(), found, key, request.form.get("version", ""))
    flash(gettext("Taken out."), "good")
    return goto("facility_schemes.show", scheme_id=scheme_id)


def _put(scheme_id: int, kind: str, key: str) -> ResponseReturnValue:
    require(actor(), SCHEME)
    found, values = scheme(scheme_id), form_values()
    facts = {name: values.get(name, "") for name in _kind(kind)[0].model_fields}
    version = values.get("version", "")
    try:
        if kind == "groups":
            scheme_service.put_group(database(), actor(), found, facts, version, key)
        elif kind == "items":
            group = values.get("group", "")
            scheme_service.put_item(database(), actor(), found, facts, version, group=group, key=key)
        else:
            scheme_service.put_grade(database(), actor(), found, facts, version, key)
    except RefusedError as refusal:
        return _form(found, kind, key, values, refusal.problems), 422
    flash(gettext("Saved."), "good")
    if kind == "items" and not key and values.get("then") == "more":
        return goto(".new", scheme_id=scheme_id, kind=kind, group=values.get("group", ""))
    return goto("facility_schemes.show", scheme_id=scheme_id)


def _kind(kind: str) -> tuple[type[Draft], Message, Message]:
    if kind not in KINDS:
        raise NotFoundError
    return KINDS[kind]


def _values(content: Content, kind: str, key: str) -> dict[str, Any]:
    """A part as its form shows it. Raises NotFoundError."""
    _kind(kind)
    part = {"groups": content.group, "items": content.item, "grades": content.grade}[kind](key)
    match part:
        case Group():
            return {"name": part.name}
        case Item():
            own = {"wording": part.text, "own_number": part.number, "points": part.points}
            return {**own, "evidence": part.evidence, "formula": part.formula}
        case Grade():
            return {"name": part.name, "least": part.least, "national": part.national}
    raise NotFoundError


def _form(found: GradeScheme, kind: str, key: str, values: Mapping[str, Any], problems: Sequence[Problem]) -> str:
    draft, adding, changing = _kind(kind)
    title = str(changing if key else adding)
    group = content_of(found).group(str(values.get("group") or request.args.get("group", "")))
    if kind == "items" and not key and group is None:
        raise NotFoundError
    here = url_for("facility_schemes.show", scheme_id=found.id)
    return page(
        "facilities/grading/part.html",
        title=title,
        fields=list(fields_of(draft, values, problems, vocabularies()).values()),
        problems=problems,
        hidden={"version": found.version, "group": group.key if group is not None and not key else ""},
        names=[{"name": name, "label": label} for name, label in labels(lists(database())).items()]
        if kind == "items"
        else [],
        notice=str(msg("In the group “%(name)s”", name=group.name)) if kind == "items" and group is not None else "",
        cancel=here,
        breadcrumbs=scheme_crumbs((found.name, here), (title, None)),
    )
