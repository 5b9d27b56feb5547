"""Pipelines from the files that come to the map, each step beside the bare operation on the same city."""

import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import shapely
from shapely.geometry import Polygon, box
from sqlalchemy import Connection, create_engine, text

from archives.config import Settings
from archives.core.backend import open_backend
from archives.demo.network import network
from archives.pipelines.api.collections import collection_named
from archives.reference.service import sync
from archives.schema import migrate
from bench import handovers, rivals
from bench.harness import Result, median_seconds
from bench.instances import OPERATOR, Instance, scratch_instance
from bench.pipelines_store import BOX, BareTile, Loaded, bare_ids, tile_at
from bench.serving import Door, served, stock
from bench.streets import city
from gis.checks.context import CheckContext
from gis.checks.inspection import run
from gis.codes import standard
from gis.crs import CGCS2000, WGS84, display_transformer
from gis.export import dxf
from gis.export.columns import Marks
from gis.store.contract import Area, Where
from gis.store.extras import RTREES
from gis.store.marks import SEGMENT_MARKS
from gis.store.shapes import GPKG_HEADER_LENGTH, ends_of
from gis.tiles import BUFFER, EXTENT
from tests.databases import POSTGRESQL, cluster

SECTION = "pipelines"
SEGMENTS = {"S": 100_000, "M": 1_000_000}
GROWTH = (10_000, 100_000, 1_000_000)
CRS = 4548
HITS, PAGE, DRAWN = 5_000, 1_000, 60_000
IDS_BAR, FEATURES_BAR, PAGE_BAR, TILE_BAR, GROWTH_BAR = 1.3, 1.5, 0.25, 1.5, 2.0
SLACK = 0.003
"""Seconds that a tile of z16 may take beside 1.5 times the bare one."""
HEAVIEST = 500_000
"""Bytes that no tile from afar may weigh."""
ITEMS = "/ogc/collections/pipe_segments/items"
REPEATS = 11


@dataclass(frozen=True, slots=True)
class Town:
    """A city in an instance that is served, and where its middle is."""

    instance: Instance
    door: Door
    loaded: Loaded
    area: Polygon


def measure(size: str) -> Iterator[Result]:
    """The section `pipelines`."""
    yield from handovers.measure(size)
    yield from _checks(size)
    with _town(SEGMENTS[size]) as town:
        yield from _ids(town)
        yield from _features(town)
        yield from _tiles(town)
        yield from _pyramid(town)
        yield from _drawing(town)
    if not POSTGRESQL.exists():
        yield Result(SECTION, "PostGIS and pygeoapi: there is no PostgreSQL here", 0, "skipped")
        return
    yield from _server(SEGMENTS[size])


def _checks(size: str) -> Iterator[Result]:
    """Seconds of all checks, and the time a segment takes in the largest city beside the smallest."""
    each: list[float] = []
    for count in GROWTH[: 3 if size == "M" else 2]:
        survey = network(size=count)
        context = CheckContext(codes=standard(), today=date(2026, 11, 1))
        seconds = median_seconds(partial(run, survey, context), 3 if count < 10**6 else 1)
        each.append(seconds / len(survey.segments))
        grown = {} if len(each) == 1 else {"ratio": each[-1] / each[0], "bar": GROWTH_BAR}
        name = f"all checks, {len(survey.segments)} segments; time of one beside {GROWTH[0]}"
        yield Result(SECTION, name, seconds, "s", **grown)


@contextmanager
def _town(segments: int) -> Iterator[Town]:
    with scratch_instance() as instance:
        yield from _opened(instance, segments)


def _opened(instance: Instance, segments: int) -> Iterator[Town]:
    points, lines = city(segments)
    store, version = stock(instance, CRS, points, lines)
    east, north = points.number("east"), points.number("north")
    middle = float(np.mean(east)), float(np.mean(north))
    half = float(np.sqrt(np.ptp(east) * np.ptp(north) * HITS / len(lines))) / 2
    area = box(middle[0] - half, middle[1] - half, middle[0] + half, middle[1] + half)
    del points, lines
    with served(instance) as door, instance.backend.reading() as session:
        connection = session.connection()
        driver: Any = connection.connection.driver_connection
        yield Town(instance, door, Loaded(store, connection, driver, middle, Where([version])), area)


def _ids(town: Town) -> Iterator[Result]:
    loaded = town.loaded
    found, bare = loaded.store.ids(loaded.connection, Area(town.area), loaded.where), bare_ids(loaded.bare, town.area)
    if not np.array_equal(found, bare):
        raise ValueError("the store and the bare query disagree")
    plain, ours = _beside(
        lambda: bare_ids(loaded.bare, town.area),
        lambda: loaded.store.ids(loaded.connection, Area(town.area), loaded.where),
        2 * REPEATS,
    )
    yield Result(SECTION, f"bare R*Tree and Shapely, {len(bare)} ids of a rectangle", plain * 1000, "ms")
    yield Result(SECTION, "the same from the store", ours * 1000, "ms", ours / plain, IDS_BAR)


