"""A return's way through its pages: draft, kept while typing, submitted, given back, corrected, accepted by another."""

import re
from typing import Any

import pytest
from sqlalchemy import event, select, update
from sqlalchemy.orm import Session

from archives.core.actors import EXTERNAL, STAFF, Actor, Role
from archives.core.backend import Backend
from archives.facilities import queries
from archives.facilities.drafts import ReturnDraft
from archives.facilities.filing.groups import GROUPS, fields_of_group
from archives.facilities.models import Area, Institution, YearlyReturn
from archives.facilities.return_lists import SHIPPED
from archives.organisations import service as organisations
from archives.organisations.drafts import OrganisationDraft
from tests.facilities.filing.conftest import bring
from tests.visitors import SignInAs, Visitor

HERE = "/facilities/returns/510100/2025"
SHOWN = re.compile(r'name="(?P<name>[\w.]+)" value="(?P<value>[^"]*)"')


def stored(backend: Backend, operator: Actor, code: str = "510100", year: int = 2025) -> YearlyReturn:
    with backend.reading() as session:
        return queries.return_of(session, operator, code, year)


def test_every_field_stands_in_one_group() -> None:
    names = [one.name for group in GROUPS for one in fields_of_group(group, SHIPPED)]
    expected = set(ReturnDraft.model_fields) - {"year"} | {one.name for one in SHIPPED.every_field()}
    assert len(names) == len(set(names))
    assert set(names) == expected


def test_a_return_from_draft_to_accepted(region: Backend, operator: Actor, bureau: Visitor, checker: Visitor) -> None:
    assert "本年度尚无年报" in bureau.get(HERE).text
    assert bureau.send(f"{HERE}/edit", {"staff": "32"}).status_code == 303
    assert stored(region, operator).state == "draft"
    assert "草稿" in bureau.get(HERE).text

    saved = bureau.send(f"{HERE}/edit", {"staff": "32", "technical_staff": "25", "lan": "yes", "then": "submit"})
    assert saved.status_code == 303
    assert stored(region, operator).state == "submitted"
    assert bureau.send(f"{HERE}/accept").status_code == 403, "nobody checks what he entered himself"
    assert "须由他人审核" in bureau.get(HERE).text
    assert "2025 年年报待审核 1 份" in checker.get("/").text
    assert "待审核" not in bureau.get("/").text

    refused = checker.send(f"{HERE}/give-back", {"reason": " "})
    assert refused.status_code == 422
    assert checker.send(f"{HERE}/give-back", {"reason": "专业技术人员与职称表不符"}).status_code == 303
    assert "专业技术人员与职称表不符" in bureau.get(HERE).text
    assert "专业技术人员与职称表不符" in bureau.get(f"{HERE}/edit").text
    assert "甲市 2025 年年报已退回：专业技术人员与职称表不符" in bureau.get("/").text

    assert bureau.send(f"{HERE}/edit", {"staff": "32", "technical_staff": "26"}).status_code == 303
    assert stored(region, operator).state == "returned", "corrected, and not yet filed again"
    assert bureau.send(f"{HERE}/submit").status_code == 303
    assert checker.send(f"{HERE}/accept").status_code == 303
    assert stored(region, operator).state == "accepted"
    assert bureau.get(f"{HERE}/edit").status_code == 409
    assert bureau.send(f"{HERE}/edit", {"staff": "1"}).status_code == 409
    history = bureau.get(HERE).text
    for said in ("已退回", "已审核", "许监督", "钱审核", "26"):
        assert said in history, said


def test_the_form_shows_what_is_known_and_last_year(bureau: Visitor) -> None:
    page = bureau.get(f"{HERE}/edit").text
    values = {found["name"]: found["value"] for found in SHOWN.finditer(page)}
    assert (values["name"], values["institution"]) == ("甲市", "甲市城市建设档案馆")
    assert (values["longitude"], values["latitude"]) == ("104.066541", "30.657255")
    assert values["staff"] == "", "last year's figure is a hint, not an entry"
    for said in ("上年：30。", "上年：2,350.5。", "上年：46。", "上年：无。", "上年：是。"):
        assert said in page, said


def test_what_is_saved_again_unchanged_changes_nothing(region: Backend, bureau: Visitor) -> None:
    page = bureau.get(f"{HERE}/edit").text
    values = {found["name"]: found["value"] for found in SHOWN.finditer(page) if found["name"] != "csrf_token"}
    chosen = re.findall(r'<select[^>]* name="([\w.]+)".*?</select>', page, re.S)
    values |= {name: selected(page, name) for name in chosen}
    values.pop("take", None)
    with region.reading() as session:
        before = {
            name: getattr(session.scalars(select(Area).where(Area.code == "510100")).one(), name) for name in COLUMNS
        }
    assert bureau.send(f"{HERE}/edit", values).status_code == 303
    with region.reading() as session:
        area = session.scalars(select(Area).where(Area.code == "510100")).one()
        institution = session.scalars(select(Institution).where(Institution.area_id == area.id)).one()
        assert {name: getattr(area, name) for name in COLUMNS} == before
        assert (institution.longitude, institution.kind) == (104.066541, "archives")


