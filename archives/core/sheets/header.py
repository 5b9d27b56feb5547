"""Finds the heading of a list among the first rows, tells what each column means, and gives the rows as records."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from archives.core.language import Message, msg
from archives.core.problems import Place, Problem
from archives.core.sheets.columns import Column, Named, Names
from archives.core.sheets.sheet import Cell, Row, Sheet, Span
from archives.core.sheets.values import as_text

SEARCHED_ROWS = 20
FEWEST_COLUMNS = 2
WIDEST_GROUP = 8

_TOTAL = re.compile(r"(?:合计|小计|总计|共计|总合计|total|subtotal)[:：]?", re.IGNORECASE)
_SIGNATURE = re.compile(r"[^\s:：]{2,12}\s*[:：].*|[\s\d_]*年[\s\d_]*月[\s\d_]*日?")


@dataclass(frozen=True, slots=True)
class Header:
    """A heading that was found: the rows it takes, where each column stands, and what is wrong with it."""

    sheet: str
    first_row: int
    last_row: int
    places: dict[str, int]
    headings: dict[str, str]
    problems: tuple[Problem, ...] = ()

    def place(self, row: int, key: str | None = None) -> Place:
        """Where a record's value stands, in the sheet's own words."""
        return Place(self.sheet, row, self.headings.get(key) if key else None)


@dataclass(frozen=True, slots=True)
class Record:
    """One row of a list by the columns' keys; blank cells are left out. `formulas`: keys of computed cells."""

    sheet: str
    row: int
    values: dict[str, Cell]
    formulas: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Candidate:
    rows: tuple[Row, ...]
    headings: dict[int, tuple[str, ...]]
    meanings: dict[int, Named] = field(default_factory=dict)

    @property
    def keys(self) -> set[str]:
        return {meaning.key for meaning in self.meanings.values()}


def find_header(sheet: Sheet, columns: Sequence[Column]) -> Header | None:
    """The row, or two rows, among the first that name the most columns; None if nothing looks like a heading."""
    names = Names(columns)
    best = max(
        (_understood(candidate, names) for candidate in _candidates(sheet)),
        key=lambda candidate: len(candidate.keys),
        default=None,
    )
    if best is None or len(best.keys) < min(FEWEST_COLUMNS, len(columns)):
        return None
    return _header(sheet, columns, best)


def header_missing(sheet: Sheet, columns: Sequence[Column]) -> Problem:
    """The fault of a sheet without a heading."""
    sentence = msg(
        "No heading was found in the first %(rows)d rows; it should name at least %(labels)s.",
        rows=SEARCHED_ROWS,
        labels=_listed([column.label for column in columns if column.required]),
    )
    return Problem("header.not_found", sentence, place=Place(sheet.name))


def records(sheet: Sheet, header: Header) -> Iterator[Record]:
    """The rows under the heading. Headings repeated on every page, totals and signatures below are left out."""
    columns = sorted(header.places.items(), key=lambda pair: pair[1])
    printed = {tuple(row.cells) for row in sheet.rows[: SEARCHED_ROWS + 1] if row.number <= header.last_row}
    merged = _merged_values(sheet, header)
    for row in _without_foot([row for row in sheet.rows if row.number > header.last_row]):
        if tuple(row.cells) not in printed and not _is_total(row):
            values = _values(row, columns, merged.get(row.number, {}))
            if values:
                yield Record(sheet.name, row.number, values, _computed(sheet, row.number, columns))


def _candidates(sheet: Sheet) -> Iterator[_Candidate]:
    """Each of the first rows alone, before each with the row below it: of equals the plainer one wins."""
    first = sheet.rows[:SEARCHED_ROWS]
    for row in first:
        yield _Candidate((row,), {index: (text,) for index, text in _texts(row).items()})
    for upper, lower in zip(first, sheet.rows[1 : SEARCHED_ROWS + 1], strict=False):
        if lower.number == upper.number + 1:
            yield _Candidate((upper, lower), _stacked(sheet, upper, lower))


def _stacked(sheet: Sheet, upper: Row, lower: Row) -> dict[int, tuple[str, ...]]:
    """A two-row heading by column: group and name together, then the name alone; only the group where none is below."""
    groups = _spread(_texts(upper), sheet.merged, upper.number)
    names = _texts(lower)
    return {
        index: _both(groups.get(index, ""), names.get(index, ""), own=index in _texts(upper))
        for index in sorted(groups.keys() | names.keys())
        if index in names or index in _texts(upper)
    }


def _both(group: str, name: str, *, own: bool) -> tuple[str, ...]:
    if not name:
        return (group,) if own else ()
    return (f"{group} {name}", name) if group else (name,)


