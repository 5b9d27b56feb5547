"""What the audit calls the changes to reference data."""

from archives.core.language import Message, msg

EVENTS: dict[str, Message] = {
    "reference.synced": msg("National tables brought up to date"),
    "reference.decided": msg("Office's own row decided"),
    "reference.withdrawn": msg("Office's own row withdrawn"),
}
