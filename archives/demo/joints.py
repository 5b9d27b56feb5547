"""Runs as points and segments: a point every spacing of the main, one where mains meet, and branches to both sides."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from archives.demo.laying import Runs, offset
from archives.demo.mains import MAINS, Branch, Main
from archives.demo.streets import BANK, FOOTWAY, HALF, SECONDARY, Whole, chance, ground
from gis.frame import Index, Mask, Number

CLEAR = 34.0
"""No branch nearer to a crossing, in metres: its end would stand in the other street."""
_GULLY, _OUTLET = 1.0, 2.0
"""Least depth of the upper end of a gully's and of a house's drain, in metres."""
_GULLY_FALL, _OUTLET_FALL = 0.07, 0.04
"""Steepest slopes of a gully's and of a house's drain."""
_DROP = 0.9
"""From a branch's lower end to the main's invert at most, where the slope allows it; in metres."""


class Nodes(NamedTuple):
    """Points as arrays, places in plan metres; `kept_for` is the branch whose end a point is (see BRANCHES), -1 none;
    `meeting` says whether it ends a run.
    """

    main: Whole
    u: Number
    v: Number
    street: Whole
    rank: Whole
    meeting: Mask
    kept_for: Whole


class Pieces(NamedTuple):
    """Segments as arrays: `a` and `b` are places in Nodes, drains flow from a to b; depths in metres to where the
    kind measures them; `size` in mm or NaN; `branch` as `kept_for`.
    """

    main: Whole
    a: Index
    b: Index
    street: Whole
    rank: Whole
    depth_a: Number
    depth_b: Number
    size: Number
    branch: Whole


class Candidates(NamedTuple):
    """Branches that there could be: from a node, `reach` metres across the street (east or north positive)."""

    node: Index
    branch: Whole
    reach: Number
    vertical: Mask
    depth: Number
    """Of the main at that node."""
    turn: Number
    """Those with the least come first."""


Table = TypeVar("Table", Nodes, Pieces, Candidates)


def _numbered() -> tuple[tuple[int, Branch], ...]:
    return tuple((number, branch) for number, main in enumerate(MAINS) for branch in main.branches)


BRANCHES: tuple[tuple[int, Branch], ...] = _numbered()
"""All branches of all mains, each with its main's place in MAINS."""


def pieces_of(laid: Runs) -> Whole:
    """How many segments each run is divided into."""
    spacing = np.array([main.spacing for main in MAINS])[laid.main]
    return np.asarray(np.maximum(1, np.rint(laid.length / spacing)), dtype=np.int64)


def level(main: Whole, u: Number, v: Number) -> Number:
    """The depth of mains that are no drains, which follows the ground within a few centimetres."""
    base = np.array([one.depth for one in MAINS])[main]
    return np.asarray(base + 0.05 * np.sin(u / 75 + v / 60 + main))


def jointed(laid: Runs) -> tuple[Nodes, Pieces, Candidates]:
    """The points and segments of the mains, and the branches they could have."""
    count = pieces_of(laid)
    run = np.repeat(np.arange(len(count)), count)
    place = np.arange(len(run)) - np.repeat(np.cumsum(count) - count, count)
    inner = place < count[run] - 1
    shift = np.where(inner, 0.3 * (chance(laid.first[run], place, 21) - 0.5), 0.0)
    t = (place + 1 + shift) / count[run]
    ends, end_nodes = _ends(laid)
    number = np.cumsum(inner) - 1 + len(ends)
    own = np.where(inner, number, end_nodes[1][run])
    before = np.where(place > 0, np.roll(own, 1), end_nodes[0][run])
    nodes = _joined(Nodes, [_meetings(laid, ends, end_nodes), _between(laid, run[inner], t[inner])])
    pieces = _main_pieces(laid, nodes, run, before, own, np.where(place > 0, np.roll(t, 1), 0.0), t)
    return nodes, pieces, _candidates(laid, run[inner], t[inner], number[inner])


def _ends(laid: Runs) -> tuple[Whole, Whole]:
    """The different ends of runs, and for both ends of each run which of them it is: (2, runs)."""
    ends, which = np.unique(np.concatenate([laid.first, laid.last]), return_inverse=True)
    return ends, which.reshape(2, -1)


def _meetings(laid: Runs, ends: Whole, end_nodes: Whole) -> Nodes:
    both = np.concatenate([end_nodes[0], end_nodes[1]])
    _, at = np.unique(both, return_index=True)
    u, v = np.concatenate([laid.u0, laid.u1])[at], np.concatenate([laid.v0, laid.v1])[at]
    run = at % len(laid.main)
    nobody = np.full(len(ends), -1)
    return Nodes(laid.main[run], u, v, laid.street[run], laid.rank[run], np.ones(len(ends), bool), nobody)


def _between(laid: Runs, run: Index, t: Number) -> Nodes:
    u = laid.u0[run] + t * (laid.u1 - laid.u0)[run]
    v = laid.v0[run] + t * (laid.v1 - laid.v0)[run]
    nobody = np.full(len(run), -1)
    return Nodes(laid.main[run], u, v, laid.street[run], laid.rank[run], np.zeros(len(run), bool), nobody)


