"""The lists that a return tells entry by entry: equipment, databases, regulations, what is held, by medium and class.

Pure. The program's entries come with its standards. The plan's own list of equipment is open (“如…等”), so an office
may add entries of its own; what a target asks for is then said by an edition.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from archives.core.drafts import FieldDescription, FieldKind
from archives.facilities.drafts import YES_NO
from archives.facilities.standards.rows import ListedRow, ListKind
from archives.facilities.standards.tables import load_standards

LISTS: Mapping[str, ListKind] = {
    "equipment": "equipment",
    "databases": "database",
    "regulations": "regulation",
    "holdings": "holding",
    "class_volumes": "class",
}
"""The nested records of a return, and the list that names their entries."""
COUNTED = frozenset({"equipment", "holdings", "class_volumes"})
"""Lists whose entries are counts; the others are answers."""


@dataclass(frozen=True, slots=True)
class Lists:
    """Every list with an office's `own` entries after those of the program."""

    own: tuple[ListedRow, ...] = ()

    def of(self, kind: ListKind) -> tuple[ListedRow, ...]:
        """The entries of one list, in order."""
        return (*load_standards().listed(kind), *(row for row in self.own if row.kind == kind))

    def asked(self) -> "Lists":
        """Without the entries that are no longer asked for."""
        return Lists(tuple(row for row in self.own if not row.ended))

    def fields(self, group: str) -> list[FieldDescription]:
        """The entries of one list as fields, by the list's own names."""
        kind: FieldKind = "integer" if group in COUNTED else "choice"
        vocabulary = "" if kind == "integer" else YES_NO
        return [
            FieldDescription(f"{group}.{row.code}", row.name, kind, False, "", "", vocabulary, None)
            for row in self.of(LISTS[group])
        ]

    def every_field(self) -> list[FieldDescription]:
        """The entries of all lists as fields."""
        return [one for group in LISTS for one in self.fields(group)]


SHIPPED = Lists()
"""The lists as the program brings them."""


def is_listed(name: str) -> bool:
    """Whether a field is an entry of one of the lists."""
    return name.partition(".")[0] in LISTS
