"""Lines as arrays."""

import numpy as np
import shapely
from numpy.typing import NDArray

Geometries = NDArray[np.object_]
"""Shapely's objects, None for nothing."""
Tips = NDArray[np.float64]
"""An array (n, 2, 3): east, north and height of both ends; NaN where there is none."""


def tips(lines: Geometries) -> Tips:
    """Both ends of each line; NaN of None, of an empty line, and for a height that is not there."""
    places = shapely.get_coordinates(lines, include_z=True)
    counts = np.asarray(shapely.get_num_coordinates(lines))
    after = np.cumsum(counts)
    found = np.full((len(lines), 2, 3), np.nan)
    known = np.flatnonzero(counts)
    found[known, 0] = places[(after - counts)[known]]
    found[known, 1] = places[after[known] - 1]
    return found
