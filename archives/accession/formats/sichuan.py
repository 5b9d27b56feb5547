"""Reads the hand-over package in XML as city archives of Sichuan use it.

Its attribute names are initials of pinyin; the readings below are ours, checked against sample packages.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from archives.accession.formats.completion import complete_items
from archives.accession.formats.shape import (
    ListedItem,
    ListedProject,
    ListedUnit,
    ListedVolume,
    TransferList,
    Values,
    drawn_up,
)
from archives.core.errors import UnreadableFileError
from archives.core.language import msg
from archives.core.problems import Place
from archives.core.sheets.delimited import decode
from archives.core.sheets.refusals import damaged

ROOT = "电子文件信息"
VOLUME_SHEET, ITEM_SHEET, UNIT_SHEET = "案卷", "文件", "单位工程"


class Attribute(NamedTuple):
    """How a field is called in the XML, and what people call it."""

    name: str
    heading: str


PROJECT = {
    "name": Attribute("Xmmc", "项目名称"),
    "address": Attribute("Xmdd", "项目地点"),
    "client": Attribute("Jsdw", "建设单位"),
    "agent": Attribute("Djdw", "代建单位"),
    "approver": Attribute("Lxpzdw", "立项批准单位"),
    "designer": Attribute("Sjdw", "设计单位"),
    "supervisor": Attribute("Jldw", "监理单位"),
    "surveyor": Attribute("Kcdw", "勘察单位"),
    "approval_no": Attribute("Lxpzwh", "立项批准文号"),
    "planning_permit": Attribute("Ghxkzh", "规划许可证号"),
    "land_planning_permit": Attribute("Ydghxkzh", "用地规划许可证号"),
    "land_permit": Attribute("Ydxkzh", "用地许可证号"),
    "construction_permit": Attribute("Sgxkzh", "施工许可证号"),
    "transferred_by": Attribute("Yjdw", "移交单位"),
    "note": Attribute("Bz", "备注"),
}
UNIT = {
    **{key: attribute for key, attribute in PROJECT.items() if key not in {"name", "address"}},
    "name": Attribute("Gcmc", "工程名称"),
    "address": Attribute("Gcdd", "工程地点"),
    "archival_code": Attribute("Gcdh", "工程档号"),
    "contractor": Attribute("Sgdw", "施工单位"),
    "retention": Attribute("Bgqx", "保管期限"),
    "secrecy": Attribute("Mj", "密级"),
    "started_on": Attribute("Kgrq", "开工日期"),
    "completed_on": Attribute("Jgrq", "竣工日期"),
    "floor_area": Attribute("Jzmj", "建筑面积"),
    "land_area": Attribute("Ydmj", "用地面积"),
    "height": Attribute("Gd", "高度"),
    "floors_above": Attribute("Dscs", "地上层数"),
    "floors_below": Attribute("Dxcs", "地下层数"),
    "foundation": Attribute("Jclx", "基础类型"),
    "structure": Attribute("Jglx", "结构类型"),
    "grade": Attribute("Jb", "级别"),
    "load": Attribute("Hz", "荷载"),
    "length": Attribute("Cd", "长度"),
    "width": Attribute("Kd", "宽度"),
    "span": Attribute("Kj", "跨径"),
    "spans": Attribute("Ks", "孔数"),
    "clearance": Attribute("Jk", "净空"),
    "budget": Attribute("Gcys", "工程预算"),
    "final_cost": Attribute("Gcjs", "工程决算"),
}
VOLUME = {
    "volume_no": Attribute("Ajh", "案卷号"),
    "accession_no": Attribute("Zdjh", "总登记号"),
    "title": Attribute("Ajtm", "案卷题名"),
    "compiled_by": Attribute("Bzdw", "编制单位"),
    "compiled_on": Attribute("Bzrq", "编制日期"),
    "responsible": Attribute("Zrz", "责任者"),
    "specification": Attribute("Gg", "规格"),
    "start_date": Attribute("JnwjQssj", "起始日期"),
    "end_date": Attribute("JnwjZzsj", "终止日期"),
    "retention": Attribute("Bgqx", "保管期限"),
    "secrecy": Attribute("Mj", "密级"),
    "filed_by": Attribute("Ljr", "立卷人"),
    "filed_on": Attribute("Ljsj", "立卷时间"),
    "keywords": Attribute("Ztc", "主题词"),
    "note": Attribute("Fz", "附注"),
}
ITEM = {
    "archival_code": Attribute("Dh", "档号"),
    "title": Attribute("Wjtm", "文件题名"),
    "document_no": Attribute("Wth", "文图号"),
    "responsible": Attribute("Zrz", "责任者"),
    "retention": Attribute("Bgqx", "保管期限"),
    "secrecy": Attribute("Mj", "密级"),
    "formed_on": Attribute("Xcsj", "形成时间"),
    "medium": Attribute("Ztlx", "载体类型"),
    "page_from": Attribute("Qsy", "起始页"),
    "page_to": Attribute("Zzy", "终止页"),
    "quantity": Attribute("Sl", "数量"),
    "draft_state": Attribute("Wb", "文本"),
    "specification": Attribute("Gg", "规格"),
    "abstract": Attribute("Ty", "提要"),
    "keywords": Attribute("Ztc", "主题词"),
    "note": Attribute("Fz", "附注"),
    "file_path": Attribute("ERecordPath", "电子文件"),
    "file_size": Attribute("ERecordSize", "电子文件大小"),
    "file_md5": Attribute("Md5", "电子文件摘要"),
}


def read_sichuan(path: Path, name: str) -> TransferList:
    """The volumes and items of a package. Raises UnreadableFileError.

    Rows are numbered as they stand in the sheets that are drawn up from them: the first volume is row 2.
    """
    root = _root(path, name)
    projects = _elements(root, "项目")
    if len(projects) != 1:
        sentence = msg("“%(name)s” holds %(count)d projects; a list is of one.", name=name, count=len(projects))
        raise UnreadableFileError(sentence)
    found = TransferList(project=ListedProject(_values(projects[0], PROJECT)))
    for unit in _elements(projects[0], "单位工程"):
        _read_unit(found, unit)
    complete_items(found)
    _draw_up(found)
    return found


def _root(path: Path, name: str) -> Element:
    # The text is decoded by what it is: many packages declare GB2312, which the parser does not know, and are not.
    text = decode(path.read_bytes(), name)
    try:
        root: Element = fromstring(text.lstrip())
    except (ParseError, DefusedXmlException, ValueError):
        raise damaged(name) from None
    if root.tag != ROOT:
        raise UnreadableFileError(
            msg("“%(name)s” is XML, but no hand-over package: its root is not %(root)s.", name=name, root=ROOT)
        )
    return root


def _elements(parent: Element, tag: str) -> list[Element]:
    return [element for element in parent if element.tag == tag]


def _values(element: Element, attributes: Mapping[str, Attribute]) -> Values:
    return {
        key: text
        for key, attribute in attributes.items()
        if (text := element.get(attribute.name)) is not None and text.strip()
    }


def _read_unit(found: TransferList, unit: Element) -> None:
    values = _values(unit, UNIT)
    unit_name = str(values.get("name", ""))
    found.units.append(ListedUnit(Place(UNIT_SHEET, len(found.units) + 2), values, _headings(UNIT)))
    for volume in _elements(unit, "案卷"):
        row = len(found.volumes) + 2
        known: Values = {"unit": unit_name, **_values(volume, VOLUME)}
        found.volumes.append(ListedVolume(Place(VOLUME_SHEET, row), known, VOLUME_HEADINGS))
        for place, item in _placed(_elements(volume, "文件"), len(found.items)):
            own: Values = {"unit": unit_name, "volume_no": known.get("volume_no"), **_values(item, ITEM)}
            found.items.append(ListedItem(place, own, ITEM_HEADINGS))


def _placed(items: list[Element], before: int) -> Iterator[tuple[Place, Element]]:
    for row, item in enumerate(items, before + 2):
        yield Place(ITEM_SHEET, row), item


def _headings(attributes: Mapping[str, Attribute]) -> dict[str, str]:
    return {key: attribute.heading for key, attribute in attributes.items()}


VOLUME_HEADINGS = {"unit": "单位工程", **_headings(VOLUME)}
ITEM_HEADINGS = {"unit": "单位工程", "volume_no": "案卷号", **_headings(ITEM)}


def _draw_up(found: TransferList) -> None:
    """Give the list the look of a workbook, for marks need cells."""
    parts = (
        (VOLUME_SHEET, VOLUME_HEADINGS, found.volumes),
        (ITEM_SHEET, ITEM_HEADINGS, found.items),
        (UNIT_SHEET, _headings(UNIT), found.units),
    )
    for name, headings, listed in parts:
        sheet, header = drawn_up(name, headings, listed)
        found.sheets.append(sheet)
        found.headers.append(header)
