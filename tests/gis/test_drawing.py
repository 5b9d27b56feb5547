"""The sketch of an area: what is drawn, where, in which colour, and what stays readable."""

import math
import xml.etree.ElementTree as ET
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.area import polygon
from gis.codes import standard
from gis.drawing import BaseLayer, sketch
from gis.frame import Frame, Text, empty
from gis.labels import line_labels, turned
from gis.placing import Place, Taken, along, width_of
from gis.profiles import described
from gis.sheets import PAPERS, Sheet, fitting_scale
from gis.symbols import SYMBOLS, symbol_of, symbols

EAST, NORTH = 500_000.0, 3_520_000.0
AREA = polygon([(EAST, NORTH), (EAST + 100, NORTH), (EAST + 100, NORTH + 60), (EAST, NORTH + 60)], 4548)
SHEET = Sheet(1000, (190, 170), described(4548), "地下管线现状图")
SVG = "{http://www.w3.org/2000/svg}"


def texts(*values: str) -> Text:
    return np.array(values, dtype=object)


def three_segments(**columns: Any) -> Frame:
    lines = [
        [(EAST, NORTH + 30), (EAST + 100, NORTH + 30)],
        [(EAST + 100, NORTH + 40), (EAST, NORTH + 40)],
        [(EAST - 5000, NORTH + 20), (EAST + 5000, NORTH + 20)],
    ]
    return Frame(3, {
        "major": texts("JS", "PS", "DL"), "minor": texts("JP", "YS", "GD"), "geometry": shapely.linestrings(lines),
        "size_raw": texts("DN300", "600", ""), "width": np.array([300.0, 600, np.nan]),
        "height": np.array([300.0, 600, np.nan]), "material": texts("ZT", "T", ""),
        "start_depth": np.array([1.2, 2.0, 0.8]), "end_depth": np.array([1.3, np.nan, 0.8]),
        "start_z": np.array([20.0, 18.3, np.nan]), "end_z": np.array([20.0, 18.0, np.nan]),
        "voltage": np.array([np.nan, np.nan, 10.0]), "holes": np.array([np.nan, np.nan, 6.0]),
        "holes_used": np.array([np.nan, np.nan, 3.0]), "flow": np.array([0.0, 1.0, 0.0]),
        "status": texts("0", "1", "0"), **columns,
    })  # fmt: skip


POINTS = Frame(3, {
    "point_no": texts("J1", "Y<2>&\"", "远"), "major": texts("JS", "PS", "JS"), "minor": texts("JP", "YS", "JP"),
    "east": np.array([EAST, EAST + 100, EAST + 9000]), "north": np.array([NORTH + 30, NORTH + 40, NORTH]),
    "feature": texts("", "", "三通"), "appurtenance": texts("阀门井", "雨水箅", ""),
})  # fmt: skip


def drawn(**changes: Any) -> ET.Element:
    given_: dict[str, Any] = {
        "area": AREA, "segments": three_segments(), "points": POINTS, "base_layers": [], "sheet": SHEET,
        "codes": standard(),
    }  # fmt: skip
    return ET.fromstring(sketch(**given_ | changes))


def words(svg: ET.Element) -> list[str]:
    return [element.text or "" for element in svg.iter(f"{SVG}text")]


def strokes(svg: ET.Element) -> list[str]:
    return [path.get("stroke", "") for path in svg.iter(f"{SVG}path")]


def test_pipelines_have_the_colours_of_the_standard() -> None:
    assert {"#00ffff", "#4c3926", "#ff0000"} <= set(strokes(drawn()))


def test_abandoned_pipelines_are_dashed() -> None:
    dashed = [path for path in drawn().iter(f"{SVG}path") if path.get("stroke-dasharray", "").startswith("1.6")]
    assert [path.get("stroke") for path in dashed] == ["#4c3926"]


