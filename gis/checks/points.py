"""Rules P1 to P8: the points themselves, their numbers, places and heights."""

from collections.abc import Iterator

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from gis.checks.closeness import PointPairs
from gis.checks.network import FARTHEST, Network, as_text, clean, in_strips, millimetres
from gis.checks.results import POINT, NotApplicable, Part, kind_prefix
from gis.checks.settings import RuleSetting
from gis.checks.subject import Subject
from gis.crs import LAST_ZONE, LEAST_EASTING, LEAST_NORTHING, MOST_EASTING, MOST_NORTHING, ZONE_WIDTH
from gis.frame import Index, Mask, Number, Text

HEIGHT_NEIGHBOURS = 9
"""Points whose ground heights are compared, the point itself included."""
CLOSEST = 0.5
"""Nearer neighbours weigh no more than one at this distance (m), so that a shared place does not drown the others."""
HEIGHT_CHUNK = 200_000


def repeated_numbers(on: Subject, _rule: RuleSetting) -> Iterator[Part]:
    """P1: one number twice in a kind. All rows of a number whose contents differ; only the repeats where they agree."""
    on.need_points()
    network = on.network
    counts = np.bincount(network.node, minlength=len(network.points))
    rows = np.flatnonzero((counts[network.node] > 1) & network.numbered)
    heads = network.node[rows]
    same = _same_content(network, rows, heads)
    differs = network.mark_points(heads[~same])[heads]
    yield Part("", POINT, rows[differs], network.points.text("point_no")[rows[differs]], column="point_no")
    again = rows[~differs & (rows != heads)]
    yield Part("same", POINT, again, network.points.text("point_no")[again], column="point_no")


def _same_content(network: Network, rows: Index, heads: Index) -> Mask:
    """Whether rows say of their point what its first row says."""
    same = np.ones(len(rows), dtype=bool)
    for column in ("east", "north", "ground_z"):
        values = millimetres(network.points.number(column))
        same &= (values[rows] == values[heads]) | (np.isnan(values[rows]) & np.isnan(values[heads]))
    for column in ("feature", "appurtenance"):
        numbers, _ = network.coded(network.points, column)
        same &= numbers[rows] == numbers[heads]
    return same


def shared_places(on: Subject, rule: RuleSetting) -> Iterator[Part]:
    """P2: two points in one place. Points of one chamber share theirs by nature."""
    on.need_points()
    pairs = _apart(on, on.point_pairs)
    limit = rule.limit("distance")
    near = millimetres(pairs.distance) <= millimetres(np.array(limit))
    same = on.network.same_kind(on.network.point_kind[pairs.first], on.network.point_kind[pairs.second])
    yield _pair_part(on.network, "same_kind", pairs, near & same, limit)
    yield _pair_part(on.network, "", pairs, near & ~same, limit)


def crowded_points(on: Subject, rule: RuleSetting) -> Iterator[Part]:
    """P8: two points of one kind too close to be two."""
    on.need_points()
    pairs = _apart(on, on.point_pairs)
    limit = rule.limit("distance")
    same = on.network.same_kind(on.network.point_kind[pairs.first], on.network.point_kind[pairs.second])
    distance = millimetres(pairs.distance)
    near = same & (distance > 0) & (distance < millimetres(np.array(limit)))
    yield _pair_part(on.network, "", pairs, near, limit)


def _apart(on: Subject, pairs: PointPairs) -> PointPairs:
    """Pairs that are not of one chamber: no edge or inner point of a well, no link inside it between them."""
    network = on.network
    of_well = network.point_is("well_edge")
    links = np.flatnonzero(network.inside_well & network.linked)
    count = np.int64(max(len(network.points), 1))
    ends = np.sort(np.stack([network.start[links], network.end[links]], axis=1), axis=1)
    linked = np.isin(
        np.minimum(pairs.first, pairs.second) * count + np.maximum(pairs.first, pairs.second),
        ends[:, 0] * count + ends[:, 1],
    )
    keep = ~(of_well[pairs.first] | of_well[pairs.second] | linked)
    return PointPairs(pairs.first[keep], pairs.second[keep], pairs.distance[keep])


def _pair_part(network: Network, case: str, pairs: PointPairs, wrong: Mask, limit: float) -> Part:
    """Pairs in an order of their own, so that sorting the table finds the same."""
    first, second = pairs.first[wrong], pairs.second[wrong]
    points = network.points
    labels = [kind_prefix(points.text("major"), points.text("minor"), at) for at in (first, second)]
    numbers = points.text("point_no")
    swap = labels[0] + numbers[first] > labels[1] + numbers[second]
    swap = np.asarray(swap, dtype=bool)
    return Part(
        case,
        POINT,
        np.where(swap, second, first),
        pairs.distance[wrong],
        limit,
        other=np.where(swap, first, second),
    )


