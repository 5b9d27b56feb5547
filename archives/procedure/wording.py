"""Periods and fines in words, in the reader's language."""

from archives.core.language import Message, gettext, msg
from archives.procedure.clocks import FineRange
from archives.reference.models import DeadlineRule

EVENTS = {
    "planning_permit": "planning permit",
    "construction_permit": "construction permit",
    "commencement": "commencement",
    "backfilling": "backfilling",
    "pre_acceptance_application": "receipt of the application",
    "pre_acceptance": "the check",
    "completion_acceptance": "completion acceptance",
    "record_filing": "filing for record",
    "transfer_application": "application for the transfer",
    "transfer": "the transfer",
    "survey": "the survey",
    "change": "the change",
    "last_report": "the last report",
    "creation": "creation",
    "dissolution": "dissolution of the unit",
    "year_end": "the end of the year",
}
_UNITS = {
    "days": "within %(number)d days of %(event)s",
    "working_days": "within %(number)d working days of %(event)s",
    "months": "within %(number)d months of %(event)s",
    "years": "within %(number)d years of %(event)s",
}


def period(rule: DeadlineRule) -> Message:
    """How long a deadline runs, and from what."""
    event = msg(EVENTS[rule.starts_from])
    if rule.number == 0:
        return msg("no later than %(event)s", event=event)
    return msg(_UNITS[rule.unit], number=rule.number, event=event)


def fine(found: FineRange | None) -> str:
    """The range of a fine, in yuan; empty where the table gives none."""
    if found is None:
        return ""
    text = gettext("fine of %(least)s to %(most)s yuan") % {"least": f"{found.least:,}", "most": f"{found.most:,}"}
    return f"{text}{_persons(found)}"


def persons_share(found: FineRange | None) -> str:
    """The responsible person's share of the unit's fine, e.g. 5%–10%."""
    if found is None or found.person_most is None:
        return ""
    return f"{found.person_least or 0}%–{found.person_most}%"


def _persons(found: FineRange) -> str:
    share = persons_share(found)
    return gettext("; persons responsible %(share)s of it") % {"share": share} if share else ""
