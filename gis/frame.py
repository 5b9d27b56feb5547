"""A table held as columns: one array a field, a million rows without a million objects.

Text columns are arrays of `str` objects, "" for nothing; number columns are float64, NaN for nothing; `geometry` holds
Shapely's objects, None for nothing. A field that nobody filled has no column and reads as all empty, so that wide
tables cost what they hold.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Text = NDArray[np.object_]
"""An array of `str`."""
Number = NDArray[np.float64]
Index = NDArray[np.intp]
Mask = NDArray[np.bool_]
SHAPE = "geometry"


@dataclass(frozen=True, slots=True)
class Frame:
    """Columns of one length, by field name."""

    length: int
    columns: Mapping[str, NDArray[Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, column in self.columns.items():
            if len(column) != self.length:
                raise ValueError(f"{name} has {len(column)} rows, not {self.length}")

    def __len__(self) -> int:
        return self.length

    def __iter__(self) -> Iterator[str]:
        return iter(self.columns)

    def has(self, name: str) -> bool:
        """Whether anybody filled the field."""
        return name in self.columns

    def text(self, name: str) -> Text:
        """A text column; all "" where there is none."""
        found = self.columns.get(name)
        return np.full(self.length, "", dtype=object) if found is None else found

    def number(self, name: str) -> Number:
        """A number column; all NaN where there is none."""
        found = self.columns.get(name)
        return np.full(self.length, np.nan) if found is None else found.astype(np.float64, copy=False)

    def with_columns(self, **columns: NDArray[Any]) -> "Frame":
        """The same table with columns added or replaced."""
        return Frame(self.length, {**self.columns, **columns})

    def without(self, *names: str) -> "Frame":
        """The same table without some columns."""
        return Frame(self.length, {name: column for name, column in self.columns.items() if name not in names})

    def take(self, rows: Index | Mask | slice) -> "Frame":
        """Some of the rows, in the order they are named."""
        kept = {name: column[rows] for name, column in self.columns.items()}
        return Frame(len(np.arange(self.length)[rows]), kept)

    def row(self, at: int) -> dict[str, Any]:
        """One row as plain values."""
        return {name: column[at] for name, column in self.columns.items()}


def empty() -> Frame:
    """A table without rows."""
    return Frame(0)


def stack(frames: Sequence[Frame]) -> Frame:
    """Tables one below the other; a field that only some have is empty in the others."""
    kept = [frame for frame in frames if len(frame)]
    if len(kept) == 1:
        return kept[0]  # its columns are never written to
    names = list(dict.fromkeys(name for frame in kept for name in frame))
    columns = {name: np.concatenate([_column(frame, name, kept) for frame in kept]) for name in names}
    return Frame(sum(map(len, kept)), columns)


def _column(frame: Frame, name: str, frames: Sequence[Frame]) -> NDArray[Any]:
    if frame.has(name):
        return frame.columns[name]
    other = next(other.columns[name] for other in frames if other.has(name))
    if other.dtype.kind == "O":
        return np.full(len(frame), None, dtype=object) if name == SHAPE else frame.text(name)
    shape = (len(frame), *other.shape[1:])
    return np.full(shape, np.nan) if other.dtype.kind == "f" else np.zeros(shape, dtype=other.dtype)


def coded(column: Text) -> tuple[NDArray[np.int32], list[str]]:
    """A text column as numbers into the list of its different values, in order of first appearance."""
    values = column.tolist()
    known = {value: number for number, value in enumerate(dict.fromkeys(values))}
    return np.fromiter(map(known.__getitem__, values), np.int32, len(values)), list(known)


def mapped(column: Text, change: Mapping[str, str]) -> Text:
    """A text column with each different value replaced once; values without a replacement stay."""
    numbers, values = coded(column)
    return np.array([change.get(value, value) for value in values], dtype=object)[numbers]
