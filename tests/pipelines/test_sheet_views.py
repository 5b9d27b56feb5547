"""The pages of sheets: from the request through four people to the public page, and what each reader is refused."""

from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from archives.core import clock
from archives.core.actors import Role
from archives.pipelines.models import Sheet
from archives.pipelines.sheets.rules import new_code
from archives.web.application import Application
from tests.core.documents import reading
from tests.pipelines import sheet_samples as samples
from tests.procedure.conftest import registered
from tests.visitors import SignInAs, Visitor

LOG = "/pipelines/sheets"


@dataclass
class Office:
    """The browsers of those who take a sheet's steps, and the area that the first of them asks about."""

    app: Application
    area: int
    engineer: Visitor
    handler: Visitor
    checker: Visitor
    director: Visitor

    def ask(self, **values: str) -> str:
        """Ask for a sheet; its page's address."""
        answer = self.engineer.send(f"{LOG}/new", {**samples.REQUEST, "area": str(self.area), **values})
        assert answer.status_code == 303, answer.text
        return str(answer.headers["Location"])

    def issue(self, **values: str) -> str:
        """Take a sheet through all steps; its page's address."""
        place = self.ask(**values)
        for visitor, step in ((self.handler, "handle"), (self.checker, "check"), (self.director, "sign")):
            assert visitor.send(f"{place}/{step}").status_code == 303, step
        return place

    def code_of(self, place: str) -> str:
        """The code as it stands on the first copy."""
        text = reading.text(self.engineer.get(f"{place}/copies/1.pdf").data)
        return text.split("核验码：")[1][:23]


@pytest.fixture
def office(app: Application, sign_in_as: SignInAs) -> Office:
    """An archive that holds the lines of one street."""
    visitors = [sign_in_as(role) for role in (Role.ENGINEER, Role.READING_ROOM, Role.CHECKER, Role.DIRECTOR)]
    assert visitors[0].actor is not None
    with app.backend.writing() as session:
        samples.accepted(session)
        registered(session)
        area = samples.area(session, visitors[0].actor).id
    return Office(app, area, *visitors)


def english(visitor: Visitor) -> Visitor:
    """The same browser, reading English."""
    visitor.set_cookie("language", "en")
    return visitor


def test_the_pages_lead_from_the_request_to_copies_that_stay_the_same(office: Office) -> None:
    place = office.issue()
    shown = office.engineer.get(place).text
    assert "已签发" in shown
    assert "/copies/2.pdf" in shown
    first = office.engineer.get(f"{place}/copies/1.pdf")
    assert first.mimetype == "application/pdf"
    assert first.data == office.director.get(f"{place}/copies/1.pdf").data
    assert office.engineer.get(f"{place}/copies/3.pdf").status_code == 404
    assert "http://localhost/verify" in reading.text(first.data)


@pytest.mark.parametrize("language", ["zh_Hans_CN", "en"])
def test_every_page_opens_in_both_languages_empty_and_filled(office: Office, language: str) -> None:
    office.engineer.set_cookie("language", language)
    for path in (LOG, f"{LOG}/new", "/verify", f"{LOG}?words=nobody"):
        assert office.engineer.get(path).status_code == 200
    place = office.issue()
    for path in (LOG, place, f"{LOG}/new?area={office.area}"):
        answer = office.engineer.get(path)
        assert answer.status_code == 200
        assert ("地下管线现状资料" in answer.text) <= (language != "en")


def test_the_empty_log_says_what_to_do(office: Office) -> None:
    text = english(office.engineer).get(LOG).text
    assert "Nobody has asked for a sheet yet." in text
    assert f'href="{LOG}/new"' in text


def test_a_request_from_an_area_and_a_project_is_filled_already(office: Office) -> None:
    text = office.handler.get(f"{LOG}/new?project=2026-0001").text
    assert 'value="2026-0001"' in text
    assert "江城图书馆工程" in text
    chosen = office.engineer.get(f"{LOG}/new?area={office.area}").text
    assert f'<option value="{office.area}" selected>' in chosen


def test_a_faulty_request_comes_back_with_each_fault_at_its_field(office: Office) -> None:
    answer = office.engineer.send(f"{LOG}/new", {"project_name": "某工程", "copies": "99", "kinds": "ZZ"})
    assert answer.status_code == 422
    for field in ("recipient", "purpose", "copies", "area", "kinds"):
        assert f'id="field-{field}-problems"' in answer.text, field
    assert "某工程" in answer.text


@pytest.mark.parametrize("area", ["", "abc", "999999999999999999", "-1", "0"])
def test_an_area_that_is_none_is_a_fault_and_no_error(office: Office, area: str) -> None:
    assert office.engineer.send(f"{LOG}/new", {**samples.REQUEST, "area": area}).status_code == 422
    assert office.engineer.get(f"{LOG}/new?area={area}").status_code == 200


def test_the_chosen_kinds_are_kept(office: Office) -> None:
    place = office.ask(kinds="PS")
    assert "排水" in office.engineer.get(place).text


def test_each_reader_is_offered_only_the_own_step(office: Office) -> None:
    place = office.ask()
    assert f"{place}/handle" in office.handler.get(place).text
    assert f"{place}/handle" not in office.engineer.get(place).text
    assert f"{place}/refuse" not in office.engineer.get(place).text
    assert office.checker.send(f"{place}/handle").status_code == 403
    assert office.checker.send(f"{place}/check").status_code == 409
    assert office.engineer.get(f"{place}/preview.pdf").status_code == 403


