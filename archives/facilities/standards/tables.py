"""The standards that come with the program, read from `data/` and checked. Pure: no database.

An edition is asked for by its code; what it holds never changes under a result that was computed with it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from archives.core.errors import ConfigurationError, NotFoundError
from archives.core.language import msg
from archives.facilities.standards.rows import (
    CLASSES,
    HOLDINGS,
    LEVELS,
    BaselineRow,
    BoundRow,
    EditionRow,
    ListedRow,
    ListKind,
    SchemeRow,
    SentenceRow,
    TargetRow,
)
from archives.reference.rows import Source
from archives.reference.tables import SOURCES, TableReader, read_sources

DATA = Path(__file__).parent / "data"
DEFAULT_EDITION = "plan_2006"
DEFAULT_SCHEME = "plan_2006"


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition's targets; `listed` are the entries that a target of the operator `all` asks for, by kind."""

    code: str
    about: EditionRow
    targets: tuple[TargetRow, ...]
    sentences: Mapping[str, SentenceRow]
    bounds: tuple[BoundRow, ...]
    listed: Mapping[ListKind, tuple[ListedRow, ...]]
    base: str = ""
    """The edition that an authority's own one changes; "" for one that comes with the program."""

    @property
    def each(self) -> dict[str, list[TargetRow]]:
        """The rows that judge an area or institution, by target, in order."""
        found: dict[str, list[TargetRow]] = {}
        for row in self.targets:
            if row.kind == "each":
                found.setdefault(row.target, []).append(row)
        return found

    @property
    def rates(self) -> tuple[TargetRow, ...]:
        """The rows of rates, in order."""
        return tuple(row for row in self.targets if row.kind == "rate")

    def required(self, kind: ListKind) -> list[str]:
        """Codes of the entries of a list that must be there."""
        return [row.code for row in self.listed[kind] if row.required]


@dataclass(frozen=True, slots=True)
class Standards:
    """Every table of standards, checked."""

    sources: Mapping[str, Source]
    editions: tuple[EditionRow, ...]
    sentences: tuple[SentenceRow, ...]
    targets: tuple[TargetRow, ...]
    schemes: tuple[SchemeRow, ...]
    bounds: tuple[BoundRow, ...]
    lists: tuple[ListedRow, ...]
    baselines: tuple[BaselineRow, ...]

    def listed(self, kind: ListKind) -> tuple[ListedRow, ...]:
        """The entries of one list, in order."""
        return tuple(sorted((row for row in self.lists if row.kind == kind), key=lambda row: row.rank))

    def edition(self, code: str) -> Edition:
        """An edition. Raises NotFoundError naming those there are."""
        about = next((row for row in self.editions if row.code == code), None)
        if about is None:
            known = "、".join(row.code for row in self.editions)
            raise NotFoundError(msg("There is no edition %(code)s; there are %(known)s.", code=code, known=known))
        kinds: tuple[ListKind, ...] = ("equipment", "database")
        return Edition(
            code,
            about,
            tuple(row for row in self.targets if row.edition == code),
            {row.code: row for row in self.sentences if row.edition == code},
            self.bounds_of(about.scheme),
            {kind: self.listed(kind) for kind in kinds},
        )

    def scheme(self, code: str) -> SchemeRow:
        """A scheme of city classes. Raises NotFoundError naming those there are."""
        found = next((row for row in self.schemes if row.code == code), None)
        if found is None:
            known = "、".join(row.code for row in self.schemes)
            raise NotFoundError(msg("There is no scheme %(code)s; there are %(known)s.", code=code, known=known))
        return found

    def bounds_of(self, scheme: str) -> tuple[BoundRow, ...]:
        """The classes of a scheme, the largest first."""
        return tuple(sorted((row for row in self.bounds if row.scheme == scheme), key=lambda row: -row.least))


@cache
def load_standards() -> Standards:
    """The standards as shipped, read once. Raises ConfigurationError naming file and line."""
    return read_standards(DATA)


def read_standards(folder: Path) -> Standards:
    """The standards of one folder."""
    sources = read_sources(folder / SOURCES)
    reader = TableReader(folder, sources)
    standards = Standards(
        sources=sources,
        editions=reader.rows("editions.csv", EditionRow),
        sentences=reader.rows("sentences.csv", SentenceRow),
        targets=reader.rows("targets.csv", TargetRow),
        schemes=reader.rows("schemes.csv", SchemeRow),
        bounds=reader.rows("class_bounds.csv", BoundRow),
        lists=reader.rows("lists.csv", ListedRow),
        baselines=reader.rows("baselines.csv", BaselineRow),
    )
    _check(standards)
    return standards


def _check(standards: Standards) -> None:
    editions = {row.code for row in standards.editions}
    schemes = {row.code for row in standards.schemes}
    sentences = {row.identity for row in standards.sentences}
    judged = {(row.edition, row.target) for row in standards.targets if row.kind == "each"}
    _require("editions.csv", [row.scheme in schemes for row in standards.editions])
    _require("class_bounds.csv", [row.scheme in schemes and row.code in CLASSES for row in standards.bounds])
    _require("sentences.csv", [row.edition in editions for row in standards.sentences])
    _require("targets.csv", [_is_sound(row) for row in standards.targets])
    _require("targets.csv", [row.edition in editions for row in standards.targets])
    _require(
        "targets.csv",
        [not row.sentence or (row.edition, row.sentence) in sentences for row in standards.targets],
    )
    _require("targets.csv", [(row.edition, row.target) in judged for row in standards.targets])
    _require("baselines.csv", [(row.edition, row.target) in judged for row in standards.baselines])


def _is_sound(row: TargetRow) -> bool:
    return (
        set(row.levels) <= set(LEVELS)
        and set(row.classes) <= set(CLASSES)
        and set(row.institution) <= set(HOLDINGS)
        and bool(row.measure) == (row.kind == "each")
        and (row.upper is None or (row.value is not None and row.upper >= row.value))
        and (row.value is not None or row.kind == "rate")
    )


def _require(file: str, sound: Sequence[bool]) -> None:
    """Stop at the first row that is not; the heading is line 1."""
    for line, good in enumerate(sound, 2):
        if not good:
            reason = msg("a number or a name that cannot be")
            raise ConfigurationError(msg("%(file)s, line %(line)s: %(reason)s", file=file, line=line, reason=reason))
