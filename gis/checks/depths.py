"""Rules D1 to D8: depths, elevations, slopes and cover."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from gis.checks.cover import least_covers
from gis.checks.lines import at_edge
from gis.checks.network import HIGHEST, Network, clean, group_spread, millimetres
from gis.checks.results import POINT, SEGMENT, Part
from gis.checks.settings import RuleSetting
from gis.checks.subject import Subject
from gis.frame import Mask, Number

SIDES = ("start", "end")


def heights_disagree(on: Subject, rule: RuleSetting) -> Iterator[Part]:
    """D1: ground = elevation + depth, compared in whole millimetres so that a limit of 0.02 m is exactly that."""
    on.need_segments()
    heights = on.heights
    limit = millimetres(np.array(rule.limit("difference")))
    off = [
        millimetres(ground) - millimetres(depth) - millimetres(z)
        for ground, depth, z in zip(heights.ground, heights.depth_given, heights.z_given, strict=True)
    ]
    on.need(np.isfinite(off[0]) | np.isfinite(off[1]), "no_heights")
    for side in (0, 1):
        wrong = np.flatnonzero(np.abs(off[side]) > limit)
        expected = heights.ground[side][wrong] - heights.depth_given[side][wrong]
        yield Part("", SEGMENT, wrong, heights.z_given[side][wrong], expected, f"{SIDES[side]}_z")


def odd_depths(on: Subject, rule: RuleSetting) -> Iterator[Part]:
    """D2: too shallow, too deep, or above ground without being overhead."""
    on.need_segments()
    network = on.network
    depth = on.heights.depth
    on.need(np.isfinite(depth[0]) | np.isfinite(depth[1]), "no_depths")
    deepest = rule.by_kind("most", network.kinds)[network.segment_kind]
    deepest = np.where(network.trenchless, np.fmax(deepest, rule.limit("most_trenchless")), deepest)
    least = rule.limit("least")
    for side in (0, 1):
        measured = millimetres(depth[side])
        raised = network.above_ground | network.inside_well | _raised(network, side)
        for case, wrong, limit in (
            ("negative", ~raised & (measured < 0), np.zeros(len(measured))),
            ("", ~raised & (measured >= 0) & (measured < millimetres(np.array(least))), np.full(len(measured), least)),
            ("deep", measured > millimetres(deepest), deepest),
        ):
            rows = np.flatnonzero(wrong)
            yield Part(case, SEGMENT, rows, depth[side][rows], limit[rows], f"{SIDES[side]}_depth")


def _raised(network: Network, side: int) -> Mask:
    """Ends that go up a pole or out of the ground."""
    raised: Mask = network.at_end(network.point_is("raised"), side, False)
    return raised


def steps_at_points(on: Subject, rule: RuleSetting) -> Iterator[Part]:
    """D3: what meets at a point meets at one height; a drain may fall less than a drop well needs.

    Points that are a change of depth, or go up a pole, have two heights by their nature.
    """
    on.need_segments()
    network, ends = on.network, on.network.ends
    z = ends.values(on.heights.z)
    on.need(np.isfinite(z), "no_heights")
    drains = network.gravity[ends.segment]
    apart = network.inside_well[ends.segment] | network.above_ground[ends.segment]
    usable = np.isfinite(z) & ~apart & ends.own
    excused = network.point_is("raised") | network.point_is("depth_change")
    for case, kept, limit, excuse in (
        ("", usable & ~drains, rule.limit("step"), excused),
        ("drop", usable & drains, rule.limit("drop"), excused | network.point_is("drop_well")),
    ):
        at = np.flatnonzero(kept)
        nodes, spread, _, _ = group_spread(ends.node[at], z[at])
        wrong = (millimetres(spread) > millimetres(np.array(limit))) & ~excuse[nodes]
        yield Part(case, POINT, nodes[wrong], spread[wrong], limit)


def flow(on: Subject) -> NDArray[np.int8]:
    """Which way each drain flows: +1 from start to end, -1 back, 0 unknown. As told, else down its inverts."""
    told = clean(on.network.segments.number("flow"), 2)
    invert = on.heights.invert
    fall = np.sign(np.nan_to_num(millimetres(invert[0]) - millimetres(invert[1])))
    sign = np.where(np.nan_to_num(told) != 0, np.sign(np.nan_to_num(told)), fall)
    return np.where(on.network.gravity, sign, 0).astype(np.int8)


def reverse_falls(on: Subject, rule: RuleSetting) -> Iterator[Part]:
    """D4: a drain whose invert rises the way it flows, and points that everything flows into or out of."""
    on.need_segments()
    network = on.network
    on.need(network.gravity, "no_drains")
    told = np.sign(np.nan_to_num(clean(network.segments.number("flow"), 2)))
    invert = on.heights.invert
    rise = (invert[1] - invert[0]) * told
    siphon = network.point_is("siphon")
    excused = network.at_end(siphon, 0, False) | network.at_end(siphon, 1, False)
    judged = network.gravity & (told != 0) & ~excused
    rises = judged & (millimetres(rise) > millimetres(np.array(rule.limit("rise"))))
    strong = millimetres(rise) > millimetres(np.array(rule.limit("error_rise")))
    for case, wrong in (("", np.flatnonzero(rises & strong)), ("slight", np.flatnonzero(rises & ~strong))):
        yield Part(case, SEGMENT, wrong, rise[wrong], rule.limit("rise"))
    yield from _all_one_way(on, rule)


def _all_one_way(on: Subject, rule: RuleSetting) -> Iterator[Part]:
    """Points where all drains end, unless water leaves there; points where all begin, if it is no beginning.

    A branch begins at its uppermost point, so a single drain flowing out is nothing to ask about.
    """
    network, ends = on.network, on.network.ends
    way = flow(on)[ends.segment] * np.where(ends.side == 0, 1, -1)
    known = np.flatnonzero(way != 0)
    count = len(network.points)
    out = np.bincount(ends.node[known], way[known] > 0, minlength=count)
    into = np.bincount(ends.node[known], way[known] < 0, minlength=count)
    edge = at_edge(on, rule.limit("edge"))
    sinks = (into > 0) & (out == 0) & ~network.point_is("outlet") & ~edge
    springs = (out > 1) & (into == 0) & ~network.point_is("spring") & ~edge
    # one drain alone says nothing of its lower end: it is L7's
    lonely = (into == 1) & (network.degree == 1) & _alone(network)
    yield Part("sink", POINT, np.flatnonzero(sinks & ~lonely))
    yield Part("spring", POINT, np.flatnonzero(springs))


def _alone(network: Network) -> Mask:
    """Points whose whole part of the network is one segment."""
    linked = network.start[network.linked]
    sizes = np.bincount(network.component[linked], minlength=len(network.points) + 1)
    alone: Mask = sizes[network.component] == 1
    return alone


def odd_slopes(on: Subject, rule: RuleSetting) -> Iterator[Part]:
    """D5: steeper than pipes are laid; drains too flat to flow or too steep to last. Risers are steep by nature."""
    on.need_segments()
    network, z = on.network, on.heights.z
    rise, length = z[1] - z[0], network.length
    on.need(np.isfinite(rise) & np.isfinite(length), "no_heights")
    upright = network.above_ground | network.inside_well | _raised(network, 0) | _raised(network, 1)
    measured = ~upright & (length > 0) & np.isfinite(rise)
    angle = np.degrees(np.arctan2(np.abs(rise), length))
    steep, sheer = angle > rule.limit("angle"), angle > rule.limit("error_angle")
    for case, wrong, limit in (("error", measured & sheer, "error_angle"), ("", measured & steep & ~sheer, "angle")):
        rows = np.flatnonzero(wrong)
        yield Part(case, SEGMENT, rows, angle[rows], rule.limit(limit))
    yield from _drain_slopes(on, rule, measured & ~steep)


def _drain_slopes(on: Subject, rule: RuleSetting, judged: Mask) -> Iterator[Part]:
    """The slope of drains the way they flow; what rises enough for D4 is told there."""
    network, invert = on.network, on.heights.invert
    way = np.where(flow(on) == 0, 1, flow(on))
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = np.round((invert[0] - invert[1]) * way / network.length, 6)
    rise = millimetres(invert[1] - invert[0]) * way
    reverse = rise > millimetres(np.array(on.context.rules["D4"].limit("rise")))
    drains = judged & network.gravity & ~reverse
    for case, wrong, limit in (
        ("flat", drains & (slope < rule.limit("least_slope")), "least_slope"),
        ("fast", drains & (slope > rule.limit("most_slope")), "most_slope"),
    ):
        rows = np.flatnonzero(wrong)
        yield Part(case, SEGMENT, rows, slope[rows], rule.limit(limit))


def shallow_wells(on: Subject, rule: RuleSetting) -> Iterator[Part]:
    """D6: the bottom of a well lies no higher than the drains that enter it."""
    network, ends = on.network, on.network.ends
    bottom = clean(network.points.number("well_bottom_depth"), HIGHEST)
    on.need(np.isfinite(bottom), "no_well_depths")
    depth = ends.values(on.heights.invert_depth)
    at = np.flatnonzero(network.gravity[ends.segment] & np.isfinite(depth))
    nodes, _, _, greatest = group_spread(ends.node[at], depth[at])
    deepest = np.full(len(network.points), np.nan)
    deepest[nodes] = depth[at][greatest]
    deepest = deepest[network.node]
    slack = millimetres(np.array(rule.limit("slack")))
    wrong = np.flatnonzero(millimetres(bottom) + slack < millimetres(deepest))
    yield Part("", POINT, wrong, bottom[wrong], deepest[wrong], "well_bottom_depth")


def thin_cover(on: Subject, _rule: RuleSetting) -> Iterator[Part]:
    """D7: less cover than the standard asks for. Which road lies above is not known: under the least of all roads is a
    warning, under the carriageway's a note."""
    on.need_segments()
    network = on.network
    cover = np.fmin(*_cover(on))
    on.need(np.isfinite(cover), "no_heights")
    paths, roads = least_covers(network, on.context.covers)
    buried = ~network.above_ground & ~network.inside_well & (millimetres(cover) >= 0)
    under_path = buried & (millimetres(cover) < millimetres(paths))
    under_road = buried & ~under_path & (millimetres(cover) < millimetres(roads))
    for case, wrong, limit in (("", under_path, paths), ("carriageway", under_road, roads)):
        rows = np.flatnonzero(wrong)
        yield Part(case, SEGMENT, rows, cover[rows], limit[rows])


def _cover(on: Subject) -> tuple[Number, Number]:
    """Ground above top at both ends (m); at an end that goes up a pole there is none to speak of."""
    first, second = (
        np.where(_raised(on.network, side), np.nan, on.heights.depth[side] - on.heights.below_top) for side in (0, 1)
    )
    return first, second


def tops_above_ground(on: Subject, _rule: RuleSetting) -> Iterator[Part]:
    """D8: a buried pipe whose top is higher than the ground."""
    on.need_segments()
    network, heights = on.network, on.heights
    on.need(np.isfinite(heights.top[0]) | np.isfinite(heights.top[1]), "no_heights")
    hidden = ~network.above_ground & ~network.inside_well
    for side in (0, 1):
        over = millimetres(heights.top[side] - heights.ground[side])
        wrong = np.flatnonzero(hidden & ~_raised(network, side) & (over > 0))
        yield Part("", SEGMENT, wrong, heights.top[side][wrong], heights.ground[side][wrong], f"{SIDES[side]}_z")
