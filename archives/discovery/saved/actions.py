"""The row of the permission table for saved searches. Whoever may search may keep searches of their own."""

from archives.core.actors import STAFF
from archives.core.permissions import action, among

SHARE = action("search.share", "Share saved searches with colleagues", among(STAFF))
ACTIONS = (SHARE,)
