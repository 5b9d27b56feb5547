"""What is asked before a survey is read, and the preview that shows what would be read."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from archives.core.actors import Actor
from archives.core.drafts import Choice, Draft, Vocabularies, Vocabulary, choice, read
from archives.core.errors import RefusedError
from archives.core.language import Message, gettext, msg
from archives.core.problems import Problem
from archives.pipelines import queries
from archives.pipelines.checks import rule_settings
from archives.pipelines.drafts import KINDS, NEW, PLANE_SYSTEMS, PROFILES
from archives.pipelines.models import SurveyVersion
from archives.pipelines.settings.profiles import headings_of
from archives.pipelines.surveys import intake
from archives.pipelines.surveys.intake import Preview, language
from archives.pipelines.surveys.presenting import MOST_ON_MAP, SEVERITIES, Shown, field_label, map_points
from archives.pipelines.systems import zone_of
from archives.pipelines.vocabularies import kind_name, vocabularies_of, written
from archives.web.forms import FormField, fields_of
from gis.checks.results import shown
from gis.checks.settings import RuleSetting, check_rules
from gis.codes import standard
from gis.crs import CGCS2000
from gis.profiles import from_store
from gis.survey.model import Fault
from gis.survey.raw import Given
from gis.survey.recognise import Recognised, layouts

ROLE_LABELS: Mapping[str, Message] = {
    "point": msg("Points"),
    "line": msg("Lines"),
    "one_table": msg("Points and lines in one table"),
    "unknown": msg("Not recognised, left out"),
}
LISTED = 20
"""Faults that a preview names."""
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


def preview_of(session: Session, tables: Sequence[Given], seen: Preview, options: intake.Options) -> Shown:
    """What would be read: tables with their columns, figures, faults, the questions, and some points for the map."""
    found = layouts(tables, standard(), options.profile, options.kind)
    headings = [headings_of(table, layout) for table, layout in zip(tables, found, strict=True)]
    return {
        "tables": [_table(table, own) for table, own in zip(seen.tables, headings, strict=True)],
        "points": len(seen.survey.points),
        "segments": len(seen.survey.segments),
        "faults": len(seen.survey.faults),
        "listed": _listed(seen.survey.faults, rule_settings(session)),
        "questions": seen.questions,
        "remarks": [intake.WORDS[code] for code in seen.coordinates.questions if code in intake.MAY_STAY],
        "places": _places(seen, options),
    }


def _table(table: Recognised, headings: Sequence[str]) -> Shown:
    codes = standard()
    return {
        "name": table.name,
        "role": str(ROLE_LABELS[table.role]),
        "is_known": table.role != "unknown",
        "kind": f"{written(*table.kind)} {kind_name(codes, *table.kind)}" if table.kind else "",
        "header_rows": "、".join(map(str, table.header_rows)),
        "columns": [(field_label(name), header) for name, header in table.columns.items()],
        "headings": () if table.columns else headings,
        "unknown": table.unknown,
        "missing": [field_label(name) for name in table.missing],
        "rows": table.rows,
    }


def _listed(faults: Sequence[Fault], settings: Mapping[str, RuleSetting]) -> list[Shown]:
    """The first faults with their sentences, errors before warnings before notices."""
    order = list(SEVERITIES)
    graded = sorted(
        ((_severity(fault, settings[fault.rule]), fault) for fault in faults), key=lambda one: order.index(one[0])
    )
    return [_fault(severity, fault) for severity, fault in graded[:LISTED]]


def _severity(fault: Fault, setting: RuleSetting) -> str:
    """How grave a fault is, as the check will say when the survey is read."""
    return setting.cases.get(_reason(fault)) or str(fault.values.get("severity") or setting.severity)


def _reason(fault: Fault) -> str:
    return str(fault.values.get("reason", ""))


def _fault(severity: str, fault: Fault) -> Shown:
    tone, label = SEVERITIES[severity]
    given = fault.values
    column = field_label(fault.column)
    values = {
        "table": fault.table,
        "column": column,
        "value": shown(given.get("value", given.get("header"))),
        "expected": shown(given.get("taken", given.get("code"))),
    }
    return {
        "severity": {"tone": tone, "label": str(label)},
        "source": given.get("source", ""),
        "row": fault.row or None,
        "column": column or given.get("header", ""),
        "message": check_rules()[fault.rule].message(_reason(fault), language(), values),
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
