"""Every SELECT of sheets, seen through the reader's eyes; and the one that the public may ask."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true
from sqlalchemy.orm import Session

from archives.core.actors import Actor
from archives.core.clock import day_ends
from archives.core.errors import NotFoundError
from archives.core.paging import Order, Page, keyset_page, whole_list
from archives.pipelines.actions import READERS
from archives.pipelines.models import SavedArea, Sheet
from archives.pipelines.sheets.rules import ISSUED, WITHDRAWN, Person, code_key
from archives.projects.models import Project
from archives.reference.queries import terms

NEWEST = Order((Sheet.id,), descending=True)
MOST_ROWS = 20_000
"""Rows of the log that a page gives away at once."""


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Which sheets the actor may know of: staff as far as they are cleared, engineers their own."""
    if actor.is_unrestricted:
        return true()
    cleared = Sheet.secrecy <= actor.clearance
    if actor.is_staff:
        return cleared
    return and_(cleared, Sheet.asked_by_id == actor.account_id) if actor.has(*READERS) else false()


def sheet_by_id(session: Session, actor: Actor, sheet_id: int) -> Sheet:
    """One sheet. Raises NotFoundError."""
    found = session.scalars(select(Sheet).where(Sheet.id == sheet_id, visible_to(actor))).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def verified(session: Session, code: str) -> Sheet | None:
    """The issued sheet that carries this code, for anybody who asks; None for every other code."""
    wanted = select(Sheet).where(Sheet.verification == code_key(code), Sheet.state.in_((ISSUED, WITHDRAWN)))
    return session.scalars(wanted).one_or_none()


@dataclass(frozen=True, slots=True)
class SheetFilter:
    """How the log of sheets is narrowed; days are those on which a sheet was asked for."""

    words: str = ""
    state: str = ""
    first: date | None = None
    last: date | None = None
    project: str = ""


def log_page(
    session: Session, actor: Actor, wanted: SheetFilter, after: str | None = None, before: str | None = None
) -> Page[Sheet]:
    """A page of the log, newest first."""
    return keyset_page(session, _narrowed(actor, wanted), NEWEST, after=after, before=before)


def whole_log(session: Session, actor: Actor, wanted: SheetFilter) -> list[Sheet]:
    """All that the filter lets through, newest first. Raises TooLargeError past MOST_ROWS."""
    return whole_list(session, _narrowed(actor, wanted).order_by(Sheet.id.desc()), MOST_ROWS)


def _narrowed(actor: Actor, wanted: SheetFilter) -> Select[Sheet]:
    statement = select(Sheet).where(visible_to(actor))
    if wanted.state:
        statement = statement.where(Sheet.state == wanted.state)
    if wanted.first:
        statement = statement.where(Sheet.asked_at >= day_ends(wanted.first - timedelta(days=1)))
    if wanted.last:
        statement = statement.where(Sheet.asked_at < day_ends(wanted.last))
    if wanted.project:
        statement = statement.where(Sheet.project_id.in_(select(Project.id).where(Project.code == wanted.project)))
    if wanted.words:
        columns = (Sheet.number, Sheet.project_name, Sheet.recipient, Sheet.purpose, Sheet.asked_by)
        statement = statement.where(or_(*(column.contains(wanted.words, autoescape=True) for column in columns)))
    return statement


def waiting_for(session: Session, actor: Actor, states: Sequence[str], most: int = 50) -> list[Sheet]:
    """The sheets in these states that somebody else brought so far, oldest first."""
    wanted = select(Sheet).where(Sheet.state.in_(states), visible_to(actor)).order_by(Sheet.id).limit(most)
    return [sheet for sheet in session.scalars(wanted) if not any(one.is_same(actor) for one in people_of(sheet))]


def people_of(sheet: Sheet) -> list[Person]:
    """Who took the steps so far."""
    taken = (
        (sheet.asked_by, sheet.asked_by_id),
        (sheet.handled_by, sheet.handled_by_id),
        (sheet.checked_by, sheet.checked_by_id),
    )
    return [Person(name, account_id) for name, account_id in taken if name]


def areas_of(session: Session, sheets: Sequence[Sheet]) -> dict[int, SavedArea]:
    """The areas of some sheets, by id."""
    wanted = select(SavedArea).where(SavedArea.id.in_({sheet.area_id for sheet in sheets}))
    return {area.id: area for area in session.scalars(wanted)}


def projects_of(session: Session, sheets: Sequence[Sheet]) -> dict[int, str]:
    """The codes of some sheets' projects, by id."""
    ids = {sheet.project_id for sheet in sheets if sheet.project_id is not None}
    return {row.id: row.code for row in session.execute(select(Project.id, Project.code).where(Project.id.in_(ids)))}


def secrecy_names(session: Session) -> dict[int, str]:
    """What the levels of secrecy are called, by rank."""
    return {int(term.rank): term.name for term in terms(session, "secrecy")}
