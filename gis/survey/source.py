"""What a file of geodata gives, and why it may be refused."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis.survey.grid import Coded
from gis.survey.raw import ColumnTable, Given
from gis.survey.shapes import LINE, POINT, Shapes


class SurveyFileError(ValueError):
    """A file that cannot be read: a stable code and the values that explain it (its name comes first).

    Codes: `unreadable`, `damaged`, `empty`, `dwg` (version), `encrypted`, `parts_missing` (missing endings),
    `dxf_version` (version), `no_pipe_layers` (layers met), `wrong_driver` (driver), `mdb_tool_missing`
    (program), `mdb_failed`.
    """

    def __init__(self, code: str, values: tuple[object, ...] = ()) -> None:
        super().__init__(code, *values)
        self.code = code
        self.values = values


@dataclass(frozen=True, slots=True)
class GeoFile:
    """The tables of a file, and the reference system that it declares ("" where it does not)."""

    tables: tuple[Given, ...]
    crs: str = ""

    def __iter__(self) -> Iterator[Given]:
        """Its tables."""
        return iter(self.tables)


def by_shape(name: str, headers: tuple[str, ...], columns: tuple[Any, ...], shapes: Shapes | None) -> list[ColumnTable]:
    """A layer as one table, or as one of its points and one of its lines where it mixes them.

    Of two, each has the columns that its own rows fill: what tells lines from points are their columns.
    """
    if shapes is None or not ((shapes.dimensions == POINT).any() and (shapes.dimensions == LINE).any()):
        return [ColumnTable(name, headers, columns, shapes)]
    tables = []
    for dimension in (POINT, LINE):
        rows = np.flatnonzero(shapes.dimensions == dimension)
        own = [(header, _taken(column, rows)) for header, column in zip(headers, columns, strict=True)]
        kept = [(header, column) for header, column in own if _is_filled(column)]
        table = tuple(header for header, _ in kept), tuple(column for _, column in kept)
        tables.append(ColumnTable(name, *table, shapes.taken(rows)))
    return tables


def _is_filled(column: Any) -> bool:
    """Whether any row holds something."""
    if isinstance(column, np.ndarray) and column.dtype.kind in "fM":
        return not np.isnan(column).all()
    cells = column.occurring()[1] if isinstance(column, Coded) else column
    return any(cell not in (None, "", b"") for cell in cells)


def _taken(column: Any, rows: NDArray[np.intp]) -> Any:
    if isinstance(column, Coded):
        return column.taken(rows)
    return column[rows] if isinstance(column, np.ndarray) else [column[row] for row in rows]
