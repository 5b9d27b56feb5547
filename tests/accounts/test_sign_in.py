"""Signing in and out through the pages, with CSRF on."""


import pytest

from archives.accounts import service
from archives.accounts.drafts import AccountDraft
from archives.config import Settings
from archives.core.actors import Actor, Role
from archives.core.backend import Backend
from tests.visitors import Visitor

PASSWORD = "长城脚下的档案馆 1988"


@pytest.fixture
def person(backend: Backend, settings: Settings, operator: Actor) -> str:
    """The login of a counter clerk with PASSWORD."""
    with backend.writing() as session:
        account = service.create(session, operator, AccountDraft(login="Wang.Fang", name="王芳"))
        service.assign_roles(session, operator, account, {Role.COUNTER}, 1)
        service.use_link(session, settings, service.issue_link(session, operator, account), PASSWORD)
    return "wang.fang"


def test_a_person_logs_in_sees_a_page_and_logs_out(client: Visitor, person: str) -> None:
    assert client.get("/account").location.startswith("/login?next=")
    entered = client.log_in(person, PASSWORD)
    assert (entered.status_code, entered.location) == (303, "/")
    assert client.get("/account").status_code == 200
    assert client.send("/logout").status_code == 303
    assert client.get("/account").status_code == 302
