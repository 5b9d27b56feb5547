"""Yearly returns of an invented province, so that an authority's pages have something to compare.

Its code begins with 99, which no province of the country has. Figures grow from year to year; some are missing.
"""

from collections.abc import Iterator
from datetime import date
from random import Random
from typing import Any

from sqlalchemy.orm import Session

from archives.core.actors import Actor
from archives.demo import place
from archives.facilities import queries, service
from archives.facilities.reading import Reader
from archives.facilities.return_lists import SHIPPED

Row = dict[str, Any]
YEARS = 3
PROVINCE = "990000"
CITIES = (
    (place.CITY, 1_460_000),
    ("示例市", 820_000),
    ("样本市", 610_000),
    ("虚构市", 430_000),
    ("演练市", 260_000),
    ("模拟市", 150_000),
)
"""Cities of the province with their non-agricultural population."""
COUNTIES = ("东", "南", "北")
EAST, NORTH = 110.5, 31.2
"""Where the first city lies, in degrees; the others stand around it."""
STAFF_FOR, AREA_FOR = 35_000, 240
"""Inhabitants for each of the staff, and for each square metre."""


def bring(session: Session, operator: Actor, bureau: Actor, today: date) -> None:
    """The returns of the last years come as lists; the bureau accepts all but the newest."""
    read = Reader.of(SHIPPED)
    rows = [row for year in range(today.year - YEARS, today.year) for row in _rows(year)]
    service.receive(session, operator, [read.entry(row) for row in rows])
    for row in rows:
        if row["year"] < today.year - 1:
            service.accept(session, bureau, queries.return_of(session, bureau, row["code"], row["year"]))


def _rows(year: int) -> Iterator[Row]:
    yield {
        "code": PROVINCE,
        "name": f"{place.CITY.removesuffix('市')}省",
        "level": "province",
        "body": "body",
        "regulations": {"provincial_rule": year % YEARS == 0},
        "year": year,
    }
    for number, (name, people) in enumerate(CITIES, 1):
        below, short = f"99{number:02d}", name[:2]
        yield _institution(year, f"{below}00", name, "city", people, "archives")
        yield _institution(year, f"{below}81", f"{short}新市", "county_city", 90_000 + 20_000 * number, "archives")
        for at, side in enumerate(COUNTIES):
            kind = ("archives", "office", "none" if number == len(CITIES) else "office")[at]
            yield _institution(year, f"{below}{21 + at}", f"{short}{side}县", "county", 60_000 + 9_000 * at, kind)


def _institution(year: int, code: str, name: str, level: str, people: int, kind: str) -> Row:
    random, late = Random(code), Random(f"{code} {year}")
    urban = level != "county"
    row: Row = {"code": code, "name": name, "level": level, "urban_status": urban, "year": year, "kind": kind}
    row |= {"population": people, "population_basis": "non_agricultural", "two_names": kind != "none" and code < "9905"}
    if kind == "none":
        return row
    grown = 0.75 + random.random() * 0.35 + 0.06 * (year % YEARS)
    staff = max(3, round((6 + people / STAFF_FOR) * grown))
    due = 6 + people // 60_000
    row |= {
        "institution": f"{name}城市建设档案{'馆' if kind == 'archives' else '室'}",
        "longitude": EAST + random.uniform(-1.2, 1.2),
        "latitude": NORTH + random.uniform(-0.8, 0.8),
        "staff": staff,
        "technical_staff": min(staff, round(staff * (0.66 + random.random() * 0.3))),
        "floor_area_m2": round(max(430.0, people / AREA_FOR) * grown),
        "equipment": {
            "extinguisher": 8 + staff,
            "th_recorder": random.random() < 0.85,
            "dehumidifier": random.random() < 0.7,
            "security_monitoring": random.random() < 0.9,
        },
        "accidents": 0,
        "lan": random.random() < 0.85,
        "computerised": random.random() < 0.9,
        "databases": {"catalogue": f"{min(100, round(60 + 45 * grown - 20 * random.random()))}%", "pipelines": urban},
        "regulations": {"normative_document": random.random() < 0.7},
        "projects_due": due,
        "projects_received": due - (late.random() < 0.25),
    }
    forgotten = late.choice(("", "", "", "floor_area_m2", "technical_staff", "projects_received"))
    return {name: value for name, value in row.items() if name != forgotten}
