"""What the audit calls the changes to facilities."""

from archives.core.language import Message, msg

EVENTS: dict[str, Message] = {
    "facilities.received": msg("Yearly returns taken in"),
    "facilities.submitted": msg("Yearly return submitted"),
    "facilities.accepted": msg("Yearly return accepted"),
    "facilities.decided": msg("Edition of the targets made"),
    "facilities.listed": msg("Entry of a list added, ended or taken up again"),
    "facilities.reminded": msg("Areas reminded of their yearly returns"),
    "facilities.bounded": msg("Boundaries of areas loaded"),
    "facilities.unbounded": msg("Boundaries of areas removed"),
    "facilities.returned": msg("Yearly return given back"),
}
