"""Every SELECT of schemes and assessments, seen through the reader's eyes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, func, select, true
from sqlalchemy.orm import Session

from archives.accounts.models import Account
from archives.core.actors import Actor
from archives.core.errors import NotFoundError
from archives.core.paging import Order, Page, keyset_page
from archives.facilities.grading.models import (
    IN_FORCE,
    STATES,
    Assessment,
    Assessor,
    GradeScheme,
)
from archives.facilities.models import COUNTED, Area, Institution, YearlyReturn
from archives.facilities.queries import visible_to, within
from archives.organisations.models import Organisation

Found = TypeVar("Found")
MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """What the list is narrowed to; "" and None are any."""

    year: int | None = None
    state: str = ""
    scheme: str = ""
    region: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """An assessment with the area and the scheme that it is about."""

    assessment: Assessment
    area: Area
    scheme: GradeScheme


def codes(session: Session) -> set[str]:
    """The codes of all schemes."""
    return set(session.scalars(select(GradeScheme.code)))


def schemes(session: Session, actor: Actor) -> Sequence[GradeScheme]:
    """Every scheme, the newest first."""
    return session.scalars(select(GradeScheme).where(visible_to(actor)).order_by(GradeScheme.id.desc())).all()


def schemes_in_force(session: Session, actor: Actor) -> Sequence[GradeScheme]:
    """Those that may be used, the newest first."""
    return [one for one in schemes(session, actor) if one.state == IN_FORCE]


def scheme(session: Session, actor: Actor, scheme_id: int) -> GradeScheme:
    """One scheme. Raises NotFoundError."""
    wanted = select(GradeScheme).where(GradeScheme.id == scheme_id, visible_to(actor))
    return _there(session.scalars(wanted).one_or_none())


def scheme_by_code(session: Session, actor: Actor, code: str) -> GradeScheme | None:
    """One scheme by its code, if there is one."""
    return session.scalars(select(GradeScheme).where(GradeScheme.code == code, visible_to(actor))).one_or_none()


def assessment(session: Session, actor: Actor, assessment_id: int) -> Line:
    """One assessment. Raises NotFoundError."""
    found = session.execute(_lines().where(Assessment.id == assessment_id, visible_to(actor))).one_or_none()
    if found is None:
        raise NotFoundError
    return Line(*found)


def there_is_one(session: Session, area_id: int, year: int, scheme_id: int) -> int | None:
    """The id of the assessment of an area by a scheme for a year, if it has begun."""
    wanted = select(Assessment.id).where(
        Assessment.area_id == area_id, Assessment.year == year, Assessment.scheme_id == scheme_id
    )
    return session.scalars(wanted).one_or_none()


def assessor(session: Session, actor: Actor, assessment_id: int, assessor_id: int) -> Assessor:
    """One assessor of an assessment. Raises NotFoundError."""
    wanted = select(Assessor).where(
        Assessor.id == assessor_id, Assessor.assessment_id == assessment_id, visible_to(actor)
    )
    return _there(session.scalars(wanted).one_or_none())


def lines_page(session: Session, actor: Actor, asked: Asked, after: str | None, before: str | None) -> Page[Line]:
    """A page of the list, the newest first; a number of statements that does not follow the number of rows."""
    wanted = _narrowed(select(Assessment), actor, asked)
    found = keyset_page(session, wanted, Order((Assessment.year, Assessment.id), True), after=after, before=before)
    areas = {
        one.id: one for one in session.scalars(select(Area).where(Area.id.in_([row.area_id for row in found.rows])))
    }
    by_id = {one.id: one for one in schemes(session, actor)}
    rows = [Line(row, areas[row.area_id], by_id[row.scheme_id]) for row in found.rows]
    return Page(rows, found.previous, found.next, found.total, found.capped)


def counts_of(session: Session, actor: Actor, asked: Asked) -> dict[str, int]:
    """How many assessments are in each state."""
    wanted = _narrowed(select(Assessment), actor, Asked(asked.year, "", asked.scheme, asked.region))
    counted = wanted.with_only_columns(Assessment.state, func.count(), maintain_column_froms=True)
    found = dict(session.execute(counted.group_by(Assessment.state)).all())
    return {state: found.get(state, 0) for state in STATES}


def years(session: Session, actor: Actor) -> Sequence[int]:
    """The years of which there is an assessment, the newest first."""
    wanted = select(Assessment.year).where(visible_to(actor)).distinct()
    return session.scalars(wanted.order_by(Assessment.year.desc())).all()


def of_area(session: Session, actor: Actor, area_id: int) -> Sequence[Line]:
    """An area's assessments, the newest first."""
    wanted = _lines().where(Assessment.area_id == area_id, visible_to(actor))
    rows = session.execute(wanted.order_by(Assessment.year.desc(), Assessment.id.desc()).limit(MOST_SHOWN))
    return [Line(*row) for row in rows]


def institution_of(session: Session, area_id: int) -> Institution | None:
    """The institution of an area, if it has one."""
    return session.scalars(select(Institution).where(Institution.area_id == area_id)).one_or_none()


def return_that_counts(session: Session, area_id: int, year: int) -> YearlyReturn | None:
    """The return whose figures a formula reads: one that counts; a draft tells nothing yet."""
    wanted = select(YearlyReturn).where(
        YearlyReturn.area_id == area_id, YearlyReturn.year == year, YearlyReturn.state.in_(COUNTED)
    )
    return session.scalars(wanted).one_or_none()


def account(session: Session, login: str) -> tuple[Account, str] | None:
    """An account that can be used, and the name of its organisation."""
    wanted = select(Account, func.coalesce(Organisation.name, "")).outerjoin(
        Organisation, Organisation.id == Account.organisation_id
    )
    found = session.execute(wanted.where(Account.login == login, Account.is_active)).one_or_none()
    return None if found is None else (found[0], found[1])


def _lines() -> Select[Assessment, Area, GradeScheme]:
    return (
        select(Assessment, Area, GradeScheme)
        .join(Area, Area.id == Assessment.area_id)
        .join(GradeScheme, GradeScheme.id == Assessment.scheme_id)
    )


def _narrowed(wanted: Select[Assessment], actor: Actor, asked: Asked) -> Select[Assessment]:
    wanted = wanted.join(Area, Area.id == Assessment.area_id).join(GradeScheme, GradeScheme.id == Assessment.scheme_id)
    return wanted.where(visible_to(actor), *_conditions(asked))


def _conditions(asked: Asked) -> list[ColumnElement[bool]]:
    return [
        Assessment.year == asked.year if asked.year is not None else true(),
        Assessment.state == asked.state if asked.state else true(),
        GradeScheme.code == asked.scheme if asked.scheme else true(),
        within(asked.region) if asked.region else true(),
    ]


def _there(found: Found | None) -> Found:
    if found is None:
        raise NotFoundError
    return found
