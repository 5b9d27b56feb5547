"""The base map of the invented city: what stands between its streets, and all its layers together."""

from typing import NamedTuple

import numpy as np
import shapely

from archives.demo import streets
from archives.demo.streets import HALF, RIVER_HALF, bent, bent_box, chance
from gis.frame import Frame, Index, Number, Text

SETBACK = 9.0
"""From the red line to the nearest building, in metres."""
USES = ("居住", "商业", "公共服务", "工业", "绿地")
_PLOT = 46.0
_LAKE = (-5, 4)
"""Column and row of the south-west corner of the block with the lake."""


class Block(NamedTuple):
    """The ground between four streets, in plan metres, and what it is used for."""

    name: str
    use: str
    west: float
    south: float
    east: float
    north: float


def base_layers() -> dict[str, Frame]:
    """The base map, EPSG:4545: layers `road`, `road_line`, `block`, `building`, `water`.

    Each has `geometry` (shapely) and `name`; roads also `rank` (0 local, 1 secondary, 2 arterial), blocks and
    buildings `use`, buildings `floors`.
    """
    found = blocks()
    return {
        "block": _block_layer(found),
        "water": _water(),
        "road": streets.road_surfaces(),
        "road_line": streets.road_lines(),
        "building": buildings(found),
    }


def blocks() -> list[Block]:
    """The blocks of the whole city; where a row was never built two of them are one."""
    columns, rows = streets.city()
    found: list[Block] = []
    for i in columns[:-1]:
        south = rows[0]
        for north in rows[1:]:
            if north == 0:
                south = north
            elif bool(streets.is_built(np.array(i), np.array(north))) or north in (-1, rows[-1]):
                found.append(_block(len(found) + 1, i, south, north))
                south = north
    return [*found, *_river_sides()]


def _river_sides() -> list[Block]:
    """The green between the river and its bank roads."""
    columns, _ = streets.city()
    west, east = (float(one) for one in streets.column_u(np.array([columns[0], columns[-1]])))
    edge = streets.BANK - float(HALF[streets.SECONDARY])
    return [
        Block("北岸滨河绿地", "绿地", west, RIVER_HALF, east, edge),
        Block("南岸滨河绿地", "绿地", west, -edge, east, -RIVER_HALF),
    ]


def _block(number: int, i: int, south: int, north: int) -> Block:
    u, v = streets.column_u(np.array([i, i + 1])), streets.row_v(np.array([south, north]))
    side = HALF[streets.column_rank(np.array([i, i + 1]))]
    end = HALF[streets.row_rank(np.array([south, north]))]
    west, east = float(u[0] + side[0]), float(u[1] - side[1])
    low, high = float(v[0] + end[0]), float(v[1] - end[1])
    return Block(f"示例街坊{number:03d}", _use(i, south, north), west, low, east, high)


def _use(i: int, south: int, north: int) -> str:
    if (i, south) == _LAKE or (south <= _LAKE[1] < north and i == _LAKE[0]):
        return "绿地"
    if i >= 3 and south < 0:
        return "工业"
    shares = (0.6, 0.78, 0.9, 0.9, 1.0)
    return USES[int(np.searchsorted(shares, float(chance(i, south, 11))))]


def _block_layer(found: list[Block]) -> Frame:
    shapes = np.array([bent_box(*one[2:]) for one in found], dtype=object)
    columns = {"name": [one.name for one in found], "use": [one.use for one in found]}
    return Frame(len(found), {"geometry": shapes, **{key: _text(value) for key, value in columns.items()}})


def buildings(found: list[Block]) -> Frame:
    """Buildings of blocks, SETBACK inside them; sparser away from the middle, none on green ground."""
    built = [one for one in found if one.use != "绿地"]
    plots = [_plots(one) for one in built]
    of_block = np.repeat(np.arange(len(built)), [len(one) for one in plots])
    corner = np.concatenate(plots)
    number = np.arange(len(corner))
    kept = chance(number, 12) < 0.9 - 0.7 * np.hypot(*corner[:, :2].T) / 7_000
    corner, number, of_block = corner[kept], number[kept], of_block[kept]
    columns = {
        "geometry": _footprints(corner, number),
        "name": _text(
            [f"{built[at].name}{place + 1}号楼" for at, place in zip(of_block, _places(of_block), strict=True)]
        ),
        "use": _text([built[at].use for at in of_block]),
        "floors": (1 + chance(number, 15) ** 2 * 18).astype(np.int64),
    }
    return Frame(len(corner), columns)


def _plots(block: Block) -> Number:
    """The plots of a block: (n, 4) west, south, width and depth in plan metres."""
    width, height = block.east - block.west - 2 * SETBACK, block.north - block.south - 2 * SETBACK
    across, along = max(1, round(width / _PLOT)), max(1, round(height / _PLOT))
    u, v = (part.ravel() for part in np.meshgrid(np.arange(across), np.arange(along), indexing="ij"))
    size = np.broadcast_to([width / across, height / along], (len(u), 2))
    return np.column_stack([block.west + SETBACK + u * size[:, 0], block.south + SETBACK + v * size[:, 1], size])


def _footprints(corner: Number, number: Index) -> streets.Shapes:
    width = corner[:, 2] * (0.5 + 0.4 * chance(number, 13))
    depth = corner[:, 3] * (0.3 + 0.35 * chance(number, 14))
    u = corner[:, 0, None] + width[:, None] * np.array([0, 1, 1, 0, 0])
    v = corner[:, 1, None] + depth[:, None] * np.array([0, 0, 1, 1, 0])
    return np.asarray(shapely.polygons(np.stack(bent(u, v), axis=-1)))


def _places(of_block: Index) -> Index:
    """How many of the same block stand before each."""
    _, first, sizes = np.unique(of_block, return_index=True, return_counts=True)
    return np.arange(len(of_block)) - np.repeat(first, sizes)


def _water() -> Frame:
    columns, _ = streets.city()
    u = streets.column_u(np.array([columns[0], columns[-1]]))
    river = bent_box(float(u[0]) - 60, -RIVER_HALF, float(u[1]) + 60, RIVER_HALF)
    return Frame(2, {"geometry": np.array([river, _lake()], dtype=object), "name": _text(["川流河", "示例湖"])})


def _lake() -> shapely.Polygon:
    i, j = _LAKE
    u, v = streets.column_u(np.array([i, i + 1])).mean(), streets.row_v(np.array([j, j + 1])).mean()
    turn = np.linspace(0, 2 * np.pi, 49)[:-1]
    reach = 1 + 0.12 * np.sin(3 * turn)
    return shapely.Polygon(np.column_stack(bent(u + 85 * reach * np.cos(turn), v + 60 * reach * np.sin(turn))))


def _text(values: list[str]) -> Text:
    return np.array(values, dtype=object)
