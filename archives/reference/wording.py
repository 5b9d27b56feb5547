"""A deadline in words, in the reader's language."""

from archives.core.language import Message, msg
from archives.reference.models import DeadlineRule
from archives.reference.tables import load_tables

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

UNIT_LABELS = {
    "days": msg("days"),
    "working_days": msg("working days"),
    "months": msg("months"),
    "years": msg("years"),
}
DAY_LABELS = {"holiday": msg("day off"), "makeup": msg("worked weekend day")}
KIND_LABELS = {
    "retention": msg("Retention periods"),
    "secrecy": msg("Secrecy levels"),
    "medium": msg("Media"),
    "works_type": msg("Works types"),
    "permit_kind": msg("Permits"),
    "party_role": msg("Parties"),
    "scale": msg("Scales"),
    "key_level": msg("Key levels"),
    "rectification_reason": msg("Reasons for rectification"),
    "file_format": msg("File formats"),
    "scheme": msg("Description schemes"),
    "scope_template": msg("Filing scopes"),
    "description_element": msg("Elements of description"),
    "limit": msg("Measures of volumes"),
}
"""The vocabularies that have a page of their own."""


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


def basis(rule: DeadlineRule) -> str:
    """The instrument that sets a deadline; where there is none, the source whose practice it follows."""
    source = load_tables().sources.get(rule.source)
    return rule.legal_basis or (source.title if source else rule.place)
