"""The verbs of accounts: sign in and out, links for passwords, and what the three administrators do."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Update, delete, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from archives.accounts import passwords, queries, rules
from archives.accounts.drafts import AccountDraft
from archives.accounts.models import Account, AccountRole, AccountSession, OneTimeLink
from archives.accounts.passwords import token_hash
from archives.config import Settings
from archives.core import history
from archives.core.actors import SYSTEM, Actor, Role
from archives.core.audit import Changes, Subject, record
from archives.core.backend import is_writing, may_write
from archives.core.clock import now
from archives.core.drafts import read
from archives.core.errors import ConflictError, ForbiddenError, NotFoundError, RefusedError
from archives.core.language import Message, msg
from archives.core.permissions import require
from archives.core.problems import Problem, errors_in

SEEN_EVERY = timedelta(minutes=1)
"""How exactly a session's last use is noted."""
LINK_LASTS = timedelta(hours=24)
_SPENT = msg("This link was used already or is older than 24 hours. Ask for a new one.")


def actor_of(account: Account) -> Actor:
    """An account as the one who acts."""
    return Actor(
        "account", account.name, account.id, account.role_set, account.organisation_id, clearance=account.clearance
    )


def subject_of(account: Account) -> Subject:
    """An account as the thing that is changed."""
    return Subject("account", account.id, account.login)


# Sessions


def identify(session: Session, token: str) -> Actor | None:
    """Whose session it is; None when it has ended, was idle or lasted too long, or the account is not active."""
    found = queries.session_of(session, token_hash(token))
    if found is None:
        return None
    signed_in, account = found
    if not account.is_active or not signed_in.is_open(now()):
        return None
    if now() - signed_in.seen_at >= SEEN_EVERY:
        _note_use(session, signed_in.token_hash)
    return actor_of(account)


def _note_use(session: Session, key: str) -> None:
    note_beside(session, update(AccountSession).where(AccountSession.token_hash == key).values(seen_at=now()))


def note_beside(session: Session, seen: Update) -> None:
    """Note a use in the request's own transaction if that writes already, else in a short one beside it."""
    if is_writing(session):
        session.execute(seen)
        return
    try:
        with Session(session.get_bind()) as beside, beside.begin():
            may_write(beside)
            beside.execute(seen)
    except OperationalError:
        # A busy database must not turn a reader away; the next request notes it.
        return


def sign_in(session: Session, settings: Settings, login: str, password: str, device: str = "") -> str:
    """Begin a session and return its token. Raises RefusedError, with the same sentence whatever was wrong.

    A failure is counted and committed here, for the request that fails would roll the count back.
    """
    account = queries.by_login(session, rules.login_key(login))
    # Verified even where no account is, so that the time taken tells nothing.
    fits = passwords.fits(account.password_hash if account else None, password)
    if account is None or not fits or account.is_shut(now()):
        _count_failure(session, settings, account)
        raise RefusedError([Problem("login.refused", _refusal(settings), "password")])
    account.failed_logins, account.locked_until = 0, None
    if passwords.is_outdated(account.password_hash or ""):
        account.password_hash = passwords.hashed(password)
    return begin_session(session, settings, account, device)


def _refusal(settings: Settings) -> Message:
    return msg(
        "The login name or the password is wrong, or the account is locked: "
        "after %(attempts)d failures it stays locked for %(minutes)d minutes.",
        attempts=settings.login_attempts,
        minutes=settings.lock_minutes,
    )


def _count_failure(session: Session, settings: Settings, account: Account | None) -> None:
    if account is None or account.is_locked(now()):
        return
    if account.locked_until is not None:
        account.failed_logins, account.locked_until = 0, None
    account.failed_logins += 1
    record(session, SYSTEM, "account.sign_in_failed", subject_of(account), failures=account.failed_logins)
    if account.failed_logins >= settings.login_attempts:
        account.locked_until = now() + timedelta(minutes=settings.lock_minutes)
        record(session, SYSTEM, "account.locked", subject_of(account), until=account.locked_until)
    session.commit()


def begin_session(session: Session, settings: Settings, account: Account, device: str = "") -> str:
    """A new session of an account whose owner has proved himself; returns its token."""
    token = passwords.new_token()
    begun = AccountSession(
        token_hash=token_hash(token),
        account_id=account.id,
        device=device[:200],
        started_at=now(),
        seen_at=now(),
        idle_minutes=settings.session_idle_minutes,
        expires_at=now() + timedelta(hours=settings.session_hours),
    )
    session.add(begun)
    record(session, actor_of(account), "account.signed_in", subject_of(account))
    return token


