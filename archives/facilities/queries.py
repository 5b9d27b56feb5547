"""Every SELECT of areas, institutions and returns, seen through the reader's eyes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Text, and_, case, cast, false, func, literal, select, true, union_all
from sqlalchemy.orm import Session

from archives.core.actors import Actor
from archives.core.clock import today
from archives.core.errors import NotFoundError
from archives.core.language import msg
from archives.facilities.actions import SEE
from archives.facilities.drafts import Entry
from archives.facilities.editions import OWN, taken_from, with_numbers, with_required
from archives.facilities.models import COUNTED, Area, Institution, OwnEdition, OwnListed, YearlyReturn
from archives.facilities.plan import Known
from archives.facilities.return_lists import LISTS, Lists
from archives.facilities.returns import NUMBERS, Mask, Returns, from_columns
from archives.facilities.rules import AreaFacts
from archives.facilities.standards.rows import ListedRow
from archives.facilities.standards.tables import Edition, load_standards

BATCH = 5_000
"""Codes in one statement; both databases allow some 30 000 places."""


@dataclass(frozen=True, slots=True)
class Filed:
    """Returns as columns, and beside them what a list shows of each row: names, bases, states."""

    returns: Returns
    names: Sequence[str]
    institutions: Sequence[str]
    bases: Sequence[str]
    states: Sequence[str]
    """"" where no return counts for the year."""

    def chosen(self, rows: Mask) -> "Filed":
        """These rows alone."""
        columns = (self.names, self.institutions, self.bases, self.states)
        return Filed(self.returns.chosen(rows), *(list(compress(column, rows.tolist())) for column in columns))


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Which areas and returns the actor may see: all, or none."""
    return true() if SEE.allows(actor) else false()


def within(region: str) -> ColumnElement[bool]:
    """An area and all below it; every area if none is named."""
    if not region:
        return true()
    below = select(Area.id).where(Area.code == region).cte("within", recursive=True)
    below = below.union_all(select(Area.id).join(below, Area.parent_id == below.c.id))
    return Area.id.in_(select(below.c.id))


def known_for(session: Session, entries: Sequence[Entry]) -> Known:
    """What the entries are held against, in a number of statements that does not follow the number of entries."""
    codes = sorted({entry.area.code for entry in entries if entry.area.code})
    years = {entry.figures.year for entry in entries if entry.figures.year is not None}
    areas = {area.code: area for some in _batches(codes) for area in session.scalars(_areas(some))}
    by_id = {area.id: area.code for area in areas.values()}
    institutions = {
        by_id[one.area_id]: one
        for some in _batches(sorted(by_id))
        for one in session.scalars(select(Institution).where(Institution.area_id.in_(some)))
    }
    wanted = sorted(years | {year - 1 for year in years})
    returns = {
        (by_id[one.area_id], one.year): one
        for some in _batches(sorted(by_id))
        for one in session.scalars(
            select(YearlyReturn).where(YearlyReturn.area_id.in_(some), YearlyReturn.year.in_(wanted))
        )
    }
    return Known(today().year, register(session), areas, institutions, returns)


def register(session: Session) -> dict[str, AreaFacts]:
    """Every registered area by code."""
    rows = session.execute(select(Area.code, Area.name, Area.level))
    return {code: AreaFacts(code, name, level) for code, name, level in rows}


def lines(session: Session) -> Sequence[Row[int, str, str, int | None]]:
    """Id, code, given parent and present parent of every area."""
    return session.execute(select(Area.id, Area.code, Area.parent_code, Area.parent_id)).all()


def edition(session: Session, code: str) -> Edition:
    """An edition, one of the program's or an authority's own. Raises NotFoundError naming those there are."""
    own = session.scalars(select(OwnEdition).where(OwnEdition.code == code)).one_or_none()
    standards = load_standards()
    if own is not None:
        return _edition_of(own, lists(session))
    if all(row.code != code for row in standards.editions) and (others := own_editions(session)):
        known = "、".join([*(row.code for row in standards.editions), *(row.code for row in others)])
        raise NotFoundError(msg("There is no edition %(code)s; there are %(known)s.", code=code, known=known))
    return standards.edition(code)


