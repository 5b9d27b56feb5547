"""Everybody's own job in a real browser: each role does its step, and sees what is its own."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Protocol

import pytest
from playwright.sync_api import Browser, Page, expect

from archives.core import clock
from tests.browser.town import Town, at_desk

pytestmark = pytest.mark.browser


class Desks(Protocol):
    """`desks("kufang")`: the page of the person with that login."""

    def __call__(self, login: str) -> Page: ...


@pytest.fixture
def desks(chromium: Browser, open_town: Town) -> Iterator[Desks]:
    """Pages of people who are signed in."""
    with ExitStack() as opened:
        yield lambda login: opened.enter_context(at_desk(open_town, chromium, login))


def send(page: Page, button: str) -> None:
    """Press the button of the form in the middle of the page."""
    page.locator("main").get_by_role("button", name=button, exact=True).click()


def decide(page: Page, code: str, step: str, **values: str) -> None:
    """Open a step from the project's procedure, fill its form in and send it."""
    page.goto(f"/projects/{code}/procedure")
    page.locator(f'main a[href$="/procedure/{step}"]').first.click()
    for name, value in values.items():
        page.fill(f"#field-{name}", value)
    page.locator("main form.form button[type=submit]").last.click()
    page.wait_for_url(f"**/projects/{code}/procedure")


def test_the_guidance_officer_makes_a_record_that_can_be_printed(desks: Desks, open_town: Town) -> None:
    page, code = desks("zhidao"), open_town.codes["guided"]
    decide(page, code, "guide", on=clock.today().isoformat(), opinion="竣工图应逐张加盖竣工图章")
    paper = page.locator("#papers tbody tr", has_text="指导记录").locator("a")
    answer = page.request.get(str(paper.first.get_attribute("href")))
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.body().startswith(b"%PDF-")


def test_three_people_check_review_and_approve(desks: Desks, open_town: Town) -> None:
    code = open_town.codes["received"]
    decide(desks("jiancha"), code, "check", opinion="齐全、准确")
    decide(desks("fuhe"), code, "review", opinion="同意检查意见")
    director = desks("qianfa")
    decide(director, code, "pass_pre", opinion="准予通过预验收")
    expect(director.locator("#papers")).to_contain_text("预验收意见书")
    expect(director.locator("main li", has_text="韩馆长")).to_have_count(1)


def test_the_stacks_keeper_shelves_the_volumes_and_sees_the_register(desks: Desks, open_town: Town) -> None:
    page = desks("kufang")
    page.goto(f"/projects/{open_town.codes['certified']}/holdings")
    titles = page.locator("main table tbody tr td:nth-child(2)").all_inner_texts()
    page.fill("#field-shelf", "B1-01-02-03")
    send(page, "进馆登记")
    page.wait_for_url("**/transfer")
    page.goto("/accession-register")
    shelved = page.locator("main table tbody tr", has_text="B1-01-02-03")
    expect(shelved).to_have_count(len(titles))
    for title in titles:
        expect(shelved.filter(has_text=title)).not_to_have_count(0)


def test_the_audit_administrator_reads_the_chain_and_verifies_it(desks: Desks) -> None:
    page = desks("auditadmin")
    page.goto("/audit")
    expect(page.locator("main table tbody tr")).not_to_have_count(0)
    page.get_by_role("link", name="核验审计链").click()
    expect(page.locator("main .notice.tone-good")).to_be_visible()


def test_the_security_administrator_gives_a_role(desks: Desks) -> None:
    page = desks("secadmin")
    page.goto("/accounts")
    page.get_by_role("link", name="zhulu", exact=True).click()
    page.locator("input[value=reading_room]").check()
    send(page, "保存角色和涉密权限")
    expect(page.locator("input[value=reading_room]")).to_be_checked()
    expect(page.locator("input[value=cataloguer]")).to_be_checked()


def test_a_client_sees_its_own_projects_and_no_other(desks: Desks, open_town: Town) -> None:
    page, name = desks("client1"), "云川示例城投有限公司"
    mine = {code for code, client in open_town.clients.items() if client == name}
    others = set(open_town.clients) - mine
    assert mine
    assert others
    page.goto("/projects")
    shown = set(page.locator("[data-rows] tbody tr td:first-child a").all_inner_texts())
    assert mine <= shown
    assert not others & shown
    for code in others:
        assert page.request.get(f"/projects/{code}").status == 404
