"""Rules T1 to T8: what meets at a point, against what the point says it is."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from gis.checks.depths import flow
from gis.checks.lines import at_edge
from gis.checks.network import Network, Through, as_text
from gis.checks.results import POINT, SEGMENT, Part, element_numbers
from gis.checks.settings import RuleSetting, names
from gis.checks.subject import Subject
from gis.frame import Index, Mask, Number, Text

PIPES = ("JS", "PS", "RQ", "RL", "GY")
"""Classes whose size and material run on from pipe to pipe; ducts and cables change theirs at any point."""


def wrong_connections(on: Subject, _rule: RuleSetting) -> Iterator[Part]:
    """T1: a tee joins three, a bend two, an end one: counted among pipes of the point's own kind."""
    on.need_points()
    on.need_segments()
    network = on.network
    numbers, values = network.coded(network.points, "feature")
    wanted = names()["connections"]
    should = np.array([float(wanted.get(value, "nan")) for value in values])
    expected = should[numbers] if len(should) else np.empty(0)
    degree = network.degree[network.node].astype(np.float64)
    wrong = np.flatnonzero((degree > 0) & np.isfinite(expected) & (degree != expected))
    yield Part("", POINT, wrong, degree[wrong], expected[wrong], "feature")


def _in_line(network: Network) -> Through:
    """Points where two pipes of the point's kind meet and nothing else; links inside chambers do not count."""
    ends = network.ends
    return ends.through(ends.own & ~network.inside_well[ends.segment])


def wrong_turns(on: Subject, rule: RuleSetting) -> Iterator[Part]:
    """T2: a straight point where the line turns, a bend where it does not. A bend may turn up or down."""
    on.need_segments()
    network = on.network
    of_points = [network.point_is(role) for role in ("straight", "bend")]
    at = _in_line(network)
    at = at.kept((of_points[0] | of_points[1])[at.node])
    flat, steep = _turn(on, at, level=True), _turn(on, at, level=False)
    straight, bend = (role[at.node] for role in of_points)
    turned = straight & (flat > rule.limit("straight"))
    unturned = bend & (np.fmax(flat, steep) < rule.limit("bend"))
    yield Part("", POINT, at.node[turned], flat[turned], rule.limit("straight"), "feature")
    yield Part("bend", POINT, at.node[unturned], flat[unturned], rule.limit("bend"), "feature")


def _turn(on: Subject, at: Through, level: bool) -> Number:
    """How far the line turns at each point (degrees), in plan or in space; NaN where a place is unknown."""
    a, b = (_ways(on, rows, level) for rows in (at.first, at.second))
    with np.errstate(divide="ignore", invalid="ignore"):
        cosine = np.einsum("ij,ij->i", a, b) / (np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1))
    turn: Number = 180.0 - np.degrees(np.arccos(np.clip(cosine, -1, 1)))
    return turn


def _ways(on: Subject, rows: Index, level: bool) -> NDArray[np.float64]:
    """From the node of these ends to the far one: east, north, and up unless all is taken as level."""
    network, ends = on.network, on.network.ends
    node, far = ends.node[rows], ends.far[rows]
    ways = np.zeros((len(rows), 3))
    ways[:, 0], ways[:, 1] = network.east[far] - network.east[node], network.north[far] - network.north[node]
    if not level:
        ways[:, 2] = ends.values(on.heights.z[::-1], rows) - ends.values(on.heights.z, rows)
    return ways


def size_at_points(on: Subject, _rule: RuleSetting) -> Iterator[Part]:
    """T3: sizes differ at a reducer and agree elsewhere; drains may change theirs in a well."""
    network, at = on.network, _of_pipes(on)
    width, height = on.heights.width, on.heights.height
    first, second = _segments(network, at)
    known = np.isfinite(width[first]) & np.isfinite(width[second])
    on.need(np.isfinite(width), "no_sizes")
    differ = (width[first] != width[second]) | (np.nan_to_num(height[first]) != np.nan_to_num(height[second]))
    yield from _change(on, at, known, differ, as_text(network.segments, "size_raw"), "reducer")


def material_at_points(on: Subject, _rule: RuleSetting) -> Iterator[Part]:
    """T4: materials differ at a change of material and agree elsewhere; drains may change theirs in a well."""
    network, at = on.network, _of_pipes(on)
    numbers, values = network.coded(network.segments, "material")
    on.need(np.array([bool(value) for value in values], dtype=bool), "no_materials")
    told = np.array([bool(value) for value in values], dtype=bool)[numbers]
    first, second = _segments(network, at)
    known, differ = told[first] & told[second], numbers[first] != numbers[second]
    yield from _change(on, at, known, differ, as_text(network.segments, "material"), "material_change")


def _of_pipes(on: Subject) -> Through:
    on.need_segments()
    network = on.network
    at = _in_line(network)
    return at.kept(network.major_is(network.point_kind[at.node], *PIPES))


def _segments(network: Network, at: Through) -> tuple[Index, Index]:
    return network.ends.segment[at.first], network.ends.segment[at.second]


def _change(on: Subject, at: Through, known: Mask, differ: Mask, written: Text, role: str) -> Iterator[Part]:
    """Where a change is missing or not told. A point has one feature only: a reducer may also change the material."""
    network = on.network
    first, second = _segments(network, at)
    told = network.point_is(role)[at.node]
    either = (network.point_is("reducer") | network.point_is("material_change"))[at.node]
    well = network.point_is("well")[at.node] & network.major_is(network.point_kind[at.node], "PS")
    silent = known & differ & ~either & ~well
    false = known & ~differ & told
    for case, wrong in (("", silent), ("none", false)):
        values, others = written[first[wrong]], written[second[wrong]]
        swap = np.asarray(values > others, dtype=bool)
        yield Part(case, POINT, at.node[wrong], np.where(swap, others, values), np.where(swap, values, others))


