"""What the audit calls the changes to organisations."""

from archives.core.language import Message, msg

EVENTS: dict[str, Message] = {
    "organisation.registered": msg("Organisation registered"),
    "organisation.amended": msg("Organisation changed"),
    "organisation.merged": msg("Organisation merged into another"),
}
