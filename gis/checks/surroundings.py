"""Rules G1 to G4: segments against each other, against buildings, neighbours and a second measurement."""

from collections.abc import Iterator

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from gis.checks.closeness import closest, tree_between
from gis.checks.heights import Heights
from gis.checks.lines import segment_pairs
from gis.checks.network import Network, Pieces, as_text, in_strips, millimetres
from gis.checks.results import POINT, SEGMENT, WHOLE_TABLE, NotApplicable, Part
from gis.checks.settings import RuleSetting
from gis.checks.subject import Subject
from gis.frame import Frame, Index, Mask, Number

BUILDING_CHUNK = 100_000


def clashes(on: Subject, rule: RuleSetting) -> Iterator[Part]:
    """G1: two unconnected pipes in one place: their axes are closer than their half sections together.

    What runs in a utility tunnel or a passage lies inside it by intent.
    """
    on.need_segments()
    network, heights, pieces = on.network, on.heights, on.network.pieces
    on.need(np.isfinite(heights.axis[0]) & np.isfinite(heights.axis[1]), "no_heights")
    on.need(np.isfinite(heights.width), "no_sizes")
    host = _hosts(network)
    guest = network.segment_in("burial", {"ZH", "XTD", "RF", "SD", "QJ"})
    found: list[tuple[Index, Index, Number, Number, Number, Number]] = []
    for pairs in on.piece_pairs.chunks():
        a, b = (pieces.segment[piece] for piece in pairs)
        keep = (a != b) & ~((host[a] & (guest[b] | ~host[b])) | (host[b] & (guest[a] | ~host[a])))
        first, second, a, b = pairs[0][keep], pairs[1][keep], a[keep], b[keep]
        one, other = _in_space(pieces, heights, first), _in_space(pieces, heights, second)
        s, _, way = closest(one, other)
        distance = np.linalg.norm(way, axis=1)
        needed = _reach(heights, a, way) + _reach(heights, b, way)
        wrong = np.flatnonzero(distance < needed - rule.limit("tolerance"))
        place = one[wrong, 0] + s[wrong, None] * (one[wrong, 1] - one[wrong, 0])
        found.append((a[wrong], b[wrong], distance[wrong], needed[wrong], place[:, 0], place[:, 1]))
    if found:
        a, b, distance, needed, east, north = (np.concatenate(column) for column in zip(*found, strict=True))
        yield segment_pairs(network, "", a, b, distance, needed, (east, north))


def _hosts(network: Network) -> Mask:
    """Utility tunnels."""
    tunnels = np.array([kind == ("QT", "ZH") for kind in network.kinds], dtype=bool)
    return tunnels[network.segment_kind] if len(tunnels) else np.zeros(len(network.segments), bool)


def _in_space(pieces: Pieces, heights: Heights, rows: Index) -> NDArray[np.float64]:
    """Pieces as n x 2 x 3: the plan, and the axis between the ends of their segment."""
    segment, along = pieces.segment[rows], pieces.along[rows]
    start, end = heights.axis[0][segment], heights.axis[1][segment]
    z = start[:, None] + along * (end - start)[:, None]
    return np.concatenate([pieces.ends[rows], z[:, :, None]], axis=2)


