"""Returns taken in, checked and given back; who may do it; what the database keeps."""

from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archives.core import history
from archives.core.actors import STAFF, Actor, Role
from archives.core.audit import AuditEntry, verify
from archives.core.backend import Backend
from archives.core.errors import ConflictError, ForbiddenError, NotFoundError, RefusedError
from archives.facilities import queries, service
from archives.facilities.actions import ACTIONS, CHECK, ENTER, REGISTER, SEE
from archives.facilities.models import Area, Institution, YearlyReturn
from archives.facilities.reading import Reader
from archives.facilities.return_lists import SHIPPED
from archives.facilities.service import Receipt
from archives.schema import differences

READER = Reader.of(SHIPPED)
PROVINCE = {"code": "510000", "name": "某省", "level": "province", "body": "post", "year": 2024}
CITY = {
    "code": "510100",
    "name": "甲市",
    "level": "city",
    "urban_status": True,
    "population": 600_000,
    "population_basis": "urban_resident",
    "kind": "archives",
    "two_names": True,
    "institution": "甲市城市建设档案馆",
    "year": 2024,
    "staff": 30,
    "technical_staff": 20,
    "floor_area_m2": 2350.5,
    "lan": True,
    "equipment": {"extinguisher": 46, "dehumidifier": False},
    "databases": {"catalogue": "95%", "pipelines": True},
    "signed_on": "2025-01-31",
}
COUNTY = {"code": "510123", "name": "丙县", "level": "county", "kind": "office", "two_names": False, "year": 2024}
REGION = (COUNTY, CITY, PROVINCE)  # the county before what it stands under


def person(*roles: Role, number: int = 7) -> Actor:
    return Actor("account", "somebody", number, frozenset(roles))


def bring(
    session: Session, actor: Actor, *rows: dict[str, Any], sound_only: bool = False, as_draft: bool = False
) -> Receipt:
    entries = [READER.entry(row) for row in rows]
    return service.receive(session, actor, entries, sound_only=sound_only, as_draft=as_draft)


def counts(receipt: Receipt) -> tuple[int, int, int, int]:
    return receipt.added, receipt.changed, receipt.unchanged, receipt.refused


def the_return(session: Session, operator: Actor, year: int = 2024) -> YearlyReturn:
    return queries.return_of(session, operator, "510100", year)


def test_a_region_is_taken_in_once(session: Session, operator: Actor) -> None:
    assert counts(bring(session, operator, *REGION)) == (3, 0, 0, 0)
    assert counts(bring(session, operator, *REGION)) == (0, 0, 3, 0)
    filed = the_return(session, operator)
    assert (filed.staff, filed.floor_area_m2, filed.lan, filed.accidents) == (30, 2350.5, True, None)
    assert filed.equipment == {"extinguisher": 46, "dehumidifier": 0}
    assert (filed.databases, filed.catalogue_rate) == ({"pipelines": True}, 95)
    assert filed.state == "submitted"
    institution = session.scalars(select(Institution).where(Institution.kind == "archives")).one()
    assert (institution.name, institution.two_names) == ("甲市城市建设档案馆", True)


def test_areas_stand_under_one_another_whatever_the_order(session: Session, operator: Actor) -> None:
    bring(session, operator, COUNTY)
    bring(session, operator, PROVINCE)
    ids = dict(session.execute(select(Area.code, Area.id)).all())
    above = select(Area.parent_id).where(Area.code == "510123")
    assert session.scalar(above) == ids["510000"]
    bring(session, operator, CITY)
    assert session.scalar(above) == session.scalar(select(Area.id).where(Area.code == "510100"))


def test_a_region_is_an_area_and_all_below(session: Session, operator: Actor) -> None:
    bring(session, operator, *REGION, {**CITY, "code": "620100", "name": "他市"})
    codes = {
        region: list(queries.filed_in(session, operator, 2024, region).returns.code)
        for region in ("", "510000", "510100", "510123")
    }
    assert codes == {
        "": ["510000", "510100", "510123", "620100"],
        "510000": ["510000", "510100", "510123"],
        "510100": ["510100", "510123"],
        "510123": ["510123"],
    }
    with pytest.raises(NotFoundError):
        queries.filed_in(session, operator, 2024, "999999")


