"""A real Chromium for the tests that look at pages; they are skipped where the machine has none."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.town import Town, town
from tests.databases import EmbeddedDatabases

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-background-networking"]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's own browser; nothing is downloaded."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip("there is no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def open_town(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A town that all tests of the real application share; each works on projects of its own."""
    assert chromium.is_connected()
    settings = EmbeddedDatabases(tmp_path_factory.mktemp("template")).fresh(tmp_path_factory.mktemp("town") / "var")
    with town(settings) as opened:
        yield opened
