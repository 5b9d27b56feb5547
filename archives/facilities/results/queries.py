"""What the results need beside the returns: the register as a tree, the years, one area's own record."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from archives.core.actors import Actor
from archives.core.errors import NotFoundError
from archives.core.language import msg
from archives.facilities.models import COUNTED, Area, Institution, YearlyReturn
from archives.facilities.queries import visible_to


@dataclass(frozen=True, slots=True)
class AreaLine:
    """An area in the register; `parent` is the code of the one above, "" at the top."""

    code: str
    name: str
    level: str
    parent: str


def lines_of(session: Session, actor: Actor) -> Sequence[AreaLine]:
    """Every area of the register, by code."""
    above = aliased(Area)
    wanted = select(Area.code, Area.name, Area.level, above.code).outerjoin(above, above.id == Area.parent_id)
    rows = session.execute(wanted.where(visible_to(actor)).order_by(Area.code))
    return [AreaLine(code, name or code, level, parent or "") for code, name, level, parent in rows]


def years_filed(session: Session, actor: Actor) -> Sequence[int]:
    """The years of which a return counts, the newest first."""
    wanted = select(YearlyReturn.year).where(YearlyReturn.state.in_(COUNTED), visible_to(actor)).distinct()
    return session.scalars(wanted.order_by(YearlyReturn.year.desc())).all()


def area_by_code(session: Session, actor: Actor, code: str) -> tuple[Area, Institution | None]:
    """One area with its institution. Raises NotFoundError."""
    wanted = select(Area, Institution).outerjoin(Institution, Institution.area_id == Area.id)
    found = session.execute(wanted.where(Area.code == code.replace("\0", ""), visible_to(actor))).one_or_none()
    if found is None:
        raise NotFoundError(msg("There is no administrative area %(code)s.", code=code))
    return found[0], found[1]


def placed_institutions(
    session: Session, actor: Actor, codes: Sequence[str]
) -> Sequence[tuple[str, str, float, float]]:
    """Code, name and coordinates of the institutions that have some, those of `codes` alone."""
    wanted = select(Area.code, Institution.name, Institution.longitude, Institution.latitude)
    joined = wanted.join(Institution, Institution.area_id == Area.id)
    rows = session.execute(joined.where(Institution.longitude.is_not(None), visible_to(actor)))
    within = set(codes)
    return [(code, name, lon or 0.0, lat or 0.0) for code, name, lon, lat in rows if code in within]


@dataclass(frozen=True, slots=True)
class Signed:
    """Who filled a return in, checked and signed it, and when; "" where that is not known."""

    filled_by: str = ""
    checked_by: str = ""
    signed_by: str = ""
    signed_on: str = ""


def signed_of(session: Session, area_id: int, year: int) -> Signed:
    """The names under an area's return of a year; whoever asks has been shown the area."""
    names = (YearlyReturn.filled_by, YearlyReturn.checked_by, YearlyReturn.signed_by, YearlyReturn.signed_on)
    row = session.execute(
        select(*names).where(YearlyReturn.area_id == area_id, YearlyReturn.year == year)
    ).one_or_none()
    return Signed(*(str(value or "") for value in row)) if row is not None else Signed()