def test_an_area_without_a_return_is_there_and_unknown(session: Session, operator: Actor) -> None:
    bring(session, operator, *REGION)
    filed = queries.filed_in(session, operator, 2020)
    assert list(filed.returns.code) == ["510000", "510100", "510123"]
    assert list(filed.states) == ["", "", ""]
    assert filed.returns.has.tolist() == [-1, 0, 1]
    assert filed.returns.population[1] == 600_000
    assert str(filed.returns.numbers["staff"][1]) == "nan"


def test_one_fault_stores_nothing(session: Session, operator: Actor) -> None:
    receipt = bring(session, operator, CITY, {**COUNTY, "staff": 2, "technical_staff": 3})
    assert counts(receipt) == (0, 0, 0, 1)
    assert session.scalar(select(func.count()).select_from(Area)) == 0


def test_the_sound_rows_alone_by_choice(session: Session, operator: Actor) -> None:
    receipt = bring(session, operator, CITY, {**COUNTY, "staff": 2, "technical_staff": 3}, sound_only=True)
    assert counts(receipt) == (1, 0, 0, 1)
    assert session.scalars(select(Area.code)).all() == ["510100"]


def test_a_dry_run_stores_nothing(session: Session, operator: Actor) -> None:
    receipt = service.preview(session, operator, [READER.entry(row) for row in REGION])
    assert counts(receipt) == (3, 0, 0, 0)
    assert session.scalar(select(func.count()).select_from(Area)) == 0


def test_what_is_not_told_again_stays(session: Session, operator: Actor) -> None:
    bring(session, operator, CITY)
    later = {"code": "510100", "year": 2024, "staff": 31, "equipment": {"dehumidifier": 2}, "lan": None}
    assert counts(bring(session, operator, later)) == (0, 1, 0, 0)
    filed = the_return(session, operator)
    assert (filed.staff, filed.technical_staff, filed.lan) == (31, 20, None)
    assert filed.equipment == {"extinguisher": 46, "dehumidifier": 2}
    changes = history.of(session, service.RETURN, filed.id)
    assert len(changes) == 1


def test_an_older_year_does_not_undo_what_is_known(session: Session, operator: Actor) -> None:
    older = {**CITY, "year": 2020, "population": 450_000, "two_names": False}
    bring(session, operator, CITY)
    bring(session, operator, older)
    area = session.scalars(select(Area)).one()
    assert (area.population, area.told_for) == (600_000, 2024)
    assert the_return(session, operator, 2020).population == 450_000
    newer = {**CITY, "year": 2025, "population": 700_000}
    bring(session, operator, newer)
    assert area.population == 700_000
    assert counts(bring(session, operator, older, CITY, newer)) == (0, 0, 3, 0)


def test_each_year_is_judged_by_its_own_facts(session: Session, operator: Actor) -> None:
    bring(
        session,
        operator,
        CITY,
        {
            **CITY,
            "year": 2020,
            "kind": "none",
            "two_names": False,
            "staff": 0,
            "lan": False,
            "technical_staff": 0,
            "floor_area_m2": 0,
            "databases": {},
            "population": 480_000,
        },
    )
    assert queries.filed_in(session, operator, 2020).returns.has.tolist() == [2]
    assert queries.filed_in(session, operator, 2020).returns.population.tolist() == [480_000]
    assert queries.filed_in(session, operator, 2024).returns.has.tolist() == [0]


def test_many_rows_take_few_statements(session: Session, operator: Actor, statements: list[str]) -> None:
    rows = [{**COUNTY, "code": f"51{number:04d}", "name": f"县{number}"} for number in range(1, 400)]
    statements.clear()
    bring(session, operator, *rows)
    assert len(statements) <= 12
    statements.clear()
    assert counts(bring(session, operator, *rows)) == (0, 0, 399, 0)
    assert len(statements) <= 6
    statements.clear()
    queries.filed_in(session, operator, 2024)
    assert len(statements) == 1


