"""What a spatial store can do, whichever database it stands on.

The caller gives the connection and owns the transaction.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry
from sqlalchemy import ColumnElement, Connection

from gis.frame import Frame
from gis.store.tables import POINT_NUMBERS, POINT_TEXT, SEGMENT_NUMBERS, SEGMENT_TEXT

Fids = NDArray[np.int64]
Kinds = Sequence[tuple[str, str]]
"""(major, minor) pairs; ("PS", "") means every minor of PS."""

Layer = Literal["segment", "point"]
Operator = Literal["=", "in", "between", "contains"]
COUNTED = 10_000
"""Counting every match of a large area costs more than the query: lists count this far."""

DATE_FIELDS = frozenset({"built_on", "ended_on", "surveyed_on"})
TEXT_FIELDS = frozenset({*POINT_TEXT, *SEGMENT_TEXT, "major", "minor"}) - DATE_FIELDS
NUMBER_FIELDS = frozenset({*POINT_NUMBERS, *SEGMENT_NUMBERS, "depth", "size"})
"""`depth` is the span between a segment's two depths in metres, `size` its larger dimension in millimetres."""


class ConditionError(ValueError):
    """A condition that cannot be asked: a stable code and the values that explain it.

    Codes: `field` (no such field), `operator` (not for this field), `value` (not of the field's type).
    """

    def __init__(self, code: str, values: Sequence[object] = ()) -> None:
        super().__init__(code, *values)
        self.code = code
        self.values = tuple(values)


Value = str | float | Sequence[str] | Sequence[float] | tuple[str | float | None, str | float | None]


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition on a field; raises ConditionError when it makes no sense.

    "between" takes (least, most), either None for open; on a date, "1998" or "1998-05" count as the whole year or
    month. "in" takes a sequence. "contains" is for text.
    """

    field: str
    operator: Operator
    value: Value

    def __post_init__(self) -> None:
        check_condition(self)


def check_condition(condition: Condition) -> None:
    """Raise ConditionError unless field, operator and value fit together."""
    name, operator, value = condition.field, condition.operator, condition.value
    kind: type | tuple[type, ...] = (int, float) if name in NUMBER_FIELDS else str
    if name not in TEXT_FIELDS | NUMBER_FIELDS | DATE_FIELDS:
        raise ConditionError("field", (name,))
    if operator not in _operators(name):
        raise ConditionError("operator", (name, operator))
    if operator == "between":
        fits = isinstance(value, tuple) and len(value) == 2 and all(v is None or isinstance(v, kind) for v in value)
    elif operator == "in":
        fits = isinstance(value, Sequence) and not isinstance(value, str) and all(isinstance(v, kind) for v in value)
    else:
        fits = isinstance(value, kind)
    if not fits:
        raise ConditionError("value", (name, value))


def _operators(name: str) -> set[str]:
    if name in NUMBER_FIELDS:
        return {"=", "in", "between"}
    return {"=", "in", "between"} if name in DATE_FIELDS else {"=", "in", "contains"}


Predicate = Literal["intersects", "within", "contains", "crosses", "touches", "overlaps", "equals", "dwithin"]


@dataclass(frozen=True, slots=True)
class Spatial:
    """A relation of the row's geometry to a shape in the store's CRS; `distance` in metres for "dwithin"."""

    predicate: Predicate
    shape: BaseGeometry
    distance: float = 0.0


Columns = Mapping[str, ColumnElement[Any]]
Filter = Callable[[Columns, Callable[[Spatial], ColumnElement[bool]]], ColumnElement[bool]]
"""A free condition over the columns of a table (see gis.cql); its spatial parts are answered by the store."""


@dataclass(frozen=True, slots=True)
class Where:
    """Which rows: of these versions, of these kinds (None for all) but never of the hidden ones, on all conditions.

    `as_of` leaves out what was built after that day or had ended by it; None leaves nothing out for its dates.
    `fids` narrows to these rows. A condition on a field that only segments have says nothing of points, and the
    reverse.
    """

    versions: Sequence[int]
    kinds: Kinds | None = None
    hidden: Kinds = ()
    conditions: tuple[Condition, ...] = ()
    as_of: date | None = None
    filter: Filter | None = None
    fids: Sequence[int] | None = None


@dataclass(frozen=True, slots=True)
class Area:
    """A shape in the store's CRS; touching its edge counts as inside. No shape means everywhere."""

    geometry: Polygon | MultiPolygon | None = None


