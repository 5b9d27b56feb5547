"""Rates of many groups at once are those of each group alone, and a difference holds whatever the unknown ones are."""

from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from archives.facilities.comparing.counting import Standing, difference, standings
from archives.facilities.comparing.requiring import changed_rows
from archives.facilities.editions import with_numbers
from archives.facilities.rates import rates
from archives.facilities.standards.tables import load_standards
from tests.facilities.areas import CITY, COUNTY, COUNTY_CITY, DISTRICT, MUNICIPALITY, PROVINCE, judged

PLAN = load_standards().edition("plan_2006")
STRICT = with_numbers(PLAN, "strict", "Strict", "", {"T9.large": (3500.0, None), "T9.pooled": (80.0, None)})

answers = st.sampled_from([True, False, None])
areas = st.builds(
    lambda base, two, staff, has: {**base, "two_names": two, "staff": staff, **({"has": has} if has else {})},
    st.sampled_from([CITY, COUNTY, COUNTY_CITY, DISTRICT, MUNICIPALITY, PROVINCE]),
    answers,
    st.sampled_from([None, 0, 5, 30, 60]),
    st.sampled_from([None, "none", "office", "archives"]),
)
counts = st.integers(0, 6)


@given(st.lists(st.tuples(areas, st.integers(-1, 3)), min_size=1, max_size=12))
def test_groups_at_once_are_the_groups_one_by_one(given_areas: list[tuple[dict[str, Any], int]]) -> None:
    evaluation = judged(*(area for area, _ in given_areas))
    groups = np.array([group for _, group in given_areas], np.intp)
    found = standings(evaluation, groups, 4)
    for group in range(4):
        for alone in rates(evaluation, groups == group):
            one = found[alone.target, alone.scope][group]
            assert (one.met, one.denominator, one.unknown) == (alone.numerator, alone.denominator, alone.unknown)
            assert (one.required, one.verdict) == (alone.required, alone.verdict)
            if one.denominator:
                assert (one.least, one.most) == (alone.rate, alone.rate_at_most)


def rate_of(met: int, missed: int) -> float:
    """In percent."""
    return 100 * met / (met + missed)


@given(counts, counts, counts, counts, counts, counts)
def test_a_difference_holds_whatever_the_unknown_ones_are(a: int, b: int, c: int, d: int, e: int, f: int) -> None:
    one, other = Standing(a, b, c, None), Standing(d, e, f, None)
    apart = difference(one, other)
    if not (a + b and d + e):
        assert apart is None, "of one of them nothing is known"
        return
    assert apart is not None
    possible = [rate_of(d + n, e + f - n) - rate_of(a + m, b + c - m) for n, m in product(range(f + 1), range(c + 1))]
    assert min(possible) == pytest.approx(apart.least)
    assert max(possible) == pytest.approx(apart.most)
    assert apart.is_certain == (not c and not f)


def test_nothing_known_is_no_rate_of_zero() -> None:
    assert not Standing(0, 0, 5, 80).is_known
    assert Standing(0, 0, 5, 80).verdict == "unknown"
    assert Standing(0, 1, 4, 80).is_known
    assert difference(None, Standing(1, 1, 0, 80)) is None


def test_changed_numbers_are_found_at_the_rate_and_at_what_it_counts() -> None:
    def changed(scope: str) -> list[list[tuple[str, float | None]]]:
        return [
            [(row.code, row.value) for row in rows if row is not None]
            for rows in changed_rows([PLAN, STRICT, load_standards().edition("training_2018")], "T9", scope)
        ]

    assert changed("pooled") == [
        [("T9.pooled", 70), ("T9.pooled", 80)],
        [("T9.large", 3000), ("T9.large", 3500)],
    ]
    assert changed("large") == [[("T9.large", 3000), ("T9.large", 3500)]]
    assert changed("small") == []
    assert changed_rows([PLAN, PLAN], "T6", "all") == []
