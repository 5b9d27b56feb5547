"""An assessment's way through its pages: claimed, submitted, scored by several, approved by another, certified."""

import re
from io import BytesIO
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from werkzeug.test import TestResponse

from archives.core.actors import Actor, Role
from archives.core.backend import Backend
from archives.facilities.grading import queries
from archives.facilities.grading.models import Assessment
from archives.facilities.models import Institution
from tests.core.documents import reading
from tests.facilities.filing.conftest import LAST_YEAR, bring
from tests.facilities.grading.conftest import write_scheme
from tests.visitors import SignInAs, Visitor

LIST = "/facilities/grading"
VERSION = re.compile(r'name="version" value="(\d+)"')


def begin(visitor: Visitor, scheme: str = "trial", year: str = "2024", code: str = "510100") -> str:
    """The address of a new assessment."""
    answer = visitor.send(f"{LIST}/new", {"code": code, "year": year, "scheme": scheme})
    assert answer.status_code == 303, answer.text
    return answer.location.removesuffix("/claim")


def fill(visitor: Visitor, path: str, values: dict[str, Any]) -> TestResponse:
    """Open a form and send it with the version that it shows."""
    shown = VERSION.search(visitor.get(path).text)
    assert shown, path
    return visitor.send(path, {"version": shown[1], **values})


def points(keys: list[str], *given: Any) -> dict[str, str]:
    return {f"points-{key}": str(one) for key, one in zip(keys, given, strict=True)}


def stored(backend: Backend, actor: Actor, here: str) -> Assessment:
    with backend.reading() as session:
        return queries.assessment(session, actor, int(here.rsplit("/", 1)[1])).assessment


def institution(backend: Backend, actor: Actor, here: str) -> Institution | None:
    with backend.reading() as session:
        return queries.institution_of(session, stored(backend, actor, here).area_id)


def experts(visitor: Visitor, here: str, count: int) -> list[str]:
    """Appoint experts by name; the addresses of their sheets."""
    for number in range(count):
        named = {"name": f"专家{number}", "title": "研究馆员"}
        assert fill(visitor, f"{here}/assessors/new", named).status_code == 303
    return re.findall(rf'href="({here}/assessors/\d+/scores)"', visitor.get(here).text)


def test_from_the_institutions_own_assessment_to_the_certificate(
    region: Backend, operator: Actor, keys: list[str], director: Visitor, bureau: Visitor, chief: Visitor
) -> None:
    here = begin(director)
    form = director.get(f"{here}/claim").text
    assert "公式建议 4 分" in form
    assert "公式建议 2.5 分" in form
    assert fill(director, f"{here}/claim", {"then": "take"}).location.endswith("/claim")
    assert stored(region, operator, here).claims[keys[0]]["points"] == 4, "saved in part"
    refused = fill(director, f"{here}/claim", {**points(keys, 4, "2.5", ""), "then": "submit"})
    assert refused.status_code == 422
    assert f'href="#field-points-{keys[2]}"' in refused.text
    claimed = {**points(keys, 4, "2.5", 3), f"evidence-{keys[2]}": "制度汇编2024版", "then": "submit"}
    assert fill(director, f"{here}/claim", claimed).status_code == 303
    assert stored(region, operator, here).state == "submitted"
    assert director.get(f"{here}/claim").status_code == 200
    assert director.send(f"{here}/claim", {"version": "9"}).status_code == 409

    assert "待组织考评的自评 1 份" in bureau.get("/").text
    sheets = experts(bureau, here, 5)
    assert len(sheets) == 5
    for given, sheet in zip((4, 4, 4, 4, 3), sheets, strict=True):
        assert fill(bureau, sheet, {**points(keys, given, 2, 3), "then": "finish"}).status_code == 303
    assert fill(bureau, f"{here}/opinion", {"opinion": "同意评为二级"}).status_code == 303
    assert bureau.send(f"{here}/approve").status_code == 403, "nobody approves what he entered"
    assert "须由他人审批" in bureau.get(here).text
    assert "8.8 / 10 分" in chief.get(f"{here}/approve").text
    assert chief.send(f"{here}/approve").status_code == 303

    done = stored(region, operator, here)
    assert (done.state, done.total, done.grade) == ("approved", 8.8, "二级")
    assert re.fullmatch(r"\d{4}-KP-0001", done.number)
    assert getattr(institution(region, operator, here), "national_grade", None) == "", "二级 means no national grade"
    page = chief.get(here).text
    for text in ("制度汇编2024版", "专家0", "3.8", "二级", done.number, "推断"):
        assert text in page, text
    assert "二级" in chief.get("/facilities/areas/510100?year=2024").text
    paper = reading.text(chief.get(f"{here}/certificate.pdf").data)
    for text in (done.number, "甲市城市建设档案馆", "8.8", "二级", "试行考评办法"):
        assert text in paper.replace("\n", ""), text
    assert chief.get(f"{here}/scores.xlsx").data[:2] == b"PK"
    for path in ("claim", "opinion", "approve", "give-back"):
        values = {"version": str(done.version), "opinion": "改", "reason": "改"}
        assert chief.send(f"{here}/{path}", values).status_code == 409, path
    assert chief.send(sheets[0], {"version": "2"}).status_code == 409
    bring(region, operator, LAST_YEAR | {"lan": False})
    assert "2.5" in chief.get(here).text, "a return corrected later changes nothing here"


