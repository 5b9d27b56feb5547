"""A form of one: the same faults as a list of one, history of every field, and nothing half done."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from archives.accession.formats import shape
from archives.accession.listing import listing_of
from archives.catalogue import describing, own_fields, queries, restoring
from archives.catalogue.fields import further_fields
from archives.catalogue.intake import plan
from archives.catalogue.models import ACCESSIONED, ElectronicFile, Item, Volume
from archives.catalogue.service import ITEM, VOLUME
from archives.core import history
from archives.core.actors import Role, local_operator
from archives.core.clock import now
from archives.core.errors import ConflictError, ForbiddenError, NotFoundError, RefusedError
from archives.core.problems import Place, Problem
from archives.projects.models import Project
from archives.reference.vocabularies import vocabularies
from tests.catalogue.conftest import CATALOGUER, City, person, volumes_in

OPERATOR = local_operator("test")
FAULTY_VOLUMES: list[dict[str, Any]] = [
    {"volume_no": "7", "title": "施工文件", "text_pages": "5"},
    {"volume_no": "", "title": "", "text_pages": "5"},
    {"volume_no": "7", "title": "=HYPERLINK(1)", "start_date": "2025-13-40", "retention": "很久"},
    {"volume_no": "7", "title": "1234", "text_pages": "-3", "secrecy": "秘密", "class_code": "Z9"},
    {"volume_no": "7" * 40, "title": "长" * 300, "end_date": "2999-01-01", "unit": "没有"},
    {"volume_no": "7", "title": "施工文件", "start_date": "2025-03-01", "end_date": "2025-02-01"},
]
FAULTY_ITEMS: list[dict[str, Any]] = [
    {"sequence": "9", "title": "测量记录"},
    {"sequence": "", "title": ""},
    {"sequence": "x", "title": "-cmd", "formed_on": "2025年"},
    {"sequence": "9", "title": "测量记录", "page_from": "5", "page_to": "2", "scope_code": "没有"},
    {"sequence": "0", "title": "题" * 400, "formed_on": "2999-01-01"},
]


def told(problems: Any) -> set[tuple[str, str | None, str, str]]:
    """Problems without their place."""
    return {(one.code, one.field, one.severity, str(replace(one, place=Place()).message)) for one in problems}


def form_problems(save: Any) -> set[tuple[str, str | None, str, str]]:
    """What a form says, whether it is saved or refused."""
    try:
        return told(save().remarks)
    except RefusedError as refusal:
        return told(refusal.problems)


@pytest.mark.parametrize("raw", FAULTY_VOLUMES)
def test_a_form_and_a_list_of_one_say_the_same_of_a_volume(raw: dict[str, Any], city: City, library: Project) -> None:
    row = shape.ListedVolume(Place("案卷目录", 2), raw)
    listing = listing_of(shape.TransferList(volumes=[row]), vocabularies(city.session, *describing.KINDS))
    facts = queries.catalogue_facts(city.session, OPERATOR, library)
    by_list = told(plan(listing.volumes, listing.items, facts).problems)
    assert form_problems(lambda: describing.save_volume(city.session, OPERATOR, library, raw)) == by_list


@pytest.mark.parametrize("raw", FAULTY_ITEMS)
def test_a_form_and_a_list_of_one_say_the_same_of_an_item(raw: dict[str, Any], city: City, library: Project) -> None:
    volume = volumes_in(city, library)["01", "1"]
    row = shape.ListedItem(Place("卷内目录", 2), {**raw, "unit": "01", "volume_no": "1"})
    listing = listing_of(shape.TransferList(items=[row]), vocabularies(city.session, *describing.KINDS))
    facts = queries.catalogue_facts(city.session, OPERATOR, library)
    by_list = told(plan(listing.volumes, listing.items, facts).problems)
    assert form_problems(lambda: describing.save_item(city.session, OPERATOR, volume, raw)) == by_list


def test_a_refused_form_stores_nothing(city: City, library: Project) -> None:
    before = city.session.scalars(select(Volume.id)).all()
    with pytest.raises(RefusedError):
        describing.save_volume(city.session, OPERATOR, library, {"volume_no": "9", "title": "=1"})
    assert city.session.scalars(select(Volume.id)).all() == before


def test_a_new_volume_gets_what_the_project_knows(city: City, library: Project) -> None:
    saved = describing.save_volume(city.session, CATALOGUER, library, {"volume_no": "7", "title": "竣工图"})
    made = city.session.get_one(Volume, saved.id)
    assert (made.class_code, made.compiled_by, made.retention, made.medium) == (
        "I3",
        "江城建设公司",
        "permanent",
        "paper",
    )
    assert made.state == "in_transfer"


def test_a_taken_number_is_refused_by_the_form(city: City, library: Project) -> None:
    raw = {"unit": "01", "volume_no": "1", "title": "另一卷"}
    with pytest.raises(RefusedError) as refusal:
        describing.save_volume(city.session, CATALOGUER, library, raw)
    assert "number.taken" in {problem.code for problem in refusal.value.problems}


def test_the_form_of_a_known_volume_cannot_give_it_another_place(city: City, library: Project) -> None:
    volume = volumes_in(city, library)["01", "1"]
    raw = {"unit": "02", "volume_no": "99", "title": "改后题名", "text_pages": "10"}
    describing.save_volume(city.session, CATALOGUER, library, raw, volume, volume.version)
    assert (volume.title, volume.volume_no, volume.unit_id) == ("改后题名", "1", city.units["01"].id)


def test_an_older_version_is_refused(city: City, library: Project) -> None:
    volume = volumes_in(city, library)["01", "1"]
    raw = {"title": "第一次", "text_pages": "10"}
    version = volume.version
    describing.save_volume(city.session, CATALOGUER, library, raw, volume, version)
    with pytest.raises(ConflictError):
        describing.save_volume(city.session, CATALOGUER, library, raw | {"title": "第二次"}, volume, version)
    assert volume.title == "第一次"


def test_the_cataloguer_describes_the_holdings_and_the_client_does_not(city: City, library: Project) -> None:
    volume = volumes_in(city, library)["01", "1"]
    client = person(Role.CLIENT, organisation_id=library.client_id)
    builder = person(Role.RECORD_CLERK, organisation_id=city.organisation("江城一建").id)
    raw = {"title": "改", "text_pages": "10"}
    describing.save_volume(city.session, client, library, raw, volume)
    describing.save_volume(city.session, builder, library, raw | {"title": "再改"}, volume)
    volume.state = ACCESSIONED
    city.session.flush()
    with pytest.raises(ForbiddenError):
        describing.save_volume(city.session, client, library, raw, volume)
    describing.save_volume(city.session, CATALOGUER, library, raw | {"title": "馆内更正"}, volume)
    describing.save_item(city.session, CATALOGUER, volume, {"sequence": "9", "title": "补充文件"})
    assert volume.title == "馆内更正"


def test_every_field_can_be_restored(city: City, library: Project) -> None:
    volume = volumes_in(city, library)["01", "1"]
    describing.save_volume(city.session, CATALOGUER, library, {"title": "原题名", "note": "原附注"}, volume)
    changed = {"title": "改后", "note": "", "secrecy": "internal", "start_date": "2024-01-01", "retention": "long"}
    describing.save_volume(city.session, CATALOGUER, library, changed, volume)
    revision = history.of(city.session, VOLUME, volume.id)[0]
    for field in ("title", "note", "secrecy", "retention", "start_date"):
        restoring.restore_volume(city.session, CATALOGUER, volume, revision.id, field)
    assert (volume.title, volume.note, volume.secrecy, volume.retention) == ("原题名", "原附注", 0, "permanent")
    with pytest.raises(NotFoundError):
        restoring.restore_volume(city.session, CATALOGUER, volume, revision.id, "abstract")


def test_an_items_field_can_be_restored(city: City, library: Project) -> None:
    volume = volumes_in(city, library)["01", "1"]
    item = city.session.scalars(select(Item).where(Item.volume_id == volume.id, Item.sequence == 2)).one()
    describing.save_item(city.session, CATALOGUER, volume, {"title": "改后", "formed_on": "2025-02-09"}, item)
    revision = history.of(city.session, ITEM, item.id)[0]
    restoring.restore_item(city.session, CATALOGUER, item, volume, revision.id, "formed_on")
    assert (item.title, str(item.formed_on)) == ("改后", "2025-01-02")


def test_own_fields_are_read_kept_and_restored(city: City, library: Project) -> None:
    field = own_fields.add_field(
        city.session, CATALOGUER, "volume", {"name_zh": "册数", "kind": "integer", "unit": "册"}
    )
    volume, name = volumes_in(city, library)["01", "1"], f"extra.{field.key}"
    with pytest.raises(RefusedError):
        describing.save_volume(city.session, CATALOGUER, library, {"title": "题名", name: "三"}, volume)
    describing.save_volume(city.session, CATALOGUER, library, {"title": "题名", name: "3"}, volume)
    assert volume.extra == {field.key: 3}
    describing.save_volume(city.session, CATALOGUER, library, {"title": "题名", name: ""}, volume)
    assert volume.extra == {}
    revision = history.of(city.session, VOLUME, volume.id)[0]
    restoring.restore_volume(city.session, CATALOGUER, volume, revision.id, name)
    assert volume.extra == {field.key: 3}
    describing.save_volume(city.session, CATALOGUER, library, {"title": "没有该字段的来源"}, volume)
    assert volume.extra == {field.key: 3}


def test_own_fields_are_the_offices_and_their_keys_are_not_used_twice(city: City) -> None:
    with pytest.raises(ForbiddenError):
        own_fields.add_field(city.session, person(Role.COUNTER), "volume", {"name_zh": "册数", "kind": "text"})
    first = own_fields.add_field(
        city.session, CATALOGUER, "building", {"name_zh": "抗震等级", "kind": "choice", "choices": "一级\n二级"}
    )
    with pytest.raises(RefusedError):
        own_fields.add_field(city.session, CATALOGUER, "building", {"name_zh": "抗震等级", "kind": "text"})
    with pytest.raises(NotFoundError):
        own_fields.remove_field(city.session, CATALOGUER, "building", "floor_area")
    own_fields.remove_field(city.session, CATALOGUER, "building", first.key)
    second = own_fields.add_field(city.session, CATALOGUER, "building", {"name_zh": "抗震等级", "kind": "text"})
    assert second.key != first.key
    assert [f.key for f in own_fields.fields_in(city.session, "building") if own_fields.is_own(f)] == [second.key]
    with pytest.raises(RefusedError):
        own_fields.add_field(city.session, CATALOGUER, "item", {"name_zh": "等级", "kind": "choice"})


def test_planning_records_have_the_fields_of_their_scheme(city: City) -> None:
    project = city.project("2026-0009", class_code="D2")
    raw = {"volume_no": "1", "title": "规划许可档案", "extra.map_sheet": "12-34", "extra.floor_area": "9"}
    names = {field.name for field in further_fields(city.session, VOLUME, "D2")}
    assert "extra.map_sheet" in names
    assert not further_fields(city.session, VOLUME, "I3")
    saved = describing.save_volume(city.session, CATALOGUER, project, raw)
    assert city.session.get_one(Volume, saved.id).extra == {"map_sheet": "12-34"}


def test_a_volume_goes_with_its_items_and_the_audit_keeps_it(city: City, library: Project) -> None:
    volume = volumes_in(city, library)["01", "1"]
    describing.remove_volume(city.session, CATALOGUER, volume)
    assert ("01", "1") not in volumes_in(city, library)
    assert not city.session.scalars(select(Item).where(Item.volume_id == volume.id)).all()
    held = volumes_in(city, library)["01", "2"]
    held.state = ACCESSIONED
    city.session.flush()
    with pytest.raises(ForbiddenError):
        describing.remove_volume(city.session, CATALOGUER, held)


def test_what_has_files_is_not_removed(city: City, library: Project) -> None:
    volume = volumes_in(city, library)["01", "1"]
    item = city.session.scalars(select(Item).where(Item.volume_id == volume.id, Item.sequence == 1)).one()
    file = {"name": "a.pdf", "sha256": "0" * 64, "size": 1, "format": "PDF", "media_type": "application/pdf"}
    city.session.add(ElectronicFile(item_id=item.id, received_at=now(), **file))
    city.session.flush()
    with pytest.raises(ConflictError):
        describing.remove_volume(city.session, CATALOGUER, volume)
    assert len(city.session.scalars(select(Item.id).where(Item.volume_id == volume.id)).all()) == 3
    with pytest.raises(ConflictError):
        describing.remove_item(city.session, CATALOGUER, item, volume)


def test_problems_of_a_form_have_no_place(city: City, library: Project) -> None:
    with pytest.raises(RefusedError) as refusal:
        describing.save_volume(city.session, OPERATOR, library, {"volume_no": "9"})
    assert all(isinstance(one, Problem) and one.place == Place() for one in refusal.value.problems)
