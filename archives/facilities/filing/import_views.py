"""Lists of returns: looked over first, every fault in a table, and taken in once that has been seen."""

from io import BytesIO

from flask import Blueprint, flash, request, url_for
from flask.typing import ResponseReturnValue

from archives.core.errors import TooLargeError, UnreadableFileError
from archives.core.language import gettext, msg
from archives.core.permissions import require
from archives.core.problems import Problem, errors_in
from archives.facilities import queries, service
from archives.facilities.actions import ENTER, REGISTER, SEE
from archives.facilities.lists import ReturnList, read_list, write_empty
from archives.facilities.reading import Reader
from archives.facilities.service import Receipt
from archives.web.application import database, here
from archives.web.errors import status_of
from archives.web.forms import FormField
from archives.web.guard import actor
from archives.web.lists import FIELD, Read, Sent, done_with, look_over, looked_over, told
from archives.web.pages import WORKBOOK, document, goto, page

blueprint = Blueprint("lists", __name__)


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
    try:
        sent = look_over(_read())
    except (UnreadableFileError, TooLargeError) as error:
        return _ask_page((Problem("file.refused", error.message, FIELD),)), status_of(error)
    receipt = service.preview(database(), actor(), sent.listed.entries, sent.listed.faults)
    return _checked_page(sent, receipt)


@blueprint.post("/import/take")
def take() -> ResponseReturnValue:
    """Take the file in, all of it or its sound rows. It is checked anew: others may have written meanwhile."""
    require(actor(), ENTER)
    sent, sound_only = looked_over(_read()), request.form.get("sound_only") == "1"
    listed = sent.listed
    receipt = service.receive(database(), actor(), listed.entries, listed.faults, sound_only=sound_only)
    if errors_in(listed.faults) or (not receipt.is_sound and not sound_only):
        return _checked_page(sent, receipt), 422
    done_with(sent)
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


def _read() -> Read[ReturnList]:
    reader = Reader.of(queries.lists(database()))
    return lambda path, name, limits: read_list(path, name, reader, limits)


def _ask_page(problems: tuple[Problem, ...]) -> str:
    field = FormField(FIELD, gettext("List of yearly returns"), "file", required=True, problems=list(problems))
    field.help = str(msg("At most %(n)d MB.", n=here().settings.upload_mb))
    return page(
        "facilities/filing/import.html",
        field=field,
        problems=problems,
        may_register=REGISTER.allows(actor()),
        breadcrumbs=_crumbs(),
    )


def _checked_page(sent: Sent[ReturnList], receipt: Receipt) -> str:
    listed = sent.listed
    return page(
        "facilities/filing/import_check.html",
        sha256=sent.sha256,
        name=sent.name,
        receipt=receipt,
        rows=len(listed.entries),
        is_readable=not errors_in(listed.faults) and bool(listed.entries),
        **told(receipt.problems),
        breadcrumbs=_crumbs(),
    )


def _crumbs() -> list[tuple[str, str | None]]:
    return [
        (gettext("Yearly returns"), url_for("facility_returns.index")),
        (gettext("Take in a list"), None),
    ]
