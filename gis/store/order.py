"""Spatial order: rows that lie near each other on the ground lie near each other in the file."""

import numpy as np
from numpy.typing import NDArray

from gis.frame import Index, Number

ORDER = 16
"""Bits a coordinate: 65 536 steps over the rows' extent."""


def hilbert_order(east: Number, north: Number) -> Index:
    """The rows along a Hilbert curve over their own extent; those without a place come last."""
    placed = np.isfinite(east) & np.isfinite(north)
    key = np.full(len(east), np.iinfo(np.int64).max, dtype=np.int64)
    key[placed] = _along(_steps(east[placed]), _steps(north[placed]))
    return np.argsort(key, kind="stable")


def _steps(values: Number) -> NDArray[np.int64]:
    """Values as whole steps over their range."""
    if not len(values):
        return np.empty(0, dtype=np.int64)
    least, span = float(values.min()), max(float(np.ptp(values)), 1.0)
    steps: NDArray[np.int64] = ((values - least) * ((2**ORDER - 1) / span)).astype(np.int64)
    return steps


def _along(x: NDArray[np.int64], y: NDArray[np.int64]) -> NDArray[np.int64]:
    """The distance along the curve, one quadrant a bit (the usual rotation of Hilbert's curve)."""
    distance = np.zeros(len(x), dtype=np.int64)
    for bit in range(ORDER - 1, -1, -1):
        right, up = (x >> bit) & 1, (y >> bit) & 1
        distance += ((3 * right) ^ up) << (2 * bit)
        turn = up == 0
        mirror = turn & (right == 1)
        x, y = np.where(mirror, ~x & (2**ORDER - 1), x), np.where(mirror, ~y & (2**ORDER - 1), y)
        x, y = np.where(turn, y, x), np.where(turn, x, y)
    return distance
