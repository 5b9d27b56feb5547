"""The pipelines of the invented city as a survey would give them: deterministic, sound, and of any size.

Coordinates are east and north in EPSG:4545, heights in the 1985 datum. A sound network trips no check that blocks.
"""

from bisect import bisect_right
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from archives.demo.furnishing import Furniture, furnish
from archives.demo.joints import BRANCHES, Nodes, Pieces, branched, jointed, pieces_of
from archives.demo.laying import runs
from archives.demo.mains import MAINS
from archives.demo.streets import Whole, bent, chance, column_name, ground, row_name
from gis.frame import Frame, Index, Mask, Number, Text
from gis.survey.model import Survey

DEMONSTRATION = 20_000
"""Segments of the demonstration: some 460 km."""
SURVEYOR, SURVEYED_ON = "云川样本测绘院", "2024-11"
LAST_YEAR = 2024
SOURCE = "云川市管线普查"
_STEPS = 300
_REVERSED = 0.06
"""The share of drains that the surveyor went along against the flow."""


def network(seed: int = 1, size: int = DEMONSTRATION) -> Survey:
    """A network of `size` segments around the city's middle, the same for the same arguments.

    Below some 2 000 the number is missed by up to a third, as a network has whole streets.

    Beyond some 250 000 segments the streets reach beyond the city's base map.
    """
    step = max(2, bisect_right(range(_STEPS), 0.7 * size, lo=2, key=lambda one: _mains(seed, one)) - 1)
    net = jointed(runs(seed, *_shape(step), frozenset()))
    while len(net[1].a) + len(net[2].node) < size and _mains(seed, step + 1) <= size:
        step += 1
        net = jointed(runs(seed, *_shape(step), frozenset()))
    return _survey(seed, *branched(*net, size - len(net[1].a)), first_number=1001, source=SOURCE)


def district(
    seed: int,
    columns: range,
    rows: range,
    kinds: frozenset[str] = frozenset(),
    first_number: int = 1001,
    source: str = SOURCE,
) -> Survey:
    """The network under a part of the street lattice (see `archives.demo.streets`), whole in itself.

    `kinds` are minor codes, none: every kind. Points are numbered by minor code, from `first_number` on.
    """
    laid = runs(seed, columns, rows, kinds)
    nodes, pieces, could = jointed(laid)
    return _survey(seed, *branched(nodes, pieces, could, len(could.node)), first_number, source)


