"""An application with the interface for programs, lines to read, and a program with a key."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from werkzeug.test import TestResponse

from archives.accounts import tokens
from archives.accounts.drafts import TokenDraft
from archives.core.actors import Actor, Role
from archives.core.backend import Backend
from archives.pipelines.api import views
from tests.pipelines.ground import grid, lay
from tests.visitors import SignInAs, Visitor

Get = Callable[..., TestResponse]


@pytest.fixture
def laid(backend: Backend, operator: Actor) -> int:
    """Twelve lines, six of drinking water and six of rain water; the id of their version."""
    with backend.writing() as session:
        return lay(session, operator, *grid(12)).id


@pytest.fixture
def engineer(sign_in_as: SignInAs) -> Visitor:
    """A person who reads the pipelines."""
    return sign_in_as(Role.ENGINEER, clearance=1)


@pytest.fixture
def key(engineer: Visitor, backend: Backend) -> str:
    """The engineer's key."""
    assert engineer.actor is not None
    with backend.writing() as session:
        draft = TokenDraft(name="GIS", days=30)
        return tokens.make_token(session, engineer.actor, draft, [views.SCOPE], views.SCOPES)


@pytest.fixture
def get(client: Visitor, key: str) -> Get:
    """What a program gets."""

    def ask(path: str, **parameters: Any) -> TestResponse:
        place = urlsplit(path)
        asked = {**dict(parse_qsl(place.query)), **parameters}
        return client.get(place.path, query_string=asked, headers={"Authorization": f"Bearer {key}"})

    return ask
