"""What people write, read rightly or refused clearly, each fault at its cell."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archives.facilities.drafts import Entry
from archives.facilities.reading import Reader
from archives.facilities.return_lists import SHIPPED

READER = Reader.of(SHIPPED)
CITY = {"code": "510100", "name": "甲市", "level": "city", "urban_status": True, "kind": "archives", "year": 2024}


def read(**values: Any) -> Entry:
    return READER.entry({**CITY, **values})


def faults(entry: Entry) -> list[tuple[str, str, str | None]]:
    return [(problem.code, problem.severity, problem.place.column) for problem in entry.faults]


@pytest.mark.parametrize(
    ("written", "percent"),
    [
        (80, 80),
        ("80", 80),
        ("80%", 80),
        ("80％", 80),
        ("99.5%", 99.5),
        (0.8, 80),
        ("0.8", 80),
        ("1%", 1),
        ("100%", 100),
    ],
)
@pytest.mark.parametrize("key", ["databases", "catalogue_rate"])
def test_a_share_is_read_however_it_is_written(written: object, percent: float, key: str) -> None:
    entry = read(**{key: {"catalogue": written} if key == "databases" else written})
    assert float(entry.figures.catalogue_rate or -1) == pytest.approx(percent)
    column = "databases.catalogue" if key == "databases" else key
    warned = [("catalogue_rate.as_fraction", "warning", column)]
    assert faults(entry) == (warned if str(written).startswith("0.") else [])


@pytest.mark.parametrize(
    ("written", "code"),
    [
        (1, "ambiguous"),
        ("1", "ambiguous"),
        (120, "too_large"),
        ("120%", "too_large"),
        (-5, "too_small"),
        ("about half", "not_a_number"),
    ],
)
def test_a_share_that_cannot_be_is_refused(written: object, code: str) -> None:
    assert faults(read(catalogue_rate=written)) == [(f"catalogue_rate.{code}", "error", "catalogue_rate")]


@pytest.mark.parametrize(("written", "known"), [(True, True), (False, False), ("是", True), ("否", False), (0, False)])
def test_the_catalogue_may_be_declared(written: object, known: bool) -> None:
    entry = read(databases={"catalogue": written})
    assert entry.listed["databases"] == {"catalogue": known}
    assert entry.figures.catalogue_rate is None
    assert not entry.faults


@pytest.mark.parametrize(
    ("written", "persons"),
    [(853000, 853_000), ("853,000", 853_000), ("85.3万", 853_000), ("85.3万人", 853_000), ("2333人", 2_333)],
)
def test_a_population_says_its_unit(written: object, persons: int) -> None:
    entry = read(population=written)
    assert entry.area.population == persons
    assert not entry.faults


@pytest.mark.parametrize("written", [85.3, "85.3", 853, 3200])
def test_a_population_in_wan_is_refused(written: object) -> None:
    entry = read(population=written)
    assert faults(entry) == [("population.in_wan", "error", "population")]


def test_a_province_s_population_in_wan_is_refused() -> None:
    entry = READER.entry({"code": "510000", "name": "某省", "level": "province", "population": 8370})
    assert faults(entry) == [("population.in_wan", "error", "population")]


@pytest.mark.parametrize("written", ["80%", 0.8, "0.8"])
def test_a_share_of_staff_is_told_as_that(written: object) -> None:
    assert faults(read(technical_staff=written)) == [("technical_staff.share", "error", "technical_staff")]


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("staff", -1, "too_small"),
        ("staff", 100_000, "too_large"),
        ("staff", 3.5, "not_whole"),
        ("staff", "许多", "not_a_number"),
        ("floor_area_m2", -20, "too_small"),
        ("floor_area_m2", 1e9, "too_large"),
        ("accidents", -1, "too_small"),
        ("projects_due", -1, "too_small"),
        ("visits", -1, "too_small"),
        ("population", -1, "too_small"),
        ("population", 10**12, "too_large"),
        ("year", 1848, "too_small"),
        ("level", "镇", "unknown"),
        ("kind", "所", "unknown"),
        ("class", "巨大", "unknown"),
        ("lan", "也许", "unknown"),
        ("equipment.extinguisher", -1, "too_small"),
        ("equipment.extinguisher", "许多", "not_a_number"),
        ("databases.pipelines", "也许", "unknown"),
        ("signed_on", "2024-13-01", "no_such_day"),
    ],
)
def test_a_bad_value_is_told_at_its_cell(name: str, value: object, code: str) -> None:
    group, _, inner = name.partition(".")
    entry = read(**{group: {inner: value} if inner else value})
    field = "city_class" if name == "class" else name
    assert faults(entry) == [(f"{field}.{code}", "error", name)]


def test_equipment_is_counted_or_said_to_be_there() -> None:
    given_ = {"extinguisher": True, "th_recorder": 4, "dehumidifier": False, "security_monitoring": "有"}
    entry = read(equipment=given_)
    assert entry.listed["equipment"] == {
        "extinguisher": 1,
        "th_recorder": 4,
        "dehumidifier": 0,
        "security_monitoring": 1,
    }


def test_regulations_are_titles_counts_or_answers() -> None:
    entry = read(regulations={"government_rule": ["办法"], "normative_document": 0, "provincial_rule": None})
    assert entry.listed["regulations"] == {
        "government_rule": True,
        "normative_document": False,
        "provincial_rule": None,
    }


def test_what_is_null_or_left_out_is_unknown() -> None:
    entry = read(staff=None, lan=None, equipment={"extinguisher": None}, databases=None)
    assert (entry.figures.staff, entry.figures.lan) == (None, "")
    assert entry.listed == {"equipment": {"extinguisher": None}}
    assert not entry.faults
    assert {"staff", "lan"} <= entry.given
    assert "accidents" not in entry.given


@pytest.mark.parametrize(
    ("written", "basis"),
    [("城区常住人口", "urban_resident"), ("non_agricultural", "non_agricultural"), ("游客", "游客")],
)
def test_a_way_of_counting_is_known_or_kept(written: str, basis: str) -> None:
    entry = read(population_basis=written)
    assert entry.area.population_basis == basis
    assert [problem.severity for problem in entry.faults] == (["warning"] if basis == "游客" else [])


def test_what_nobody_knows_is_named_and_not_read() -> None:
    entry = read(shoe_size=43, equipment={"fax": 1})
    assert faults(entry) == [("field.unknown", "warning", "shoe_size"), ("field.unknown", "warning", "equipment.fax")]


def test_a_list_that_is_no_record_is_refused() -> None:
    assert faults(read(equipment="全部")) == [("equipment.unreadable", "error", "equipment")]


@pytest.mark.parametrize(
    ("kind", "body", "has"),
    [("body", "body", ""), ("post", "post", ""), ("专职", "post", ""), ("none", "none", "none")],
)
def test_a_province_may_tell_its_body_as_its_kind(kind: str, body: str, has: str) -> None:
    entry = READER.entry({"code": "510000", "name": "某省", "level": "province", "kind": kind})
    assert (entry.area.body, entry.area.kind) == (body, has)
    assert not entry.faults


@given(
    st.dictionaries(
        st.sampled_from(["staff", "lan", "population", "catalogue_rate", "equipment", "kind", "year", "code"]),
        st.one_of(
            st.none(),
            st.booleans(),
            st.integers(),
            st.floats(),
            st.text(max_size=12),
            st.dictionaries(st.text(max_size=5), st.integers(), max_size=2),
            st.lists(st.integers(), max_size=2),
        ),
    )
)
def test_nothing_that_may_stand_in_json_stops_the_reading(raw: dict[str, Any]) -> None:
    entry = READER.entry(raw)
    assert all(problem.place.column or problem.severity for problem in entry.faults)
