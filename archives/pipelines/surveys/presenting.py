"""Hand-overs as pages show them: states, reports by rule, findings with their sentences."""

from collections.abc import Iterable, Mapping
from io import BytesIO
from math import isfinite
from typing import Any

import numpy as np
from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from archives.catalogue.queries import volumes_by_id
from archives.core.actors import Actor
from archives.core.language import Message, gettext, msg
from archives.core.registry import Related
from archives.core.sheets.columns import Column
from archives.core.sheets.write import Table, write_table
from archives.pipelines import queries
from archives.pipelines.actions import SEE
from archives.pipelines.models import Dataset, FalseAlarm, Finding, RuleCount, SurveyVersion
from archives.pipelines.surveys.intake import language
from archives.pipelines.vocabularies import SOURCE_LABELS
from archives.projects.models import Project
from archives.projects.queries import visible_to as visible_projects
from archives.reference.queries import terms
from gis.checks.settings import check_rules, reasons
from gis.crs import CGCS2000
from gis.fields import point_fields, segment_fields
from gis.frame import Number
from gis.profiles import from_store

Shown = dict[str, Any]
STATE_BADGES: Mapping[str, tuple[str, Message]] = {
    "brought": ("warning", msg("Waiting to be read")),
    "reading": ("info", msg("Being read")),
    "in_transfer": ("info", msg("In transfer")),
    "accepted": ("good", msg("In the archive")),
    "replaced": ("muted", msg("Replaced")),
    "refused": ("bad", msg("Not accepted")),
}
SEVERITIES: Mapping[str, tuple[str, Message]] = {
    "E": ("bad", msg("Error")),
    "W": ("warning", msg("Warning")),
    "I": ("info", msg("Notice")),
}
MOST_ON_MAP = 500
"""Places that a preview or a report puts on its map."""


def state_badge(version: SurveyVersion | None) -> Shown:
    """A version's colour and word."""
    tone, label = STATE_BADGES[version.state] if version else ("muted", msg("Empty"))
    return {"tone": tone, "label": str(label)}


def source_labels() -> dict[str, str]:
    """Where hand-overs come from."""
    return {code: gettext(label.msgid) for code, label in SOURCE_LABELS.items()}


def rank_of(session: Session, code: str) -> int:
    """The rank of a secrecy level's code; 0 for none given."""
    return next((term.rank for term in terms(session, "secrecy") if term.code == code), 0)


def secrecy_name(session: Session, rank: int) -> str:
    """What a rank of secrecy is called."""
    return next((term.name for term in terms(session, "secrecy") if term.rank == rank), str(rank))


def crumbs(*way: tuple[str, str | None]) -> list[tuple[str, str | None]]:
    """The way down from the register of hand-overs."""
    return [(gettext("Pipeline surveys"), url_for("pipelines.index")), *way]


def frame_of(session: Session, actor: Actor, dataset: Dataset, version: SurveyVersion, *below: str) -> Shown:
    """What every page of a version needs."""
    project, may_see_project = _project_of(session, actor, dataset)
    here = url_for("pipelines.show", number=dataset.number, version=version.number)
    return {
        "dataset": dataset,
        "version": version,
        "versions": queries.known_versions(session, actor, dataset),
        "project": project,
        "may_see_project": may_see_project,
        "state": state_badge(version),
        "badge_of": state_badge,
        "source": source_labels().get(dataset.source, dataset.source),
        "secrecy": secrecy_name(session, dataset.secrecy),
        "is_visible": version.state in {"in_transfer", "accepted", "replaced"},
        "reader_is_staff": actor.is_staff,
        "may_see_map": SEE.allows(actor),
        "breadcrumbs": crumbs((dataset.number, here if below else None), *((title, None) for title in below)),
    }


def _project_of(session: Session, actor: Actor, dataset: Dataset) -> tuple[Project | None, bool]:
    """The project that a hand-over is of, and whether the reader may open its page."""
    wanted = select(Project, visible_projects(actor)).where(Project.id == dataset.project_id)
    found = session.execute(wanted).one_or_none() if dataset.project_id else None
    return (found[0], bool(found[1])) if found else (None, False)


def linked_volumes(session: Session, actor: Actor, dataset: Dataset) -> list[Shown]:
    """The volumes that document a hand-over, those that the reader may see."""
    links = queries.links_of_dataset(session, dataset.id)
    volumes = volumes_by_id(session, actor, [link.volume_id for link in links])
    return [
        {"id": link.id, "volume": volumes[link.volume_id], "line": f"{link.start_no}-{link.end_no}".strip("-")}
        for link in links
        if link.volume_id in volumes
    ]


def surveys_of_volume(session: Session, actor: Actor, volume_id: int) -> list[Related]:
    """The surveys that a volume documents, for the volume's page."""
    found = queries.datasets_of_volume(session, actor, volume_id)
    sources = source_labels()
    return [
        Related(
            f"{dataset.number} {dataset.name}",
            url_for("pipelines.newest", number=dataset.number),
            sources.get(dataset.source, dataset.source),
        )
        for dataset in found
    ]


