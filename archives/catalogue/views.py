"""The web door of the catalogue: lists, and the pages of volumes, items and files."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from flask import Blueprint, flash, request, url_for
from flask.typing import ResponseReturnValue

from archives.catalogue import (
    arrange_views,
    browsing,
    bulk_views,
    code_views,
    describing,
    export,
    field_views,
    presenting,
    print_views,
    queries,
    restoring,
    tree_views,
)
from archives.catalogue.actions import ARRANGE, CODE, DESCRIBE, DOWNLOAD, EDIT_MANY, PRINT, REMOVE, SEE
from archives.catalogue.description import item_raw, volume_raw
from archives.catalogue.drafts import ItemDraft, ItemFilters, VolumeDraft, VolumeFilters
from archives.catalogue.fields import further_fields, schemes_of
from archives.catalogue.models import Item, Volume
from archives.catalogue.presenting import Words, closed, crumbs, words_of
from archives.catalogue.service import ITEM, VOLUME
from archives.catalogue.texts import told_of
from archives.core import history
from archives.core.audit import Subject
from archives.core.drafts import Draft, read
from archives.core.errors import RefusedError
from archives.core.language import gettext, msg
from archives.core.permissions import require
from archives.core.problems import Problem
from archives.projects.models import Project, UnitWorks
from archives.projects.queries import by_code, field_vocabularies, fields_of_works, units_of
from archives.reference.queries import scope_leaves, scope_template
from archives.reference.service import DEFINE_FIELDS
from archives.web.application import database, here
from archives.web.forms import FormField, fields_of, form_fields, form_values, shown
from archives.web.guard import actor
from archives.web.noting import note_given
from archives.web.pages import WORKBOOK, Entry, Section, document, download, goto, page, pager

blueprint = Blueprint("catalogue", __name__, url_prefix="/catalogue")
for _part in (arrange_views, bulk_views, code_views, print_views):
    blueprint.register_blueprint(_part.blueprint)
BLUEPRINTS = (blueprint, tree_views.blueprint, field_views.blueprint)
MENU = Section(
    "Catalogue",
    (
        Entry("Volumes and items", "folders", "catalogue.volumes", SEE.allows),
        Entry("Catalogue tree", "list-tree", "catalogue_tree.index", SEE.allows),
        Entry("Own fields", "tags", "catalogue_fields.index", DEFINE_FIELDS.allows),
    ),
)
D = TypeVar("D", bound=Draft)
Values = Mapping[str, Any]


@blueprint.get("")
def volumes() -> ResponseReturnValue:
    """The volumes, narrowed by the form above them."""
    require(actor(), SEE)
    words = words_of(database())
    filters, order = _wanted(VolumeFilters, words), _order(browsing.VOLUME_ORDERS)
    found = browsing.volume_page(database(), actor(), filters, order, *_place())
    return page(
        "catalogue/volumes.html",
        words=words,
        fields=list(fields_of(VolumeFilters, request.args, (), words.vocabularies).values()),
        active=filters.count,
        order=order,
        orders=_order_links("catalogue.volumes", browsing.VOLUME_ORDERS),
        is_partial=order in browsing.PARTIAL,
        volumes=found.rows,
        around=browsing.surroundings(database(), found.rows),
        pager=pager(found),
        may_edit=EDIT_MANY.allows(actor()),
        query=_query(),
        **_of_one_project(filters),
    )


@blueprint.get("/items")
def items() -> ResponseReturnValue:
    """The items, narrowed by the form above them."""
    require(actor(), SEE)
    words = words_of(database())
    filters, order = _wanted(ItemFilters, words), _order(browsing.ITEM_ORDERS)
    found = browsing.item_page(database(), actor(), filters, order, *_place())
    return page(
        "catalogue/items.html",
        words=words,
        fields=list(fields_of(ItemFilters, request.args, (), words.vocabularies).values()),
        active=filters.count,
        order=order,
        orders=_order_links("catalogue.items", browsing.ITEM_ORDERS),
        is_partial=order in browsing.PARTIAL,
        items=found.rows,
        around=browsing.surroundings(database(), items=found.rows),
        pager=pager(found),
        query=_query(),
    )


@blueprint.get("/volumes.xlsx")
def volumes_workbook() -> ResponseReturnValue:
    """The list of volumes as a workbook."""
    require(actor(), SEE)
    filters, order = _wanted(VolumeFilters, words_of(database())), _order(browsing.VOLUME_ORDERS)
    content = export.volume_workbook(database(), actor(), filters, order)
    note_given("catalogue.list_given", Subject("volume", None, gettext("Volumes")), conditions=_query())
    return document(content, str(msg("volumes.xlsx")), WORKBOOK)


@blueprint.get("/items.xlsx")
def items_workbook() -> ResponseReturnValue:
    """The list of items as a workbook."""
    require(actor(), SEE)
    filters, order = _wanted(ItemFilters, words_of(database())), _order(browsing.ITEM_ORDERS)
    content = export.item_workbook(database(), actor(), filters, order)
    note_given("catalogue.list_given", Subject("item", None, gettext("Items")), conditions=_query())
    return document(content, str(msg("items.xlsx")), WORKBOOK)


@blueprint.get("/code/<path:archival_code>")
def by_archival_code(archival_code: str) -> ResponseReturnValue:
    """The volume that bears a code: where the square code on a spine leads."""
    found = queries.volume_by_code(database(), actor(), archival_code)
    return goto("catalogue.volume", volume_id=found.id)


@blueprint.get("/volumes/<int:volume_id>")
def volume(volume_id: int) -> ResponseReturnValue:
    """One volume: description, identifiers, contents."""
    session = database()
    shown_volume = queries.volume_by_id(session, actor(), volume_id)
    project, unit = queries.project_of(session, shown_volume), queries.unit_of_volume(session, shown_volume)
    words = words_of(session)
    contents = browsing.items_in(session, actor(), volume_id, *_place())
    files = queries.files_of(session, [item.id for item in contents.rows])
    return page(
        "catalogue/volume.html",
        volume=shown_volume,
        project=project,
        unit=unit,
        words=words,
        places=presenting.places_of(shown_volume),
        facts=presenting.facts_of_volume(session, shown_volume, words),
        technical=_technical(unit),
        related=[one for beside in here().registry.beside_volumes for one in beside(session, actor(), volume_id)],
        items=contents.rows,
        files=files,
        told=told_of(session, [file.id for file in files]),
        pager=pager(contents),
        may=_permissions(project, shown_volume),
        breadcrumbs=closed(crumbs(project, unit, shown_volume)),
    )


@blueprint.get("/volumes/<int:volume_id>/history")
def volume_history(volume_id: int) -> ResponseReturnValue:
    """What a volume's fields were before, with the way back."""
    session = database()
    known = queries.volume_by_id(session, actor(), volume_id)
    return _history_page(VOLUME, known, known)


