"""The projects' rows of the permission table."""

from archives.core.actors import Actor, Role
from archives.core.permissions import action, among, grant
from archives.organisations.actions import KEEPERS
from archives.projects.models import Project

CLOSED = frozenset({"transferred", "certified", "accessioned", "withdrawn"})
"""From these states on, only the archives change what was registered."""


def own_project(actor: Actor, project: Project) -> bool:
    """Whether the actor belongs to the client of the project."""
    return actor.organisation_id is not None and actor.organisation_id == project.client_id


def own_open_project(actor: Actor, project: Project) -> bool:
    """Whether it is the actor's own, and not handed over yet."""
    return own_project(actor, project) and project.state not in CLOSED


REGISTER = action("projects.register", "Register projects", among(KEEPERS), grant(Role.CLIENT))
AMEND = action(
    "projects.amend", "Amend projects and unit works", among(KEEPERS), grant(Role.CLIENT, when=own_open_project)
)
IMPORT = action("projects.import", "Take in lists of projects", among(KEEPERS), grant(Role.CLIENT))

ACTIONS = (REGISTER, AMEND, IMPORT)
