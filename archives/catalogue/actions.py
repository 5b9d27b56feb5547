"""The catalogue's rows of the permission table."""

from dataclasses import dataclass

from archives.catalogue.models import IN_TRANSFER
from archives.core.actors import EXTERNAL, STAFF, Actor, Role
from archives.core.permissions import action, among, grant

READERS = frozenset({Role.ENGINEER, Role.AUTHORITY})
"""Who reads what is in the holdings and nothing else."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides who may work on a volume: its state, the organisations with a part in its project, if that is over.

    `is_closed` says that the project was handed over: from then on only the archives change anything.
    """

    state: str
    parties: frozenset[int] = frozenset()
    is_closed: bool = False


def own_in_transfer(actor: Actor, standing: Standing) -> bool:
    """Whether it is of a project in which the actor's organisation has a part, and still to be handed over."""
    return actor.organisation_id in standing.parties and standing.state == IN_TRANSFER and not standing.is_closed


def in_transfer(_actor: Actor, standing: Standing) -> bool:
    """Whether the volume is not in the holdings yet."""
    return standing.state == IN_TRANSFER


SEE = action("catalogue.see", "Browse the catalogue", among(STAFF), among(EXTERNAL), among(READERS))
DESCRIBE = action(
    "catalogue.describe",
    "Describe volumes and items",
    grant(Role.CATALOGUER),
    among(EXTERNAL, when=own_in_transfer),
)
REMOVE = action(
    "catalogue.remove",
    "Remove volumes and items that are not in the holdings",
    grant(Role.CATALOGUER, when=in_transfer),
    among(EXTERNAL, when=own_in_transfer),
)
ARRANGE = action("catalogue.arrange", "Move, renumber and merge volumes and items", grant(Role.CATALOGUER))
EDIT_MANY = action("catalogue.edit_many", "Change many records at once, and undo it", grant(Role.CATALOGUER))
CODE = action("catalogue.code", "Give archival codes and shelf locations", grant(Role.CATALOGUER, Role.STACKS))
DOWNLOAD = action("catalogue.download", "Download electronic files", among(STAFF), among(EXTERNAL), among(READERS))
PRINT = action("catalogue.print", "Print covers, lists and labels", among(STAFF), among(EXTERNAL))

ACTIONS = (SEE, DESCRIBE, REMOVE, ARRANGE, EDIT_MANY, CODE, DOWNLOAD, PRINT)
