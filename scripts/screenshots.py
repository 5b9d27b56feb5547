"""Pictures of the pages, of the demonstration city: all of them for whoever looks the pages over, a few for the guides.

Starts the application on a free port and signs in as the people of the demonstration. Says which pages are wider than
their screen, and what the browser complained about.
"""

import argparse
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, BrowserContext, Page, StorageState, expect, sync_playwright

from archives.config import Settings, load_settings
from archives.core.backend import open_backend
from archives.core.language import LANGUAGES
from scripts.pictures import paper_picture, shrunk
from scripts.shots import GUIDE_SHOTS, SCHEMES, SHOTS, Look, Shot, examples

ROOT = Path(__file__).resolve().parent.parent
REVIEWED, GUIDES = ROOT / "build" / "screenshots", ROOT / "docs" / "pictures"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-background-networking", "--force-color-profile=srgb"]
LOOKS = tuple(
    Look(language, width, height, scheme)
    for language, (width, height), scheme in product(LANGUAGES, ((1440, 900), (390, 844)), SCHEMES)
)
PATIENCE = 60.0
"""Seconds until the server must answer."""


def main() -> int:
    """Take the pictures; 1 if a page was not sound."""
    wanted = _arguments()
    settings = load_settings()
    with open_backend(settings).reading() as session:
        places = examples(session)
    with served(settings) as address, chromium() as browser:
        studio = Studio(browser, address, accounts(settings), places)
        if not wanted.guides_only:
            shots = [shot for shot in SHOTS if not wanted.pages or shot.name in wanted.pages]
            studio.review(shots, [look for look in LOOKS if not wanted.look or str(look) in wanted.look])
        if not wanted.pages and not wanted.look:
            studio.illustrate([shot for shot in GUIDE_SHOTS if not wanted.guide or shot.name in wanted.guide])
    for remark in studio.remarks:
        print(remark)
    return 1 if studio.remarks else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", nargs="*", help="only these pages, by name; no pictures for the guides")
    parser.add_argument(
        "--look", action="append", choices=[str(look) for look in LOOKS], help="only so; may be repeated"
    )
    parser.add_argument("--guide", action="append", help="of the guides' pictures only this; may be repeated")
    parser.add_argument("--guides-only", action="store_true", help="only the pictures that the guides show")
    return parser.parse_args()


def accounts(settings: Settings) -> dict[str, str]:
    """The demonstration's people: login and password."""
    listed = settings.data / "demonstration-accounts.txt"
    words = (line.split() for line in listed.read_text(encoding="utf-8").splitlines())
    return {login: password for login, password, *_ in filter(None, words)}


@contextmanager
def served(settings: Settings) -> Iterator[str]:
    """The application on a free port, without workers; gives its address."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port = asked.getsockname()[1]
    environment = os.environ | {
        "CHENGDANG_DATA": str(settings.data),
        "CHENGDANG_PORT": str(port),
        "CHENGDANG_WORKERS": "0",
    }
    server = subprocess.Popen([sys.executable, "-m", "archives.cli", "serve"], env=environment, cwd=ROOT)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/login")
        yield address
    finally:
        server.terminate()
        server.wait()


def _wait_for(address: str) -> None:
    latest = time.monotonic() + PATIENCE
    while True:
        try:
            with urlopen(address, timeout=PATIENCE):  # noqa: S310  # our own address
                return
        except URLError:
            if time.monotonic() > latest:
                raise
            time.sleep(0.2)


@contextmanager
def chromium() -> Iterator[Browser]:
    """The machine's own browser; nothing is downloaded."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield browser
        browser.close()


class Studio:
    """Takes pictures in everybody's name, and notes what is wrong with them."""

    def __init__(self, browser: Browser, address: str, people: Mapping[str, str], places: Mapping[str, str]) -> None:
        self.remarks: list[str] = []
        self._browser = browser
        self._address = address
        self._people = people
        self._places = places
        self._sessions: dict[str, StorageState] = {}

    def review(self, shots: Sequence[Shot], looks: Sequence[Look]) -> None:
        """Every page in both languages, on a desk and on a telephone, in light and in dark, as far as asked for."""
        REVIEWED.mkdir(parents=True, exist_ok=True)
        for login in dict.fromkeys(shot.login for shot in shots):
            mine = [shot for shot in shots if shot.login == login]
            for look in looks:
                self._series(login, look, mine)

    def _series(self, login: str, look: Look, shots: Sequence[Shot]) -> None:
        context = self._opened(login, look)
        page = context.new_page()
        for shot in shots:
            if self._shown(page, shot, look):
                self._look_over(page, f"{shot.name} {look}")
                page.screenshot(path=REVIEWED / f"{shot.name}-{look}.png", full_page=True)
        context.close()

    def illustrate(self, shots: Sequence[Shot]) -> None:
        """The pictures of the guides."""
        GUIDES.mkdir(parents=True, exist_ok=True)
        for shot in shots:
            context = self._opened(shot.login, shot.look)
            picture = self._paper(context, shot) if shot.paper else self._screen(context, shot)
            if picture:
                (GUIDES / f"{shot.name}.png").write_bytes(shrunk(picture))
            context.close()

    def _paper(self, context: BrowserContext, shot: Shot) -> bytes:
        return paper_picture(context.request.get(self._address + shot.path.format_map(self._places)).body())

    def _screen(self, context: BrowserContext, shot: Shot) -> bytes | None:
        page = context.new_page()
        return page.screenshot() if self._shown(page, shot, shot.look) else None

    def _opened(self, login: str, look: Look) -> BrowserContext:
        if login and login not in self._sessions:
            self._sessions[login] = self._signed_in(login)
        context = self._browser.new_context(
            viewport={"width": look.width, "height": look.height},
            color_scheme=look.scheme,
            storage_state=self._sessions.get(login),
        )
        context.add_cookies([{"name": "language", "value": look.language, "url": self._address}])
        return context

    def _signed_in(self, login: str) -> StorageState:
        context = self._browser.new_context()
        page = context.new_page()
        page.goto(f"{self._address}/login")
        page.fill("input[name=login]", login)
        page.fill("input[name=password]", self._people[login])
        page.press("input[name=password]", "Enter")
        page.wait_for_url(lambda url: "/login" not in url)
        state = context.storage_state()
        context.close()
        return state

    def _shown(self, page: Page, shot: Shot, look: Look) -> bool:
        """Open the page and do what the picture needs; False, and a remark, if that is not possible."""
        try:
            path = shot.path.format_map(self._places)
        except KeyError as missing:
            self.remarks.append(f"{shot.name}: the city has no {missing}")
            return False
        answer = page.goto(self._address + path)
        page.wait_for_load_state("networkidle")
        if answer is None or answer.status != shot.status:
            self.remarks.append(f"{shot.name} {look}: {path} answers {answer.status if answer else 'nothing'}")
            return False
        for selector in shot.presses:
            page.locator(selector).first.click()
            expect(page.locator(".is-waiting:visible")).to_have_count(0)
        return True

    def _look_over(self, page: Page, name: str) -> None:
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        if wide > 0:
            self.remarks.append(f"{name}: {wide} px wider than the screen")


if __name__ == "__main__":
    sys.exit(main())
