"""Boundaries brought as files: each format, each custom of writing, and what is refused."""

import contextlib
import io
import json
from typing import Any

import numpy as np
import pytest
from ezdxf.document import Drawing
from ezdxf.filemanagement import new
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.area import AreaError
from gis.boundaries import read_boundary
from gis.crs import display_transformer, transformer
from gis.profiles import CrsProfile, ProfileError

STORE = 4548
EAST, NORTH = 500_000.0, 3_520_000.0
SQUARE = [(EAST, NORTH), (EAST + 100, NORTH), (EAST + 100, NORTH + 100), (EAST, NORTH + 100)]
OPENGIS = "http://www.opengis.net/def/crs/EPSG/0"
SEVEN: dict[str, float | str] = {
    "x": -11.5, "y": 117.25, "z": 39.75, "rx": 0.93, "ry": -1.21, "rz": 2.17, "scale_ppm": -3.4,
    "convention": "position_vector",
}  # fmt: skip


def geojson(document: dict[str, Any]) -> bytes:
    return json.dumps(document).encode()


def square(crs: int | None = None, east: float = 0) -> dict[str, Any]:
    ring = [(x + east, y) for x, y in [*SQUARE, SQUARE[0]]]
    if crs:
        ring = [display_transformer(STORE, crs).transform(*point) for point in ring]
    return {"type": "Polygon", "coordinates": [ring]}


def north_first(geometry: dict[str, Any]) -> dict[str, Any]:
    rings = [[(north, east) for east, north in ring] for ring in geometry["coordinates"]]
    return {**geometry, "coordinates": rings}


def feature(geometry: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "properties": {}, "geometry": geometry}


def collection(*geometries: dict[str, Any]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": [feature(geometry) for geometry in geometries]}


@pytest.mark.parametrize(
    "document",
    [
        square(4326),
        feature(square(4326)),
        collection(square(4326)),
        {"type": "MultiPolygon", "coordinates": [square(4326)["coordinates"]]},
        {"type": "GeometryCollection", "geometries": [square(4326), {"type": "Point", "coordinates": [117, 31]}]},
        {**square(4326), "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}},
        {**square(), "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4548"}}},
        {**square(), "crs": {"type": "name", "properties": {"name": "EPSG:4548"}}},
        {**feature(square(4326)), "place": north_first(square()), "coordRefSys": f"{OPENGIS}/4548"},
        {**feature(square(4326)), "place": None, "coordRefSys": f"{OPENGIS}/4548"},
        square(),
    ],
)
def test_geojson_is_read_in_its_own_system(document: dict[str, Any]) -> None:
    area = read_boundary(geojson(document), "red.geojson", STORE)
    assert area.area == pytest.approx(10_000, rel=1e-6)
    assert area.bounds == pytest.approx((EAST, NORTH, EAST + 100, NORTH + 100), abs=1e-3)


def test_all_polygons_of_a_geojson_are_one_area() -> None:
    apart = read_boundary(geojson(collection(square(), square(east=500))), "red.json", STORE)
    assert apart.geom_type == "MultiPolygon"
    assert apart.area == pytest.approx(20_000)


def drawing(version: str = "R2010") -> Drawing:
    return new(version)


def saved(document: Drawing) -> bytes:
    stream = io.StringIO()
    document.write(stream)
    return document.encode(stream.getvalue())


@pytest.mark.parametrize("version", ["R12", "R2000", "R2004", "R2010", "R2018"])
def test_a_closed_line_of_a_dxf_is_an_area(version: str) -> None:
    document = drawing(version)
    document.layers.add("用地红线")
    document.modelspace().add_polyline2d([*SQUARE], close=True, dxfattribs={"layer": "用地红线"})
    assert read_boundary(saved(document), "red.dxf", STORE).area == 10_000


