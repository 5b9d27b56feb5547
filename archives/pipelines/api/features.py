"""Rows of the store as GeoJSON: whole columns at once, one dictionary a feature at the very end."""

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


def feature_collection(
    frame: Frame,
    collection: Collection,
    names: Sequence[str],
    system: System,
    store: int,
    members: Mapping[str, Any],
) -> bytes:
    """A page of features; `members` stand beside them (links, how many, when)."""
    features = list(features_of(frame, collection, names, system, store))
    return orjson.dumps({"type": "FeatureCollection", **members, "features": features})


def features_of(
    frame: Frame, collection: Collection, names: Sequence[str], system: System, store: int
) -> Iterator[dict[str, Any]]:
    """Each row as a feature; text that is empty and numbers that are unknown are null."""
    if not len(frame):
        return
    columns = [values_of(frame, name) for name in names]
    rows = zip(*columns, strict=True) if columns else ((),) * len(frame)
    places = coordinates_of(frame.columns["geometry"], system, store)
    kind, single = collection.geometry, collection.geometry == "Point"
    for fid, place, row in zip(frame.columns["fid"].tolist(), places, rows, strict=True):
        told: Any = place[0] if single and place else place
        geometry = {"type": kind, "coordinates": told} if place else None
        yield {"type": "Feature", "id": fid, "geometry": geometry, "properties": dict(zip(names, row, strict=True))}


def values_of(frame: Frame, name: str) -> list[Any]:
    """A column as JSON holds it."""
    column = frame.columns.get(name)
    if column is None:
        return [None] * len(frame)
    values: list[Any] = column.tolist()
    return values if column.dtype != object else [value or None for value in values]


def coordinates_of(geometries: NDArray[np.object_], system: System, store: int) -> list[Coordinates]:
    """Each geometry's places in the system's own order of axes; a height follows where all of a geometry are known.

    An empty list stands for a row without a place.
    """
    counts = shapely.get_num_coordinates(geometries)
    stored = shapely.get_coordinates(geometries, include_z=True)
    east, north = system.from_store(store)(stored[:, 0], stored[:, 1])
    pair = (north, east) if system.north_first else (east, north)
    told = np.column_stack([*(np.round(axis, system.decimals) for axis in pair), np.round(stored[:, 2], 3)])
    places = _split(told, counts)
    for at in _without_height(told, counts):
        places[at] = [place[:2] for place in places[at]]
    return places


def _split(told: NDArray[np.float64], counts: NDArray[np.int32]) -> list[Coordinates]:
    if len(counts) and (counts == counts[0]).all():
        return told.reshape(len(counts), counts[0], 3).tolist()
    every: Coordinates = told.tolist()
    ends = np.cumsum(counts).tolist()
    return [every[end - count : end] for end, count in zip(ends, counts.tolist(), strict=True)]


def _without_height(told: NDArray[np.float64], counts: NDArray[np.int32]) -> list[int]:
    """Which geometries have a place of unknown height."""
    unknown = np.isnan(told[:, 2])
    if not unknown.any():
        return []
    owners = np.repeat(np.arange(len(counts)), counts)
    found: list[int] = np.unique(owners[unknown]).tolist()
    return found
