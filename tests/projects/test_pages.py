"""The pages of projects and unit works: for whom they open, what they show, what they refuse, how much they ask."""

import json
from io import BytesIO

import pytest
from sqlalchemy import func, select

from archives.core.actors import Actor, Role
from archives.core.backend import Backend
from archives.core.clock import now, today
from archives.organisations.models import Organisation
from archives.projects import queries, service
from archives.projects.models import Project, UnitWorks
from archives.reference.service import sync
from tests.projects.conftest import FULL, SMALLEST
from tests.visitors import SignInAs, Visitor

CODE = SMALLEST["code"]
MOST_STATEMENTS = 15
PAGES = {
    "list": "/projects",
    "overview": f"/projects/{CODE}",
    "units": f"/projects/{CODE}/units",
    "unit": f"/projects/{CODE}/units/01",
    "parties": f"/projects/{CODE}/parties",
    "history": f"/projects/{CODE}/history",
}
FORMS = {
    "new": "/projects/new",
    "import": "/projects/import",
    "edit": f"/projects/{CODE}/edit",
    "new unit": f"/projects/{CODE}/units/new",
    "edit unit": f"/projects/{CODE}/units/01/edit",
    "fields": f"/projects/{CODE}/units/fields?works_type=road",
}
READERS = {
    Role.COUNTER,
    Role.GUIDANCE,
    Role.CHECKER,
    Role.REVIEWER,
    Role.DIRECTOR,
    Role.CATALOGUER,
    Role.STACKS,
    Role.READING_ROOM,
    Role.AUTHORITY,
    Role.CLIENT,
    Role.RECORD_CLERK,
}
KEEPERS = {Role.COUNTER, Role.GUIDANCE, Role.CATALOGUER, Role.CLIENT}


@pytest.fixture
def city(backend: Backend, operator: Actor) -> int:
    """Sixty projects, the first with unit works and a change; the id of their client."""
    with backend.writing() as session:
        sync(session)
    with backend.writing() as session:
        reader = queries.reader(session)
        unit = reader.unit({"code": "01", "name": "主楼", "technical.floor_area": "1200"}, "building")
        first = reader.project(FULL, units=[unit])
        others = [
            reader.project(SMALLEST | {"code": f"2025-{number:04d}", "name": f"工程{number}"}) for number in range(60)
        ]
        assert service.receive(session, operator, [first, *others]).added == 61
    with backend.writing() as session:
        changed = queries.reader(session).project(FULL | {"note": "二期", "scale": "small"})
        assert service.receive(session, operator, [changed]).changed == 1
        return queries.by_code(session, operator, CODE).client_id


@pytest.fixture
def counter(city: int, sign_in_as: SignInAs) -> Visitor:
    """Somebody at the counter."""
    return sign_in_as(Role.COUNTER)


def form(**values: str) -> dict[str, str]:
    """What the form of a project sends; the coordinates are two inputs."""
    sent = FULL | {"code": "2026-0100", "name": "新工程"} | values
    longitude, latitude = sent.pop("coordinates").split(", ")
    return sent | {"coordinates_longitude": longitude, "coordinates_latitude": latitude}


def stored(backend: Backend) -> int:
    with backend.reading() as session:
        return session.scalar(select(func.count()).select_from(Project)) or 0


@pytest.mark.parametrize("role", Role)
def test_each_page_opens_for_its_roles_only(city: int, sign_in_as: SignInAs, role: Role) -> None:
    external = role in {Role.CLIENT, Role.RECORD_CLERK}
    visitor = sign_in_as(role, organisation_id=city if external else None)
    opened = {name for name, path in (PAGES | FORMS).items() if visitor.get(path).status_code == 200}
    readable = set(PAGES) if role in READERS else {"list"}
    assert opened == readable | (set(FORMS) if role in KEEPERS else set())


@pytest.mark.parametrize("path", (PAGES | FORMS).values())
def test_no_page_asks_the_database_often(counter: Visitor, statements: list[str], path: str) -> None:
    statements.clear()
    assert counter.get(path).status_code == 200
    assert 0 < len(statements) <= MOST_STATEMENTS, statements


