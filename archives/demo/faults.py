"""Mistakes as surveyors make them, planted in a sound survey, each with what it is and where."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis.frame import Frame, Index, Mask, stack
from gis.survey.model import Survey


@dataclass(frozen=True, slots=True)
class Planted:
    """One mistake: the rule that must find it, the table, and its rows: points by number, segments as A-B."""

    rule: str
    table: str
    numbers: tuple[str, ...]


@dataclass
class Draft:
    """A survey while mistakes are put into it; a row once used is not used again."""

    points: dict[str, NDArray[Any]]
    segments: dict[str, NDArray[Any]]
    random: Random
    more_points: list[Frame]
    more_segments: list[Frame]
    free_points: Mask
    free_segments: Mask

    def a_point(self, among: Mask) -> int:
        """A point that nothing has been done to."""
        at = self.random.choice(np.flatnonzero(among & self.free_points).tolist())
        self.free_points[at] = False
        return int(at)

    def a_segment(self, among: Mask) -> int:
        """A segment that nothing has been done to."""
        at = self.random.choice(np.flatnonzero(among & self.free_segments).tolist())
        self.free_segments[at] = False
        return int(at)

    def point_row(self, at: int, **changes: object) -> Frame:
        """A copy of a point with some fields changed."""
        return _row(self.points, at, changes)

    def segment_row(self, at: int, **changes: object) -> Frame:
        """A copy of a segment with some fields changed."""
        return _row(self.segments, at, changes)

    def segment(self, at: int) -> tuple[str, ...]:
        """A segment's ends as they are written now, A-B, to report it by."""
        return (f"{self.segments['start_no'][at]}-{self.segments['end_no'][at]}",)

    def of(self, *majors: str) -> Mask:
        """The segments of classes."""
        return np.isin(self.segments["major"], majors)


def with_faults(survey: Survey, random: Random) -> tuple[Survey, tuple[Planted, ...]]:
    """A copy of a sound survey with one mistake of each kind, and what they are.

    The survey needs water, drains, gas and power, and some 500 segments.
    """
    draft = Draft(
        {name: column.copy() for name, column in survey.points.columns.items()},
        {name: column.copy() for name, column in survey.segments.columns.items()},
        random,
        [],
        [],
        np.ones(len(survey.points), bool),
        np.ones(len(survey.segments), bool),
    )
    planted = tuple(mistake(draft) for mistake in MISTAKES)
    points = stack([Frame(len(survey.points), draft.points), *draft.more_points])
    segments = stack([Frame(len(survey.segments), draft.segments), *draft.more_segments])
    return replace(survey, points=_numbered(points), segments=_numbered(segments)), planted


def _numbered(frame: Frame) -> Frame:
    return frame.with_columns(row=np.arange(len(frame), dtype=np.int64) + 2)


def _row(columns: dict[str, NDArray[Any]], at: int, changes: dict[str, object]) -> Frame:
    row = {name: column[at : at + 1].copy() for name, column in columns.items()}
    for name, value in changes.items():
        row[name][0] = value
    return Frame(1, row)


def _duplicate_number(draft: Draft) -> Planted:
    at = draft.a_point(draft.points["minor"] == "JP")
    draft.more_points.append(
        draft.point_row(at, east=draft.points["east"][at] + 4.2, ground_z=draft.points["ground_z"][at])
    )
    return Planted("P1", "point", (str(draft.points["point_no"][at]),))


def _alone(draft: Draft) -> Planted:
    at = draft.a_point(draft.points["minor"] == "TR")
    number = f"{draft.points['point_no'][at]}A"
    east, north = draft.points["east"][at] + 3.1, draft.points["north"][at] + 2.4
    draft.more_points.append(draft.point_row(at, point_no=number, map_no=number, east=east, north=north))
    return Planted("P3", "point", (number,))


def _unnamed(draft: Draft) -> Planted:
    at = draft.a_point(draft.points["feature"] == "直线点")
    draft.points["feature"][at] = ""
    return Planted("P4", "point", (str(draft.points["point_no"][at]),))


def _shallow_well(draft: Draft) -> Planted:
    at = draft.a_point(draft.points["appurtenance"] == "污水井")
    draft.points["well_bottom_depth"][at] = 0.6
    return Planted("D6", "point", (str(draft.points["point_no"][at]),))


def _swapped_sheet(draft: Draft) -> Planted:
    """X and Y changed places on one sheet."""
    names, counts = np.unique(draft.points["sheet"].astype(str), return_counts=True)
    smallest = names[counts >= min(5, int(counts.max()))]
    sheet = draft.random.choice(sorted(smallest.tolist(), key=lambda one: int(counts[names == one][0]))[:3])
    rows = np.flatnonzero(draft.points["sheet"] == sheet)
    draft.points["east"][rows], draft.points["north"][rows] = draft.points["north"][rows], draft.points["east"][rows]
    draft.free_points[rows] = False
    for end in ("start_no", "end_no"):
        draft.free_segments &= ~np.isin(draft.segments[end].astype(str), draft.points["point_no"][rows].astype(str))
    return Planted("P6", "point", tuple(draft.points["point_no"][rows].tolist()))


