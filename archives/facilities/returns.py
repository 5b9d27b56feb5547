"""Yearly returns as columns: one row an area and year, whether it has an archives or not and whether it filed or not.

Numbers are floats with NaN for what is not known; answers are YES, NO or UNKNOWN. One return is a batch of one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from archives.facilities.standards.rows import BODIES, HOLDINGS, LEVELS, ListKind

Numbers = NDArray[np.float64]
Answers = NDArray[np.int8]
Mask = NDArray[np.bool_]

UNKNOWN, NO, YES = -1, 0, 1
NUMBERS = (
    "staff",
    "technical_staff",
    "trained_staff",
    "middle_titles",
    "engineers",
    "high_school_staff",
    "college_staff",
    "bachelor_staff",
    "floor_area_m2",
    "store_area_m2",
    "accidents",
    "catalogue_rate",
    "projects_due",
    "projects_received",
)
"""What the targets count: persons, square metres, percent, projects."""
ANSWERS = ("two_names", "lan", "computerised")
LISTS: tuple[ListKind, ...] = ("equipment", "database", "regulation")
"""Lists whose entries are there, are not, or are not known of."""


@dataclass(frozen=True, slots=True)
class Returns:
    """Arrays of one length. `level`, `has` and `body` are places in LEVELS, HOLDINGS and BODIES, -1 for unknown.

    `urban`: 设市 or not; `rule_before`: whether a province had its regulation before the plan; `listed`: answers by
    list and entry.
    """

    code: NDArray[np.object_]
    year: NDArray[np.int16]
    level: Answers
    urban: Answers
    has: Answers
    body: Answers
    rule_before: Answers
    population: Numbers
    numbers: Mapping[str, Numbers]
    answers: Mapping[str, Answers]
    listed: Mapping[ListKind, Mapping[str, Answers]]

    def __len__(self) -> int:
        return len(self.code)

    def at_level(self, names: Iterable[str]) -> Mask:
        """Which rows are of one of these levels."""
        return np.isin(self.level, [LEVELS.index(name) for name in LEVELS if name in set(names)])

    def answer(self, kind: ListKind, code: str) -> Answers:
        """The answers for one entry of a list; unknown throughout if no return names it."""
        found = self.listed[kind].get(code)
        return np.full(len(self), UNKNOWN, np.int8) if found is None else found

    def chosen(self, rows: NDArray[Any]) -> "Returns":
        """These rows alone, by mask or by index."""
        return replace(
            self,
            **{name: getattr(self, name)[rows] for name in _SIMPLE},
            numbers={name: column[rows] for name, column in self.numbers.items()},
            answers={name: column[rows] for name, column in self.answers.items()},
            listed={
                kind: {code: column[rows] for code, column in entries.items()} for kind, entries in self.listed.items()
            },
        )


_SIMPLE = ("code", "year", "level", "urban", "has", "body", "rule_before", "population")


def from_columns(columns: Mapping[str, Sequence[Any]]) -> Returns:
    """Returns from plain columns as a query or a test gives them; a column that is left out is unknown throughout.

    Levels, holdings and bodies by their names, answers as True, False or None, each list as one mapping a row or as the
    JSON text of one.
    """
    length = len(columns["code"])

    def column(name: str) -> Sequence[Any]:
        return columns.get(name) or [None] * length

    return Returns(
        code=np.array(columns["code"], object),
        year=np.array(column("year"), np.float64).astype(np.int16)
        if columns.get("year")
        else np.zeros(length, np.int16),
        level=_places(column("level"), LEVELS),
        urban=_answers(column("urban_status")),
        has=_places(column("has"), HOLDINGS),
        body=_places(column("body"), BODIES),
        rule_before=_answers(column("rule_before")),
        population=np.array(column("population"), np.float64),
        numbers={name: np.array(column(name), np.float64) for name in NUMBERS},
        answers={name: _answers(column(name)) for name in ANSWERS},
        listed={kind: _listed(column(kind)) for kind in LISTS},
    )


def _answers(values: Sequence[Any]) -> Answers:
    known = {None: UNKNOWN, False: NO, True: YES}
    return np.array([known[value] for value in values], np.int8)


def _places(values: Sequence[Any], names: Sequence[str]) -> Answers:
    places: dict[Any, int] = {name: place for place, name in enumerate(names)}
    return np.array([places.get(value, UNKNOWN) for value in values], np.int8)


def _listed(values: Sequence[Mapping[str, Any] | str | None]) -> dict[str, Answers]:
    """A column for each entry that some row names; a count above zero is a yes.

    Most returns have what others have: each different record is looked at once.
    """
    numbers: dict[str, int] = {}
    kinds = np.fromiter((numbers.setdefault(_text(value), len(numbers)) for value in values), np.intp, len(values))
    records: list[Mapping[str, Any]] = [orjson.loads(text) for text in numbers]
    codes = dict.fromkeys(code for record in records for code, value in record.items() if value is not None)
    return {code: _answers([_answer(record.get(code)) for record in records])[kinds] for code in codes}


def _text(value: Mapping[str, Any] | str | None) -> str:
    if isinstance(value, str):
        return value
    return orjson.dumps(value).decode() if value else "{}"


def _answer(value: Any) -> bool | None:
    return None if value is None else bool(value)