def test_the_same_person_is_told_why_the_next_step_is_not_theirs(office: Office, sign_in_as: SignInAs) -> None:
    both = sign_in_as(Role.READING_ROOM, Role.CHECKER)
    place = office.ask()
    assert both.send(f"{place}/handle").status_code == 303
    assert "You took an earlier step" in english(both).get(place).text
    assert both.send(f"{place}/check").status_code == 422


def test_a_preview_is_there_before_and_after_the_sheet_is_made_up(office: Office) -> None:
    place = office.ask()
    assert "预览" in reading.text(office.handler.get(f"{place}/preview.pdf").data)
    office.handler.send(f"{place}/handle")
    assert "预览" in reading.text(office.checker.get(f"{place}/preview.pdf").data)


def test_who_is_not_cleared_sees_no_preview_and_then_no_sheet(office: Office, sign_in_as: SignInAs) -> None:
    low = sign_in_as(Role.READING_ROOM, clearance=0)
    place = office.ask()
    assert low.get(f"{place}/preview.pdf").status_code == 403
    assert low.send(f"{place}/handle").status_code == 422
    office.handler.send(f"{place}/handle")
    assert low.get(place).status_code == 404


def test_others_see_neither_the_sheet_nor_its_copies(office: Office, sign_in_as: SignInAs) -> None:
    place = office.issue()
    stranger = sign_in_as(Role.ENGINEER)
    for path in (place, f"{place}/copies/1.pdf"):
        assert stranger.get(path).status_code == 404
    for role in (Role.AUTHORITY, Role.SYSTEM_ADMIN):
        assert sign_in_as(role).get(LOG).status_code == 403


def test_a_refusal_needs_a_reason_and_shows_it_to_whoever_asked(office: Office) -> None:
    place = office.ask()
    answer = office.handler.send(f"{place}/refuse", {"reason": ""})
    assert answer.status_code == 422
    assert 'id="field-reason-problems"' in answer.text
    assert office.handler.send(f"{place}/refuse", {"reason": "范围与项目不符"}).status_code == 303
    shown = office.engineer.get(place).text
    assert "范围与项目不符" in shown
    assert "不予提供" in shown


# The public page


def test_anybody_verifies_number_date_and_standing_and_nothing_else(office: Office, client: Visitor) -> None:
    place = office.issue()
    code = office.code_of(place)
    answer = client.get(f"/verify?code={code}")
    assert answer.status_code == 200
    assert "有效" in answer.text
    assert clock.today().isoformat() in answer.text
    assert f"{clock.today().year}-XZ-0001" in answer.text
    for hidden in (samples.REQUEST["project_name"], samples.REQUEST["recipient"], "Person", "内部", "给水"):
        assert hidden not in answer.text
    assert client.get(f"/verify?code={code.lower().replace('-', '')}").status_code == 200


def test_the_public_page_knows_no_other_code(office: Office, client: Visitor) -> None:
    place = office.ask()
    office.issue()
    with office.app.backend.reading() as session:
        kept = [sheet.verification for sheet in session.query(Sheet)]
    for code in (new_code(), "x" * 5_000, "%", "' OR 1=1 --", *(str(one) for one in kept)):
        answer = client.get("/verify", query_string={"code": code})
        assert answer.status_code == 404
        assert "XZ-00" not in answer.text
    assert office.engineer.get(place).status_code == 200


def test_a_withdrawn_sheet_is_told_as_such_and_its_copies_stay_with_the_staff(office: Office, client: Visitor) -> None:
    place = office.issue()
    code = office.code_of(place)
    assert office.director.send(f"{place}/withdraw", {"reason": "测量有误"}).status_code == 303
    assert "已撤销" in client.get(f"/verify?code={code}").text
    assert office.engineer.get(f"{place}/copies/1.pdf").status_code == 403
    assert office.handler.get(f"{place}/copies/1.pdf").status_code == 200


def test_an_expired_sheet_is_told_as_such(office: Office, client: Visitor) -> None:
    place = office.issue()
    code = office.code_of(place)
    with office.app.backend.writing() as session:
        sheet = session.query(Sheet).one()
        sheet.valid_until = clock.today() - timedelta(days=1)
    assert "超过有效期" in client.get(f"/verify?code={code}").text
    assert "已过期" in office.engineer.get(place).text


# The log


def test_the_log_comes_as_a_workbook_as_it_is_filtered(office: Office) -> None:
    office.ask()
    office.issue(recipient="另一单位")
    book = CalamineWorkbook.from_filelike(BytesIO(office.handler.get(f"{LOG}/log.xlsx").data))
    rows = book.get_sheet_by_index(0).to_python()
    assert len(rows) == 3
    assert "资料编号" in rows[0]
    one = CalamineWorkbook.from_filelike(BytesIO(office.handler.get(f"{LOG}/log.xlsx?words=另一").data))
    assert len(one.get_sheet_by_index(0).to_python()) == 2


def test_a_query_that_makes_no_sense_narrows_nothing(office: Office) -> None:
    office.ask()
    answer = office.handler.get(f"{LOG}?state=nonsense&first=yesterday&last=2026-99-99")
    assert answer.status_code == 200
    assert "XZ-0001" in answer.text
    assert office.handler.get(f"{LOG}?after=nonsense").status_code == 404
