"""The whole way once more, from the command line alone: from a project in a JSON file to a volume on the shelf."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from archives.accession.formats.columns import TEMPLATE_ITEM_COLUMNS, TEMPLATE_VOLUME_COLUMNS
from archives.catalogue.models import Volume
from archives.config import Settings
from archives.core.backend import Backend
from archives.core.sheets.write import Table, write_table
from archives.reference.service import sync
from tests.test_cli import Terminal

CODE = "YC-0001"
VOLUMES: Sequence[dict[str, Any]] = (
    {
        "volume_no": "1",
        "title": "云川示例小学教学楼开工审批文件",
        "text_pages": 12,
        "retention": "永久",
        "secrecy": "公开",
    },
    {
        "volume_no": "2",
        "title": "云川示例小学教学楼竣工图",
        "drawing_sheets": 4,
        "retention": "永久",
        "secrecy": "内部",
    },
)
ITEMS: Sequence[dict[str, Any]] = (
    {
        "volume_no": "1",
        "sequence": 1,
        "title": "建设工程规划许可证",
        "formed_on": "2011-03-01",
        "page_from": 1,
        "page_to": 4,
    },
    {
        "volume_no": "1",
        "sequence": 2,
        "title": "建设工程施工许可证",
        "formed_on": "2011-04-01",
        "page_from": 5,
        "page_to": 12,
    },
    {"volume_no": "2", "sequence": 1, "title": "建筑竣工图", "formed_on": "2012-09-01", "page_from": 1, "page_to": 4},
)
MOVES: Sequence[tuple[str, dict[str, str]]] = (
    ("commit", {"on": "2026-01-05", "head": "示例甲", "clerk": "示例乙"}),
    ("notify", {"contact": "示例丙"}),
    ("guide", {"on": "2026-02-02", "opinion": "文件按单位工程立卷。"}),
    ("collect", {}),
    ("apply_pre", {"volumes": "2", "contact": "示例乙", "phone": "0550-1"}),
    ("receive", {}),
    ("check", {"opinion": "齐全。"}),
    ("review", {"opinion": "同意。"}),
    ("pass_pre", {"opinion": "合格。"}),
    ("complete", {"on": "2026-03-02"}),
    ("file_record", {"on": "2026-03-10"}),
    ("apply_transfer", {"volumes": "2", "contact": "示例乙", "phone": "0550-1"}),
    ("check_conformity", {"opinion": "相符。"}),
    ("review_conformity", {"opinion": "同意。"}),
    ("approve_conformity", {"opinion": "合格。"}),
    ("transfer", {"on": "2026-03-20", "handed_by": "示例乙", "received_by": "示例丁"}),
    ("certify", {}),
)


@pytest.fixture
def terminal(settings: Settings, backend: Backend) -> Terminal:
    """A terminal before an instance with its national tables."""
    with backend.writing() as session:
        sync(session)
    return Terminal(settings)


def _list(path: Path, volumes: Sequence[dict[str, Any]], items: Sequence[dict[str, Any]]) -> str:
    write_table(
        path, Table("案卷目录", TEMPLATE_VOLUME_COLUMNS, volumes), Table("卷内目录", TEMPLATE_ITEM_COLUMNS, items)
    )
    return str(path)


def _project(path: Path) -> str:
    project = {"code": CODE, "name": "云川示例小学", "works_type": "building", "client": "云川示例教育局"}
    path.write_text(json.dumps([{**project, "address": "示例路1号", "acceptance": "pre"}]), encoding="utf-8")
    return str(path)


def test_a_transfer_goes_from_the_counter_to_the_shelf(terminal: Terminal, backend: Backend, tmp_path: Path) -> None:
    taken = terminal.answer("projects", "import", _project(tmp_path / "projects.json"), "--json")
    assert (taken["added"], taken["refused"]) == (1, 0)

    _faults_are_all_told(terminal, tmp_path)
    sound = _list(tmp_path / "list.xlsx", VOLUMES, ITEMS)
    assert terminal.answer("transfer", "check", sound, "--project", CODE)["problems"] == []
    brought = terminal.answer("transfer", "import", sound, "--project", CODE, "--json")
    assert {name: brought[name] for name in ("added", "changed", "unchanged", "refused")} == {
        "added": 5,
        "changed": 0,
        "unchanged": 0,
        "refused": 0,
    }

    missing = terminal.run("procedure", "move", CODE, "apply_pre")
    assert missing.exit_code == 1, "a move out of turn is refused"
    _exempt_what_is_missing(terminal)
    assert terminal.answer("transfer", "verify", "--project", CODE)["problems"] == []
    for name, facts in MOVES:
        if name == "apply_transfer":  # with the completion its own documents are asked for
            assert terminal.run("transfer", "verify", "--project", CODE).exit_code == 1
            _exempt_what_is_missing(terminal)
        pairs = [part for field, value in facts.items() for part in ("--set", f"{field}={value}")]
        standing = terminal.answer("procedure", "move", CODE, name, *pairs)
    assert standing["state"] == "certified"
    assert {"commitment", "notice", "pre_acceptance_opinion", "transfer_form", "receipt_certificate"} <= {
        paper["form"] for paper in standing["papers"]
    }

    entered = terminal.answer("transfer", "enter", "--project", CODE, "--shelf", "1-02-03-04")
    assert entered == {"volumes": 2, "first": 1, "last": 2}
    with backend.reading() as session:
        volumes = session.scalars(select(Volume).order_by(Volume.accession_no)).all()
    assert [volume.shelf_location for volume in volumes] == ["1-02-03-04"] * 2
    assert len({volume.archival_code for volume in volumes}) == 2

    _an_export_comes_back_unchanged(terminal, tmp_path)
    assert terminal.answer("audit", "verify")["entries"] > len(MOVES)


def _exempt_what_is_missing(terminal: Terminal) -> None:
    terminal.answer("transfer", "exempt", "--project", CODE, "--missing", "--reason", "本工程不涉及")


def _faults_are_all_told(terminal: Terminal, tmp_path: Path) -> None:
    faulty = [{**VOLUMES[0], "title": "=1+1", "start_date": "2013-13-01"}, {**VOLUMES[1], "retention": "一万年"}]
    result = terminal.run("transfer", "check", _list(tmp_path / "bad.xlsx", faulty, ()), "--project", CODE, "--json")
    report = json.loads(result.stdout)
    assert result.exit_code == 1
    assert (report["rows"], report["sound"]) == (2, 0)
    errors = {(problem["row"], problem["code"]) for problem in report["problems"]}
    assert {(2, "title.formula"), (2, "start_date.no_such_day"), (3, "retention.unknown")} <= errors


def _an_export_comes_back_unchanged(terminal: Terminal, tmp_path: Path) -> None:
    out = str(tmp_path / "export.xlsx")
    assert terminal.run("catalogue", "export", "--project", CODE, out).exit_code == 0
    again = terminal.answer("transfer", "import", out, "--project", CODE, "--json")
    assert (again["added"], again["changed"], again["unchanged"], again["refused"]) == (0, 0, 5, 0)
