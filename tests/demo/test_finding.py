"""The search index of a whole city: in step with every record, and to each reader exactly what the pages show."""

from collections.abc import Iterator
from itertools import product

import pytest
from sqlalchemy import ColumnElement, Select, false, select, true
from sqlalchemy.orm import Session

from archives.accession.models import Transfer
from archives.catalogue import queries as catalogue
from archives.catalogue.models import Item, Volume
from archives.core.actors import Actor, Role, local_operator
from archives.core.clock import now
from archives.discovery import keeping
from archives.discovery.asking import KINDS, Search, Wish
from archives.discovery.engines import index_of
from archives.discovery.sources.contract import record_of
from archives.discovery.sources.every import BY_KIND, SOURCES, of_any, visible_kinds
from archives.features import REGISTRY
from archives.organisations import queries as organisations
from archives.organisations.models import Organisation
from archives.pipelines import queries as pipelines
from archives.pipelines.actions import SEE
from archives.pipelines.areas.service import visible_areas
from archives.pipelines.models import STORE, Dataset, KindSecrecy, SavedArea, Sheet
from archives.pipelines.sheets import queries as sheets
from archives.projects import queries as projects
from archives.projects.models import Project, UnitWorks
from search.contract import Query
from tests.demo.conftest import Built


@pytest.fixture
def reading(city: Built) -> Iterator[Session]:
    with city.backend.reading() as session:
        yield session


def shown_by_pages(session: Session, actor: Actor) -> dict[str, set[int]]:
    """The records that lists and pages show, by kind."""
    project = projects.visible_to(actor)
    of_project = select(Project.id).where(project)
    volumes = select(Item.id).join(Volume, Volume.id == Item.volume_id)
    areas: ColumnElement[bool] = visible_areas(actor)
    statements: dict[str, Select[int]] = {
        "project": of_project,
        "unit": select(UnitWorks.id).where(UnitWorks.project_id.in_(of_project)),
        "transfer": select(Transfer.id).where(Transfer.project_id.in_(of_project)),
        "volume": select(Volume.id).where(catalogue.visible_to(actor)),
        "item": volumes.where(catalogue.visible_items_to(actor)),
        "organisation": select(Organisation.id).where(
            organisations.visible_to(actor, REGISTRY.ties), Organisation.merged_into.is_(None)
        ),
        "pipeline": select(STORE.segment.c.version_id)
        .where(
            STORE.segment.c.version_id.in_(pipelines.current_versions(session, actor) if SEE.allows(actor) else []),
            STORE.segment.c.ended_on == "",
        )
        .distinct(),
        "survey": select(Dataset.id).where(pipelines.visible_to(actor)),
        "sheet": select(Sheet.id).where(sheets.visible_to(actor)),
        "area": select(SavedArea.id).where(areas, SavedArea.name != "", true() if SEE.allows(actor) else false()),
    }
    return {kind: set(session.scalars(statement)) for kind, statement in statements.items()}


def found(session: Session, actor: Actor, city: Built) -> dict[str, set[int]]:
    """The records that a search for everything finds, by kind."""
    query = Query(visible=of_any(visible_kinds(session, actor)), order="newest", counted=None, size=1_000_000)
    hits = index_of(session, city.settings).search(session.connection(), query).hits
    return {kind: {record_of(hit.id) >> BY_KIND[kind].fan for hit in hits if hit.kind == kind} for kind in BY_KIND}


def readers(session: Session) -> list[Actor]:
    """Everybody there could be: each role with each clearance, external people of some organisations, combinations."""
    clients = list(session.scalars(select(Project.client_id).distinct().order_by(Project.client_id).limit(2)))
    owner = session.scalar(select(SavedArea.owner_id).limit(1)) or 1
    external = {Role.CLIENT, Role.RECORD_CLERK}
    people = [
        Actor("account", "reader", owner, frozenset({role}), organisation, clearance)
        for role, clearance in product(Role, range(5))
        for organisation in ([*clients, None] if role in external else [None])
    ]
    both = [
        Actor("account", "reader", owner, frozenset({Role.ENGINEER, Role.AUTHORITY}), None, 1),
        Actor("account", "reader", owner, frozenset({Role.CATALOGUER, Role.ENGINEER}), None, 0),
        Actor("account", "reader", owner, frozenset({Role.CLIENT, Role.ENGINEER}), clients[0], 1),
        Actor("account", "nobody", owner, frozenset(), None, 4),
    ]
    return [*people, *both, local_operator("test")]


def test_every_record_has_its_document(reading: Session) -> None:
    health = keeping.check(reading)
    assert health.faults == ()
    assert health.documents > 1_000


def test_each_reader_finds_what_the_pages_show_and_nothing_else(reading: Session, city: Built) -> None:
    seen = set()
    for actor in readers(reading):
        expected = shown_by_pages(reading, actor)
        seen |= {kind for kind, records in expected.items() if records}
        assert found(reading, actor, city) == expected, actor
    assert seen == set(BY_KIND), "the city has no record of some kind"


def test_counts_and_suggestions_tell_nobody_more(reading: Session, city: Built) -> None:
    index = index_of(reading, city.settings)
    for actor in readers(reading):
        expected = shown_by_pages(reading, actor)
        answer = Search(reading, actor, index, {}).answer(Wish(), ())
        if not answer.result.capped:
            counted = {kind: count.total for kind, count in answer.kinds.items() if kind != "pipeline"}
            assert counted == {kind: len(ids) for kind, ids in expected.items() if ids and kind != "pipeline"}
            assert answer.result.total == sum(answer.result.facets[KINDS].values())
        named = set(reading.scalars(select(Project.name).where(Project.id.in_(expected["project"]))))
        for organisation in reading.scalars(select(Organisation).where(Organisation.id.in_(expected["organisation"]))):
            named |= {organisation.name, *organisations.former_names(organisation)}
        segment = STORE.segment.c
        for column in (segment.road, segment.owner):
            named |= set(reading.scalars(select(column).where(segment.version_id.in_(expected["pipeline"])).distinct()))
        named |= set(reading.scalars(select(Dataset.provider).where(Dataset.id.in_(expected["survey"]))))
        assert set(Search(reading, actor, index, {}).suggest("云", limit=50)) <= named


def test_hidden_kinds_of_lines_are_found_by_nobody_below(city: Built) -> None:
    with city.backend.writing() as session:
        lines = STORE.segment.c
        major, minor = session.execute(select(lines.major, lines.minor).where(lines.minor != "").limit(1)).one()
        hidden = KindSecrecy(major=major, minor=minor, secrecy=2, decided_by="test", decided_at=now())
        session.add(hidden)
        session.flush()
        for clearance, there in ((1, False), (2, True)):
            reader = Actor("account", "reader", 1, frozenset({Role.CATALOGUER}), None, clearance)
            hits = index_of(session, city.settings).search(
                session.connection(), Query(visible=of_any(visible_kinds(session, reader)), counted=None, size=10_000)
            )
            kinds = {hit.columns["pipe_kind"] for hit in hits.hits if hit.kind == "pipeline"}
            assert (f"{major}/{minor}" in kinds) is there
            assert kinds
        session.rollback()


def test_each_kind_of_every_source_is_known_by_one_rank() -> None:
    assert [source.rank for source in SOURCES] == sorted({source.rank for source in SOURCES}, reverse=True)
