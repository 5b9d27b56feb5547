"""Hand-over files of the invented survey: written as offices do, read back with the libraries that readers use."""

from csv import reader as csv_reader
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from ezdxf.filemanagement import readfile
from numpy.typing import NDArray
from pyogrio import list_layers, read_info
from pyogrio.raw import read
from python_calamine import CalamineWorkbook

from archives.demo.handover import STYLES, Style, write_handover
from archives.demo.headings import kinds
from archives.demo.network import network
from gis.codes import standard
from gis.survey.model import Survey
from gis.survey.raw import ColumnTable, Given, RawTable
from gis.survey.read import read_survey
from gis.survey.shapes import shapes_of_wkb

SURVEY = network(3, 2000)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[Style, list[Path]]:
    """The files of every style."""
    found = {}
    for style in STYLES:
        folder = tmp_path_factory.mktemp(style)
        found[style] = write_handover(folder, SURVEY, style)
        assert {path.parent for path in found[style]} == {folder}
    return found


def sheets(paths: list[Path]) -> list[RawTable]:
    """All sheets of workbooks."""
    tables = []
    for path in paths:
        book = CalamineWorkbook.from_path(path)
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            spans = tuple((low[0] + 1, low[1], high[0] + 1, high[1]) for low, high in sheet.merged_cell_ranges or ())
            tables.append(RawTable(name, list(enumerate(sheet.to_python(), start=1)), spans))
    return tables


def csv_tables(paths: list[Path]) -> list[RawTable]:
    """CSV files of GB18030."""
    tables = []
    for path in paths:
        with path.open(encoding="gb18030", newline="") as source:
            tables.append(RawTable(path.stem, list(enumerate(csv_reader(source), start=1))))
    return tables


def layers(paths: list[Path], encoding: str | None) -> list[ColumnTable]:
    """All layers of files of features."""
    tables = []
    for path in paths:
        for name, _ in list_layers(path):
            about, _, shapes, columns = read(path, layer=name, encoding=encoding)
            assert shapes is not None
            tables.append(ColumnTable(name, tuple(about["fields"]), tuple(columns), shapes_of_wkb(shapes.tolist())))
    return tables


def by_number(survey: Survey, name: str) -> dict[str, float]:
    """A number of points by their number."""
    return dict(zip(survey.points.text("point_no"), survey.points.number(name), strict=True))


def ends_of(survey: Survey) -> set[frozenset[str]]:
    """What is joined, whichever way it is written."""
    pairs = zip(survey.segments.text("start_no"), survey.segments.text("end_no"), strict=True)
    return {frozenset(pair) for pair in pairs}


@pytest.mark.parametrize("style", ["xlsx", "xlsx_two_rows", "csv", "one_table", "gpkg", "shp"])
def test_a_hand_over_read_is_the_survey_that_was_written(written: dict[Style, list[Path]], style: Style) -> None:
    tables: list[Given] = []
    if style in {"gpkg", "shp"}:
        tables += layers(written[style], "GBK" if style == "shp" else None)
    else:
        tables += csv_tables(written[style]) if style == "csv" else sheets(written[style])
    found = read_survey(tables, standard())
    assert len(found.points) == len(SURVEY.points)
    assert len(found.segments) == len(SURVEY.segments)
    assert ends_of(found) == ends_of(SURVEY)
    for name in ("east", "north", "ground_z"):
        assert by_number(found, name) == pytest.approx(by_number(SURVEY, name), abs=0.0006)
    for name in ("minor", "material", "burial"):
        assert sorted(found.segments.text(name)) == sorted(SURVEY.segments.text(name))
    assert np.nansum(found.segments.number("width")) == np.nansum(SURVEY.segments.number("width"))


def test_a_pair_of_tables_has_one_header_row_and_x_is_north(written: dict[Style, list[Path]]) -> None:
    points, lines = sheets(written["xlsx"])
    assert (points.name, lines.name) == ("点表", "线表")
    first = dict(zip(points.rows[0][1], points.rows[1][1], strict=True))
    assert first["物探点号"] == SURVEY.points.text("point_no")[0]
    assert first["X"] == pytest.approx(SURVEY.points.number("north")[0])
    assert {"起点点号", "终点点号", "起点埋深", "材质", "流向"} <= set(lines.rows[0][1])


def test_two_row_headers_stand_under_merged_cells(written: dict[Style, list[Path]]) -> None:
    tables = sheets(written["xlsx_two_rows"])
    assert [table.name for table in tables] == [f"{kind}{end}" for kind in kinds(SURVEY) for end in "PL"]
    assert all(table.merged for table in tables)
    upper, lower = (list(cells) for _, cells in tables[0].rows[:2])
    assert lower[upper.index("平面坐标(m)")] == "X"


def test_the_csv_has_code_headers_and_chinese_in_gb18030(written: dict[Style, list[Path]]) -> None:
    points, lines = csv_tables(written["csv"])
    assert points.rows[0][1][:2] == ["Exp_No", "Map_No"]
    assert lines.rows[0][1][:2] == ["S_Point", "E_Point"]
    with pytest.raises(UnicodeDecodeError):
        written["csv"][0].read_text(encoding="utf-8")


def test_the_one_table_has_titles_and_continuation_rows(written: dict[Style, list[Path]]) -> None:
    tables = sheets(written["one_table"])
    assert [table.name for table in tables] == kinds(SURVEY)
    rows = [cells for table in tables for _, cells in table.rows[4:]]
    assert tables[0].rows[0][1][0] == "地下管线点成果表"
    assert tables[0].rows[2][1][0] == "管线点号"
    assert len(rows) == 2 * len(SURVEY.segments)
    assert sum(1 for cells in rows if cells[1]) == len(SURVEY.points)
    assert all(not cells[7] and cells[2] for cells in rows if not cells[1])


def test_the_geopackage_knows_its_reference_system_and_heights(written: dict[Style, list[Path]]) -> None:
    path = written["gpkg"][0]
    assert dict(list_layers(path).tolist()) == {"pipe_point": "Point Z", "pipe_line": "LineString Z"}
    assert read_info(path, layer="pipe_line")["crs"] == "EPSG:4545"
    shapes: NDArray[Any] | None = read(path, layer="pipe_line")[2]
    heights = shapely.get_coordinates(shapely.from_wkb(shapes), include_z=True)[:, 2].reshape(-1, 2)
    assert heights[:, 0] == pytest.approx(SURVEY.segments.number("start_z"))


def test_shapefiles_come_in_pairs_of_one_kind(written: dict[Style, list[Path]]) -> None:
    assert [path.name for path in written["shp"][:2]] == ["JP_POINT.shp", "JP_LINE.shp"]
    assert len(written["shp"]) == 2 * len(kinds(SURVEY))


def test_the_drawing_has_layers_by_class_and_keeps_heights(written: dict[Style, list[Path]]) -> None:
    space = readfile(written["dxf"][0]).modelspace()
    lines = space.query('LINE[layer=="JS_LINE"]')
    assert len(lines) == int((SURVEY.segments.text("major") == "JS").sum())
    assert len(space.query("LINE")) == len(SURVEY.segments)
    assert len(space.query("TEXT")) == len(space.query("POINT")) == len(SURVEY.points)
    assert 200 < lines[0].dxf.start.z < 300
