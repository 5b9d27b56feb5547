"""The pages of organisations: for whom they open, what they do, how much they ask."""

import pytest
from sqlalchemy import func, select

from archives.core.actors import Actor, Role
from archives.core.backend import Backend
from archives.organisations import queries, service
from archives.organisations.drafts import OrganisationDraft
from archives.organisations.models import Organisation
from archives.projects.queries import by_code, reader
from archives.projects.service import receive
from archives.reference.service import sync
from tests.organisations.conftest import CODE
from tests.visitors import SignInAs, Visitor

MOST_STATEMENTS = 15
NAME = "江城第一建筑有限公司"
KEEPERS = {Role.COUNTER, Role.GUIDANCE, Role.CATALOGUER}


@pytest.fixture
def ids(backend: Backend, operator: Actor) -> dict[str, int]:
    """The ids of a client, its contractor, and a stranger, by name; they share one project."""
    with backend.writing() as session:
        sync(session)
        service.register(session, operator, OrganisationDraft(name=NAME, credit_code=CODE))
        raw = {"code": "P-1", "name": "图书馆", "works_type": "building", "address": "文化路", "client": "甲公司"}
        receive(session, operator, [reader(session).project(raw | {"contractors": NAME})])
        found = service.resolve(session, operator, ["甲公司", NAME, "别的公司"])
        return {name: one.id for name, one in found.items()}


@pytest.fixture
def guide(ids: dict[str, int], sign_in_as: SignInAs) -> Visitor:
    """Somebody who may do everything with organisations."""
    return sign_in_as(Role.GUIDANCE)


@pytest.mark.parametrize("role", Role)
def test_each_page_opens_for_its_roles_only(ids: dict[str, int], sign_in_as: SignInAs, role: Role) -> None:
    external = role in {Role.CLIENT, Role.RECORD_CLERK}
    visitor = sign_in_as(role, organisation_id=ids["甲公司"] if external else None)
    builder, own = f"/organisations/{ids[NAME]}", f"/organisations/{ids['甲公司']}"
    paths = ("/organisations/new", builder, f"{builder}/edit", f"{builder}/merge", f"{own}/edit")
    opened = {path for path in paths if visitor.get(path).status_code == 200}
    expected = set[str]()
    if visitor.actor and (visitor.actor.is_staff or external or role in {Role.AUTHORITY, Role.SYSTEM_ADMIN}):
        expected.add(builder)
    if role in KEEPERS:
        expected |= {"/organisations/new", f"{builder}/edit", f"{own}/edit"}
    if external:
        expected.add(f"{own}/edit")
    if role in {Role.GUIDANCE, Role.CATALOGUER}:
        expected.add(f"{builder}/merge")
    assert opened == expected


def test_external_people_see_those_they_work_with(ids: dict[str, int], sign_in_as: SignInAs) -> None:
    client = sign_in_as(Role.CLIENT, organisation_id=ids["甲公司"])
    listed = client.get("/organisations").text
    assert NAME in listed
    assert "别的公司" not in listed
    assert client.get(f"/organisations/{ids['别的公司']}").status_code == 404
    assert "别的公司" not in client.get("/organisations/suggest?q=公司").text


def test_no_page_asks_the_database_often(guide: Visitor, ids: dict[str, int], statements: list[str]) -> None:
    builder = f"/organisations/{ids[NAME]}"
    for path in ("/organisations?text=公司", builder, f"{builder}/edit", f"{builder}/merge", "/organisations/new"):
        statements.clear()
        assert guide.get(path).status_code == 200
        assert 0 < len(statements) <= MOST_STATEMENTS, path


def test_the_record_shows_its_projects(guide: Visitor, ids: dict[str, int]) -> None:
    text = guide.get(f"/organisations/{ids[NAME]}").text
    assert 'href="/projects/P-1"' in text
    assert "施工单位" in text


def test_suggestions_are_options(guide: Visitor) -> None:
    assert f'<option value="{NAME}">' in guide.get("/organisations/suggest?q=江城").text
    assert guide.get("/organisations/suggest").text.strip() == ""


def test_an_organisation_is_registered_by_form(guide: Visitor, backend: Backend) -> None:
    answer = guide.send("/organisations/new", {"name": "江城勘察院", "phone": "0551-62800000"})
    assert answer.status_code == 303
    asked = guide.send("/organisations/new", {"name": "江城勘察院有限公司"})
    assert asked.status_code == 422
    assert 'name="confirmed"' in asked.text
    assert guide.send("/organisations/new", {"name": "江城勘察院有限公司", "confirmed": "1"}).status_code == 303
    with backend.reading() as session:
        assert session.scalar(select(func.count()).select_from(Organisation)) == 5


@pytest.mark.parametrize(
    "values",
    [{}, {"name": NAME}, {"name": "甲" * 201}, {"name": "乙", "credit_code": "1"}, {"name": "乙", "phone": "x"}],
)
def test_bad_input_is_refused(guide: Visitor, backend: Backend, values: dict[str, str]) -> None:
    assert guide.send("/organisations/new", values | {"confirmed": "1"}).status_code == 422
    with backend.reading() as session:
        assert session.scalar(select(func.count()).select_from(Organisation)) == 3


def test_a_change_is_kept_and_taken_back(guide: Visitor, ids: dict[str, int], backend: Backend) -> None:
    page = f"/organisations/{ids[NAME]}"
    assert guide.send(f"{page}/edit", {"name": NAME, "credit_code": CODE, "contact": "李四"}).status_code == 303
    revision = guide.get(page).text.split('name="revision" value="')[1].split('"')[0]
    assert guide.send(f"{page}/restore", {"revision": revision, "field": "contact"}).status_code == 303
    with backend.reading() as session:
        assert session.get_one(Organisation, ids[NAME]).contact == ""


def test_two_are_merged(guide: Visitor, ids: dict[str, int], backend: Backend, operator: Actor) -> None:
    page = f"/organisations/{ids['甲公司']}"
    assert guide.send(f"{page}/merge", {"into": "没有的公司"}).status_code == 422
    assert guide.send(f"{page}/merge", {"into": "甲公司"}).status_code == 422
    answer = guide.send(f"{page}/merge", {"into": NAME})
    assert answer.location == f"/organisations/{ids[NAME]}"
    assert NAME in guide.get(page).text
    assert guide.send(f"{page}/edit", {"name": "甲公司"}).status_code == 409
    with backend.reading() as session:
        assert by_code(session, operator, "P-1").client.id == ids[NAME]
        assert queries.former_names(session.get_one(Organisation, ids[NAME])) == ["甲公司"]
