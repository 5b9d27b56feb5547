"""What the audit calls changes to saved searches, and hits that were given out."""

from archives.core.language import Message, msg

EVENTS: dict[str, Message] = {
    "search.saved": msg("Search saved"),
    "search.renamed": msg("Saved search renamed"),
    "search.shared": msg("Saved search shared"),
    "search.unshared": msg("Saved search no longer shared"),
    "search.removed": msg("Saved search removed"),
    "search.hits_given": msg("Hits given out"),
}
