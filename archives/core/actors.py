"""Who acts: an account, a named local operator at the command line, or the system itself."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class Role(StrEnum):
    """What a person does here; the value is what the database keeps."""

    COUNTER = "counter"
    GUIDANCE = "guidance"
    CHECKER = "checker"
    REVIEWER = "reviewer"
    DIRECTOR = "director"
    CATALOGUER = "cataloguer"
    STACKS = "stacks"
    READING_ROOM = "reading_room"
    ENGINEER = "engineer"
    AUTHORITY = "authority"
    CLIENT = "client"
    RECORD_CLERK = "record_clerk"
    SYSTEM_ADMIN = "system_admin"
    SECURITY_ADMIN = "security_admin"
    AUDIT_ADMIN = "audit_admin"


STAFF = frozenset(
    {
        Role.COUNTER,
        Role.GUIDANCE,
        Role.CHECKER,
        Role.REVIEWER,
        Role.DIRECTOR,
        Role.CATALOGUER,
        Role.STACKS,
        Role.READING_ROOM,
    }
)
"""The archives' own people."""

EXTERNAL = frozenset({Role.CLIENT, Role.RECORD_CLERK})
"""People of the project's parties: they see their own organisation's projects."""

ADMINISTRATORS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
"""The three administrators (三员): nobody may hold two, nor any other role beside one."""

TOP_CLEARANCE = 4


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever asks for something; services take it as their first argument.

    `clearance` is the highest rank of secrecy the actor may see: 0 public … 4 top secret.
    """

    kind: Literal["account", "local", "system"]
    name: str
    account_id: int | None = None
    roles: frozenset[Role] = frozenset()
    organisation_id: int | None = None
    clearance: int = 0

    @property
    def is_unrestricted(self) -> bool:
        """The local operator and the system itself; the audit names them as such."""
        return self.kind != "account"

    @property
    def is_staff(self) -> bool:
        """One of the archives' own people."""
        return self.is_unrestricted or bool(self.roles & STAFF)

    @property
    def is_external(self) -> bool:
        """A person of a project's party and nothing more."""
        return not self.is_staff and bool(self.roles & EXTERNAL)

    def has(self, *roles: Role) -> bool:
        """Whether the actor holds one of the roles; who stands above the table holds all."""
        return self.is_unrestricted or not self.roles.isdisjoint(roles)


def local_operator(name: str) -> Actor:
    """Who works at the command line of the archives' own machine, with all rights."""
    return Actor("local", name, clearance=TOP_CLEARANCE)


SYSTEM = Actor("system", "system", clearance=TOP_CLEARANCE)
