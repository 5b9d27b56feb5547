"""Whoosh's files: they follow the feed, many changes at once and over a restart."""

from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
import pytest
from sqlalchemy import Connection, func, select

from archives.core.backend import Backend
from search import feed, whoosh_base, whoosh_index, whoosh_reading
from search.contract import Document, Query
from search.feed import Follower, note
from search.tables import SearchTables
from search.tree import And, Not, Or, Range, Text, Tree
from search.whoosh_index import WhooshIndex
from search.words import line, needle
from tests.search.conftest import writing
from tests.search.holdings import WORDS, drawn, matching


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


ABSENT = 9
LEVELS = (("code", "title"), ("client",), ("address", "abstract"))


def level(tree: Tree, one: Document) -> int:
    """By brute force: the first weight, counted from 1, whose fields suffice."""
    written = {"code": one.code, "title": one.title, **one.fields}
    match tree:
        case Text(sought, None):
            held = [at for at, names in enumerate(LEVELS, 1) if any(sought in line(written[name]) for name in names)]
            return min(held, default=ABSENT)
        case Text(sought, str(name)):
            return 1 if sought in line(written.get(name, "")) else ABSENT
        case Range("pages", int(least)):
            pages = one.columns["pages"]
            return 1 if isinstance(pages, int | float) and pages >= least else ABSENT
        case Not(part):
            return 1 if level(part, one) == ABSENT else ABSENT
        case And(parts):
            return max(level(part, one) for part in parts)
        case Or(parts):
            found = min(level(part, one) for part in parts)
            wordless = any(isinstance(part, Not | Range) for part in parts)
            return 1 if wordless and found != ABSENT else found
    raise TypeError(tree)


def grown(random: Random, depth: int) -> Tree:
    """A random tree; one that seeks words in every `And`, so that all orders are by weight."""
    if depth == 0 or random.random() < 0.3:
        words = needle("".join(random.sample(WORDS, random.choice((1, 2)))), open_ended=random.random() < 0.3)
        return Text(words or "热", random.choice((None, None, "title", "abstract", "long")))
    parts = [grown(random, depth - 1) for _ in range(2)]
    further: tuple[Tree, ...] = (Not(grown(random, 0)), Range("pages", 20), grown(random, depth - 1))
    kind: type[And] | type[Or] = random.choice((And, Or))
    return kind((*parts, random.choice(further)))


@pytest.mark.parametrize("few", [0, 1_000])
def test_any_tree_finds_and_orders_as_the_lines_say(
    ground: Backend, search_tables: SearchTables, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(whoosh_reading, "FEW", few)
    monkeypatch.setattr(whoosh_base, "BLOCK", 7)
    random, documents = Random(5), drawn(300, 9)
    index = WhooshIndex(search_tables, tmp_path / "whoosh")
    with writing(ground) as writer:
        index.add(writer, documents[:250])
        index.catch_up(writer)
        index.add(writer, documents[250:])  # these stay in memory
        for _ in range(150):
            tree = grown(random, 2)
            told = {one.id: level(tree, one) for one in documents}
            days = {one.id: one.day.toordinal() if one.day else 0 for one in documents}
            expected = sorted(
                (id_ for id_ in told if told[id_] != ABSENT), key=lambda id_: (told[id_], -days[id_], -id_)
            )
            titled = {one.id for one in documents if isinstance(tree, Text) and line(one.title) == tree.needle}
            hits = [hit.id for hit in index.search(writer, Query(tree, size=1_000)).hits]
            assert set(hits) == set(expected), tree
            assert titled or hits == expected, tree


def test_a_page_is_the_same_however_few_are_ordered(
    ground: Backend, search_tables: SearchTables, tmp_path: Path
) -> None:
    index, tree = WhooshIndex(search_tables, tmp_path / "whoosh"), Text(needle("管"))
    with writing(ground) as writer:
        index.add(writer, drawn(300, 4))
        for order in ("relevance", "newest", "oldest", "code"):
            whole = [hit.id for hit in index.search(writer, Query(tree, order=order, size=1_000)).hits]
            for size in (1, 2, 30):
                page = index.search(writer, Query(tree, order=order, size=size))
                assert [hit.id for hit in page.hits] == whole[:size]


def test_files_of_another_form_are_begun_anew(ground: Backend, search_tables: SearchTables, tmp_path: Path) -> None:
    documents, folder = drawn(50, 2), tmp_path / "whoosh"
    with writing(ground) as writer:
        index = WhooshIndex(search_tables, folder)
        index.add(writer, documents)
        index.catch_up(writer)
    for state in ("null", '{"low": 0, "anchor": null, "applied": {}}', '{"form": [1], "follower": null}'):
        (folder / "state.json").write_text(state)
        with ground.engine.connect() as connection:
            again = WhooshIndex(search_tables, folder)
            assert found(again, connection, "管道") == matching(documents, "管道")
            assert again.health(connection).faults == ()


def test_files_that_were_left_half_written_are_begun_anew(
    ground: Backend, search_tables: SearchTables, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents, folder = drawn(60, 3), tmp_path / "whoosh"

    def killed(*_of: object) -> None:
        raise KeyboardInterrupt

    with writing(ground) as writer:
        index = WhooshIndex(search_tables, folder)
        index.add(writer, documents[:30])
        index.catch_up(writer)
        index.add(writer, documents[30:])
        with monkeypatch.context() as then:
            then.setattr(whoosh_base.Base, "_write_state", killed)
            with pytest.raises(KeyboardInterrupt):
                index.catch_up(writer)
    with ground.engine.connect() as connection:
        again = WhooshIndex(search_tables, folder)
        assert found(again, connection, "管道") == matching(documents, "管道")
        assert again.health(connection).faults == ()


def test_what_is_remembered_is_bounded() -> None:
    kept: whoosh_base.Remembered[int, np.int64] = whoosh_base.Remembered(3 * 80)
    for key in (1, 2, 3, 1, 4):
        assert len(kept.of(key, lambda: np.zeros(10, dtype=np.int64))) == 10
    assert [key for key in range(6) if key in kept] == [1, 3, 4]
    assert len(kept.of(5, lambda: np.zeros(100, dtype=np.int64))) == 100
    assert [key for key in range(6) if key in kept] == [5]
