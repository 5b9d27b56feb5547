"""The organisations' rows of the permission table."""

from archives.core.actors import Actor, Role
from archives.core.permissions import action, among, grant
from archives.organisations.models import Organisation

KEEPERS = frozenset({Role.COUNTER, Role.GUIDANCE, Role.CATALOGUER})
"""Those who keep the registers of organisations and projects."""


def is_own(actor: Actor, organisation: Organisation) -> bool:
    """Whether the actor belongs to the organisation."""
    return actor.organisation_id is not None and actor.organisation_id == organisation.id


REGISTER = action("organisations.register", "Register organisations", among(KEEPERS))
AMEND = action(
    "organisations.amend", "Amend organisations", among(KEEPERS), grant(Role.CLIENT, Role.RECORD_CLERK, when=is_own)
)
MERGE = action("organisations.merge", "Merge organisations", grant(Role.GUIDANCE, Role.CATALOGUER))

ACTIONS = (REGISTER, AMEND, MERGE)