def rules_of(report: Iterable[RuleCount]) -> list[Shown]:
    """The report by rule: what each check found, in the table's order."""
    known, why = check_rules(), reasons()
    chinese = language() == "zh"
    return [
        {
            "rule": row.rule,
            "name": known[row.rule].name_zh if chinese else known[row.rule].name_en,
            "state": row.state,
            "reason": why[row.reason][0 if chinese else 1] if row.reason in why else row.reason,
            "errors": row.errors,
            "warnings": row.warnings,
            "notes": row.notes,
        }
        for row in report
        if row.rule in known
    ]


def rule_named(rule: str) -> Shown:
    """A check by its code; all of them for an unknown one."""
    known = check_rules().get(rule)
    if known is None:
        return {"rule": "", "name": gettext("All checks")}
    return {"rule": rule, "name": known.name_zh if language() == "zh" else known.name_en}


def findings_of(session: Session, actor: Actor, dataset: Dataset, version: SurveyVersion, rule: str) -> Shown:
    """The findings of a check as a list and as places on the map, as far as the reader may see their kinds."""
    marks = queries.false_alarms(session, dataset.id)
    found = queries.findings(session, version.id, rule, hidden=queries.hidden_kinds(session, actor))
    places = [(one.east, one.north) for one in found if one.east is not None and one.north is not None]
    return {
        "rows": [shown_finding(one, marks.get(one.fingerprint)) for one in found],
        "places": on_map(session, places[:MOST_ON_MAP]),
        "is_cut": len(found) == queries.MOST_FINDINGS,
    }


def shown_finding(finding: Finding, mark: FalseAlarm | None) -> Shown:
    """One finding with its sentence in the reader's language."""
    tone, label = SEVERITIES[finding.severity]
    return {
        "id": finding.id,
        "rule": finding.rule,
        "severity": {"tone": tone, "label": str(label)},
        "source": finding.source,
        "row": finding.row,
        "element": finding.element,
        "value": finding.value,
        "expected": finding.expected,
        "message": sentence_of(finding),
        "mark": mark,
    }


def sentence_of(finding: Finding) -> str:
    """What is wrong, in the reader's language."""
    values = {
        "element": finding.element,
        "other": finding.other,
        "column": field_label(finding.column),
        "value": finding.value,
        "expected": finding.expected,
        "row": finding.row or "",
        "source": finding.source,
        "table": finding.table,
    }
    return check_rules()[finding.rule].message(finding.case, language(), values)


def field_label(name: str) -> str:
    """What a field of the tables is called; the name itself for one that is in no table."""
    for field in (*point_fields(), *segment_fields()):
        if field.name == name:
            return field.label_zh if language() == "zh" else field.label_en
    return name


def findings_workbook(session: Session, actor: Actor, dataset: Dataset, version: SurveyVersion) -> bytes:
    """The findings that the reader may see as a workbook: one row each, with the mark and its reason."""
    hidden = queries.hidden_kinds(session, actor)
    marks = queries.false_alarms(session, dataset.id)
    columns = (
        Column("rule", msg("Check"), (), width=8),
        Column("severity", msg("Severity"), (), width=8),
        Column("source", msg("Table"), (), width=18),
        Column("row", msg("Row"), (), width=8),
        Column("element", msg("Point or line"), (), width=20),
        Column("message", msg("What is wrong"), (), width=60),
        Column("value", msg("Value"), (), width=14),
        Column("expected", msg("Expected"), (), width=14),
        Column("true", msg("True to the ground because"), (), width=40),
    )
    rows = (_workbook_row(one, marks) for one in queries.findings(session, version.id, most=None, hidden=hidden))
    target = BytesIO()
    write_table(target, Table(gettext("Findings"), columns, rows))
    return target.getvalue()


def _workbook_row(finding: Finding, marks: Mapping[str, FalseAlarm]) -> Shown:
    mark = marks.get(finding.fingerprint)
    return {
        "rule": finding.rule,
        "severity": str(SEVERITIES[finding.severity][1]),
        "source": finding.source,
        "row": finding.row,
        "element": finding.element,
        "message": sentence_of(finding),
        "value": finding.value,
        "expected": finding.expected,
        "true": mark.reason if mark else "",
    }


def on_map(session: Session, places: Iterable[tuple[float, float]]) -> list[Shown]:
    """Places of the store's plane as the map macro takes them."""
    epsg, pairs = queries.store_system(session), list(places)
    if epsg is None or not pairs:
        return []
    east, north = zip(*pairs, strict=True)
    return map_points(*from_store(CGCS2000, epsg)(np.array(east), np.array(north)))


def map_points(longitudes: Number, latitudes: Number) -> list[Shown]:
    """Degrees as the map macro takes them; places that are nowhere are left out."""
    found = zip(longitudes.tolist(), latitudes.tolist(), strict=True)
    return [{"longitude": lon, "latitude": lat} for lon, lat in found if isfinite(lon) and isfinite(lat)]
