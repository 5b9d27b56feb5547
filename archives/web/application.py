"""The request's life: one session, one transaction, committed once, at the door."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from flask import Flask, current_app, g, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.routing import IntegerConverter, Map

from archives.config import Settings
from archives.core.backend import Backend, may_write
from archives.core.files import ContentStore
from archives.core.registry import Registry

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class RecordId(IntegerConverter):
    """The number of a record in an address; a larger one than the database has is no such page."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=2**31 - 1)


class Application(Flask):
    """Flask, with the settings, the database and the declarations it serves."""

    settings: Settings
    backend: Backend
    registry: Registry

    @property
    def files(self) -> ContentStore:
        """Accepted files."""
        return ContentStore(self.settings.files)

    @property
    def quarantine(self) -> ContentStore:
        """Files that nobody has accepted yet."""
        return ContentStore(self.settings.quarantine)

    def dispatch_request(self) -> ResponseReturnValue:
        """Run the view, then commit; an error on either way rolls back (see `close_session`)."""
        response = super().dispatch_request()
        if "session" in g:
            g.session.commit()
        return response


def here() -> Application:
    """The application that is answering."""
    return cast(Application, current_app)


def database() -> Session:
    """The request's session; of an unsafe method its transaction may write."""
    if "session" not in g:
        g.session = here().backend.sessions()
        if request.method not in SAFE_METHODS:
            may_write(g.session)
    return cast(Session, g.session)


@contextmanager
def released() -> Iterator[None]:
    """Let go of the database while something slow is done with files, so that no other writer waits for it.

    Nothing may have been changed before; what was read is read again afterwards.
    """
    session = database()
    session.commit()
    session.expire_all()
    yield
    may_write(session)


def close_session(_error: BaseException | None = None) -> None:
    """End the request's session; what was not committed is rolled back."""
    session = g.pop("session", None)
    if session is not None:
        session.close()
