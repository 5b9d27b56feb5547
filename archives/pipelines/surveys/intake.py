"""From files to a survey in the store's plane, checked: what lies between the files that came and the rows to store."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely import MultiPolygon, Polygon
from sqlalchemy.orm import Session

from archives.core.actors import Actor
from archives.core.clock import today
from archives.core.errors import RefusedError
from archives.core.language import Message, current_language, msg
from archives.core.problems import Problem
from archives.pipelines import queries
from archives.pipelines.checks import rule_settings
from archives.pipelines.lines import store_of
from archives.pipelines.maps import base
from archives.pipelines.models import Dataset, SurveyVersion
from archives.pipelines.systems import refused, system_named, zone_of
from archives.pipelines.vocabularies import kind_from
from gis.checks.context import CheckContext
from gis.checks.inspection import run
from gis.checks.results import NOT_APPLICABLE, Finding, RuleResult, Verdict, verdict
from gis.codes import KindCode, standard
from gis.frame import Frame, empty
from gis.profiles import CrsProfile, ProfileError, to_store
from gis.recognition import Recognition, in_order, recognise
from gis.store.contract import Area, Where
from gis.store.rows import FARTHEST
from gis.survey.model import Survey
from gis.survey.nodes import ends
from gis.survey.profile import Profile, profile_from
from gis.survey.raw import Given
from gis.survey.read import read_survey
from gis.survey.recognise import Recognised, recognise_tables

AROUND = 60.0
"""Metres around a survey in which buildings, and around its loose ends in which the archive's lines, are looked at."""
JOURNEY = 100_000.0
"""Metres around the archive's lines: farther away is another city, or this one in another plane system (P6)."""
COMPARED_OF_POINTS = ("point_no", "major", "minor", "north", "east", "ground_z")
COMPARED_OF_SEGMENTS = (
    *("start_no", "end_no", "major", "minor", "material", "size_raw", "z_ref", "shape", "burial"),
    *("start_depth", "end_depth", "start_z", "end_z", "width", "height"),
)
"""The fields by which lines of the archive are compared with those of a survey."""
Box = tuple[float, float, float, float]
MAY_STAY = frozenset({"outliers", "swap_some"})
"""Questions about single rows: those are findings of the checks (P6), and stop no reading."""
WORDS: Mapping[str, Message] = {
    "unknown": msg("The columns of coordinates hold no coordinates."),
    "mixed": msg("Coordinates of several zones or systems stand in one table. Bring one table for each system."),
    "swap": msg("X and Y seem to be swapped: X should point north. Say which way they are meant."),
    "degrees": msg("The coordinates are degrees, the plane system that was chosen counts metres; or the reverse."),
    "zone": msg("The coordinates do not belong to the zone of the plane system that was chosen."),
    "city_grid": msg("The coordinates belong to a city's own grid. Choose the system that the office keeps for it."),
    "outliers": msg("Some points lie far from the others."),
    "swap_some": msg("In some rows X and Y are swapped against the others."),
}
"""What is asked about the coordinates, by the code of `gis.recognition.Recognition`."""


@dataclass(frozen=True, slots=True)
class Options:
    """How a version is read, as whoever brought it decided."""

    system: CrsProfile
    profile: Profile
    kind: KindCode | None
    axes: str | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be read: each table as recognised, what the coordinates are, and points in the survey's metres."""

    tables: tuple[Recognised, ...]
    coordinates: Recognition
    survey: Survey
    questions: tuple[Problem, ...]

    def survey_of(self, points: Frame) -> Survey:
        """A survey of some of its points alone."""
        return Survey(points, empty())


def options_of(session: Session, version: SurveyVersion) -> Options:
    """The options that a version keeps. Raises RefusedError."""
    given = version.options
    profile = queries.profile_named(session, given["profile"]).content if given.get("profile") else {}
    kind = None
    if given.get("kind"):
        kind = kind_from(given["kind"], standard())
        if kind is None:
            sentence = msg("There is no kind of line %(kind)s.", kind=given["kind"])
            raise RefusedError([Problem("kind.unknown", sentence, "kind")])
    return Options(system_named(session, given["crs"]), profile_from(profile), kind, given.get("axes"))


