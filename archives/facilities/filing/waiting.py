"""What yearly returns ask of a reader: those to be checked, and one's own that were given back."""

from collections.abc import Iterator

from flask import url_for
from sqlalchemy.orm import Session

from archives.core.actors import Actor, Role
from archives.core.language import msg
from archives.core.registry import Todo
from archives.facilities.actions import ENTER
from archives.facilities.filing import keeping, queries, reminding
from archives.facilities.filing.own_figures import own_area
from archives.facilities.models import COUNTED, SUBMITTED

KIND = "facility_return"


def todos(session: Session, actor: Actor) -> list[Todo]:
    """One line for each year with returns to check, one for each return that was given back."""
    found = []
    if actor.has(Role.AUTHORITY):
        for year, number in queries.to_check(session, actor):
            what = msg("Yearly returns of %(year)s to check: %(number)s", year=year, number=number)
            found.append(Todo(what, url_for("facility_returns.index", year=year, state=SUBMITTED), kind=KIND))
    if ENTER.allows(actor):
        for code, name, year, reason in queries.given_back(session, actor):
            what = msg(
                "Yearly return of %(name)s for %(year)s was given back: %(reason)s",
                name=name or code,
                year=year,
                reason=reason,
            )
            found.append(Todo(what, url_for("facility_returns.show", code=code, year=year), kind=KIND))
        if not actor.has(Role.AUTHORITY):
            found += _asked_for(session, actor)
        found += _begun(session, actor)
    return found


def _asked_for(session: Session, actor: Actor) -> Iterator[Todo]:
    """Returns of the office's own area that an authority asked for and that do not count yet."""
    code = own_area(session)
    for name, year, until in reminding.asked_of(session, code) if code else ():
        filed = queries.filing_of(session, actor, code, year).filed
        if filed is None or filed.state not in COUNTED:
            what = msg(
                "Yearly return of %(name)s for %(year)s is asked for by %(day)s", name=name, year=year, day=until
            )
            yield Todo(what, url_for("facility_returns.show", code=code, year=year), kind=KIND, due_on=until)


def _begun(session: Session, actor: Actor) -> Iterator[Todo]:
    """Forms that were begun and not saved."""
    for one in keeping.begun_by(session, actor):
        what = msg("Yearly return of %(name)s for %(year)s: typed and not saved", name=one.name, year=one.year)
        yield Todo(what, url_for("facility_returns.form.edit", code=one.code, year=one.year), kind=KIND)
