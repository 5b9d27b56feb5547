"""What a rule answers: everything that is wrong, each with its place and the clause that says so."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal

from archives.core.language import Message

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a list a problem stands: sheet name, row as the spreadsheet numbers it, column as it is headed."""

    sheet: str | None = None
    row: int | None = None
    column: str | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault: a stable code, a sentence, the draft's field, the clause and, in lists, the place."""

    code: str
    message: Message
    field: str | None = None
    clause: str | None = None
    severity: Severity = "error"
    place: Place = Place()

    def at(self, place: Place) -> "Problem":
        """The same problem with its place in a list."""
        return replace(self, place=place)

    def as_dict(self) -> dict[str, Any]:
        """For JSON, in the current language."""
        return {
            "sheet": self.place.sheet,
            "row": self.place.row,
            "column": self.place.column,
            "field": self.field,
            "code": self.code,
            "severity": self.severity,
            "message": str(self.message),
            "clause": self.clause,
        }


def errors_in(problems: Iterable[Problem]) -> list[Problem]:
    """Those that stop the work; warnings do not."""
    return [problem for problem in problems if problem.severity == "error"]
