"""An archives with two clients' projects, a small survey as files, and short ways to bring it and to look at it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, func, select
from sqlalchemy.orm import Session

from archives.core.actors import Actor, local_operator
from archives.core.audit import AuditEntry
from archives.core.db import table_of
from archives.core.jobs import Job, Worker
from archives.core.numbering import NumberSequence
from archives.demo.handover import Style, write_handover
from archives.demo.network import district
from archives.features import REGISTRY
from archives.pipelines.drafts import HandoverDraft
from archives.pipelines.models import (
    STORE,
    Dataset,
    FalseAlarm,
    Finding,
    RuleCount,
    SavedArea,
    StoreSystem,
    SurveyVersion,
)
from archives.pipelines.surveys import service
from archives.pipelines.surveys.continuing import settle
from archives.pipelines.surveys.files import unpacked
from archives.pipelines.surveys.jobs import enqueue_reading
from archives.projects.models import Project
from archives.reference.service import sync
from archives.web.application import Application
from gis.frame import Frame
from gis.survey.model import Survey
from tests.procedure.conftest import registered
from tests.visitors import Visitor

CODE, OTHER = "2026-0001", "2026-0002"
EPSG = 4545
CRS = f"EPSG:{EPSG}"
KINDS = frozenset({"JP", "TR", "WS", "GD"})
OPERATOR = local_operator("test")
Answer = Any


@cache
def street(*, whole: bool = False, column: int = 6) -> Survey:
    """A sound survey of one street: some 70 lines of four kinds; `whole`, some 180 of every kind."""
    return district(1, range(column, column + 1), range(2), frozenset() if whole else KINDS)


def with_cell(frame: Frame, row: int, **cells: object) -> Frame:
    """A table with some cells of one row changed."""
    columns = {name: frame.columns[name].copy() for name in cells}
    for name, value in cells.items():
        columns[name][row] = value
    return frame.with_columns(**columns)


def with_missing_end(survey: Survey, row: int = 0) -> Survey:
    """A line that leads to a point which is not there: an error (L3)."""
    return replace(survey, segments=with_cell(survey.segments, row, end_no="JP99999"))


def shifted(survey: Survey, east: float = 0.0, north: float = 0.0) -> Survey:
    """The survey at another place, in metres."""
    points = survey.points
    moved = points.with_columns(east=points.number("east") + east, north=points.number("north") + north)
    return replace(survey, points=moved)


def files_of(folder: Path, survey: Survey, style: Style = "xlsx") -> list[Path]:
    """The survey as files in a folder of their own, all parts of shapefiles among them."""
    folder = folder / style
    folder.mkdir(parents=True, exist_ok=True)
    write_handover(folder, survey, style)
    return sorted(folder.iterdir())


@dataclass
class Archive:
    """The archives, with short ways to do what the tests do often."""

    app: Application
    project: Project
    other: Project

    def worker(self) -> Worker:
        """A worker of this archives."""
        return Worker(self.app.backend, self.app.settings, REGISTRY.job_kinds)

    def work(self) -> int:
        """Do everything that waits; how many jobs."""
        done, worker = 0, self.worker()
        while worker.run_one():
            done += 1
        return done

    def bring(self, paths: Sequence[Path], *, actor: Actor = OPERATOR, secrecy: int = 0, **draft: Any) -> int:
        """Bring files and have them read, but not yet by anybody; the version's id."""
        values = {"source": "census", "crs": CRS, **draft}
        quarantine = self.app.quarantine
        brought = []
        for path in paths:
            with path.open("rb") as stream:
                brought += unpacked(quarantine, stream, path.name, 1 << 30)
        told = settle(self.app.backend, self.app.settings, actor, HandoverDraft(**values), brought)
        with self.app.backend.writing() as session:
            dataset, version = service.bring(session, actor, told, secrecy, brought)
            enqueue_reading(session, actor, dataset, version, {})
        return version.id

    def read(self, paths: Sequence[Path], **draft: Any) -> SurveyVersion:
        """Bring files and read them: a version in transfer."""
        version_id = self.bring(paths, **draft)
        self.work()
        return self.version(version_id)

    def take(self, folder: Path, survey: Survey, style: Style = "csv", **draft: Any) -> SurveyVersion:
        """Bring a survey, read it, and accept it into the archive."""
        version = self.read(files_of(folder, survey, style), **draft)
        with self.app.backend.writing() as session:
            version = session.get_one(SurveyVersion, version.id)
            service.accept(session, OPERATOR, session.get_one(Dataset, version.dataset_id), version)
        return version

    def version(self, version_id: int) -> SurveyVersion:
        """A version as it is now."""
        with self.app.backend.reading() as session:
            return session.get_one(SurveyVersion, version_id)

    def dataset(self, version: SurveyVersion) -> Dataset:
        """A version's hand-over."""
        with self.app.backend.reading() as session:
            return session.get_one(Dataset, version.dataset_id)

    def job(self, version: SurveyVersion) -> Job:
        """A version's newest job."""
        with self.app.backend.reading() as session:
            return session.get_one(Job, version.job_id)

    def address(self, version: SurveyVersion) -> str:
        """A version's page."""
        return f"/pipelines/surveys/{self.dataset(version).number}/{version.number}"

    def stored(self, version_id: int | None = None) -> tuple[int, int]:
        """How many points and segments the store holds of one version, or of all."""
        with self.app.backend.reading() as session:
            points, segments = (_rows(session, table, version_id) for table in (STORE.point, STORE.segment))
        return points, segments

    def counts(self) -> dict[str, int]:
        """How many rows everything has that a survey could leave behind, and how many files."""
        models = (
            Dataset, SurveyVersion, RuleCount, Finding, FalseAlarm, StoreSystem, SavedArea, Job, AuditEntry,
            NumberSequence,
        )  # fmt: skip
        tables = [*map(table_of, models), STORE.point, STORE.segment, STORE.overview]
        with self.app.backend.reading() as session:
            found = {table.name: _rows(session, table) for table in tables}
        return found | {"files": sum(path.is_file() for path in self.app.quarantine.root.rglob("*"))}


def _rows(session: Session, table: Table, version_id: int | None = None) -> int:
    wanted = select(func.count()).select_from(table)
    return session.scalar(wanted if version_id is None else wanted.where(table.c.version_id == version_id)) or 0


@pytest.fixture
def archive(app: Application) -> Archive:
    """The archives on the test's own instance."""
    return open_archive(app)


def open_archive(app: Application) -> Archive:
    """National tables and two projects of two clients."""
    with app.backend.writing() as session:
        sync(session)
        project, other = registered(session, CODE), registered(session, OTHER)
    return Archive(app, project, other)


def upload(visitor: Visitor, paths: Sequence[Path], **values: str) -> Answer:
    """Send files through the form of a survey that comes."""
    streams = [path.open("rb") for path in paths]
    given = {"source": "census", "crs": CRS, **values}
    files = [(stream, path.name) for stream, path in zip(streams, paths, strict=True)]
    answer = visitor.send("/pipelines/surveys/new", {**given, "files": files})
    for stream in streams:
        stream.close()
    answer.request.environ["wsgi.input"].close()  # the browser's own copy of a large upload
    return answer
