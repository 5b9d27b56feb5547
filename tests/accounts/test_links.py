"""One-time links: used once, within a day, and the way in for the first administrators."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from archives.accounts import service
from archives.accounts.drafts import AccountDraft
from archives.accounts.models import Account
from archives.config import Settings
from archives.core.actors import Actor, Role
from archives.core.backend import Backend
from archives.core.clock import stopped_at
from archives.core.errors import NotFoundError, RefusedError
from tests.visitors import SignInAs, Visitor

PASSWORD = "江水东流不复回 42"
START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@pytest.fixture
def account(session: Session, operator: Actor) -> Account:
    """A new account."""
    return service.create(session, operator, AccountDraft(login="clerk", name="clerk"))


@pytest.mark.parametrize(("hours", "usable"), [(0, True), (23.99, True), (24, False), (1000, False)])
def test_a_link_lasts_a_day(
    session: Session, settings: Settings, operator: Actor, account: Account, hours: float, usable: bool
) -> None:
    with stopped_at(START):
        token = service.issue_link(session, operator, account)
    with stopped_at(START + timedelta(hours=hours)):
        if usable:
            service.use_link(session, settings, token, PASSWORD)
            assert service.sign_in(session, settings, "clerk", PASSWORD)
        else:
            with pytest.raises(NotFoundError):
                service.use_link(session, settings, token, PASSWORD)
            assert account.password_hash is None


def test_a_link_is_used_once(session: Session, settings: Settings, operator: Actor, account: Account) -> None:
    token = service.issue_link(session, operator, account)
    service.use_link(session, settings, token, PASSWORD)
    with pytest.raises(NotFoundError):
        service.use_link(session, settings, token, "another password")


def test_a_refused_password_does_not_use_the_link(
    session: Session, settings: Settings, operator: Actor, account: Account
) -> None:
    token = service.issue_link(session, operator, account)
    with pytest.raises(RefusedError):
        service.use_link(session, settings, token, "1234567890")
    assert service.use_link(session, settings, token, PASSWORD) is account


def test_a_newer_link_ends_the_older(session: Session, settings: Settings, operator: Actor, account: Account) -> None:
    older = service.issue_link(session, operator, account)
    newer = service.issue_link(session, operator, account)
    with pytest.raises(NotFoundError):
        service.account_of_link(session, older)
    assert service.account_of_link(session, newer) is account


def test_a_link_unlocks_and_ends_sessions(
    session: Session, settings: Settings, operator: Actor, account: Account
) -> None:
    token = service.begin_session(session, settings, account)
    account.failed_logins, account.locked_until = 5, START + timedelta(days=10_000)
    service.use_link(session, settings, service.issue_link(session, operator, account), PASSWORD)
    session.flush()
    assert service.identify(session, token) is None
    assert service.sign_in(session, settings, "clerk", PASSWORD)


def test_a_person_sets_the_password_behind_the_link_and_logs_in(
    backend: Backend, session: Session, operator: Actor, account: Account, client: Visitor
) -> None:
    address = f"/link?token={service.issue_link(session, operator, account)}"
    session.commit()
    assert "clerk" in client.get(address).text
    unlike = client.send(address, {"new_password": PASSWORD, "repeat": "something else"})
    assert unlike.status_code == 422
    assert client.send(address, {"new_password": PASSWORD, "repeat": PASSWORD}).location == "/login"
    assert client.get(address).status_code == 404
    assert client.log_in("clerk", PASSWORD).status_code == 303


@pytest.mark.parametrize("token", ["", "x", "x" * 5000, "城"])
def test_an_invented_link_opens_nothing(client: Visitor, token: str) -> None:
    assert client.get("/link", query_string={"token": token}).status_code == 404
    assert client.send(f"/link?token={token}", {"new_password": PASSWORD, "repeat": PASSWORD}).status_code == 404


def test_the_security_administrator_shows_a_link_once(sign_in_as: SignInAs, client: Visitor) -> None:
    person = sign_in_as(Role.COUNTER)
    assert person.actor is not None
    security = sign_in_as(Role.SECURITY_ADMIN)
    shown = security.send(f"/accounts/{person.actor.account_id}/link")
    address = shown.text.partition('value="http://localhost')[2].partition('"')[0]
    assert client.send(address, {"new_password": PASSWORD, "repeat": PASSWORD}).status_code == 303
    assert person.get("/account").status_code == 302


def test_the_first_call_makes_three_administrators_and_the_second_nothing(
    session: Session, settings: Settings, operator: Actor
) -> None:
    links = service.bootstrap(session, settings, operator, "Director", PASSWORD)
    assert links.created
    assert set(links.tokens) == {"security-admin", "audit-admin"}
    roles = [service.account_of_link(session, token).role_set for token in links.tokens.values()]
    assert roles == [{Role.SECURITY_ADMIN}, {Role.AUDIT_ADMIN}]
    assert service.sign_in(session, settings, "director", PASSWORD)
    again = service.bootstrap(session, settings, operator, "somebody", PASSWORD)
    assert (again.created, again.tokens) == (False, {})


def test_without_a_password_the_system_administrator_gets_a_link_too(
    session: Session, settings: Settings, operator: Actor
) -> None:
    links = service.bootstrap(session, settings, operator, "director", None)
    assert list(links.tokens) == ["director", "security-admin", "audit-admin"]


@pytest.mark.parametrize(
    ("login", "password"), [("director", "short"), ("x", PASSWORD), ("audit-admin", PASSWORD), ("n" * 65, PASSWORD)]
)
def test_a_bad_first_administrator_is_refused(
    session: Session, settings: Settings, operator: Actor, login: str, password: str
) -> None:
    with pytest.raises(RefusedError):
        service.bootstrap(session, settings, operator, login, password)
