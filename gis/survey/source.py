"""What a file of geodata gives, and why it may be refused."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.survey.grid import Coded
from gis.survey.raw import ColumnTable, Given


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


def by_shape(
    name: str, headers: tuple[str, ...], columns: tuple[Any, ...], shapes: NDArray[np.object_] | None
) -> list[ColumnTable]:
    """A layer as one table, or as one of its points and one of its lines where it mixes them."""
    if shapes is None:
        return [ColumnTable(name, headers, columns)]
    plain = _single(shapes)
    dimensions = shapely.get_dimensions(plain)
    if not ((dimensions == 0).any() and (dimensions == 1).any()):
        return [ColumnTable(name, headers, columns, plain)]
    tables = []
    for dimension in (0, 1):
        rows = np.flatnonzero(dimensions == dimension)
        tables.append(ColumnTable(name, headers, tuple(_taken(column, rows) for column in columns), plain[rows]))
    return tables


def _single(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Collections of one are that one."""
    alone = (shapely.get_type_id(shapes) > shapely.GeometryType.POLYGON) & (shapely.get_num_geometries(shapes) == 1)
    plain = shapes.copy()
    plain[alone] = shapely.get_geometry(shapes[alone], 0)
    return plain


def _taken(column: Any, rows: NDArray[np.intp]) -> Any:
    if isinstance(column, Coded):
        return column.taken(rows)
    return column[rows] if isinstance(column, np.ndarray) else [column[row] for row in rows]
