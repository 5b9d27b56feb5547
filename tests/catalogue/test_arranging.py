"""Moving, renumbering and merging: what the preview shows is what is done, all of it or nothing."""

from dataclasses import dataclass

import pytest
from sqlalchemy import select

from archives.catalogue import arranging, bulk, codes, restoring
from archives.catalogue.arrangement import Arrangement
from archives.catalogue.models import ACCESSIONED, Item, Volume
from archives.catalogue.service import VOLUME
from archives.core import history, office
from archives.core.actors import Role, local_operator
from archives.core.errors import ConfigurationError, ConflictError, ForbiddenError, NotFoundError, RefusedError
from archives.projects.models import Project
from tests.catalogue.conftest import CATALOGUER, City, person, volumes_in


@dataclass
class Shelf:
    """The library's volumes by unit works and number."""

    city: City
    project: Project

    def __getitem__(self, key: tuple[str, str]) -> Volume:
        return volumes_in(self.city, self.project)[key]

    def contents(self, key: tuple[str, str]) -> list[tuple[int, str]]:
        """Sequence numbers and titles of a volume."""
        wanted = select(Item).where(Item.volume_id == self[key].id).order_by(Item.sequence)
        return [(item.sequence, item.title) for item in self.city.session.scalars(wanted)]

    def ids(self, key: tuple[str, str]) -> list[int]:
        """The ids of a volume's items in order."""
        wanted = select(Item.id).where(Item.volume_id == self[key].id).order_by(Item.sequence)
        return list(self.city.session.scalars(wanted))

    def do(self, made: Arrangement) -> str | None:
        """Carry out what was planned."""
        return arranging.carry_out(self.city.session, CATALOGUER, made, made.digest())


@pytest.fixture
def shelf(city: City, library: Project) -> Shelf:
    """The library's volumes."""
    return Shelf(city, library)


def test_items_move_behind_those_of_the_other_volume(shelf: Shelf) -> None:
    session, target = shelf.city.session, shelf["01", "2"]
    ids = shelf.ids(("01", "1"))
    made = arranging.plan_item_move(session, CATALOGUER, [ids[2], ids[0]], target)
    assert [(step.old, step.new) for step in made.steps] == [("1/1", "2/3"), ("1/3", "2/4")]
    shelf.do(made)
    assert [number for number, _ in shelf.contents(("01", "2"))] == [1, 2, 3, 4]
    assert shelf.contents(("01", "2"))[2:] == [(3, "测量记录之1"), (4, "测量记录之3")]
    assert shelf.contents(("01", "1")) == [(2, "测量记录之2")]


def test_a_volume_takes_the_higher_secrecy_of_items_that_come(shelf: Shelf) -> None:
    session = shelf.city.session
    secret = shelf.city.item(shelf["01", "1"], 9, secrecy=3)
    made = arranging.plan_item_move(session, CATALOGUER, [secret.id], shelf["01", "2"])
    assert [problem.code for problem in made.problems] == ["arrangement.secrecy"]
    shelf.do(made)
    assert shelf["01", "2"].secrecy == 3


def test_items_do_not_move_to_another_project_or_nowhere(shelf: Shelf) -> None:
    session, ids = shelf.city.session, shelf.ids(("01", "1"))
    foreign = shelf.city.volume(shelf.city.project("X"), "1")
    for target in (foreign, shelf["01", "1"]):
        made = arranging.plan_item_move(session, CATALOGUER, ids, target)
        with pytest.raises(RefusedError):
            shelf.do(made)
    with pytest.raises(NotFoundError):
        arranging.plan_item_move(session, CATALOGUER, [987654], foreign)


