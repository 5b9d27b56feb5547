"""Pages: their time with a large catalogue beside their time with a small one, and their SQL statements."""

import statistics
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from types import TracebackType

from flask.testing import FlaskClient
from sqlalchemy import event, func, select

from archives.accounts import service as accounts
from archives.accounts.drafts import AccountDraft
from archives.app import create_app
from archives.catalogue.models import Item, Volume
from archives.core.actors import Role
from archives.web.guard import TOKEN
from bench.harness import Result
from bench.instances import OPERATOR, Instance, scratch_instance

SMALL = 10_000
LARGE = {"S": 100_000, "M": 1_000_000}
VOLUMES_EACH = 1_000
"""Volumes of one project; the first project of each instance is the one whose pages are opened."""
PAGE = 60
"""Projects without volumes in both instances, so that a page of their list is full in either."""
REPEATS = 15
SLOWER = 1.3
MOST_STATEMENTS = 15
ROLES = (Role.CATALOGUER, Role.CLIENT)


@dataclass(frozen=True, slots=True)
class Site:
    """An instance with signed-in browsers, by role."""

    instance: Instance
    items: int
    browsers: dict[Role, FlaskClient]


def measure(size: str) -> Iterator[Result]:
    """The section `pages`."""
    with ExitStack() as stack:
        small = site(stack.enter_context(scratch_instance()), SMALL)
        large = site(stack.enter_context(scratch_instance()), LARGE[size])
        for role in ROLES:
            for name, path in _paths(large).items():
                yield from _compare(role, name, path, small, large)


def site(instance: Instance, items: int) -> Site:
    """An instance filled with so many items, about, and browsers signed in."""
    projects = [f"P{number:03d}" for number in range(max(items // (VOLUMES_EACH * 15 // 2), 1))]
    instance.add_projects(*projects, *(f"Q{number:03d}" for number in range(PAGE)))
    for code in projects:
        instance.fill(code, VOLUMES_EACH)
    with instance.backend.reading() as session:
        filled = session.scalar(select(func.count(Item.id))) or 0
    app = create_app(instance.settings, instance.backend)
    return Site(instance, filled, {role: browser_as(instance, app.test_client(), role) for role in ROLES})


def browser_as(instance: Instance, browser: FlaskClient, role: Role) -> FlaskClient:
    """Signed in; the client's person belongs to the client of the first project, which has as much in both sizes."""
    with instance.backend.writing() as session:
        account = accounts.create(session, OPERATOR, AccountDraft(login=role.value, name=role.value))
        if role is Role.CLIENT:
            account.organisation_id = 1
        accounts.assign_roles(session, OPERATOR, account, [role], 4)
        token = accounts.begin_session(session, instance.settings, account)
    with browser.session_transaction() as cookie:
        cookie[TOKEN] = token
    return browser


def _paths(site: Site) -> dict[str, str]:
    with site.instance.backend.reading() as session:
        volume = session.scalar(select(func.min(Volume.id)))
        item = session.scalar(select(func.min(Item.id)))
    return {
        "volumes": "/catalogue",
        "volumes of a class": "/catalogue?class_code=I",
        "items": "/catalogue/items",
        "tree of a project": "/catalogue/tree",
        "volume": f"/catalogue/volumes/{volume}",
        "item": f"/catalogue/items/{item}",
        "projects": "/projects",
        "project": "/projects/P000",
        "transfer": "/projects/P000/transfer",
        "home": "/",
    }


def _compare(role: Role, name: str, path: str, small: Site, large: Site) -> Iterator[Result]:
    quick, slow = [], []
    for _ in range(REPEATS):
        quick.append(_seconds(small.browsers[role], path))
        slow.append(_seconds(large.browsers[role], path))
    here, there = statistics.median(quick[1:]), statistics.median(slow[1:])
    label = f"{name} as {role.value}"
    yield Result("pages", f"{label}, {large.items} items", there * 1000, "ms", there / here, SLOWER)
    statements = _statements(large, role, path)
    yield Result("pages", f"{label}: SQL statements", statements, "statements", statements / MOST_STATEMENTS, 1.0)


def _seconds(browser: FlaskClient, path: str) -> float:
    begun = time.perf_counter()
    answer = browser.get(path)
    seconds = time.perf_counter() - begun
    if answer.status_code != 200:
        raise ValueError(f"{path}: {answer.status}")
    return seconds


class _Counter:
    """Counts the statements of an engine while it stands."""

    def __init__(self, site: Site) -> None:
        self.engine = site.instance.backend.engine
        self.count = 0

    def __enter__(self) -> "_Counter":
        event.listen(self.engine, "before_cursor_execute", self._note)
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _: TracebackType | None
    ) -> None:
        event.remove(self.engine, "before_cursor_execute", self._note)

    def _note(self, *_: object) -> None:
        self.count += 1


def _statements(site: Site, role: Role, path: str) -> int:
    with _Counter(site) as counter:
        site.browsers[role].get(path)
    return counter.count