def sign_out(session: Session, actor: Actor, token: str) -> None:
    """End one session."""
    found = queries.session_of(session, token_hash(token))
    if found is None or found[1].id != actor.account_id:
        raise NotFoundError
    found[0].ended_at = now()
    record(session, actor, "account.signed_out", subject_of(found[1]))


def end_sessions(session: Session, account: Account, keep: str | None = None) -> None:
    """End an account's sessions, all but the one whose token is `keep`."""
    open_ones = [AccountSession.account_id == account.id, AccountSession.ended_at.is_(None)]
    if keep is not None:
        open_ones.append(AccountSession.token_hash != token_hash(keep))
    session.execute(update(AccountSession).where(*open_ones).values(ended_at=now()))


def end_other_sessions(session: Session, actor: Actor, token: str) -> None:
    """End one's own sessions on other devices."""
    account = own(session, actor)
    end_sessions(session, account, keep=token)
    record(session, actor, "account.sessions_ended", subject_of(account))


# Passwords


def own(session: Session, actor: Actor) -> Account:
    """The account of whoever acts. Raises ForbiddenError for the command line, which has none."""
    account = session.get(Account, actor.account_id) if actor.account_id is not None else None
    if account is None:
        raise ForbiddenError
    return account


def change_password(session: Session, settings: Settings, actor: Actor, present: str, new: str, token: str) -> None:
    """Change one's own password; ends the account's other sessions. Raises RefusedError."""
    account = own(session, actor)
    if not passwords.fits(account.password_hash, present):
        raise RefusedError([Problem("password.wrong", msg("This is not your present password."), "password")])
    _set_password(session, settings, account, new)
    end_sessions(session, account, keep=token)
    record(session, actor, "account.password_changed", subject_of(account))


def issue_link(session: Session, actor: Actor, account: Account) -> str:
    """The token of a link that sets a password once, within 24 hours; earlier links end."""
    require(actor, rules.LINK, account)
    if not account.is_active:
        raise ConflictError(msg("The account is not active; reactivate it first."))
    return _new_link(session, actor, account)


def _new_link(session: Session, actor: Actor, account: Account) -> str:
    token = passwords.new_token()
    session.execute(delete(OneTimeLink).where(OneTimeLink.account_id == account.id, OneTimeLink.used_at.is_(None)))
    session.add(OneTimeLink(token_hash=token_hash(token), account_id=account.id, expires_at=now() + LINK_LASTS))
    record(session, actor, "account.link_issued", subject_of(account))
    return token


def account_of_link(session: Session, token: str) -> Account:
    """Whose password a link sets. Raises NotFoundError when it was used, is too old or never was."""
    return _usable_link(session, token)[1]


def _usable_link(session: Session, token: str) -> tuple[OneTimeLink, Account]:
    found = queries.link_of(session, token_hash(token))
    if found is None or not found[0].is_usable(now()) or not found[1].is_active:
        raise NotFoundError(_SPENT)
    return found


def use_link(session: Session, settings: Settings, token: str, password: str) -> Account:
    """Set a password with a link, once; unlocks the account and ends its sessions. Raises RefusedError."""
    link, account = _usable_link(session, token)
    _set_password(session, settings, account, password)
    _spend(session, link)
    account.failed_logins, account.locked_until = 0, None
    end_sessions(session, account)
    record(session, actor_of(account), "account.password_set", subject_of(account))
    return account


def _spend(session: Session, link: OneTimeLink) -> None:
    """Use up a link; of two who come at once, one finds it used."""
    unused = (OneTimeLink.token_hash == link.token_hash, OneTimeLink.used_at.is_(None))
    spent = update(OneTimeLink).where(*unused).values(used_at=now()).returning(OneTimeLink.account_id)
    if session.scalars(spent).one_or_none() is None:
        raise NotFoundError(_SPENT)


def _set_password(session: Session, settings: Settings, account: Account, password: str) -> None:
    _refuse(rules.check_password(password, account.login, settings.password_length))
    account.password_hash = passwords.hashed(password)
    session.flush()


# What the administrators do


def create(session: Session, actor: Actor, draft: AccountDraft) -> Account:
    """A new account, without roles and without a password. Raises RefusedError."""
    require(actor, rules.CREATE)
    values = _checked(session, draft)
    account = Account(created_at=now(), roles=[], **values)
    session.add(account)
    session.flush()
    record(session, actor, "account.created", subject_of(account), {name: (None, new) for name, new in values.items()})
    return account


def amend(session: Session, actor: Actor, account: Account, draft: AccountDraft) -> Changes:
    """Change an account's particulars and say what changed. Raises RefusedError."""
    require(actor, rules.AMEND, account)
    values = _checked(session, draft, account)
    changes = history.apply(account, values)
    if changes:
        record(session, actor, "account.amended", subject_of(account), changes)
    return changes


