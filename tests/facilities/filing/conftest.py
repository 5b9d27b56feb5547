"""An invented region with a return that was accepted, and the people who fill in and check."""

from typing import Any

import pytest

from archives.core.actors import Actor, Role
from archives.core.backend import Backend
from archives.facilities import queries, service
from archives.facilities.reading import Reader
from archives.facilities.return_lists import SHIPPED
from tests.visitors import SignInAs, Visitor

PROVINCE = {"code": "510000", "name": "某省", "level": "province", "body": "post"}
CITY = {
    "code": "510100",
    "name": "甲市",
    "level": "city",
    "urban_status": True,
    "population": 600_000,
    "population_basis": "urban_resident",
    "kind": "archives",
    "institution": "甲市城市建设档案馆",
    "department": "甲市住房和城乡建设局",
    "longitude": 104.066541,
    "latitude": 30.657255,
}
COUNTY = {"code": "510123", "name": "丙县", "level": "county", "kind": "office"}
BARE = {"code": "510124", "name": "丁县", "level": "county", "kind": "none"}
SILENT = {"code": "510125", "name": "戊县", "level": "county"}
LAST_YEAR = {
    "code": "510100",
    "year": 2024,
    "population": 600_000,
    "population_basis": "urban_resident",
    "kind": "archives",
    "staff": 30,
    "technical_staff": 24,
    "floor_area_m2": 2350.5,
    "store_area_m2": 1500,
    "lan": True,
    "equipment": {"extinguisher": 46, "dehumidifier": False},
    "databases": {"pipelines": True},
    "filled_by": "陈填报",
}


def bring(backend: Backend, actor: Actor, *rows: dict[str, Any]) -> None:
    """Take rows in, as the command line does."""
    read = Reader.of(SHIPPED)
    with backend.writing() as session:
        assert service.receive(session, actor, [read.entry(row) for row in rows]).is_sound


@pytest.fixture
def region(backend: Backend, operator: Actor) -> Backend:
    """A province, a city that filed for 2024 and was accepted, a county with an office, two without anything told."""
    bring(backend, operator, PROVINCE, CITY, COUNTY, BARE, SILENT)
    bring(backend, operator, LAST_YEAR)
    with backend.writing() as session:
        service.accept(session, operator, queries.return_of(session, operator, "510100", 2024))
    return backend


@pytest.fixture
def checker(region: Backend, sign_in_as: SignInAs) -> Visitor:
    """Another of the authority, who checks."""
    return sign_in_as(Role.AUTHORITY, name="钱审核")
