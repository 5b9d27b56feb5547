"""Reminding those who have not filed: noted with the day asked for, on paper, and on the page of whoever fills in."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archives.core.actors import Actor
from archives.core.audit import Subject, record
from archives.core.clock import now, today
from archives.core.documents.facility_papers import FacilityReminder, ReminderLetter
from archives.core.drafts import read
from archives.core.errors import RefusedError
from archives.core.language import msg
from archives.core.permissions import require
from archives.core.problems import Problem
from archives.facilities.actions import REMIND
from archives.facilities.drafts import ReminderDraft
from archives.facilities.filing.queries import Line
from archives.facilities.models import RETURNED, Reminder

KIND = "facility_reminder"
"""Subject kind in the audit."""
Times = Mapping[str, tuple[int, date]]
"""By area code: how often it was reminded of a year, and the latest day that was asked for."""


def remind(session: Session, actor: Actor, lines: Sequence[Line], year: int, until: str) -> int:
    """Note that the areas are reminded of their return of a year; how many. Raises RefusedError. Audited."""
    require(actor, REMIND)
    reading = read(ReminderDraft, {"until": until}, {})
    day, problems = reading.draft.until, list(reading.problems)
    if day is not None and day < today():
        problems.append(Problem("until.past", msg("The day has passed already."), "until"))
    if not lines:
        problems.append(Problem("codes.missing", msg("Choose at least one area that has not filed."), "codes"))
    if problems or day is None:
        raise RefusedError(problems)
    at = now()
    session.add_all(
        Reminder(area_id=line.area.id, year=year, until=day, reminded_by=actor.name, reminded_at=at) for line in lines
    )
    session.flush()
    codes = [line.area.code for line in lines]
    subject = Subject(KIND, None, codes[0] if len(codes) == 1 else f"{codes[0]}…{codes[-1]}")
    record(session, actor, "facilities.reminded", subject, None, year=year, until=day.isoformat(), codes=codes)
    return len(lines)


def reminded(session: Session, year: int, lines: Iterable[Line]) -> Times:
    """How often the areas were reminded of a year, in one statement."""
    codes = {line.area.id: line.area.code for line in lines}
    counted = select(Reminder.area_id, func.count(), func.max(Reminder.until)).where(Reminder.year == year)
    rows = session.execute(counted.group_by(Reminder.area_id))
    return {codes[area]: (number, until) for area, number, until in rows if area in codes}


def letters(lines: Sequence[Line], times: Times, year: int, issuer: str) -> FacilityReminder:
    """A letter for each reminded area that has still not filed; `issuer` is the office that sends it."""
    return FacilityReminder(
        institution=issuer,
        date=today().isoformat(),
        year=str(year),
        letters=[_letter(line, times[line.area.code][1]) for line in lines if line.area.code in times],
    )


def _letter(line: Line, until: date) -> ReminderLetter:
    institution = line.institution
    return ReminderLetter(
        to=(institution.department or institution.name if institution else "") or line.area.name or line.area.code,
        area=line.area.name or line.area.code,
        code=line.area.code,
        given_back=line.state == RETURNED,
        reason=line.filed.reason if line.filed is not None else "",
        until=until.isoformat(),
    )