@blueprint.get("/projects/<code>/volumes/new")
def new_volume(code: str) -> ResponseReturnValue:
    """The form for a new volume."""
    project = by_code(database(), actor(), code)
    require(actor(), DESCRIBE, queries.standing(database(), project))
    return _volume_form(project, {"unit": request.args.get("unit", "")})


@blueprint.post("/projects/<code>/volumes/new")
def add_volume(code: str) -> ResponseReturnValue:
    """Add a volume."""
    project = by_code(database(), actor(), code)
    try:
        saved = describing.save_volume(database(), actor(), project, form_values())
    except RefusedError as refusal:
        return _volume_form(project, form_values(), refusal.problems), 422
    _tell(saved.remarks, gettext("The volume was added."))
    return goto("catalogue.volume", volume_id=saved.id)


@blueprint.get("/volumes/<int:volume_id>/edit")
def edit_volume(volume_id: int) -> ResponseReturnValue:
    """The form of a volume."""
    known = queries.volume_by_id(database(), actor(), volume_id)
    project, unit = queries.project_of(database(), known), queries.unit_of_volume(database(), known)
    require(actor(), DESCRIBE, queries.standing(database(), project, known.state))
    raw = volume_raw(known, unit.code if unit else "", queries.secrecy_names(database()))
    return _volume_form(project, raw, known=known)


