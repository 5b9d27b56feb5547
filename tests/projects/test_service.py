"""Taking projects in: once, again, changed, refused; what is remembered, and what can be given back."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archives.core import history
from archives.core.actors import Actor, Role
from archives.core.audit import AuditEntry, verify
from archives.core.clock import now, today
from archives.core.errors import ConflictError, ForbiddenError, RefusedError
from archives.organisations.models import Organisation
from archives.projects import queries, service
from archives.projects.drafts import ProjectEntry
from archives.projects.models import Party, Permit, Project
from archives.projects.reading import Source
from tests.projects.conftest import FULL, SMALLEST, Enter, person


def test_a_project_is_registered_with_its_parties_and_permits(session: Session, operator: Actor, library: str) -> None:
    project = queries.by_code(session, operator, library)
    parties = [(party.role, party.organisation.name) for party in queries.parties_of(session, project.id)]
    assert parties == [
        ("client", "江城建设投资有限公司"),
        ("surveyor", "江城勘察院"),
        ("designer", "江城建筑设计院"),
        ("contractor", "江城第一建筑公司"),
        ("contractor", "江城安装公司"),
        ("supervisor", "江城监理公司"),
        ("agent", "江城代建中心"),
    ]
    permits = [(permit.kind, permit.number) for permit in queries.permits_of(session, project.id)]
    assert permits == [
        ("project_approval", "江发改〔2025〕12号"),
        ("planning_permit", "建字第2026001号"),
        ("planning_permit", "建字第2026002号"),
        ("construction_permit", "3201002026010101"),
    ]
    assert (project.state, project.class_code, project.secrecy, project.acceptance) == ("registered", "I3", 1, "pre")
    assert (project.longitude, project.latitude) == pytest.approx((117.225, 31.805556), abs=1e-6)


def test_the_smallest_record_is_enough(session: Session, operator: Actor, entered: Enter) -> None:
    receipt = service.receive(session, operator, [entered()])
    project = queries.by_code(session, operator, "2026-0001")
    assert (receipt.added, receipt.problems) == (1, ())
    assert (project.class_code, project.acceptance, project.secrecy) == ("I", "joint", 0)


def test_the_same_again_changes_nothing(session: Session, operator: Actor, entered: Enter, library: str) -> None:
    session.commit()
    entries = verify(session).entries
    receipt = service.receive(session, operator, [entered(**FULL)])
    session.commit()
    assert (receipt.added, receipt.changed, receipt.unchanged) == (0, 0, 1)
    assert verify(session).entries == entries


def test_fields_that_are_not_given_stay(session: Session, operator: Actor, entered: Enter, library: str) -> None:
    receipt = service.receive(session, operator, [entered()])
    assert (receipt.unchanged, receipt.problems) == (1, ())
    assert queries.by_code(session, operator, library).note == "一期"


def test_other_content_is_a_change_with_history_and_audit(
    session: Session, operator: Actor, entered: Enter, library: str
) -> None:
    session.commit()
    changed = entered(note="", contractors="江城第二建筑公司", started_on="2025-03-16")
    receipt = service.receive(session, operator, [changed])
    session.commit()
    project = queries.by_code(session, operator, library)
    assert (receipt.changed, project.note, project.version) == (1, "", 2)
    assert [one.organisation.name for one in queries.parties_of(session, project.id) if one.role == "contractor"] == [
        "江城第二建筑公司"
    ]
    revision = history.of(session, service.PROJECT, project.id)[0]
    assert '"contractors":["江城第一建筑公司；江城安装公司","江城第二建筑公司"]' in revision.changes
    last = session.scalars(select(AuditEntry).where(AuditEntry.action == "project.amended")).one()
    assert last.subject_id == project.id
    assert '"started_on":["2025-03-15","2025-03-16"]' in last.content


def test_every_field_can_be_given_back(session: Session, operator: Actor, entered: Enter, library: str) -> None:
    blank = {name: "" for name in FULL if name not in SMALLEST and name not in {"class_code", "secrecy", "acceptance"}}
    service.receive(session, operator, [entered(**blank, class_code="I4", secrecy="public", acceptance="joint")])
    project = queries.by_code(session, operator, library)
    revision = history.of(session, service.PROJECT, project.id)[0]
    for name in FULL.keys() - SMALLEST.keys():
        service.restore(session, operator, project, revision.id, name)
    receipt = service.receive(session, operator, [entered(**FULL)])
    assert (receipt.unchanged, receipt.problems) == (1, ())


def test_a_number_is_given_where_none_is(session: Session, operator: Actor, entered: Enter) -> None:
    year = today().year
    service.receive(session, operator, [entered(code=f"{year}-0002")])
    receipt = service.receive(session, operator, [entered(code="", name=name) for name in ("甲工程", "乙工程")])
    assert receipt.codes == [f"{year}-0001", f"{year}-0003"]


def test_with_an_error_nothing_is_stored_unless_the_sound_are_wanted(
    session: Session, operator: Actor, entered: Enter
) -> None:
    entries = [entered(), entered(code="2026-0002", name="")]
    receipt = service.receive(session, operator, entries)
    assert (receipt.added, receipt.refused) == (0, 1)
    assert session.scalar(select(func.count()).select_from(Project)) == 0
    assert session.scalar(select(func.count()).select_from(Organisation)) == 0
    receipt = service.receive(session, operator, entries, sound_only=True)
    assert (receipt.added, receipt.refused) == (1, 1)


def test_a_preview_says_the_same_and_stores_nothing(session: Session, operator: Actor, entered: Enter) -> None:
    entries = [entered(), entered(code="2026-0002", works_type="castle")]
    seen = service.preview(session, operator, entries)
    assert (seen.added, seen.refused) == (1, 1)
    assert seen.problems == service.receive(session, operator, entries).problems
    assert session.scalar(select(func.count()).select_from(Project)) == 0


def test_former_names_are_the_same_organisation(
    session: Session, operator: Actor, entered: Enter, library: str, own: Organisation
) -> None:
    own.former_names, own.name = own.name, "江城城投集团有限公司"
    session.flush()
    receipt = service.receive(session, operator, [entered(**FULL)])
    assert (receipt.unchanged, receipt.changed) == (1, 0)


def test_unit_works_come_with_their_project(session: Session, operator: Actor, entered: Enter, library: str) -> None:
    reader = queries.reader(session)
    tower = reader.unit({"code": "01", "name": "主楼", "technical.floor_area": "12,500.5"}, "building")
    garage = reader.unit({"code": "02", "name": "车库"}, "building")
    project = queries.by_code(session, operator, library)
    assert service.add_units(session, operator, project, [tower, garage]).changed == 1
    assert service.add_units(session, operator, project, [tower, garage]).unchanged == 1
    units = queries.units_of(session, project.id)
    assert [(unit.code, unit.works_type, unit.technical) for unit in units] == [
        ("01", "building", {"floor_area": 12500.5}),
        ("02", "building", {}),
    ]


def test_technical_data_are_given_back(session: Session, operator: Actor, library: str) -> None:
    reader = queries.reader(session)
    project = queries.by_code(session, operator, library)
    raw = {"code": "01", "name": "主楼", "technical.storeys_above": "12"}
    service.add_units(session, operator, project, [reader.unit(raw, "building")])
    unit = queries.unit_by_code(session, project, "01")
    corrected = reader.unit({**raw, "technical.storeys_above": 21}, "building")
    service.amend_unit(session, operator, project, unit, corrected, unit.version)
    assert unit.technical == {"storeys_above": 21}
    revision = history.of(session, service.UNIT_WORKS, unit.id)[0]
    service.restore_unit(session, operator, project, unit, revision.id, "technical.storeys_above")
    assert unit.technical == {"storeys_above": 12}


def test_two_who_change_the_same_project_do_not_overwrite_each_other(
    session: Session, operator: Actor, entered: Enter, library: str
) -> None:
    project = queries.by_code(session, operator, library)
    read = project.version
    service.amend(session, operator, project, entered(**FULL | {"designer": "另一设计院"}), read)
    with pytest.raises(ConflictError):
        service.amend(session, operator, project, entered(**FULL | {"designer": "第三设计院"}), read)


def test_a_client_registers_for_itself_only(session: Session, entered: Enter, own: Organisation) -> None:
    client = person(Role.CLIENT, organisation_id=own.id)
    assert service.receive(session, client, [entered()]).added == 1
    receipt = service.receive(session, client, [entered(code="2026-0002", client="别的公司")])
    assert (receipt.added, [problem.code for problem in receipt.problems]) == (0, ["client.other"])


def test_a_client_cannot_touch_or_learn_of_another_ones_project(
    session: Session, entered: Enter, library: str, operator: Actor
) -> None:
    other = Organisation(name="别的公司", name_key="别的", created_at=now())
    session.add(other)
    session.flush()
    client = person(Role.CLIENT, organisation_id=other.id)
    receipt = service.receive(session, client, [entered(client="别的公司", name="别的工程")])
    assert [problem.code for problem in receipt.problems] == ["code.taken"]
    project = queries.by_code(session, operator, library)
    with pytest.raises(ForbiddenError):
        service.amend(session, client, project, entered(**FULL))


def test_a_handed_over_project_is_closed_to_its_client(
    session: Session, entered: Enter, library: str, operator: Actor, own: Organisation
) -> None:
    project = queries.by_code(session, operator, library)
    project.state = "accessioned"
    session.flush()
    client = person(Role.CLIENT, organisation_id=own.id)
    with pytest.raises(ForbiddenError):
        service.amend(session, client, project, entered(**FULL | {"note": "改"}))


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.COUNTER, Role.GUIDANCE, Role.CATALOGUER, Role.CLIENT}))
def test_others_register_nothing(session: Session, entered: Enter, role: Role) -> None:
    with pytest.raises(ForbiddenError):
        service.receive(session, person(role), [entered()])


def test_an_amendment_with_faults_is_refused(session: Session, operator: Actor, entered: Enter, library: str) -> None:
    project = queries.by_code(session, operator, library)
    with pytest.raises(RefusedError) as refusal:
        service.amend(session, operator, project, entered(started_on="2025-03-15", completed_on="2024-01-01"))
    assert [problem.code for problem in refusal.value.problems] == ["dates.reversed"]


def test_rules_see_what_the_project_has_beside_what_is_given(session: Session, operator: Actor, library: str) -> None:
    reader = queries.reader(session)
    raw = SMALLEST | {"completed_on": "2025-01-01"}
    receipt = service.receive(session, operator, [reader.project(raw, Source())])
    assert [problem.code for problem in receipt.problems] == ["dates.reversed"]


def test_merging_organisations_hands_their_parts_over(
    session: Session, operator: Actor, library: str, own: Organisation
) -> None:
    target = session.scalars(select(Organisation).where(Organisation.name == "江城代建中心")).one()
    service.move_organisation(session, operator, own.id, target.id)
    project = queries.by_code(session, operator, library)
    assert project.client.name == "江城代建中心"
    assert session.scalar(select(func.count()).select_from(Party).where(Party.organisation_id == own.id)) == 0
    assert {one.parts for one in queries.works_of(session, operator, target.id)} == {("agent", "client")}


def test_permits_of_a_project_are_its_own(session: Session, operator: Actor, entered: Enter, library: str) -> None:
    service.receive(session, operator, [entered(code="2026-0002", name="另一工程", planning_permit="建字第2026001号")])
    assert session.scalar(select(func.count()).select_from(Permit)) == 5


def test_an_entry_without_reading_is_taken_as_it_is(session: Session, operator: Actor, entered: Enter) -> None:
    entry = entered()
    assert service.receive(session, operator, [ProjectEntry(entry.draft)]).added == 1
