"""Pages: what every template can rely on, in the reader's language."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flask import Response, g, redirect, render_template, request, send_file, session, url_for
from flask.typing import ResponseReturnValue
from jinja2 import StrictUndefined
from werkzeug.wrappers import Response as BaseResponse

from archives.core import clock
from archives.core.actors import Actor
from archives.core.language import LANGUAGES, current_language, gettext, ngettext, speaking
from archives.core.paging import Page
from archives.web.application import Application, here

LANGUAGE_COOKIE = "language"
THEME_COOKIE = "theme"
YEAR = 365 * 24 * 3600
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
"""The media type of an XLSX."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the menu: shown when `shown_to` holds for the reader."""

    label: str
    icon: str
    endpoint: str
    shown_to: Callable[[Actor], bool]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of the menu and its lines."""

    label: str
    entries: tuple[Entry, ...]


def page(template: str, **context: Any) -> str:
    """A template rendered with its context."""
    return render_template(template, **context)


def goto(endpoint: str, **values: Any) -> BaseResponse:
    """Go on to another page after something was done (303, so that reloading does not repeat it)."""
    return redirect(url_for(endpoint, **values), code=303)


def download(path: Path, name: str, media_type: str = "application/octet-stream") -> Response:
    """A file to keep; never shown inside the page."""
    response = send_file(path, mimetype=media_type, as_attachment=True, download_name=name)
    response.headers.pop("Cache-Control", None)  # ours says it better: see archives.web.headers
    return response


def document(content: bytes, name: str, media_type: str = "application/pdf") -> Response:
    """A paper to read: a PDF opens in the browser, anything else is kept."""
    shown = "inline" if media_type == "application/pdf" else "attachment"
    response = Response(content, mimetype=media_type)
    # A header is Latin-1 on the wire, so a Chinese name is spelled by RFC 8187.
    response.headers["Content-Disposition"] = f"{shown}; filename*=UTF-8''{quote(name, safe='')}"
    return response


def page_url(key: str, value: str | None) -> str | None:
    """This page's address with another place in the list."""
    if value is None:
        return None
    kept = {name: values for name, values in request.args.lists() if name not in {"after", "before"}}
    return url_for(str(request.endpoint), **{**(request.view_args or {}), **kept, key: value})


def pager(shown: Page[Any]) -> dict[str, Any]:
    """What the pager macro needs of a page of a list."""
    return {
        "previous_url": page_url("before", shown.previous),
        "next_url": page_url("after", shown.next),
        "shown": len(shown.rows),
        "total": shown.total,
        "capped": shown.capped,
    }


def install(app: Application, menu: Sequence[Section]) -> None:
    """Language, Jinja and the frame's context."""
    app.jinja_options = {**app.jinja_options, "autoescape": True}
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.filters.update(moment=_moment, day=_day)
    app.jinja_env.globals.update(asset=_asset(app))
    app.before_request(_choose_language)
    app.teardown_request(_fall_silent)
    app.context_processor(lambda: _frame(menu))
    app.add_url_rule("/language/<code>", "language", _switch_language)


def _choose_language() -> None:
    chosen = request.cookies.get(LANGUAGE_COOKIE) or here().settings.language
    g.speaking = speaking(chosen)
    g.speaking.__enter__()


def _fall_silent(_error: BaseException | None) -> None:
    spoken = g.pop("speaking", None)
    if spoken is not None:
        spoken.__exit__(None, None, None)


def _switch_language(code: str) -> ResponseReturnValue:
    target = request.args.get("next", "/")
    response = redirect(target if target.startswith("/") and target[1:2] not in {"/", "\\"} else "/")
    if code in LANGUAGES:
        response.set_cookie(LANGUAGE_COOKIE, code, max_age=YEAR, samesite="Lax", secure=request.is_secure)
    return response


setattr(_switch_language, "is_public", True)  # noqa: B010  # the guard's mark; the guard stands above this module


def _frame(menu: Iterable[Section]) -> dict[str, Any]:
    reader: Actor | None = g.get("actor")
    theme = request.cookies.get(THEME_COOKIE, "auto")
    return {
        "actor": reader,
        "language": current_language(),
        "theme": theme if theme in {"auto", "light", "dark"} else "auto",
        "menu": _menu(menu, reader) if reader else [],
        "breadcrumbs": [],
        "request_path": request.full_path.rstrip("?"),
        "today": clock.today(),
        "signed_in": bool(session.get("token")),
    }


def _menu(menu: Iterable[Section], reader: Actor) -> list[dict[str, Any]]:
    current = _current({entry.endpoint: url_for(entry.endpoint) for section in menu for entry in section.entries})
    return [shown for section in menu if (shown := _section(section, reader, current))]


def _current(places: Mapping[str, str]) -> str | None:
    """Which entry the page belongs to: the one whose address its own begins with, else one of the same feature."""
    here_and_below = [name for name, href in places.items() if f"{request.path}/".startswith(f"{href}/")]
    if here_and_below:
        return max(here_and_below, key=lambda name: len(places[name]))
    feature = (request.endpoint or "").split(".")[0]
    return next((name for name in places if name.split(".")[0] == feature), None)


def _section(section: Section, reader: Actor, current: str | None) -> dict[str, Any] | None:
    entries = [
        {
            "label": gettext(entry.label),
            "icon": entry.icon,
            "href": url_for(entry.endpoint),
            "active": entry.endpoint == current,
            "badge": None,
        }
        for entry in section.entries
        if entry.shown_to(reader)
    ]
    return {"label": gettext(section.label), "entries": entries} if entries else None


def _moment(value: Any) -> str:
    return clock.local(value).strftime("%Y-%m-%d %H:%M") if value else ""


def _day(value: Any) -> str:
    return value.isoformat() if value else ""


def _asset(app: Application) -> Callable[[str], str]:
    root = Path(str(app.static_folder))

    @lru_cache(maxsize=256)
    def fingerprint(_path: str, _changed: float) -> str:
        return hashlib.sha256((root / _path).read_bytes()).hexdigest()[:12]

    def asset(path: str) -> str:
        """The address of a static file, with a mark of its content so that a browser may keep it for ever."""
        file = root / path
        mark = fingerprint(path, file.stat().st_mtime) if file.is_file() else "missing"
        return url_for("static", filename=path, v=mark)

    return asset
