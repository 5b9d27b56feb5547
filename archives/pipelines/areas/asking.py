"""What an area holds: figures, a page of its lines, and the card of one line with its survey and its records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from archives.catalogue.models import ElectronicFile, Item, Volume
from archives.catalogue.queries import files_of_volumes, volumes_by_id
from archives.core.actors import Actor
from archives.core.errors import NotFoundError
from archives.core.permissions import require
from archives.pipelines import queries
from archives.pipelines.actions import SEE
from archives.pipelines.lines import segments_of, store_of
from archives.pipelines.models import STORE, Dataset, SurveyVersion, VolumeLink
from gis.store.contract import Area, Page, Total, Where

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
    """Sums over an area: all lines by group, how many points; lengths in metres.

    `points` is None where lines were asked for by what points do not have, as a material.
    """

    rows: Sequence[Total]
    points: int | None

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
    points = None
    if all(condition.field in STORE.point.c for condition in where.conditions):
        points = sum(row.count for row in store.point_totals(connection, area, where))
    return Figures(sorted(rows, key=lambda row: -row.length), points)


def lines_page(session: Session, actor: Actor, area: Area, where: Where, after: int | None, size: int = PAGE) -> Page:
    """Some of an area's lines in the order of their number in the store."""
    require(actor, SEE)
    return store_of(session).page(session.connection(), area, where, after, size, LISTED)


def card(session: Session, actor: Actor, fid: int) -> Card:
    """A line with its survey, its volumes and their files, as far as the actor may see them. Raises NotFoundError."""
    found = cards(session, actor, [fid])
    if not found:
        raise NotFoundError
    return found[0]


def cards(session: Session, actor: Actor, fids: Sequence[int]) -> list[Card]:
    """The same of several lines, in their order; those that the actor cannot see are left out."""
    if not fids:
        return []
    found = segments_of(session, actor, np.array(fids, dtype=np.int64))
    rows = {int(row["fid"]): row for row in map(found.row, range(len(found)))}
    labels = queries.labels_of_versions(session, [int(row["version_id"]) for row in rows.values()])
    links = queries.links_of_datasets(session, [dataset.id for dataset, _ in labels.values()])
    volumes = volumes_by_id(session, actor, [link.volume_id for link in links])
    files = files_of_volumes(session, actor, list(volumes.values()))
    made = []
    for row in (rows[fid] for fid in fids if fid in rows):
        dataset, version = labels[int(row["version_id"])]
        own = _volumes(links, volumes, dataset, str(row["start_no"]), str(row["end_no"]))
        made.append(Card(row, row.pop("geometry"), dataset, version, own, files))
    return made


def _volumes(
    links: Sequence[VolumeLink], volumes: Mapping[int, Volume], dataset: Dataset, start_no: str, end_no: str
) -> list[Volume]:
    """The volumes that document a line: those of its whole hand-over and those of the line itself."""
    lines = {("", ""), (start_no, end_no), (end_no, start_no)}
    wanted = [
        link.volume_id for link in links if link.dataset_id == dataset.id and (link.start_no, link.end_no) in lines
    ]
    return [volumes[one] for one in dict.fromkeys(wanted) if one in volumes]


def nearest(session: Session, actor: Actor, place: tuple[float, float], radius: float, where: Where) -> list[int]:
    """The lines next to a place, nearest first; place and radius in the store's metres."""
    require(actor, SEE)
    return [near.fid for near in store_of(session).nearest(session.connection(), *place, radius, where, HITS)]
