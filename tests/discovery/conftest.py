"""A project with its records, saved through a session that keeps the index in step."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy.orm import Session

from archives.catalogue.models import IN_TRANSFER, Item, Volume
from archives.config import SEARCHES, Settings
from archives.core.actors import Actor
from archives.core.backend import Backend
from archives.core.clock import now
from archives.discovery.asking import Search, Wish
from archives.discovery.engines import index_of
from archives.discovery.words import words_of
from archives.organisations.models import Organisation
from archives.projects.models import Project, UnitWorks
from archives.reference.service import sync

Find = Callable[..., list[str]]


@pytest.fixture
def kept(backend: Backend, operator: Actor) -> Backend:
    """An instance with one project: client, unit works, volume, item."""
    with backend.writing() as session:
        sync(session, operator)
        client = Organisation(name="江城燃气公司", name_key="江城燃气公司", created_at=now())
        session.add(client)
        session.flush()
        project = Project(
            code="2026-0001",
            name="滨江路道路工程",
            client_id=client.id,
            works_type="road",
            class_code="E1",
            address="江城市滨江路",
            district="江南区",
            completed_on=date(2026, 5, 1),
            created_at=now(),
        )
        session.add(project)
        session.flush()
        session.add(UnitWorks(project_id=project.id, code="01", name="主线", works_type="road", created_at=now()))
        volume = Volume(
            project_id=project.id,
            volume_no="001",
            sort_key="001",
            title="竣工图",
            class_code="E1",
            retention="permanent",
            secrecy=0,
            state=IN_TRANSFER,
            created_at=now(),
        )
        session.add(volume)
        session.flush()
        session.add(
            Item(project_id=project.id, volume_id=volume.id, sequence=1, title="路面结构图", document_no="竣-01")
        )
    return backend


@pytest.fixture(params=SEARCHES)
def find(request: pytest.FixtureRequest, kept: Backend, settings: Settings, operator: Actor) -> Find:
    """`find("滨江", actor)`: the kinds of the hits, as one who comes afterwards sees them; with either engine."""
    settings = replace(settings, search=request.param)

    def answer(typed: str, actor: Actor = operator, session: Session | None = None) -> list[str]:
        if session is None:
            with kept.reading() as fresh:
                return answer(typed, actor, fresh)
        search = Search(session, actor, index_of(session, settings), words_of(session))
        return sorted(hit.kind for hit in search.answer(Wish(typed, size=100)).result.hits)

    return answer