def test_volumes_move_unless_their_number_is_taken(shelf: Shelf) -> None:
    session, side = shelf.city.session, shelf.city.units["02"]
    blocked = arranging.plan_volume_move(session, CATALOGUER, [shelf["01", "1"].id], side)
    assert blocked.steps[0].conflict
    with pytest.raises(RefusedError):
        shelf.do(blocked)
    batch = shelf.do(arranging.plan_volume_move(session, CATALOGUER, [shelf["01", "2"].id], side))
    assert shelf["02", "2"].unit_id == side.id
    assert batch
    bulk.undo(session, CATALOGUER, batch)
    assert shelf["01", "2"].unit_id == shelf.city.units["01"].id


def test_numbers_change_places_without_a_collision(shelf: Shelf) -> None:
    session, main = shelf.city.session, shelf.city.units["01"]
    shelf.city.volume(shelf.project, "3", main, title="第三")
    made = arranging.plan_volume_numbers(session, CATALOGUER, shelf.project, main.id, "", 2, 1)
    assert [(step.old, step.new) for step in made.steps] == [("1", "2"), ("2", "3"), ("3", "4")]
    batch = shelf.do(made)
    assert shelf["01", "4"].title == "第三"
    assert batch
    bulk.undo(session, CATALOGUER, batch)
    assert {number for unit, number in volumes_in(shelf.city, shelf.project) if unit == "01"} == {"1", "2", "3"}


def test_volumes_get_a_prefix_and_width(shelf: Shelf) -> None:
    session, main = shelf.city.session, shelf.city.units["01"]
    shelf.do(arranging.plan_volume_numbers(session, CATALOGUER, shelf.project, main.id, "施-", 1, 3))
    numbered = {number for unit, number in volumes_in(shelf.city, shelf.project) if unit == "01"}
    assert numbered == {"施-001", "施-002"}
    with pytest.raises(RefusedError):
        arranging.plan_volume_numbers(session, CATALOGUER, shelf.project, main.id, "=", 1, 3)
    with pytest.raises(RefusedError):
        arranging.plan_volume_numbers(session, CATALOGUER, shelf.project, main.id, "", 1, 99)


def test_items_are_numbered_without_gaps(shelf: Shelf) -> None:
    session = shelf.city.session
    shelf.city.item(shelf["01", "1"], 9, title="最后")
    shelf.do(arranging.plan_item_numbers(session, CATALOGUER, shelf["01", "1"]))
    assert [number for number, _ in shelf.contents(("01", "1"))] == [1, 2, 3, 4]
    with pytest.raises(ConflictError):
        shelf.do(arranging.plan_item_numbers(session, CATALOGUER, shelf["01", "1"]))


def test_merged_volumes_are_one_whole(shelf: Shelf) -> None:
    session, first, second = shelf.city.session, shelf["01", "1"], shelf["01", "2"]
    second.secrecy, second.retention, first.retention = 2, "permanent", "short"
    session.flush()
    made = arranging.plan_merge(session, CATALOGUER, [first.id, second.id])
    assert shelf.do(made) is None
    whole = shelf["01", "1"]
    assert (whole.text_pages, whole.drawing_sheets, whole.secrecy, whole.retention) == (15, 3, 2, "permanent")
    assert [number for number, _ in shelf.contents(("01", "1"))] == [1, 2, 3, 4, 5]
    last = session.scalars(select(Item).where(Item.volume_id == whole.id, Item.sequence == 5)).one()
    assert (last.page_from, last.page_to) == (11, 11)
    assert ("01", "2") not in volumes_in(shelf.city, shelf.project)


def test_what_is_in_the_holdings_does_not_end_in_another_volume(shelf: Shelf) -> None:
    session, first, second = shelf.city.session, shelf["01", "1"], shelf["01", "2"]
    second.state = ACCESSIONED
    session.flush()
    made = arranging.plan_merge(session, CATALOGUER, [first.id, second.id])
    with pytest.raises(RefusedError):
        shelf.do(made)
    with pytest.raises(ConflictError):
        arranging.plan_merge(session, CATALOGUER, [first.id])
    foreign = shelf.city.volume(shelf.city.project("X"), "1")
    assert arranging.plan_merge(session, CATALOGUER, [first.id, foreign.id]).faults


