"""What no model can express: the FTS5 table on SQLite, the GIN index and how PostgreSQL keeps the words."""

from collections.abc import Sequence

from sqlalchemy import Connection, text

WORDS = "search_words"
"""The FTS5 table. It keeps no text: what is removed from it is made again from the document's lines."""


def words_column(field: str) -> str:
    """The FTS5 column of a field; its own name might mean something to FTS5."""
    return f"f_{field}"


def create_extras(connection: Connection, fields: Sequence[str]) -> None:
    """Make them; `fields` are the names of `SearchTables.fields` in their order."""
    if connection.dialect.name == "postgresql":
        for statement in _SERVER:
            connection.execute(text(statement))
    else:
        columns = ", ".join(map(words_column, fields))
        # One character is asked for often: the prefix index answers it from one list. Words come as tokens between
        # blanks, so that "ascii" (every other character is part of a word) divides them only there.
        options = "content='', prefix='1', tokenize='ascii'"
        connection.exec_driver_sql(f"CREATE VIRTUAL TABLE {WORDS} USING fts5({columns}, {options})")


def drop_extras(connection: Connection) -> None:
    """Take them away again."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("DROP INDEX ix_search_content_words"))
    else:
        connection.exec_driver_sql(f"DROP TABLE {WORDS}")


def is_extra(name: str) -> bool:
    """Whether a table is the FTS5 table or one of its shadows: migrations leave it alone."""
    return name == WORDS or name.startswith(f"{WORDS}_")


_SERVER = (
    # Out of line and uncompressed: a query that reads lines does not read words.
    "ALTER TABLE search_content ALTER COLUMN words SET STORAGE EXTERNAL",
    "ALTER TABLE search_content SET (toast_tuple_target = 128)",
    "CREATE INDEX ix_search_content_words ON search_content USING gin (words) WITH (fastupdate = off)",
)
