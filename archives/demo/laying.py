"""Mains along streets: which kind lies under which piece of street, and from where to where, in plan metres.

A run is one main along one piece of street. Pressure mains and cables meet at the crossings. Drains are trees: along
the columns down to the river, from each row's upper end into the next column eastward, foul sewage along the banks to
pumping stations.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from archives.demo.mains import DRAIN_STEPS, INTERCEPTOR, MAINS, Main, Where
from archives.demo.streets import (
    ARTERIAL,
    BANK,
    FOOTWAY,
    HALF,
    LOCAL,
    SECONDARY,
    Edges,
    Whole,
    chance,
    column_rank,
    column_u,
    edges,
    row_rank,
    row_v,
    streets_of,
)
from gis.frame import Mask, Number

OLD_COLUMNS, OLD_ROWS = (-3, 2), (0, 4)
"""The old town, north of the river: its first and last column and row."""
SERIES = len(INTERCEPTOR)
"""Columns that share a pumping station."""
LAST_DROP = 0.06
"""How much deeper a trunk lies at each next crossing, in metres, up to DEEPEST."""
DEEPEST = 0.5
_START, _OUTFALL = 1, 2
_RISE = {"YS": 0.5, "HS": 0.5, "WS": 0.4}
"""How much deeper than a row's drain the column's trunk begins."""
_PUMP_DEPTH = 5.9


class Runs(NamedTuple):
    """Runs as arrays. `first` and `last` tell the end points apart (equal numbers are one point); places are plan
    metres; `depth0` and `depth1` (m) hold for drains, NaN otherwise; `size` is a drain's diameter in mm, else NaN.
    """

    main: Whole
    vertical: Mask
    street: Whole
    rank: Whole
    first: Whole
    last: Whole
    u0: Number
    v0: Number
    u1: Number
    v1: Number
    depth0: Number
    depth1: Number
    size: Number

    @property
    def length(self) -> Number:
        """Plan length in metres."""
        return np.asarray(np.hypot(self.u1 - self.u0, self.v1 - self.v0))


def together(parts: list[Runs]) -> Runs:
    """Several lists of runs as one."""
    return Runs(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def runs(seed: int, columns: range, rows: range, kinds: frozenset[str]) -> Runs:
    """All runs of the kinds (minor codes; none named: every kind) within a part of the lattice."""
    lattice = edges(columns, rows)
    parts = []
    for number, main in enumerate(MAINS):
        if kinds and main.minor not in kinds:
            continue
        kept = lattice.take(_WHERE[main.where](lattice, seed))
        parts.append(_drains(number, main, kept, columns, rows) if main.drain else _mains(number, main, kept))
    return together(parts)


def offset(main: Main, rank: Whole) -> Number:
    """From the middle of streets of these ranks to the main, in metres, east or north positive."""
    if main.central:
        return np.full(np.shape(rank), main.side * main.place)
    if main.place <= 0:  # beside the kerb, where lamps and signals stand
        return np.asarray(main.side * (HALF[rank] - FOOTWAY[rank] + 0.6 + main.place * 0.6))
    return np.asarray(main.side * (HALF[rank] - main.place))


def _old(kept: Edges) -> Mask:
    i1, j1 = kept.i + ~kept.vertical, kept.j + kept.vertical
    inside = (kept.i >= OLD_COLUMNS[0]) & (i1 <= OLD_COLUMNS[1]) & (kept.j >= OLD_ROWS[0]) & (j1 <= OLD_ROWS[1])
    return np.asarray(inside)


def _not_old(kept: Edges) -> Mask:
    """Everything but the old town's small rows, which have a combined sewer."""
    return np.asarray(~(_old(kept) & ~kept.vertical & (kept.rank == LOCAL)))


def _some(kept: Edges, seed: int) -> Mask:
    drawn = chance(kept.i, kept.j, kept.vertical.astype(np.int64), seed)
    return np.asarray((kept.rank == SECONDARY) & (drawn < 0.3))


_WHERE: dict[Where, Callable[[Edges, int], Mask]] = {
    "all": lambda kept, _seed: np.ones(len(kept.i), bool),
    "main": lambda kept, _seed: kept.rank > LOCAL,
    "arterial": lambda kept, _seed: kept.rank == ARTERIAL,
    "old": lambda kept, _seed: _old(kept),
    "outside": lambda kept, _seed: ~_old(kept),
    "not_old": lambda kept, _seed: _not_old(kept),
    "old_local": lambda kept, _seed: _old(kept) & (kept.vertical | (kept.rank == LOCAL)),
    "industrial": lambda kept, _seed: (kept.i >= 2) & (kept.j < -1) & (kept.rank > LOCAL),
    "some": _some,
    "avenue": lambda kept, _seed: kept.vertical & (kept.i % 8 == 4),
}


def _number(main: int, i: Whole, j: Whole, what: int = 0) -> Whole:
    return np.asarray((((main * 1024 + i + 512) * 1024) + j + 512) * 4 + what)


def _crossing(main: Main, i: Whole, j: Whole) -> tuple[Number, Number]:
    return column_u(i) + offset(main, column_rank(i)), row_v(j) + offset(main, row_rank(j))


