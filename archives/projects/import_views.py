"""The HTML door of lists of projects: a file is looked over first, and taken in once its faults have been seen."""

from io import BytesIO

from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue

from archives.core.errors import TooLargeError, UnreadableFileError
from archives.core.language import gettext, msg
from archives.core.permissions import require
from archives.core.problems import Problem
from archives.projects import queries, service
from archives.projects.actions import IMPORT
from archives.projects.lists import ProjectList, read_list, write_empty
from archives.projects.presenting import crumbs
from archives.projects.service import Receipt
from archives.web.application import database, here
from archives.web.errors import status_of
from archives.web.guard import actor
from archives.web.lists import FIELD, Read, Sent, done_with, look_over, looked_over, told
from archives.web.pages import WORKBOOK, document, goto, page

blueprint = Blueprint("lists", __name__, url_prefix="/import")


@blueprint.get("")
def ask() -> ResponseReturnValue:
    """The form for a file."""
    require(actor(), IMPORT)
    return _ask_page(())


@blueprint.get("/empty.xlsx")
def empty() -> ResponseReturnValue:
    """A workbook to fill in."""
    require(actor(), IMPORT)
    content = BytesIO()
    write_empty(content, queries.reader(database()))
    return document(content.getvalue(), f"{gettext('list of projects')}.xlsx", WORKBOOK)


@blueprint.post("")
def check() -> ResponseReturnValue:
    """Look a file over: every fault, and what taking it in would do. Nothing is stored but the file itself."""
    require(actor(), IMPORT)
    try:
        sent = look_over(_read())
    except (UnreadableFileError, TooLargeError) as error:
        return _ask_page((Problem("file.refused", error.message, FIELD),)), status_of(error)
    return _checked_page(sent, service.preview_list(database(), actor(), sent.listed))


@blueprint.post("/take")
def take() -> ResponseReturnValue:
    """Take the file in, all of it or its sound projects. It is checked anew: others may have written meanwhile."""
    require(actor(), IMPORT)
    sent, sound_only = looked_over(_read()), request.form.get("sound_only") == "1"
    receipt = service.receive_list(database(), actor(), sent.listed, sound_only=sound_only)
    if not receipt.is_sound and not sound_only:
        return _checked_page(sent, receipt), 422
    done_with(sent)
    sentence = msg(
        "%(added)d projects added, %(changed)d changed, %(unchanged)d unchanged, %(refused)d refused.",
        added=receipt.added,
        changed=receipt.changed,
        unchanged=receipt.unchanged,
        refused=receipt.refused,
    )
    flash(str(sentence), "good")
    return goto("projects.index")


def _read() -> Read[ProjectList]:
    reader = queries.reader(database())
    return lambda path, name, limits: read_list(path, name, reader, limits)


def _ask_page(problems: tuple[Problem, ...]) -> str:
    limit = here().settings.upload_mb
    return page("projects/import.html", breadcrumbs=_crumbs(), limit_mb=limit, problems=problems)


def _checked_page(sent: Sent[ProjectList], receipt: Receipt) -> str:
    return page(
        "projects/import_check.html",
        sha256=sent.sha256,
        name=sent.name,
        receipt=receipt,
        **told(receipt.problems),
        breadcrumbs=_crumbs(),
    )


def _crumbs() -> list[tuple[str, str | None]]:
    return crumbs((gettext("Take in a list"), None))
