"""The one box on top of every page: a code leads to its project or volume, words lead to the catalogue."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from archives.catalogue import queries
from archives.core.errors import NotFoundError
from archives.projects.queries import by_code
from archives.web.application import database
from archives.web.guard import actor
from archives.web.pages import goto

blueprint = Blueprint("search", __name__)


@blueprint.get("/search")
def find() -> ResponseReturnValue:
    """Go to what was meant."""
    words = request.args.get("q", "").strip()
    try:
        return goto("projects.show", code=by_code(database(), actor(), words).code)
    except NotFoundError:
        pass
    try:
        return goto("catalogue.volume", volume_id=queries.volume_by_code(database(), actor(), words).id)
    except NotFoundError:
        return goto("catalogue.volumes", words=words or None)
