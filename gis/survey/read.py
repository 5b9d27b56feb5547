"""Tables of a hand-over to one survey: the public entry."""

from collections.abc import Iterator, Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.codes import Codes, KindCode
from gis.frame import Frame, Index, Text, stack
from gis.survey.faults import gathered, header_faults
from gis.survey.heights import with_heights
from gis.survey.model import Fault, Survey
from gis.survey.nodes import MISSING, ends, linked, taken
from gis.survey.one_table import take_apart
from gis.survey.profile import Profile
from gis.survey.raw import Given
from gis.survey.reading import DRAWN, Reader, turned, z_refs
from gis.survey.recognise import Layout, layouts

NEAR = 0.05
"""Metres: a line without point numbers begins at the point that lies this near (the rule P2 for one place)."""
MILLIMETRE = 0.001
"""Metres: the last digit of a table of points. A line that begins this near to its point begins there."""


def read_survey(
    tables: Sequence[Given], codes: Codes, profile: Profile | None = None, kind: KindCode | None = None
) -> Survey:
    """Points and segments of all tables, with everything that was wrong in them; nothing raises for bad cells.

    `kind` says what tables hold whose name, titles and columns do not tell. East and north are metres as given (after
    the profile's axes). Depth and z of a segment's ends complete each other by the ground height of their points.
    """
    office = profile or Profile()
    found = layouts(tables, codes, office, kind)
    points: list[Frame] = []
    segments: list[Frame] = []
    faults: list[Sequence[Fault]] = [tuple(header_faults(layout)) for layout in found]
    if not any(layout.role != "unknown" for layout in found):
        faults.append([Fault("F1", "", 0, "", {"reason": "no_table", "source": ""})])
    for layout in found:
        if layout.role != "unknown":
            some_points, some_segments, doubts = _read(layout, codes, office)
            points += some_points
            segments += some_segments
            faults.append(doubts)
    return _joined(stack(points), stack(segments), gathered(faults))


def _read(layout: Layout, codes: Codes, profile: Profile) -> tuple[list[Frame], list[Frame], list[Fault]]:
    reader = Reader(layout, codes, profile)
    frame = reader.frame()
    doubts = list(reader.faults())
    match layout.role:
        case "point":
            return [turned(frame, profile)], [], doubts
        case "line":
            return [], [frame.with_columns(z_ref=z_refs(frame, layout, codes))], doubts
        case _:
            points, segments = take_apart(frame)
            return [turned(points, profile)], [segments.with_columns(z_ref=z_refs(segments, layout, codes))], doubts


def _joined(points: Frame, segments: Frame, faults: tuple[Fault, ...]) -> Survey:
    segments = _named_by_place(points, segments)
    rows = ends(points, segments)
    segments, renamed = _same_letters(points, segments, rows)
    if renamed:
        rows = ends(points, segments)
    points, segments = _with_one_text_a_number(points, segments, rows)
    segments = _shaped(points, linked(segments, rows), rows)
    return Survey(points, with_heights(points, segments, *rows), (*faults, *renamed))


def _shaped(points: Frame, segments: Frame, rows: tuple[Index, Index]) -> Frame:
    """A shape only for a line that does not run straight from point to point: the points say the others better."""
    if not segments.has(DRAWN):
        return segments
    drawn, shapes = segments.columns[DRAWN], _shapes(segments)
    straight = shapely.is_missing(shapes)
    as_named = np.ones(len(segments), dtype=bool)
    for side, found in enumerate(rows):
        for axis, name in enumerate(("east", "north")):
            as_named &= np.abs(drawn[:, side, axis] - taken(points.number(name), found)) <= MILLIMETRE
    own = np.flatnonzero(straight & ~as_named & np.isfinite(drawn[:, :, :2]).all(axis=(1, 2)))
    segments = segments.without(DRAWN, "geometry")
    if straight.all() and not len(own):
        return segments
    shapes[own] = shapely.linestrings(drawn[own])
    return segments.with_columns(geometry=shapes)


