"""Each named error's status and page. A person always gets a sentence, a program a problem; never a trace."""

import logging
from collections.abc import Mapping
from typing import Any

from flask import g, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from archives.core.errors import (
    ArchivesError,
    ConflictError,
    ForbiddenError,
    NotFoundError,
    RefusedError,
    TooLargeError,
    UnreadableFileError,
)
from archives.core.language import Message, msg
from archives.core.problems import Problem
from archives.web.application import Application
from archives.web.pages import page
from archives.web.programs import problem, wants_problem

STATUSES: dict[type[ArchivesError], int] = {
    NotFoundError: 404,
    ForbiddenError: 403,
    ConflictError: 409,
    RefusedError: 422,
    UnreadableFileError: 422,
    TooLargeError: 413,
}
TITLES = {
    400: msg("The request could not be understood"),
    403: msg("Not permitted"),
    404: msg("Not found"),
    405: msg("Not possible here"),
    409: msg("Not possible now"),
    413: msg("Too large"),
    422: msg("Please correct"),
    500: msg("Something went wrong"),
    503: msg("Busy"),
}
_log = logging.getLogger("chengdang")


def status_of(error: ArchivesError) -> int:
    """The HTTP status of a named error."""
    return next((STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES), 400)


def install(app: Application) -> None:
    """Give every error its page."""
    app.register_error_handler(ArchivesError, _named)
    app.register_error_handler(CSRFError, _expired_form)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(IntegrityError, _collision)
    app.register_error_handler(StaleDataError, _collision)
    app.register_error_handler(OperationalError, _busy)
    app.register_error_handler(DataError, _impossible)
    app.register_error_handler(OverflowError, _impossible)
    app.register_error_handler(Exception, _unexpected)


def error_page(status: int, message: Message | str, problems: tuple[Problem, ...] = ()) -> ResponseReturnValue:
    """The page of an error; at the addresses for programs a problem (RFC 9457)."""
    return _told(status, message, problems)


def _told(
    status: int,
    message: Message | str,
    problems: tuple[Problem, ...] = (),
    more: Mapping[str, Any] | None = None,
) -> ResponseReturnValue:
    _roll_back()
    title = TITLES.get(status, TITLES[500 if status >= 500 else 400])
    if wants_problem():
        return problem(status, title, message, problems, more)
    return page("errors/error.html", title=title, message=message, problems=problems, status=status), status


def _roll_back() -> None:
    if "session" in g:
        g.session.rollback()


def _named(error: ArchivesError) -> ResponseReturnValue:
    return _told(status_of(error), error.message, getattr(error, "problems", ()), getattr(error, "more", None))


def _expired_form(_error: CSRFError) -> ResponseReturnValue:
    return error_page(400, msg("This form was open for too long. Go back, reload the page and try again."))


def _http(error: HTTPException) -> ResponseReturnValue:
    sentences = {
        404: msg("There is no such page."),
        405: msg("This page cannot be used that way."),
        413: msg("What was sent is larger than this server accepts."),
    }
    status = error.code or 500
    return error_page(status, sentences.get(status, msg("The request could not be understood.")))


def _collision(error: IntegrityError | StaleDataError) -> ResponseReturnValue:
    _log.warning("two writers met: %s", error)
    return error_page(409, msg("Somebody saved the same thing at the same moment. Look again and repeat."))


def _impossible(_error: Exception) -> ResponseReturnValue:
    """A value that no column can hold: a number of thirty digits, text with a NUL in it."""
    return error_page(400, msg("The request could not be understood."))


def _busy(error: OperationalError) -> ResponseReturnValue:
    _log.warning("database busy: %s", error.orig)
    return error_page(503, msg("The database is busy. Nothing was stored; try again in a moment."))


def _unexpected(error: Exception) -> ResponseReturnValue:
    _log.exception("unexpected error at %s %s", request.method, request.path, exc_info=error)
    return error_page(500, msg("An error we did not foresee. It was noted; nothing was stored."))
