"""What a collection's features hold, as JSON Schema: for what can be asked, and for what is told."""

from typing import Any

from archives.core.language import gettext
from archives.pipelines.api.collections import SHAPE, Collection, Property
from gis.codes import standard

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_VALUES = ("material", "burial", "status")
"""Properties whose values stand in a dictionary of the standard."""


def queryables(collection: Collection, address: str) -> dict[str, Any]:
    """What can be asked of a collection, in a filter or as a parameter of its own."""
    properties = {one.name: _schema(one) for one in (*collection.properties, *collection.computed)}
    return _document(collection, address, {SHAPE: _place(collection), **properties})


def schema(collection: Collection, address: str) -> dict[str, Any]:
    """What each feature of a collection holds."""
    fid = {"type": "integer", "readOnly": True, "x-ogc-role": "id", "title": gettext("Number")}
    properties = {one.name: _schema(one) for one in collection.properties}
    return _document(collection, address, {"id": fid, SHAPE: _place(collection), **properties})


def _document(collection: Collection, address: str, properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "$schema": DIALECT,
        "$id": address,
        "type": "object",
        "title": collection.title,
        "description": collection.description,
        "properties": properties,
        "additionalProperties": False,
    }


def _place(collection: Collection) -> dict[str, Any]:
    return {
        "title": gettext("Place"),
        "format": f"geometry-{collection.geometry.lower()}",
        "x-ogc-role": "primary-geometry",
    }


def _schema(one: Property) -> dict[str, Any]:
    told: dict[str, Any] = {"title": one.title, "type": one.kind}
    if one.unit:
        told["x-ogc-unit"] = one.unit
    if one.name in _VALUES:
        told["description"] = values_of(one.name)
    return told


def values_of(dictionary: str) -> str:
    """A dictionary's codes with their names, in one line."""
    values = standard().values.get(dictionary, {}).values()
    return "; ".join(f"{value.code} {value.name_zh}" for value in values)
