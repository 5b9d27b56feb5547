"""What a sound return is."""

from typing import Any

import pytest

from archives.facilities.drafts import Entry
from archives.facilities.plan import Known, make
from archives.facilities.reading import Reader
from archives.facilities.return_lists import SHIPPED
from archives.facilities.rules import AreaFacts, parent_by_code

READER = Reader.of(SHIPPED)
CITY = {"code": "510100", "name": "甲市", "level": "city", "urban_status": True, "kind": "archives", "year": 2024}
COUNTY = {"code": "510123", "name": "丙县", "level": "county", "kind": "office", "year": 2024}
REGISTER = {
    "510000": AreaFacts("510000", "某省", "province"),
    "510100": AreaFacts("510100", "甲市", "city"),
    "510300": AreaFacts("510300", "乙市", "city"),
}
KNOWN = Known(2026, REGISTER)


def problems(*rows: dict[str, Any], known: Known = KNOWN) -> list[tuple[str, str, str | None]]:
    entries: list[Entry] = [READER.entry(row) for row in rows]
    made = make(entries, known)
    return [(problem.code, problem.severity, problem.place.column) for problem in made.problems]


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        ({**CITY, "staff": 5, "technical_staff": 6}, "technical_staff.above_whole", "technical_staff"),
        ({**CITY, "staff": 5, "bachelor_staff": 6}, "bachelor_staff.above_whole", "bachelor_staff"),
        ({**CITY, "floor_area_m2": 100, "store_area_m2": 101}, "store_area_m2.above_whole", "store_area_m2"),
        ({**CITY, "projects_due": 3, "projects_received": 4}, "projects_received.above_whole", "projects_received"),
        (
            {**CITY, "databases": {"catalogue": True}, "catalogue_rate": 60},
            "catalogue_rate.contradiction",
            "catalogue_rate",
        ),
        (
            {
                **CITY,
                "projects_due": 9,
                "projects_received": 9,
                "key_projects_due": 2,
                "key_projects_received": 1,
            },
            "key_projects_received.above_all",
            "key_projects_received",
        ),
        ({**CITY, "year": 2027}, "year.future", "year"),
        ({**CITY, "year": None, "staff": 3}, "year.missing", "year"),
        ({**CITY, "kind": "none", "staff": 3}, "staff.nothing", "staff"),
        ({**CITY, "kind": "none", "lan": True}, "lan.nothing", "lan"),
        ({**CITY, "kind": "none", "two_names": True}, "two_names.nothing", "two_names"),
        ({**CITY, "body": "post"}, "body.level", "body"),
        ({**COUNTY, "parent": "519900"}, "parent.unknown", "parent"),
        ({**COUNTY, "parent": "510300"}, "parent.wrong_city", "parent"),
        ({**CITY, "code": "519900", "parent": "510100"}, "parent.level", "parent"),
        ({**CITY, "code": "51?"}, "code.signs", "code"),
        ({**CITY, "code": ""}, "code.missing", "code"),
        (
            {**CITY, "holdings_volumes": 9, "class_volumes": {"E": 7, "I": 3}},
            "class_volumes.too_large",
            "holdings_volumes",
        ),
        ({**CITY, "name": ""}, "name.missing", "name"),
        ({**CITY, "level": None}, "level.missing", "level"),
    ],
)
def test_each_fault_stands_at_its_cell(row: dict[str, Any], code: str, column: str) -> None:
    assert (code, "error", column) in problems(row)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({**CITY, "urban_status": None}, "urban_status.assumed"),
        ({**COUNTY, "urban_status": True}, "urban_status.level"),
        ({**CITY, "level": "county_city", "code": "510181", "urban_status": False}, "urban_status.level"),
        ({**CITY, "population_basis": "游客"}, "population_basis.unlisted"),
        ({**CITY, "code": "510000", "level": "province", "urban_status": False}, "kind.as_body"),
        ({**CITY, "population": 600_000, "class": "small"}, "city_class.differs"),
        ({**COUNTY, "code": "620123"}, "parent.none"),
        ({**CITY, "staff": 9, "under_35": 1, "aged_35_to_50": 1, "over_50": 1}, "under_35.sum"),
    ],
)
def test_what_may_be_right_is_a_warning(row: dict[str, Any], code: str) -> None:
    assert [(found, severity) for found, severity, _ in problems(row)] == [(code, "warning")]


@pytest.mark.parametrize(
    "row",
    [
        CITY,
        COUNTY,
        {**COUNTY, "parent": "510100"},
        {**COUNTY, "parent": "510000"},  # a county under its province
        {**COUNTY, "kind": "none", "staff": 0, "computerised": False},
        {**CITY, "level": "municipality", "code": "500000", "body": "body"},
        {**CITY, "staff": 5, "technical_staff": 5, "population": 600_000, "class": "大城市"},
        {**CITY, "year": None},
    ],
)
def test_a_sound_row_has_no_problem(row: dict[str, Any]) -> None:
    assert problems(row) == []


def test_two_returns_for_one_year_are_told_at_the_second() -> None:
    entries = [READER.entry(row) for row in (CITY, COUNTY, CITY)]
    made = make(entries, KNOWN)
    assert [(one.verdict, [problem.code for problem in one.problems]) for one in made.entries] == [
        ("added", []),
        ("added", []),
        ("refused", ["year.twice"]),
    ]
    assert "1" in str(made.problems[0].message)


def test_two_years_of_one_area_are_not() -> None:
    assert problems(CITY, {**CITY, "year": 2023}) == []


def test_rows_that_tell_otherwise_of_an_area_are_refused() -> None:
    assert problems(CITY, {**CITY, "year": 2023, "level": "county_city"}) == [("level.differs", "error", "level")]
    assert problems(CITY, {**CITY, "year": 2023, "name": "乙市"}) == [("name.differs", "error", "name")]


def test_a_parent_may_come_with_the_same_file() -> None:
    district = {**COUNTY, "code": "620102", "parent": "620100"}
    assert problems(district, {**CITY, "code": "620100", "name": "戊市"}, known=Known(2026)) == []


def test_a_jump_against_last_year_is_asked_about() -> None:
    rows = ({**CITY, "year": 2023, "staff": 10, "floor_area_m2": 3000}, {**CITY, "staff": 16, "floor_area_m2": 4000})
    assert problems(*rows) == [("staff.jump", "warning", "staff")]


@pytest.mark.parametrize(
    ("code", "parent"),
    [("510123", "510100"), ("510100", "510000"), ("513401", "510000"), ("510000", ""), ("620123", ""), ("X1", "")],
)
def test_the_area_above_follows_from_the_code(code: str, parent: str) -> None:
    assert parent_by_code(code, REGISTER) == parent
