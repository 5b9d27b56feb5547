"""`chengdang facilities …`: whole stories at the command line, in every form a list may come."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from archives.config import Settings
from archives.core.language import speaking
from archives.core.sheets.limits import Limits
from archives.core.sheets.read import read_sheets
from archives.core.sheets.sheet import Cell
from archives.core.sheets.write import Table, write_table
from archives.facilities.lists import columns, read_list, write_empty
from archives.facilities.reading import Reader
from archives.facilities.return_lists import SHIPPED
from tests.test_cli import Terminal

ROWS: list[dict[str, Any]] = [
    {
        "code": "510000",
        "name": "某省",
        "level": "province",
        "kind": "post",
        "year": 2024,
        "regulations": {"provincial_rule": True},
    },
    {
        "code": "510100",
        "name": "甲市",
        "level": "city",
        "urban_status": True,
        "population": 600000,
        "population_basis": "urban_resident",
        "kind": "archives",
        "two_names": True,
        "year": 2024,
        "staff": 30,
        "technical_staff": 21,
        "floor_area_m2": 2350,
        "store_area_m2": 1200,
        "equipment": {"extinguisher": True, "th_recorder": True, "dehumidifier": False, "security_monitoring": True},
        "accidents": 0,
        "lan": True,
        "computerised": True,
        "databases": {"catalogue": True},
        "projects_due": 10,
        "projects_received": 10,
    },
    {
        "code": "510300",
        "name": "乙市",
        "level": "city",
        "urban_status": True,
        "population": 150000,
        "kind": "none",
        "year": 2024,
    },
    {
        "code": "510123",
        "name": "丙县",
        "level": "county",
        "kind": "office",
        "two_names": False,
        "year": 2024,
        "staff": 5,
    },
]


@pytest.fixture
def terminal(settings: Settings) -> Terminal:
    return Terminal(settings)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "returns.json"
    path.write_text(json.dumps(ROWS, ensure_ascii=False), encoding="utf-8")
    return path


def results(told: Any, code: str) -> dict[str, Any]:
    found = next(one for one in told["institutions"] if one["code"] == code)
    return {"class": found["class"]} | {one["target"]: one for one in found["results"]}


def test_a_region_s_story(terminal: Terminal, file: Path) -> None:
    looked = terminal.answer("facilities", "import", str(file), "--dry-run", "--json")
    assert (looked["rows"], looked["added"], looked["dry_run"]) == (4, 4, True)
    assert terminal.answer("facilities", "report", "--year", "2024")["institutions"] == []
    assert terminal.answer("facilities", "import", str(file), "--json")["added"] == 4
    again = terminal.answer("facilities", "import", str(file), "--json")
    assert (again["added"], again["changed"], again["unchanged"]) == (0, 0, 4)
    told = terminal.answer("facilities", "report", "--year", "2024", "--json")
    city = results(told, "510100")
    assert city["class"] == "large"
    assert {key: city["T7"][key] for key in ("actual", "required", "verdict", "gap", "gap_unit")} == {
        "actual": 70,
        "required": 80,
        "verdict": "missed",
        "gap": 3,
        "gap_unit": "persons",
    }
    assert (city["T9"]["verdict"], city["T9"]["gap"], city["T9"]["required"]) == ("missed", 650, 3000)
    assert (city["T10a"]["missing"], city["T10a"]["message"]) == (["dehumidifier"], "Lacks Dehumidifiers")
    assert (city["T2a"]["actual"], city["T2a"]["required"], city["T2a"]["verdict"]) == (True, True, "met")
    assert (city["T5"]["actual"], city["T5"]["verdict"], city["T5"]["gap"]) == (None, "unknown", None)
    assert results(told, "510300")["T2a"]["verdict"] == "missed"
    assert results(told, "510300")["T6"]["verdict"] == "not_applicable"
    assert results(told, "510000")["T1"]["verdict"] == "met"
    rates = {(rate["target"], rate["scope"]): rate for rate in told["rates"]}
    two = rates["T2a", "all"]
    assert (two["numerator"], two["denominator"], two["rate"], two["baseline_2005"]) == (1, 2, 50, 76)
    assert two["verdict"] == "missed"
    assert rates["T9", "pooled"]["not_applicable"] == 1
    assert rates["T9", "pooled"]["baseline_2005"] is None


def test_the_report_speaks_chinese_too(settings: Settings, file: Path) -> None:
    terminal = Terminal(settings)
    terminal.environment["CHENGDANG_LANGUAGE"] = "zh_Hans_CN"
    terminal.answer("facilities", "import", str(file))
    city = results(terminal.answer("facilities", "report", "--year", "2024"), "510100")
    said = [city[target]["message"] for target in ("T7", "T9", "T10a")]
    assert said == ["缺专业技术人员 3 人", "差 650 平方米", "缺除湿机"]


def test_another_scheme_changes_only_the_class(terminal: Terminal, file: Path) -> None:
    terminal.answer("facilities", "import", str(file))
    plan = results(terminal.answer("facilities", "report", "--year", "2024"), "510100")
    council = results(terminal.answer("facilities", "report", "--year", "2024", "--scheme", "sc_2014"), "510100")
    assert (plan.pop("class"), council.pop("class")) == ("large", "medium")
    assert plan == council


def test_a_part_of_the_country(terminal: Terminal, file: Path) -> None:
    terminal.answer("facilities", "import", str(file))
    told = terminal.answer("facilities", "report", "--year", "2024", "--region", "510100")
    assert [one["code"] for one in told["institutions"]] == ["510100", "510123"]
    assert next(rate for rate in told["rates"] if rate["target"] == "T2a")["denominator"] == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("report", "--year", "2024", "--edition", "plan_1999"),
        ("report", "--year", "2024", "--scheme", "sc_1999"),
        ("report", "--year", "2024", "--region", "999999"),
        ("report",),
        ("standards", "--edition", "plan_1999"),
        ("import", "/nowhere.json"),
    ],
)
def test_what_is_not_there_is_misuse(terminal: Terminal, arguments: tuple[str, ...]) -> None:
    result = terminal.run("facilities", *arguments)
    assert result.exit_code == 2
    assert result.stderr.strip()


def test_every_fault_is_told_and_nothing_stored(terminal: Terminal, tmp_path: Path) -> None:
    path = tmp_path / "bad.json"
    bad = [
        ROWS[0],
        {**ROWS[1], "technical_staff": 31, "floor_area_m2": -1},
        {**ROWS[2], "level": "town"},
        {**ROWS[3], "parent": "510300"},
        ROWS[0],
    ]
    path.write_text(json.dumps(bad), encoding="utf-8")
    for option in ("--dry-run", "--json"):
        result = terminal.run("facilities", "import", str(path), option)
        assert result.exit_code == 1
        told = json.loads(result.stdout)
        found = [(one["row"], one["column"], one["code"]) for one in told["problems"] if one["severity"] == "error"]
        assert found == [
            (2, "floor_area_m2", "floor_area_m2.too_small"),
            (2, "technical_staff", "technical_staff.above_whole"),
            (3, "level", "level.unknown"),
            (4, "parent", "parent.wrong_city"),
            (5, "year", "year.twice"),
        ]
        assert all(one["message"] for one in told["problems"])
    assert terminal.answer("facilities", "report", "--year", "2024")["institutions"] == []


@pytest.mark.parametrize("content", ["[", "[]", "[1]", '{"a": 1', "\x00\x01"])
def test_a_file_that_is_no_list_is_refused(terminal: Terminal, tmp_path: Path, content: str) -> None:
    path = tmp_path / "bad.json"
    path.write_text(content, encoding="utf-8")
    result = terminal.run("facilities", "import", str(path))
    assert result.exit_code == 1
    assert [one["code"] for one in json.loads(result.stdout)["problems"]] == ["file.refused"]


def test_a_csv_is_taken_in(terminal: Terminal, tmp_path: Path) -> None:
    path = tmp_path / "returns.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(
            ["行政区划代码", "行政区", "级别", "设市", "人口", "馆室", "年度", "在岗人数", "专业技术人员", "灭火器"]
        )
        writer.writerow(["510100", "甲市", "地级市", "是", "60万", "馆", "2024", "30", "21", "有"])
        writer.writerow(["510123", "丙县", "县", "", "", "室", "2024", "5", "6", ""])
    result = terminal.run("facilities", "import", str(path))
    problems = [one for one in json.loads(result.stdout)["problems"] if one["severity"] == "error"]
    assert [(one["row"], one["column"], one["code"]) for one in problems] == [
        (3, "专业技术人员", "technical_staff.above_whole")
    ]
    assert result.exit_code == 1
    sound = terminal.run("facilities", "import", str(path), "--sound-only")
    assert json.loads(sound.stdout)["added"] == 1
    city = results(terminal.answer("facilities", "report", "--year", "2024"), "510100")
    assert (city["class"], city["T6"]["actual"], city["T10a"]["verdict"]) == ("large", 30, "unknown")


def test_the_template_comes_back_as_it_was_filled(terminal: Terminal, tmp_path: Path) -> None:
    template, filled = tmp_path / "template.xlsx", tmp_path / "filled.xlsx"
    assert terminal.run("facilities", "template", str(template)).exit_code == 0
    sheets = read_sheets(template, "template.xlsx", Limits())
    assert len(sheets) == 3
    assert len(sheets[0].rows) == 1  # headings only
    empty = terminal.answer("facilities", "import", str(template))
    assert (empty["rows"], empty["problems"]) == (0, [])
    rows: list[dict[str, Cell]] = [
        dict(zip(("code", "name", "level", "kind", "year", "staff"), one, strict=True)) for one in _LISTED
    ]
    write_table(filled, Table("年报", columns(Reader.of(SHIPPED)), rows))
    assert terminal.answer("facilities", "import", str(filled))["added"] == 2
    assert terminal.answer("facilities", "import", str(filled))["unchanged"] == 2


_LISTED = (("510100", "甲市", "地级市", "馆", 2024, 30), ("510123", "丙县", "县", "室", 2024, 5))


@pytest.mark.parametrize("language", ["zh_Hans_CN", "en"])
def test_the_template_s_example_is_sound(tmp_path: Path, language: str) -> None:
    path = tmp_path / "template.xlsx"
    with speaking(language):
        write_empty(path, SHIPPED)
        book = {sheet.name: sheet for sheet in read_sheets(path, "template.xlsx", Limits())}
    example = book["示例" if language == "zh_Hans_CN" else "Example"]
    alone = tmp_path / "alone.csv"
    with alone.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(row.cells for row in example.rows)
    listed = read_list(alone, "alone.csv", Reader.of(SHIPPED), Limits())
    assert len(listed.entries) == 2
    assert [problem for entry in listed.entries for problem in entry.faults] == []
    assert not listed.faults


def test_no_two_columns_have_one_name() -> None:
    for language in ("zh_Hans_CN", "en"):
        with speaking(language):
            labels = [str(column.label) for column in columns(Reader.of(SHIPPED))]
            assert len(labels) == len(set(labels))


def test_the_standards_can_be_read(terminal: Terminal) -> None:
    rows = {row["code"]: row for row in terminal.answer("facilities", "standards")}
    medium = rows["T9.medium"]
    assert (medium["value"], medium["printed"], medium["restored"]) == (2000, "2024平方米以上", "2000")
    assert "2024平方米" in medium["sentence"]
    assert rows["T4.all"]["strength"] == "strive"
