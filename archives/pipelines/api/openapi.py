"""The description of the interface (OpenAPI 3.0), whole in itself: it refers to nothing outside."""

from typing import Any

from archives.core.language import gettext, msg
from archives.pipelines.api.asked import MOST, USUAL
from archives.pipelines.api.collections import Collection, collections
from archives.pipelines.api.systems import CRS84, systems

VERSION = "1.0.0"
Parameter = dict[str, Any]
_GEOJSON, _JSON, _PAGE = "application/geo+json", "application/json", "text/html"


def document(server: str, store: int | None) -> dict[str, Any]:
    """The document; `server` is the address that all paths are below."""
    return {
        "openapi": "3.0.3",
        "info": {
            "title": gettext("Underground pipelines"),
            "version": VERSION,
            "description": gettext("What the reader may see, and no more: key or session decide."),
        },
        "servers": [{"url": server}],
        "security": [{"key": []}],
        "tags": [{"name": one.id, "description": one.description} for one in collections()],
        "paths": _paths(),
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "parameters": _parameters(store),
            "responses": {"Fault": _fault()},
            "schemas": {"Problem": _PROBLEM},
        },
    }


def _paths() -> dict[str, Any]:
    paths = {
        "/": _get("landing", msg("Landing page")),
        "/conformance": _get("conformance", msg("Conformance classes")),
        "/collections": _get("collections", msg("Collections")),
        "/api": _get("api", msg("This description")),
        "/tiles": _get("tiles", msg("Vector tiles")),
        "/tileMatrixSets": _get("matrix_sets", msg("Tile matrix sets")),
    }
    for one in collections():
        paths |= _collection_paths(one)
    return paths


def _collection_paths(one: Collection) -> dict[str, Any]:
    root = f"/collections/{one.id}"
    asked = [{"$ref": f"#/components/parameters/{name}"} for name in _SHARED]
    own = [_own_parameter(name.name, name.kind, name.title) for name in (*one.properties, *one.computed)]
    item = [_path_parameter("featureId"), {"$ref": "#/components/parameters/crs"}]
    return {
        root: _get(f"{one.id}.about", one.title, one.id),
        f"{root}/queryables": _get(f"{one.id}.queryables", msg("What can be asked"), one.id),
        f"{root}/schema": _get(f"{one.id}.schema", msg("What a feature holds"), one.id),
        f"{root}/items": _get(f"{one.id}.items", msg("Features"), one.id, [*asked, *own], _GEOJSON),
        f"{root}/items/{{featureId}}": _get(f"{one.id}.item", msg("One feature"), one.id, item, _GEOJSON),
    }


def _get(
    operation: str, summary: Any, tag: str = "", parameters: list[Parameter] | None = None, media: str = _JSON
) -> dict[str, Any]:
    content = {media: {"schema": {"type": "object"}}, _PAGE: {"schema": {"type": "string"}}}
    told: dict[str, Any] = {
        "operationId": operation,
        "summary": str(summary),
        "parameters": [*(parameters or []), {"$ref": "#/components/parameters/f"}],
        "responses": {
            "200": {"description": str(summary), "content": content},
            **{status: {"$ref": "#/components/responses/Fault"} for status in ("400", "401", "403", "404", "500")},
        },
    }
    return {"get": {**told, "tags": [tag]} if tag else told}


def _fault() -> dict[str, Any]:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": gettext("What is wrong (RFC 9457)"), "content": content}


_PROBLEM: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "parameter": {"type": "string"},
        "position": {"type": "integer"},
    },
}
_SHARED = (
    "limit",
    "cursor",
    "bbox",
    "bbox-crs",
    "crs",
    "datetime",
    "filter",
    "filter-lang",
    "filter-crs",
    "properties",
    "sortby",
)


def _parameters(store: int | None) -> dict[str, Parameter]:
    system = {"type": "string", "format": "uri", "default": CRS84, "enum": [one.uri for one in systems(store)]}
    numbers = {"type": "number"}
    box = {"type": "array", "items": numbers, "oneOf": [{"minItems": n, "maxItems": n} for n in (4, 6)]}
    schemas: dict[str, tuple[dict[str, Any], str]] = {
        "f": ({"type": "string", "enum": ["json", "html"]}, gettext("Form of the answer")),
        "limit": (
            {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL},
            gettext("Features of a page"),
        ),
        "cursor": ({"type": "string"}, gettext("Where a page begins, from the link to the next")),
        "bbox": (box, gettext("Box that the features meet")),
        "bbox-crs": (system, gettext("System of the box")),
        "crs": (system, gettext("System that features are told in")),
        "datetime": ({"type": "string"}, gettext("Day, moment or span in which the line stood")),
        "filter": ({"type": "string"}, gettext("Condition in CQL2")),
        "filter-lang": (
            {"type": "string", "enum": ["cql2-text", "cql2-json"], "default": "cql2-text"},
            gettext("Language of the condition"),
        ),
        "filter-crs": (system, gettext("System of the places in the condition")),
        "properties": ({"type": "array", "items": {"type": "string"}}, gettext("Properties to tell")),
        "sortby": ({"type": "string", "enum": ["fid", "+fid"]}, gettext("Order of the features")),
    }
    return {name: _query(name, schema, text) for name, (schema, text) in schemas.items()}


def _query(name: str, schema: dict[str, Any], text: str) -> Parameter:
    listed = {"style": "form", "explode": False} if schema.get("type") == "array" else {}
    return {"name": name, "in": "query", "required": False, "description": text, "schema": schema, **listed}


def _own_parameter(name: str, kind: str, title: str) -> Parameter:
    return _query(name, {"type": kind}, title)


def _path_parameter(name: str) -> Parameter:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "integer"}}
