"""What yearly returns ask of a reader: those to check, those given back or asked for, those typed and not saved.

The home page is everybody's first, so all of it is one statement.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from flask import url_for
from sqlalchemy import Select, Text, and_, cast, func, literal, or_, select, true, union_all
from sqlalchemy.orm import Session

from archives.core.actors import Actor, Role
from archives.core.language import msg
from archives.core.registry import Todo
from archives.facilities.actions import ENTER
from archives.facilities.filing.own_figures import is_own_area
from archives.facilities.models import (
    COUNTED,
    RETURNED,
    SUBMITTED,
    Area,
    Institution,
    Reminder,
    TypedInput,
    YearlyReturn,
)
from archives.facilities.queries import visible_to

KIND = "facility_return"
MOST = 20
"""Of each kind, on one's home page."""
TO_CHECK, GIVEN_BACK, ASKED_FOR, TYPED = range(4)


@dataclass(frozen=True, slots=True, order=True)
class Waiting:
    """A return that waits, or a year of them; `said` is how many, why, or until when."""

    kind: int
    year: int
    code: str
    name: str
    said: str


def todos(session: Session, actor: Actor) -> list[Todo]:
    """One line for each year with returns to check, and for each return that the reader is to do something about."""
    parts = list(_parts(actor))
    if not parts:
        return []
    rows = session.execute(union_all(*(select(part.subquery()) for part in parts)))
    return [_todo(one) for one in sorted(Waiting(*row) for row in rows)]


def _todo(one: Waiting) -> Todo:
    name = one.name or one.code
    shown = url_for("facility_returns.show", code=one.code, year=one.year) if one.code else ""
    if one.kind == TO_CHECK:
        what = msg("Yearly returns of %(year)s to check: %(number)s", year=one.year, number=one.said)
        return Todo(what, url_for("facility_returns.index", year=one.year, state=SUBMITTED), kind=KIND)
    if one.kind == GIVEN_BACK:
        what = msg(
            "Yearly return of %(name)s for %(year)s was given back: %(reason)s",
            name=name,
            year=one.year,
            reason=one.said,
        )
        return Todo(what, shown, kind=KIND)
    if one.kind == ASKED_FOR:
        what = msg(
            "Yearly return of %(name)s for %(year)s is asked for by %(day)s", name=name, year=one.year, day=one.said
        )
        return Todo(what, shown, kind=KIND, due_on=date.fromisoformat(one.said))
    what = msg("Yearly return of %(name)s for %(year)s: typed and not saved", name=name, year=one.year)
    return Todo(what, url_for("facility_returns.form.edit", code=one.code, year=one.year), kind=KIND)


def _parts(actor: Actor) -> Iterator[Select[int, int, str, str, str]]:
    """The columns of Waiting, of each kind that concerns the reader; who reminds others is not reminded."""
    if actor.has(Role.AUTHORITY):
        yield _to_check(actor)
    if ENTER.allows(actor):
        yield _given_back(actor)
        yield _typed(actor)
        if not actor.has(Role.AUTHORITY):
            yield _asked_for(actor)


def _to_check(actor: Actor) -> Select[int, int, str, str, str]:
    """By year, how many submitted returns the actor could check: those that somebody else entered."""
    entered = YearlyReturn.entered_by
    others = true() if actor.account_id is None else or_(entered.is_(None), entered != actor.account_id)
    number = cast(func.count(), Text)
    wanted = select(literal(TO_CHECK), YearlyReturn.year, literal(""), literal(""), number).group_by(YearlyReturn.year)
    return wanted.where(visible_to(actor), YearlyReturn.state == SUBMITTED, others)


def _given_back(actor: Actor) -> Select[int, int, str, str, str]:
    """Those that the actor entered and that were given back."""
    wanted = select(literal(GIVEN_BACK), YearlyReturn.year, Area.code, Area.name, YearlyReturn.reason)
    wanted = (
        wanted.join(Area, Area.id == YearlyReturn.area_id).order_by(YearlyReturn.year.desc(), Area.code).limit(MOST)
    )
    return wanted.where(YearlyReturn.state == RETURNED, YearlyReturn.entered_by == actor.account_id, visible_to(actor))


def _asked_for(actor: Actor) -> Select[int, int, str, str, str]:
    """Those of the office's own area that an authority asked for and that do not count yet."""
    until = cast(func.max(Reminder.until), Text)
    filed = and_(YearlyReturn.area_id == Area.id, YearlyReturn.year == Reminder.year, YearlyReturn.state.in_(COUNTED))
    wanted = (
        select(literal(ASKED_FOR), Reminder.year, Area.code, Area.name, until)
        .join(Area, Area.id == Reminder.area_id)
        .outerjoin(Institution, Institution.area_id == Area.id)
        .outerjoin(YearlyReturn, filed)
    )
    own = (is_own_area(), YearlyReturn.id.is_(None), visible_to(actor))
    return wanted.where(*own).group_by(Reminder.year, Area.code, Area.name)


def _typed(actor: Actor) -> Select[int, int, str, str, str]:
    """Forms that were begun and not saved."""
    name = func.coalesce(Area.name, "")
    wanted = select(literal(TYPED), TypedInput.year, TypedInput.code, name, literal(""))
    wanted = wanted.outerjoin(Area, Area.code == TypedInput.code).order_by(TypedInput.typed_at.desc()).limit(MOST)
    return wanted.where(TypedInput.account_id == actor.account_id)