def test_lines_end_at_the_frame() -> None:
    svg = drawn()
    frame = next(rect for rect in svg.iter(f"{SVG}rect") if rect.get("stroke-width") == "0.4")
    left, width = float(frame.get("x", 0)), float(frame.get("width", 0))
    power = next(path for path in svg.iter(f"{SVG}path") if path.get("stroke") == "#ff0000")
    easts = [float(part.split()[0]) for part in power.get("d", "")[1:].split("L")]
    assert min(easts) == pytest.approx(left, abs=0.01)
    assert max(easts) == pytest.approx(left + width, abs=0.01)


def test_a_metre_on_the_ground_is_a_millimetre_at_one_to_a_thousand() -> None:
    water = next(path for path in drawn().iter(f"{SVG}path") if path.get("stroke") == "#00ffff")
    (start, top), (end, top_again) = (map(float, part.split()) for part in water.get("d", "")[1:].split("L"))
    assert end - start == pytest.approx(100, abs=0.02)
    assert top == top_again


def test_labels_stand_along_the_lines_and_arrows_follow_the_flow() -> None:
    assert {"给 DN300 铸铁 1.25", "雨 ← DN600 混凝土 3.0‰ 2.00", "电 10kV 6孔/3 0.80"} <= set(words(drawn()))


def test_symbols_stand_where_their_points_are() -> None:
    uses = {use.get("{http://www.w3.org/1999/xlink}href"): use for use in drawn().iter(f"{SVG}use") if use.get("y")}
    assert {"#valve", "#gully"} <= set(uses)


def test_the_legend_names_what_is_shown() -> None:
    shown = words(drawn())
    assert [word for word in ("图例", "配水", "雨水", "供电", "阀门", "雨水箅", "查询范围") if word not in shown] == []
    assert "Storm water" in words(drawn(sheet=Sheet(1000, (190, 170), "", language="en")))


def test_corners_scale_and_reference_systems_are_printed() -> None:
    shown = words(drawn())
    assert described(4548) in shown
    assert "比例尺：1:1000" in shown
    assert len([word for word in shown if word.startswith("X 35")]) == 4


def test_a_sheet_without_coordinates_holds_none() -> None:
    sheet = Sheet(1000, (190, 170), "", coordinates=False)
    svg = sketch(AREA, three_segments(), POINTS, [], sheet, standard())
    assert "5000" not in svg
    assert "3520" not in svg


def test_text_of_the_data_is_escaped_and_of_control_signs_freed() -> None:
    sheet = Sheet(1000, (190, 170), "", title="<script>\x00\x1b&\ud800")
    assert "<script>&" in words(drawn(sheet=sheet))
    assert 'Y<2>&"' in words(drawn())


def test_the_base_lies_under_the_pipelines_with_its_names() -> None:
    road = shapely.LineString([(EAST - 50, NORTH + 10), (EAST + 150, NORTH + 10)])
    house = shapely.box(EAST + 20, NORTH + 48, EAST + 60, NORTH + 58)
    outside = shapely.box(EAST + 9000, NORTH, EAST + 9001, NORTH + 1)
    layers = [
        BaseLayer("road", np.array([road, outside], dtype=object), texts("人民路", "远路")),
        BaseLayer("building", np.array([house], dtype=object), texts("一号楼")),
    ]
    svg = drawn(base_layers=layers)
    assert {"人民路", "一号楼"} <= set(words(svg))
    assert "远路" not in words(svg)
    assert strokes(svg).index("#b4b4b4") < strokes(svg).index("#00ffff")


def test_nothing_to_draw_is_a_sheet_all_the_same() -> None:
    assert "图例" in words(drawn(segments=empty(), points=empty()))
    assert "图例" in words(drawn(area=None, segments=empty(), points=empty()))


def test_the_fitting_scale_holds_the_whole_area() -> None:
    assert fitting_scale(AREA, (190, 170)) == 1000
    assert fitting_scale(AREA, PAPERS["A0"]) == 200
    assert fitting_scale(AREA.buffer(300_000), PAPERS["A4"]) > 100_000


