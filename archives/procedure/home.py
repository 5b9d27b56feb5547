"""The first page of everybody: what waits, what is due, what is late; and the register of what is late."""

from collections import Counter
from datetime import date
from io import BytesIO
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from archives.core import clock as time
from archives.core.actors import ADMINISTRATORS, Actor
from archives.core.language import msg
from archives.core.registry import Todo
from archives.core.sheets.columns import Column
from archives.core.sheets.write import Table, write_table
from archives.procedure import worklist
from archives.procedure.workflow import PHASE_LABELS, STATES, WITHDRAWN
from archives.procedure.worklist import Due
from archives.web.application import database, here
from archives.web.guard import actor
from archives.web.pages import WORKBOOK, Entry, Section, document, page, pager

blueprint = Blueprint("home", __name__)
register = Blueprint("overdue", __name__, url_prefix="/overdue")
BLUEPRINTS = (blueprint, register)
SHORT = 10
PAGE = 15
"""Rows of a list that only points to a longer one."""
MOST_EXPORTED = 20_000


def sees_projects(reader: Actor) -> bool:
    """Whether there can be projects for the reader at all; the three administrators see none."""
    return reader.is_unrestricted or bool(reader.roles - ADMINISTRATORS)


def everybody(_reader: Actor) -> bool:
    """The first page is for all."""
    return True


MENU = Section(
    "Work",
    (
        Entry("Home", "home", "home.show", everybody),
        Entry("Overdue", "hourglass", "overdue.show_overdue", sees_projects),
    ),
)


@blueprint.get("/")
def show() -> ResponseReturnValue:
    """What waits for the reader, what is due this week, what is overdue, and a few figures."""
    after, before = request.args.get("after"), request.args.get("before")
    shown, waiting = worklist.waiting_page(database(), actor(), PAGE, after, before)
    figures = worklist.figures(database(), actor())
    todos = _todos()
    return page(
        "home/show.html",
        waiting=waiting,
        waiting_total=shown.total + len(todos),
        pager=pager(shown),
        todos=todos,
        figures=figures,
        this_week=worklist.due_this_week(database(), actor(), SHORT),
        overdue=worklist.overdue(database(), actor(), SHORT),
        missing=worklist.missing_documents(database(), actor(), SHORT),
        phases=_projects_by_phase(),
        states=STATES,
        sees_projects=sees_projects(actor()),
    )


@register.get("")
def show_overdue() -> ResponseReturnValue:
    """The register of what is overdue, with the clause and the range of the fine."""
    shown = worklist.overdue_page(database(), actor(), request.args.get("after"), request.args.get("before"))
    return page(
        "home/overdue.html",
        rows=worklist.with_projects(database(), shown.rows),
        missing=worklist.missing_documents(database(), actor(), SHORT * 10),
        pager=pager(shown),
        sheet_href=url_for(".workbook"),
        breadcrumbs=[(msg("Home"), url_for("home.show")), (msg("Overdue"), None)],
    )


@register.get("/register.xlsx")
def workbook() -> ResponseReturnValue:
    """The register as a workbook."""
    late = worklist.overdue(database(), actor(), MOST_EXPORTED)
    missing = worklist.missing_documents(database(), actor(), MOST_EXPORTED)
    target = BytesIO()
    write_table(
        target,
        Table(str(msg("Overdue")), _COLUMNS, map(_row, late)),
        Table(str(msg("Missing documents")), _COLUMNS, map(_row, missing)),
    )
    return document(target.getvalue(), f"{msg('Overdue')}-{time.today()}.xlsx", WORKBOOK)


def _todos() -> list[Todo]:
    """What the other features have for the reader, the most urgent first."""
    found = [todo for source in here().registry.todos for todo in source(database(), actor())]
    return sorted(found, key=lambda todo: todo.due_on or date.max)


def _projects_by_phase() -> list[dict[str, Any]]:
    """How many projects are in each phase; withdrawn ones are in none."""
    numbers: Counter[Any] = Counter()
    for state, number in worklist.by_state(database(), actor()).items():
        if state != WITHDRAWN:
            numbers[STATES[state].phase] += number
    return [{"label": label, "number": numbers[phase]} for phase, label in PHASE_LABELS.items()]


_COLUMNS = (
    Column("code", msg("Project code"), width=16),
    Column("project", msg("Project name"), width=36),
    Column("client", msg("Client"), width=30),
    Column("name", msg("Deadline"), width=30),
    Column("due_on", msg("Due on"), kind="date"),
    Column("days", msg("Days overdue"), kind="integer"),
    Column("clause", msg("Clause"), width=44),
    Column("fine", msg("Fine"), width=36),
)


def _row(due: Due) -> dict[str, Any]:
    return {
        "code": due.project.code,
        "project": due.project.name,
        "client": due.project.client.name,
        "name": due.name,
        "due_on": due.due_on,
        "days": -due.days_left,
        "clause": due.clause,
        "fine": due.fine,
    }
