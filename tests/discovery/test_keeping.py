"""Whatever changes a record, search knows at the same moment: not before, not later, and never by halves."""

from sqlalchemy import delete, insert, select, text, update

from archives.accession.models import Transfer
from archives.catalogue.models import ACCESSIONED, ARRIVING, WITHDRAWN, Item, Volume
from archives.core.actors import Actor, Role
from archives.core.backend import Backend
from archives.core.db import table_of
from archives.discovery import keeping, watching
from archives.discovery.models import DUE, INDEX
from archives.organisations.models import Organisation
from archives.projects.models import Party, Permit, Project
from tests.discovery.conftest import Find

STAFF = Actor("account", "staff", 1, frozenset({Role.CATALOGUER}), None, 1)
ENGINEER = Actor("account", "engineer", 2, frozenset({Role.ENGINEER}), None, 1)
ALL = ["item", "project", "unit", "volume"]


def faults(backend: Backend) -> tuple[str, ...]:
    with backend.writing() as session:
        return keeping.check(session).faults


def test_what_is_saved_is_found(kept: Backend, find: Find) -> None:
    assert find("滨江路") == ALL
    assert find("路面结构") == ["item"]
    assert find("燃气") == ["organisation", "project"]
    assert find("档号:竣-0") == ["item"]
    assert faults(kept) == ()


def test_a_name_that_changes_changes_everywhere(kept: Backend, find: Find) -> None:
    with kept.writing() as session:
        session.scalars(select(Project)).one().name = "沿江路道路工程"
    assert find("工程:沿江路") == ["item", "unit", "volume"]
    assert find("题名:滨江路") == []
    with kept.writing() as session:
        session.scalars(select(Organisation)).one().name = "江城能源公司"
    assert find("建设单位:能源") == ["project"]
    assert find("建设单位:燃气") == []
    assert faults(kept) == ()


def test_a_project_that_becomes_secret_vanishes_with_all_that_is_in_it(kept: Backend, find: Find) -> None:
    assert find("滨江路", STAFF) == ALL
    with kept.writing() as session:
        session.execute(update(Project).values(secrecy=3))
    assert find("滨江路", STAFF) == []
    assert find("滨江路") == ALL


def test_a_volume_that_becomes_secret_takes_its_items_along(kept: Backend, find: Find) -> None:
    with kept.writing() as session:
        session.execute(update(Volume).values(secrecy=2))
    assert find("滨江路", STAFF) == ["project", "unit"]
    assert find("密级:秘密") == ["item", "volume"]


def test_readers_find_what_enters_the_holdings(kept: Backend, find: Find) -> None:
    assert find("竣工图 OR 结构图", ENGINEER) == []
    with kept.writing() as session:
        session.execute(update(Volume).values(state=ACCESSIONED))
    assert find("竣工图 OR 结构图", ENGINEER) == ["item", "volume"]
    with kept.writing() as session:
        session.execute(update(Volume).values(state=WITHDRAWN))
    assert find("竣工图 OR 结构图", ENGINEER) == []


def test_what_is_being_brought_is_found_by_nobody(kept: Backend, find: Find) -> None:
    with kept.writing() as session:
        session.execute(update(Volume).values(state=ARRIVING))
    assert find("竣工图 OR 结构图") == []


def test_parties_and_permits_are_part_of_their_project(kept: Backend, find: Find) -> None:
    with kept.writing() as session:
        project = session.scalars(select(Project)).one()
        other = Organisation(name="江城路桥公司", name_key="江城路桥公司", created_at=project.created_at)
        session.add(other)
        session.flush()
        session.add(Party(project_id=project.id, role="contractor", organisation_id=other.id))
        session.add(Permit(project_id=project.id, kind="planning", number="建字第4201号"))
    assert find("参建单位:路桥") == ["project"]
    assert find("许可证号:建字第4201") == ["project"]
    with kept.writing() as session:
        session.execute(delete(Party).where(Party.role == "contractor"))
        session.execute(delete(Permit))
    assert find("参建单位:路桥") == find("建字第4201号") == []


