"""The invented city's ground: streets, river, blocks, buildings and heights, the same every time.

Streets are a lattice of columns (north-south) and rows (west-east) in flat *plan* metres (u east, v north of the
city's middle), which a smooth bend carries into the metres of EPSG:4545 (CGCS2000, central meridian 108). The river
is v = 0; row 0 is its north bank, row -1 its south bank.
"""

from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.frame import Frame, Index, Mask, Number, Text

EPSG = 4545
"""The 3-degree zone around 108 E, in which the whole city lies; eastings of six digits."""
MIDDLE = (467_306.0, 3_356_746.0)
"""East and north of the city's middle, EPSG:4545."""
HALF_WIDTH, HALF_HEIGHT = 5_330.0, 4_850.0
"""How far the streets go from the middle, in plan metres; bent, they stay inside the extent of `place`."""
LOCAL, SECONDARY, ARTERIAL = 0, 1, 2
HALF = np.array([9.0, 15.0, 25.0])
"""From the middle of a street to its red line, by rank."""
FOOTWAY = np.array([4.0, 6.0, 10.0])
"""From the red line to the kerb, by rank."""
RIVER_HALF = 55.0
BANK = 110.0
"""From the river's middle to the middle of a bank road."""

Whole = NDArray[np.int64]
Shapes = NDArray[Any]
"""Arrays of shapely geometries in EPSG:4545."""

_MOST = 400
_STEP = 40.0
"""Longest straight piece of a bent line."""
_COLUMN_NAMES = {
    0: "示例大道", 1: "样本路", -1: "范文路", 2: "试点路", -2: "晴岚路", 3: "川流路", 4: "模拟大道",
}  # fmt: skip
_ROW_NAMES = {0: "云麓街", 1: "演示街", -1: "长桥街"}
_COLUMN_WORDS = ("示范", "样例", "虚构", "假设", "拟定", "试填", "范例", "例图", "仿真", "预设", "演练", "设问")
_ROW_WORDS = ("样板", "空例", "演算", "习作", "摹本", "虚拟", "例题", "试笔", "模板", "题设", "假名", "草图")
_ENDINGS = ("一", "二", "三", "东", "西", "南", "北", "中", "前", "后", "上", "下")


class Edges(NamedTuple):
    """Pieces of street between neighbouring crossings: from column i and row j to the next one, as arrays."""

    vertical: Mask
    i: Whole
    j: Whole
    rank: Whole

    def take(self, kept: Mask) -> "Edges":
        """Some of them."""
        return Edges(self.vertical[kept], self.i[kept], self.j[kept], self.rank[kept])


def chance(*keys: Whole | Index | int) -> Number:
    """A number from 0 to 1 for whole-number keys, the same on every machine and in any order of asking."""
    mixed = np.uint64(0x9E3779B97F4A7C15)
    with np.errstate(over="ignore"):
        for key in keys:
            mixed = _scrambled(mixed + np.asarray(key).astype(np.int64).view(np.uint64))
    return np.asarray(mixed >> np.uint64(11), dtype=np.float64) / 2.0**53


def _scrambled(value: Any) -> Any:
    """The finaliser of SplitMix64."""
    value = value + np.uint64(0x9E3779B97F4A7C15)
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))


def column_u(i: Whole) -> Number:
    """The u of the middle of columns, plan metres."""
    return np.asarray(_columns()[i + _MOST])


def row_v(j: Whole) -> Number:
    """The v of the middle of rows, plan metres."""
    return np.asarray(_rows()[j + _MOST])


@lru_cache(maxsize=1)
def _columns() -> Number:
    steps = np.round(300 + 60 * chance(np.arange(-_MOST, _MOST), 1), 1)
    places = np.concatenate([[0.0], np.cumsum(steps)])
    return np.asarray(places - places[_MOST])


@lru_cache(maxsize=1)
def _rows() -> Number:
    steps = np.round(270 + 60 * chance(np.arange(-_MOST, _MOST), 2), 1)
    steps[_MOST - 1] = 2 * BANK
    places = np.concatenate([[0.0], np.cumsum(steps)])
    return np.asarray(places - places[_MOST] + BANK)


def column_rank(i: Whole) -> Whole:
    """The rank of columns: every fourth an arterial, every second at least secondary."""
    return np.where(i % 4 == 0, ARTERIAL, np.where(i % 2 == 0, SECONDARY, LOCAL))


def row_rank(j: Whole) -> Whole:
    """The rank of rows: the bank roads are secondary."""
    inland = np.where(j % 4 == 2, ARTERIAL, np.where(j % 2 == 0, SECONDARY, LOCAL))
    return np.where((j == 0) | (j == -1), SECONDARY, inland)


def edges(columns: range, rows: range) -> Edges:
    """The pieces of street of a part of the lattice.

    Local columns have no bridge, and about a quarter of the local rows' pieces were never built.
    """
    i, j = (part.ravel() for part in np.meshgrid(_whole(columns), _whole(rows[:-1]), indexing="ij"))
    across = Edges(np.ones(len(i), bool), i, j, column_rank(i)).take((j != -1) | (column_rank(i) > LOCAL))
    i, j = (part.ravel() for part in np.meshgrid(_whole(columns[:-1]), _whole(rows), indexing="ij"))
    along = Edges(np.zeros(len(i), bool), i, j, row_rank(j)).take(is_built(i, j))
    return Edges(*(np.concatenate(parts) for parts in zip(across, along, strict=True)))


def _whole(numbers: range) -> Whole:
    return np.arange(numbers.start, numbers.stop, dtype=np.int64)


def is_built(i: Whole, j: Whole) -> Mask:
    """Whether row j has a street between columns i and i + 1."""
    return (row_rank(j) > LOCAL) | (chance(i, j, 3) > 0.25)


