"""The office's time zone reaches every request, whichever thread answers it."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from zoneinfo import ZoneInfo

from archives.app import create_app
from archives.config import Settings
from archives.core.actors import Role
from archives.core.backend import Backend
from archives.core.clock import now
from tests.visitors import Visitor, signing_in


def test_a_request_in_another_thread_shows_the_office_s_time(settings: Settings, backend: Backend) -> None:
    zone = ZoneInfo("Pacific/Kiritimati")
    app = create_app(replace(settings, timezone=zone), backend)
    app.test_client_class = Visitor
    before = now().astimezone(zone)
    visitor = signing_in(app)(Role.COUNTER)
    after = now().astimezone(zone)
    with ThreadPoolExecutor(1) as pool:
        page = pool.submit(visitor.get, "/account").result().text
    assert any(f"{moment:%Y-%m-%d %H:%M}" in page for moment in (before, after))
