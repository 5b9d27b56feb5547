"""The city's history, played from its first day to yesterday through the services that everybody uses."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import BytesIO
from random import Random

from sqlalchemy.orm import Session

from archives.accession import holdings, queries, receiving
from archives.accession import service as accession
from archives.accession.jobs import examine
from archives.config import Settings
from archives.core import numbering, office
from archives.core.actors import Actor, Role
from archives.core.audit import Subject, record
from archives.core.backend import Backend
from archives.core.clock import stopped_at, today
from archives.core.errors import RefusedError
from archives.core.files import ContentStore
from archives.core.problems import errors_in
from archives.core.registry import Registry
from archives.demo import evidence, lists, people, place
from archives.demo.facts import Scene, facts_for
from archives.demo.plots import Size
from archives.demo.records import Raw
from archives.demo.stories import Event
from archives.demo.works import SEED, Chapter, chapters
from archives.organisations import service as organisations
from archives.organisations.drafts import OrganisationDraft
from archives.procedure import service as procedure
from archives.projects import service as projects
from archives.projects.drafts import ProjectDraft, ProjectEntry
from archives.projects.models import Project
from archives.projects.queries import by_code, reader
from archives.reference.service import sync

BEGUN, FINISHED = "demonstration.begun", "demonstration.finished"
"""What the audit says of a demonstration city; one that was begun and not finished is of no use."""
Told = Callable[[int, int], None]
"""Hears how many of how many events have been played."""

_WHO = {
    "guide": "zhidao",
    "collect": "zhidao",
    "begin_works": "zhidao",
    "check": "jiancha",
    "rectify": "jiancha",
    "note_gap": "jiancha",
    "check_conformity": "jiancha",
    "rectify_transfer": "jiancha",
    "review": "fuhe",
    "review_conformity": "fuhe",
    "extend": "fuhe",
    "pass": "qianfa",
    "approve_conformity": "qianfa",
    "reinstate": "qianfa",
    "order_correction": "bureau",
    "enter": "kufang",
    "bring_list": "zhulu",
    "bring_corrections": "zhulu",
    "bring_faulty_list": "zhulu",
    "bring_files": "zhulu",
    "bring_strays": "zhulu",
}
"""Who does what; the counter does the rest."""
_BY_CLIENT = frozenset(
    {"apply", "resubmit", "promise_gaps", "complete", "file_record", "apply_transfer", "resubmit_transfer"}
)
"""What a client with an account does itself; for the others the counter enters what came on paper."""


@dataclass
class City:
    """An instance that becomes a city: its stores, its people, and how far each project is."""

    backend: Backend
    settings: Settings
    registry: Registry
    people: dict[str, Actor] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    shelved: int = 0

    @property
    def files(self) -> ContentStore:
        """What was accepted."""
        return ContentStore(self.settings.files)

    @property
    def quarantine(self) -> ContentStore:
        """What waits."""
        return ContentStore(self.settings.quarantine)

    def someone(self, project: Project, step: str) -> Actor:
        """Who makes a step."""
        if step in _BY_CLIENT:
            clients = (actor for actor in self.people.values() if actor.has(Role.CLIENT))
            return next((one for one in clients if one.organisation_id == project.client_id), self.people["chuangkou"])
        return self.people[_WHO.get(step, "chuangkou")]


def build(
    backend: Backend, settings: Settings, registry: Registry, operator: Actor, size: Size, told: Told
) -> tuple[list[people.Login], list[Chapter]]:
    """Make the city in an instance that has its schema and nothing else; returns the accounts and the projects."""
    told_chapters = chapters(size, today())
    events = sorted((event.at, number, event) for number, one in enumerate(told_chapters) for event in one.story)
    city = City(backend, settings, registry)
    with stopped_at(events[0][0] - timedelta(days=3)):
        logins = _found(city, operator)
    for done, (_, number, event) in enumerate(events):
        _play(city, told_chapters[number], event)
        told(done + 1, len(events))
    with stopped_at(events[-1][0] + timedelta(minutes=30)), backend.writing() as session:
        record(session, operator, FINISHED, Subject("instance", None, place.CITY))
    return logins, told_chapters


def _found(city: City, operator: Actor) -> list[people.Login]:
    """The day the archives open: tables, office, organisations, people."""
    with city.backend.writing() as session:
        record(session, operator, BEGUN, Subject("instance", None, place.CITY))
        logins = people.settle(session, city.settings, operator)
        sync(session, operator)
    with city.backend.writing() as session:
        office.decide(session, operator, "institution", place.INSTITUTION)
        office.decide(session, operator, "institution_code", place.INSTITUTION_CODE)
        _register_firms(session, operator)
        logins += people.employ(session, city.settings)
    with city.backend.reading() as session:
        city.people.update(people.actors(session))
    return logins


def _register_firms(session: Session, operator: Actor) -> None:
    random = Random(SEED)
    for firm in place.FIRMS:
        draft = OrganisationDraft(
            name=firm.name,
            credit_code=place.credit_code(random),
            address=place.address(random.choice(place.DISTRICTS), random),
            contact=place.person(random),
            phone=place.telephone(random),
        )
        organisations.register(session, operator, draft)


def _play(city: City, chapter: Chapter, event: Event) -> None:
    """One event at its moment: a deed of its own, or a move of the procedure."""
    with stopped_at(event.at):
        deed = _DEEDS.get(event.step)
        if deed is not None:
            deed(city, chapter)
        else:
            _move(city, chapter, event)


def _move(city: City, chapter: Chapter, event: Event) -> None:
    with city.backend.writing() as session:
        _make_move(city, session, chapter, event.step, event.at)


def _make_move(city: City, session: Session, chapter: Chapter, step: str, at: datetime) -> Project:
    project = _project(city, session, chapter)
    name = f"{step}_{chapter.plot.mode}" if step in {"apply", "pass"} else step
    scene = Scene(session, project, today(), chapter.random(f"{step}/{at}"))
    actor = city.someone(project, step)
    procedure.move(session, actor, project, name, facts_for(name, scene), city.registry, city.files)
    return project


def _project(city: City, session: Session, chapter: Chapter) -> Project:
    return by_code(session, city.people["zhulu"], city.codes[chapter.seed])


# Deeds beside the moves of the procedure


def _register(city: City, chapter: Chapter) -> None:
    with city.backend.writing() as session:
        reading = reader(session)
        units = [reading.unit(unit, chapter.plot.works_type) for unit in chapter.units]
        entry = reading.project(chapter.project, units=units)
        receipt = projects.receive(session, city.people["chuangkou"], [entry])
    if not receipt.is_sound:
        raise RefusedError(receipt.problems)
    city.codes[chapter.seed] = receipt.codes[0]


def _begin_works(city: City, chapter: Chapter) -> None:
    """The works have begun: the register learns the day."""
    with city.backend.writing() as session:
        project = _project(city, session, chapter)
        draft = ProjectDraft.model_construct(code=project.code, started_on=today())
        entry = ProjectEntry(draft, given=frozenset({"started_on"}))
        projects.amend(session, city.people["zhidao"], project, entry)


def _bring_list(city: City, chapter: Chapter) -> None:
    _bring(city, chapter, lists.workbook(chapter.volumes), "移交目录.xlsx")


def _bring_corrections(city: City, chapter: Chapter) -> None:
    volumes = lists.corrected(chapter.volumes, chapter.random("corrections"))
    _bring(city, chapter, lists.workbook(volumes), "移交目录（整改后）.xlsx")


def _bring_faulty_list(city: City, chapter: Chapter) -> None:
    """A list that is looked at and stays where it is."""
    _bring(city, chapter, lists.written(*lists.faulty(chapter.volumes)), "移交目录（初稿）.xlsx")


def _bring(city: City, chapter: Chapter, content: bytes, name: str) -> None:
    """A list comes into quarantine, is checked, and is taken into the catalogue if it is sound."""
    actor = city.people["zhulu"]
    stored = city.quarantine.add(BytesIO(content))
    with city.backend.writing() as session:
        project = _project(city, session, chapter)
        brought = accession.bring_list(session, actor, project, stored, name, "")
        facts, made = examine(session, city.settings, actor, project, brought)
        accession.keep_check(session, brought, made)
        if not errors_in(made.problems):
            accession.begin_taking(session, actor, project, brought)
    if not errors_in(made.problems):
        accession.take(city.backend, actor, brought.id, facts, made)


def _bring_files(city: City, chapter: Chapter) -> None:
    _receive_files(city, chapter, _some_files(chapter))


def _bring_strays(city: City, chapter: Chapter) -> None:
    """Files of which some belong to no item: they wait until somebody says where they go."""
    first = chapter.volumes[0][1][0]
    stray = evidence.document(first | {"title": "补充说明"}, str(chapter.project["name"]))
    _receive_files(city, chapter, [*_some_files(chapter), ("补充说明.pdf", stray), ("现场照片说明.pdf", stray)])


def _some_files(chapter: Chapter) -> list[evidence.Named]:
    """Documents and drawings of a few items, in the volumes of one unit works."""
    random = chapter.random("files")
    volumes = [items for volume, items in chapter.volumes if not volume["unit"] or len(chapter.units) > 1]
    chosen = [items[0] for items in volumes[:: max(1, len(volumes) // 8)] if _is_clear(chapter, items[0])]
    return list(evidence.files_of(chosen, str(chapter.project["name"]), random))


def _is_clear(chapter: Chapter, item: Raw) -> bool:
    """Whether a path of volume and number can mean this item only."""
    return bool(item["unit"]) or len(chapter.units) == 1


def _receive_files(city: City, chapter: Chapter, files: Sequence[evidence.Named]) -> None:
    actor, limit = city.people["zhulu"], city.settings.upload_mb << 20
    stored = city.quarantine.add(BytesIO(evidence.package(files)))
    with city.backend.writing() as session:
        project = _project(city, session, chapter)
        receiving.receive_file(session, actor, project, city.quarantine, stored, "电子文件.zip", limit)


def _enter(city: City, chapter: Chapter) -> None:
    """Into the holdings: the state, the numbers and shelves, and the electronic files, in one transaction."""
    actor = city.people["kufang"]
    with city.backend.writing() as session:
        moment = chapter.story[-1].at
        project = _make_move(city, session, chapter, "enter", moment)
        transfer = queries.transfers_of(session, project)[0]
        volumes = holdings.waiting(session, project)
        template = office.decided(session, "shelf_location")
        shelves = {volume.id: numbering.fill(template, _shelf(city.shelved + at)) for at, volume in enumerate(volumes)}
        holdings.enter(session, actor, project, transfer, shelves)
        receiving.accept_files(session, actor, transfer, city.quarantine, city.files)
    city.shelved += len(volumes)


def _shelf(number: int) -> dict[str, object]:
    """Where the volume of a number stands: 20 on a shelf, 6 shelves in a section, 8 sections in a row."""
    shelf, section = number // 20, number // 120
    return {"store": "A1", "row": section // 8 + 1, "section": section % 8 + 1, "shelf": shelf % 6 + 1}


_DEEDS: dict[str, Callable[[City, Chapter], None]] = {
    "register": _register,
    "begin_works": _begin_works,
    "bring_list": _bring_list,
    "bring_corrections": _bring_corrections,
    "bring_faulty_list": _bring_faulty_list,
    "bring_files": _bring_files,
    "bring_strays": _bring_strays,
    "enter": _enter,
}
