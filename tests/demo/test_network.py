"""The invented network: the same every time, joined, sound, of the size asked for; planted mistakes are found."""

from datetime import date
from itertools import chain
from random import Random

import numpy as np
import pytest
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from archives.demo import campaigns
from archives.demo.blocks import base_layers
from archives.demo.exchange import ends
from archives.demo.faults import MISTAKES, with_faults
from archives.demo.mains import MAINS
from archives.demo.network import network
from gis.checks import CheckContext, RuleResult, run
from gis.checks.settings import ERROR
from gis.codes import standard
from gis.frame import Index, Mask
from gis.survey.model import Survey

TODAY = date(2026, 11, 24)
EXTENT = (461_000.0, 3_351_000.0, 473_500.0, 3_362_500.0)
SURVEY = network(1, 20_000)
A, B = (ends(SURVEY, side) for side in ("start_no", "end_no"))


def inspected(survey: Survey) -> dict[str, RuleResult]:
    """All rules over a survey, buildings known."""
    buildings = list(base_layers()["building"].columns["geometry"])
    results = run(survey, CheckContext(standard(), TODAY, buildings=buildings, extent=EXTENT))
    return {result.rule: result for result in results}


def of(*minors: str) -> Mask:
    """The segments of kinds."""
    return np.isin(SURVEY.segments.text("minor").astype(str), minors)


def downstream(kept: Mask) -> tuple[Index, Index]:
    """Upper and lower points of drains."""
    turned = SURVEY.segments.number("flow")[kept] < 0
    return np.where(turned, B[kept], A[kept]), np.where(turned, A[kept], B[kept])


def test_the_same_seed_gives_the_same_network_and_another_gives_another() -> None:
    first, again, other = network(7, 3000), network(7, 3000), network(8, 3000)
    for name in first.segments:
        if first.segments.columns[name].dtype == object:
            assert first.segments.text(name).tolist() == again.segments.text(name).tolist()
        else:
            assert np.array_equal(first.segments.number(name), again.segments.number(name), equal_nan=True)
    assert first.segments.text("built_on").tolist() != other.segments.text("built_on").tolist()


@pytest.mark.parametrize("size", [2000, 5000, 20_000, 100_000])
def test_a_network_has_the_size_asked_for(size: int) -> None:
    found = network(1, size)
    assert len(found.segments) == size
    assert 0.95 < len(found.segments) / len(found.points) < 1.1


def test_the_demonstration_is_some_four_hundred_kilometres() -> None:
    assert 350_000 < SURVEY.segments.number("length_given").sum() < 500_000


def test_all_eight_majors_are_there_and_no_kind_is_unknown() -> None:
    kinds = set(zip(SURVEY.segments.text("major"), SURVEY.segments.text("minor"), strict=True))
    assert {major for major, _ in kinds} == {"JS", "PS", "RQ", "RL", "DL", "TX", "GY", "QT"}
    assert kinds == {(main.major, main.minor) for main in MAINS}
    assert kinds < set(standard().kinds)


def test_z_ref_is_the_standards() -> None:
    assert {main.minor for main in MAINS if standard().kinds[main.major, main.minor].z_ref != main.reference} == set()


def test_numbers_are_unique_and_every_line_ends_at_points() -> None:
    numbers = SURVEY.points.text("point_no").tolist()
    assert len(numbers) == len(set(numbers))
    assert set(chain(SURVEY.segments.text("start_no"), SURVEY.segments.text("end_no"))) == set(numbers)


def test_points_stand_every_fifteen_to_forty_metres_along_mains() -> None:
    length = SURVEY.segments.number("length_given")
    mains = length[of("JP", "GD", "XX", "SS") & (SURVEY.segments.number("width") > 110)]
    assert 20 < np.median(mains) < 32
    assert length.min() > 0.4
    assert length.max() < 50


@pytest.mark.parametrize("minor", ["JP", "XX", "GD"])
def test_what_lies_under_every_street_is_one_network(minor: str) -> None:
    kept = of(minor)
    count = len(SURVEY.points)
    joined = coo_array((np.ones(kept.sum()), (A[kept], B[kept])), shape=(count, count))
    parts = connected_components(joined, directed=False)[1]
    assert len(np.unique(parts[A[kept]])) == 1


