"""Sheets as pages show them: the log's rows and its workbook, the step bar, the timeline, the request form."""

from collections.abc import Mapping, Sequence
from datetime import date
from io import BytesIO
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from archives.core.actors import Actor
from archives.core.clock import local, today
from archives.core.errors import NotFoundError
from archives.core.language import Message, gettext, msg
from archives.core.problems import Problem
from archives.core.registry import Todo
from archives.core.sheets.columns import Column
from archives.core.sheets.write import Table, write_table
from archives.pipelines.areas import service as areas
from archives.pipelines.drafts import SheetDraft
from archives.pipelines.models import SavedArea, Sheet
from archives.pipelines.sheets import queries as sheet_queries
from archives.pipelines.sheets import service as sheets
from archives.pipelines.sheets.queries import SheetFilter, people_of
from archives.pipelines.sheets.rules import (
    CHECKED,
    EXPIRED,
    HANDLED,
    ISSUED,
    REFUSED,
    STANDINGS,
    STATES,
    STEPS,
    VALID,
    WITHDRAWN,
    obstacles,
    standing_of,
    step_from,
)
from archives.pipelines.vocabularies import kind_from, kind_name
from archives.web.forms import FormField, fields_of
from gis.codes import standard

Shown = dict[str, Any]
TONES = {ISSUED: "good", REFUSED: "bad", WITHDRAWN: "muted"}
STANDING_TONES = {VALID: "good", EXPIRED: "warning", WITHDRAWN: "bad"}
ORDER = ("asked", HANDLED, CHECKED, ISSUED)
COLUMNS = (
    Column("number", msg("Sheet number"), width=16),
    Column("asked_on", msg("Asked on"), kind="date"),
    Column("asked_by", msg("Asked by")),
    Column("project_code", msg("Project code")),
    Column("project", msg("Project name"), width=30),
    Column("recipient", msg("Recipient"), width=26),
    Column("purpose", msg("Purpose"), width=26),
    Column("square_metres", msg("Area (m²)"), kind="number"),
    Column("kinds", msg("Kinds"), width=20),
    Column("state", msg("State")),
    Column("secrecy", msg("Secrecy")),
    Column("segments", msg("Segments"), kind="integer"),
    Column("length", msg("Length (m)"), kind="number"),
    Column("copies", msg("Copies"), kind="integer"),
    Column("handled_by", msg("Handled by")),
    Column("checked_by", msg("Checked by")),
    Column("signed_by", msg("Signed by")),
    Column("issued_on", msg("Issued on"), kind="date"),
    Column("valid_until", msg("Valid until"), kind="date"),
    Column("reason", msg("Reason"), width=30),
)
"""The log as a workbook."""


def state_badge(sheet: Sheet) -> Shown:
    """A sheet's colour and word; an issued one whose time is over says so."""
    if sheet.state == ISSUED and standing_of(sheet.state, sheet.valid_until, today()) == EXPIRED:
        return {"tone": "warning", "label": gettext("Expired")}
    return {"tone": TONES.get(sheet.state, "info"), "label": str(STATES[sheet.state])}


def kinds_of(sheet: Sheet) -> str:
    """What was asked for, in the reader's words."""
    codes = standard()
    kinds = [kind for text in sheet.kinds if (kind := kind_from(text, codes))]
    return "、".join(kind_name(codes, *kind) for kind in kinds) or gettext("All kinds")


def log_rows(session: Session, found: Sequence[Sheet]) -> list[Shown]:
    """The log's rows, by the columns' keys, with the sheet itself."""
    places, codes = sheet_queries.areas_of(session, found), sheet_queries.projects_of(session, found)
    ranks = sheet_queries.secrecy_names(session)
    return [_log_row(sheet, places[sheet.area_id], codes, ranks) for sheet in found]


def _log_row(sheet: Sheet, area: SavedArea, codes: Mapping[int, str], ranks: Mapping[int, str]) -> Shown:
    return {
        "id": sheet.id,
        "number": sheet.number,
        "asked_on": local(sheet.asked_at).date(),
        "asked_by": sheet.asked_by,
        "project_code": codes.get(sheet.project_id or 0, ""),
        "project": sheet.project_name,
        "recipient": sheet.recipient,
        "purpose": sheet.purpose,
        "square_metres": round(area.square_metres),
        "kinds": kinds_of(sheet),
        "state": state_badge(sheet)["label"],
        "tone": state_badge(sheet)["tone"],
        "secrecy": ranks.get(sheet.secrecy, "") if sheet.handled_at else "",
        "segments": sheet.segments if sheet.handled_at else None,
        "length": round(sheet.length, 2) if sheet.handled_at else None,
        "copies": sheet.copies,
        "handled_by": sheet.handled_by,
        "checked_by": sheet.checked_by,
        "signed_by": sheet.signed_by,
        "issued_on": local(sheet.issued_at).date() if sheet.issued_at else None,
        "valid_until": sheet.valid_until,
        "reason": sheet.refusal,
    }


def log_workbook(session: Session, found: Sequence[Sheet]) -> bytes:
    """The log of who asked for what, as a workbook."""
    target = BytesIO()
    write_table(target, Table(gettext("Log of sheets"), COLUMNS, log_rows(session, found)))
    return target.getvalue()


def filter_fields(wanted: SheetFilter) -> list[FormField]:
    """The query above the log."""
    states = [("", "—"), *((code, str(label)) for code, label in STATES.items())]
    return [
        FormField("words", gettext("Number, project, recipient or person"), "text", wanted.words),
        FormField("state", gettext("State"), "select", wanted.state, choices=states),
        FormField("project", gettext("Project code"), "text", wanted.project),
        FormField("first", gettext("Asked from"), "date", _day(wanted.first)),
        FormField("last", gettext("Asked until"), "date", _day(wanted.last)),
    ]


