"""The pipelines' rows of the permission table."""

from dataclasses import dataclass

from archives.core.actors import EXTERNAL, STAFF, Actor, Role
from archives.core.permissions import action, among, grant

KEEPERS = frozenset({Role.COUNTER, Role.GUIDANCE, Role.CATALOGUER})
"""Those who keep the pipelines' records."""
READERS = frozenset({Role.ENGINEER, Role.AUTHORITY})
"""Who looks at what is in the archive and nothing else."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides who may work on a hand-over: the organisations with a part in its project, and if it is open."""

    parties: frozenset[int] = frozenset()
    is_open: bool = True


def own_and_open(actor: Actor, standing: Standing) -> bool:
    """Whether it is of a project in which the actor's organisation has a part, and nobody has accepted it yet."""
    return actor.organisation_id in standing.parties and standing.is_open


SEE = action("pipelines.see", "See the pipelines' map and query areas", among(STAFF), among(READERS))
BRING = action(
    "pipelines.bring",
    "Bring pipeline surveys",
    among(KEEPERS),
    among(EXTERNAL, when=own_and_open),
)
JUDGE = action("pipelines.judge", "Mark findings as false alarms", grant(Role.GUIDANCE, Role.CHECKER, Role.REVIEWER))
ACCEPT = action("pipelines.accept", "Accept pipeline surveys into the archive", grant(Role.REVIEWER, Role.CATALOGUER))
LINK = action("pipelines.link", "Link volumes and pipelines", grant(Role.CATALOGUER))
DEFINE = action("pipelines.define", "Keep import profiles and systems of coordinates", among(KEEPERS))
EXPORT = action(
    "pipelines.export",
    "Take pipeline data out of the archive",
    grant(Role.READING_ROOM, Role.CATALOGUER, Role.ENGINEER),
)
READ_GIVEN = action(
    "pipelines.read_given",
    "Read what pipeline data was given out",
    grant(Role.SECURITY_ADMIN, Role.DIRECTOR),
)
ASK_SHEET = action(
    "pipelines.ask_sheet",
    "Ask for a sheet of existing pipelines",
    among(STAFF),
    grant(Role.ENGINEER),
)
HANDLE_SHEET = action("pipelines.handle_sheet", "Handle requests for sheets", grant(Role.READING_ROOM, Role.COUNTER))
CHECK_SHEET = action("pipelines.check_sheet", "Check sheets before they are signed", grant(Role.CHECKER, Role.REVIEWER))
SIGN_SHEET = action("pipelines.sign_sheet", "Sign and issue sheets", grant(Role.DIRECTOR))
CLASSIFY = action("pipelines.classify", "Decide how secret kinds of pipelines are", grant(Role.SECURITY_ADMIN))
LOAD_BASE = action("pipelines.load_base", "Load base layers under the map", grant(Role.SYSTEM_ADMIN, Role.CATALOGUER))

ACTIONS = (
    SEE,
    BRING,
    JUDGE,
    ACCEPT,
    LINK,
    DEFINE,
    EXPORT,
    READ_GIVEN,
    ASK_SHEET,
    HANDLE_SHEET,
    CHECK_SHEET,
    SIGN_SHEET,
    CLASSIFY,
    LOAD_BASE,
)
