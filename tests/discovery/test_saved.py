"""Saved searches with what is new in them, shared with colleagues, and the history that each person alone has."""

import re
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from archives.catalogue.models import ARRIVING, IN_TRANSFER, Item, Volume
from archives.config import SEARCHES, Settings
from archives.core.actors import Role
from archives.core.audit import AuditEntry
from archives.core.backend import Backend
from archives.core.clock import now
from archives.discovery.asking import Wish
from archives.discovery.engines import index_of
from archives.discovery.saved import service
from archives.discovery.saved.counting import NewHits
from archives.discovery.saved.events import EVENTS
from archives.discovery.saved.models import PastSearch, SavedSearch, SeenSearch
from archives.discovery.saved.queries import in_sight
from archives.discovery.saved.rules import later, read_marks, written_marks
from archives.discovery.sources.every import BY_KIND
from archives.discovery.wishes import wish_of
from archives.discovery.words import words_of
from archives.features import REGISTRY
from archives.organisations.models import Organisation
from archives.projects.models import Project
from archives.schema import differences
from archives.web.application import Application
from tests.visitors import SignInAs, Visitor

ROW = re.compile(r'<a href="/search/saved/(\d+)" data-row-link>([^<]*)</a>')


@pytest.fixture
def staff(kept: Backend, app: Application, sign_in_as: SignInAs) -> Visitor:
    assert app.backend is kept
    return sign_in_as(Role.CATALOGUER, name="张三")


@pytest.fixture
def colleague(staff: Visitor, sign_in_as: SignInAs) -> Visitor:
    """Another of the archives' own people, who may see nothing secret."""
    assert staff
    return sign_in_as(Role.COUNTER, clearance=0, name="李四")


@pytest.fixture
def client_of(staff: Visitor, kept: Backend, sign_in_as: SignInAs) -> Visitor:
    """A person of the client of the one project."""
    assert staff
    with kept.reading() as session:
        organisation = session.scalars(select(Project.client_id)).one()
    return sign_in_as(Role.CLIENT, organisation_id=organisation, clearance=0, name="王五")


def save(visitor: Visitor, name: str = "检测", **asked: str) -> int:
    """Save a search and return its number."""
    values = {"q": "检测报告", **asked, "name": name}
    answer = visitor.send("/search/saved/new", values)
    assert answer.status_code == 303, answer.text
    return max(int(number) for number, _ in ROW.findall(visitor.get("/search/saved").text))


def add_items(backend: Backend, *titles: str, volume_id: int = 1) -> None:
    with backend.writing() as session:
        session.add_all(
            Item(project_id=1, volume_id=volume_id, sequence=int(now().timestamp() * 1e6) % 10**9, title=title)
            for title in titles
        )


def add_volume(backend: Backend, title: str, *, secrecy: int = 0, state: str = IN_TRANSFER, project_id: int = 1) -> int:
    with backend.writing() as session:
        number = str(now().timestamp())
        volume = Volume(
            project_id=project_id,
            volume_no=number,
            sort_key=number,
            title=title,
            class_code="E1",
            retention="permanent",
            secrecy=secrecy,
            state=state,
            created_at=now(),
        )
        session.add(volume)
        session.flush()
        return volume.id