def look(tables: Sequence[Given], options: Options) -> Preview:
    """Read, and say what must be asked before anything is stored."""
    codes = standard()
    recognised = recognise_tables(tables, codes, options.profile, options.kind)
    survey = read_survey(tables, codes, options.profile, options.kind)
    first, second = _as_written(survey, options.profile)
    coordinates = recognise(first, second, options.system)
    return Preview(recognised, coordinates, survey, tuple(_questions(survey, coordinates, options)))


def _as_written(survey: Survey, profile: Profile) -> tuple[Any, Any]:
    """The two columns of coordinates in the order in which surveyors write them: X before Y."""
    north, east = survey.points.number("north"), survey.points.number("east")
    return (north, east) if profile.axes == "north_east" else (east, north)


def _questions(survey: Survey, coordinates: Recognition, options: Options) -> Iterable[Problem]:
    if not len(survey.points) and not len(survey.segments):
        yield Problem("survey.empty", msg("No table of points and no table of lines was recognised in these files."))
        return
    if not len(survey.points):
        yield Problem("survey.no_points", msg("There are lines but no table of points: bring the points too."), "files")
        return
    yield from _obstacles(options.system)
    for code in coordinates.questions:
        answered = code == "swap" and options.axes == coordinates.axes
        if code not in MAY_STAY and not answered:
            yield Problem(f"coordinates.{code}", WORDS[code], "axes" if code == "swap" else "crs")


def _obstacles(system: CrsProfile) -> Sequence[Problem]:
    """Why no way leads from a system to one of the archive: another datum without its parameters."""
    try:
        to_store(system, zone_of(system))
    except ProfileError as error:
        return refused(error).problems
    except RefusedError as refusal:
        return refusal.problems
    return ()


def in_store(survey: Survey, coordinates: Recognition, options: Options, store: int) -> Survey:
    """The survey in the store's plane; what the surveyor wrote stays beside it. Raises RefusedError."""
    first, second = _as_written(survey, options.profile)
    east, north = in_order(first, second, coordinates.axes)
    try:
        moved_east, moved_north = to_store(options.system, store)(east, north)
    except ProfileError as error:
        raise refused(error) from None
    points = survey.points.with_columns(east=moved_east, north=moved_north, survey_east=east, survey_north=north)
    return Survey(points, _moved_lines(survey, options, store), survey.faults)


def _moved_lines(survey: Survey, options: Options, store: int) -> Frame:
    """Lines that came as shapes, moved as the points are."""
    if not survey.segments.has("geometry"):
        return survey.segments
    shapes = survey.segments.columns["geometry"]
    places = shapely.get_coordinates(shapes)
    moved = np.stack(to_store(options.system, store)(places[:, 0], places[:, 1]), axis=1)
    return survey.segments.with_columns(geometry=_with_places(shapes, moved))


def _with_places(shapes: Any, places: Any) -> Any:
    """The same lines at other places; heights stay."""
    heights = shapely.get_coordinates(shapes, include_z=True)[:, 2]
    return shapely.set_coordinates(shapely.force_3d(shapes), np.column_stack([places, heights]))


def checked(survey: Survey, context: CheckContext) -> tuple[tuple[RuleResult, ...], Verdict]:
    """What every check finds, and whether anything blocks accession."""
    results = run(survey, context)
    return results, verdict(results)


def counts_of(results: Sequence[RuleResult]) -> list[dict[str, Any]]:
    """The rows of the report by rule."""
    return [
        {
            "rule": result.rule,
            "position": position,
            "state": result.state,
            "reason": result.reason if result.state == NOT_APPLICABLE else "",
            "errors": result.findings.count("E"),
            "warnings": result.findings.count("W"),
            "notes": result.findings.count("I"),
        }
        for position, result in enumerate(results)
    ]


