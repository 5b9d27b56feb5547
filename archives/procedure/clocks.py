"""Deadlines that run: when they end, what a stop adds to them, how late they are. Pure functions."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol, cast

from archives.reference.calendar import Calendar, Unit, add_working_days, due_date, working_days_between


class Rule(Protocol):
    """A row of the deadline table, as far as counting needs it."""

    @property
    def number(self) -> int:
        """How many of `unit`; 0 means no later than the event's own day."""

    @property
    def unit(self) -> str:
        """days, working_days, months or years."""


class Sanctioned(Protocol):
    """A row of the deadline table, as far as it says what lateness may cost."""

    @property
    def legal_basis(self) -> str:
        """The instrument and its articles."""

    @property
    def fine_min(self) -> int | None:
        """Yuan."""

    @property
    def fine_max(self) -> int | None:
        """Yuan."""

    @property
    def person_percent_min(self) -> int | None:
        """The responsible person's share of the unit's fine, in percent."""

    @property
    def person_percent_max(self) -> int | None:
        """The responsible person's share of the unit's fine, in percent."""


@dataclass(frozen=True, slots=True)
class FineRange:
    """What a law allows for being late: yuan for the unit, percent of it for the person responsible."""

    clause: str
    least: int
    most: int
    person_least: int | None
    person_most: int | None


def due(rule: Rule, started_on: date, calendar: Calendar) -> date:
    """The last day of a deadline that began with an event on `started_on`."""
    return due_date(started_on, rule.number, cast(Unit, rule.unit), calendar)


def due_after_stop(due_on: date, stopped_on: date, resumed_on: date, unit: str, calendar: Calendar) -> date:
    """The last day once works go on again: what was left when they stopped is left when they resume.

    Working days are counted as such; every other unit by calendar days.
    """
    if resumed_on <= stopped_on:
        return due_on
    if unit == "working_days":
        stood_still = working_days_between(stopped_on, resumed_on, calendar)
        return add_working_days(due_on, stood_still, calendar)
    return due_on + (resumed_on - stopped_on)


def days_left(due_on: date, today: date, paused_on: date | None = None) -> int:
    """Calendar days until the last day, negative when it has passed; a paused clock stands where it was stopped."""
    return (due_on - (paused_on or today)).days


def days_overdue(due_on: date, today: date, paused_on: date | None = None) -> int:
    """How many days late; 0 on the last day itself and before."""
    return max(0, -days_left(due_on, today, paused_on))


def is_due_this_week(due_on: date, today: date) -> bool:
    """Whether the last day lies between today and the end of this week (Sunday)."""
    return today <= due_on <= today + timedelta(days=6 - today.weekday())


def fine_range(rule: Sanctioned) -> FineRange | None:
    """The fine that the table gives for a missed deadline; None where it gives none."""
    if rule.fine_max is None:
        return None
    least = rule.fine_min or 0
    return FineRange(rule.legal_basis, least, rule.fine_max, rule.person_percent_min, rule.person_percent_max)
