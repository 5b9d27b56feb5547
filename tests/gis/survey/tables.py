"""Tables of several offices as they come: titles, merged headers, codes, units, continuation rows."""

from collections.abc import Sequence
from typing import Any

from gis.survey.raw import Cell, RawTable, Span


def table(name: str, *rows: Sequence[Any], merged: Sequence[Span] = ()) -> RawTable:
    """A sheet of these rows, numbered from 1; None is a blank row that the reader left out."""
    numbered: list[tuple[int, Sequence[Cell]]] = [(at, list(row)) for at, row in enumerate(rows, start=1) if row]
    return RawTable(name, numbered, merged)


POINT_HEADERS: dict[str, list[str]] = {
    "Shunde": ["物探点号", "图上点号", "X坐标(m)", "Y坐标(m)", "地面高程(m)", "特征", "附属物", "井底深", "权属单位"],
    "EPS": ["Exp_No", "Map_No", "X", "Y", "High", "Feature", "Subsid", "WellDeep", "Belong"],
    "pinyin": ["wtbh", "TSDH", "XZB", "YZB", "DMGC", "tzd", "fsw", "jdsd", "qsdw"],
    "template": [
        "管线点编号",
        "图上点号",
        "纵坐标（x）",
        "横坐标（y）",
        "地面 高程",
        "管线点特征",
        "附属物名称",
        "井底埋深",
        "产权单位",
    ],
    "road": ["管点编号", "Map_No", "北坐标\u00a0", "东坐标", "高程", "特征点名", "管线点附属物", "井深(m)", "权属"],
}
POINT_FIELDS = [
    "point_no",
    "map_no",
    "north",
    "east",
    "ground_z",
    "feature",
    "appurtenance",
    "well_bottom_depth",
    "owner",
]

LINE_HEADERS: dict[str, list[str]] = {
    "Shunde": [
        "起点点号",
        "连接方向",
        "起点埋深(m)",
        "终点埋深(m)",
        "材质",
        "管径或断面尺寸(mm)",
        "埋设类型",
        "压力值",
        "总孔数",
    ],
    "EPS": ["S_Point", "E_Point", "S_Deep", "E_Deep", "Material", "D_S", "D_Type", "Pressure", "Hole_Count"],
    "pinyin": ["qsdh", "zzdh", "qsms", "zzms", "cz", "gj", "msfs", "yl", "zks"],
    "template": ["起始点号", "终止点号", "起始埋深", "终止埋深", "管线材料", "规格", "埋设方式", "压力等级", "管孔数"],
    "road": ["本点号", "下一点号", "起点深度", "终点深度", "管材", "尺寸(mm)", "敷设方式", "压力", "孔数"],
}
LINE_FIELDS = ["start_no", "end_no", "start_depth", "end_depth", "material", "size_raw", "burial", "pressure", "holes"]


def points(name: str = "JSPOINT", *extra: Sequence[Any]) -> RawTable:
    """Three water points."""
    return table(
        name,
        ["物探点号", "X", "Y", "地面高程", "特征", "附属物"],
        ["JS1", 3542289.447, 594495.262, 12.5, "三通", ""],
        ["JS2", "3542299.447", 594495.262, 12.6, "", "阀门井"],
        ["JS3", 3542289.447, 594475.262, 12.7, "起点", ""],
        *extra,
    )


def lines(name: str = "JSLINE", *extra: Sequence[Any]) -> RawTable:
    """Two water mains between them."""
    return table(
        name,
        ["起点点号", "终点点号", "起点埋深", "终点埋深", "材质", "管径(mm)", "埋设方式"],
        ["JS1", "JS2", 1.2, 1.3, "PE", "DN300", "直埋"],
        ["JS1", "JS3", 1.1, 1.5, "铸铁", "200", "直埋"],
        *extra,
    )


ONE_TABLE_MERGED: tuple[Span, ...] = (
    (3, 0, 3, 1),
    (3, 2, 4, 2),
    (3, 3, 4, 3),
    (3, 4, 4, 4),
    (3, 5, 3, 6),
    (3, 7, 3, 8),
    (3, 9, 3, 10),
    (3, 11, 4, 11),
    (3, 12, 4, 12),
)


def one_table(name: str = "J", *, merged: bool = True) -> RawTable:
    """A 管线点成果表: titles, a header block, two header rows, and a point that goes on in a second row."""
    return table(
        name,
        ["管线点成果表"],
        ["管线种类：给水", None, "权属单位", "自来水公司", "图幅编号：10-20"],
        [
            "管线点号",
            None,
            "连接点号",
            "管线材质",
            "管径或断面尺寸(mm)",
            "管线类别",
            None,
            "平面坐标(m)",
            None,
            "高程（m）",
            None,
            "埋深(m)",
            "埋设方式",
        ],
        ["图上点号", "物探点号", None, None, None, "特征", "附属物", "X", "Y", "地面", "管线高程"],
        ["1", "J1", "J2", "铸铁", "300", "三通", None, 3542289.447, 594495.262, 12.5, 11.3, 1.2, "直埋"],
        [None, None, "J3", "铸铁", "200", None, None, None, None, None, 11.4, 1.1, "直埋"],
        ["2", "J2", "J1", None, "300", "弯头", None, 3542299.447, 594495.262, 12.6, 11.3, 1.3, "直埋"],
        ["3", "J3", None, None, None, "起点", None, 3542289.447, 594475.262, 12.7, 11.2, 1.5, None],
        merged=ONE_TABLE_MERGED if merged else (),
    )
