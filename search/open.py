"""The only place that chooses an engine."""

from pathlib import Path

from search.contract import Index
from search.fts5 import Fts5Index
from search.postgres import PostgresIndex
from search.tables import SearchTables
from search.whoosh_index import WhooshIndex


def open_index(dialect: str, tables: SearchTables, whoosh: Path | None = None) -> Index:
    """The index for a connection's dialect ("sqlite" or "postgresql"), or Whoosh's in the folder `whoosh`."""
    if whoosh is not None:
        return WhooshIndex(tables, whoosh)
    return PostgresIndex(tables) if dialect == "postgresql" else Fts5Index(tables)
