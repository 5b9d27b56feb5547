"""Lines from afar: every edge is drawn once, chains are long, no tile is heavy."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.store.chains import Chains, chains
from gis.store.overview import HEAVIEST, Pieces, thinned
from tests.gis.store.ground import CRS, SOUTH, WEST

NODE = st.tuples(st.integers(0, 6), st.integers(0, 6))
EDGES = st.sets(
    st.tuples(st.integers(0, 2), NODE, NODE).filter(lambda edge: edge[1] < edge[2]), min_size=1, max_size=60
)
Edge = tuple[int, tuple[int, int], tuple[int, int]]


def _chains(edges: set[Edge]) -> Chains:
    listed = sorted(edges)
    cells = np.array([[start, end] for _, start, end in listed], dtype=np.int64)
    return chains(cells, np.array([group for group, _, _ in listed], dtype=np.int64))


def _covered(found: Chains) -> dict[int, float]:
    """The length of each group's lines."""
    lengths: dict[int, float] = {}
    for line, group in enumerate(found.groups.tolist()):
        places = found.places[found.parts[line] : found.parts[line + 1]]
        assert len(places) >= 2
        lengths[group] = lengths.get(group, 0) + float(np.hypot(*np.diff(places, axis=0).T).sum())
    return lengths


@given(EDGES)
def test_chains_are_as_long_as_their_edges(edges: set[Edge]) -> None:
    expected: dict[int, float] = {}
    for group, start, end in edges:
        expected[group] = expected.get(group, 0) + float(np.hypot(end[0] - start[0], end[1] - start[1]))
    covered = _covered(_chains(edges))
    assert covered.keys() == expected.keys()
    for group, length in expected.items():
        assert np.isclose(covered[group], length)


@given(EDGES)
def test_every_vertex_of_a_chain_is_an_end_of_an_edge_of_its_group(edges: set[Edge]) -> None:
    ends = {(group, place) for group, start, end in edges for place in (start, end)}
    found = _chains(edges)
    owners = np.repeat(found.groups, np.diff(found.parts))
    assert {(group, (x, y)) for group, (x, y) in zip(owners.tolist(), found.places.tolist(), strict=True)} <= ends
    assert (np.diff(found.groups) >= 0).all()


def test_a_street_becomes_one_line_with_its_bends_alone() -> None:
    street: set[Edge] = {(0, (x, 0), (x + 1, 0)) for x in range(50)} | {(0, (50, y), (50, y + 1)) for y in range(50)}
    found = _chains(street)
    assert len(found.groups) == 1
    assert sorted(found.places.tolist()) == [[0, 0], [50, 0], [50, 50]]


def test_a_ring_is_drawn_whole() -> None:
    ring: set[Edge] = {(0, (0, 0), (1, 0)), (0, (1, 0), (1, 1)), (0, (0, 1), (1, 1)), (0, (0, 0), (0, 1))}
    assert _covered(_chains(ring)) == {0: 4.0}


@settings(deadline=None, max_examples=3)
@given(st.integers(0, 1000))
def test_no_tile_is_heavy_however_dense_the_city(seed: int) -> None:
    rng = np.random.default_rng(seed)
    places = np.array([WEST, SOUTH]) + rng.random((200_000, 2)) * 8_000
    ends = np.stack([places, places + rng.normal(0, 40, places.shape)], axis=1)
    weights: dict[tuple[int, int, int], int] = {}
    for one in thinned([Pieces(np.arange(len(ends)) % 8, ends)], [("JS", str(kind)) for kind in range(8)], CRS):
        weights[one.z, one.x, one.y] = weights.get((one.z, one.x, one.y), 0) + len(one.shape)
    assert max(weights.values()) <= HEAVIEST
    assert {z for z, _, _ in weights} >= set(range(6, 14))


def test_a_line_across_many_tiles_is_drawn_in_all_of_them() -> None:
    line = np.array([[[WEST, SOUTH], [WEST + 60_000, SOUTH + 100]]])
    tiles = {
        (one.x, one.y)
        for one in thinned([Pieces(np.zeros(1, dtype=np.int64), line)], [("RQ", "TR")], CRS)
        if one.z == 13
    }
    columns = sorted({x for x, _ in tiles})
    assert columns == list(range(columns[0], columns[-1] + 1))
    assert len(columns) > 10


def test_nothing_makes_no_tiles() -> None:
    assert list(thinned([], [], CRS)) == []
