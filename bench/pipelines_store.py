"""The spatial store beside the bare R*Tree, Shapely and arrays: rectangle query, vector tiles, loading of rows."""

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from math import asinh, pi, radians, tan
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import Polygon, box
from sqlalchemy import Connection, MetaData

from archives.core.db import CONVENTION
from bench.harness import Result, median_seconds
from bench.instances import scratch_instance
from bench.streets import city
from gis import tiles
from gis.crs import CGCS2000, WEB_MERCATOR, display_transformer
from gis.frame import Frame
from gis.store.base import POINTS_FROM
from gis.store.contract import Area, SpatialStore, Where
from gis.store.extras import RTREES
from gis.store.marks import POINT_MARKS
from gis.store.open import open_store
from gis.store.rows import segment_rows
from gis.store.shapes import GPKG_HEADER_LENGTH, ends_of, gpkg_header, places_of
from gis.store.tables import define

SEGMENTS = {"S": 100_000, "M": 1_000_000}
HITS = 5_000
CRS = 4548
IDS_BAR, TILE_BAR, LOAD_BAR = 1.3, 1.5, 4.0
SECTION = "pipelines store"
MARKS = ("major", "minor", "size_raw", "material", "start_depth", "burial", "status")
BOX = "r.maxx >= ? AND r.minx <= ? AND r.maxy >= ? AND r.miny <= ?"


@dataclass(frozen=True, slots=True)
class Loaded:
    """A city in a store, and the driver's own connection beside it."""

    store: SpatialStore
    connection: Connection
    bare: sqlite3.Connection
    middle: tuple[float, float]
    where: Where


def measure(size: str) -> Iterator[Result]:
    """The section `pipelines store`."""
    points, segments = city(SEGMENTS[size])
    with scratch_instance() as instance:
        tables = define(MetaData(naming_convention=CONVENTION))
        store = open_store("sqlite", tables, CRS)
        with instance.backend.writing() as session:
            connection = session.connection()
            bare = _seconds(bare_load(connection, points, segments))
            loading = _seconds(lambda: store.add(connection, 1, points, segments))
            overview = _seconds(lambda: store.build_overview(connection, 1))
            yield Result(SECTION, f"bare rows and R*Trees, {len(segments)} segments and their points", bare, "s")
            yield Result(SECTION, "the same into the store", loading, "s", loading / bare, LOAD_BAR)
            yield Result(SECTION, "tiles from afar, z0 to z13", overview, "s")
        with instance.backend.reading() as session:
            connection = session.connection()
            driver = connection.connection.driver_connection
            assert isinstance(driver, sqlite3.Connection)
            middle = float(np.mean(points.number("east"))), float(np.mean(points.number("north")))
            loaded = Loaded(store, connection, driver, middle, Where([1]))
            yield from _rectangle(loaded, len(segments), points)
            yield from _tiles(loaded)


def _rectangle(loaded: Loaded, segments: int, points: Frame) -> Iterator[Result]:
    """About 5 000 hits in the middle of the city."""
    extent = np.ptp(points.number("east")) * np.ptp(points.number("north"))
    half = float(np.sqrt(extent * HITS / segments)) / 2
    east, north = loaded.middle
    area = box(east - half, north - half, east + half, north + half)
    found, bare = loaded.store.ids(loaded.connection, Area(area), loaded.where), bare_ids(loaded.bare, area)
    if not np.array_equal(found, bare):
        raise ValueError("the store and the bare query disagree")
    plain = median_seconds(lambda: bare_ids(loaded.bare, area), 21)
    ours = median_seconds(lambda: loaded.store.ids(loaded.connection, Area(area), loaded.where), 21)
    yield Result(SECTION, f"bare R*Tree and Shapely, {len(bare)} ids of a rectangle", plain * 1000, "ms")
    yield Result(SECTION, "the same from the store", ours * 1000, "ms", ours / plain, IDS_BAR)


def bare_ids(driver: sqlite3.Connection, area: Polygon) -> NDArray[np.int64]:
    """The rows that meet a rectangle: candidates of the R*Tree, decided by Shapely, nothing else asked."""
    west, south, east, north = area.bounds
    statement = f"SELECT s.fid, s.geom FROM {RTREES['pipe_segment']} r JOIN pipe_segment s ON s.fid = r.id WHERE {BOX}"  # noqa: S608
    rows = driver.execute(statement, (west, east, south, north)).fetchall()
    ends = ends_of([row[1] for row in rows], GPKG_HEADER_LENGTH)
    assert ends is not None
    shapely.prepare(area)
    meets = shapely.intersects(area, shapely.linestrings(ends[:, :, :2]))
    return np.sort(np.array([row[0] for row in rows], dtype=np.int64)[meets])


def _tiles(loaded: Loaded) -> Iterator[Result]:
    for z in (14, 16):
        bare = BareTile(loaded.bare, z, *tile_at(loaded.middle, z))
        rows = bare.rows()
        alone = median_seconds(partial(bare.encode, rows), 11)
        plain = median_seconds(bare.whole, 11)
        ours = median_seconds(partial(loaded.store.tile, loaded.connection, bare.z, bare.x, bare.y, loaded.where), 11)
        yield Result(SECTION, f"tile z{z}, {len(rows[0])} segments: encoding rows in memory", alone * 1000, "ms")
        yield Result(SECTION, f"tile z{z}: bare R*Tree rows, encoded from arrays", plain * 1000, "ms")
        yield Result(SECTION, f"tile z{z} from the store", ours * 1000, "ms", ours / plain, TILE_BAR)


