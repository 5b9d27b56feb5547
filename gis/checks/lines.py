"""Rules L1 to L11: the segments, their ends, lengths and how they hang together."""

from collections.abc import Iterator

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.checks.closeness import crossing, points_near_pieces
from gis.checks.network import Network, as_text, millimetres
from gis.checks.results import POINT, SEGMENT, Part, element_numbers, kind_prefix
from gis.checks.settings import RuleSetting
from gis.checks.subject import Subject
from gis.frame import Index, Mask, Number, coded


def same_ends(on: Subject, _rule: RuleSetting) -> Iterator[Part]:
    """L1: a segment that ends where it starts."""
    on.need_segments()
    network = on.network
    starts, ends = network.segments.text("start_no"), network.segments.text("end_no")
    by_number = np.asarray((starts == ends) & (starts != ""), dtype=bool)
    yield Part("", SEGMENT, np.flatnonzero(by_number | ((network.start == network.end) & (network.start >= 0))))


def repeated_segments(on: Subject, _rule: RuleSetting) -> Iterator[Part]:
    """L2: A-B twice, or A-B and B-A. Real parallel pipes differ in owner or size."""
    on.need_segments()
    network = on.network
    rows = np.flatnonzero(network.linked)
    low, high = np.minimum(network.start, network.end)[rows], np.maximum(network.start, network.end)[rows]
    kind = network.segment_kind[rows].astype(np.int64)
    pair = _numbered(low, high, kind)
    counts = np.bincount(pair)
    twice = counts[pair] > 1 if len(pair) else np.zeros(0, dtype=bool)
    same = _numbered(pair, *(network.coded(network.segments, name)[0][rows] for name in ("owner", "size_raw")))
    worst = np.zeros(len(counts), dtype=bool)
    worst[pair[np.bincount(same)[same] > 1] if len(pair) else pair] = True
    alike = worst[pair] if len(pair) else np.zeros(0, dtype=bool)
    yield Part("", SEGMENT, rows[twice & alike])
    yield Part("parallel", SEGMENT, rows[twice & ~alike])


def _numbered(*columns: Index | NDArray[np.int64] | NDArray[np.int32]) -> Index:
    """One number for each different combination."""
    joined = columns[0].astype(np.int64)
    for column in columns[1:]:
        joined = joined * (int(column.max(initial=0)) + 1) + column
        joined = np.unique(joined, return_inverse=True)[1].astype(np.int64)
    return joined.astype(np.intp)


def missing_ends(on: Subject, _rule: RuleSetting) -> Iterator[Part]:
    """L3: a segment that names a point which is not there."""
    on.need_segments()
    for column, nodes in (("start_no", on.network.start), ("end_no", on.network.end)):
        written = on.network.segments.text(column)
        wrong = np.flatnonzero((nodes < 0) & np.asarray(written != "", dtype=bool))
        yield Part("", SEGMENT, wrong, written[wrong], column=column)


def long_segments(on: Subject, rule: RuleSetting) -> Iterator[Part]:
    """L5: longer than points may lie apart on a straight line; what is bored or under water cannot have any between."""
    on.need_segments()
    length = on.network.length
    limit = _by_segment(on.network, rule, "length")
    over = ~on.network.trenchless & (millimetres(length) > millimetres(limit))
    far = millimetres(length) > millimetres(limit * rule.limit("error_factor"))
    for case, wrong in (("", np.flatnonzero(over & ~far)), ("error", np.flatnonzero(over & far))):
        yield Part(case, SEGMENT, wrong, length[wrong], limit[wrong])


def short_segments(on: Subject, rule: RuleSetting) -> Iterator[Part]:
    """L6: too short to be a pipe, links inside a chamber apart."""
    on.need_segments()
    length = on.network.length
    limit = _by_segment(on.network, rule, "length")
    wrong = np.flatnonzero(~on.network.inside_well & (millimetres(length) < millimetres(limit)))
    yield Part("", SEGMENT, wrong, length[wrong], limit[wrong])


def _by_segment(network: Network, rule: RuleSetting, name: str) -> Number:
    limits: Number = rule.by_kind(name, network.kinds)[network.segment_kind]
    return limits


def lone_segments(on: Subject, rule: RuleSetting) -> Iterator[Part]:
    """L7: a segment joined to nothing, unless it leaves the area of the survey."""
    on.need_segments()
    network = on.network
    rows = np.flatnonzero(network.linked)
    parts = network.component[network.start[rows]]
    alone = np.bincount(parts)[parts] < rule.limit("segments") if len(rows) else np.zeros(0, dtype=bool)
    edge = at_edge(on, rule.limit("edge"))
    leaving = edge[network.start[rows]] | edge[network.end[rows]]
    yield Part("", SEGMENT, rows[alone & ~leaving])


def at_edge(on: Subject, distance: float) -> Mask:
    """Points where the survey ends: they say so, or lie at the border of its area."""
    network = on.network
    edge = network.point_is("edge")
    if on.context.area is not None:
        placed = np.flatnonzero(network.placed)
        places = shapely.points(network.east[placed], network.north[placed])
        border = on.context.area.boundary
        shapely.prepare(border)
        edge[placed] |= shapely.dwithin(border, places, distance)
        edge[placed] |= ~shapely.contains(on.context.area, places)
    return edge