def test_every_drain_reaches_an_outfall_or_a_pumping_station() -> None:
    upper, lower = downstream(of("YS", "WS", "HS"))
    assert len(np.unique(upper)) == len(upper), "no point has two ways down"
    down = np.arange(len(SURVEY.points))
    down[upper] = lower
    for _ in range(20):
        down = down[down]
    last = np.unique(down[upper])
    names = set(zip(SURVEY.points.text("feature")[last], SURVEY.points.text("appurtenance")[last], strict=True))
    assert names == {("出水口", ""), ("", "泵站")}


def test_drains_fall_the_way_they_flow() -> None:
    kept = of("YS", "WS", "HS")
    flow = SURVEY.segments.number("flow")[kept]
    fall = (SURVEY.segments.number("start_z")[kept] - SURVEY.segments.number("end_z")[kept]) * flow
    slope = fall / SURVEY.segments.number("length_given")[kept]
    assert set(flow) == {1.0, -1.0}
    assert 0.001 < slope.min() < slope.max() < 0.1


def test_sizes_step_down_from_trunks_to_branches() -> None:
    width, kept = SURVEY.segments.number("width"), of("YS")
    upper, lower = downstream(kept)
    arriving = np.zeros(len(SURVEY.points))
    np.maximum.at(arriving, lower, width[kept])
    assert (arriving[upper] <= width[kept]).all()
    assert len(np.unique(width[kept])) >= 3


def test_every_point_is_a_feature_or_an_appurtenance_of_its_class() -> None:
    for dictionary in ("feature", "appurtenance"):
        values = standard().values[dictionary]
        pairs = set(zip(SURVEY.points.text("major"), SURVEY.points.text(dictionary), strict=True))
        assert [pair for pair in pairs if pair[1] and not values[pair[1]].fits(pair[0])] == []
    both = (SURVEY.points.text("feature") != "").astype(int) + (SURVEY.points.text("appurtenance") != "")
    assert (both == 1).all()


def test_build_years_run_from_1975_to_2024() -> None:
    years = np.array([int(text[:4]) for text in SURVEY.segments.text("built_on")])
    assert 1975 <= years.min() < 1985
    assert 2015 < years.max() <= 2024


def test_a_sound_network_trips_no_check_that_blocks_and_few_others() -> None:
    results = inspected(SURVEY)
    assert {rule: len(one.findings) for rule, one in results.items() if one.findings.count(ERROR)} == {}
    assert {rule for rule, one in results.items() if len(one.findings)} <= {"T6", "A6", "G1"}
    assert len(results["G1"].findings) < len(SURVEY.segments) / 40


@pytest.mark.parametrize("seed", range(4))
def test_every_planted_mistake_is_found_by_its_rule(seed: int) -> None:
    faulty, planted = with_faults(network(seed, 4000), Random(seed))
    assert len(planted) == len(MISTAKES)
    results = inspected(faulty)
    for one in planted:
        found = results[one.rule].findings
        assert set(one.numbers) <= set(found.elements()[found.table == one.table]), one.rule


def test_planting_leaves_the_sound_survey_as_it_was() -> None:
    before = SURVEY.points.number("east").copy()
    with_faults(SURVEY, Random(5))
    assert np.array_equal(before, SURVEY.points.number("east"))


@pytest.mark.parametrize("make", [campaigns.census, campaigns.as_built, campaigns.owner_report])
def test_the_hand_overs_of_the_demonstration_pass(make: object) -> None:
    assert callable(make)
    results = inspected(make().survey)
    assert {rule for rule, one in results.items() if one.findings.count(ERROR)} == set()


def test_the_survey_at_the_counter_does_not_pass() -> None:
    campaign = campaigns.at_the_counter()
    results = inspected(campaign.survey)
    blocking = {rule for rule, one in results.items() if one.findings.count(ERROR)}
    assert {"P1", "P6", "L3", "D1", "D4", "F2", "F4"} <= blocking


def test_no_two_hand_overs_share_a_number() -> None:
    made = [make() for make in (campaigns.census, campaigns.as_built, campaigns.owner_report, campaigns.at_the_counter)]
    numbers = [set(one.survey.points.text("point_no")) for one in made]
    assert sum(map(len, numbers)) == len(set().union(*numbers))
