"""Single edges joined into long lines, all groups at once: what a map tile draws in one stroke.

Every edge is two half-edges, one each way. Where exactly two edges of a group meet, a half-edge goes on into the
next; the lists that this makes are ranked by doubling pointers, so the work is a few passes over the arrays.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gis.tiles import Whole

ENOUGH_ROUNDS = 40


class Chains(NamedTuple):
    """Lines ordered by group: vertices (m, 2), where each line's begin (c + 1), the group of each line (c)."""

    places: Whole
    parts: Whole
    groups: Whole


class Lists(NamedTuple):
    """For each half-edge: the first of its list, how far it stands from it, and which never reach a first."""

    first: Whole
    rank: Whole
    endless: NDArray[np.bool_]


def chains(cells: Whole, groups: Whole) -> Chains:
    """The lines that edges (n, 2, 2) of each group make; vertices on a straight stretch are left out."""
    tails = _tails(cells, groups)
    lists = _ranked(_before(tails, np.zeros(0, dtype=np.int64)))
    if lists.endless.any():
        lists = _ranked(_before(tails, tails[lists.endless]))
    half = np.arange(len(tails))
    kept = np.flatnonzero(lists.first < lists.first[_twin(half)])
    group = np.concatenate([groups, groups])
    order = kept[np.lexsort((lists.rank[kept], lists.first[kept], group[kept]))]
    both = np.concatenate([cells, cells[:, ::-1]])
    return _lines(both[order], lists.rank[order] == 0, group[order])


def _twin(half: Whole) -> Whole:
    """The same edge the other way."""
    count = len(half) // 2  # as many as there are edges: every half-edge is named once or looked up once
    return np.where(half < count, half + count, half - count)


def _tails(cells: Whole, groups: Whole) -> Whole:
    """The number of the node that each half-edge leaves; a node belongs to one group."""
    place = (cells[:, :, 0] << 32 | cells[:, :, 1]).T.reshape(-1)
    owner = np.concatenate([groups, groups])
    order = np.lexsort((place, owner))
    fresh = np.ones(len(order), dtype=bool)
    fresh[1:] = (place[order][1:] != place[order][:-1]) | (owner[order][1:] != owner[order][:-1])
    tails = np.empty(len(order), dtype=np.int64)
    tails[order] = np.cumsum(fresh) - 1
    return tails


def _before(tails: Whole, ends: Whole) -> Whole:
    """The half-edge that each one continues, itself where none; `ends` are nodes where lines must end (rings)."""
    half = np.arange(len(tails))
    through = np.bincount(tails, minlength=1) == 2
    through[ends] = False
    leaving = np.bincount(tails, weights=half).astype(np.int64)
    # Two half-edges leave such a node: this one and another, whose twin arrives there.
    other = np.where(through[tails], leaving[tails] - half, 0)
    return np.where(through[tails], _twin(other), half)


def _ranked(before: Whole) -> Lists:
    first, rank = before, (before != np.arange(len(before))).astype(np.int64)
    for _ in range(ENOUGH_ROUNDS):
        further = first[first]
        if (further == first).all() or rank.max(initial=0) > len(before):
            break
        rank = rank + rank[first]
        first = further
    return Lists(first, rank, before[first] != first)


def _lines(steps: Whole, begins: NDArray[np.bool_], groups: Whole) -> Chains:
    """Vertices of ordered half-edges (n, 2, 2)."""
    moves = steps[:, 1] - steps[:, 0]
    cross = moves[1:, 0] * moves[:-1, 1] - moves[1:, 1] * moves[:-1, 0]
    ahead = (moves[1:] * moves[:-1]).sum(axis=1) > 0
    straight = np.zeros(len(steps), dtype=bool)  # whether the line goes straight on after this half-edge
    straight[:-1] = (cross == 0) & ahead & ~begins[1:]
    keep = np.stack([begins, ~straight], axis=1)
    counts = keep.sum(axis=1)
    line = np.cumsum(begins) - 1
    sizes = np.bincount(line, counts, minlength=int(begins.sum())).astype(np.int64)
    parts = np.concatenate([[0], np.cumsum(sizes)])
    return Chains(steps[keep], parts, groups[begins])
