"""The class of an area by the size of its city. Bounds are data: 以上 includes the number.

The plan's targets always use the classes of their own edition; another scheme changes only the class that is shown.
"""

from collections.abc import Sequence
from typing import Any, cast

import numpy as np

from archives.core.language import Message, msg
from archives.facilities.returns import NO, UNKNOWN, Answers, Numbers, Returns, from_columns
from archives.facilities.standards.rows import CLASSES, BoundRow, CityClass, SchemeRow
from archives.facilities.standards.tables import load_standards

NO_CLASS, CLASS_UNKNOWN = -1, -2
"""Ministries, provinces, districts and prefectures that are no city have none; a city of unknown population has one
that is not known."""
_CITIES = ("municipality", "city", "county_city")


def classes_of(returns: Returns, scheme: str) -> Answers:
    """The class of every row as its place in CLASSES, NO_CLASS or CLASS_UNKNOWN. Raises NotFoundError."""
    standards = load_standards()
    about = standards.scheme(scheme)
    found = np.full(len(returns), NO_CLASS, np.int8)
    cities = returns.at_level(_CITIES) & (returns.urban != NO)
    found[cities] = _by_population(returns.population[cities], standards.bounds_of(scheme))
    found[cities & (returns.urban == UNKNOWN)] = CLASS_UNKNOWN
    found[returns.at_level(("county",))] = CLASSES.index("county")
    if about.own_municipality:
        found[returns.at_level(("municipality",))] = CLASSES.index("municipality")
    return found


def class_name(place: int) -> CityClass | None:
    """The class by its place; None for none and for one that is not known."""
    return CLASSES[place] if place >= 0 else None


def class_of(level: str, urban: bool | None, population: float | None, scheme: str) -> CityClass | None:
    """The class of one area, by the same rule as for many."""
    area: dict[str, list[Any]] = {"code": [""], "level": [level], "urban_status": [urban], "population": [population]}
    one = from_columns(area)
    return class_name(int(classes_of(one, scheme)[0]))


def basis_warning(basis: str, scheme: SchemeRow) -> Message | None:
    """What to say where a population was not counted as the scheme counts it."""
    if basis == scheme.basis:
        return None
    names = {row.code: row.name for row in load_standards().listed("basis")}
    if not basis:
        return msg(
            "How the population was counted is not said; the scheme counts the %(own)s.", own=names[scheme.basis]
        )
    return msg(
        "The population is the %(given)s; the scheme counts the %(own)s.",
        given=names.get(basis, basis),
        own=names[scheme.basis],
    )


def _by_population(population: Numbers, bounds: Sequence[BoundRow]) -> Answers:
    """The largest class whose lower bound is reached."""
    ascending = list(reversed(bounds))
    places = np.array([CLASSES.index(cast(CityClass, row.code)) for row in ascending], np.int8)
    reached = np.searchsorted([row.least for row in ascending], np.nan_to_num(population), side="right") - 1
    return np.where(np.isnan(population), np.int8(CLASS_UNKNOWN), places[reached])
