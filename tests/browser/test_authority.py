"""The authority's job in a real browser: who misses a target and by how much, and a form that keeps what is typed."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from archives.core.clock import today
from tests.browser.axe import violations
from tests.browser.test_main_job import enter, press, title
from tests.browser.test_screens import faults, watched
from tests.browser.test_search import follow
from tests.browser.town import DESK, TELEPHONE, Town
from tests.facilities.boundaries.outlines import geojson, square

pytestmark = pytest.mark.browser

REGION = "/facilities?region=990000"
PAGES = (
    "/facilities",
    REGION,
    "/facilities/behind?region=990000&target=T9&scope=pooled&verdict=missed",
    f"/facilities/compare?region=990000&from={today().year - 3}",
    "/facilities/compare?region=990000&by=areas",
    "/facilities/boundaries",
    "/facilities/areas/990200",
    "/facilities/standards",
    "/facilities/standards/new",
    "/facilities/standards/lists/new",
    "/facilities/returns",
    "/facilities/returns/late",
    "/facilities/returns/import",
    "/facilities/returns/new",
    f"/facilities/returns/990300/{today().year - 1}",
    f"/facilities/returns/990300/{today().year}/edit",
)


@contextmanager
def working(town: Town, browser: Browser, language: str, width: int, dark: bool) -> Iterator[Page]:
    """The bureau's browser; what it complains about fails the test."""
    context = town.context(browser, "bureau", language, width, dark)
    page = context.new_page()
    with watched(page, town.address):
        yield page
    context.close()


@pytest.fixture
def page(chromium: Browser, open_town: Town) -> Iterator[Page]:
    """In Chinese on a desk."""
    with working(open_town, chromium, "zh_Hans_CN", DESK, dark=False) as opened:
        yield opened


def test_from_a_rate_to_an_archives_that_misses_it_by_keyboard(page: Page) -> None:
    page.goto(REGION)
    expect(page.locator(".chart canvas").first).to_be_visible()
    row = page.locator("#rates tbody tr", has_text="T9").filter(has_text="四档合计").first
    missed = row.locator("a").nth(0) if row.locator("a").count() == 1 else row.locator("a", has_text="").nth(1)
    follow(page, missed)
    expect(page.locator(".plan-sentence")).to_contain_text("2024平方米以上")
    found = page.locator("tbody tr a").first
    name = found.inner_text()
    follow(page, found)
    title(page, name)
    expect(page.locator("#results")).to_contain_text("平方米")
    press(page, "link", "所辖区域")
    title(page, name)


def test_areas_are_compared_and_a_cell_opens_its_list_by_keyboard(page: Page) -> None:
    page.goto(REGION)
    press(page, "link", "对比")
    title(page, "对比")
    press(page, "link", "下辖区域")
    page.get_by_label("图中的达标率").select_option(label="T9 馆库面积 · 四档合计")
    press(page, "button", "查询")
    expect(page.locator(".chart canvas")).to_be_visible()
    expect(page.locator("h2", has_text="T9 馆库面积 · 四档合计")).to_be_visible()
    row = page.locator("#compared tbody tr", has_text="T9").first
    expect(row.locator(".badge").first).to_contain_text("达标")
    follow(page, row.locator("td a").first)
    title(page, "T9 馆库面积")
    expect(page.locator(".tab-bar")).to_contain_text("未达标")


def test_boundaries_are_loaded_and_an_area_on_the_map_is_opened_by_keyboard(page: Page) -> None:
    cities = [({"adcode": f"990{number}00"}, square(108 + number, 30)) for number in range(1, 7)]
    page.goto(REGION)
    press(page, "link", "载入本单位的界线")
    page.set_input_files("#field-file", {"name": "a.geojson", "mimeType": "text/plain", "buffer": geojson(*cities)})
    press(page, "button", "核对文件")
    expect(page.locator("#areas-1")).to_contain_text("990600")
    assert violations(page) == []
    enter(page, "source", "某测绘院")
    enter(page, "no_review_reason", "仅供内部使用")
    press(page, "button", "载入界线数据")
    expect(page.locator("main")).to_contain_text("已载入 6 个区域的界线")
    assert faults(page, f"{REGION}&map=T9.pooled", "zh_Hans_CN", has_axe=True) == []
    expect(page.locator(".map-source")).to_contain_text("仅供内部使用")
    follow(page, page.locator(".region-map a").nth(1))
    title(page, "示例市")
    page.set_viewport_size({"width": TELEPHONE, "height": 800})
    assert faults(page, REGION, "zh_Hans_CN", has_axe=True) == []
    page.goto("/facilities/boundaries/remove")
    press(page, "button", "删除")
    expect(page.locator("main")).to_contain_text("界线已删除")
    page.goto(REGION)
    expect(page.locator(".region-map")).to_have_count(0)


def test_what_is_typed_is_kept_until_it_is_saved(page: Page) -> None:
    address = f"/facilities/returns/990300/{today().year}"
    page.goto(f"{address}/edit")
    enter(page, "staff", "33")
    kept = page.locator(".autosave")
    expect(kept).to_contain_text("已为您暂存", timeout=15_000)
    enter(page, "technical_staff", "99")
    expect(kept).to_contain_text("更正", timeout=15_000)
    page.goto(f"{address}/edit")
    expect(page.locator("#field-staff")).to_have_value("33")
    expect(page.locator("#field-technical_staff")).to_have_value("99")
    expect(page.locator("main")).to_contain_text("上次录入但未保存的内容")
    enter(page, "technical_staff", "28")
    press(page, "button", "保存并上报")
    page.wait_for_url(f"**{address}")
    expect(page.locator("main")).to_contain_text("已上报")


@pytest.mark.parametrize("language", ["zh_Hans_CN", "en"])
@pytest.mark.parametrize("width", [DESK, TELEPHONE])
def test_pages_fit_the_screen_in_their_own_language_and_are_accessible(
    chromium: Browser, open_town: Town, language: str, width: int
) -> None:
    with working(open_town, chromium, language, width, dark=width == TELEPHONE) as page:
        found = [fault for path in PAGES for fault in faults(page, path, language, has_axe=language == "zh_Hans_CN")]
    assert found == []
