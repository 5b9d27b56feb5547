"""Lines from afar: every edge is drawn once, chains are long, no tile is heavy."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.store.chains import Chains, chains
from gis.store.overview import EXTENT, HEAVIEST, HEAVIEST_TOGETHER, Drawn, Pieces, thinned, together
from gis.tiles import encoded_layer
from tests.gis.mvt import read_tile
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


@settings(max_examples=2)
@given(st.integers(0, 1000))
def test_no_tile_is_heavy_however_dense_the_city(seed: int) -> None:
    rng = np.random.default_rng(seed)
    places = np.array([WEST, SOUTH]) + rng.random((100_000, 2)) * 5_000
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


def _one_tile(seed: int, lines: int) -> list[Drawn]:
    """The heaviest tile at z13 of one version, of two kinds."""
    rng = np.random.default_rng(seed)
    places = np.array([WEST, SOUTH]) + rng.random((lines, 2)) * 3_000
    ends = np.stack([places, places + rng.normal(0, 40, places.shape)], axis=1)
    made = [
        one for one in thinned([Pieces(np.arange(lines) % 2, ends)], [("JS", "JP"), ("RQ", "TR")], CRS) if one.z == 13
    ]
    heaviest = max(made, key=lambda one: len(one.shape))
    tile = heaviest.x, heaviest.y
    return [Drawn(one.major, one.minor, one.shape) for one in made if (one.x, one.y) == tile]


def test_few_versions_stay_as_they_are() -> None:
    drawn = _one_tile(1, 500) + _one_tile(2, 500)
    assert together(drawn) == drawn


def test_many_versions_in_one_tile_are_joined_and_stay_light() -> None:
    drawn = [one for seed in range(8) for one in _one_tile(seed, 30_000)]
    assert sum(len(one.shape) for one in drawn) > HEAVIEST_TOGETHER
    found = together(drawn)
    assert [(one.major, one.minor) for one in found] == [("JS", "JP"), ("RQ", "TR")]
    tile = encoded_layer("segment", [({"major": one.major}, one.shape) for one in found], EXTENT)
    assert 50_000 < len(tile) < 500_000
    before, after = (_extent([one.shape for one in some]) for some in (drawn, found))
    assert np.abs(np.subtract(before, after)).max() <= 32


def _extent(shapes: list[bytes]) -> tuple[int, int, int, int]:
    features = read_tile(encoded_layer("segment", [({}, shape) for shape in shapes], EXTENT))["segment"].features
    x, y = zip(*(place for feature in features for part in feature.parts for place in part), strict=True)
    return min(x), min(y), max(x), max(y)
