"""Every question about accounts and the audit; accounts are filtered by who asks."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Integer, Select, Text, column, false, func, or_, select, table, true
from sqlalchemy.orm import Session, joinedload

from archives.accounts.models import Account, AccountRole, AccountSession, ApiToken, OneTimeLink
from archives.accounts.rules import READ_AUDIT, SEE
from archives.core.actors import Actor, Role
from archives.core.audit import AuditEntry
from archives.core.clock import local, now
from archives.core.errors import NotFoundError
from archives.core.paging import Order, Page, keyset_page

# Organisations are a later feature; an account needs only the name behind its foreign key.
_ORGANISATION = table("organisation", column("id", Integer), column("name", Text), column("merged_into", Integer))


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Which accounts the actor may know of: administrators all of them, everybody their own."""
    return true() if SEE.allows(actor) else Account.id == actor.account_id


def by_id(session: Session, actor: Actor, account_id: int) -> Account:
    """One account. Raises NotFoundError."""
    found = session.scalars(select(Account).where(Account.id == account_id, visible_to(actor))).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def by_login(session: Session, login: str) -> Account | None:
    """The account of a login as it is kept, locked against other writers until the transaction ends."""
    return session.scalars(select(Account).where(Account.login == login).with_for_update()).one_or_none()


def any_account(session: Session) -> bool:
    """Whether the instance has accounts already."""
    return session.scalars(select(Account.id).limit(1)).first() is not None


@dataclass(frozen=True, slots=True)
class AccountFilter:
    """What the list of accounts is asked for."""

    words: str = ""
    role: Role | None = None
    active_only: bool = False


def listed(
    session: Session, actor: Actor, wanted: AccountFilter, *, after: str | None = None, before: str | None = None
) -> Page[Account]:
    """A page of the accounts the actor may see, by login."""
    statement = select(Account).where(visible_to(actor), *_conditions(wanted))
    return keyset_page(session, statement, Order((Account.login,)), after=after, before=before)


def every(session: Session, actor: Actor) -> list[Account]:
    """All accounts the actor may see, by login."""
    return list(session.scalars(select(Account).where(visible_to(actor)).order_by(Account.login)))


