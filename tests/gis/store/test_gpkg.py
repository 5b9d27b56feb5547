"""The embedded file is a GeoPackage: GDAL reads it as it is, sees the two layers alone, and uses the index."""

import shutil
import sqlite3
import subprocess
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely
from pyogrio import raw
from sqlalchemy import Connection, MetaData, create_engine, inspect

from archives.core.db import CONVENTION
from gis.store.contract import EVERYWHERE, Where
from gis.store.extras import GEOPACKAGE, create_extras, drop_extras, is_extra
from gis.store.open import open_store
from gis.store.tables import POINT_NUMBERS, POINT_TEXT, SEGMENT_NUMBERS, SEGMENT_TEXT, StoreTables, define
from tests.gis.store.ground import CRS, SOUTH, WEST, survey

AREA = (WEST + 100, SOUTH + 100, WEST + 500, SOUTH + 400)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file with the store's tables, accounts beside them, and one version on the ground."""
    path = tmp_path / "archive.gpkg"
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        tables = _create(connection)
        connection.exec_driver_sql("CREATE TABLE account (name TEXT, password TEXT)")
        open_store("sqlite", tables, CRS).add(connection, 1, *survey(2, shapes=True))
    engine.dispose()
    return path


def _create(connection: Connection) -> StoreTables:
    metadata = MetaData(naming_convention=CONVENTION)
    tables = define(metadata)
    metadata.create_all(connection)
    create_extras(connection)
    return tables


def test_gdal_lists_segments_and_points_and_nothing_else(file: Path) -> None:
    assert sorted(name for name, _ in pyogrio.list_layers(file).tolist()) == ["pipe_point", "pipe_segment"]


def test_gdal_sees_every_field(file: Path) -> None:
    expected = {
        "pipe_segment": ({*SEGMENT_TEXT, *SEGMENT_NUMBERS}, "LineString Z", 400),
        "pipe_point": ({*POINT_TEXT, *POINT_NUMBERS}, "Point Z", 800),
    }
    for layer, (fields, kind, count) in expected.items():
        info = pyogrio.read_info(file, layer=layer)
        assert set(info["fields"]) == fields | {"version_id", "major", "minor", "row"}
        assert (info["geometry_type"], info["features"]) == (kind, count)
        assert (info["fid_column"], info["geometry_name"]) == ("fid", "geom")


def test_gdal_reads_the_geometry_that_was_stored(file: Path) -> None:
    _, segments = survey(2, shapes=True)
    _, _, geometry, (rows,) = raw.read(file, layer="pipe_segment", columns=["row"])
    assert geometry is not None
    lines = shapely.from_wkb(geometry)[np.argsort(rows)]
    assert shapely.equals(shapely.force_2d(lines), segments.columns["geometry"]).sum() == 399


def test_gdal_finds_by_the_index_what_the_store_finds(file: Path) -> None:
    _, fids, _, _ = raw.read(file, layer="pipe_segment", bbox=AREA, return_fids=True, columns=[])
    assert fids is not None
    boxes = sqlite3.connect(file).execute(
        "SELECT id FROM rtree_pipe_segment_geom WHERE maxx >= ? AND minx <= ? AND maxy >= ? AND miny <= ?",
        (AREA[0], AREA[2], AREA[1], AREA[3]),
    )
    assert set(fids.tolist()) <= {row[0] for row in boxes}
    assert len(fids) > 0


def test_the_file_says_that_it_is_a_geopackage(file: Path) -> None:
    connection = sqlite3.connect(file)
    assert connection.execute("PRAGMA application_id").fetchone() == (GEOPACKAGE,)
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    systems = connection.execute("SELECT srs_id FROM gpkg_spatial_ref_sys ORDER BY srs_id").fetchall()
    assert systems == [(-1,), (0,), (4326,)]  # no grid of a city among them


@pytest.mark.skipif(shutil.which("ogrinfo") is None, reason="there is no ogrinfo")
def test_ogrinfo_answers(file: Path) -> None:
    answer = subprocess.run(["ogrinfo", "-ro", file], check=True, capture_output=True, text=True).stdout
    assert "pipe_segment" in answer
    assert "account" not in answer


def test_the_index_follows_what_is_removed(tmp_path: Path) -> None:
    with create_engine("sqlite://").begin() as connection:
        tables = _create(connection)
        store = open_store("sqlite", tables, CRS)
        store.add(connection, 1, *survey(1))
        while store.remove(connection, 1, 1000):
            pass
        for name in ("rtree_pipe_segment_geom", "rtree_pipe_point_geom", "pipe_segment", "pipe_point"):
            assert connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar() == 0
        assert len(store.ids(connection, EVERYWHERE, Where([1]))) == 0


def test_what_no_model_declares_is_known_by_name(tmp_path: Path) -> None:
    with create_engine("sqlite://").begin() as connection:
        _create(connection)
        declared = {"pipe_point", "pipe_segment", "pipe_overview"}
        names = set(inspect(connection).get_table_names())
        assert {name for name in names if not is_extra(name)} == declared
        drop_extras(connection)
        assert set(inspect(connection).get_table_names()) == declared
        create_extras(connection)
