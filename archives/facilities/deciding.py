"""What an authority decides of the standards: its own editions of the targets, its own entries of lists.

The only writer of both. An edition never changes once it is made; an entry keeps its code and its list.
"""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from archives.core import history
from archives.core.actors import Actor
from archives.core.audit import Subject, record
from archives.core.clock import now
from archives.core.drafts import read
from archives.core.errors import NotFoundError, RefusedError
from archives.core.language import msg
from archives.core.permissions import require
from archives.core.problems import Problem
from archives.facilities import queries
from archives.facilities.actions import DECIDE
from archives.facilities.drafts import EditionDraft, ListedDraft
from archives.facilities.editions import Required, check_edition, check_listed, kept, read_told
from archives.facilities.models import OwnEdition, OwnListed
from archives.facilities.return_lists import LISTS
from archives.facilities.standards.tables import load_standards
from archives.facilities.vocabularies import vocabularies

LISTED = "facility_listed"
"""Kind of an own entry in the audit."""


def decide_edition(
    session: Session, actor: Actor, facts: Mapping[str, object], numbers: Mapping[str, object], required: Required
) -> None:
    """Make an edition of one's own: some numbers of another, or what its lists ask for, changed for a reason.

    Raises RefusedError. Audited.
    """
    require(actor, DECIDE)
    reading = read(EditionDraft, facts, {})
    draft, shipped = reading.draft, {row.code for row in load_standards().editions}
    if draft.base not in shipped:
        sentence = msg("There is no edition %(code)s; there are %(known)s.", code=draft.base, known="、".join(shipped))
        raise RefusedError([*reading.problems, Problem("base.unknown", sentence, "base")])
    told = read_told(numbers, required, load_standards().edition(draft.base), queries.lists(session))
    taken = shipped | {row.code for row in queries.own_editions(session)}
    problems = [*reading.problems, *check_edition(draft, told, taken)]
    if problems or draft.valid_from is None:
        raise RefusedError(problems)
    made = OwnEdition(
        code=draft.code,
        name=draft.name,
        base=draft.base,
        reason=draft.reason,
        valid_from=draft.valid_from,
        numbers=kept(told.numbers),
        required=dict(told.required),
        decided_by=actor.name,
        decided_at=now(),
    )
    session.add(made)
    session.flush()
    changes = {code: (None, list(pair)) for code, pair in told.numbers.items()}
    asked_for = {name: (None, list(codes)) for name, codes in told.required.items()}
    subject = Subject("facility_edition", made.id, made.code)
    record(
        session, actor, "facilities.decided", subject, {**changes, **asked_for}, base=draft.base, reason=draft.reason
    )


def add_listed(session: Session, actor: Actor, facts: Mapping[str, object]) -> OwnListed:
    """Add an entry to one of the lists of a return. Raises RefusedError. Audited."""
    require(actor, DECIDE)
    reading = read(ListedDraft, facts, vocabularies())
    draft = reading.draft
    taken = {row.code for row in queries.lists(session).of(LISTS[draft.list_name])} if draft.list_name else set()
    problems = [*reading.problems, *check_listed(draft, taken)]
    if problems:
        raise RefusedError(problems)
    made = OwnListed(**draft.model_dump(), ended=False, decided_by=actor.name, decided_at=now())
    session.add(made)
    session.flush()
    changes = {name: (None, value) for name, value in draft.model_dump().items()}
    record(session, actor, "facilities.listed", Subject(LISTED, made.id, made.code), changes)
    return made


def end_listed(session: Session, actor: Actor, number: int, *, ended: bool) -> OwnListed:
    """Ask no longer for an entry of the office's own, or again. What was told of it stays. Audited."""
    require(actor, DECIDE)
    entry = session.get(OwnListed, number)
    if entry is None:
        raise NotFoundError(msg("There is no such entry."))
    if changes := history.apply(entry, {"ended": ended}):
        session.flush()
        record(session, actor, "facilities.listed", Subject(LISTED, entry.id, entry.code), changes)
    return entry
