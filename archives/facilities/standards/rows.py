"""What a row of each table of standards says, typed. Every row names its source and whether a public copy was seen."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from archives.core.language import current_language
from archives.reference.rows import Coded, Row, Several, TermRow

Level = Literal["ministry", "province", "municipality", "city", "county_city", "county", "district"]
LEVELS: tuple[Level, ...] = get_args(Level)
CityClass = Literal["municipality", "super_large", "extra_large", "large", "medium", "small", "county"]
CLASSES: tuple[CityClass, ...] = get_args(CityClass)
Holding = Literal["archives", "office", "none"]
"""What an area has: 馆, 室 or nothing."""
HOLDINGS: tuple[Holding, ...] = get_args(Holding)
Body = Literal["body", "post", "none"]
"""What a province has in its department: a body of its own, a full-time post as the exception, or nothing."""
BODIES: tuple[Body, ...] = get_args(Body)
Kind = Literal["each", "rate", "person"]
"""A target of each institution or area, of a rate over a set of them, or of each person."""
Operator = Literal["at_least", "at_most", "band", "is", "all"]
"""`band` complies from its lower bound on; `all` wants every required entry of a list."""
Strength = Literal["should", "must", "strive", "stated"]
"""应, 要, 争取, or a plain statement without any of them."""
STRENGTHS: tuple[Strength, ...] = get_args(Strength)
ListKind = Literal["equipment", "database", "regulation", "holding", "class", "basis"]
Measure = Literal[
    "",
    "provincial_body",
    "has_archives",
    "has_either",
    "two_names",
    "provincial_rule",
    "municipal_rule",
    "staff",
    "technical_share",
    "receipts",
    "floor_area",
    "equipment",
    "accidents",
    "lan",
    "computerised",
    "catalogue",
    "databases",
    "trained_share",
    "middle_title_share",
    "engineer_share",
    "high_school_share",
    "college_share",
    "bachelor_share",
]
"""What is looked at; `archives.facilities.measures` computes each."""
MEASURES: tuple[Measure, ...] = get_args(Measure)
LISTED: Mapping[Measure, ListKind] = {"equipment": "equipment", "databases": "database"}
"""Measures that look for the entries of a list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionRow(TermRow):
    """A set of targets that belong together; its classes are always those of its own `scheme`."""

    scheme: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceRow(Row):
    """A sentence that holds a target, exactly as the circulated text prints it, errors too."""

    edition: str
    code: str
    strength: Strength
    text: str

    @property
    def identity(self) -> tuple[str, ...]:
        """Edition and code."""
        return (self.edition, self.code)


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetRow(Row):
    """One number of a target.

    It applies to areas of one of `levels` (of those 设市 only, if `urban` is yes) that have one of `institution` (none
    named: whatever they have) and are of one of `classes` (none named: whatever class). A rate narrows its target's own
    set by the same columns and names the denominator in `over`. `inferred` is our reading where the sentence is silent.
    """

    edition: str
    code: str
    target: str
    name_zh: str = ""
    name_en: str = ""
    kind: Kind
    scope: str = ""
    measure: Measure = ""
    levels: Several = ()
    urban: Literal["yes", "any"] = "any"
    institution: Several = ()
    classes: Several = ()
    over: str = ""
    operator: Operator
    value: float | None = None
    upper: float | None = None
    unit: str = ""
    sentence: str = ""
    printed: str = ""
    restored: str = ""
    inferred: str = ""

    @property
    def identity(self) -> tuple[str, ...]:
        """Edition and code."""
        return (self.edition, self.code)

    @property
    def name(self) -> str:
        """In the reader's language."""
        return self.name_en if current_language() == "en" else self.name_zh


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemeRow(TermRow):
    """A way to sort cities by size; `basis` is the population it counts.

    `own_municipality`: the scheme sets the 直辖市 apart, whatever their population.
    """

    basis: str
    own_municipality: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundRow(Coded):
    """A class of a scheme, from `least` inhabitants on (以上 includes the number) up to the next class."""

    scheme: str
    least: int
    inferred: str = ""

    @property
    def identity(self) -> tuple[str, ...]:
        """Scheme and class."""
        return (self.scheme, self.code)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedRow(TermRow):
    """An entry of a list; those that are `required` make a target."""

    kind: ListKind
    required: bool
    ended: bool = False
    """No longer asked for; what was told of it stays."""

    @property
    def identity(self) -> tuple[str, ...]:
        """Kind and code."""
        return (self.kind, self.code)

    @property
    def name(self) -> str:
        """In the reader's language."""
        return self.name_en if current_language() == "en" else self.name_zh


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineRow(Row):
    """Where a rate stood by the plan's own words; numbers it does not print are None, never 0."""

    edition: str
    target: str
    scope: str
    year: int
    numerator: int | None = None
    denominator: int | None = None
    rate: float | None = None
    printed: str = ""
    sentence: str = ""

    @property
    def identity(self) -> tuple[str, ...]:
        """Edition, target and scope."""
        return (self.edition, self.target, self.scope)