def test_a_return_goes_its_way(session: Session, operator: Actor) -> None:
    bring(session, operator, CITY, as_draft=True)
    filed = the_return(session, operator)
    assert list(queries.filed_in(session, operator, 2024).states) == [""]
    service.submit(session, operator, filed)
    assert list(queries.filed_in(session, operator, 2024).states) == ["submitted"]
    with pytest.raises(RefusedError):
        service.give_back(session, operator, filed, " ")
    service.give_back(session, operator, filed, "馆舍面积与上年不符")
    assert (filed.state, filed.reason) == ("returned", "馆舍面积与上年不符")
    assert list(queries.filed_in(session, operator, 2024).states) == [""]
    with pytest.raises(ConflictError):
        service.accept(session, operator, filed)
    service.submit(session, operator, filed)
    service.accept(session, operator, filed)
    assert filed.state == "accepted"
    with pytest.raises(ConflictError):
        service.submit(session, operator, filed)


def test_one_given_back_is_filed_again_when_it_comes_corrected(session: Session, operator: Actor) -> None:
    bring(session, operator, CITY)
    filed = the_return(session, operator)
    service.give_back(session, operator, filed, "人数不符")
    assert counts(bring(session, operator, CITY)) == (0, 0, 1, 0)
    assert filed.state == "returned"
    bring(session, operator, {**CITY, "staff": 29}, as_draft=True)
    assert filed.state == "returned"
    bring(session, operator, {**CITY, "staff": 28})
    assert (filed.state, filed.reason) == ("submitted", "")
    assert '"state":["returned","submitted"]' in history.of(session, service.RETURN, filed.id)[0].changes


def test_an_accepted_return_is_closed(session: Session, operator: Actor) -> None:
    bring(session, operator, CITY)
    service.accept(session, operator, the_return(session, operator))
    assert counts(bring(session, operator, CITY)) == (0, 0, 1, 0)
    receipt = bring(session, operator, {**CITY, "staff": 31})
    assert [problem.code for problem in receipt.problems] == ["year.accepted"]
    assert the_return(session, operator).staff == 30


def test_everything_is_audited(session: Session, operator: Actor) -> None:
    bring(session, operator, *REGION)
    filed = the_return(session, operator)
    service.accept(session, operator, filed)
    session.commit()
    told = session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq)).all()
    assert told[-2:] == ["facilities.received", "facilities.accepted"]
    assert verify(session).broken is None


def test_the_same_again_leaves_no_trace(session: Session, operator: Actor) -> None:
    bring(session, operator, *REGION)
    session.commit()
    bring(session, operator, *REGION)
    session.commit()
    assert session.scalar(select(func.count()).where(AuditEntry.action == "facilities.received")) == 1


@pytest.mark.parametrize("role", Role)
def test_who_may_do_what(session: Session, operator: Actor, role: Role) -> None:
    bring(session, operator, CITY)
    filed = the_return(session, operator)
    authority = role is Role.AUTHORITY
    actor = person(role)
    assert SEE.allows(actor) == (authority or role in STAFF)
    assert REGISTER.allows(actor) == authority
    assert ENTER.allows(actor) == (authority or role in {Role.DIRECTOR, Role.REVIEWER, Role.GUIDANCE})
    filed.entered_by = 7
    assert not CHECK.allows(actor, filed)  # nobody checks his own
    filed.entered_by = 8
    assert CHECK.allows(actor, filed) == authority
    seen = list(queries.filed_in(session, actor, 2024).returns.code)
    assert seen == (["510100"] if SEE.allows(actor) else [])


def test_who_may_not_is_refused(session: Session, operator: Actor) -> None:
    bring(session, operator, CITY)
    filed = the_return(session, operator)
    with pytest.raises(ForbiddenError):
        bring(session, person(Role.READING_ROOM), CITY)
    with pytest.raises(ForbiddenError):
        service.preview(session, person(Role.CLIENT), [])
    with pytest.raises(ForbiddenError):
        service.accept(session, person(Role.DIRECTOR), filed)
    with pytest.raises(ForbiddenError):
        bring(session, person(Role.DIRECTOR), COUNTY)  # an area that is not registered
    assert counts(bring(session, person(Role.DIRECTOR), {"code": "510100", "year": 2024, "staff": 32}))[1] == 1
    assert filed.entered_by == 7


def test_every_action_is_in_the_table() -> None:
    verbs = ("see", "register", "enter", "check", "decide", "remind", "scheme", "claim", "appoint", "score", "approve")
    assert [one.name for one in ACTIONS] == [f"facilities.{verb}" for verb in verbs]


def test_the_migration_makes_what_the_models_say(backend: Backend) -> None:
    assert not [one for one in differences(backend) if "facility_" in str(one)]