def _mains(number: int, main: Main, kept: Edges) -> Runs:
    i1, j1 = kept.i + ~kept.vertical, kept.j + kept.vertical
    (u0, v0), (u1, v1) = _crossing(main, kept.i, kept.j), _crossing(main, i1, j1)
    nothing = np.full(len(u0), np.nan)
    first, last = _number(number, kept.i, kept.j), _number(number, i1, j1)
    return _runs(number, kept, first, last, (u0, v0, u1, v1), (nothing, nothing, nothing))


def _runs(
    number: int,
    kept: Edges,
    first: Whole,
    last: Whole,
    places: tuple[Number, Number, Number, Number],
    drain: tuple[Number, Number, Number],
) -> Runs:
    of_main = np.full(len(kept.i), number, dtype=np.int64)
    return Runs(of_main, kept.vertical, streets_of(kept).astype(np.int64), kept.rank, first, last, *places, *drain)


def _drains(number: int, main: Main, kept: Edges, columns: range, rows: range) -> Runs:
    dry = kept.take(~kept.vertical | (kept.j != -1))
    interceptor = (main.minor == "WS") & ~dry.vertical & ((dry.j == 0) | (dry.j == -1))
    interceptor = interceptor & ((dry.i - columns[0]) % SERIES < SERIES - 1)
    trunks = _trunks(number, main, dry.take(dry.vertical), rows)
    branches = _branches(number, main, dry.take(~dry.vertical & ~interceptor))
    parts = [trunks, branches]
    if main.minor == "WS":
        parts.append(_interceptors(number, main, dry.take(interceptor), columns))
    return together([*parts, _outfalls(number, main, together(parts))])


def _trunks(number: int, main: Main, kept: Edges, rows: range) -> Runs:
    """Down the columns to the river: southward north of it, northward south of it."""
    north = kept.j >= 0
    from_j, to_j = np.where(north, kept.j + 1, kept.j), np.where(north, kept.j, kept.j + 1)
    step = np.where(north, _upper(main, rows) - kept.j, kept.j - rows[0])
    (u0, v0), (u1, v1) = _crossing(main, kept.i, from_j), _crossing(main, kept.i, to_j)
    top = main.depth + _RISE[main.minor]
    depths = [top + np.minimum(DEEPEST, LAST_DROP * (step + more)) for more in (0, 1)]
    steps = np.array(DRAIN_STEPS[main.minor])
    size = steps[np.minimum(step, len(steps) - 1)]
    first, last = _number(number, kept.i, from_j), _number(number, kept.i, to_j)
    return _runs(number, kept, first, last, (u0, v0, u1, v1), (depths[0], depths[1], size))


def _upper(main: Main, rows: range) -> int:
    highest = OLD_ROWS[1] if main.minor == "HS" else rows[-1]
    return min(highest, rows[-1]) - 1


def _branches(number: int, main: Main, kept: Edges) -> Runs:
    """Along the rows eastward, from a start beyond the crossing into the next column's trunk."""
    u1, v1 = _crossing(main, kept.i + 1, kept.j)
    u0 = column_u(kept.i) + HALF[column_rank(kept.i)] + 7
    same = np.full(len(u0), main.depth)
    size = np.array([sizes[0] for sizes in main.sizes])[kept.rank]
    size = np.minimum(size, DRAIN_STEPS[main.minor][0])
    first, last = _number(number, kept.i, kept.j, _START), _number(number, kept.i + 1, kept.j)
    return _runs(number, kept, first, last, (u0, v1, u1, v1), (same, same + 0.1, size))


def _interceptors(number: int, main: Main, kept: Edges, columns: range) -> Runs:
    """Along the bank from one column's trunk to the next."""
    (u0, v0), (u1, v1) = _crossing(main, kept.i, kept.j), _crossing(main, kept.i + 1, kept.j)
    place = (kept.i - columns[0]) % SERIES
    deep = np.full(len(u0), _PUMP_DEPTH)
    size = np.array(INTERCEPTOR)[place]
    first, last = _number(number, kept.i, kept.j), _number(number, kept.i + 1, kept.j)
    return _runs(number, kept, first, last, (u0, v0, u1, v1), (deep, deep, size))


def _outfalls(number: int, main: Main, upstream: Runs) -> Runs:
    """From the bank's crossings that nothing else leaves, to the river or to the pumping station before it."""
    found = np.setdiff1d(upstream.last, upstream.first)
    i, j = found // 4 // 1024 % 1024 - 512, found // 4 % 1024 - 512
    kept = Edges(np.ones(len(i), bool), i, j, column_rank(i))
    u, v = _crossing(main, i, j)
    end = np.where(j >= 0, 1, -1) * np.full(len(i), BANK - 35.0 if main.minor == "WS" else BANK - 48.0)
    biggest = np.array([upstream.size[upstream.last == one].max() for one in found])
    lowest = np.array([upstream.depth1[upstream.last == one].max() for one in found])
    deep = np.maximum(lowest, _PUMP_DEPTH) if main.minor == "WS" else lowest
    return _runs(number, kept, found, _number(number, i, j, _OUTFALL), (u, v, u, end), (deep, deep, biggest))
