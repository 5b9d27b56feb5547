"""The only place that chooses an engine."""

from search.contract import Index
from search.fts5 import Fts5Index
from search.postgres import PostgresIndex
from search.tables import SearchTables


def open_index(dialect: str, tables: SearchTables) -> Index:
    """The index for a connection's dialect ("sqlite" or "postgresql")."""
    return PostgresIndex(tables) if dialect == "postgresql" else Fts5Index(tables)
