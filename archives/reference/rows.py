"""What a row of each national table says, typed. Every row names its source and whether a public copy was seen."""

from dataclasses import astuple, dataclass
from datetime import date
from typing import Annotated, Literal, get_args

from pydantic import BeforeValidator

from archives.reference.calendar import Unit

Keeping = Literal["must", "may", "none", "unknown"]
KEEPINGS: tuple[Keeping, ...] = get_args(Keeping)
MARKS: dict[str, Keeping] = {"▲": "must", "△": "may", "-": "none", "?": "unknown"}
KEEPERS = ("client", "designer", "contractor", "supervisor", "archives")
PRINTED = {keeping: mark for mark, keeping in MARKS.items()}


def _split(text: object) -> object:
    return tuple(text.split("|")) if isinstance(text, str) else text


Several = Annotated[tuple[str, ...], BeforeValidator(_split)]


@dataclass(frozen=True, slots=True)
class Source:
    """A standard, law or system that rows come from, and how well we know it."""

    key: str
    title: str
    edition: str
    kind: Literal["seen", "recalled", "inferred"]
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What every row carries: where it comes from and whether that was seen."""

    source: str
    clause: str = ""
    verified: bool
    note: str = ""

    @property
    def identity(self) -> tuple[str, ...]:
        """What makes the row one of a kind in its table."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded(Row):
    """A row with a code of its own."""

    code: str

    @property
    def identity(self) -> tuple[str, ...]:
        """The code."""
        return (self.code,)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassRow(Coded):
    """A class of the outline, A-R and below; the number after the dash is the position."""

    parent: str = ""
    level: int
    name: str


@dataclass(frozen=True, slots=True)
class Keepers:
    """Who keeps a document, in the order the standard prints the columns."""

    client: Keeping
    designer: Keeping
    contractor: Keeping
    supervisor: Keeping
    archives: Keeping

    @classmethod
    def from_marks(cls, marks: object) -> "Keepers":
        """Five marks: ▲ must, △ may, - not, ? unknown."""
        if isinstance(marks, Keepers):
            return marks
        if not isinstance(marks, str) or len(marks) != 5 or not set(marks) <= MARKS.keys():
            raise ValueError("five of ▲ △ - ?")
        return cls(*(MARKS[mark] for mark in marks))

    @property
    def marks(self) -> str:
        """As printed."""
        return "".join(PRINTED[keeping] for keeping in astuple(self))


UNKNOWN_KEEPERS = Keepers.from_marks("?????")


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeRow(Row):
    """A part of a filing scope: class, group, item or block of items."""

    template: str
    code: str
    parent: str = ""
    position: int
    name: str
    keepers: Annotated[Keepers, BeforeValidator(Keepers.from_marks)] = UNKNOWN_KEEPERS

    @property
    def identity(self) -> tuple[str, ...]:
        """Template and code."""
        return (self.template, self.code)

    @property
    def required_by_archives(self) -> bool:
        """Whether the archives must receive it."""
        return self.keepers.archives == "must"


@dataclass(frozen=True, slots=True, kw_only=True)
class TermRow(Coded):
    """A word of a controlled vocabulary; `rank` orders it and, for secrecy and retention, compares it."""

    name_zh: str
    name_en: str
    rank: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionRow(TermRow):
    """How long a volume is kept; `max_years` only where the period is a number of years."""

    max_years: int | None = None
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SecrecyRow(TermRow):
    """A secrecy level and the longest it may last by law."""

    max_years: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorksTypeRow(TermRow):
    """A type of works and the filing scope it starts with."""

    scope_template: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentFormRow(TermRow):
    """A document of the workflow, how it is numbered, and the three-letter code that other systems give it."""

    number_template: str
    alias: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFormatRow(TermRow):
    """A format an electronic file may have, by kind of content."""

    kind: Literal["text", "image", "drawing", "video", "audio", "database", "model", "gis"]
    extensions: Several


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemeRow(TermRow):
    """A set of technical data: of a works type, of business records, repeated, or open for an office's own fields."""

    usage: Literal["works", "business", "repeated", "open"]


FieldKind = Literal["text", "number", "integer", "date", "choice"]
FIELD_KINDS: tuple[FieldKind, ...] = get_args(FieldKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class TechnicalFieldRow(Row):
    """One technical datum (专业记载) of a scheme, with its unit."""

    scheme: str
    key: str
    position: int
    name_zh: str
    name_en: str
    unit: str = ""
    kind: FieldKind
    choices: Several = ()

    @property
    def identity(self) -> tuple[str, ...]:
        """Scheme and field."""
        return (self.scheme, self.key)


Presence = Literal["mandatory", "optional", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DescriptionElementRow(TermRow):
    """An element of description, and whether each level needs it."""

    project: Presence
    volume: Presence
    item: Presence
    format: Literal["text", "list", "date", "integer", "code", "terms", "fields"]
    max_length: int | None = None


Event = Literal[
    "planning_permit",
    "construction_permit",
    "commencement",
    "backfilling",
    "pre_acceptance_application",
    "pre_acceptance",
    "completion_acceptance",
    "record_filing",
    "transfer_application",
    "transfer",
    "survey",
    "change",
    "last_report",
    "creation",
    "dissolution",
    "year_end",
]
EVENTS: tuple[Event, ...] = get_args(Event)
Duty = Literal["works", "pipeline_works", "alteration", "business_records", "pipeline_owner", "archives"]
DUTIES: tuple[Duty, ...] = get_args(Duty)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineRow(Coded):
    """A period: `number` of `unit` after `starts_from`; 0 means no later than the event itself.

    `rule` is what is timed; of its rows (the national one and local variants) at most one is active. Fines are yuan
    for the unit; the responsible person's share is a percentage of it.
    """

    rule: str
    name_zh: str
    name_en: str
    number: int
    unit: Unit
    starts_from: Event
    applies_to: Duty
    legal_basis: str = ""
    fine_min: int | None = None
    fine_max: int | None = None
    person_percent_min: int | None = None
    person_percent_max: int | None = None
    place: str = ""
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitRow(TermRow):
    """A measure of volumes, boxes, descriptions or scans; a local variant is there to be chosen, not active."""

    number: int
    unit: str
    active: bool


DayKind = Literal["holiday", "makeup"]
DAY_KINDS: tuple[DayKind, ...] = get_args(DayKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class HolidayRow(Row):
    """A day off, or a weekend day worked to make up for one."""

    day: date
    kind: DayKind

    @property
    def identity(self) -> tuple[str, ...]:
        """The day."""
        return (self.day.isoformat(),)
