"""Exports read back: by GDAL as any program would, and by our own importer as the survey that they were."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pyogrio.raw
import pytest
import shapely
from numpy.typing import NDArray

from gis.codes import standard
from gis.crs import CoordinateError, transformer
from gis.export import dxf, geojson, geopackage, kml, shapefile
from gis.export.columns import Marks, moved
from gis.frame import Frame, empty
from gis.profiles import CrsProfile, from_store
from gis.survey.files import read_file
from gis.survey.model import Survey
from gis.survey.read import read_survey
from tests.gis.export.selection import AWKWARD, EAST, MARKS, NORTH, STORE, clipped, selection

Write = Callable[[Frame, Frame, Path], None]


def layer(path: Any, name: str | None = None) -> tuple[dict[str, NDArray[Any]], NDArray[Any], str]:
    meta, _, shapes, columns = pyogrio.raw.read(path, layer=name)
    geometries: NDArray[Any] = np.array(shapely.from_wkb(shapes))
    return dict(zip(meta["fields"], columns, strict=True)), geometries, meta["crs"]


def to_geopackage(points: Frame, segments: Frame, target: Path) -> None:
    geopackage.write(points, segments, target, STORE, standard(), MARKS)


def to_geojson(points: Frame, segments: Frame, target: Path) -> None:
    geojson.write(points, segments, target, STORE, standard(), MARKS)


def to_projected(points: Frame, segments: Frame, target: Path) -> None:
    geojson.write(points, segments, target, STORE, standard(), MARKS, projected=True)


def to_shapefile(points: Frame, segments: Frame, target: Path) -> None:
    shapefile.write(points, segments, target, STORE, standard(), MARKS)


def to_kml(points: Frame, segments: Frame, target: Path) -> None:
    kml.write(points, segments, target, STORE, standard(), MARKS)


def to_dxf(points: Frame, segments: Frame, target: Path) -> None:
    dxf.write(points, segments, target, STORE, standard(), MARKS)


FORMATS: dict[str, Write] = {
    "o.gpkg": to_geopackage, "o.geojson": to_geojson, "p.geojson": to_projected, "o.zip": to_shapefile,
    "o.kml": to_kml, "o.dxf": to_dxf,
}  # fmt: skip


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_writes_nothing_missing_and_clipped_lines(name: str, tmp_path: Path) -> None:
    points, segments = selection()
    FORMATS[name](empty(), empty(), tmp_path / f"0{name}")
    FORMATS[name](points, clipped(segments), tmp_path / f"1{name}")
    bare = points.take(slice(0, 2)).with_columns(ground_z=np.full(2, np.nan))
    FORMATS[name](bare, empty(), tmp_path / f"2{name}")
    assert all((tmp_path / f"{number}{name}").stat().st_size for number in range(3))


@pytest.mark.parametrize("name", ["o.gpkg", "o.kml", "o.geojson"])
def test_every_copy_carries_its_marks(name: str, tmp_path: Path) -> None:
    FORMATS[name](*selection(), tmp_path / name)
    content = (tmp_path / name).read_bytes().decode("utf-8", "replace")
    assert [line for line in MARKS.lines() if line not in content] == []


def test_a_geopackage_has_one_layer_of_points_and_one_of_segments(tmp_path: Path) -> None:
    to_geopackage(*selection(), tmp_path / "o.gpkg")
    layers = pyogrio.list_layers(tmp_path / "o.gpkg").tolist()
    assert layers == [["pipe_point", "Point Z"], ["pipe_segment", "LineString Z"]]
    columns, shapes, crs = layer(tmp_path / "o.gpkg", "pipe_segment")
    assert crs == "EPSG:4548"
    assert columns["材质"].tolist() == ["球墨铸铁", "混凝土", "不详"]
    assert columns["权属单位"].tolist() == ["城市供水有限公司", AWKWARD, None]
    assert columns["流向"].tolist() == [None, "-", None]
    assert shapely.get_coordinates(shapes[0], include_z=True).tolist()[1] == [EAST + 60, NORTH, 20.3]


def test_a_geopackage_is_written_anew_over_an_older_one(tmp_path: Path) -> None:
    points, segments = selection()
    to_geopackage(points, segments, tmp_path / "o.gpkg")
    to_geopackage(points, segments.take(slice(0, 1)), tmp_path / "o.gpkg")
    assert len(layer(tmp_path / "o.gpkg", "pipe_segment")[1]) == 1


def test_a_grid_without_a_code_is_exported_without_one(tmp_path: Path) -> None:
    grid = CrsProfile("grid", "four", STORE, {"east_shift": 450_000.0, "north_shift": 3_500_000.0})
    points, segments = moved(*selection(), from_store(grid, STORE))
    geopackage.write(points, segments, tmp_path / "o.gpkg", None, standard(), Marks())
    _, shapes, crs = layer(tmp_path / "o.gpkg", "pipe_segment")
    assert not crs or "EPSG" not in crs
    assert shapely.get_coordinates(shapes[0], include_z=True)[0].tolist() == pytest.approx([50_000, 20_000, 20.2])


def test_geojson_holds_degrees(tmp_path: Path) -> None:
    to_geojson(*selection(), tmp_path / "o.geojson")
    document = json.loads((tmp_path / "o.geojson").read_text(encoding="utf-8"))
    assert document["copy_no"] == MARKS.copy_no
    assert "coordRefSys" not in document
    assert len(document["features"]) == 7
    first = document["features"][0]
    lon, lat = transformer(STORE, 4490).transform(EAST, NORTH)
    assert first["geometry"]["coordinates"][0] == pytest.approx([lon, lat, 20.2], abs=1e-9)
    assert first["properties"]["layer"] == "segment"
    assert first["properties"]["终点埋深"] == 1.3
    assert "终点埋深" not in document["features"][2]["properties"]
    assert layer(tmp_path / "o.geojson")[2] == "EPSG:4326"


def test_projected_geojson_names_its_system_and_keeps_the_plane(tmp_path: Path) -> None:
    to_projected(*selection(), tmp_path / "o.geojson")
    document = json.loads((tmp_path / "o.geojson").read_text(encoding="utf-8"))
    assert document["coordRefSys"].endswith("/EPSG/0/4548")
    first = document["features"][0]
    assert first["geometry"]["coordinates"][0][0] == pytest.approx(117)
    assert first["place"]["coordinates"][0] == [NORTH, EAST, 20.2]
    _, shapes, crs = layer(tmp_path / "o.geojson")
    assert crs == "EPSG:4548"
    assert shapely.get_coordinates(shapes[0])[0].tolist() == [EAST, NORTH]


@pytest.mark.parametrize("write", [geojson.write, kml.write])
def test_another_datum_is_not_shown_as_wgs84(write: Any, tmp_path: Path) -> None:
    with pytest.raises(CoordinateError) as caught:
        write(*selection(), tmp_path / "o", 2437, standard(), MARKS)
    assert caught.value.code == "display"


def test_shapefiles_stand_by_class_with_short_names_and_a_table_of_them(tmp_path: Path) -> None:
    to_shapefile(*selection(), tmp_path / "o.zip")
    with zipfile.ZipFile(tmp_path / "o.zip") as archive:
        names = set(archive.namelist())
        assert archive.read("JS_LINE.cpg") == b"UTF-8"
        table = archive.read("字段对照表.csv").decode("utf-8-sig")
    wanted = {f"{stem}.{part}" for stem in ("JS_LINE", "JS_POINT", "PS_LINE", "PS_POINT") for part in ("shp", "dbf")}
    assert wanted <= names
    assert MARKS.copy_no in table
    columns, shapes, crs = layer(f"/vsizip/{tmp_path / 'o.zip'}/PS_LINE.shp")
    assert [name for name in columns if len(name) > 10 or not name.isascii() or f"LINE,{name}," not in table] == []
    assert columns["material"].tolist() == ["混凝土"]
    assert "4548" in crs
    assert shapely.get_coordinates(shapes[0], include_z=True)[2].tolist() == [EAST + 50, NORTH + 20, 19.1]


def test_a_text_too_long_for_a_table_is_cut_between_characters(tmp_path: Path) -> None:
    points, segments = selection()
    long = segments.with_columns(note=np.array(["管" * 200, "", ""], dtype=object))
    to_shapefile(points, long, tmp_path / "o.zip")
    columns, _, _ = layer(f"/vsizip/{tmp_path / 'o.zip'}/JS_LINE.shp")
    assert columns["note"][0] == "管" * 84


def test_kml_has_a_folder_and_a_colour_for_each_kind(tmp_path: Path) -> None:
    to_kml(*selection(), tmp_path / "o.kml")
    content = (tmp_path / "o.kml").read_text(encoding="utf-8")
    assert "<color>ffffff00</color>" in content  # cyan: alpha, blue, green, red
    assert sorted(pyogrio.list_layers(tmp_path / "o.kml")[:, 0].tolist()) == ["配水", "雨水"]
    columns, shapes, _ = layer(tmp_path / "o.kml", "雨水")
    assert columns["owner"].tolist()[0].split() == AWKWARD.split()
    assert columns["Name"].tolist() == ["雨 ← DN600 混凝土 5.9‰ 2.10", "Y1", "Y2"]
    assert transformer(STORE, 4490).transform(EAST, NORTH + 20) == pytest.approx(shapely.get_coordinates(shapes)[0])


def read_back(path: Path) -> Survey:
    found = read_file(path)
    assert found is not None
    return read_survey(found.tables, standard())


def read_zip(path: Path) -> Survey:
    with zipfile.ZipFile(path) as archive:
        archive.extractall(path.parent / "shp")
    tables = [table for shp in sorted((path.parent / "shp").glob("*.shp")) for table in read_file(shp) or ()]
    return read_survey(tables, standard())


@pytest.mark.parametrize("name", ["o.gpkg", "o.zip", "o.dxf"])
def test_the_importer_reads_an_export_as_the_survey_that_it_was(name: str, tmp_path: Path) -> None:
    points, segments = selection()
    FORMATS[name](points.take(slice(0, 4)), segments.take(slice(0, 2)), tmp_path / name)
    survey = read_zip(tmp_path / name) if name == "o.zip" else read_back(tmp_path / name)
    order = np.argsort(survey.points.text("point_no"))
    again = survey.points.take(order)
    assert again.text("point_no").tolist() == ["J1", "J2", "Y1", "Y2"]
    assert again.text("minor").tolist() == ["JP", "JP", "YS", "YS"]
    assert again.number("east").tolist() == pytest.approx(points.number("east")[:4].tolist(), abs=1e-3)
    assert again.number("north").tolist() == pytest.approx(points.number("north")[:4].tolist(), abs=1e-3)
    assert again.text("appurtenance").tolist() == ["阀门井", "", "检查井", "雨水箅"]
    lines = survey.segments.take(np.argsort(survey.segments.text("start_no")))
    assert lines.text("start_no").tolist() == ["J1", "Y1"]
    assert lines.text("end_no").tolist() == ["J2", "Y2"]
    assert lines.text("material").tolist() == ["QM", "T"]
    assert lines.number("width").tolist() == [300, 600]
    assert lines.number("start_depth").tolist() == pytest.approx([1.3, 2.0])
    assert lines.number("flow")[1] == -1
