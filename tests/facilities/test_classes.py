"""City classes: at, below and above each bound, by either scheme."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archives.core.errors import NotFoundError
from archives.core.language import speaking
from archives.facilities.classes import basis_warning, class_of, classes_of
from archives.facilities.standards.rows import CLASSES
from archives.facilities.standards.tables import load_standards
from tests.facilities.areas import CITY, returns_of


@pytest.mark.parametrize(
    ("population", "plan", "council"),
    [
        (0, "small", "small"),
        (199_999, "small", "small"),
        (200_000, "medium", "small"),
        (200_001, "medium", "small"),
        (499_999, "medium", "small"),
        (500_000, "large", "medium"),
        (500_001, "large", "medium"),
        (999_999, "large", "medium"),
        (1_000_000, "extra_large", "large"),
        (4_999_999, "extra_large", "large"),
        (5_000_000, "extra_large", "extra_large"),
        (9_999_999, "extra_large", "extra_large"),
        (10_000_000, "extra_large", "super_large"),
    ],
)
def test_a_bound_belongs_to_the_class_it_begins(population: int, plan: str, council: str) -> None:
    for level in ("city", "county_city"):
        assert class_of(level, True, population, "plan_2006") == plan
        assert class_of(level, True, population, "sc_2014") == council


@pytest.mark.parametrize(
    ("level", "urban", "plan", "council"),
    [
        ("municipality", True, "municipality", "super_large"),
        ("county", False, "county", "county"),
        ("district", False, None, None),
        ("province", False, None, None),
        ("ministry", False, None, None),
        ("city", False, None, None),
    ],
)
def test_some_levels_are_no_city(level: str, urban: bool, plan: str | None, council: str | None) -> None:
    assert class_of(level, urban, 20_000_000, "plan_2006") == plan
    assert class_of(level, urban, 20_000_000, "sc_2014") == council


def test_a_city_of_unknown_population_has_an_unknown_class() -> None:
    assert class_of("city", True, None, "plan_2006") is None
    assert classes_of(returns_of({**CITY, "population": None}), "plan_2006").tolist() == [-2]
    assert class_of("municipality", True, None, "plan_2006") == "municipality"


@given(st.integers(0, 40_000_000), st.integers(0, 40_000_000), st.sampled_from(["plan_2006", "sc_2014"]))
def test_more_people_are_never_a_smaller_class(one: int, other: int, scheme: str) -> None:
    sizes = {name: place for place, name in enumerate(CLASSES)}
    larger, smaller = (class_of("city", True, count, scheme) for count in (max(one, other), min(one, other)))
    assert larger is not None
    assert smaller is not None
    assert sizes[larger] <= sizes[smaller]


def test_another_way_of_counting_is_told() -> None:
    standards = load_standards()
    with speaking("en"):
        plan, council = standards.scheme("plan_2006"), standards.scheme("sc_2014")
        assert basis_warning("non_agricultural", plan) is None
        assert basis_warning("urban_resident", council) is None
        assert "Non-agricultural" in str(basis_warning("urban_resident", plan))
        assert "not said" in str(basis_warning("", council))


def test_an_unknown_scheme_is_refused() -> None:
    with pytest.raises(NotFoundError):
        class_of("city", True, 1, "sc_2015")
