"""Reads the list that a contractor's records clerk keeps in one sheet: facts of the project, then volumes and items.

Lines are `key,:,value`, or `title of a volume,0`, or `title,first page,last page,YYYYMMDD,number,responsible`.
"""

from collections.abc import Sequence

from archives.accession.formats.completion import complete_items
from archives.accession.formats.shape import ListedItem, ListedProject, ListedVolume, TransferList, Values
from archives.core.language import msg
from archives.core.problems import Problem
from archives.core.sheets.header import Header
from archives.core.sheets.sheet import Row, Sheet
from archives.core.sheets.values import as_text

FACTS = {
    "项目名称": "name",
    "工程名称": "name",
    "项目地点": "address",
    "建设单位": "client",
    "施工单位": "contractor",
    "监理单位": "supervisor",
    "勘察单位": "surveyor",
    "设计单位": "designer",
    "立项批准单位": "approver",
    "立项批准文号": "approval_no",
    "规划许可证号": "planning_permit",
    "用地规划许可证号": "land_planning_permit",
    "施工许可证号": "construction_permit",
    "单体序号": "unit",
    "工程档号": "archival_code",
    "总登记号": "accession_no",
    "开工日期": "started_on",
    "竣工日期": "completed_on",
}
HEADINGS = {
    "title": "题名",
    "page_from": "起页",
    "page_to": "止页",
    "formed_on": "日期",
    "document_no": "文图号",
    "responsible": "责任者",
}
_COLUMNS = tuple(HEADINGS)
_COLONS = frozenset({":", "："})
_OPENS_VOLUME = "0"
_FEWEST_FACTS = 2
_FACT_ROWS = 30


def is_clerk_list(sheets: Sequence[Sheet]) -> bool:
    """Whether the first lines are facts of a project, as `key,:,value`."""
    return len(sheets) == 1 and sum(map(_is_fact, sheets[0].rows[:_FACT_ROWS])) >= _FEWEST_FACTS


def read_clerk_list(sheets: Sequence[Sheet], unit: str | None = None) -> TransferList:
    """The volumes, numbered as they come, and their items. `unit` wins over what the list says."""
    sheet = sheets[0]
    facts = _facts(sheet)
    header = Header(sheet.name, 0, 0, {key: index for index, key in enumerate(_COLUMNS)}, dict(HEADINGS))
    found = TransferList(project=ListedProject(facts), sheets=[sheet], headers=[header])
    shared: Values = {"unit": unit or as_text(facts.get("unit"))}
    for row in sheet.rows:
        if not _is_fact(row):
            _read_row(found, header, row, shared, as_text(facts.get("client")))
    complete_items(found)
    return found


def _is_fact(row: Row) -> bool:
    return len(row.cells) >= 2 and row.cells[1] in _COLONS and _key(row) in FACTS


def _key(row: Row) -> str:
    return "".join(as_text(row.cells[0]).split())


def _facts(sheet: Sheet) -> Values:
    return {
        FACTS[_key(row)]: row.cells[2] for row in sheet.rows if _is_fact(row) and len(row.cells) > 2 and row.cells[2]
    }


def _read_row(found: TransferList, header: Header, row: Row, shared: Values, client: str) -> None:
    place = header.place(row.number)
    if _opens_volume(row):
        values = {**shared, "volume_no": str(len(found.volumes) + 1), "title": row.cells[0]}
        found.volumes.append(ListedVolume(place, values, {"title": HEADINGS["title"]}))
    elif len(row.cells) < 3 or not found.volumes:
        sentence = msg("This line is neither a fact of the project, nor a volume, nor an item of a volume.")
        found.problems.append(Problem("line.not_understood", sentence, place=place))
    else:
        values = {**shared, "volume_no": str(len(found.volumes)), "responsible": client, **_item_values(row)}
        found.items.append(ListedItem(place, values, HEADINGS))


def _opens_volume(row: Row) -> bool:
    return len(row.cells) == 2 and row.cells[0] is not None and as_text(row.cells[1]) == _OPENS_VOLUME


def _item_values(row: Row) -> Values:
    """The cells that are filled; who is responsible is the client unless the line says otherwise."""
    return {key: cell for key, cell in zip(_COLUMNS, row.cells, strict=False) if cell is not None}
