"""The long work of hand-overs: reading a version's files into the store, and clearing out what was sent back."""

import hashlib
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from archives.core.actors import Actor
from archives.core.errors import ConflictError, RefusedError
from archives.core.jobs import Job, JobKind, Work, enqueue
from archives.core.language import current_language, msg
from archives.pipelines.lines import store_of
from archives.pipelines.models import READING, REFUSED, Dataset, SurveyVersion
from archives.pipelines.surveys import intake, service
from archives.pipelines.surveys.files import tables_of
from archives.pipelines.surveys.service import MOST_FINDINGS
from archives.pipelines.systems import decide_store
from gis.checks.results import RuleResult, Verdict
from gis.frame import Frame
from gis.profiles import described
from gis.store.contract import EVERYWHERE, Where
from gis.store.rows import chunks
from gis.survey.model import Survey
from gis.survey.nodes import KEPT
from gis.survey.raw import Given

CHUNK = 20_000
"""Rows written in one short transaction, so that a long reading never keeps other writers waiting."""


def enqueue_reading(
    session: Session, actor: Actor, dataset: Dataset, version: SurveyVersion, options: Mapping[str, Any]
) -> Job:
    """Have a version's files read by the worker. Raises ConflictError."""
    service.begin_reading(session, actor, dataset, version, options)
    return _enqueue(session, actor, READ_SURVEY, version)


def enqueue_clearing(session: Session, actor: Actor, version: SurveyVersion) -> Job:
    """Have the lines of a version that was sent back removed from the store."""
    return _enqueue(session, actor, CLEAR_SURVEY, version)


def _enqueue(session: Session, actor: Actor, kind: JobKind, version: SurveyVersion) -> Job:
    subject = ("pipeline_version", version.id)
    payload = {"version": version.id}
    job = enqueue(session, actor, kind, subject=subject, language=current_language(), payload=payload)
    version.job_id = job.id
    return job


def _read(work: Work) -> dict[str, Any]:
    with work.backend.writing() as session:
        work.hold(session)
        dataset, version = _wanted(session, work)
        service.resume_reading(version, work.job_id)
        if version.state != READING:
            return _figures(version)
        options = intake.options_of(session, version)
    with work.heard():
        preview = intake.look(_tables(work, version), options)
    if preview.questions:
        raise RefusedError(preview.questions, preview.questions[0].message)
    with work.backend.writing() as session:
        store = decide_store(session, work.actor, options.system)
    survey = intake.in_store(preview.survey, preview.coordinates, options, store)
    with work.heard():
        results, judged = _checked(work, dataset, survey)
    _stage(work, version.id, survey)
    with work.backend.writing() as session:
        work.hold(session)
        dataset, version = _wanted(session, work)
        _note(version, survey, options, judged)
        _measure(session, version)
        service.keep_findings(
            session, version.id, intake.counts_of(results), intake.findings_of(results, MOST_FINDINGS)
        )
        service.show(session, work.actor, dataset, version)
        return _figures(version)


def _tables(work: Work, version: SurveyVersion) -> list[Given]:
    """A version's tables; whoever reads them lets them go, for they take as much memory as the survey."""
    tables = tables_of(work.settings, version.files)
    work.log(msg("%(n)d tables were found.", n=len(tables)))
    return tables


def _checked(work: Work, dataset: Dataset, survey: Survey) -> tuple[tuple[RuleResult, ...], Verdict]:
    work.log(
        msg("%(points)d points and %(lines)d lines were read.", points=len(survey.points), lines=len(survey.segments))
    )
    with work.backend.reading() as session:
        context = intake.context_of(session, work.actor, dataset, survey)
    results, judged = intake.checked(survey, context)
    work.log(
        msg(
            "The checks found %(errors)d errors and %(warnings)d warnings.",
            errors=judged.errors,
            warnings=judged.warnings,
        )
    )
    return results, judged


def _stage(work: Work, version_id: int, survey: Survey) -> None:
    """Write the rows in short transactions under a version that nobody sees; what a killed run left goes first."""
    total = len(survey.points) + len(survey.segments)
    _clear_rows(work, version_id)
    done = 0
    for points, segments in chunks(survey.points, survey.segments, CHUNK):
        with work.backend.writing() as session:
            work.hold(session)
            store_of(session).add(session.connection(), version_id, points, segments)
        done += len(points) + len(segments)
        work.progress(done, total + 1)
    with work.backend.writing() as session:
        work.hold(session)
        store_of(session).build_overview(session.connection(), version_id)


