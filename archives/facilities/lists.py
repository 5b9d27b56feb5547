"""Areas, institutions and returns from a file: JSON, delimited text or a workbook, told apart by their content."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archives.core.drafts import FieldDescription, describe
from archives.core.language import Message, gettext, msg
from archives.core.problems import Place, Problem
from archives.core.sheets.book import Target
from archives.core.sheets.columns import Column, ColumnKind
from archives.core.sheets.header import Header, find_header, header_missing, records
from archives.core.sheets.limits import Limits, check_size
from archives.core.sheets.read import is_json, read_records, read_sheets
from archives.core.sheets.sheet import Cell, Sheet
from archives.core.sheets.write import Table, own_sheet_names, write_template
from archives.facilities.drafts import BASIS, AreaDraft, Entry, ReturnDraft
from archives.facilities.reading import Reader, Source
from archives.facilities.return_lists import LISTS, Lists

KINDS: Mapping[str, ColumnKind] = {"date": "date", "integer": "integer", "number": "number"}
ALIASES: Mapping[str, tuple[str, ...]] = {
    "code": ("行政区划代码", "区划代码", "代码", "code"),
    "name": ("行政区", "行政区名称", "地区", "名称", "市县", "name"),
    "level": ("行政级别", "级别", "level"),
    "urban_status": ("是否设市", "设市", "urban_status"),
    "parent": ("上级区划代码", "上级代码", "parent"),
    "population": ("人口", "城市人口", "population"),
    "population_basis": ("人口口径", "population_basis"),
    "kind": ("机构类别", "馆室", "馆或室", "kind", "has"),
    "body": ("省级管理机构", "body"),
    "two_names": ("一个机构两块牌子", "两块牌子", "two_names"),
    "rule_before": ("规划期初已有省政府规章", "regulation_before"),
    "institution": ("机构名称", "institution"),
    "department": ("上级主管部门", "主管部门", "department"),
    "national_grade": ("国家等级", "national_grade"),
    "city_class": ("城市规模", "class"),
    "year": ("年份", "year"),
    "staff": ("在岗人数", "人员数量", "职工人数", "staff"),
    "establishment": ("编制数", "编制", "establishment"),
    "technical_staff": ("专业技术人员", "专业技术人员数", "technical_staff"),
    "floor_area_m2": ("馆舍总面积", "馆库面积", "馆库总面积", "总建筑面积", "floor_area_m2"),
    "store_area_m2": ("库房面积", "store_area_m2"),
    "accidents": ("重大安全事故", "安全事故", "accidents"),
    "lan": ("局域网", "lan"),
    "computerised": ("计算机化管理", "计算机化", "computerised"),
    "catalogue_rate": ("目录数据库完成率", "著录率", "catalogue_rate"),
    "projects_due": ("应接收项目", "应接收项目数", "projects_due"),
    "projects_received": ("已接收项目", "实际接收项目数", "projects_received"),
}
"""Other headings in use, beside each field's own label and its name in JSON."""


@dataclass(frozen=True, slots=True)
class ReturnList:
    """What a file holds: its entries, and what is wrong with the file itself."""

    entries: Sequence[Entry]
    faults: Sequence[Problem] = ()


def read_list(path: Path, name: str, reader: Reader, limits: Limits) -> ReturnList:
    """The returns of a file; `name` is what it is called in front of people.

    Raises UnreadableFileError or TooLargeError.
    """
    check_size(name, path.stat().st_size, limits)
    if is_json(path):
        rows = read_records(path, name, limits)
        return ReturnList([reader.entry(row, Source(Place(row=number))) for number, row in enumerate(rows, 1)])
    return _from_sheets(read_sheets(path, name, limits), reader)


def columns(reader: Reader) -> list[Column]:
    """The columns of a list of returns, with every name they go by."""
    described = [
        *describe(AreaDraft).values(),
        *describe(ReturnDraft).values(),
        *reader.described,
    ]
    return [_column(one, reader) for one in described]


def write_empty(target: Target, lists: Lists) -> None:
    """Write a workbook to fill in: an empty list, and one with an invented example, which is not read again."""
    reader = Reader.of(lists.asked())
    every = columns(reader)
    tables = (Table(gettext("Yearly returns"), every), Table(_example_name(), every, _examples(reader)))
    write_template(target, tables, _notes())


def _from_sheets(sheets: Sequence[Sheet], reader: Reader) -> ReturnList:
    entries: list[Entry] = []
    faults: list[Problem] = []
    known = columns(reader)
    for sheet in sheets:
        if not sheet.rows or sheet.name in own_sheet_names() or sheet.name in _example_names():
            continue
        header = find_header(sheet, known)
        if header is None:
            faults.append(header_missing(sheet, known))
            continue
        faults += header.problems
        entries += _entries(sheet, header, reader)
    return ReturnList(entries, faults)


