"""The page of hits: what was asked in any way, what was found, and help where nothing was."""

import json
from io import BytesIO
from urllib.parse import quote

import pytest
from python_calamine import CalamineWorkbook

from archives.accounts import tokens
from archives.accounts.drafts import TokenDraft
from archives.catalogue.models import Item
from archives.core.actors import Role
from archives.core.backend import Backend
from archives.discovery.views import SCOPE, SCOPES
from archives.web.application import Application
from tests.visitors import SignInAs, Visitor


@pytest.fixture
def staff(kept: Backend, app: Application, sign_in_as: SignInAs) -> Visitor:
    assert app.backend is kept
    return sign_in_as(Role.CATALOGUER)


def test_words_lead_to_a_page_of_hits_by_kind(staff: Visitor) -> None:
    shown = staff.get("/search?q=滨江路")
    assert shown.status_code == 200
    assert "<mark>滨江路</mark>道路工程" in shown.text
    for kind in ("工程项目", "单位工程", "案卷", "文件"):
        assert kind in shown.text
    assert "/catalogue/volumes/1" in shown.text


def test_a_whole_code_leads_straight_to_its_record(staff: Visitor) -> None:
    assert staff.get("/search?q=2026-0001").headers["Location"] == "/projects/2026-0001"
    assert staff.get("/search?q=2026-0001&kind=project").status_code == 200


def test_a_facet_narrows_and_widens_again(staff: Visitor) -> None:
    shown = staff.get("/search?q=滨江路&kind=volume&class=E").text
    assert "竣工图" in shown
    assert f'/search?q={quote("滨江路")}&amp;kind=volume"' in shown
    assert "未检索到记录" in staff.get("/search?q=滨江路&class=Q").text


def test_an_empty_answer_says_which_word_is_to_blame_and_how_to_loosen(staff: Visitor) -> None:
    shown = staff.get("/search?q=滨江路 隧道&class=E").text
    assert "没有：隧道" in shown
    assert "不限“E" in shown
    wrong = staff.get("/search?q=密级:机密 竣工:1990..1991 图号:竣-01").text
    assert "没有：密级:机密、竣工:1990-01-01..1991-12-31" in wrong
    assert "江城燃气公司</a>" in staff.get("/search?q=江城燃汽公司").text


def test_what_cannot_be_read_is_said(staff: Visitor) -> None:
    assert "括号不成对" in staff.get("/search?q=(滨江路").text


def test_pages_follow_one_another(staff: Visitor, kept: Backend) -> None:
    with kept.writing() as session:
        session.add_all(Item(project_id=1, volume_id=1, sequence=at, title=f"检测报告{at}") for at in range(2, 62))
    first = staff.get("/search?q=检测报告&kind=item&order=oldest").text
    assert "共 60 条" in first
    path = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = staff.get(path).text
    titles = [part.split("</a>")[0] for part in second.split('<p class="hit-title">')[1:]]
    assert len(titles) == 20
    assert not any(title in first for title in titles)


@pytest.mark.parametrize(
    "asked",
    [
        *("q=%00", "q=a%00b&kind=item", "kind=%00", "class=%00", "client=a%00", "year=x", "year=99999999999999999999"),
        *("window=a,b", "window=1,2,3", "window=nan,1,2,3", "window=1,2,3,inf", "order=x", "size=7", "size=x"),
        *("q=%ed%a0%80", "q='", "q=(", 'q="', "q=*", "q=:", "q=题名:", "q=竣工:2012..2008", "q=" + "长" * 10_000),
        *("q=AND", "q=NOT", "q=%f0%a0%ae%b7", "secrecy=9", "medium=-", "q=密级:没有这级", "q=类型:没有"),
    ],
)
def test_bad_input_is_answered_without_fault(staff: Visitor, asked: str) -> None:
    for path in ("/search", "/search/hits.json", "/search/hits.xlsx", "/search/suggest"):
        assert staff.get(f"{path}?{asked}").status_code == 200, path


