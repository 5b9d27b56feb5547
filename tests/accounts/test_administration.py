"""What the three administrators do to accounts, and what they may not."""

from collections.abc import Callable

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archives.accounts import rules, service
from archives.accounts.drafts import AccountDraft
from archives.accounts.models import Account, AccountSession
from archives.accounts.passwords import token_hash
from archives.config import Settings
from archives.core.actors import Actor, Role
from archives.core.errors import ConflictError, ForbiddenError, RefusedError
from archives.core.permissions import Action
from tests.accounts.conftest import add_organisation

Make = Callable[..., Account]


@pytest.fixture
def make(session: Session, operator: Actor) -> Make:
    """A new account with these roles."""

    def make(login: str, *roles: Role, organisation: str = "", password: bool = True) -> Account:
        account = service.create(session, operator, AccountDraft(login=login, name=login, organisation=organisation))
        service.assign_roles(session, operator, account, roles, 0)
        account.password_hash = "set" if password else None
        session.flush()
        return account

    return make


def codes(refused: pytest.ExceptionInfo[RefusedError]) -> list[str]:
    return [problem.code for problem in refused.value.problems]


OTHER_PERSON, NEW_PERSON, ADMINISTRATOR, SELF = "other", "new", "administrator", "self"
SYSTEM, SECURITY = Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN


@pytest.mark.parametrize(
    ("action", "subject", "allowed"),
    [
        (rules.SEE, OTHER_PERSON, {SYSTEM, SECURITY}),
        (rules.CREATE, OTHER_PERSON, {SYSTEM}),
        (rules.AMEND, OTHER_PERSON, {SYSTEM}),
        (rules.DEACTIVATE, OTHER_PERSON, {SYSTEM}),
        (rules.DEACTIVATE, ADMINISTRATOR, {SYSTEM}),
        (rules.DEACTIVATE, SELF, set()),
        (rules.ASSIGN, OTHER_PERSON, {SECURITY}),
        (rules.ASSIGN, ADMINISTRATOR, {SECURITY}),
        (rules.ASSIGN, SELF, set()),
        (rules.UNLOCK, OTHER_PERSON, {SECURITY}),
        (rules.LINK, OTHER_PERSON, {SECURITY}),
        (rules.LINK, NEW_PERSON, {SYSTEM, SECURITY}),
        (rules.LINK, ADMINISTRATOR, set()),
        (rules.READ_PERMISSIONS, OTHER_PERSON, {SECURITY}),
        (rules.READ_AUDIT, OTHER_PERSON, {Role.AUDIT_ADMIN}),
    ],
)
def test_each_action_is_allowed_to_its_roles_only(make: Make, action: Action, subject: str, allowed: set[Role]) -> None:
    subjects = {
        OTHER_PERSON: make("other", Role.COUNTER),
        NEW_PERSON: make("new", password=False),
        ADMINISTRATOR: make("admin", Role.AUDIT_ADMIN),
    }
    actors = {role: Actor("account", role, 10_000 + place, frozenset({role})) for place, role in enumerate(Role)}
    own = {role: Account(id=actor.account_id, roles=[], password_hash="set") for role, actor in actors.items()}
    found = {role for role, actor in actors.items() if action.allows(actor, subjects.get(subject) or own[role])}
    assert found == allowed


def test_the_verbs_refuse_whoever_the_table_refuses(session: Session, make: Make) -> None:
    account = make("somebody", Role.COUNTER)
    clerk = service.actor_of(account)
    draft = AccountDraft(login="another", name="another")
    for attempt in (
        lambda: service.create(session, clerk, draft),
        lambda: service.amend(session, clerk, account, draft),
        lambda: service.assign_roles(session, clerk, account, {Role.DIRECTOR}, 4),
        lambda: service.deactivate(session, clerk, account),
        lambda: service.reactivate(session, clerk, account),
        lambda: service.unlock(session, clerk, account),
        lambda: service.issue_link(session, clerk, account),
    ):
        with pytest.raises(ForbiddenError):
            attempt()


