"""The web door of giving out: the form of an export, its file for who asked, and the log for who watches."""

from datetime import date
from io import BytesIO
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from archives.core.actors import Actor
from archives.core.drafts import Draft, Reading, day, read, text
from archives.core.errors import RefusedError
from archives.core.language import gettext, msg
from archives.core.problems import Problem
from archives.core.sheets.columns import Column
from archives.core.sheets.write import Table, write_table
from archives.pipelines.actions import EXPORT, READ_GIVEN
from archives.pipelines.drafts import ExportDraft, LineFilter
from archives.pipelines.giving import queries as giving_queries
from archives.pipelines.giving import service as giving
from archives.pipelines.giving.formats import FORMATS
from archives.pipelines.giving.queries import GivenFilter
from archives.pipelines.giving.rules import KEPT, SQUARE_KILOMETRE
from archives.pipelines.models import GivenOut, SavedArea
from archives.pipelines.vocabularies import FORMAT_LABELS, vocabularies_of
from archives.web.application import database, here
from archives.web.forms import fields_of, form_values
from archives.web.guard import actor
from archives.web.pages import Entry, document, download, goto, page, pager

blueprint = Blueprint("pipeline_giving", __name__, url_prefix="/pipelines")
WORKBOOK = FORMATS["xlsx"].media_type
COLUMNS = (
    Column("number", msg("Copy number"), width=18),
    Column("at", msg("Given on"), kind="date", width=20),
    Column("actor", msg("Given to"), width=20),
    Column("format", msg("Format"), width=18),
    Column("square_metres", msg("Area (m²)"), kind="number"),
    Column("segments", msg("Lines"), kind="number"),
    Column("reason", msg("Reason"), width=40),
    Column("sha256", msg("SHA-256 of the file"), width=66),
)


class GivenQuery(Draft):
    """What the log is asked for; days are the office's."""

    words: str = text("Number, person or reason", max_length=80)
    first: date | None = day("From")
    last: date | None = day("Until")


def shown_to(reader: Actor) -> bool:
    """Who has a log to look at: those who watch over it all, and those who take something out."""
    return READ_GIVEN.allows(reader) or EXPORT.allows(reader)


ENTRY = Entry("What was given out", "file-export", "pipeline_giving.log", shown_to)


@blueprint.get("/areas/<int:area_id>/give")
def ask(area_id: int) -> ResponseReturnValue:
    """The form: what would be given out, what it costs of the quota, in which format and why."""
    area = giving.area_for(database(), actor(), area_id)
    reading = read(LineFilter, request.args.to_dict(), vocabularies_of(database()))
    return _form(area, reading, {"format": "gpkg", "clip": request.args.get("clip", "")}, ())


@blueprint.post("/areas/<int:area_id>/give")
def give(area_id: int) -> ResponseReturnValue:
    """Give the lines out: a short file at once, a long one by the worker."""
    area, known = giving.area_for(database(), actor(), area_id), vocabularies_of(database())
    conditions = read(LineFilter, request.args.to_dict(), known)
    reading = read(ExportDraft, form_values(), known)
    problems = (*reading.problems, *conditions.problems)
    try:
        if problems:
            raise RefusedError(problems)
        given, payload = giving.ask(database(), actor(), area, reading.draft, conditions.draft)
    except RefusedError as refusal:
        database().rollback()
        return _form(giving.area_for(database(), actor(), area_id), conditions, form_values(), refusal.problems), 422
    database().commit()
    if not giving.is_large(given):
        _write_now(given.id, payload)
    return goto(".show", given_id=given.id)


def _write_now(given_id: int, payload: giving.Payload) -> None:
    """Write a short file while the person waits; what cannot be written took no ground."""
    backend = here().backend
    try:
        giving.carry_out(backend, here().settings, actor(), payload)
    except Exception:
        with backend.writing() as session:
            giving.fail(session, actor(), given_id)
        raise


