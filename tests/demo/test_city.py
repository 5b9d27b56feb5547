"""The city as it stands: every state, a sound audit, accounts that open, files to try; made once and whole."""

import stat
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from zipfile import ZipFile

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archives.accession.jobs import check_file
from archives.accession.models import ReceivedFile, TransferList
from archives.accounts import service as accounts
from archives.accounts.models import Account
from archives.catalogue.intake import Plan
from archives.catalogue.models import ACCESSIONED, ElectronicFile, Item, Volume
from archives.config import Settings
from archives.core import audit
from archives.core.actors import Role, local_operator
from archives.core.audit import AuditEntry, Subject
from archives.core.clock import now, today
from archives.core.errors import ConfigurationError, ConflictError
from archives.core.files import ContentStore
from archives.core.problems import errors_in
from archives.core.sheets.limits import Limits
from archives.demo import building, examples
from archives.demo.city import BEGUN
from archives.demo.people import ADMINISTRATORS, PEOPLE
from archives.demo.plots import SIZES
from archives.demo.works import chapters
from archives.features import REGISTRY
from archives.procedure.models import Clock, Gap, Paper
from archives.procedure.workflow import STATES
from archives.projects.lists import read_list
from archives.projects.models import Project, UnitWorks
from archives.projects.queries import by_code, reader
from archives.projects.service import preview
from tests.demo.conftest import Built, make

OPERATOR = local_operator("test")


@pytest.fixture
def reading(city: Built) -> Iterator[Session]:
    """A session that looks at the city."""
    with city.backend.reading() as session:
        yield session


def test_a_killed_call_leaves_no_instance_and_the_next_one_makes_the_city(city: Built) -> None:
    assert city.left_by_killed == []
    assert building.standing(city.settings) is building.Standing.INSTANCE
    assert not (city.settings.data / building.WORKSHOP).exists()


def test_a_second_call_changes_nothing(city: Built, reading: Session) -> None:
    accounts_before = (city.settings.data / building.ACCOUNTS).read_bytes()
    before = audit.verify(reading)
    assert not make(city.settings)
    assert audit.verify(reading) == before
    assert (city.settings.data / building.ACCOUNTS).read_bytes() == accounts_before


def test_the_audit_holds_and_runs_forward(reading: Session) -> None:
    assert audit.verify(reading).broken is None
    moments: list[datetime] = list(reading.scalars(select(AuditEntry.at).order_by(AuditEntry.seq)))
    assert all(before <= after for before, after in pairwise(moments))
    assert moments[-1] < now()


def test_every_state_occurs(reading: Session) -> None:
    assert set(reading.scalars(select(Project.state))) == set(STATES)


def test_the_records_are_those_of_the_plan(reading: Session) -> None:
    planned = [items for chapter in chapters(SIZES["S"], today()) for _, items in chapter.volumes]
    titles = Counter(str(item["title"]) for items in planned for item in items)
    assert Counter(reading.scalars(select(Item.title))) == titles


def test_what_is_in_the_holdings_has_number_code_and_shelf(reading: Session) -> None:
    entered = reading.scalars(select(Volume).where(Volume.state == ACCESSIONED)).all()
    assert entered
    assert sorted(volume.accession_no or 0 for volume in entered) == list(range(1, len(entered) + 1))
    assert all(volume.archival_code and volume.shelf_location and volume.accessioned_on for volume in entered)


def test_papers_files_gaps_and_late_deadlines_are_real(city: Built, reading: Session) -> None:
    store = ContentStore(city.settings.files)
    papers = reading.scalars(select(Paper)).all()
    assert {"notice", "rectification_notice", "gap_commitment", "receipt_certificate"} <= {one.form for one in papers}
    assert all(store.is_sound(paper.sha256) for paper in papers)
    kept = reading.scalars(select(ElectronicFile)).all()
    assert {file.format for file in kept} == {"PDF", "DXF"}
    assert all(store.is_sound(file.sha256) for file in kept)
    assert reading.scalar(select(func.count(ReceivedFile.id)).where(ReceivedFile.item_id.is_(None)))
    assert reading.scalar(select(func.count(Gap.id)).where(Gap.filled_on.is_(None)))
    late = select(func.count(Clock.id)).where(Clock.ended_on.is_(None), Clock.due_on < today())
    assert reading.scalar(late)
    assert set(reading.scalars(select(TransferList.state))) == {"taken"}