def test_a_grade_that_means_a_national_one_enters_the_register(
    region: Backend, operator: Actor, keys: list[str], bureau: Visitor, chief: Visitor
) -> None:
    here = begin(bureau)
    fill(bureau, f"{here}/claim", {**points(keys, 4, "2.5", "2.5"), "then": "submit"})
    for sheet in experts(bureau, here, 1):
        fill(bureau, sheet, {**points(keys, 4, "2.5", "2.5"), "then": "finish"})
    fill(bureau, f"{here}/opinion", {"opinion": "一级"})
    assert "考评员 1 人" in chief.get(f"{here}/approve").text, "fewer than the scheme asks for"
    assert chief.send(f"{here}/approve").status_code == 303
    assert stored(region, operator, here).grade == "一级", "9 points are enough for 9"
    assert getattr(institution(region, operator, here), "national_grade", None) == "first"


def test_it_is_given_back_and_comes_again(
    region: Backend, operator: Actor, keys: list[str], director: Visitor, bureau: Visitor, chief: Visitor
) -> None:
    here = begin(director)
    fill(director, f"{here}/claim", {**points(keys, 4, 2, 3), "then": "submit"})
    sheet = experts(bureau, here, 1)[0]
    fill(bureau, sheet, {**points(keys, 4, 2, 3), "then": "finish"})
    assert bureau.send(f"{here}/give-back", {"reason": " "}).status_code == 422
    assert bureau.send(f"{here}/give-back", {"reason": "证明材料不足"}).status_code == 303
    assert "证明材料不足" in director.get("/").text
    assert "证明材料不足" in director.get(f"{here}/claim").text
    fill(director, f"{here}/claim", {**points(keys, 3, 2, 3), "then": "submit"})
    assert stored(region, operator, here).state == "assessing", "its assessors are there already"
    refused = chief.send(f"{here}/approve")
    assert refused.status_code == 422
    assert "专家0" in refused.text, "a sheet is confirmed again before it counts"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("4.1", "0 至 4 分"),
        ("-1", "0 至 4 分"),
        ("一点", "一点"),
        ("1.234", "两位小数"),
        ("1e99", ""),
    ],
)
def test_points_that_cannot_be_are_told_at_their_field(
    keys: list[str], director: Visitor, written: str, said: str
) -> None:
    here = begin(director)
    refused = fill(director, f"{here}/claim", points(keys, written, "", ""))
    assert refused.status_code == 422
    assert f'href="#field-points-{keys[0]}"' in refused.text
    assert said in refused.text


