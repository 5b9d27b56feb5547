"""The result table: every point with each of its neighbours, and back through the importer."""

import numpy as np

from gis.codes import standard
from gis.export.result_rows import result_rows
from gis.frame import empty
from gis.survey.raw import RawTable
from gis.survey.read import read_survey
from tests.gis.export.selection import EAST, NORTH, selection


def table() -> list[dict[str, object]]:
    found = result_rows(*selection(), standard())
    return [dict(zip(found.headers, row, strict=True)) for row in found.rows]


def test_every_point_has_a_row_for_each_neighbour() -> None:
    pairs = [(row["物探点号"], row["连接点号"]) for row in table()]
    assert pairs == [("J1", "J2"), ("J2", "J1"), ("J2", "J8"), ("J8", "J2"), ("J9", None), ("Y1", "Y2"), ("Y2", "Y1")]


def test_the_points_own_cells_stand_once() -> None:
    first, second = (row for row in table() if row["物探点号"] == "J2")
    assert (first["X坐标"], first["Y坐标"], first["特征"]) == (NORTH, EAST + 60, "三通")
    assert (second["X坐标"], second["Y坐标"], second["特征"]) == (None, None, None)


def test_depth_elevation_and_flow_are_those_of_the_rows_own_point() -> None:
    rows = {row["物探点号"]: row for row in table()}
    assert (rows["Y1"]["埋深"], rows["Y1"]["管线高程"], rows["Y1"]["流向"]) == (2.0, 19.4, "-")
    assert (rows["Y2"]["埋深"], rows["Y2"]["管线高程"], rows["Y2"]["流向"]) == (2.2, 19.1, "+")


def test_a_neighbour_outside_the_selection_has_its_place_from_the_line() -> None:
    row = next(row for row in table() if row["物探点号"] == "J8")
    assert (row["X坐标"], row["Y坐标"], row["埋深"]) == (NORTH + 90, EAST + 60, None)


def test_headers_are_in_the_readers_language_and_only_of_what_is_filled() -> None:
    headers = result_rows(*selection(), standard(), "en").headers
    assert {"Point no.", "Connected point", "X (north)"} <= set(headers)
    assert "Ducts" not in headers


def test_nothing_gives_headers_alone() -> None:
    found = result_rows(empty(), empty(), standard())
    assert found.rows == []
    assert "物探点号" in found.headers


def test_the_importer_reads_the_table_back() -> None:
    points, segments = selection()
    points, segments = points.take(slice(0, 4)), segments.take(slice(0, 2))
    found = result_rows(points, segments, standard())
    survey = read_survey([RawTable("管线点成果表", list(enumerate([found.headers, *found.rows], 1)))], standard())
    assert survey.points.text("point_no").tolist() == ["J1", "J2", "Y1", "Y2"]
    assert np.allclose(survey.points.number("east"), points.number("east"))
    assert survey.segments.text("start_no").tolist() == ["J1", "Y1"]
    assert survey.segments.text("material").tolist() == ["QM", "T"]
    assert np.allclose(survey.segments.number("end_depth"), segments.number("end_depth"))
    assert survey.segments.number("flow").tolist()[1] == -1
