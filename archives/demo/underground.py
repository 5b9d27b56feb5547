"""What lies under the invented city: streets on the map, three surveys in the archive, and a faulty one that waits."""

import tempfile
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from shapely.geometry import box
from sqlalchemy import select
from sqlalchemy.orm import Session

from archives.catalogue.models import ACCESSIONED, Volume
from archives.config import Settings
from archives.core.actors import Actor
from archives.core.backend import Backend
from archives.core.clock import stopped_at, today
from archives.core.errors import RefusedError
from archives.core.files import ContentStore
from archives.core.jobs import DONE, Job, Worker
from archives.core.language import msg
from archives.core.registry import Registry
from archives.demo.blocks import base_layers
from archives.demo.campaigns import Campaign, as_built, at_the_counter, census, owner_report
from archives.demo.handover import Style, write_handover
from archives.demo.streets import EPSG
from archives.pipelines.areas.service import name_area, save_area
from archives.pipelines.drafts import HandoverDraft
from archives.pipelines.maps import base
from archives.pipelines.models import Dataset, SavedArea, SurveyVersion
from archives.pipelines.sheets import service as sheets
from archives.pipelines.surveys import service
from archives.pipelines.surveys.files import unpacked
from archives.pipelines.surveys.jobs import enqueue_reading
from archives.pipelines.systems import decide_store, system_named
from archives.projects.models import Project

LAYERS = {"road": "道路", "block": "街区", "building": "建筑物", "water": "水系"}
"""The themes of the base map and what the layers are called."""
CRS = f"EPSG:{EPSG}"
PREPARED = timedelta(days=400)
"""How long before the end of the story the plane system was decided and the base map loaded."""
KEEPER, COUNTER, ENGINEER = "zhulu", "chuangkou", "engineer"
READING_ROOM, CHECKER, DIRECTOR = "liyong", "jiancha", "qianfa"
VERIFY_AT = "http://localhost:8000/verify"
"""Where the demonstration's sheets say that they can be verified: on the machine that shows it."""
REQUEST = {
    "project_name": "示例大道改造工程",
    "recipient": "云川示例城投有限公司",
    "contact": "尤示例",
    "purpose": "申请建设工程规划许可证",
    "with_coordinates": "",
}
BESIDE = 250.0
"""Metres from a street crossing to the sides of the area that the engineer keeps."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A survey as it reaches the counter: in which form, how long ago, and whether it goes into the archive."""

    campaign: Campaign
    style: Style
    days_ago: int
    is_accepted: bool = True


def arrivals(*, whole: bool) -> tuple[Arrival, ...]:
    """The surveys in the order they come; the least city has no census and no owner's report."""
    others = (Arrival(census(), "csv", 310), Arrival(owner_report(), "gpkg", 160)) if whole else ()
    return (*others, Arrival(as_built(), "xlsx", 20), Arrival(at_the_counter(), "xlsx_two_rows", 2, False))


class Ground:
    """What happens underground while the projects' story is told, through the services that everybody uses.

    `end`: the moment of the story's last event. `whole`: with the census and an owner's report.
    """

    def __init__(
        self, backend: Backend, settings: Settings, registry: Registry, people: dict[str, Actor], end: datetime
    ) -> None:
        self._backend, self._settings, self._registry, self._people, self._end = (
            backend,
            settings,
            registry,
            people,
            end,
        )
        self._waiting: deque[tuple[datetime, Callable[[], None]]] = deque()

    def plan(self, *, whole: bool) -> None:
        """Put the events in their order."""
        self._waiting.append((self._end - PREPARED, self._prepare))
        for arrival in arrivals(whole=whole):
            take = partial(_take, self._backend, self._settings, self._registry, self._people, arrival)
            self._waiting.append((self._end - timedelta(days=arrival.days_ago), take))
        self._waiting.append((self._end, self._close))

    def until(self, moment: datetime) -> None:
        """Let everything happen that is due by then. It happens at that moment, so that the audit runs forward."""
        while self._waiting and self._waiting[0][0] <= moment:
            _, happen = self._waiting.popleft()
            with stopped_at(moment):
                happen()

    def _prepare(self) -> None:
        with self._backend.writing() as session:
            decide_store(session, self._people[KEEPER], system_named(session, CRS))
            _load_base(session, self._people[KEEPER])

    def _close(self) -> None:
        with self._backend.writing() as session:
            _link_volumes(session, self._people[KEEPER])
            area = _keep_area(session, self._people[ENGINEER])
            if area is not None:
                _give_out(session, self._people, area, ContentStore(self._settings.files))


