"""The national tables, people of every kind, and projects to look at."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from archives.core.actors import Actor, Role
from archives.organisations.models import Organisation
from archives.organisations.service import resolve
from archives.projects import queries, service
from archives.projects.drafts import ProjectEntry
from archives.reference.service import sync

SMALLEST = {
    "code": "2026-0001",
    "name": "江城图书馆工程",
    "works_type": "building",
    "client": "江城建设投资有限公司",
    "address": "江城市文化路1号",
}
"""As few fields as a project may have."""

FULL = SMALLEST | {
    "class_code": "I3",
    "agent": "江城代建中心",
    "surveyor": "江城勘察院",
    "designer": "江城建筑设计院",
    "contractors": "江城第一建筑公司；江城安装公司",
    "supervisor": "江城监理公司",
    "approval_no": "江发改〔2025〕12号",
    "planning_permit": "建字第2026001号；建字第2026002号",
    "construction_permit": "3201002026010101",
    "district": "文化区",
    "coordinates": "117°13′30″, 31°48′20″",
    "scale": "large",
    "key_level": "municipal",
    "secrecy": "internal",
    "planned_start": "2025-03-01",
    "started_on": "2025-03-15",
    "contact": "张三",
    "phone": "0551-6280 0000",
    "acceptance": "pre",
    "note": "一期",
}

Enter = Callable[..., ProjectEntry]


def person(*roles: Role, organisation_id: int | None = None, clearance: int = 4) -> Actor:
    """Somebody with these roles."""
    return Actor("account", "somebody", 1, frozenset(roles), organisation_id, clearance)


@pytest.fixture
def reference(session: Session) -> None:
    """The national tables."""
    sync(session)


@pytest.fixture
def entered(session: Session, reference: None) -> Enter:
    """Reads raw values into an entry, as every door does."""
    return lambda **raw: queries.reader(session).project(SMALLEST | raw)


@pytest.fixture
def library(session: Session, operator: Actor, entered: Enter) -> str:
    """The code of a registered project with everything that a form can say."""
    return service.receive(session, operator, [entered(**FULL)]).codes[0]


@pytest.fixture
def own(session: Session, operator: Actor) -> Organisation:
    """The client of the projects here."""
    name = SMALLEST["client"]
    return resolve(session, operator, [name])[name]