@blueprint.post("/volumes/<int:volume_id>/edit")
def save_volume(volume_id: int) -> ResponseReturnValue:
    """Amend a volume."""
    known = queries.volume_by_id(database(), actor(), volume_id)
    project = queries.project_of(database(), known)
    try:
        saved = describing.save_volume(database(), actor(), project, form_values(), known, _version())
    except RefusedError as refusal:
        return _volume_form(project, form_values(), refusal.problems, known), 422
    _tell(saved.remarks, gettext("The volume was saved."))
    return goto("catalogue.volume", volume_id=volume_id)


@blueprint.route("/volumes/<int:volume_id>/remove", methods=["GET", "POST"])
def remove_volume(volume_id: int) -> ResponseReturnValue:
    """Take a volume that is not in the holdings out of the catalogue."""
    known = queries.volume_by_id(database(), actor(), volume_id)
    project = queries.project_of(database(), known)
    if request.method == "GET":
        return _confirm_removal(gettext("Remove the volume"), url_for("catalogue.volume", volume_id=volume_id))
    describing.remove_volume(database(), actor(), known)
    flash(gettext("The volume was removed."), "good")
    return goto("catalogue.volumes", project=project.code)


@blueprint.get("/items/<int:item_id>")
def item(item_id: int) -> ResponseReturnValue:
    """One item: description and electronic files."""
    session = database()
    shown_item, holder = queries.item_by_id(session, actor(), item_id)
    project, unit = queries.project_of(session, holder), queries.unit_of_volume(session, holder)
    words = words_of(session)
    way = [*crumbs(project, unit, holder), (shown_item.title, None)]
    files = queries.files_of(session, [item_id])
    return page(
        "catalogue/item.html",
        item=shown_item,
        volume=holder,
        project=project,
        words=words,
        facts=presenting.facts_of_item(session, shown_item, holder.class_code, words),
        files=files,
        told=told_of(session, [file.id for file in files]),
        may=_permissions(project, holder),
        breadcrumbs=way,
    )


@blueprint.get("/items/<int:item_id>/history")
def item_history(item_id: int) -> ResponseReturnValue:
    """What an item's fields were before, with the way back."""
    known, holder = queries.item_by_id(database(), actor(), item_id)
    return _history_page(ITEM, known, holder)


@blueprint.get("/volumes/<int:volume_id>/items/new")
def new_item(volume_id: int) -> ResponseReturnValue:
    """The form for a new item."""
    holder = queries.volume_by_id(database(), actor(), volume_id)
    project = queries.project_of(database(), holder)
    require(actor(), DESCRIBE, queries.standing(database(), project, holder.state))
    return _item_form(project, holder, {"sequence": queries.last_sequence(database(), volume_id) + 1})


@blueprint.post("/volumes/<int:volume_id>/items/new")
def add_item(volume_id: int) -> ResponseReturnValue:
    """Add an item."""
    holder = queries.volume_by_id(database(), actor(), volume_id)
    try:
        saved = describing.save_item(database(), actor(), holder, form_values())
    except RefusedError as refusal:
        project = queries.project_of(database(), holder)
        return _item_form(project, holder, form_values(), refusal.problems), 422
    _tell(saved.remarks, gettext("The item was added."))
    return goto("catalogue.volume", volume_id=volume_id)


@blueprint.get("/items/<int:item_id>/edit")
def edit_item(item_id: int) -> ResponseReturnValue:
    """The form of an item."""
    known, holder = queries.item_by_id(database(), actor(), item_id)
    project = queries.project_of(database(), holder)
    require(actor(), DESCRIBE, queries.standing(database(), project, holder.state))
    raw = item_raw(known, holder, "", queries.secrecy_names(database()))
    return _item_form(project, holder, raw, known=known)


@blueprint.post("/items/<int:item_id>/edit")
def save_item(item_id: int) -> ResponseReturnValue:
    """Amend an item."""
    known, holder = queries.item_by_id(database(), actor(), item_id)
    try:
        saved = describing.save_item(database(), actor(), holder, form_values(), known, _version())
    except RefusedError as refusal:
        project = queries.project_of(database(), holder)
        return _item_form(project, holder, form_values(), refusal.problems, known), 422
    _tell(saved.remarks, gettext("The item was saved."))
    return goto("catalogue.item", item_id=item_id)