def _load_base(session: Session, keeper: Actor) -> None:
    layers = base_layers()
    for theme, name in LAYERS.items():
        source = "road_line" if theme == "road" else theme
        frame = layers[source]
        names = frame.text("name") if theme != "building" else frame.text("")
        base.load(session, keeper, name, theme, zip(names, frame.columns["geometry"], strict=True))


def _take(backend: Backend, settings: Settings, registry: Registry, people: dict[str, Actor], arrival: Arrival) -> None:
    with tempfile.TemporaryDirectory() as folder:
        files = write_handover(Path(folder), arrival.campaign.survey, arrival.style)
        version_id, job_id = _bring(backend, settings, people[COUNTER], arrival.campaign, files)
    Worker(backend, settings, registry.job_kinds).run_one(job_id)
    with backend.writing() as session:
        version, job = session.get_one(SurveyVersion, version_id), session.get_one(Job, job_id)
        if job.state != DONE:
            raise RefusedError((), msg("%(why)s", why=str(job.result)))
        if arrival.is_accepted:
            service.accept(session, people[KEEPER], session.get_one(Dataset, version.dataset_id), version)


def _bring(
    backend: Backend, settings: Settings, counter: Actor, campaign: Campaign, files: Sequence[Path]
) -> tuple[int, int]:
    """Note the files and have them read; the ids of version and job."""
    quarantine = ContentStore(settings.quarantine)
    brought = [one for path in files for one in _stored(quarantine, path)]
    with backend.writing() as session:
        draft = HandoverDraft(
            name=campaign.title,
            source=campaign.origin,
            project=_project_code(session) if campaign.origin == "project" else "",
            provider=campaign.survey.points.text("surveyed_by")[0] if campaign.survey.points.has("surveyed_by") else "",
            surveyed_on=today() - timedelta(days=20),
            crs=CRS,
        )
        dataset, version = service.bring(session, counter, draft, 0, brought)
        job = enqueue_reading(session, counter, dataset, version, {})
        return version.id, job.id


def _stored(quarantine: ContentStore, path: Path) -> list[service.Brought]:
    with path.open("rb") as stream:
        return unpacked(quarantine, stream, path.name, path.stat().st_size + 1)


def _project_code(session: Session) -> str:
    """The pipeline project whose works were surveyed before the trench was filled."""
    wanted = select(Project.code).where(Project.state != "withdrawn")
    best_first = (Project.works_type != "pipeline", Project.state == "accessioned", Project.code.desc())
    return session.scalars(wanted.order_by(*best_first)).first() or ""


def _keep_area(session: Session, engineer: Actor) -> SavedArea | None:
    """A site that the engineer asks about again and again: around the middle of the newest accepted survey."""
    wanted = select(SurveyVersion).where(SurveyVersion.state == "accepted").order_by(SurveyVersion.id)
    version = session.scalars(wanted).first()
    if version is None:
        return None
    west, south, east, north = (side or 0.0 for side in (version.west, version.south, version.east, version.north))
    middle = ((west + east) / 2, (south + north) / 2)
    site = box(middle[0] - BESIDE, middle[1] - BESIDE, middle[0] + BESIDE, middle[1] + BESIDE)
    area = save_area(session, engineer, "rectangle", site)
    name_area(engineer, area, "示例大道改造工程用地", True)
    return area


def _give_out(session: Session, people: dict[str, Actor], area: SavedArea, files: ContentStore) -> None:
    """A sheet of the area that was issued, and one that waits for the reading room."""
    issued, _waits = (sheets.ask(session, people[ENGINEER], REQUEST | {"copies": str(n)}, area.id) for n in (2, 1))
    sheets.make_up(session, people[READING_ROOM], issued, files)
    sheets.check(session, people[CHECKER], issued)
    sheets.issue(session, people[DIRECTOR], issued, files, VERIFY_AT)


def _link_volumes(session: Session, keeper: Actor) -> None:
    """Each survey is documented by volumes of a pipeline project that are in the holdings."""
    wanted = select(Volume).join(Project, Project.id == Volume.project_id).where(Project.works_type == "pipeline")
    volumes = list(session.scalars(wanted.where(Volume.state == ACCESSIONED).order_by(Volume.id).limit(9)))
    for dataset in session.scalars(select(Dataset).order_by(Dataset.id)):
        for volume in volumes[:3]:
            service.link_volume(session, keeper, dataset, volume.id)
        volumes = volumes[3:]
