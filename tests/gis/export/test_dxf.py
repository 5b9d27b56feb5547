"""The drawing: sound to the library that made its frame; layers, colours, numbers, labels, heights and marks."""

import time
from pathlib import Path

import numpy as np
import pytest
import shapely
from ezdxf.document import Drawing
from ezdxf.entities.insert import Insert
from ezdxf.filemanagement import readfile

from gis.codes import standard
from gis.export import dxf
from gis.export.columns import Marks
from gis.frame import Frame, empty
from tests.gis.export.selection import AWKWARD, EAST, MARKS, NORTH, STORE, clipped, selection


@pytest.fixture
def drawing(tmp_path: Path) -> Drawing:
    return drawn(*selection(), tmp_path)


def drawn(points: Frame, segments: Frame, folder: Path, marks: Marks = MARKS) -> Drawing:
    dxf.write(points, segments, folder / "o.dxf", STORE, standard(), marks)
    return readfile(folder / "o.dxf")


def test_the_drawing_has_no_fault(drawing: Drawing) -> None:
    audit = drawing.audit()
    assert (audit.errors, audit.fixes) == ([], [])
    assert drawing.dxfversion == "AC1024"


def test_layers_go_by_code_and_have_its_colour(drawing: Drawing) -> None:
    for name in ("JP_LINE", "JP_POINT", "JP_TEXT"):
        assert drawing.layers.get(name).rgb == (0, 255, 255)
        assert drawing.layers.get(name).color == 4
    assert drawing.layers.get("YS_LINE").rgb == (76, 57, 38)


def test_lines_keep_every_vertex_and_height(drawing: Drawing) -> None:
    water = drawing.modelspace().query('LINE[layer=="JP_LINE"]')[0]
    assert tuple(water.dxf.start) == (EAST, NORTH, 20.2)
    assert tuple(water.dxf.end) == (EAST + 60, NORTH, 20.3)
    rain = drawing.modelspace().query("POLYLINE")[0]
    assert [tuple(point) for point in rain.points()][1] == (EAST + 20, NORTH + 25, 19.3)
    assert rain.dxf.linetype == "DASHED"


def test_points_are_blocks_with_their_number(drawing: Drawing) -> None:
    inserts = [entity for entity in drawing.modelspace() if isinstance(entity, Insert)]
    found = {insert.attribs[0].dxf.text: insert for insert in inserts}
    assert set(found) == {"J1", "J2", "Y1", "Y2"}
    valve = found["J1"]
    assert valve.dxf.name == "PIPE_VALVE"
    assert valve.attribs[0].dxf.tag == "点号"
    assert tuple(valve.dxf.insert) == (EAST, NORTH, 21.5)
    assert valve.dxf.rotation == 30
    assert found["Y2"].dxf.insert.z == 0


def test_records_stand_in_extended_data(drawing: Drawing) -> None:
    water = drawing.modelspace().query('LINE[layer=="JP_LINE"]')[0]
    texts = [tag.value for tag in water.get_xdata(dxf.APPLICATION) if tag.code == 1000]
    assert {"起点点号=J1", "材质=球墨铸铁", "起点埋深=1.3", "建设年代=2019"} <= set(texts)
    rain = drawing.modelspace().query("POLYLINE")[0]
    texts = [tag.value for tag in rain.get_xdata(dxf.APPLICATION) if tag.code == 1000]
    assert f"权属单位={AWKWARD}".replace("\n", " ") in texts


def test_labels_stand_along_the_lines(drawing: Drawing) -> None:
    texts = {text.dxf.text: text for text in drawing.modelspace().query("TEXT")}
    assert texts["给 DN300 球墨铸铁 1.30"].dxf.rotation == 0
    assert texts["给 不详 1.30"].dxf.rotation == 90
    assert texts["给 不详 1.30"].dxf.style == "CHINESE"
    assert texts["给 不详 1.30"].dxf.align_point.x < EAST + 60


def test_the_title_names_copy_recipient_secrecy_and_systems(drawing: Drawing) -> None:
    title = [text.dxf.text for text in drawing.modelspace().query('TEXT[layer=="TITLE"]')]
    assert title == [*MARKS.lines(), "EPSG:4548  1:500"]


def test_clipped_lines_are_drawn_in_their_parts(tmp_path: Path) -> None:
    points, segments = selection()
    found = drawn(points, clipped(segments), tmp_path)
    assert len(found.modelspace().query("LINE")) == 2


def test_nothing_is_a_drawing_all_the_same(tmp_path: Path) -> None:
    assert drawn(empty(), empty(), tmp_path).audit().errors == []


def test_text_cannot_break_out_of_its_line(tmp_path: Path) -> None:
    points, segments = selection()
    evil = points.with_columns(point_no=np.array(["J1\n  0\nENDSEC\n", "\ud800", "\x00", "", "x"], dtype=object))
    found = drawn(evil, segments, tmp_path, Marks("1\r\n  0\nEOF"))
    assert found.audit().errors == []
    assert len(found.modelspace().query("INSERT")) == 4


def test_a_code_that_is_no_layer_name_goes_to_the_others(tmp_path: Path) -> None:
    points, segments = selection()
    odd = segments.with_columns(minor=np.array(["a*b|", "YS", "../x"], dtype=object))
    assert "QT_LINE" in drawn(points, odd, tmp_path).layers


def test_a_hundred_and_twenty_thousand_entities_are_written_in_reasonable_time(tmp_path: Path) -> None:
    count = 60_000
    at = np.arange(count)
    easts, norths = EAST + at % 300 * 20.0, NORTH + at // 300 * 20.0
    ends = np.stack([np.column_stack([easts, norths]), np.column_stack([easts + 20, norths])], axis=1)
    kinds = {"major": np.full(count, "JS", dtype=object), "minor": np.full(count, "JP", dtype=object)}
    numbers = np.array([f"J{number}" for number in range(count)], dtype=object)
    points = Frame(count, {**kinds, "point_no": numbers, "east": easts, "north": norths})
    segments = Frame(count, {
        **kinds, "geometry": np.array(shapely.linestrings(ends)), "size_raw": np.full(count, "DN300", dtype=object),
        "start_no": numbers,
    })  # fmt: skip
    start = time.perf_counter()
    dxf.write(points, segments, tmp_path / "o.dxf", STORE, standard(), MARKS)
    assert time.perf_counter() - start < 30  # about 3 s on two idle cores; ezdxf's objects take minutes
