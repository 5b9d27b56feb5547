"""Entities of a DXF 2010 drawing as text, written one after the other; a drawing of a million of them takes no memory.

The tags and their order are those of the DXF reference for AC1024 (LINE, POLYLINE, TEXT, INSERT with ATTRIB).
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

Point = tuple[float, float, float]

LONGEST = 250
"""Bytes of a text of extended data."""
_CONTROL = dict.fromkeys([*range(32), 127, 0x85, 0x2028, 0x2029], " ")


class Entities:
    """Writes entities into the model space of a drawing. `first` is the first handle that is free."""

    def __init__(self, owner: str, application: str, style: str, first: int) -> None:
        self.owner, self.application, self.style = owner, application, style
        self.handle = first

    def line(self, layer: str, points: Sequence[Point], records: Iterable[str], dashed: bool = False) -> str:
        """A line of two or more points, and its records."""
        dash = "  6\nDASHED\n" if dashed else ""
        data = self._records(records)
        if len(points) == 2:
            ends = _point(points[0], 0) + _point(points[1], 1)
            return f"{self._head('LINE', layer, self.owner)}{dash}100\nAcDbLine\n{ends}{data}"
        head = self._head("POLYLINE", layer, self.owner)
        own = f"{self.handle:X}"
        vertices = "".join(self._vertex(layer, point, own) for point in points)
        start, end = _point((0, 0, 0), 0), self._head("SEQEND", layer, own)
        return f"{head}{dash}100\nAcDb3dPolyline\n 66\n1\n{start} 70\n8\n{data}{vertices}{end}"

    def text(self, layer: str, place: Point, words: str, height: float, angle: float = 0, centred: bool = False) -> str:
        """A text by its foot: its middle or its start at the place; the angle in degrees, against the clock."""
        aligned = f" 72\n1\n{_point(place, 1)}" if centred else ""
        return (
            f"{self._head('TEXT', layer, self.owner)}100\nAcDbText\n{_point(place, 0)} 40\n{height:.6g}\n"
            f"  1\n{clean(words)}\n 50\n{angle:.4f}\n  7\n{self.style}\n{aligned}100\nAcDbText\n"
        )

    def symbol(
        self, layer: str, block: str, place: Point, look: "Look", tag: str, value: str, records: Iterable[str]
    ) -> str:
        """A block with one attribute, and its records."""
        head = self._head("INSERT", layer, self.owner)
        own = f"{self.handle:X}"
        insert = (
            f"{head}100\nAcDbBlockReference\n 66\n1\n  2\n{block}\n{_point(place, 0)} 41\n{look.scale:.6g}\n"
            f" 42\n{look.scale:.6g}\n 43\n{look.scale:.6g}\n 50\n{look.angle:.4f}\n{self._records(records)}"
        )
        beside = (place[0] + look.scale * 1.4, place[1] + look.scale * 0.6, place[2])
        attribute = (
            f"{self._head('ATTRIB', layer, own)}100\nAcDbText\n{_point(beside, 0)} 40\n{look.height:.6g}\n"
            f"  1\n{clean(value)}\n  7\n{self.style}\n100\nAcDbAttribute\n  2\n{tag}\n 70\n0\n"
        )
        return f"{insert}{attribute}{self._head('SEQEND', layer, own)}"

    def _head(self, kind: str, layer: str, owner: str) -> str:
        self.handle += 1
        return f"  0\n{kind}\n  5\n{self.handle:X}\n330\n{owner}\n100\nAcDbEntity\n  8\n{layer}\n"

    def _vertex(self, layer: str, point: Point, owner: str) -> str:
        head = self._head("VERTEX", layer, owner)
        return f"{head}100\nAcDbVertex\n100\nAcDb3dPolylineVertex\n{_point(point, 0)} 70\n32\n"

    def _records(self, records: Iterable[str]) -> str:
        texts = "".join(f"1000\n{text}\n" for text in records)
        return f"1001\n{self.application}\n{texts}" if texts else ""


class Look(NamedTuple):
    """How a symbol is drawn: metres for a millimetre of its shape, degrees, and the height of its number in metres."""

    scale: float
    angle: float
    height: float


def record(label: str, value: str) -> str:
    """One text of extended data, `label=value`, cut to what it may hold."""
    text = clean(f"{label}={value}")
    if len(text) * 3 <= LONGEST:
        return text
    return text.encode("utf-8")[:LONGEST].decode("utf-8", "ignore")


def clean(text: str) -> str:
    """A text that stays on its line of the file."""
    if text.isalnum():
        return text
    return text.translate(_CONTROL).encode("utf-8", "replace").decode()


def _point(point: Point, number: int) -> str:
    x, y, z = point
    return f" 1{number}\n{x:.4f}\n 2{number}\n{y:.4f}\n 3{number}\n{z:.4f}\n"