def _beside(bare: Callable[[], object], ours: Callable[[], object], repeats: int = REPEATS) -> tuple[float, float]:
    """Median seconds of both, in turns, so that a busy machine is busy for both."""
    bare()
    ours()
    times = [(_seconds(bare), _seconds(ours)) for _ in range(repeats)]
    return statistics.median(time for time, _ in times), statistics.median(time for _, time in times)


def _seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _features(town: Town) -> Iterator[Result]:
    """GeoJSON of the rectangle: through the door, and made from the driver's rows as arrays."""
    west, south, east, north = _degrees(town)
    path = f"{ITEMS}?bbox={west:.9f},{south:.9f},{east:.9f},{north:.9f}&limit=10000"
    sides = display_transformer(CRS, CGCS2000).transform(*shapely.get_coordinates(town.area).T)
    area = Polygon(np.stack(_back(np.array(sides)), axis=1))
    answer, bare = orjson.loads(town.door.get(path)), orjson.loads(_bare_features(town.loaded.bare, area))
    hits = len(answer["features"])
    if abs(hits - len(bare["features"])) > hits / 100:
        raise ValueError(f"{hits} features through the door, {len(bare['features'])} bare")
    plain, ours = _beside(lambda: _bare_features(town.loaded.bare, area), lambda: town.door.get(path))
    yield Result(SECTION, f"bare rows as arrays to GeoJSON with orjson, {hits} features", plain * 1000, "ms")
    yield Result(SECTION, "the same through HTTP", ours * 1000, "ms", ours / plain, FEATURES_BAR)


def _degrees(town: Town) -> tuple[float, float, float, float]:
    x, y = display_transformer(CRS, CGCS2000).transform(*shapely.get_coordinates(town.area).T)
    return float(np.min(x)), float(np.min(y)), float(np.max(x)), float(np.max(y))


def _back(degrees: Any) -> Any:
    """The box of degrees around, in the store's metres."""
    (west, south), (east, north) = degrees.min(axis=1), degrees.max(axis=1)
    corners = np.array([west, east, east, west]), np.array([south, south, north, north])
    return display_transformer(CGCS2000, CRS).transform(*corners)


def _bare_features(driver: sqlite3.Connection, area: Polygon) -> bytes:
    """Rows of the R*Tree, places by arrays, a dictionary a feature, and orjson."""
    names = collection_named("pipe_segments").names
    columns = ", ".join(f's."{name}"' for name in ("fid", "geom", *names))
    statement = f"SELECT {columns} FROM {RTREES['pipe_segment']} r JOIN pipe_segment s ON s.fid = r.id WHERE {BOX}"  # noqa: S608
    west, south, east, north = area.bounds
    rows = driver.execute(statement, (west, east, south, north)).fetchall()
    ends = ends_of([row[1] for row in rows], GPKG_HEADER_LENGTH)
    assert ends is not None
    shapely.prepare(area)
    meets = np.asarray(shapely.intersects(area, shapely.linestrings(ends[:, :, :2]))).tolist()
    flat = ends.reshape(-1, 3)
    x, y = display_transformer(CRS, WGS84).transform(flat[:, 0], flat[:, 1])
    told = np.column_stack([np.round(x, 8), np.round(y, 8), np.round(flat[:, 2], 3)]).reshape(-1, 2, 3).tolist()
    features = [
        {
            "type": "Feature",
            "id": row[0],
            "geometry": {"type": "LineString", "coordinates": place},
            "properties": {name: value if value != "" else None for name, value in zip(names, row[2:], strict=True)},
        }
        for row, place, meeting in zip(rows, told, meets, strict=True)
        if meeting
    ]
    return orjson.dumps({"type": "FeatureCollection", "features": features})


def _tiles(town: Town) -> Iterator[Result]:
    for z in (14, 16):
        bare = BareTile(town.loaded.bare, z, *tile_at(town.loaded.middle, z))
        path = f"/pipelines/tiles/{z}/{bare.x}/{bare.y}.mvt"
        plain, ours = _beside(bare.whole, partial(town.door.get, path))
        most = TILE_BAR * plain + (SLACK if z == 16 else 0)
        yield Result(SECTION, f"tile z{z}: bare R*Tree rows, encoded from arrays", plain * 1000, "ms")
        name = f"tile z{z} through HTTP, beside 1.5 times the bare one" + (" and 3 ms" if z == 16 else "")
        yield Result(SECTION, name, ours * 1000, "ms", ours / most, 1.0)


def _pyramid(town: Town) -> Iterator[Result]:
    """The heaviest of all tiles below z14."""
    loaded, overview = town.loaded, "SELECT DISTINCT z, x, y FROM pipe_overview"
    places = loaded.bare.execute(overview).fetchall()
    weights = [len(loaded.store.tile(loaded.connection, z, x, y, loaded.where)) for z, x, y in places]
    heaviest = max(weights, default=0)
    name = f"the heaviest of {len(places)} tiles below z14"
    yield Result(SECTION, name, heaviest, "bytes", heaviest / HEAVIEST, 1.0)


