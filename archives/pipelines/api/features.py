"""Rows of the store as GeoJSON: each column becomes text at once, and a feature is one filling of a template.

No feature is ever a dictionary here: building those costs more than everything else together.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import orjson
import shapely
from numpy.typing import NDArray

from archives.pipelines.api.collections import Collection
from archives.pipelines.api.systems import System
from gis.frame import Frame

Coordinates = list[list[float]]
_HEAD = '{"type":"Feature","id":%s,"geometry":%s,"properties":{'
_TAIL = "}}"


def feature_collection(
    frame: Frame,
    collection: Collection,
    names: Sequence[str],
    system: System,
    store: int,
    members: Mapping[str, Any],
) -> bytes:
    """A page of features; `members` stand beside them (links, how many, when)."""
    head = orjson.dumps({"type": "FeatureCollection", **members}).decode()
    features = ",".join(features_of(frame, collection, names, system, store))
    return f'{head[:-1]},"features":[{features}]}}'.encode()


def features_of(
    frame: Frame, collection: Collection, names: Sequence[str], system: System, store: int
) -> Iterator[str]:
    """Each row as the text of a feature; text that is empty and numbers that are unknown are null."""
    if not len(frame):
        return iter(())
    template, columns = _template(frame, names)
    fids = frame.columns["fid"].tolist()
    places = _geometries(frame.columns["geometry"], collection.geometry, system, store)
    return map(template.__mod__, zip(fids, places, *columns, strict=True))


def _template(frame: Frame, names: Sequence[str]) -> tuple[str, list[list[str]]]:
    """The text of a feature with places for what differs between rows, and those columns."""
    parts, columns = [], []
    for name in names:
        told = _texts(frame, name)
        if isinstance(told, str):
            parts.append(f'"{name}":{told.replace("%", "%%")}')
        else:
            parts.append(f'"{name}":%s')
            columns.append(told)
    return f"{_HEAD}{','.join(parts)}{_TAIL}", columns


def _texts(frame: Frame, name: str) -> str | list[str]:
    """A column as JSON: one text where all rows are alike, else one for each row."""
    column = frame.columns.get(name)
    if column is None:
        return "null"
    return _words(column.tolist()) if column.dtype == object else _numbers(column)


def _words(values: list[str]) -> str | list[str]:
    told = {value: orjson.dumps(_sound(value) or None).decode() for value in set(values)}
    return next(iter(told.values())) if len(told) == 1 else [told[value] for value in values]


def _sound(text: str) -> str:
    """Text without halves of characters, which no JSON can hold."""
    return text.encode("utf-8", "replace").decode()


def _numbers(column: NDArray[Any]) -> str | list[str]:
    if (column == column[0]).all() or np.isnan(column).all():
        return orjson.dumps(column[0].item()).decode()
    return orjson.dumps(np.ascontiguousarray(column), option=orjson.OPT_SERIALIZE_NUMPY)[1:-1].decode().split(",")


def _geometries(geometries: NDArray[np.object_], kind: str, system: System, store: int) -> list[str]:
    """Each geometry as JSON, null for a row without a place."""
    counts, told = told_places(geometries, system, store)
    alike = bool((counts == counts[0]).all()) and counts[0] > 0 and not np.isnan(told).any()
    if not alike:
        return [_geometry(kind, place) for place in _split(told, counts)]
    whole = orjson.dumps(told.reshape(len(counts), -1, 3), option=orjson.OPT_SERIALIZE_NUMPY).decode()
    begin, end = ("[[", "]]") if kind == "LineString" else ("[", "]")
    return [f'{{"type":"{kind}","coordinates":{begin}{part}{end}}}' for part in whole[3:-3].split("]],[[")]


def told_places(
    geometries: NDArray[np.object_], system: System, store: int
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """How many places each geometry has; all of them (n, 3) in the system's own order of axes, NaN for no height."""
    stored = shapely.get_coordinates(geometries, include_z=True)
    east, north = system.from_store(store)(stored[:, 0], stored[:, 1])
    pair = (north, east) if system.north_first else (east, north)
    told = np.column_stack([*(np.round(axis, system.decimals) for axis in pair), np.round(stored[:, 2], 3)])
    return shapely.get_num_coordinates(geometries), told


def _split(told: NDArray[np.float64], counts: NDArray[np.int32]) -> Iterator[NDArray[np.float64]]:
    ends = np.cumsum(counts).tolist()
    return (told[end - count : end] for end, count in zip(ends, counts.tolist(), strict=True))


def _geometry(kind: str, places: NDArray[np.float64]) -> str:
    """One geometry; a height follows where all of its places have one."""
    if not len(places):
        return "null"
    known = places[:, :2] if np.isnan(places[:, 2]).any() else places
    coordinates = known.tolist() if kind == "LineString" else known[0].tolist()
    return orjson.dumps({"type": kind, "coordinates": coordinates}).decode()
