"""What an area holds: figures, a page of its lines, and the card of one line with its survey and its records."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from archives.catalogue.models import ElectronicFile, Item, Volume
from archives.catalogue.queries import files_of_volumes, volumes_by_id
from archives.core.actors import Actor
from archives.core.permissions import require
from archives.pipelines import queries
from archives.pipelines.actions import SEE
from archives.pipelines.lines import segment_of, store_of
from archives.pipelines.models import Dataset, SurveyVersion
from gis.store.contract import Area, Count, Page, Total, Where

PAGE = 50
HITS = 3
"""Lines that one click on the map shows."""
LISTED = (
    *("start_no", "end_no", "major", "minor", "material", "size_raw", "start_depth", "end_depth"),
    *("burial", "owner", "road", "built_on", "status", "length"),
)
"""The fields of a list of lines."""
BY = ("major", "minor", "material", "size_raw", "owner", "road", "burial", "built_on", "status", "pressure", "voltage")
"""What figures may be grouped by."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Sums over an area: all lines by group, how many points; lengths in metres."""

    rows: Sequence[Total]
    points: int

    @property
    def count(self) -> int:
        """How many lines."""
        return sum(row.count for row in self.rows)

    @property
    def length(self) -> float:
        """Metres in the plane."""
        return sum(row.length for row in self.rows)

    @property
    def length3d(self) -> float:
        """Metres along the slope."""
        return sum(row.length3d for row in self.rows)


@dataclass(frozen=True, slots=True)
class Card:
    """One line with everything that hangs on it."""

    line: dict[str, Any]
    geometry: Any
    dataset: Dataset
    version: SurveyVersion
    volumes: Sequence[Volume]
    files: Sequence[tuple[Item, ElectronicFile]]


def figures(
    session: Session, actor: Actor, area: Area, where: Where, by: tuple[str, ...] = ("major", "minor"), *, clip: bool
) -> Figures:
    """Count and lengths of the lines of an area by up to two attributes; clipped, only what lies inside counts."""
    require(actor, SEE)
    store, connection = store_of(session), session.connection()
    rows = store.totals(connection, area, where, by, clip=clip)
    points = store.point_totals(connection, area, where)
    return Figures(sorted(rows, key=lambda row: -row.length), sum(row.count for row in points))


def lines_page(
    session: Session, actor: Actor, area: Area, where: Where, after: int | None, size: int = PAGE
) -> tuple[Page, Count]:
    """Some of an area's lines in the order of their number in the store, and how many there are, counted to a cap."""
    require(actor, SEE)
    store, connection = store_of(session), session.connection()
    return store.page(connection, area, where, after, size, LISTED), store.count(connection, area, where)


def card(session: Session, actor: Actor, fid: int) -> Card:
    """A line with its survey, its volumes and their files, as far as the actor may see them. Raises NotFoundError."""
    found = segment_of(session, actor, fid)
    row = found.row(0)
    version_id = int(row["version_id"])
    dataset, version = queries.visible_labels(session, actor, [version_id])[version_id]
    volumes = _volumes(session, actor, dataset, str(row["start_no"]), str(row["end_no"]))
    return Card(row, row.pop("geometry"), dataset, version, volumes, files_of_volumes(session, actor, volumes))


def _volumes(session: Session, actor: Actor, dataset: Dataset, start_no: str, end_no: str) -> list[Volume]:
    """The volumes that document a line: those of its whole hand-over and those of the line itself."""
    lines = {("", ""), (start_no, end_no), (end_no, start_no)}
    links = queries.links_of_dataset(session, dataset.id)
    wanted = [link.volume_id for link in links if (link.start_no, link.end_no) in lines]
    return list(volumes_by_id(session, actor, wanted).values())


def nearest(session: Session, actor: Actor, place: tuple[float, float], radius: float, where: Where) -> list[int]:
    """The lines next to a place, nearest first; place and radius in the store's metres."""
    require(actor, SEE)
    return [near.fid for near in store_of(session).nearest(session.connection(), *place, radius, where, HITS)]
