"""Sums, means, grades at their bounds; how a scheme's parts are moved; what makes a scheme and a sheet whole. Pure."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archives.facilities.grading.content import (
    Content,
    Grade,
    Group,
    Item,
    changed,
    kept,
    moved,
    taken_from,
    with_grade,
    with_group,
    with_item,
    without,
)
from archives.facilities.grading.rules import (
    check_scheme,
    grade_for,
    hundredths,
    is_outside,
    means,
    missing_in,
    proposals,
    read_sheet,
    said,
    total_of,
)
from archives.facilities.grading.shipped import load_shipped


def scheme(*points: str, grades: tuple[tuple[str, str], ...] = ()) -> Content:
    """Two groups, the items by turns; grades by name and least points."""
    content = with_group(with_group(Content(), "甲"), "乙")
    keys = [group.key for group in content.groups]
    for at, one in enumerate(points):
        content = with_item(content, keys[at % 2], Item("", f"第{at}项", Decimal(one)))
    for name, least in grades:
        content = with_grade(content, Grade("", name, Decimal(least)))
    return content


def codes(content: Content, total: str, *, is_partial: bool = False) -> list[str]:
    return [one.code for one in check_scheme(content, Decimal(total), is_partial=is_partial)]


@pytest.mark.parametrize(
    ("total", "grade"),
    [
        ("100", "一级"),
        ("90", "一级"),
        ("89.99", "二级"),
        ("80.01", "二级"),
        ("80", "二级"),
        ("79.99", None),
        ("0", None),
    ],
)
def test_a_grade_begins_with_its_least_points(total: str, grade: str | None) -> None:
    content = scheme("60", "40", grades=(("二级", "80"), ("一级", "90")))
    found = grade_for(content, Decimal(total))
    assert (found.name if found else None) == grade


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=9), st.decimals(0, 100, places=2))
def test_the_grade_is_the_highest_that_is_reached(leasts: list[int], total: Decimal) -> None:
    content = scheme("100", grades=tuple((str(one), str(Decimal(one) / 100)) for one in leasts))
    reached = [Decimal(one) / 100 for one in leasts if Decimal(one) / 100 <= total]
    found = grade_for(content, total)
    assert (found.least if found else None) == (max(reached) if reached else None)


@given(st.lists(st.integers(0, 400), min_size=1, max_size=7))
def test_a_mean_lies_between_the_scores_and_is_exact_to_the_hundredth(hundreds: list[int]) -> None:
    content = scheme("4")
    key = content.items[0].key
    found = means(content, [{key: {"points": one / 100}} for one in hundreds])[key]
    exactly = Fraction(sum(hundreds), len(hundreds)) / 100
    assert abs(Fraction(found) - exactly) <= Fraction(1, 200)
    assert min(hundreds) <= found * 100 <= max(hundreds)


@pytest.mark.parametrize(
    ("number", "text"), [("1/3", "0.33"), ("2/3", "0.67"), ("1/200", "0.01"), ("1/201", "0"), ("5", "5")]
)
def test_a_half_goes_up(number: str, text: str) -> None:
    assert said(hundredths(Fraction(number))) == text


def test_only_scores_that_are_there_count_and_the_total_is_their_sum() -> None:
    content = scheme("4", "6")
    first, second = (item.key for item in content.items)
    found = means(content, [{first: {"points": 4}, second: {"points": None}}, {first: {"points": 3}}])
    assert found == {first: Decimal("3.5")}
    assert total_of(found) == Decimal("3.5")
    assert means(content, []) == {}


def test_a_proposal_is_a_share_of_the_points_or_not_known() -> None:
    content = scheme("3")
    content = changed(content, Item(content.items[0].key, "受训", Decimal(3), formula="trained_staff / staff"))
    key = content.items[0].key
    assert proposals(content, {"trained_staff": 1, "staff": 3}, {"trained_staff", "staff"}) == {key: Decimal(1)}
    assert proposals(content, {"staff": 0, "trained_staff": 0}, {"trained_staff", "staff"}) == {key: None}
    assert proposals(scheme("3"), {}, set()) == {}


@pytest.mark.parametrize(
    ("content", "total", "is_partial", "found"),
    [
        (scheme("60", "40", grades=(("一级", "90"),)), "100", False, []),
        (scheme("60", "40"), "100", False, ["grades.none"]),
        (scheme("60", "30", grades=(("一级", "90"),)), "100", False, ["sum.less"]),
        (scheme("60", "30"), "100", True, []),
        (scheme("60", "40"), "100", True, ["sum.whole"]),
        (scheme("60", "50", grades=(("一级", "90"),)), "100", False, ["sum.more"]),
        (scheme("60", "30", grades=(("一级", "90"),)), "100", True, ["grades.partial"]),
        (scheme("60", "40", grades=(("一级", "101"),)), "100", False, ["least.total"]),
        (scheme("100", grades=(("一级", "90"),)), "100", False, ["group.empty"]),
        (Content(), "100", True, ["items.none"]),
    ],
)
def test_what_a_scheme_in_force_needs(content: Content, total: str, is_partial: bool, found: list[str]) -> None:
    assert codes(content, total, is_partial=is_partial) == found


def test_numbers_follow_from_the_place_and_are_told_when_they_clash() -> None:
    content = scheme("1", "1", "1")
    assert sorted(content.numbers().values()) == ["1.1", "1.2", "2.1"]
    first = content.items[0]
    clash = changed(content, Item(first.key, first.text, first.points, number="2.1"))
    assert codes(clash, "3").count("number.twice") == 2


KEYS = st.sampled_from(["g1", "g2", "i3", "i4", "i5", "i6", "i7", "nothing"])


@given(st.lists(st.tuples(KEYS, st.sampled_from(["up", "down"])), max_size=20))
def test_moving_loses_nothing(moves: list[tuple[str, str]]) -> None:
    content = scheme("1", "2", "3", "4", "5")
    shuffled = content
    for key, way in moves:
        shuffled = moved(shuffled, key, "up" if way == "up" else "down")
    assert sorted(item.key for item in shuffled.items) == sorted(item.key for item in content.items)
    assert shuffled.points == content.points


@pytest.mark.parametrize(
    ("key", "way", "order"),
    [
        ("i5", "up", ["i5", "i3", "i4", "i6"]),
        ("i3", "up", ["i3", "i5", "i4", "i6"]),
        ("i5", "down", ["i3", "i5", "i4", "i6"]),
        ("g2", "up", ["i4", "i6", "i3", "i5"]),
        ("g2", "down", ["i3", "i5", "i4", "i6"]),
    ],
)
def test_one_place_at_a_time_and_over_the_edge_of_a_group(key: str, way: str, order: list[str]) -> None:
    content = moved(scheme("1", "2", "3", "4"), key, "up" if way == "up" else "down")
    assert [item.key for item in content.items] == order
    if (key, way) == ("i5", "down"):
        assert [item.key for item in content.groups[1].items] == ["i5", "i4", "i6"]


def test_it_comes_back_as_it_was_kept() -> None:
    content = scheme("2.5", "0.1", grades=(("一级", "2.55"),))
    assert taken_from(kept(content)) == content
    assert taken_from({}) == Content()
    assert content.points == Decimal("2.6")
    assert without(content, content.groups[0].key).points == Decimal("0.1")
    assert without(content, content.grades[0].key).grades == ()
    assert changed(content, Group("g1", "新名")).group("g1") == Group("g1", "新名")


def test_a_key_is_never_given_twice() -> None:
    content = scheme("1", "2")
    fewer = without(content, content.items[-1].key)
    again = with_item(fewer, "g2", Item("", "另一项", Decimal(2)))
    assert again.items[-1].key not in {item.key for item in content.items}


def test_a_sheet_says_every_fault_at_once() -> None:
    content = scheme("4", "6")
    first, second = (item.key for item in content.items)
    raw = {f"points-{first}": "5", f"points-{second}": "", f"remark-{second}": "字" * 1001}
    sheet = read_sheet(content, raw, "remark", whole=True)
    assert {(one.code, one.field) for one in sheet.problems} == {
        ("points.range", f"points-{first}"),
        ("points.missing", f"points-{second}"),
        ("text.too_long", f"remark-{second}"),
    }
    partly = read_sheet(content, {f"points-{first}": " 3.25 ", f"remark-{second}": "待查"}, "remark", whole=False)
    assert partly.told == {first: {"points": 3.25, "remark": ""}, second: {"points": None, "remark": "待查"}}
    assert [one.field for one in missing_in(content, partly.told)] == [f"points-{second}"]


@pytest.mark.parametrize(("count", "outside"), [(4, True), (5, False), (7, False), (8, True)])
def test_five_to_seven(count: int, outside: bool) -> None:
    assert is_outside(count, 5, 7) == outside
    assert not is_outside(count, None, None)


def test_what_comes_with_the_program_is_plainly_incomplete() -> None:
    shipped = load_shipped()
    for row in shipped.schemes:
        content = shipped.content(row.code)
        assert row.is_partial
        assert not content.grades, "no cut-off was found, and none is invented"
        assert content.points < row.total
        assert codes(content, str(row.total)) == ["sum.less", "grades.none"]
    assert said(shipped.content("provincial_part").points) == "27"
    assert (shipped.assessors.least, shipped.assessors.most, shipped.assessors.source) == (5, 7, "order_120")
