"""Accession's rows of the permission table."""

from archives.core.actors import Role
from archives.core.permissions import action, grant
from archives.procedure.actions import CLIENTS

BRING = action(
    "accession.bring", "Bring transfer lists and files", CLIENTS, grant(Role.COUNTER, Role.GUIDANCE, Role.CATALOGUER)
)
TAKE = action("accession.take", "Take a checked list into the catalogue", CLIENTS, grant(Role.COUNTER, Role.CATALOGUER))
EXEMPT = action(
    "accession.exempt", "Say which documents the works do not have", CLIENTS, grant(Role.COUNTER, Role.GUIDANCE)
)
ENTER = action("accession.enter", "Give accession numbers and shelves", grant(Role.STACKS, Role.CATALOGUER))
ACTIONS = (BRING, TAKE, EXEMPT, ENTER)
