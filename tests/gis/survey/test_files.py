"""Hand-overs in the formats of maps: read back as they were written, and refused with a word where they cannot be."""

import json
import sqlite3
import stat
import struct
from pathlib import Path
from typing import Any

import ezdxf
import numpy as np
import orjson
import pytest
import shapely
from pyogrio.raw import write

from gis.codes import standard
from gis.survey.files import is_part, read_file
from gis.survey.model import Survey
from gis.survey.raw import RawTable
from gis.survey.read import read_survey
from gis.survey.source import GeoFile, SurveyFileError

CODES = standard()
NAMES = ("JS1", "JS2", "JS3")
PLACES = np.array([[594495.262, 3542289.447], [594495.262, 3542299.447], [594475.262, 3542289.447]])
PAIRS = ((0, 1), (0, 2))
LABELS = {
    "zh": ("点号", "地面高程", "特征", "起点点号", "终点点号"),
    "en": ("Exp_No", "High", "Feature", "S_Point", "E_Point"),
}


def text(*values: str) -> np.ndarray[Any, Any]:
    return np.array(values, dtype=np.object_)


def wkb(shapes: Any) -> np.ndarray[Any, Any]:
    return np.asarray(shapely.to_wkb(shapes), dtype=np.object_)


def layers(language: str = "zh") -> list[tuple[str, str, Any, list[str], list[Any]]]:
    """Name, kind of geometry, shapes, fields and columns of a pair of layers."""
    number, ground, feature, start, end = LABELS[language]
    lines = [shapely.LineString(PLACES[list(pair)]) for pair in PAIRS]
    heights = np.array([12.5, 12.6, 12.7])
    return [
        (
            "JSPOINT",
            "Point",
            shapely.points(PLACES),
            [number, ground, feature],
            [text(*NAMES), heights, text("三通", "弯头", "起点")],
        ),
        ("JSLINE", "LineString", np.array(lines), [start, end], [text("JS1", "JS1"), text("JS2", "JS3")]),
    ]


def written(folder: Path, driver: str, ending: str, language: str = "zh", **options: Any) -> list[Path]:
    """The pair of layers as files of that driver."""
    files = []
    for name, kind, shapes, fields, columns in layers(language):
        file = folder / f"{name}{ending}"
        crs = "EPSG:4547"
        write(file, wkb(shapes), columns, fields, geometry_type=kind, driver=driver, crs=crs, **options)
        files.append(file)
    return files


def survey_of(*files: GeoFile | None) -> Survey:
    assert all(files)
    return read_survey([table for file in files if file for table in file], CODES)


def is_whole(survey: Survey) -> None:
    """Whether everything came through."""
    order = np.argsort(survey.points.text("point_no").astype(str))
    points = survey.points.take(order)
    assert points.text("point_no").tolist() == list(NAMES)
    np.testing.assert_allclose(np.column_stack([points.number("east"), points.number("north")]), PLACES)
    assert points.number("ground_z").tolist() == [12.5, 12.6, 12.7]
    assert points.text("feature").tolist() == ["三通", "弯头", "起点"]
    pairs = zip(survey.segments.text("start_no"), survey.segments.text("end_no"), strict=True)
    assert sorted(pairs) == [("JS1", "JS2"), ("JS1", "JS3")]


def refusal(path: Path, name: str = "", **options: Any) -> SurveyFileError:
    with pytest.raises(SurveyFileError) as refused:
        read_file(path, name, **options)
    return refused.value


def test_a_geopackage_is_read_with_its_reference_system(tmp_path: Path) -> None:
    file = tmp_path / "hand-over.gpkg"
    for at, (name, kind, shapes, fields, columns) in enumerate(layers()):
        options = {"layer": name, "append": at > 0, "crs": "EPSG:4547"}
        write(file, wkb(shapes), columns, fields, geometry_type=kind, driver="GPKG", **options)
    found = read_file(file)
    assert found is not None
    assert found.crs == "EPSG:4547"
    is_whole(survey_of(found))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("encoding", ["UTF-8", "GBK"])
@pytest.mark.parametrize("told", [True, False])
def test_a_shapefile_is_read_in_either_encoding_told_or_not(tmp_path: Path, encoding: str, told: bool) -> None:
    files = written(tmp_path, "ESRI Shapefile", ".shp", "zh" if encoding == "GBK" else "en", encoding=encoding)
    if not told:
        for file in files:
            file.with_suffix(".cpg").unlink()
            content = bytearray(file.with_suffix(".dbf").read_bytes())
            content[29] = 0
            file.with_suffix(".dbf").write_bytes(content)
    is_whole(survey_of(*map(read_file, files)))


