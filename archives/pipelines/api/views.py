"""The door of OGC API Features and Tiles: every document for programs as JSON, and for people as a page."""

from typing import Any

import orjson
from flask import Blueprint
from flask.typing import ResponseReturnValue

from archives.core.clock import now
from archives.core.errors import NotFoundError
from archives.core.language import msg
from archives.core.permissions import require
from archives.pipelines.actions import SEE
from archives.pipelines.api import openapi, schemas, tilesets
from archives.pipelines.api.asked import Asked, cursor_of, read_asked, read_one
from archives.pipelines.api.collections import Collection, collection_named, collections
from archives.pipelines.api.features import feature_collection, features_of
from archives.pipelines.api.items import Found, extent_of, feature_of, page_of
from archives.pipelines.api.representation import (
    GEOJSON,
    HTML,
    JSON,
    OPENAPI,
    SCHEMA,
    Link,
    address,
    address_with,
    check_form,
    here_and_there,
    link,
    only,
    raw,
    sent_parameters,
    told,
)
from archives.pipelines.api.systems import CRS84, of_epsg, systems
from archives.pipelines.queries import store_system
from archives.web.application import database
from archives.web.guard import actor, for_programs
from archives.web.pages import page
from archives.web.programs import asks_for_page

blueprint = Blueprint("ogc", __name__, url_prefix="/ogc")
SCOPE = "pipelines.read"
"""What a program's key must open to read here."""
SCOPES = {SCOPE: msg("Read pipelines: features and map tiles")}
_OGC = "http://www.opengis.net/def/rel/ogc/1.0/"
_SPEC = "http://www.opengis.net/spec/ogcapi-{}"
CONFORMANCE = (
    *(_SPEC.format(f"common-1/1.0/conf/{name}") for name in ("core", "landing-page", "json", "html", "oas30")),
    *(_SPEC.format(f"features-1/1.0/conf/{name}") for name in ("core", "geojson", "html", "oas30")),
    _SPEC.format("features-2/1.0/conf/crs"),
    *(_SPEC.format(f"features-3/1.0/conf/{name}") for name in ("queryables", "filter", "features-filter")),
    *(_SPEC.format(f"tiles-1/1.0/conf/{name}") for name in ("core", "mvt", "tileset", "tilesets-list")),
    *(
        f"http://www.opengis.net/spec/cql2/1.0/conf/{name}"
        for name in ("cql2-text", "cql2-json", "basic-cql2", "basic-spatial-functions")
    ),
)


@blueprint.get("", strict_slashes=False)
@for_programs(SCOPE)
def landing() -> ResponseReturnValue:
    """Where a program begins."""
    require(actor(), SEE)
    only()
    links = [
        *here_and_there(),
        link("service-desc", address("ogc.api", f="json"), OPENAPI, msg("Description of the interface (OpenAPI)")),
        link("service-doc", address("ogc.api", f="html"), HTML, msg("Description of the interface as a page")),
        link("conformance", address("ogc.conformance"), JSON, msg("Conformance classes")),
        link("data", address("ogc.all_collections"), JSON, msg("Collections")),
        link(f"{_OGC}tilesets-vector", address("ogc.tiles"), JSON, msg("Vector tiles")),
        link(f"{_OGC}tiling-schemes", address("ogc.matrix_sets"), JSON, msg("Tile matrix sets")),
    ]
    content = {
        "title": str(msg("Underground pipelines")),
        "description": str(msg("What the reader may see, and no more: key or session decide.")),
        "links": links,
    }
    return told(content, "pipelines/api/landing.html")


@blueprint.get("/conformance")
@for_programs(SCOPE)
def conformance() -> ResponseReturnValue:
    """Which parts of the standards hold here."""
    require(actor(), SEE)
    only()
    return told({"conformsTo": list(CONFORMANCE), "links": here_and_there()}, "pipelines/api/conformance.html")


@blueprint.get("/api")
@for_programs(SCOPE)
def api() -> ResponseReturnValue:
    """The description of the interface."""
    require(actor(), SEE)
    only()
    content = openapi.document(address("ogc.landing"), store_system(database()))
    return told(content, "pipelines/api/openapi.html", OPENAPI)


