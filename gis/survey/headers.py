"""Which row is the header, and what each of its columns means.

People write titles above the header, two header rows under a merged parent, units in brackets and spaces of every
kind. An exact name beats a name that only contains one, and no column serves two fields.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from gis.fields import Field
from gis.survey.raw import Cell, RawTable, Span

SEARCHED_ROWS = 20
"""How far down a header is looked for: two or three titles and a header block stand above it."""
LEAST_NAMES = 2
"""A row with fewer known names is no header."""
LEAST_OF_CUT = 3
"""So many Chinese signs are left of a name in a DBF with UTF-8."""

_MARKS = re.compile(r"[\s*:;,.、。_'\"“”\-/\\|]+")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】")
_SIGNS = re.compile(r"[()\[\]【】]")
_UNITS = frozenset({"m", "mm", "cm", "kv", "mpa", "°", "条", "孔", "年", "米", "毫米"})
_START, _END = re.compile("起|始"), re.compile("终|止|末")


class Heading(NamedTuple):
    """One column's header: with its merged parent before it, and alone."""

    joined: str
    own: str


@dataclass(frozen=True, slots=True)
class Header:
    """Where the header stands: the indexes of its rows and of the first row below it (in `RawTable.rows`)."""

    headings: tuple[Heading, ...]
    first: int
    below: int


@dataclass(frozen=True, slots=True)
class Matching:
    """The column of each field; the columns that nobody knows, and those that came too late for their field."""

    columns: Mapping[str, int]
    unknown: tuple[int, ...]
    spare: tuple[int, ...]


class Names:
    """Every name that a set of fields goes by."""

    def __init__(self, fields: Iterable[Field], overrides: Mapping[str, str] | None = None) -> None:
        self._exact: dict[str, tuple[str, int]] = {}
        for field in fields:
            for rank, alias in enumerate(field.aliases):
                for name in (plain(alias), bare(alias)):
                    self._exact.setdefault(name, (field.name, rank))
        for name, header in (overrides or {}).items():
            self._exact[plain(header)] = (name, -1)
        self._longest_first = sorted(filter(_is_telling, self._exact), key=len, reverse=True)

    def exactly(self, text: str) -> tuple[str, int] | None:
        """The field of that name and how weak the name is (0 is its own, -1 the office's)."""
        return self._exact.get(plain(text)) or self._exact.get(bare(text))

    def partly(self, text: str) -> str | None:
        """The field with the longest name within the text."""
        name = bare(text) or plain(text)
        within = next((self._exact[known][0] for known in self._longest_first if known in name), None)
        return within or self._cut(name)

    def _cut(self, name: str) -> str | None:
        """The one field whose name was cut off, as a DBF cuts at ten bytes: 地面高 is 地面高程."""
        if len(name) < LEAST_OF_CUT or name.isascii():
            return None
        fields = {field for known, (field, _) in self._exact.items() if known.startswith(name)}
        return fields.pop() if len(fields) == 1 else None


def plain(text: str) -> str:
    """A header half-width, in small letters, without spaces, marks and the brackets' signs."""
    return _MARKS.sub("", _SIGNS.sub("", _folded(text)))


def bare(text: str) -> str:
    """A header without its bracketed unit or remark."""
    return _MARKS.sub("", _SIGNS.sub("", _BRACKETS.sub("", _folded(text))))


def unit_of(text: str) -> str:
    """The unit in a header's last brackets, "" without one: `井内泥深(cm)` gives `cm`."""
    found = _BRACKETS.findall(_folded(text))
    return _MARKS.sub("", _SIGNS.sub("", found[-1])) if found else ""


def find_header(table: RawTable, names: Names) -> Header | None:
    """The header among the first rows: the one row or pair of rows with most known names, the upper one of equals."""
    best: Header | None = None
    most = LEAST_NAMES - 1
    for first in range(min(SEARCHED_ROWS, len(table.rows))):
        for candidate in _candidates(table, first):
            score = _score(candidate.headings, names)
            if score > most:
                best, most = candidate, score
    return best and Header(best.headings, best.first, _first_below(table, best, names))


