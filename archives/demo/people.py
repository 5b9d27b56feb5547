"""The people of the demonstration: one account for each role, with passwords made at that moment."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from archives.accounts import queries, service
from archives.accounts.drafts import AccountDraft
from archives.accounts.models import Account
from archives.accounts.rules import ROLE_LABELS
from archives.accounts.service import FIRST_LOGINS
from archives.config import Settings
from archives.core.actors import Actor, Role

SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"
"""Without those that look like another."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account: login name, name, what for, and how much they may see."""

    login: str
    name: str
    role: Role
    clearance: int = 2
    organisation: str = ""


ADMINISTRATORS = (
    Person("sysadmin", "沈系统", Role.SYSTEM_ADMIN, 0),
    Person("secadmin", "安保密", Role.SECURITY_ADMIN, 0),
    Person("auditadmin", "何审计", Role.AUDIT_ADMIN, 0),
)
PEOPLE = (
    Person("chuangkou", "周接待", Role.COUNTER),
    Person("zhidao", "吴辅导", Role.GUIDANCE),
    Person("jiancha", "郑核对", Role.CHECKER),
    Person("fuhe", "王再审", Role.REVIEWER),
    Person("qianfa", "韩馆长", Role.DIRECTOR, 3),
    Person("zhulu", "冯编目", Role.CATALOGUER, 3),
    Person("kufang", "陈入架", Role.STACKS, 3),
    Person("liyong", "卫阅览", Role.READING_ROOM, 1),
    Person("engineer", "蒋管线", Role.ENGINEER, 1),
    Person("bureau", "许监督", Role.AUTHORITY, 2),
    Person("client1", "尤示例", Role.CLIENT, 1, "云川示例城投有限公司"),
    Person("client2", "施样本", Role.CLIENT, 1, "云川样本置业有限公司"),
    Person("clerk", "孔填表", Role.RECORD_CLERK, 1, "云川示例建工集团有限公司"),
)


NAMES = {person.login: person.name for person in (*ADMINISTRATORS, *PEOPLE)}


@dataclass(frozen=True, slots=True)
class Login:
    """What somebody types to come in."""

    person: Person
    password: str


def settle(session: Session, settings: Settings, operator: Actor) -> list[Login]:
    """Make the three administrators' accounts; the instance begins with them."""
    logins = [_login(person) for person in ADMINISTRATORS]
    links = service.bootstrap(session, settings, operator, logins[0].person.login, logins[0].password)
    for login in logins[1:]:
        service.use_link(session, settings, links.tokens[FIRST_LOGINS[login.person.role]], login.password)
    for login in logins:
        known = FIRST_LOGINS.get(login.person.role, login.person.login)
        draft = AccountDraft(login=login.person.login, name=login.person.name)
        service.amend(session, operator, _account(session, known), draft)
    return logins


def employ(session: Session, settings: Settings) -> list[Login]:
    """Make everybody else's account: one administrator creates it, another gives the role."""
    creator = actor(session, ADMINISTRATORS[0].login)
    assigner = actor(session, ADMINISTRATORS[1].login)
    logins = [_login(person) for person in PEOPLE]
    for login in logins:
        person = login.person
        draft = AccountDraft(login=person.login, name=person.name, organisation=person.organisation)
        account = service.create(session, creator, draft)
        service.assign_roles(session, assigner, account, {person.role}, person.clearance)
        service.use_link(session, settings, service.issue_link(session, creator, account), login.password)
    return logins


def actors(session: Session) -> Mapping[str, Actor]:
    """Everybody by login, as the one who acts."""
    return {person.login: actor(session, person.login) for person in (*ADMINISTRATORS, *PEOPLE)}


def actor(session: Session, login: str) -> Actor:
    """Who acts under a login."""
    return service.actor_of(_account(session, login))


def table(logins: Sequence[Login]) -> str:
    """The accounts as lines to read: login, password, name and role."""
    return "\n".join(
        f"{login.person.login:<12}{login.password:<18}{login.person.name} {ROLE_LABELS[login.person.role]}"
        for login in logins
    )


def _account(session: Session, login: str) -> Account:
    found = queries.by_login(session, login)
    if found is None:
        raise LookupError(login)
    return found


def _login(person: Person) -> Login:
    return Login(person, "-".join("".join(secrets.choice(SIGNS) for _ in range(4)) for _ in range(3)))
