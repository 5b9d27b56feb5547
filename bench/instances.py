"""Scratch instances to measure on: made with the project's own migrations, services and generated records."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

from archives.catalogue.drafts import ItemDraft, VolumeDraft
from archives.catalogue.intake import CatalogueFacts, Listed, plan
from archives.catalogue.queries import catalogue_facts
from archives.catalogue.service import receive
from archives.config import Settings
from archives.core.actors import local_operator
from archives.core.backend import Backend, open_backend
from archives.core.drafts import read
from archives.demo.records import Raw, Works, volumes_of
from archives.projects import service as projects
from archives.projects.models import Project
from archives.projects.queries import by_code, reader
from archives.reference.service import sync
from archives.reference.vocabularies import vocabularies
from archives.schema import migrate

OPERATOR = local_operator("bench")
MAKERS = {"client": "示例建设单位", "supervisor": "示例监理单位", "contractor": "示例施工单位"}
STARTED, ENDED = date(2010, 1, 1), date(2012, 1, 1)


@dataclass(frozen=True, slots=True)
class Instance:
    """A database with its national tables."""

    settings: Settings
    backend: Backend

    def add_projects(self, *codes: str) -> None:
        """Register invented projects."""
        with self.backend.writing() as session:
            reading = reader(session)
            entries = [reading.project(_project(code)) for code in codes]
            receipt = projects.receive(session, OPERATOR, entries)
        if receipt.refused:
            raise ValueError(str(receipt.problems))

    def fill(self, code: str, volumes: int) -> None:
        """Give a project volumes with their items, as a list would bring them."""
        with self.backend.writing() as session:
            project = by_code(session, OPERATOR, code)
            facts = catalogue_facts(session, OPERATOR, project)
            known = vocabularies(session, "retention", "secrecy", "medium")
            made = volumes_of(works_of(project), volumes, Random(code))
            rows = list(made)
            listed = [Listed(read(VolumeDraft, volume, known).draft) for volume, _ in rows]
            items = [Listed(read(ItemDraft, item, known).draft) for _, inside in rows for item in inside]
            receive(session, OPERATOR, facts, plan(listed, items, facts))

    def facts(self, code: str) -> CatalogueFacts:
        """What a list of the project is checked against."""
        with self.backend.reading() as session:
            return catalogue_facts(session, OPERATOR, by_code(session, OPERATOR, code))


@contextmanager
def scratch_instance() -> Iterator[Instance]:
    """A new instance in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="chengdang-bench-") as folder:
        settings = Settings(data=Path(folder))
        backend = open_backend(settings)
        migrate(backend)
        with backend.writing() as session:
            sync(session, OPERATOR)
        try:
            yield Instance(settings, backend)
        finally:
            backend.close()


def works_of(project: Project) -> Works:
    """The invented works of a project."""
    return Works(project.name, MAKERS, STARTED, ENDED)


def raw_rows(rows: int) -> tuple[list[Raw], list[Raw]]:
    """Volumes and items of one invented works, `rows` of both together or a few more."""
    volumes: list[Raw] = []
    items: list[Raw] = []
    for volume, inside in volumes_of(Works("示例工程", MAKERS, STARTED, ENDED), rows // 8, Random(1)):
        volumes.append(volume)
        items += inside
        if len(volumes) + len(items) >= rows:
            break
    return volumes, items


def _project(code: str) -> dict[str, object]:
    return {
        "code": code,
        "name": f"示例工程{code}",
        "works_type": "building",
        "client": f"示例建设单位{code}",
        "address": "示例路1号",
    }
