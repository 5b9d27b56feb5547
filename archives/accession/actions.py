"""Accession's rows of the permission table. Their subject is the standing of the project's volumes in transfer.

Whoever of the parties may describe a volume may also bring a list of volumes.
"""

from archives.catalogue.actions import own_in_transfer
from archives.core.actors import EXTERNAL, Role
from archives.core.permissions import action, among, grant

BRING = action(
    "accession.bring",
    "Bring transfer lists and files",
    among(EXTERNAL, when=own_in_transfer),
    grant(Role.COUNTER, Role.GUIDANCE, Role.CATALOGUER),
)
TAKE = action(
    "accession.take",
    "Take a checked list into the catalogue",
    among(EXTERNAL, when=own_in_transfer),
    grant(Role.COUNTER, Role.CATALOGUER),
)
EXEMPT = action(
    "accession.exempt",
    "Say which documents the works do not have",
    among(EXTERNAL, when=own_in_transfer),
    grant(Role.COUNTER, Role.GUIDANCE),
)
ENTER = action("accession.enter", "Give accession numbers and shelves", grant(Role.STACKS, Role.CATALOGUER))
ACTIONS = (BRING, TAKE, EXEMPT, ENTER)
