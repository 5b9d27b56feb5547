"""Projects from a file: JSON, delimited text or a workbook, told apart by their content.

A workbook may have a second sheet of unit works; its rows name their project by its code.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from archives.core.drafts import FieldDescription, describe
from archives.core.language import gettext, msg
from archives.core.problems import Place, Problem
from archives.core.sheets.book import Target
from archives.core.sheets.columns import Column, ColumnKind
from archives.core.sheets.header import Header, find_header, header_missing, records
from archives.core.sheets.limits import Limits, check_size
from archives.core.sheets.read import is_json, read_records, read_sheets
from archives.core.sheets.sheet import Sheet
from archives.core.sheets.values import as_text
from archives.core.sheets.write import Table, own_sheet_names, write_template
from archives.projects.drafts import WORKS_TYPES, ProjectDraft, ProjectEntry, UnitWorksDraft
from archives.projects.reading import Raw, Reader, Source, flat

ALIASES: Mapping[str, tuple[str, ...]] = {
    "code": ("项目编号", "项目编码", "项目代码", "工程编号", "code"),
    "name": ("项目名称", "工程名称", "name"),
    "works_type": ("工程类型", "工程类别", "works_type"),
    "class_code": ("分类号", "类别号", "class_code"),
    "second_class": ("第二分类号", "second_class"),
    "client": ("建设单位", "建设单位名称", "client"),
    "agent": ("代建单位", "agent"),
    "surveyor": ("勘察单位", "surveyor"),
    "designer": ("设计单位", "designer"),
    "contractors": ("施工单位", "contractor", "contractors"),
    "supervisor": ("监理单位", "supervisor"),
    "approval_no": ("立项批准文号", "立项文号", "approval_no"),
    "land_planning_permit": ("建设用地规划许可证", "建设用地规划许可证号", "用地规划许可证号", "land_planning_permit"),
    "land_permit": ("用地许可证", "用地许可证号", "土地使用证", "土地使用证号", "land_permit"),
    "planning_permit": ("建设工程规划许可证", "建设工程规划许可证号", "规划许可证号", "planning_permit"),
    "construction_permit": ("施工许可证", "施工许可证号", "建筑工程施工许可证号", "construction_permit"),
    "address": ("工程地点", "项目地点", "建设地点", "地址", "address"),
    "district": ("所属区域", "行政区", "区县", "district"),
    "coordinates": ("坐标", "经纬度", "coordinates"),
    "scale": ("规模", "工程规模", "scale"),
    "key_level": ("重点工程级别", "重点级别", "key_level"),
    "secrecy": ("密级", "secrecy"),
    "planned_start": ("计划开工日期", "planned_start"),
    "planned_end": ("计划竣工日期", "planned_end"),
    "started_on": ("开工日期", "开工时间", "started_on"),
    "completed_on": ("竣工日期", "竣工时间", "completed_on"),
    "contact": ("联系人", "contact"),
    "phone": ("联系电话", "电话", "phone"),
    "records_clerk": ("资料员", "档案员", "records_clerk"),
    "acceptance": ("验收方式", "acceptance"),
    "note": ("备注", "note"),
}
UNIT_ALIASES: Mapping[str, tuple[str, ...]] = {
    **ALIASES,
    "code": ("单位工程编号", "单位工程代码", "单体编号", "单体序号", "unit_code", "code"),
    "name": ("单位工程名称", "单位工程", "单体名称", "unit_name", "name"),
}
UnitRow = tuple[Raw, Source]
PROJECT = "project"
KINDS: Mapping[str, ColumnKind] = {"date": "date", "integer": "integer", "number": "number"}
UNIT_SHEETS = ("单位工程", "单体", "unit")
"""What the name of a sheet of unit works holds."""


@dataclass(frozen=True, slots=True)
class ProjectList:
    """What a file holds: its projects, and what is wrong with the file itself."""

    entries: Sequence[ProjectEntry]
    faults: Sequence[Problem] = ()


def read_list(path: Path, name: str, reader: Reader, limits: Limits) -> ProjectList:
    """The projects of a file; `name` is what it is called in front of people.

    Raises UnreadableFileError or TooLargeError.
    """
    check_size(name, path.stat().st_size, limits)
    if is_json(path):
        rows = read_records(path, name, limits)
        return _checked([_project_of(row, number, reader) for number, row in enumerate(rows, 1)])
    return _from_sheets(read_sheets(path, name, limits), reader)


def project_columns(reader: Reader) -> list[Column]:
    """The columns of a list of projects, with every name they go by."""
    described = [*describe(ProjectDraft).values(), *reader.own_fields]
    return [_column(one, ALIASES, reader, required=one.required or one.name == "code") for one in described]


def unit_columns(reader: Reader) -> list[Column]:
    """The columns of a list of unit works; the first names the project."""
    project = Column(PROJECT, msg("Project code"), (*ALIASES["code"][:-1], PROJECT), required=True)
    described = [*describe(UnitWorksDraft).values(), *reader.all_technical()]
    return [project, *(_column(one, UNIT_ALIASES, reader, required=one.required) for one in described)]


def write_empty(target: Target, reader: Reader) -> None:
    """Write a workbook to fill in: projects on one sheet, their unit works on another."""
    tables = (
        Table(gettext("Projects"), project_columns(reader)),
        Table(gettext("Unit works"), unit_columns(reader)),
    )
    write_template(target, tables)


def _column(
    described: FieldDescription, aliases: Mapping[str, tuple[str, ...]], reader: Reader, *, required: bool
) -> Column:
    vocabulary = reader.vocabularies.get(described.vocabulary)
    return Column(
        described.name,
        msg(described.label),
        aliases.get(described.name, ()),
        required,
        KINDS.get(described.kind, "text"),
        tuple(choice.label for choice in vocabulary.choices) if vocabulary else (),
        note=msg(described.help) if described.help else None,
    )


def _project_of(row: Mapping[str, Any], number: int, reader: Reader) -> ProjectEntry:
    place = Place(row=number)
    units = row.get("units") or []
    works_type = reader.vocabularies[WORKS_TYPES].code(as_text(row.get("works_type"))) or ""
    sound = [unit for unit in units if isinstance(unit, dict)] if isinstance(units, list) else []
    read = [reader.unit(flat(unit), works_type, Source(place)) for unit in sound]
    entry = reader.project(flat({key: value for key, value in row.items() if key != "units"}), Source(place), read)
    if not isinstance(units, list) or len(sound) != len(units):
        fault = Problem("units.unreadable", msg("The unit works must be a list of records."), "units", place=place)
        return replace(entry, faults=[*entry.faults, fault])
    return entry


def _from_sheets(sheets: Sequence[Sheet], reader: Reader) -> ProjectList:
    entries: list[ProjectEntry] = []
    rows: dict[str, list[UnitRow]] = defaultdict(list)
    faults: list[Problem] = []
    for sheet in filter(_is_filled, sheets):
        columns = unit_columns(reader) if _is_of_units(sheet) else project_columns(reader)
        header = find_header(sheet, columns)
        if header is None:
            faults.append(header_missing(sheet, columns))
            continue
        faults += header.problems
        if _is_of_units(sheet):
            _gather(sheet, header, rows)
        else:
            found = records(sheet, header)
            entries += [reader.project(record.values, _source(header, record.row)) for record in found]
    return _checked(_joined(entries, rows, reader), faults)


def _is_filled(sheet: Sheet) -> bool:
    return bool(sheet.rows) and sheet.name not in own_sheet_names()


def _is_of_units(sheet: Sheet) -> bool:
    return any(part in sheet.name.casefold() for part in UNIT_SHEETS)


def _gather(sheet: Sheet, header: Header, rows: dict[str, list[UnitRow]]) -> None:
    """The rows of unit works by project; they are read once the works type of their project is known."""
    for record in records(sheet, header):
        raw = {key: value for key, value in record.values.items() if key != PROJECT}
        rows[as_text(record.values.get(PROJECT))].append((raw, _source(header, record.row)))


def _source(header: Header, row: int) -> Source:
    return Source(Place(header.sheet, row), header.places.keys() - {PROJECT}, header.headings)


def _joined(entries: Sequence[ProjectEntry], rows: dict[str, list[UnitRow]], reader: Reader) -> list[ProjectEntry]:
    """Each project with its unit works; those of projects that the file does not list stand for themselves."""
    joined = []
    for entry in entries:
        of_it = rows.pop(entry.draft.code, [])
        units = [reader.unit(raw, entry.draft.works_type, source) for raw, source in of_it]
        joined.append(replace(entry, units=units))
    for code, alone in rows.items():
        units = [reader.unit(raw, "", source) for raw, source in alone]
        draft = ProjectDraft.model_construct(code=code)
        joined.append(ProjectEntry(draft, units=units, given=frozenset({"code"}), place=alone[0][1].place))
    return joined


def _checked(entries: Sequence[ProjectEntry], faults: Sequence[Problem] = ()) -> ProjectList:
    """A list is taken in again and again, so each of its projects must say which one it is."""
    return ProjectList([entry if entry.draft.code else _without_code(entry) for entry in entries], faults)


def _without_code(entry: ProjectEntry) -> ProjectEntry:
    if any(fault.field == "code" for fault in entry.faults):
        return entry
    sentence = msg("%(label)s is missing.", label=msg("Project code"))
    fault = Problem("code.missing", sentence, "code", place=replace(entry.place, column=entry.headings.get("code")))
    return replace(entry, faults=[*entry.faults, fault])
