"""What the report card of one archives says: its facts of a year, and each target with what is missing."""

from typing_extensions import TypedDict

from archives.core.documents.papers import Sheet, exact


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
