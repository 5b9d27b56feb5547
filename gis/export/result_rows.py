"""管线点成果表: the result table as offices print it, a row for every point and each of its neighbours.

The importer reads it back: a point's number stands in each of its rows, its other cells in the first only.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import shapely

from gis.codes import Codes
from gis.export.columns import Column, point_columns, segment_columns
from gis.frame import Frame

Cell = str | float | None


class ResultTable(NamedTuple):
    """Headers and rows; None is an empty cell."""

    headers: tuple[str, ...]
    rows: list[tuple[Cell, ...]]


class _Header(NamedTuple):
    """A column: the field of the point or of the segment, and its headers."""

    field: str
    zh: str
    en: str


_POINT = (
    _Header("map_no", "图上点号", "Map point no."),
    _Header("feature", "特征", "Feature"),
    _Header("appurtenance", "附属物", "Appurtenance"),
    _Header("north", "X坐标", "X (north)"),
    _Header("east", "Y坐标", "Y (east)"),
    _Header("ground_z", "地面高程", "Ground elevation"),
    _Header("well_bottom_depth", "井底深", "Well bottom depth"),
)
_SEGMENT = (
    _Header("material", "材质", "Material"),
    _Header("size_raw", "管径或断面尺寸", "Size (mm)"),
    _Header("end_z", "管线高程", "Pipe elevation"),
    _Header("end_depth", "埋深", "Depth"),
    _Header("flow", "流向", "Flow"),
    _Header("burial", "埋设方式", "Burial"),
    _Header("holes", "总孔数", "Ducts"),
    _Header("holes_used", "已用孔数", "Ducts used"),
    _Header("cables", "电缆条数", "Cables"),
    _Header("voltage", "电压", "Voltage"),
    _Header("pressure", "压力", "Pressure"),
    _Header("status", "使用状态", "Status"),
    _Header("road", "道路名称", "Road"),
    _Header("owner", "权属单位", "Owner"),
    _Header("built_on", "建设年代", "Built"),
    _Header("note", "备注", "Note"),
)
_LEADING = (
    _Header("kind", "管线种类", "Kind"),
    _Header("point_no", "物探点号", "Point no."),
    _Header("end_no", "连接点号", "Connected point"),
)
_DECIMALS = {"north": 3, "east": 3, "ground_z": 3, "end_z": 3, "end_depth": 2, "well_bottom_depth": 2}
_TURNED = {"+": "-", "-": "+"}


def result_rows(points: Frame, segments: Frame, codes: Codes, language: str = "zh") -> ResultTable:
    """The table: by kind, then point number; points without a neighbour have one row of their own.

    A neighbour outside the selection has its place from the segment's line. Optional columns that nobody filled are
    left out.
    """
    known = _Points(points, segments, codes)
    ends = _Ends(segments, codes)
    shown_points = [header for header in _POINT if header.field in known.columns or header.field in {"north", "east"}]
    shown_segments = [header for header in _SEGMENT if header.field in ends.columns]
    headers = (*_LEADING, *shown_points, *shown_segments)
    chinese = language.lower().startswith("zh")
    rows: list[tuple[Cell, ...]] = []
    for key in sorted({*known.rows, *ends.rows}):
        own = known.cells(key, shown_points)
        for neighbour, cells in ends.cells(key, shown_segments) or [(None, (None,) * len(shown_segments))]:
            rows.append((key[1] or key[0], key[2], neighbour, *own, *cells))
            own = (None,) * len(shown_points)
    return ResultTable(tuple(header.zh if chinese else header.en for header in headers), rows)


_Key = tuple[str, str, str]
"""Major, minor and point number: a number is unique within its kind."""


class _Points:
    """Points by their key."""

    def __init__(self, points: Frame, segments: Frame, codes: Codes) -> None:
        self.columns = _by_name(point_columns(points, codes))
        self.rows: dict[_Key, int] = {}
        for row, key in enumerate(_keys(points, "point_no")):
            self.rows.setdefault(key, row)
        self._beside = _places(segments, self.rows)

    def cells(self, key: _Key, headers: Sequence[_Header]) -> tuple[Cell, ...]:
        row = self.rows.get(key)
        if row is None:
            beside = self._beside.get(key, {})
            return tuple(beside.get(header.field) for header in headers)
        return tuple(_cell(self.columns.get(header.field), row, header.field) for header in headers)


class _Ends:
    """The neighbours of every point: each segment seen from both of its ends."""

    def __init__(self, segments: Frame, codes: Codes) -> None:
        self.columns = _by_name(segment_columns(segments, codes))
        self._start, self._end = segments.text("start_no"), segments.text("end_no")
        self.rows: dict[_Key, list[tuple[int, bool]]] = {}
        for forward, name in ((True, "start_no"), (False, "end_no")):
            for row, key in enumerate(_keys(segments, name)):
                self.rows.setdefault(key, []).append((row, forward))
        for name in ("depth", "z"):
            if f"start_{name}" in self.columns:
                self.columns.setdefault(f"end_{name}", self.columns[f"start_{name}"])

    def cells(self, key: _Key, headers: Sequence[_Header]) -> list[tuple[Cell, tuple[Cell, ...]]]:
        return [
            (
                str(self._end[row] if forward else self._start[row]) or None,
                tuple(self._seen(header.field, row, forward) for header in headers),
            )
            for row, forward in sorted(self.rows.get(key, ()))
        ]

    def _seen(self, field: str, row: int, forward: bool) -> Cell:
        """A cell of the end that the point is: at the start, the start's depth and elevation."""
        if field in {"end_depth", "end_z"} and forward:
            return _cell(self.columns.get(field.replace("end_", "start_")), row, field)
        value = _cell(self.columns.get(field), row, field)
        return _TURNED.get(str(value), value) if field == "flow" and not forward else value


def _by_name(columns: Sequence[Column]) -> dict[str, Column]:
    return {column.name: column for column in columns}


def _keys(frame: Frame, number: str) -> Iterator[_Key]:
    return zip(frame.text("major"), frame.text("minor"), frame.text(number), strict=True)


def _places(segments: Frame, known: Mapping[_Key, int]) -> dict[_Key, dict[str, float]]:
    """East and north, by the segment's line, of ends that are not among the points."""
    if not segments.has("geometry"):
        return {}
    found: dict[_Key, dict[str, float]] = {}
    lines = segments.columns["geometry"]
    for name, at in (("start_no", 0), ("end_no", -1)):
        ends = shapely.get_point(lines, at)
        places = np.round(np.column_stack([shapely.get_x(ends), shapely.get_y(ends)]), 3)
        for key, (east, north) in zip(_keys(segments, name), places.tolist(), strict=True):
            if key not in known and math.isfinite(east):
                found.setdefault(key, {"east": east, "north": north})
    return found


def _cell(column: Column | None, row: int, field: str) -> Cell:
    value: Any = None if column is None else column.values[row]
    if value is None or isinstance(value, str):
        return value or None
    return round(float(value), _DECIMALS.get(field, 6)) if math.isfinite(value) else None
