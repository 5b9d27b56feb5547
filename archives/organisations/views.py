"""The HTML door of organisations: the register, one organisation, its form, merging two, suggestions while typing."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archives.core import history
from archives.core.actors import Role
from archives.core.drafts import Reading, describe, read
from archives.core.errors import RefusedError
from archives.core.language import gettext, msg
from archives.core.permissions import require
from archives.core.problems import Problem, errors_in
from archives.organisations import queries, service
from archives.organisations.actions import AMEND, MERGE, REGISTER
from archives.organisations.drafts import OrganisationDraft
from archives.organisations.models import Organisation
from archives.organisations.queries import OrganisationFilters
from archives.web.application import database, here
from archives.web.forms import FormField, fields_of, form_values
from archives.web.guard import actor
from archives.web.pages import Entry, goto, page, pager
from archives.web.revisions import shown_revisions

blueprint = Blueprint("organisations", __name__, url_prefix="/organisations")
ENTRY = Entry(
    "Organisations",
    "building-community",
    "organisations.index",
    lambda reader: reader.is_staff or reader.is_external or reader.has(Role.AUTHORITY, Role.SYSTEM_ADMIN),
)
CONFIRMED = "confirmed"


@blueprint.get("")
def index() -> ResponseReturnValue:
    """The register, filtered."""
    filters = OrganisationFilters(request.args.get("text", "").strip(), request.args.get("merged") == "1")
    found = queries.search_page(
        database(),
        actor(),
        filters,
        here().registry.ties,
        after=request.args.get("after"),
        before=request.args.get("before"),
    )
    return page(
        "organisations/index.html",
        rows=found.rows,
        pager_of=pager(found),
        filters_of=[
            FormField("text", gettext("Name or credit code"), "text", filters.text),
            FormField("merged", gettext("Merged ones too"), "checkbox", filters.merged),
        ],
        active=bool(filters.text) + filters.merged,
        may_register=REGISTER.allows(actor()),
    )


@blueprint.get("/suggest")
def suggest() -> ResponseReturnValue:
    """Names that hold what was typed, as the options of a datalist."""
    names = queries.suggestions(database(), actor(), request.args.get("q", "").strip(), here().registry.ties)
    return render_template("organisations/suggest.html", names=names)


@blueprint.get("/<int:organisation_id>")
def show(organisation_id: int) -> ResponseReturnValue:
    """One organisation: its particulars, its projects, its history."""
    organisation = _asked(organisation_id)
    return page(
        "organisations/show.html",
        organisation=organisation,
        into=queries.by_key(database(), organisation.merged_into),
        former=queries.former_names(organisation),
        works=[works for tie in here().registry.ties for works in tie.works(database(), actor(), organisation.id)],
        part=queries.part_names(database()),
        states=here().registry.states,
        entries=shown_revisions(history.of(database(), service.KIND, organisation.id), _label, _word),
        may_amend=organisation.merged_into is None and AMEND.allows(actor(), organisation),
        may_merge=organisation.merged_into is None and MERGE.allows(actor()),
        breadcrumbs=_crumbs((organisation.name, None)),
    )


@blueprint.get("/new")
def new() -> ResponseReturnValue:
    """The form for an organisation."""
    require(actor(), REGISTER)
    return _form_page(None, {}, ())


@blueprint.post("/new")
def create() -> ResponseReturnValue:
    """Register it; what is likely the same organisation is shown first."""
    require(actor(), REGISTER)
    reading = _reading()
    problems = [*reading.problems, *service.check(database(), reading.draft)]
    if _must_ask(problems):
        return _form_page(None, form_values(), problems), 422
    organisation = service.register(database(), actor(), reading.draft)
    flash(str(msg("“%(name)s” is registered.", name=organisation.name)), "good")
    return goto(".show", organisation_id=organisation.id)


@blueprint.get("/<int:organisation_id>/edit")
def edit(organisation_id: int) -> ResponseReturnValue:
    """The form, filled."""
    organisation = _mine_to_amend(organisation_id)
    return _form_page(organisation, _values(organisation), ())


@blueprint.post("/<int:organisation_id>/edit")
def save(organisation_id: int) -> ResponseReturnValue:
    """Change what differs."""
    organisation = _mine_to_amend(organisation_id)
    reading = _reading()
    problems = [*reading.problems, *service.check(database(), reading.draft, organisation.id)]
    if _must_ask(problems):
        return _form_page(organisation, form_values(), problems), 422
    service.amend(database(), actor(), organisation, reading.draft)
    flash(gettext("Saved."), "good")
    return goto(".show", organisation_id=organisation.id)


@blueprint.post("/<int:organisation_id>/restore")
def restore(organisation_id: int) -> ResponseReturnValue:
    """Give one field its former value back."""
    revision, name = request.form.get("revision", 0, type=int), request.form.get("field", "")
    service.restore(database(), actor(), _asked(organisation_id), revision, name)
    flash(gettext("The former value is back."), "good")
    return goto(".show", organisation_id=organisation_id)


@blueprint.get("/<int:organisation_id>/merge")
def merge_form(organisation_id: int) -> ResponseReturnValue:
    """Which organisation this one is in truth."""
    require(actor(), MERGE)
    return _merge_page(_asked(organisation_id), "", ())


@blueprint.post("/<int:organisation_id>/merge")
def merge(organisation_id: int) -> ResponseReturnValue:
    """Let it be the other."""
    require(actor(), MERGE)
    duplicate, name = _asked(organisation_id), request.form.get("into", "").strip()
    into = queries.named(database(), [name]).get(name)
    if into is None:
        unknown = Problem("into.unknown", msg("There is no organisation of this name."), "into")
        return _merge_page(duplicate, name, (unknown,)), 422
    try:
        service.merge(database(), actor(), duplicate, into, here().registry.ties)
    except RefusedError as refusal:
        return _merge_page(duplicate, name, refusal.problems), 422
    flash(str(msg("“%(name)s” is merged; its projects and people moved over.", name=duplicate.name)), "good")
    return goto(".show", organisation_id=into.id)


def _asked(organisation_id: int) -> Organisation:
    return queries.by_id(database(), actor(), organisation_id, here().registry.ties)


def _mine_to_amend(organisation_id: int) -> Organisation:
    organisation = _asked(organisation_id)
    require(actor(), AMEND, organisation)
    service.refuse_merged(organisation)
    return organisation


def _reading() -> Reading[OrganisationDraft]:
    return read(OrganisationDraft, form_values(), {})


def _must_ask(problems: Sequence[Problem]) -> bool:
    """Errors must be put right; a warning must have been seen once."""
    return bool(errors_in(problems)) or bool(problems and CONFIRMED not in request.form)


def _form_page(organisation: Organisation | None, values: Mapping[str, Any], problems: Sequence[Problem]) -> str:
    return page(
        "organisations/form.html",
        organisation=organisation,
        fields=fields_of(OrganisationDraft, values, problems),
        problems=problems,
        is_warned=bool(problems) and not errors_in(problems),
        breadcrumbs=_crumbs((organisation.name if organisation else gettext("New organisation"), None)),
    )


def _merge_page(duplicate: Organisation, name: str, problems: Sequence[Problem]) -> str:
    alike = queries.facts_for(database(), [duplicate.name], [], duplicate.id).alike.values()
    field = FormField("into", gettext("It is in truth"), "organisation", name, required=True, problems=list(problems))
    return page(
        "organisations/merge.html",
        organisation=duplicate,
        field=field,
        problems=problems,
        alike=sorted({other for names in alike for other in names}),
        breadcrumbs=_crumbs((duplicate.name, url_for(".show", organisation_id=duplicate.id)), (gettext("Merge"), None)),
    )


def _values(organisation: Organisation) -> dict[str, Any]:
    return {name: getattr(organisation, name) for name in describe(OrganisationDraft)}


def _label(name: str) -> str:
    if name == "merged_into":
        return gettext("Merged into")
    described = describe(OrganisationDraft).get(name)
    return gettext(described.label) if described else ""


def _word(_name: str, value: Any) -> str:
    return "" if value is None else str(value)


def _crumbs(*way: tuple[str, str | None]) -> list[tuple[str, str | None]]:
    return [(gettext("Organisations"), url_for(".index")), *way]
