"""Invented ground for the store's tests: a few hundred pipes, among them bent, cut off and nowhere, in two versions."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.frame import Frame
from gis.store.contract import Fids

CRS = 4548
WEST, SOUTH, SIDE = 540_000.0, 3_520_000.0, 1_000.0
"""A square kilometre of EPSG:4548."""

KINDS = (("JS", "JP"), ("PS", "YS"), ("PS", "WS"), ("RQ", "TR"), ("DL", "GD"))
BUILT = np.array(["", "1998", "1998-05", "1998-05-20", "2005-01-01", "2011"], dtype=object)
MATERIALS = np.array(["钢", "PE", "pe80", "混凝土", ""], dtype=object)
BENT = 7
LOST = 11
"""Every seventh segment has three points, where shapes are asked for."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What was stored, in the order in which the store numbered it."""

    points: Frame
    segments: Frame
    fids: Fids

    @property
    def shapes(self) -> NDArray[np.object_]:
        """The segments' geometries."""
        return self.segments.columns["geometry"]


def survey(seed: int, count: int = 400, *, shapes: bool = False) -> tuple[Frame, Frame]:
    """Points and segments; with `shapes` some are bent, and one has neither shape nor points, and so no place."""
    rng = np.random.default_rng(seed)
    kind = rng.integers(0, len(KINDS), count)
    places = np.stack([WEST + rng.random(count) * SIDE, SOUTH + rng.random(count) * SIDE], axis=1)
    ends = places + rng.normal(0, 30, (count, 2))
    points = _points(np.concatenate([places, ends]), np.concatenate([kind, kind]))
    segments = _segments(rng, kind, points)
    if not shapes:
        return points, segments
    unknown = {name: np.where(np.arange(count) == LOST, "?", segments.text(name)) for name in ("start_no", "end_no")}
    return points, segments.with_columns(geometry=_shapes(places, ends), **unknown)


def _points(places: NDArray[np.float64], kind: NDArray[np.int64]) -> Frame:
    rows = np.arange(len(places))
    return Frame(
        len(places),
        {
            "point_no": np.array([f"P{row}" for row in rows.tolist()], dtype=object),
            **_kinds(kind),
            "east": places[:, 0],
            "north": places[:, 1],
            "ground_z": np.where(rows % 10 == 3, np.nan, 20 + rows % 5 / 10),
            "appurtenance": np.where(rows % 4 == 0, "检查井", "").astype(object),
            "row": rows,
        },
    )


def _segments(rng: np.random.Generator, kind: NDArray[np.int64], points: Frame) -> Frame:
    count = len(kind)
    numbers = points.text("point_no")
    rows = np.arange(count)
    width = rng.choice([100.0, 300.0, 600.0, np.nan], count)
    return Frame(
        count,
        {
            "start_no": numbers[:count],
            "end_no": numbers[count:],
            **_kinds(kind),
            "start_depth": rng.choice([0.7, 1.2, 2.5, np.nan], count),
            "end_depth": rng.choice([0.9, 1.5, 3.0], count),
            "material": MATERIALS[rows % len(MATERIALS)],
            "width": width,
            "height": np.where(rows % 3 == 0, width * 2, width),
            "built_on": BUILT[rows % len(BUILT)],
            "owner": np.array([f"单位{row % 3}" for row in rows.tolist()], dtype=object),
            "status": np.where(rows % 5 == 0, "1", "0").astype(object),
            "row": rows,
        },
    )


def _kinds(kind: NDArray[np.int64]) -> dict[str, NDArray[np.object_]]:
    majors, minors = (np.array(column, dtype=object) for column in zip(*KINDS, strict=True))
    return {"major": majors[kind], "minor": minors[kind]}


def _shapes(places: NDArray[np.float64], ends: NDArray[np.float64]) -> NDArray[np.object_]:
    lines = []
    for row, (start, end) in enumerate(zip(places, ends, strict=True)):
        middle = [(start + end) / 2 + 5] if row % BENT == 0 else []
        lines.append(shapely.LineString([start, *middle, end]) if row != LOST else None)
    return np.array(lines, dtype=object)
