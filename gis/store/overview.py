"""Lines thinned for the map from afar: rounded to a grid of the tile, drawn once, joined into chains.

Each zoom is made from the one above it, so that all of them cost little more than the first.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.crs import WEB_MERCATOR, display_transformer
from gis.store.chains import chains
from gis.store.shapes import Coordinates, ends_of, geometries_of
from gis.tiles import HALF_WORLD, Whole, commands, varint_sizes, varints

FIRST_LIVE = 14
"""The first zoom whose tiles are made from the rows themselves."""

BITS = 10
EXTENT = 1 << BITS
"""Cells of a tile; at z13 near 32° N one is 4 m."""

HEAVIEST = 400_000
"""Bytes of one version's tile; a heavier one is rounded to a coarser grid."""

HEAVIEST_TOGETHER = 480_000
"""Bytes of a tile with the features of all versions in it, so that with its words it stays below 500 kB."""

LONGEST = EXTENT // 4
"""Cells; a longer line is cut, so that each tile it crosses has a part of it."""


class Pieces(NamedTuple):
    """Straight pieces in the store's plane: kind numbers (n), ends (n, 2, 2)."""

    kinds: Whole
    ends: Coordinates


class Drawn(NamedTuple):
    """The encoded geometry of one kind, of one version or of several."""

    major: str
    minor: str
    shape: bytes


class Thinned(NamedTuple):
    """One kind in one tile: the geometry of one feature, `EXTENT` units across."""

    z: int
    x: int
    y: int
    major: str
    minor: str
    shape: bytes


class Edges(NamedTuple):
    """Pieces on the world's grid of one zoom: kind numbers (n), cells (n, 2, 2) of x and y down."""

    kinds: Whole
    cells: Whole


def pieces(rows: Sequence[tuple[Any, ...]], kinds: dict[tuple[str, str], int], header: int) -> Pieces:
    """Rows of (fid, major, minor, stored geometry) as straight pieces; new kinds are numbered in `kinds`."""
    _, majors, minors, blobs = zip(*rows, strict=True)
    pairs = list(zip(majors, minors, strict=True))
    for kind in dict.fromkeys(pairs):
        kinds.setdefault(kind, len(kinds))
    coded = np.fromiter(map(kinds.__getitem__, pairs), np.int64, len(rows))
    if (ends := ends_of(blobs, header)) is not None:
        return Pieces(coded, ends[:, :, :2])
    places, line = shapely.get_coordinates(geometries_of(blobs, header), return_index=True)
    within = line[1:] == line[:-1]
    return Pieces(coded[line[1:][within]], np.stack([places[:-1][within], places[1:][within]], axis=1))


def thinned(parts: Sequence[Pieces], kinds: Sequence[tuple[str, str]], crs: int) -> Iterator[Thinned]:
    """Every tile below the live ones. Raises CoordinateError `display` for a plane that is not of CGCS2000."""
    if not parts:
        return
    found = [_distinct(_on_grid(part, crs)) for part in parts]
    edges = _distinct(Edges(*(np.concatenate(column) for column in zip(*found, strict=True))))
    for z in range(FIRST_LIVE - 1, -1, -1):
        yield from _level(edges, z, kinds)
        edges = _distinct(Edges(edges.kinds, edges.cells >> 1))


def _on_grid(part: Pieces, crs: int) -> Edges:
    """On the grid of the last zoom below the live ones; what lies outside the world is left out."""
    flat = part.ends.reshape(-1, 2)
    east, north = display_transformer(crs, WEB_MERCATOR).transform(flat[:, 0], flat[:, 1])
    world = np.stack([(east + HALF_WORLD), (HALF_WORLD - north)], axis=1) / (2 * HALF_WORLD)
    within = ((world >= 0) & (world < 1)).all(axis=1).reshape(-1, 2).all(axis=1)
    size = EXTENT << (FIRST_LIVE - 1)
    cells: Whole = (world.reshape(-1, 2, 2)[within] * size).astype(np.int64)
    return _cut_long(Edges(part.kinds[within], cells))


