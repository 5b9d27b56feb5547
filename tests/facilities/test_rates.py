"""Rates: over which areas, what unknown ones do to them, and what it takes to reach them."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archives.facilities.rates import rate_verdict, rates
from tests.facilities.areas import (
    CITY,
    COUNTY,
    COUNTY_CITY,
    DISTRICT,
    MUNICIPALITY,
    PROVINCE,
    judged,
    rate_of,
)

RULE, NO_RULE = {"regulation": {"provincial_rule": True}}, {"regulation": {"provincial_rule": False}}


def test_cities_without_an_archives_are_in_the_denominator() -> None:
    found = rate_of("T2a", "all", CITY, COUNTY_CITY, MUNICIPALITY, {**CITY, "has": "none"}, COUNTY, DISTRICT, PROVINCE)
    assert (found.numerator, found.denominator, found.unknown, found.not_applicable) == (3, 4, 0, 0)
    assert (found.rate, found.required, found.verdict, found.needed) == (75, 100, "missed", 1)


def test_of_two_names_a_city_without_an_archives_counts_as_missed() -> None:
    named = {**CITY, "two_names": True}
    found = rate_of("T2b", "all", *[named] * 9, {**CITY, "has": "none"})
    assert (found.numerator, found.denominator, found.verdict) == (9, 10, "met")
    assert rate_of("T2b", "all", *[named] * 8, {**CITY, "has": "none"}).verdict == "missed"


def test_the_counties_half_is_of_those_that_have_one() -> None:
    areas = [{**COUNTY, "two_names": True}, {**COUNTY, "two_names": False}, *[{**COUNTY, "has": "none"}] * 8]
    having = rate_of("T3b", "with_institution", *areas)
    assert (having.numerator, having.denominator, having.not_applicable) == (1, 2, 8)
    assert (having.rate, having.verdict) == (50, "met")
    assert rate_of("T3a", "all", *areas).verdict == "missed"


def test_provincial_regulations_over_all_and_over_those_without() -> None:
    areas = [
        {**PROVINCE, **RULE, "rule_before": True},
        {**PROVINCE, **RULE, "rule_before": False},
        {**PROVINCE, **NO_RULE},
        {**MUNICIPALITY, **RULE},
    ]
    every = rate_of("T4", "all", *areas)
    assert (every.numerator, every.denominator, every.unknown, every.verdict) == (3, 4, 0, "missed")
    without = rate_of("T4", "without_regulation", *areas)
    # the first had one before, the second made one, the third still has none, of the fourth it is not known
    assert (without.numerator, without.denominator, without.unknown, without.not_applicable) == (1, 3, 1, 1)
    assert without.verdict == "missed"


def test_floor_area_pooled_and_by_class() -> None:
    areas = [
        {**MUNICIPALITY, "floor_area_m2": 5000},
        {**CITY, "population": 2_000_000, "floor_area_m2": 3999},
        {**CITY, "floor_area_m2": 3000},
        {**COUNTY_CITY, "floor_area_m2": 2000},
        {**CITY, "population": 100_000},
        {**CITY, "has": "none"},
        {**COUNTY, "floor_area_m2": 500},
        {**COUNTY, "floor_area_m2": 350},
        {**DISTRICT, "floor_area_m2": 10},
    ]
    pooled = rate_of("T9", "pooled", *areas)
    assert (pooled.numerator, pooled.denominator, pooled.unknown, pooled.not_applicable) == (3, 5, 1, 1)
    assert (pooled.rate, pooled.rate_at_most, pooled.verdict) == (60, 80, "unknown")
    extra = rate_of("T9", "extra_large", *areas)
    assert (extra.numerator, extra.denominator, extra.verdict) == (1, 2, "missed")
    assert (extra.needed, extra.needed_gap, extra.gap_unit) == (1, 1, "m2")
    assert rate_of("T9", "medium", *areas).verdict == "met"
    county = rate_of("T9", "county", *areas)
    assert (county.numerator, county.denominator, county.required, county.verdict) == (1, 2, 30, "met")


def test_floor_area_over_all_areas_too() -> None:
    areas = [{**CITY, "floor_area_m2": 3000}, {**CITY, "has": "none"}, {**COUNTY, "has": "none"}, COUNTY, DISTRICT]
    pooled, every = rate_of("T9", "pooled", *areas), rate_of("T9", "pooled_all", *areas)
    assert (pooled.numerator, pooled.denominator, pooled.not_applicable) == (1, 1, 1)
    assert (every.numerator, every.denominator, every.not_applicable, every.verdict) == (1, 2, 0, "missed")
    counties = rate_of("T9", "county_all", *areas)
    assert (counties.denominator, counties.unknown, counties.verdict) == (2, 1, "unknown")


def test_a_city_of_unknown_class_is_in_the_pooled_rate_only() -> None:
    areas = [{**CITY, "population": None, "floor_area_m2": 5000}]
    assert rate_of("T9", "pooled", *areas).unknown == 1
    assert [rate_of("T9", size, *areas).denominator for size in ("extra_large", "large", "medium", "small")] == [0] * 4


def test_catalogue_databases_by_level() -> None:
    done, not_done = {"database": {"catalogue": True}}, {"catalogue_rate": 40}
    areas = [
        {**CITY, **done},
        {**MUNICIPALITY, **not_done},
        {**CITY, "has": "office", **not_done},
        {**COUNTY_CITY, **done},
        {**COUNTY, **done},
        {**DISTRICT, **done},
        {**COUNTY, **done},
        {**COUNTY, **not_done},
    ]
    city, county = rate_of("T12", "city", *areas), rate_of("T12", "county", *areas)
    assert (city.numerator, city.denominator, city.verdict) == (1, 2, "missed")
    assert (county.numerator, county.denominator, county.rate, county.verdict) == (4, 5, 80, "met")


def test_a_rate_over_nothing_is_no_zero() -> None:
    found = rate_of("T1", "all", CITY)
    assert (found.rate, found.denominator, found.verdict) == (None, 0, "not_applicable")


def test_a_target_without_a_rate_is_only_counted() -> None:
    found = rate_of("T13", "all", {**CITY, "database": {"pipelines": False}})
    assert (found.required, found.verdict, found.denominator) == (None, "not_applicable", 1)


def test_what_it_takes_is_the_cheapest_way() -> None:
    areas = [{**CITY, "floor_area_m2": area} for area in (3000, 2900, 2000, 1000)]
    found = rate_of("T9", "large", *areas)
    assert (found.needed, found.needed_gap) == (2, 1100)


def test_a_part_of_the_region_is_counted_alone() -> None:
    evaluation = judged(CITY, {**CITY, "has": "none"})
    mask = evaluation.returns.code == "0"
    assert next(rate for rate in rates(evaluation, mask) if rate.target == "T2a").denominator == 1


@pytest.mark.parametrize(
    ("met", "every", "unknown", "required", "verdict"),
    [
        (7, 10, 0, 70, "met"),
        (69, 100, 0, 70, "missed"),
        (69, 100, 1, 70, "unknown"),
        (70, 100, 30, 70, "met"),
        (0, 3, 3, 70, "unknown"),
        (29, 100, 0, 29, "met"),  # 0.29 * 100 is not 29 in floating point
    ],
)
def test_unknown_ones_decide_only_when_they_can(
    met: int, every: int, unknown: int, required: float, verdict: str
) -> None:
    assert rate_verdict(met, every, unknown, required) == verdict


@given(
    st.lists(st.sampled_from(["met", "missed", "unknown"]), min_size=1, max_size=7),
    st.integers(0, 100),
)
def test_the_verdict_is_what_every_way_of_filling_in_agrees_on(standing: list[str], required: int) -> None:
    ways = set()
    for filled in product(*(["met", "missed"] if one == "unknown" else [one] for one in standing)):
        ways.add(100 * filled.count("met") >= required * len(filled))
    expected = "unknown" if len(ways) == 2 else "met" if ways == {True} else "missed"
    found = rate_verdict(standing.count("met"), len(standing), standing.count("unknown"), required)
    assert found == expected


@given(st.lists(st.one_of(st.none(), st.integers(0, 60)), min_size=1, max_size=30))
def test_every_area_is_counted_once(staff: list[int | None]) -> None:
    found = rate_of("T6", "all", *({**CITY, "staff": count} for count in staff))
    known = [count for count in staff if count is not None]
    assert found.denominator == len(staff)
    assert found.unknown == len(staff) - len(known)
    assert found.numerator == sum(count >= 25 for count in known)