def findings_of(results: Sequence[RuleResult], most: int) -> list[dict[str, Any]]:
    """The findings to keep, at most so many of one rule."""
    return [_finding(one) for result in results for one in result.findings.rows(0, most)]


def _finding(found: Finding) -> dict[str, Any]:
    return {
        "rule": found.rule,
        "case": found.case,
        "severity": found.severity,
        "table": found.table,
        "row": found.row or None,
        "source": found.source,
        "element": found.element,
        "other": found.other,
        "column": found.column,
        "value": found.value,
        "expected": found.expected,
        "east": None if np.isnan(found.x) else found.x,
        "north": None if np.isnan(found.y) else found.y,
        "fingerprint": found.fingerprint,
    }


def context_of(session: Session, actor: Actor, dataset: Dataset, survey: Survey) -> CheckContext:
    """What the checks are told besides the survey: what lies around it, and what was found to be true before."""
    alarms = {mark.fingerprint: mark.reason for mark in queries.false_alarms(session, dataset.id).values()}
    around = bounds_of(survey, AROUND)
    return CheckContext(
        codes=standard(),
        today=today(),
        rules=rule_settings(session),
        extent=ground_of(session),
        false_alarms=alarms,
        neighbours=_neighbours(session, actor, dataset, survey),
        buildings=base.buildings_in(session, around) if around else None,
    )


def ground_of(session: Session) -> Box | None:
    """The box that a survey's points must lie in: a day's journey around the archive's lines, or else its base layers.

    None where it has neither.
    """
    bounds = queries.ground(session) or base.extent(session)
    if bounds is None:
        return None
    west, south, east, north = bounds
    return west - JOURNEY, south - JOURNEY, east + JOURNEY, north + JOURNEY


def bounds_of(survey: Survey, margin: float) -> Box | None:
    """West, south, east and north of the points in the store's metres, with a margin; None without places."""
    east, north = survey.points.number("east"), survey.points.number("north")
    known = np.isfinite(east) & np.isfinite(north)
    if not known.any():
        return None
    east, north = east[known], north[known]
    return (
        float(east.min()) - margin,
        float(north.min()) - margin,
        float(east.max()) + margin,
        float(north.max()) + margin,
    )


def _neighbours(session: Session, actor: Actor, dataset: Dataset, survey: Survey) -> Survey | None:
    """The archive's own lines around a survey's loose ends; None where there are none.

    Those of the same hand-over are left out. Nothing else of the archive is loaded: it may hold the whole city.
    """
    own = {version.id for version in queries.versions_of(session, dataset.id)}
    others = [version for version in queries.current_versions(session, actor) if version not in own]
    around = around_loose_ends(survey)
    if not others or around is None:
        return None
    store, asked = store_of(session), (Area(around), Where(versions=others))
    connection = session.connection()
    segments = store.segments(connection, asked, COMPARED_OF_SEGMENTS)
    return Survey(store.points(connection, asked, COMPARED_OF_POINTS), segments) if len(segments) else None


def around_loose_ends(survey: Survey) -> Polygon | MultiPolygon | None:
    """Where the archive's lines can meet a survey's: cells around the points that fewer than two of its lines name."""
    named = np.concatenate(ends(survey.points, survey.segments))
    loose = np.bincount(named[named >= 0], minlength=len(survey.points)) < 2
    places = np.column_stack([survey.points.number("east"), survey.points.number("north")])[loose]
    cells = np.unique(np.floor(places[(np.abs(places) < FARTHEST).all(axis=1)] / AROUND), axis=0)
    if not len(cells):
        return None
    west, south = (cells * AROUND).T
    found = shapely.union_all(shapely.box(west - AROUND, south - AROUND, west + 2 * AROUND, south + 2 * AROUND))
    return found if isinstance(found, Polygon | MultiPolygon) else None


def language() -> str:
    """The reader's language, as the library names it."""
    return "en" if current_language() == "en" else "zh"
