"""What the pages of returns read: a year's list, who is late, one return with its area, rows for programs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from archives.core.actors import Actor
from archives.core.errors import NotFoundError
from archives.core.history import Revision
from archives.core.language import msg
from archives.core.paging import Order, Page, capped_count, keyset_page
from archives.facilities.models import COUNTED, STATES, Area, Institution, YearlyReturn
from archives.facilities.queries import lists, visible_to, within
from archives.facilities.return_lists import Lists
from archives.facilities.service import RETURN

NOT_FILED = "none"
"""What the list calls the state of an area that has no return of the year."""
SHOULD_FILE = ("archives", "office")
MOST = 10_000
"""Areas in one answer; the country has some 3 500."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A year, a region by its code ("": all), a state ("": any)."""

    year: int
    region: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """An area and its return of the year, if there is one; `filed_at` is when it was last submitted."""

    area: Area
    institution: Institution | None
    filed: YearlyReturn | None
    above: str = ""
    filed_at: datetime | None = None

    @property
    def id(self) -> str:
        """What a table chooses it by: its area's code."""
        return self.area.code

    @property
    def state(self) -> str:
        """The return's state, or that there is none."""
        return self.filed.state if self.filed is not None else NOT_FILED


@dataclass(frozen=True, slots=True)
class Filing:
    """An area, its institution, its return of the year and that of the year before, as far as there are any.

    `lists` are those that a return tells entry by entry.
    """

    code: str
    year: int
    area: Area | None
    institution: Institution | None
    filed: YearlyReturn | None
    before: YearlyReturn | None
    lists: Lists


def years_known(session: Session, actor: Actor) -> Sequence[int]:
    """The years of which there is any return, the newest first."""
    wanted = select(YearlyReturn.year).where(visible_to(actor)).distinct()
    return session.scalars(wanted.order_by(YearlyReturn.year.desc())).all()


def region_name(session: Session, actor: Actor, code: str) -> str:
    """What a region is called. Raises NotFoundError."""
    found = session.scalars(select(Area.name).where(Area.code == code, visible_to(actor))).first()
    if found is None:
        raise NotFoundError(msg("There is no administrative area %(code)s.", code=code))
    return found or code


def has_areas(session: Session, actor: Actor) -> bool:
    """Whether anything is registered."""
    return session.scalars(select(Area.id).where(visible_to(actor)).limit(1)).first() is not None


def lines_page(session: Session, actor: Actor, asked: Asked, after: str | None, before: str | None) -> Page[Line]:
    """A page of the year's list, by code."""
    wanted = _of_year(actor, asked).where(_in_state(asked.state))
    found = keyset_page(session, wanted, Order((Area.code,)), after=after, before=before)
    rows = _lines(session, found.rows, asked.year)
    return Page(rows, found.previous, found.next, found.total, found.capped)


def counts_of(session: Session, actor: Actor, asked: Asked) -> dict[str, int]:
    """How many areas of the year's list are in each state."""
    state = func.coalesce(YearlyReturn.state, NOT_FILED)
    wanted = _of_year(actor, asked).with_only_columns(state, func.count(), maintain_column_froms=True)
    counted = dict(session.execute(wanted.group_by(state)).all())
    return {name: counted.get(name, 0) for name in (NOT_FILED, *STATES)}


def untold(session: Session, actor: Actor, asked: Asked) -> int:
    """How many areas never told whether they have an archives, so that nobody knows whether they are late."""
    unknown = and_(_has() == "", YearlyReturn.id.is_(None))
    return capped_count(session, _joined(asked.year).where(visible_to(actor), unknown, within(asked.region)))


def late_lines(session: Session, actor: Actor, asked: Asked) -> list[Line]:
    """Every area with an archives or office of which no return counts for the year, by code."""
    late = or_(YearlyReturn.id.is_(None), YearlyReturn.state.not_in(COUNTED))
    wanted = _of_year(actor, asked).where(_has().in_(SHOULD_FILE), late).order_by(Area.code).limit(MOST)
    return _lines(session, session.scalars(wanted).all(), asked.year)