def test_units_know_their_technical_data(reading: Session) -> None:
    bridges = reading.scalars(select(UnitWorks).where(UnitWorks.works_type == "bridge")).all()
    assert bridges
    assert all(unit.technical["spans"] >= 3 for unit in bridges)


def test_every_role_has_an_account_with_a_password_of_its_own(city: Built) -> None:
    path = city.settings.data / building.ACCOUNTS
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    logins = dict(line.split()[:2] for line in path.read_text(encoding="utf-8").splitlines())
    assert logins.keys() == {person.login for person in (*ADMINISTRATORS, *PEOPLE)}
    assert len(set(logins.values())) == len(logins)
    assert {person.role for person in (*ADMINISTRATORS, *PEOPLE)} == set(Role)
    with city.backend.sessions() as session:
        assert accounts.sign_in(session, city.settings, "jiancha", logins["jiancha"])
        assert all(account.password_hash for account in session.scalars(select(Account)))


def _example(city: Built, session: Session, name: str) -> Plan:
    folder = city.settings.data / building.EXAMPLES
    code = (folder / examples.README).read_text(encoding="utf-8").split("项目 ")[1].split()[0]
    project = by_code(session, OPERATOR, code)
    return check_file(session, city.settings, OPERATOR, project, folder / name, name, "")[1]


@pytest.mark.parametrize("name", [examples.SOUND, examples.PACKAGE, examples.CLERK_CSV])
def test_sound_examples_are_sound(city: Built, reading: Session, name: str) -> None:
    made = _example(city, reading, name)
    assert made.added == made.rows > 100
    assert not errors_in(made.problems)


def test_faulty_examples_show_many_faults(city: Built, reading: Session) -> None:
    codes = {problem.code for problem in errors_in(_example(city, reading, examples.FAULTY).problems)}
    assert len(codes) >= 18
    assert {"title.formula", "number.twice", "item.no_volume", "dates.reversed"} <= codes
    alone = {problem.code for problem in errors_in(_example(city, reading, examples.FAULTY_CSV).problems)}
    assert {"title.formula", "retention.unknown", "unit.unknown"} <= alone


def test_the_package_of_files_and_the_projects_can_be_taken(city: Built, reading: Session) -> None:
    folder = city.settings.data / building.EXAMPLES
    with ZipFile(folder / examples.FILES) as package:
        assert {Path(name).suffix for name in package.namelist()} == {".pdf", ".dxf"}
    found = read_list(folder / examples.PROJECTS, examples.PROJECTS, reader(reading), Limits())
    receipt = preview(reading, OPERATOR, found.entries)
    assert receipt.added == 3
    assert not receipt.problems


def test_half_a_city_on_a_server_is_refused(settings: Settings, session: Session) -> None:
    accounts.bootstrap(session, settings, OPERATOR, "admin", None)
    audit.record(session, OPERATOR, BEGUN, Subject("instance", None, "云川市"))
    session.commit()
    with pytest.raises(ConfigurationError):
        make(settings)


def test_two_cannot_build_at_once(tmp_path: Path) -> None:
    with building.alone(tmp_path), pytest.raises(ConflictError), building.alone(tmp_path):
        pytest.fail("a second builder came in")


def test_every_action_in_the_audit_has_a_name(city: Built) -> None:
    with city.backend.reading() as session:
        actions = set(session.scalars(select(AuditEntry.action).distinct()))
    assert len(actions) > 40
    assert actions <= set(REGISTRY.events)
