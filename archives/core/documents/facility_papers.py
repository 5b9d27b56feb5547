"""What papers about archives say: the report card of a year, letters to those who have not filed, certificates."""

from typing_extensions import TypedDict

from archives.core.documents.papers import Paper, Sheet, exact


@exact
class CardFact(TypedDict):
    """A fact with its label, both in the paper's language."""

    label: str
    value: str


@exact
class CardResult(TypedDict):
    """A target: numbers with their units, the verdict in words, what is missing in plain words."""

    target: str
    name: str
    actual: str
    required: str
    verdict: str
    gap: str


@exact
class FacilityCard(Sheet):
    """对照表 of one area and year against one edition of standards."""

    area: str
    year: str
    edition: str
    scheme: str
    facts: list[CardFact]
    results: list[CardResult]
    summary: str
    signatures: list[CardFact]


@exact
class ReminderLetter(TypedDict):
    """A letter to one area: to whom, whether its return was given back and why, the day asked for."""

    to: str
    area: str
    code: str
    given_back: bool
    reason: str
    until: str


@exact
class FacilityReminder(Sheet):
    """催报通知: a letter for each area that has not filed its return of the year."""

    year: str
    letters: list[ReminderLetter]


@exact
class GradeCertificate(Paper):
    """等级证书: the grade that an institution (`graded`) reached; `institution` is the office that gives it."""

    graded: str
    area: str
    year: str
    scheme: str
    scheme_source: str
    points: str
    total: str
    grade: str
    assessors: str
    approved_by: str
