"""What the audit says of accounts, what it never says, and its page."""

import logging
import re

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from archives.accounts import service
from archives.accounts.drafts import AccountDraft
from archives.accounts.models import Account
from archives.config import Settings
from archives.core.actors import Actor, Role
from archives.core.audit import AuditEntry
from archives.core.backend import Backend
from tests.visitors import SignInAs, Visitor

PASSWORD = "江水东流不复回 42"


@pytest.fixture
def audit_admin(sign_in_as: SignInAs) -> Visitor:
    """The audit administrator's browser."""
    return sign_in_as(Role.AUDIT_ADMIN)


def contents(backend: Backend) -> str:
    with backend.reading() as session:
        return "\n".join(session.scalars(select(AuditEntry.content)))


def test_each_change_says_what_was_and_what_is(session: Session, operator: Actor, backend: Backend) -> None:
    account = service.create(session, operator, AccountDraft(login="clerk", name="王芳"))
    service.assign_roles(session, operator, account, {Role.COUNTER}, 1)
    service.amend(session, operator, account, AccountDraft(login="clerk", name="王方"))
    session.commit()
    said = contents(backend)
    assert '"changes":{"name":["王芳","王方"]}' in said
    assert '"changes":{"clearance":[0,1],"roles":[[],["counter"]]}' in said


def test_what_changes_nothing_leaves_no_entry(session: Session, operator: Actor, backend: Backend) -> None:
    account = service.create(session, operator, AccountDraft(login="clerk", name="王芳"))
    session.commit()
    before = contents(backend)
    service.amend(session, operator, account, AccountDraft(login="clerk", name="王芳"))
    service.assign_roles(session, operator, account, set(), 0)
    service.unlock(session, operator, account)
    session.commit()
    assert contents(backend) == before


def test_secrets_are_in_no_audit_no_log_and_no_table(
    backend: Backend, settings: Settings, operator: Actor, client: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with backend.writing() as session:
        account = service.create(session, operator, AccountDraft(login="clerk", name="clerk"))
        token = service.issue_link(session, operator, account)
    client.send(f"/link?token={token}", {"new_password": PASSWORD, "repeat": PASSWORD})
    client.log_in("clerk", "a wrong secret")
    client.log_in("clerk", PASSWORD)
    client.get(f"/link?token={token}")
    with client.session_transaction() as cookie:
        cookie_token = cookie["token"]
    with backend.reading() as session:
        password_hash = session.scalars(select(Account.password_hash)).one() or ""
    kept = contents(backend) + caplog.text
    assert "clerk" in kept
    for secret in (PASSWORD, "a wrong secret", token, cookie_token, password_hash, "argon2"):
        assert secret not in kept
    assert PASSWORD not in password_hash


def test_the_page_shows_the_differences_newest_first(backend: Backend, operator: Actor, audit_admin: Visitor) -> None:
    with backend.writing() as session:
        account = service.create(session, operator, AccountDraft(login="clerk", name="王芳"))
        service.amend(session, operator, account, AccountDraft(login="clerk", name="<b>王方</b>"))
    page = audit_admin.get("/audit").text
    assert page.index("account.amended") < page.index("account.created")
    assert re.search(r"<del>王芳</del>.*<ins>&lt;b&gt;王方&lt;/b&gt;</ins>", page, re.DOTALL)


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({}, {"first", "second"}),
        ({"actor": "test"}, {"first", "second"}),
        ({"actor": "somebody"}, set()),
        ({"action": "account.created"}, {"first", "second"}),
        ({"action": "account_created"}, set()),
        ({"subject_kind": "account", "subject_id": "2"}, {"first"}),
        ({"since": "2000-01-01", "until": "2001-01-01"}, set()),
        ({"since": "2000-01-01"}, {"first", "second"}),
        ({"until": "2000-01-01"}, set()),
        ({"subject_id": "two", "since": "yesterday"}, {"first", "second"}),
    ],
)
def test_the_page_is_filtered(
    backend: Backend, operator: Actor, audit_admin: Visitor, query: dict[str, str], shown: set[str]
) -> None:
    with backend.writing() as session:
        for login in ("first", "second"):
            service.create(session, operator, AccountDraft(login=login, name=f"{login} name"))
    page = audit_admin.get("/audit", query_string=query).text
    assert {login for login in ("first", "second") if f"{login} name" in page} == shown


def test_the_pages_of_the_audit_follow_one_another(backend: Backend, operator: Actor, audit_admin: Visitor) -> None:
    with backend.writing() as session:
        for number in range(120):
            service.create(session, operator, AccountDraft(login=f"clerk{number}", name="x"))
    seen: list[str] = []
    address: str | None = "/audit?action=account.created"
    while address:
        page = audit_admin.get(address).text
        seen += re.findall(r"<ins>(clerk\d+)</ins>", page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = following[1].replace("&amp;", "&") if following else None
    assert seen == [f"clerk{number}" for number in reversed(range(120))]


def test_the_chain_is_verified_at_a_button(backend: Backend, audit_admin: Visitor) -> None:
    assert "notice tone-good" in audit_admin.get("/audit/verify").text
    with backend.writing() as session:
        session.connection().exec_driver_sql("UPDATE audit_head SET seq = 1")
    assert "notice tone-bad" in audit_admin.get("/audit/verify").text
