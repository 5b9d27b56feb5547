"""Every SELECT of what was given out: the ground that counts against a quota, and the log."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, or_, select, true
from sqlalchemy.orm import Session

from archives.core.actors import Actor
from archives.core.clock import day_ends
from archives.core.errors import NotFoundError
from archives.core.jobs import Job
from archives.core.paging import Order, Page, keyset_page, whole_list
from archives.pipelines.actions import READ_GIVEN
from archives.pipelines.areas.service import Shape, geometry_of
from archives.pipelines.models import GivenOut, SavedArea

NEWEST = Order((GivenOut.id,), descending=True)
MOST_ROWS = 20_000
"""Rows of the log that a page gives away at once."""
SUBJECT = "pipeline_given_out"


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Which lines of the log the actor may read: those who watch over it all, everybody else their own."""
    return true() if READ_GIVEN.allows(actor) else GivenOut.account_id == actor.account_id


def given_by_id(session: Session, actor: Actor, given_id: int) -> GivenOut:
    """One export. Raises NotFoundError."""
    found = session.scalars(select(GivenOut).where(GivenOut.id == given_id, visible_to(actor))).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def shapes_taken(session: Session, account_id: int, since: datetime) -> list[Shape]:
    """The areas that an account was given since a moment; an export that failed took none."""
    wanted = (
        select(SavedArea)
        .join(GivenOut, GivenOut.area_id == SavedArea.id)
        .where(GivenOut.account_id == account_id, GivenOut.at >= since, GivenOut.square_metres > 0)
    )
    return [geometry_of(area) for area in session.scalars(wanted.distinct())]


def job_of(session: Session, given: GivenOut) -> Job | None:
    """The long work that writes an export, if it is long."""
    wanted = select(Job).where(Job.subject_kind == SUBJECT, Job.subject_id == given.id)
    return session.scalars(wanted.order_by(Job.id.desc())).first()


@dataclass(frozen=True, slots=True)
class GivenFilter:
    """How the log is narrowed; days are the office's."""

    words: str = ""
    first: date | None = None
    last: date | None = None


def log_page(
    session: Session, actor: Actor, wanted: GivenFilter, after: str | None = None, before: str | None = None
) -> Page[GivenOut]:
    """A page of the log, newest first."""
    return keyset_page(session, _narrowed(actor, wanted), NEWEST, after=after, before=before)


def whole_log(session: Session, actor: Actor, wanted: GivenFilter) -> Sequence[GivenOut]:
    """All that the filter lets through, newest first. Raises TooLargeError past MOST_ROWS."""
    return whole_list(session, _narrowed(actor, wanted).order_by(GivenOut.id.desc()), MOST_ROWS)


def _narrowed(actor: Actor, wanted: GivenFilter) -> Select[GivenOut]:
    statement = select(GivenOut).where(visible_to(actor))
    if wanted.first:
        statement = statement.where(GivenOut.at >= day_ends(wanted.first - timedelta(days=1)))
    if wanted.last:
        statement = statement.where(GivenOut.at < day_ends(wanted.last))
    if wanted.words:
        columns = (GivenOut.number, GivenOut.actor, GivenOut.reason)
        statement = statement.where(or_(*(column.contains(wanted.words, autoescape=True) for column in columns)))
    return statement
