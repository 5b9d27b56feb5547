"""What accepted files say is found as soon as the worker has read them, and by nobody who may not see their item."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from archives.catalogue import texts
from archives.catalogue.models import ElectronicFile, FileText, Item, Volume
from archives.config import Settings
from archives.core.actors import Actor, Role
from archives.core.backend import Backend
from archives.core.clock import now
from archives.core.files import ContentStore
from archives.core.jobs import DONE, Worker
from archives.discovery import keeping
from archives.discovery.models import INDEX
from archives.discovery.quoting import quotes_of
from archives.features import REGISTRY
from search.highlight import Piece
from search.language import Language
from tests.discovery.conftest import Find

STAFF = Actor("account", "staff", 1, frozenset({Role.CATALOGUER}), None, 1)
Accept = Callable[[str, bytes], None]
LANGUAGE = Language(INDEX.fields, INDEX.attributes)


@pytest.fixture
def accept(kept: Backend, settings: Settings, tmp_path: Path) -> Accept:
    """`accept("日志.txt", content)` gives the item an accepted file."""
    store = ContentStore(settings.files)

    def add(name: str, content: bytes) -> None:
        path = tmp_path / "brought"
        path.write_bytes(content)
        with path.open("rb") as stream:
            stored = store.add(stream)
        with kept.writing() as session:
            item = session.scalars(select(Item)).one()
            found = name.rpartition(".")[2].upper()
            file = ElectronicFile(
                item_id=item.id,
                name=name,
                sha256=stored.sha256,
                size=stored.size,
                format=found,
                media_type="application/octet-stream",
                is_accepted=True,
                received_at=now(),
            )
            session.add(file)

    return add


def read(backend: Backend, settings: Settings, actor: Actor) -> object:
    """The worker reads what waits."""
    with backend.writing() as session:
        job = texts.enqueue_reading(session, actor)
        assert job is not None
        job_id = job.id
    done = Worker(backend, settings, REGISTRY.job_kinds).finish(job_id)
    assert done.state == DONE
    return done.result


def faults(backend: Backend) -> tuple[str, ...]:
    with backend.writing() as session:
        return keeping.check(session).faults


@pytest.mark.parametrize("find", ["own"], indirect=True)
def test_what_a_file_says_is_found(
    kept: Backend, settings: Settings, operator: Actor, accept: Accept, find: Find
) -> None:
    accept("施工日志.txt", "三月三日浇筑桥台混凝土\f".encode())
    accept("扫描.tif", b"II*\0")
    accept("坏.pdf", b"%PDF-1.4 nothing")
    assert find("桥台") == []
    assert read(kept, settings, operator) == {"read": 1, "none": 1, "unreadable": 1}
    assert find("桥台") == ["item"]
    assert find("正文:桥台混凝土") == ["item"]
    assert find("题名:桥台") == []
    assert find("路面结构 桥台") == ["item"], "a word of the title and one of the file"
    assert faults(kept) == ()
    with kept.writing() as session:
        session.execute(update(Volume).values(secrecy=3))
    assert find("桥台", STAFF) == []
    assert find("桥台") == ["item"]
    with kept.writing() as session:
        session.execute(delete(FileText))
    assert find("桥台") == []
    assert faults(kept) == ()


@pytest.mark.parametrize("find", ["own"], indirect=True)
def test_a_text_that_the_index_lost_is_a_fault(
    kept: Backend, settings: Settings, operator: Actor, accept: Accept, find: Find
) -> None:
    accept("日志.txt", "浇筑桥台".encode())
    read(kept, settings, operator)
    with kept.writing() as session:
        session.execute(update(INDEX.content).values(long_line=""))
    assert faults(kept) == ("item 竣-01: not as its record",)
    keeping.rebuild(kept)
    assert faults(kept) == ()
    assert find("桥台") == ["item"]


def test_each_file_is_read_once(kept: Backend, settings: Settings, operator: Actor, accept: Accept) -> None:
    accept("日志.txt", "浇筑桥台".encode())
    with kept.writing() as session:
        first, second = (texts.enqueue_reading(session, operator) for _ in range(2))
        assert first is second, "work that waits already reads the new files too"
        session.delete(first)
    read(kept, settings, operator)
    with kept.writing() as session:
        assert texts.enqueue_reading(session, operator) is None
        assert texts.count_unread(session) == 0


def test_files_that_could_not_be_read_are_read_again_when_asked(
    kept: Backend, settings: Settings, operator: Actor, accept: Accept
) -> None:
    accept("坏.pdf", b"%PDF-1.4 nothing")
    accept("日志.txt", "浇筑桥台".encode())
    assert read(kept, settings, operator) == {"read": 1, "none": 0, "unreadable": 1}
    with kept.writing() as session:
        assert texts.forget_unreadable(session) == 1
        assert texts.count_unread(session) == 1


def test_a_file_that_is_not_in_the_store_is_told(
    kept: Backend, settings: Settings, operator: Actor, accept: Accept
) -> None:
    accept("日志.txt", "浇筑桥台".encode())
    with kept.reading() as session:
        file = session.scalars(select(ElectronicFile)).one()
    ContentStore(settings.files).discard(file.sha256)
    assert read(kept, settings, operator) == {"read": 0, "none": 0, "unreadable": 1}
    with kept.reading() as session:
        assert texts.told_of(session, [file.id]) == {file.id: ("unreadable", 1, 0)}


def test_the_page_that_says_it_is_quoted(kept: Backend, settings: Settings, operator: Actor, accept: Accept) -> None:
    accept("一.txt", "开工".encode())
    accept("二.html", "<p>浇筑桥台</p>".encode())
    read(kept, settings, operator)
    with kept.writing() as session:
        second = session.scalars(select(FileText).order_by(FileText.file_id.desc())).first()
        assert second is not None
        second.text = f"封面\f{second.text}"
        item = session.scalars(select(Item.id)).one()
    own = {"title": "路面结构图"}
    with kept.reading() as session:
        quote = quotes_of(session, LANGUAGE.parse("路面 桥台").tree, {item: own})[item]
        assert quotes_of(session, LANGUAGE.parse("路面").tree, {item: own}) == {}, "the title says it all"
        assert quotes_of(session, LANGUAGE.parse("NOT 桥台").tree, {item: own}) == {}
    assert quote.page == 2
    assert Piece("桥台", True) in quote.said
