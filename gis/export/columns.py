"""What every format writes of a point or a segment: the known fields that somebody filled, as people read them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.codes import Codes
from gis.fields import UNKEPT, Field, point_fields, segment_fields
from gis.frame import Frame, Text, coded
from gis.labels import size_texts, voltage_text
from gis.profiles import Plane


@dataclass(frozen=True, slots=True)
class Marks:
    """What a copy carries to be known by: its number, a watermark naming the recipient, its secrecy, and the line that
    names plane system, central meridian and height datum."""

    copy_no: str = ""
    watermark: str = ""
    secrecy: str = ""
    described: str = ""

    def lines(self) -> tuple[str, ...]:
        """The marks that are given, in the order in which they are printed."""
        return tuple(line for line in (self.secrecy, self.copy_no, self.watermark, self.described) if line)


class Column(NamedTuple):
    """One attribute: the field's own name, its Chinese label, a name of at most ten bytes, and the values.

    Labels and short names are such as `gis.survey` reads back. Texts are "" and numbers NaN where nothing is known.
    """

    name: str
    label: str
    short: str
    values: NDArray[Any]


SHORT = 10
"""Bytes of a field's name in a DBF table."""


def point_columns(points: Frame, codes: Codes) -> list[Column]:
    """The attributes of points, in their customary order."""
    return _columns(points, point_fields(), codes)


def segment_columns(segments: Frame, codes: Codes) -> list[Column]:
    """The attributes of segments in their customary order, then the lengths in plan and along the pipe."""
    given = segments.with_columns(size_raw=size_texts(segments)) if len(segments) else segments
    found = _columns(given, segment_fields(), codes)
    lengths = (("length", "平面长度", "PlanLength"), ("length3d", "空间长度", "Length3D"))
    return found + [
        Column(name, label, short, np.round(segments.number(name), 3))
        for name, label, short in lengths
        if segments.has(name)
    ]


def _columns(frame: Frame, fields: Sequence[Field], codes: Codes) -> list[Column]:
    shorts = _short_names(fields)
    found = [
        Column(field.name, field.label_zh, shorts[field.name], _values(frame, field, codes))
        for field in fields
        if field.type != UNKEPT and (frame.has(field.name) or field.name == "kind")
    ]
    return [column for column in found if _is_filled(column.values)]


def _is_filled(values: NDArray[Any]) -> bool:
    return bool((values != "").any()) if values.dtype == object else bool(np.isfinite(values).any())


def _values(frame: Frame, field: Field, codes: Codes) -> NDArray[Any]:
    if field.name == "kind":
        minor, major = frame.text("minor"), frame.text("major")
        return np.where(minor == "", major, minor).astype(object)
    column = frame.columns[field.name]
    if field.name == "flow":
        return _each(column, _flow)
    if field.name == "voltage":
        return _each(column, voltage_text)
    if column.dtype == object:
        raw = frame.text(f"{field.name}_raw")
        return _named(column, raw, field.type, codes)
    return column.astype(np.float64, copy=False)


def _named(column: Text, raw: Text, dictionary: str, codes: Codes) -> Text:
    """Dictionary codes by their names; what is in no dictionary as it was given."""
    numbers, different = coded(column)
    known = codes.values.get(dictionary, {})
    names = np.array([known[text].name_zh if text in known else str(text) for text in different], dtype=object)
    if not len(column):
        return column
    found: Text = np.where(column == "", raw, names[numbers])
    return found


def _each(column: NDArray[Any], written: Callable[[Any], str]) -> Text:
    different, numbers = np.unique(column, return_inverse=True) if len(column) else (column, np.array([], dtype=int))
    texts = np.array([written(value) for value in different.tolist()], dtype=object)
    return texts[numbers] if len(column) else column.astype(object)


def _flow(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "+" if value > 0 else "-" if value < 0 else ""


def _short_names(fields: Sequence[Field]) -> dict[str, str]:
    """For each field a name that fits a DBF table: one that surveyors use, where there is one."""
    taken: set[str] = set()
    found: dict[str, str] = {}
    for field in fields:
        names = [alias for alias in (*field.aliases, field.name) if alias.isascii() and alias.isidentifier()]
        fitting = [name for name in (*names, field.name[:SHORT]) if len(name) <= SHORT and name.upper() not in taken]
        found[field.name] = fitting[0]
        taken.add(fitting[0].upper())
    return found


def placed_points(points: Frame) -> tuple[Frame, NDArray[Any]]:
    """The points that have a place, and their geometries, with the ground's height where it is known."""
    east, north, height = (points.number(name) for name in ("east", "north", "ground_z"))
    known = np.isfinite(east) & np.isfinite(north)
    coordinates = np.column_stack([east, north, height])[known]
    with_height = np.isfinite(coordinates[:, 2])
    geometries = np.empty(len(coordinates), dtype=object)
    geometries[with_height] = shapely.points(coordinates[with_height])
    geometries[~with_height] = shapely.points(coordinates[~with_height, :2])
    return points.take(known), geometries


def placed_segments(segments: Frame) -> tuple[Frame, NDArray[Any]]:
    """The segments that have a line, and their geometries."""
    if not segments.has("geometry"):
        return segments.take(np.zeros(len(segments), dtype=bool)), np.empty(0, dtype=object)
    lines = segments.columns["geometry"]
    known = ~(shapely.is_missing(lines) | shapely.is_empty(lines))
    return segments.take(known), lines[known]


def moved(points: Frame, segments: Frame, plane: Plane) -> tuple[Frame, Frame]:
    """Points and segments in another plane, such as an office's own grid (`gis.profiles.from_store`)."""
    east, north = plane(points.number("east"), points.number("north"))
    points = points.with_columns(east=east, north=north)
    if not segments.has("geometry"):
        return points, segments
    return points, segments.with_columns(geometry=transformed(segments.columns["geometry"], plane))


def transformed(geometries: NDArray[Any], plane: Plane) -> NDArray[Any]:
    """Geometries with every coordinate moved, heights kept."""

    def move(coordinates: NDArray[np.float64]) -> NDArray[np.float64]:
        east, north = plane(coordinates[:, 0], coordinates[:, 1])
        return np.column_stack([east, north, coordinates[:, 2:]])

    found = geometries.copy()
    for rows in (has_z := shapely.has_z(geometries), ~has_z):
        if rows.any():
            found[rows] = shapely.transform(geometries[rows], move, include_z=bool(has_z[rows][0]))
    return found
