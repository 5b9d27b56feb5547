"""What the audit calls the changes on the way into the holdings."""

from archives.core.language import Message, msg

EVENTS: dict[str, Message] = {
    "transfer.opened": msg("Transfer opened"),
    "list.brought": msg("List brought"),
    "list.taken": msg("List taken in"),
    "files.received": msg("Files received"),
    "file.matched": msg("File matched to an item"),
    "file.dropped": msg("File sent back"),
    "files.accepted": msg("Files moved to the store"),
    "scope.exempted": msg("Documents marked as not applicable"),
    "scope.exemption_withdrawn": msg("Documents wanted after all"),
    "holdings.entered": msg("Entered into the holdings"),
}
