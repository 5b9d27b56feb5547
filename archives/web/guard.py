"""Who is asking: every page wants a signed-in person unless it says that it is public."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast
from urllib.parse import urlsplit

from flask import g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import CSRFProtect
from sqlalchemy.orm import Session

from archives.core.actors import Actor
from archives.core.errors import ForbiddenError
from archives.web.application import Application, database

P = ParamSpec("P")
R = TypeVar("R")
Identify = Callable[[Session, str], Actor | None]
"""From a session token to the person whose session it is, or None when it has ended."""

TOKEN = "token"  # noqa: S105  # the name of a cookie entry, not a secret
csrf = CSRFProtect()
_PUBLIC = "is_public"


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view that anybody may open."""
    setattr(view, _PUBLIC, True)
    return view


def install(app: Application, identify: Identify, login_endpoint: str) -> None:
    """Ask before every request; CSRF protection on every unsafe method."""
    csrf.init_app(app)

    @app.before_request
    def _ask() -> ResponseReturnValue | None:
        g.actor = identify(database(), session[TOKEN]) if TOKEN in session else None
        if g.actor is not None or _is_public(app):
            return None
        return redirect(url_for(login_endpoint, next=_wanted()))


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
