"""Shapes as arrays say what Shapely's objects say."""

from collections.abc import Sequence

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry

from gis.codes import standard
from gis.survey.raw import ColumnTable
from gis.survey.read import read_survey
from gis.survey.shapes import Shapes, joined, shapes_of, shapes_of_wkb

NUMBER = st.floats(-1e7, 1e7)
PLACES = {axes: st.tuples(*[NUMBER] * axes) for axes in (2, 3)}
POINT = PLACES[2].map(shapely.Point) | PLACES[3].map(shapely.Point)
LINE = st.integers(2, 4).flatmap(
    lambda count: st.sampled_from([2, 3]).flatmap(
        lambda axes: st.lists(PLACES[axes], min_size=count, max_size=count).map(shapely.LineString)
    )
)
OTHER = st.sampled_from([None, shapely.box(0, 0, 1, 1), shapely.MultiPoint([(0, 0), (1, 1)]), shapely.LineString()])


def objects(shapes: Sequence[BaseGeometry | None]) -> "np.typing.NDArray[np.object_]":
    found = np.empty(len(shapes), dtype=np.object_)
    found[:] = shapes
    return found


def same(one: Shapes, other: Shapes) -> None:
    np.testing.assert_array_equal(one.dimensions, other.dimensions)
    np.testing.assert_array_equal(one.ends, other.ends)
    np.testing.assert_array_equal(one.rows, other.rows)
    assert shapely.equals_identical(one.others, other.others).all()


@given(st.lists(POINT, min_size=1) | st.lists(LINE, min_size=1) | st.lists(POINT | LINE | OTHER), st.booleans())
def test_binary_shapes_are_the_same_as_objects(shapes: list[BaseGeometry | None], iso: bool) -> None:
    blobs = shapely.to_wkb(objects(shapes), flavor="iso" if iso else "extended").tolist()
    found = shapes_of_wkb(blobs)
    same(found, shapes_of(objects(shapes)))
    for at, shape in enumerate(shapes):
        if shape is not None and shape.geom_type in {"Point", "LineString"} and not shape.is_empty:
            ends = shapely.get_coordinates(shape)[[0, -1]]
            np.testing.assert_array_equal(found.ends[at, :, :2], ends)
            assert (at in found.rows) == (shapely.get_num_coordinates(shape) > 2)


@given(st.lists(POINT | LINE | OTHER), st.lists(POINT | LINE | OTHER))
def test_shapes_are_joined_and_taken_as_rows_are(
    first: list[BaseGeometry | None], second: list[BaseGeometry | None]
) -> None:
    whole = shapes_of(objects([*first, *second]))
    same(joined([shapes_of(objects(first)), shapes_of(objects(second))]), whole)
    odd = np.arange(1, len(whole), 2)
    same(whole.taken(odd), shapes_of(objects([*first, *second])[odd]))


def test_a_truncated_shape_is_refused() -> None:
    with pytest.raises(shapely.GEOSException):
        shapes_of_wkb([shapely.to_wkb(shapely.Point(1, 2))[:-1]])


def test_only_a_line_that_leaves_the_way_between_its_points_keeps_a_shape() -> None:
    places = np.array([[500_000.0, 3_000_000.0, 20.0], [500_030.0, 3_000_000.0, 21.0]])
    points = ColumnTable(
        "JS_POINT",
        ("物探点号", "X坐标", "Y坐标", "地面高程"),
        (["JS1", "JS2"], places[:, 1].tolist(), places[:, 0].tolist(), places[:, 2].tolist()),
    )
    bent = shapely.LineString([places[0], [500_010, 3_000_004, 20], places[1]])
    off = shapely.LineString([places[0] + [0, 0.4, 0], places[1]])
    rounded = shapely.LineString([places[0] + [0, 0.0004, 0], places[1]])
    tables = [
        ColumnTable(name, ("起点点号", "连接点号", "材质"), (["JS1"] * count, ["JS2"] * count, ["钢"] * count), shapes)
        for name, count, shapes in (
            ("JS_LINE", 3, shapes_of(objects([bent, off, rounded]))),
            ("JS_LINE2", 1, shapes_of(objects([rounded]))),
            ("JS_LINE3", 1, None),
        )
    ]
    survey = read_survey([points, *tables], standard())
    kept = survey.segments.columns["geometry"]
    assert shapely.equals_identical(kept[:2], shapely.force_3d(objects([bent, off]))).all()
    assert kept[2:].tolist() == [None, None, None]
    alone = read_survey([points, *tables[1:]], standard())
    assert not alone.segments.has("geometry")
    assert len(alone.segments) == 2
