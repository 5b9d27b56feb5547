"""The reference pages: everything shown with its source, and the office's own entries kept beside the national ones."""

from datetime import date

import pytest

from archives.core.actors import Role
from archives.procedure.models import Clock
from archives.reference import queries
from archives.reference.service import sync
from archives.reference.tables import load_tables
from archives.web.application import Application
from tests.procedure.conftest import Desk, registered, to_completed
from tests.visitors import SignInAs, Visitor

EVERY_PAGE = ["deadlines", "calendar/2026", "forms", "classes", "classes/E", "classes/E/below", "scopes/", "terms/"]


@pytest.fixture
def national(app: Application) -> None:
    """The national tables."""
    with app.backend.writing() as session:
        sync(session)


@pytest.fixture
def admin(national: None, sign_in_as: SignInAs) -> Visitor:
    """The system administrator."""
    return sign_in_as(Role.SYSTEM_ADMIN)


def deadline(**values: object) -> dict[str, object]:
    """A filled form of a deadline."""
    return {
        "number": "2",
        "unit": "months",
        "starts_from": "completion_acceptance",
        "legal_basis": "本市规定第八条",
        "fine_min": "20000",
        "fine_max": "50000",
        **values,
    }


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_everybody_may_read(path: str, national: None, sign_in_as: SignInAs) -> None:
    assert sign_in_as(Role.READING_ROOM).get(f"/reference/{path}").status_code == 200


def test_every_scope_and_vocabulary_has_its_page(admin: Visitor) -> None:
    for template in load_tables().scope_templates:
        assert template.name_zh in admin.get(f"/reference/scopes/{template.code}").text
    for kind in ("secrecy", "works_type", "permit_kind", "limit", "description_element"):
        assert admin.get(f"/reference/terms/{kind}").status_code == 200
    for unknown in ("scopes/none", "terms/none", "classes/none", "calendar/0"):
        assert admin.get(f"/reference/{unknown}").status_code == 404


def test_a_deadline_is_shown_with_its_clause_its_fine_and_whether_it_was_checked(admin: Visitor) -> None:
    page = admin.get("/reference/deadlines").text
    assert "《建设工程质量管理条例》第五十九条" in page
    assert "10,000–100,000" in page
    assert "竣工验收后 3 个月内" in page
    assert "尚未核对" in page


def test_the_offices_deadline_counts_for_the_next_clock_and_can_be_given_up(app: Application, admin: Visitor) -> None:
    assert admin.send("/reference/deadlines/works_transfer", deadline()).status_code == 303
    with app.backend.writing() as session:
        desk = Desk(session, registered(session), app.files)
        to_completed(desk, date(2026, 1, 15))
        clock = session.query(Clock).filter_by(deadline="works_transfer").one()
        assert clock.due_on == date(2026, 3, 15)
    assert "本市规定第八条" in admin.get("/reference/deadlines").text
    admin.send("/reference/deadlines/works_transfer/withdraw")
    with app.backend.reading() as session:
        rule = queries.deadline(session, "works_transfer")
        assert rule is not None
        assert (rule.number, rule.origin) == (3, "national")


def test_a_local_variant_can_be_adopted(app: Application, admin: Visitor) -> None:
    assert admin.send("/reference/deadlines/works_transfer.older/adopt").status_code == 303
    with app.backend.reading() as session:
        rule = queries.deadline(session, "works_transfer")
        assert rule is not None
        assert (rule.code, rule.number) == ("works_transfer.older", 6)


def test_faults_of_a_deadline_stand_at_their_fields(admin: Visitor) -> None:
    answer = admin.send("/reference/deadlines/works_transfer", deadline(number="-1", unit="moons", legal_basis=""))
    assert answer.status_code == 422
    for name in ("number", "unit", "legal_basis"):
        assert f'id="field-{name}-problems"' in answer.text
    answer = admin.send("/reference/deadlines/works_transfer", deadline(fine_min="9", fine_max="3"))
    assert 'id="field-fine_min-problems"' in answer.text


def test_holidays_are_entered_as_a_span_and_count(app: Application, admin: Visitor) -> None:
    span = {"first": "2026-10-01", "last": "2026-10-07", "kind": "holiday", "note": "国庆节"}
    assert admin.send("/reference/calendar/2026", span).status_code == 303
    worked = {"first": "2026-10-10", "kind": "makeup"}
    assert admin.send("/reference/calendar/2026", worked).status_code == 303
    with app.backend.reading() as session:
        days = queries.office_calendar(session)
        assert not days.is_working_day(date(2026, 10, 5))
        assert days.is_working_day(date(2026, 10, 10))
    assert "国庆节" in admin.get("/reference/calendar/2026").text
    assert admin.send("/reference/calendar/2026/clear", {"day": "2026-10-05"}).status_code == 303
    with app.backend.reading() as session:
        assert queries.office_calendar(session).is_working_day(date(2026, 10, 5))


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [("2026-10-07", "2026-10-01", "last"), ("2026-01-01", "2026-12-31", "last"), ("", "", "first")],
)
def test_a_span_that_cannot_be_is_refused(admin: Visitor, first: str, last: str, field: str) -> None:
    answer = admin.send("/reference/calendar/2026", {"first": first, "last": last, "kind": "holiday"})
    assert answer.status_code == 422
    assert f'id="field-{field}-problems"' in answer.text


def test_a_day_that_was_not_entered_cannot_be_cleared(admin: Visitor) -> None:
    for day in ("2026-10-05", "soon"):
        assert admin.send("/reference/calendar/2026/clear", {"day": day}).status_code == 404


def test_documents_are_numbered_as_the_office_says(app: Application, admin: Visitor) -> None:
    template = {"number_template": "江城档责字〔{year}〕{seq:03d}号"}
    assert admin.send("/reference/forms/commitment", template).status_code == 303
    with app.backend.writing() as session:
        desk = Desk(session, registered(session), app.files)
        to_completed(desk, date(2026, 1, 15))
    assert "江城档责字〔{year}〕{seq:03d}号" in admin.get("/reference/forms").text


@pytest.mark.parametrize(
    "template", ["{year}", "{seq:04d}", "{nobody}-{year}-{seq}", "{year-{seq}", "{year.real}-{seq}"]
)
def test_a_number_template_that_cannot_work_is_refused(admin: Visitor, template: str) -> None:
    answer = admin.send("/reference/forms/commitment", {"number_template": template})
    assert answer.status_code == 422
    assert 'id="field-number_template-problems"' in answer.text


def test_only_the_system_administrator_decides(national: None, sign_in_as: SignInAs) -> None:
    clerk = sign_in_as(Role.COUNTER, Role.DIRECTOR)
    assert clerk.get("/reference/deadlines/works_transfer").status_code == 403
    assert clerk.send("/reference/deadlines/works_transfer", deadline()).status_code == 403
    assert clerk.send("/reference/deadlines/works_transfer/adopt").status_code == 403
    assert clerk.send("/reference/calendar/2026", {"first": "2026-10-01", "kind": "holiday"}).status_code == 403
    assert clerk.send("/reference/forms/commitment", {"number_template": "{year}{seq}"}).status_code == 403
    assert "field-first" not in clerk.get("/reference/calendar/2026").text
