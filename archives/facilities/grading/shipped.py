"""The schemes that come with the program, to be copied; the usual number of assessors. Pure: no database.

None is complete: the official items and cut-offs were not found, and none is invented here.
"""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import groupby
from pathlib import Path

from archives.core.errors import NotFoundError
from archives.facilities.grading.content import Content, Item, with_group, with_item
from archives.reference.rows import Coded, Row, Source, TermRow
from archives.reference.tables import SOURCES, TableReader, read_sources

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippedScheme(TermRow):
    """The head of a scheme."""

    total: Decimal
    is_partial: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippedItem(Row):
    """An item; `inferred` says what we read into its formula."""

    scheme: str
    group: str
    number: str
    text: str
    points: Decimal
    evidence: str = ""
    formula: str = ""
    inferred: str = ""

    @property
    def identity(self) -> tuple[str, ...]:
        """Scheme and number."""
        return (self.scheme, self.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessorsRow(Coded):
    """How many assessors there are, and in `note` who may be one."""

    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Shipped:
    """Every table of schemes, checked."""

    sources: dict[str, Source]
    schemes: tuple[ShippedScheme, ...]
    items: tuple[ShippedItem, ...]
    assessors: AssessorsRow

    def scheme(self, code: str) -> ShippedScheme:
        """A scheme by its code. Raises NotFoundError."""
        found = next((row for row in self.schemes if row.code == code), None)
        if found is None:
            raise NotFoundError
        return found

    def content(self, code: str) -> Content:
        """A scheme's items in their groups; it has no grades."""
        content = Content()
        rows = [row for row in self.items if row.scheme == code]
        for name, items in groupby(rows, key=lambda row: row.group):
            content = with_group(content, name)
            group = content.groups[-1].key
            for row in items:
                made = Item("", row.text, row.points, row.number, row.evidence, row.formula)
                content = with_item(content, group, made)
        return content


@cache
def load_shipped() -> Shipped:
    """The schemes as shipped, read once. Raises ConfigurationError naming file and line."""
    sources = read_sources(DATA / SOURCES)
    reader = TableReader(DATA, sources)
    return Shipped(
        sources,
        reader.rows("schemes.csv", ShippedScheme),
        reader.rows("items.csv", ShippedItem),
        reader.rows("assessors.csv", AssessorsRow)[0],
    )