def _day(value: date | None) -> str:
    return value.isoformat() if value else ""


# One sheet


def step_bar(sheet: Sheet) -> list[Shown]:
    """The four steps, and where the sheet stands; one that was refused stops where it was."""
    reached = _reached(sheet)
    is_over = sheet.state in {ISSUED, WITHDRAWN}
    halted = sheet.state in {REFUSED, WITHDRAWN}
    marks = ["done"] * (len(ORDER) if is_over else reached + 1)
    if not is_over:
        marks.append("warning" if halted else "current")
    marks += ["todo"] * (len(ORDER) - len(marks))
    if sheet.state == WITHDRAWN:
        marks[-1] = "warning"
    notes = {mark: str(STATES[sheet.state]) for mark in ("warning",) if halted}
    return [
        {"label": str(STATES[state]), "state": mark, "note": notes.get(mark, "")}
        for state, mark in zip(ORDER, marks, strict=True)
    ]


def _reached(sheet: Sheet) -> int:
    """The last step that was taken, as its place in the order."""
    taken = (sheet.asked_at, sheet.handled_at, sheet.checked_at, sheet.issued_at)
    return max(place for place, moment in enumerate(taken) if moment)


def timeline(sheet: Sheet) -> list[Shown]:
    """What happened, newest first."""
    ended = STATES[sheet.state] if sheet.ended_at else STATES[REFUSED]
    steps: tuple[tuple[Message, str, Any, str], ...] = (
        (STATES["asked"], sheet.asked_by, sheet.asked_at, sheet.purpose),
        (STATES[HANDLED], sheet.handled_by, sheet.handled_at, ""),
        (STATES[CHECKED], sheet.checked_by, sheet.checked_at, ""),
        (STATES[ISSUED], sheet.signed_by, sheet.issued_at, ""),
        (ended, sheet.ended_by, sheet.ended_at, sheet.refusal),
    )
    happened = [(moment, what, who, note) for what, who, moment, note in steps if moment]
    return [
        {"when": local(moment).strftime("%Y-%m-%d %H:%M"), "who": who, "what": str(what), "note": note}
        for moment, what, who, note in reversed(happened)
    ]


def next_step(actor: Actor, sheet: Sheet) -> Shown | None:
    """The step that the sheet waits for, if it is the reader's to take, with what stands in the way."""
    step = step_from(sheet.state)
    if step is None or not step.action.allows(actor):
        return None
    return {
        "name": step.name,
        "label": str(step.label),
        "obstacles": obstacles(actor, people_of(sheet), sheet.secrecy),
    }


def standing(sheet: Sheet) -> Shown:
    """What the public page says of a sheet: nothing but number, day and whether it counts."""
    found = standing_of(sheet.state, sheet.valid_until, today())
    issued = local(sheet.issued_at).date() if sheet.issued_at else None
    return {"number": sheet.number, "issued_on": issued, "tone": STANDING_TONES[found], "label": str(STANDINGS[found])}


# The request


def request_fields(
    session: Session, actor: Actor, values: Mapping[str, Any], chosen: Sequence[str], problems: Sequence[Problem]
) -> Shown:
    """The form's fields: the draft's own, the area, and the kinds."""
    return {
        **fields_of(SheetDraft, {"copies": "1", **values}, problems),
        "area": _area_field(session, actor, str(values.get("area", "")), problems),
        "kinds": _kinds_field(session, actor, chosen, problems),
    }


def _area_field(session: Session, actor: Actor, chosen: str, problems: Sequence[Problem]) -> FormField:
    found = {area.id: area for area in areas.named_areas(session, actor)}
    given = _given_area(session, actor, chosen)
    if given is not None:
        found[given.id] = given
    return FormField(
        "area",
        gettext("Area"),
        "select",
        chosen if given is not None else "",
        required=True,
        choices=[(str(area.id), _area_label(area)) for area in sorted(found.values(), key=lambda one: -one.id)],
        problems=[problem for problem in problems if problem.field == "area"],
        help=gettext("Draw it on the map and go on from there, or choose one that was saved."),
    )


def _given_area(session: Session, actor: Actor, chosen: str) -> SavedArea | None:
    try:
        return areas.area_by_id(session, actor, int(chosen)) if chosen.isdecimal() and len(chosen) < 10 else None
    except NotFoundError:
        return None


def _area_label(area: SavedArea) -> str:
    size = f"{area.square_metres:,.0f} m²"
    return f"{area.name} · {size}" if area.name else f"{local(area.made_at).strftime('%Y-%m-%d %H:%M')} · {size}"


def _kinds_field(session: Session, actor: Actor, chosen: Sequence[str], problems: Sequence[Problem]) -> FormField:
    codes = standard()
    offered = sheets.kinds_on_offer(session, actor)
    return FormField(
        "kinds",
        gettext("Kinds of lines"),
        "choices",
        list(chosen),
        choices=[(major, f"{major} {kind_name(codes, major, '')}") for major in offered],
        problems=[problem for problem in problems if problem.field == "kinds"],
        help=gettext("None chosen means all."),
    )


def todos(session: Session, actor: Actor) -> list[Todo]:
    """The sheets that wait for the reader's step."""
    states = [step.from_state for step in STEPS if step.action.allows(actor)]
    labels = {step.from_state: step.label for step in STEPS}
    return [
        Todo(
            msg(
                "%(step)s: %(number)s %(project)s", step=labels[row.state], number=row.number, project=row.project_name
            ),
            url_for("pipeline_sheets.show", sheet_id=row.id),
            kind="pipeline_sheet",
        )
        for row in (sheet_queries.waiting_for(session, actor, states) if states else [])
    ]
