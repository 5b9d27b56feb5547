"""A city of streets on a grid, with eight kinds of pipe under each: the same one every time."""

import numpy as np
from numpy.typing import NDArray

from gis.frame import Frame, Text

KINDS = (("JS", "JP"), ("PS", "YS"), ("PS", "WS"), ("RQ", "TR"), ("RL", "RS"), ("DL", "GD"), ("TX", "XX"), ("GY", "QQ"))
MATERIALS = np.array(["铸铁", "钢", "混凝土", "聚乙烯"], dtype=object)
SIZES = (100, 200, 300, 400, 600, 800)
BLOCK, STEP = 120.0, 30.0
"""Metres between streets and between survey points along a street."""

NODES_A_BLOCK = round(BLOCK / STEP)
OFFSET = 1.5
"""Metres between two pipes of a street."""

CORNER = (540_000.0, 3_520_000.0)
"""East and north in EPSG:4548."""

TURN = np.radians(7.0)
"""The grid stands askew, as cities do."""


def city(segments: int) -> tuple[Frame, Frame]:
    """Points and segments; at least as many segments as asked for, in the order of the streets."""
    streets = int(np.ceil(np.sqrt(segments / (2 * NODES_A_BLOCK * len(KINDS)))))
    nodes = streets * NODES_A_BLOCK + 1
    direction, street, kind, node = (
        axis.ravel() for axis in np.meshgrid(*map(np.arange, (2, streets, len(KINDS), nodes)), indexing="ij")
    )
    along, across = node * STEP, street * BLOCK + kind * OFFSET
    x, y = np.where(direction, across, along), np.where(direction, along, across)
    points = _points(x, y, kind)
    starts = np.flatnonzero(node < nodes - 1)
    return points, _segments(points, kind, starts)


def _points(x: NDArray[np.float64], y: NDArray[np.float64], kind: NDArray[np.int64]) -> Frame:
    rows = np.arange(len(x))
    majors, minors = _kinds(kind)
    return Frame(
        len(x),
        {
            "point_no": np.array([f"{minor}{row}" for minor, row in zip(minors, rows.tolist(), strict=True)], object),
            "major": majors,
            "minor": minors,
            "east": CORNER[0] + x * np.cos(TURN) - y * np.sin(TURN),
            "north": CORNER[1] + x * np.sin(TURN) + y * np.cos(TURN),
            "ground_z": 20 + (rows % 97) / 50,
            "feature": np.full(len(x), "直线点", dtype=object),
            "road": _roads(y),
            "row": rows,
        },
    )


def _segments(points: Frame, kind: NDArray[np.int64], starts: NDArray[np.int64]) -> Frame:
    majors, minors = _kinds(kind[starts])
    numbers = points.text("point_no")
    sizes = np.array(SIZES)[starts % len(SIZES)]
    columns = {
        "start_no": numbers[starts],
        "end_no": numbers[starts + 1],
        "major": majors,
        "minor": minors,
        "start_depth": 1 + (starts % 31) / 20,
        "end_depth": 1 + (starts % 29) / 20,
        "material": MATERIALS[starts % len(MATERIALS)],
        "size_raw": np.array([f"DN{size}" for size in sizes.tolist()], dtype=object),
        "width": sizes.astype(np.float64),
        "height": sizes.astype(np.float64),
        "burial": np.full(len(starts), "直埋", dtype=object),
        "status": np.full(len(starts), "在用", dtype=object),
        "built_on": np.array([str(1980 + year) for year in (starts % 40).tolist()], dtype=object),
        "owner": np.array([f"权属单位{owner}" for owner in (starts % 7).tolist()], dtype=object),
        "road": points.text("road")[starts],
        "row": starts,
    }
    return Frame(len(starts), columns)


def _kinds(kind: NDArray[np.int64]) -> tuple[Text, Text]:
    majors, minors = (np.array(column, dtype=object) for column in zip(*KINDS, strict=True))
    return majors[kind], minors[kind]


def _roads(y: NDArray[np.float64]) -> Text:
    return np.array([f"第{number}街" for number in (y // BLOCK).astype(int).tolist()], dtype=object)