def lone_points(on: Subject, _rule: RuleSetting) -> Iterator[Part]:
    """P3, and L4 seen from the lines: a point that no segment names; lamps and signals may stand alone."""
    on.need_points()
    on.need_segments()
    network = on.network
    lone = ~network.used & ~network.point_is("alone") & (network.node == np.arange(len(network.points)))
    yield Part("", POINT, np.flatnonzero(lone))


def feature_or_appurtenance(on: Subject, _rule: RuleSetting) -> Iterator[Part]:
    """P4: a point says what it is: exactly one of feature and appurtenance."""
    on.need_points()
    feature, appurtenance = (as_text(on.network.points, name) for name in ("feature", "appurtenance"))
    filled = np.asarray(feature != "", dtype=bool), np.asarray(appurtenance != "", dtype=bool)
    both = np.flatnonzero(filled[0] & filled[1])
    yield Part("", POINT, both, feature[both], appurtenance[both])
    yield Part("neither", POINT, np.flatnonzero(~filled[0] & ~filled[1]))


def map_numbers(on: Subject, _rule: RuleSetting) -> Iterator[Part]:
    """P5: the number on the map is the survey's number."""
    on.need_points()
    points = on.network.points
    if not points.has("map_no"):
        raise NotApplicable("no_map_numbers")
    on_map, number = as_text(points, "map_no"), points.text("point_no")
    wrong = np.flatnonzero(np.asarray((on_map != "") & (on_map != number), dtype=bool))
    yield Part("", POINT, wrong, on_map[wrong], number[wrong], "map_no")


def out_of_range(on: Subject, rule: RuleSetting) -> Iterator[Part]:
    """P6: coordinates that cannot be in this survey: degrees, swapped axes, other zones' digits, another place."""
    on.need_points()
    network = on.network
    east, north = network.points.number("east"), network.points.number("north")
    known = np.isfinite(east) & np.isfinite(north)
    swapped = known & _is_swapped(on, east, north)
    digits = known & ~swapped & _other_digits(east, north)
    elsewhere = known & ~swapped & ~digits & ~network.in_degrees
    far = elsewhere & (~network.placed | _outside(on, rule, east, north))
    degrees = known & network.in_degrees
    for case, wrong in (("swapped", swapped), ("zone", digits), ("degrees", degrees), ("", far)):
        rows = np.flatnonzero(wrong)
        yield Part(
            case,
            POINT,
            rows,
            _place_texts(north[rows], east[rows]),
            place=(clean(east[rows], FARTHEST), clean(north[rows], FARTHEST)),
        )


def _is_swapped(on: Subject, east: Number, north: Number) -> Mask:
    if on.context.extent is not None:
        return _in_box(north, east, on.context.extent) & ~_in_box(east, north, on.context.extent)
    return _in_country(north, east) & ~_in_country(east, north)


def _in_country(east: Number, north: Number) -> Mask:
    """Within the range of Gauss-Krueger coordinates in China, with or without the zone's number."""
    east = np.where(np.abs(east) < (LAST_ZONE + 1) * ZONE_WIDTH, east, np.nan)
    short = np.where(east >= 10 * ZONE_WIDTH, np.fmod(east, ZONE_WIDTH), east)
    return (north >= LEAST_NORTHING) & (north <= MOST_NORTHING) & (short >= LEAST_EASTING) & (short <= MOST_EASTING)


def _in_box(east: Number, north: Number, box: tuple[float, float, float, float]) -> Mask:
    west, south, right, top = box
    return (east >= west) & (east <= right) & (north >= south) & (north <= top)


def _other_digits(east: Number, north: Number) -> Mask:
    """Eastings with the zone's number among ones without, or the reverse: the rarer of the two."""
    inside = _in_country(east, north)
    long = inside & (east >= 10 * ZONE_WIDTH)
    short = inside & ~long
    if not long.any() or not short.any():
        return np.zeros(len(east), dtype=bool)
    return long if np.count_nonzero(long) <= np.count_nonzero(short) else short


def _outside(on: Subject, rule: RuleSetting, east: Number, north: Number) -> Mask:
    """Outside the extent, or too far from the area of the survey; without either, out of the country if most are in."""
    context = on.context
    if context.area is not None:
        shapely.prepare(context.area)
        far = np.ones(len(east), dtype=bool)
        placed = np.flatnonzero(on.network.placed)
        places = shapely.points(east[placed], north[placed])
        far[placed] = ~shapely.dwithin(context.area, places, rule.limit("beyond_area"))
        return far
    if context.extent is not None:
        return ~_in_box(east, north, context.extent)
    inside = _in_country(east, north)
    mostly = np.count_nonzero(inside) * 2 > len(inside)
    return ~inside if mostly else np.zeros(len(east), dtype=bool)


