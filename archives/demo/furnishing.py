"""What the points of the invented network are: tees, bends, wells, valves, gullies, and the ends of branches."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from archives.demo.joints import BRANCHES, Nodes, Pieces
from archives.demo.mains import MAINS, Main
from archives.demo.streets import chance
from gis.frame import Index, Mask, Number, Text

Which = NDArray[np.int8]
"""Places in a list of names."""
WELLS = ("阀门井", "水表井", "检修井", "雨水井", "污水井", "检查井", "跌水井", "人孔", "手孔")
"""Appurtenances that are chambers with a bottom and a cover."""
DROP = 0.95
"""A fall inside a drain's well beyond which it is a drop manhole (跌水井), in metres."""
BEND = 8.0
"""From this change of direction on, in degrees, a point between two segments is a bend."""
_BY_DEGREE = ("", "终点", "直线点", "三通", "四通", "五通", "六通")
_FEATURES = ("", *_BY_DEGREE[1:], "多通", "起点", "转折点", "变径", "变材", "出水口", "入户", "探测点")
_APPURTENANCES = (
    "",
    *WELLS,
    "泵站",
    *dict.fromkeys(
        name
        for main in MAINS
        for name in (*(one for one, _ in main.straight), *(branch.name for branch in main.branches))
        if name not in (*WELLS, "入户")
    ),
)


class Furniture(NamedTuple):
    """What every point is: `feature` or `appurtenance` (one of them ""), and the wells among them."""

    feature: Text
    appurtenance: Text
    well: Mask


def furnish(nodes: Nodes, pieces: Pieces, width: Number, material: Text) -> Furniture:
    """Name every point by what meets there; `width` (mm) and `material` are of the segments."""
    feature = np.zeros(len(nodes.main), dtype=np.int8)
    appurtenance = np.zeros(len(nodes.main), dtype=np.int8)
    degree = np.bincount(pieces.a, minlength=len(nodes.main)) + np.bincount(pieces.b, minlength=len(nodes.main))
    leaf = nodes.kept_for >= 0
    feature[:] = np.array([_FEATURES.index(name) for name in (*_BY_DEGREE, "多通")])[np.minimum(degree, 7)]
    _changes(nodes, pieces, degree, feature, width, material)
    for number, main in enumerate(MAINS):
        mine = np.flatnonzero((nodes.main == number) & ~leaf)
        _stands(main, mine, degree, feature, appurtenance)
        if main.drain:
            _drain(main, mine, nodes, pieces, feature, appurtenance)
    for which, (_, branch) in enumerate(BRANCHES):
        at = np.flatnonzero(nodes.kept_for == which)
        feature[at] = _FEATURES.index(branch.name) if branch.feature else 0
        appurtenance[at] = 0 if branch.feature else _APPURTENANCES.index(branch.name)
    well = np.isin(appurtenance, [_APPURTENANCES.index(name) for name in WELLS])
    return Furniture(_named(_FEATURES, feature), _named(_APPURTENANCES, appurtenance), well)


def _named(names: tuple[str, ...], which: Which) -> Text:
    return np.array(names, dtype=object)[which]


def _stands(main: Main, mine: Index, degree: Index, feature: Which, appurtenance: Which) -> None:
    """Wells, valves, lamps along the line, and wells where cables branch."""
    drawn, least = chance(mine, 31), 0.0
    between = feature[mine] == _FEATURES.index("直线点")
    for name, share in main.straight:
        at = mine[between & (drawn >= least) & (drawn < least + share)]
        feature[at], appurtenance[at] = 0, _APPURTENANCES.index(name)
        least += share
    if main.branching:
        at = mine[(degree[mine] > 2) | (~between & (degree[mine] == 2))]
        feature[at], appurtenance[at] = 0, _APPURTENANCES.index(main.branching)


def _changes(nodes: Nodes, pieces: Pieces, degree: Index, feature: Which, width: Number, material: Text) -> None:
    """Where two segments of one street differ from each other or turn: 变径, 变材, 转折点."""
    first, second, at = _neighbours(pieces, degree)
    turned = _turn(nodes, pieces, first, second, at) > BEND
    feature[at[turned]] = _FEATURES.index("转折点")
    feature[at[material[first] != material[second]]] = _FEATURES.index("变材")
    feature[at[width[first] != width[second]]] = _FEATURES.index("变径")


def _neighbours(pieces: Pieces, degree: Index) -> tuple[Index, Index, Index]:
    """Both segments of every point that has two, and the points."""
    ends = np.concatenate([pieces.a, pieces.b])
    order = np.argsort(ends, kind="stable")
    order = order[degree[ends[order]] == 2].reshape(-1, 2)
    return order[:, 0] % len(pieces.a), order[:, 1] % len(pieces.a), ends[order[:, 0]]


def _turn(nodes: Nodes, pieces: Pieces, first: Index, second: Index, at: Index) -> Number:
    """How far the line turns at points, in degrees of the plan."""
    ways = []
    for segment in (first, second):
        other = np.where(pieces.a[segment] == at, pieces.b[segment], pieces.a[segment])
        ways.append(np.arctan2(nodes.v[other] - nodes.v[at], nodes.u[other] - nodes.u[at]))
    between = np.abs(np.degrees(ways[0] - ways[1]))
    return np.asarray(np.abs(180 - np.minimum(between, 360 - between)))


def _drain(main: Main, mine: Index, nodes: Nodes, pieces: Pieces, feature: Which, appurtenance: Which) -> None:
    """Starts, outfalls, pumping stations and drop manholes."""
    count = len(nodes.main)
    flows_in, flows_out = np.bincount(pieces.b, minlength=count), np.bincount(pieces.a, minlength=count)
    upper, lower = mine[flows_in[mine] == 0], mine[flows_out[mine] == 0]
    feature[upper], appurtenance[upper] = _FEATURES.index("起点"), 0
    pumped = main.minor == "WS"
    feature[lower] = 0 if pumped else _FEATURES.index("出水口")
    appurtenance[lower] = _APPURTENANCES.index("泵站") if pumped else 0
    deep = np.full(count, np.inf)
    np.minimum.at(deep, pieces.b, pieces.depth_b)
    leaving = np.full(count, -np.inf)
    np.maximum.at(leaving, pieces.a, pieces.depth_a)
    falls = mine[leaving[mine] - deep[mine] > DROP]
    feature[falls], appurtenance[falls] = 0, _APPURTENANCES.index("跌水井")
