"""Who sees and who may change which project: every role against every project."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from archives.core.actors import STAFF, SYSTEM, Actor, Role
from archives.core.errors import NotFoundError
from archives.organisations.models import Organisation
from archives.projects import queries, service
from archives.projects.actions import ACTIONS, AMEND, IMPORT, REGISTER
from archives.projects.models import Project
from archives.projects.queries import visible_to
from tests.projects.conftest import Enter, person

KEEPERS = {Role.COUNTER, Role.GUIDANCE, Role.CATALOGUER}
ALL = {"open", "secret", "held", "other"}
SEEN: dict[Role, set[str]] = {
    **{role: {"open", "held", "other"} for role in STAFF | {Role.AUTHORITY}},
    Role.ENGINEER: {"held"},
    Role.CLIENT: {"open", "secret", "held"},
    Role.RECORD_CLERK: {"open", "secret", "held"},
    Role.SYSTEM_ADMIN: set(),
    Role.SECURITY_ADMIN: set(),
    Role.AUDIT_ADMIN: set(),
}
"""With clearance for internal records; the client's and the clerk's organisation is the client of the first three."""


@pytest.fixture
def projects(session: Session, operator: Actor, entered: Enter) -> dict[str, Project]:
    """An open one, a secret one, one in the holdings, and one of another client."""
    entries = [
        entered(code="open", name="甲"),
        entered(code="secret", name="乙", secrecy="secret"),
        entered(code="held", name="丙", secrecy="internal"),
        entered(code="other", name="丁", client="别的公司", contractors="江城第一建筑公司"),
    ]
    assert service.receive(session, operator, entries).added == 4
    found = {project.code: project for project in session.scalars(select(Project))}
    found["held"].state = "accessioned"
    session.flush()
    return found


def seen(session: Session, actor: Actor) -> set[str]:
    return set(session.scalars(select(Project.code).where(visible_to(actor))))


def actor_of(role: Role, projects: dict[str, Project], clearance: int = 1) -> Actor:
    own = projects["open"].client_id if role in {Role.CLIENT, Role.RECORD_CLERK} else None
    return person(role, organisation_id=own, clearance=clearance)


@pytest.mark.parametrize("role", Role)
def test_each_role_sees_its_projects(session: Session, projects: dict[str, Project], role: Role) -> None:
    assert seen(session, actor_of(role, projects)) == SEEN[role]


def test_those_above_the_table_see_all(session: Session, projects: dict[str, Project], operator: Actor) -> None:
    assert seen(session, operator) == seen(session, SYSTEM) == ALL


def test_a_party_sees_the_project(session: Session, projects: dict[str, Project]) -> None:
    builder = session.scalars(select(Organisation).where(Organisation.name == "江城第一建筑公司")).one()
    assert seen(session, person(Role.RECORD_CLERK, organisation_id=builder.id)) == {"other"}


def test_a_person_of_no_organisation_sees_nothing(session: Session, projects: dict[str, Project]) -> None:
    assert seen(session, person(Role.CLIENT)) == set()


def test_two_roles_see_what_either_sees(session: Session, projects: dict[str, Project]) -> None:
    both = person(Role.CLIENT, Role.ENGINEER, organisation_id=projects["other"].client_id)
    assert seen(session, both) == {"other", "held"}


@pytest.mark.parametrize("role", Role)
def test_a_record_page_refuses_what_the_list_hides(session: Session, projects: dict[str, Project], role: Role) -> None:
    actor = actor_of(role, projects)
    for code in ALL - SEEN[role]:
        with pytest.raises(NotFoundError):
            queries.by_code(session, actor, code)
    for code in SEEN[role]:
        assert queries.by_code(session, actor, code) is projects[code]


@pytest.mark.parametrize("role", Role)
def test_each_role_may_change_what_the_table_says(projects: dict[str, Project], role: Role) -> None:
    actor = actor_of(role, projects)
    may_amend = {code for code, project in projects.items() if AMEND.allows(actor, project)}
    expected = ALL if role in KEEPERS else ({"open", "secret"} if role == Role.CLIENT else set())
    assert may_amend == expected
    assert REGISTER.allows(actor) == IMPORT.allows(actor) == (role in KEEPERS | {Role.CLIENT})


def test_every_action_is_in_the_table() -> None:
    assert {action.name for action in ACTIONS} == {"projects.register", "projects.amend", "projects.import"}