@pytest.mark.parametrize(
    ("values", "status", "said"),
    [
        ({"code": "510124"}, 422, "没有可考评的"),
        ({"code": "999999"}, 422, "999999"),
        ({"code": "510\x00100"}, 422, ""),
        ({"year": "2999"}, 422, ""),
        ({"year": "许多"}, 422, "许多"),
        ({"scheme": "nothing"}, 422, "请选择考评办法"),
        ({"code": ""}, 422, ""),
    ],
)
def test_what_cannot_begin_is_told_at_its_field(
    keys: list[str], director: Visitor, values: dict[str, str], status: int, said: str
) -> None:
    answer = director.send(f"{LIST}/new", {"code": "510100", "year": "2024", "scheme": "trial", **values})
    assert (answer.status_code, len(keys)) == (status, 3)
    assert said in answer.text
    assert "#field-" in answer.text


def test_one_assessment_for_an_institution_a_year_and_a_scheme(keys: list[str], director: Visitor) -> None:
    begin(director)
    again = director.send(f"{LIST}/new", {"code": "510100", "year": "2024", "scheme": "trial"})
    assert (again.status_code, len(keys)) == (409, 3)


def test_an_account_scores_by_itself_and_no_one_of_the_institution_does(
    region: Backend, operator: Actor, keys: list[str], director: Visitor, bureau: Visitor, sign_in_as: SignInAs
) -> None:
    here = begin(director)
    fill(director, f"{here}/claim", {**points(keys, 4, 2, 3), "then": "submit"})
    assessor = sign_in_as(Role.AUTHORITY, name="考评员甲")
    assert assessor.actor is not None
    assert director.actor is not None
    logins = {visitor: f"person{visitor.actor.account_id}" for visitor in (assessor, director) if visitor.actor}
    refused = fill(bureau, f"{here}/assessors/new", {"login": logins[director]})
    assert (refused.status_code, "自评" in refused.text) == (422, True)
    own = fill(bureau, f"{here}/assessors/new", {"name": "李四", "workplace": "甲市城市建设档案馆"})
    assert (own.status_code, "本单位" in own.text) == (422, True)
    assert fill(bureau, f"{here}/assessors/new", {"login": "nobody"}).status_code == 422
    assert fill(bureau, f"{here}/assessors/new", {}).status_code == 422
    assert fill(bureau, f"{here}/assessors/new", {"login": logins[assessor]}).status_code == 303
    assert fill(bureau, f"{here}/assessors/new", {"login": logins[assessor]}).status_code == 422
    number = stored(region, operator, here).assessors[0].id
    sheet = f"{here}/assessors/{number}/scores"
    assert bureau.get(sheet).status_code == 403
    assert bureau.send(sheet, {"version": "1"}).status_code == 403
    assert sheet in assessor.get("/").text
    assert fill(assessor, sheet, points(keys, 4, "", "")).status_code == 303, "in part"
    assert fill(assessor, sheet, {**points(keys, 4, "", ""), "then": "finish"}).status_code == 422
    assert fill(assessor, sheet, {**points(keys, 4, 2, 3), "then": "finish"}).status_code == 303
    assert assessor.send(f"{here}/approve").status_code == 403
    assert fill(bureau, f"{here}/assessors/{number}/dismiss", {}).status_code == 303
    assert stored(region, operator, here).state == "submitted"


def test_two_people_at_once_and_the_second_is_told(keys: list[str], director: Visitor, bureau: Visitor) -> None:
    here = begin(director)
    shown = VERSION.search(bureau.get(f"{here}/claim").text)
    assert shown
    fill(director, f"{here}/claim", points(keys, 1, 1, 1))
    assert bureau.send(f"{here}/claim", {"version": shown[1], **points(keys, 2, 2, 2)}).status_code == 409