def test_arcs_of_a_dxf_become_chords() -> None:
    document = drawing()
    half = [(EAST, NORTH, 0, 0, 1), (EAST + 100, NORTH, 0, 0, 1)]
    document.modelspace().add_lwpolyline(half, close=True)
    area = read_boundary(saved(document), "red.dxf", STORE)
    assert area.area == pytest.approx(np.pi * 50**2, rel=1e-3)


def test_a_line_that_ends_where_it_began_is_closed_and_a_circle_too() -> None:
    document = drawing()
    document.modelspace().add_lwpolyline([*SQUARE, SQUARE[0]])
    document.modelspace().add_circle((EAST + 500, NORTH), 10)
    assert read_boundary(saved(document), "red.dxf", STORE).area == pytest.approx(10_000 + np.pi * 100, rel=1e-3)


def lines(*rows: str) -> bytes:
    return "\n".join(rows).encode()


LISTS = [
    lines("3520000 500000", "3520000 500100", "3520100 500100", "3520100 500000"),
    lines("3520000,500000", "3520000,500100", "3520100,500100", "3520100,500000", "3520000,500000"),
    lines("X\tY", "3520000\t500000", "3520000\t500100", "3520100\t500100", "3520100\t500000"),
    lines("500000;3520000", "500100;3520000", "500100;3520100", "500000;3520100", ""),
    lines("点号,X,Y", "J1,3520000,500000", "J2,3520000,500100", "J3,3520100,500100", "J4,3520100,500000"),
    lines("1 3520000 500000", "2 3520000 500100", "3 3520100 500100", "4 3520100 500000", "1 3520000 500000"),
    lines("1,,500000,3520000,21.4", "2,,500100,3520000,21.5", "3,,500100,3520100,21", "4,,500000,3520100,21.7"),
    lines("3520000，39500000", "3520000，39500100", "3520100，39500100", "3520100，39500000"),
    "用地红线拐点（米）\n\n点号 X Y\r\nJ1 3520000 500000\nJ2 3520000 500100\nJ3 3520100 500100\nJ4 3520100 500000"
    .encode("gb18030"),
]  # fmt: skip


@pytest.mark.parametrize("content", LISTS)
def test_lists_are_read_as_people_write_them(content: bytes) -> None:
    area = read_boundary(content, "red.txt", STORE)
    assert area.area == pytest.approx(10_000)
    assert area.bounds == pytest.approx((EAST, NORTH, EAST + 100, NORTH + 100))


@pytest.mark.parametrize("pattern", ["{0:.9f} {1:.9f}", "{1:.9f},{0:.9f}", "P {0:.9f} {1:.9f}"])
def test_a_list_of_degrees_is_read_whichever_comes_first(pattern: str) -> None:
    places = [transformer(STORE, 4490).transform(*point) for point in SQUARE]
    content = lines(*(pattern.format(*place) for place in places))
    assert read_boundary(content, "red.csv", STORE).area == pytest.approx(10_000, rel=1e-4)


def test_a_list_of_degrees_minutes_and_seconds_is_read() -> None:
    content = lines("117°00′00″, 31°48′00″", "117°00′30″, 31°48′00″", "117°00′30″, 31°48′30″", "117°00′00″ 31°48′30″")
    assert read_boundary(content, "red.txt", STORE).area == pytest.approx(789 * 924, rel=0.01)


def test_rings_of_a_list_are_parted_by_an_empty_line_and_lie_beside_or_inside_each_other() -> None:
    outer = ["3520000 500000", "3520000 500100", "3520100 500100", "3520100 500000"]
    hole = ["3520010 500010", "3520010 500020", "3520020 500020", "3520020 500010"]
    beside = ["3520000 500200", "3520000 500300", "3520100 500300", "3520100 500200"]
    area = read_boundary(lines(*outer, "", *hole, "", "", *beside), "red.txt", STORE)
    assert area.area == 19_900


