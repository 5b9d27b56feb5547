"""Entries that an office adds to the lists of a return: asked for at every door, required where an edition says so."""

from io import BytesIO
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy.orm import Session

from archives.core.actors import Actor, Role
from archives.core.errors import ForbiddenError, NotFoundError, RefusedError
from archives.facilities import deciding, queries
from archives.facilities.editions import read_told, with_required
from archives.facilities.evaluation import VERDICTS, evaluate
from archives.facilities.lists import write_empty
from archives.facilities.reading import Reader
from archives.facilities.return_lists import SHIPPED, Lists
from archives.facilities.standards.rows import ListedRow
from archives.facilities.standards.tables import load_standards
from archives.facilities.wording import remark
from tests.facilities.areas import CITY, returns_of
from tests.facilities.test_editions import HEAD, codes
from tests.visitors import SignInAs

PLAN = load_standards().edition("plan_2006")
SCANNER = {"list_name": "equipment", "code": "scanner", "name": "扫描仪", "reason": "省厅数字化要求"}
ALL = {"extinguisher": 1, "th_recorder": 1, "dehumidifier": 1, "security_monitoring": 1}


def entry(code: str, kind: Any = "equipment", *, ended: bool = False) -> ListedRow:
    row = {"kind": kind, "code": code, "name_zh": code, "name_en": code, "rank": 1, "required": False}
    return ListedRow(**row, ended=ended, source="own", verified=False)


def headings(lists: Lists) -> list[Any]:
    workbook = BytesIO()
    write_empty(workbook, lists)
    workbook.seek(0)
    rows = CalamineWorkbook.from_filelike(workbook).get_sheet_by_index(0).to_python()
    return [cell for row in rows[:3] for cell in row]


OWN = Lists((entry("scanner"), entry("gis", "database"), entry("fax", ended=True)))


def test_own_entries_stand_after_those_of_the_program() -> None:
    assert [row.code for row in OWN.of("equipment")][-2:] == ["scanner", "fax"]
    assert [row.code for row in OWN.asked().of("equipment")][-1] == "scanner"
    assert [row.code for row in OWN.of("database")][-1] == "gis"
    assert [one.name for one in OWN.fields("equipment")][-2:] == ["equipment.scanner", "equipment.fax"]
    assert len(SHIPPED.of("equipment")) == 4


@pytest.mark.parametrize(
    ("equipment", "verdict", "said"),
    [
        ({**ALL, "scanner": 2}, "met", None),
        ({**ALL, "scanner": 0}, "missed", "缺scanner"),
        (ALL, "unknown", None),
        ({"scanner": 1}, "unknown", None),
    ],
)
def test_an_edition_may_ask_for_them(equipment: dict[str, int], verdict: str, said: str | None) -> None:
    told = read_told({}, {"equipment": [*ALL, "scanner"]}, PLAN, OWN)
    assert told.required == {"equipment": [*ALL, "scanner"]}
    own = with_required(PLAN, told.required, OWN)
    returns = returns_of({**CITY, "equipment": equipment})
    outcome = evaluate(returns, own).outcomes["T10a"]
    assert VERDICTS[outcome.verdict[0]] == verdict
    found = remark(outcome, returns, own, 0)
    assert (str(found) if found else None) == said
    assert next(row for row in own.targets if row.target == "T10a").source == "own"
    assert next(row for row in own.targets if row.target == "T9").source != "own"


def test_an_edition_may_ask_for_fewer() -> None:
    own = with_required(PLAN, {"equipment": ["extinguisher"]}, OWN)
    outcome = evaluate(returns_of({**CITY, "equipment": {"extinguisher": 3, "dehumidifier": 0}}), own).outcomes["T10a"]
    assert VERDICTS[outcome.verdict[0]] == "met"
    assert PLAN.required("equipment") == list(ALL), "the base is as it was"


@pytest.mark.parametrize(
    ("required", "problem"),
    [
        ({"equipment": ["periscope"]}, ("required.unknown", "equipment")),
        ({"furniture": ["desk"]}, ("required.unknown", "furniture")),
        ({"regulation": ["government_rule"]}, ("required.unknown", "regulation")),
        ({"equipment": []}, ("required.missing", "equipment")),
    ],
)
def test_what_no_list_has_is_refused(required: dict[str, list[str]], problem: tuple[str, str]) -> None:
    told = read_told({}, required, PLAN, OWN)
    assert [(one.code, one.field) for one in told.problems] == [problem]


def test_a_list_as_in_the_base_changes_nothing() -> None:
    assert read_told({}, {"equipment": list(ALL)}, PLAN, OWN).required == {}