@pytest.mark.parametrize("path", PAGES.values())
def test_a_stranger_is_told_nothing(city: int, sign_in_as: SignInAs, backend: Backend, path: str) -> None:
    with backend.writing() as session:
        other = Organisation(name="别的公司", name_key="别的", created_at=now())
        session.add(other)
    stranger = sign_in_as(Role.CLIENT, organisation_id=other.id)
    answer = stranger.get(path)
    assert FULL["name"] not in answer.text
    assert answer.status_code == (200 if path == "/projects" else 404)


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("words=图书馆", True),
        ("words=文化路", True),
        ("words=城建设投资", True),
        ("words=100%25", False),
        ("works_type=building&class_code=I3", True),
        ("works_type=road", False),
        ("state=registered&district=文化&scale=small", True),
        ("client=江城建设", True),
        ("started_from=2025-03-15&started_to=2025-03-15", True),
        ("completed_from=2020-01-01", False),
        ("order=code&words=2026", True),
    ],
)
def test_the_query_narrows_the_list(counter: Visitor, query: str, shown: bool) -> None:
    answer = counter.get(f"/projects?{query}")
    assert answer.status_code == 200
    assert (FULL["name"] in answer.text) == shown


def test_a_day_that_is_none_is_marked_in_the_query(counter: Visitor) -> None:
    assert 'aria-invalid="true"' in counter.get("/projects?started_from=明天").text


def test_pages_follow_one_another(counter: Visitor) -> None:
    first = counter.get("/projects?works_type=building").text
    following = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert "works_type=building" in following
    second = counter.get(following).text
    assert "2025-0000" in second
    assert "2025-0000" not in first


def test_the_record_shows_words_not_codes(counter: Visitor) -> None:
    text = counter.get(f"/projects/{CODE}").text
    for word in ("I3 文化", "小型", "市重点工程", "内部", "117.225, 31.80555556"):
        assert word in text
    assert "municipal" not in text


def test_a_project_is_registered_by_form(counter: Visitor, backend: Backend, operator: Actor) -> None:
    answer = counter.send("/projects/new", form())
    assert (answer.status_code, answer.location) == (303, "/projects/2026-0100")
    with backend.reading() as session:
        project = queries.by_code(session, operator, "2026-0100")
        assert queries.values_of(session, project)["contractors"] == FULL["contractors"]
        assert project.longitude == pytest.approx(117.225)


def test_without_a_code_the_next_number_is_given(counter: Visitor) -> None:
    answer = counter.send("/projects/new", form(code=""))
    assert answer.location == f"/projects/{today().year}-0002"


def test_an_existing_code_is_not_amended_by_the_form(counter: Visitor, backend: Backend) -> None:
    answer = counter.send("/projects/new", form(code=CODE))
    assert answer.status_code == 422
    assert stored(backend) == 61


@pytest.mark.parametrize(
    "values",
    [
        {"code": "9" * 41},
        {"code": "../x"},
        {"name": ""},
        {"works_type": "castle"},
        {"started_on": "2025-02-30"},
        {"coordinates": "nan, nan"},
        {"coordinates": "2.35, 48.85"},
        {"completed_on": "2999-01-01"},
    ],
)
def test_bad_input_is_refused_and_kept_on_the_form(counter: Visitor, backend: Backend, values: dict[str, str]) -> None:
    answer = counter.send("/projects/new", form(**values))
    assert answer.status_code == 422
    assert "江城建筑设计院" in answer.text
    assert stored(backend) == 61


def test_a_warning_is_shown_once(counter: Visitor, backend: Backend) -> None:
    twin = form(name=FULL["name"])
    asked = counter.send("/projects/new", twin)
    assert (asked.status_code, stored(backend)) == (422, 61)
    assert 'name="confirmed"' in asked.text
    assert counter.send("/projects/new", twin | {"confirmed": "1"}).status_code == 303


def test_a_client_registers_its_own_only(city: int, sign_in_as: SignInAs, backend: Backend) -> None:
    client = sign_in_as(Role.CLIENT, organisation_id=city)
    assert FULL["client"] in client.get("/projects/new").text
    assert client.send("/projects/new", form(client="别的公司")).status_code == 422
    assert client.send("/projects/new", form(secrecy="public")).status_code == 303
    assert stored(backend) == 62


