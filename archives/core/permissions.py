"""Who may do what: each feature declares its actions as rows of one table of roles and named predicates.

A row is a value, not a registration: `require(actor, REGISTER, project)` needs no global state, and
`archives.app` gathers the rows only to show and to test the whole table.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from archives.core.actors import Actor, Role
from archives.core.errors import ForbiddenError

Predicate = Callable[[Actor, Any], bool]


def always(_actor: Actor, _subject: Any) -> bool:
    """Whatever the subject."""
    return True


@dataclass(frozen=True, slots=True)
class Grant:
    """These roles may, when the predicate holds for the actor and the subject."""

    roles: frozenset[Role]
    when: Predicate = always


@dataclass(frozen=True, slots=True)
class Action:
    """One row of the permission table."""

    name: str
    label: str
    grants: tuple[Grant, ...]

    def allows(self, actor: Actor, subject: Any = None) -> bool:
        """Whether `actor` may do this to `subject`."""
        if actor.is_unrestricted:
            return True
        return any(not actor.roles.isdisjoint(grant.roles) and grant.when(actor, subject) for grant in self.grants)


def grant(*roles: Role, when: Predicate = always) -> Grant:
    """These roles may, when the predicate holds."""
    return Grant(frozenset(roles), when)


def among(roles: Iterable[Role], when: Predicate = always) -> Grant:
    """Whoever holds one of a named set of roles may, when the predicate holds."""
    return Grant(frozenset(roles), when)


def action(name: str, label: str, *grants: Grant) -> Action:
    """A row of the table; `label` is the English message id shown to administrators."""
    return Action(name, label, grants)


def require(actor: Actor, wanted: Action, subject: Any = None) -> None:
    """Raise ForbiddenError unless the table allows it."""
    if not wanted.allows(actor, subject):
        raise ForbiddenError()
