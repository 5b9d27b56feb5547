"""The command line's door of pipelines: `chengdang pipelines …`. Others script against its JSON."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
import orjson
from sqlalchemy.orm import Session

from archives.core.desk import PROBLEMS, Desk, answer, say
from archives.core.drafts import read
from archives.core.errors import RefusedError, TooLargeError, UnreadableFileError
from archives.core.files import ContentStore
from archives.core.jobs import DONE, Worker
from archives.core.language import Message, msg
from archives.core.problems import Problem
from archives.pipelines import queries
from archives.pipelines.areas import asking
from archives.pipelines.areas import service as areas
from archives.pipelines.drafts import NEW, ExportDraft, HandoverDraft
from archives.pipelines.giving import service as giving
from archives.pipelines.lines import store_of, where_for
from archives.pipelines.models import ACCEPTED, BROUGHT, IN_TRANSFER, Dataset, SurveyVersion
from archives.pipelines.models import Finding as KeptFinding
from archives.pipelines.surveys import continuing, intake, presenting, service
from archives.pipelines.surveys.files import LIMITS, tables_in, try_out, unpacked, with_parts
from archives.pipelines.surveys.jobs import enqueue_reading
from archives.pipelines.systems import system_named, zone_of
from archives.pipelines.vocabularies import FORMAT_LABELS, kind_from, vocabularies_of
from gis.checks.results import Finding
from gis.codes import standard
from gis.store.contract import Area
from gis.survey.raw import Given

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
REASON = "chengdang pipelines query"
"""What the log of copies says of those that the command line writes."""
SOURCES = ("census", "supplement", "owner")


@click.group("pipelines")
def pipelines_group() -> None:
    """Pipeline surveys: import, query, accept."""


@pipelines_group.command("import")
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option("--project", default="", help="Code of the project whose as-built survey it is.")
@click.option("--source", type=click.Choice(SOURCES), help="Where a survey that is of no project comes from.")
@click.option("--crs", required=True, help="EPSG:4547 and the like, or the name of the office's plane system.")
@click.option("--profile", default="", help="The office's import profile.")
@click.option("--kind", default="", help="Kind of one-kind tables that do not say it, as JS or JS/JP.")
@click.option("--name", default="", help="What a new hand-over is called; else as its first file.")
@click.option("--replaces", default="", help="Number or name of the hand-over that it brings anew; or: new.")
@click.option("--check-only", is_flag=True, help="Read and check; store nothing.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON (the default; kept for scripts).")
@click.pass_obj
def import_command(
    desk: Desk,
    /,
    files: tuple[Path, ...],
    project: str,
    source: str | None,
    check_only: bool,
    as_json: bool,  # noqa: ARG001
    **how: str,
) -> None:
    """Take the tables of points and lines, or one result table, in. The same files twice add nothing.

    A survey that is of no project is the next version of an earlier one if --replaces says so, or if its files have the
    same names and half of the earlier points come again; otherwise it is a hand-over of its own. A version that lies
    elsewhere than the one that it would replace is accepted only with --replaces.
    """
    if bool(project) == bool(source):
        raise click.UsageError("Say either --project or --source.")
    values = {"source": source or "project", "project": project, **how}
    whole = with_parts(files)
    try:
        if check_only:
            _check_only(desk, whole, values)
        else:
            _import(desk, whole, values)
    except (UnreadableFileError, TooLargeError) as error:
        _answer_refused([Problem("file.refused", error.message)])
    except RefusedError as error:
        _answer_refused(error.problems)


def _answer_refused(problems: Sequence[Problem]) -> None:
    """The files are no survey that can be read so."""
    rows = [_refusal(problem.code, problem.message) for problem in problems]
    answer({"points": 0, "segments": 0, "problems": rows, "accepted": False, "version": None})
    raise SystemExit(PROBLEMS)


def _refusal(code: str, message: Message) -> dict[str, Any]:
    return {"rule": code, "severity": "E", "table": "", "row": None, "message": str(message)}


def _draft(session: Session, values: Mapping[str, str]) -> HandoverDraft:
    reading = read(HandoverDraft, values, vocabularies_of(session))
    if reading.problems:
        raise RefusedError(reading.problems)
    return reading.draft


def _options(session: Session, draft: HandoverDraft) -> intake.Options:
    chosen = {"crs": draft.crs, "profile": draft.profile, "kind": draft.kind}
    return intake.options_of(session, SurveyVersion(options=chosen, files=[]))


def _check_only(desk: Desk, files: Sequence[Path], values: Mapping[str, str]) -> None:
    """Read and check in memory; nothing is written, not even the files."""
    with desk.backend.reading() as session:
        draft = _draft(session, values)
        service.project_of(session, desk.actor, draft)
        options = _options(session, draft)
        preview = intake.look(_tables(files), options)
        if preview.questions:
            raise RefusedError(preview.questions)
        store = queries.store_system(session) or zone_of(options.system)
        survey = intake.in_store(preview.survey, preview.coordinates, options, store)
        results, judged = intake.checked(survey, intake.context_of(session, desk.actor, Dataset(id=0), survey))
    problems = [_problem(one) for result in results for one in result.findings.rows() if not one.reason]
    answer(
        {
            "points": len(survey.points),
            "segments": len(survey.segments),
            "problems": problems,
            "accepted": False,
            "version": None,
        }
    )
    if judged.errors:
        raise SystemExit(PROBLEMS)


def _tables(files: Sequence[Path]) -> list[Given]:
    """The tables of some files; what is packed is unpacked elsewhere, and gone afterwards."""
    with TemporaryDirectory() as folder:
        quarantine = ContentStore(Path(folder))
        brought = [one for file in files for one in _unpacked(quarantine, file)]
        service.check_names(brought)
        return tables_in({one.name: quarantine.path(one.stored.sha256) for one in brought})


def _problem(found: Finding) -> dict[str, Any]:
    return {
        "rule": found.rule,
        "severity": found.severity,
        "table": found.source or found.table,
        "row": found.row or None,
        "element": found.element,
        "message": found.message(intake.language()),
    }


def _import(desk: Desk, files: Sequence[Path], values: Mapping[str, str]) -> None:
    version_id, job_id = _brought(desk, files, values)
    if job_id is not None:
        job = Worker(desk.backend, desk.settings, desk.registry.job_kinds).finish(job_id)
        if job.state != DONE:
            _answer_refused([Problem("survey.refused", msg("%(why)s", why=(job.result or {}).get("message", "")))])
    is_elsewhere = _accept(desk, version_id, although_elsewhere=values["replaces"].strip() not in {"", NEW})
    _answer_version(desk, version_id, is_elsewhere)


def _brought(desk: Desk, files: Sequence[Path], values: Mapping[str, str]) -> tuple[int, int | None]:
    """Note the files and the job in one transaction; the ids of version and job, no job where nothing is new."""
    with ContentStore(desk.settings.quarantine).on_trial() as quarantine:
        brought = [one for file in files for one in _unpacked(quarantine, file)]
        draft = _settled(desk, brought, values)
        with desk.backend.writing() as session:
            dataset, version = service.bring(session, desk.actor, draft, 0, brought)
            _say_whose(session, desk, dataset, version)
            if version.state != BROUGHT:
                return version.id, version.job_id if version.state == "reading" else None
            job = enqueue_reading(session, desk.actor, dataset, version, {})
            return version.id, job.id


def _settled(desk: Desk, brought: Sequence[service.Brought], values: Mapping[str, str]) -> HandoverDraft:
    """What is said of the files, and which hand-over they continue.

    Small files that are no survey are refused before anything is noted; large ones are refused by their job.
    """
    with desk.backend.reading() as session:
        draft = _draft(session, values)
        options = _options(session, draft)
    tables = try_out(desk.settings, brought)
    if tables and (questions := intake.look(tables, options).questions):
        raise RefusedError(questions)
    return continuing.settle(desk.backend, desk.settings, desk.actor, draft, brought, tables)


def _say_whose(session: Session, desk: Desk, dataset: Dataset, version: SurveyVersion) -> None:
    """Say that files of these names were taken for a hand-over of their own, and how that is told otherwise."""
    for other in continuing.twins_of(session, desk.actor, dataset, version):
        say(
            msg(
                "Files of the same names came before as %(other)s, with other points. These are a hand-over of their "
                "own, %(number)s. If they are the next version of the earlier one, say --replaces %(other)s.",
                other=other.number,
                number=dataset.number,
            )
        )


def _unpacked(quarantine: ContentStore, file: Path) -> list[service.Brought]:
    with file.open("rb") as stream:
        return unpacked(quarantine, stream, file.name, LIMITS.file_bytes)


def _accept(desk: Desk, version_id: int, *, although_elsewhere: bool) -> bool:
    """A survey without errors goes into the archive at once: whoever imports here has all rights.

    True if it waits because it lies elsewhere than what it would replace, and nobody named that.
    """
    with desk.backend.writing() as session:
        version = session.get_one(SurveyVersion, version_id)
        if version.state != IN_TRANSFER or version.errors:
            return False
        if not although_elsewhere and queries.accepted_elsewhere(session, version) is not None:
            return True
        dataset = session.get_one(Dataset, version.dataset_id)
        service.accept(session, desk.actor, dataset, version, although_elsewhere=although_elsewhere)
        return False


def _elsewhere(dataset: Dataset, version: SurveyVersion) -> dict[str, Any]:
    """Why a survey without errors was not accepted, and the two ways out."""
    sentence = msg(
        "Version %(n)d of %(number)s was read and not accepted: it lies elsewhere than the version that it would "
        "replace. If it is to replace it, say --replaces %(number)s; if it is a hand-over of its own, say "
        "--replaces new.",
        n=version.number,
        number=dataset.number,
    )
    return _refusal("accept.elsewhere", sentence)


def _answer_version(desk: Desk, version_id: int, is_elsewhere: bool) -> None:
    with desk.backend.reading() as session:
        version = session.get_one(SurveyVersion, version_id)
        dataset = session.get_one(Dataset, version.dataset_id)
        marks = queries.false_alarms(session, version.dataset_id)
        found = queries.findings(session, version.id, most=None)
        answer(
            {
                "points": version.points,
                "segments": version.segments,
                "problems": [
                    *([_elsewhere(dataset, version)] if is_elsewhere else []),
                    *(_kept(one) for one in found if one.fingerprint not in marks),
                ],
                "accepted": version.state == ACCEPTED,
                "version": version.number,
                "handover": dataset.number,
            }
        )
    if version.errors or is_elsewhere:
        raise SystemExit(PROBLEMS)


def _kept(found: KeptFinding) -> dict[str, Any]:
    return {
        "rule": found.rule,
        "severity": found.severity,
        "table": found.source or found.table,
        "row": found.row,
        "element": found.element,
        "message": presenting.sentence_of(found),
    }


@pipelines_group.command("query")
@click.option("--bbox", default="", help="West,south,east,north in the metres or degrees of --crs.")
@click.option("--polygon", type=FILE, help="A GeoJSON polygon in the coordinates of --crs.")
@click.option("--crs", required=True, help="EPSG:4547 and the like, or the name of the office's plane system.")
@click.option("--kind", default="", help="Kinds as JS,PS or JS/JP, separated by commas.")
@click.option("--clip", is_flag=True, help="Count, and write, only what lies inside.")
@click.option("--format", "form", type=click.Choice(sorted(FORMAT_LABELS)), help="Write the same selection so.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="The file to write.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON (the default; kept for scripts).")
@click.pass_obj
def query_command(
    desk: Desk,
    bbox: str,
    polygon: Path | None,
    crs: str,
    kind: str,
    clip: bool,
    form: str | None,
    out: Path | None,
    as_json: bool,  # noqa: ARG001
) -> None:
    """Find the lines of an area: how many, how long, by kind, and their ids; write them to a file if one is named."""
    if bool(bbox) == bool(polygon):
        raise click.UsageError("Say either --bbox or --polygon.")
    if bool(form) != bool(out):
        raise click.UsageError("--format and --out go together.")
    if out is not None:
        _check_place(out)
    with desk.backend.reading() as session:
        outline = _outline(session, bbox, polygon, crs)
        found = _found(session, desk, outline, _kinds(kind), clip)
    if form and out:
        found["written"] = _write(desk, outline, _kinds(kind), ExportDraft(format=form, clip=clip, reason=REASON), out)
    answer(found)


def _check_place(out: Path) -> None:
    """Whether a file can be written there, before a number is taken for it. Raises RefusedError."""
    if not out.parent.is_dir():
        sentence = msg("There is no folder %(name)s.", name=str(out.parent))
    elif not os.access(out if out.exists() else out.parent, os.W_OK):
        sentence = msg("%(name)s may not be written.", name=str(out))
    else:
        return
    raise RefusedError([Problem("file.out", sentence, "out")])


def _found(
    session: Session, desk: Desk, outline: areas.Shape, kinds: list[tuple[str, str]] | None, clip: bool
) -> dict[str, Any]:
    """The figures of an area by class, and the numbers of its lines."""
    where = where_for(session, desk.actor, kinds=kinds)
    figures = asking.figures(session, desk.actor, Area(outline), where, ("major", "minor"), clip=clip)
    by_kind: dict[str, dict[str, Any]] = {}
    for row in figures.rows:
        sums = by_kind.setdefault(str(row.values["major"]), {"segments": 0, "length_m": 0.0})
        sums["segments"] += row.count
        sums["length_m"] = round(sums["length_m"] + row.length, 3)
    ids = store_of(session).ids(session.connection(), Area(outline), where)
    return {
        "segments": figures.count,
        "length_m": round(figures.length, 3),
        "by_kind": by_kind,
        "ids": ids.tolist(),
    }


def _write(
    desk: Desk, outline: areas.Shape, kinds: list[tuple[str, str]] | None, draft: ExportDraft, out: Path
) -> dict[str, Any]:
    """Write the selection as a numbered copy; the audit notes it."""
    with desk.backend.writing() as session:
        area = areas.save_area(session, desk.actor, "command", outline)
        where = where_for(session, desk.actor, kinds=kinds)
        given = giving.give_to_file(session, desk.actor, area, where, draft, out)
        return {"file": str(out), "number": given.number, "segments": given.segments, "sha256": given.sha256}


def _outline(session: Session, bbox: str, polygon: Path | None, crs: str) -> areas.Shape:
    system = system_named(session, crs)
    if polygon is not None:
        try:
            return areas.shape_from(session, orjson.loads(polygon.read_bytes()), system)
        except orjson.JSONDecodeError:
            raise RefusedError([Problem("area.unreadable", areas.WORDS["unreadable"], "polygon")]) from None
    try:
        west, south, east, north = (float(side) for side in bbox.split(","))
    except ValueError:
        sentence = msg("A box is written as four numbers: west,south,east,north.")
        raise RefusedError([Problem("area.box", sentence, "bbox")]) from None
    return areas.box_from(session, (west, south, east, north), system)


def _kinds(text: str) -> list[tuple[str, str]] | None:
    if not text:
        return None
    found = []
    for written in filter(None, (part.strip() for part in text.split(","))):
        kind = kind_from(written, standard())
        if kind is None:
            sentence = msg("There is no kind of line %(kind)s.", kind=written)
            raise RefusedError([Problem("kind.unknown", sentence, "kind")])
        found.append(kind)
    return found


@pipelines_group.command("list")
@click.pass_obj
def list_command(desk: Desk) -> None:
    """The hand-overs with their newest version."""
    with desk.backend.reading() as session:
        shown = queries.handovers(session, desk.actor, queries.HandoverFilter()).rows
        newest = queries.newest_versions(session, desk.actor, shown)
        answer(
            [
                {"number": row.number, "name": row.name, "version": version.number, "state": version.state}
                for row in shown
                if (version := newest.get(row.id)) is not None
            ]
        )