def _conditions(wanted: AccountFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.words:
        words = wanted.words
        conditions.append(or_(*(name.icontains(words, autoescape=True) for name in (Account.login, Account.name))))
    if wanted.role is not None:
        conditions.append(Account.roles.any(AccountRole.role == wanted.role))
    if wanted.active_only:
        conditions.append(Account.is_active.is_(True))
    return conditions


def session_of(session: Session, token_hash: str) -> tuple[AccountSession, Account] | None:
    """A sign-in and whose it is."""
    statement = (
        select(AccountSession, Account)
        .join(Account, Account.id == AccountSession.account_id)
        .where(AccountSession.token_hash == token_hash)
        .options(joinedload(Account.roles))  # every page asks for them
    )
    found = session.execute(statement).unique().one_or_none()
    return (found[0], found[1]) if found else None


def open_sessions(session: Session, account_id: int, moment: datetime) -> list[AccountSession]:
    """An account's sign-ins that still count, the one seen last first."""
    wanted = (AccountSession.account_id == account_id, AccountSession.ended_at.is_(None))
    rows = session.scalars(select(AccountSession).where(*wanted).order_by(AccountSession.seen_at.desc()))
    return [row for row in rows if row.is_open(moment)]


def link_of(session: Session, token_hash: str) -> tuple[OneTimeLink, Account] | None:
    """A one-time link and whose it is."""
    statement = (
        select(OneTimeLink, Account)
        .join(Account, Account.id == OneTimeLink.account_id)
        .where(OneTimeLink.token_hash == token_hash)
    )
    found = session.execute(statement).one_or_none()
    return (found[0], found[1]) if found else None


def token_of(session: Session, token_hash: str) -> tuple[ApiToken, Account] | None:
    """A program's key and whose it is."""
    statement = (
        select(ApiToken, Account)
        .join(Account, Account.id == ApiToken.account_id)
        .where(ApiToken.token_hash == token_hash)
    )
    found = session.execute(statement).one_or_none()
    return (found[0], found[1]) if found else None


def usable_tokens(session: Session, account_id: int, moment: datetime) -> list[ApiToken]:
    """An account's keys that still open something, newest first."""
    wanted = (ApiToken.account_id == account_id, ApiToken.revoked_at.is_(None))
    rows = session.scalars(select(ApiToken).where(*wanted).order_by(ApiToken.id.desc()))
    return [row for row in rows if row.is_usable(moment)]


def own_token(session: Session, account_id: int, token_id: int) -> ApiToken:
    """One of an account's keys. Raises NotFoundError."""
    wanted = (ApiToken.id == token_id, ApiToken.account_id == account_id)
    found = session.scalars(select(ApiToken).where(*wanted)).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def login_is_taken(session: Session, login: str, other_than: int | None = None) -> bool:
    """Whether another account has this login."""
    statement = select(Account.id).where(Account.login == login, Account.id.is_distinct_from(other_than))
    return session.scalars(statement).first() is not None


def roles_held_elsewhere(session: Session, account_id: int, roles: Collection[Role]) -> set[Role]:
    """Which of these roles another active account holds."""
    statement = (
        select(AccountRole.role)
        .join(Account, Account.id == AccountRole.account_id)
        .where(Account.is_active, Account.id != account_id, AccountRole.role.in_(roles))
    )
    return {Role(role) for role in session.scalars(statement.distinct())}


def organisation_id(session: Session, name: str) -> int | None:
    """The organisation of this very name; one that was merged away stands for the one it went into."""
    if not name:
        return None
    columns = _ORGANISATION.c
    statement = select(func.coalesce(columns.merged_into, columns.id)).where(columns.name == name)
    return session.scalars(statement).one_or_none()


def organisation_names(session: Session, ids: Collection[int | None]) -> dict[int, str]:
    """The names of organisations by id."""
    columns = _ORGANISATION.c
    wanted = select(columns.id, columns.name).where(columns.id.in_({number for number in ids if number is not None}))
    return dict(iter(session.execute(wanted)))


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What the audit page is asked for; days are the office's days."""

    since: date | None = None
    until: date | None = None
    actor: str = ""
    action: str = ""
    subject_kind: str = ""
    subject_id: int | None = None


def audit_visible_to(actor: Actor) -> ColumnElement[bool]:
    """The audit is one person's to read."""
    return true() if READ_AUDIT.allows(actor) else false()


def audit_page(
    session: Session, actor: Actor, wanted: AuditFilter, *, after: str | None = None, before: str | None = None
) -> Page[AuditEntry]:
    """A page of the audit, newest first."""
    statement: Select[AuditEntry] = select(AuditEntry).where(audit_visible_to(actor), *_audit_conditions(wanted))
    return keyset_page(session, statement, Order((AuditEntry.seq,), descending=True), after=after, before=before)


def _audit_conditions(wanted: AuditFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.since:
        conditions.append(AuditEntry.at >= _midnight(wanted.since))
    if wanted.until:
        conditions.append(AuditEntry.at < _midnight(wanted.until + timedelta(days=1)))
    if wanted.actor:
        conditions.append(AuditEntry.actor == wanted.actor)
    if wanted.action:
        conditions.append(AuditEntry.action.startswith(wanted.action, autoescape=True))
    if wanted.subject_kind:
        conditions.append(AuditEntry.subject_kind == wanted.subject_kind)
    if wanted.subject_id is not None:
        conditions.append(AuditEntry.subject_id == wanted.subject_id)
    return conditions


def _midnight(day: date) -> datetime:
    """The office's midnight."""
    return datetime.combine(day, time(), local(now()).tzinfo)
