"""The form that writes the query language: what each of its fields asks for."""

from datetime import date

from archives.core.drafts import Draft, choice, day, text


class Composed(Draft):
    """Everything is optional; what is given must all hold."""

    every: str = text("All of these words")
    phrase: str = text("These words next to each other")
    either: str = text("At least one of these words")
    none: str = text("None of these words")
    title: str = text("In the title")
    code: str = text("Code, its end may be left open", max_length=60)
    client: str = text("Client")
    responsible: str = text("Responsible")
    address: str = text("Address")
    road: str = text("Road")
    owner: str = text("Owner")
    kind: str = choice("Kind of record", "kind")
    works_type: str = choice("Works type", "works_type")
    secrecy: str = choice("Secrecy", "secrecy")
    retention: str = choice("Retention period", "retention")
    medium: str = choice("Medium", "medium")
    formed_from: date | None = day("Formed from")
    formed_to: date | None = day("Formed to")
    completed_from: date | None = day("Completed from")
    completed_to: date | None = day("Completed to")
    accessioned_from: date | None = day("Accessioned from")
    accessioned_to: date | None = day("Accessioned to")