def lists(session: Session) -> Lists:
    """The lists of a return with the entries of the office's own."""
    return Lists(tuple(_listed_row(one) for one in own_listed(session)))


def own_listed(session: Session) -> Sequence[OwnListed]:
    """The entries that the office added to lists, in their order."""
    return session.scalars(select(OwnListed).order_by(OwnListed.id)).all()


def every_edition(session: Session) -> list[Edition]:
    """The program's editions in their order, then the authority's own, in two statements."""
    standards = load_standards()
    known = lists(session)
    return [
        *(standards.edition(row.code) for row in standards.editions),
        *(_edition_of(own, known) for own in own_editions(session)),
    ]


def _edition_of(own: OwnEdition, known: Lists) -> Edition:
    made = with_numbers(load_standards().edition(own.base), own.code, own.name, own.reason, taken_from(own.numbers))
    return with_required(made, own.required, known) if own.required else made


def own_editions(session: Session) -> Sequence[OwnEdition]:
    """The authority's own editions, the newest first."""
    return session.scalars(select(OwnEdition).order_by(OwnEdition.valid_from.desc(), OwnEdition.id.desc())).all()


def return_of(session: Session, actor: Actor, code: str, year: int) -> YearlyReturn:
    """One return. Raises NotFoundError."""
    wanted = select(YearlyReturn).join(Area, Area.id == YearlyReturn.area_id)
    found = session.scalars(wanted.where(Area.code == code, YearlyReturn.year == year, visible_to(actor))).one_or_none()
    if found is None:
        raise NotFoundError(msg("There is no return of %(code)s for %(year)s.", code=code, year=year))
    return found


def filed_in(session: Session, actor: Actor, year: int, region: str = "") -> Filed:
    """One row for every area of the region (all, if none is named) and what it filed for the year, if it did.

    Without a return of the year the register tells what there is, and every figure is unknown. Raises NotFoundError
    for a region that is not registered.
    """
    rows = session.execute(statement_of(actor, year, _region(session, region) if region else None)).all()
    return filed_from(rows)


def filed_in_years(session: Session, actor: Actor, years: Sequence[int], region: str = "") -> Filed:
    """The same for several years, by year: a row of each year for every area, `year` set in those without a return too.

    Raises NotFoundError for a region that is not registered.
    """
    within = _region(session, region) if region else None
    return filed_from(session.execute(statement_of_years(actor, years, within)).all())


def filed_over(session: Session, actor: Actor, first: int, last: int) -> Filed:
    """One row for each return that counts, of the years from `first` to `last`."""
    return filed_from(rows_over(session, actor, first, last))