def _checked(session: Session, draft: AccountDraft, account: Account | None = None) -> dict[str, object]:
    """A sound draft's values as the table keeps them."""
    login = rules.login_key(draft.login)
    taken = queries.login_is_taken(session, login, account.id if account else None)
    facts = rules.AccountFacts(taken, queries.organisation_id(session, draft.organisation))
    problems = rules.check_account(draft, facts)
    if account is not None:
        problems += rules.check_roles(account.role_set, facts.organisation_id, account.clearance)
    _refuse(problems)
    return {"login": login, "name": draft.name, "organisation_id": facts.organisation_id}


def assign_roles(session: Session, actor: Actor, account: Account, roles: Collection[Role], clearance: int) -> Changes:
    """Give an account these roles and no others, and a clearance; ends its sessions if anything changed."""
    require(actor, rules.ASSIGN, account)
    wanted = frozenset(roles)
    problems = rules.check_roles(wanted, account.organisation_id, clearance)
    problems += _last_administrators(session, account, account.role_set - wanted)
    _refuse(problems)
    changes: dict[str, tuple[object, object]] = dict(history.apply(account, {"clearance": clearance}))
    if wanted != account.role_set:
        changes["roles"] = (sorted(account.role_set), sorted(wanted))
        account.roles = [AccountRole(role=role) for role in sorted(wanted)]
    if changes:
        session.flush()
        end_sessions(session, account)
        record(session, actor, "account.roles_assigned", subject_of(account), changes)
    return changes


def _last_administrators(session: Session, account: Account, lost: Collection[Role]) -> list[Problem]:
    if not account.is_active or not lost:
        return []
    return rules.check_last_administrators(lost, queries.roles_held_elsewhere(session, account.id, lost))


def deactivate(session: Session, actor: Actor, account: Account) -> None:
    """Close an account for good or for a time; ends its sessions. Raises RefusedError for the last administrator."""
    require(actor, rules.DEACTIVATE, account)
    _refuse(_last_administrators(session, account, account.role_set))
    _switch(session, actor, account, active=False)
    end_sessions(session, account)


def reactivate(session: Session, actor: Actor, account: Account) -> None:
    """Open a closed account again."""
    require(actor, rules.DEACTIVATE, account)
    _switch(session, actor, account, active=True)


def _switch(session: Session, actor: Actor, account: Account, *, active: bool) -> None:
    changes = history.apply(account, {"is_active": active})
    if not changes:
        raise ConflictError(msg("The account is in that state already."))
    record(session, actor, "account.reactivated" if active else "account.deactivated", subject_of(account), changes)


def unlock(session: Session, actor: Actor, account: Account) -> None:
    """Let a locked person try again."""
    require(actor, rules.UNLOCK, account)
    changes = history.apply(account, {"failed_logins": 0, "locked_until": None})
    if changes:
        record(session, actor, "account.unlocked", subject_of(account), changes)


def _refuse(problems: list[Problem]) -> None:
    if errors_in(problems):
        raise RefusedError(problems)


# The first accounts


@dataclass(frozen=True, slots=True)
class Links:
    """The tokens of the first accounts' links by login; empty when the instance had accounts already."""

    created: bool
    tokens: dict[str, str]


FIRST_LOGINS: dict[Role, str] = {Role.SECURITY_ADMIN: "security-admin", Role.AUDIT_ADMIN: "audit-admin"}


def bootstrap(session: Session, settings: Settings, actor: Actor, login: str, password: str | None) -> Links:
    """The system administrator `login` and the two others, who get links; so does the first without a password.

    A second call changes nothing. Raises RefusedError.
    """
    if queries.any_account(session):
        return Links(created=False, tokens={})
    logins = {Role.SYSTEM_ADMIN: rules.login_key(login), **FIRST_LOGINS}
    accounts = [_first(session, actor, role, name) for role, name in logins.items()]
    if password is not None:
        _set_password(session, settings, accounts[0], password)
        record(session, actor, "account.password_set", subject_of(accounts[0]))
    waiting = [account for account in accounts if account.password_hash is None]
    return Links(created=True, tokens={account.login: _new_link(session, actor, account) for account in waiting})


def _first(session: Session, actor: Actor, role: Role, login: str) -> Account:
    reading = read(AccountDraft, {"login": login, "name": str(rules.ROLE_LABELS[role])}, {})
    _refuse(list(reading.problems))
    account = create(session, actor, reading.draft)
    assign_roles(session, actor, account, {role}, 0)
    return account
