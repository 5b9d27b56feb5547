"""Grading in a real browser: a scheme is written by keyboard alone, an assessment goes its way, every page fits."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.test_authority import working
from tests.browser.test_main_job import enter, press, title
from tests.browser.test_screens import faults
from tests.browser.town import DESK, TELEPHONE, Town, at_desk

pytestmark = pytest.mark.browser

PAGES = (
    "/facilities/grading",
    "/facilities/grading/new",
    "/facilities/grading/2/assessors/new",
    "/facilities/grading/2/opinion",
    "/facilities/grading/2/approve",
    "/facilities/grading/2/give-back",
    "/facilities/grading/schemes",
    "/facilities/grading/schemes/new?shipped=provincial_part",
)
NAMED_BY_PEOPLE = (
    "/facilities/grading/1",
    "/facilities/grading/2",
    "/facilities/grading/2/assessors/6/scores",
    "/facilities/grading/schemes/1",
    "/facilities/grading/schemes/shipped/provincial_part",
)
"""Pages whose headings and labels are a scheme's own items and groups, and the assessors' names."""
OF_A_DRAFT = ("", "/edit", "/groups/new", "/items/new?group=g1", "/grades/new", "/put-in-force", "/groups/g1/take-out")


@pytest.mark.parametrize("language", ["zh_Hans_CN", "en"])
@pytest.mark.parametrize("width", [DESK, TELEPHONE])
def test_pages_fit_the_screen_in_their_own_language_and_are_accessible(
    chromium: Browser, open_town: Town, language: str, width: int
) -> None:
    is_chinese = language == "zh_Hans_CN"
    with working(open_town, chromium, language, width, dark=width == TELEPHONE) as page:
        found = [
            fault
            for path in (*PAGES, *NAMED_BY_PEOPLE)
            for fault in faults(page, path, language, has_axe=is_chinese)
            if is_chinese or path in PAGES or " says " not in fault
        ]
    assert found == []


def test_a_scheme_is_written_and_an_institution_claims_by_it(chromium: Browser, open_town: Town) -> None:
    with at_desk(open_town, chromium, "bureau") as page:
        page.goto("/facilities/grading/schemes")
        press(page, "link", "新办法")
        enter(page, "code", "browser")
        enter(page, "name", "浏览器办法")
        enter(page, "total", "5")
        press(page, "button", "保存")
        title(page, "浏览器办法")
        here = page.url.removeprefix(open_town.address)
        press(page, "link", "添加部分")
        enter(page, "name", "设施")
        press(page, "button", "保存")
        press(page, "link", "添加内容")
        enter(page, "wording", "局域网")
        enter(page, "points", "5")
        enter(page, "formula", "lann")
        press(page, "button", "保存")
        expect(page.locator("#field-formula-problems")).to_contain_text("没有名为“lann”的指标")
        page.locator("#field-formula").fill("has_institution")
        press(page, "button", "保存")
        title(page, "浏览器办法")
        for width in (DESK, TELEPHONE):
            page.set_viewport_size({"width": width, "height": 900})
            looked = [faults(page, f"{here}{path}", "zh_Hans_CN", has_axe=True) for path in OF_A_DRAFT]
            assert [fault for found in looked for fault in found] == []
        page.set_viewport_size({"width": DESK, "height": 900})
        page.goto(f"{here}/put-in-force")
        press(page, "button", "施行")
        press(page, "link", "开始考评")
        enter(page, "code", "990400")
        press(page, "button", "开始")
        press(page, "button", "采用公式建议的分")
        expect(page.locator("main .form-control").first).to_have_value("5")
        press(page, "button", "保存并提交")
        expect(page.locator("main")).to_contain_text("自评已提交")
