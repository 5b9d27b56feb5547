"""The national tables in the database, and beside each national row the office's own row where it decided otherwise.

A row is known by its key and its `origin`. `sync` writes national rows only and an office writes its own only, so
neither can destroy the other; what counts is the office's row, else the national one (see `queries.effective`).
"""

from datetime import date
from typing import Any, ClassVar

from sqlalchemy.orm import Mapped, mapped_column

from archives.core.db import Base, Code, Fields
from archives.core.language import current_language
from archives.reference.rows import KEEPERS, PRINTED

NATIONAL = "national"
OFFICE = "office"


class Sourced(Base):
    """What every table here has: origin, whether the row is in use, and where it comes from."""

    __abstract__ = True
    KEY: ClassVar[tuple[str, ...]]
    """The columns that, with the origin, make a row one of a kind."""

    origin: Mapped[str] = mapped_column(primary_key=True, default=NATIONAL, sort_order=1)
    active: Mapped[bool] = mapped_column(default=True, sort_order=2)
    source: Mapped[str] = mapped_column(default=OFFICE, sort_order=3)
    clause: Mapped[str] = mapped_column(default="", sort_order=3)
    verified: Mapped[bool] = mapped_column(default=False, sort_order=3)
    note: Mapped[str] = mapped_column(default="", sort_order=3)

    @property
    def identity(self) -> tuple[Any, ...]:
        """The key, whatever the origin."""
        return tuple(getattr(self, column) for column in self.KEY)


class Named:
    """A row with a name in both languages."""

    name_zh: Mapped[str]
    name_en: Mapped[str]

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return self.name_en if current_language() == "en" and self.name_en else self.name_zh


class ClassNode(Sourced):
    """A class of the outline: `E` › `E1` › `E1-2`."""

    __tablename__ = "reference_class"
    KEY = ("code",)

    code: Mapped[str] = mapped_column(Code, primary_key=True)
    parent_code: Mapped[str] = mapped_column(Code, default="", index=True)
    level: Mapped[int]
    name: Mapped[str]


class ScopeNode(Sourced):
    """A part of a filing scope, and who keeps it: must, may, none or unknown."""

    __tablename__ = "reference_scope"
    KEY = ("template", "code")

    template: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, primary_key=True)
    parent_code: Mapped[str] = mapped_column(Code, default="")
    position: Mapped[int]
    name: Mapped[str]
    client: Mapped[str] = mapped_column(default="unknown")
    designer: Mapped[str] = mapped_column(default="unknown")
    contractor: Mapped[str] = mapped_column(default="unknown")
    supervisor: Mapped[str] = mapped_column(default="unknown")
    archives: Mapped[str] = mapped_column(default="unknown")

    @property
    def required_by_archives(self) -> bool:
        """Whether the archives must receive it."""
        return self.archives == "must"

    @property
    def marks(self) -> str:
        """The five keeper marks as the standard prints them."""
        return "".join(PRINTED[getattr(self, keeper)] for keeper in KEEPERS)


class DeadlineRule(Sourced, Named):
    """A period; of the rows with one `rule` at most one is in use. See `rows.DeadlineRow`."""

    __tablename__ = "reference_deadline"
    KEY = ("code",)

    code: Mapped[str] = mapped_column(primary_key=True)
    rule: Mapped[str] = mapped_column(index=True)
    number: Mapped[int]
    unit: Mapped[str]
    starts_from: Mapped[str]
    applies_to: Mapped[str]
    legal_basis: Mapped[str] = mapped_column(default="")
    fine_min: Mapped[int | None]
    fine_max: Mapped[int | None]
    person_percent_min: Mapped[int | None]
    person_percent_max: Mapped[int | None]
    place: Mapped[str] = mapped_column(default="")


class Term(Sourced, Named):
    """A word of a vocabulary; `details` holds what only its kind has (see `national.py`)."""

    __tablename__ = "reference_term"
    KEY = ("kind", "code")

    kind: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    rank: Mapped[int] = mapped_column(default=0)
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)


class TechnicalField(Sourced, Named):
    """A field of technical data (专业记载), or one that the office added to a scheme."""

    __tablename__ = "reference_field"
    KEY = ("scheme", "key")

    scheme: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    unit: Mapped[str] = mapped_column(default="")
    kind: Mapped[str] = mapped_column(default="text")
    choices: Mapped[list[str]] = mapped_column(Fields, default=list)


class CalendarDay(Sourced):
    """A holiday, or a weekend day worked to make up for one."""

    __tablename__ = "reference_day"
    KEY = ("day",)

    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str]
