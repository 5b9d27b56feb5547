"""What both stores do alike: reading rows as columns, pages, counts, sums, and the tiles from afar."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Connection, Select, Table, delete, func, or_, select, update

from gis.frame import Frame, Number
from gis.store.conditions import Test, of_kinds, test_of
from gis.store.contract import (
    COUNTED,
    DATE_FIELDS,
    NUMBER_FIELDS,
    TEXT_FIELDS,
    Added,
    Area,
    Bounds,
    ConditionError,
    Count,
    Fids,
    Layer,
    Near,
    Page,
    Spatial,
    Total,
    Where,
)
from gis.store.overview import EXTENT, FIRST_LIVE, Drawn, pieces, thinned, together
from gis.store.rows import Rows, point_rows, segment_rows
from gis.store.shapes import geometries_of
from gis.store.tables import GEOMETRY, StoreTables
from gis.tiles import TileFit, encoded_layer, tile_fit

Which = Fids | tuple[Area, Where]
HIGHEST_ZOOM = 24
CHUNK = 100_000
"""Rows read at a time when all of a version are."""
POINTS_FROM = 16
"""The zoom from which a tile shows points."""


class Store(ABC):
    """A store on the given tables; `crs` is the EPSG code of its plane, which only tiles need."""

    @property
    @abstractmethod
    def header(self) -> bytes:
        """What stands before the WKB of a stored geometry."""

    def __init__(self, tables: StoreTables, crs: int) -> None:
        self.tables = tables
        self.crs = crs

    def add(self, connection: Connection, version_id: int, points: Frame, segments: Frame) -> Added:
        """Write rows in spatial order, each table's fids one contiguous run."""
        lines = segment_rows(points, segments, self.header)
        places = point_rows(points, self.header)
        first_point = self._write(connection, self.tables.point, version_id, places)
        first_segment = self._write(connection, self.tables.segment, version_id, lines)
        unplaced = int((~places.placed).sum() + (~lines.placed).sum())
        return Added(len(places.frame), len(lines.frame), first_point, first_segment, unplaced)

    def remove(self, connection: Connection, version_id: int, at_most: int) -> int:
        """Delete up to `at_most` rows of a version; 0 when none is left."""
        for table in (self.tables.segment, self.tables.point):
            rows = select(table.c.fid).where(table.c.version_id == version_id).order_by(table.c.fid).limit(at_most)
            fids = fids_of(connection, rows)
            if len(fids):
                self._delete(connection, table, fids)
                return len(fids)
        overview = self.tables.overview
        return connection.execute(delete(overview).where(overview.c.version_id == version_id)).rowcount

    def end(self, connection: Connection, fids: Fids, ended_on: str) -> None:
        """Note that segments were replaced or removed on a day ("" takes it back)."""
        segment = self.tables.segment
        asked = self.members(segment.c.fid, fids.tolist())
        connection.execute(update(segment).where(asked).values(ended_on=ended_on))

    @abstractmethod
    def ids(self, connection: Connection, area: Area, where: Where, layer: Layer = "segment") -> Fids:
        """Exactly the rows that meet the area, sorted."""

    def segments(self, connection: Connection, which: Which, fields: Sequence[str] | None = None) -> Frame:
        """Rows by fid, or by area; in the order of fid."""
        return self._frame(connection, self.tables.segment, which, fields)

    def points(self, connection: Connection, which: Which, fields: Sequence[str] | None = None) -> Frame:
        """The same for points."""
        return self._frame(connection, self.tables.point, which, fields)

    def segments_at(self, connection: Connection, point_no: str, where: Where) -> Frame:
        """The segments that begin or end at a point number."""
        segment = self.tables.segment
        joined = or_(segment.c.start_no == point_no, segment.c.end_no == point_no)
        return self._read(connection, segment, self._test(connection, segment, where) & joined, None)

    def points_numbered(self, connection: Connection, point_no: str, where: Where) -> Frame:
        """The points that bear a number; kinds share numbers."""
        point = self.tables.point
        return self._read(
            connection, point, self._test(connection, point, where) & (point.c.point_no == point_no), None
        )

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
        table = self._table(layer)
        asked = self.matching(connection, table, area, where) & (table.c.fid > (after or 0))
        rows = self._read(connection, table, asked, fields, size + 1)
        if len(rows) <= size:
            return Page(rows, None)
        return Page(rows.take(slice(0, size)), int(rows.columns["fid"][size - 1]))

    def count(
        self, connection: Connection, area: Area, where: Where, cap: int = COUNTED, layer: Layer = "segment"
    ) -> Count:
        """How many rows, counted up to `cap`."""
        table = self._table(layer)
        rows = select(table.c.fid).where(self.matching(connection, table, area, where)).limit(cap + 1)
        found = connection.scalar(select(func.count()).select_from(rows.subquery())) or 0
        return Count(min(found, cap), found > cap)

    def totals(
        self, connection: Connection, area: Area, where: Where, by: tuple[str, ...] = (), *, clip: bool = False
    ) -> list[Total]:
        """Count and lengths by up to two fields; clipped, only the length inside the area is summed.

        Raises ConditionError `field`.
        """
        segment = self.tables.segment
        slope = func.coalesce(segment.c.length3d, segment.c.length)
        sums: list[ColumnElement[Any]] = [func.coalesce(func.sum(column), 0.0) for column in (segment.c.length, slope)]
        rows = self._grouped(connection, segment, area, where, by, sums)
        if clip and area.geometry is not None:
            self._subtract_outside(connection, area, where, by, rows)
        return _listed(by, rows)

    def point_totals(self, connection: Connection, area: Area, where: Where, by: tuple[str, ...] = ()) -> list[Total]:
        """Count of points by up to two fields. Raises ConditionError `field`."""
        return _listed(by, self._grouped(connection, self.tables.point, area, where, by, []))

    @abstractmethod
    def nearest(
        self, connection: Connection, east: float, north: float, radius: float, where: Where, n: int = 1
    ) -> list[Near]:
        """The `n` nearest segments within `radius` metres, nearest first."""

    def tile(self, connection: Connection, z: int, x: int, y: int, where: Where) -> bytes:
        """A vector tile, b"" when there is nothing. Below z14 it heeds only versions and kinds."""
        if not (0 <= z <= HIGHEST_ZOOM and 0 <= x < 2**z and 0 <= y < 2**z):
            return b""
        if z < FIRST_LIVE:
            return self._far_tile(connection, z, x, y, where)
        return self.near_tile(connection, tile_fit(self.crs, z, x, y), where, points=z >= POINTS_FROM)

    def build_overview(self, connection: Connection, version_id: int) -> int:
        """Make the tiles below z14 of a version anew; how many rows were written. What has ended is left out."""
        overview = self.tables.overview
        connection.execute(delete(overview).where(overview.c.version_id == version_id))
        kinds: dict[tuple[str, str], int] = {}
        parts = [pieces(rows, kinds, len(self.header)) for rows in self._in_chunks(connection, version_id)]
        made = list(thinned(parts, list(kinds), self.crs))
        rows = [{"version_id": version_id, **one._asdict()} for one in made]
        if rows:
            connection.execute(overview.insert(), rows)
        return len(rows)

    @abstractmethod
    def extent(self, connection: Connection, versions: Sequence[int]) -> Bounds | None:
        """Where the versions' rows lie."""

    # What each store does in its own way.

    @abstractmethod
    def members(self, column: ColumnElement[Any], values: Sequence[int]) -> Test:
        """Whether a column's number is one of many, bound as a single parameter."""

    @abstractmethod
    def matching(self, connection: Connection, table: Table, area: Area, where: Where) -> Test:
        """The rows that meet the area and all conditions."""

    @abstractmethod
    def related(self, connection: Connection, table: Table, spatial: Spatial) -> Test:
        """The rows in a spatial relation."""

    @abstractmethod
    def near_tile(self, connection: Connection, fit: TileFit, where: Where, *, points: bool) -> bytes:
        """A tile from the rows themselves."""

    @abstractmethod
    def _inside(self, connection: Connection, area: Area, where: Where) -> tuple[Fids, Number]:
        """The segments that the area's edge cuts, and the share of each one's length that lies inside."""

    @abstractmethod
    def _stored(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """The geometry column as bytes."""

    @abstractmethod
    def _write(self, connection: Connection, table: Table, version_id: int, rows: Rows) -> int:
        """Write rows and their index; the first fid."""

    @abstractmethod
    def _delete(self, connection: Connection, table: Table, fids: Fids) -> None: ...

    # Shared parts.

    def _table(self, layer: Layer) -> Table:
        return self.tables.segment if layer == "segment" else self.tables.point

    def _test(self, connection: Connection, table: Table, where: Where) -> Test:
        return test_of(table, where, self.members, self._relation(connection, table))

    def _relation(self, connection: Connection, table: Table) -> Callable[[Spatial], Test]:
        return lambda spatial: self.related(connection, table, spatial)

    def _frame(self, connection: Connection, table: Table, which: Which, fields: Sequence[str] | None) -> Frame:
        if isinstance(which, tuple):
            return self._read(connection, table, self.matching(connection, table, *which), fields)
        return self._read(connection, table, self.members(table.c.fid, which.tolist()), fields)

    def _read(
        self,
        connection: Connection,
        table: Table,
        asked: Test,
        fields: Sequence[str] | None,
        limit: int | None = None,
    ) -> Frame:
        """Rows as columns, `fid`, `version_id` and `geometry` always among them."""
        every = [column.name for column in table.c if column.name != GEOMETRY]
        names = every if fields is None else list(dict.fromkeys(["fid", "version_id", *known(table, fields)]))
        geometry = self._stored(table.c[GEOMETRY])
        chosen = select(*(table.c[name] for name in names), geometry).where(asked).order_by(table.c.fid).limit(limit)
        rows = fetched(connection, chosen)
        columns = list(zip(*rows, strict=True)) if rows else [() for _ in range(len(names) + 1)]
        shapes = geometries_of(columns[-1], len(self.header))
        kept = {name: as_array(name, column) for name, column in zip(names, columns, strict=False)}
        return Frame(len(rows), {**kept, "geometry": shapes})

    def _grouped(
        self,
        connection: Connection,
        table: Table,
        area: Area,
        where: Where,
        by: tuple[str, ...],
        sums: list[ColumnElement[Any]],
    ) -> dict[tuple[Any, ...], list[float]]:
        """Count and sums of each group."""
        keys = [table.c[name] for name in known(table, by)]
        asked = self.matching(connection, table, area, where)
        rows = connection.execute(select(*keys, func.count(), *sums).where(asked).group_by(*keys)).all()
        return {tuple(row[: len(keys)]): list(row[len(keys) :]) for row in rows if row[len(keys)]}

    def _subtract_outside(
        self,
        connection: Connection,
        area: Area,
        where: Where,
        by: tuple[str, ...],
        rows: dict[tuple[Any, ...], list[float]],
    ) -> None:
        """Take away what the segments that the edge cuts have outside."""
        fids, inside = self._inside(connection, area, where)
        segment = self.tables.segment
        slope = func.coalesce(segment.c.length3d, segment.c.length)
        keys = [segment.c[name] for name in by]
        chosen = select(*keys, segment.c.length, slope).where(self.members(segment.c.fid, fids.tolist()))
        for row, share in zip(fetched(connection, chosen.order_by(segment.c.fid)), inside.tolist(), strict=True):
            sums = rows[tuple(row[: len(keys)])]
            sums[1] -= row[-2] * (1 - share)
            sums[2] -= row[-1] * (1 - share)

    def _far_tile(self, connection: Connection, z: int, x: int, y: int, where: Where) -> bytes:
        overview = self.tables.overview
        asked = [overview.c.z == z, overview.c.x == x, overview.c.y == y]
        asked.append(self.members(overview.c.version_id, where.versions))
        if where.kinds is not None:
            asked.append(of_kinds(overview, where.kinds))
        if where.hidden:
            asked.append(~of_kinds(overview, where.hidden))
        chosen = select(overview.c.major, overview.c.minor, overview.c.shape).where(*asked)
        order = chosen.order_by(overview.c.major, overview.c.minor, overview.c.version_id)
        rows = connection.execute(order).all()
        drawn = together([Drawn(*row) for row in rows])
        features = [({"major": one.major, "minor": one.minor}, one.shape) for one in drawn]
        return encoded_layer("segment", features, EXTENT)

    def _in_chunks(self, connection: Connection, version_id: int) -> Iterator[list[tuple[Any, ...]]]:
        """A version's standing segments as (fid, major, minor, stored geometry), a chunk at a time."""
        segment, after = self.tables.segment, 0
        chosen = select(segment.c.fid, segment.c.major, segment.c.minor, self._stored(segment.c.geom))
        asked = (segment.c.version_id == version_id) & (segment.c.ended_on == "") & segment.c.geom.is_not(None)
        while rows := fetched(
            connection, chosen.where(asked, segment.c.fid > after).order_by(segment.c.fid).limit(CHUNK)
        ):
            yield rows
            after = rows[-1][0]


def known(table: Table, fields: Iterable[str]) -> list[str]:
    """Names of columns. Raises ConditionError `field` for any other."""
    names = list(fields)
    for name in names:
        if name not in table.c or name not in TEXT_FIELDS | NUMBER_FIELDS | DATE_FIELDS | {"fid", "version_id", "row"}:
            raise ConditionError("field", (name,))
    return names


def as_array(name: str, column: Sequence[Any]) -> Any:
    """A column of a frame: text as objects, numbers as float64 with NaN, whole numbers as int64."""
    if name in TEXT_FIELDS or name in DATE_FIELDS:
        return np.array(column, dtype=object)
    if name in NUMBER_FIELDS:
        return np.array(column, dtype=np.float64)
    return np.array([-1 if value is None else value for value in column], dtype=np.int64)


def fetched(connection: Connection, statement: Select[Any]) -> list[tuple[Any, ...]]:
    """The driver's own rows: a row object each would cost as much as the query."""
    result = connection.execute(statement)
    assert result.cursor is not None
    rows: list[tuple[Any, ...]] = list(result.cursor.fetchall())
    result.close()
    return rows


def fids_of(connection: Connection, statement: Select[Any]) -> Fids:
    """The only column of a statement as an array."""
    rows = fetched(connection, statement)
    return np.fromiter(chain.from_iterable(rows), np.int64, len(rows))


def _listed(by: tuple[str, ...], rows: dict[tuple[Any, ...], list[float]]) -> list[Total]:
    """Groups in the order of their values."""
    named = [(dict(zip(by, values, strict=True)), sums) for values, sums in rows.items()]
    named.sort(key=lambda one: [str(value or "") for value in one[0].values()])
    return [Total(values, int(sums[0]), *map(float, sums[1:])) for values, sums in named]
