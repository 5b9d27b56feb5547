"""The archives' main job by keyboard alone: from the door to an item in the catalogue, by way of a faulty list."""

from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any

import pytest
from playwright.sync_api import Browser, FilePayload, Locator, Page, expect

from archives.catalogue.columns import TEMPLATE_ITEM_COLUMNS, TEMPLATE_VOLUME_COLUMNS
from archives.core.sheets.write import Table, write_table
from tests.browser.town import Town

pytestmark = pytest.mark.browser

NAME, CLIENT = "云川键盘示例小学", "云川示例城投有限公司"
VOLUME, ITEM = "云川键盘示例小学开工审批文件", "建设工程规划许可证"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
VOLUMES: Sequence[dict[str, Any]] = (
    {"volume_no": "1", "title": VOLUME, "text_pages": 12, "retention": "永久", "secrecy": "公开"},
    {
        "volume_no": "2",
        "title": "云川键盘示例小学竣工图",
        "drawing_sheets": 4,
        "retention": "永久",
        "secrecy": "内部",
    },
)
ITEMS: Sequence[dict[str, Any]] = (
    {"volume_no": "1", "sequence": 1, "title": ITEM, "formed_on": "2011-03-01", "page_from": 1, "page_to": 12},
    {"volume_no": "2", "sequence": 1, "title": "建筑竣工图", "formed_on": "2012-09-01", "page_from": 1, "page_to": 4},
)
FAULTY = ({**VOLUMES[0], "title": "=1+1", "start_date": "2013-13-01"}, {**VOLUMES[1], "retention": "一万年"})
MOST_STOPS = 120


@pytest.fixture
def page(chromium: Browser, open_town: Town) -> Iterator[Page]:
    """A browser at the door, in which nobody is signed in and no mouse is touched."""
    context = open_town.context(chromium, "")
    yield context.new_page()
    context.close()


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until the focus is there."""
    expect(wanted).to_be_visible()
    for _ in range(MOST_STOPS):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {wanted}")


def press(page: Page, role: Any, name: str) -> None:
    """Go to a link or a button on the page and press Enter."""
    tab_to(page, page.locator("main").get_by_role(role, name=name, exact=True).first)
    page.keyboard.press("Enter")


def enter(page: Page, field: str, text: str) -> None:
    """Go to a field and type."""
    tab_to(page, page.locator(f"#field-{field}"))
    page.keyboard.type(text)


def choose(page: Page, field: str, value: str) -> None:
    """Go to a list and walk down to a value."""
    control = page.locator(f"#field-{field}")
    tab_to(page, control)
    for _ in range(MOST_STOPS):
        if control.input_value() == value:
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"{field} does not offer {value}")


def title(page: Page, text: str) -> None:
    """Wait for the page of that title."""
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def bring(page: Page, name: str, volumes: Sequence[dict[str, Any]], items: Sequence[dict[str, Any]]) -> None:
    """Choose a workbook and have it checked."""
    content = BytesIO()
    write_table(
        content, Table("案卷目录", TEMPLATE_VOLUME_COLUMNS, volumes), Table("卷内目录", TEMPLATE_ITEM_COLUMNS, items)
    )
    tab_to(page, page.locator("#field-list"))
    page.locator("#field-list").set_input_files(FilePayload(name=name, mimeType=WORKBOOK, buffer=content.getvalue()))
    press(page, "button", "检查目录")
    title(page, name)


def test_a_list_goes_from_the_counter_to_the_catalogue(page: Page, open_town: Town) -> None:
    _sign_in(page, open_town)
    _register_a_project(page)
    press(page, "link", "档案移交")
    title(page, f"档案移交 · {NAME}")
    _read_the_faults(page)
    press(page, "link", "档案移交")
    title(page, f"档案移交 · {NAME}")
    _take_the_corrected_list_in(page)
    _find_the_item(page)


def _sign_in(page: Page, town: Town) -> None:
    page.goto("/")
    enter(page, "login", "chuangkou")
    enter(page, "password", town.passwords["chuangkou"])
    page.keyboard.press("Enter")
    title(page, "工作台")


def _register_a_project(page: Page) -> None:
    page.keyboard.press("g")
    page.keyboard.press("p")
    title(page, "工程项目")
    press(page, "link", "登记项目")
    title(page, "登记项目")
    enter(page, "name", NAME)
    choose(page, "works_type", "building")
    enter(page, "client", CLIENT)
    enter(page, "address", "云东区示例大道1号")
    press(page, "button", "登记项目")
    title(page, NAME)


def _read_the_faults(page: Page) -> None:
    bring(page, "初稿.xlsx", FAULTY, ())
    faults = page.locator("table.problems tbody")
    for row, code in (("2", "title.formula"), ("2", "start_date.no_such_day"), ("3", "retention.unknown")):
        expect(faults.locator("tr", has_text=code).locator("td.is-number")).to_have_text(row)
    tab_to(page, page.get_by_role("region", name="错误与提示"))  # a long table is read by scrolling with the arrows
    expect(page.get_by_role("button", name="收入整份目录")).to_have_count(0)


def _take_the_corrected_list_in(page: Page) -> None:
    bring(page, "改正稿.xlsx", VOLUMES, ITEMS)
    expect(page.get_by_text("全部行合格。")).to_be_visible()
    press(page, "button", "收入整份目录")
    expect(page.locator(".job.is-done")).to_be_visible(timeout=20_000)
    press(page, "link", "查看结果")
    expect(page.locator(".page-subtitle .badge")).to_have_text("已收入")


def _find_the_item(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type(VOLUME)
    page.keyboard.press("Enter")
    expect(page.locator("[data-rows] > li").first).to_contain_text(VOLUME)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(VOLUME)
    press(page, "link", ITEM)
    expect(page.get_by_role("heading", level=1)).to_contain_text(ITEM)
