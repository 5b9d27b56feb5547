"""Browsers for tests: a client that posts forms as a page would, and people signed in with roles."""

import re
from collections.abc import Callable, Mapping
from itertools import count
from typing import Any, Protocol

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from archives.accounts import service
from archives.accounts.drafts import AccountDraft
from archives.core.actors import TOP_CLEARANCE, Actor, Role, local_operator
from archives.web.application import Application
from archives.web.guard import TOKEN

_META = re.compile(r'<meta name="csrf-token" content="([^"]+)">')


class Visitor(FlaskClient):
    """A browser; `actor` is who it is signed in as, when a fixture signed it in."""

    actor: Actor | None = None

    def csrf(self) -> str:
        """The token that this browser's forms carry."""
        found = _META.search(self.get("/login").text)
        assert found, "the page has no CSRF token"
        return found[1]

    def send(self, path: str, values: Mapping[str, Any] | None = None, **options: Any) -> TestResponse:
        """Post a form as its page would, CSRF token included."""
        return self.post(path, data={**(values or {}), "csrf_token": self.csrf()}, **options)

    def log_in(self, login: str, password: str) -> TestResponse:
        """Sign in through the form."""
        return self.send("/login", {"login": login, "password": password})


class SignInAs(Protocol):
    """A new person with these roles, and a browser signed in as that person."""

    def __call__(
        self, *roles: Role, organisation_id: int | None = None, clearance: int = TOP_CLEARANCE, name: str = ""
    ) -> Visitor: ...


def signing_in(app: Application) -> SignInAs:
    """What makes people and signs them in, through the service."""
    numbers: Callable[[], int] = count(1).__next__

    def sign_in_as(
        *roles: Role, organisation_id: int | None = None, clearance: int = TOP_CLEARANCE, name: str = ""
    ) -> Visitor:
        number = numbers()
        operator = local_operator("test")
        with app.backend.writing() as session:
            draft = AccountDraft(login=f"person{number}", name=name or f"Person {number}")
            account = service.create(session, operator, draft)
            account.organisation_id = organisation_id
            service.assign_roles(session, operator, account, roles, clearance)
            token = service.begin_session(session, app.settings, account)
            actor = service.actor_of(account)
        visitor = app.test_client()
        assert isinstance(visitor, Visitor)
        with visitor.session_transaction() as cookie:
            cookie[TOKEN] = token
        visitor.actor = actor
        return visitor

    return sign_in_as