def test_a_shapefile_finds_its_parts_among_files_that_are_named_otherwise(tmp_path: Path) -> None:
    files = written(tmp_path, "ESRI Shapefile", ".shp", encoding="GBK")
    kept = tmp_path / "kept"
    kept.mkdir()
    given: dict[str, Path] = {}
    for file in sorted(tmp_path.glob("JS*.*")):
        given[file.name] = file.rename(kept / f"{len(given):064x}")
    found = [read_file(given[file.name], file.name, parts=given) for file in files]
    is_whole(survey_of(*found))
    assert is_part("JSLINE.DBF", given)
    assert not is_part("other.dbf", given)
    assert not is_part("JSLINE.shp", given)


def test_a_shapefile_without_its_parts_says_which(tmp_path: Path) -> None:
    file, _ = written(tmp_path, "ESRI Shapefile", ".shp", encoding="GBK")
    file.with_suffix(".dbf").unlink()
    error = refusal(file)
    assert (error.code, error.values) == ("parts_missing", ("JSPOINT.shp", ".dbf"))


def test_a_dbf_alone_is_a_table(tmp_path: Path) -> None:
    files = written(tmp_path, "ESRI Shapefile", ".shp", encoding="GBK")
    found = read_file(files[1].with_suffix(".dbf"))
    assert found is not None
    (table,) = found
    assert survey_of(found).segments.text("end_no").tolist() == ["JS2", "JS3"]
    assert table.name == "JSLINE"


def test_geojson_is_read_without_anybody_asking_for_an_address(tmp_path: Path) -> None:
    features = [
        {
            "type": "Feature",
            "properties": {"点号": name, "地面高程": z, "特征": "三通"},
            "geometry": shapely.Point(place).__geo_interface__,
        }
        for name, place, z in zip(NAMES, PLACES, (12.5, 12.6, 12.7), strict=True)
    ]
    line = {"type": "LineString", "coordinates": PLACES[:2].tolist()}
    features += [{"type": "Feature", "properties": {"材质": "PE", "list": [1]}, "geometry": line}]
    link = {"type": "link", "properties": {"href": "http://127.0.0.1:1/crs", "type": "proj4"}}
    file = tmp_path / "JS.geojson"
    file.write_bytes(orjson.dumps({"type": "FeatureCollection", "crs": link, "features": features}))
    found = read_file(file)
    assert found is not None
    survey = survey_of(found)
    assert survey.points.text("point_no").tolist() == list(NAMES)
    assert survey.segments.text("end_no").tolist() == ["JS2"], "an end takes the number of the point that lies there"
    named = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4547"}}
    file.write_bytes(orjson.dumps({"type": "FeatureCollection", "crs": named, "features": features}))
    again = read_file(file)
    assert again is not None
    assert again.crs == "EPSG:4547"


@pytest.mark.parametrize("version", ["R12", "R2000", "R2010"])
def test_a_drawing_gives_points_by_blocks_and_lines_by_layers(tmp_path: Path, version: str) -> None:
    drawing = ezdxf.new(version)  # type: ignore[attr-defined]
    drawing.encoding = "gbk" if version == "R2000" else drawing.encoding
    space = drawing.modelspace()
    for layer in ("JSPOINT", "JSLINE", "JSTEXT", "TERRAIN"):
        drawing.layers.add(layer)
    drawing.appids.add("PIPES")
    drawing.blocks.new("VALVE").add_attdef("点号", (0, 0))
    for name, (east, north), z in zip(NAMES[:2], PLACES[:2], (12.5, 12.6), strict=True):
        block = space.add_blockref("VALVE", (east, north, z), dxfattribs={"layer": "JSPOINT"})
        block.add_attrib("点号", name)
        block.add_attrib("特征", "三通")
    space.add_point((*PLACES[2], 12.7), dxfattribs={"layer": "JSPOINT"})
    space.add_text("JS3", dxfattribs={"layer": "JSTEXT"}).set_placement((PLACES[2][0] + 1, PLACES[2][1]))
    line = space.add_line((*PLACES[1], 11.3), (*PLACES[0], 11.2), dxfattribs={"layer": "JSLINE"})
    line.set_xdata("PIPES", [(1000, "材质=PE"), (1000, "管径"), (1000, "DN300")])
    space.add_polyline3d([(*PLACES[1], 11.3), (*PLACES[0], 11.2), (*PLACES[2], 11.1)], dxfattribs={"layer": "JSLINE"})
    space.add_line((0, 0), (1, 1), dxfattribs={"layer": "TERRAIN"})
    file = tmp_path / "drawing"
    drawing.saveas(file)
    survey = survey_of(read_file(file, "图.dxf"))
    assert survey.points.text("point_no").tolist() == list(NAMES)
    assert survey.points.text("feature").tolist() == ["三通", "三通", ""]
    assert survey.points.number("ground_z").tolist() == [12.5, 12.6, 12.7]
    pairs = list(zip(survey.segments.text("start_no"), survey.segments.text("end_no"), strict=True))
    assert pairs == [("JS2", "JS1"), ("JS2", "JS1"), ("JS1", "JS3")], "the line breaks at the point on it"
    assert survey.segments.number("end_z").tolist() == [11.2, 11.2, 11.1]
    assert survey.segments.number("start_depth").tolist() == [1.3, 1.3, 1.3]
    first = survey.segments.row(0)
    assert (first["material"], first["width"]) == ("PE", 300.0)