def rows_for_programs(session: Session, actor: Actor, asked: Asked) -> list[Line]:
    """Every area of the region with its return, if it counts. An area without one is there too: rates need it."""
    counted = and_(YearlyReturn.area_id == Area.id, YearlyReturn.year == asked.year, YearlyReturn.state.in_(COUNTED))
    wanted = (
        select(Area, Institution, YearlyReturn)
        .outerjoin(Institution, Institution.area_id == Area.id)
        .outerjoin(YearlyReturn, counted)
        .where(visible_to(actor), within(asked.region))
        .order_by(Area.code)
    )
    rows = session.execute(wanted).all()
    return [Line(area, institution, filed) for area, institution, filed in rows]


def filing_of(session: Session, actor: Actor, code: str, year: int) -> Filing:
    """What there is of an area and a year; `area` is None for one that is not registered, or not to be seen."""
    code = code.replace("\0", "")
    wanted = select(Area, Institution).outerjoin(Institution, Institution.area_id == Area.id)
    found = session.execute(wanted.where(Area.code == code, visible_to(actor))).one_or_none()
    if found is None:
        return Filing(code, year, None, None, None, None, lists(session))
    area, institution = found
    years = session.scalars(
        select(YearlyReturn).where(YearlyReturn.area_id == area.id, YearlyReturn.year.in_((year - 1, year)))
    )
    by_year = {one.year: one for one in years}
    return Filing(code, year, area, institution, by_year.get(year), by_year.get(year - 1), lists(session))


def _joined(year: int) -> Select[Area]:
    joined = and_(YearlyReturn.area_id == Area.id, YearlyReturn.year == year)
    return select(Area).outerjoin(YearlyReturn, joined)


def _has() -> ColumnElement[str]:
    """What there is, as the year's return tells, or else the register."""
    return func.coalesce(func.nullif(YearlyReturn.has, ""), Area.has)


def _of_year(actor: Actor, asked: Asked) -> Select[Area]:
    """The areas that should file, and those that did."""
    concerned = or_(_has().in_(SHOULD_FILE), YearlyReturn.id.is_not(None))
    return _joined(asked.year).where(visible_to(actor), concerned, within(asked.region))


def _in_state(state: str) -> ColumnElement[bool]:
    if not state:
        return Area.id.is_not(None)
    return YearlyReturn.id.is_(None) if state == NOT_FILED else YearlyReturn.state == state


def _lines(session: Session, areas: Sequence[Area], year: int) -> list[Line]:
    """Areas with what belongs to them, in four statements however many there are."""
    ids = [area.id for area in areas]
    institutions = {
        one.area_id: one for one in session.scalars(select(Institution).where(Institution.area_id.in_(ids)))
    }
    returns = {
        one.area_id: one
        for one in session.scalars(select(YearlyReturn).where(YearlyReturn.area_id.in_(ids), YearlyReturn.year == year))
    }
    submitted = _submitted_at(session, [one.id for one in returns.values()])
    above = _names_above(session, ids)
    return [
        Line(
            area,
            institutions.get(area.id),
            filed := returns.get(area.id),
            above.get(area.id, ""),
            _when(filed, submitted),
        )
        for area in areas
    ]


def _when(filed: YearlyReturn | None, submitted: Mapping[int, datetime]) -> datetime | None:
    """A return that a list brought was submitted as it was made."""
    if filed is None or filed.state not in COUNTED:
        return None
    return submitted.get(filed.id, filed.created_at)


def _submitted_at(session: Session, ids: Sequence[int]) -> dict[int, datetime]:
    """When returns were last submitted, as their history has it."""
    wanted = select(Revision.subject_id, func.max(Revision.at)).where(
        Revision.subject_kind == RETURN, Revision.subject_id.in_(ids), Revision.changes.like('%"submitted"]%')
    )
    return dict(session.execute(wanted.group_by(Revision.subject_id)).all())


def _names_above(session: Session, ids: Sequence[int]) -> dict[int, str]:
    above = aliased(Area)
    wanted = select(Area.id, above.name).join(above, above.id == Area.parent_id).where(Area.id.in_(ids))
    return dict(session.execute(wanted).all())
