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
"""What our own system knows of a year, beside the volumes by class."""
CLASSES = "class_volumes"
"""The list of volumes by class; its entries are figures too, under their full names."""


def taken_from_system(
    filed: YearlyReturn | None, values: Mapping[str, Any], counted: Mapping[str, int], day: date
) -> dict[str, str]:
    """By figure the day on which it was counted, once `values` are stored over what was filed.

    A figure keeps its mark as long as it stays what it was. It gets one when it says what the system counts now; what
    somebody else told, in a list or otherwise than the system counts, has none.
    """
    before = filed.from_system if filed is not None else {}
    marks: dict[str, str] = {}
    stored = {name: getattr(filed, name, None) for name in (*FIGURES, CLASSES)}
    olds, news = _flat(stored), _flat({**stored, **{name: values[name] for name in stored if name in values}})
    for name, told in news.items():
        old = olds.get(name)
        if name in before and told == old:
            marks[name] = before[name]
        elif name.partition(".")[0] in values and counted.get(name) == told:
            marks[name] = day.isoformat()
    return marks


def _flat(figures: Mapping[str, Any]) -> dict[str, Any]:
    """Every known figure by its full name."""
    classes = {f"{CLASSES}.{code}": number for code, number in (figures[CLASSES] or {}).items()}
    known = {name: figures[name] for name in FIGURES if figures[name] is not None}
    return known | classes