COLUMNS = ("name", "level", "urban_status", "parent_code", "population", "population_basis", "has", "body")


def selected(page: str, name: str) -> str:
    found = re.search(rf'<select[^>]* name="{re.escape(name)}".*?</select>', page, re.S)
    assert found
    chosen = re.search(r'<option value="([^"]*)" selected>', found[0])
    return chosen[1] if chosen else ""


def test_a_fault_stands_at_its_field_and_nothing_is_stored(region: Backend, operator: Actor, bureau: Visitor) -> None:
    sent = {"staff": "10", "technical_staff": "12", "equipment.dehumidifier": "两台", "population": "85.3"}
    answer = bureau.send(f"{HERE}/edit", sent)
    assert answer.status_code == 422
    for name in ("technical_staff", "equipment.dehumidifier", "population"):
        assert f'href="#field-{name}"' in answer.text, name
        assert f'id="field-{name}-problems"' in answer.text, name
    assert 'value="两台"' in answer.text, "what was typed is still there"
    assert "本年度尚无年报" in bureau.get(HERE).text


def test_a_jump_against_last_year_is_seen_once(region: Backend, operator: Actor, bureau: Visitor) -> None:
    asked = bureau.send(f"{HERE}/edit", {"staff": "90"})
    assert asked.status_code == 422
    assert "仍然保存" in asked.text
    assert 'name="seen" value="staff.jump"' in asked.text
    assert bureau.send(f"{HERE}/edit", {"staff": "90", "seen": "staff.jump"}).status_code == 303
    assert stored(region, operator).staff == 90
    again = bureau.send(f"{HERE}/edit", {"staff": "90", "floor_area_m2": "9000", "seen": "staff.jump"})
    assert again.status_code == 422, "another doubt"
    assert "请核对" in bureau.get(HERE).text, "and whoever checks it sees it too"


def test_what_seldom_changes_is_taken_from_last_year(region: Backend, operator: Actor, bureau: Visitor) -> None:
    answer = bureau.send(f"{HERE}/edit", {"staff": "31", "floor_area_m2": "2400", "take": "last_year"})
    assert answer.status_code == 303
    filed = stored(region, operator)
    assert (filed.staff, filed.floor_area_m2, filed.store_area_m2, filed.lan) == (31, 2400, 1500, True)
    assert filed.equipment == {"extinguisher": 46, "dehumidifier": 0}
    assert (filed.technical_staff, filed.accidents) == (None, None)


def test_two_people_do_not_overwrite_each_other(
    region: Backend, operator: Actor, bureau: Visitor, checker: Visitor
) -> None:
    assert bureau.send(f"{HERE}/edit", {"staff": "31"}).status_code == 303
    version = str(stored(region, operator).version)
    assert checker.send(f"{HERE}/edit", {"staff": "32", "version": version}).status_code == 303
    assert bureau.send(f"{HERE}/edit", {"staff": "33", "version": version}).status_code == 409
    assert stored(region, operator).staff == 32


def test_a_change_that_was_overtaken_while_it_was_written_is_told(
    region: Backend, operator: Actor, bureau: Visitor
) -> None:
    bureau.send(f"{HERE}/edit", {"staff": "31"})

    def overtake(session: Session, *_: object) -> None:
        if any(isinstance(one, YearlyReturn) for one in session.dirty):
            session.connection().execute(update(YearlyReturn).values(version=YearlyReturn.version + 1))

    event.listen(Session, "before_flush", overtake)
    answer = bureau.send(f"{HERE}/submit")
    event.remove(Session, "before_flush", overtake)
    assert answer.status_code == 409
    assert "同时" in answer.text
    assert stored(region, operator).state == "draft"


def test_the_director_tells_of_the_archives_and_not_of_the_area(
    region: Backend, operator: Actor, director: Visitor
) -> None:
    page = director.get(f"{HERE}/edit").text
    assert 'name="staff"' in page
    assert 'name="population"' not in page
    sent = {"staff": "31", "population": "1", "name": "他市", "kind": "none"}
    assert director.send(f"{HERE}/edit", sent).status_code == 303
    filed = stored(region, operator)
    assert (filed.staff, filed.population, filed.has) == (31, None, "")
    with region.reading() as session:
        assert session.scalars(select(Area.name).where(Area.code == "510100")).one() == "甲市"
    assert director.send(f"{HERE}/submit").status_code == 303
    assert director.send(f"{HERE}/accept").status_code == 403


