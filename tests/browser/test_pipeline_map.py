"""The map of pipelines in a real browser: drawing an area and reading its list, by pointer and by keys."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from archives.app import create_app
from archives.core.actors import Role, local_operator
from archives.core.backend import open_backend
from tests.browser.axe import violations
from tests.browser.test_screens import watched
from tests.browser.town import DESK, TELEPHONE, served
from tests.databases import EmbeddedDatabases
from tests.pipelines.ground import EAST, NORTH, grid, lay
from tests.visitors import Visitor, signing_in

pytestmark = pytest.mark.browser

LINES = 12
"""Laid eastwards, ten metres each, from the ground's corner on."""
MIDDLE = EAST + 5 * LINES


@dataclass(frozen=True, slots=True)
class Office:
    """A server with a few lines in its archive, and the cookie of an engineer who is signed in there."""

    address: str
    cookie: str

    def open(self, browser: Browser, language: str = "en", width: int = DESK, dark: bool = False) -> Page:
        """The engineer's browser, nothing opened yet."""
        context = browser.new_context(
            base_url=self.address,
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
        )
        cookies = {"chengdang": self.cookie, "language": language}
        context.add_cookies([{"name": name, "value": value, "url": self.address} for name, value in cookies.items()])
        return context.new_page()


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Lines of drinking water and of rain water in turn."""
    settings = EmbeddedDatabases(tmp_path_factory.mktemp("template")).fresh(tmp_path_factory.mktemp("office") / "var")
    backend = open_backend(settings)
    app = create_app(settings, backend)
    app.test_client_class = Visitor
    engineer = signing_in(app)(Role.ENGINEER, name="工程师")
    with backend.writing() as session:
        version = lay(session, local_operator("test"), *grid(LINES))
        version.west, version.south, version.east, version.north = EAST, NORTH - 40, EAST + 10 * LINES, NORTH + 40
    cookie = engineer.get_cookie("chengdang")
    assert cookie is not None
    backend.close()
    with served(settings) as address:
        yield Office(address, cookie.value)


@pytest.fixture
def page(office: Office, chromium: Browser) -> Iterator[Page]:
    """The map on a desk, in English; what the browser complains about fails the test."""
    opened = office.open(chromium)
    with watched(opened, office.address):
        show(opened)
        yield opened
    opened.context.close()


def show(page: Page, query: str = "") -> None:
    """Open the map and wait until all of it has come."""
    page.goto(f"/pipelines/map{query}")
    expect(page.locator("[data-pipes]")).to_have_attribute("data-state", "ready")
    settle(page)


def settle(page: Page) -> None:
    """Wait until no tile is on its way."""
    page.wait_for_timeout(300)
    expect(page.locator("[data-part=loading]")).to_be_hidden()


def go_to(page: Page, north: float, east: float) -> None:
    """Put a place in plane metres into the middle of the map, which takes the focus."""
    page.fill("[data-part=locate] input", f"{north} {east}")
    page.press("[data-part=locate] input", "Enter")
    expect(page.locator("[data-part=pointer]")).to_have_text(re.compile(rf"X {north:.2f}\s+Y {east:.2f}"))
    settle(page)


def at(page: Page, across: float, down: float) -> tuple[float, float]:
    """A place on the screen by its share of the map's width and height."""
    box = page.locator("[data-part=map]").bounding_box()
    assert box is not None
    return box["x"] + across * box["width"], box["y"] + down * box["height"]


def click(page: Page, across: float, down: float) -> None:
    """A click that is not half of a double click."""
    page.mouse.click(*at(page, across, down))
    page.wait_for_timeout(350)


def test_an_area_is_drawn_and_its_list_is_read(page: Page) -> None:
    page.get_by_role("button", name="Area", exact=True).click()
    click(page, 0.1, 0.2)
    click(page, 0.9, 0.8)
    expect(page.locator("[data-part=area-figure]")).to_contain_text("m²")
    page.get_by_role("button", name="What lies inside?").click()
    page.wait_for_url(re.compile(r"/pipelines/areas/\d+$"))
    expect(page.locator("#lines tbody tr")).to_have_count(LINES)


def test_a_polygon_is_drawn_by_keys_alone(page: Page) -> None:
    page.get_by_role("button", name="Area", exact=True).press("Enter")
    page.get_by_role("radio", name="Polygon").press(" ")
    for north, east in ((NORTH - 5, MIDDLE - 15), (NORTH + 5, MIDDLE), (NORTH - 5, MIDDLE + 15)):
        go_to(page, north, east)
        page.keyboard.press(" ")
    page.keyboard.press("Enter")
    expect(page.locator("[data-part=area-figure]")).to_have_text("150.0 m²")


