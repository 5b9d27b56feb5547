"""Geometry as bytes, and spatial order."""

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from gis.store.order import hilbert_order
from gis.store.shapes import (
    ends_of,
    geometries_of,
    geometry_blobs,
    gpkg_header,
    line_blobs,
    places_of,
    point_blobs,
)

HEADER = gpkg_header(-1)
METRES = st.floats(-1e7, 1e7, allow_nan=False)


@given(arrays.arrays(np.float64, st.tuples(st.integers(1, 20), st.just(2), st.just(3)), elements=METRES))
def test_lines_go_to_bytes_and_back(ends: np.ndarray) -> None:
    for header in (HEADER, b""):
        blobs = line_blobs(ends, header)
        found = ends_of(blobs, len(header))
        assert found is not None
        np.testing.assert_array_equal(found, ends)
        shapes = shapely.from_wkb([blob[len(header) :] for blob in blobs])
        np.testing.assert_array_equal(shapely.get_coordinates(shapes, include_z=True).reshape(-1, 2, 3), ends)


@given(arrays.arrays(np.float64, st.tuples(st.integers(1, 20), st.just(3)), elements=METRES))
def test_points_go_to_bytes_and_back(places: np.ndarray) -> None:
    blobs = point_blobs(places, HEADER)
    found = places_of(blobs, len(HEADER))
    assert found is not None
    np.testing.assert_array_equal(found, places)


def test_bent_lines_keep_every_vertex_and_get_no_height_they_had_not() -> None:
    bent = np.array([shapely.LineString([(0, 0), (1, 1), (2, 0)]), shapely.LineString([(0, 0, 5), (1, 1, 6)])], object)
    blobs = geometry_blobs(bent, HEADER)
    found = geometries_of([*blobs, None], len(HEADER))
    assert found[2] is None
    coordinates = shapely.get_coordinates(found[:2], include_z=True)
    np.testing.assert_array_equal(coordinates[:3], [[0, 0, np.nan], [1, 1, np.nan], [2, 0, np.nan]])
    np.testing.assert_array_equal(coordinates[3:], [[0, 0, 5], [1, 1, 6]])


@given(arrays.arrays(np.float64, st.tuples(st.integers(0, 50), st.just(2)), elements=METRES | st.just(np.nan)))
def test_spatial_order_names_every_row_once_and_those_without_a_place_last(places: np.ndarray) -> None:
    order = hilbert_order(places[:, 0], places[:, 1])
    assert sorted(order.tolist()) == list(range(len(places)))
    lost = np.isnan(places[order]).any(axis=1)
    assert not (lost[:-1] & ~lost[1:]).any()


def test_the_curve_steps_from_neighbour_to_neighbour() -> None:
    x, y = (grid.ravel().astype(np.float64) for grid in np.meshgrid(np.arange(16), np.arange(16)))
    scale = (2**16 - 1) / 15  # one cell of the curve's fourth order a step
    order = hilbert_order(x * scale, y * scale)
    steps = np.abs(np.diff(x[order])) + np.abs(np.diff(y[order]))
    assert (steps == 1).all()
