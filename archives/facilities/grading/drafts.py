"""What is told of a scheme, its parts and an assessment, at whichever door."""

from decimal import Decimal

from archives.core.drafts import Draft, choice, number, switch, text, whole
from archives.facilities.drafts import GRADE

MOST_POINTS = 10_000
MOST_ASSESSORS = 50


class SchemeDraft(Draft):
    """The head of a scheme."""

    code: str = text("Code of the scheme", required=True, max_length=40)
    name: str = text("Name of the scheme", required=True, max_length=100)
    total: Decimal | None = number("Total points", required=True, most=MOST_POINTS)
    is_partial: bool = switch(
        "Incomplete: only some of the items are listed", help="It counts points and gives no grade and no certificate."
    )
    assessors_least: int | None = whole("Assessors, at least", unit="persons", least=1, most=MOST_ASSESSORS)
    assessors_most: int | None = whole("Assessors, at most", unit="persons", least=1, most=MOST_ASSESSORS)
    source: str = text("Source", max_length=500)
    note: str = text("Note", max_length=1000, long=True)


class GroupDraft(Draft):
    """A group of items."""

    name: str = text("Name of the group", required=True, max_length=100)


class ItemDraft(Draft):
    """One item of a scheme."""

    own_number: str = text("Number of the item", max_length=20, help="Left empty, it follows from the place.")
    wording: str = text("Item of the scheme", required=True, max_length=500, long=True)
    points: Decimal | None = number("Full points", required=True, most=MOST_POINTS)
    evidence: str = text("Evidence wanted", max_length=500, long=True)
    formula: str = text(
        "Formula", max_length=300, long=True, help="Proposes a share of the points from the figures of the return."
    )


class GradeDraft(Draft):
    """A grade and the points from which on it is given."""

    name: str = text("Grade", required=True, max_length=50)
    least: Decimal | None = number("At least (points)", required=True, most=MOST_POINTS)
    national: str = choice(
        "National grade", GRADE, help="If it is one: approval then enters it in the register of institutions."
    )


class AssessorDraft(Draft):
    """An assessor: by the login of an account, or by name and title."""

    login: str = text("Login of the account", max_length=100, help="Left empty for an expert without an account here.")
    name: str = text("Name of the assessor", max_length=50, help="Left empty, it is that of the account.")
    title: str = text("Post or title", max_length=100)
    workplace: str = text("Place of work", max_length=200)


class BeginDraft(Draft):
    """Who is assessed by what for which year."""

    code: str = text("Area code", required=True, max_length=12)
    year: int | None = whole("Year", required=True, least=1949, most=2100)