def test_added_asked_for_and_ended(session: Session, operator: Actor) -> None:
    made = deciding.add_listed(session, operator, SCANNER)
    lists = queries.lists(session)
    read = Reader.of(lists).entry({"code": "510100", "year": 2025, "equipment": {"scanner": "2台", "extinguisher": 1}})
    assert [problem.field for problem in read.faults if problem.severity == "error"] == ["equipment.scanner"]
    read = Reader.of(lists).entry({"code": "510100", "year": 2025, "equipment": {"scanner": 2}})
    assert read.listed == {"equipment": {"scanner": 2}}

    deciding.decide_edition(session, operator, HEAD, {}, {"equipment": ["scanner"]})
    assert queries.edition(session, HEAD["code"]).required("equipment") == ["scanner"]

    assert "扫描仪" in headings(lists)
    deciding.end_listed(session, operator, made.id, ended=True)
    ended = queries.lists(session)
    assert "扫描仪" not in headings(ended)
    assert Reader.of(ended).entry({"equipment": {"scanner": 2}}).listed == {"equipment": {"scanner": 2}}, "old files"
    assert queries.edition(session, HEAD["code"]).required("equipment") == ["scanner"], "an edition never changes"


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"list_name": ""}, ("list_name.missing", "list_name")),
        ({"list_name": "furniture"}, ("list_name.unknown", "list_name")),
        ({"code": "Scanner!"}, ("code.signs", "code")),
        ({"code": "extinguisher"}, ("code.taken", "code")),
        ({"name": " "}, ("name.missing", "name")),
        ({"reason": ""}, ("reason.missing", "reason")),
    ],
)
def test_each_fault_of_an_entry_is_named(
    session: Session, operator: Actor, changed: dict[str, str], fault: tuple[str, str]
) -> None:
    with pytest.raises(RefusedError) as refusal:
        deciding.add_listed(session, operator, {**SCANNER, **changed})
    assert codes(refusal) == [fault]


@pytest.mark.parametrize("role", Role)
def test_only_the_authority_changes_lists(session: Session, operator: Actor, role: Role) -> None:
    made = deciding.add_listed(session, operator, SCANNER)
    actor = Actor("account", "somebody", 7, frozenset({role}))
    if role is Role.AUTHORITY:
        deciding.end_listed(session, actor, made.id, ended=True)
        return
    with pytest.raises(ForbiddenError):
        deciding.add_listed(session, actor, {**SCANNER, "code": "other"})
    with pytest.raises(ForbiddenError):
        deciding.end_listed(session, actor, made.id, ended=True)


def test_an_entry_that_is_not_there(session: Session, operator: Actor) -> None:
    with pytest.raises(NotFoundError):
        deciding.end_listed(session, operator, 999, ended=True)


def test_the_story_in_the_pages(sign_in_as: SignInAs) -> None:
    bureau = sign_in_as(Role.AUTHORITY, name="许监督")
    assert bureau.get("/facilities/standards/lists/new?list=equipment").status_code == 200
    refused = bureau.send("/facilities/standards/lists/new", {**SCANNER, "code": "?"})
    assert refused.status_code == 422
    assert 'href="#field-code"' in refused.text
    assert bureau.send("/facilities/standards/lists/new", SCANNER).status_code == 303
    shown = bureau.get("/facilities/standards").text
    assert "扫描仪" in shown
    assert "省厅数字化要求" in shown

    form = bureau.get("/facilities/standards/new?base=plan_2006").text
    assert 'name="required-equipment" value="scanner"' in form
    head = {**HEAD, "lists": ["equipment", "databases"]}
    nothing = bureau.send("/facilities/standards/new", {**head, "required-equipment": []})
    assert nothing.status_code == 422
    assert 'href="#field-required-equipment"' in nothing.text
    assert "至少" in nothing.text
    asked = PLAN.required("database")
    made = bureau.send(
        "/facilities/standards/new", {**head, "required-equipment": ["scanner"], "required-databases": asked}
    )
    assert made.status_code == 303
    assert "扫描仪" in bureau.get(f"/facilities/standards?edition={HEAD['code']}").text

    ended = bureau.send("/facilities/standards/lists/1/end?ended=1")
    assert ended.status_code == 303
    assert "不再要求填报" in bureau.get("/facilities/standards").text
    assert bureau.send("/facilities/standards/lists/1/end?ended=0").status_code == 303
    assert bureau.send("/facilities/standards/lists/99/end").status_code == 404
    director = sign_in_as(Role.DIRECTOR, name="馆长")
    assert director.get("/facilities/standards/lists/new").status_code == 403
    assert director.send("/facilities/standards/lists/new", SCANNER).status_code == 403
    assert "增加条目" not in director.get("/facilities/standards").text
