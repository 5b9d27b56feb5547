"""What every transfer list becomes, whatever form it came in: volumes, items and parties, with places, not yet judged.

Keys of values are the field names of the drafts; a few more (`archival_code`, `file_path` …) wait for who wants them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from archives.core.problems import Place, Problem
from archives.core.sheets.header import Header
from archives.core.sheets.sheet import Cell, Row, Sheet

Values = dict[str, Cell]
Headings = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class VolumeKey:
    """Which volume an item belongs to, as the list says it: unit works ("" if not said) and volume number."""

    unit: str
    volume_no: str


@dataclass(frozen=True, slots=True)
class Listed:
    """One row: where it stands, its cells by field name, the heading of each field, which cells are formulas."""

    place: Place
    values: Values
    headings: Headings = field(default_factory=dict)
    formulas: tuple[str, ...] = ()

    def at(self, name: str | None) -> Place:
        """The place of one field of this row."""
        return Place(self.place.sheet, self.place.row, self.headings.get(name) if name else None)


@dataclass(frozen=True, slots=True)
class ListedVolume(Listed):
    """A volume of the list."""


@dataclass(frozen=True, slots=True)
class ListedItem(Listed):
    """An item of the list; `values` name its volume too, as `unit` and `volume_no`."""

    @property
    def volume(self) -> VolumeKey:
        """The volume it belongs to, as far as the list says."""
        return VolumeKey(str(self.values.get("unit") or ""), str(self.values.get("volume_no") or ""))


@dataclass(frozen=True, slots=True)
class ListedUnit(Listed):
    """Unit works that the list describes (only the XML does)."""


@dataclass(frozen=True, slots=True)
class ListedProject:
    """What the list says of the project and its parties."""

    values: Values


@dataclass(slots=True)
class TransferList:
    """A list as it was read. `sheets` and `headers` are what `write_marked` wants to give it back with marks."""

    volumes: list[ListedVolume] = field(default_factory=list)
    items: list[ListedItem] = field(default_factory=list)
    units: list[ListedUnit] = field(default_factory=list)
    project: ListedProject | None = None
    problems: list[Problem] = field(default_factory=list)
    sheets: list[Sheet] = field(default_factory=list)
    headers: list[Header] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """How many volumes and items the list has."""
        return len(self.volumes) + len(self.items)


def drawn_up(name: str, headings: Headings, listed: Iterable[Listed]) -> tuple[Sheet, Header]:
    """A sheet of rows that never were in one, so that an XML list can be given back with its faults marked."""
    keys = list(headings)
    rows = [Row(1, list(headings.values()))]
    rows += [Row(row.place.row or 0, [row.values.get(key) for key in keys]) for row in listed]
    places = {key: index for index, key in enumerate(keys)}
    return Sheet(name, rows), Header(name, 1, 1, places, dict(headings))
