"""A province with a city that filed, two people of the authority, and a scheme in force."""

from typing import Any

import pytest

from archives.core.actors import Actor, Role
from archives.core.backend import Backend
from archives.facilities.grading import queries, scheme_service
from archives.facilities.grading.content import Content
from archives.facilities.grading.models import GradeScheme
from tests.facilities.filing.conftest import BARE, CITY, LAST_YEAR, PROVINCE, bring
from tests.visitors import SignInAs, Visitor

HEAD = {"code": "trial", "name": "试行考评办法", "total": "10", "assessors_least": "5", "assessors_most": "7"}
ITEMS = (
    {"wording": "技术人员", "points": "4", "evidence": "名册", "formula": "technical_staff / staff >= 80%"},
    {"wording": "局域网", "points": "2.5", "formula": "lan"},
    {"wording": "制度", "points": "3.5", "evidence": "制度汇编"},
)
GRADES: tuple[dict[str, Any], ...] = (
    {"name": "一级", "least": "9", "national": "first"},
    {"name": "二级", "least": "7.5"},
)


def write_scheme(backend: Backend, actor: Actor, **changed: Any) -> int:
    """A scheme in force: the items in two groups, and two grades."""
    with backend.writing() as session:
        made = scheme_service.write(session, actor, {**HEAD, **changed})
        for at, name in enumerate(("人员", "设施")):
            scheme_service.put_group(session, actor, made, {"name": name}, str(made.version))
            group = content(made).groups[-1].key
            for item in ITEMS[2 * at : 2 * at + 2]:
                scheme_service.put_item(session, actor, made, item, str(made.version), group=group)
        for grade in () if changed.get("is_partial") else GRADES:
            scheme_service.put_grade(session, actor, made, grade, str(made.version))
        scheme_service.put_in_force(session, actor, made, str(made.version))
        return made.id


def content(scheme: GradeScheme) -> Content:
    """What a scheme says."""
    return scheme_service.content_of(scheme)


@pytest.fixture
def region(backend: Backend, operator: Actor) -> Backend:
    """A province, a city with an archives that filed for 2024, a county with nothing."""
    bring(backend, operator, PROVINCE, CITY, BARE)
    bring(backend, operator, LAST_YEAR)
    return backend


@pytest.fixture
def scheme(region: Backend, operator: Actor) -> int:
    """The id of a scheme in force."""
    return write_scheme(region, operator)


@pytest.fixture
def keys(region: Backend, operator: Actor, scheme: int) -> list[str]:
    """The keys of its three items."""
    with region.reading() as session:
        return [item.key for item in content(queries.scheme(session, operator, scheme)).items]


@pytest.fixture
def chief(region: Backend, sign_in_as: SignInAs) -> Visitor:
    """Another of the authority, who approves."""
    return sign_in_as(Role.AUTHORITY, name="钱审批")
