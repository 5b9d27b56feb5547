"""Lists of returns: looked over first, every fault in a table, and taken in once that has been seen."""

import re
from io import BytesIO

from flask import Blueprint, flash, request, url_for
from flask.typing import ResponseReturnValue

from archives.core.errors import NotFoundError, TooLargeError, UnreadableFileError
from archives.core.language import gettext, msg
from archives.core.permissions import require
from archives.core.problems import Problem, errors_in
from archives.core.sheets.limits import Limits
from archives.facilities import queries, service
from archives.facilities.actions import ENTER, REGISTER, SEE
from archives.facilities.lists import ReturnList, read_list, write_empty
from archives.facilities.reading import Reader
from archives.facilities.service import Receipt
from archives.web.application import database, here, released
from archives.web.errors import status_of
from archives.web.forms import FormField
from archives.web.guard import actor
from archives.web.pages import WORKBOOK, document, goto, page

blueprint = Blueprint("lists", __name__)
SHOWN_PROBLEMS = 500
_SHA256 = re.compile("[0-9a-f]{64}")


@blueprint.get("/template.xlsx")
def template() -> ResponseReturnValue:
    """A workbook to fill in."""
    require(actor(), SEE)
    content = BytesIO()
    write_empty(content, queries.lists(database()))
    return document(content.getvalue(), str(msg("yearly returns.xlsx")), WORKBOOK)


@blueprint.get("/import")
def ask() -> ResponseReturnValue:
    """The form for a file."""
    require(actor(), ENTER)
    return _ask_page(())


@blueprint.post("/import")
def check() -> ResponseReturnValue:
    """Look a file over: every fault, and what taking it in would do. Nothing is stored but the file itself."""
    require(actor(), ENTER)
    sent = request.files.get("list")
    if sent is None or not sent.filename:
        return _ask_page((Problem("file.missing", msg("Choose a file first."), "list"),)), 422
    reader = _reader()
    try:
        with here().quarantine.on_trial() as quarantine, released():
            stored = quarantine.add(sent.stream, here().settings.upload_mb << 20)
            listed = _listed(stored.sha256, sent.filename, reader)
    except (UnreadableFileError, TooLargeError) as error:
        return _ask_page((Problem("file.refused", error.message, "list"),)), status_of(error)
    receipt = service.preview(database(), actor(), listed.entries, listed.faults)
    return _checked_page(stored.sha256, sent.filename, listed, receipt)


@blueprint.post("/import/take")
def take() -> ResponseReturnValue:
    """Take the file in, all of it or its sound rows. It is checked anew: others may have written meanwhile."""
    require(actor(), ENTER)
    sha256, name = request.form.get("sha256", ""), request.form.get("name", "")
    if not _SHA256.fullmatch(sha256):
        raise NotFoundError
    reader = _reader()
    with released():
        listed = _listed(sha256, name, reader)
    sound_only = request.form.get("sound_only") == "1"
    receipt = service.receive(database(), actor(), listed.entries, listed.faults, sound_only=sound_only)
    if errors_in(listed.faults) or (not receipt.is_sound and not sound_only):
        return _checked_page(sha256, name, listed, receipt), 422
    here().quarantine.discard(sha256)
    sentence = msg(
        "%(added)d rows added, %(changed)d changed, %(unchanged)d unchanged, %(refused)d refused.",
        added=receipt.added,
        changed=receipt.changed,
        unchanged=receipt.unchanged,
        refused=receipt.refused,
    )
    flash(str(sentence), "good")
    years = [entry.figures.year for entry in listed.entries if entry.figures.year is not None]
    return goto("facility_returns.index", year=max(years, default=None))


def _reader() -> Reader:
    return Reader.of(queries.lists(database()))


def _listed(sha256: str, name: str, reader: Reader) -> ReturnList:
    limits = Limits(file_bytes=here().settings.upload_mb << 20, rows=here().settings.list_rows)
    return read_list(here().quarantine.path(sha256), name, reader, limits)


def _ask_page(problems: tuple[Problem, ...]) -> str:
    field = FormField("list", gettext("List of yearly returns"), "file", required=True, problems=list(problems))
    field.help = str(msg("At most %(n)d MB.", n=here().settings.upload_mb))
    return page(
        "facilities/filing/import.html",
        field=field,
        problems=problems,
        may_register=REGISTER.allows(actor()),
        breadcrumbs=_crumbs(),
    )


def _checked_page(sha256: str, name: str, listed: ReturnList, receipt: Receipt) -> str:
    return page(
        "facilities/filing/import_check.html",
        sha256=sha256,
        name=name,
        receipt=receipt,
        rows=len(listed.entries),
        is_readable=not errors_in(listed.faults) and bool(listed.entries),
        problems=receipt.problems[:SHOWN_PROBLEMS],
        hidden=max(0, len(receipt.problems) - SHOWN_PROBLEMS),
        faults=len(errors_in(receipt.problems)),
        breadcrumbs=_crumbs(),
    )


def _crumbs() -> list[tuple[str, str | None]]:
    return [
        (gettext("Yearly returns"), url_for("facility_returns.index")),
        (gettext("Take in a list"), None),
    ]
