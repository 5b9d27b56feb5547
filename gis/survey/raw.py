"""Tables as they come from a file, before anybody knows what their columns mean."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis.survey.grid import Grid
from gis.survey.shapes import Shapes

Cell = str | int | float | bool | date | datetime | time | timedelta | None
Span = tuple[int, int, int, int]
"""Merged cells: first row, first column, last row, last column; rows as numbered, columns from 0, both ends within."""
Row = tuple[int, Sequence[Cell]]
"""A row's number as the spreadsheet shows it, and its cells from column A on; trailing blanks may be cut."""


@dataclass(frozen=True, slots=True)
class RawTable:
    """One sheet, its titles and headers still among the rows. Blank rows may be left out, of a `Grid` they are."""

    name: str
    rows: Sequence[Row]
    merged: Sequence[Span] = ()

    @property
    def length(self) -> int:
        """Its rows, titles and headers among them."""
        return len(self.rows)


@dataclass(frozen=True, slots=True)
class ColumnTable:
    """One layer of a file that knows its columns: a list of cells or an array for each header.

    `shapes` are its points or lines where the file had shapes.
    """

    name: str
    headers: tuple[str, ...]
    columns: tuple[Sequence[Any] | NDArray[Any], ...]
    shapes: Shapes | None = None

    @property
    def length(self) -> int:
        """Its rows."""
        if self.columns:
            return len(self.columns[0])
        return 0 if self.shapes is None else len(self.shapes)


_BLANKS = frozenset({None, "", " ", "\u3000"})

Given = RawTable | ColumnTable


@dataclass(frozen=True, slots=True)
class Body:
    """The rows below a header, to be read column by column; `numbers` are their numbers in the source."""

    numbers: NDArray[np.int64]
    cells: tuple[Sequence[Cell], ...] | ColumnTable | Grid

    def __len__(self) -> int:
        return len(self.numbers)

    def column(self, at: int) -> Sequence[Any] | NDArray[Any]:
        """The cells of one column, None where a row is too short."""
        if isinstance(self.cells, ColumnTable | Grid):
            return self.cells.columns[at]
        try:
            return [cells[at] for cells in self.cells]
        except IndexError:
            return [cells[at] if at < len(cells) else None for cells in self.cells]

    def first_rows(self, count: int) -> Sequence[Sequence[Cell]]:
        """The cells of the first rows; none of a table that knows its columns, and so has none without a header."""
        if isinstance(self.cells, ColumnTable):
            return ()
        return [cells for _, cells in self.cells[:count]] if isinstance(self.cells, Grid) else self.cells[:count]


def body_below(table: RawTable, first: int) -> Body:
    """The rows from index `first` on that hold anything."""
    if isinstance(table.rows, Grid):
        grid = table.rows.below(first)
        return Body(grid.numbers, grid)
    rows = table.rows[first:]
    kept = [row for row in rows if (row[1] and row[1][0] not in _BLANKS) or any(map(_filled, row[1]))]
    numbers = np.fromiter((number for number, _ in kept), np.int64, len(kept))
    return Body(numbers, tuple([cells for _, cells in kept]))


def body_of(table: ColumnTable) -> Body:
    """Every row, numbered from 1."""
    return Body(np.arange(1, table.length + 1, dtype=np.int64), table)


def _filled(cell: Cell) -> bool:
    return cell is not None and cell != "" and not (isinstance(cell, str) and cell.isspace())
