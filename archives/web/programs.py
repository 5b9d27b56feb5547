"""How programs are answered: which addresses are theirs, and errors as RFC 9457 problems instead of pages."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import orjson
from flask import Response, current_app, request
from werkzeug.routing import Map

from archives.core.language import Message
from archives.core.problems import Problem

SCOPE = "scope_of_programs"
"""The mark of a view that programs may open: what their key must open."""
PROBLEM = "application/problem+json"
_REALM = 'Bearer realm="chengdang"'
_ROOTS = "roots of what programs may open"


def scope_asked() -> str | None:
    """What a program's key must open for this address; None where there is nothing for programs."""
    if request.endpoint is None:
        return None
    return getattr(current_app.view_functions[request.endpoint], SCOPE, None)


def asks_for_page() -> bool:
    """Whether somebody wants to read HTML, rather than a program its data: `f` decides, then the Accept header."""
    wanted = request.args.get("f")
    if wanted is not None:
        return wanted == "html"
    accepted = request.accept_mimetypes
    return accepted["text/html"] > max(accepted["application/json"], accepted["application/geo+json"])


def wants_problem() -> bool:
    """Whether an error is told as a problem: at the addresses for programs, unless a person is reading there."""
    return _is_for_programs(request.path) and not asks_for_page()


def _is_for_programs(path: str) -> bool:
    roots = current_app.extensions.setdefault(_ROOTS, None)
    if roots is None:
        roots = current_app.extensions[_ROOTS] = _roots(current_app.url_map)
    return any(path == root or path.startswith(f"{root}/") for root in roots)


def _roots(addresses: Map) -> frozenset[str]:
    """What the addresses for programs begin with, up to their first varying part."""
    views = current_app.view_functions
    rules = (rule.rule for rule in addresses.iter_rules() if getattr(views.get(rule.endpoint), SCOPE, None))
    return frozenset(rule.split("<")[0].rstrip("/") for rule in rules)


def problem(
    status: int,
    title: Message | str,
    detail: Message | str,
    problems: Sequence[Problem] = (),
    more: Mapping[str, Any] | None = None,
) -> Response:
    """An error as a problem; `more` are members of its own, such as where in a filter the fault stands."""
    content = {
        "type": "about:blank",
        "title": str(title),
        "status": status,
        "detail": str(detail),
        "instance": request.path,
        **(more or {}),
    }
    if problems:
        content["problems"] = [one.as_dict() for one in problems]
    return Response(orjson.dumps(content), status=status, mimetype=PROBLEM)


def unauthorised(detail: Message, error: str = "") -> Response:
    """Nobody known is asking: no page to log in at, but the scheme that would be heard (RFC 6750)."""
    answer = problem(HTTPStatus.UNAUTHORIZED, HTTPStatus.UNAUTHORIZED.phrase, detail)
    answer.headers["WWW-Authenticate"] = f'{_REALM}, error="{error}"' if error else _REALM
    return answer