def narrower_downstream(on: Subject, rule: RuleSetting) -> Iterator[Part]:
    """T5: what flows out of a point through a smaller drain than the largest that flows in; pumps and overflows may."""
    on.need_segments()
    network, ends = on.network, on.network.ends
    on.need(network.gravity, "no_drains")
    on.need(np.isfinite(on.heights.width), "no_sizes")
    diameter = _diameter(on)
    way = flow(on)[ends.segment] * np.where(ends.side == 0, 1, -1)
    largest = [np.zeros(len(network.points)) for _ in range(2)]
    for place, sign in zip(largest, (-1, 1), strict=True):
        at = np.flatnonzero((way == sign) & np.isfinite(diameter[ends.segment]))
        np.maximum.at(place, ends.node[at], diameter[ends.segment[at]])
    into, out = largest
    steps = _step(into) - _step(out)
    wrong = (into > 0) & (out > 0) & (steps > rule.limit("steps") + 1e-9) & ~network.point_is("pump")
    rows = np.flatnonzero(wrong)
    yield Part("", POINT, rows, out[rows] * 1000, into[rows] * 1000)


def _diameter(on: Subject) -> Number:
    """The diameter (m), of a rectangle that of a circle as large."""
    width, height = on.heights.width, on.heights.height
    other = np.where(np.isnan(height), width, height)
    return np.where(width == other, width, np.sqrt(4 * width * other / np.pi))


def _step(diameter: Number) -> Number:
    """The place of a diameter (m) in the series of standard sizes; sizes between two have a place between."""
    series = np.array(sorted(float(name) for name in names()["sizes"])) / 1000
    return np.interp(diameter, series, np.arange(len(series)))


def jumps_of_size(on: Subject, rule: RuleSetting) -> Iterator[Part]:
    """T6: a pipe goes on with a size more than two steps away, at whatever point without a branch."""
    network, at = on.network, _of_pipes(on)
    on.need(np.isfinite(on.heights.width), "no_sizes")
    diameter = _diameter(on)
    first, second = _segments(network, at)
    steps = np.abs(_step(diameter[first]) - _step(diameter[second]))
    wrong = np.flatnonzero(steps > rule.limit("steps") + 1e-9)
    sizes = np.stack([diameter[first[wrong]], diameter[second[wrong]]]) * 1000
    yield Part("", POINT, at.node[wrong], sizes.max(axis=0, initial=0), sizes.min(axis=0, initial=np.inf))


def loose_parts(on: Subject, rule: RuleSetting) -> Iterator[Part]:
    """T7: parts of a kind's network that neither hold a source or an outlet nor leave the area.

    One part of each kind, the largest, may lack them: its source may lie outside. Each other is named by one segment.
    """
    on.need_segments()
    network = on.network
    rows = np.flatnonzero(network.linked)
    explained = np.zeros(len(network.points) + 1, dtype=bool)
    reach = network.point_is("source") | network.point_is("outlet") | at_edge(on, rule.limit("edge"))
    explained[network.component[np.flatnonzero(reach)]] = True
    kind, part = network.segment_kind[rows], network.component[network.start[rows]]
    both = kind.astype(np.int64) * (len(network.points) + 1) + part
    parts, which, sizes = np.unique(both, return_inverse=True, return_counts=True)
    of_kind = parts // (len(network.points) + 1)
    largest = np.zeros(len(network.kinds), dtype=np.int64)
    np.maximum.at(largest, of_kind, sizes)
    open_parts = (~explained[parts % (len(network.points) + 1)]) & (sizes < largest[of_kind])
    inside = np.flatnonzero(open_parts[which])
    least = _least_named(network, rows[inside], which[inside])
    counts = np.bincount(of_kind, minlength=len(network.kinds))
    yield Part(
        "",
        SEGMENT,
        least,
        sizes[_at(which, rows, least)].astype(np.float64),
        counts[network.segment_kind[least]].astype(np.float64),
    )


def _at(which: Index, rows: Index, segments: Index) -> Index:
    """The part each of these segments belongs to."""
    return which[np.searchsorted(rows, segments)]


def _least_named(network: Network, segments: Index, part: Index) -> Index:
    """For each part the segment whose number comes first, so that sorting the table names the same."""
    first: dict[int, tuple[str, int]] = {}
    numbers = element_numbers(SEGMENT, network.survey, segments)
    for number, row, of in zip(numbers, segments.tolist(), part.tolist(), strict=True):
        if of not in first or (number, row) < first[of]:
            first[of] = number, row
    return np.array(sorted(row for _, row in first.values()), dtype=np.intp)


def mixed_sewers(on: Subject, _rule: RuleSetting) -> Iterator[Part]:
    """T8: storm water and foul water meet in a point that is not a combined sewer's."""
    on.need_segments()
    network, ends = on.network, on.network.ends
    kinds = [
        np.array([major == "PS" and minor == wanted for major, minor in network.kinds], dtype=bool)
        for wanted in ("YS", "WS", "HS")
    ]
    on.need(network.major_is(network.segment_kind, "PS"), "no_drains")
    count = len(network.points)
    joined = [(np.bincount(ends.node, of[network.segment_kind[ends.segment]], minlength=count) > 0) for of in kinds[:2]]
    own = [of[network.point_kind] for of in kinds]
    wrong = (joined[0] | own[0]) & (joined[1] | own[1]) & (joined[0] | joined[1]) & ~own[2]
    yield Part("", POINT, np.flatnonzero(wrong))