def test_a_grid_of_the_office_is_taken_by_its_profile_and_refused_without() -> None:
    grid = CrsProfile("grid", "four", STORE, {"east_shift": 450_000.0, "north_shift": 3_500_000.0})
    content = lines("1 20000 50000", "2 20000 50100", "3 20100 50100", "4 20100 50000")
    assert read_boundary(content, "red.txt", grid, STORE).bounds == (EAST, NORTH, EAST + 100, NORTH + 100)
    with pytest.raises(AreaError) as caught:
        read_boundary(content, "red.txt", STORE)
    assert caught.value.code == "city_grid"


def parcel(head: dict[str, str], *rows: str) -> bytes:
    settings_ = [f"{name}={value}" for name, value in head.items()]
    return "\n".join(["[属性描述]", *settings_, "[地块坐标]", *rows]).encode("gb18030")


HEAD = {
    "格式版本号": "1.01版本",
    "坐标系": "2000国家大地坐标系",
    "几度分带": "3",
    "投影类型": "高斯克吕格",
    "计量单位": "米",
    "带号": "39",
}
ROWS = [
    "4,1.0,1,地块一,面,H50G001,公路用地,,@",
    "J1,1,3520000.0,{0}500000.0", "J2,1,3520000.0,{0}500100.0",
    "J3,1,3520100.0,{0}500100.0", "J4,1,3520100.0,{0}500000.0", "J1,1,3520000.0,{0}500000.0",
]  # fmt: skip
INNER = ["J5,2,3520010.0,{0}500010.0", "J6,2,3520010.0,{0}500020.0", "J7,2,3520020.0,{0}500020.0"]
SECOND = [row.replace(".0,{0}500", ".0,{0}501") for row in ROWS]


@pytest.mark.parametrize("zone", ["", "39"])
def test_parcels_are_read_north_first_with_their_holes(zone: str) -> None:
    rows = [row.format(zone) for row in (*ROWS, *INNER, *SECOND)]
    area = read_boundary(parcel(HEAD, *rows), "地块.txt", 4549, STORE)
    assert area.area == pytest.approx(10_000 + 10_000 - 50)
    assert area.bounds == pytest.approx((EAST, NORTH, EAST + 1100, NORTH + 100))


def test_parcels_in_the_old_datum_need_the_offices_parameters() -> None:
    content = parcel(HEAD | {"坐标系": "80国家大地坐标系"}, *(row.format("39") for row in ROWS))
    with pytest.raises(ProfileError) as caught:
        read_boundary(content, "地块.txt", STORE)
    assert caught.value.code == "needs_parameters"
    seven = CrsProfile("seven", "seven", 2384, SEVEN)
    assert read_boundary(content, "地块.txt", seven, STORE).area == pytest.approx(10_000, rel=1e-4)


def test_a_zone_that_contradicts_the_head_is_named() -> None:
    content = parcel(HEAD | {"带号": "38"}, *(row.format("39") for row in ROWS))
    with pytest.raises(AreaError) as caught:
        read_boundary(content, "地块.txt", STORE)
    assert (caught.value.code, caught.value.values) == ("zone", (39, 38))


def dxf_of(version: bytes) -> bytes:
    return b"  0\nSECTION\n  2\nHEADER\n  9\n$ACADVER\n  1\n" + version + b"\n  0\nENDSEC\n  0\nEOF\n"


def open_line() -> bytes:
    document = drawing()
    document.modelspace().add_lwpolyline(SQUARE)
    return saved(document)


