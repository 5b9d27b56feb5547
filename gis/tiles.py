"""Vector tiles (Mapbox Vector Tile 2.1, WebMercatorQuad), encoded from arrays: a layer is one stream of varints.

Everything inside a feature of the format is a varint, lengths included, so a whole layer is laid out as one array of
numbers and turned into bytes at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gis.crs import WEB_MERCATOR, display_transformer

EXTENT = 4096
BUFFER = 256
"""Tile units beyond the edge that are still drawn, so that a wide line does not end at it."""
MEAN_SQUARE = 5 / 9
"""Of four places at equal steps from -1 to 1: what lies between them is where an affine map is best."""

HALF_WORLD = 20037508.342789244
"""Metres of EPSG:3857 from the middle to the edge."""

POINT, LINE, POLYGON = 1, 2, 3
Whole = NDArray[np.int64]
Places = NDArray[np.float64]
_MOVE, _LINE_TO, _CLOSE = 1, 2, 7
_FEATURE, _ID, _TAGS, _TYPE, _GEOMETRY = 0x12, 0x08, 0x12, 0x18, 0x22


class Coded(NamedTuple):
    """An attribute's column: numbers into the list of its different values; "" and None are left out."""

    numbers: Whole
    values: Sequence[str | float | None]


def coded(column: Sequence[str | float | None]) -> Coded:
    """A column as numbers, values in order of first appearance."""
    known = {value: number for number, value in enumerate(dict.fromkeys(column))}
    return Coded(np.fromiter(map(known.__getitem__, column), np.int64, len(column)), list(known))


def coded_numbers(column: Places, decimals: int) -> Coded:
    """A column of numbers, rounded so that there are few different ones; NaN is left out."""
    values, numbers = np.unique(np.round(column, decimals), return_inverse=True)
    return Coded(numbers.astype(np.int64), [None if np.isnan(value) else value for value in values.tolist()])


@dataclass(frozen=True, slots=True)
class Layer:
    """Features in tile units, y down. `starts` (n + 1) says where each feature's vertices begin in `places` (m, 2)."""

    name: str
    kind: int
    fids: Whole
    places: Whole
    starts: Whole
    attributes: Mapping[str, Coded] = field(default_factory=dict)


def encode(layers: Sequence[Layer]) -> bytes:
    """A tile; b"" when no layer has features."""
    return b"".join(_tagged(0x1A, _layer(layer)) for layer in layers if len(layer.fids))


def encoded_layer(name: str, features: Sequence[tuple[Mapping[str, str], bytes]], extent: int = EXTENT) -> bytes:
    """A layer of lines whose geometry is encoded already (see `commands`), with text attributes."""
    keys = list(dict.fromkeys(key for tags, _ in features for key in tags))
    values = list(dict.fromkeys(value for tags, _ in features for value in tags.values()))
    parts = [_feature(tags, shape, keys, values) for tags, shape in features]
    return _tagged(0x1A, _message(name, b"".join(parts), keys, values, extent)) if features else b""


def features_layer(name: str, features: Sequence[tuple[Mapping[str, str], int, bytes]]) -> bytes:
    """A layer of features of any kind whose geometry is encoded already, with text attributes."""
    keys = list(dict.fromkeys(key for tags, _, _ in features for key in tags))
    values = list(dict.fromkeys(value for tags, _, _ in features for value in tags.values()))
    parts = [_feature(tags, shape, keys, values, kind) for tags, kind, shape in features]
    return _tagged(0x1A, _message(name, b"".join(parts), keys, values, EXTENT)) if features else b""


def ring_commands(parts: Sequence[Whole], kind: int) -> Whole:
    """Geometry commands of one feature made of lines, or of rings that are closed and bring no closing point."""
    stream: list[int] = []
    cursor = np.zeros((1, 2), dtype=np.int64)
    for places in parts:
        steps = np.diff(places, axis=0, prepend=cursor)
        zigzag = ((steps << 1) ^ (steps >> 63)).reshape(-1).tolist()
        stream += [(1 << 3) | _MOVE, *zigzag[:2], ((len(places) - 1) << 3) | _LINE_TO, *zigzag[2:]]
        stream += [(1 << 3) | _CLOSE] if kind == POLYGON else []
        cursor = places[-1:]
    return np.array(stream, dtype=np.int64)


