"""The page of hits over HTTP beside the search that it shows, on the index of real records."""

import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial
from urllib.parse import quote

from flask.testing import FlaskClient

from archives.core.actors import Actor, Role
from archives.discovery.asking import Search, Wish
from archives.discovery.engines import index_of
from archives.discovery.words import words_of
from bench.harness import Result
from bench.instances import Instance, scratch_instance
from bench.pages import LARGE, site

SECTION = "search page"
READER = Actor("account", "bench", 1, frozenset({Role.CATALOGUER}), None, 4)
MOST_MORE_MS = 15.0
REPEATS = 9
TYPED = (
    "图",
    "竣工图",
    "监理 验收",
    "道路 OR 桥梁",
    "题名:平面图",
    "竣工图 NOT 结构",
    "P001",
    "类型:案卷",
    "示例建设单位",
)
KINDS = ("", "item")


def measure(size: str) -> Iterator[Result]:
    """The section `search page`: each query with all kinds together, and with items alone."""
    with scratch_instance() as instance:
        browser = _filled(instance, LARGE[size])
        for kind in KINDS:
            pages, searches = zip(*(_both(instance, browser, Wish(typed, kind)) for typed in TYPED), strict=True)
            page, search = statistics.median(pages), statistics.median(searches)
            slowest = max(more - less for more, less in zip(pages, searches, strict=True))
            of = f"{LARGE[size]} items, {kind or 'all kinds'}"
            yield Result(SECTION, f"the search itself, {of}", search, "ms")
            yield Result(SECTION, f"the page, {of}", page, "ms")
            yield Result(
                SECTION, f"most that a page takes beyond its search, {of}", slowest, "ms", slowest / MOST_MORE_MS, 1.0
            )


def _filled(instance: Instance, items: int) -> FlaskClient:
    return site(instance, items).browsers[Role.CATALOGUER]


def _both(instance: Instance, browser: FlaskClient, wish: Wish) -> tuple[float, float]:
    """The page and the search, one after the other each time, in milliseconds."""
    address = f"/search?q={quote(wish.typed)}&kind={wish.kind}&order=relevance"
    pages, searches = [], []
    for _ in range(REPEATS):
        pages.append(_milliseconds(partial(_get, browser, address)))
        searches.append(_milliseconds(partial(_ask, instance, wish)))
    return statistics.median(pages[1:]), statistics.median(searches[1:])


def _get(browser: FlaskClient, address: str) -> None:
    answer = browser.get(address)
    if answer.status_code != 200:
        raise ValueError(f"{address}: {answer.status}")


def _ask(instance: Instance, wish: Wish) -> None:
    """What the page asks of the index: the answer, the groups, the places."""
    with instance.backend.reading() as session:
        search = Search(session, READER, index_of(session, instance.settings), words_of(session))
        if search.answer(wish, grouped=True).result.total:
            search.places(wish)


def _milliseconds(act: Callable[[], None]) -> float:
    begun = time.perf_counter()
    act()
    return (time.perf_counter() - begun) * 1000