def test_the_director_enters_a_year_of_which_nobody_has_told_yet(
    region: Backend, operator: Actor, director: Visitor
) -> None:
    with region.writing() as session:
        session.execute(update(Area).where(Area.code == "510100").values(told_for=2024))
    assert director.send(f"{HERE}/edit", {"staff": "33"}).status_code == 303
    assert stored(region, operator).staff == 33


def test_a_new_area_is_registered_with_its_first_return(region: Backend, operator: Actor, bureau: Visitor) -> None:
    assert bureau.send("/facilities/returns/new", {"code": "", "year": "3000"}).status_code == 422
    gone = bureau.send("/facilities/returns/new", {"code": "510200", "year": "2025"})
    assert gone.headers["Location"] == "/facilities/returns/510200/2025/edit"
    assert bureau.get(gone.headers["Location"]).status_code == 200
    missing = bureau.send(gone.headers["Location"], {"staff": "3"})
    assert missing.status_code == 422
    assert 'href="#field-level"' in missing.text
    told = {"name": "乙市", "level": "city", "urban_status": "yes", "kind": "archives", "staff": "3"}
    assert bureau.send(gone.headers["Location"], told).status_code == 303
    assert stored(region, operator, "510200").staff == 3


@pytest.mark.parametrize("role", Role)
def test_who_may_open_what(region: Backend, operator: Actor, sign_in_as: SignInAs, role: Role) -> None:
    with region.writing() as session:
        organisation = organisations.register(session, operator, OrganisationDraft(name="某建设单位")).id
    visitor = sign_in_as(role, organisation_id=organisation if role in EXTERNAL else None)
    sees = role in STAFF or role is Role.AUTHORITY
    enters = role in {Role.AUTHORITY, Role.DIRECTOR, Role.REVIEWER, Role.GUIDANCE}
    expected: dict[str, bool] = {
        "": sees,
        "/late": sees,
        "/late.xlsx": sees,
        "/template.xlsx": sees,
        "/510100/2024": sees,
        "/510100/2025/edit": enters,
        "/import": enters,
        "/new": role is Role.AUTHORITY,
        "/510100/2024/give-back": role is Role.AUTHORITY,
    }
    answers = {path: visitor.get(f"/facilities/returns{path}").status_code for path in expected}
    assert answers == {path: 200 if allowed else 403 for path, allowed in expected.items()}
    for path in ("/510100/2025/edit", "/510100/2025/autosave"):
        assert (
            visitor.send(f"/facilities/returns{path}", {"staff": "5", "seen": "staff.jump"}).status_code == 403
        ) != enters


@pytest.mark.parametrize(
    "path",
    [
        "?year=abcd",
        "?year=２０２４",
        "?region=999999",
        "/late?year=1",
        "/999999/2024",
        "/510100/99999",
        "/510100/1",
        "/510100/3000/edit",
        "/1%00/2024",
        "/510124/2025/give-back",
    ],
)
def test_an_address_that_names_nothing_is_not_found(bureau: Visitor, path: str) -> None:
    assert bureau.get(f"/facilities/returns{path}").status_code == 404


@pytest.mark.parametrize(
    "sent",
    [
        {"staff": "9" * 40},
        {"staff": "-1"},
        {"staff": "80%"},
        {"staff": "\0"},
        {"filled_by": "x" * 300},
        {"signed_on": "2025-02-30"},
        {"catalogue_rate": "1"},
        {"longitude": "1e400"},
        {"equipment.extinguisher": "1e99"},
        {"population": "万"},
        {"nothing": "x", "code": "999999", "year": "1"},
        {"take": "nothing"},
        {"version": "x"},
        {"level": "galaxy"},
    ],
)
def test_odd_input_is_answered(bureau: Visitor, sent: dict[str, Any]) -> None:
    for path in ("edit", "autosave"):
        assert bureau.send(f"{HERE}/{path}", sent).status_code in {200, 303, 400, 422}, path


def test_pages_take_few_statements(region: Backend, operator: Actor, bureau: Visitor, statements: list[str]) -> None:
    bring(region, operator, *({**CITYLIKE, "code": f"51{number:04d}"} for number in range(3000, 3060)))
    for path in ("", "/late", "/510100/2024", "/510100/2025/edit"):
        statements.clear()
        assert bureau.get(f"/facilities/returns{path}").status_code == 200
        assert len(statements) <= 20, (path, len(statements))


CITYLIKE = {"name": "某县", "level": "county", "kind": "office", "year": 2024, "staff": 4}
