"""Changing many at once: the rules of lists, a preview that counts, and an undo that touches nothing newer."""

import json
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from archives.catalogue import bulk, describing
from archives.catalogue.bulk import Wish
from archives.catalogue.drafts import VolumeFilters
from archives.catalogue.models import Volume
from archives.core.actors import Role
from archives.core.audit import AuditEntry
from archives.core.errors import ConflictError, NotFoundError, RefusedError, TooLargeError
from archives.projects.models import Project
from tests.catalogue.conftest import CATALOGUER, City, person, volumes_in


def all_of(city: City, project: Project) -> list[Volume]:
    """Every volume of a project."""
    return bulk.filtered(city.session, CATALOGUER, VolumeFilters(project=project.code))


def edit(city: City, volumes: list[Volume], wish: Wish) -> str:
    """Preview and do."""
    made = bulk.plan_edit(city.session, CATALOGUER, volumes, wish)
    return bulk.edit(city.session, CATALOGUER, made, made.digest())


def test_chosen_fields_change_and_others_stay(city: City, library: Project) -> None:
    wish = Wish({"retention": "long", "secrecy": "内部", "compiled_on": "2025-06-01"}, "施工", "竣工")
    made = bulk.plan_edit(city.session, CATALOGUER, all_of(city, library), wish)
    assert (len(made.changes), made.unchanged, made.problems) == (3, 0, [])
    edit(city, all_of(city, library), wish)
    first = volumes_in(city, library)["01", "1"]
    assert (first.retention, first.secrecy, first.compiled_on) == ("long", 1, date(2025, 6, 1))
    assert (first.title, first.text_pages, first.start_date) == ("竣工文件1", 10, date(2025, 1, 1))


def test_a_second_time_nothing_changes(city: City, library: Project) -> None:
    edit(city, all_of(city, library), Wish({"note": "已核"}))
    made = bulk.plan_edit(city.session, CATALOGUER, all_of(city, library), Wish({"note": "已核"}))
    assert (made.changes, made.unchanged) == ([], 3)
    with pytest.raises(ConflictError):
        bulk.edit(city.session, CATALOGUER, made, made.digest())


def test_one_fault_stops_all(city: City, library: Project) -> None:
    made = bulk.plan_edit(city.session, CATALOGUER, all_of(city, library), Wish({"class_code": "Z9"}))
    assert {problem.code for problem in made.problems} == {"class.unknown"}
    with pytest.raises(RefusedError):
        bulk.edit(city.session, CATALOGUER, made, made.digest())


def test_volumes_of_several_projects_follow_each_ones_rules(city: City, library: Project) -> None:
    other = city.project("X", client="另一公司")
    city.volume(other, "1", compiled_by="某单位")
    volumes = [*all_of(city, library), *all_of(city, other)]
    edit(city, volumes, Wish({"compiled_by": ""}))
    assert {volume.compiled_by for volume in all_of(city, library)} == {"江城建设公司"}
    assert [volume.compiled_by for volume in all_of(city, other)] == ["另一公司"]


def test_undo_gives_back_and_can_be_undone(city: City, library: Project) -> None:
    before = {volume.id: (volume.note, volume.compiled_on) for volume in all_of(city, library)}
    batch = edit(city, all_of(city, library), Wish({"note": "改", "compiled_on": "2025-06-01"}))
    back = bulk.undo(city.session, CATALOGUER, batch)
    assert {volume.id: (volume.note, volume.compiled_on) for volume in all_of(city, library)} == before
    bulk.undo(city.session, CATALOGUER, back)
    assert {volume.note for volume in all_of(city, library)} == {"改"}


def test_what_was_changed_since_is_not_undone(city: City, library: Project) -> None:
    batch = edit(city, all_of(city, library), Wish({"note": "改", "keywords": "水"}))
    volume = volumes_in(city, library)["01", "1"]
    describing.save_volume(city.session, CATALOGUER, library, {"title": volume.title, "note": "更新的"}, volume)
    found = bulk.plan_undo(city.session, CATALOGUER, batch)
    assert len(found.changed_since) == 1
    with pytest.raises(ConflictError):
        bulk.undo(city.session, CATALOGUER, batch)
    assert volumes_in(city, library)["01", "2"].note == "改"


