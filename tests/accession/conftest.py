"""An archives with one client's project to bring lists of, another client's beside it, and hands to bring them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archives.accession import service
from archives.accession.jobs import check_file, enqueue_take
from archives.accession.models import ReceivedFile, Transfer, TransferList
from archives.catalogue.models import ARRIVING, ElectronicFile, Item, Volume
from archives.core.actors import Actor, local_operator
from archives.core.audit import AuditEntry
from archives.core.db import Base
from archives.core.files import ContentStore
from archives.core.history import Revision
from archives.core.jobs import Job, Worker
from archives.features import REGISTRY
from archives.projects.models import Project
from archives.reference.service import sync
from archives.web.application import Application
from tests.procedure.conftest import registered
from tests.visitors import Visitor

CODE, OTHER = "2026-0001", "2026-0002"
OPERATOR = local_operator("test")
Answer = Any


@dataclass
class Office:
    """The archives, with short ways to do what the tests do often."""

    app: Application
    project: Project
    other: Project

    @property
    def quarantine(self) -> ContentStore:
        """Where uploads wait."""
        return self.app.quarantine

    @property
    def address(self) -> str:
        """The page of the project's transfer."""
        return f"/projects/{self.project.code}/transfer"

    def worker(self) -> Worker:
        """A worker of this archives."""
        return Worker(self.app.backend, self.app.settings, REGISTRY.job_kinds)

    def bring(self, path: Path, *, sound_only: bool = False, actor: Actor = OPERATOR) -> tuple[int, int]:
        """Bring a list and have it taken in, but not yet by anybody; the ids of the list and the job."""
        with path.open("rb") as stream:
            stored = self.quarantine.add(stream)
        with self.app.backend.writing() as session:
            project = session.get_one(Project, self.project.id)
            brought = service.bring_list(session, actor, project, stored, path.name, "")
            _, made = check_file(session, self.app.settings, actor, project, path, path.name, "")
            service.keep_check(session, brought, made)
            job = enqueue_take(session, actor, project, brought, sound_only)
        return brought.id, job.id

    def take(self, path: Path, *, sound_only: bool = False) -> TransferList:
        """Bring a list and take it in."""
        list_id, job_id = self.bring(path, sound_only=sound_only)
        assert self.worker().run_one(job_id)
        return self.brought(list_id)

    def brought(self, list_id: int) -> TransferList:
        """A list as it is now."""
        with self.app.backend.reading() as session:
            return session.get_one(TransferList, list_id)

    def job(self, job_id: int) -> Job:
        """A job as it is now."""
        with self.app.backend.reading() as session:
            return session.get_one(Job, job_id)

    def volumes(self) -> list[Volume]:
        """The project's volumes that people can see."""
        with self.app.backend.reading() as session:
            wanted = select(Volume).where(Volume.project_id == self.project.id, Volume.state != ARRIVING)
            return list(session.scalars(wanted.order_by(Volume.sort_key)))

    def counts(self) -> dict[str, int]:
        """How many rows everything has that an upload could leave behind, and how many files."""
        tables: tuple[type[Base], ...] = (
            Transfer, TransferList, ReceivedFile, Volume, Item, ElectronicFile, Job, AuditEntry, Revision
        )  # fmt: skip
        with self.app.backend.reading() as session:
            found = {table.__tablename__: _count(session, table) for table in tables}
        return found | {store.name: _files_in(store) for store in (self.quarantine.root, self.app.files.root)}


def _count(session: Session, table: type[Base]) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def _files_in(folder: Path) -> int:
    return sum(path.is_file() for path in folder.rglob("*"))


@pytest.fixture
def office(app: Application) -> Office:
    """The archives on the test's own instance."""
    return open_office(app)


def open_office(app: Application) -> Office:
    """National tables and two projects of two clients."""
    with app.backend.writing() as session:
        sync(session)
        project, other = registered(session, CODE), registered(session, OTHER)
        assert project.client.id != other.client.id
    return Office(app, project, other)


Upload = Callable[..., Answer]


def upload(visitor: Visitor, address: str, name: str, content: bytes, more: Mapping[str, str] | None = None) -> Answer:
    """Send one file through a page's form: a list to …/lists, electronic files to …/files."""
    field = address.rpartition("/")[2].replace("lists", "list")
    answer = visitor.send(address, {field: (BytesIO(content), name), **(more or {})})
    answer.request.environ["wsgi.input"].close()  # the browser's own copy of a large upload
    return answer
