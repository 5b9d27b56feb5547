"""What our own system counts for the return of its own archives, against numbers counted by hand."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from archives.catalogue.models import ACCESSIONED, WITHDRAWN, ElectronicFile, Item
from archives.core import office
from archives.core.actors import Actor, Role
from archives.core.backend import Backend
from archives.core.clock import today
from archives.facilities import queries
from archives.facilities.filing.own_figures import HOW, Due, own_figures, tally
from archives.procedure.models import Clock, Step
from tests.catalogue.conftest import City, person
from tests.visitors import Visitor

YEAR = 2025
HERE = f"/facilities/returns/510100/{YEAR}"


def due(scale: str = "large", key: str = "", works: str = "building", state: str = "certified", on: Any = None) -> Due:
    return Due(scale, key, works, state, on)


def test_projects_by_scale_key_level_and_works() -> None:
    day = date(YEAR, 6, 1)
    counted = tally(
        [
            due(on=day),
            due("medium", state="accessioned", on=date(YEAR + 1, 1, 1)),  # came after the year's end
            due("small", "municipal", on=None),  # received before there were steps
            due("small", works="pipeline", state="transferred", on=None),
            due("large", "national", "pipeline", "collecting", day),  # given back since
        ],
        YEAR,
    )
    assert counted == {
        "projects_due": 4,
        "projects_received": 2,
        "key_projects_due": 2,
        "key_projects_received": 1,
        "pipeline_projects_due": 2,
        "pipeline_projects_received": 0,
    }
    assert HOW.keys() == counted.keys() | {"holdings_volumes", "digitised_volumes"}


def electronic(session: Session, item: Item, day: int, *, accepted: bool = True) -> None:
    at = datetime(YEAR, 12, day, 15, 30, tzinfo=UTC)  # 23:30 of the office's day
    values = {"name": "a.pdf", "sha256": "0" * 64, "size": 1, "format": "pdf", "media_type": "application/pdf"}
    session.add(ElectronicFile(item_id=item.id, is_accepted=accepted, received_at=at, **values))


def clock(session: Session, project_id: int, deadline: str, day: date) -> None:
    session.add(Clock(project_id=project_id, deadline=deadline, started_on=day, due_on=day))


@pytest.fixture
def filled(backend: Backend) -> Backend:
    """Four volumes held at the end of the year, two of them with files; three projects due, two received."""
    with backend.writing() as session:
        city = City(session)
        first = city.project("P-1", scale="large", state="accessioned")
        clock(session, first.id, "works_transfer", date(YEAR, 3, 1))
        came = {"move": "enter", "from_state": "certified", "to_state": "accessioned", "actor": "x"}
        session.add(Step(project_id=first.id, at=datetime(YEAR, 2, 1, tzinfo=UTC), **came))
        second = city.project("P-2", scale="medium", completed_on=date(YEAR, 5, 1))
        third = city.project("P-3", scale="large", completed_on=date(YEAR, 5, 1))
        clock(session, third.id, "works_transfer", date(YEAR + 1, 1, 1))  # the clock decides, not the completion
        city.project(
            "P-4", scale="small", key_level="county", state="certified", completed_on=date(YEAR, 7, 1), secrecy=3
        )
        city.project("P-5", scale="small", completed_on=date(YEAR, 7, 1))
        city.project("P-6", works_type="pipeline", state="withdrawn", completed_on=date(YEAR, 7, 1))
        held: dict[str, Any] = {"state": ACCESSIONED, "accessioned_on": date(YEAR, 12, 31)}
        volumes = [city.volume(first, str(number), **held) for number in range(3)]
        volumes.append(city.volume(second, "1", state=ACCESSIONED, secrecy=3))
        city.volume(first, "late", state=ACCESSIONED, accessioned_on=date(YEAR + 1, 1, 1))
        city.volume(first, "gone", state=WITHDRAWN, accessioned_on=date(YEAR, 1, 1))
        city.volume(second, "coming")
        electronic(session, city.item(volumes[0], 1), 31)
        electronic(session, city.item(volumes[0], 2), 31)
        electronic(session, city.item(volumes[1], 1), 31, accepted=False)
        electronic(session, city.item(volumes[3], 1), 1)
    return backend


def test_what_is_counted(filled: Backend, operator: Actor) -> None:
    with filled.reading() as session:
        figures = own_figures(session, operator, YEAR)
    assert figures == {
        "holdings_volumes": 4,
        "digitised_volumes": 2,
        "class_volumes.I": 4,
        "projects_due": 3,
        "projects_received": 2,
        "key_projects_due": 1,
        "key_projects_received": 1,
        "pipeline_projects_due": 0,
        "pipeline_projects_received": 0,
    }


def test_nobody_counts_what_he_may_not_see(filled: Backend) -> None:
    with filled.reading() as session:
        low = own_figures(session, person(Role.DIRECTOR, clearance=0), YEAR)
        none = own_figures(session, person(Role.SYSTEM_ADMIN), YEAR)
    assert (low["holdings_volumes"], low["digitised_volumes"], low["projects_due"]) == (3, 1, 2)
    assert set(none.values()) == {0}


def test_figures_are_offered_for_the_own_area_alone(
    region: Backend, filled: Backend, operator: Actor, bureau: Visitor
) -> None:
    assert "本系统已有数据" not in bureau.get(f"{HERE}/edit").text
    with filled.writing() as session:
        office.decide(session, operator, "institution", "甲市城市建设档案馆")
    page = bureau.get(f"{HERE}/edit").text
    assert "本系统已有数据" in page
    assert 'name="holdings_volumes" value="4"' in page, "a return that is begun says what the system counts"
    assert 'name="key_projects_received" value="1"' in page
    assert 'name="pipeline_projects_due" value=""' in page, "what it has none of may be elsewhere: unknown, not zero"
    assert bureau.send(f"{HERE}/edit", {"holdings_volumes": "9"}).status_code == 303
    page = bureau.get(f"{HERE}/edit").text
    assert 'name="take" value="holdings_volumes"' in page
    assert "本系统已有数据" not in bureau.get(f"/facilities/returns/510123/{YEAR}/edit").text

    taken = bureau.send(f"{HERE}/edit", {"staff": "31", "holdings_volumes": "9", "take": "holdings_volumes"})
    assert taken.status_code == 303
    with region.reading() as session:
        filed = queries.return_of(session, operator, "510100", YEAR)
        assert (filed.holdings_volumes, filed.staff, filed.state) == (4, 31, "draft")
        assert filed.from_system == {"holdings_volumes": today().isoformat()}
    again = bureau.get(f"{HERE}/edit").text
    assert "取自本系统" in again
    assert 'name="take" value="holdings_volumes"' not in again
    shown = bureau.get(HERE).text
    assert f"取自本系统，{today().isoformat()} 统计" in shown
    bureau.send(f"{HERE}/edit", {"holdings_volumes": "9"})
    assert "本系统数据为 4" in bureau.get(HERE).text