CROSSED = ["3520000 500000", "3520100 500100", "3520000 500100", "3520100 500000"]


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"AC1032\0\0\0", "red.dwg", "dwg"),
        (b"AC1027\0\0\0", "red.dxf", "dwg"),
        (dxf_of(b"AC1099"), "red.dxf", "dxf_version"),
        (dxf_of(b"AC1040"), "red", "dxf_version"),
        (dxf_of(b"AC1024"), "red.dxf", "no_polygon"),
        (open_line(), "red.dxf", "open"),
        (b"no drawing", "red.dxf", "dxf"),
        (b"\0\1\2\3", "red.bin", "unreadable"),
        (b"", "red.txt", "unreadable"),
        (b"\xff\xfe\x00\x81", "red.txt", "unreadable"),
        (b"nothing but words", "red.txt", "no_polygon"),
        (b"{", "red.json", "unreadable"),
        (b'{"type": "Polygon", "coordinates": [[["a", 1], [2, 3], [4, 5]]]}', "red.json", "unreadable"),
        (b'{"type": "Polygon", "coordinates": [[[1, 1]]]}', "red.json", "unreadable"),
        (b'{"type": "FeatureCollection", "features": 7}', "red.json", "unreadable"),
        (b"{" * 100_000, "red.json", "unreadable"),
        (b'{"a":' * 100_000, "red.json", "unreadable"),
        (geojson({"type": "Point", "coordinates": [117, 31]}), "red.json", "no_polygon"),
        (geojson({**square(), "crs": {"type": "name", "properties": {"name": "EPSG:9999"}}}), "red.json", "crs"),
        (geojson({"type": "Polygon", "coordinates": [[[1, 1], [2, 1], [2, 2]]]}), "red.json", "outside"),
        (lines(*CROSSED), "red.txt", "crossing"),
        (lines(*CROSSED[:2]), "red.txt", "few_points"),
        (lines(*CROSSED[:2], "a road", *CROSSED[2:]), "red.txt", "line"),
        (lines(*CROSSED[:3], "3520000 500000 7 9"), "red.txt", "line"),
        (lines("3520000 500000", "3520000 39500100", "3520100 500100"), "red.txt", "mixed"),
        (lines("3520000 500000", "500100 3520000", "3520100 500100"), "red.txt", "mixed"),
        (lines("3520000 500000", "3520000 nan", "3520100 500100"), "red.txt", "number"),
        (lines("3520000 500000", "3520000 1e400", "3520100 500100"), "red.txt", "number"),
        (lines("3520000 500000", "3520000 1e308", "3520100 500100"), "red.txt", "number"),
        (parcel(HEAD), "地块.txt", "no_polygon"),
        (parcel(HEAD, "J1,1,a,b"), "地块.txt", "line"),
        (parcel(HEAD | {"带号": "99"}, *ROWS), "地块.txt", "line"),
        (parcel(HEAD | {"带号": "99"}, *(row.format("") for row in ROWS)), "地块.txt", "zone"),
        (b" " * (33 * 1024 * 1024), "red.txt", "large_file"),
        (dxf_of(b"AC1024") + b" " * (17 * 1024 * 1024), "red.dxf", "large_file"),
    ],
)
def test_what_is_no_boundary_is_named(content: bytes, name: str, code: str) -> None:
    with pytest.raises(AreaError) as caught:
        read_boundary(content, name, STORE)
    assert caught.value.code == code


def test_a_list_of_a_hundred_thousand_corners_is_answered() -> None:
    angles = np.linspace(0, 2 * np.pi, 100_000, endpoint=False)
    rows = [f"{NORTH + 900 * np.sin(angle):.3f},{EAST + 900 * np.cos(angle):.3f}" for angle in angles]
    with pytest.raises(AreaError) as caught:
        read_boundary(lines(*rows), "red.csv", STORE)
    assert caught.value.code == "vertices"


SOUND = [geojson(square()), saved(drawing()), LISTS[4], parcel(HEAD, *(row.format("39") for row in ROWS)), open_line()]


@settings(max_examples=150)
@given(st.sampled_from(SOUND), st.integers(0, 5000), st.binary(max_size=6), st.sampled_from(["a.dxf", "a.txt"]))
def test_a_damaged_boundary_is_an_area_or_a_named_error(content: bytes, at: int, noise: bytes, name: str) -> None:
    damaged = content[: at % len(content)] + noise + content[at % len(content) + len(noise) :]
    with contextlib.suppress(AreaError, ProfileError):
        assert read_boundary(damaged, name, STORE).is_valid
