"""What an office may enter of its own into the reference tables."""

from datetime import date

from archives.core.drafts import Draft, choice, day, text, whole

UNITS, EVENTS, DAY_KINDS = "period_units", "events", "day_kinds"
"""Vocabularies of the tables themselves."""


class DeadlineDraft(Draft):
    """The office's version of a deadline."""

    number: int | None = whole("How many", required=True, most=1000)
    unit: str = choice("Unit", UNITS, required=True)
    starts_from: str = choice("Runs from", EVENTS, required=True)
    legal_basis: str = text("Legal basis", required=True, max_length=500)
    fine_min: int | None = whole("Least fine", unit="元")
    fine_max: int | None = whole("Greatest fine", unit="元")
    note: str = text("Note", max_length=1000, long=True)


class NumberDraft(Draft):
    """How the office numbers a document."""

    number_template: str = text(
        "Number template",
        required=True,
        max_length=100,
        help="{year} is the year, {seq:04d} the running number with four digits; it begins anew each year.",
    )


class DaysDraft(Draft):
    """A span of days off, or of weekend days that are worked."""

    first: date | None = day("First day", required=True)
    last: date | None = day("Last day", help="Left empty, it is one day.")
    kind: str = choice("Kind", DAY_KINDS, required=True)
    note: str = text("Note", max_length=100)