def test_labels_do_not_cover_each_other() -> None:
    crowd = Frame(200, {
        "major": texts(*["JS"] * 200), "minor": texts(*["JP"] * 200),
        "size_raw": texts(*(f"DN{number}" for number in range(200))),
        "geometry": shapely.linestrings([
            [(EAST, NORTH + at * 0.3), (EAST + 100, NORTH + at * 0.3)] for at in range(200)
        ]),
    })  # fmt: skip
    svg = drawn(segments=crowd, points=empty())
    places = [float(text.get("y", 0)) for text in svg.iter(f"{SVG}text") if (text.text or "").startswith("给")]
    assert 5 < len(places) < 40
    assert min(np.diff(sorted(places))) >= 2


@settings(max_examples=60)
@given(st.lists(st.tuples(*[st.floats(10, 90)] * 2, st.floats(-90, 90), st.floats(3, 30)), max_size=30))
def test_no_text_gets_a_place_that_is_taken(asked: list[tuple[float, float, float, float]]) -> None:
    taken = Taken((0, 0, 100, 100))
    boxes: list[shapely.LineString] = []
    for x, y, angle, width in asked:
        if taken.claim(Place(x, y, angle, False), width, 2):
            line = shapely.LineString([
                (x + side * (width / 2 - 1) * math.cos(math.radians(angle)),
                 y + side * (width / 2 - 1) * math.sin(math.radians(angle))) for side in (-1, 1)
            ])  # fmt: skip
            assert all(line.distance(other) > 1.4 for other in boxes)
            boxes.append(line)


def test_a_text_that_stands_nearby_already_takes_no_second_place() -> None:
    taken = Taken((0, 0, 100, 100))
    assert taken.claim_once("给", Place(20, 20, 0, False), 2, 45)
    assert not taken.claim_once("给", Place(40, 20, 0, False), 2, 45)
    assert taken.claim_once("人民路", Place(40, 20, 0, False), 2, 45)


def test_a_text_is_never_upside_down() -> None:
    back = along((100, 50), (0, 50), 1)
    assert (back.angle, back.turned, back.y) == (0, True, 49)
    assert along((0, 0), (0, 10), 1).angle == -90
    assert along((0, 10), (0, 0), 1).angle == -90
    assert turned("雨 → d600") == "雨 ← d600"


def test_a_chinese_sign_is_as_wide_as_it_is_high() -> None:
    assert width_of("管线", 2) == 4
    assert width_of("ab", 2) == pytest.approx(2.24)


def test_labels_of_sparse_records_hold_what_is_known() -> None:
    sparse = Frame(3, {"major": texts("JS", "XX", "TX"), "minor": texts("", "", "XX"), "cables": np.array([0, 0, 3.0])})
    assert line_labels(sparse, standard()).tolist() == ["给", "", "信 3条"]


def test_rectangular_sections_are_written_by_width_and_height() -> None:
    ditch = Frame(1, {
        "major": texts("PS"), "minor": texts("YS"), "size_raw": texts("2000X1500"), "shape": texts("rect"),
        "width": np.array([2000.0]), "height": np.array([1500.0]),
    })  # fmt: skip
    assert line_labels(ditch, standard()).tolist() == ["雨 2000×1500"]


@pytest.mark.parametrize(
    ("feature", "appurtenance", "symbol"),
    [
        ("", "阀门井", "valve"), ("", "地下消防栓", "hydrant"), ("", "检查井", "manhole"), ("", "雨水箅", "gully"),
        ("", "手孔", "handhole"), ("", "人孔", "chamber"), ("", "路灯", "lamp"), ("", "真空表", "device"),
        ("三通", "", "feature"), ("井边点", "", "feature"), ("", "", "feature"), ("出水口", "", "outlet"),
    ],
)  # fmt: skip
def test_a_point_has_the_symbol_of_its_name(feature: str, appurtenance: str, symbol: str) -> None:
    assert symbol_of(feature, appurtenance) == symbol
    assert symbol in SYMBOLS
    points = Frame(2, {"feature": texts(feature, "三通"), "appurtenance": texts(appurtenance, "")})
    assert symbols(points).tolist() == [symbol, "feature"]
