"""Counting days as an office counts them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archives.reference.calendar import (
    Calendar,
    Unit,
    add_months,
    add_working_days,
    due_date,
    working_days_between,
)

DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
CALENDARS = st.builds(Calendar, st.frozensets(DAYS, max_size=40), st.frozensets(DAYS, max_size=40))
NUMBERS = st.integers(0, 60)

# The National Day week of 2026 as an office might enter it: three weekdays off, one Saturday worked.
WEEK = Calendar(
    holidays=frozenset({date(2026, 10, 1), date(2026, 10, 2), date(2026, 10, 5)}),
    makeup_days=frozenset({date(2026, 10, 10)}),
)


@pytest.mark.parametrize(
    ("start", "number", "due"),
    [
        (date(2026, 9, 28), 0, date(2026, 9, 28)),
        (date(2026, 9, 28), 2, date(2026, 9, 30)),
        (date(2026, 9, 30), 1, date(2026, 10, 6)),
        (date(2026, 9, 30), 5, date(2026, 10, 10)),
        (date(2026, 9, 30), 6, date(2026, 10, 12)),
        (date(2026, 10, 3), 1, date(2026, 10, 6)),
    ],
)
def test_weekends_and_holidays_are_off_and_makeup_days_are_worked(start: date, number: int, due: date) -> None:
    assert add_working_days(start, number, WEEK) == due


@given(DAYS, st.integers(1, 60), CALENDARS)
def test_a_period_never_ends_on_a_day_off(start: date, number: int, calendar: Calendar) -> None:
    assert calendar.is_working_day(add_working_days(start, number, calendar))


@given(DAYS, NUMBERS, CALENDARS)
def test_counting_back_gives_the_number(start: date, number: int, calendar: Calendar) -> None:
    end = add_working_days(start, number, calendar)
    assert working_days_between(start, end, calendar) == number
    assert working_days_between(end, start, calendar) == -number


@given(DAYS, st.integers(0, 400), NUMBERS, CALENDARS)
def test_who_starts_later_never_ends_sooner(start: date, later: int, number: int, calendar: Calendar) -> None:
    second = start + timedelta(days=later)
    assert add_working_days(start, number, calendar) <= add_working_days(second, number, calendar)


@given(DAYS, NUMBERS, NUMBERS, CALENDARS)
def test_two_periods_in_a_row_are_one_long_period(start: date, first: int, then: int, calendar: Calendar) -> None:
    middle = add_working_days(start, first, calendar)
    assert add_working_days(middle, then, calendar) == add_working_days(start, first + then, calendar)


@pytest.mark.parametrize(
    ("start", "number", "end"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 11, 15), 3, date(2027, 2, 15)),
        (date(2026, 12, 1), 0, date(2026, 12, 1)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
    ],
)
def test_months_end_where_the_month_ends(start: date, number: int, end: date) -> None:
    assert add_months(start, number) == end


@pytest.mark.parametrize(
    ("number", "unit", "due"),
    [
        (15, "days", date(2026, 10, 15)),
        (3, "months", date(2026, 12, 30)),
        (1, "years", date(2027, 9, 30)),
        (1, "working_days", date(2026, 10, 6)),
        (0, "working_days", date(2026, 9, 30)),
    ],
)
def test_a_period_is_counted_in_its_own_unit(number: int, unit: Unit, due: date) -> None:
    assert due_date(date(2026, 9, 30), number, unit, WEEK) == due


def test_a_negative_period_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        due_date(date(2026, 1, 1), -1, "days")
