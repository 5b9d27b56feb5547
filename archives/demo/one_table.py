"""The printed form of a survey (管线点成果表): a sheet for each kind, a row for each point and neighbour."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from archives.demo.headings import POINTS, SEGMENTS, Head, given, kinds
from gis.codes import standard
from gis.frame import Frame
from gis.survey.model import Survey

_HEADER = (
    ("管线点号", "图上点号"), ("", "物探点号"), ("连接点号", ""), ("管线材质", ""), ("管径或断面尺寸(mm)", ""),
    ("管线类别", "特征"), ("", "附属物"), ("平面坐标(m)", "X"), ("", "Y"), ("高程(m)", "地面"), ("", "管线高程"),
    ("埋深(m)", ""), ("流向", ""), ("埋设方式", ""), ("总孔数", ""), ("已用孔数", ""), ("电缆条数", ""), ("电压", ""),
    ("压力", ""), ("权属单位", ""), ("建设年代", ""), ("道路名称", ""), ("备注", ""),
)  # fmt: skip
_OF_POINT = ("map_no", "point_no", "feature", "appurtenance", "north", "east", "ground_z")
_OF_SEGMENT = (
    "material_raw", "size_raw", "burial_raw", "holes", "holes_used", "cables", "voltage", "pressure", "owner",
    "built_on", "road", "flow",
)  # fmt: skip
_TITLE_ROWS = 2

Row = list[object]


def write_one_table(folder: Path, survey: Survey) -> list[Path]:
    """管线点成果表.xlsx: two title rows, a header of two rows; continuation rows leave the point's cells blank."""
    path = folder / "管线点成果表.xlsx"
    book = Workbook(path, {"constant_memory": True})
    for minor in kinds(survey):
        points = survey.points.take(survey.points.text("minor") == minor)
        segments = survey.segments.take(survey.segments.text("minor") == minor)
        sheet = book.add_worksheet(minor)
        _titles(sheet, str(segments.text("major")[0]), minor, segments)
        for at, row in enumerate(rows(points, segments), start=_TITLE_ROWS + 2):
            sheet.write_row(at, 0, row)
    book.close()
    return [path]


def _titles(sheet: Worksheet, major: str, minor: str, segments: Frame) -> None:
    kind, owner = standard().kinds[major, minor].name_zh, segments.text("owner")[0]
    sheet.write_string(0, 0, "地下管线点成果表")
    sheet.write_string(1, 0, f"管线种类：{kind}")
    sheet.write_string(1, 5, f"权属单位：{owner}")
    sheet.write_string(1, 10, f"日期：{segments.text('surveyed_on')[0]}")
    sheet.write_string(1, 14, "制表单位：云川样本测绘院")
    for at in (0, 1):
        sheet.write_row(_TITLE_ROWS + at, 0, [head[at] or None for head in _HEADER])


def rows(points: Frame, segments: Frame) -> Iterator[Row]:
    """One row for each end of each segment, under its point; a point without any has one row."""
    of_point = _columns(points, _OF_POINT, POINTS)
    of_segment = _columns(segments, _OF_SEGMENT, SEGMENTS)
    joined = _neighbours(segments)
    for at, number in enumerate(points.text("point_no").tolist()):
        mine = {name: column[at] for name, column in of_point.items()}
        for place, (segment, side) in enumerate(joined.pop(number, [(-1, 0)])):
            theirs = {name: column[segment] if segment >= 0 else None for name, column in of_segment.items()}
            yield _row(mine if place == 0 else {}, theirs, _end(segments, segment, side))


def _columns(frame: Frame, names: tuple[str, ...], heads: tuple[Head, ...]) -> dict[str, list[object]]:
    return {head.field: given(frame, head) for head in heads if head.field in names}


def _neighbours(segments: Frame) -> dict[str, list[tuple[int, int]]]:
    """By point number: the segments that begin (0) or end (1) there."""
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for side, name in enumerate(("start_no", "end_no")):
        for at, number in enumerate(segments.text(name).tolist()):
            found[number].append((at, side))
    return found


def _end(segments: Frame, at: int, side: int) -> dict[str, object]:
    """The neighbour's number, and height and depth on this side."""
    if at < 0:
        return {}
    own, other = ("start", "end") if side == 0 else ("end", "start")
    return {
        "neighbour": segments.text(f"{other}_no")[at],
        "z": float(segments.number(f"{own}_z")[at]),
        "depth": float(segments.number(f"{own}_depth")[at]),
        "turned": side == 1,
    }


def _row(mine: dict[str, object], theirs: dict[str, object], end: dict[str, object]) -> Row:
    flow = theirs["flow"]
    if end.get("turned") and flow:
        flow = "-" if flow == "+" else "+"
    return [
        mine.get("map_no"), mine.get("point_no"), end.get("neighbour"), theirs["material_raw"], theirs["size_raw"],
        mine.get("feature"), mine.get("appurtenance"), mine.get("north"), mine.get("east"), mine.get("ground_z"),
        end.get("z"), end.get("depth"), flow, theirs["burial_raw"], theirs["holes"], theirs["holes_used"],
        theirs["cables"], theirs["voltage"], theirs["pressure"], theirs["owner"], theirs["built_on"], theirs["road"],
        None,
    ]  # fmt: skip
