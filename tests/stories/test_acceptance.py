"""From registration to an accepted archive, through the pages alone, in both ways of acceptance."""

import re
from dataclasses import replace
from datetime import timedelta

import pypdfium2
import pytest

from archives.core import clock
from archives.core.actors import Role
from archives.procedure import queries
from archives.projects.models import Project
from archives.reference.service import sync
from archives.web.application import Application
from tests.procedure.conftest import registered
from tests.visitors import SignInAs, Visitor

APPLICATION = {"volumes": "12", "text_volumes": "8", "drawing_volumes": "4", "contact": "王资料员", "phone": "0550-1"}


class People:
    """Everybody who has a part in the story, each in a browser of their own."""

    def __init__(self, sign_in_as: SignInAs, client_id: int) -> None:
        self.counter = sign_in_as(Role.COUNTER, name="赵窗口")
        self.guide = sign_in_as(Role.GUIDANCE, name="孙指导")
        self.checker = sign_in_as(Role.CHECKER, name="李检查")
        self.reviewer = sign_in_as(Role.REVIEWER, name="周复核")
        self.director = sign_in_as(Role.DIRECTOR, name="陈馆长")
        self.client = sign_in_as(Role.CLIENT, organisation_id=client_id, name="王资料员")


@pytest.fixture
def pre(app: Application) -> Project:
    """A registered project with separate acceptance."""
    return _registered(app, "pre")


@pytest.fixture
def joint(app: Application) -> Project:
    """A registered project with joint acceptance."""
    return _registered(app, "joint")


def _registered(app: Application, acceptance: str) -> Project:
    app.registry = replace(app.registry, conditions={})  # what must lie on the counter is another story
    with app.backend.writing() as session:
        sync(session)
        return registered(session, acceptance=acceptance)


def move(visitor: Visitor, project: Project, name: str, **values: str) -> str:
    """Open the move's form from the project's page, fill it in and send it; the page that follows."""
    address = f"/projects/{project.code}/procedure"
    assert f'href="{address}/{name}"' in visitor.get(address).text, f"{name} is not offered"
    assert visitor.get(f"{address}/{name}").status_code == 200
    answer = visitor.send(f"{address}/{name}", values)
    assert (answer.status_code, answer.location) == (303, address), answer.text
    return visitor.get(address).text


def state_of(app: Application, project: Project) -> str:
    """Where the project stands."""
    with app.backend.reading() as session:
        found = session.get(Project, project.id)
        assert found is not None
        return found.state


def open_paper(visitor: Visitor, page: str, number: str) -> str:
    """The text of the paper whose number the page links."""
    link = re.search(rf'href="([^"]+)"[^>]*>{re.escape(number)}<', page)
    assert link, f"{number} is not on the page"
    answer = visitor.get(link[1])
    assert answer.mimetype == "application/pdf"
    pages = pypdfium2.PdfDocument(answer.data)
    return "".join("".join(one.get_textpage().get_text_range().split()) for one in pages)


def to_check(people: People, project: Project) -> None:
    """From registration to the check."""
    today = clock.today().isoformat()
    move(people.counter, project, "commit", on=today, head="李主任", clerk="王资料员")
    move(people.counter, project, "notify", contact="赵窗口")
    move(people.guide, project, "guide", on=today, opinion="竣工图应逐张加盖竣工图章")
    move(people.guide, project, "collect")
    move(people.client, project, f"apply_{project.acceptance}", **APPLICATION)
    move(people.counter, project, "receive", materials="案卷目录\n竣工图一套")


def test_separate_acceptance_with_a_rectification(app: Application, pre: Project, sign_in_as: SignInAs) -> None:
    people = People(sign_in_as, pre.client_id)
    year = clock.today().year
    to_check(people, pre)
    due = (clock.today() + timedelta(days=15)).isoformat()
    page = move(people.checker, pre, "rectify", problems="电气竣工图缺三张\n监理总结未盖章", due_on=due)
    notice = open_paper(people.checker, page, f"{year}-ZG-0001")
    assert "电气竣工图缺三张" in notice
    assert "监理总结未盖章" in notice
    assert "电气竣工图缺三张" in people.client.get(f"/projects/{pre.code}/procedure").text
    move(people.client, pre, "resubmit", opinion="已补齐并盖章")
    move(people.checker, pre, "check", opinion="齐全、准确")
    move(people.reviewer, pre, "review", opinion="同意检查意见")
    page = move(people.director, pre, "pass_pre", opinion="准予通过预验收", findings="案卷质量良好")
    assert state_of(app, pre) == "passed"
    opinion = open_paper(people.director, page, f"{year}-YSJ-0001")
    for said in ("江城图书馆工程", "建字第2026001号", "李检查", "周复核", "陈馆长", "准予通过预验收"):
        assert said in opinion


def test_joint_acceptance_with_a_gap(app: Application, joint: Project, sign_in_as: SignInAs) -> None:
    people = People(sign_in_as, joint.client_id)
    year = clock.today().year
    to_check(people, joint)
    due = (clock.today() + timedelta(days=90)).isoformat()
    gap = {"scope_code": "E1-8", "title": "竣工验收备案表", "opinion": "验收后形成", "due_on": due}
    assert "竣工验收备案表" in move(people.checker, joint, "note_gap", **gap)
    move(people.checker, joint, "check", opinion="除所列外齐全")
    move(people.reviewer, joint, "review", opinion="同意容缺")
    waiting = people.director.get(f"/projects/{joint.code}/procedure").text
    assert "建设单位尚未对清单上的每项容缺文件作出承诺" in waiting
    page = move(people.client, joint, "promise_gaps", responsible="李主任", phone="0550-2")
    assert "竣工验收备案表" in open_paper(people.client, page, f"{year}-RQ-0001")
    page = move(people.director, joint, "pass_joint", opinion="同意通过")
    assert state_of(app, joint) == "passed"
    opinion = open_paper(people.director, page, f"{year}-LHYS-0001")
    assert "竣工验收备案表" in opinion
    assert due in opinion
    with app.backend.reading() as session:
        assert [row.title for row in queries.open_gaps(session, joint.id)] == ["竣工验收备案表"]


def test_every_fault_of_a_form_is_shown_at_its_field_and_nothing_is_stored(
    app: Application, pre: Project, sign_in_as: SignInAs
) -> None:
    people = People(sign_in_as, pre.client_id)
    answer = people.counter.send(f"/projects/{pre.code}/procedure/commit", {"on": "2026-13-01", "head": "李主任"})
    assert answer.status_code == 422
    assert 'id="field-on-problems"' in answer.text
    assert 'id="field-clerk-problems"' in answer.text
    assert 'value="李主任"' in answer.text
    assert state_of(app, pre) == "registered"


def test_who_checked_cannot_approve_through_the_page_either(
    app: Application, pre: Project, sign_in_as: SignInAs
) -> None:
    people = People(sign_in_as, pre.client_id)
    both = sign_in_as(Role.CHECKER, Role.REVIEWER, name="一人两岗")
    to_check(people, pre)
    move(both, pre, "check", opinion="齐全")
    assert both.send(f"/projects/{pre.code}/procedure/review", {"opinion": "同意"}).status_code == 422
    assert "必须由他人办理" in both.get(f"/projects/{pre.code}/procedure/review").text
    assert state_of(app, pre) == "checked"