@pytest.mark.parametrize("after", ["x", "[]", '["a", 1]', "[1, 2]", "\0", "[" * 2000])
def test_a_place_that_is_none_is_not_found(staff: Visitor, after: str) -> None:
    assert staff.get(f"/search?q=滨江&kind=item&after={quote(after)}").status_code == 404


def test_hits_are_given_away_as_a_workbook_and_as_json(staff: Visitor) -> None:
    book = CalamineWorkbook.from_filelike(BytesIO(staff.get("/search/hits.xlsx?q=滨江路").data))
    rows = book.get_sheet_by_index(0).to_python()
    assert len(rows) == 5
    assert ["工程项目", "2026-0001", "滨江路道路工程"] in [row[:3] for row in rows]
    answer = json.loads(staff.get("/search/hits.json?q=滨江路&kind=project").data)
    assert answer["total"] == 1
    assert answer["hits"] == [
        {"kind": "project", "code": "2026-0001", "title": "滨江路道路工程", "highlight": "«滨江路»道路工程"}
    ]
    assert answer["facets"]["district"] == {"江南区": 1}


def test_names_are_suggested_by_their_initials_too(staff: Visitor) -> None:
    assert 'value="江城燃气公司"' in staff.get("/search/suggest?q=江城").text
    assert 'value="江城燃气公司"' in staff.get("/search/suggest?q=jcrq").text


def test_nobody_searches_without_signing_in(kept: Backend, client: Visitor) -> None:
    assert kept
    for path in ("/search", "/search/hits.xlsx", "/search/suggest", "/search/language"):
        assert client.get(path).status_code in {302, 303, 401}


def test_a_page_of_hits_takes_few_statements(staff: Visitor, statements: list[str]) -> None:
    staff.get("/search?q=滨江路&kind=volume")
    statements.clear()
    staff.get("/search?q=滨江路&kind=volume")
    assert len(statements) <= 14, statements


def test_the_language_is_explained(staff: Visitor) -> None:
    shown = staff.get("/search/language").text
    assert "竣工:2008..2012" in shown
    assert "建设单位" in shown


def test_the_form_writes_the_query_and_leads_to_its_hits(staff: Visitor) -> None:
    shown = staff.get("/search/advanced")
    assert shown.status_code == 200
    assert "包含全部词语" in shown.text
    filled = {"every": "竣工图", "kind": "volume", "secrecy": "0", "completed_from": "2026-01-01", "none": "燃气"}
    there = staff.get("/search/advanced", query_string=filled, follow_redirects=True)
    assert "竣工图 类型:" in there.text
    assert 'href="/catalogue/volumes/1"' in there.text
    wrong = staff.get("/search/advanced?completed_from=32.13.2026")
    assert wrong.status_code == 422
    assert staff.get("/search/advanced?kind=%00&every=%00").status_code in {200, 303, 422}


def test_hits_of_a_kind_are_a_table_of_chosen_columns(staff: Visitor) -> None:
    shown = staff.get("/search?q=滨江路&kind=volume&columns=title&columns=client,district").text
    assert "江城燃气公司</td>" in shown
    assert 'href="/catalogue/volumes/1" data-row-link>竣工图' in shown
    assert "columns=title,client,district" in shown, "the address keeps them"
    assert "<ol class=" not in staff.get("/search?q=滨江路&kind=volume&columns=nothing,title").text


def test_a_program_finds_with_a_key_for_searching_and_nothing_else(
    staff: Visitor, client: Visitor, kept: Backend
) -> None:
    assert staff.actor is not None
    with kept.writing() as session:
        key = tokens.make_token(session, staff.actor, TokenDraft(name="script", days=1), [SCOPE], SCOPES)
    headers = {"Authorization": f"Bearer {key}"}
    found = client.get("/search/hits.json?q=滨江路", headers=headers)
    assert json.loads(found.data)["total"] == 4
    assert client.get("/search/hits.json?q=滨江路").status_code in {302, 303, 401}
    assert client.get("/search/hits.xlsx?q=滨江路", headers=headers).status_code in {302, 303, 401, 403}