def test_a_drawing_without_pipes_names_the_layers_it_has(tmp_path: Path) -> None:
    drawing = ezdxf.new("R2010")  # type: ignore[attr-defined]
    drawing.modelspace().add_line((0, 0), (1, 1), dxfattribs={"layer": "JMD"})
    file = tmp_path / "map.dxf"
    drawing.saveas(file)
    error = refusal(file)
    assert (error.code, error.values) == ("no_pipe_layers", ("map.dxf", "JMD"))


def test_an_unknown_later_drawing_and_a_dwg_are_told_by_their_version(tmp_path: Path) -> None:
    later = tmp_path / "later.dxf"
    later.write_text("  0\nSECTION\n  2\nHEADER\n  9\n$ACADVER\n  1\nAC1099\n  0\nENDSEC\n  0\nEOF\n")
    assert refusal(later).values == ("later.dxf", "AC1099")
    dwg = tmp_path / "later.dwg"
    dwg.write_bytes(b"AC1032" + bytes(100))
    assert (refusal(dwg).code, refusal(dwg).values) == ("dwg", ("later.dwg", "AC1032"))


def test_damaged_files_are_refused(tmp_path: Path) -> None:
    package = tmp_path / "x.gpkg"
    write(
        package,
        wkb(shapely.points(PLACES)),
        [],
        [],
        geometry_type="Point",
        driver="GPKG",
        layer="a",
        crs="EPSG:4547",
    )
    content = package.read_bytes()
    package.write_bytes(content[:4096] + bytes(len(content) - 4096))
    assert refusal(package).code == "damaged"
    drawing = tmp_path / "x.dxf"
    drawing.write_text("  0\nSECTION\n  2\nENTITIES\n  0\nLINE\n 10\nabc")
    assert refusal(drawing).code in {"damaged", "no_pipe_layers"}
    json = tmp_path / "x.geojson"
    json.write_text('{"type": "FeatureCollection", "features": [{')
    assert refusal(json).code == "damaged"
    shape = tmp_path / "x.shp"
    shape.write_bytes(struct.pack(">i", 9994) + bytes(200))
    for ending in (".shx", ".dbf"):
        shape.with_suffix(ending).write_bytes(b"\x03" + bytes(40))
    assert refusal(shape).code == "damaged"
    nothing = tmp_path / "x.mdb"
    nothing.write_bytes(b"nothing of the sort")
    assert refusal(nothing).code == "damaged"


@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "Point", "coordinates": ["x", 1]},
        {"type": "Point", "coordinates": 3},
        {"type": "LineString", "coordinates": []},
        {"type": "Polygon"},
    ],
)
def test_geojson_of_the_wrong_shape_breaks_nothing(tmp_path: Path, geometry: Any) -> None:
    file = tmp_path / "x.geojson"
    features = [{"type": "Feature", "properties": {"点号": "A"}, "geometry": geometry}]
    file.write_bytes(orjson.dumps({"type": "FeatureCollection", "features": features}))
    if geometry["type"] == "Polygon":
        assert not len(survey_of(read_file(file)).points)
    else:
        assert refusal(file).code == "damaged"


def test_places_beyond_all_measure_are_faults(tmp_path: Path) -> None:
    file = tmp_path / "JSPOINT.geojson"
    point = {"type": "Point", "coordinates": [1e308, 3500000]}
    file.write_bytes(
        orjson.dumps({"type": "FeatureCollection", "features": [{"properties": {"点号": "A"}, "geometry": point}]})
    )
    survey = survey_of(read_file(file))
    assert np.isnan(survey.points.number("east")).all()
    assert [fault.rule for fault in survey.faults if fault.column == "east"] == ["F3"]