def test_what_is_drawn_by_keys_can_be_cancelled(page: Page) -> None:
    page.get_by_role("button", name="Measure").click()
    page.locator("[data-part=map]").focus()
    page.keyboard.press(" ")
    page.keyboard.press("Escape")
    expect(page.locator("[data-part=measure-figure]")).to_have_text("—")
    expect(page.locator("[data-part=map]")).to_be_focused()


def test_a_length_is_measured_in_the_plane(page: Page) -> None:
    page.get_by_role("button", name="Measure").click()
    for east in (MIDDLE - 20, MIDDLE + 20):
        go_to(page, NORTH, east)
        page.keyboard.press(" ")
    page.keyboard.press("Enter")
    expect(page.locator("[data-part=measure-figure]")).to_have_text("40.00 m")
    expect(page.locator("[data-part=measure-way]")).to_contain_text("CGCS2000")


def test_an_area_is_typed_by_its_corners_without_the_map(page: Page) -> None:
    page.get_by_role("button", name="Area", exact=True).click()
    page.get_by_role("radio", name="Corners").check()
    page.get_by_role("button", name="What lies inside?").click()
    expect(page.locator("[data-part=area-faults]")).to_contain_text("all four")
    corners = {"north_from": NORTH - 3, "north_to": NORTH + 3, "east_from": EAST - 5, "east_to": EAST + 25}
    for name, value in corners.items():
        page.fill(f"#field-{name}", str(value))
    page.get_by_role("button", name="What lies inside?").click()
    page.wait_for_url(re.compile(r"/pipelines/areas/\d+$"))
    expect(page.locator("#lines tbody tr")).to_have_count(3)


def test_the_server_s_objection_stands_beside_the_form(office: Office, chromium: Browser) -> None:
    page = office.open(chromium)
    show(page)
    page.get_by_role("button", name="Area", exact=True).click()
    page.get_by_role("radio", name="Points").check()
    page.fill("#field-text", f"{NORTH},{EAST}\n{NORTH},{EAST + 10}")
    with page.expect_response("**/pipelines/areas") as asked:
        page.get_by_role("button", name="What lies inside?").click()
    assert asked.value.status == 422
    expect(page.locator("[data-part=area-faults]")).to_contain_text("at least three")
    page.context.close()


def test_enter_over_a_line_shows_its_card_and_escape_closes_it(page: Page) -> None:
    go_to(page, NORTH, MIDDLE + 5)
    page.keyboard.press("Enter")
    card = page.locator("[data-part=card]")
    expect(card).to_contain_text("DN300")
    expect(card).to_contain_text("2024-GX-0001")
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    expect(page.locator("[data-part=map]")).to_be_focused()


def test_a_kind_that_is_switched_off_stays_off(page: Page) -> None:
    page.get_by_role("checkbox", name="Drainage").uncheck()
    off = page.locator("[data-part=hidden-count]").inner_text()
    show(page)
    assert page.locator("[data-part=hidden-count]").inner_text() == off
    assert not page.get_by_role("checkbox", name="Drainage").is_checked()


def test_the_frame_of_a_sheet_follows_scale_and_paper(page: Page) -> None:
    page.get_by_role("button", name="Print", exact=True).click()
    sizes = set()
    for scale in ("200", "500"):
        for side in ("Landscape", "Portrait"):
            page.select_option("#field-scale", scale)
            page.get_by_role("radio", name=side).check()
            sizes.add(page.locator("[data-part=print-size]").inner_text())
    assert len(sizes) == 4


def test_a_tile_that_fails_is_said_in_words(office: Office, chromium: Browser) -> None:
    page = office.open(chromium)
    page.route("**/*.mvt*", lambda route: route.fulfill(status=500))
    page.goto("/pipelines/map")
    expect(page.locator("[data-part=notice]")).to_contain_text("The server could not answer.")
    page.context.close()


def test_a_reader_whose_session_ended_is_sent_to_log_in(office: Office, chromium: Browser) -> None:
    page = office.open(chromium)
    show(page)
    page.context.clear_cookies(name="chengdang")
    page.locator("[data-part=map]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-part=notice]").get_by_role("link", name="Log in")).to_be_visible()
    page.context.close()


@pytest.mark.parametrize("language", ["zh_Hans_CN", "en"])
@pytest.mark.parametrize(("width", "dark"), [(DESK, False), (DESK, True), (TELEPHONE, False), (TELEPHONE, True)])
def test_every_tool_is_accessible_and_fits_the_screen(
    office: Office, chromium: Browser, language: str, width: int, dark: bool
) -> None:
    page = office.open(chromium, language, width, dark)
    with watched(page, office.address):
        show(page)
        for name in ("legend", "area", "saved", "measure", "print"):
            if page.locator(f"[data-panel={name}]").get_attribute("aria-expanded") == "false":
                page.locator(f"[data-panel={name}]").click()
            expect(page.locator(f"#panel-{name}")).to_be_visible()
            assert violations(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert page.evaluate("document.documentElement.scrollHeight <= window.innerHeight + 1")
    page.context.close()
