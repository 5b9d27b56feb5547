"""GDAL's own driver reads the interface over HTTP with a key: layers, fields, pages, systems, boxes."""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from threading import Thread
from typing import Any

import numpy as np
import pyogrio
import pyogrio.raw
import pytest
import shapely
from werkzeug.serving import make_server

from archives.core.actors import Actor
from archives.core.backend import Backend
from archives.web.application import Application
from tests.pipelines.ground import EAST, NORTH, STORE, WATER, grid, lay

COUNT, WAIT = 250, 60
pytestmark = pytest.mark.skipif("OAPIF" not in pyogrio.list_drivers(), reason="this GDAL has no OAPIF driver")


Layer = tuple[dict[str, Any], Any, dict[str, Any]]
"""A layer's description, its geometries as WKB, and its fields."""


class Gdal:
    """GDAL in a process of its own, for it holds this one still while it waits for the server; it sends the key."""

    def __init__(self, place: str, key: str) -> None:
        self._place = place
        self._process = ProcessPoolExecutor(1, get_context("spawn"))
        options = {"GDAL_HTTP_AUTH": "BEARER", "GDAL_HTTP_BEARER": key}
        self._process.submit(pyogrio.set_gdal_config_options, options).result(WAIT)

    def layers(self) -> list[str]:
        """The names of the layers."""
        found = self._process.submit(pyogrio.list_layers, self._place).result(WAIT)
        return sorted(name for name, _ in found)

    def read(self, layer: str, **options: Any) -> Layer:
        """A layer, or what the options leave of it."""
        reading = self._process.submit(pyogrio.raw.read, self._place, layer=layer, **options)
        meta, _, shapes, columns = reading.result(WAIT)
        assert shapes is not None
        return meta, shapely.from_wkb(shapes), dict(zip(meta["fields"], columns, strict=True))

    def close(self) -> None:
        """End the process."""
        self._process.shutdown(cancel_futures=True)


@pytest.fixture
def gdal(app: Application, backend: Backend, operator: Actor, key: str) -> Iterator[Gdal]:
    """The interface on a free port, and a GDAL that reads it."""
    with backend.writing() as session:
        lay(session, operator, *grid(COUNT, [WATER]))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    reader = Gdal(f"OAPIF:http://127.0.0.1:{server.server_port}/ogc", key)
    yield reader
    reader.close()
    server.shutdown()
    thread.join()


def test_gdal_lists_and_reads_both_collections_over_many_pages(gdal: Gdal) -> None:
    assert gdal.layers() == ["pipe_points", "pipe_segments"]
    meta, lines, fields = gdal.read("pipe_segments", PAGE_SIZE="100")
    assert len(lines) == COUNT
    assert meta["geometry_type"].startswith("LineString")
    assert {"major", "material", "start_depth", "owner"} <= set(fields)
    assert list(fields["start_no"]) == [f"P{i}" for i in range(COUNT)]
    _, points, _ = gdal.read("pipe_points", PAGE_SIZE="100")
    assert len(points) == COUNT + 1


def test_gdal_reads_the_stores_own_plane_to_the_millimetre(gdal: Gdal) -> None:
    _, lines, _ = gdal.read("pipe_segments", CRS=f"EPSG:{STORE}")
    coordinates = shapely.get_coordinates(lines)
    assert coordinates[0] == pytest.approx([EAST, NORTH], abs=0.001)
    assert np.ptp(coordinates[:, 0]) == pytest.approx(10 * COUNT, abs=0.001)


def test_gdal_reads_what_a_box_and_a_condition_leave(gdal: Gdal) -> None:
    west, south, east, north = EAST + 35, NORTH - 1, EAST + 45, NORTH + 1
    _, lines, _ = gdal.read("pipe_segments", CRS=f"EPSG:{STORE}", bbox=(west, south, east, north))
    assert len(lines) == 2
    _, lines, fields = gdal.read("pipe_segments", where="material = 'PE' AND width > 200")
    assert len(lines) == COUNT // 2
    assert set(fields["material"]) == {"PE"}