EVERYWHERE = Area()


class Bounds(NamedTuple):
    """West, south, east, north in metres of the store's CRS."""

    west: float
    south: float
    east: float
    north: float


class Near(NamedTuple):
    """A row and its distance in the plane, in metres."""

    fid: int
    distance: float


class Count(NamedTuple):
    """How many; `more` when counting stopped there."""

    number: int
    more: bool


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows in the order of their fid; `next_after` continues, None at the end."""

    rows: Frame
    next_after: int | None


@dataclass(frozen=True, slots=True)
class Total:
    """Sums over the rows that share `values`; lengths in metres, 0 for points.

    `length3d` takes the plan length where a height is missing.
    """

    values: Mapping[str, object]
    count: int
    length: float = 0.0
    length3d: float = 0.0


@dataclass(frozen=True, slots=True)
class Added:
    """What `add` wrote: how many, and the first fid of each table's contiguous run."""

    points: int
    segments: int
    first_point: int
    first_segment: int
    unplaced: int = field(default=0)
    """Rows without usable coordinates: kept and listed, but found by no area."""


class SpatialStore(Protocol):
    """Points and segments by version. Frames that come back have `fid`, `version_id` and `geometry` (shapely)."""

    def add(self, connection: Connection, version_id: int, points: Frame, segments: Frame) -> Added:
        """Write rows in spatial order (see `rows.chunks` for large hand-overs, one transaction a chunk)."""

    def remove(self, connection: Connection, version_id: int, at_most: int) -> int:
        """Delete up to `at_most` rows of a version; 0 when none is left."""

    def end(self, connection: Connection, fids: Fids, ended_on: str) -> None:
        """Note that segments were replaced or removed on a day ("" takes it back)."""

    def ids(self, connection: Connection, area: Area, where: Where, layer: Layer = "segment") -> Fids:
        """Exactly the rows that meet the area, sorted."""

    def segments(
        self, connection: Connection, which: Fids | tuple[Area, Where], fields: Sequence[str] | None = None
    ) -> Frame:
        """Rows by fid, or by area; `fields` None for all. In the order of fid."""

    def points(
        self, connection: Connection, which: Fids | tuple[Area, Where], fields: Sequence[str] | None = None
    ) -> Frame:
        """The same for points."""

    def segments_at(self, connection: Connection, point_no: str, where: Where) -> Frame:
        """The segments that begin or end at a point number."""

    def points_numbered(self, connection: Connection, point_no: str, where: Where) -> Frame:
        """The points that bear a number; kinds share numbers."""

    def page(
        self,
        connection: Connection,
        area: Area,
        where: Where,
        after: int | None,
        size: int,
        fields: Sequence[str] | None = None,
        layer: Layer = "segment",
    ) -> Page:
        """The next `size` rows after a fid."""

    def count(
        self, connection: Connection, area: Area, where: Where, cap: int = COUNTED, layer: Layer = "segment"
    ) -> Count:
        """How many rows, counted up to `cap`."""

    def totals(
        self, connection: Connection, area: Area, where: Where, by: tuple[str, ...] = (), *, clip: bool = False
    ) -> list[Total]:
        """Count and lengths by up to two fields; clipped, only the length inside the area is summed."""

    def point_totals(self, connection: Connection, area: Area, where: Where, by: tuple[str, ...] = ()) -> list[Total]:
        """Count of points by up to two fields."""

    def nearest(
        self, connection: Connection, east: float, north: float, radius: float, where: Where, n: int = 1
    ) -> list[Near]:
        """The `n` nearest segments within `radius` metres, nearest first."""

    def tile(self, connection: Connection, z: int, x: int, y: int, where: Where) -> bytes:
        """A vector tile (MVT, WebMercatorQuad), b"" when empty. Below z14 it heeds only versions and kinds."""

    def build_overview(self, connection: Connection, version_id: int) -> int:
        """Make the tiles below z14 of a version anew; how many rows were written."""

    def extent(self, connection: Connection, versions: Sequence[int]) -> Bounds | None:
        """Where the versions' rows lie. Reads every one of them: keep the answer with the version."""
