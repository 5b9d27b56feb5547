"""Point symbols of pipeline maps, as simple shapes in millimetres on paper, for drawings and for CAD blocks alike.

The shapes follow the customary ones (a valve is two triangles, a hydrant a circle on a foot, a gully a barred box);
no edition of the symbol standard was at hand to copy.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from gis.frame import Frame, Text, coded


class Circle(NamedTuple):
    """A circle around the symbol's middle or beside it."""

    x: float
    y: float
    radius: float
    filled: bool = False


class Line(NamedTuple):
    """A line through points, y upwards."""

    points: Sequence[tuple[float, float]]
    closed: bool = False
    filled: bool = False


class Symbol(NamedTuple):
    """One symbol: its name in both languages and its shapes."""

    name_zh: str
    name_en: str
    shapes: Sequence[Circle | Line]


def _box(half: float, filled: bool = False) -> Line:
    return Line([(-half, -half), (half, -half), (half, half), (-half, half)], closed=True, filled=filled)


SYMBOLS: Mapping[str, Symbol] = {
    "feature": Symbol("特征点", "Feature point", [Circle(0, 0, 0.4, filled=True)]),
    "valve": Symbol("阀门", "Valve", [
        Line([(-1.2, 0.7), (-1.2, -0.7), (1.2, 0.7), (1.2, -0.7)], closed=True), Circle(0, 0, 0.3, filled=True),
    ]),
    "hydrant": Symbol("消防栓", "Hydrant", [
        Circle(0, 0.9, 0.7), Line([(0, 0.2), (0, -1.1)]), Line([(-0.7, -1.1), (0.7, -1.1)]),
    ]),
    "meter": Symbol("水表", "Meter", [Circle(0, 0, 1.0), Line([(-0.5, 0.5), (0.5, -0.5)])]),
    "manhole": Symbol("检查井", "Manhole", [Circle(0, 0, 1.0), Line([(-1, 0), (1, 0)]), Line([(0, -1), (0, 1)])]),
    "chamber": Symbol("人孔", "Chamber", [Circle(0, 0, 1.0), Circle(0, 0, 0.3, filled=True)]),
    "handhole": Symbol("手孔", "Handhole", [_box(0.9), Circle(0, 0, 0.3, filled=True)]),
    "gully": Symbol("雨水箅", "Gully", [
        Line([(-1.1, -0.6), (1.1, -0.6), (1.1, 0.6), (-1.1, 0.6)], closed=True),
        *(Line([(x, -0.6), (x, 0.6)]) for x in (-0.55, 0, 0.55)),
    ]),
    "outlet": Symbol("进出水口", "Inlet or outlet", [
        Line([(-1, 0.8), (0, 0), (-1, -0.8)]), Line([(0, 0.8), (1, 0), (0, -0.8)]),
    ]),
    "pot": Symbol("凝水缸", "Condensate pot", [Circle(0, 0, 1.0), Line([(-0.9, 0.35), (0, -1), (0.9, 0.35)])]),
    "cabinet": Symbol("箱柜", "Cabinet", [_box(1.0), Line([(-1, -1), (1, 1)]), Line([(-1, 1), (1, -1)])]),
    "station": Symbol("站室", "Station", [_box(1.2), _box(0.6, filled=True)]),
    "lamp": Symbol("灯", "Lamp", [
        Circle(0, 0, 0.6), *(Line([(0.6 * x, 0.6 * y), (1.2 * x, 1.2 * y)]) for x, y in ((1, 0), (-1, 0), (0, 1))),
    ]),
    "pole": Symbol("杆塔", "Pole", [Circle(0, 0, 0.6, filled=True), Circle(0, 0, 1.0)]),
    "device": Symbol("其他附属物", "Other appurtenance", [
        Line([(-1, 0), (0, -1), (1, 0), (0, 1)], closed=True),
    ]),
}  # fmt: skip
"""All symbols by the name that blocks and legends use."""

_MEANT = (
    ("阀", "valve"), ("消防", "hydrant"), ("消火", "hydrant"), ("水表", "meter"), ("箅", "gully"), ("雨水口", "gully"),
    ("人孔", "chamber"), ("手孔", "handhole"), ("凝水", "pot"), ("出水口", "outlet"), ("进水口", "outlet"),
    ("灯", "lamp"), ("箱", "cabinet"), ("柜", "cabinet"), ("站", "station"), ("室", "station"), ("变压器", "station"),
    ("泵", "station"), ("杆", "pole"), ("塔", "pole"), ("井", "manhole"), ("化粪池", "manhole"),
)  # fmt: skip
"""The first part of a name that is met decides."""
_FEATURE_ONLY = frozenset({"井边点", "井内点", "进出井", "偏心点", "一井多盖"})


def symbol_of(feature: str, appurtenance: str) -> str:
    """The symbol of a point by its names: the appurtenance decides, then the feature."""
    name = appurtenance or feature
    if name in _FEATURE_ONLY:
        return "feature"
    found = next((symbol for part, symbol in _MEANT if part in name), None)
    return found or ("device" if appurtenance else "feature")


def symbols(points: Frame) -> Text:
    """The symbol of every point."""
    features, names = coded(points.text("feature"))
    things, things_names = coded(points.text("appurtenance"))
    table = np.array([[symbol_of(name, thing) for thing in things_names] for name in names], dtype=object)
    found: Text = table.reshape(max(len(names), 1), -1)[features, things] if len(points) else np.array([], dtype=object)
    return found
