"""Projects from files: JSON, CSV and workbooks, sound and otherwise; the same faults at every door."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archives.core.actors import Actor, Role
from archives.core.errors import UnreadableFileError
from archives.core.sheets.limits import Limits
from archives.organisations.models import Organisation
from archives.projects import queries, service
from archives.projects.lists import ProjectList, read_list
from archives.projects.models import Project
from tests.projects.conftest import FULL, SMALLEST, Enter, person

Listed = Callable[[str, bytes], ProjectList]


@pytest.fixture
def listed(session: Session, reference: None, tmp_path: Path) -> Listed:
    """Reads bytes as a file of that name."""

    def read(name: str, content: bytes) -> ProjectList:
        path = tmp_path / name
        path.write_bytes(content)
        return read_list(path, name, queries.reader(session), Limits())

    return read


def as_json(*records: dict[str, Any]) -> bytes:
    return json.dumps(records, ensure_ascii=False).encode()


def workbook(path: Path, **sheets: Sequence[Sequence[object]]) -> bytes:
    book = xlsxwriter.Workbook(path)
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    book.close()
    return path.read_bytes()


def test_the_smallest_json_is_taken_in_once(session: Session, operator: Actor, listed: Listed) -> None:
    found = listed("projects.json", as_json(SMALLEST))
    assert service.receive_list(session, operator, found).added == 1
    again = service.receive_list(session, operator, found)
    assert (again.added, again.changed, again.unchanged, again.problems) == (0, 0, 1, ())


def test_json_brings_unit_works_and_their_technical_data(session: Session, operator: Actor, listed: Listed) -> None:
    units = [{"code": "01", "name": "主楼", "technical": {"floor_area": 1200, "storeys_above": "12"}}]
    found = listed("projects.json", as_json({**FULL, "units": units}))
    assert service.receive_list(session, operator, found).added == 1
    project = queries.by_code(session, operator, FULL["code"])
    assert queries.unit_by_code(session, project, "01").technical == {"floor_area": 1200, "storeys_above": 12}
    assert service.receive_list(session, operator, found).unchanged == 1


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_csv_in_chinese_is_the_same(session: Session, operator: Actor, listed: Listed, encoding: str) -> None:
    text = "项目编号,工程名称,工程类型,建设单位,工程地点\n{code},{name},建筑工程,{client},{address}\n".format(
        **SMALLEST
    )
    service.receive_list(session, operator, listed("a.json", as_json(SMALLEST)))
    receipt = service.receive_list(session, operator, listed("a.csv", text.encode(encoding)))
    assert (receipt.unchanged, receipt.problems) == (1, ())


def test_a_workbook_has_a_sheet_of_unit_works(
    session: Session, operator: Actor, listed: Listed, tmp_path: Path
) -> None:
    projects = [
        ["报建项目一览表"],
        ["项目编号", "项目名称", "工程类型", "建设单位", "项目地点", "竣工日期"],
        ["P-1", "环城路", "道路工程", "甲公司", "环城路", "2025-06-01"],
    ]
    units: list[list[object]] = [
        ["项目编号", "单位工程编号", "单位工程名称", "长度", "宽度"],
        ["P-1", "01", "路基", 1250.5, 24],
        ["P-1", "02", "路面", None, 24],
    ]
    found = listed("b.xlsx", workbook(tmp_path / "source.xlsx", 项目=projects, 单位工程=units))
    receipt = service.receive_list(session, operator, found)
    assert (receipt.added, receipt.problems) == (1, ())
    project = queries.by_code(session, operator, "P-1")
    technical = [unit.technical for unit in queries.units_of(session, project.id)]
    assert technical == [{"length": 1250.5, "width": 24}, {"width": 24}]


def test_every_fault_has_its_place(session: Session, operator: Actor, listed: Listed, tmp_path: Path) -> None:
    rows = [
        ["项目编号", "项目名称", "工程类型", "建设单位", "项目地点", "竣工日期"],
        ["P-1", "环城路", "道路工程", "甲公司", "环城路", "2025-13-01"],
        ["P-1", "", "城堡", "甲公司", "环城路", "2999-01-01"],
    ]
    found = listed("c.xlsx", workbook(tmp_path / "source.xlsx", 项目=rows))
    problems = service.preview_list(session, operator, found).problems
    places = sorted((one.place.row or 0, one.place.column or "", one.code) for one in problems)
    assert places == [
        (2, "竣工日期", "completed_on.no_such_day"),
        (2, "项目编号", "code.twice"),
        (3, "工程类型", "works_type.unknown"),
        (3, "竣工日期", "completed_on.year"),
        (3, "项目名称", "name.missing"),
        (3, "项目编号", "code.twice"),
    ]


def test_unit_works_of_nobody_are_a_fault(session: Session, operator: Actor, listed: Listed, tmp_path: Path) -> None:
    units = [["项目编号", "单位工程编号", "单位工程名称"], ["P-404", "01", "路基"]]
    found = listed("d.xlsx", workbook(tmp_path / "source.xlsx", 单位工程=units))
    receipt = service.receive_list(session, operator, found)
    assert (receipt.added, [one.code for one in receipt.problems]) == (0, ["project.unknown"])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("broken.json", b'[{"code": "1"'),
        ("nan.json", b'[{"code": NaN}]'),
        ("numbers.json", b"[1, 2]"),
        ("nothing.json", b"[]"),
        ("binary.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(200)),
        ("empty.csv", b""),
    ],
)
def test_what_is_no_list_is_refused(listed: Listed, name: str, content: bytes) -> None:
    with pytest.raises(UnreadableFileError):
        listed(name, content)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"code": "9" * 41}, "code.too_long"),
        ({"code": ""}, "code.missing"),
        ({"code": None}, "code.missing"),
        ({"code": ["a"]}, "code.signs"),
        ({"name": "长" * 201}, "name.too_long"),
        ({"works_type": "castle"}, "works_type.unknown"),
        ({"started_on": "明天"}, "started_on.not_a_date"),
        ({"units": "x"}, "units.unreadable"),
        ({"units": [{"code": "01"}]}, "name.missing"),
        (
            {"units": [{"code": "01", "name": "a", "technical": {"floor_area": "NaN"}}]},
            "technical.floor_area.not_a_number",
        ),
        ({"units": [{"code": "01", "name": "a"}, {"code": "01", "name": "b"}]}, "code.twice"),
    ],
)
def test_bad_values_are_named_and_store_nothing(
    session: Session, operator: Actor, listed: Listed, values: dict[str, Any], code: str
) -> None:
    receipt = service.receive_list(session, operator, listed("bad.json", as_json(SMALLEST | values)))
    assert code in {one.code for one in receipt.problems}
    assert (receipt.added, receipt.refused) == (0, 1)
    assert session.scalar(select(func.count()).select_from(Project)) == 0


def test_a_field_nobody_knows_is_only_noted(session: Session, operator: Actor, listed: Listed) -> None:
    receipt = service.receive_list(session, operator, listed("a.json", as_json(SMALLEST | {"colour": "red"})))
    assert (receipt.added, [(one.code, one.severity) for one in receipt.problems]) == (
        1,
        [("field.unknown", "warning")],
    )


def test_form_and_json_have_the_same_faults(session: Session, operator: Actor, entered: Enter, listed: Listed) -> None:
    values = FULL | {
        "code": "?",
        "works_type": "castle",
        "client": "甲；乙",
        "coordinates": "x",
        "completed_on": "2999-01-01",
        "phone": "p",
        "scale": "giant",
    }
    form = service.receive(session, operator, [entered(**values)]).problems
    file = service.receive_list(session, operator, listed("a.json", as_json(values))).problems
    told = [(one.code, str(one.message), one.field, one.clause, one.severity) for one in form]
    assert told == [(one.code, str(one.message), one.field, one.clause, one.severity) for one in file]
    assert len(told) >= 7


def test_another_clients_project_is_out_of_reach(
    session: Session, operator: Actor, listed: Listed, own: Organisation
) -> None:
    service.receive_list(session, operator, listed("a.json", as_json(SMALLEST)))
    stranger = person(Role.CLIENT, organisation_id=own.id + 1)
    receipt = service.receive_list(session, stranger, listed("b.json", as_json(SMALLEST | {"name": "夺取"})))
    assert (receipt.changed, receipt.refused) == (0, 1)
    assert queries.by_code(session, operator, SMALLEST["code"]).name == SMALLEST["name"]


def test_statements_hardly_grow_with_the_list(
    session: Session, operator: Actor, listed: Listed, statements: list[str]
) -> None:
    def sent(first: int, last: int) -> int:
        records = [
            SMALLEST
            | {"code": f"P-{number}", "name": f"工程{number}", "contractors": f"公司{number}；公司{number + 1}"}
            for number in range(first, last)
        ]
        found = listed("many.json", as_json(*records))
        statements.clear()
        assert service.receive_list(session, operator, found).added == last - first
        session.commit()
        return len(statements)

    few, many = sent(0, 10), sent(1000, 3000)
    assert many - few <= 2000 / 500
