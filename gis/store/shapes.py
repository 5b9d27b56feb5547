"""Geometry as bytes: whole arrays of points and two-point lines to WKB and back in NumPy, the few others by Shapely.

A stored geometry is a header (the GeoPackage's, or none on the server) and ISO WKB with heights.
"""

import struct
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.lines import Geometries

GPKG_HEADER_LENGTH = 8


def gpkg_header(srs_id: int) -> bytes:
    """GeoPackage binary, version 1, little-endian, no envelope; srs_id -1 is an undefined Cartesian system."""
    return b"GP\x00\x01" + struct.pack("<i", srs_id)


Coordinates = NDArray[np.float64]
_LINE_Z, _POINT_Z = 1002, 1001
_ENDS = struct.Struct("<BII")
_LINE_SIZE, _POINT_SIZE = 57, 29


def line_blobs(ends: Coordinates, header: bytes) -> list[bytes]:
    """Two-point lines from an array (n, 2, 3) of east, north, height."""
    return _blobs(ends.reshape(-1, 6), header + _ENDS.pack(1, _LINE_Z, 2))


def point_blobs(places: Coordinates, header: bytes) -> list[bytes]:
    """Points from an array (n, 3)."""
    return _blobs(places, header + struct.pack("<BI", 1, _POINT_Z))


def _blobs(numbers: Coordinates, head: bytes) -> list[bytes]:
    """Each row's numbers behind the same head."""
    whole = np.empty(len(numbers), dtype=[("head", f"V{len(head)}"), ("numbers", "<f8", numbers.shape[1])])
    whole["head"] = np.void(head)
    whole["numbers"] = numbers
    found: list[bytes] = whole.view(f"V{whole.itemsize}").tolist()
    return found


def geometry_blobs(geometries: Geometries, header: bytes) -> list[bytes]:
    """Any lines, one by one; without heights they get NaN for height."""
    places, line = shapely.get_coordinates(geometries, include_z=True, return_index=True)
    tall = shapely.linestrings(places, indices=line)
    blobs: Any = shapely.to_wkb(np.asarray(tall), output_dimension=3, byte_order=1, flavor="iso")
    return [header + blob for blob in blobs]


def ends_of(blobs: Sequence[bytes], header: int) -> Coordinates | None:
    """The ends (n, 2, 3) if every blob is a two-point line; `header` is the header's length."""
    return _numbers(blobs, header + _ENDS.size, _LINE_SIZE + header, (2, 3))


def places_of(blobs: Sequence[bytes], header: int) -> Coordinates | None:
    """The places (n, 3) if every blob is a point."""
    return _numbers(blobs, header + 5, _POINT_SIZE + header, (3,))


def _numbers(blobs: Sequence[bytes], head: int, size: int, shape: tuple[int, ...]) -> Coordinates | None:
    if set(map(len, blobs)) - {size}:
        return None
    record = np.dtype([("head", f"V{head}"), ("numbers", "<f8", shape)])
    found: Coordinates = np.frombuffer(b"".join(blobs), dtype=record)["numbers"]
    return found


def geometries_of(blobs: Sequence[bytes | None], header: int) -> Geometries:
    """Shapely geometries, None for a row without one."""
    known = [blob for blob in blobs if blob is not None]
    geometries = _shapes(known, header)
    if len(known) == len(blobs):
        return geometries
    found: Geometries = np.full(len(blobs), None, dtype=object)
    found[[blob is not None for blob in blobs]] = geometries
    return found


def _shapes(blobs: Sequence[bytes], header: int) -> Geometries:
    found: Any
    if (ends := ends_of(blobs, header)) is not None:
        found = shapely.linestrings(ends)
    elif (places := places_of(blobs, header)) is not None:
        found = shapely.points(places)
    else:
        found = shapely.from_wkb([blob[header:] for blob in blobs])
    return np.asarray(found, dtype=object)
