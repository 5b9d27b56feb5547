"""Whoosh's files: they follow the feed, many changes at once and over a restart."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select

from archives.core.backend import Backend
from search import feed, whoosh_index
from search.contract import Query
from search.feed import Follower, note
from search.tables import SearchTables
from search.tree import Text
from search.whoosh_index import WhooshIndex
from search.words import needle
from tests.search.conftest import writing
from tests.search.holdings import drawn, matching


def found(index: WhooshIndex, connection: Connection, typed: str) -> set[int]:
    return {hit.id for hit in index.search(connection, Query(Text(needle(typed)), size=1_000)).hits}


def test_many_changes_go_into_the_files_and_outlive_the_process(
    ground: Backend, search_tables: SearchTables, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whoosh_index, "FEW", 20)
    index, documents = WhooshIndex(search_tables, tmp_path / "whoosh"), drawn(200, 3)
    for begun in range(0, 200, 25):
        with writing(ground) as writer:
            index.add(writer, documents[begun : begun + 25])
        with ground.engine.connect() as connection:
            assert found(index, connection, "管道") == matching(documents[: begun + 25], "管道")
    changed = [replace(one, title="管道", fields={}) for one in documents[:30]]
    with writing(ground) as writer:
        index.replace(writer, changed)
        index.remove(writer, [100, 101])
    expected = matching([*changed, *documents[30:99], *documents[101:]], "管道")
    with ground.engine.connect() as connection:
        assert found(index, connection, "管道") == expected
        again = WhooshIndex(search_tables, tmp_path / "whoosh")
        assert found(again, connection, "管道") == expected
        assert again.health(connection).faults == ()
    with writing(ground) as writer:
        writer.execute(search_tables.change.delete())  # a feed that is not the one it followed
        note(writer, search_tables.change, [1])
    with ground.engine.connect() as connection:
        assert found(again, connection, "管道") == expected


def test_a_follower_lets_go_of_old_changes_and_still_sees_new_ones(
    connection: Connection, search_tables: SearchTables, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "KEPT", 5)
    change, follower = search_tables.change, Follower()
    follower.restart(connection, change)
    for number in range(40):
        note(connection, change, [number])
        connection.commit()
        assert follower.behind(connection, change) == {number}
        assert follower.behind(connection, change) == set()
        connection.rollback()
    assert len(follower.applied) <= 11
    connection.execute(change.delete())
    note(connection, change, [1])
    assert follower.behind(connection, change) is None


def test_the_feed_is_pruned_and_whoever_missed_a_part_of_it_reads_everything(
    connection: Connection, search_tables: SearchTables, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "ROWS", 10)
    change, idle, awake = search_tables.change, Follower(), Follower()
    for follower in (idle, awake):
        follower.restart(connection, change)
    for number in range(30):
        note(connection, change, [number])
        feed.prune(connection, change)
        connection.commit()
        assert awake.behind(connection, change) == {number} | ({number - 10} if number >= 10 else set())
        connection.rollback()
    assert connection.execute(select(func.count()).select_from(change)).scalar_one() == 10
    assert idle.behind(connection, change) is None
    assert idle.behind(connection, change) == set()