def tile_at(place: tuple[float, float], z: int) -> tuple[int, int]:
    """Column and row of the tile around a place of the store."""
    longitude, latitude = display_transformer(CRS, CGCS2000).transform(*place)
    across, down = (longitude + 180) / 360, (1 - asinh(tan(radians(latitude))) / pi) / 2
    return int(across * 2**z), int(down * 2**z)


@dataclass(frozen=True, slots=True)
class BareTile:
    """One tile straight from the driver: rows by R*Tree, columns, exact places, bytes; nothing is cut at the edge."""

    driver: sqlite3.Connection
    z: int
    x: int
    y: int

    def rows(self) -> list[list[tuple[Any, ...]]]:
        """Rows of segments and, where tiles show them, of points."""
        tables = [("pipe_segment", MARKS), ("pipe_point", POINT_MARKS)]
        return [self._rows(name, marks) for name, marks in tables[: 1 + (self.z >= POINTS_FROM)]]

    def whole(self) -> bytes:
        """The tile, its rows read first."""
        return self.encode(self.rows())

    def _rows(self, table: str, marks: Sequence[str]) -> list[tuple[Any, ...]]:
        west, south, east, north = tiles.tile_fit(CRS, self.z, self.x, self.y).bounds
        columns = ", ".join(f"s.{name}" for name in ("fid", "geom", *marks))
        statement = f"SELECT {columns} FROM {RTREES[table]} r JOIN {table} s ON s.fid = r.id WHERE {BOX}"  # noqa: S608
        return self.driver.execute(statement, (west, east, south, north)).fetchall()

    def encode(self, rows: list[list[tuple[Any, ...]]]) -> bytes:
        """The tile."""
        layers = [self._layer("segment", tiles.LINE, rows[0], MARKS)]
        return tiles.encode([*layers, *(self._layer("point", tiles.POINT, one, POINT_MARKS) for one in rows[1:])])

    def _layer(self, name: str, kind: int, rows: list[tuple[Any, ...]], names: Sequence[str]) -> tiles.Layer:
        fids, blobs, *marks = zip(*rows, strict=True)
        found = ends_of(blobs, GPKG_HEADER_LENGTH) if kind == tiles.LINE else places_of(blobs, GPKG_HEADER_LENGTH)
        assert found is not None
        flat = found.reshape(-1, 3)
        east, north = display_transformer(CRS, WEB_MERCATOR).transform(flat[:, 0], flat[:, 1])
        size = 2 * tiles.HALF_WORLD / 2**self.z
        across, down = (east + tiles.HALF_WORLD) / size - self.x, (tiles.HALF_WORLD - north) / size - self.y
        places = np.rint(np.stack([across, down], axis=1) * tiles.EXTENT).astype(np.int64)
        attributes = {name: tiles.coded(column) for name, column in zip(names, marks, strict=True)}
        return tiles.Layer(name, kind, np.array(fids), places, np.arange(0, len(flat) + 1, kind), attributes)


def bare_load(connection: Connection, points: Frame, segments: Frame) -> Callable[[], None]:
    """Loads the same columns into tables without an index, geometry and boxes ready, and R*Trees."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    ready = segment_rows(points, segments, gpkg_header(-1))
    lists = [ready.frame.columns[name].tolist() for name in ready.frame if name not in {"ends", "geometry"}]
    rows = list(zip(range(len(ready.frame)), ready.blobs, *lists, strict=True))
    boxes = list(zip(range(len(ready.frame)), *ready.bounds[:, [0, 2, 1, 3]].T.tolist(), strict=True))
    places = list(zip(*(points.columns[name].tolist() for name in points), strict=True))
    flat = list(
        zip(
            range(len(points)),
            *(points.number(name).tolist() for name in ("east", "east", "north", "north")),
            strict=True,
        )
    )

    def load() -> None:
        for name, width in (("bare_segment", len(lists) + 2), ("bare_point", len(points.columns))):
            driver.execute(f"CREATE TABLE {name} ({', '.join(f'c{at}' for at in range(width))})")
            driver.execute(f"CREATE VIRTUAL TABLE {name}_boxes USING rtree(id, minx, maxx, miny, maxy)")
        driver.executemany(f"INSERT INTO bare_segment VALUES ({', '.join('?' * (len(lists) + 2))})", rows)  # noqa: S608
        driver.executemany("INSERT INTO bare_segment_boxes VALUES (?, ?, ?, ?, ?)", boxes)
        driver.executemany(f"INSERT INTO bare_point VALUES ({', '.join('?' * len(points.columns))})", places)  # noqa: S608
        driver.executemany("INSERT INTO bare_point_boxes VALUES (?, ?, ?, ?, ?)", flat)

    return load


def _seconds(act: Callable[[], object]) -> float:
    """One run: rows cannot be added twice."""
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun
