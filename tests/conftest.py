"""Fixtures shared by all tests: a real instance on the backend that the command line names."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as trials
from sqlalchemy import event
from sqlalchemy.orm import Session

from archives.app import create_app
from archives.config import Settings
from archives.core.actors import Actor, local_operator
from archives.core.backend import Backend, may_write, open_backend
from archives.web.application import Application
from tests.databases import Databases, EmbeddedDatabases, ServerDatabases, cluster
from tests.visitors import SignInAs, Visitor, signing_in

# A busy machine is no fault of the code.
trials.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
trials.load_profile("untimed")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--backend` chooses the database that the tests run on."""
    parser.addoption("--backend", choices=("embedded", "server"), default="embedded")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A browser test does not change with the database: it runs once, on the embedded one."""
    if config.getoption("--backend") == "server":
        items[:] = [item for item in items if item.get_closest_marker("browser") is None]


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """Where tests get their databases from."""
    folder = tmp_path_factory.mktemp("template")
    if request.config.getoption("--backend") == "embedded":
        yield EmbeddedDatabases(folder)
        return
    with cluster() as socket:
        yield ServerDatabases(socket, folder)


@pytest.fixture
def settings(databases: Databases, tmp_path: Path) -> Settings:
    """A new instance of its own, empty."""
    return databases.fresh(tmp_path / "var")


@pytest.fixture
def backend(settings: Settings) -> Iterator[Backend]:
    """The instance's database."""
    opened = open_backend(settings)
    yield opened
    opened.close()


@pytest.fixture
def session(backend: Backend) -> Iterator[Session]:
    """A session that may write; nothing is committed unless the test does."""
    with backend.sessions() as opened:
        may_write(opened)
        yield opened


@pytest.fixture
def operator() -> Actor:
    """The local operator, who may do everything."""
    return local_operator("test")


@pytest.fixture
def app(settings: Settings, backend: Backend) -> Application:
    """The web application on the instance; its clients can post forms."""
    made = create_app(settings, backend)
    made.test_client_class = Visitor
    return made


@pytest.fixture
def client(app: Application) -> Visitor:
    """A browser in which nobody is signed in."""
    visitor = app.test_client()
    assert isinstance(visitor, Visitor)
    return visitor


@pytest.fixture
def sign_in_as(app: Application) -> SignInAs:
    """`sign_in_as(Role.COUNTER, organisation_id=…, clearance=…)`: a browser signed in as a new person."""
    return signing_in(app)


@pytest.fixture
def statements(backend: Backend) -> Iterator[list[str]]:
    """Every SQL statement sent to the database from here on; an `executemany` is one. Clear it to count anew."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    event.listen(backend.engine, "before_cursor_execute", note)
    yield sent
    event.remove(backend.engine, "before_cursor_execute", note)
