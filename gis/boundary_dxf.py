"""Closed lines of a DXF drawing, arcs drawn as chords."""

import re
from collections.abc import Iterator
from io import BytesIO

import numpy as np
from ezdxf import recover
from ezdxf.document import Drawing
from ezdxf.entities.dxfgfx import DXFGraphic
from ezdxf.path import make_path

from gis.area import AreaError
from gis.frame import Number

LARGEST_DXF = 16 * 1024 * 1024
"""Bytes: some 8 seconds of reading. A boundary comes in a drawing of its own."""
LATEST_VERSION = "AC1032"
"""DXF 2018, the latest there is."""
CHORD = 0.01
"""How far a chord may lie from its arc, in metres."""
CLOSED_WITHIN = 0.001

_DWG = re.compile(rb"AC10\d\d|AC1\.\d|MC0\.0|AC2\.\d{1,2}")
_VERSION = re.compile(rb"\$ACADVER\s+1\s+(AC\d{4})")
_START = re.compile(rb"\A(?:\xef\xbb\xbf)?(?:\s*999[^\n]*\n[^\n]*\n)*\s*0\s*\n\s*SECTION")


def is_dwg(content: bytes) -> str | None:
    """The version that the first bytes of a DWG drawing name; None for all else."""
    found = _DWG.match(content)
    return found[0].decode("ascii") if found else None


def is_dxf(content: bytes, name: str) -> bool:
    """Whether a file is, or calls itself, a DXF drawing."""
    return name.lower().endswith(".dxf") or _START.match(content[:4096]) is not None


def rings_of_dxf(content: bytes) -> list[Number]:
    """The closed lines and circles of the model space, each of shape (n, 2). Raises AreaError."""
    if len(content) > LARGEST_DXF:
        raise AreaError("large_file", (len(content), LARGEST_DXF))
    _check_version(content)
    rings: list[Number] = []
    lines = 0
    for ring in _lines(_drawing(content)):
        lines += 1
        if len(ring) > 3 and np.hypot(*(ring[0] - ring[-1])) <= CLOSED_WITHIN:
            rings.append(ring)
    if not rings:
        raise AreaError("open" if lines else "no_polygon", (lines,) if lines else ())
    return rings


def _check_version(content: bytes) -> None:
    found = _VERSION.search(content[:65536])
    if found and found[1].decode("ascii") > LATEST_VERSION:
        raise AreaError("dxf_version", (found[1].decode("ascii"),))


def _drawing(content: bytes) -> Drawing:
    try:
        drawing, _ = recover.read(BytesIO(content))
    except Exception as error:  # a damaged drawing fails in the reader's every corner, by every kind of error
        raise AreaError("dxf") from error
    return drawing


def _lines(drawing: Drawing) -> Iterator[Number]:
    for entity in drawing.modelspace().query("LWPOLYLINE POLYLINE CIRCLE"):
        if isinstance(entity, DXFGraphic):
            yield _flat(entity)


def _flat(entity: DXFGraphic) -> Number:
    try:
        points = [(point.x, point.y) for point in make_path(entity).flattening(CHORD)]
    except (ValueError, TypeError, ArithmeticError) as error:
        raise AreaError("dxf") from error
    return np.array(points, dtype=np.float64).reshape(-1, 2)
