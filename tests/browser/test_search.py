"""Search in a real browser by keyboard alone: ask, walk to a hit or a facet, open it, come back."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from search.pinyin import initials
from tests.browser.test_main_job import choose, enter, press, tab_to
from tests.browser.test_screens import faults, watched
from tests.browser.town import DESK, TELEPHONE, Town

pytestmark = pytest.mark.browser

WORD, COMMON, MISSING = "竣工图", "记录", "火箭发射"
CLIENT, MISSPELLED = "云川示例城投有限公司", "云川示例城投有限工司"
ASKED = (
    f"/search?q={WORD}",
    f"/search?q={WORD}&kind=volume&order=newest",
    f"/search?q={CLIENT}&window=-180,-90,180,90",
    f"/search?q={WORD}+(",
    f"/search?q={MISSPELLED}",
    f"/search?q={WORD}+{MISSING}&kind=volume&year=2001",
    "/search?q=",
    f"/search?q={WORD}&kind=item&columns=code,title,client,formed,secrecy",
    "/search/advanced",
    "/search/language",
)
"""Every kind, one kind, a map, a hint, names that are meant, ways to loosen, nothing asked, a table, a form, a page of
explanation."""


@contextmanager
def reading(town: Town, browser: Browser, language: str = "zh_Hans_CN", width: int = DESK) -> Iterator[Page]:
    """The cataloguer's browser; what it complains about fails the test."""
    context = town.context(browser, "zhulu", language, width)
    page = context.new_page()
    with watched(page, town.address):
        yield page
    context.close()


@pytest.fixture
def page(chromium: Browser, open_town: Town) -> Iterator[Page]:
    """In Chinese on a desk, at home."""
    with reading(open_town, chromium) as opened:
        opened.goto("/")
        yield opened


def ask(page: Page, words: str) -> None:
    """From whatever page: / goes to the box, whose old words make room for the new."""
    before = page.url
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.type(words)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: address != before)


def follow(page: Page, link: Locator) -> None:
    """Walk to a link and press Enter; it leads to another page."""
    tab_to(page, link)
    address = link.get_attribute("href")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{address}")


def said(page: Page) -> Locator:
    """Where the page says how many hits there are."""
    return page.locator("p[role=status]")


def count(page: Page) -> int:
    """How many hits there are."""
    return int(re.sub(r"\D", "", said(page).inner_text()))


def title(page: Page) -> Locator:
    """The head of the page."""
    return page.get_by_role("heading", level=1)


@pytest.mark.parametrize("start", ["/", "/catalogue", "/organisations", "/search/language"])
def test_a_word_leads_from_any_page_to_a_record_and_back(page: Page, start: str) -> None:
    page.goto(start)
    ask(page, WORD)
    expect(title(page)).to_have_text("查询")
    found = page.locator(".hit-title a").first
    expect(found.locator("mark").first).to_have_text(WORD)
    name = found.inner_text()
    follow(page, found)
    expect(title(page)).to_contain_text(name)
    page.go_back()
    expect(found).to_have_text(name)
    expect(page.locator("#search")).to_have_value(WORD)


def test_the_next_question_replaces_the_one_before(page: Page) -> None:
    ask(page, WORD)
    ask(page, CLIENT)
    expect(page.locator("#search")).to_have_value(CLIENT)
    expect(page.locator(".hit-title", has_text=CLIENT)).to_have_count(1)


def test_a_facet_narrows_and_widens_again(page: Page) -> None:
    ask(page, WORD)
    everything = count(page)
    value = page.locator("#facets a").first
    expected = int(value.locator(".facet-count").inner_text().replace(",", ""))
    follow(page, value)
    assert count(page) == expected
    expect(value).to_have_attribute("aria-current", "true")
    follow(page, value)
    assert count(page) == everything


def test_a_kind_is_chosen_ordered_and_leafed_through(page: Page) -> None:
    ask(page, COMMON)
    follow(page, page.locator("main").get_by_role("link", name=re.compile("^文件")))
    expect(page.locator(".hit")).to_have_count(20)
    follow(page, page.get_by_role("link", name="最早在前"))
    first = page.locator(".hit").first.inner_text()
    follow(page, page.locator(".pager-links a").last)
    assert page.locator(".hit").first.inner_text() != first
    assert count(page) > 20


