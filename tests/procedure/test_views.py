"""The pages: who may do what, what the first page shows to whom, and how few statements it takes."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import event

from archives.core import clock
from archives.core.actors import EXTERNAL, TOP_CLEARANCE, Actor, Role
from archives.core.backend import Backend
from archives.core.registry import Registry
from archives.procedure import queries
from archives.procedure.models import Clock, Gap
from archives.procedure.workflow import MOVES
from archives.projects.models import Party, Project
from archives.reference.service import sync
from archives.web.application import Application
from tests.procedure.conftest import Desk, registered, to_completed, to_passed, to_received
from tests.visitors import SignInAs

C, G, K, R, D = Role.COUNTER, Role.GUIDANCE, Role.CHECKER, Role.REVIEWER, Role.DIRECTOR
S, T, A = Role.STACKS, Role.CATALOGUER, Role.AUTHORITY
OWN = Role.CLIENT
MAKERS: dict[str, set[Role]] = {
    "print_registration": {C},
    "commit": {C},
    "notify": {C},
    "guide": {G},
    "collect": {G},
    "guide_on": {G},
    "apply_pre": {C, OWN},
    "apply_joint": {C, OWN},
    "receive": {C},
    "decline": {C},
    "check": {K},
    "review": {R},
    "rectify": {K, R, D},
    "resubmit": {C, OWN},
    "note_gap": {K, R, D},
    "promise_gaps": {C, OWN},
    "pass_pre": {D},
    "pass_joint": {D},
    "fill_gap": {C, D},
    "complete": {C, OWN},
    "file_record": {C, OWN},
    "file_record_later": {C, OWN},
    "apply_transfer": {C, OWN},
    "check_conformity": {K},
    "review_conformity": {R},
    "approve_conformity": {D},
    "rectify_transfer": {K, R, D},
    "resubmit_transfer": {C, OWN},
    "transfer": {C, D},
    "certify": {C, D},
    "enter": {S, T},
    "remind": {C, G},
    "order_correction": {D, A},
    "request_extension": {C, OWN},
    "extend": {R, D},
    "stop": {C, G},
    "resume": {C, G},
    "withdraw": {C, D, OWN},
    "reinstate": {D},
}


def somebody(role: Role, organisation_id: int) -> Actor:
    """A person of an organisation."""
    return Actor("account", role.value, 1, frozenset({role}), organisation_id, TOP_CLEARANCE)


@contextmanager
def counted(backend: Backend) -> Iterator[list[str]]:
    """The statements that run inside the block."""
    statements: list[str] = []

    def note(_c: object, _k: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(backend.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(backend.engine, "before_cursor_execute", note)


@pytest.fixture
def city(app: Application) -> list[Project]:
    """Thirty projects: one in check, one completed and late, the others new."""
    with app.backend.writing() as session:
        sync(session)
        projects = [registered(session, f"2026-{number:04d}", name=f"工程{number}") for number in range(1, 31)]
        to_received(Desk(session, projects[0], app.files))
        to_completed(Desk(session, projects[1], app.files), date(2025, 1, 15))
        for row in projects[2:12]:
            late = clock.today() - timedelta(days=3)
            session.add(Clock(project_id=row.id, deadline="works_transfer", started_on=late, due_on=late))
        return projects


def test_the_table_names_every_move() -> None:
    assert MAKERS.keys() == MOVES.keys()


@pytest.mark.parametrize("name", MOVES)
def test_who_may_make_a_move(name: str) -> None:
    """Every role against every move: the roles of the table may, a client for its own project, nobody else."""
    project = Project(client_id=7)
    for role in Role:
        own = somebody(role, 7)
        allowed = MOVES[name].action.allows(own, project)
        expected = role in MAKERS[name] or (role is Role.RECORD_CLERK and OWN in MAKERS[name])
        assert allowed == expected, role
        if role in {Role.CLIENT, Role.RECORD_CLERK}:
            assert not MOVES[name].action.allows(somebody(role, 8), project)


@pytest.mark.parametrize("role", [C, K, R, D, G, S, A, OWN, Role.RECORD_CLERK, Role.SYSTEM_ADMIN, Role.ENGINEER])
def test_the_first_page_takes_few_statements_whoever_asks(
    app: Application, city: list[Project], sign_in_as: SignInAs, role: Role
) -> None:
    visitor = sign_in_as(role, organisation_id=city[1].client_id if role in EXTERNAL else None)
    with counted(app.backend) as statements:
        assert visitor.get("/").status_code == 200
    assert len(statements) <= 15, "\n".join(statements)


def test_a_projects_page_and_forms_take_few_statements(
    app: Application, city: list[Project], sign_in_as: SignInAs
) -> None:
    visitor = sign_in_as(*(role for role in (C, G, K, R, D)))
    addresses = [f"/projects/{row.code}/procedure" for row in city[:2]]
    for address in [
        *addresses,
        f"{addresses[0]}/check",
        f"{addresses[1]}/remind",
        "/overdue",
        "/overdue/register.xlsx",
    ]:
        with counted(app.backend) as statements:
            assert visitor.get(address).status_code == 200, address
        assert len(statements) <= 15, (address, len(statements))


def test_the_first_page_differs_by_role(city: list[Project], sign_in_as: SignInAs) -> None:
    assert "工程1<" in sign_in_as(K).get("/").text
    assert "工程1<" not in sign_in_as(R).get("/").text
    assert "目前没有等待您办理的事项" in sign_in_as(R).get("/").text


def test_a_client_sees_its_own_project_waiting_and_no_other(city: list[Project], sign_in_as: SignInAs) -> None:
    page = sign_in_as(OWN, organisation_id=city[1].client_id).get("/").text
    assert "工程2<" in page
    assert "工程3<" not in page


def test_what_is_late_stands_with_its_clause_and_fine(city: list[Project], sign_in_as: SignInAs) -> None:
    page = sign_in_as(C).get("/overdue").text
    assert "《建设工程质量管理条例》第五十九条" in page
    assert "10,000" in page
    assert "100,000" in page


def test_the_register_is_a_workbook_too(city: list[Project], sign_in_as: SignInAs) -> None:
    answer = sign_in_as(C).get("/overdue/register.xlsx")
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    assert rows[0][0] == "项目编号"
    assert len(rows) == 1 + 12
    assert rows[1][0] == "2026-0002"


def test_a_promised_document_that_is_late_stands_in_the_register(app: Application, sign_in_as: SignInAs) -> None:
    with app.backend.writing() as session:
        sync(session)
        project = registered(session, acceptance="joint")
        late = clock.today() - timedelta(days=1)
        session.add(Gap(project_id=project.id, scope_code="E1-8", title="竣工验收备案表", due_on=late))
    assert "竣工验收备案表" in sign_in_as(C).get("/overdue").text
    assert "竣工验收备案表" in sign_in_as(C).get("/").text


def test_papers_and_opinions_are_not_for_the_contractors_people(
    app: Application, city: list[Project], sign_in_as: SignInAs
) -> None:
    contractor = city[1].client_id
    with app.backend.writing() as session:
        project = registered(session, "2026-0900")
        session.add(Party(project_id=project.id, role="contractor", organisation_id=contractor))
        to_passed(Desk(session, project, app.files))
        papers = queries.papers(session, project.id)
    address = "/projects/2026-0900"
    clerk = sign_in_as(Role.RECORD_CLERK, organisation_id=contractor)
    page = clerk.get(f"{address}/procedure")
    assert page.status_code == 200
    assert "准予通过" not in page.text
    assert papers[0].number not in page.text
    assert clerk.get(f"{address}/papers/{papers[0].id}").status_code == 403
    own = sign_in_as(OWN, organisation_id=project.client_id)
    assert "准予通过" in own.get(f"{address}/procedure").text
    assert own.get(f"{address}/papers/{papers[0].id}").status_code == 200
    assert own.get(f"/projects/{city[0].code}/papers/{papers[0].id}").status_code == 404


def test_a_paper_is_read_by_its_project_only(app: Application, city: list[Project], sign_in_as: SignInAs) -> None:
    with app.backend.reading() as session:
        paper = queries.papers(session, city[0].id)[0]
    clerk = sign_in_as(C)
    assert clerk.get(f"/projects/{city[0].code}/papers/{paper.id}").mimetype == "application/pdf"
    assert clerk.get(f"/projects/{city[1].code}/papers/{paper.id}").status_code == 404
    assert sign_in_as(Role.SYSTEM_ADMIN).get(f"/projects/{city[0].code}/papers/{paper.id}").status_code == 404


def test_a_later_features_page_takes_the_place_of_a_form(
    app: Application, city: list[Project], sign_in_as: SignInAs
) -> None:
    app.registry = Registry(move_pages={"check": "procedure.show"})
    page = sign_in_as(K).get(f"/projects/{city[0].code}/procedure").text
    assert f'href="/projects/{city[0].code}/procedure/check"' not in page


def test_a_move_that_is_not_mine_is_forbidden_and_an_unknown_one_not_found(
    city: list[Project], sign_in_as: SignInAs
) -> None:
    clerk = sign_in_as(C)
    assert clerk.get(f"/projects/{city[0].code}/procedure/check").status_code == 403
    assert clerk.send(f"/projects/{city[0].code}/procedure/check", {"opinion": "x"}).status_code == 403
    assert clerk.get(f"/projects/{city[0].code}/procedure/fly").status_code == 404