def test_a_project_is_amended_and_given_back(counter: Visitor, backend: Backend, operator: Actor) -> None:
    page = counter.get(f"/projects/{CODE}/edit").text
    version = page.split('name="version" value="')[1].split('"')[0]
    sent = form(name=FULL["name"], note="三期", version=version)
    assert counter.send(f"/projects/{CODE}/edit", sent).status_code == 303
    assert counter.send(f"/projects/{CODE}/edit", sent | {"note": "四期"}).status_code == 409
    past = counter.get(f"/projects/{CODE}/history").text
    revision = past.split('name="revision" value="')[1].split('"')[0]
    answer = counter.send(f"/projects/{CODE}/restore", {"revision": revision, "field": "note"})
    assert answer.status_code == 303
    with backend.reading() as session:
        assert queries.by_code(session, operator, CODE).note == "二期"


@pytest.mark.parametrize("values", [{}, {"revision": "999", "field": "note"}, {"revision": "1", "field": "id"}])
def test_nothing_can_be_given_back_that_was_not_taken(counter: Visitor, values: dict[str, str]) -> None:
    assert counter.send(f"/projects/{CODE}/restore", values).status_code == 404


def test_unit_works_are_added_and_amended(counter: Visitor, backend: Backend) -> None:
    assert 'value="02"' in counter.get(f"/projects/{CODE}/units/new").text
    values = {"code": "02", "name": "连廊", "works_type": "bridge", "technical.spans": "3", "technical.length": "12.5"}
    assert counter.send(f"/projects/{CODE}/units/new", values).status_code == 303
    assert counter.send(f"/projects/{CODE}/units/new", values).status_code == 422
    changed = values | {"technical.spans": "", "version": "1"}
    assert counter.send(f"/projects/{CODE}/units/02/edit", changed).status_code == 303
    assert counter.send(f"/projects/{CODE}/units/02/edit", changed).status_code == 409
    assert counter.send(f"/projects/{CODE}/units/02/edit", values | {"technical.spans": "三"}).status_code == 422
    with backend.reading() as session:
        unit = session.scalars(select(UnitWorks).where(UnitWorks.code == "02")).one()
        assert unit.technical == {"length": 12.5}


def test_another_works_type_brings_other_data(counter: Visitor) -> None:
    answer = counter.get(f"/projects/{CODE}/units/fields?works_type=bridge&technical.length=12")
    assert 'name="technical.spans"' in answer.text
    assert 'value="12"' in answer.text
    assert counter.get(f"/projects/{CODE}/units/fields?works_type=castle").status_code == 404


def test_a_list_is_checked_then_taken_in(counter: Visitor, backend: Backend) -> None:
    records = [
        SMALLEST | {"code": "2026-0200", "name": "新一"},
        SMALLEST | {"code": "2026-0201", "name": "新二", "scale": "?"},
    ]
    checked = counter.send("/projects/import", {"list": (BytesIO(json.dumps(records).encode()), "项目.json")})
    assert (checked.status_code, stored(backend)) == (200, 61)
    assert "scale.unknown" in checked.text
    sha256 = checked.text.split('name="sha256" value="')[1].split('"')[0]
    values = {"sha256": sha256, "name": "项目.json"}
    assert counter.send("/projects/import/take", values).status_code == 422
    assert counter.send("/projects/import/take", values | {"sound_only": "1"}).status_code == 303
    assert stored(backend) == 62
    assert counter.send("/projects/import/take", values).status_code == 404


@pytest.mark.parametrize(("name", "content"), [("a.json", b"[{"), ("a.xlsx", b"PK\x03\x04rubbish"), ("a.csv", b"")])
def test_what_is_no_list_is_refused(counter: Visitor, backend: Backend, name: str, content: bytes) -> None:
    assert counter.send("/projects/import", {"list": (BytesIO(content), name)}).status_code == 422
    assert stored(backend) == 61


@pytest.mark.parametrize("values", [{}, {"sha256": "../../etc/passwd"}, {"sha256": "0" * 64}])
def test_only_a_file_that_was_brought_is_taken_in(counter: Visitor, values: dict[str, str]) -> None:
    assert counter.send("/projects/import/take", values).status_code == 404


def test_the_empty_list_can_be_filled_in(counter: Visitor) -> None:
    answer = counter.get("/projects/import/empty.xlsx")
    checked = counter.send("/projects/import", {"list": (BytesIO(answer.data), "空.xlsx")})
    assert "header.missing_column" not in checked.text
