"""Deadlines are counted right: by table for known days, by property for the rest."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archives.procedure.clocks import (
    FineRange,
    days_left,
    days_overdue,
    due,
    due_after_stop,
    fine_range,
    is_due_this_week,
)
from archives.reference.calendar import Calendar, working_days_between
from archives.reference.tables import load_tables

# The autumn of 2026: 1-7 October off, Saturday 10 October worked.
AUTUMN = Calendar(
    holidays=frozenset(date(2026, 10, day) for day in range(1, 8)), makeup_days=frozenset({date(2026, 10, 10)})
)
DAYS = st.dates(date(2000, 1, 1), date(2090, 1, 1))
UNITS = st.sampled_from(["days", "working_days", "months", "years"])
CALENDARS = st.builds(Calendar, st.frozensets(DAYS, max_size=20), st.frozensets(DAYS, max_size=20))


@dataclass(frozen=True)
class Rule:
    """A period."""

    number: int
    unit: str


@pytest.mark.parametrize(
    ("number", "unit", "start", "last_day"),
    [
        (3, "months", date(2026, 1, 15), date(2026, 4, 15)),
        (3, "months", date(2026, 11, 30), date(2027, 2, 28)),
        (15, "days", date(2026, 2, 20), date(2026, 3, 7)),
        (4, "working_days", date(2026, 9, 28), date(2026, 10, 9)),
        (5, "working_days", date(2026, 9, 28), date(2026, 10, 10)),
        (6, "working_days", date(2026, 9, 28), date(2026, 10, 12)),
        (1, "working_days", date(2026, 9, 4), date(2026, 9, 7)),
        (0, "days", date(2026, 5, 1), date(2026, 5, 1)),
        (0, "working_days", date(2026, 10, 1), date(2026, 10, 1)),
    ],
)
def test_the_last_day(number: int, unit: str, start: date, last_day: date) -> None:
    assert due(Rule(number, unit), start, AUTUMN) == last_day


@pytest.mark.parametrize(
    ("unit", "due_on", "stopped", "resumed", "moved_to"),
    [
        ("months", date(2026, 4, 15), date(2026, 2, 1), date(2026, 3, 1), date(2026, 5, 13)),
        ("days", date(2026, 4, 15), date(2026, 4, 10), date(2026, 4, 10), date(2026, 4, 15)),
        ("working_days", date(2026, 9, 30), date(2026, 9, 28), date(2026, 9, 29), date(2026, 10, 8)),
        ("working_days", date(2026, 9, 4), date(2026, 9, 5), date(2026, 9, 6), date(2026, 9, 4)),
    ],
)
def test_a_stop_gives_back_the_days_it_took(
    unit: str, due_on: date, stopped: date, resumed: date, moved_to: date
) -> None:
    assert due_after_stop(due_on, stopped, resumed, unit, AUTUMN) == moved_to


@given(DAYS, st.integers(0, 60), UNITS, CALENDARS)
def test_a_deadline_never_ends_before_it_began(start: date, number: int, unit: str, calendar: Calendar) -> None:
    assert due(Rule(number, unit), start, calendar) >= start


@given(DAYS, st.integers(1, 60), CALENDARS)
def test_working_days_end_on_a_working_day_and_count_right(start: date, number: int, calendar: Calendar) -> None:
    last_day = due(Rule(number, "working_days"), start, calendar)
    assert calendar.is_working_day(last_day)
    assert working_days_between(start, last_day, calendar) == number


@given(DAYS, st.integers(0, 90), st.integers(0, 90), UNITS, CALENDARS)
def test_what_was_left_at_the_stop_is_left_when_works_go_on(
    due_on: date, before: int, stood_still: int, unit: str, calendar: Calendar
) -> None:
    stopped = due_on - timedelta(days=before)
    resumed = stopped + timedelta(days=stood_still)
    moved = due_after_stop(due_on, stopped, resumed, unit, calendar)
    assert moved >= due_on
    if unit != "working_days":
        assert (moved - resumed) == (due_on - stopped)
    elif moved > due_on:
        assert working_days_between(resumed, moved, calendar) == working_days_between(stopped, due_on, calendar)


@given(DAYS, DAYS)
def test_late_or_not_but_never_both(due_on: date, today: date) -> None:
    late = days_overdue(due_on, today)
    assert (late > 0) == (today > due_on)
    assert late == 0 or days_left(due_on, today) == -late


@given(DAYS, DAYS, DAYS)
def test_a_paused_clock_does_not_become_late(due_on: date, paused: date, today: date) -> None:
    assert days_left(due_on, today, paused) == days_left(due_on, today + timedelta(days=30), paused)


@pytest.mark.parametrize(("day", "this_week"), [(3, False), (4, True), (5, True), (6, True), (7, False)])
def test_this_week_ends_on_sunday(day: int, this_week: bool) -> None:
    assert is_due_this_week(date(2026, 9, day), date(2026, 9, 4)) is this_week  # a Friday


def test_the_fine_comes_from_the_table() -> None:
    rules = {row.code: row for row in load_tables().deadlines}
    found = fine_range(rules["works_transfer"])
    assert found == FineRange(rules["works_transfer"].legal_basis, 10_000, 100_000, 5, 10)
    assert fine_range(rules["conformity_check"]) is None