def _clear_rows(work: Work, version_id: int, state: str = READING) -> int:
    """Remove what the store holds of a version, in short transactions, as long as it is in this state."""
    removed = 0
    while True:
        with work.backend.writing() as session:
            work.hold(session)
            if session.get_one(SurveyVersion, version_id, with_for_update=True).state != state:
                raise ConflictError(msg("The version was taken up again meanwhile."))
            some = store_of(session).remove(session.connection(), version_id, CHUNK)
        if not some:
            return removed
        removed += some
        work.progress(0, 0)


def _note(version: SurveyVersion, survey: Survey, options: intake.Options, judged: Verdict) -> None:
    """The figures of what was read."""
    version.points, version.segments = len(survey.points), len(survey.segments)
    version.errors, version.warnings, version.notes = judged.errors, judged.warnings, judged.notes
    version.plane_system = described(options.system, intake.language())
    version.height_datum = options.system.height_datum.described(intake.language())
    version.digest = digest_of(survey)


def _measure(session: Session, version: SurveyVersion) -> None:
    """How long a version's lines are, in metres of the plane, and where they lie."""
    store, connection = store_of(session), session.connection()
    totals = store.totals(connection, EVERYWHERE, Where(versions=[version.id]))
    version.length = round(sum(total.length for total in totals), 3)
    bounds = store.extent(connection, [version.id])
    version.west, version.south, version.east, version.north = bounds or (None, None, None, None)


def digest_of(survey: Survey) -> str:
    """One hash for all that was read: the audit keeps it in place of a million rows."""
    digest = hashlib.sha256()
    for frame in (survey.points, survey.segments):
        for name in sorted(set(frame) - {"geometry", *KEPT.values()}):
            digest.update(name.encode())
            digest.update(_bytes(frame, name))
    return digest.hexdigest()


def _bytes(frame: Frame, name: str) -> bytes:
    column = frame.columns[name]
    return "\x1f".join(column).encode() if column.dtype == object else column.tobytes()


def _wanted(session: Session, work: Work) -> tuple[Dataset, SurveyVersion]:
    version = session.get_one(SurveyVersion, work.payload["version"])
    return session.get_one(Dataset, version.dataset_id), version


def _figures(version: SurveyVersion) -> dict[str, Any]:
    return {
        "points": version.points,
        "segments": version.segments,
        "errors": version.errors,
        "warnings": version.warnings,
    }


def _refuse(session: Session, payload: Mapping[str, Any]) -> None:
    """A version whose reading did not come to an end is none that can be accepted."""
    version = session.get_one(SurveyVersion, payload["version"])
    job = session.get(Job, version.job_id) if version.job_id else None
    service.give_up(session, version, (job.result or {}).get("message", "") if job else "")


def _clear(work: Work) -> dict[str, Any]:
    with work.backend.reading() as session:
        _, version = _wanted(session, work)
        if version.state != REFUSED:
            raise ConflictError(msg("Only a version that was sent back can be removed from the store."))
    return {"removed": _clear_rows(work, version.id, REFUSED)}


def enqueue_redrawing(session: Session, actor: Actor, version_id: int) -> Job:
    """Have the picture from afar of a version's lines made anew, some of which have ended or stand again."""
    subject, payload = ("pipeline_version", version_id), {"version": version_id}
    return enqueue(session, actor, REDRAW_SURVEY, subject=subject, language=current_language(), payload=payload)


def _redraw(work: Work) -> dict[str, Any]:
    with work.backend.writing() as session:
        work.hold(session)
        _, version = _wanted(session, work)
        return {"drawn": store_of(session).build_overview(session.connection(), version.id)}


READ_SURVEY = JobKind("pipelines.read", "Read a pipeline survey", _read, _refuse)
CLEAR_SURVEY = JobKind("pipelines.clear", "Remove a pipeline survey that was sent back", _clear)
REDRAW_SURVEY = JobKind("pipelines.redraw", "Draw lines anew as they are seen from afar", _redraw)
