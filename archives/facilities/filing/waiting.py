"""What yearly returns ask of a reader: those to be checked, and one's own that were given back."""

from flask import url_for
from sqlalchemy.orm import Session

from archives.core.actors import Actor, Role
from archives.core.language import msg
from archives.core.registry import Todo
from archives.facilities.actions import ENTER
from archives.facilities.filing import queries
from archives.facilities.models import SUBMITTED

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
    return found
