"""What is asked before a survey is read, and the preview that shows what would be read."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from archives.core.actors import Actor
from archives.core.drafts import Choice, Draft, Vocabularies, Vocabulary, choice, read
from archives.core.errors import RefusedError
from archives.core.language import Message, gettext, msg
from archives.core.problems import Problem
from archives.pipelines import queries
from archives.pipelines.drafts import KINDS, NEW, PLANE_SYSTEMS, PROFILES
from archives.pipelines.models import SurveyVersion
from archives.pipelines.surveys import intake
from archives.pipelines.surveys.intake import Preview
from archives.pipelines.surveys.presenting import MOST_ON_MAP, Shown, field_label, map_points
from archives.pipelines.systems import zone_of
from archives.pipelines.vocabularies import kind_name, vocabularies_of, written
from archives.web.forms import FormField, fields_of
from gis.codes import standard
from gis.crs import CGCS2000
from gis.profiles import from_store

ROLE_LABELS: Mapping[str, Message] = {
    "point": msg("Points"),
    "line": msg("Lines"),
    "one_table": msg("Points and lines in one table"),
    "unknown": msg("Not recognised, left out"),
}
AXES = "axes"
AXES_LABELS: Mapping[str, Message] = {
    "north_east": msg("X north, Y east"),
    "east_north": msg("X east, Y north"),
}


class OptionsDraft(Draft):
    """How a survey is to be read."""

    crs: str = choice("Plane system", PLANE_SYSTEMS, required=True)
    axes: str = choice("Axes", AXES, help="Surveyors' X points north; some tables have it the other way round.")
    profile: str = choice("Import profile", PROFILES)
    kind: str = choice("Kind of the lines", KINDS)


def option_fields(
    session: Session, version: SurveyVersion, values: Mapping[str, Any], problems: tuple[Problem, ...]
) -> list[FormField]:
    """The form of the options, filled with what the version keeps."""
    given = values or version.options
    return list(fields_of(OptionsDraft, given, problems, _vocabularies(session)).values())


def options_from(session: Session, values: Mapping[str, Any]) -> dict[str, Any]:
    """The options that a form sent. Raises RefusedError."""
    reading = read(OptionsDraft, values, _vocabularies(session))
    if reading.problems:
        raise RefusedError(reading.problems)
    return {name: value for name, value in reading.draft if value}


def _vocabularies(session: Session) -> Vocabularies:
    axes = Vocabulary([Choice(code, gettext(label.msgid)) for code, label in AXES_LABELS.items()])
    return {**vocabularies_of(session), AXES: axes}


def offer_earlier(session: Session, reader: Actor, field: FormField) -> None:
    """Make the field of the earlier hand-over a list: the points decide, none, or one of the newest ones by name."""
    found = queries.handovers(session, reader, queries.HandoverFilter()).rows
    named = {one.number: f"{one.number} {one.name}" for one in found}
    if field.value and field.value != NEW:
        named.setdefault(field.value, field.value)
    field.kind = "select"
    field.choices = [
        ("", gettext("the one that the files show, if any")),
        (NEW, gettext("none: a hand-over of its own")),
        *named.items(),
    ]


def preview_of(seen: Preview, options: intake.Options) -> Shown:
    """What would be read: tables with their columns, figures, the questions, and some points for the map."""
    return {
        "tables": [_table(table) for table in seen.tables],
        "points": len(seen.survey.points),
        "segments": len(seen.survey.segments),
        "faults": len(seen.survey.faults),
        "questions": seen.questions,
        "remarks": [intake.WORDS[code] for code in seen.coordinates.questions if code in intake.MAY_STAY],
        "places": _places(seen, options),
    }


def _table(table: Any) -> Shown:
    codes = standard()
    return {
        "name": table.name,
        "role": str(ROLE_LABELS[table.role]),
        "is_known": table.role != "unknown",
        "kind": f"{written(*table.kind)} {kind_name(codes, *table.kind)}" if table.kind else "",
        "header_rows": "、".join(map(str, table.header_rows)),
        "columns": [(field_label(name), header) for name, header in table.columns.items()],
        "unknown": table.unknown,
        "missing": [field_label(name) for name in table.missing],
        "rows": table.rows,
    }


def _places(seen: Preview, options: intake.Options) -> list[Shown]:
    """Some points where the system that was chosen puts them; none where it leads nowhere."""
    count = len(seen.survey.points)
    if not count:
        return []
    some = seen.survey.points.take(np.unique(np.linspace(0, count - 1, MOST_ON_MAP).astype(np.intp)))
    try:
        zone = zone_of(options.system)
        placed = intake.in_store(seen.survey_of(some), seen.coordinates, options, zone).points
    except RefusedError:
        return []
    return map_points(*from_store(CGCS2000, zone)(placed.number("east"), placed.number("north")))
