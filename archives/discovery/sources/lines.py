"""Pipelines as documents: the lines of one kind, road and owner in one survey are one document.

A million segments are some thousands of them, and what people know of a line is its kind, its road and its owner.
Point numbers are found by their own index in the store (`archives.discovery.points`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import isfinite
from typing import Any

import numpy as np
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from archives.core.actors import SYSTEM
from archives.core.language import msg
from archives.discovery.sources.contract import HELD, OUTSIDE, Ids, Reader, Source, cleared, joined
from archives.pipelines import queries
from archives.pipelines.actions import SEE
from archives.pipelines.models import STORE, Dataset, SurveyVersion
from archives.pipelines.vocabularies import written
from archives.projects.models import Project
from gis.codes import standard
from gis.crs import CGCS2000
from gis.profiles import from_store
from search.contract import Document
from search.predicates import EVERY, NONE, AllOf, Among, AnyOf, Except, Predicate

FAN = 16
"""Bits for the documents of one survey."""
Key = tuple[str, str, str, str]
"""Class, kind, road, owner."""
Place = tuple[float, float]


@dataclass(slots=True)
class Run:
    """The lines of one kind, road and owner in one survey; `segment` is one of them."""

    segment: int
    segments: int = 0
    length: float = 0.0
    materials: list[str] = field(default_factory=list)
    sizes: list[str] = field(default_factory=list)
    built: str = ""


def _runs(session: Session, version: int) -> list[tuple[Key, Run]]:
    """The runs of a survey, the longest first; lines that have ended do not count."""
    segment = STORE.segment.c
    key = (segment.major, segment.minor, segment.road, segment.owner)
    figures = (
        func.min(segment.fid),
        func.count(),
        func.coalesce(func.sum(segment.length), 0.0),
        func.max(segment.built_on),
    )
    standing = (segment.version_id == version, segment.ended_on == "")
    wanted = select(*key, segment.material, segment.size_raw, *figures).where(*standing)
    found: dict[Key, Run] = {}
    for *names, material, size, fid, count, length, built in session.execute(
        wanted.group_by(*key, segment.material, segment.size_raw).order_by(func.count().desc(), func.min(segment.fid))
    ):
        major, minor, road, owner = names
        run = found.setdefault((major, minor, road, owner), Run(fid))
        run.segments += count
        run.length += length
        run.materials.append(standard().name("material", material))
        run.sizes.append(size)
        run.built = max(run.built, built)
    return sorted(found.items(), key=lambda one: (-one[1].length, one[1].segment))[: 1 << FAN]


def _places(session: Session, version: int) -> dict[tuple[str, str, str], Place]:
    """The middle of the points of each class, kind and road, in degrees of CGCS2000."""
    epsg = queries.store_system(session)
    point = STORE.point.c
    key = (point.major, point.minor, point.road)
    wanted = select(*key, func.avg(point.east), func.avg(point.north)).where(point.version_id == version)
    rows = [row for row in session.execute(wanted.group_by(*key)) if row[3] is not None and row[4] is not None]
    if epsg is None or not rows:
        return {}
    longitude, latitude = from_store(CGCS2000, epsg)(
        np.array([row[3] for row in rows], dtype=np.float64), np.array([row[4] for row in rows], dtype=np.float64)
    )
    placed = zip(rows, longitude.tolist(), latitude.tolist(), strict=True)
    return {(row[0], row[1], row[2]): (x, y) for row, x, y in placed if isfinite(x) and isfinite(y)}


def _documents(session: Session, versions: Sequence[int]) -> list[Document]:
    current = {one.version: one.accepted for one in queries.current(session, SYSTEM)}
    found: list[Document] = []
    for version in versions:
        if version in current:
            found += _of_version(session, version, accepted=current[version])
    return found


def _of_version(session: Session, version: int, *, accepted: bool) -> Iterator[Document]:
    wanted = select(Dataset, SurveyVersion.surveyed_on, Project.name)
    joins = wanted.join(SurveyVersion, SurveyVersion.dataset_id == Dataset.id).outerjoin(
        Project, Project.id == Dataset.project_id
    )
    dataset, surveyed_on, project = session.execute(joins.where(SurveyVersion.id == version)).one()
    places = _places(session, version)
    common = {
        "secrecy": str(dataset.secrecy),
        "clearance": dataset.secrecy,
        "standing": HELD if accepted else OUTSIDE,
        "project_id": dataset.project_id,
    }
    fields = {"project": project or "", "note": dataset.name}
    for at, (key, run) in enumerate(_runs(session, version)):
        yield _document(version << FAN | at, key, run, fields, common, places.get(key[:3]), surveyed_on)


def _document(
    id_: int,
    key: Key,
    run: Run,
    fields: dict[str, str],
    common: dict[str, Any],
    place: Place | None,
    surveyed_on: date | None,
) -> Document:
    major, minor, road, owner = key
    longitude, latitude = place or (None, None)
    return Document(
        id=id_,
        kind="",
        code=written(major, minor),
        title=f"{road} {_kind(major, minor)}".strip(),
        fields={
            **fields,
            "road": road,
            "owner": owner,
            "material": joined(*run.materials),
            "details": joined(*run.sizes),
        },
        columns={
            **common,
            "segment_id": run.segment,
            "pipe_major": major,
            "pipe_kind": written(major, minor),
            "longitude": longitude,
            "latitude": latitude,
        },
        day=surveyed_on,
        names=tuple(name for name in (road, owner) if name),
    )


def _kind(major: str, minor: str) -> str:
    """What class and kind are called in Chinese; in an index there is one language."""
    codes = standard()
    named = (codes.kind(*one) for one in dict.fromkeys(((major, ""), (major, minor))) if one in codes.kinds)
    return "·".join(kind.name_zh for kind in named if kind) or written(major, minor)


def _stated(versions: Ids) -> Select[Any]:
    return select(SurveyVersion.id).where(SurveyVersion.id.in_(versions))


def _visible(reader: Reader) -> Predicate:
    actor = reader.actor
    if actor.is_unrestricted:
        return EVERY
    if not SEE.allows(actor):
        return NONE
    hidden = queries.hidden_kinds(reader.session, actor)
    shown = Except(
        AnyOf(
            (
                Among("pipe_major", tuple(major for major, minor in hidden if not minor)),
                Among("pipe_kind", tuple(written(*kind) for kind in hidden if kind[1])),
            )
        )
    )
    standing = () if actor.is_staff else (Among("standing", (HELD,)),)
    return AllOf((cleared(actor), shown, *standing))


def _versions_of(datasets: Ids) -> Select[int]:
    return select(SurveyVersion.id).where(SurveyVersion.dataset_id.in_(datasets))


LINES = Source(
    kind="pipeline",
    label=msg("Pipelines"),
    rank=6,
    fan=FAN,
    stated=_stated,
    documents=_documents,
    visible=_visible,
    every=lambda: select(SurveyVersion.id),
    renewed={"survey.lines": _versions_of},
)
