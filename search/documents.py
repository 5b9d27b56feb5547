"""What every engine shares: the rows of documents in the caller's own database, and what is read from them alone."""

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, delete, func, or_, select, update

from search.contract import Document, Health, Hit, Query
from search.entries import Entry, content_row, document_row, entry, in_chunks, name_rows, title_key
from search.feed import note
from search.names import names_like, names_that_begin
from search.predicates import EVERY, Predicate
from search.tables import SearchTables
from search.tree import whole_line

AT_ONCE = 5_000
"""Ids bound to one statement."""


class Documents(ABC):
    """Documents in the caller's own database."""

    engine: str
    searches_long = True

    def __init__(self, tables: SearchTables) -> None:
        self.tables = tables

    # Writing

    def add(self, connection: Connection, documents: Sequence[Document]) -> None:
        """Add documents that are not yet there."""
        if documents:
            self._write(connection, documents)
            note(connection, self.tables.change, (document.id for document in documents))

    def replace(self, connection: Connection, documents: Sequence[Document]) -> None:
        """Add documents, in the place of those with the same id."""
        if documents:
            last = {document.id: document for document in documents}
            self._take_out(connection, list(last))
            self._write(connection, list(last.values()))
            note(connection, self.tables.change, last)

    def restate(self, connection: Connection, stated: Select[Any]) -> None:
        """Give documents other values of columns; their words stay. `stated` selects their `id` and these columns."""
        document, told = self.tables.document, stated.subquery("stated")
        columns = [document.c[column.name] for column in told.c if column.name != "id"]
        other = or_(*(column.is_distinct_from(told.c[column.name]) for column in columns))
        values = {column.name: told.c[column.name] for column in columns}
        changed = update(document).where(document.c.id == told.c.id, other).values(values).returning(document.c.id)
        ids = connection.execute(changed).scalars().all()
        if ids:
            note(connection, self.tables.change, ids)

    def remove(self, connection: Connection, ids: Sequence[int]) -> None:
        """Remove documents; those that are not there do not matter."""
        if ids:
            self._take_out(connection, list(ids))
            note(connection, self.tables.change, set(ids))

    def clear(self, connection: Connection) -> None:
        """Remove everything, whatever state it is in."""
        for table in (self.tables.name, self.tables.content, self.tables.document, self.tables.change):
            connection.execute(delete(table))
        self._clear_words(connection)
        note(connection, self.tables.change, None)

    def _write(self, connection: Connection, documents: Sequence[Document]) -> None:
        for part in in_chunks(documents, AT_ONCE):
            made = [entry(document, self.tables) for document in part]
            connection.execute(self.tables.document.insert(), [document_row(one, self.tables) for one in made])
            self._insert_content(connection, made)
            names = [row for one in made for row in name_rows(one)]
            if names:
                connection.execute(self.tables.name.insert(), names)
            self._write_words(connection, made)

    def _take_out(self, connection: Connection, ids: Sequence[int]) -> None:
        content = self.tables.content
        for part in in_chunks(ids, AT_ONCE):
            chosen = select(content.c.id, content.c.line, content.c.long_line).where(content.c.id.in_(part))
            self._remove_words(connection, [tuple(row) for row in connection.execute(chosen)])
            for table in (self.tables.name, content, self.tables.document):
                connection.execute(delete(table).where(table.c.id.in_(part)))

    def _insert_content(self, connection: Connection, made: Sequence[Entry]) -> None:
        connection.execute(self.tables.content.insert(), [content_row(one) for one in made])

    # Reading

    def written(self, connection: Connection, ids: Sequence[int]) -> Mapping[int, Mapping[str, str]]:
        """The fields of documents as they were written, by name: what is highlighted. Not the long text."""
        content = self.tables.content
        rows = connection.execute(select(content.c.id, content.c.written).where(content.c.id.in_(ids)))
        return {row.id: json.loads(row.written) for row in rows}

    def suggest(self, connection: Connection, typed: str, visible: Predicate = EVERY, limit: int = 10) -> list[str]:
        """Names of visible documents that begin so, or whose pinyin initials do."""
        return names_that_begin(connection, self.tables, typed, visible, limit)

    def like(self, connection: Connection, typed: str, visible: Predicate = EVERY, limit: int = 3) -> list[str]:
        """Names of visible documents that are spelled or sound nearly so, the nearest first."""
        return names_like(connection, self.tables, typed, visible, limit)

    def health(self, connection: Connection) -> Health:
        """Whether it is whole."""
        documents = connection.execute(select(func.count()).select_from(self.tables.document)).scalar_one()
        contents = connection.execute(select(func.count()).select_from(self.tables.content)).scalar_one()
        indexed, faults = self._check_words(connection)
        if not documents == contents == indexed:
            faults = (*faults, f"{documents} documents, {contents} lines, {indexed} indexed")
        return Health(self.engine, documents, indexed, faults)

    def _hit(self, row: RowMapping) -> Hit:
        columns = {one.name: row[f"d_{one.name}"] for one in self.tables.attributes}
        return Hit(row["found_id"], row["d_kind"], row["d_code"], row["d_title"], columns)

    def levels(self) -> list[int]:
        """The weights of fields, the heaviest first."""
        return sorted({one.weight for one in self.tables.fields}, reverse=True)

    def whole_key(self, query: Query) -> int | None:
        """The key of the title that is all that was asked; None when there is none or it does not matter."""
        asked = whole_line(query.tree) if query.order == "relevance" else ""
        return title_key(asked) if asked else None

    # What each engine does in its own way.

    @abstractmethod
    def _write_words(self, connection: Connection, made: Sequence[Entry]) -> None: ...

    @abstractmethod
    def _remove_words(self, connection: Connection, lines: Sequence[tuple[Any, ...]]) -> None: ...

    @abstractmethod
    def _clear_words(self, connection: Connection) -> None: ...

    @abstractmethod
    def _check_words(self, connection: Connection) -> tuple[int, tuple[str, ...]]: ...
