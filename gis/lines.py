"""Lines as arrays: where they begin and end, and which of them a straight line says as well."""

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.frame import Mask

Tips = NDArray[np.float64]
"""An array (n, 2, 3): east, north and height of both ends; NaN where there is none."""

MILLIMETRE = 0.001
"""Metres: the last digit of a table of points. A line that begins this near to its point begins there."""


def tips(lines: NDArray[np.object_]) -> Tips:
    """Both ends of each line; NaN of None, of an empty line, and for a height that is not there."""
    places = shapely.get_coordinates(lines, include_z=True)
    counts = np.asarray(shapely.get_num_coordinates(lines))
    after = np.cumsum(counts)
    found = np.full((len(lines), 2, 3), np.nan)
    known = np.flatnonzero(counts)
    found[known, 0] = places[(after - counts)[known]]
    found[known, 1] = places[after[known] - 1]
    return found


def runs_straight(lines: NDArray[np.object_], ends: Any) -> Mask:
    """Which lines have no more to say than their ends' places (n, 2, 2) in the plane."""
    off = np.abs(tips(lines)[:, :, :2] - ends).max(axis=(1, 2), initial=0.0)
    straight: Mask = (np.asarray(shapely.get_num_coordinates(lines)) == 2) & (off <= MILLIMETRE)  # NaN is not near
    return straight