def _joined(kind: Callable[..., Table], parts: Sequence[Table]) -> Table:
    """The rows of several tables in one."""
    columns: list[NDArray[Any]] = [np.concatenate(column) for column in zip(*parts, strict=True)]
    return kind(*columns)


def _main_pieces(laid: Runs, nodes: Nodes, run: Index, a: Whole, b: Whole, t_a: Number, t_b: Number) -> Pieces:
    fall = laid.depth1 - laid.depth0
    depths = []
    for at, t in ((a, t_a), (b, t_b)):
        drain = laid.depth0[run] + fall[run] * t
        depths.append(np.where(np.isnan(drain), level(laid.main[run], nodes.u[at], nodes.v[at]), drain))
    nobody = np.full(len(run), -1)
    depth_a, depth_b = depths
    return Pieces(laid.main[run], a, b, laid.street[run], laid.rank[run], depth_a, depth_b, laid.size[run], nobody)


def _candidates(laid: Runs, run: Index, t: Number, node: Whole) -> Candidates:
    on_bridge = np.abs(laid.v0[run] + t * (laid.v1 - laid.v0)[run]) < BANK - HALF[SECONDARY]
    clear = (np.minimum(t, 1 - t) * laid.length[run] >= CLEAR) & ~on_bridge
    run, t, node = run[clear], t[clear], node[clear]
    depth = laid.depth0[run] + (laid.depth1 - laid.depth0)[run] * t
    drawn = chance(laid.first[run], np.rint(t * 1e6).astype(np.int64), 22)
    found = []
    for number, main in enumerate(MAINS):
        mine = laid.main[run] == number
        least = 0.0
        for branch in main.branches:
            at = np.flatnonzero(mine & (drawn >= least) & (drawn < least + branch.share))
            least += branch.share
            which = BRANCHES.index((number, branch))
            for reach in _reaches(main, branch, laid.rank[run[at]], drawn[at]):
                turn = chance(node[at], np.rint(reach * 100).astype(np.int64), 23)
                whose = np.full(len(at), which)
                found.append(Candidates(node[at], whose, reach, laid.vertical[run[at]], depth[at], turn))
    return _joined(Candidates, found)


def _reaches(main: Main, branch: Branch, rank: Whole, drawn: Number) -> list[Number]:
    here = offset(main, rank)
    more = drawn * 97 % 1
    if branch.side == "short":
        return [main.side * (1.5 + 0.6 * more)]
    if branch.side == "kerbs":
        kerb = HALF[rank] - FOOTWAY[rank] - 0.4
        return [kerb - here, -kerb - here]
    return [main.side * (HALF[rank] + 2.5 + 2.5 * more) - here]


def branched(nodes: Nodes, pieces: Pieces, could: Candidates, wanted: int) -> tuple[Nodes, Pieces]:
    """With as many branches as wanted, or as there can be."""
    order = np.argsort(could.turn, kind="stable")[: max(wanted, 0)]
    columns: list[NDArray[Any]] = [column[np.sort(order)] for column in could]
    kept = Candidates(*columns)
    at = kept.node
    u = nodes.u[at] + np.where(kept.vertical, kept.reach, 0.0)
    v = nodes.v[at] + np.where(kept.vertical, 0.0, kept.reach)
    main, street, rank = nodes.main[at], nodes.street[at], nodes.rank[at]
    leaves = Nodes(main, u, v, street, rank, np.zeros(len(at), bool), kept.branch)
    everyone = _joined(Nodes, [nodes, leaves])
    size = np.array([branch.size for _, branch in BRANCHES])[kept.branch]
    depth_a, depth_b = _branch_depths(nodes, kept, u, v)
    leaf = np.arange(len(at)) + len(nodes.main)
    twigs = Pieces(main, leaf, at, street, rank, depth_a, depth_b, size, kept.branch)
    return everyone, _joined(Pieces, [pieces, twigs])


def _branch_depths(nodes: Nodes, kept: Candidates, u: Number, v: Number) -> tuple[Number, Number]:
    """At the leaf and at the main: drains fall to the main, the others keep its level."""
    at = kept.node
    main = nodes.main[at]
    length = np.abs(kept.reach)
    gully = np.array([branch.side == "kerbs" for _, branch in BRANCHES])[kept.branch]
    least, fall = np.where(gully, _GULLY, _OUTLET), np.where(gully, _GULLY_FALL, _OUTLET_FALL)
    low = np.minimum(kept.depth - 0.05, np.maximum(kept.depth - _DROP, least + 0.03 * length))
    rise = (ground(u, v) - ground(nodes.u[at], nodes.v[at])) + fall * length
    high = np.where(np.isnan(kept.depth), level(main, u, v), np.maximum(least, low - rise))
    return high, np.where(np.isnan(kept.depth), level(main, nodes.u[at], nodes.v[at]), low)
