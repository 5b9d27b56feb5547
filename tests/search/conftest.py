"""An index on the backend that the command line names, in tables of its own."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count
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

SCHEMAS = (f"index_{number}" for number in count(1))
"""On the server each test has a schema of its own in one database: copying a database takes a second."""


@pytest.fixture(scope="session")
def shared(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Settings | None:
    """The one database on the server; none for files."""
    if isinstance(databases, EmbeddedDatabases):
        return None
    return databases.fresh(tmp_path_factory.mktemp("index"))


@pytest.fixture
def ground(shared: Settings | None, tmp_path: Path) -> Iterator[Backend]:
    """A database in which the index's tables are made and nothing else is."""
    schema = next(SCHEMAS)
    options = f"&options=-csearch_path%3D{schema}"
    backend = open_backend(
        replace(shared, database_url=shared.url + options) if shared else Settings(data=tmp_path / "index")
    )
    made = tables()
    with backend.engine.connect().execution_options(**{WRITES: True}) as connection:
        if backend.kind == "server":
            connection.exec_driver_sql(f"CREATE SCHEMA {schema}")
        made.document.metadata.create_all(connection)
        create_extras(connection, [field.name for field in made.fields])
        connection.commit()
    yield backend
    backend.close()


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