def _reach(heights: Heights, segment: Index, way: NDArray[np.float64]) -> Number:
    """How far a section reaches from its axis towards the other pipe (m): a circle's radius, an ellipse's for a box.

    Where axes meet there is no direction, and the smaller half counts. A box's corners reach farther; ducts and
    culverts that touch with their corners only are left to the clearance analysis.
    """
    width = np.nan_to_num(heights.width[segment] / 2)
    height = np.where(np.isnan(heights.height[segment]), width, heights.height[segment] / 2)
    level, total = np.hypot(way[:, 0], way[:, 1]), np.linalg.norm(way, axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        share, rise = level / total, way[:, 2] / total
        reach = 1 / np.sqrt((share / width) ** 2 + (rise / height) ** 2)
    smaller = np.minimum(width, height)
    return np.where((total > 0) & (smaller > 0) & np.isfinite(reach), reach, smaller)


def under_buildings(on: Subject, rule: RuleSetting) -> Iterator[Part]:
    """G2: more than a metre of a segment lies within the outline of one building."""
    on.need_segments()
    if on.context.buildings is None:
        raise NotApplicable("no_buildings")
    network, pieces = on.network, on.network.pieces
    outlines = np.asarray(list(on.context.buildings), dtype=object)
    bounds = shapely.bounds(outlines).reshape(-1, 4)
    outlines, bounds = (some[in_strips(bounds[:, 0], bounds[:, 1])] for some in (outlines, bounds))
    inside = np.zeros(len(network.segments))
    for start in range(0, len(outlines), BUILDING_CHUNK):
        asked, edges = outlines[start : start + BUILDING_CHUNK], bounds[start : start + BUILDING_CHUNK]
        tree, near = tree_between(pieces, edges[:, 1].min(), edges[:, 3].max())
        building, piece = tree.query(asked, predicate="intersects")
        lengths = shapely.length(shapely.intersection(tree.geometries[piece], asked[building]))
        np.add.at(inside, pieces.segment[near[piece]], lengths)
    limit = rule.limit("inside")
    wrong = np.flatnonzero((millimetres(inside) > millimetres(np.array(limit))) & ~network.segment_in("burial", {"JK"}))
    yield Part("", SEGMENT, wrong, inside[wrong], limit)


def edge_matching(on: Subject, rule: RuleSetting) -> Iterator[Part]:
    """G3: where the survey meets what is stored, the points of one kind are the same place, and so are the pipes.

    Asked of the ends of the survey's lines only, for a survey may also cover again what was surveyed before.
    """
    network = on.network
    if on.context.neighbours is None or not len(on.context.neighbours.points):
        raise NotApplicable("no_neighbours")
    stored = Network(on.context.neighbours, on.context.codes)
    ends = np.flatnonzero(network.placed & (network.degree == 1))
    others = np.flatnonzero(stored.placed & (stored.node == np.arange(len(stored.points))) & (stored.degree <= 1))
    mine, other, distance = _nearest_of_kind(network, stored, ends, others, rule.limit("search"))
    off = millimetres(distance) > millimetres(np.array(rule.limit("distance")))
    yield Part("", POINT, mine[off], distance[off], rule.limit("distance"))
    yield from _unlike_pipes(on, rule, stored, mine[~off], other[~off])


def _nearest_of_kind(
    network: Network, stored: Network, mine: Index, others: Index, radius: float
) -> tuple[Index, Index, Number]:
    """For each point the nearest stored point of its kind within the radius (m)."""
    found: list[tuple[Index, Index, Number]] = []
    place = {kind: at for at, kind in enumerate(stored.kinds)}
    for at, kind in enumerate(network.kinds):
        rows = mine[network.point_kind[mine] == at]
        there = others[stored.point_kind[others] == place.get(kind, -1)]
        if len(rows) and len(there):
            tree = cKDTree(np.stack([stored.east[there], stored.north[there]], axis=1))
            asked = np.stack([network.east[rows], network.north[rows]], axis=1)
            distance, near = map(np.asarray, tree.query(asked, distance_upper_bound=radius))
            hit = near < len(there)
            found.append((rows[hit], there[near[hit]], distance[hit]))
    if not found:
        return np.empty(0, np.intp), np.empty(0, np.intp), np.empty(0)
    first, second, apart = (np.concatenate(column) for column in zip(*found, strict=True))
    return first, second, apart


def _unlike_pipes(on: Subject, rule: RuleSetting, stored: Network, mine: Index, other: Index) -> Iterator[Part]:
    """Size, material and depth on both sides of a matching point."""
    if not len(mine):
        return
    segment, theirs = _only_segment(on.network, mine), _only_segment(stored, other)
    both = (segment >= 0) & (theirs >= 0)
    mine, other, segment, theirs = mine[both], other[both], segment[both], theirs[both]
    for column in ("size_raw", "material"):
        ours, their = as_text(on.network.segments, column)[segment], as_text(stored.segments, column)[theirs]
        wrong = np.asarray((ours != "") & (their != "") & (ours != their), dtype=bool)
        yield Part("attribute", POINT, mine[wrong], ours[wrong], their[wrong], column)
    depth, stored_depth = (
        _depth_at(on.network, on.heights, segment, mine),
        _depth_at(stored, Heights(stored), theirs, other),
    )
    wrong = millimetres(np.abs(depth - stored_depth)) > millimetres(np.array(rule.limit("depth")))
    yield Part("attribute", POINT, mine[wrong], depth[wrong], stored_depth[wrong], "depth")


def _only_segment(network: Network, nodes: Index) -> Index:
    """The segment that ends at a point, -1 where there is none."""
    ends = network.ends
    at = np.searchsorted(ends.node, nodes)
    there = np.minimum(at, max(len(ends.node) - 1, 0))
    if not len(ends.node):
        return np.full(len(nodes), -1)
    return np.where(ends.node[there] == nodes, ends.segment[there], -1)


def _depth_at(network: Network, heights: Heights, segment: Index, node: Index) -> Number:
    return np.where(network.start[segment] == node, heights.depth[0][segment], heights.depth[1][segment])


def accuracy(on: Subject, rule: RuleSetting) -> Iterator[Part]:
    """G4: the error of the survey against a second, better measurement of some of its points.

    RMSE = sqrt(sum d^2 / n). A single point off by more than twice the limit is a gross error and named itself.
    """
    checked = on.context.check_points
    if checked is None or not len(checked):
        raise NotApplicable("no_check_points")
    network = on.network
    own, other = _matched(network, checked)
    plan = np.hypot(
        network.points.number("east")[own] - checked.number("east")[other],
        network.points.number("north")[own] - checked.number("north")[other],
    )
    height = network.points.number("ground_z")[own] - checked.number("ground_z")[other]
    known = np.isfinite(plan) | np.isfinite(height)
    on.need(known, "no_check_points")
    for case, off, limit in (("", plan, rule.limit("plan")), ("height", np.abs(height), rule.limit("height"))):
        measured = off[np.isfinite(off)]
        error = float(np.sqrt(np.mean(measured**2))) if len(measured) else 0.0
        if round(error, 4) > limit:
            yield Part(case, POINT, np.array([WHOLE_TABLE]), np.array([error]), limit)
        gross = np.flatnonzero(off > rule.limit("gross") * limit)
        yield Part("gross" if not case else "gross_height", POINT, own[gross], off[gross], rule.limit("gross") * limit)


def _matched(network: Network, checked: Frame) -> tuple[Index, Index]:
    """Rows of the survey and of the check that have one number, and one kind where the check tells its kind."""
    points = network.points
    wanted: dict[tuple[str, str, str], int] = {}
    for row, (major, minor, number) in enumerate(
        zip(checked.text("major"), checked.text("minor"), checked.text("point_no"), strict=True)
    ):
        if number:
            wanted[major, minor, number] = row
    numbers = {number for _, _, number in wanted}
    pairs = [
        (row, wanted[key])
        for row, number in enumerate(points.text("point_no"))
        if number in numbers
        for kind in [network.kinds[network.point_kind[row]]]
        for key in [(*kind, number), (kind[0], "", number), ("", "", number)]
        if key in wanted
    ]
    found = np.array(pairs, dtype=np.intp).reshape(-1, 2)
    return found[:, 0], found[:, 1]
