"""A small accepted survey in one street, the people who take a sheet's steps, and an area around the street."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from shapely import Polygon
from sqlalchemy.orm import Session

from archives.accounts import service as accounts
from archives.accounts.drafts import AccountDraft
from archives.core import clock
from archives.core.actors import TOP_CLEARANCE, Actor, Role, local_operator
from archives.core.files import ContentStore
from archives.organisations.models import Organisation
from archives.pipelines.areas.service import save_area
from archives.pipelines.lines import store_of
from archives.pipelines.models import ACCEPTED, Dataset, KindSecrecy, SavedArea, Sheet, StoreSystem, SurveyVersion
from archives.pipelines.sheets import service as sheets
from archives.reference.service import sync
from gis.frame import Frame

EPSG = 4545
EAST, NORTH = 565_000.0, 3_358_000.0
VERIFY_AT = "http://localhost/verify"
WATER_OWNER = "江城市供水集团有限公司"
REQUEST = {
    "project_name": "滨江路道路改造工程",
    "recipient": "江城市城市建设投资有限公司",
    "contact": "吴晓 0800-5550102",
    "purpose": "申请建设工程规划许可证",
    "copies": "2",
    "with_coordinates": "1",
}


def person(number: int, *roles: Role, clearance: int = TOP_CLEARANCE) -> Actor:
    """Somebody with these roles."""
    return Actor("account", f"{roles[0].value} {number}", number, frozenset(roles), None, clearance)


ENGINEER = person(1, Role.ENGINEER)
READING_ROOM = person(2, Role.READING_ROOM)
CHECKER = person(3, Role.CHECKER)
DIRECTOR = person(4, Role.DIRECTOR)


@dataclass
class Street:
    """Kinds of lines that lie side by side along a street: `lines` segments each, 20 m long."""

    kinds: tuple[tuple[str, str], ...] = (("JS", "JP"), ("PS", "WS"))
    lines: int = 5
    owners: dict[str, str] = field(default_factory=lambda: {"JS": WATER_OWNER})

    def points(self) -> Frame:
        """The ends of the segments."""
        rows = [(major, minor, at, place) for place, (major, minor) in enumerate(self.kinds) for at in self._at()]
        return _frame(
            text={
                "point_no": [f"{minor}{at:03d}" for _, minor, at, _ in rows],
                "major": [row[0] for row in rows],
                "minor": [row[1] for row in rows],
                "feature": ["" for _ in rows],
                "appurtenance": ["" for _ in rows],
            },
            numbers={
                "east": [EAST + 20 * at for _, _, at, _ in rows],
                "north": [NORTH + 2 * place for *_, place in rows],
                "ground_z": [236.0 for _ in rows],
            },
        )

    def segments(self) -> Frame:
        """The segments, with heights to the top for water and to the invert for drains."""
        rows = [(major, minor, at) for major, minor in self.kinds for at in range(self.lines)]
        return _frame(
            text={
                "start_no": [f"{minor}{at:03d}" for _, minor, at in rows],
                "end_no": [f"{minor}{at + 1:03d}" for _, minor, at in rows],
                "major": [row[0] for row in rows],
                "minor": [row[1] for row in rows],
                "z_ref": ["invert" if major == "PS" else "top" for major, _, _ in rows],
                "material_raw": ["球墨铸铁" for _ in rows],
                "size_raw": ["DN300" for _ in rows],
                "burial_raw": ["直埋" for _ in rows],
                "owner": [self.owners.get(major, "") for major, _, _ in rows],
                "built_on": ["2012-05" for _ in rows],
            },
            numbers={
                "start_depth": [1.25 for _ in rows],
                "end_depth": [1.30 for _ in rows],
                "start_z": [234.75 for _ in rows],
                "end_z": [234.70 for _ in rows],
                "width": [300.0 for _ in rows],
                "height": [300.0 for _ in rows],
            },
        )

    def _at(self) -> range:
        return range(self.lines + 1)


def _frame(text: dict[str, list[str]], numbers: dict[str, list[float]]) -> Frame:
    columns: dict[str, Any] = {name: np.array(values, dtype=object) for name, values in text.items()}
    columns |= {name: np.array(values, dtype=np.float64) for name, values in numbers.items()}
    length = len(next(iter(columns.values())))
    return Frame(length, {**columns, "row": np.arange(length, dtype=np.int64)})


def people(session: Session, most: int = 12) -> None:
    """The accounts behind `person(1)` to `person(12)`, in a database without accounts."""
    for number in range(1, most + 1):
        accounts.create(session, local_operator("test"), AccountDraft(login=f"clerk{number}", name=f"Clerk {number}"))
    session.flush()


def accepted(session: Session, street: Street | None = None, number: str = "2026-GX-0001", secrecy: int = 1) -> Dataset:
    """An accepted hand-over with the lines of a street."""
    if session.get(StoreSystem, 1) is None:
        sync(session)
        session.add(StoreSystem(id=1, epsg=EPSG, decided_by="test", decided_at=clock.now()))
        organisation = Organisation(name=WATER_OWNER, name_key=WATER_OWNER, created_at=clock.now())
        organisation.contact, organisation.phone = "韩立", "0800-5550133"
        session.add(organisation)
    dataset = Dataset(
        number=number,
        name="江北区管线普查",
        source="census",
        secrecy=secrecy,
        created_at=clock.now(),
        created_by="test",
    )
    session.add(dataset)
    session.flush()
    version = SurveyVersion(dataset_id=dataset.id, number=1, state=ACCEPTED, brought_at=clock.now(), brought_by="test")
    version.accepted_at, version.surveyed_on = clock.now(), clock.today()
    session.add(version)
    session.flush()
    kept = street or Street()
    store_of(session).add(session.connection(), version.id, kept.points(), kept.segments())
    return dataset


def area(session: Session, actor: Actor = ENGINEER, outline: Polygon | None = None) -> SavedArea:
    """An area around the street, or the outline that is given."""
    return save_area(session, actor, "rectangle", outline or shapely.box(EAST - 5, NORTH - 20, EAST + 105, NORTH + 20))


def elsewhere() -> Polygon:
    """An area in which the archive has nothing."""
    return shapely.box(EAST + 5_000, NORTH, EAST + 5_100, NORTH + 100)


def classify(session: Session, major: str, minor: str, rank: int) -> None:
    """Decide how secret a kind of line is."""
    decided = {"decided_by": "test", "decided_at": clock.now()}
    session.add(KindSecrecy(major=major, minor=minor, secrecy=rank, **decided))
    session.flush()


def asked(session: Session, actor: Actor = ENGINEER, outline: Polygon | None = None, **values: str) -> Sheet:
    """A request, as the form brings it."""
    wanted = area(session, actor, outline)
    return sheets.ask(session, actor, {**REQUEST, **values}, wanted.id)


def issued(session: Session, files: ContentStore, sheet: Sheet | None = None, **values: str) -> Sheet:
    """A sheet that went through all four steps."""
    made = sheet or asked(session, ENGINEER, None, **values)
    sheets.make_up(session, READING_ROOM, made, files)
    sheets.check(session, CHECKER, made)
    sheets.issue(session, DIRECTOR, made, files, VERIFY_AT)
    return made
