"""The HTML door of lists of projects: a file is looked over first, and taken in once its faults have been seen."""

import re
from io import BytesIO

from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue

from archives.core.errors import NotFoundError, UnreadableFileError
from archives.core.files import Stored
from archives.core.language import gettext, msg
from archives.core.permissions import require
from archives.core.problems import errors_in
from archives.core.sheets.limits import Limits
from archives.projects import queries, service
from archives.projects.actions import IMPORT
from archives.projects.lists import ProjectList, read_list, write_empty
from archives.projects.presenting import crumbs
from archives.projects.service import Receipt
from archives.web.application import database, here
from archives.web.guard import actor
from archives.web.pages import WORKBOOK, document, goto, page

blueprint = Blueprint("lists", __name__, url_prefix="/import")
SHOWN_PROBLEMS = 500
_SHA256 = re.compile("[0-9a-f]{64}")


@blueprint.get("")
def ask() -> ResponseReturnValue:
    """The form for a file."""
    require(actor(), IMPORT)
    return page("projects/import.html", breadcrumbs=_crumbs(), limit_mb=here().settings.upload_mb)


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
    sent = request.files.get("list")
    if sent is None or not sent.filename:
        raise UnreadableFileError(msg("Choose a file first."))
    stored = here().quarantine.add(sent.stream, here().settings.upload_mb << 20)
    try:
        receipt = service.preview_list(database(), actor(), _listed(stored.sha256, sent.filename))
    except UnreadableFileError:
        here().quarantine.discard(stored.sha256)
        raise
    return _checked_page(stored, sent.filename, receipt)


@blueprint.post("/take")
def take() -> ResponseReturnValue:
    """Take the file in, all of it or its sound projects. It is checked anew: others may have written meanwhile."""
    require(actor(), IMPORT)
    sha256, name = request.form.get("sha256", ""), request.form.get("name", "")
    if not _SHA256.fullmatch(sha256):
        raise NotFoundError
    sound_only = request.form.get("sound_only") == "1"
    receipt = service.receive_list(database(), actor(), _listed(sha256, name), sound_only=sound_only)
    if not receipt.is_sound and not sound_only:
        return _checked_page(Stored(sha256, 0), name, receipt), 422
    here().quarantine.discard(sha256)
    sentence = msg(
        "%(added)d projects added, %(changed)d changed, %(unchanged)d unchanged, %(refused)d refused.",
        added=receipt.added,
        changed=receipt.changed,
        unchanged=receipt.unchanged,
        refused=receipt.refused,
    )
    flash(str(sentence), "good")
    return goto("projects.index")


def _listed(sha256: str, name: str) -> ProjectList:
    limits = Limits(file_bytes=here().settings.upload_mb << 20, rows=here().settings.list_rows)
    return read_list(here().quarantine.path(sha256), name, queries.reader(database()), limits)


def _checked_page(stored: Stored, name: str, receipt: Receipt) -> str:
    return page(
        "projects/import_check.html",
        sha256=stored.sha256,
        name=name,
        receipt=receipt,
        problems=receipt.problems[:SHOWN_PROBLEMS],
        hidden=max(0, len(receipt.problems) - SHOWN_PROBLEMS),
        faults=len(errors_in(receipt.problems)),
        breadcrumbs=_crumbs(),
    )


def _crumbs() -> list[tuple[str, str | None]]:
    return crumbs((gettext("Take in a list"), None))
