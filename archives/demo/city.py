"""The city's history, played from its first day to yesterday through the services that everybody uses."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import BytesIO
from itertools import groupby
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
from archives.demo import authorities, evidence, grading, lists, people, place
from archives.demo.facts import Scene, facts_for
from archives.demo.plots import SIZES, Size
from archives.demo.stories import Event
from archives.demo.underground import Ground
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
SHARED = 25
"""Events that share a transaction at most."""
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
    found = chapters(size, today())
    cues = sorted((Cue(event, chapter) for chapter in found for event in chapter.story), key=Cue.when)
    city = City(backend, settings, registry)
    with stopped_at(cues[0].event.at - timedelta(days=3)):
        logins = _found(city, operator)
    done = 0
    ground = Ground(backend, settings, registry, city.people, cues[-1].event.at)
    ground.plan(whole=size is SIZES["M"])
    for scene in _scenes(cues):
        _play(city, scene)
        ground.until(scene[-1].event.at)
        done += len(scene)
        told(done, len(cues))
    with stopped_at(cues[-1].event.at + timedelta(minutes=30)), backend.writing() as session:
        authorities.bring(session, operator, city.people["bureau"], today())
        grading.bring(session, operator, city.people["bureau"], today())
        record(session, operator, FINISHED, Subject("instance", None, place.CITY))
    return logins, found


@dataclass(frozen=True, slots=True)
class Cue:
    """An event, and the project whose it is."""

    event: Event
    chapter: Chapter

    def when(self) -> tuple[datetime, str]:
        """The order in which the city's events happen."""
        return self.event.at, self.chapter.seed


def _scenes(cues: Iterable[Cue]) -> Iterator[list[Cue]]:
    """Events that share a transaction, for speed; a list and an entry into the holdings have their own."""
    for alone, some in groupby(cues, key=_is_alone):
        waiting = list(some)
        size = 1 if alone else SHARED
        yield from (waiting[at : at + size] for at in range(0, len(waiting), size))


def _is_alone(cue: Cue) -> bool:
    return cue.event.step in _LISTS or cue.event.step == "enter"


def _play(city: City, scene: Sequence[Cue]) -> None:
    if scene[0].event.step in _LISTS:
        with stopped_at(scene[0].event.at):
            _LISTS[scene[0].event.step](city, scene[0].chapter)
        return
    with city.backend.writing() as session:
        for cue in scene:
            with stopped_at(cue.event.at):
                _DEEDS.get(cue.event.step, _move)(city, session, cue)


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


def _move(city: City, session: Session, cue: Cue) -> None:
    """A move of the procedure, as the person whose work it is."""
    project, step = _project(city, session, cue.chapter), cue.event.step
    name = f"{step}_{cue.chapter.plot.mode}" if step in {"apply", "pass"} else step
    asked = facts_for(name, _scene(session, project, cue))
    procedure.move(session, city.someone(project, step), project, name, asked, city.registry, city.files)


def _scene(session: Session, project: Project, cue: Cue) -> Scene:
    return Scene(session, project, today(), cue.chapter.random(f"{cue.event.step}/{cue.event.at}"))


def _project(city: City, session: Session, chapter: Chapter) -> Project:
    return by_code(session, city.people["zhulu"], city.codes[chapter.seed])


# Deeds beside the moves of the procedure


def _register(city: City, session: Session, cue: Cue) -> None:
    reading, chapter = reader(session), cue.chapter
    units = [reading.unit(unit, chapter.plot.works_type) for unit in chapter.units]
    receipt = projects.receive(session, city.people["chuangkou"], [reading.project(chapter.project, units=units)])
    if not receipt.is_sound:
        raise RefusedError(receipt.problems)
    city.codes[chapter.seed] = receipt.codes[0]


def _begin_works(city: City, session: Session, cue: Cue) -> None:
    """The works have begun: the register learns the day."""
    project = _project(city, session, cue.chapter)
    draft = ProjectDraft.model_construct(code=project.code, started_on=today())
    projects.amend(session, city.people["zhidao"], project, ProjectEntry(draft, given=frozenset({"started_on"})))


def _exempt(city: City, session: Session, cue: Cue) -> None:
    """What did not happen at these works needs no papers."""
    project = _project(city, session, cue.chapter)
    codes = queries.missing_codes(session, project)
    if codes:
        accession.exempt(session, city.people["zhidao"], project, codes, "本工程未发生，无此类文件。")


def _enter(city: City, session: Session, cue: Cue) -> None:
    """Into the holdings: the state, the numbers and shelves, and the electronic files."""
    project = _project(city, session, cue.chapter)
    template = office.decided(session, "shelf_location")
    shelves = {}
    for volume in holdings.waiting(session, project):
        shelves[volume.id] = numbering.fill(template, _shelf(city.shelved))
        city.shelved += 1
    asked = facts_for("enter", _scene(session, project, cue))
    stores = (city.quarantine, city.files)
    holdings.arrive(session, city.people["kufang"], project, shelves, asked, city.registry, *stores)


def _shelf(number: int) -> dict[str, object]:
    """Where the volume of a number stands: 20 on a shelf, 6 shelves in a section, 8 sections in a row."""
    shelf, section = number // 20, number // 120
    return {"store": "A1", "row": section // 8 + 1, "section": section % 8 + 1, "shelf": shelf % 6 + 1}


def _bring_files(city: City, session: Session, cue: Cue) -> None:
    _receive_files(city, session, cue.chapter, some_files(cue.chapter))


def _bring_strays(city: City, session: Session, cue: Cue) -> None:
    """Files of which some belong to no item: they wait until somebody says where they go."""
    first = cue.chapter.volumes[0][1][0]
    stray = evidence.document(first | {"title": "补充说明"}, str(cue.chapter.project["name"]))
    _receive_files(city, session, cue.chapter, [*some_files(cue.chapter), ("补充说明.pdf", stray)])


def some_files(chapter: Chapter) -> list[evidence.Named]:
    """Documents and drawings of a few items, each of which a path of folder and number can mean alone."""
    clear = [items[0] for volume, items in chapter.volumes if volume["unit"] or len(chapter.units) == 1]
    chosen = clear[:: max(1, len(clear) // 5)]
    return list(evidence.files_of(chosen, str(chapter.project["name"]), chapter.random("files")))


def _receive_files(city: City, session: Session, chapter: Chapter, files: Sequence[evidence.Named]) -> None:
    stored = city.quarantine.add(BytesIO(evidence.package(files)))
    limit = city.settings.upload_mb << 20
    project = _project(city, session, chapter)
    receiving.receive_file(session, city.people["zhulu"], project, city.quarantine, stored, "电子文件.zip", limit)


# Lists, each in transactions of its own


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


Deed = Callable[[City, Session, Cue], None]
_DEEDS: dict[str, Deed] = {
    "register": _register,
    "begin_works": _begin_works,
    "exempt": _exempt,
    "exempt_rest": _exempt,
    "bring_files": _bring_files,
    "bring_strays": _bring_strays,
    "enter": _enter,
}
_LISTS: dict[str, Callable[[City, Chapter], None]] = {
    "bring_list": _bring_list,
    "bring_corrections": _bring_corrections,
    "bring_faulty_list": _bring_faulty_list,
}
