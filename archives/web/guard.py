"""Who is asking: a person by the session's cookie, a program by its key; every page wants one unless it is public."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast
from urllib.parse import urlsplit

from flask import g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import CSRFProtect
from sqlalchemy.orm import Session

from archives.core.actors import Actor
from archives.core.errors import ForbiddenError
from archives.core.language import msg
from archives.web.application import Application, database
from archives.web.programs import SCOPE, asks_for_page, scope_asked, unauthorised

P = ParamSpec("P")
R = TypeVar("R")
Identify = Callable[[Session, str], Actor | None]
"""From a session token to the person whose session it is, or None when it has ended."""
IdentifyToken = Callable[[Session, str], tuple[Actor, frozenset[str]] | None]
"""From a program's key to the person in whose name it reads and what it opens, or None when it has ended."""

TOKEN = "token"  # noqa: S105  # the name of a cookie entry, not a secret
BEARER = "bearer"
csrf = CSRFProtect()
_PUBLIC = "is_public"


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view that anybody may open."""
    setattr(view, _PUBLIC, True)
    return view


def for_programs(scope: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Mark a view that a program may open too, with a key that opens `scope`."""

    def mark(view: Callable[P, R]) -> Callable[P, R]:
        setattr(view, SCOPE, scope)
        return view

    return mark


def install(app: Application, identify: Identify, login_endpoint: str, identify_token: IdentifyToken) -> None:
    """Ask before every request; CSRF protection on every unsafe method of whoever comes with a cookie."""
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False  # a program brings no cookie, so there is nothing to forge
    csrf.init_app(app)

    @app.before_request
    def _ask() -> ResponseReturnValue | None:
        scope = scope_asked()
        if scope and request.authorization is not None and request.authorization.type == BEARER:
            return _admit(identify_token, scope)
        if request.endpoint is not None:
            csrf.protect()
        g.actor = identify(database(), session[TOKEN]) if TOKEN in session else None
        if g.actor is not None or _is_public(app):
            return None
        if scope and not asks_for_page():
            return unauthorised(msg("Log in, or send the key of a program."))
        return redirect(url_for(login_endpoint, next=_wanted()))


def _admit(identify_token: IdentifyToken, scope: str) -> ResponseReturnValue | None:
    """Let a program in by its key alone, whatever cookie it brought. A key to other things is a ForbiddenError."""
    g.actor = None
    sent = request.authorization.token if request.authorization else None
    found = identify_token(database(), sent or "")
    if found is None:
        return unauthorised(msg("This key is unknown, was revoked or is too old."), "invalid_token")
    g.actor, scopes = found
    if scope not in scopes:
        raise ForbiddenError(msg("This key does not open that."))
    return None


def _is_public(app: Application) -> bool:
    if request.endpoint is None or request.endpoint == "static":
        return True
    return getattr(app.view_functions[request.endpoint], _PUBLIC, False)


def _wanted() -> str | None:
    return request.full_path.rstrip("?") if request.method == "GET" else None


def actor() -> Actor:
    """Whoever is asking; raises ForbiddenError on a public page opened by nobody."""
    if g.get("actor") is None:
        raise ForbiddenError
    return cast(Actor, g.actor)


def safe_next(target: str | None, fallback: str) -> str:
    """A place on this site to go on to; anything else is replaced by `fallback`."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return fallback
    parts = urlsplit(target)
    return target if not parts.netloc and not parts.scheme else fallback
