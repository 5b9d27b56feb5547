"""The tables of a hand-over: their columns in Chinese and in code, and how values stand in their cells."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gis.frame import Frame
from gis.survey.model import Survey


class Head(NamedTuple):
    """A column of a table: its field, its Chinese header, its code header, and the header above it ("" none)."""

    field: str
    chinese: str
    code: str
    above: str = ""


POINTS = (
    Head("point_no", "物探点号", "Exp_No", "点号"),
    Head("map_no", "图上点号", "Map_No", "点号"),
    Head("minor", "管线小类", "Type"),
    Head("feature", "特征", "Feature", "管线点类别"),
    Head("appurtenance", "附属物", "Subsid", "管线点类别"),
    Head("north", "X", "X", "平面坐标(m)"),
    Head("east", "Y", "Y", "平面坐标(m)"),
    Head("ground_z", "地面高程", "Surf_H"),
    Head("well_bottom_depth", "井底深", "WellDeep"),
    Head("well_size", "井盖规格", "WellSize"),
    Head("well_material", "井盖材质", "WellMaterial"),
    Head("well_shape", "井盖形状", "WellShape"),
    Head("road", "道路名称", "Address"),
    Head("owner", "权属单位", "Belong"),
    Head("built_on", "建设年代", "MDate"),
    Head("surveyed_by", "探测单位", "SUnit"),
    Head("surveyed_on", "探测日期", "SDate"),
    Head("sheet", "图幅号", "MapNumber"),
)
SEGMENTS = (
    Head("start_no", "起点点号", "S_Point"),
    Head("end_no", "终点点号", "E_Point"),
    Head("minor", "管线小类", "Type"),
    Head("start_depth", "起点埋深", "S_Deep", "埋深(m)"),
    Head("end_depth", "终点埋深", "E_Deep", "埋深(m)"),
    Head("start_z", "起点高程", "S_H", "管线高程(m)"),
    Head("end_z", "终点高程", "E_H", "管线高程(m)"),
    Head("material_raw", "材质", "Material"),
    Head("size_raw", "管径或断面尺寸(mm)", "PSize"),
    Head("burial_raw", "埋设方式", "EmBed"),
    Head("pressure", "压力", "Pressure"),
    Head("voltage", "电压(kV)", "Voltage"),
    Head("cables", "电缆条数", "CabNum"),
    Head("holes", "总孔数", "TotalHole"),
    Head("holes_used", "已用孔数", "UsedHole"),
    Head("flow", "流向", "FlowDir"),
    Head("status", "使用状态", "UseStatus"),
    Head("road", "道路名称", "Address"),
    Head("owner", "权属单位", "BCode"),
    Head("built_on", "建设年代", "MDate"),
    Head("surveyed_by", "探测单位", "SUnit"),
    Head("surveyed_on", "探测日期", "SDate"),
    Head("length_given", "长度(m)", "Length"),
)
_STATES = {"0": "在用", "1": "废弃", "2": "空管", "3": "其他"}


def given(frame: Frame, head: Head) -> list[object]:
    """A column as cells: None for nothing, whole numbers as such, flow as + and -, the status by name."""
    column = frame.columns[head.field] if frame.has(head.field) else frame.text(head.field)
    if head.field == "flow":
        signs: dict[float, object] = {1.0: "+", -1.0: "-"}
        return [signs.get(value) for value in frame.number("flow").tolist()]
    if column.dtype == object:
        return [_STATES.get(value, value) if head.field == "status" else value or None for value in column.tolist()]
    whole = head.field in {"cables", "holes", "holes_used"}
    return [None if value != value else int(value) if whole else value for value in column.tolist()]  # noqa: PLR0124


def cells(frame: Frame, heads: Sequence[Head]) -> Iterator[tuple[object, ...]]:
    """The rows of a table, in the order of its headers; columns that nobody filled are kept, empty."""
    return zip(*(given(frame, head) for head in heads), strict=True)


def kinds(survey: Survey) -> list[str]:
    """The minor codes of a survey, in order of first appearance."""
    return list(dict.fromkeys(survey.segments.text("minor").tolist()))


def attributes(frame: Frame, heads: Sequence[Head]) -> Mapping[str, NDArray[Any]]:
    """The columns for a file of features, by code header: numbers with NaN, text with ""."""
    found = {}
    for head in heads:
        column = frame.columns[head.field] if frame.has(head.field) else frame.text(head.field)
        if head.field in {"flow", "status"}:
            column = np.array([value or "" for value in given(frame, head)], dtype=object)
        found[head.code] = column
    return found