def _form(
    area: SavedArea, conditions: Reading[LineFilter], values: dict[str, str], problems: tuple[Problem, ...]
) -> str:
    session, known = database(), vocabularies_of(database())
    fields = fields_of(ExportDraft, values, problems, known)
    quota = giving.quota_for(session, actor(), area)
    narrowed: dict[str, Any] = {
        name: value for name, value in request.args.items() if value and name in LineFilter.model_fields
    }
    return page(
        "pipelines/giving/ask.html",
        area=area,
        segments=giving.count_of(session, actor(), area, conditions.draft),
        quota=quota,
        square_kilometre=SQUARE_KILOMETRE,
        fields=list(fields.values()),
        conditions=[one for one in fields_of(LineFilter, narrowed, (), known).values() if one.value],
        narrowed=narrowed,
        problems=problems or conditions.problems,
        breadcrumbs=[
            (gettext("Map"), url_for("pipeline_map.show")),
            (area.name or gettext("Area"), url_for("pipeline_areas.show", area_id=area.id, **narrowed)),
            (gettext("Take out"), None),
        ],
    )


@blueprint.get("/given/<int:given_id>")
def show(given_id: int) -> ResponseReturnValue:
    """One export: its state, its figures, and the file while it is kept."""
    given = giving_queries.given_by_id(database(), actor(), given_id)
    job = giving_queries.job_of(database(), given) if not given.sha256 else None
    own = giving.is_own(actor(), given)
    return page(
        "pipelines/giving/show.html",
        given=given,
        job=job if own else None,
        format=_format(given),
        is_own=own,
        has_file=own and giving.store_of_files(here().settings).holds(given.sha256 or "none"),
        kept_days=KEPT.days,
        square_kilometre=SQUARE_KILOMETRE,
    )


def _format(given: GivenOut) -> str:
    label = FORMAT_LABELS.get(given.format)
    return str(label) if label else given.format


@blueprint.get("/given/<int:given_id>/file")
def file(given_id: int) -> ResponseReturnValue:
    """The file, for who asked for it."""
    given, path = giving.file_of(database(), here().settings, actor(), given_id)
    chosen = FORMATS[given.format]
    return download(path, f"{given.number}.{chosen.ending}", chosen.media_type)


@blueprint.get("/given")
def log() -> ResponseReturnValue:
    """What was given out to whom, newest first: all of it, or one's own."""
    reading = read(GivenQuery, request.args.to_dict(), {})
    after, before = request.args.get("after"), request.args.get("before")
    shown = giving_queries.log_page(database(), actor(), _wanted(reading), after, before)
    return page(
        "pipelines/giving/log.html",
        rows=shown.rows,
        formats={row.format: _format(row) for row in shown.rows},
        pager_of=pager(shown),
        filters_of=list(fields_of(GivenQuery, request.args, reading.problems).values()),
        active=sum(value not in {None, ""} for _, value in reading.draft),
        query=_query(),
    )


def _wanted(reading: Reading[GivenQuery]) -> GivenFilter:
    return GivenFilter(**dict(reading.draft))


def _query() -> dict[str, str]:
    return {name: value for name, value in request.args.items() if name in GivenQuery.model_fields}


@blueprint.get("/given.xlsx")
def log_workbook() -> ResponseReturnValue:
    """The log as a workbook."""
    reading = read(GivenQuery, request.args.to_dict(), {})
    rows = giving_queries.whole_log(database(), actor(), _wanted(reading))
    content = BytesIO()
    write_table(content, Table(gettext("What was given out"), COLUMNS, map(_row, rows)))
    return document(content.getvalue(), f"{gettext('What was given out')}.xlsx", WORKBOOK)


def _row(given: GivenOut) -> dict[str, Any]:
    return {
        "number": given.number,
        "at": given.at.isoformat(timespec="seconds"),
        "actor": given.actor,
        "format": _format(given),
        "square_metres": round(given.square_metres, 1),
        "segments": given.segments,
        "reason": given.reason,
        "sha256": given.sha256,
    }
