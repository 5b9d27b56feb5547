"""Who may do what with accounts, which roles go together, and which passwords will do. Touches no database."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from archives.accounts.drafts import AccountDraft
from archives.core.actors import ADMINISTRATORS, EXTERNAL, TOP_CLEARANCE, Actor, Role
from archives.core.language import Message, msg
from archives.core.permissions import action, grant
from archives.core.problems import Problem

LONGEST_PASSWORD = 256
"""Hashing costs time by length; nobody types more."""

_MOST_USED = """
password password1 password12 password123 passw0rd p@ssw0rd p@ssword p@ssw0rd123 password@123
12345678 123456789 1234567890 12345678910 123456123456 1234512345 0123456789 9876543210 0987654321 147258369
147258369a 123123123 1231231234 1122334455 11223344 123321123321 1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx
1qaz2wsx3edc 1qaz@wsx qwertyuiop qwerty123 qwerty1234 qwerty12345 qwer1234 qwerasdf asdfghjkl asdfghjkl; zxcvbnm123
zxcvbnm,./ asdf1234 a123456789 a1234567890 abc123456 abc1234567 abcd1234 abcd123456 abcdefgh abcdefghij aa123456
aa12345678 aaa123456 q123456789 qq123456 qq123456789 wang123456 zhang123456 woaini1314 woaini520 woaini521
5201314520 5201314000 iloveyou iloveyou1 iloveyou123 administrator admin12345 admin123456 admin@123 adminadmin
admin1234 root123456 rootroot welcome123 letmein123 changeme123 chengdang chengdang123 dangan123456 test123456
testtest123 user123456 guest12345 superman123 sunshine123 dragon1234 monkey1234 football123 baseball123
"""
COMMON_PASSWORDS = frozenset(_MOST_USED.split())
"""Of the passwords people choose most, those long enough to pass for one here."""

_LOGIN = re.compile(r"[\w.@-]{2,}")


def is_another(actor: Actor, account: Any) -> bool:
    """Not one's own account: nobody gives himself rights, or takes away his own by mistake."""
    return account is None or account.id != actor.account_id


def has_no_password_yet(_actor: Actor, account: Any) -> bool:
    """A new account, which nobody has used."""
    return account is None or account.password_hash is None


def is_no_administrator(_actor: Actor, account: Any) -> bool:
    """Administrators cannot take over one another's accounts; the machine's own operator helps them."""
    return account is None or account.role_set.isdisjoint(ADMINISTRATORS)


SEE = action("accounts.see", "See the accounts", grant(Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN))
CREATE = action("accounts.create", "Create an account", grant(Role.SYSTEM_ADMIN))
AMEND = action("accounts.amend", "Change an account's particulars", grant(Role.SYSTEM_ADMIN))
DEACTIVATE = action(
    "accounts.deactivate", "Deactivate or reactivate an account", grant(Role.SYSTEM_ADMIN, when=is_another)
)
ASSIGN = action("accounts.assign", "Assign roles and clearance", grant(Role.SECURITY_ADMIN, when=is_another))
UNLOCK = action("accounts.unlock", "Unlock an account", grant(Role.SECURITY_ADMIN))
LINK = action(
    "accounts.link",
    "Issue a one-time link for a password",
    grant(Role.SYSTEM_ADMIN, when=has_no_password_yet),
    grant(Role.SECURITY_ADMIN, when=is_no_administrator),
)
READ_PERMISSIONS = action("permissions.read", "Read the permission table", grant(Role.SECURITY_ADMIN))
READ_AUDIT = action("audit.read", "Read and verify the audit", grant(Role.AUDIT_ADMIN))

ACTIONS = (SEE, CREATE, AMEND, DEACTIVATE, ASSIGN, UNLOCK, LINK, READ_PERMISSIONS, READ_AUDIT)


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """What the database knows of a draft: whether its login is another account's, its organisation's id."""

    login_is_taken: bool
    organisation_id: int | None


def login_key(login: str) -> str:
    """A login as it is kept: upper and lower case are one."""
    return login.strip().casefold()


def check_account(draft: AccountDraft, facts: AccountFacts) -> list[Problem]:
    """What is wrong with an account's particulars."""
    return list(_account_problems(draft, facts))