def _entries(sheet: Sheet, header: Header, reader: Reader) -> Iterator[Entry]:
    given = frozenset(header.places)
    for record in records(sheet, header):
        values: dict[str, Any] = {name: record.values.get(name) for name in header.places}
        yield reader.entry(values, Source(Place(sheet.name, record.row), given, header.headings))


def _column(described: FieldDescription, reader: Reader) -> Column:
    vocabulary = reader.vocabularies.get(BASIS if described.name == "population_basis" else described.vocabulary)
    group, _, code = described.name.partition(".")
    label, names = (
        _of_list(reader.lists, group, code) if code else (msg(described.label), ALIASES.get(described.name, ()))
    )
    return Column(
        described.name,
        label,
        (*names, described.name),
        described.name in {"code", "name", "level"},
        "text" if described.name in _AS_TYPED else KINDS.get(described.kind, "text"),
        tuple(choice.label for choice in vocabulary.choices) if vocabulary else (),
        note=_note(described),
    )


def _of_list(lists: Lists, group: str, code: str) -> tuple[Message, tuple[str, ...]]:
    """How an entry of a list is headed, and its names in the standards in either language."""
    row = next(row for row in lists.of(LISTS[group]) if row.code == code)
    return Message(row.name), (row.name_zh, row.name_en)


def _note(described: FieldDescription) -> Message | None:
    if described.name in _NOTES:
        return _NOTES[described.name]
    if described.unit:
        return msg("Unit: %(unit)s.", unit=UNITS.get(described.unit, described.unit))
    return msg(described.help) if described.help else None


_AS_TYPED = frozenset({"code", "parent", "population", "catalogue_rate"})
"""A cell that keeps what was typed: a spreadsheet would make 1 of 100%, which could be anything, and cut off 万."""
UNITS: Mapping[str, Message] = {
    "persons": msg("persons"),
    "hours": msg("hours of class"),
    "10 000 yuan": msg("10 000 yuan"),
}
_NOTES: Mapping[str, Message] = {
    "population": msg("Persons. In 万, write the sign: 85.3万."),
    "catalogue_rate": msg("Percent: 80 or 80%. Empty where the database is declared complete."),
    "staff": msg("Persons on duty at the end of the year."),
    "technical_staff": msg("Persons in technical posts or with technical titles; not more than the staff."),
    "floor_area_m2": msg("Square metres of the premises, stores included; compared with the standard."),
    "store_area_m2": msg("Square metres of the stores alone."),
    "accidents": msg("How many; 0 if there was none, empty if it is not known."),
    "projects_due": msg("Large, medium and key projects whose records were due this year."),
    "rule_before": msg("Of provinces and municipalities: for the rate among those that had none."),
}


def _notes() -> tuple[Message, ...]:
    return (
        msg("One row for each area and year, areas without an archives too: they count in every rate."),
        msg("An empty cell is unknown, never zero."),
        msg("The sheet with the example is not read."),
    )


def _example_name() -> str:
    return gettext("Example")


def _example_names() -> frozenset[str]:
    return frozenset({"Example", "示例", _example_name()})


def _examples(reader: Reader) -> list[dict[str, Cell]]:
    """A city that meets most targets and a county with an office; both are invented."""
    yes, no = gettext("yes"), gettext("no")
    words = reader.vocabularies
    city: dict[str, Cell] = {
        "code": "990100",
        "name": "示例市",
        "level": words["area_levels"].label("city"),
        "urban_status": yes,
        "population": 853_000,
        "population_basis": words["population_bases"].label("urban_resident"),
        "kind": words["area_holdings"].label("archives"),
        "two_names": yes,
        "institution": "示例市城市建设档案馆",
        "year": 2024,
        "staff": 32,
        "technical_staff": 27,
        "floor_area_m2": 3650,
        "store_area_m2": 2100,
        "accidents": 0,
        "lan": yes,
        "computerised": yes,
        "databases.catalogue": yes,
        "databases.pipelines": yes,
        "regulations.normative_document": yes,
        "equipment.extinguisher": 46,
        "equipment.th_recorder": 18,
        "equipment.dehumidifier": 6,
        "equipment.security_monitoring": 1,
        "projects_due": 84,
        "projects_received": 80,
    }
    county: dict[str, Cell] = {
        "code": "990123",
        "name": "示例县",
        "level": words["area_levels"].label("county"),
        "kind": words["area_holdings"].label("office"),
        "two_names": no,
        "year": 2024,
        "staff": 4,
        "floor_area_m2": 380,
        "catalogue_rate": 65,
        "computerised": no,
    }
    return [city, county]