def test_an_incomplete_scheme_gives_points_but_no_grade(
    region: Backend, operator: Actor, bureau: Visitor, chief: Visitor
) -> None:
    number = write_scheme(region, operator, code="part", total="100", is_partial="1")
    with region.reading() as session:
        found = queries.scheme(session, operator, number)
        keys = [item["key"] for group in found.content["groups"] for item in group["items"]]
    here = begin(bureau, "part")
    assert "10 / 100 分" in bureau.get(here).text.replace("的 ", ""), "says how much is listed"
    fill(bureau, f"{here}/claim", {**points(keys, 4, "2.5", "3.5"), "then": "submit"})
    fill(bureau, experts(bureau, here, 1)[0], {**points(keys, 4, "2.5", "3.5"), "then": "finish"})
    fill(bureau, f"{here}/opinion", {"opinion": "仅供参考"})
    assert chief.send(f"{here}/approve").status_code == 303
    done = stored(region, operator, here)
    assert (done.total, done.grade, done.number) == (10, "", "")
    assert chief.get(f"{here}/certificate.pdf").status_code == 409


def test_the_list_has_filters_and_a_bound_of_statements(
    region: Backend, keys: list[str], director: Visitor, bureau: Visitor, statements: list[str]
) -> None:
    assert "尚未开始考评" in bureau.get(LIST).text
    begin(director)
    assert len(keys) == 3
    bureau.get(LIST)
    statements.clear()
    assert "甲市城市建设档案馆" in bureau.get(LIST).text
    one = len(statements)
    for year in ("2019", "2020", "2021", "2022", "2023"):
        begin(director, year=year)
    statements.clear()
    bureau.get(LIST)
    assert len(statements) == one, "whatever the number of rows"
    assert one <= 14
    assert bureau.get(f"{LIST}?year=2020&state=draft&scheme=trial&region=510000").text.count("data-row-link") == 1
    assert "没有符合条件的考评" in bureau.get(f"{LIST}?year=2018").text
    assert bureau.get(f"{LIST}?year=x").status_code == 404
    assert bureau.get(f"{LIST}?after=x").status_code == 404
    assert bureau.get(f"{LIST}?region=%00&scheme=%00&state=x").status_code == 200


@pytest.mark.parametrize("role", [Role.ENGINEER, Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN])
def test_who_may_not_see_is_refused(keys: list[str], director: Visitor, sign_in_as: SignInAs, role: Role) -> None:
    here, stranger = begin(director), sign_in_as(role)
    assert len(keys) == 3
    for path in (LIST, here, f"{here}/scores.xlsx", f"{LIST}/schemes", f"{LIST}/schemes/shipped/provincial_part"):
        assert stranger.get(path).status_code == 403, path


def test_staff_see_and_do_not_organise(keys: list[str], director: Visitor, sign_in_as: SignInAs) -> None:
    here, reader = begin(director), sign_in_as(Role.COUNTER)
    assert len(keys) == 3
    assert reader.get(here).status_code == 200
    for path in (f"{LIST}/new", f"{here}/claim", f"{here}/assessors/new", f"{here}/opinion", f"{here}/give-back"):
        assert reader.get(path).status_code == 403, path
    assert director.get(f"{here}/assessors/new").status_code == 403
    assert director.send(f"{here}/approve").status_code == 403


def test_there_is_no_such_assessment(keys: list[str], bureau: Visitor) -> None:
    assert len(keys) == 3
    for path in (
        "/99",
        "/99/claim",
        "/99/certificate.pdf",
        "/99/assessors/1/scores",
        "/schemes/99",
        "/schemes/shipped/x",
    ):
        assert bureau.get(f"{LIST}{path}").status_code == 404, path


def test_the_workbook_holds_every_score(keys: list[str], director: Visitor, bureau: Visitor) -> None:
    here = begin(director)
    fill(director, f"{here}/claim", {**points(keys, 4, 2, 3), "then": "submit"})
    fill(bureau, experts(bureau, here, 1)[0], {**points(keys, 4, 2, 3), f"remark-{keys[0]}": "属实", "then": "finish"})
    book = CalamineWorkbook.from_filelike(BytesIO(bureau.get(f"{here}/scores.xlsx").data))
    cells = book.get_sheet_by_index(0).to_python()
    assert cells[0].count("结果") == 1
    assert {"属实", "专家0：得分", "名册"} <= {str(cell) for row in cells for cell in row}
    assert cells[-1][-1] == 9
