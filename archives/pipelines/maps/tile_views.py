"""The door of the pipelines' vector tiles, for the map and for programs; what the reader may not see is in none."""

import hashlib
from datetime import date

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response as BaseResponse

from archives.core.errors import NotFoundError
from archives.core.language import gettext
from archives.core.permissions import require
from archives.pipelines.actions import SEE
from archives.pipelines.api import tilesets
from archives.pipelines.api.asked import day_of
from archives.pipelines.api.items import extent_of
from archives.pipelines.api.representation import address
from archives.pipelines.api.views import SCOPE
from archives.pipelines.lines import store_of, where_for
from archives.pipelines.queries import store_system
from archives.web.application import database
from archives.web.guard import actor, for_programs

blueprint = Blueprint("pipeline_tiles", __name__, url_prefix="/pipelines")
KEPT_SECONDS = 120
"""How long the reader's own browser may show a tile again without asking; no cache between may keep one."""
WORLD = (-180.0, -85.05, 180.0, 85.05)
DEEPEST_DRAWN = 24


@blueprint.get("/tiles/<int:z>/<int:x>/<int:y>.mvt")
@for_programs(SCOPE)
def tile(z: int, x: int, y: int) -> ResponseReturnValue:
    """One vector tile (WebMercatorQuad), `as_of` a day if one is named."""
    require(actor(), SEE)
    if z > DEEPEST_DRAWN or not (x < 2**z and y < 2**z):
        raise NotFoundError
    return _private(_drawn(z, x, y, day_of(request.args.get("as_of"), "as_of")))


def _drawn(z: int, x: int, y: int, as_of: date | None) -> bytes:
    session = database()
    if store_system(session) is None:
        return b""
    where = where_for(session, actor(), as_of=as_of)
    return store_of(session).tile(session.connection(), z, x, y, where)


def _private(content: bytes) -> BaseResponse:
    """A tile with a mark of its content, for the reader's own browser only."""
    answer = Response(content, content_type=tilesets.VECTOR)
    answer.set_etag(hashlib.sha256(content).hexdigest()[:32])
    answer.headers["Cache-Control"] = f"private, max-age={KEPT_SECONDS}"
    answer.headers["Vary"] = "Cookie, Authorization"
    return answer.make_conditional(request)


@blueprint.get("/tiles.json")
@for_programs(SCOPE)
def tilejson() -> ResponseReturnValue:
    """Where the tiles are and what is in them (TileJSON 3)."""
    require(actor(), SEE)
    store = store_system(database())
    bounds = extent_of(database(), actor(), store) if store is not None else WORLD
    template = address("pipeline_tiles.tile", z=0, x=0, y=0).replace("/0/0/0.mvt", "/{z}/{x}/{y}.mvt")
    return jsonify(tilesets.tilejson(template, bounds, gettext("Underground pipelines")))