def _shape(step: int) -> tuple[range, range]:
    across, along = (step + 3) // 2, (step + 2) // 2
    return range(-(across // 2), across - across // 2), range(-(along // 2), along - along // 2)


@lru_cache(maxsize=256)
def _mains(seed: int, step: int) -> int:
    """How many segments the mains of a part have, without branches."""
    return int(pieces_of(runs(seed, *_shape(step), frozenset())).sum())


def _survey(seed: int, nodes: Nodes, pieces: Pieces, first_number: int, source: str) -> Survey:
    built = _years(seed, pieces.main, pieces.street)
    width, height = _sizes(pieces)
    material = _materials(pieces.main, built)
    furniture = furnish(nodes, pieces, width, material[1])
    numbers = _point_numbers(nodes.main, first_number)
    heights = np.round(ground(nodes.u, nodes.v), 3)
    pieces = pieces._replace(depth_a=np.round(pieces.depth_a, 2), depth_b=np.round(pieces.depth_b, 2))
    points = _points(seed, nodes, pieces, furniture, numbers, heights, height, source)
    segments = _segments(seed, nodes, pieces, numbers, heights, (width, height), material, built, source)
    return Survey(points, segments)


def _years(seed: int, main: Whole, street: Whole) -> Whole:
    """The year each main was built in its street."""
    earliest = np.array([one.materials[0][0] for one in MAINS])[main]
    return np.asarray(earliest + (LAST_YEAR + 0.999 - earliest) * chance(main, street, seed, 41), dtype=np.int64)


def _dates(year: Whole, main: Whole, street: Whole) -> Text:
    """Years as text; from 2000 on with the month."""
    month = np.where(year >= 2000, 1 + (chance(main, street, 42) * 10).astype(np.int64), 0)
    keys, places = np.unique(year * 100 + month, return_inverse=True)
    texts = [f"{key // 100}-{key % 100:02d}" if key % 100 else str(key // 100) for key in keys.tolist()]
    return np.array(texts, dtype=object)[places]


def _materials(main: Whole, year: Whole) -> tuple[Text, Text]:
    """Code and name of the material of that year."""
    codes, names = np.full(len(main), "", dtype=object), np.full(len(main), "", dtype=object)
    for number, one in enumerate(MAINS):
        mine = main == number
        for since, code, name in one.materials:
            at = mine & (year >= since)
            codes[at], names[at] = code, name
    return codes, names


def _sizes(pieces: Pieces) -> tuple[Number, Number]:
    """Width and height in mm; equal for circles."""
    table = np.array([[(one[0], one[-1]) for one in main.sizes] for main in MAINS])
    twigs = np.array([branch.size for _, branch in BRANCHES])
    main_size = table[pieces.main, pieces.rank]
    own = np.where(pieces.branch >= 0, twigs[pieces.branch], pieces.size)
    return np.where(np.isnan(own), main_size[:, 0], own), np.where(np.isnan(own), main_size[:, 1], own)


def _point_numbers(main: Whole, first_number: int) -> Text:
    numbers = np.empty(len(main), dtype=object)
    for number, one in enumerate(MAINS):
        mine = np.flatnonzero(main == number)
        numbers[mine] = [f"{one.minor}{count}" for count in range(first_number, first_number + len(mine))]
    return numbers


def _by_main(values: list[str], main: Whole) -> Text:
    return np.array(values, dtype=object)[main]


def _either(usual: str, other: str, where: Mask) -> Text:
    return np.array([usual, other], dtype=object)[where.astype(np.int8)]


def _roads(street: Whole) -> Text:
    keys, places = np.unique(street, return_inverse=True)
    names = [column_name(key // 2) if key % 2 else row_name(key // 2) for key in keys.tolist()]
    return np.array(names, dtype=object)[places]


def _same(value: str, count: int) -> Text:
    column = np.empty(count, dtype=object)
    column.fill(value)  # one text shared by all; np.full would copy it for each
    return column


def _points(
    seed: int, nodes: Nodes, pieces: Pieces, furniture: Furniture, numbers: Text, heights: Number, height: Number,
    source: str,
) -> Frame:  # fmt: skip
    count = len(numbers)
    east, north = (np.round(place, 3) for place in bent(nodes.u, nodes.v))
    year = _years(seed, nodes.main, nodes.street)
    columns: dict[str, NDArray[np.generic]] = {
        "point_no": numbers,
        "map_no": numbers,
        "major": _by_main([main.major for main in MAINS], nodes.main),
        "minor": _by_main([main.minor for main in MAINS], nodes.main),
        "north": north,
        "east": east,
        "ground_z": heights,
        "feature": furniture.feature,
        "appurtenance": furniture.appurtenance,
        **_wells(nodes, pieces, furniture, height, year),
        "road": _roads(nodes.street),
        "owner": _by_main([main.owner for main in MAINS], nodes.main),
        "built_on": _dates(year, nodes.main, nodes.street),
        "surveyed_by": _same(SURVEYOR, count),
        "surveyed_on": _same(SURVEYED_ON, count),
        "sheet": _sheets(east, north),
        "row": np.arange(count, dtype=np.int64) + 2,
        "source": _same(source, count),
    }
    return Frame(count, columns)


def _wells(nodes: Nodes, pieces: Pieces, furniture: Furniture, height: Number, year: Whole) -> dict[str, Text | Number]:
    """Bottom (below the deepest pipe), cover's size in mm, material and shape of wells."""
    deepest = np.zeros(len(nodes.main))
    own = np.where(np.array([main.reference == "top" for main in MAINS])[pieces.main], height / 1000 + 0.2, 0.0)
    np.maximum.at(deepest, pieces.a, pieces.depth_a + own)
    np.maximum.at(deepest, pieces.b, pieces.depth_b + own)
    sump = np.where(np.isin(furniture.appurtenance, ("雨水井", "检查井")), 0.3, 0.0)
    square = np.isin(furniture.appurtenance, ("手孔", "水表井"))
    texts = {
        "well_size": _either("Φ700", "800X600", square),
        "well_material": _either("铸铁", "砼", year < 1990),
        "well_shape": _either("圆", "矩形", square),
    }
    dressed: dict[str, Text | Number] = {name: np.where(furniture.well, value, "") for name, value in texts.items()}
    return {"well_bottom_depth": np.where(furniture.well, np.round(deepest + sump, 2), np.nan), **dressed}


def _sheets(east: Number, north: Number) -> Text:
    """The 1:500 sheet, 250 m square, by its south-west corner in kilometres."""
    keys = np.floor(north / 250).astype(np.int64) * 100_000 + np.floor(east / 250).astype(np.int64)
    found, places = np.unique(keys, return_inverse=True)
    names = [f"{key // 100_000 / 4:.2f}-{key % 100_000 / 4:.2f}" for key in found.tolist()]
    return np.array(names, dtype=object)[places]


def _segments(
    seed: int, nodes: Nodes, pieces: Pieces, numbers: Text, heights: Number, size: tuple[Number, Number],
    material: tuple[Text, Text], year: Whole, source: str,
) -> Frame:  # fmt: skip
    main, count = pieces.main, len(pieces.main)
    drain = np.array([one.drain for one in MAINS])[main]
    against = drain & (chance(pieces.a, pieces.b, seed, 51) < _REVERSED)
    a, b = np.where(against, pieces.b, pieces.a), np.where(against, pieces.a, pieces.b)
    depth_a = np.where(against, pieces.depth_b, pieces.depth_a)
    depth_b = np.where(against, pieces.depth_a, pieces.depth_b)
    start, end = numbers[a], numbers[b]
    columns: dict[str, NDArray[np.generic]] = {
        "seg_no": np.array([f"{one}-{other}" for one, other in zip(start, end, strict=True)], dtype=object),
        "start_no": start,
        "end_no": end,
        "major": _by_main([one.major for one in MAINS], main),
        "minor": _by_main([one.minor for one in MAINS], main),
        "start_depth": depth_a,
        "end_depth": depth_b,
        "start_z": np.round(heights[a] - depth_a, 3),
        "end_z": np.round(heights[b] - depth_b, 3),
        "z_ref": _by_main([one.reference for one in MAINS], main),
        "material": material[0],
        "material_raw": material[1],
        **_laid(seed, pieces, *size),
        "flow": np.where(drain, np.where(against, -1.0, 1.0), np.nan),
        "road": _roads(pieces.street),
        "owner": _by_main([one.owner for one in MAINS], main),
        "built_on": _dates(year, main, pieces.street),
        "surveyed_by": _same(SURVEYOR, count),
        "surveyed_on": _same(SURVEYED_ON, count),
        "length_given": _lengths(nodes, a, b),
        "row": np.arange(count, dtype=np.int64) + 2,
        "source": _same(source, count),
    }
    return Frame(count, columns)


def _lengths(nodes: Nodes, a: Index, b: Index) -> Number:
    east, north = (np.round(place, 3) for place in bent(nodes.u, nodes.v))
    return np.asarray(np.round(np.hypot(east[a] - east[b], north[a] - north[b]), 2))


def _laid(seed: int, pieces: Pieces, width: Number, height: Number) -> dict[str, Text | Number]:
    """Size, shape, burial, pressure, voltage, ducts, cables and status of segments."""
    main, twig = pieces.main, pieces.branch >= 0
    burials = [
        one.burial if not branch or one.burial[0] != "GK" else ("GM", "管埋") for branch in (0, 1) for one in MAINS
    ]
    burial = main + len(MAINS) * twig
    holes = np.where(twig, 1, np.array([one.holes for one in MAINS])[main, pieces.rank])
    cabled = np.array([one.holes[0] > 0 for one in MAINS])[main]
    used = np.maximum(1, np.rint(holes * (0.35 + 0.6 * chance(main, pieces.street, seed, 52))))
    old = np.isin(main, [place for place, one in enumerate(MAINS) if one.minor in {"DH", "GB", "MQ"}])
    left = old & (chance(main, pieces.street, seed, 53) < 0.1)
    return {
        "size_raw": _size_texts(pieces, width, height),
        "width": width,
        "height": height,
        "shape": _by_main(["circle", "rect", "ducts"], (width != height) * (1 + cabled)),
        "burial": _by_main([code for code, _ in burials], burial),
        "burial_raw": _by_main([name for _, name in burials], burial),
        "pressure": _ranked([one.pressure for one in MAINS], pieces),
        "voltage": _ranked([one.voltage for one in MAINS], pieces),
        "cables": np.where(cabled, used, np.nan),
        "holes": np.where(cabled, holes, np.nan),
        "holes_used": np.where(cabled, used, np.nan),
        "status": _either("0", "1", left),
    }


def _ranked(table: list[tuple[str, ...]], pieces: Pieces) -> Text:
    return np.array(table, dtype=object)[pieces.main, pieces.rank]


def _size_texts(pieces: Pieces, width: Number, height: Number) -> Text:
    """As surveyors write them: DN300, d400 for drains, 400X200 for rectangles."""
    drain = np.array([one.drain for one in MAINS])[pieces.main]
    keys = (width * 10_000 + height).astype(np.int64) * 2 + drain
    found, places = np.unique(keys, return_inverse=True)
    texts = []
    for key in found.tolist():
        across, up = divmod(key // 2, 10_000)
        texts.append(f"{across}X{up}" if across != up else f"d{across}" if key % 2 else f"DN{across}")
    return np.array(texts, dtype=object)[places]