def _spread(texts: dict[int, str], merged: Sequence[Span], number: int) -> dict[int, str]:
    """Group headings over all the columns they span: as merged, or else up to the next group."""
    spread = dict(texts)
    spans = {span.first_column: span.last_column for span in merged if span.first_row == number}
    starts = sorted(texts)
    for position, start in enumerate(starts):
        following = starts[position + 1] if position + 1 < len(starts) else start + WIDEST_GROUP
        last = min(spans.get(start, start if spans else following - 1), following - 1)
        spread.update(dict.fromkeys(range(start, last + 1), texts[start]))
    return spread


def _texts(row: Row) -> dict[int, str]:
    return {index: cell.strip() for index, cell in enumerate(row.cells) if isinstance(cell, str)}


def _understood(candidate: _Candidate, names: Names) -> _Candidate:
    for index, headings in candidate.headings.items():
        meaning = next((found for heading in headings if (found := names.meaning(heading))), None)
        if meaning is not None:
            candidate.meanings[index] = meaning
    return candidate


def _header(sheet: Sheet, columns: Sequence[Column], found: _Candidate) -> Header:
    places: dict[str, int] = {}
    for index, meaning in found.meanings.items():
        current = places.get(meaning.key)
        if current is None or meaning.rank < found.meanings[current].rank:
            places[meaning.key] = index
    last = found.rows[-1].number
    return Header(
        sheet=sheet.name,
        first_row=found.rows[0].number,
        last_row=last,
        places=places,
        headings={key: _as_written(found, index) for key, index in places.items()},
        problems=tuple(_problems(sheet, columns, found, places)),
    )


def _problems(
    sheet: Sheet, columns: Sequence[Column], found: _Candidate, places: Mapping[str, int]
) -> Iterator[Problem]:
    row = found.rows[-1].number
    for column in columns:
        if column.required and column.key not in places:
            sentence = msg("The list has no column “%(label)s”.", label=column.label)
            yield Problem("header.missing_column", sentence, column.key, place=Place(sheet.name, row))
    for index in found.headings:
        heading = _as_written(found, index)
        meaning = found.meanings.get(index)
        if meaning is None and heading:
            sentence = msg("The column “%(heading)s” is not known and was not read.", heading=heading)
            yield Problem("header.unknown_column", sentence, None, None, "warning", Place(sheet.name, row, heading))
        elif meaning and places[meaning.key] != index and meaning == found.meanings[places[meaning.key]]:
            sentence = msg("The column “%(heading)s” stands in the list twice.", heading=heading)
            yield Problem("header.duplicate_column", sentence, meaning.key, place=Place(sheet.name, row, heading))


def _as_written(found: _Candidate, index: int) -> str:
    return as_text(next(iter(found.headings[index][:1]), ""))


def _listed(labels: Sequence[Message]) -> str:
    return "、".join(str(label) for label in labels)


def _cell(row: Row, index: int) -> Cell:
    return row.cells[index] if index < len(row.cells) else None


def _values(row: Row, columns: Sequence[tuple[str, int]], merged: dict[str, Cell]) -> dict[str, Cell]:
    values, cells, width = dict(merged), row.cells, len(row.cells)
    for key, index in columns:
        if index < width and cells[index] is not None:
            values[key] = cells[index]
    return values


def _computed(sheet: Sheet, number: int, columns: Sequence[tuple[str, int]]) -> tuple[str, ...]:
    if not sheet.formulas:
        return ()
    return tuple(key for key, index in columns if (number, index) in sheet.formulas)


def _is_total(row: Row) -> bool:
    first = next((cell for cell in row.cells if cell is not None), None)
    return isinstance(first, str) and _TOTAL.fullmatch("".join(first.split())) is not None


def _without_foot(rows: list[Row]) -> list[Row]:
    """Without the lines for seals, names and dates that printed lists end with."""
    end = len(rows)
    while end and _is_signature(rows[end - 1]):
        end -= 1
    return rows[:end]


def _is_signature(row: Row) -> bool:
    filled = [cell for cell in row.cells if cell is not None]
    return all(isinstance(cell, str) and _SIGNATURE.fullmatch(cell.strip()) for cell in filled)


def _merged_values(sheet: Sheet, header: Header) -> dict[int, dict[str, Cell]]:
    """What cells merged over several rows mean for each row below the first, by row number."""
    keys = {index: key for key, index in header.places.items()}
    rows = {row.number: row for row in sheet.rows} if any(_is_tall(span) for span in sheet.merged) else {}
    values: dict[int, dict[str, Cell]] = {}
    reached: dict[int, int] = dict.fromkeys(keys, header.last_row)
    for span in sorted(filter(_is_tall, sheet.merged)):
        column = span.first_column
        if span.first_row not in rows or span.first_row <= reached.get(column, span.first_row):
            continue  # not one of our columns, in the heading, or laid over another merge
        reached[column] = min(span.last_row, sheet.rows[-1].number)
        cell = _cell(rows[span.first_row], column)
        for number in range(span.first_row + 1, reached[column] + 1):
            values.setdefault(number, {})[keys[column]] = cell
    return values


def _is_tall(span: Span) -> bool:
    return span.last_row > span.first_row
