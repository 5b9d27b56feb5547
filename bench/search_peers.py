"""Other engines on the same documents and tokens: Tantivy, Whoosh as it comes, `pg_trgm`. To compare, without a bar.

The queries are the plain words among those of `bench.search`; each asks for a total and the first twenty.
"""

import json
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Connection, Engine, create_engine, text

from bench import rivals
from bench.harness import Result
from bench.search import DOCUMENTS, Asked, catalogue, described, milliseconds, queries, seconds
from search.entries import entry
from search.whoosh_library import analysis, fields, index
from search.words import FIELD, needle, needle_tokens, tokens
from tests.databases import POSTGRESQL, cluster

SECTION = "search peers"
COUNT = DOCUMENTS["S"]
WHOOSH_COUNT = 20_000
"""Whoosh's own way takes minutes for more."""
Phrases = list[list[str]]


def measure(_size: str) -> Iterator[Result]:
    """The section `search peers`; of one size."""
    asked = [one for one in queries() if ":" not in one.typed and " OR " not in one.typed and " NOT " not in one.typed]
    with tempfile.TemporaryDirectory(prefix="chengdang-peers-") as name:
        folder = Path(name)
        yield from _tantivy(folder, asked)
        yield from _stock_whoosh(folder / "whoosh", asked)
        if POSTGRESQL.exists():
            with cluster() as socket:
                yield from _trigrams(create_engine(f"postgresql+psycopg://postgres@/postgres?host={socket}"), asked)


def _bodies(count: int) -> Iterator[tuple[int, str]]:
    """Documents as tokens between blanks; a sign parts two fields, so that no phrase reaches across."""
    tables = described()
    for document in catalogue(count):
        made = entry(document, tables)
        parts = (" ".join(tokens(part)) for part in made.line.split(FIELD)[1:])
        yield document.id, " | ".join(parts)


def _phrases(asked: Asked) -> Phrases:
    """What is asked as phrases; the open end of a last character is left out, so that every engine asks the same."""
    return [[token.text for token in needle_tokens(needle(word))] for word in asked.typed.split()]


def _figures(name: str, built: float, times: Sequence[float], count: int) -> Iterator[Result]:
    yield Result(SECTION, f"{name}, built of {count} documents", built, "s")
    for at in (50, 95):
        yield Result(SECTION, f"{name}, p{at}", float(np.percentile(times, at)), "ms")


def _tantivy(folder: Path, asked: Sequence[Asked]) -> Iterator[Result]:
    documents, written = folder / "documents.jsonl", folder / "queries.json"
    with documents.open("w", encoding="utf-8") as lines:
        lines.writelines(json.dumps(one, ensure_ascii=False) + "\n" for one in _bodies(COUNT))
    written.write_text(json.dumps([_phrases(one) for one in asked], ensure_ascii=False), encoding="utf-8")
    try:
        python = rivals.install(folder / "tantivy", ("tantivy",))
    except rivals.MissingError as error:
        yield Result(SECTION, f"Tantivy cannot be had here: {error}", 0, "skipped")
        return
    command = [str(python), str(Path(__file__).with_name("tantivy_peer.py")), str(documents), str(written)]
    told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)  # noqa: S603
    yield from _figures("Tantivy", told["built"], [second * 1000 for second in told["times"]], COUNT)


def _stock_whoosh(folder: Path, asked: Sequence[Asked]) -> Iterator[Result]:
    folder.mkdir()
    # What no stub describes: the parts of Whoosh that the product itself does not use.
    whole: Any = fields
    schema = whole.Schema(id=whole.NUMERIC(stored=True), body=whole.TEXT(analyzer=_by_blanks()))
    made = index.create_in(str(folder), schema)

    def build() -> None:
        writer = made.writer(limitmb=512)
        for id_, body in _bodies(WHOOSH_COUNT):
            writer.add_document(id=id_, body=body)
        writer.commit()

    built = seconds(build)
    with made.searcher() as searcher:
        acts = [partial(_ask_whoosh, searcher, _whoosh_query(_phrases(one))) for one in asked]
        yield from _figures("Whoosh as it comes", built, [_best(act) for act in acts], WHOOSH_COUNT)


def _ask_whoosh(searcher: Any, asked: Any) -> int:
    return len(searcher.search(asked, limit=20))


def _whoosh_query(phrases: Phrases) -> Any:
    query: Any = import_module("whoosh.query")
    parts = [query.Phrase("body", words) if len(words) > 1 else query.Term("body", words[0]) for words in phrases]
    return query.And(parts)


def _by_blanks() -> Any:
    whole: Any = analysis
    return whole.RegexTokenizer(r"\S+")


def _trigrams(engine: Engine, asked: Sequence[Asked]) -> Iterator[Result]:
    rows = [{"id": id_, "line": line_of} for id_, line_of in _lines()]

    def build() -> None:
        with engine.begin() as connection:
            connection.execute(text("CREATE EXTENSION pg_trgm"))
            connection.execute(text("CREATE TABLE peer (id bigint PRIMARY KEY, line text)"))
            connection.execute(text("INSERT INTO peer VALUES (:id, :line)"), rows)
            connection.execute(text("CREATE INDEX ON peer USING gin (line gin_trgm_ops)"))

    built = seconds(build)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE peer"))
    with engine.connect() as connection:
        times = [_best(partial(_ask_trigrams, connection, one)) for one in asked]
    yield from _figures("pg_trgm", built, times, COUNT)
    engine.dispose()


def _lines() -> Iterator[tuple[int, str]]:
    tables = described()
    return ((document.id, entry(document, tables).line) for document in catalogue(COUNT))


def _ask_trigrams(connection: Connection, asked: Asked) -> object:
    statement, words = _like(asked)
    return connection.execute(text(statement), words).all()


def _like(asked: Asked) -> tuple[str, dict[str, str]]:
    words = {f"w{at}": f"%{needle(word)}%" for at, word in enumerate(asked.typed.split())}
    tests = " AND ".join(f"line LIKE :{name}" for name in words)
    counted = f"SELECT id FROM peer WHERE {tests} LIMIT 10001"  # noqa: S608
    page = "SELECT (SELECT count(*) FROM c), id FROM c ORDER BY id DESC LIMIT 20"
    return f"WITH c AS MATERIALIZED ({counted}) {page}", words


def _best(act: Callable[[], object]) -> float:
    return min(milliseconds(act) for _ in range(2))
