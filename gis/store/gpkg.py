"""The store in the archive's own SQLite file: R*Trees find candidates, Shapely decides on arrays.

A box that lies wholly inside the area needs no decision, so only the rows on its edge are read and tested.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
import shapely
from shapely.geometry import MultiPolygon, Polygon, box
from shapely.geometry.base import BaseGeometry
from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    Double,
    Integer,
    Table,
    TableClause,
    UnaryExpression,
    and_,
    case,
    column,
    delete,
    func,
    null,
    select,
    table,
)
from sqlalchemy.sql.operators import custom_op

from gis.frame import Mask, Number
from gis.lines import Geometries
from gis.store.base import Store, fetched, fids_of
from gis.store.conditions import Test, test_of
from gis.store.contract import Area, Bounds, Fids, Layer, Near, Spatial, Where
from gis.store.extras import RTREES
from gis.store.marks import point_marks, segment_marks, tile_bytes
from gis.store.rows import Rows
from gis.store.shapes import Coordinates, geometries_of, gpkg_header
from gis.store.tables import GEOMETRY
from gis.tiles import TileFit

CELLS, CELLS_WHEN_THIN = 8, 24
"""An area that is no rectangle is looked up by this many boxes a side."""

THIN = 0.2
"""The share of its own bounds below which an area counts as thin: a corridor, a ring."""

WRITTEN = 50_000
"""Rows handed to the driver at a time."""


@dataclass(frozen=True, slots=True)
class Found:
    """The rows that meet an area, sorted, and those of them that its edge may cut, with their geometry."""

    fids: Fids
    cut: Fids
    shapes: Geometries


class Boxes(NamedTuple):
    """Where to look (each n, 4: w, s, e, n): boxes that lie wholly in the area, and boxes that it only meets."""

    inner: Coordinates
    outer: Coordinates


class Candidates(NamedTuple):
    """Rows from the R*Tree: those wholly inside, and those to be tested, with their stored geometry."""

    inside: Fids
    open: Fids
    blobs: list[bytes]


class GeoPackageStore(Store):
    """Points and segments in a GeoPackage."""

    @property
    def header(self) -> bytes:
        """What stands before the WKB of a stored geometry: it names the store's system."""
        return gpkg_header(self.crs)

    def ids(self, connection: Connection, area: Area, where: Where, layer: Layer = "segment") -> Fids:
        """Exactly the rows that meet the area, sorted."""
        rows = self._table(layer)
        if area.geometry is None or self._covers(connection, rows, area.geometry):
            asked = self.matching(connection, rows, area, where)
            return fids_of(connection, select(rows.c.fid).where(asked).order_by(rows.c.fid))
        return self._found(connection, rows, area.geometry, where).fids

    def nearest(
        self, connection: Connection, east: float, north: float, radius: float, where: Where, n: int = 1
    ) -> list[Near]:
        """The `n` nearest segments within `radius` metres, nearest first."""
        segment, place = self.tables.segment, shapely.Point(east, north)
        around = np.array([[east - radius, north - radius, east + radius, north + radius]])
        found = self._candidates(connection, segment, Boxes(np.empty((0, 4)), around), where)
        distances = shapely.distance(geometries_of(found.blobs, len(self.header)), place)
        order = np.lexsort((found.open, distances))
        near = [Near(int(found.open[at]), float(distances[at])) for at in order[:n]]
        return [one for one in near if one.distance <= radius]

    def extent(self, connection: Connection, versions: Sequence[int]) -> Bounds | None:
        """Where the versions' rows lie."""
        found = [self._extent(connection, rows, versions) for rows in (self.tables.segment, self.tables.point)]
        known = np.array([bounds for bounds in found if bounds[0] is not None], dtype=np.float64)
        if not len(known):
            return None
        return Bounds(*known[:, :2].min(axis=0).tolist(), *known[:, 2:].max(axis=0).tolist())

    def members(self, column: ColumnElement[Any], values: Sequence[int]) -> Test:
        """Whether a column's number is one of many, bound as a single parameter."""
        listed = func.json_each(json.dumps([int(value) for value in values])).table_valued("value")
        return column.in_(select(listed.c.value))

    def matching(self, connection: Connection, table: Table, area: Area, where: Where) -> Test:
        """The rows that meet the area and all conditions."""
        if area.geometry is None:
            return self._test(connection, table, where)
        if self._covers(connection, table, area.geometry):
            return self._test(connection, table, where) & table.c.geom.is_not(None)
        return self.members(table.c.fid, self._found(connection, table, area.geometry, where).fids.tolist())

    def related(self, connection: Connection, table: Table, spatial: Spatial) -> Test:
        """The rows in a spatial relation: found first, then named by their fids."""
        west, south, east, north = shapely.buffer(spatial.shape, spatial.distance).bounds
        rtree = _rtree(table)
        meets = _meets(rtree, west, south, east, north)
        asked = select(table.c.fid, table.c.geom).join(rtree, rtree.c.id == table.c.fid).where(meets)
        rows = fetched(connection, asked.order_by(table.c.fid))
        shapes = geometries_of([row[1] for row in rows], len(self.header))
        kept = _holds(spatial, shapes)
        fids = [row[0] for row, holds in zip(rows, kept.tolist(), strict=True) if holds]
        return case((table.c.geom.is_(None), null()), else_=self.members(table.c.fid, fids))

    def near_tile(self, connection: Connection, fit: TileFit, where: Where, *, points: bool) -> bytes:
        """A tile from the rows themselves."""
        segment, point = self.tables.segment, self.tables.point
        lines = self._in_box(connection, segment, segment_marks(segment), fit.bounds, where)
        places = self._in_box(connection, point, point_marks(point), fit.bounds, where) if points else []
        return tile_bytes(fit, lines, places, len(self.header))

    def _in_box(
        self,
        connection: Connection,
        rows: Table,
        marks: Mapping[str, ColumnElement[Any]],
        bounds: tuple[float, float, float, float],
        where: Where,
    ) -> list[tuple[Any, ...]]:
        rtree = _rtree(rows)
        chosen = select(rows.c.fid, rows.c.geom, *marks.values()).join(rtree, rtree.c.id == rows.c.fid)
        return fetched(connection, chosen.where(_meets(rtree, *bounds), self._unindexed(connection, rows, where)))

    def _found(self, connection: Connection, rows: Table, shape: Polygon | MultiPolygon, where: Where) -> Found:
        found = self._candidates(connection, rows, _boxes(shape), where)
        shapes = geometries_of(found.blobs, len(self.header))
        shapely.prepare(shape)
        meets = shapely.intersects(shape, shapes)
        cut = found.open[meets]
        return Found(np.sort(np.concatenate([found.inside, cut])), cut, shapes[meets])

    def _candidates(self, connection: Connection, rows: Table, boxes: Boxes, where: Where) -> Candidates:
        """Rows wholly inside the inner boxes, then the others that meet an edge of those or an outer box."""
        asked, rtree = self._unindexed(connection, rows, where), _rtree(rows)
        inside = np.empty(0, dtype=np.int64)
        if len(boxes.inner):
            around = _box_table(boxes.inner)
            chosen = select(rows.c.fid).select_from(
                around.join(rtree, _within(rtree, around)).join(rows, rows.c.fid == rtree.c.id)
            )
            inside = _once(fids_of(connection, chosen.where(asked)), len(boxes.inner))
        around = _box_table(np.concatenate([boxes.outer, _edges(boxes.inner)]))
        meets = _meets(rtree, around.c.west, around.c.south, around.c.east, around.c.north)
        edge = select(rows.c.fid, rows.c.geom).select_from(
            around.join(rtree, meets).join(rows, rows.c.fid == rtree.c.id)
        )
        still = dict(fetched(connection, edge.where(asked)))
        fids = np.fromiter(still, np.int64, len(still))
        new = ~np.isin(fids, inside, kind="sort")
        return Candidates(
            inside, fids[new], [blob for blob, has in zip(still.values(), new.tolist(), strict=True) if has]
        )

    def _unindexed(self, connection: Connection, rows: Table, where: Where) -> Test:
        """The conditions, written so that SQLite starts from the R*Tree and not from the index of versions."""
        return test_of(rows, where, self._plus_members, self._relation(connection, rows))

    def _plus_members(self, column: ColumnElement[Any], values: Sequence[int]) -> Test:
        return self.members(UnaryExpression(column, operator=custom_op("+"), type_=Integer()), values)

    def _inside(self, connection: Connection, area: Area, where: Where) -> tuple[Fids, Number]:
        """The segments that the area's edge cuts, and the share of each one's length that lies inside."""
        assert area.geometry is not None
        found = self._found(connection, self.tables.segment, area.geometry, where)
        whole = shapely.length(found.shapes)
        inside = shapely.length(shapely.intersection(found.shapes, area.geometry))
        order = np.argsort(found.cut)
        share = np.divide(inside, whole, out=np.ones(len(whole)), where=whole > 0)
        return found.cut[order], share[order]

    def _covers(self, connection: Connection, rows: Table, shape: Polygon | MultiPolygon) -> bool:
        """Whether the area covers everything, so that nothing need be tested."""
        bounds = connection.exec_driver_sql(
            "SELECT min_x, min_y, max_x, max_y FROM gpkg_contents WHERE table_name = ?", (rows.name,)
        ).one()
        return bounds[0] is not None and bool(shapely.covers(shape, box(*bounds)))

    def _extent(self, connection: Connection, rows: Table, versions: Sequence[int]) -> tuple[float | None, ...]:
        rtree = _rtree(rows)
        ends = func.min(rtree.c.minx), func.min(rtree.c.miny), func.max(rtree.c.maxx), func.max(rtree.c.maxy)
        chosen = select(*ends).join_from(rows, rtree, rtree.c.id == rows.c.fid)
        return tuple(connection.execute(chosen.where(self.members(rows.c.version_id, versions))).one())

    def _stored(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        return column

    def _write(self, connection: Connection, table: Table, version_id: int, rows: Rows) -> int:
        first = 1 + (
            connection.exec_driver_sql("SELECT max(seq) FROM sqlite_sequence WHERE name = ?", (table.name,)).scalar()
            or 0
        )
        fids = range(first, first + len(rows.frame))
        names = [name for name in rows.frame if name in table.c and name not in {"fid", "version_id", GEOMETRY}]
        columns = [rows.frame.columns[name].tolist() for name in names]
        listed = ", ".join(f'"{name}"' for name in ["fid", "version_id", GEOMETRY, *names])
        marks = ", ".join("?" * (3 + len(names)))
        statement = f"INSERT INTO {table.name} ({listed}) VALUES ({marks})"  # noqa: S608  # names of our own columns
        versions = [version_id] * len(fids)
        _insert(connection, statement, zip(fids, versions, rows.blobs, *columns, strict=True))
        _insert_boxes(connection, table, np.array(fids), rows)
        return first

    def _delete(self, connection: Connection, table: Table, fids: Fids) -> None:
        rtree = _rtree(table)
        connection.execute(delete(rtree).where(self.members(rtree.c.id, fids.tolist())))
        connection.execute(delete(table).where(self.members(table.c.fid, fids.tolist())))


def _insert(connection: Connection, statement: str, rows: Iterator[tuple[Any, ...]]) -> None:
    while some := list(islice(rows, WRITTEN)):
        connection.exec_driver_sql(statement, some)


def _insert_boxes(connection: Connection, table: Table, fids: Fids, rows: Rows) -> None:
    """The R*Tree's entries, and the layer's extent for readers that ask for it."""
    placed = rows.placed
    if not placed.any():
        return
    bounds = rows.bounds[placed]
    boxes = zip(fids[placed].tolist(), *bounds[:, [0, 2, 1, 3]].T.tolist(), strict=True)
    _insert(connection, f"INSERT INTO {RTREES[table.name]} VALUES (?, ?, ?, ?, ?)", boxes)  # noqa: S608  # our name
    west, south = bounds[:, :2].min(axis=0).tolist()
    east, north = bounds[:, 2:].max(axis=0).tolist()
    connection.exec_driver_sql(
        "UPDATE gpkg_contents SET min_x = min(coalesce(min_x, ?1), ?1), min_y = min(coalesce(min_y, ?2), ?2), "
        "max_x = max(coalesce(max_x, ?3), ?3), max_y = max(coalesce(max_y, ?4), ?4), "
        "last_change = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE table_name = ?5",
        (west, south, east, north, table.name),
    )


def _rtree(rows: Table) -> TableClause:
    return table(RTREES[rows.name], *map(column, ("id", "minx", "maxx", "miny", "maxy")))


def _meets(rtree: TableClause, west: Any, south: Any, east: Any, north: Any) -> ColumnElement[bool]:
    return and_(rtree.c.maxx >= west, rtree.c.minx <= east, rtree.c.maxy >= south, rtree.c.miny <= north)


def _within(rtree: TableClause, around: CTE) -> ColumnElement[bool]:
    """Boxes that lie in one of the others, their edges included."""
    east_west = and_(rtree.c.minx >= around.c.west, rtree.c.maxx <= around.c.east)
    return and_(east_west, rtree.c.miny >= around.c.south, rtree.c.maxy <= around.c.north)


def _box_table(boxes: Coordinates) -> CTE:
    """The boxes as rows, bound as one parameter and read once."""
    listed = func.json_each(json.dumps(boxes.tolist())).table_valued("value")
    columns: list[ColumnElement[Any]] = [
        func.json_extract(listed.c.value, f"$[{at}]", type_=Double()).label(name)
        for at, name in enumerate(("west", "south", "east", "north"))
    ]
    return select(*columns).cte("around").prefix_with("MATERIALIZED")


def _boxes(shape: Polygon | MultiPolygon) -> Boxes:
    """Boxes that together cover the area."""
    west, south, east, north = shape.bounds
    whole = box(west, south, east, north)
    if shape.equals(whole):
        return Boxes(np.array([shape.bounds]), np.empty((0, 4)))
    side = CELLS_WHEN_THIN if shape.area < THIN * whole.area else CELLS
    across, up = np.linspace(west, east, side + 1), np.linspace(south, north, side + 1)
    columns, rows = (grid.ravel() for grid in np.meshgrid(np.arange(side), np.arange(side)))
    edges = np.stack([across[columns], up[rows], across[columns + 1], up[rows + 1]], axis=1)
    cells = shapely.box(*edges.T)
    shapely.prepare(shape)
    inside = np.asarray(shapely.covers(shape, cells), dtype=np.bool_)
    meets = np.asarray(shapely.intersects(shape, cells), dtype=np.bool_)
    return Boxes(edges[inside], edges[meets & ~inside])


def _once(fids: Fids, boxes: int) -> Fids:
    """Sorted; a row on the common edge of two boxes counts once."""
    return np.sort(fids) if boxes == 1 else np.unique(fids)


def _edges(boxes: Coordinates) -> Coordinates:
    """The four sides of each box, as boxes without an area."""
    west, south, east, north = boxes.T
    sides = [
        (west, south, west, north),
        (east, south, east, north),
        (west, south, east, south),
        (west, north, east, north),
    ]
    return np.concatenate([np.stack(side, axis=1) for side in sides])


def _holds(spatial: Spatial, shapes: Geometries) -> Mask:
    shape: BaseGeometry = spatial.shape
    shapely.prepare(shape)
    if spatial.predicate == "dwithin":
        return np.asarray(shapely.dwithin(shapes, shape, spatial.distance), dtype=np.bool_)
    test = getattr(shapely, _SHAPELY[spatial.predicate])
    return np.asarray(test(shapes, shape), dtype=np.bool_)


_SHAPELY = {name: name for name in ("intersects", "within", "contains", "crosses", "touches", "overlaps", "equals")}
