"""Periods and fines in words, in the reader's language."""

from archives.core.language import Message, gettext, msg
from archives.procedure.clocks import FineRange
from archives.reference.models import DeadlineRule

EVENTS = {
    "planning_permit": msg("planning permit"),
    "construction_permit": msg("construction permit"),
    "commencement": msg("commencement"),
    "backfilling": msg("backfilling"),
    "pre_acceptance_application": msg("receipt of the application"),
    "pre_acceptance": msg("the check"),
    "completion_acceptance": msg("completion acceptance"),
    "record_filing": msg("filing for record"),
    "transfer_application": msg("application for the transfer"),
    "transfer": msg("the transfer"),
    "survey": msg("the survey"),
    "change": msg("the change"),
    "last_report": msg("the last report"),
    "creation": msg("creation"),
    "dissolution": msg("dissolution of the unit"),
    "year_end": msg("the end of the year"),
}


def period(rule: DeadlineRule) -> Message:
    """How long a deadline runs, and from what."""
    number, event = rule.number, EVENTS[rule.starts_from]
    if number == 0:
        return msg("no later than %(event)s", event=event)
    match rule.unit:
        case "working_days":
            return msg("within %(number)d working days of %(event)s", number=number, event=event)
        case "months":
            return msg("within %(number)d months of %(event)s", number=number, event=event)
        case "years":
            return msg("within %(number)d years of %(event)s", number=number, event=event)
        case _:
            return msg("within %(number)d days of %(event)s", number=number, event=event)


def clause(rule: DeadlineRule) -> str:
    """The instrument that sets a deadline; where there is none, the place whose practice it follows."""
    return rule.legal_basis or f"{rule.place} {rule.clause}".strip()


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
