"""All sources, and what a reader may see of all of them."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from archives.core.actors import Actor
from archives.discovery.sources.accession import TRANSFERS
from archives.discovery.sources.catalogue import ITEMS, VOLUMES
from archives.discovery.sources.contract import Reader, Source
from archives.discovery.sources.lines import LINES
from archives.discovery.sources.organisations import ORGANISATIONS
from archives.discovery.sources.pipelines import AREAS, SHEETS, SURVEYS
from archives.discovery.sources.projects import PROJECTS, UNITS
from search.predicates import NONE, AllOf, Among, AnyOf, Predicate

SOURCES: tuple[Source, ...] = (
    PROJECTS,
    TRANSFERS,
    UNITS,
    VOLUMES,
    LINES,
    SURVEYS,
    SHEETS,
    AREAS,
    ORGANISATIONS,
    ITEMS,
)
"""By rank, the highest first."""
BY_KIND = {source.kind: source for source in SOURCES}


def visible_kinds(session: Session, actor: Actor) -> dict[str, Predicate]:
    """Which documents of each kind the actor may find: what its own pages show. A kind with none is left out."""
    reader = Reader(session, actor)
    allowed = ((source.kind, source.visible(reader)) for source in SOURCES)
    return {kind: seen for kind, seen in allowed if seen != NONE}


def of_any(kinds: Mapping[str, Predicate]) -> Predicate:
    """The same as one condition over all documents."""
    return AnyOf(tuple(AllOf((Among("kind", (kind,)), seen)) for kind, seen in kinds.items()))