def test_many_rows_at_once_are_found_as_one_is(kept: Backend, find: Find) -> None:
    with kept.writing() as session:
        volume = session.scalars(select(Volume)).one()
        common = {"project_id": volume.project_id, "volume_id": volume.id, "extra": {}}
        rows = [{**common, "sequence": at, "title": f"检测报告{at}"} for at in range(2, 2_602)]
        session.execute(insert(table_of(Item)), rows)
    with kept.reading() as session:
        assert session.scalar(select(INDEX.document.c.id).where(INDEX.document.c.title == "检测报告2601")) is not None
    assert len(find("题名:检测报告")) == 100
    with kept.writing() as session:
        session.execute(delete(Item).where(Item.sequence > 1))
    assert find("检测报告") == []
    assert faults(kept) == ()


def test_a_session_finds_what_it_wrote_only_when_it_asks_for_that(kept: Backend, find: Find) -> None:
    with kept.writing() as session:
        session.scalars(select(Item)).one().title = "标志标线图"
        session.flush()
        keeping.catch_up(session)
        assert find("标志", session=session) == ["item"]
        session.rollback()
    assert find("标志") == []
    assert find("路面结构") == ["item"]


def test_what_a_savepoint_took_back_is_not_found(kept: Backend, find: Find) -> None:
    with kept.writing() as session:
        kept_item = session.scalars(select(Item)).one()
        with session.begin_nested() as savepoint:
            session.execute(update(Item).values(title="被撤回"))
            savepoint.rollback()
        session.refresh(kept_item)
        kept_item.note = "留下的"
    assert find("被撤回") == []
    assert find("留下的") == ["item"]


def test_nothing_is_left_to_do_after_a_commit(kept: Backend) -> None:
    with kept.reading() as session:
        assert session.execute(select(DUE)).all() == []


def test_a_check_names_what_is_wrong_and_a_rebuild_mends_it(kept: Backend, find: Find) -> None:
    with kept.writing() as session:
        connection = session.connection()
        watching.unwatch(connection)
        session.execute(update(Item).values(title="无人知晓"))
        session.execute(delete(DUE))
        keeping.own_index(connection).remove(connection, [session.scalars(select(INDEX.document.c.id)).first() or 0])
    told = faults(kept)
    assert any("trigger" in fault for fault in told)
    assert any("not as its record" in fault for fault in told)
    assert any("documents" in fault for fault in told)
    heard: list[tuple[int, int]] = []
    assert keeping.rebuild(kept, lambda done, everything: heard.append((done, everything))) == 5
    assert heard[-1] == (5, 5)
    assert faults(kept) == ()
    assert find("无人知晓") == ["item"]


def test_a_check_looks_at_columns_too(kept: Backend) -> None:
    with kept.writing() as session:
        session.execute(update(INDEX.document).where(INDEX.document.c.kind == "item").values(retention="short"))
    assert faults(kept) == ("item 竣-01: not as its record",)


def test_a_transfer_follows_the_name_of_its_projects_client(kept: Backend, find: Find) -> None:
    with kept.writing() as session:
        project = session.scalars(select(Project)).one()
        moment = project.created_at
        session.add(Transfer(project_id=project.id, number="2026-YJ-0001", created_at=moment, created_by="test"))
    with kept.writing() as session:
        session.scalars(select(Organisation)).one().name = "江城能源公司"
    assert find("2026-YJ-0001") == ["transfer"]
    assert faults(kept) == ()


def test_an_older_database_gets_its_index_when_it_is_upgraded(kept: Backend, find: Find) -> None:
    with kept.writing() as session:
        keeping.own_index(session.connection()).clear(session.connection())
    assert find("滨江路") == []
    keeping.complete(kept)
    assert find("滨江路") == ALL


def test_every_watched_table_and_column_is_there(kept: Backend) -> None:
    with kept.reading() as session:
        for one in watching.WATCHED:
            columns = ", ".join((one.key, *one.columns))
            session.execute(text(f"SELECT {columns} FROM {one.table} LIMIT 1"))
        assert watching.missing(session.connection()) == set()
