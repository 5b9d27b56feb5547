"""How an answer is told: as JSON to programs and as a page to people, with links from each to the other."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from flask import Response, request, url_for
from flask.typing import ResponseReturnValue

from archives.core.language import Message, gettext, msg
from archives.pipelines.api.faults import ParameterError
from archives.web.pages import page
from archives.web.programs import asks_for_page

JSON, GEOJSON, HTML = "application/json", "application/geo+json", "text/html"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
SCHEMA = "application/schema+json"
FORMS = frozenset({"json", "html", "geojson"})
Link = dict[str, str]


def told(content: Mapping[str, Any], template: str, media_type: str = JSON, **context: Any) -> ResponseReturnValue:
    """A document: for people the template, which finds it as `document`."""
    if asks_for_page():
        return page(template, document=content, **context)
    return raw(orjson.dumps(content), media_type)


def raw(content: bytes, media_type: str) -> Response:
    """Bytes that are JSON already."""
    return Response(content, content_type=media_type)


def check_form() -> None:
    """Refuse a form that nothing is told in. Raises ParameterError."""
    if request.args.get("f", "json") not in FORMS:
        raise ParameterError("f", msg("Answers are told as json or as html."))


def link(rel: str, href: str, media_type: str, title: Message | str = "") -> Link:
    """A link; the title in the reader's language."""
    shown = gettext(title.msgid) if isinstance(title, Message) else title
    return {"rel": rel, "href": href, "type": media_type, **({"title": shown} if shown else {})}


def here_and_there(media_type: str = JSON) -> list[Link]:
    """The links to this answer, and to the same in its other form."""
    as_page = asks_for_page()
    own, other = (HTML, media_type) if as_page else (media_type, HTML)
    return [
        link("self", address_with(), own, msg("This document")),
        link(
            "alternate",
            address_with(f="json" if as_page else "html"),
            other,
            msg("This document as JSON") if as_page else msg("This document as a page"),
        ),
    ]


def address_with(**changes: str) -> str:
    """This address with some parameters changed, whole, so that a program can follow it."""
    values: dict[str, Any] = {**(request.view_args or {}), **request.args.to_dict(), **changes}
    return url_for(str(request.endpoint), **values, _external=True)


def address(endpoint: str, **values: Any) -> str:
    """The whole address of a view."""
    return url_for(endpoint, **values, _external=True)


def sent_parameters() -> dict[str, str]:
    """The query parameters, the first of each."""
    return request.args.to_dict()


def only(names: Sequence[str] = ("f",)) -> None:
    """Refuse parameters that a document does not have. Raises ParameterError."""
    for name in request.args:
        if name not in names:
            raise ParameterError(name[:80], msg("There is no parameter “%(name)s” here.", name=name[:80]))
    check_form()