def test_the_form_writes_the_query_and_its_hits_are_walked_as_a_table(page: Page) -> None:
    page.goto("/search/advanced")
    enter(page, "title", WORD)
    choose(page, "kind", "item")
    press(page, "button", "查询")
    page.wait_for_url("**/search?q=*")
    expect(page.locator("#search")).to_have_value(re.compile(f"题名:{WORD}"))
    follow(page, page.locator("main").get_by_role("link", name=re.compile("^文件")))
    follow(page, page.get_by_role("link", name="表", exact=True))
    page.keyboard.press("j")
    expect(page.locator("tr.is-current")).to_contain_text(WORD)
    page.keyboard.press("Enter")
    expect(title(page)).to_contain_text(WORD)


def test_the_window_of_the_map_narrows(page: Page) -> None:
    ask(page, CLIENT)
    tab_to(page, page.locator(".search-map summary"))
    page.keyboard.press("Enter")
    expect(page.locator("#window")).not_to_have_value("")
    tab_to(page, page.locator(".search-window button"))
    page.keyboard.press("Enter")
    page.wait_for_url("**&window=*")
    expect(page.locator(".hit").first).to_be_visible()
    follow(page, page.locator(".search-window a"))
    expect(page.locator(".hit-title", has_text=CLIENT)).to_have_count(1)


def test_a_whole_code_goes_straight_to_its_record_in_english(page: Page, open_town: Town) -> None:
    code = open_town.codes["accessioned"]
    tab_to(page, page.get_by_role("link", name="English"))
    page.keyboard.press("Enter")
    expect(title(page)).to_have_text("Home")
    ask(page, code)
    page.wait_for_url(f"**/projects/{code}")


def test_the_language_of_questions_is_english_too(page: Page) -> None:
    page.context.add_cookies([{"name": "language", "value": "en", "url": page.url}])
    page.reload()
    ask(page, f"kind:volume title:{WORD} NOT secrecy:internal")
    expect(title(page)).to_have_text("Search")
    expect(said(page)).to_contain_text("hit")
    found = page.locator(".hit-title a").first
    name = found.inner_text()
    follow(page, found)
    expect(title(page)).to_contain_text(name)
    page.go_back()
    expect(found).to_have_text(name)


def test_two_letters_suggest_names_by_their_pinyin(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("yc")
    offered = page.locator("#search-names option")
    expect(offered.first).to_have_attribute("value", re.compile("^云川"))
    names = offered.evaluate_all("options => options.map(option => option.value)")
    assert names == [name for name in names if initials(name).startswith("yc")]


def test_a_lone_bracket_is_said_and_the_words_are_found_anyway(page: Page) -> None:
    ask(page, WORD)
    everything = count(page)
    ask(page, f"{WORD} (")
    expect(page.locator("main .notice")).to_contain_text("括号")
    assert count(page) == everything


def test_an_empty_answer_says_which_word_has_no_hit(page: Page) -> None:
    ask(page, f"{WORD} {MISSING}")
    said = page.locator(".search-help")
    expect(said).to_have_count(1)
    expect(said).to_contain_text(MISSING)
    expect(said).not_to_contain_text(WORD)


def test_a_misspelled_name_leads_to_the_name(page: Page) -> None:
    ask(page, MISSPELLED)
    expect(page.locator(".search-help").first).to_contain_text(MISSPELLED)
    follow(page, page.locator(".search-help").get_by_role("link", name=CLIENT, exact=True))
    expect(page.locator(".hit-title", has_text=CLIENT)).to_have_count(1)


def test_what_was_chosen_can_be_given_up_where_nothing_is_left(page: Page) -> None:
    page.goto(f"/search?q={WORD}&kind=volume&year=2001")
    follow(page, page.get_by_role("link", name="2001"))
    expect(page.locator(".hit").first).to_be_visible()


@pytest.mark.parametrize("width", [DESK, TELEPHONE])
@pytest.mark.parametrize("language", ["zh_Hans_CN", "en"])
def test_every_answer_fits_the_screen_in_its_own_language_and_is_accessible(
    chromium: Browser, open_town: Town, language: str, width: int
) -> None:
    with reading(open_town, chromium, language, width) as page:
        assert [fault for path in ASKED for fault in faults(page, path, language, has_axe=True)] == []
