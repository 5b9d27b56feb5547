"""The only place that chooses an engine."""

from search.contract import Index
from search.fts5 import Fts5Index
from search.tables import SearchTables


def open_index(dialect: str, tables: SearchTables) -> Index:
    """The index for a connection's dialect ("sqlite" or "postgresql")."""
    if dialect != "sqlite":
        raise NotImplementedError(dialect)
    return Fts5Index(tables)
