"""The verbs of giving out: ask for an area's lines in a format, write the file, note what went to whom.

The asking is one small transaction, which takes the copy number and counts the ground; the file is written without
the database's write lock, at once or by the worker, and noted at the end with its digest.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy.orm import Session

from archives.accounts.rules import CLEARANCES
from archives.config import Settings
from archives.core import office
from archives.core.actors import Actor
from archives.core.audit import Subject, record
from archives.core.backend import Backend
from archives.core.clock import now, today
from archives.core.errors import NotFoundError, RefusedError
from archives.core.files import ContentStore, Stored
from archives.core.jobs import JobKind, Work, enqueue
from archives.core.language import current_language, msg
from archives.core.numbering import fill, next_number
from archives.core.permissions import require
from archives.pipelines import queries
from archives.pipelines.actions import EXPORT
from archives.pipelines.areas.service import area_by_id, asked, geometry_of
from archives.pipelines.drafts import ExportDraft, LineFilter
from archives.pipelines.giving import queries as giving_queries
from archives.pipelines.giving.formats import FORMATS, write_format
from archives.pipelines.giving.rules import COUNTED, KEPT, LARGE, Quota, check_giving, quota_of
from archives.pipelines.giving.selecting import Selection, select_lines, without_heights
from archives.pipelines.lines import store_of, where_of
from archives.pipelines.models import GivenOut, SavedArea
from archives.pipelines.sheets.queries import secrecy_names
from archives.pipelines.systems import plane_of
from gis.export.columns import Marks
from gis.store.contract import Where

Payload = dict[str, Any]
"""What the worker needs: the export's id, the choices and the conditions."""


def store_of_files(settings: Settings) -> ContentStore:
    """Where the files lie until they are fetched."""
    return ContentStore(settings.data / "given_out")


def quota_for(session: Session, actor: Actor, area: SavedArea) -> Quota | None:
    """What the actor may still take out, and what the area would take; None for who stands above the table."""
    if actor.account_id is None:
        return None
    taken = giving_queries.shapes_taken(session, actor.account_id, now() - COUNTED)
    return quota_of(office.decided_number(session, "export_quota_km2"), taken, geometry_of(area))


def count_of(session: Session, actor: Actor, area: SavedArea, wanted: LineFilter) -> int:
    """How many lines would be given out."""
    require(actor, EXPORT)
    return len(store_of(session).ids(session.connection(), asked(area), where_of(session, actor, wanted)))


def ask(
    session: Session, actor: Actor, area: SavedArea, draft: ExportDraft, wanted: LineFilter
) -> tuple[GivenOut, Payload]:
    """Take a copy number and the ground for an export that is yet to be written. Raises RefusedError.

    The number's sequence is locked first, so that of two who ask at once the second counts what the first was given.
    """
    require(actor, EXPORT)
    number = _next_number(session)
    segments = count_of(session, actor, area, wanted)
    problems = check_giving(draft, segments, quota_for(session, actor, area))
    if problems:
        raise RefusedError(problems)
    given = _noted(session, actor, area, draft, number, segments)
    payload = {"given": given.id, "draft": draft.model_dump(mode="json"), "filter": wanted.model_dump(mode="json")}
    if segments > LARGE:
        subject = (giving_queries.SUBJECT, given.id)
        enqueue(session, actor, GIVE_OUT, subject=subject, language=current_language(), payload=payload)
    return given, payload


def _noted(session: Session, actor: Actor, area: SavedArea, draft: ExportDraft, number: str, segments: int) -> GivenOut:
    """The copy in the log of what was given out."""
    given = GivenOut(
        number=number,
        account_id=actor.account_id,
        actor=actor.name,
        format=draft.format,
        area_id=area.id,
        square_metres=area.square_metres,
        segments=segments,
        reason=draft.reason,
        at=now(),
    )
    session.add(given)
    session.flush()
    return given


def _next_number(session: Session) -> str:
    year = today().year
    sequence = next_number(session, f"pipeline_export/{year}")
    return fill(office.decided(session, "export_number"), {"year": year, "seq": sequence})


def is_large(given: GivenOut) -> bool:
    """Whether the worker writes the file."""
    return given.segments > LARGE


def carry_out(backend: Backend, settings: Settings, actor: Actor, payload: Payload) -> None:
    """Write the file of an export that was asked for, keep it, and note its digest. Can be done twice."""
    draft, wanted = ExportDraft(**payload["draft"]), LineFilter(**payload["filter"])
    files = store_of_files(settings)
    with TemporaryDirectory() as folder:
        target = Path(folder) / f"export.{FORMATS[draft.format].ending}"
        with backend.reading() as session:
            given = session.get_one(GivenOut, payload["given"])
            segments = _write(session, actor, given, draft, wanted, target)
        with target.open("rb") as stream:
            stored = files.add(stream)
    with backend.writing() as session:
        _note(session, actor, payload["given"], draft, wanted, stored, segments)
    forget_old(files)


def give_to_file(
    session: Session, actor: Actor, area: SavedArea, where: Where, draft: ExportDraft, target: Path
) -> GivenOut:
    """Write a selection to a file of the operator's own, numbered, marked and audited as every copy is.

    Raises RefusedError.
    """
    require(actor, EXPORT)
    number = _next_number(session)
    chosen = select_lines(session, actor, geometry_of(area), where, clip=draft.clip)
    problems = check_giving(draft, len(chosen.segments), quota_for(session, actor, area))
    if problems:
        raise RefusedError(problems)
    marks = marks_of(session, actor, number, chosen)
    write_format(draft.format, chosen.points, chosen.segments, target, plane_of(session).epsg or 0, marks)
    given = _noted(session, actor, area, draft, number, len(chosen.segments))
    with target.open("rb") as stream:
        given.sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    told = {"format": draft.format, "area": area.id, "segments": given.segments, "sha256": given.sha256}
    record(session, actor, "pipelines.given_out", _subject(given), None, **told, file=target.name)
    return given


