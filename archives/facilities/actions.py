"""The facilities' rows of the permission table."""

from typing import Any

from archives.core.actors import STAFF, Actor, Role
from archives.core.permissions import action, among, grant


def entered_by_another(actor: Actor, filed: Any) -> bool:
    """Nobody checks what he entered himself."""
    return filed is None or filed.entered_by is None or filed.entered_by != actor.account_id


SEE = action("facilities.see", "See returns and their results", among(STAFF), grant(Role.AUTHORITY))
REGISTER = action("facilities.register", "Keep the register of administrative areas", grant(Role.AUTHORITY))
ENTER = action(
    "facilities.enter", "Enter yearly returns", grant(Role.AUTHORITY, Role.DIRECTOR, Role.REVIEWER, Role.GUIDANCE)
)
CHECK = action("facilities.check", "Check yearly returns", grant(Role.AUTHORITY, when=entered_by_another))
DECIDE = action("facilities.decide", "Make an edition of the targets", grant(Role.AUTHORITY))
REMIND = action("facilities.remind", "Remind areas of their yearly returns", grant(Role.AUTHORITY))
ACTIONS = (SEE, REGISTER, ENTER, CHECK, DECIDE, REMIND)
