"""The collections that programs read, and their properties: what is told of a segment and of a point."""

from dataclasses import dataclass
from functools import cache
from typing import Literal

from archives.core.errors import NotFoundError
from archives.core.language import Message, current_language, gettext, msg
from gis.fields import Field, point_fields, segment_fields
from gis.store.contract import DATE_FIELDS, TEXT_FIELDS, Layer
from gis.store.tables import POINT_NUMBERS, POINT_TEXT, SEGMENT_NUMBERS, SEGMENT_TEXT

KEPT_BACK = frozenset({"source", "photo", "survey_north", "survey_east"})
"""Columns that tell where a row came from, or name files of the survey office: evidence, no property of the line."""
SHAPE = "geometry"
"""What a filter calls the place of a feature."""
Kind = Literal["string", "number"]


@dataclass(frozen=True, slots=True)
class Property:
    """One property: its column, its type in JSON, and how people call it."""

    name: str
    kind: Kind
    label_zh: str
    label_en: str
    unit: str = ""

    @property
    def title(self) -> str:
        """Its name in the reader's language, with its unit."""
        label = self.label_en if current_language() == "en" else self.label_zh
        return f"{label} ({self.unit})" if self.unit else label


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection: the layer of the store behind it, and its properties in order.

    `computed` can be asked for in a filter and stand in no feature.
    """

    id: str
    layer: Layer
    label: Message
    about: Message
    geometry: Literal["LineString", "Point"]
    properties: tuple[Property, ...]
    computed: tuple[Property, ...] = ()

    @property
    def title(self) -> str:
        """Its name in the reader's language."""
        return gettext(self.label.msgid)

    @property
    def description(self) -> str:
        """What it holds, in the reader's language."""
        return gettext(self.about.msgid)

    @property
    def names(self) -> tuple[str, ...]:
        """The columns of its properties."""
        return tuple(one.name for one in self.properties)

    def queryable(self, name: str) -> Property | None:
        """A property that can be asked for by name."""
        return next((one for one in (*self.properties, *self.computed) if one.name == name), None)


_OTHER_LABELS = {
    "major": ("大类代码", "Class code", ""),
    "minor": ("小类代码", "Kind code", ""),
    "z_ref": ("高程基准面", "Level that heights mean", ""),
    "material_raw": ("材质原文", "Material as written", ""),
    "burial_raw": ("埋设方式原文", "Burial as written", ""),
    "shape": ("断面形状", "Shape of section", ""),
    "ended_on": ("终止日期", "Ended", ""),
    "width": ("宽度或直径", "Width or diameter", "mm"),
    "height": ("高度或直径", "Height or diameter", "mm"),
    "length": ("平面长度", "Length in plan", "m"),
    "length3d": ("三维长度", "Length along the slope", "m"),
    "north": ("X坐标", "Northing (X)", "m"),
    "east": ("Y坐标", "Easting (Y)", "m"),
}
_COMPUTED = (
    Property("size", "number", "较大断面尺寸", "Larger dimension", "mm"),
    Property("depth", "number", "埋深", "Depth", "m"),
)


def _properties(fields: tuple[Field, ...], columns: tuple[str, ...]) -> tuple[Property, ...]:
    labels = {field.name: (field.label_zh, field.label_en, field.unit) for field in fields}
    return tuple(
        Property(name, _kind(name), *(_OTHER_LABELS.get(name) or labels.get(name) or (name, name, "")))
        for name in ("major", "minor", *columns)
        if name not in KEPT_BACK
    )


def _kind(name: str) -> Kind:
    return "string" if name in TEXT_FIELDS | DATE_FIELDS else "number"


@cache
def collections() -> tuple[Collection, ...]:
    """Segments and points."""
    return (
        Collection(
            id="pipe_segments",
            layer="segment",
            label=msg("Pipeline segments"),
            about=msg("Underground pipelines between two surveyed points, as they are or were on a day."),
            geometry="LineString",
            properties=_properties(segment_fields(), (*SEGMENT_TEXT, *SEGMENT_NUMBERS)),
            computed=_COMPUTED[:1],
        ),
        Collection(
            id="pipe_points",
            layer="point",
            label=msg("Pipeline points"),
            about=msg("Surveyed points of pipelines: features and appurtenances such as wells and valves."),
            geometry="Point",
            properties=_properties(point_fields(), (*POINT_TEXT, *POINT_NUMBERS)),
        ),
    )


def collection_named(name: str) -> Collection:
    """A collection by its id. Raises NotFoundError."""
    found = next((one for one in collections() if one.id == name), None)
    if found is None:
        raise NotFoundError(msg("There is no collection %(name)s.", name=name[:80]))
    return found