def _write(
    session: Session, actor: Actor, given: GivenOut, draft: ExportDraft, wanted: LineFilter, target: Path
) -> int:
    area = session.get_one(SavedArea, given.area_id)
    where = where_of(session, actor, wanted)
    chosen = select_lines(session, actor, geometry_of(area), where, clip=draft.clip)
    if draft.without_depth:
        chosen = without_heights(chosen)
    plane = plane_of(session)
    marks = marks_of(session, actor, given.number, chosen)
    write_format(draft.format, chosen.points, chosen.segments, target, plane.epsg or 0, marks)
    return len(chosen.segments)


def marks_of(session: Session, actor: Actor, number: str, chosen: Selection) -> Marks:
    """What the copy carries: its number, who has it and since when, how secret it is, and its plane system."""
    plane = plane_of(session)
    rank = rank_of(session, chosen)
    taker = str(msg("Given to %(name)s on %(day)s", name=actor.name, day=today().isoformat()))
    return Marks(
        copy_no=number,
        watermark=f"{office.decided(session, 'institution')} · {taker}",
        secrecy=secrecy_names(session).get(rank) or str(CLEARANCES[rank]),
        described=" · ".join(filter(None, (plane.name, plane.central_meridian, plane.height_datum))),
    )


def rank_of(session: Session, chosen: Selection) -> int:
    """The highest secrecy of what was chosen: of its hand-overs and of its kinds."""
    segments = chosen.segments
    versions = sorted({int(version) for version in segments.columns["version_id"]})
    labels = queries.labels_of_versions(session, versions)
    kinds = set(zip(segments.text("major"), segments.text("minor"), strict=True))
    decided = queries.kind_secrecies(session)
    ranks = [decided.get(kind, 0) for kind in {*kinds, *((major, "") for major, _ in kinds)}]
    return max([0, *ranks, *(dataset.secrecy for dataset, _ in labels.values())])


def _note(
    session: Session,
    actor: Actor,
    given_id: int,
    draft: ExportDraft,
    wanted: LineFilter,
    stored: Stored,
    segments: int,
) -> None:
    """Note what was given, once; the audit keeps the conditions too."""
    given = session.get_one(GivenOut, given_id, with_for_update=True)
    if given.sha256:
        return
    _take_ground_again(session, actor, given, draft)
    given.sha256 = stored.sha256
    conditions = {name: value for name, value in wanted.model_dump(mode="json").items() if value not in {"", None}}
    record(
        session,
        actor,
        "pipelines.given_out",
        _subject(given),
        format=draft.format,
        area=given.area_id,
        square_metres=given.square_metres,
        segments=segments,
        clipped=draft.clip,
        without_depth=draft.without_depth,
        conditions=conditions,
        reason=draft.reason,
        sha256=stored.sha256,
        bytes=stored.size,
    )


def _take_ground_again(session: Session, actor: Actor, given: GivenOut, draft: ExportDraft) -> None:
    """An export that failed gave its ground back; one that is tried again needs it again. Raises RefusedError."""
    if given.square_metres:
        return
    area = session.get_one(SavedArea, given.area_id)
    problems = check_giving(draft, given.segments, quota_for(session, actor, area))
    if problems:
        raise RefusedError(problems)
    given.square_metres = area.square_metres


def _subject(given: GivenOut) -> Subject:
    return Subject(giving_queries.SUBJECT, given.id, given.number)


def forget_old(files: ContentStore) -> None:
    """Delete what was written longer ago than files are kept."""
    limit = (now() - KEPT).timestamp()
    for path in files.root.rglob("*"):
        if path.is_file() and path.stat().st_mtime < limit:
            path.unlink(missing_ok=True)


def fail(session: Session, actor: Actor, given_id: int) -> None:
    """An export whose file could not be written took no ground; its number stays."""
    given = session.get_one(GivenOut, given_id)
    if given.sha256 or not given.square_metres:
        return
    given.square_metres = 0.0
    record(session, actor, "pipelines.giving_failed", _subject(given))


def file_of(session: Session, settings: Settings, actor: Actor, given_id: int) -> tuple[GivenOut, Path]:
    """The file of an export, for who asked for it and nobody else. Raises NotFoundError."""
    given = giving_queries.given_by_id(session, actor, given_id)
    if not is_own(actor, given) or not given.sha256:
        raise NotFoundError
    return given, store_of_files(settings).path(given.sha256)


def is_own(actor: Actor, given: GivenOut) -> bool:
    """Whether the actor asked for it."""
    return given.account_id == actor.account_id


def area_for(session: Session, actor: Actor, area_id: int) -> SavedArea:
    """An area that may be given out of. Raises NotFoundError and ForbiddenError."""
    require(actor, EXPORT)
    return area_by_id(session, actor, area_id)


def _run(work: Work) -> dict[str, Any]:
    total = 2
    work.progress(0, total)
    carry_out(work.backend, work.settings, work.actor, work.payload)
    work.progress(total, total)
    return {"given": work.payload["given"]}


def _give_up(session: Session, payload: Mapping[str, Any]) -> None:
    given = session.get_one(GivenOut, payload["given"])
    if not given.sha256:
        given.square_metres = 0.0


GIVE_OUT = JobKind("pipelines.give_out", "Write a pipeline export", _run, _give_up)