def bent(u: Number, v: Number) -> tuple[Number, Number]:
    """Plan metres as east and north in EPSG:4545."""
    north = v + 110 * np.sin(2 * np.pi * u / 5200 + 0.6)
    east = u + 90 * np.sin(2 * np.pi * north / 4300 + 1.1)
    return east + MIDDLE[0], north + MIDDLE[1]


def ground(u: Number, v: Number) -> Number:
    """Ground height in metres (1985 height datum) at plan metres.

    Land falls to the river by 6 per mille and eastward by 3, with swells that never turn either round.
    """
    swell = 0.2 * np.sin(u / 310 + 0.5) * np.cos(v / 270)
    return 240 + 0.006 * np.hypot(v, 40) - 0.003 * u + swell


def column_name(i: int) -> str:
    """The name of a column."""
    kind = "大道" if i % 4 == 0 else "路"
    return _COLUMN_NAMES.get(i) or _made_up(_COLUMN_WORDS, i) + kind


def row_name(j: int) -> str:
    """The name of a row."""
    kind = "大道" if j % 4 == 2 else "街"
    return _ROW_NAMES.get(j) or _made_up(_ROW_WORDS, j) + kind


def _made_up(words: tuple[str, ...], at: int) -> str:
    place = 2 * at if at >= 0 else -2 * at - 1
    turn, ending = divmod(place // len(words), len(_ENDINGS))
    return words[place % len(words)] + _ENDINGS[ending] + "支" * turn


def city() -> tuple[range, range]:
    """The columns and rows of the whole city."""
    columns = np.flatnonzero(np.abs(_columns()) < HALF_WIDTH) - _MOST
    rows = np.flatnonzero(np.abs(_rows()) < HALF_HEIGHT) - _MOST
    return range(int(columns[0]), int(columns[-1]) + 1), range(int(rows[0]), int(rows[-1]) + 1)


class Strip(NamedTuple):
    """A street, or a part of it without a gap: its name and rank, and its middle line in plan metres."""

    name: str
    rank: int
    start: tuple[float, float]
    end: tuple[float, float]


def strips() -> list[Strip]:
    """Every street of the city, in its parts."""
    columns, rows = city()
    return [*_column_strips(columns, rows), *_row_strips(columns, rows)]


def _column_strips(columns: range, rows: range) -> list[Strip]:
    found = []
    for i in columns:
        rank = int(column_rank(np.array(i)))
        u = float(column_u(np.array(i)))
        ends = [(rows[0], rows[-1])] if rank > LOCAL else [(rows[0], -1), (0, rows[-1])]
        v = [tuple(row_v(np.array(end)).tolist()) for end in ends]
        found += [Strip(column_name(i), rank, (u, low), (u, high)) for low, high in v]
    return found


def _row_strips(columns: range, rows: range) -> list[Strip]:
    found = []
    for j in rows:
        v, rank = float(row_v(np.array(j))), int(row_rank(np.array(j)))
        built = is_built(np.arange(columns[0], columns[-1]), np.array(j))
        turns = np.flatnonzero(np.diff(np.concatenate([[False], built, [False]])))
        for first, last in turns.reshape(-1, 2) + columns[0]:
            u = column_u(np.array([first, last]))
            found.append(Strip(row_name(j), rank, (float(u[0]), v), (float(u[1]), v)))
    return found


def bent_line(start: tuple[float, float], end: tuple[float, float]) -> NDArray[np.float64]:
    """A straight line of the plan as (n, 2) east and north."""
    pieces = max(1, int(np.ceil(np.hypot(end[0] - start[0], end[1] - start[1]) / _STEP)))
    t = np.linspace(0, 1, pieces + 1)
    return np.column_stack(bent(start[0] + t * (end[0] - start[0]), start[1] + t * (end[1] - start[1])))


def bent_box(west: float, south: float, east: float, north: float) -> Any:
    """A rectangle of the plan as a polygon."""
    corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    return shapely.polygons(np.concatenate([bent_line(a, b)[:-1] for a, b in pairwise(corners)]))


def names_of(streets_vertical: Mask, i: Whole, j: Whole) -> Text:
    """The street's name of pieces of street."""
    along = np.where(streets_vertical, i, j)
    keys, places = np.unique(along * 2 + streets_vertical, return_inverse=True)
    names = [column_name(int(key) // 2) if key % 2 else row_name(int(key) // 2) for key in keys]
    return np.array(names, dtype=object)[places]


def streets_of(kept: Edges) -> Index:
    """A number for each piece's street, the same for all its pieces and no other street's."""
    return np.where(kept.vertical, kept.i * 2 + 1, kept.j * 2).astype(np.intp)


def road_lines() -> Frame:
    """The streets' middle lines: `geometry` (LineString, EPSG:4545), `name`, `rank` (0 local to 2 arterial)."""
    found = strips()
    return _layer([shapely.linestrings(bent_line(one.start, one.end)) for one in found], found)


def road_surfaces() -> Frame:
    """The ground between the red lines: `geometry` (Polygon, EPSG:4545), `name`, `rank`."""
    found = strips()
    return _layer([_surface(one) for one in found], found)


def _surface(strip: Strip) -> Any:
    half = float(HALF[strip.rank])
    (west, south), (east, north) = strip.start, strip.end
    return bent_box(west - half, south - half, east + half, north + half)


def _layer(shapes: list[Any], found: list[Strip]) -> Frame:
    names = np.array([one.name for one in found], dtype=object)
    ranks = np.array([one.rank for one in found], dtype=np.int64)
    return Frame(len(found), {"geometry": np.array(shapes, dtype=object), "name": names, "rank": ranks})
