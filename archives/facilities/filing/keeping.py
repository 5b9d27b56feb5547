"""What is typed into a return's form and not saved yet: kept for whoever typed it, until it is saved or thrown away.

It is no record: nobody else sees it, it counts nowhere, and it leaves no trace in the audit or the history.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from archives.core.actors import Actor
from archives.core.clock import now
from archives.facilities.filing.queries import Filing
from archives.facilities.models import TypedInput


@dataclass(frozen=True, slots=True)
class Back:
    """What was typed and not saved: when, and how it differs from what is stored, as facts.

    `is_shown`: the form shows it again, which it does not over another's change.
    """

    at: datetime
    is_shown: bool
    differing: Sequence[Mapping[str, Any]]


def keep(session: Session, actor: Actor, filing: Filing, values: Mapping[str, str]) -> bool:
    """Keep what was typed, sound or not, in place of what was kept before; False without an account to keep it for."""
    if actor.account_id is None:
        return False
    found = kept_for(session, actor, filing.code, filing.year)
    if found is None:
        found = TypedInput(code=filing.code, year=filing.year, account_id=actor.account_id)
        session.add(found)
    found.values, found.typed_at = dict(values), now()
    found.version = filing.filed.version if filing.filed is not None else None
    session.flush()
    return True


def kept_for(session: Session, actor: Actor, code: str, year: int) -> TypedInput | None:
    """What the actor typed and did not save."""
    wanted = select(TypedInput).where(
        TypedInput.code == code, TypedInput.year == year, TypedInput.account_id == actor.account_id
    )
    return session.scalars(wanted).one_or_none()


def forget(session: Session, actor: Actor, code: str, year: int) -> None:
    """Throw it away: it was saved, or is not wanted."""
    mine = (TypedInput.code == code, TypedInput.year == year, TypedInput.account_id == actor.account_id)
    session.execute(delete(TypedInput).where(*mine))