def _place_texts(north: Number, east: Number) -> Text:
    """X and Y as surveyors write them: north first."""
    texts = np.empty(len(north), dtype=object)
    texts[:] = [f"{x:.12g}, {y:.12g}" for x, y in zip(north, east, strict=True)]
    return texts


def odd_heights(on: Subject, rule: RuleSetting) -> Iterator[Part]:
    """P7: ground heights that stand for nothing (0, 999), beyond the city's range, or unlike those around."""
    network = on.network
    ground = network.points.number("ground_z")
    known = np.isfinite(ground)
    on.need(known, "no_ground_heights")
    filler = known & np.isin(ground, [rule.limit("filler"), rule.limit("other_filler")])
    beyond = known & ~filler & ((ground < rule.limit("least")) | (ground > rule.limit("most")))
    sound = known & ~filler & ~beyond & network.placed & (network.node == np.arange(len(ground)))
    rows, around = _unlike_around(network, np.flatnonzero(sound), ground, rule)
    for case, wrong in (("filler", np.flatnonzero(filler)), ("range", np.flatnonzero(beyond))):
        yield Part(case, POINT, wrong, ground[wrong], column="ground_z")
    yield Part("", POINT, rows, ground[rows], around, "ground_z")


def _unlike_around(network: Network, rows: Index, ground: Number, rule: RuleSetting) -> tuple[Index, Number]:
    """Points that differ too much from the distance-weighted mean of their neighbours.

    One wrong point spoils the mean of all around it, so the suspects are judged again by the neighbours that are none.
    """
    if len(rows) < 2:
        return rows[:0], np.empty(0)
    around = _Around(np.stack([network.east[rows], network.north[rows]], axis=1), ground[rows], rule.limit("radius"))
    heights, limit = ground[rows], millimetres(np.array(rule.limit("difference")))
    means = around.means(np.arange(len(rows)))
    suspects = np.flatnonzero(millimetres(np.abs(heights - means)) > limit)
    around.distrust(suspects)
    again = around.means(suspects)
    means = np.where(np.isnan(again), means[suspects], again)
    wrong = millimetres(np.abs(heights[suspects] - means)) > limit
    return rows[suspects[wrong]], means[wrong]


def _different(places: NDArray[np.float64]) -> tuple[NDArray[np.float64], Index]:
    """The different places, and which of them each row is."""
    order = np.lexsort((places[:, 1], places[:, 0]))
    listed = places[order]
    new = np.concatenate([[True], (listed[1:] != listed[:-1]).any(axis=1)])
    which = np.empty(len(places), dtype=np.intp)
    which[order] = np.cumsum(new) - 1
    return listed[new], which


class _Around:
    """Heights by place: the mean of all that were measured at one place, the places in a tree."""

    def __init__(self, places: NDArray[np.float64], heights: Number, radius: float) -> None:
        self._places, self._place = _different(places)
        self._heights, self._radius = heights, radius
        self._tree = cKDTree(self._places)
        self._trusted = np.ones(len(heights), dtype=bool)
        self._sum_up()

    def distrust(self, rows: Index) -> None:
        """These heights no longer count."""
        self._trusted[rows] = False
        self._sum_up()

    def _sum_up(self) -> None:
        kept = np.flatnonzero(self._trusted)
        count = np.bincount(self._place[kept], minlength=len(self._places))
        total = np.bincount(self._place[kept], self._heights[kept], minlength=len(self._places))
        self._known = count > 0
        self._mean = total / np.maximum(count, 1)

    def means(self, rows: Index) -> Number:
        """The distance-weighted mean around each row's place, that place left out; NaN where nothing is near."""
        asked, which = np.unique(self._place[rows], return_inverse=True)
        order = in_strips(self._places[asked, 0], self._places[asked, 1])
        means = np.full(len(asked), np.nan)
        for start in range(0, len(asked), HEIGHT_CHUNK):
            some = order[start : start + HEIGHT_CHUNK]
            means[some] = self._means(asked[some])
        return means[which]

    def _means(self, own: Index) -> Number:
        found = self._tree.query(self._places[own], k=HEIGHT_NEIGHBOURS, distance_upper_bound=self._radius)
        distance, near = map(np.asarray, found)
        there = near < len(self._places)
        near = np.where(there, near, 0)
        there &= self._known[near] & (near != own[:, None])
        weight = np.where(there, np.maximum(distance, CLOSEST) ** -2.0, 0.0)
        total = weight.sum(axis=1)
        total[total == 0] = np.nan
        means: Number = (weight * self._mean[near]).sum(axis=1) / total
        return means