def match(headings: Sequence[Heading], names: Names) -> Matching:
    """What each column means."""
    exact = _exact_matches(headings, names)
    columns = dict(exact)
    taken = set(exact.values())
    spare = []
    for at, heading in enumerate(headings):
        if at in taken or not heading.joined:
            continue
        found = _exact_field(heading, names) or names.partly(heading.own)
        if found is None:
            continue
        field = _at_end(found, heading.joined)
        if field in columns:
            spare.append(at)
        else:
            columns[field] = at
            taken.add(at)
    unknown = [at for at, heading in enumerate(headings) if heading.joined and at not in taken and at not in spare]
    return Matching(columns, tuple(unknown), tuple(spare))


def _exact_matches(headings: Sequence[Heading], names: Names) -> dict[str, int]:
    """By the strongest name first: whole headers before their lower halves, own names before other names."""
    found: list[tuple[int, int, int, str]] = []
    for at, heading in enumerate(headings):
        for weakness, text in enumerate(dict.fromkeys(heading)):
            known = names.exactly(text)
            if known:
                found.append((weakness, known[1], at, _at_end(known[0], heading.joined)))
    columns: dict[str, int] = {}
    for _, _, at, field in sorted(found):
        if field not in columns and at not in columns.values():
            columns[field] = at
    return columns


def _exact_field(heading: Heading, names: Names) -> str | None:
    known = names.exactly(heading.joined) or names.exactly(heading.own)
    return known[0] if known else None


def _candidates(table: RawTable, first: int) -> list[Header]:
    upper = _texts(table.rows[first][1])
    found = [Header(tuple(Heading(text, text) for text in upper), first, first + 1)]
    if first + 1 < len(table.rows):
        number, cells = table.rows[first + 1]
        if not any(isinstance(cell, int | float) for cell in cells):
            found.append(Header(_joined(table, first, number), first, first + 2))
    return found


def _joined(table: RawTable, first: int, lower_number: int) -> tuple[Heading, ...]:
    upper, lower = _texts(table.rows[first][1]), _texts(table.rows[first + 1][1])
    width = max(len(upper), len(lower))
    upper += [""] * (width - len(upper))
    lower += [""] * (width - len(lower))
    parents = _parents(upper, lower, table.rows[first][0], lower_number, table.merged)
    return tuple(
        Heading(parent + own if own != parent else own, own or parent)
        for parent, own in zip(parents, lower, strict=True)
    )


def _parents(upper: list[str], lower: list[str], row: int, lower_row: int, merged: Sequence[Span]) -> list[str]:
    """The upper text of each column: merged cells reach as far as they are merged, or to the next text without."""
    parents = list(upper)
    spans = [span for span in merged if span[0] <= row <= span[2]]
    for top, left, bottom, right in spans:
        for column in range(left, min(right + 1, len(parents))):
            parents[column] = upper[left]
            if bottom >= lower_row and top <= row:
                lower[column] = ""
    if not spans:
        for column in range(1, len(parents)):
            if not parents[column] and lower[column] and lower[column - 1]:
                parents[column] = parents[column - 1]
    return parents


def _first_below(table: RawTable, header: Header, names: Names) -> int:
    """Past the rows that only repeat the header: names in the other language, units, column numbers."""
    below = header.below
    while below < min(len(table.rows), header.below + 3) and _repeats(_texts(table.rows[below][1]), names):
        below += 1
    return below


def _repeats(texts: Sequence[str], names: Names) -> bool:
    filled = [text for text in texts if text]
    known = sum(1 for text in filled if names.exactly(text) or bare(text) in _UNITS or plain(text) in _UNITS)
    numbered = len(filled) > LEAST_NAMES and [plain(text) for text in filled] == [
        str(number) for number in range(1, len(filled) + 1)
    ]
    return bool(filled) and (2 * known > len(filled) or numbered)


def _score(headings: Sequence[Heading], names: Names) -> int:
    return len({known for heading in headings if (known := _exact_field(heading, names))})


def _texts(cells: Iterable[Cell]) -> list[str]:
    return ["" if cell is None else " ".join(unicodedata.normalize("NFKC", str(cell)).split()) for cell in cells]


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()


def _is_telling(name: str) -> bool:
    """Whether a name says enough to be looked for within a longer one."""
    return len(name) >= 2 if not name.isascii() else len(name) >= 5


def _at_end(field: str, heading: str) -> str:
    """A start that the heading calls an end is the end: 管顶高程 below 终点 is no start's; and the reverse."""
    if field.startswith("start_") and _END.search(heading) and not _START.search(heading):
        return field.replace("start_", "end_", 1)
    if field.startswith("end_") and _START.search(heading) and not _END.search(heading):
        return field.replace("end_", "start_", 1)
    return field
