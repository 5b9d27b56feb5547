"""An index on the backend that the command line names, in tables of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection

from archives.config import Settings
from archives.core.backend import WRITES, Backend, open_backend
from search.contract import Index
from search.extras import create_extras
from search.open import open_index
from search.tables import SearchTables
from tests.databases import Databases, EmbeddedDatabases
from tests.search.holdings import sample, tables

SCHEMA = "index_of_tests"
"""On the server the tables lie in a schema of their own: the instance may have some of the same name."""


@pytest.fixture(scope="session")
def made(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    """A database in which the index's tables are made and nothing else is; one for all tests."""
    backend = open_backend(_settings(databases, tmp_path_factory.mktemp("index")))
    described = tables()
    with backend.engine.connect().execution_options(**{WRITES: True}) as connection:
        if backend.kind == "server":
            connection.exec_driver_sql(f"CREATE SCHEMA {SCHEMA}")
        described.document.metadata.create_all(connection)
        create_extras(connection, [field.name for field in described.fields])
        connection.commit()
    yield backend
    backend.close()


def _settings(databases: Databases, folder: Path) -> Settings:
    if isinstance(databases, EmbeddedDatabases):
        return Settings(data=folder)
    fresh = databases.fresh(folder)
    return replace(fresh, database_url=f"{fresh.url}&options=-csearch_path%3D{SCHEMA}")


@contextmanager
def writing(backend: Backend) -> Iterator[Connection]:
    """A transaction that writes: of a connection, for a session would look for the tables of an instance."""
    with backend.engine.connect().execution_options(**{WRITES: True}) as opened, opened.begin():
        yield opened


@pytest.fixture
def ground(made: Backend) -> Iterator[Backend]:
    """The same, empty before and after."""
    yield made
    with writing(made) as connection:
        open_index(made.engine.dialect.name, tables()).clear(connection)


@pytest.fixture
def connection(ground: Backend) -> Iterator[Connection]:
    """A connection in a transaction that may write."""
    with ground.engine.connect().execution_options(**{WRITES: True}) as opened:
        yield opened


@pytest.fixture
def search_tables() -> SearchTables:
    """The tables of the index under test."""
    return tables()


@pytest.fixture(params=["own", "whoosh"])
def index(request: pytest.FixtureRequest, ground: Backend, search_tables: SearchTables, tmp_path: Path) -> Index:
    """An empty index: the database's own, and Whoosh's beside it."""
    folder = tmp_path / "whoosh" if request.param == "whoosh" else None
    return open_index(ground.engine.dialect.name, search_tables, folder)


@pytest.fixture
def filled(index: Index, connection: Connection) -> Index:
    """The index with the sample in it."""
    index.add(connection, sample())
    return index
