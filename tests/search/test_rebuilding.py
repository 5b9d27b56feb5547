"""An index is made anew while others write, and an empty answer tells which word is to blame."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy import Connection

from archives.core.backend import Backend
from search.contract import Document, Index, Query
from search.rebuilding import rebuild, without_hits
from tests.search.holdings import LANGUAGE, sample, seen_by


def test_after_a_rebuild_everything_is_as_the_records_say(ground: Backend, index: Index) -> None:
    @contextmanager
    def writing() -> Iterator[Connection]:
        with ground.writing() as session:
            yield session.connection()

    with writing() as connection:
        index.add(connection, sample()[:10])
    now = [replace(one, title=f"{one.title}新") for one in sample()[3:]]
    told: list[int] = []

    def parts() -> Iterator[list[Document]]:
        yield now[:5]
        with writing() as connection:  # somebody saves a record meanwhile
            index.add(connection, [Document(99, "volume", "X", "新到")])
        yield now[5:]

    assert rebuild(index, writing, parts(), told.append) == 17
    assert told == [5, 17]
    with ground.engine.connect() as connection:
        hits = index.search(connection, Query(LANGUAGE.parse("新").tree, size=100)).hits
        assert {hit.id for hit in hits} == {*range(4, 21), 99}
        assert index.ids(connection) == [*range(4, 21), 99]
        assert index.health(connection).faults == ()


def test_an_empty_answer_names_the_words_that_nothing_holds(filled: Index, connection: Connection) -> None:
    tree = LANGUAGE.parse("燃气 隧道 NOT 桥 地铁").tree
    assert [one.typed for one in without_hits(filled, connection, Query(tree))] == ["隧道", "地铁"]
    hidden = LANGUAGE.parse("西路桥梁 燃气").tree
    assert without_hits(filled, connection, Query(hidden, visible=seen_by([0, 1, 2]))) == []
    filled.replace(connection, [Document(1, "volume", "1", "燃气", columns={"secrecy": "秘密", "owner": 9})])
    assert [one.typed for one in without_hits(filled, connection, Query(hidden, visible=seen_by([])))] == ["燃气"]