def _drawing(town: Town) -> Iterator[Result]:
    loaded = town.loaded
    points = loaded.store.points(loaded.connection, np.arange(1, DRAWN // 2 + 1, dtype=np.int64))
    segments = loaded.store.segments(loaded.connection, np.arange(1, DRAWN // 2 + 1, dtype=np.int64))
    with tempfile.TemporaryDirectory(prefix="chengdang-bench-") as folder:
        target = Path(folder, "drawing.dxf")
        seconds = _seconds(lambda: dxf.write(points, segments, target, CRS, standard(), Marks()))
    yield Result(SECTION, f"drawing (DXF) of {len(points) + len(segments)} points and segments", seconds, "s")


def _server(segments: int) -> Iterator[Result]:
    """The same on PostGIS: tiles beside the bare statement, the first page beside pygeoapi's."""
    with ExitStack() as stack:
        socket = stack.enter_context(cluster())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="chengdang-bench-")))
        instance = _server_instance(socket, folder)
        stack.callback(instance.backend.close)
        for town in _opened(instance, segments):
            yield from _server_tiles(town)
            yield from _first_page(town, folder, socket)


def _server_instance(socket: Path, folder: Path) -> Instance:
    engine = create_engine(f"postgresql+psycopg://postgres@/postgres?host={socket}", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("CREATE DATABASE bench"))
    engine.dispose()
    settings = Settings(data=folder / "var", database_url=f"postgresql+psycopg://postgres@/bench?host={socket}")
    backend = open_backend(settings)
    migrate(backend)
    with backend.writing() as session:
        sync(session, OPERATOR)
    return Instance(settings, backend)


def _server_tiles(town: Town) -> Iterator[Result]:
    """Beside the one statement on a table whose geometry is stored in the map's own system."""
    loaded, connection = town.loaded, town.loaded.connection
    marks = ", ".join("start_depth AS depth" if name == "depth" else f'"{name}"' for name in SEGMENT_MARKS)
    _say(
        connection,
        f"CREATE TEMP TABLE bare_segment AS SELECT fid, {marks}, "  # noqa: S608  # our own columns
        f"ST_Transform(ST_SetSRID(ST_Force2D(geom), {CRS}), 3857) AS geom FROM pipe_segment",
    )
    _say(connection, "CREATE INDEX ON bare_segment USING gist (geom)")
    _say(connection, "ANALYZE bare_segment")
    for z in (14, 15):
        x, y = tile_at(town.loaded.middle, z)
        bare = (
            f"SELECT ST_AsMVT(t, 'segment', {EXTENT}, 'geom', 'fid') FROM (SELECT fid, {SEGMENT_NAMES}, "  # noqa: S608
            f"ST_AsMVTGeom(geom, ST_TileEnvelope({z}, {x}, {y}), {EXTENT}, {BUFFER}, true) AS geom FROM bare_segment "
            f"WHERE geom && ST_TileEnvelope({z}, {x}, {y}, margin => {BUFFER / EXTENT})) t WHERE geom IS NOT NULL"
        )
        plain, ours = _beside(
            partial(connection.scalar, text(bare)),
            partial(loaded.store.tile, connection, z, x, y, loaded.where),
        )
        yield Result(SECTION, f"PostGIS, tile z{z}: the bare ST_AsMVT", plain * 1000, "ms")
        yield Result(SECTION, f"PostGIS, tile z{z} from the store", ours * 1000, "ms", ours / plain, TILE_BAR)


SEGMENT_NAMES = ", ".join(f'"{name}"' for name in SEGMENT_MARKS)


def _say(connection: Connection, statement: str) -> None:
    connection.execute(text(statement))


def _first_page(town: Town, folder: Path, socket: Path) -> Iterator[Result]:
    ours_path, theirs_path = f"{ITEMS}?limit={PAGE}", f"/collections/segments/items?f=json&limit={PAGE}"
    try:
        python = rivals.install(folder / "venv")
        with rivals.pygeoapi(python, folder, "bench", socket, CRS) as rival:
            counts = {
                len(orjson.loads(door.get(path))["features"])
                for door, path in ((town.door, ours_path), (rival, theirs_path))
            }
            if counts != {PAGE}:
                raise ValueError(f"pages of {counts} features")
            theirs, ours = _beside(lambda: rival.get(theirs_path), lambda: town.door.get(ours_path), 7)
    except rivals.MissingError as error:
        yield Result(SECTION, f"pygeoapi cannot be had here, nothing compared: {error}", 0, "skipped")
        return
    yield Result(SECTION, f"pygeoapi on the same PostGIS table, first {PAGE} through HTTP", theirs * 1000, "ms")
    yield Result(SECTION, f"ours, first {PAGE} through HTTP", ours * 1000, "ms", ours / theirs, PAGE_BAR)
