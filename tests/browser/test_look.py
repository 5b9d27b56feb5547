"""The gallery of macros in a real browser, under the application's own policy: what people see, press and reach."""

import mimetypes
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Dialog, FilePayload, Page, Route, expect

from archives.web.headers import POLICY
from tests.browser.axe import violations
from tests.web.gallery import PAGES_SHOWN, ROOT, render, render_part

pytestmark = pytest.mark.browser

HOST = "http://archives.test"
LEAF = '{% from "macros/parts.html" import tree_nodes %}{{ tree_nodes([{"id": 9, "label": "Leaf", "href": "/9"}]) }}'
ANSWERS = {"/2/nodes": render_part(LEAF), "/jobs/1": "<p>Finished.</p>", "/projects/2026-0002": "<h1>2026-0002</h1>"}


def answer(route: Route, asked_elsewhere: list[str]) -> None:
    """Serve the gallery and the static files; note every request to anybody else."""
    url = route.request.url.split("?")[0].split("#")[0]
    path = url.removeprefix(HOST)
    if not url.startswith(HOST):
        asked_elsewhere.append(url)
        route.abort()
    elif path.startswith("/static/"):
        route.fulfill(path=ROOT / path.lstrip("/"), content_type=mimetypes.guess_type(path)[0])
    else:
        language, _, name = path.strip("/").partition("/")
        body = ANSWERS[path] if path in ANSWERS else render(name, language)
        headers = {"Content-Security-Policy": POLICY}
        route.fulfill(body=body, content_type="text/html; charset=utf-8", headers=headers)


def opened(browser: Browser, width: int, scheme: str) -> Iterator[Page]:
    """A page of that width; at the end, whatever it complained about fails the test."""
    elsewhere: list[str] = []
    complaints: list[str] = []
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme="dark" if scheme == "dark" else "light"
    )
    page = context.new_page()
    page.route("**/*", lambda route: answer(route, elsewhere))
    page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert not elsewhere
    assert not complaints


@pytest.fixture(params=[(1440, "light"), (1440, "dark"), (390, "light"), (390, "dark")])
def any_page(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A desk and a telephone, in light and dark."""
    yield from opened(chromium, *request.param)


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """The gallery on a desk."""
    for shown in opened(chromium, 1440, "light"):
        shown.goto(f"{HOST}/en/gallery")
        shown.evaluate("document.activeElement.blur()")
        yield shown


@pytest.fixture
def narrow(chromium: Browser) -> Iterator[Page]:
    """The gallery on a telephone."""
    for shown in opened(chromium, 390, "light"):
        shown.goto(f"{HOST}/zh_Hans_CN/gallery")
        yield shown


def focused(page: Page) -> str:
    """The id of what has the focus."""
    return str(page.evaluate("document.activeElement.id"))


@pytest.mark.parametrize("name", PAGES_SHOWN)
def test_pages_are_accessible_and_never_wider_than_the_screen(any_page: Page, name: str) -> None:
    for language in ("en", "zh_Hans_CN"):
        any_page.goto(f"{HOST}/{language}/{name}")
        assert any_page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert violations(any_page) == []


def test_slash_searches_and_escape_leaves(page: Page) -> None:
    page.keyboard.press("/")
    assert focused(page) == "search"
    page.keyboard.press("Escape")
    assert focused(page) == ""


def test_rows_are_walked_chosen_and_opened_by_keys(page: Page) -> None:
    for key in "jjx":
        page.keyboard.press(key)
    assert page.locator("[data-count]").inner_text() == "1"
    page.keyboard.press("Enter")
    page.wait_for_url(f"{HOST}/projects/2026-0002")


def test_single_keys_can_be_switched_off(page: Page) -> None:
    page.keyboard.press("?")
    page.locator("[data-shortcuts-on]").uncheck()
    page.locator("#keyboard [data-closes]").click()
    page.keyboard.press("/")
    assert focused(page) != "search"


def test_a_tree_is_walked_and_unfolded_by_arrows(page: Page) -> None:
    page.locator("#node-1").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.locator("#node-9").wait_for()
    page.keyboard.press("ArrowDown")
    assert focused(page) == "node-9"
    page.keyboard.press("ArrowLeft")
    assert focused(page) == "node-2"
    page.keyboard.press("ArrowLeft")
    assert page.locator("#node-2").get_attribute("aria-expanded") == "false"


def test_a_running_job_is_asked_for_until_it_ends(page: Page) -> None:
    page.get_by_text("Finished.").first.wait_for()


def test_a_dialog_asks_before_a_verb(page: Page) -> None:
    page.get_by_role("link", name="停工").click()
    assert page.locator("dialog#stop").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("dialog#stop").is_visible()


def test_dates_are_tidied(page: Page) -> None:
    for typed in ("20260305", "2026年3月5日", "2026.3.5"):
        page.fill("#field-day", typed)
        page.press("#field-day", "Tab")
        assert page.input_value("#field-day") == "2026-03-05"


def test_the_summary_of_faults_leads_to_the_field(page: Page) -> None:
    page.locator("[data-form-errors] a").first.click()
    assert focused(page) == "field-day"


def test_a_place_is_taken_from_the_map(page: Page) -> None:
    shown = page.locator("[data-map]").first
    shown.scroll_into_view_if_needed()
    shown.click(position={"x": 200, "y": 60})
    expect(page.locator("#field-place-1")).not_to_have_value("120.1551")
    assert 120.1 < float(page.input_value("#field-place-1")) < 120.2
    assert 30.2 < float(page.input_value("#field-place-2")) < 30.3


def test_chosen_files_are_listed_with_their_size(page: Page) -> None:
    chosen = FilePayload(name="list.xlsx", mimeType="text/plain", buffer=b"0" * 1536)
    page.set_input_files("#field-list", chosen)
    assert page.locator(".drop-file").inner_text().split("\n") == ["list.xlsx", "1.5 KB"]


def test_the_theme_is_kept_in_the_cookie(page: Page) -> None:
    page.locator("summary[aria-label='Light or dark']").click()
    page.locator("[data-theme-set=dark]").click()
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"
    page.reload()
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"


def test_leaving_changed_entries_is_asked_about(page: Page) -> None:
    asked: list[str] = []

    def agree(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", agree)
    page.fill("#field-code", "2026-0999")
    page.goto(f"{HOST}/en/login")
    assert asked == ["beforeunload"]


def test_the_menu_is_a_drawer_on_a_telephone(narrow: Page) -> None:
    assert not narrow.locator("#side").is_visible()
    narrow.locator(".top-menu").click()
    narrow.locator("#side.show").wait_for()
    assert narrow.evaluate("document.getElementById('side').contains(document.activeElement)")
    narrow.keyboard.press("Escape")
    narrow.locator("#side").wait_for(state="hidden")


def test_paper_shows_the_record_and_no_menu(page: Page) -> None:
    page.emulate_media(media="print", color_scheme="dark")
    for hidden in ("#side", ".top", ".page-actions", ".filters", ".pager-links"):
        assert not page.locator(hidden).first.is_visible()
    assert page.locator("#list thead").evaluate("head => getComputedStyle(head).display") == "table-header-group"
    assert page.locator("html").get_attribute("data-bs-theme") == "light"
