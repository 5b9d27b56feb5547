"""Which figures of a return were taken from our own system, and when they were counted there. Pure."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from archives.facilities.models import YearlyReturn

FIGURES = (
    "holdings_volumes",
    "digitised_volumes",
    "projects_due",
    "projects_received",
    "key_projects_due",
    "key_projects_received",
    "pipeline_projects_due",
    "pipeline_projects_received",
)
"""What our own system knows of a year."""


def taken_from_system(
    filed: YearlyReturn | None, values: Mapping[str, Any], counted: Mapping[str, int], day: date
) -> dict[str, str]:
    """By figure the day on which it was counted, once `values` are stored over what was filed.

    A figure keeps its mark as long as it stays what it was. It gets one when it says what the system counts now; what
    somebody else told, in a list or otherwise than the system counts, has none.
    """
    before = filed.from_system if filed is not None else {}
    marks: dict[str, str] = {}
    for name in FIGURES:
        old = getattr(filed, name, None)
        told = values.get(name, old)
        if told is None:
            continue
        if name in before and told == old:
            marks[name] = before[name]
        elif name in values and counted.get(name) == told:
            marks[name] = day.isoformat()
    return marks
