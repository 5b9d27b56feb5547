"""A small selection of pipelines: every class of geometry, text that no format likes, values that are missing."""

from typing import Any

import numpy as np
import shapely

from gis.export.columns import Marks
from gis.frame import Frame, Text

STORE = 4548
EAST, NORTH = 500_000.0, 3_520_000.0
MARKS = Marks("第 7 份", "某设计院 2026-11-24", "内部", "2000国家大地坐标系，中央子午线 117°，1985国家高程基准")
AWKWARD = '甲<乙>&"丙"\n丁,;'


def texts(*values: str) -> Text:
    return np.array(values, dtype=object)


def selection() -> tuple[Frame, Frame]:
    points = Frame(5, {
        "point_no": texts("J1", "J2", "Y1", "Y2", "J9"), "major": texts("JS", "JS", "PS", "PS", "JS"),
        "minor": texts("JP", "JP", "YS", "YS", "JP"), "map_no": texts("J1", "J2", "", "", ""),
        "east": np.array([EAST, EAST + 60, EAST, EAST + 50, np.nan]),
        "north": np.array([NORTH, NORTH, NORTH + 20, NORTH + 20, np.nan]),
        "ground_z": np.array([21.5, 21.6, 21.4, np.nan, 20.0]), "feature": texts("", "三通", "", "", ""),
        "appurtenance": texts("阀门井", "", "检查井", "雨水箅", ""), "rotation": np.array([30.0, np.nan, 0, 0, 0]),
        "owner": texts(AWKWARD, "城市供水有限公司", "", "", ""),
    })  # fmt: skip
    lines = [
        shapely.LineString([(EAST, NORTH, 20.2), (EAST + 60, NORTH, 20.3)]),
        shapely.LineString([(EAST, NORTH + 20, 19.4), (EAST + 20, NORTH + 25, 19.3), (EAST + 50, NORTH + 20, 19.1)]),
        shapely.LineString([(EAST + 60, NORTH, 20.3), (EAST + 60, NORTH + 90, 20.1)]),
    ]
    segments = Frame(3, {
        "start_no": texts("J1", "Y1", "J2"), "end_no": texts("J2", "Y2", "J8"), "major": texts("JS", "PS", "JS"),
        "minor": texts("JP", "YS", "JP"), "geometry": np.array(lines, dtype=object),
        "start_depth": np.array([1.3, 2.0, 1.3]), "end_depth": np.array([1.3, 2.2, np.nan]),
        "start_z": np.array([20.2, 19.4, 20.3]), "end_z": np.array([20.3, 19.1, np.nan]),
        "material": texts("QM", "T", ""), "material_raw": texts("球铁", "砼", "不详"),
        "size_raw": texts("DN300", "600", ""), "width": np.array([300.0, 600, np.nan]),
        "height": np.array([300.0, 600, np.nan]), "shape": texts("circle", "circle", ""),
        "burial": texts("ZM", "ZM", ""), "flow": np.array([0.0, -1, np.nan]), "status": texts("0", "1", ""),
        "owner": texts("城市供水有限公司", AWKWARD, ""), "built_on": texts("2019", "2008-05", ""),
        "length": np.array([60.0, 51.0, 90.0]),
    })  # fmt: skip
    return points, segments


def clipped(segments: Frame) -> Frame:
    """The same with one line in two parts and one cut away."""
    lines: np.ndarray[Any, Any] = segments.columns["geometry"].copy()
    lines[0] = shapely.MultiLineString([[(EAST, NORTH), (EAST + 5, NORTH)], [(EAST + 9, NORTH), (EAST + 60, NORTH)]])
    lines[1] = shapely.LineString()
    lines[2] = None
    return segments.with_columns(geometry=lines)
