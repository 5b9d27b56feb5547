"""The administrators' pages: accounts, the permission table and the office's decisions."""

import pytest

from archives.core.actors import Role
from archives.core.backend import Backend
from archives.core.office import all_decided
from archives.web.application import Application
from tests.visitors import SignInAs, Visitor

CLERK = {"login": "wang.fang", "name": "王芳", "organisation": ""}


@pytest.fixture
def system(sign_in_as: SignInAs) -> Visitor:
    """The system administrator's browser."""
    return sign_in_as(Role.SYSTEM_ADMIN)


@pytest.fixture
def security(sign_in_as: SignInAs) -> Visitor:
    """The security administrator's browser."""
    return sign_in_as(Role.SECURITY_ADMIN)


def test_one_administrator_makes_an_account_and_another_gives_its_roles(
    system: Visitor, security: Visitor, client: Visitor
) -> None:
    person = system.send("/accounts/new", CLERK).location
    assert system.send(f"{person}/roles", {"roles": ["counter"], "clearance": "1"}).status_code == 403
    assert security.send(person, CLERK).status_code == 403
    assert security.send(f"{person}/roles", {"roles": ["counter", "checker"], "clearance": "2"}).status_code == 303
    shown = security.get(person).text
    assert "窗口人员、检查员" in shown
    assert "秘密" in shown


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({**CLERK, "login": ""}, {"login"}),
        ({"login": "", "name": "", "organisation": ""}, {"login", "name"}),
        ({**CLERK, "login": "a b", "organisation": "无此单位"}, {"login", "organisation"}),
        ({**CLERK, "login": "x" * 65}, {"login"}),
        ({**CLERK, "login": "person1"}, {"login"}),
    ],
)
def test_a_faulty_account_is_shown_again_with_every_fault(
    system: Visitor, values: dict[str, str], fields: set[str]
) -> None:
    refused = system.send("/accounts/new", values)
    assert refused.status_code == 422
    assert {name for name in CLERK if f'href="#field-{name}"' in refused.text} == fields


@pytest.mark.parametrize(
    "values",
    [
        {"roles": ["system_admin", "audit_admin"], "clearance": "0"},
        {"roles": ["security_admin", "counter"], "clearance": "0"},
        {"roles": ["client"], "clearance": "0"},
        {"roles": ["king"], "clearance": "0"},
        {"roles": ["counter"], "clearance": "5"},
        {"roles": ["counter"], "clearance": "secret"},
        {"roles": ["counter"]},
    ],
)
def test_roles_against_the_rules_change_nothing(
    system: Visitor, security: Visitor, values: dict[str, list[str] | str]
) -> None:
    person = system.send("/accounts/new", CLERK).location
    assert security.send(f"{person}/roles", values).status_code == 422
    assert "尚未设置口令" in security.get(person).text
    assert "窗口人员、" not in security.get(person).text


def test_an_account_is_closed_and_opened_again(system: Visitor, sign_in_as: SignInAs) -> None:
    clerk = sign_in_as(Role.COUNTER)
    assert clerk.actor is not None
    person = f"/accounts/{clerk.actor.account_id}"
    assert system.get(f"{person}/deactivate").status_code == 200
    assert system.send(f"{person}/deactivate").status_code == 303
    assert clerk.get("/account").status_code == 302
    assert system.send(f"{person}/deactivate").status_code == 409
    assert system.send(f"{person}/reactivate").status_code == 303


def test_the_last_administrator_is_not_closed(system: Visitor, security: Visitor) -> None:
    assert security.actor is not None
    assert system.send(f"/accounts/{security.actor.account_id}/deactivate").status_code == 422


def test_nobody_closes_or_promotes_himself(system: Visitor, security: Visitor) -> None:
    assert system.actor is not None
    assert security.actor is not None
    assert system.send(f"/accounts/{system.actor.account_id}/deactivate").status_code == 403
    own = f"/accounts/{security.actor.account_id}/roles"
    assert security.send(own, {"roles": ["director"], "clearance": "4"}).status_code == 403


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", {"Anna", "Bertha"}),
        ("?words=ann", {"Anna"}),
        ("?words=person2", {"Anna"}),
        ("?words=%25", set()),
        ("?role=checker", {"Bertha"}),
        ("?role=king", {"Anna", "Bertha"}),
        ("?active_only=1", {"Anna", "Bertha"}),
    ],
)
def test_the_list_is_filtered(system: Visitor, sign_in_as: SignInAs, query: str, shown: set[str]) -> None:
    sign_in_as(Role.COUNTER, name="Anna")
    sign_in_as(Role.CHECKER, name="Bertha")
    page = system.get(f"/accounts{query}").text
    assert {name for name in ("Anna", "Bertha") if name in page} == shown


def test_the_permission_table_shows_every_action(app: Application, security: Visitor) -> None:
    page = security.get("/permissions").text
    assert app.registry.actions
    assert [action.name for action in app.registry.actions if f">{action.name}<" not in page] == []


def test_the_office_s_decisions_are_kept_all_or_none(backend: Backend, system: Visitor) -> None:
    with backend.reading() as session:
        before = all_decided(session)
    faulty = {**before, "institution": "滨江城建档案馆", "project_code": "{nobody}", "approval_profile": "one_step"}
    refused = system.send("/office", faulty)
    assert refused.status_code == 422
    assert 'href="#field-project_code"' in refused.text
    assert 'href="#field-approval_profile"' in refused.text
    with backend.reading() as session:
        assert all_decided(session) == before
    sound = {**before, "institution": "滨江城建档案馆", "approval_profile": "two_step"}
    assert system.send("/office", sound).status_code == 303
    with backend.reading() as session:
        assert all_decided(session) == sound


def test_only_what_says_so_is_open_to_everybody(app: Application) -> None:
    public = {name for name, view in app.view_functions.items() if getattr(view, "is_public", False)}
    ways_in = {"accounts.login", "accounts.enter", "accounts.link", "accounts.use_link"}
    assert public == ways_in | {"language", "verification.show"}