@blueprint.route("/items/<int:item_id>/remove", methods=["GET", "POST"])
def remove_item(item_id: int) -> ResponseReturnValue:
    """Take an item that is not in the holdings out of the catalogue."""
    known, holder = queries.item_by_id(database(), actor(), item_id)
    if request.method == "GET":
        return _confirm_removal(gettext("Remove the item"), url_for("catalogue.item", item_id=item_id))
    describing.remove_item(database(), actor(), known, holder)
    flash(gettext("The item was removed."), "good")
    return goto("catalogue.volume", volume_id=holder.id)


@blueprint.post("/volumes/<int:volume_id>/restore")
def restore_volume(volume_id: int) -> ResponseReturnValue:
    """Give one field of a volume back the value that a revision took from it."""
    known = queries.volume_by_id(database(), actor(), volume_id)
    restoring.restore_volume(database(), actor(), known, *_revision())
    flash(gettext("Restored."), "good")
    return goto("catalogue.volume_history", volume_id=volume_id)


@blueprint.post("/items/<int:item_id>/restore")
def restore_item(item_id: int) -> ResponseReturnValue:
    """Give one field of an item back the value that a revision took from it."""
    known, holder = queries.item_by_id(database(), actor(), item_id)
    restoring.restore_item(database(), actor(), known, holder, *_revision())
    flash(gettext("Restored."), "good")
    return goto("catalogue.item_history", item_id=item_id)


@blueprint.get("/files/<int:file_id>")
def file(file_id: int) -> ResponseReturnValue:
    """An electronic file to keep."""
    found, item, _ = queries.file_by_id(database(), actor(), file_id)
    require(actor(), DOWNLOAD)
    note_given("catalogue.file_given", Subject("item", item.id, item.title), name=found.name, sha256=found.sha256)
    return download(here().files.path(found.sha256), found.name, found.media_type)


def _wanted(filters: type[D], words: Words) -> D:
    """What the list is narrowed to; what cannot be read does not narrow."""
    return read(filters, request.args, words.vocabularies).draft


def _order(known: Mapping[str, object]) -> str:
    order = request.args.get("order", "newest")
    return order if order in known else "newest"


def _place() -> tuple[str | None, str | None]:
    return request.args.get("after"), request.args.get("before")


def _query() -> dict[str, str]:
    """The conditions as they stand in the address: to be saved, exported and changed together."""
    return {name: value for name, value in request.args.items() if value and name not in {"after", "before"}}


def _of_one_project(filters: VolumeFilters) -> dict[str, Any]:
    """The project that the list is narrowed to: the way to it, and what may be done there."""
    project = queries.project_by_code(database(), actor(), filters.project) if filters.project else None
    if project is None:
        return {"project": None}
    standing = queries.standing(database(), project)
    rows = {"describe": DESCRIBE, "code": CODE, "print": PRINT}
    way = [(gettext("Catalogue"), url_for("catalogue.volumes")), (project.name, _project_url(project))]
    return {
        "project": project,
        "unit": filters.unit,
        "may": {name: row.allows(actor(), standing) for name, row in rows.items()},
        "breadcrumbs": [*way, (filters.unit or gettext("Volumes"), None)],
    }


def _project_url(project: Project) -> str:
    return url_for("projects.show", code=project.code)


def _order_links(endpoint: str, known: Mapping[str, object]) -> dict[str, str]:
    kept: dict[str, Any] = _query()
    return {order: url_for(endpoint, **{**kept, "order": order}) for order in known}


def _version() -> int | None:
    version = request.form.get("version", "")
    return int(version) if version.isdecimal() else None


def _revision() -> tuple[int, str]:
    """Which revision's value of which field is wanted back."""
    return request.form.get("revision", 0, type=int), request.form.get("field", "")


def _permissions(project: Project, volume: Volume) -> dict[str, bool]:
    standing = queries.standing(database(), project, volume.state)
    rows = {"describe": DESCRIBE, "remove": REMOVE, "arrange": ARRANGE, "code": CODE, "print": PRINT}
    return {name: row.allows(actor(), standing) for name, row in rows.items()} | {"download": DOWNLOAD.allows(actor())}


def _technical(unit: UnitWorks | None) -> list[dict[str, Any]]:
    """The technical data of the unit works, those that are given."""
    if unit is None:
        return []
    described = fields_of_works(database(), unit.works_type)
    values = {f"technical.{key}": value for key, value in unit.technical.items()}
    return [
        {"label": field.label, "value": shown(values[field.name]), "unit": field.unit}
        for field in described
        if field.name in values
    ]


