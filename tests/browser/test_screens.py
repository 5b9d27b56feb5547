"""The main pages as people see them: both languages, desk and telephone, light and dark."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import groupby

import pytest
from playwright.sync_api import Browser, Page, Response

from tests.browser.axe import violations
from tests.browser.town import DESK, TELEPHONE, Town

pytestmark = pytest.mark.browser

PAGES: tuple[tuple[str, str], ...] = (
    ("", "/login"),
    ("chuangkou", "/"),
    ("chuangkou", "/projects"),
    ("chuangkou", "/projects/new"),
    ("chuangkou", "/projects/{collecting}"),
    ("chuangkou", "/projects/{collecting}/transfer"),
    ("chuangkou", "/projects/{collecting}/transfer/lists/{faulty}"),
    ("chuangkou", "/projects/{received}/procedure"),
    ("chuangkou", "/overdue"),
    ("zhulu", "/catalogue"),
    ("zhulu", "/catalogue/tree"),
    ("zhulu", "/catalogue/volumes/1"),
    ("zhulu", "/catalogue/items/1"),
    ("zhulu", "/organisations"),
    ("zhulu", "/search/saved"),
    ("zhulu", "/search/history"),
    ("zhulu", "/search/saved/new?q=图"),
    ("zhulu", "/reference/deadlines"),
    ("kufang", "/accession-register"),
    ("secadmin", "/accounts/4"),
    ("auditadmin", "/audit"),
)
"""Who looks at what."""
ENGLISH_WORDS = re.compile(r"[A-Za-z]{2,}(?: [A-Za-z]{2,})+")
CHINESE = re.compile("[\u4e00-\u9fff]+")
SAID_BY_THE_FRAME = ".side-nav, .pager-links, th, label, legend, button, .stat-label, caption"
"""What never holds data."""
OURS = re.compile("城档?|中文")
"""Chinese that stays in English pages: the product's name, and the way to the other language."""


@contextmanager
def watched(page: Page, address: str) -> Iterator[None]:
    """Whatever the browser complains about, and every request to anybody else, fails the test."""
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda asked: complaints.append(asked.url) if _is_elsewhere(asked.url, address) else None)
    yield
    assert complaints == []


def _is_elsewhere(url: str, address: str) -> bool:
    return not url.startswith((address, "data:", "blob:"))


def untranslated(page: Page, language: str) -> list[str]:
    """Words in the wrong language: whole sentences in Chinese pages, the frame's own labels in English ones."""
    if language == "en":
        said = "\n".join(page.locator(SAID_BY_THE_FRAME).all_inner_texts())
        return CHINESE.findall(OURS.sub("", _without_typed(page, said)))
    return ENGLISH_WORDS.findall(_without_typed(page, page.locator("body").inner_text()))


def _without_typed(page: Page, text: str) -> str:
    """What people typed is in no language of ours."""
    for typed in sorted(page.locator("[translate=no]").all_inner_texts(), key=len, reverse=True):
        text = text.replace(typed, "")
    return text


def faults(page: Page, path: str, language: str, has_axe: bool) -> list[str]:
    """What is wrong with one page, each fault with the page's address."""
    answer: Response | None = page.goto(path)
    found = [] if answer and answer.ok else [f"answers {answer.status if answer else 'nothing'}"]
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        found.append("is wider than the screen")
    found += [f"says {words}" for words in untranslated(page, language)]
    found += violations(page) if has_axe else []
    return [f"{path} {fault}" for fault in found]


@pytest.fixture(scope="module")
def places(open_town: Town) -> Mapping[str, str]:
    """What stands in for the names in the paths."""
    return {**open_town.codes, "faulty": str(open_town.faulty_list)}


@pytest.mark.parametrize("is_dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [DESK, TELEPHONE])
@pytest.mark.parametrize("language", ["zh_Hans_CN", "en"])
def test_pages_fit_the_screen_in_their_own_language_and_are_accessible(
    chromium: Browser, open_town: Town, places: Mapping[str, str], language: str, width: int, is_dark: bool
) -> None:
    found: list[str] = []
    for login, pages in groupby(PAGES, key=lambda one: one[0]):
        context = open_town.context(chromium, login, language, width, is_dark)
        page = context.new_page()
        with watched(page, open_town.address):
            for _, path in pages:
                found += faults(page, path.format_map(places), language, has_axe=language == "zh_Hans_CN")
        context.close()
    assert found == []
