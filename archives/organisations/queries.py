"""Every SELECT of organisations, seen through the reader's eyes."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, false, or_, select, true
from sqlalchemy.orm import Session

from archives.core.actors import Actor, Role
from archives.core.errors import NotFoundError
from archives.core.paging import Order, Page, keyset_page
from archives.core.registry import Ties
from archives.organisations.models import Organisation
from archives.organisations.rules import OrganisationFacts, name_key
from archives.reference.queries import terms

BATCH = 5000
"""Names in one statement; both databases allow some 30 000 places."""
SUGGESTIONS = 12


@dataclass(frozen=True, slots=True)
class OrganisationFilters:
    """What a list of organisations is narrowed to."""

    text: str = ""
    merged: bool = False


def visible_to(actor: Actor, ties: Sequence[Ties] = ()) -> ColumnElement[bool]:
    """Which organisations the actor may see: staff all, external people their own and those they work with."""
    if actor.is_staff or actor.has(Role.AUTHORITY, Role.SYSTEM_ADMIN):
        return true()
    if actor.is_external and actor.organisation_id is not None:
        own = actor.organisation_id
        return or_(Organisation.id == own, *(Organisation.id.in_(tie.partners(own)) for tie in ties))
    return false()


def by_id(session: Session, actor: Actor, organisation_id: int, ties: Sequence[Ties] = ()) -> Organisation:
    """One organisation. Raises NotFoundError if there is none, or none for this reader."""
    wanted = select(Organisation).where(Organisation.id == organisation_id, visible_to(actor, ties))
    found = session.scalars(wanted).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def by_key(session: Session, organisation_id: int | None) -> Organisation | None:
    """The organisation that another one was merged into, whoever asks."""
    return session.get(Organisation, organisation_id) if organisation_id is not None else None


def part_names(session: Session) -> dict[str, str]:
    """What the parts in a project are called, by code."""
    return {term.code: term.name for term in terms(session, "party_role")}


def search_page(
    session: Session,
    actor: Actor,
    filters: OrganisationFilters,
    ties: Sequence[Ties] = (),
    after: str | None = None,
    before: str | None = None,
) -> Page[Organisation]:
    """A page of the register in the order of registration, newest first."""
    wanted = select(Organisation).where(visible_to(actor, ties))
    if not filters.merged:
        wanted = wanted.where(Organisation.merged_into.is_(None))
    if filters.text:
        wanted = wanted.where(_matches(filters.text))
    return keyset_page(session, wanted, Order((Organisation.id,), descending=True), after=after, before=before)


def suggestions(session: Session, actor: Actor, text: str, ties: Sequence[Ties] = ()) -> list[str]:
    """Names that hold what was typed, those that begin with it first."""
    alive = (Organisation.merged_into.is_(None), visible_to(actor, ties), _matches(text))
    begins = Organisation.name.istartswith(text, autoescape=True)
    wanted = select(Organisation.name).where(*alive).order_by(begins.desc(), Organisation.name).limit(SUGGESTIONS)
    return list(session.scalars(wanted)) if text else []


def named(session: Session, names: Iterable[str]) -> dict[str, Organisation]:
    """Organisations by present or former name; one that was merged away is the one it went into.

    Former names are few, so all who have some are looked at: one statement for each 5000 names.
    """
    wanted = sorted(set(names))
    found: dict[str, Organisation] = {}
    for first in range(0, len(wanted), BATCH):
        some = wanted[first : first + BATCH]
        rows = list(session.scalars(_called(some)))
        former = {name: row for row in rows for name in former_names(row)}
        present = {row.name: row for row in rows}
        known = former | present
        found |= {name: known[name] for name in some if name in known}
    return found


def former_names(organisation: Organisation) -> list[str]:
    """The former names as a list."""
    return [name.strip() for name in organisation.former_names.splitlines() if name.strip()]


def facts_for(
    session: Session, names: Collection[str], credit_codes: Collection[str], but: int | None = None
) -> OrganisationFacts:
    """What the rules need to know of the others, leaving out the one that is looked at; one statement."""
    keys = {name_key(name) for name in names}
    same = or_(
        Organisation.name.in_(names),
        Organisation.name_key.in_(keys),
        Organisation.credit_code.in_(credit_codes),
        Organisation.former_names != "",
    )
    others = [row for row in session.scalars(select(Organisation).where(same)) if row.id != but]
    alive = [row for row in others if row.merged_into is None]
    alike: dict[str, set[str]] = {}
    for row in alive:
        for name in (row.name, *former_names(row)):
            alike.setdefault(name_key(name), set()).add(row.name)
    return OrganisationFacts(
        names={row.name for row in others},
        credit_codes={row.credit_code: row.name for row in others if row.credit_code},
        alike=alike,
    )


def merged_away(session: Session, organisation_id: int) -> list[Organisation]:
    """Those that were merged into this one."""
    wanted = select(Organisation).where(Organisation.merged_into == organisation_id).order_by(Organisation.id)
    return list(session.scalars(wanted))


def _called(names: Sequence[str]) -> Select[Organisation]:
    return select(Organisation).where(
        Organisation.merged_into.is_(None), or_(Organisation.name.in_(names), Organisation.former_names != "")
    )


def _matches(text: str) -> ColumnElement[bool]:
    columns = (Organisation.name, Organisation.former_names, Organisation.credit_code)
    return or_(*(column.icontains(text, autoescape=True) for column in columns))
