"""Lists to give away: plain tables that come back unchanged, and templates that say how to fill them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from xlsxwriter.worksheet import Worksheet

from archives.core.language import LANGUAGES, Message, msg, speaking
from archives.core.sheets.book import Book, Target
from archives.core.sheets.columns import Column, ColumnKind
from archives.core.sheets.sheet import Cell

PROBLEMS = msg("Problems")
HOW_TO_FILL_IN = msg("How to fill in")

PAPER_A4 = 9
TEMPLATE_ROWS = 5_000
LONGEST_CHOICES = 255

_COLUMN_LOOKS: dict[ColumnKind, str] = {"text": "text", "date": "date", "integer": "number", "number": "number"}


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet: its columns, and rows by the columns' keys; what has no column is not written."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Mapping[str, Cell]] = ()


def write_table(target: Target, *tables: Table) -> None:
    """Write each table on a sheet of its own: heading frozen and printed on every page, text kept as text."""
    with Book(target) as book:
        for table in tables:
            _write_sheet(book, table, marks_required=False)


def write_template(target: Target, tables: Sequence[Table], notes: Sequence[Message] = ()) -> None:
    """Write empty lists to fill (a table's rows are its examples) and a sheet that explains every column."""
    with Book(target) as book:
        for table in tables:
            sheet = _write_sheet(book, table, marks_required=True)
            for index, column in enumerate(table.columns):
                _offer_choices(sheet, index, column)
        _write_notes(book, tables, notes)


@cache
def own_sheet_names() -> frozenset[str]:
    """The sheets that we add ourselves, in every language: no list, should the workbook come back."""
    names = set()
    for language in LANGUAGES:
        with speaking(language):
            names |= {str(PROBLEMS), str(HOW_TO_FILL_IN)}
    return frozenset(names)


def _write_sheet(book: Book, table: Table, *, marks_required: bool) -> Worksheet:
    sheet, _ = book.add_sheet(table.name)
    _set_page(sheet)
    for index, column in enumerate(table.columns):
        sheet.set_column(index, index, column.width, book.look(_COLUMN_LOOKS[column.kind]))
        marked = marks_required and column.required
        heading = f"{column.label}*" if marked else str(column.label)
        sheet.write_string(0, index, heading, book.look("required" if marked else "heading"))
    keys = [column.key for column in table.columns]
    for number, values in enumerate(table.rows, 1):
        for index, key in enumerate(keys):
            book.write(sheet, number, index, values.get(key))
    return sheet


def _set_page(sheet: Worksheet) -> None:
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.set_paper(PAPER_A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _offer_choices(sheet: Worksheet, index: int, column: Column) -> None:
    """A drop-down list; it warns and does not forbid, for other spellings are understood too."""
    joined = ",".join(column.choices)
    if joined and len(joined) <= LONGEST_CHOICES:
        offered = {"validate": "list", "source": list(column.choices), "error_type": "warning"}
        sheet.data_validation(1, index, TEMPLATE_ROWS, index, offered)


def _write_notes(book: Book, tables: Sequence[Table], notes: Sequence[Message]) -> None:
    sheet, _ = book.add_sheet(str(HOW_TO_FILL_IN))
    for index, width in enumerate((18, 18, 10, 36, 60)):
        sheet.set_column(index, index, width, book.look("wrapped"))
    for number, note in enumerate(notes):
        sheet.write_string(number, 0, str(note), book.look("text"))
    lines = [_headings(), *(_explained(table, column) for table in tables for column in table.columns)]
    for number, line in enumerate(lines, len(notes) + 1 if notes else 0):
        for index, text in enumerate(line):
            sheet.write_string(number, index, text, book.look("heading" if line is lines[0] else "wrapped"))


def _headings() -> tuple[str, ...]:
    words = (msg("List"), msg("Heading"), msg("Needed"), msg("Values"), msg("Explanation"))
    return tuple(str(word) for word in words)


def _explained(table: Table, column: Column) -> tuple[str, ...]:
    needed = str(msg("yes")) if column.required else ""
    note = str(column.note) if column.note else ""
    return table.name, str(column.label), needed, "、".join(column.choices), note
