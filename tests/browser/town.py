"""A small invented town behind a real server, and people who come to it with a real browser."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from socket import socket
from threading import Thread

from playwright.sync_api import Browser, BrowserContext, Page, StorageState
from sqlalchemy import select

from archives.accession.models import TransferList
from archives.config import Settings
from archives.core.actors import local_operator
from archives.core.backend import open_backend
from archives.demo.city import build
from archives.demo.plots import Plot, Size
from archives.features import REGISTRY
from archives.projects.models import Project
from tests.web.gallery import ROOT

SIZE = Size(
    16,
    (
        Plot("guided", 3),
        Plot("received", 1, mode="pre"),
        Plot("collecting", 5, "road", turns=frozenset({"faulty_list"})),
        Plot("certified", 2, turns=frozenset({"files"})),
        Plot("accessioned", 30, "pipeline"),
        Plot("filed", 130, "road", turns=frozenset({"reminded"})),
    ),
)
"""A project for everybody's desk, and one that is late."""
DESK, TELEPHONE = 1440, 390


@dataclass(frozen=True, slots=True)
class Town:
    """Where the server answers, everybody's password, projects by state, clients by project, a faulty list."""

    address: str
    passwords: Mapping[str, str]
    codes: Mapping[str, str]
    clients: Mapping[str, str]
    faulty_list: int
    _signed_in: dict[str, StorageState] = field(default_factory=dict)

    def context(
        self, browser: Browser, login: str, language: str = "zh_Hans_CN", width: int = DESK, dark: bool = False
    ) -> BrowserContext:
        """A browser in which somebody is signed in already; nobody, if no login is given."""
        if login and login not in self._signed_in:
            self._signed_in[login] = self._sign_in(browser, login)
        context = browser.new_context(
            base_url=self.address,
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            storage_state=self._signed_in.get(login),
        )
        context.add_cookies([{"name": "language", "value": language, "url": self.address}])
        return context

    def _sign_in(self, browser: Browser, login: str) -> StorageState:
        context = browser.new_context(base_url=self.address)
        page = context.new_page()
        page.goto("/login")
        page.fill("#field-login", login)
        page.fill("#field-password", self.passwords[login])
        page.press("#field-password", "Enter")
        page.wait_for_url(f"{self.address}/")
        state = context.storage_state()
        context.close()
        return state


@contextmanager
def town(settings: Settings) -> Iterator[Town]:
    """Build the town in an empty instance and open it, as `chengdang serve` does, workers and all."""
    backend = open_backend(settings)
    logins, _ = build(backend, settings, REGISTRY, local_operator("test"), SIZE, lambda _done, _all: None)
    with backend.reading() as session:
        projects = session.scalars(select(Project)).all()
        codes = {project.state: project.code for project in projects}
        clients = {project.code: project.client.name for project in projects}
        faulty = session.scalars(select(TransferList.id).where(TransferList.refused > 0)).first() or 0
    backend.close()
    with served(settings) as address:
        yield Town(address, {one.person.login: one.password for one in logins}, codes, clients, faulty)


@contextmanager
def served(settings: Settings) -> Iterator[str]:
    """The real server on a free port, with its worker; gives its address."""
    with socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port = asked.getsockname()[1]
    environment = os.environ | {"CHENGDANG_DATA": str(settings.data), "CHENGDANG_PORT": str(port)}
    command = [sys.executable, "-m", "archives.cli", "serve"]
    with subprocess.Popen(command, env=environment, cwd=ROOT, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        said = next((line for line in server.stderr if "http://" in line), "")
        # What the server says later belongs to the test's own output; a full pipe would stop it.
        listening = Thread(target=sys.stderr.writelines, args=(server.stderr,))
        listening.start()
        try:
            yield re.findall(r"http://\S+", said)[0]
        finally:
            server.terminate()
            server.wait()
            listening.join()


@contextmanager
def at_desk(town: Town, browser: Browser, login: str) -> Iterator[Page]:
    """Somebody's page in Chinese on a desk."""
    context = town.context(browser, login)
    yield context.new_page()
    context.close()
