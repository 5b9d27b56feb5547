"""What an office's own row may say. Pure."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from archives.core.language import msg
from archives.core.problems import Problem
from archives.reference.calendar import UNITS
from archives.reference.models import (
    CalendarDay,
    ClassNode,
    DeadlineRule,
    ScopeNode,
    Sourced,
    TechnicalField,
)
from archives.reference.rows import DAY_KINDS, DUTIES, EVENTS, FIELD_KINDS, KEEPERS, KEEPINGS

CHOICES: dict[type[Sourced], dict[str, tuple[str, ...]]] = {
    ScopeNode: dict.fromkeys(KEEPERS, KEEPINGS),
    DeadlineRule: {"unit": UNITS, "starts_from": EVENTS, "applies_to": DUTIES},
    TechnicalField: {"kind": FIELD_KINDS},
    CalendarDay: {"kind": DAY_KINDS},
}
"""The columns that hold one of a few words."""


def check_row(model: type[Sourced], values: Mapping[str, Any], parents: Mapping[str, str]) -> list[Problem]:
    """Every fault of a row that an office wants to keep; `parents` leads from each code to the one above."""
    problems = [*_check_choices(model, values), *_check_names(values)]
    if model is ClassNode or model is ScopeNode:
        problems += _check_parent(values, parents)
    if model is DeadlineRule:
        problems += _check_numbers(values)
    return problems


def _check_choices(model: type[Sourced], values: Mapping[str, Any]) -> Iterator[Problem]:
    for column, allowed in CHOICES.get(model, {}).items():
        if values.get(column) not in allowed:
            yield _unknown(column, allowed)


def _unknown(column: str, allowed: Collection[str]) -> Problem:
    return Problem("reference.unknown", msg("It can be %(choices)s.", choices=", ".join(allowed)), column)


def _check_names(values: Mapping[str, Any]) -> Iterator[Problem]:
    for column in ("code", "key", "name", "name_zh"):
        if column in values and not str(values[column] or "").strip():
            yield Problem("reference.missing", msg("This must be filled in."), column)


def _check_parent(values: Mapping[str, Any], parents: Mapping[str, str]) -> Iterator[Problem]:
    code, above = values["code"], values.get("parent_code", "")
    if above and above not in parents:
        yield Problem("reference.parent", msg("There is no %(code)s to stand under.", code=above), "parent_code")
    while above:
        if above == code:
            yield Problem("reference.ring", msg("It would stand under itself."), "parent_code")
            return
        above = parents.get(above, "")


def _check_numbers(values: Mapping[str, Any]) -> Iterator[Problem]:
    number, low, high = values.get("number"), values.get("fine_min"), values.get("fine_max")
    if not isinstance(number, int) or number < 0:
        yield Problem("reference.number", msg("A period is a whole number, 0 or more."), "number")
    if low is not None and high is not None and low > high:
        yield Problem("reference.fine", msg("The least fine is above the greatest."), "fine_min")