def unjoined_crossings(on: Subject, rule: RuleSetting) -> Iterator[Part]:
    """L8: segments of one kind that cross at about the same height without a point, or a line that crosses itself.

    Where heights are missing nothing says that one passes over the other, so it is found.
    """
    on.need_segments()
    network, pieces, axis = on.network, on.network.pieces, on.heights.axis
    found: list[tuple[Index, Index, Number, Number, Number]] = []
    for pairs in on.piece_pairs.chunks():
        a, b = (pieces.segment[piece] for piece in pairs)
        same = network.same_kind(network.segment_kind[a], network.segment_kind[b])
        first, second, a, b = pairs[0][same], pairs[1][same], a[same], b[same]
        s, t = crossing(pieces.ends[first], pieces.ends[second])
        upper, lower = (
            _between(axis, a, _along(pieces.along, first, s)),
            _between(axis, b, _along(pieces.along, second, t)),
        )
        apart = np.where(a == b, 0.0, np.abs(upper - lower))
        crossed = np.flatnonzero(~np.isnan(s) & ~(apart >= rule.limit("height")))
        place = pieces.ends[first, 0] + s[:, None] * (pieces.ends[first, 1] - pieces.ends[first, 0])
        found.append((a[crossed], b[crossed], apart[crossed], place[crossed, 0], place[crossed, 1]))
    if found:
        one, other, apart, east, north = (np.concatenate(column) for column in zip(*found, strict=True))
        yield segment_pairs(network, "", one, other, apart, rule.limit("height"), (east, north))


def _along(along: NDArray[np.float64], piece: Index, share: Number) -> Number:
    place: Number = along[piece, 0] + share * (along[piece, 1] - along[piece, 0])
    return place


def _between(sides: tuple[Number, Number], segment: Index, share: Number) -> Number:
    between: Number = sides[0][segment] + share * (sides[1][segment] - sides[0][segment])
    return between


def segment_pairs(
    network: Network,
    case: str,
    first: Index,
    second: Index,
    value: Number,
    expected: Number | float,
    place: tuple[Number, Number],
) -> Part:
    """Pairs of segments in an order of their own, so that sorting the table finds the same."""
    segments = network.segments
    labels = [
        kind_prefix(segments.text("major"), segments.text("minor"), at) + element_numbers(SEGMENT, network.survey, at)
        for at in (first, second)
    ]
    swap = np.asarray(labels[0] > labels[1], dtype=bool)
    one, other = np.where(swap, second, first), np.where(swap, first, second)
    return Part(case, SEGMENT, one, value, expected, other=other, place=place)


def dangling_points(on: Subject, rule: RuleSetting) -> Iterator[Part]:
    """L9: a point on a segment of its kind that is not split there. Edges of chambers lie beside pipes by nature.

    Points that share their place with an end of the segment are P2's and P8's.
    """
    on.need_segments()
    network, pieces = on.network, on.network.pieces
    limit = rule.limit("distance")
    point, piece = points_near_pieces(network, limit)
    segment = pieces.segment[piece]
    distance = _to_line(pieces.ends[piece], network.east[point], network.north[point])
    keep = (distance <= limit) & ~network.point_is("well_edge")[point] & ~network.inside_well[segment]
    for nodes in (network.start, network.end):
        east, north = network.east[nodes[segment]], network.north[nodes[segment]]
        keep &= np.hypot(network.east[point] - east, network.north[point] - north) > limit
    names = element_numbers(SEGMENT, network.survey, segment[keep])
    yield Part("", POINT, point[keep], names, distance[keep])


def _to_line(ends: NDArray[np.float64], east: Number, north: Number) -> Number:
    """The plan distance of points to pieces (m)."""
    along = ends[:, 1] - ends[:, 0]
    way = np.stack([east, north], axis=1) - ends[:, 0]
    square = np.einsum("ij,ij->i", along, along)
    share = np.clip(np.einsum("ij,ij->i", way, along) / np.where(square > 0, square, 1.0), 0, 1)
    off = way - share[:, None] * along
    distance: Number = np.hypot(off[:, 0], off[:, 1])
    return distance


def told_lengths(on: Subject, rule: RuleSetting) -> Iterator[Part]:
    """L10: the length that was written down against the drawn one. Some offices write the slanting length: allowed."""
    on.need_segments()
    told, plan = on.network.segments.number("length_given"), on.network.length
    on.need(np.isfinite(told), "no_lengths")
    z = on.heights.z
    slanting = np.hypot(plan, np.nan_to_num(z[1] - z[0]))
    off = np.minimum(np.abs(told - plan), np.abs(told - slanting))
    wrong = np.flatnonzero(millimetres(off) > millimetres(np.array(rule.limit("difference"))))
    yield Part("", SEGMENT, wrong, told[wrong], plan[wrong], "length_given")


def unlinked_edges(on: Subject, _rule: RuleSetting) -> Iterator[Part]:
    """L11: an edge or inner point of a chamber that no link ties to the cover, and that names no cover either."""
    on.need_points()
    network = on.network
    edges = network.point_is("well_edge_linked")
    if not edges.any():
        return
    links = network.inside_well & network.linked
    linked = network.mark_points(network.start[links]) | network.mark_points(network.end[links])
    covers = as_text(network.points, "offset_no")
    numbers, values = coded(np.concatenate([network.points.text("point_no"), covers]))
    known = np.zeros(len(values), dtype=bool)
    known[numbers[: len(covers)][network.numbered]] = True
    named = known[numbers[len(covers) :]] & np.asarray(covers != "", dtype=bool)
    yield Part("", POINT, np.flatnonzero(edges & ~linked[network.node] & ~named))
