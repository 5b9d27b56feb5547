"""Signing in and out through the pages, with CSRF on."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from archives.accounts import passwords, service
from archives.accounts.drafts import AccountDraft
from archives.accounts.models import Account, AccountSession
from archives.config import Settings
from archives.core.actors import Actor, Role
from archives.core.backend import Backend
from archives.core.clock import stopped_at
from archives.web.application import Application
from tests.visitors import Visitor

PASSWORD = "长城脚下的档案馆 1988"
START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@pytest.fixture
def person(backend: Backend, settings: Settings, operator: Actor) -> str:
    """The login of a counter clerk with PASSWORD."""
    with backend.writing() as session:
        account = service.create(session, operator, AccountDraft(login="Wang.Fang", name="王芳"))
        service.assign_roles(session, operator, account, {Role.COUNTER}, 1)
        service.use_link(session, settings, service.issue_link(session, operator, account), PASSWORD)
    return "wang.fang"


@contextmanager
def minutes_later(minutes: float) -> Iterator[None]:
    with stopped_at(START + timedelta(minutes=minutes)):
        yield


def stored(backend: Backend, login: str) -> Account:
    with backend.reading() as session:
        return session.scalars(select(Account).where(Account.login == login)).one()


def test_a_person_logs_in_sees_a_page_and_logs_out(client: Visitor, person: str) -> None:
    assert client.get("/account").location.startswith("/login?next=")
    entered = client.log_in(person, PASSWORD)
    assert (entered.status_code, entered.location) == (303, "/")
    assert "王芳" in client.get("/account").text
    assert client.send("/logout").status_code == 303
    assert client.get("/account").status_code == 302


def test_a_login_is_the_same_in_upper_case(client: Visitor, person: str) -> None:
    assert client.log_in(person.upper(), PASSWORD).status_code == 303


def test_a_password_typed_with_full_width_digits_is_the_same_password(client: Visitor, person: str) -> None:
    assert client.log_in(person, PASSWORD.replace("1988", "１９８８")).status_code == 303


@pytest.mark.parametrize("path", ["/login", "/logout", "/link?token=x", "/account/password", "/account/sessions"])
def test_every_form_wants_its_token(client: Visitor, person: str, path: str) -> None:
    client.log_in(person, PASSWORD)
    assert client.post(path, data={"login": person, "password": PASSWORD}).status_code == 400


def test_the_reader_comes_to_the_page_that_was_wanted(client: Visitor, person: str) -> None:
    values = {"login": person, "password": PASSWORD, "next": "/account?x=1"}
    assert client.send("/login", values).location == "/account?x=1"


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org", "/\\example.org", "account"])
def test_the_reader_is_not_sent_to_another_site(client: Visitor, person: str, elsewhere: str) -> None:
    values = {"login": person, "password": PASSWORD, "next": elsewhere}
    assert client.send("/login", values).location == "/"


def test_the_session_cookie_is_kept_from_scripts_and_renewed_at_sign_in(client: Visitor, person: str) -> None:
    before = client.csrf()
    cookie = client.log_in(person, PASSWORD).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert client.post("/logout", data={"csrf_token": before}).status_code == 400


def test_an_unknown_login_and_a_wrong_password_read_the_same(client: Visitor, person: str) -> None:
    wrong, unknown = client.log_in(person, "not the password"), client.log_in("nobody", "not the password")
    assert (wrong.status_code, unknown.status_code) == (422, 422)
    assert _said(wrong.text, person) == _said(unknown.text, "nobody")


def _said(text: str, login: str) -> list[str]:
    return [line.replace(login, "…") for line in text.splitlines() if "csrf" not in line]


def test_an_unknown_login_costs_a_verification_too(
    client: Visitor, person: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified: list[str | None] = []
    fits = passwords.fits

    def counting(password_hash: str | None, password: str) -> bool:
        verified.append(password_hash)
        return fits(password_hash, password)

    monkeypatch.setattr(passwords, "fits", counting)
    client.log_in("nobody", PASSWORD)
    assert verified == [None]


R, W = PASSWORD, "wrong password"


@pytest.mark.parametrize(
    ("attempts", "entered"),
    [
        ([(0, W)] * 4 + [(0, R)], True),
        ([(0, W)] * 5 + [(0, R)], False),
        ([(0, W)] * 5 + [(14.9, R)], False),
        ([(0, W)] * 5 + [(15, R)], True),
        ([(0, W)] * 5 + [(10, W)] * 9 + [(15, R)], True),
        ([(0, W)] * 4 + [(0, R)] + [(1, W)] * 4 + [(1, R)], True),
        ([(0, W)] * 5 + [(15, W)] * 4 + [(15, R)], True),
        ([(0, W)] * 5 + [(15, W)] * 5 + [(15, R)], False),
    ],
)
def test_too_many_failures_lock_the_account_for_a_time(
    backend: Backend, settings: Settings, client: Visitor, person: str, attempts: list[tuple[float, str]], entered: bool
) -> None:
    answers = []
    for minutes, password in attempts:
        with minutes_later(minutes):
            answers.append(client.log_in(person, password).status_code)
    assert answers[-1] == (303 if entered else 422)


def test_a_failure_is_counted_though_the_request_fails(backend: Backend, client: Visitor, person: str) -> None:
    client.log_in(person, W)
    assert stored(backend, person).failed_logins == 1
    client.log_in(person, R)
    assert stored(backend, person).failed_logins == 0


@pytest.mark.parametrize(
    ("visits", "open_at_last"),
    [
        ([29], True),
        ([30], False),
        ([29, 58], True),
        ([29, 59], False),
        ([*range(25, 600, 25), 599], True),
        ([*range(25, 600, 25), 600], False),
    ],
)
def test_a_session_ends_when_idle_and_at_the_latest_after_ten_hours(
    client: Visitor, person: str, visits: list[float], open_at_last: bool
) -> None:
    with minutes_later(0):
        client.log_in(person, PASSWORD)
    statuses = []
    for minutes in visits:
        with minutes_later(minutes):
            statuses.append(client.get("/account").status_code)
    assert statuses[-1] == (200 if open_at_last else 302)


@pytest.mark.parametrize(("seconds", "noted"), [(59, False), (60, True)])
def test_use_is_noted_once_a_minute(backend: Backend, client: Visitor, person: str, seconds: int, noted: bool) -> None:
    with minutes_later(0):
        client.log_in(person, PASSWORD)
    with minutes_later(seconds / 60):
        client.get("/account")
    with backend.reading() as session:
        seen = session.scalars(select(AccountSession.seen_at)).one()
    assert seen == START + timedelta(seconds=seconds if noted else 0)


def test_a_post_notes_its_use_in_its_own_transaction(backend: Backend, client: Visitor, person: str) -> None:
    with minutes_later(0):
        client.log_in(person, PASSWORD)
    with minutes_later(5):
        assert client.send("/account/sessions").status_code == 303
    with backend.reading() as session:
        assert session.scalars(select(AccountSession.seen_at)).one() == START + timedelta(minutes=5)


def test_reading_goes_on_while_somebody_else_writes(
    backend: Backend, app: Application, client: Visitor, person: str
) -> None:
    with minutes_later(0):
        client.log_in(person, PASSWORD)
    with backend.writing() as writer:
        writer.add(Account(login="other", name="other", created_at=START, roles=[]))
        writer.flush()
        with minutes_later(0.5):
            assert client.get("/account").status_code == 200


def test_changing_the_password_ends_the_other_sessions(app: Application, client: Visitor, person: str) -> None:
    elsewhere = app.test_client()
    assert isinstance(elsewhere, Visitor)
    client.log_in(person, PASSWORD)
    elsewhere.log_in(person, PASSWORD)
    values = {"password": PASSWORD, "new_password": "江水东流不复回 42", "repeat": "江水东流不复回 42"}
    assert client.send("/account/password", values).status_code == 303
    assert client.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 302
    assert elsewhere.log_in(person, PASSWORD).status_code == 422
    assert elsewhere.log_in(person, "江水东流不复回 42").status_code == 303


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"password": "not it", "new_password": "a good long one", "repeat": "a good long one"}, "password"),
        ({"password": PASSWORD, "new_password": "a good long one", "repeat": "another one"}, "repeat"),
        ({"password": PASSWORD, "new_password": "short", "repeat": "short"}, "new_password"),
        ({}, "password"),
    ],
)
def test_a_refused_password_changes_nothing(client: Visitor, person: str, values: dict[str, str], field: str) -> None:
    client.log_in(person, PASSWORD)
    refused = client.send("/account/password", values)
    assert refused.status_code == 422
    assert f'href="#field-{field}"' in refused.text
    assert client.log_in(person, PASSWORD).status_code == 303


def test_signing_out_elsewhere_leaves_this_session(app: Application, client: Visitor, person: str) -> None:
    elsewhere = app.test_client()
    assert isinstance(elsewhere, Visitor)
    client.log_in(person, PASSWORD)
    elsewhere.log_in(person, PASSWORD)
    client.send("/account/sessions")
    assert (client.get("/account").status_code, elsewhere.get("/account").status_code) == (200, 302)


def test_an_outdated_hash_is_made_anew_at_sign_in(backend: Backend, client: Visitor, person: str) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    with backend.writing() as session:
        session.scalars(select(Account).where(Account.login == person)).one().password_hash = weak
    assert client.log_in(person, PASSWORD).status_code == 303
    assert not passwords.is_outdated(stored(backend, person).password_hash or "")
    assert client.log_in(person, PASSWORD).status_code == 303
