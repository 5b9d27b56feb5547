"""The whole evaluation of 3 500 institutions over ten years, beside reading the same returns with one SQL query.

Ours is everything from the query to the last rate: reading, columns, all verdicts, and each year's rates.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from http import HTTPStatus
from random import Random
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from archives.app import create_app
from archives.core.actors import Role
from archives.core.clock import now
from archives.core.db import table_of
from archives.facilities.evaluation import evaluate
from archives.facilities.models import SUBMITTED, Area, Institution, YearlyReturn
from archives.facilities.queries import filed_in, filed_over, rows_over, statement_over
from archives.facilities.rates import Rate, yearly_rates
from archives.facilities.standards.tables import load_standards
from bench.harness import Result, median_seconds
from bench.instances import OPERATOR, Instance, scratch_instance
from bench.pages import browser_as

INSTITUTIONS = 3_500
FIRST, LAST = 2015, 2024
BAR = 3.0
SECTION = "facilities"
PROVINCES = 31
LEVELS = (("province", PROVINCES), ("city", 320), ("county_city", 390), ("district", 900), ("county", 1_859))


def measure(_size: str) -> Iterator[Result]:
    """The section `facilities`."""
    with scratch_instance() as instance:
        _fill(instance)
        with instance.backend.reading() as session:
            bare = median_seconds(lambda: _bare(session))
            read = median_seconds(lambda: rows_over(session, OPERATOR, FIRST, LAST))
            whole = median_seconds(lambda: _evaluated(session))
            year = median_seconds(lambda: _evaluated_year(session))
        page = median_seconds(_opening(instance))
    what = f"{INSTITUTIONS} institutions over {LAST - FIRST + 1} years"
    yield Result(SECTION, f"the driver alone reads the returns of {what}", bare, "s")
    yield Result(SECTION, f"the same query as the application reads it, {what}", read, "s", read / bare)
    yield Result(SECTION, f"reading, all verdicts and all rates of {what}", whole, "s", whole / bare, BAR)
    yield Result(
        SECTION, f"the nation's page beside reading and judging its year, {INSTITUTIONS} areas", page, "s", page / year
    )


def _bare(session: Session) -> Sequence[Any]:
    """The same statement, its rows as the driver gives them."""
    statement = statement_over(OPERATOR, FIRST, LAST)
    text = str(statement.compile(session.get_bind(), compile_kwargs={"literal_binds": True}))
    driver: Any = session.connection().connection.driver_connection
    return list(driver.execute(text).fetchall())


def _evaluated(session: Session) -> Mapping[int, list[Rate]]:
    filed = filed_over(session, OPERATOR, FIRST, LAST)
    judged = evaluate(filed.returns, load_standards().edition("plan_2006"))
    found = yearly_rates(judged)
    if len(filed.returns) != INSTITUTIONS * len(found):
        raise ValueError(f"{len(filed.returns)} returns")
    return found


def _evaluated_year(session: Session) -> Sequence[Rate]:
    filed = filed_in(session, OPERATOR, LAST)
    return yearly_rates(evaluate(filed.returns, load_standards().edition("plan_2006")))[LAST]


def _opening(instance: Instance) -> Callable[[], None]:
    """Opens the nation's page as somebody of the authority does."""
    browser = browser_as(instance, create_app(instance.settings, instance.backend).test_client(), Role.AUTHORITY)

    def opened() -> None:
        answer = browser.get(f"/facilities?year={LAST}")
        if answer.status_code != HTTPStatus.OK:
            raise ValueError(answer.status)

    return opened


def _fill(instance: Instance) -> None:
    """Invented areas, each with what it has and a return a year; of ten figures one is not known."""
    chance = Random(5)
    levels = [level for level, count in LEVELS for _ in range(count)]
    with instance.backend.writing() as session:
        session.execute(insert(table_of(Area)), [_area(number, level) for number, level in enumerate(levels, 1)])
        institutions = [_institution(number, level) for number, level in enumerate(levels, 1) if level != "province"]
        session.execute(insert(table_of(Institution)), institutions)
        for year in range(FIRST, LAST + 1):
            returns = [_return(number, level, year, chance) for number, level in enumerate(levels, 1)]
            session.execute(insert(table_of(YearlyReturn)), returns)


def _area(number: int, level: str) -> dict[str, Any]:
    return {
        "id": number,
        "code": f"{number:06d}",
        "name": f"示例{number}",
        "level": level,
        "parent_id": None if level == "province" else number % PROVINCES + 1,
        "urban_status": level in {"city", "county_city"},
        "population": None if level == "province" else 50_000 + number * 977 % 3_000_000,
        "population_basis": "urban_resident",
        "has": _has(number, level),
        "created_at": now(),
    }


def _has(number: int, level: str) -> str:
    if level == "province":
        return ""
    return (
        ("none", "office", "archives", "archives")[number % 4] if level != "county" else ("none", "office")[number % 2]
    )


def _institution(number: int, level: str) -> dict[str, Any]:
    return {"area_id": number, "name": f"示例馆{number}", "kind": _has(number, level)}


def _return(number: int, level: str, year: int, chance: Random) -> dict[str, Any]:
    staff, due = chance.randrange(0, 60), chance.randrange(1, 90)
    figures: dict[str, Any] = {
        "two_names": chance.random() < 0.6,
        "staff": staff,
        "technical_staff": chance.randint(0, staff),
        "floor_area_m2": float(chance.randrange(100, 6_000)),
        "accidents": int(chance.random() < 0.02),
        "lan": chance.random() < 0.7,
        "computerised": chance.random() < 0.8,
        "catalogue_rate": chance.choice((100.0, 80.0, 40.5)),
        "projects_due": due,
        "projects_received": chance.randint(due // 2, due),
    }
    told = {name: None if chance.random() < 0.1 else value for name, value in figures.items()}
    equipment = {
        code: chance.randrange(3) for code in ("extinguisher", "th_recorder", "dehumidifier", "security_monitoring")
    }
    databases = {
        code: chance.random() < 0.5 for code in ("pipelines", "buildings", "planning_approvals", "audio_visual")
    }
    return {
        **told,
        "area_id": number,
        "year": year,
        "state": SUBMITTED,
        "has": _has(number, level),
        "body": "post" if level == "province" else "",
        "population": None if level == "province" else 50_000 + number * 977 % 3_000_000,
        "population_basis": "urban_resident",
        "equipment": equipment,
        "databases": databases,
        "regulations": {"provincial_rule": chance.random() < 0.5, "normative_document": chance.random() < 0.5},
        "created_at": now(),
    }
