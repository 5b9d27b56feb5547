"""Tables of a million rows by column: what stands in many rows is kept once, what differs in each as plain bytes.

So a hand-over takes as much memory as its file, and each different cell need be understood once only.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import zip_longest
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

FEW = 4_096
"""So many different cells are always kept as such; more of them only where each stands in several rows."""
SEVERAL = 4
LONGEST = 64
"""Letters; longer cells are not laid out in bytes, for the longest sets the width of all."""

Cells = Sequence[Any] | NDArray[Any]


class Coded(Sequence[Any]):
    """A column as numbers into a list of cells, each of which is listed once."""

    __slots__ = ("different", "numbers")

    def __init__(self, numbers: NDArray[np.int32], different: list[Any]) -> None:
        self.numbers = numbers
        self.different = different

    def __len__(self) -> int:
        return len(self.numbers)

    @overload
    def __getitem__(self, at: int) -> Any: ...
    @overload
    def __getitem__(self, at: slice) -> "Coded": ...
    def __getitem__(self, at: int | slice) -> Any:
        if isinstance(at, slice):
            return Coded(self.numbers[at], self.different)
        return self.different[self.numbers[at]]

    def taken(self, rows: NDArray[np.intp]) -> "Coded":
        """Some of the rows."""
        return Coded(self.numbers[rows], self.different)

    def occurring(self) -> tuple[NDArray[np.int32], list[Any]]:
        """The numbers, and the cells that some row holds; cells that no row holds are left out."""
        there = np.bincount(self.numbers, minlength=len(self.different)) > 0
        if there.all():
            return self.numbers, self.different
        moved = np.cumsum(there, dtype=np.int32) - 1
        kept = [cell for cell, has in zip(self.different, there.tolist(), strict=True) if has]
        return moved.astype(np.int32)[self.numbers], kept


class Gathering:
    """One column as its cells come in; `tidy` makes of each cell what is kept of it."""

    def __init__(self, tidy: Callable[[Any], Any] | None = None) -> None:
        self._tidy = tidy
        self._index: dict[Any, int] = {}
        self._numbers: list[NDArray[np.int32]] = []
        self._spread: list[NDArray[Any]] | None = None
        self._count = 0

    def add(self, cells: Sequence[Any]) -> None:
        """More cells below those that came."""
        if self._spread is not None:
            self._spread.append(_packed(cells, self._tidy))
            return
        self._count += len(cells)
        try:
            self._numbers.append(self._coded(cells))
        except KeyError:
            self._add_fresh(cells)

    def _add_fresh(self, cells: Sequence[Any]) -> None:
        """Cells some of which were never met."""
        index = self._index
        fresh = [cell for cell in dict.fromkeys(cells) if cell not in index]
        index.update(zip(fresh, range(len(index), len(index) + len(fresh)), strict=True))
        if len(index) > FEW and len(index) * SEVERAL > self._count:
            self._spread_out()
            self._spread = [*(self._spread or ()), _packed(cells, self._tidy)]
        else:
            self._numbers.append(self._coded(cells))

    def column(self) -> Cells:
        """The whole column."""
        if self._spread is None:
            numbers = np.concatenate(self._numbers) if self._numbers else np.empty(0, np.int32)
            return Coded(numbers, list(map(self._tidy, self._index) if self._tidy else self._index))
        kinds = {piece.dtype.kind for piece in self._spread}
        return np.concatenate(self._spread if len(kinds) == 1 else [as_objects(piece) for piece in self._spread])

    def _coded(self, cells: Sequence[Any]) -> NDArray[np.int32]:
        return np.fromiter(map(self._index.__getitem__, cells), np.int32, len(cells))

    def _spread_out(self) -> None:
        """Too many different cells: from here on each row keeps its own."""
        different = list(self._index)
        self._spread = [_packed([different[at] for at in part.tolist()], self._tidy) for part in self._numbers]
        self._index, self._numbers = {}, []


class Grid(Sequence[tuple[int, Sequence[Any]]]):
    """Rows as a list of them reads, kept by column."""

    __slots__ = ("columns", "numbers")

    def __init__(self, numbers: NDArray[np.int64], columns: tuple[Cells, ...]) -> None:
        self.numbers = numbers
        self.columns = columns

    def __len__(self) -> int:
        return len(self.numbers)

    @overload
    def __getitem__(self, at: int) -> tuple[int, Sequence[Any]]: ...
    @overload
    def __getitem__(self, at: slice) -> list[tuple[int, Sequence[Any]]]: ...
    def __getitem__(self, at: int | slice) -> Any:
        if isinstance(at, slice):
            return [self._row(row) for row in range(*at.indices(len(self)))]
        return self._row(at)

    def below(self, first: int) -> "Grid":
        """The rows from index `first` on."""
        return Grid(self.numbers[first:], tuple(column[first:] for column in self.columns))

    def _row(self, at: int) -> tuple[int, list[Any]]:
        cells = [_cell(column[at]) for column in self.columns]
        while cells and cells[-1] is None:
            cells.pop()
        return int(self.numbers[at]), cells


def grid_of(parts: Iterable[tuple[Sequence[int], Sequence[Sequence[str]]]]) -> Grid:
    """Numbers of rows and their cells, some rows at a time, by column; blank cells are None."""
    columns: list[Gathering] = []
    numbers: list[NDArray[np.int64]] = []
    count = 0
    for numbered, rows in parts:
        for at, cells in enumerate(zip_longest(*rows, fillvalue="")):
            if at == len(columns):
                columns.append(Gathering(_filled))
                columns[at].add([""] * count)
            columns[at].add(cells)
        for gathering in columns[max(map(len, rows), default=0) :]:
            gathering.add([""] * len(rows))
        numbers.append(np.array(numbered, dtype=np.int64))
        count += len(rows)
    whole = np.concatenate(numbers) if numbers else np.empty(0, np.int64)
    return Grid(whole, tuple(gathering.column() for gathering in columns))


def as_objects(cells: NDArray[Any]) -> NDArray[np.object_]:
    """Cells laid out in bytes as text; blank ones are None."""
    if cells.dtype.kind != "S":
        return cells
    found = np.char.decode(cells, "ascii").astype(np.object_)
    found[cells == b""] = None
    return found


def _filled(cell: str) -> str | None:
    return cell if cell and not cell.isspace() else None


def _cell(cell: Any) -> Any:
    return (cell.decode("ascii") or None) if isinstance(cell, bytes) else cell


def _packed(cells: Sequence[Any], tidy: Callable[[Any], Any] | None) -> NDArray[Any]:
    """Cells in bytes where all are short and plain, else as they are."""
    if set(map(type, cells)) <= {str, type(None)}:
        texts = [cell or "" for cell in cells]
        joined = "".join(texts)
        if joined.isascii() and "\0" not in joined and max(map(len, texts), default=0) <= LONGEST:
            spaced = joined.split(None, 1) != [joined]
            return np.array([tidy(text) or "" for text in texts] if tidy and spaced else texts, dtype=np.bytes_)
    found = np.empty(len(cells), dtype=np.object_)
    found[:] = list(map(tidy, cells)) if tidy else list(cells)
    return found