def rows_over(session: Session, actor: Actor, first: int, last: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """The same as the database gives them."""
    return session.execute(statement_over(actor, first, last)).all()


def statement_over(actor: Actor, first: int, last: int) -> Select[Any]:
    """The one statement behind the results of several years."""
    joined = and_(YearlyReturn.area_id == Area.id, YearlyReturn.state.in_(COUNTED))
    wanted = _columns().join(YearlyReturn, joined).outerjoin(Institution, Institution.area_id == Area.id)
    wanted = wanted.where(YearlyReturn.year.between(first, last), visible_to(actor))
    return wanted.order_by(YearlyReturn.year, Area.code)


def filed_by(session: Session, actor: Actor, code: str) -> Filed:
    """One row for each return of one area that counts, by year."""
    joined = and_(YearlyReturn.area_id == Area.id, YearlyReturn.state.in_(COUNTED))
    wanted = _columns().join(YearlyReturn, joined).outerjoin(Institution, Institution.area_id == Area.id)
    own = wanted.where(Area.code == code, visible_to(actor)).order_by(YearlyReturn.year)
    return filed_from(session.execute(own).all())


def statement_of(actor: Actor, year: int, within: Select[int] | None = None) -> Select[Any]:
    """The one statement behind a year's results."""
    joined = and_(YearlyReturn.area_id == Area.id, YearlyReturn.year == year, YearlyReturn.state.in_(COUNTED))
    wanted = _columns().outerjoin(YearlyReturn, joined).outerjoin(Institution, Institution.area_id == Area.id)
    wanted = wanted.where(visible_to(actor)).order_by(Area.code)
    return wanted if within is None else wanted.where(Area.id.in_(within))


def statement_of_years(actor: Actor, years: Sequence[int], within: Select[int] | None = None) -> Select[Any]:
    """The one statement behind the results of several years, of which an area need not have a return."""
    asked = union_all(*(select(literal(year).label("year")) for year in years)).subquery("asked")
    counts = YearlyReturn.state.in_(COUNTED)
    joined = and_(YearlyReturn.area_id == Area.id, YearlyReturn.year == asked.c.year, counts)
    wanted = _columns(year=asked.c.year).join(asked, true()).outerjoin(YearlyReturn, joined)
    wanted = wanted.outerjoin(Institution, Institution.area_id == Area.id).where(visible_to(actor))
    wanted = wanted.order_by(asked.c.year, Area.code)
    return wanted if within is None else wanted.where(Area.id.in_(within))


def filed_from(rows: Sequence[Row[*tuple[Any, ...]]]) -> Filed:
    """Rows of the statement as columns."""
    columns: Mapping[str, Sequence[Any]] = dict(
        zip(_NAMES, zip(*rows, strict=True) if rows else ((),) * len(_NAMES), strict=True)
    )
    returns = from_columns(columns)
    return Filed(returns, columns["name"], columns["institution"], columns["population_basis"], columns["state"])


def _listed_row(one: OwnListed) -> ListedRow:
    return ListedRow(
        kind=LISTS[one.list_name],
        code=one.code,
        name_zh=one.name,
        name_en=one.name_en or one.name,
        rank=one.id,
        required=False,
        ended=one.ended,
        source=OWN,
        verified=False,
        note=one.reason,
    )


def _columns(**instead: ColumnElement[Any]) -> Select[Any]:
    """Every column of a row; `instead` takes the place of some by name."""
    selected = {**_SELECTED, **instead}
    return select(*(selected[name].label(name) for name in _NAMES)).select_from(Area)


def _told(of_the_year: Any, registered: Any) -> ColumnElement[Any]:
    """What the year's return tells, or else the register."""
    return func.coalesce(func.nullif(of_the_year, ""), registered)


_SELECTED: Mapping[str, ColumnElement[Any]] = {
    "code": Area.code.expression,
    "name": Area.name.expression,
    "level": Area.level.expression,
    "urban_status": Area.urban_status.expression,
    "rule_before": Area.rule_before.expression,
    "institution": func.coalesce(Institution.name, ""),
    "year": func.coalesce(YearlyReturn.year, 0),
    "state": func.coalesce(YearlyReturn.state, ""),
    "has": _told(YearlyReturn.has, Area.has),
    "body": _told(YearlyReturn.body, Area.body),
    "population": func.coalesce(YearlyReturn.population, Area.population),
    "population_basis": case(
        (YearlyReturn.population.is_not(None), YearlyReturn.population_basis), else_=Area.population_basis
    ),
    "two_names": case((YearlyReturn.id.is_(None), Institution.two_names), else_=YearlyReturn.two_names),
    "lan": YearlyReturn.lan.expression,
    "computerised": YearlyReturn.computerised.expression,
    **{name: getattr(YearlyReturn, name).expression for name in NUMBERS},
    # As text: most returns have what others have, and each different record is read once.
    "equipment": cast(YearlyReturn.equipment, Text),
    "database": cast(YearlyReturn.databases, Text),
    "regulation": cast(YearlyReturn.regulations, Text),
}
_NAMES = tuple(_SELECTED)


def _region(session: Session, code: str) -> Select[int]:
    """The ids of an area and of all below it."""
    top = select(Area.id).where(Area.code == code)
    if session.scalars(top).first() is None:
        raise NotFoundError(msg("There is no administrative area %(code)s.", code=code))
    below = top.cte("within", recursive=True)
    below = below.union_all(select(Area.id).join(below, Area.parent_id == below.c.id))
    return select(below.c.id)


def _areas(codes: Sequence[str]) -> Select[Area]:
    return select(Area).where(Area.code.in_(codes))


def _batches(keys: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (keys[first : first + BATCH] for first in range(0, len(keys), BATCH))
