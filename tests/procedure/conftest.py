"""A registered project with its parties and permits, the people of a small archives, and a desk to work at."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from archives.core import clock
from archives.core.actors import TOP_CLEARANCE, Actor, Role
from archives.core.files import ContentStore
from archives.core.registry import Registry
from archives.organisations.models import Organisation
from archives.procedure import service
from archives.procedure.models import Step
from archives.projects.models import Party, Permit, Project, UnitWorks
from archives.reference.service import sync


def person(number: int, role: Role, organisation_id: int | None = None) -> Actor:
    """Somebody with one role."""
    return Actor("account", f"{role.value} {number}", number, frozenset({role}), organisation_id, TOP_CLEARANCE)


COUNTER = person(1, Role.COUNTER)
GUIDE = person(2, Role.GUIDANCE)
CHECKER = person(3, Role.CHECKER)
REVIEWER = person(4, Role.REVIEWER)
DIRECTOR = person(5, Role.DIRECTOR)
STACKS = person(6, Role.STACKS)
AUTHORITY = person(7, Role.AUTHORITY)


@dataclass
class Desk:
    """A project in work: `desk(actor, move, **facts)` makes a move."""

    session: Session
    project: Project
    files: ContentStore
    registry: Registry = field(default_factory=Registry)

    def __call__(self, actor: Actor, name: str, **facts: object) -> Step:
        """Make a move."""
        return service.move(self.session, actor, self.project, name, facts, self.registry, self.files)


def registered(session: Session, code: str = "2026-0001", **values: Any) -> Project:
    """A project as registration leaves it."""
    client = Organisation(name=f"江城建设投资公司{code}", name_key=f"江城建设投资公司{code}", created_at=clock.now())
    session.add(client)
    session.flush()
    given: dict[str, Any] = {"name": "江城图书馆工程", "works_type": "building", "acceptance": "pre"} | values
    project = Project(
        code=code,
        class_code="E1",
        client_id=client.id,
        address="江城市文化路1号",
        created_at=clock.now(),
        **given,
    )
    session.add(project)
    session.flush()
    session.add(Party(project_id=project.id, role="client", organisation_id=client.id))
    session.add(Permit(project_id=project.id, kind="planning_permit", number="建字第2026001号"))
    session.add(UnitWorks(project_id=project.id, code="01", name="主楼", works_type="building", created_at=clock.now()))
    session.flush()
    return project


@pytest.fixture
def reference(session: Session) -> None:
    """The national tables."""
    sync(session)


@pytest.fixture
def desk(session: Session, reference: None, tmp_path: Path) -> Desk:
    """A newly registered project with separate acceptance."""
    return Desk(session, registered(session), ContentStore(tmp_path / "files"))


@pytest.fixture
def joint(session: Session, reference: None, tmp_path: Path) -> Desk:
    """A newly registered project with joint acceptance."""
    return Desk(session, registered(session, acceptance="joint"), ContentStore(tmp_path / "files"))


@pytest.fixture
def client_of(session: Session) -> Callable[[Desk], Actor]:
    """The client's own person of a project."""
    return lambda desk: person(20, Role.CLIENT, desk.project.client_id)


def to_received(desk: Desk) -> None:
    """Take a project as far as the check."""
    today = clock.today()
    desk(COUNTER, "commit", on=today, head="李主任", clerk="王资料员")
    desk(COUNTER, "notify", contact="赵指导")
    desk(GUIDE, "collect")
    application = {"volumes": 12, "text_volumes": 8, "drawing_volumes": 4, "contact": "王资料员", "phone": "0101"}
    desk(COUNTER, f"apply_{desk.project.acceptance}", **application)
    desk(COUNTER, "receive", materials="案卷目录\n竣工图")


def to_passed(desk: Desk) -> None:
    """Take a project through the check."""
    to_received(desk)
    desk(CHECKER, "check", opinion="齐全")
    desk(REVIEWER, "review", opinion="同意")
    desk(DIRECTOR, f"pass_{desk.project.acceptance}", opinion="准予通过")


def to_completed(desk: Desk, on: date) -> None:
    """Take a project to completion acceptance."""
    to_passed(desk)
    desk(COUNTER, "complete", on=on)


def to_conforming(desk: Desk) -> None:
    """Take a project to the hand-over."""
    to_completed(desk, clock.today())
    desk(COUNTER, "file_record", on=clock.today(), number="备2026-1")
    desk(COUNTER, "apply_transfer", volumes=12, contact="王资料员", phone="0101")
    desk(CHECKER, "check_conformity", opinion="相符")
    desk(REVIEWER, "review_conformity", opinion="同意")
    desk(DIRECTOR, "approve_conformity", opinion="同意接收")