def test_only_the_expected_driver_opens_a_file(tmp_path: Path) -> None:
    virtual = tmp_path / "x.gpkg"
    virtual.write_text(
        "<OGRVRTDataSource><OGRVRTLayer name='a'><SrcDataSource>/etc</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"
    )
    assert refusal(virtual).code == "damaged"
    database = tmp_path / "plain.gpkg"
    with sqlite3.connect(database) as connection:
        connection.execute("CREATE TABLE a (b)")
    connection.close()
    assert refusal(database).code == "damaged"


def test_what_is_no_geodata_is_left_to_others(tmp_path: Path) -> None:
    file = tmp_path / "points.csv"
    file.write_text("点号,X,Y\nA,1,2\n", encoding="gb18030")
    assert read_file(file) is None
    assert refusal(tmp_path / "missing.shp").code == "unreadable"


def test_a_file_without_rows_is_empty(tmp_path: Path) -> None:
    file = tmp_path / "x.geojson"
    file.write_text('{"type": "FeatureCollection", "features": []}')
    assert refusal(file).code == "empty"


@pytest.fixture
def access(tmp_path: Path) -> Path:
    """The first bytes of an Access database."""
    file = tmp_path / "survey.mdb"
    file.write_bytes(b"\x00\x01\x00\x00Standard Jet DB\x00" + bytes(4096))
    return file


def program(folder: Path, name: str, script: str) -> None:
    """A program of that name, for this machine may have no mdbtools."""
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)


def test_an_access_database_is_read_by_mdb_export(
    access: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    monkeypatch.setenv("PATH", f"{tools}:/usr/bin:/bin")
    program(tools, "mdb-tables", "echo MSysObjects; echo JSPOINT; echo JSLINE")
    program(
        tools,
        "mdb-export",
        """test "$MDB_JET3_CHARSET" = cp936 || exit 3
case "$7" in
JSPOINT) printf '点号,X,Y,H\\nJS1,3542289.447,594495.262,0.699999988\\nJS2,3542299.447,594495.262,12.6000004\\n';;
JSLINE) printf '起点点号,终点点号,备注\\nJS1,JS2,"two\nlines"\\n';;
esac""",
    )
    found = read_file(access)
    assert found is not None
    assert all(isinstance(table, RawTable) for table in found)
    survey = survey_of(found)
    assert survey.points.number("ground_z").tolist() == [0.7, 12.6], "single precision is the number that was typed"
    assert survey.points.number("north").tolist() == [3542289.447, 3542299.447]
    assert survey.segments.row(0)["note"] == "two lines"


def test_without_mdb_export_it_says_so(access: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    error = refusal(access)
    assert (error.code, error.values) == ("mdb_tool_missing", ("survey.mdb", "mdb-tables"))


@pytest.mark.parametrize(
    ("script", "code"),
    [("echo 'file is password protected' >&2; exit 1", "encrypted"), ("echo broken >&2; exit 1", "mdb_failed")],
)
def test_a_locked_or_broken_database_is_refused(
    access: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, code: str
) -> None:
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    program(tmp_path, "mdb-tables", script)
    assert refusal(access).code == code


def test_points_and_lines_in_one_collection_are_told_apart(tmp_path: Path) -> None:
    place = {"JS1": [500_000.0, 3_400_000.0, 12.5], "JS2": [500_020.0, 3_400_000.0, 12.6]}
    points = [
        {"type": "Feature", "properties": {"物探点号": name}, "geometry": {"type": "Point", "coordinates": at}}
        for name, at in place.items()
    ]
    ends = {"起点点号": "JS1", "连接点号": "JS2", "材质": "钢", "管径": "DN300"}
    line = {"type": "LineString", "coordinates": list(place.values())}
    features = [*points, {"type": "Feature", "properties": ends, "geometry": line}]
    file = tmp_path / "JS.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    survey = survey_of(read_file(file))
    assert survey.points.text("point_no").tolist() == ["JS1", "JS2"]
    assert survey.points.number("east").tolist() == [500_000.0, 500_020.0]
    assert (survey.segments.text("start_no").tolist(), survey.segments.text("end_no").tolist()) == (["JS1"], ["JS2"])
    assert not survey.segments.has("geometry"), "it runs straight from point to point"
