"""The plan of a list, whatever the list: counts add up, and taking the same list again changes nothing."""

from collections import Counter
from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from archives.catalogue.drafts import ItemDraft, VolumeDraft
from archives.catalogue.intake import CatalogueFacts, Listed, Plan, Stored, plan
from archives.catalogue.models import ACCESSIONED, IN_TRANSFER
from archives.catalogue.rules import ProjectFacts

PROJECT = ProjectFacts(1, "图书馆", "江城建设公司", "I3", 0, date(2026, 6, 1), units={"01": 7}, classes={"I3"})
TITLES = st.sampled_from(["施工文件", "竣工图", "=1+1", "123", "监理文件"])
NUMBERS = st.sampled_from(["1", "2", "3", "001", "坏 号"])
UNITS = st.sampled_from(["", "01", "99"])
VOLUMES = st.lists(
    st.builds(VolumeDraft, unit=UNITS, volume_no=NUMBERS, title=TITLES, text_pages=st.integers(0, 9)), max_size=8
)
ITEMS = st.lists(
    st.builds(ItemDraft, unit=UNITS, volume_no=NUMBERS, sequence=st.integers(1, 4), title=TITLES), max_size=10
)


def listed(drafts: list[VolumeDraft]) -> list[Listed[VolumeDraft]]:
    """Drafts as a form or a list brings them."""
    return [Listed(draft) for draft in drafts]


def taken(facts: CatalogueFacts, made: Plan) -> CatalogueFacts:
    """The catalogue after the plan was carried out."""
    ids = iter(range(1, 1000))
    volumes = dict(facts.volumes) | {
        key: Stored(next(ids), 1, IN_TRANSFER, {**values, "extra": {}}) for key, values in made.new_volumes
    }
    items = {
        (key, values["sequence"]): Stored(next(ids), 1, "", {**values, "extra": {}})
        for key, several in made.new_items.items()
        for values in several
    }
    return replace(facts, volumes=volumes, items=items)


@given(VOLUMES, ITEMS)
def test_counts_add_up_and_a_second_time_changes_nothing(volumes: list[VolumeDraft], items: list[ItemDraft]) -> None:
    facts = CatalogueFacts(PROJECT)
    item_rows = [Listed(draft) for draft in items]
    first = plan(listed(volumes), item_rows, facts)
    assert first.rows == len(volumes) + len(items)
    assert first.added + first.changed + first.unchanged + first.refused == first.rows
    assert first.sound == first.rows - first.refused
    second = plan(listed(volumes), item_rows, taken(facts, first))
    assert (second.added, second.changed) == (0, 0)
    assert second.unchanged == first.added
    assert second.refused == first.refused


@given(VOLUMES)
def test_a_number_given_twice_is_taken_once(volumes: list[VolumeDraft]) -> None:
    made = plan(listed(volumes), [], CatalogueFacts(PROJECT))
    keys = Counter(key for key, _ in made.new_volumes)
    assert all(count == 1 for count in keys.values())


def test_a_list_changes_nothing_in_the_holdings_but_may_repeat_it() -> None:
    volume = VolumeDraft(volume_no="1", title="施工文件", text_pages=1)
    item = ItemDraft(volume_no="1", sequence=1, title="测量记录")
    before = taken(CatalogueFacts(PROJECT), plan([Listed(volume)], [Listed(item)], CatalogueFacts(PROJECT)))
    held = replace(before, volumes={key: replace(one, state=ACCESSIONED) for key, one in before.volumes.items()})
    again = plan([Listed(volume)], [Listed(item)], held)
    assert (again.unchanged, again.refused) == (2, 0)
    other_item = item.model_copy(update={"title": "别的记录"})
    changed = plan([Listed(volume)], [Listed(other_item)], held)
    assert (changed.unchanged, changed.changed, changed.refused) == (1, 0, 1)
    assert {problem.code for problem in changed.problems} == {"volume.in_holdings"}


def test_a_list_without_a_column_does_not_empty_it() -> None:
    volume = VolumeDraft(volume_no="1", title="施工文件", text_pages=1, note="原有附注")
    before = taken(CatalogueFacts(PROJECT), plan([Listed(volume)], [], CatalogueFacts(PROJECT)))
    poorer = Listed(volume.model_copy(update={"note": ""}), headings={"volume_no": "案卷号", "title": "案卷题名"})
    assert plan([poorer], [], before).unchanged == 1
    assert plan([replace(poorer, headings={})], [], before).changed == 1


def test_an_item_needs_a_sound_volume() -> None:
    item = Listed(ItemDraft(volume_no="1", sequence=1, title="测量记录"))
    alone = plan([], [item], CatalogueFacts(PROJECT))
    assert [problem.code for problem in alone.problems] == ["item.no_volume"]
    faulty = Listed(VolumeDraft(volume_no="1", title="=1", text_pages=1))
    assert "item.volume_refused" in {
        problem.code for problem in plan([faulty], [item], CatalogueFacts(PROJECT)).problems
    }
