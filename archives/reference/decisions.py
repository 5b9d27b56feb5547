"""The office's own entries, from whatever a door brings: a draft is read, checked and kept beside the national row."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from archives.core.actors import Actor
from archives.core.drafts import Choice, Draft, Vocabularies, Vocabulary, read
from archives.core.errors import ArchivesError, NotFoundError, RefusedError
from archives.core.language import msg
from archives.core.numbering import check_template
from archives.core.problems import Problem
from archives.reference import queries
from archives.reference.calendar import UNITS
from archives.reference.drafts import DAY_KINDS as DAY_KIND
from archives.reference.drafts import EVENTS as EVENT
from archives.reference.drafts import UNITS as UNIT
from archives.reference.drafts import DaysDraft, DeadlineDraft, NumberDraft
from archives.reference.models import CalendarDay, DeadlineRule, Term
from archives.reference.service import keep_own, withdraw_own
from archives.reference.wording import DAY_LABELS, EVENTS, UNIT_LABELS

LONGEST_SPAN = 60
"""Days that one entry may cover: more is a slip of the pen."""
PLACES = frozenset({"year", "seq"})
D = TypeVar("D", bound=Draft)


def vocabularies() -> Vocabularies:
    """The choices of the drafts."""
    return {
        UNIT: Vocabulary([Choice(unit, str(UNIT_LABELS[unit])) for unit in UNITS]),
        EVENT: Vocabulary([Choice(event, str(label)) for event, label in EVENTS.items()]),
        DAY_KIND: Vocabulary([Choice(kind, str(label)) for kind, label in DAY_LABELS.items()]),
    }


def decide_deadline(session: Session, actor: Actor, code: str, facts: Mapping[str, object]) -> None:
    """Keep the office's version of a deadline. Raises RefusedError with every problem, NotFoundError."""
    if (code,) not in queries.effective(session, DeadlineRule):
        raise NotFoundError
    draft = _read(DeadlineDraft, facts)
    keep_own(session, actor, DeadlineRule, (code,), draft.model_dump())


def decide_number(session: Session, actor: Actor, code: str, facts: Mapping[str, object]) -> None:
    """Keep the office's way of numbering a document. Raises RefusedError, NotFoundError."""
    form = queries.term(session, "document_form", code)
    template = _read(NumberDraft, facts).number_template
    problem = _template_problem(template)
    if problem is not None:
        raise RefusedError([problem])
    values = {"details": {**form.details, "number_template": template}}
    keep_own(session, actor, Term, ("document_form", code), values)


def enter_days(session: Session, actor: Actor, facts: Mapping[str, object]) -> int:
    """Enter holidays or make-up days; how many. Raises RefusedError with every problem."""
    draft = _read(DaysDraft, facts)
    first = draft.first or date.min
    days = _span(first, draft.last or first)
    for one in days:
        keep_own(session, actor, CalendarDay, (one,), {"kind": draft.kind, "note": draft.note, "active": True})
    return len(days)


def clear_day(session: Session, actor: Actor, day: date) -> None:
    """Make a day an ordinary one again: the office's own entry goes, a national one is put out of use."""
    pair = queries.pairs(session, CalendarDay).get((day,))
    if pair is None:
        raise NotFoundError
    if pair.national is None:
        withdraw_own(session, actor, CalendarDay, (day,))
    else:
        keep_own(session, actor, CalendarDay, (day,), {"active": False})


def _read(kind: type[D], facts: Mapping[str, object]) -> D:
    reading = read(kind, facts, vocabularies())
    if reading.problems:
        raise RefusedError(reading.problems)
    return reading.draft


def _span(first: date, last: date) -> list[date]:
    length = (last - first).days + 1
    if length < 1:
        raise RefusedError([Problem("last.before_first", msg("The last day is before the first."), "last")])
    if length > LONGEST_SPAN:
        sentence = msg("That is %(days)d days; one entry may cover %(most)d.", days=length, most=LONGEST_SPAN)
        raise RefusedError([Problem("last.too_long", sentence, "last")])
    return [first + timedelta(days=number) for number in range(length)]


def _template_problem(template: str) -> Problem | None:
    try:
        check_template(template, PLACES)
    except ArchivesError as error:
        return Problem("number_template.places", error.message, "number_template")
    if "{seq" not in template or "{year" not in template:
        sentence = msg("Without {year} and {seq} two papers could have the same number.")
        return Problem("number_template.ambiguous", sentence, "number_template")
    return None


def values_of(row: Any, kind: type[Draft]) -> dict[str, Any]:
    """A stored row as its form shows it."""
    return {name: getattr(row, name, None) for name in kind.model_fields}
