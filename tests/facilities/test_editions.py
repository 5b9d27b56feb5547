"""An authority's own editions: which numbers may be changed, who may, and what they judge."""

import json
from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from archives.config import Settings
from archives.core.actors import Actor, Role
from archives.core.errors import ForbiddenError, NotFoundError, RefusedError
from archives.facilities import deciding, queries
from archives.facilities.actions import DECIDE
from archives.facilities.editions import read_told, with_numbers
from archives.facilities.evaluation import VERDICTS, evaluate
from archives.facilities.return_lists import SHIPPED
from archives.facilities.standards.tables import load_standards
from tests.facilities.areas import CITY, returns_of
from tests.facilities.test_commands import ROWS, results
from tests.test_cli import Terminal

PLAN = load_standards().edition("plan_2006")
HEAD = {
    "code": "province_2026",
    "name": "某省指标",
    "base": "plan_2006",
    "reason": "省厅决定",
    "valid_from": "2026-01-01",
}


def codes(refusal: pytest.ExceptionInfo[RefusedError]) -> list[tuple[str, str | None]]:
    return [(problem.code, problem.field) for problem in refusal.value.problems]


def test_a_number_is_tightened_and_says_by_whom() -> None:
    own = with_numbers(PLAN, "own", "某省", "省厅决定", {"T9.large": (3500, None), "T6.large": (30, 45)})
    rows = {row.code: row for row in own.targets}
    assert (rows["T9.large"].value, rows["T9.large"].source, rows["T9.large"].verified) == (3500, "own", False)
    assert (rows["T6.large"].value, rows["T6.large"].upper) == (30, 45)
    assert rows["T9.medium"].value == 2000
    judged = evaluate(returns_of({**CITY, "floor_area_m2": 3200}), own)
    assert VERDICTS[judged.outcomes["T9"].verdict[0]] == "missed"
    assert judged.outcomes["T9"].gap[0] == 300


@pytest.mark.parametrize(
    ("written", "pair"), [("2500", (2500, None)), (2500.5, (2500.5, None)), ("12-20", (12, 20)), ("12至20", (12, 20))]
)
def test_numbers_are_read_as_people_write_them(written: object, pair: tuple[float, float | None]) -> None:
    assert read_told({"T6.medium": written}, {}, PLAN, SHIPPED).numbers == {"T6.medium": pair}


@pytest.mark.parametrize(
    ("row", "written", "code"),
    [
        ("T99", "1", "unknown"),
        ("T2a", "1", "unknown"),
        ("T9.large", "", "missing"),
        ("T9.large", "许多", "not_a_number"),
        ("T9.large", "-5", "range"),
        ("T7", "120", "range"),
        ("T9.large", "1-2", "band"),
        ("T6.large", "40-20", "band"),
    ],
)
def test_a_number_that_cannot_be_is_refused(row: str, written: str, code: str) -> None:
    assert [problem.code for problem in read_told({row: written}, {}, PLAN, SHIPPED).problems] == [f"number.{code}"]


def test_an_edition_is_made_once_and_stays(session: Session, operator: Actor) -> None:
    deciding.decide_edition(session, operator, HEAD, {"T9.large": "3500"}, {})
    assert queries.edition(session, "province_2026").base == "plan_2006"
    assert [(row.code, row.valid_from) for row in queries.own_editions(session)] == [
        ("province_2026", date(2026, 1, 1))
    ]
    with pytest.raises(RefusedError) as refusal:
        deciding.decide_edition(session, operator, HEAD, {"T9.large": "4000"}, {})
    assert codes(refusal) == [("code.taken", "code")]
    with pytest.raises(NotFoundError, match="province_2026"):
        queries.edition(session, "province_2027")


@pytest.mark.parametrize(
    ("changed", "numbers", "fault"),
    [
        ({}, {}, ("numbers.missing", "numbers")),
        ({"reason": ""}, {"T7": "85"}, ("reason.missing", "reason")),
        ({"valid_from": ""}, {"T7": "85"}, ("valid_from.missing", "valid_from")),
        ({"code": "Ä"}, {"T7": "85"}, ("code.signs", "code")),
        ({"code": "plan_2006"}, {"T7": "85"}, ("code.taken", "code")),
        ({"base": "plan_1999"}, {"T7": "85"}, ("base.unknown", "base")),
    ],
)
def test_each_fault_is_named(
    session: Session, operator: Actor, changed: dict[str, str], numbers: dict[str, str], fault: tuple[str, str]
) -> None:
    with pytest.raises(RefusedError) as refusal:
        deciding.decide_edition(session, operator, {**HEAD, **changed}, numbers, {})
    assert codes(refusal) == [fault]


@pytest.mark.parametrize("role", Role)
def test_only_the_authority_makes_editions(session: Session, role: Role) -> None:
    actor = Actor("account", "somebody", 7, frozenset({role}))
    assert DECIDE.allows(actor) == (role is Role.AUTHORITY)
    if role is not Role.AUTHORITY:
        with pytest.raises(ForbiddenError):
            deciding.decide_edition(session, actor, HEAD, {"T7": "85"}, {})


def test_the_story_at_the_command_line(settings: Settings, tmp_path: Any) -> None:
    terminal = Terminal(settings)
    path = tmp_path / "returns.json"
    path.write_text(json.dumps(ROWS), encoding="utf-8")
    terminal.answer("facilities", "import", str(path))
    head = ("--name", "某省指标", "--reason", "省厅决定", "--from", "2026-01-01")
    terminal.answer("facilities", "edition", "province_2026", *head, "--set", "T9.large=3500")
    told = terminal.answer("facilities", "report", "--year", "2024", "--edition", "province_2026")
    assert results(told, "510100")["T9"]["gap"] == 1150
    assert results(terminal.answer("facilities", "report", "--year", "2024"), "510100")["T9"]["gap"] == 650
    assert next(rate for rate in told["rates"] if rate["target"] == "T2a")["baseline_2005"] == 76
    rows = {row["code"]: row for row in terminal.answer("facilities", "standards", "--edition", "province_2026")}
    assert (rows["T9.large"]["value"], rows["T9.large"]["note"]) == (3500, "省厅决定")
    refused = terminal.run("facilities", "edition", "other", *head, "--set", "T9.large=many")
    assert refused.exit_code == 1
    assert "many" in refused.stderr