def test_a_login_is_given_once(session: Session, operator: Actor, make: Make) -> None:
    make("wang.fang")
    with pytest.raises(RefusedError) as refused:
        service.create(session, operator, AccountDraft(login="Wang.Fang", name="王芳"))
    assert codes(refused) == ["login.taken"]


def test_a_client_needs_an_organisation_and_keeps_it(session: Session, operator: Actor, make: Make) -> None:
    add_organisation(session, "远大置业有限公司")
    with pytest.raises(RefusedError) as refused:
        make("client", Role.CLIENT)
    assert codes(refused) == ["roles.organisation"]
    account = make("client2", Role.CLIENT, organisation="远大置业有限公司")
    with pytest.raises(RefusedError) as refused:
        service.amend(session, operator, account, AccountDraft(login="client2", name="x"))
    assert codes(refused) == ["roles.organisation"]
    assert account.organisation_id is not None


def test_an_organisation_must_be_registered(session: Session, operator: Actor) -> None:
    with pytest.raises(RefusedError) as refused:
        service.create(session, operator, AccountDraft(login="client", name="x", organisation="无此单位"))
    assert codes(refused) == ["organisation.unknown"]


def open_sessions(session: Session, account: Account) -> int:
    wanted = (AccountSession.account_id == account.id, AccountSession.ended_at.is_(None))
    return session.scalar(select(func.count()).select_from(AccountSession).where(*wanted)) or 0


@pytest.mark.parametrize(
    ("roles", "clearance", "ended"),
    [({Role.CHECKER}, 0, True), ({Role.COUNTER}, 2, True), ({Role.COUNTER}, 0, False), (set(), 0, True)],
)
def test_new_roles_end_the_sessions(
    session: Session, settings: Settings, operator: Actor, make: Make, roles: set[Role], clearance: int, ended: bool
) -> None:
    account = make("clerk", Role.COUNTER)
    token = service.begin_session(session, settings, account)
    service.assign_roles(session, operator, account, roles, clearance)
    session.flush()
    assert open_sessions(session, account) == (0 if ended else 1)
    assert (service.identify(session, token) is None) is ended
    assert account.role_set == roles


def test_a_closed_account_is_signed_out_until_it_is_opened(
    session: Session, settings: Settings, operator: Actor, make: Make
) -> None:
    account = make("clerk", Role.COUNTER)
    token = service.begin_session(session, settings, account)
    service.deactivate(session, operator, account)
    session.flush()
    assert service.identify(session, token) is None
    with pytest.raises(ConflictError):
        service.deactivate(session, operator, account)
    with pytest.raises(ConflictError):
        service.issue_link(session, operator, account)
    service.reactivate(session, operator, account)
    assert service.identify(session, token) is None
    assert service.identify(session, service.begin_session(session, settings, account)) is not None


def test_the_last_administrator_of_each_kind_stays(session: Session, operator: Actor, make: Make) -> None:
    first = make("first", Role.AUDIT_ADMIN)
    with pytest.raises(RefusedError) as refused:
        service.deactivate(session, operator, first)
    assert codes(refused) == ["roles.last"]
    with pytest.raises(RefusedError):
        service.assign_roles(session, operator, first, set(), 0)
    second = make("second", Role.AUDIT_ADMIN)
    service.deactivate(session, operator, first)
    with pytest.raises(RefusedError):
        service.deactivate(session, operator, second)


def test_an_actor_is_read_anew_at_every_request(session: Session, settings: Settings, make: Make) -> None:
    account = make("clerk", Role.COUNTER, Role.CHECKER)
    token = service.begin_session(session, settings, account)
    account.clearance = 3
    session.flush()
    actor = service.identify(session, token)
    assert actor is not None
    assert (actor.account_id, actor.clearance) == (account.id, 3)
    assert actor.roles == frozenset({Role.COUNTER, Role.CHECKER})


def test_a_token_is_kept_as_its_hash_only(session: Session, settings: Settings, make: Make) -> None:
    token = service.begin_session(session, settings, make("clerk"))
    session.flush()
    assert session.scalars(select(AccountSession.token_hash)).one() == token_hash(token)
    assert service.identify(session, token_hash(token)) is None
