"""Who may do what in grading, as a truth table; nobody approves what he had a hand in; the tables are as migrated."""

import pytest

from archives.core.actors import STAFF, Actor, Role
from archives.core.backend import Backend
from archives.core.permissions import Action
from archives.facilities.actions import APPOINT, APPROVE, CLAIM, SCHEME, SCORE
from archives.facilities.events import EVENTS
from archives.facilities.grading.models import Assessment, Assessor
from archives.schema import differences

ME, OTHER = 7, 8
CLAIMERS = {Role.AUTHORITY, Role.DIRECTOR, Role.REVIEWER, Role.GUIDANCE}


def person(role: Role) -> Actor:
    return Actor("account", "somebody", ME, frozenset({role}))


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(
    ("action", "roles"),
    [(SCHEME, {Role.AUTHORITY}), (CLAIM, CLAIMERS), (APPOINT, {Role.AUTHORITY}), (APPROVE, {Role.AUTHORITY})],
)
def test_which_roles_may(role: Role, action: Action, roles: set[Role]) -> None:
    assert action.allows(person(role)) == (role in roles)


@pytest.mark.parametrize(
    ("entered", "assessors", "allowed"),
    [
        ([], [], True),
        ([OTHER], [OTHER, None], True),
        ([OTHER, ME], [], False),
        ([], [ME], False),
        ([ME], [ME], False),
    ],
)
def test_nobody_approves_what_he_had_a_hand_in(entered: list[int], assessors: list[int | None], allowed: bool) -> None:
    assessment = Assessment(entered_by=entered, assessors=[Assessor(account_id=one, name="某") for one in assessors])
    assert APPROVE.allows(person(Role.AUTHORITY), assessment) == allowed
    assert not APPROVE.allows(person(Role.DIRECTOR), assessment)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("account", [None, ME, OTHER])
def test_an_account_scores_alone_and_paper_is_entered_by_the_authority(role: Role, account: int | None) -> None:
    may = {None: role is Role.AUTHORITY, ME: role in {*STAFF, Role.AUTHORITY}, OTHER: False}[account]
    assert SCORE.allows(person(role), Assessor(account_id=account, name="某")) == may


def test_the_migration_makes_what_the_models_say(backend: Backend) -> None:
    assert not [one for one in differences(backend) if "grade_" in str(one)]


def test_every_verb_has_a_name_in_the_audit() -> None:
    verbs = ("scheme_written", "scheme_changed", "scheme_in_force", "scheme_dropped", "assessment_begun", "claimed")
    later = (
        "assessment_submitted",
        "appointed",
        "dismissed",
        "scored",
        "concluded",
        "approved",
        "assessment_given_back",
    )
    assert {f"facilities.{verb}" for verb in (*verbs, *later)} <= EVENTS.keys()