def opened(visitor: Visitor, number: int) -> str:
    """Open a saved search as a browser does: the page of hits, which then tells that it was seen."""
    there = visitor.get(f"/search/saved/{number}")
    assert there.status_code == 303
    shown = visitor.get(there.location)
    assert shown.status_code == 200
    told = {name: values[0] for name, values in parse_qs(urlsplit(there.location).query).items()}
    assert f'name="seen" value="{told["seen"]}"' in shown.text
    answer = visitor.send(
        "/search/saved/seen", {"saved": told["saved"], "seen": told["seen"]}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 204
    return shown.text


def news(visitor: Visitor) -> dict[str, str]:
    """What each saved search says of new hits, by its name."""
    rows = visitor.get("/search/saved").text.split("<tr>")[2:]
    found = {}
    for row in rows:
        named, fresh = ROW.search(row), re.search(r">([\d+]+) 条新<", row)
        assert named
        found[named[2]] = fresh[1] if fresh else ""
    return found


def badge(visitor: Visitor) -> str:
    shown = re.search(r'tab-count">([\d+]+)<', visitor.get("/search/saved/badge").text)
    return shown[1] if shown else ""


def actions(backend: Backend) -> list[str]:
    with backend.reading() as session:
        entries = session.scalars(select(AuditEntry).order_by(AuditEntry.seq))
        return [entry.action for entry in entries if entry.action.startswith("search.")]


def test_the_story_of_a_saved_search(staff: Visitor, kept: Backend) -> None:
    shown = staff.get("/search?q=检测报告&kind=item&order=newest").text
    assert "保存此检索" in shown
    assert 'hx-get="/search/saved/badge"' in shown
    form = staff.get("/search/saved/new?q=检测报告&kind=item&order=newest").text
    assert 'name="q" value="检测报告"' in form
    assert "馆内同事可以使用" in form
    assert "还没有保存的检索" in staff.get("/search/saved").text
    number = save(staff, "每日检测", kind="item", order="newest")
    there = staff.get(f"/search/saved/{number}").location
    assert parse_qs(urlsplit(there).query).items() >= {"q": ["检测报告"], "kind": ["item"], "order": ["newest"]}.items()
    assert staff.send(f"/search/saved/{number}/edit", {"name": "检测报告汇总"}).status_code == 303
    assert "检测报告汇总" in staff.get("/search/saved").text
    assert 'value="检测报告汇总"' in staff.get(f"/search/saved/{number}/edit").text
    staff.send(f"/search/saved/{number}/share", {"shared": "1"})
    assert "已共享" in staff.get("/search/saved").text
    staff.send(f"/search/saved/{number}/share", {"shared": "0"})
    assert "删除检索“检测报告汇总”" in staff.get(f"/search/saved/{number}/remove").text
    assert staff.send(f"/search/saved/{number}/remove").status_code == 303
    assert staff.get(f"/search/saved/{number}").status_code == 404
    told = ["search.saved", "search.renamed", "search.shared", "search.unshared", "search.removed"]
    assert actions(kept) == told
    assert {*told, "search.hits_given"} == EVENTS.keys() <= REGISTRY.events.keys()


def test_new_hits_are_counted_until_the_search_is_opened(staff: Visitor, kept: Backend) -> None:
    add_items(kept, "检测报告一")
    number = save(staff)
    save(staff, "隧道", q="隧道")
    assert news(staff) == {"检测": "", "隧道": ""}
    assert badge(staff) == ""
    add_items(kept, "检测报告二", "检测报告三", "竣工图二")
    add_volume(kept, "检测报告卷")
    assert news(staff) == {"检测": "3", "隧道": ""}
    assert badge(staff) == "3"
    assert "</mark>三" in opened(staff, number)
    assert news(staff)["检测"] == ""
    assert badge(staff) == ""
    add_items(kept, *(f"检测报告甲{at}" for at in range(99)))
    assert news(staff)["检测"] == "99"
    add_items(kept, "检测报告乙")
    assert news(staff)["检测"] == badge(staff) == "99+"


def test_only_records_that_came_are_new(staff: Visitor, kept: Backend) -> None:
    add_items(kept, "监理日志一", "监理日志二")
    save(staff)
    with kept.writing() as session:
        for item in session.scalars(select(Item).where(Item.title.startswith("监理日志"))):
            item.title = "检测报告"
    assert news(staff)["检测"] == "", "a record that was there is not new when its title changes"
    staged = add_volume(kept, "检测报告卷", state=ARRIVING)
    assert news(staff)["检测"] == ""
    opened(staff, 1)
    with kept.writing() as session:
        volume = session.get(Volume, staged)
        assert volume
        volume.state = IN_TRANSFER
    assert news(staff)["检测"] == "1", "what was being brought when the search was opened is new once it is there"


@pytest.mark.parametrize("asked", [{"kind": "item"}, {"kind": "volume"}, {"q": "", "secrecy": "0"}, {"class": "Q"}])
def test_new_hits_keep_to_kind_and_facets(staff: Visitor, kept: Backend, asked: dict[str, str]) -> None:
    save(staff, **asked)
    add_items(kept, "检测报告一", "检测报告二")
    add_volume(kept, "检测报告卷")
    expected = {"item": "2", "volume": "1"}.get(asked.get("kind", ""), "" if "class" in asked else "3")
    assert news(staff)["检测"] == expected


def test_a_colleague_sees_a_shared_search_with_their_own_eyes(
    staff: Visitor, colleague: Visitor, kept: Backend
) -> None:
    number = save(staff, "共用", shared="1")
    secret = save(staff, "私用")
    assert news(colleague) == {"共用": ""}
    assert "尚未打开" in colleague.get("/search/saved").text
    assert colleague.get(f"/search/saved/{secret}").status_code == 404
    opened(colleague, number)
    add_volume(kept, "检测报告公开卷")
    add_volume(kept, "检测报告机密卷", secrecy=3)
    assert news(staff)["共用"] == "2"
    assert news(colleague)["共用"] == badge(colleague) == "1"
    shown = opened(colleague, number)
    assert "公开卷" in shown
    assert "机密卷" not in shown
    assert news(colleague)["共用"] == ""
    assert news(staff)["共用"] == "2", "what one has seen another has not"
    save(colleague, "李四的")
    assert [name for _, name in ROW.findall(colleague.get("/search/saved").text)] == ["李四的", "共用"]


def test_only_the_owner_changes_a_search(staff: Visitor, colleague: Visitor) -> None:
    number, secret = save(staff, "共用", shared="1"), save(staff, "私用")
    for one in (number, secret):
        assert colleague.get(f"/search/saved/{one}/edit").status_code == 404
        assert colleague.get(f"/search/saved/{one}/remove").status_code == 404
        assert colleague.send(f"/search/saved/{one}/edit", {"name": "改了"}).status_code == 404
        assert colleague.send(f"/search/saved/{one}/share", {"shared": "0"}).status_code == 404
        assert colleague.send(f"/search/saved/{one}/remove").status_code == 404
    assert colleague.send("/search/saved/seen", {"saved": secret, "seen": "item:1"}).status_code == 404
    assert set(news(staff)) == {"共用", "私用"}


def test_people_from_outside_keep_their_own_and_share_nothing(
    staff: Visitor, client_of: Visitor, kept: Backend
) -> None:
    shared = save(staff, "共用", shared="1")
    assert client_of.get(f"/search/saved/{shared}").status_code == 404
    assert news(client_of) == {}
    assert "馆内同事" not in client_of.get("/search/saved/new?q=检测报告").text
    assert client_of.send("/search/saved/new", {"q": "x", "name": "x", "shared": "1"}).status_code == 403
    number = save(client_of, "我的")
    assert client_of.send(f"/search/saved/{number}/share", {"shared": "1"}).status_code == 403
    assert client_of.send(f"/search/saved/{number}/edit", {"name": "x", "shared": "1"}).status_code == 403
    with kept.writing() as session:
        other = Organisation(name="别家公司", name_key="别家公司", created_at=now())
        session.add(other)
        session.flush()
        project = Project(
            code="2026-0002",
            name="别家工程",
            client_id=other.id,
            works_type="road",
            class_code="E1",
            address="江北",
            created_at=now(),
        )
        session.add(project)
    add_volume(kept, "检测报告别家", project_id=2)
    add_items(kept, "检测报告自家")
    assert news(client_of) == {"我的": "1"}
    assert news(staff) == {"共用": "2"}
    assert "别家" not in opened(client_of, number)


@pytest.mark.parametrize(
    ("name", "problem"), [("", "检索名称"), ("   ", "检索名称"), ("\0", "检索名称"), ("长" * 10_000, "80")]
)
def test_a_name_that_is_none_is_refused(staff: Visitor, kept: Backend, name: str, problem: str) -> None:
    answer = staff.send("/search/saved/new", {"q": "检测报告", "kind": "item", "name": name})
    assert answer.status_code == 422
    assert problem in answer.text
    assert 'name="kind" value="item"' in answer.text, "the form still knows what was asked"
    number = save(staff)
    assert staff.send(f"/search/saved/{number}/edit", {"name": name}).status_code == 422
    with kept.reading() as session:
        assert session.scalars(select(SavedSearch.name)).all() == ["检测"]


def test_a_search_that_asks_nothing_is_refused(staff: Visitor) -> None:
    for asked in ({}, {"q": "  "}, {"q": "\0"}, {"kind": "no such", "year": "长" * 300}, {"order": "newest"}):
        assert staff.send("/search/saved/new", {**asked, "name": "空"}).status_code == 422
    assert staff.get("/search/saved/new").status_code == 200


def test_nobody_saves_without_end(staff: Visitor, kept: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "MOST_SAVED", 2)
    save(staff, "一")
    save(staff, "二")
    answer = staff.send("/search/saved/new", {"q": "检测报告", "name": "三"})
    assert answer.status_code == 409
    assert "2 个检索" in answer.text
    with kept.reading() as session:
        assert len(session.scalars(select(SavedSearch)).all()) == 2


@pytest.mark.parametrize(
    "asked",
    [
        *({"q": "a\0b"}, {"q": "("}, {"q": "长" * 10_000}, {"q": "密级:没有这级"}, {"q": "竣工:2012..2008"}),
        *({"window": "nan,1,2,3"}, {"window": "100,20,110,30"}, {"year": "99999999999999999999"}, {"size": "7"}),
        *({"columns": "title,nothing"}, {"order": "x"}, {"class": "\0"}, {"client": "-"}),
    ],
)
def test_whatever_was_asked_can_be_kept_and_opened(staff: Visitor, kept: Backend, asked: dict[str, str]) -> None:
    number = save(staff, **asked)
    add_items(kept, "检测报告一")
    assert "检测" in news(staff)
    assert badge(staff) in {"", "1"}
    opened(staff, number)
    staff.send("/search/history", {"q": "检测报告", **asked, "hits": "0"})
    assert staff.get("/search/history").status_code == 200


@pytest.mark.parametrize("number", ["", "x", "0", "-1", "9" * 30, "9" * 5000, "\0"])
def test_an_address_that_no_page_made_breaks_nothing(staff: Visitor, number: str) -> None:
    save(staff)
    assert staff.get("/search", query_string={"q": "检测报告", "saved": number, "seen": number}).status_code == 200
    assert staff.send("/search/saved/seen", {"saved": number, "seen": "item:1"}).status_code in {400, 404}
    assert staff.send("/search/saved/seen", {"saved": "1", "seen": f"item:{number},x:1,:,volume"}).status_code == 303
    assert staff.get("/search/saved").status_code == 200


def test_an_old_address_takes_back_nothing(staff: Visitor, kept: Backend) -> None:
    number = save(staff)
    add_items(kept, "检测报告一")
    opened(staff, number)
    assert staff.send("/search/saved/seen", {"saved": number, "seen": "item:0"}).status_code == 303
    assert news(staff)["检测"] == ""


def test_marks_are_written_and_read() -> None:
    marks = {"item": BY_KIND["item"].first(12), "pipeline": BY_KIND["pipeline"].first(3) + 5}
    assert read_marks(written_marks(marks)) == marks
    assert read_marks("") == read_marks("item,item:x,area:-1,nothing:4,item:99999999999999") == {}
    assert later(marks, {"item": 0, "area": 7}) == {**marks, "area": 7}
    assert not wish_of({}).asks_anything


@pytest.mark.parametrize("engine", SEARCHES)
def test_every_engine_counts_the_same(staff: Visitor, kept: Backend, settings: Settings, engine: str) -> None:
    assert staff.actor
    wishes = [Wish("检测"), Wish("检测", kind="item"), Wish(chosen={"class": "E"}), Wish("隧道")]
    with kept.reading() as session:
        marks = in_sight(session, staff.actor, list(BY_KIND))
    add_items(kept, *(f"检测{at}" for at in range(100)))
    add_volume(kept, "检测卷")
    with kept.reading() as session:
        index = index_of(session, replace(settings, search=engine))
        assert (index.engine == "whoosh") is (engine == "whoosh")
        fresh = NewHits(session, staff.actor, index, words_of(session))
        assert [fresh.count(wish, marks) for wish in wishes] == [(99, True), (99, True), (99, True), (0, False)]
        assert fresh.count(Wish("检测", kind="volume"), marks) == (1, False)
        assert fresh.total([(Wish("检测卷"), marks)] * 3) == (3, False)
        assert fresh.total((wish, marks) for wish in wishes) == (99, True)


def asked_lately(visitor: Visitor) -> list[str]:
    shown = visitor.get("/search/history").text
    return re.findall(r"data-row-link>([^<]*)</a>", shown)


def test_the_history_is_the_persons_own(staff: Visitor, colleague: Visitor) -> None:
    assert "还没有检索记录" in staff.get("/search/history").text
    shown = staff.get("/search?q=滨江路&kind=volume").text
    assert 'hx-post="/search/history"' in shown
    assert staff.send("/search/history", {"q": "滨江路", "kind": "volume", "hits": "1"}).status_code == 204
    staff.send("/search/history", {"q": "检测", "class": "E", "hits": "10000", "capped": "1"})
    latest, before = asked_lately(staff)
    assert latest.startswith("检测 · ")
    assert before == "滨江路 · 案卷"
    assert "10,000+" in staff.get("/search/history").text
    assert "滨江路" in staff.get("/search/history/recent").text
    assert 'hx-get="/search/history/recent"' in staff.get("/search").text
    assert asked_lately(colleague) == []
    assert "滨江路" not in colleague.get("/search/history/recent").text
    assert "清空" in colleague.get("/search/history/forget").text
    colleague.send("/search/history/forget")
    assert len(asked_lately(staff)) == 2
    assert staff.send("/search/history/forget").status_code == 303
    assert asked_lately(staff) == []


def test_the_same_again_moves_to_the_top_and_the_oldest_are_forgotten(staff: Visitor, kept: Backend) -> None:
    for at in range(service.MOST_PAST + 2):
        staff.send("/search/history", {"q": f"词{at}", "hits": "3"})
    assert len(asked_lately(staff)) == service.MOST_PAST
    staff.send("/search/history", {"q": "词10", "order": "newest", "hits": "4"})
    found = asked_lately(staff)
    assert found[:2] == ["词10", f"词{service.MOST_PAST + 1}"]
    assert len(found) == len(set(found)) == service.MOST_PAST
    with kept.reading() as session:
        assert session.scalars(select(PastSearch.hits).order_by(PastSearch.at.desc())).first() == 4


@pytest.mark.parametrize("told", [{"hits": "x"}, {"hits": "-1"}, {}, {"q": "", "hits": "1"}, {"q": "\0", "hits": "1"}])
def test_what_a_page_would_not_tell_is_not_remembered(staff: Visitor, told: dict[str, str]) -> None:
    assert staff.send("/search/history", {"q": "滨江", **told}).status_code == 204
    assert asked_lately(staff) == []


def test_a_locked_database_does_not_break_the_pages_that_are_read(
    staff: Visitor, kept: Backend, statements: list[str]
) -> None:
    number = save(staff)
    staff.get("/search/saved")
    with kept.writing() as session:
        session.add(PastSearch(account_id=1, digest="x", asked={}, hits=0, at=now()))
        session.flush()
        statements.clear()
        for path in ("/search?q=滨江路", "/search", "/search/saved", "/search/saved/badge", "/search/history"):
            assert staff.get(path).status_code == 200
        there = staff.get(f"/search/saved/{number}")
        assert staff.get(there.location).status_code == 200
        assert not [one for one in statements if one.startswith(("INSERT", "UPDATE", "DELETE"))]
        session.rollback()


def test_the_list_takes_few_statements_where_nothing_came(staff: Visitor, statements: list[str]) -> None:
    for at in range(5):
        save(staff, f"检索{at}", q=f"词{at}")
    staff.get("/search/saved")
    statements.clear()
    staff.get("/search/saved")
    assert len(statements) <= 12, statements


def test_nobody_comes_in_without_signing_in(kept: Backend, client: Visitor) -> None:
    assert kept
    for path in ("/search/saved", "/search/saved/badge", "/search/saved/1", "/search/history", "/search/saved/new"):
        assert client.get(path).status_code in {302, 303, 401}
    assert client.send("/search/history", {"q": "x", "hits": "1"}).status_code in {302, 303, 401}


def test_what_belongs_to_a_search_goes_with_it(staff: Visitor, colleague: Visitor, kept: Backend) -> None:
    number = save(staff, shared="1")
    opened(colleague, number)
    staff.send(f"/search/saved/{number}/remove")
    with kept.reading() as session:
        assert not session.scalars(select(SeenSearch)).all()


def test_the_migration_makes_what_the_models_say(backend: Backend) -> None:
    assert not [one for one in differences(backend) if "saved_search" in str(one) or "search_history" in str(one)]
