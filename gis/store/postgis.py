"""The store on PostGIS: loaded by COPY, found through gist, tiles encoded by the database."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, cast

import numpy as np
import psycopg
import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    Double,
    Integer,
    LargeBinary,
    Select,
    Table,
    any_,
    bindparam,
    case,
    delete,
    func,
    literal,
    literal_column,
    select,
    text,
)

from gis.frame import Number
from gis.store.base import Store, fetched, fids_of
from gis.store.conditions import Test
from gis.store.contract import Area, Bounds, Fids, Layer, Near, Spatial, Where
from gis.store.marks import NUMBERS, Marks, point_marks, segment_marks
from gis.store.rows import Rows
from gis.store.tables import GEOMETRY
from gis.tiles import BUFFER, EXTENT, TileFit

LOADING = 0x70697065
"""The key of the lock under which a contiguous run of fids is taken ("pipe")."""

_ALONE = select(func.set_config("max_parallel_workers_per_gather", "0", True))
"""Until the transaction ends: a tile is drawn before helpers have started, and a map asks for many at once."""

_AFFINE = ("a", "b", "d", "e", "x", "y")
_BOUNDS = ("west", "south", "east", "north")
_MARKS: dict[Layer, Callable[[Table], Marks]] = {"segment": segment_marks, "point": point_marks}

_RELATIONS = {
    "intersects": func.ST_Intersects,
    "within": func.ST_Within,
    "contains": func.ST_Contains,
    "crosses": func.ST_Crosses,
    "touches": func.ST_Touches,
    "overlaps": func.ST_Overlaps,
    "equals": func.ST_Equals,
}


class PostgisStore(Store):
    """Points and segments in PostGIS."""

    header = b""

    def ids(self, connection: Connection, area: Area, where: Where, layer: Layer = "segment") -> Fids:
        """Exactly the rows that meet the area, sorted."""
        rows = self._table(layer)
        asked = self.matching(connection, rows, area, where)
        return np.sort(fids_of(connection, select(rows.c.fid).where(asked)))

    def nearest(
        self, connection: Connection, east: float, north: float, radius: float, where: Where, n: int = 1
    ) -> list[Near]:
        """The `n` nearest segments within `radius` metres, nearest first."""
        segment, place = self.tables.segment, _shape(shapely.Point(east, north))
        distance = func.ST_Distance(segment.c.geom, place)
        asked = self._test(connection, segment, where) & func.ST_DWithin(segment.c.geom, place, radius)
        chosen = select(segment.c.fid, distance).where(asked).order_by(distance, segment.c.fid).limit(n)
        return [Near(*row) for row in fetched(connection, chosen)]

    def extent(self, connection: Connection, versions: Sequence[int]) -> Bounds | None:
        """Where the versions' rows lie."""
        found = [self._extent(connection, rows, versions) for rows in (self.tables.segment, self.tables.point)]
        known = np.array([bounds for bounds in found if bounds[0] is not None], dtype=np.float64)
        if not len(known):
            return None
        return Bounds(*known[:, :2].min(axis=0).tolist(), *known[:, 2:].max(axis=0).tolist())

    def build_overview(self, connection: Connection, version_id: int) -> int:
        """Make the tiles below z14 of a version anew; and have the database count what it now holds.

        Before it does so by itself, a minute later, it plans as if the tables were empty.
        """
        built = super().build_overview(connection, version_id)
        for rows in (self.tables.segment, self.tables.point, self.tables.overview):
            connection.execute(text(f"ANALYZE {rows.name}"))
        return built

    def members(self, column: ColumnElement[Any], values: Sequence[int]) -> Test:
        """Whether a column's number is one of many, bound as a single parameter."""
        return column == any_(literal([int(value) for value in values], ARRAY(Integer)))

    def matching(self, connection: Connection, table: Table, area: Area, where: Where) -> Test:
        """The rows that meet the area and all conditions."""
        asked = self._test(connection, table, where)
        if area.geometry is None:
            return asked
        return asked & func.ST_Intersects(table.c.geom, _shape(area.geometry))

    def related(self, connection: Connection, table: Table, spatial: Spatial) -> Test:  # noqa: ARG002  # no look-up
        """The rows in a spatial relation."""
        shape = _shape(spatial.shape)
        if spatial.predicate == "dwithin":
            return cast(Test, func.ST_DWithin(table.c.geom, shape, spatial.distance))
        return cast(Test, _RELATIONS[spatial.predicate](table.c.geom, shape))

    def near_tile(self, connection: Connection, fit: TileFit, where: Where, *, points: bool) -> bytes:
        """A tile from the rows themselves."""
        connection.execute(_ALONE)
        place = dict(zip((*_AFFINE, *_BOUNDS), (*fit.affine(), *fit.bounds), strict=True))
        layers: tuple[Layer, ...] = ("segment", "point") if points else ("segment",)
        return b"".join(self._drawn(connection, layer, where, place) for layer in layers)

    def _drawn(self, connection: Connection, layer: Layer, where: Where, place: dict[str, float]) -> bytes:
        rows = self._table(layer)
        features = _features(rows, layer).where(self._test(connection, rows, where)).subquery("features")
        drawn = select(features).where(features.c.geom.is_not(None)).subquery("drawn")
        whole = func.ST_AsMVT(drawn.table_valued(), layer, EXTENT, "geom", "fid", type_=LargeBinary())
        return bytes(connection.scalar(select(whole), place) or b"")

    def _inside(self, connection: Connection, area: Area, where: Where) -> tuple[Fids, Number]:
        """The segments that the area's edge cuts, and the share of each one's length that lies inside."""
        assert area.geometry is not None
        segment, shape = self.tables.segment, _shape(area.geometry)
        inside = func.ST_Length(func.ST_Intersection(segment.c.geom, shape))
        share = case((segment.c.length > 0, inside / segment.c.length), else_=1.0)
        asked = self.matching(connection, segment, area, where) & ~func.ST_CoveredBy(segment.c.geom, shape)
        rows = fetched(connection, select(segment.c.fid, share).where(asked).order_by(segment.c.fid))
        pairs = np.array(rows, dtype=np.float64).reshape(-1, 2)
        return pairs[:, 0].astype(np.int64), pairs[:, 1]

    def _extent(self, connection: Connection, rows: Table, versions: Sequence[int]) -> tuple[float | None, ...]:
        around = func.ST_Extent(rows.c.geom)
        ends = [corner(around) for corner in (func.ST_XMin, func.ST_YMin, func.ST_XMax, func.ST_YMax)]
        return tuple(connection.execute(select(*ends).where(self.members(rows.c.version_id, versions))).one())

    def _stored(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        return func.ST_AsBinary(column, type_=LargeBinary())

    def _write(self, connection: Connection, table: Table, version_id: int, rows: Rows) -> int:
        first = self._next_fid(connection, table, len(rows.frame))
        fids = range(first, first + len(rows.frame))
        names = [name for name in rows.frame if name in table.c and name not in {"fid", "version_id", GEOMETRY}]
        columns = [_nothing_as_null(rows.frame.columns[name].tolist()) for name in names]
        shapes = [None if blob is None else blob.hex() for blob in rows.blobs]
        listed = ", ".join(f'"{name}"' for name in ["fid", "version_id", GEOMETRY, *names])
        driver = cast("psycopg.Connection[Any]", connection.connection.driver_connection)
        versions = [version_id] * len(fids)
        with driver.cursor() as cursor, cursor.copy(f"COPY {table.name} ({listed}) FROM STDIN") as copy:
            for row in zip(fids, versions, shapes, *columns, strict=True):
                copy.write_row(row)
        return first

    def _next_fid(self, connection: Connection, table: Table, count: int) -> int:
        """The first of a run of fids that no other transaction can take."""
        connection.execute(select(func.pg_advisory_xact_lock(LOADING)))
        sequence = func.pg_get_serial_sequence(table.name, "fid")
        first = connection.scalar(select(func.nextval(sequence)))
        assert first is not None
        if count > 1:
            connection.execute(select(func.setval(sequence, first + count - 1)))
        return int(first)

    def _delete(self, connection: Connection, table: Table, fids: Fids) -> None:
        connection.execute(delete(table).where(self.members(table.c.fid, fids.tolist())))


def _shape(shape: BaseGeometry) -> ColumnElement[Any]:
    return func.ST_GeomFromWKB(bindparam(None, shapely.to_wkb(shape), type_=LargeBinary(), unique=True))


@cache
def _features(rows: Table, layer: Layer) -> Select[Any]:
    """The rows of a tile in its units; which tile is said when it is executed."""
    plan = func.ST_Force2D(rows.c.geom)  # a height that is not known would spoil the clipping
    units = func.ST_Affine(plan, *map(_number, _AFFINE))
    tile = func.ST_MakeEnvelope(0, 0, EXTENT, EXTENT)
    geometry = func.ST_AsMVTGeom(units, tile, EXTENT, BUFFER, True, type_=LargeBinary()).label("geom")
    marks = (_mark(name, column) for name, column in _MARKS[layer](rows).items())
    near = rows.c.geom.bool_op("&&")(func.ST_MakeEnvelope(*map(_number, _BOUNDS)))
    # The offset is a fence: else each geometry is made once to be tested and once to be drawn.
    return select(geometry, rows.c.fid, *marks).where(near).offset(0)


def _number(name: str) -> ColumnElement[float]:
    return bindparam(name, type_=Double())


def _mark(name: str, column: ColumnElement[Any]) -> ColumnElement[Any]:
    """ "" is left out of a tile; depths to the centimetre."""
    if name == "depth":
        return (func.round(column * 100.0) / 100.0).label(name)
    if name in NUMBERS:
        return column.label(name)
    return func.nullif(column, literal_column("''")).label(name)


def _nothing_as_null(column: list[Any]) -> list[Any]:
    """NaN is NULL, as on SQLite."""
    return [None if value != value else value for value in column]  # noqa: PLR0124  # NaN alone differs from itself