def _shapes(segments: Frame) -> Text:
    """The lines that bend, None for the others."""
    if segments.has("geometry"):
        return segments.columns["geometry"].copy()
    return np.full(len(segments), None, dtype=np.object_)


def _with_one_text_a_number(points: Frame, segments: Frame, rows: tuple[Index, Index]) -> tuple[Frame, Frame]:
    """The same tables, a point's number kept once however often it stands there: a million take 60 MB each time."""
    numbers = points.text("point_no")
    if points.has("map_no"):
        on_map = points.text("map_no")
        points = points.with_columns(map_no=np.where(on_map == numbers, numbers, on_map))
    for name, found in zip(("start_no", "end_no"), rows, strict=True):
        if len(points) and segments.has(name):
            given, theirs = segments.text(name), numbers[found]
            segments = segments.with_columns(**{name: np.where((found != MISSING) & (theirs == given), theirs, given)})
    return points, segments


def _named_by_place(points: Frame, segments: Frame) -> Frame:
    """Lines whose table names no points: each end takes the number of the point that lies there."""
    if not segments.has(DRAWN) or not len(points):
        return segments
    drawn = segments.columns[DRAWN][:, :, :2]
    for name, at in (("start_no", 0), ("end_no", 1)):
        wanted = np.flatnonzero((segments.text(name) == "") & np.isfinite(drawn[:, at]).all(axis=1))
        if len(wanted):
            numbers = segments.text(name).copy()
            which, found = _numbers_at(points, drawn[wanted, at])
            numbers[wanted[which]] = found
            segments = segments.with_columns(**{name: numbers})
    return segments


def _numbers_at(points: Frame, places: NDArray[np.float64]) -> tuple[Index, Text]:
    """Which places have a point near them, and the numbers of those points."""
    known = np.flatnonzero(~np.isnan(points.number("east")) & ~np.isnan(points.number("north")))
    theirs = np.column_stack([points.number("east")[known], points.number("north")[known]])
    tree = shapely.STRtree(np.asarray(shapely.points(theirs)))
    which, near = tree.query_nearest(shapely.points(places), max_distance=NEAR, all_matches=False)
    return which, points.text("point_no")[known][near]


def _same_letters(points: Frame, segments: Frame, rows: tuple[Index, Index]) -> tuple[Frame, list[Fault]]:
    """Ends that name a point in other letters (js1 for JS1) name it as the point is written, with a note (F6)."""
    faults: list[Fault] = []
    lowered: dict[str, set[str]] = {}
    for name, found in zip(("start_no", "end_no"), rows, strict=True):
        numbers = segments.text(name)
        lost = np.flatnonzero((found == MISSING) & (numbers != ""))
        if len(lost) and not lowered:
            lowered = _by_letters(points)
        change = {number: only for number in numbers[lost] if (only := _only(lowered.get(number.casefold()), number))}
        if change:
            renamed = np.array([row for row in lost if numbers[row] in change], dtype=np.intp)
            faults += _renamed(segments, name, renamed, change)
            segments = segments.with_columns(**{name: _changed(numbers, renamed, change)})
    return segments, faults


def _by_letters(points: Frame) -> dict[str, set[str]]:
    lowered: dict[str, set[str]] = {}
    for number in points.text("point_no"):
        lowered.setdefault(number.casefold(), set()).add(number)
    return lowered


def _renamed(segments: Frame, name: str, rows: Index, change: dict[str, str]) -> Iterator[Fault]:
    seen: set[str] = set()
    numbers, sources, at = segments.text(name), segments.text("source"), segments.columns["row"]
    for row in rows:
        given = numbers[row]
        if given not in seen:
            seen.add(given)
            values = {"reason": "letters", "source": sources[row], "value": given, "taken": change[given]}
            yield Fault("F6", "segment", int(at[row]), name, values)


def _changed(numbers: Text, rows: Index, change: dict[str, str]) -> Text:
    changed = numbers.copy()
    changed[rows] = [change[number] for number in numbers[rows]]
    return changed


def _only(found: set[str] | None, given: str) -> str:
    """The one number that it can be, "" where it is that already or could be several."""
    return next(iter(found)) if found and len(found) == 1 and given not in found else ""