def _missing_end(draft: Draft) -> Planted:
    at = draft.a_segment(draft.of("JS"))
    draft.segments["end_no"][at] = f"{draft.segments['minor'][at]}99999"
    return Planted("L3", "segment", draft.segment(at))


def _to_itself(draft: Draft) -> Planted:
    at = draft.a_segment(draft.of("TX"))
    number = draft.segments["start_no"][at]
    same = {f"end_{what}": draft.segments[f"start_{what}"][at] for what in ("no", "depth", "z")}
    draft.more_segments.append(draft.segment_row(at, seg_no=f"{number}-{number}", **same))
    return Planted("L1", "segment", (f"{number}-{number}",))


def _twice(draft: Draft) -> Planted:
    at = draft.a_segment(draft.of("RQ"))
    back: dict[str, object] = {"seg_no": f"{draft.segments['end_no'][at]}-{draft.segments['start_no'][at]}"}
    for one, other in (("start_no", "end_no"), ("start_depth", "end_depth"), ("start_z", "end_z")):
        back |= {one: draft.segments[other][at], other: draft.segments[one][at]}
    draft.more_segments.append(draft.segment_row(at, **back))
    return Planted("L2", "segment", (str(back["seg_no"]),))


def _too_long(draft: Draft) -> Planted:
    """A line that jumps over points: to one of the same kind 150 to 400 m away."""
    at = draft.a_segment(draft.segments["minor"] == "XX")
    start = int(_where(draft, "start_no", at)[0])
    apart = np.hypot(
        draft.points["east"] - draft.points["east"][start], draft.points["north"] - draft.points["north"][start]
    )
    there = draft.a_point((draft.points["minor"] == "XX") & (apart > 155) & (apart < 600))
    number, depth = draft.points["point_no"][there], draft.segments["start_depth"][at]
    z = round(float(draft.points["ground_z"][there] - depth), 3)
    name = f"{draft.segments['start_no'][at]}-{number}"
    row = draft.segment_row(
        at, seg_no=name, end_no=number, end_depth=depth, end_z=z, length_given=round(float(apart[there]), 2)
    )
    draft.more_segments.append(row)
    return Planted("L5", "segment", (name,))


def _where(draft: Draft, end: str, at: int) -> Index:
    return np.flatnonzero(draft.points["point_no"] == draft.segments[end][at])


def _wrong_height(draft: Draft) -> Planted:
    at = draft.a_segment(draft.of("RL", "JS"))
    draft.segments["start_z"][at] = round(float(draft.segments["start_z"][at]) + 0.37, 3)
    return Planted("D1", "segment", draft.segment(at))


def _reverse_slope(draft: Draft) -> Planted:
    """The lower end is given higher than the upper one; depth and height agree."""
    trunk = draft.of("PS") & (draft.segments["width"] >= 400) & (draft.segments["flow"] > 0)
    at = draft.a_segment(trunk & (draft.segments["length_given"] > 15))
    rise = float(draft.segments["start_z"][at] - draft.segments["end_z"][at]) + 0.28
    draft.segments["end_z"][at] = round(float(draft.segments["end_z"][at]) + rise, 3)
    draft.segments["end_depth"][at] = round(float(draft.segments["end_depth"][at]) - rise, 3)
    return Planted("D4", "segment", draft.segment(at))


def _no_material(draft: Draft) -> Planted:
    at = draft.a_segment(draft.of("PS"))
    draft.segments["material"][at] = draft.segments["material_raw"][at] = ""
    return Planted("F2", "segment", draft.segment(at))


def _unknown_code(draft: Draft) -> Planted:
    at = draft.a_segment(draft.of("JS"))
    draft.segments["material"][at] = draft.segments["material_raw"][at] = "玄铁"
    return Planted("F4", "segment", draft.segment(at))


def _too_many_used(draft: Draft) -> Planted:
    at = draft.a_segment(draft.of("TX"))
    draft.segments["holes_used"][at] = draft.segments["holes"][at] + 2
    return Planted("A1", "segment", draft.segment(at))


def _no_pressure(draft: Draft) -> Planted:
    at = draft.a_segment(draft.of("RQ"))
    draft.segments["pressure"][at] = ""
    return Planted("A4", "segment", draft.segment(at))


def _built_later(draft: Draft) -> Planted:
    """Built after it was surveyed."""
    at = draft.a_segment(draft.of("DL"))
    draft.segments["built_on"][at] = "2052"
    return Planted("A5", "segment", draft.segment(at))


MISTAKES: tuple[Callable[[Draft], Planted], ...] = (
    _swapped_sheet, _duplicate_number, _alone, _unnamed, _shallow_well, _missing_end, _to_itself, _twice, _too_long,
    _wrong_height, _reverse_slope, _no_material, _unknown_code, _too_many_used, _no_pressure, _built_later,
)  # fmt: skip
"""The mistakes, in the order in which they are made."""
