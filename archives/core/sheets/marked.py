"""The answer to a faulty list: the same rows in a new workbook, every fault marked where it stands and listed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from xlsxwriter.exceptions import OverlappingRange
from xlsxwriter.worksheet import Worksheet

from archives.core.language import msg
from archives.core.problems import Problem
from archives.core.sheets.book import Book, Target
from archives.core.sheets.header import Header
from archives.core.sheets.sheet import Sheet, column_letters
from archives.core.sheets.write import PROBLEMS

# Beyond these numbers spreadsheet programs become slow, or refuse; the list of problems still names every fault.
MOST_COMMENTS = 20_000
MOST_LINKS = 60_000

_LIST_WIDTHS = (20, 8, 16, 10, 28, 60, 36)
_COMMENT = {"x_scale": 2, "y_scale": 1.2}

# The problems of each faulty cell, by row number and then by column.
Faults = Mapping[int, Mapping[int, Sequence[Problem]]]


def write_marked(
    target: Target, sheets: Sequence[Sheet], headers: Iterable[Header], problems: Sequence[Problem]
) -> None:
    """Write `sheets` again with their faults in red, each explained by a comment, after a sheet that lists them all.

    Cells that are merged stay merged, and every row keeps its number, so that the corrected workbook can come back.
    """
    by_sheet = {header.sheet: header for header in headers}
    with Book(target, in_order=not any(sheet.merged for sheet in sheets)) as book:
        listing, _ = book.add_sheet(str(PROBLEMS))
        names = {sheet.name: _write_copy(book, sheet, by_sheet.get(sheet.name), problems) for sheet in sheets}
        _write_listing(book, listing, problems, by_sheet, names)
        listing.activate()


def _write_copy(book: Book, sheet: Sheet, header: Header | None, problems: Sequence[Problem]) -> str:
    copy, name = book.add_sheet(sheet.name)
    faults = _faults(sheet, header, problems)
    if header is not None:
        copy.freeze_panes(header.last_row, 0)
    for index, width in enumerate(_widths(sheet)):
        copy.set_column(index, index, width)
    _merge(copy, sheet)
    _write_rows(book, copy, sheet, faults)
    return name


def _write_rows(book: Book, copy: Worksheet, sheet: Sheet, faults: Faults) -> None:
    """Rows and their comments from top to bottom: the workbook does not go back to a row it has left."""
    filled = {row.number: row.cells for row in sheet.rows}
    comments = 0
    for number in sorted(filled.keys() | faults.keys()):
        cells, marks = filled.get(number, []), faults.get(number, {})
        for column in range(max(len(cells), max(marks, default=-1) + 1)):
            cell = cells[column] if column < len(cells) else None
            book.write(copy, number - 1, column, cell, faulty=column in marks)
        comments += len(marks)
        if marks and comments <= MOST_COMMENTS:
            _comment(copy, number, marks)


def _comment(copy: Worksheet, number: int, marks: Mapping[int, Sequence[Problem]]) -> None:
    for column, problems in marks.items():
        copy.write_comment(number - 1, column, "\n\n".join(map(_explained, problems)), _COMMENT)


def _explained(problem: Problem) -> str:
    return "\n".join(part for part in (problem.code, str(problem.message), problem.clause) if part)


def _faults(sheet: Sheet, header: Header | None, problems: Sequence[Problem]) -> Faults:
    faults = defaultdict[int, defaultdict[int, list[Problem]]](lambda: defaultdict(list))
    for problem in problems:
        if problem.place.sheet == sheet.name and problem.place.row:
            faults[problem.place.row][_column(problem, header)].append(problem)
    return faults


def _column(problem: Problem, header: Header | None) -> int:
    """The column a problem speaks of; the first if it speaks of the whole row."""
    if header is None:
        return 0
    if problem.field in header.places:
        return header.places[problem.field]
    named = (key for key, heading in header.headings.items() if heading == problem.place.column)
    return header.places.get(next(named, ""), 0)


def _merge(copy: Worksheet, sheet: Sheet) -> None:
    for span in sheet.merged:
        try:
            copy.merge_range(span.first_row - 1, span.first_column, span.last_row - 1, span.last_column, "")
        except OverlappingRange:
            continue  # a workbook may be wrong about its own merges; the values are written all the same


def _widths(sheet: Sheet) -> list[float]:
    """Widths that show the first rows; a Chinese character takes two."""
    widths: dict[int, float] = {}
    for row in sheet.rows[:50]:
        for column, cell in enumerate(row.cells):
            wanted = sum(2 if ord(sign) > 0x2E7F else 1 for sign in str(cell or "")) + 2
            widths[column] = max(widths.get(column, 8), min(wanted, 48))
    return [widths[column] for column in sorted(widths)]


def _write_listing(
    book: Book,
    listing: Worksheet,
    problems: Sequence[Problem],
    headers: Mapping[str, Header],
    names: Mapping[str, str],
) -> None:
    listing.freeze_panes(1, 0)
    headings = (msg("Sheet"), msg("Row"), msg("Column"), msg("Kind"), msg("Code"), msg("Problem"), msg("Clause"))
    for index, (heading, width) in enumerate(zip(headings, _LIST_WIDTHS, strict=True)):
        listing.set_column(index, index, width)
        listing.write_string(0, index, str(heading), book.look("heading"))
    for number, problem in enumerate(problems, 1):
        _write_problem(book, listing, number, problem)
        sheet, row = problem.place.sheet, problem.place.row
        if sheet and row and sheet in names and number <= MOST_LINKS:
            cell = f"{column_letters(_column(problem, headers.get(sheet)))}{row}"
            quoted = names[sheet].replace("'", "''")
            listing.write_url(number, 1, f"internal:'{quoted}'!{cell}", book.look("link"), str(row))


def _write_problem(book: Book, listing: Worksheet, number: int, problem: Problem) -> None:
    kind = msg("error") if problem.severity == "error" else msg("warning")
    place = problem.place
    values = (place.sheet, place.row, place.column, str(kind), problem.code, str(problem.message), problem.clause)
    for index, value in enumerate(values):
        book.write(listing, number, index, value)