@blueprint.get("/collections")
@for_programs(SCOPE)
def all_collections() -> ResponseReturnValue:
    """The collections."""
    require(actor(), SEE)
    only()
    store = store_system(database())
    content = {
        "links": here_and_there(),
        "crs": [one.uri for one in systems(store)],
        "collections": [_about(one, store) for one in collections()],
    }
    return told(content, "pipelines/api/collections.html")


@blueprint.get("/collections/<name>")
@for_programs(SCOPE)
def collection(name: str) -> ResponseReturnValue:
    """One collection."""
    require(actor(), SEE)
    one = collection_named(name)
    only()
    content = _about(one, store_system(database()))
    content["links"] = [*here_and_there(), *content["links"][1:]]
    return told(content, "pipelines/api/collection.html")


def _about(one: Collection, store: int | None) -> dict[str, Any]:
    about: dict[str, Any] = {
        "id": one.id,
        "title": one.title,
        "description": one.description,
        "itemType": "feature",
        "crs": [system.uri for system in systems(store)],
        "links": [
            link("self", address("ogc.collection", name=one.id), JSON, one.title),
            link("items", address("ogc.items", name=one.id), GEOJSON, msg("Features")),
            link("items", address("ogc.items", name=one.id, f="html"), HTML, msg("Features as a page")),
            link(f"{_OGC}queryables", address("ogc.queryables", name=one.id), SCHEMA, msg("What can be asked")),
            link(f"{_OGC}schema", address("ogc.schema", name=one.id), SCHEMA, msg("What a feature holds")),
            link(f"{_OGC}tilesets-vector", address("ogc.tiles"), JSON, msg("Vector tiles")),
        ],
    }
    if store is None:
        return about
    extent = {"spatial": {"bbox": [list(extent_of(database(), actor(), store))], "crs": CRS84}}
    return {**about, "extent": extent, "storageCrs": of_epsg(store).uri}


@blueprint.get("/collections/<name>/queryables")
@for_programs(SCOPE)
def queryables(name: str) -> ResponseReturnValue:
    """What can be asked of a collection."""
    require(actor(), SEE)
    one = collection_named(name)
    only()
    content = schemas.queryables(one, address("ogc.queryables", name=name))
    return told(content, "pipelines/api/queryables.html", SCHEMA, collection=one)


@blueprint.get("/collections/<name>/schema")
@for_programs(SCOPE)
def schema(name: str) -> ResponseReturnValue:
    """What each feature of a collection holds."""
    require(actor(), SEE)
    one = collection_named(name)
    only()
    content = schemas.schema(one, address("ogc.schema", name=name))
    return told(content, "pipelines/api/queryables.html", SCHEMA, collection=one)


@blueprint.get("/collections/<name>/items")
@for_programs(SCOPE)
def items(name: str) -> ResponseReturnValue:
    """A page of features."""
    one = collection_named(name)
    check_form()
    store = store_system(database())
    asked = read_asked(sent_parameters(), one, store)
    found = page_of(database(), actor(), one, asked)
    if asks_for_page():
        return _items_page(one, asked, found, store)
    members = _members(found, [*here_and_there(GEOJSON), *_next(found), _collection_link(one)])
    content = feature_collection(found.rows, one, asked.properties, asked.system, store or 0, members)
    return _in_system(content, asked.system.uri)


def _members(found: Found, links: list[Link]) -> dict[str, Any]:
    counted = {} if found.matched is None else {"numberMatched": found.matched}
    moment = now().isoformat(timespec="seconds").replace("+00:00", "Z")
    return {"timeStamp": moment, "numberReturned": len(found.rows), **counted, "links": links}


def _next(found: Found) -> list[Link]:
    if found.next_after is None:
        return []
    return [link("next", address_with(cursor=cursor_of(found.next_after)), GEOJSON, msg("Next page"))]


def _collection_link(one: Collection) -> Link:
    return link("collection", address("ogc.collection", name=one.id), JSON, one.title)