def test_a_change_of_another_field_does_not_stop_the_undo(city: City, library: Project) -> None:
    batch = edit(city, all_of(city, library), Wish({"keywords": "水"}))
    volume = volumes_in(city, library)["01", "1"]
    raw = {"title": "别的题名", "keywords": "水", "text_pages": "10"}
    describing.save_volume(city.session, CATALOGUER, library, raw, volume)
    bulk.undo(city.session, CATALOGUER, batch)
    assert (volume.title, volume.keywords) == ("别的题名", "")


def test_an_unknown_batch_or_one_with_hidden_records_is_not_found(city: City, library: Project) -> None:
    with pytest.raises(NotFoundError):
        bulk.undo(city.session, CATALOGUER, "nothing")
    batch = edit(city, all_of(city, library), Wish({"secrecy": "secret"}))
    with pytest.raises(NotFoundError):
        bulk.plan_undo(city.session, person(Role.CATALOGUER, clearance=1), batch)


def test_an_out_of_date_preview_changes_nothing(city: City, library: Project) -> None:
    made = bulk.plan_edit(city.session, CATALOGUER, all_of(city, library), Wish({"note": "改"}))
    digest = made.digest()
    edit(city, all_of(city, library), Wish({"keywords": "水"}))
    again = bulk.plan_edit(city.session, CATALOGUER, all_of(city, library), Wish({"note": "改"}))
    with pytest.raises(ConflictError):
        bulk.edit(city.session, CATALOGUER, again, digest)


def test_one_audit_entry_with_digest_and_count(city: City, library: Project) -> None:
    batch = edit(city, all_of(city, library), Wish({"note": "改"}))
    city.session.commit()
    entries = city.session.scalars(select(AuditEntry).where(AuditEntry.action == "volumes.edited")).all()
    content = json.loads(entries[0].content)
    assert len(entries) == 1
    assert (content["subject"]["label"], content["details"]["count"]) == (batch, 3)
    assert content["details"]["fields"] == ["note"]
    assert len(content["details"]["digest"]) == 64


def test_statements_do_not_follow_the_number_of_volumes(city: City, statements: list[str]) -> None:
    project = city.project("X")
    for number in range(1, 200):
        city.volume(project, str(number))
    statements.clear()
    edit(city, all_of(city, project), Wish({"note": "改"}))
    assert len(statements) < 20


def test_too_many_at_once_are_refused(city: City, library: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "MOST", 2)
    with pytest.raises(TooLargeError):
        all_of(city, library)
    with pytest.raises(NotFoundError):
        bulk.chosen(city.session, CATALOGUER, [])


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    values=st.dictionaries(
        st.sampled_from(["note", "keywords", "filed_by", "checked_by"]), st.sampled_from(["", "甲", "乙", "丙丁"])
    )
)
def test_doing_and_undoing_leaves_everything_as_it_was(values: dict[str, str], city: City) -> None:
    project = city.projects.get("H") or city.project("H")
    if not all_if_any(city, project):
        city.volume(project, "1", note="甲")
        city.volume(project, "2", keywords="乙")
    before = [(one.note, one.keywords, one.filed_by, one.checked_by) for one in all_of(city, project)]
    made = bulk.plan_edit(city.session, CATALOGUER, all_of(city, project), Wish(values))
    assert len(made.changes) + made.unchanged == 2
    if made.changes:
        batch = bulk.edit(city.session, CATALOGUER, made, made.digest())
        bulk.undo(city.session, CATALOGUER, batch)
    assert [(one.note, one.keywords, one.filed_by, one.checked_by) for one in all_of(city, project)] == before


def all_if_any(city: City, project: Project) -> list[Volume]:
    """The project's volumes, if it has any yet."""
    return list(city.session.scalars(select(Volume).where(Volume.project_id == project.id)))