def _tell(remarks: Sequence[Problem], done: str) -> None:
    flash(done, "good")
    for remark in remarks:
        flash(str(remark.message), "warning")


def _confirm_removal(title: str, back: str) -> str:
    message = gettext("It is taken out of the catalogue with everything in it. The audit keeps what it was.")
    return page("layouts/confirm.html", title=title, message=message, cancel_href=back, submit_label=title, danger=True)


def _history_page(kind: str, known: Volume | Item, holder: Volume) -> str:
    session = database()
    project, unit = queries.project_of(session, holder), queries.unit_of_volume(session, holder)
    further = further_fields(session, kind, holder.class_code)
    revisions = history.of(session, kind, known.id)
    names = {"unit_id": queries.unit_names(session, project.id), "volume_id": _former_volumes(revisions)}
    way = crumbs(project, unit, holder)
    return page(
        "catalogue/history.html",
        kind=kind,
        record=known,
        volume=holder,
        entries=presenting.timeline(revisions, kind, further, words_of(session), names),
        may=_permissions(project, holder),
        breadcrumbs=way if kind == VOLUME else [*way, (known.title, url_for("catalogue.item", item_id=known.id))],
    )


def _former_volumes(revisions: Sequence[history.Revision]) -> dict[int, str]:
    """The volumes that a history names."""
    pairs = [json.loads(revision.changes).get("volume_id", []) for revision in revisions]
    return queries.volume_names(database(), actor(), {one for pair in pairs for one in pair if one})


def _volume_form(
    project: Project, values: Values, problems: Sequence[Problem] = (), known: Volume | None = None
) -> str:
    session = database()
    words = words_of(session)
    drawn = fields_of(VolumeDraft, values, problems, words.vocabularies)
    units = units_of(session, project.id)
    _as_choice(drawn["unit"], [("", gettext("The project itself")), *((u.code, f"{u.code} {u.name}") for u in units)])
    drawn["unit"].readonly = drawn["volume_no"].readonly = known is not None
    drawn["title"].kind = "textarea"  # long, though one line
    unit = queries.unit_of_volume(session, known) if known else None
    if known is not None:
        drawn["unit"].value, drawn["volume_no"].value = unit.code if unit else "", known.volume_no
    way = crumbs(project, unit, known)
    return page(
        "catalogue/volume_form.html",
        known=known,
        fields=drawn,
        further=_further_fields(VOLUME, known.class_code if known else project.class_code, values, problems),
        problems=problems,
        cancel=way[-1][1],
        breadcrumbs=[*way, (gettext("Edit") if known else gettext("New volume"), None)],
    )


def _item_form(
    project: Project, holder: Volume, values: Values, problems: Sequence[Problem] = (), known: Item | None = None
) -> str:
    session = database()
    drawn = fields_of(ItemDraft, values, problems, words_of(session).vocabularies)
    leaves = scope_leaves(session, scope_template(session, project.works_type))
    if leaves:
        _as_choice(drawn["scope_code"], [("", "—"), *((leaf.code, f"{leaf.code} {leaf.name}") for leaf in leaves)])
    drawn["sequence"].readonly = known is not None
    drawn["title"].kind = "textarea"
    if known is not None:
        drawn["sequence"].value = known.sequence
    way = crumbs(project, queries.unit_of_volume(session, holder), holder)
    cancel = url_for("catalogue.item", item_id=known.id) if known else way[-1][1]
    return page(
        "catalogue/item_form.html",
        known=known,
        volume=holder,
        fields=drawn,
        further=_further_fields(ITEM, holder.class_code, values, problems),
        problems=problems,
        cancel=cancel,
        breadcrumbs=[*way, (known.title if known else gettext("New item"), None)],
    )


def _as_choice(field: FormField, choices: list[tuple[str, str]]) -> None:
    field.kind, field.choices = "select", choices


def _further_fields(kind: str, class_code: str, values: Values, problems: Sequence[Problem]) -> list[FormField]:
    described = further_fields(database(), kind, class_code)
    vocabularies = field_vocabularies(database(), schemes_of(kind, class_code))
    return list(form_fields(described, values, problems, vocabularies).values())
