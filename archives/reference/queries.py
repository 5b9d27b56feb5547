"""Looking things up: the office's row where there is one, else the national one.

The tables are small, so each is read whole by one statement and kept for the rest of the transaction.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from archives.core.errors import NotFoundError
from archives.reference.calendar import Calendar, Unit, due_date
from archives.reference.models import (
    NATIONAL,
    OFFICE,
    CalendarDay,
    ClassNode,
    DeadlineRule,
    ScopeNode,
    Sourced,
    TechnicalField,
    Term,
)
from archives.reference.rows import Source
from archives.reference.tables import load_tables

S = TypeVar("S", bound=Sourced)
Identity = tuple[Any, ...]
_KEPT = "reference rows of this transaction"


@dataclass(frozen=True, slots=True)
class Pair:
    """A national row and the office's row beside it; at least one of the two."""

    national: Sourced | None
    office: Sourced | None

    @property
    def effective(self) -> Sourced:
        """The one that counts."""
        return cast(Sourced, self.office or self.national)


@dataclass(frozen=True, slots=True)
class ScopeBranch:
    """A node of a filing scope with everything below it, in the standard's order."""

    node: ScopeNode
    children: "tuple[ScopeBranch, ...]"

    def leaves(self) -> Iterator[ScopeNode]:
        """The documents themselves."""
        if not self.children:
            yield self.node
        for child in self.children:
            yield from child.leaves()


def pairs(session: Session, model: type[Sourced]) -> dict[Identity, Pair]:
    """Every row of a table with its counterpart, by key."""
    found: dict[Identity, dict[str, Sourced]] = defaultdict(dict)
    for row in session.scalars(select(model)):
        found[row.identity][row.origin] = row
    return {key: Pair(rows.get(NATIONAL), rows.get(OFFICE)) for key, rows in sorted(found.items())}


def effective(session: Session, model: type[S]) -> Mapping[Identity, S]:
    """The rows that count, in use or not, by key; one statement a transaction."""
    kept = _kept(session)
    if model not in kept:
        kept[model] = {key: pair.effective for key, pair in pairs(session, model).items()}
    return cast(Mapping[Identity, S], kept[model])


def forget(session: Session) -> None:
    """Read again next time: a row was written."""
    session.info.pop(_KEPT, None)


def in_use(session: Session, model: type[S]) -> list[S]:
    """The rows that count and are in use, by key."""
    return [row for row in effective(session, model).values() if row.active]


def class_by_code(session: Session, code: str) -> ClassNode | None:
    """A class, in use or retired; None if there never was one."""
    return effective(session, ClassNode).get((code,))


def class_path(session: Session, code: str) -> list[ClassNode]:
    """A class and those above it, the letter first; empty for an unknown code."""
    node = class_by_code(session, code)
    return [*class_path(session, node.parent_code), node] if node else []


def classes_below(session: Session, parent_code: str = "") -> list[ClassNode]:
    """The classes in use one level below; the letters A-R for the empty code."""
    return [node for node in in_use(session, ClassNode) if node.parent_code == parent_code]


def scope_tree(session: Session, template: str) -> tuple[ScopeBranch, ...]:
    """A filing scope in use, from its classes down."""
    below: dict[str, list[ScopeNode]] = defaultdict(list)
    for node in in_use(session, ScopeNode):
        if node.template == template:
            below[node.parent_code].append(node)
    return _branches(below, "")


def scope_leaves(session: Session, template: str) -> list[ScopeNode]:
    """The documents of a filing scope, in order."""
    return [node for branch in scope_tree(session, template) for node in branch.leaves()]


def scope_template(session: Session, works_type: str) -> str:
    """The filing scope that works of this type start with."""
    return str(term(session, "works_type", works_type).details["scope_template"])


def deadline(session: Session, rule: str) -> DeadlineRule | None:
    """The period in use for a rule such as `works_transfer`; None where the office uses none."""
    rows = [row for row in in_use(session, DeadlineRule) if row.rule == rule]
    return max(rows, key=lambda row: row.origin == OFFICE, default=None)


def due_on(session: Session, rule: str, start: date) -> date | None:
    """When what began on `start` is due by the period in use, counted by the office's calendar."""
    row = deadline(session, rule)
    return due_date(start, row.number, cast(Unit, row.unit), office_calendar(session)) if row else None


def terms(session: Session, kind: str) -> list[Term]:
    """The words of a vocabulary in use, in order."""
    rows = [row for row in in_use(session, Term) if row.kind == kind]
    return sorted(rows, key=lambda row: (row.rank, row.code))


def term(session: Session, kind: str, code: str) -> Term:
    """One word, in use or not. Raises NotFoundError."""
    row = effective(session, Term).get((kind, code))
    if row is None:
        raise NotFoundError
    return row


def technical_fields(session: Session, scheme: str) -> list[TechnicalField]:
    """The fields in use of a scheme, the office's own among them, in order."""
    rows = [row for row in in_use(session, TechnicalField) if row.scheme == scheme]
    return sorted(rows, key=lambda row: (row.position, row.key))


def office_calendar(session: Session) -> Calendar:
    """Holidays and make-up days as entered."""
    days = in_use(session, CalendarDay)
    return Calendar(
        holidays=frozenset(row.day for row in days if row.kind == "holiday"),
        makeup_days=frozenset(row.day for row in days if row.kind == "makeup"),
    )


def source_of(row: Sourced) -> Source | None:
    """The standard, law or system that a row names; None for the office's own."""
    return load_tables().sources.get(row.source)


def _branches(below: Mapping[str, list[ScopeNode]], parent: str) -> tuple[ScopeBranch, ...]:
    nodes = sorted(below.get(parent, ()), key=lambda node: (node.position, node.code))
    return tuple(ScopeBranch(node, _branches(below, node.code)) for node in nodes)


def _kept(session: Session) -> dict[type[Sourced], Mapping[Identity, Sourced]]:
    """What this transaction has read: the next one starts anew, for another process may have written meanwhile."""
    transaction = session.get_transaction()
    kept = session.info.get(_KEPT)
    if kept is None or kept[0] is not transaction or transaction is None:
        kept = session.info[_KEPT] = (transaction, {})
    return cast(dict[type[Sourced], Mapping[Identity, Sourced]], kept[1])