def _cut_long(edges: Edges) -> Edges:
    """Pieces none of which is longer than `LONGEST`."""
    step = edges.cells[:, 1] - edges.cells[:, 0]
    counts = np.abs(step).max(axis=1, initial=0) // LONGEST + 1
    if (counts == 1).all():
        return edges
    at = np.repeat(np.arange(len(counts)), counts)
    part = np.arange(len(at)) - np.repeat(np.cumsum(counts) - counts, counts)
    ends = [edges.cells[at, 0] + step[at] * (part + more)[:, None] // counts[at][:, None] for more in (0, 1)]
    return Edges(edges.kinds[at], np.stack(ends, axis=1))


def _distinct(edges: Edges) -> Edges:
    """Each piece once, whichever way it runs, without those that shrank to a point."""
    start, end = (edges.cells[:, side, 0] << 32 | edges.cells[:, side, 1] for side in (0, 1))
    low, high = np.minimum(start, end), np.maximum(start, end)
    order = np.lexsort((high, low, edges.kinds))
    columns = [column[order] for column in (edges.kinds, low, high)]
    fresh = np.ones(len(order), dtype=bool)
    fresh[1:] = np.any([column[1:] != column[:-1] for column in columns], axis=0)
    kinds, low, high = (column[fresh & (columns[1] != columns[2])] for column in columns)
    cells = np.stack([np.stack([node >> 32, node & 0xFFFFFFFF], axis=1) for node in (low, high)], axis=1)
    return Edges(kinds, cells)


class Tiled(NamedTuple):
    """Edges once for each tile they touch; `tiles` are numbers into `names` (t, 2) of x and y."""

    names: Whole
    tiles: Whole
    kinds: Whole
    cells: Whole


def _level(edges: Edges, z: int, kinds: Sequence[tuple[str, str]]) -> Iterator[Thinned]:
    """One zoom's tiles; the heavy ones are made again on a grid twice as coarse, until they are light."""
    tiled = _by_tile(edges)
    for coarse in range(1, BITS):
        found = _features(tiled, len(kinds))
        weights = np.bincount(found.tiles, found.sizes, minlength=len(tiled.names))
        heavy = weights > HEAVIEST
        for tile, kind, shape in zip(found.tiles.tolist(), found.kinds.tolist(), found.shapes, strict=True):
            if not heavy[tile]:
                x, y = tiled.names[tile].tolist()
                major, minor = kinds[kind]
                yield Thinned(z, x, y, major, minor, shape)
        if not heavy.any():
            return
        tiled = _coarser(tiled, heavy, coarse)


def _by_tile(edges: Edges) -> Tiled:
    tiles = edges.cells >> BITS
    packed = tiles[:, :, 0] << 32 | tiles[:, :, 1]
    crossing = np.flatnonzero(packed[:, 0] != packed[:, 1])
    names, numbers = np.unique(np.concatenate([packed[:, 0], packed[crossing, 1]]), return_inverse=True)
    at = np.concatenate([np.arange(len(packed)), crossing])
    unpacked = np.stack([names >> 32, names & 0xFFFFFFFF], axis=1)
    return Tiled(unpacked, numbers.astype(np.int64), edges.kinds[at], edges.cells[at])


def _coarser(tiled: Tiled, heavy: NDArray[np.bool_], bits: int) -> Tiled:
    """The heavy tiles alone, their cells rounded to `bits` bits."""
    again = heavy[tiled.tiles]
    key = tiled.tiles[again] * (int(tiled.kinds.max(initial=0)) + 1) + tiled.kinds[again]
    less = _distinct(Edges(key, tiled.cells[again] >> bits << bits))
    tiles, kinds = np.divmod(less.kinds, int(tiled.kinds.max(initial=0)) + 1)
    return Tiled(tiled.names, tiles, kinds, less.cells)


class Features(NamedTuple):
    """Encoded geometries with their tile and kind numbers and their sizes in bytes."""

    tiles: Whole
    kinds: Whole
    sizes: Whole
    shapes: list[bytes]


def _features(tiled: Tiled, kinds: int) -> Features:
    """One feature a tile and kind, its lines joined into chains."""
    lines = chains(tiled.cells, tiled.tiles * kinds + tiled.kinds)
    changes = np.flatnonzero(np.diff(lines.groups, prepend=-1))
    first = np.concatenate([changes, [len(lines.groups)]])
    tiles, kind = np.divmod(lines.groups[changes], kinds)
    origin = (tiled.names << BITS)[lines.groups // kinds]
    places = lines.places - np.repeat(origin, np.diff(lines.parts), axis=0)
    stream, begins = commands(places, lines.parts, first)
    ends = np.concatenate([[0], np.cumsum(varint_sizes(stream))])[begins]
    whole = varints(stream)
    shapes = [whole[start:end] for start, end in zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True)]
    return Features(tiles, kind, np.diff(ends), shapes)


def together(drawn: Sequence[Drawn]) -> list[Drawn]:
    """The features of several versions in one tile; where they are too heavy, joined and rounded again."""
    if sum(len(one.shape) for one in drawn) <= HEAVIEST_TOGETHER:
        return list(drawn)
    kinds = sorted({(one.major, one.minor) for one in drawn})
    edges = [_edges_of(one.shape) for one in drawn]
    numbers = np.repeat([kinds.index((one.major, one.minor)) for one in drawn], [len(cells) for cells in edges])
    whole = _distinct(Edges(numbers, np.concatenate(edges) + EXTENT))  # as if of tile 1, 1: no cell is below zero
    tiled = Tiled(np.ones((1, 2), dtype=np.int64), np.zeros(len(whole.kinds), dtype=np.int64), *whole)
    found = _features(tiled, len(kinds))
    for coarse in range(1, BITS):
        if int(found.sizes.sum()) <= HEAVIEST_TOGETHER:
            break
        tiled = _coarser(tiled, np.ones(1, dtype=np.bool_), coarse)
        found = _features(tiled, len(kinds))
    named = [kinds[kind] for kind in found.kinds.tolist()]
    return [Drawn(major, minor, shape) for (major, minor), shape in zip(named, found.shapes, strict=True)]


def _edges_of(shape: bytes) -> Whole:
    """The edges (n, 2, 2) of lines that `_features` encoded."""
    stream = _numbers(shape)
    heads, sizes, at = [], [], 0
    while at < len(stream):
        count = int(stream[at + 3]) >> 3
        heads += [at, at + 3]
        sizes.append(count + 1)
        at += 4 + 2 * count
    steps = np.delete(stream, heads).reshape(-1, 2)
    places = np.cumsum((steps >> 1) ^ -(steps & 1), axis=0)
    last = np.zeros(len(places), dtype=bool)
    last[np.cumsum(sizes) - 1] = True
    return np.stack([places[:-1], places[1:]], axis=1)[~last[:-1]]


def _numbers(content: bytes) -> Whole:
    """Varints as numbers."""
    groups = np.frombuffer(content, dtype=np.uint8).astype(np.int64)
    ends = np.flatnonzero(groups < 0x80)
    begins = np.concatenate([[0], ends[:-1] + 1])
    place = np.arange(len(groups)) - np.repeat(begins, ends - begins + 1)
    numbers: Whole = np.add.reduceat((groups & 0x7F) << (7 * place), begins)
    return numbers