def _account_problems(draft: AccountDraft, facts: AccountFacts) -> Iterator[Problem]:
    if draft.login and not _LOGIN.fullmatch(draft.login):
        sentence = msg("A login name has at least two characters: letters, digits and . _ - @ without spaces.")
        yield Problem("login.characters", sentence, "login")
    if facts.login_is_taken:
        yield Problem("login.taken", msg("Another account has this login name."), "login")
    if draft.organisation and facts.organisation_id is None:
        sentence = msg("There is no organisation of this name; register it first.")
        yield Problem("organisation.unknown", sentence, "organisation")


def check_roles(roles: Collection[Role], organisation_id: int | None, clearance: int) -> list[Problem]:
    """What is wrong with these roles on one account: the three administrators stay apart from all others."""
    return list(_role_problems(frozenset(roles), organisation_id, clearance))


def _role_problems(roles: frozenset[Role], organisation_id: int | None, clearance: int) -> Iterator[Problem]:
    administrators = roles & ADMINISTRATORS
    if len(administrators) > 1:
        yield Problem("roles.administrators", msg("Nobody may hold two of the three administrator roles."), "roles")
    elif administrators and roles - administrators:
        yield Problem("roles.mixed", msg("An administrator may hold no other role."), "roles")
    if roles & EXTERNAL and organisation_id is None:
        sentence = msg("A client or record clerk needs an organisation; the system administrator enters it first.")
        yield Problem("roles.organisation", sentence, "roles")
    if not 0 <= clearance <= TOP_CLEARANCE:
        sentence = msg("Clearance is a number from 0 to %(most)d.", most=TOP_CLEARANCE)
        yield Problem("clearance.range", sentence, "clearance")


def check_last_administrators(lost: Collection[Role], held_elsewhere: Collection[Role]) -> list[Problem]:
    """Each of the three administrator roles keeps at least one active holder."""
    gone = sorted((frozenset(lost) & ADMINISTRATORS) - frozenset(held_elsewhere))
    return [Problem("roles.last", _last(ROLE_LABELS[role]), "roles") for role in gone]


def _last(role: Message) -> Message:
    return msg("This is the last active holder of the role “%(role)s”; give it to somebody else first.", role=role)


def check_password(password: str, login: str, shortest: int) -> list[Problem]:
    """What is wrong with a new password; one fault is enough."""
    fault = _password_fault(password, login, shortest)
    return [Problem(f"password.{fault[0]}", fault[1], "new_password")] if fault else []


def _password_fault(password: str, login: str, shortest: int) -> tuple[str, Message] | None:
    if len(password) < shortest:
        return "short", msg("A password has at least %(shortest)d characters.", shortest=shortest)
    if len(password) > LONGEST_PASSWORD:
        return "long", msg("A password has at most %(longest)d characters.", longest=LONGEST_PASSWORD)
    if password.casefold() == login.casefold():
        return "login", msg("The password must differ from the login name.")
    if password.casefold() in COMMON_PASSWORDS or len(set(password)) <= 2:
        return "common", msg("Too many people use this password; it would be guessed.")
    return None


ROLE_LABELS: dict[Role, Message] = {
    Role.COUNTER: msg("Counter clerk"),
    Role.GUIDANCE: msg("Guidance officer"),
    Role.CHECKER: msg("Checker"),
    Role.REVIEWER: msg("Reviewer"),
    Role.DIRECTOR: msg("Approving director"),
    Role.CATALOGUER: msg("Cataloguer"),
    Role.STACKS: msg("Stacks keeper"),
    Role.READING_ROOM: msg("Reading room"),
    Role.ENGINEER: msg("Engineer"),
    Role.AUTHORITY: msg("Competent authority"),
    Role.CLIENT: msg("Client"),
    Role.RECORD_CLERK: msg("Record clerk"),
    Role.SYSTEM_ADMIN: msg("System administrator"),
    Role.SECURITY_ADMIN: msg("Security administrator"),
    Role.AUDIT_ADMIN: msg("Audit administrator"),
}
"""Each role's name for people."""

CLEARANCES = (msg("Public"), msg("Internal"), msg("Confidential"), msg("Secret"), msg("Top secret"))
"""The ranks of secrecy 0 … 4."""


def role_names(roles: Collection[Role]) -> list[str]:
    """Roles as people call them, in the table's order."""
    return [str(label) for role, label in ROLE_LABELS.items() if role in roles]