def test_a_preview_that_is_out_of_date_does_nothing(shelf: Shelf) -> None:
    session = shelf.city.session
    made = arranging.plan_item_move(session, CATALOGUER, shelf.ids(("01", "1")), shelf["01", "2"])
    with pytest.raises(ConflictError):
        arranging.carry_out(session, CATALOGUER, made, "another digest")
    assert len(shelf.contents(("01", "1"))) == 3


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.CATALOGUER])
def test_only_cataloguers_arrange(role: Role, shelf: Shelf) -> None:
    actor = person(role, organisation_id=shelf.project.client_id)
    session, volume = shelf.city.session, shelf["01", "1"]
    with pytest.raises(ForbiddenError):
        arranging.plan_item_numbers(session, actor, volume)
    with pytest.raises(ForbiddenError):
        arranging.plan_merge(session, actor, [volume.id, shelf["01", "2"].id])
    with pytest.raises(ForbiddenError):
        bulk.plan_edit(session, actor, [volume], bulk.Wish({"note": "x"}))


def test_a_number_can_be_restored_if_it_is_free(shelf: Shelf) -> None:
    session, main = shelf.city.session, shelf.city.units["01"]
    volume = shelf["01", "1"]
    shelf.do(arranging.plan_volume_numbers(session, CATALOGUER, shelf.project, main.id, "A", 1, 1))
    revision = history.of(session, VOLUME, volume.id)[0]
    restoring.restore_volume(session, CATALOGUER, volume, revision.id, "volume_no")
    assert (volume.volume_no, volume.sort_key) == ("1", "00000001")
    other = shelf["01", "A2"]
    shelf.city.volume(shelf.project, "2", main)
    revision = history.of(session, VOLUME, other.id)[0]
    with pytest.raises(ConflictError):
        restoring.restore_volume(session, CATALOGUER, other, revision.id, "volume_no")


def test_archival_codes_follow_the_template_and_are_given_once(shelf: Shelf) -> None:
    session, project = shelf.city.session, shelf.project
    volumes = sorted(volumes_in(shelf.city, project).values(), key=lambda one: one.id)
    codes.set_places(session, CATALOGUER, volumes[0], f"I3-{project.id:04d}-002", "A-01-02-03")
    assert codes.assign_codes(session, CATALOGUER, project, volumes) == 2
    given = [volume.archival_code for volume in volumes]
    assert given == [f"I3-{project.id:04d}-{number}" for number in ("002", "001", "003")]
    assert codes.assign_codes(session, CATALOGUER, project, volumes) == 0
    with pytest.raises(RefusedError):
        codes.set_places(session, CATALOGUER, volumes[1], str(given[0]), "")
    with pytest.raises(RefusedError):
        codes.set_places(session, CATALOGUER, volumes[1], "X" * 41, "")
    with pytest.raises(ForbiddenError):
        codes.set_places(session, person(Role.COUNTER), volumes[1], "Y", "")


def test_a_template_without_a_number_is_refused(shelf: Shelf) -> None:
    session = shelf.city.session
    office.decide(session, local_operator("x"), "archival_code", "{class}")
    with pytest.raises(ConfigurationError):
        codes.codes_for(session, shelf.project, [shelf["01", "1"]])


def test_a_code_and_a_shelf_can_be_restored(shelf: Shelf) -> None:
    session, volume = shelf.city.session, shelf["01", "1"]
    codes.set_places(session, CATALOGUER, volume, "旧-1", "架-1")
    codes.set_places(session, CATALOGUER, volume, "新-1", "架-2")
    revision = history.of(session, VOLUME, volume.id)[0]
    restoring.restore_volume(session, CATALOGUER, volume, revision.id, "archival_code")
    assert (volume.archival_code, volume.shelf_location) == ("旧-1", "架-2")