def commands(places: Whole, parts: Whole, features: Whole, kind: int = LINE) -> tuple[Whole, Whole]:
    """Geometry commands of features made of parts, each part made of vertices; and where each feature's begin (n + 1).

    `parts` says where each part's vertices begin, `features` where each feature's parts begin, both with the end.
    """
    counts = np.diff(parts)
    heads = 1 if kind == POINT else 2
    sizes = 2 * counts + heads
    begins = np.concatenate([[0], np.cumsum(sizes)])
    stream = np.empty(begins[-1], dtype=np.int64)
    stream[begins[:-1]] = (1 << 3) | _MOVE
    if kind == LINE:
        stream[begins[:-1] + 3] = ((counts - 1) << 3) | _LINE_TO
    within = np.arange(len(places)) - np.repeat(parts[:-1], counts)
    at = np.repeat(begins[:-1], counts) + 1 + 2 * within + (heads - 1) * (within > 0)
    steps = np.diff(places, axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
    first = parts[:-1][features[:-1]]
    steps[first] = places[first]  # the cursor is back at the origin in each feature
    zigzag = (steps << 1) ^ (steps >> 63)
    stream[at], stream[at + 1] = zigzag[:, 0], zigzag[:, 1]
    return stream, begins[features]


def varints(numbers: Whole) -> bytes:
    """Numbers of at most 35 bits, least group first, the high bit of a byte telling that more follow."""
    sizes = varint_sizes(numbers)
    ends = np.cumsum(sizes)
    found = np.empty(int(ends[-1]) if len(ends) else 0, dtype=np.uint8)
    begins = ends - sizes
    found[begins] = (numbers & 0x7F) | ((sizes > 1) << 7)
    for group in range(1, int(sizes.max(initial=0))):
        more = np.flatnonzero(sizes > group)
        found[begins[more] + group] = ((numbers[more] >> (7 * group)) & 0x7F) | ((sizes[more] > group + 1) << 7)
    return found.tobytes()


def varint_sizes(numbers: Whole) -> Whole:
    """How many bytes each number takes."""
    sizes = np.ones(len(numbers), dtype=np.int64)
    for group in range(1, 5):
        sizes += numbers >= 1 << (7 * group)
    return sizes


def _layer(layer: Layer) -> bytes:
    count = len(layer.fids)
    geometry, begins = commands(layer.places, layer.starts, np.arange(count + 1), layer.kind)
    tags, tag_counts, values = _tags(layer.attributes, count)
    lengths = np.diff(begins)
    tag_bytes, geometry_bytes = _sums(varint_sizes(tags), tag_counts), _sums(varint_sizes(geometry), lengths)
    content = 4 + varint_sizes(layer.fids) + varint_sizes(tag_bytes) + tag_bytes  # four one-byte keys
    content += 1 + varint_sizes(geometry_bytes) + geometry_bytes
    ends = np.cumsum(10 + tag_counts + lengths)
    stream = np.empty(int(ends[-1]), dtype=np.int64)
    at = ends - (10 + tag_counts + lengths)
    _place(stream, at, (_FEATURE, content, _ID, layer.fids, _TAGS, tag_bytes))
    stream[_runs(at + 6, tag_counts)] = tags
    after = at + 6 + tag_counts
    _place(stream, after, (_TYPE, layer.kind, _GEOMETRY, geometry_bytes))
    stream[_runs(after + 4, lengths)] = geometry
    return _message(layer.name, varints(stream), list(layer.attributes), values, EXTENT)


def _place(stream: Whole, at: Whole, numbers: Sequence[int | Whole]) -> None:
    """Numbers one after the other from `at` on, in every feature."""
    for offset, number in enumerate(numbers):
        stream[at + offset] = number


def _runs(starts: Whole, counts: Whole) -> Whole:
    """The positions of runs of `counts` numbers from `starts` on."""
    before = np.cumsum(counts) - counts
    return np.repeat(starts - before, counts) + np.arange(int(counts.sum()))


def _sums(sizes: Whole, counts: Whole) -> Whole:
    """The sum of each run."""
    total: Whole = np.concatenate([[0], np.cumsum(sizes)])
    ends: Whole = np.cumsum(counts)
    found: Whole = total[ends] - total[ends - counts]
    return found


def _tags(attributes: Mapping[str, Coded], count: int) -> tuple[Whole, Whole, list[str | float]]:
    """Key and value numbers of every feature one after the other, how many each has, and the values."""
    values: dict[str | float, int] = {}
    columns = np.empty((count, len(attributes)), dtype=np.int64)
    for at, column in enumerate(attributes.values()):
        own = [-1 if value is None or value == "" else values.setdefault(value, len(values)) for value in column.values]
        columns[:, at] = np.array(own, dtype=np.int64)[column.numbers]
    pairs = np.stack([np.broadcast_to(np.arange(len(attributes)), columns.shape), columns], axis=2)
    present = columns >= 0
    return pairs[present].reshape(-1), 2 * present.sum(axis=1), list(values)


def _feature(tags: Mapping[str, str], shape: bytes, keys: list[str], values: list[str], kind: int = LINE) -> bytes:
    numbers = [number for key, value in tags.items() for number in (keys.index(key), values.index(value))]
    content = _tagged(_TAGS, varints(np.array(numbers, dtype=np.int64)))
    return _tagged(_FEATURE, content + bytes((_TYPE, kind)) + _tagged(_GEOMETRY, shape))


def _message(name: str, features: bytes, keys: Sequence[str], values: Sequence[str | float], extent: int) -> bytes:
    """A layer's message: version 2, name, features, keys, values, extent."""
    head = b"\x78\x02" + _tagged(0x0A, name.encode())
    words = b"".join(_tagged(0x1A, key.encode()) for key in keys)
    return head + features + words + b"".join(map(_value, values)) + b"\x28" + _varint(extent)


def _value(value: str | float) -> bytes:
    if isinstance(value, str):
        return _tagged(0x22, _tagged(0x0A, value.encode()))
    return _tagged(0x22, b"\x19" + np.float64(value).tobytes())


def _tagged(tag: int, content: bytes) -> bytes:
    return bytes((tag,)) + _varint(len(content)) + content


def _varint(number: int) -> bytes:
    found = bytearray()
    while number > 0x7F:
        found.append((number & 0x7F) | 0x80)
        number >>= 7
    found.append(number)
    return bytes(found)


@dataclass(frozen=True, slots=True)
class TileFit:
    """From the store's plane to one tile: units of a tile as a polynomial of the second degree, y down.

    `bounds` are the tile's, with its buffer, in the store's CRS.
    """

    middle: tuple[float, float]
    scale: float
    terms: Places
    bounds: tuple[float, float, float, float]

    def apply(self, east: Places, north: Places) -> Places:
        """Tile units (n, 2), not yet rounded."""
        x, y = (east - self.middle[0]) / self.scale, (north - self.middle[1]) / self.scale
        units: Places = np.stack([self._polynomial(axis, x, y) for axis in (0, 1)], axis=-1)
        return units

    def _polynomial(self, axis: int, x: Places, y: Places) -> Places:
        a, b, c, d, e, f = self.terms[:, axis].tolist()
        value: Places = a + x * (b + d * x + e * y) + y * (c + f * y)
        return value

    def affine(self) -> tuple[float, float, float, float, float, float]:
        """a, b, d, e, x, y of the nearest affine map, y up: for PostGIS, which has no polynomial.

        Around the middle the linear terms are those of the polynomial, and its squares come to their mean.
        """
        square = (max(self._span()) / 2 / self.scale) ** 2 * MEAN_SQUARE
        x0, y0 = (self.terms[0] + square * (self.terms[3] + self.terms[5])).tolist()
        (a, d), (b, e) = (self.terms[1:3] / self.scale).tolist()
        east, north = self.middle
        return a, b, -d, -e, x0 - a * east - b * north, EXTENT - (y0 - d * east - e * north)

    def _span(self) -> tuple[float, float]:
        west, south, east, north = self.bounds
        return east - west, north - south


@lru_cache(maxsize=4096)
def tile_fit(crs: int, z: int, x: int, y: int) -> TileFit:
    """The map from a plane of CGCS2000 (EPSG code) to a tile, through a 4 x 4 grid of exact places.

    Raises CoordinateError `display` for any other system.
    """
    margin = BUFFER / EXTENT
    steps = np.linspace(-margin, 1 + margin, 4)
    across, down = (grid.ravel() for grid in np.meshgrid(steps, steps))
    size = 2 * HALF_WORLD / 2**z
    world = (x + across) * size - HALF_WORLD, HALF_WORLD - (y + down) * size
    east, north = display_transformer(WEB_MERCATOR, crs).transform(*world)
    middle = float(np.mean(east)), float(np.mean(north))
    scale = float(max(np.ptp(east), np.ptp(north))) / 2
    u, v = (east - middle[0]) / scale, (north - middle[1]) / scale
    basis = np.stack([np.ones_like(u), u, v, u * u, u * v, v * v], axis=1)
    terms = np.linalg.lstsq(basis, EXTENT * np.stack([across, down], axis=1), rcond=None)[0]
    bounds = float(np.min(east)), float(np.min(north)), float(np.max(east)), float(np.max(north))
    return TileFit(middle, scale, terms, bounds)


def clipped(ends: Places) -> tuple[Places, NDArray[np.bool_]]:
    """Two-point lines (n, 2, 2) in tile units cut at the buffer's edge, and which of them meet the tile at all."""
    begin, step = ends[:, 0], ends[:, 1] - ends[:, 0]
    low, high = float(-BUFFER), float(EXTENT + BUFFER)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        to_low, to_high = (low - begin) / step, (high - begin) / step
    flat = step == 0
    inside = (begin >= low) & (begin <= high)
    enter = np.where(flat, np.where(inside, 0.0, 2.0), np.minimum(to_low, to_high)).max(axis=1).clip(min=0.0)
    leave = np.where(flat, 1.0, np.maximum(to_low, to_high)).min(axis=1).clip(max=1.0)
    along = np.stack([enter, leave], axis=1)[:, :, None]
    return begin[:, None] + along * step[:, None], enter <= leave
