"""Counting days as an office counts them: weekends and holidays off, make-up days on. Pure functions."""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Unit = Literal["days", "working_days", "months", "years"]
UNITS: tuple[Unit, ...] = ("days", "working_days", "months", "years")
DAY = timedelta(days=1)
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Calendar:
    """What the office entered: holidays on weekdays, and weekend days that are worked to make up for them."""

    holidays: frozenset[date] = frozenset()
    makeup_days: frozenset[date] = frozenset()

    def is_working_day(self, day: date) -> bool:
        """Whether the office works on `day`; a make-up day wins over a holiday."""
        if day in self.makeup_days:
            return True
        return day.weekday() < SATURDAY and day not in self.holidays


WEEKENDS_ONLY = Calendar()


def add_working_days(start: date, number: int, calendar: Calendar = WEEKENDS_ONLY) -> date:
    """The `number`-th working day after `start`; the starting day itself is not counted, and 0 is that day."""
    _check_number(number)
    day = start
    for _ in range(number):
        day = _next_working_day(day, calendar)
    return day


def working_days_between(start: date, end: date, calendar: Calendar = WEEKENDS_ONLY) -> int:
    """How many working days lie after `start` up to and including `end`; negative if `end` comes first."""
    if end < start:
        return -working_days_between(end, start, calendar)
    return sum(calendar.is_working_day(day) for day in _days_after(start, end))


def add_months(start: date, number: int) -> date:
    """The same day `number` months later, or that month's last day where it is shorter."""
    months = start.year * 12 + start.month - 1 + number
    year, month = divmod(months, 12)
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))


def due_date(start: date, number: int, unit: Unit, calendar: Calendar = WEEKENDS_ONLY) -> date:
    """The last day of a period that begins with the event on `start`."""
    _check_number(number)
    if unit == "working_days":
        return add_working_days(start, number, calendar)
    if unit == "days":
        return start + number * DAY
    return add_months(start, number if unit == "months" else 12 * number)


def _next_working_day(day: date, calendar: Calendar) -> date:
    day += DAY
    while not calendar.is_working_day(day):
        day += DAY
    return day


def _days_after(start: date, end: date) -> Iterator[date]:
    return (start + number * DAY for number in range(1, (end - start).days + 1))


def _check_number(number: int) -> None:
    if number < 0:
        raise ValueError("a period cannot be negative")
