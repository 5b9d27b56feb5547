"""Which roles go together, and which passwords will do."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from archives.accounts import rules
from archives.accounts.drafts import AccountDraft
from archives.core.actors import Role

ADMINISTRATORS = {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN}
role_subsets = st.frozensets(st.sampled_from(Role))
organisations = st.none() | st.integers(1, 5)


@given(role_subsets, organisations, st.integers(-2, 7))
@example(frozenset({Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN}), None, 0)
@example(frozenset({Role.SECURITY_ADMIN, Role.COUNTER}), None, 0)
@example(frozenset({Role.CLIENT}), None, 0)
@example(frozenset(), None, 4)
def test_roles_are_refused_exactly_when_separation_says_so(
    roles: frozenset[Role], organisation_id: int | None, clearance: int
) -> None:
    apart = not (roles & ADMINISTRATORS) or len(roles) == 1
    placed = organisation_id is not None or not (roles & {Role.CLIENT, Role.RECORD_CLERK})
    sound = apart and placed and clearance in {0, 1, 2, 3, 4}
    assert (rules.check_roles(roles, organisation_id, clearance) == []) is sound


@given(role_subsets, organisations, st.integers(-2, 7))
def test_every_fault_of_the_roles_names_its_field(
    roles: frozenset[Role], organisation_id: int | None, clearance: int
) -> None:
    problems = rules.check_roles(roles, organisation_id, clearance)
    assert all(problem.field in {"roles", "clearance"} and str(problem.message) for problem in problems)
    assert len({problem.code for problem in problems}) == len(problems)


@given(role_subsets, role_subsets)
def test_each_administrator_role_keeps_a_holder(lost: frozenset[Role], elsewhere: frozenset[Role]) -> None:
    problems = rules.check_last_administrators(lost, elsewhere)
    assert len(problems) == len((lost & ADMINISTRATORS) - elsewhere)


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("a password that nobody has", None),
        ("十个汉字才算是够长了", None),
        ("123456789", "password.short"),
        ("", "password.short"),
        ("1234567890", "password.common"),
        ("Password123", "password.common"),
        ("aaaaaaaaaaaa", "password.common"),
        ("ababababab", "password.common"),
        ("Zhang.Xiaoming", "password.login"),
        ("x" * 257, "password.long"),
    ],
)
def test_passwords_that_would_be_guessed_are_refused(password: str, code: str | None) -> None:
    problems = rules.check_password(password, "zhang.xiaoming", shortest=10)
    assert [problem.code for problem in problems] == ([code] if code else [])


@pytest.mark.parametrize(
    ("login", "sound"),
    [
        ("wang.fang", True),
        ("王芳", True),
        ("a_b-c@d.e2", True),
        ("x", False),
        ("wang fang", False),
        ("<script>", False),
        ("wang/fang", False),
    ],
)
def test_a_login_is_made_of_letters_and_few_signs(login: str, sound: bool) -> None:
    draft = AccountDraft(login=login, name="王芳")
    problems = rules.check_account(draft, rules.AccountFacts(login_is_taken=False, organisation_id=None))
    assert (problems == []) is sound


def test_every_fault_of_an_account_is_told_at_once() -> None:
    draft = AccountDraft(login="a b", name="王芳", organisation="无此单位")
    problems = rules.check_account(draft, rules.AccountFacts(login_is_taken=True, organisation_id=None))
    assert [problem.code for problem in problems] == ["login.characters", "login.taken", "organisation.unknown"]


def test_every_role_has_a_name() -> None:
    assert set(rules.ROLE_LABELS) == set(Role)