def _in_system(content: bytes, uri: str) -> ResponseReturnValue:
    answer = raw(content, GEOJSON)
    answer.headers["Content-Crs"] = f"<{uri}>"
    return answer


def _items_page(one: Collection, asked: Asked, found: Found, store: int | None) -> str:
    following = _next(found)
    return page(
        "pipelines/api/items.html",
        collection=one,
        features=[*map(orjson.loads, features_of(found.rows, one, asked.properties, asked.system, store or 0))],
        next_url=following[0]["href"] if following else None,
        matched=found.matched,
        json_url=address_with(f="json"),
    )


@blueprint.get("/collections/<name>/items/<fid>")
@for_programs(SCOPE)
def item(name: str, fid: str) -> ResponseReturnValue:
    """One feature."""
    one = collection_named(name)
    check_form()
    store = store_system(database())
    system = read_one(sent_parameters(), store)
    rows = feature_of(database(), actor(), one, fid)
    feature = orjson.loads(next(features_of(rows, one, one.names, system, store or 0)))
    if asks_for_page():
        return page("pipelines/api/item.html", collection=one, feature=feature, json_url=address_with(f="json"))
    links = [*here_and_there(GEOJSON), _collection_link(one)]
    return _in_system(orjson.dumps({**feature, "links": links}), system.uri)


@blueprint.get("/tiles")
@for_programs(SCOPE)
def tiles() -> ResponseReturnValue:
    """The sets of vector tiles: one."""
    require(actor(), SEE)
    only()
    about = link("self", address("ogc.tileset"), JSON, msg("Vector tiles"))
    one = {"dataType": "vector", "crs": tilesets.matrix_set()["crs"], "links": [about], **_matrix_set()}
    return told({"links": here_and_there(), "tilesets": [one]}, "pipelines/api/tiles.html")


def _matrix_set() -> dict[str, str]:
    return {
        "title": str(msg("Underground pipelines")),
        "tileMatrixSetURI": tilesets.MATRIX_SET_URI,
        "tileMatrixSetId": tilesets.MATRIX_SET,
    }


@blueprint.get(f"/tiles/{tilesets.MATRIX_SET}")
@for_programs(SCOPE)
def tileset() -> ResponseReturnValue:
    """The set of vector tiles, with the address of each."""
    require(actor(), SEE)
    only()
    tile = address("pipeline_tiles.tile", z=0, x=0, y=0).removesuffix("0/0/0.mvt")
    links = [
        *here_and_there(),
        link("item", f"{tile}{{tileMatrix}}/{{tileCol}}/{{tileRow}}.mvt", tilesets.VECTOR, msg("One tile"))
        | {"templated": "true"},
        link("describedby", address("pipeline_tiles.tilejson"), JSON, msg("TileJSON")),
        link(f"{_OGC}tiling-scheme", address("ogc.matrix_set", name=tilesets.MATRIX_SET), JSON, tilesets.MATRIX_SET),
    ]
    content = {"dataType": "vector", "crs": tilesets.matrix_set()["crs"], **_matrix_set(), "links": links}
    return told(content, "pipelines/api/tiles.html")


@blueprint.get("/tileMatrixSets")
@for_programs(SCOPE)
def matrix_sets() -> ResponseReturnValue:
    """The pyramids of tiles: one."""
    require(actor(), SEE)
    only()
    self = link("self", address("ogc.matrix_set", name=tilesets.MATRIX_SET), JSON, tilesets.MATRIX_SET)
    one = {"id": tilesets.MATRIX_SET, "uri": tilesets.MATRIX_SET_URI, "links": [self]}
    return told({"tileMatrixSets": [one], "links": here_and_there()}, "pipelines/api/tiles.html")


@blueprint.get("/tileMatrixSets/<name>")
@for_programs(SCOPE)
def matrix_set(name: str) -> ResponseReturnValue:
    """One pyramid of tiles."""
    require(actor(), SEE)
    only()
    if name != tilesets.MATRIX_SET:
        raise NotFoundError
    return told({**tilesets.matrix_set(), "links": here_and_there()}, "pipelines/api/tiles.html")
