"""The door of sheets: the log, the request, one sheet with its steps, its copies; and the public page that verifies."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from flask import Blueprint, flash, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from archives.core.actors import Actor
from archives.core.errors import ForbiddenError, NotFoundError, RefusedError
from archives.core.language import gettext, msg
from archives.core.permissions import require
from archives.core.problems import Problem
from archives.core.sheets.values import ValueFault, as_date
from archives.pipelines.actions import ASK_SHEET, CHECK_SHEET, HANDLE_SHEET, SIGN_SHEET
from archives.pipelines.models import Sheet
from archives.pipelines.sheets import presenting as sheet_presenting
from archives.pipelines.sheets import press as sheet_press
from archives.pipelines.sheets import queries as sheet_queries
from archives.pipelines.sheets import service as sheets
from archives.pipelines.sheets.content import compose, content_of
from archives.pipelines.sheets.queries import SheetFilter, sheet_by_id
from archives.pipelines.sheets.rules import CODE_LENGTH, ISSUED, STATES, WITHDRAWN
from archives.projects.queries import by_code
from archives.web.application import database, here, released
from archives.web.forms import form_values
from archives.web.guard import actor, public
from archives.web.pages import WORKBOOK, Entry, document, goto, page, pager

blueprint = Blueprint("pipeline_sheets", __name__, url_prefix="/pipelines/sheets")
verification = Blueprint("verification", __name__, url_prefix="/verify")
BLUEPRINTS = (blueprint, verification)
ENTRY = Entry("Sheets of existing pipelines", "file-certificate", "pipeline_sheets.index", ASK_SHEET.allows)
NARROWING = ("words", "state", "project", "first", "last")
Ending = Callable[[Session, Actor, Sheet, Mapping[str, object]], None]
"""A verb that ends a sheet, for a reason."""
LONGEST_CODE = 4 * CODE_LENGTH
"""Longer texts are no code, however they are spaced."""


@blueprint.get("")
def index() -> ResponseReturnValue:
    """The log of who asked for what, filtered."""
    require(actor(), ASK_SHEET)
    wanted = _filter()
    found = sheet_queries.log_page(
        database(), actor(), wanted, after=request.args.get("after"), before=request.args.get("before")
    )
    return page(
        "pipelines/sheets/index.html",
        rows=sheet_presenting.log_rows(database(), found.rows),
        pager_of=pager(found),
        filters_of=sheet_presenting.filter_fields(wanted),
        active=sum(map(bool, (wanted.words, wanted.state, wanted.project, wanted.first, wanted.last))),
        workbook_href=url_for(".workbook", **_asked_for()),
    )


@blueprint.get("/log.xlsx")
def workbook() -> ResponseReturnValue:
    """The log as a workbook, filtered as the page is."""
    require(actor(), ASK_SHEET)
    found = sheet_queries.whole_log(database(), actor(), _filter())
    return document(sheet_presenting.log_workbook(database(), found), f"{gettext('Log of sheets')}.xlsx", WORKBOOK)


def _asked_for() -> dict[str, Any]:
    """The query as it came, for an address that keeps it."""
    return {name: request.args[name] for name in NARROWING if request.args.get(name)}


def _filter() -> SheetFilter:
    state = request.args.get("state", "")
    return SheetFilter(
        words=request.args.get("words", "").strip(),
        state=state if state in STATES else "",
        first=_day("first"),
        last=_day("last"),
        project=request.args.get("project", "").strip(),
    )


def _day(name: str) -> date | None:
    """A day of the query; what is none narrows nothing."""
    try:
        return as_date(request.args.get(name, ""))
    except ValueFault:
        return None


@blueprint.get("/new")
def new() -> ResponseReturnValue:
    """The request form, for an area and, if it is named, for a project."""
    require(actor(), ASK_SHEET)
    values = {"area": request.args.get("area", ""), **_of_project(request.args.get("project", ""))}
    return _request_page(values, [], ())


def _of_project(code: str) -> dict[str, str]:
    """What is known of a project already."""
    if not code:
        return {}
    project = by_code(database(), actor(), code)
    return {"project": project.code, "project_name": project.name, "recipient": project.client.name}


@blueprint.post("/new")
def create() -> ResponseReturnValue:
    """Ask; with problems, the same form again with each at its field."""
    values, kinds = form_values(), request.form.getlist("kinds")
    area = request.form.get("area", "")
    try:
        area_id = int(area) if area.isdecimal() and len(area) < 10 else None
        sheet = sheets.ask(database(), actor(), values, area_id, kinds)
    except RefusedError as refusal:
        database().rollback()
        return _request_page(values, kinds, refusal.problems), 422
    flash(str(msg("Sheet %(number)s is asked for.", number=sheet.number)), "good")
    return goto(".show", sheet_id=sheet.id)


def _request_page(values: dict[str, Any], kinds: list[str], problems: tuple[Problem, ...]) -> str:
    fields = sheet_presenting.request_fields(database(), actor(), values, kinds, problems)
    return page(
        "pipelines/sheets/new.html",
        fields=fields,
        problems=problems,
        map_href=_map_href(),
        breadcrumbs=[(gettext("Sheets of existing pipelines"), url_for(".index")), (gettext("New request"), None)],
    )


def _map_href(area: int | None = None) -> str:
    """The map, where there is one."""
    return url_for("pipeline_map.show", area=area) if "pipeline_map.show" in here().view_functions else ""


# One sheet


@blueprint.get("/<int:sheet_id>")
def show(sheet_id: int) -> ResponseReturnValue:
    """One sheet: what was asked, where it stands, what the reader may do, its copies."""
    return _sheet_page(sheet_by_id(database(), actor(), sheet_id), {}, ())


def _sheet_page(sheet: Sheet, values: dict[str, str], problems: tuple[Problem, ...]) -> str:
    reader = actor()
    row = sheet_presenting.log_rows(database(), [sheet])[0]
    return page(
        "pipelines/sheets/show.html",
        sheet=sheet,
        row=row,
        steps_of=sheet_presenting.step_bar(sheet),
        entries=sheet_presenting.timeline(sheet),
        next=sheet_presenting.next_step(reader, sheet),
        may_preview=_may_preview(),
        may_withdraw=sheet.state == ISSUED and SIGN_SHEET.allows(reader),
        may_take=sheet.state == ISSUED or (sheet.state == WITHDRAWN and reader.is_staff),
        reason=values.get("reason", ""),
        problems=problems,
        map_href=_map_href(sheet.area_id),
        breadcrumbs=[(gettext("Sheets of existing pipelines"), url_for(".index")), (sheet.number, None)],
    )


def _may_preview() -> bool:
    return any(step.allows(actor()) for step in (HANDLE_SHEET, CHECK_SHEET, SIGN_SHEET))


@blueprint.get("/<int:sheet_id>/preview.pdf")
def preview(sheet_id: int) -> ResponseReturnValue:
    """The sheet as it would be, marked as no paper: made up afresh until the handler has done so."""
    sheet = sheet_by_id(database(), actor(), sheet_id)
    if not _may_preview():
        raise ForbiddenError
    content = content_of(sheet, here().files) if sheet.content_sha256 else compose(database(), sheet)
    if content.rank > actor().clearance:
        raise ForbiddenError(msg("The sheet shows lines that are more secret than you may see."))
    return document(sheet_press.preview(database(), sheet, content), f"{sheet.number}-{gettext('preview')}.pdf")


@blueprint.get("/<int:sheet_id>/copies/<int:copy>.pdf")
def copy_of(sheet_id: int, copy: int) -> ResponseReturnValue:
    """A copy as it was issued, byte for byte."""
    sheet = sheet_by_id(database(), actor(), sheet_id)
    if sheet.state == WITHDRAWN and not actor().is_staff:
        raise ForbiddenError(msg("This sheet was withdrawn."))
    found = next((one for one in sheet.prints if one["copy"] == copy), None)
    if found is None:
        raise NotFoundError
    return document(here().files.path(found["sha256"]).read_bytes(), f"{sheet.number}-{copy}.pdf")


@blueprint.post("/<int:sheet_id>/handle")
def handle(sheet_id: int) -> ResponseReturnValue:
    """Make the sheet up from what the archive holds today."""
    sheet = sheet_by_id(database(), actor(), sheet_id)
    sheets.check_step(actor(), sheet, sheets.HANDLE)
    with here().files.on_trial() as files:
        with released(), here().backend.reading() as beside:
            content = compose(beside, sheet_by_id(beside, actor(), sheet_id))
        sheets.handle(database(), actor(), sheet, content, files)
    flash(str(msg("The sheet is made up and waits for the check.")), "good")
    return goto(".show", sheet_id=sheet_id)


@blueprint.post("/<int:sheet_id>/check")
def check(sheet_id: int) -> ResponseReturnValue:
    """Confirm the check."""
    sheets.check(database(), actor(), sheet_by_id(database(), actor(), sheet_id))
    flash(str(msg("The sheet is checked and waits for the signature.")), "good")
    return goto(".show", sheet_id=sheet_id)


@blueprint.post("/<int:sheet_id>/sign")
def sign(sheet_id: int) -> ResponseReturnValue:
    """Sign, number and print every copy; from now on the public page knows the sheet."""
    sheet = sheet_by_id(database(), actor(), sheet_id)
    order = sheets.prepare(database(), actor(), sheet, here().files, url_for("verification.show", _external=True))
    with here().files.on_trial() as files:
        with released():
            prints = sheet_press.press(order, files)
        sheets.sign(database(), actor(), sheet, order, prints)
    flash(str(msg("The sheet is issued.")), "good")
    return goto(".show", sheet_id=sheet_id)


@blueprint.post("/<int:sheet_id>/refuse")
def refuse(sheet_id: int) -> ResponseReturnValue:
    """Refuse it, with a reason."""
    return _ended(sheet_id, sheets.refuse)


@blueprint.post("/<int:sheet_id>/withdraw")
def withdraw(sheet_id: int) -> ResponseReturnValue:
    """Declare it void, with a reason."""
    return _ended(sheet_id, sheets.withdraw)


def _ended(sheet_id: int, verb: Ending) -> ResponseReturnValue:
    sheet, values = sheet_by_id(database(), actor(), sheet_id), form_values()
    try:
        verb(database(), actor(), sheet, values)
    except RefusedError as refusal:
        database().rollback()
        return _sheet_page(sheet_by_id(database(), actor(), sheet_id), values, refusal.problems), 422
    flash(gettext("Done."), "good")
    return goto(".show", sheet_id=sheet_id)


# The public page


@verification.get("", endpoint="show")
@public
def verify() -> ResponseReturnValue:
    """Whether a sheet counts, for anybody who holds it: number, day and standing, and nothing else."""
    code = request.args.get("code", "").strip()[:LONGEST_CODE]
    found = sheet_queries.verified(database(), code) if code else None
    shown = page(
        "pipelines/sheets/verify.html",
        code=code,
        standing=sheet_presenting.standing(found) if found else None,
    )
    return shown, 404 if code and found is None else 200
