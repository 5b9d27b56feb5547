"""A store on the backend that the command line names, with two versions on the ground."""

import pytest
from sqlalchemy import Connection, MetaData
from sqlalchemy.orm import Session

from archives.core.db import CONVENTION
from gis.store.contract import EVERYWHERE, SpatialStore, Where
from gis.store.open import open_store
from gis.store.tables import define
from tests.gis.store.ground import CRS, Ground, survey

FIRST, SECOND = 1, 2
"""The versions: of points and lines, and of shapes with some bent."""


@pytest.fixture
def connection(session: Session) -> Connection:
    """A connection in a transaction that may write."""
    return session.connection()


@pytest.fixture
def store(connection: Connection) -> SpatialStore:
    """An empty store."""
    return open_store(connection.dialect.name, define(MetaData(naming_convention=CONVENTION)), CRS)


@pytest.fixture
def ground(store: SpatialStore, connection: Connection) -> Ground:
    """Two versions added; what the store gives back of both."""
    store.add(connection, FIRST, *survey(1))
    store.add(connection, SECOND, *survey(2, shapes=True))
    everything = Where([FIRST, SECOND])
    segments = store.segments(connection, (EVERYWHERE, everything))
    return Ground(store.points(connection, (EVERYWHERE, everything)), segments, segments.columns["fid"])
