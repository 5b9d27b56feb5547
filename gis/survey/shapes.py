"""What the rows of a layer draw, as arrays: of a point or a straight line only its ends, for a million shapes that are
objects take half a gigabyte. What bends is kept as it came.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.frame import Index
from gis.lines import Geometries, Tips, tips

NONE, POINT, LINE = -1, 0, 1
"""Dimensions; that of an area is 2."""


@dataclass(frozen=True, slots=True)
class Shapes:
    """The shapes of some rows, x east and y north.

    `ends` are those of points (twice the same place) and lines, NaN of all else; `others` are the shapes at `rows`
    that are neither a point nor a line of two places.
    """

    dimensions: NDArray[np.int8]
    ends: Tips
    rows: Index
    others: Geometries

    def __len__(self) -> int:
        return len(self.dimensions)

    @property
    def with_heights(self) -> bool:
        """Whether any of them has a height."""
        return bool(np.isfinite(self.ends[:, :, 2]).any())

    def taken(self, rows: Index) -> "Shapes":
        """Some of the rows, in rising order."""
        kept = np.isin(self.rows, rows)
        return Shapes(self.dimensions[rows], self.ends[rows], np.searchsorted(rows, self.rows[kept]), self.others[kept])


def shapes_of(geometries: Geometries) -> Shapes:
    """Of Shapely's objects, None for a row without; a collection of one is that one."""
    plain = _single(geometries)
    kinds, dimensions = shapely.get_type_id(plain), shapely.get_dimensions(plain)
    lines = kinds == shapely.GeometryType.LINESTRING
    simple = (kinds == shapely.GeometryType.POINT) | (lines & (shapely.get_num_coordinates(plain) == 2))
    ends = tips(plain)
    ends[~(simple | lines)] = np.nan
    rows = np.flatnonzero(~simple & (dimensions != NONE))
    return Shapes(dimensions.astype(np.int8), ends, rows, plain[rows])


def shapes_of_wkb(blobs: Sequence[bytes | None]) -> Shapes:
    """Of well-known binary; a whole array of points or of two-point lines at once. Raises shapely.GEOSException."""
    for head, (dimension, places, axes) in _HEADS.items():
        size = len(head) + 8 * places * axes
        if blobs and blobs[0] is not None and len(blobs[0]) == size and blobs[0].startswith(head):
            alike = _alike(blobs, head, size)
            if alike is not None:
                return _of_numbers(alike.reshape(len(blobs), places, axes), dimension)
    return shapes_of(np.asarray(shapely.from_wkb(list(blobs)), dtype=np.object_))


def joined(parts: Sequence[Shapes]) -> Shapes:
    """Shapes one below the other."""
    starts = np.cumsum([0, *(len(part) for part in parts)])
    return Shapes(
        np.concatenate([part.dimensions for part in parts]),
        np.concatenate([part.ends for part in parts]),
        np.concatenate([part.rows + start for part, start in zip(parts, starts, strict=False)]),
        np.concatenate([part.others for part in parts]),
    )


def _heads() -> dict[bytes, tuple[int, int, int]]:
    """The first bytes of simple shapes, little-endian: what they are, how many places, of how many numbers."""
    heads = {}
    for axes, above in ((2, (0,)), (3, (1000, 1 << 31))):
        for more in above:  # ISO's way to say that there are heights, and the older one
            heads[struct.pack("<BI", 1, 1 + more)] = (POINT, 1, axes)
            heads[struct.pack("<BII", 1, 2 + more, 2)] = (LINE, 2, axes)
    return heads


_HEADS = _heads()


def _alike(blobs: Sequence[bytes | None], head: bytes, size: int) -> NDArray[np.float64] | None:
    """The numbers of all, if each is as long and begins in the same way."""
    whole = [blob for blob in blobs if blob is not None and len(blob) == size]
    if len(whole) < len(blobs):
        return None
    found = np.frombuffer(
        b"".join(whole), dtype=[("head", np.uint8, len(head)), ("numbers", "<f8", (size - len(head)) // 8)]
    )
    same = (found["head"] == np.frombuffer(head, np.uint8)).all()
    numbers: NDArray[np.float64] = found["numbers"]
    return numbers if same else None


def _of_numbers(places: NDArray[np.float64], dimension: int) -> Shapes:
    count, _, axes = places.shape
    ends = np.full((count, 2, 3), np.nan)
    ends[:, :, :axes] = places
    nothing = np.empty(0, dtype=np.intp)
    return Shapes(np.full(count, dimension, np.int8), ends, nothing, np.empty(0, dtype=np.object_))


def _single(shapes: Geometries) -> Geometries:
    """Collections of one are that one."""
    alone = (shapely.get_type_id(shapes) > shapely.GeometryType.POLYGON) & (shapely.get_num_geometries(shapes) == 1)
    plain = shapes.copy()
    plain[alone] = shapely.get_geometry(shapes[alone], 0)
    return plain
