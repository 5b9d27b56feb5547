"""Documents as rows of the index's tables: lines made once, whichever engine reads them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from typing import Any

from search.contract import LONGEST_TEXT, Document
from search.pinyin import initials
from search.tables import CODE, LONG, TITLE, SearchTables, as_number
from search.words import FIELD, line, line_of

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """A document and its lines; `line` holds every field but the long text."""

    document: Document
    line: str
    long_line: str


def entry(document: Document, tables: SearchTables) -> Entry:
    """Raises KeyError for a field or column that was not declared."""
    known = {one.name for one in tables.fields} - {LONG.name, CODE.name, TITLE.name}
    for name in (document.fields.keys() - known) | (document.columns.keys() - {a.name for a in tables.attributes}):
        raise KeyError(name)
    texts = {**document.fields, CODE.name: document.code, TITLE.name: document.title}
    parts = [texts.get(one.name, "") for one in tables.fields if one.name != LONG.name]
    return Entry(document, line_of(parts), long_line(document))


def long_line(document: Document) -> str:
    """The line of its long text, as much as is kept."""
    return line(document.long[:LONGEST_TEXT].replace(FIELD, ""))


def title_key(of_line: str) -> int:
    """A whole title as a number that an index finds."""
    return int.from_bytes(blake2b(of_line.encode(), digest_size=8).digest(), "big", signed=True)


def document_row(made: Entry, tables: SearchTables) -> Row:
    """The row of `search_document`."""
    document = made.document
    columns = {one.name: _stored(document.columns.get(one.name)) for one in tables.attributes}
    return {
        **columns,
        "id": document.id,
        "kind": document.kind,
        "code": document.code,
        "title": document.title,
        "day": as_number(document.day) if document.day else 0,
        "title_key": title_key(line(document.title.replace(FIELD, ""))),
    }


def content_row(made: Entry) -> Row:
    """The row of `search_content`, without its words."""
    document = made.document
    texts = {**document.fields, CODE.name: document.code, TITLE.name: document.title}
    written = json.dumps(texts, ensure_ascii=False)
    return {"id": document.id, "line": made.line, "long_line": made.long_line, "written": written}


def name_rows(made: Entry) -> list[Row]:
    """The rows of `search_name`."""
    named = {line(name): name for name in made.document.names}
    return [
        {"id": made.document.id, "line": key, "initials": initials(name), "name": name}
        for key, name in named.items()
        if key
    ]


def in_chunks(rows: Sequence[Any], size: int) -> list[Sequence[Any]]:
    """Parts of at most `size`."""
    return [rows[at : at + size] for at in range(0, len(rows), size)]


def _stored(value: str | float | date | None) -> str | float | None:
    return as_number(value) if isinstance(value, date) else value
