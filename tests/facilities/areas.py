"""Invented areas to judge: what is not said of them is not known."""

from typing import Any

import numpy as np

from archives.facilities.evaluation import VERDICTS, Evaluation, evaluate
from archives.facilities.rates import Rate, rates
from archives.facilities.returns import Returns, from_columns
from archives.facilities.standards.tables import load_standards

CITY = {"level": "city", "urban_status": True, "has": "archives", "population": 600_000}
COUNTY = {"level": "county", "urban_status": False, "has": "office", "population": 300_000}
PROVINCE = {"level": "province", "urban_status": False}
MUNICIPALITY = {"level": "municipality", "urban_status": True, "has": "archives", "population": 20_000_000}
COUNTY_CITY = {"level": "county_city", "urban_status": True, "has": "archives", "population": 300_000}
DISTRICT = {"level": "district", "urban_status": False, "has": "archives", "population": 500_000}


def returns_of(*areas: dict[str, Any]) -> Returns:
    """The areas as columns, in their order."""
    names = {name for area in areas for name in area} - {"code"}
    columns: dict[str, list[Any]] = {name: [area.get(name) for area in areas] for name in names}
    return from_columns({"code": [str(number) for number in range(len(areas))], **columns})


def judged(*areas: dict[str, Any], edition: str = "plan_2006") -> Evaluation:
    """The areas against an edition."""
    return evaluate(returns_of(*areas), load_standards().edition(edition))


def verdict_of(target: str, area: dict[str, Any], edition: str = "plan_2006") -> tuple[str, float | None]:
    """Verdict and gap of one area; a batch of one."""
    outcome = judged(area, edition=edition).outcomes[target]
    gap = float(outcome.gap[0])
    return VERDICTS[outcome.verdict[0]], None if np.isnan(gap) else gap


def rate_of(target: str, scope: str, *areas: dict[str, Any]) -> Rate:
    """One rate over the areas."""
    return next(rate for rate in rates(judged(*areas)) if (rate.target, rate.scope) == (target, scope))
