"""Pipelines laid for tests: hand-overs accepted into the archive, with lines and points in EPSG:4547."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from archives.core.actors import Actor
from archives.core.clock import now
from archives.pipelines.lines import store_of
from archives.pipelines.models import ACCEPTED, Dataset, KindSecrecy, StoreSystem, SurveyVersion
from gis.frame import Frame

STORE = 4547
"""CGCS2000, 3-degree zone around 114°E, 6-digit eastings."""
EAST, NORTH = 500_000.0, 3_400_000.0
"""A corner on the central meridian; lines lie east and north of it."""


WATER, RAIN = ("JS", "JP"), ("PS", "YS")


def grid(count: int, kinds: Sequence[tuple[str, str]] = (WATER, RAIN), *, step: float = 10.0) -> tuple[Frame, Frame]:
    """Points and segments: `count` lines of `step` metres, one after the other to the east, kinds in turn.

    Line i runs from P<i> to P<i+1>, 1 m deep, its owner by kind, built in 1990 + i % 30. Each kind has points of its
    own, 100 m high: where lines of two kinds meet, both have one of that number.
    """
    kind = [kinds[i % len(kinds)] for i in range(count)]
    ends = sorted({(at, one) for i, one in enumerate(kind) for at in (i, i + 1)})
    numbers = np.array([at for at, _ in ends])
    points = Frame(
        len(ends),
        {
            "point_no": np.array([f"P{at}" for at, _ in ends], dtype=object),
            "major": np.array([major for _, (major, _minor) in ends], dtype=object),
            "minor": np.array([minor for _, (_major, minor) in ends], dtype=object),
            "east": EAST + numbers * step,
            "north": np.full(len(ends), NORTH),
            "ground_z": np.full(len(ends), 100.0),
            "feature": np.full(len(ends), "直线点", dtype=object),
            "row": np.arange(len(ends)),
        },
    )
    majors, minors = (np.array([one[part] for one in kind], dtype=object) for part in (0, 1))
    return points, _segments(count, majors, minors)


def _segments(count: int, majors: Any, minors: Any) -> Frame:
    names = np.array([f"P{i}" for i in range(count + 1)], dtype=object)
    text = {
        "start_no": names[:-1],
        "end_no": names[1:],
        "major": majors,
        "minor": minors,
        "material": np.array([("ZT", "PE")[i % 2] for i in range(count)], dtype=object),
        "owner": np.array([f"{major}公司" for major in majors], dtype=object),
        "road": np.full(count, "人民路", dtype=object),
        "built_on": np.array([str(1990 + i % 30) for i in range(count)], dtype=object),
        "size_raw": np.full(count, "DN300", dtype=object),
        "shape": np.full(count, "circle", dtype=object),
        "z_ref": np.full(count, "top", dtype=object),
    }
    numbers = {
        "start_depth": np.full(count, 1.0),
        "end_depth": np.full(count, 1.0),
        "start_z": np.full(count, 99.0),
        "end_z": np.full(count, 99.0),
        "width": np.full(count, 300.0),
        "height": np.full(count, 300.0),
    }
    return Frame(count, {**text, **numbers, "row": np.arange(count)})


def lay(
    session: Session,
    actor: Actor,
    points: Frame,
    segments: Frame,
    *,
    secrecy: int = 0,
    number: str = "2024-GX-0001",
    state: str = ACCEPTED,
) -> SurveyVersion:
    """A hand-over accepted into the archive, with these points and segments."""
    if session.get(StoreSystem, 1) is None:
        session.add(StoreSystem(id=1, epsg=STORE, decided_by=actor.name, decided_at=now()))
    dataset = Dataset(
        number=number, name=number, source="census", secrecy=secrecy, created_at=now(), created_by=actor.name
    )
    session.add(dataset)
    session.flush()
    version = SurveyVersion(
        dataset_id=dataset.id,
        number=1,
        state=state,
        points=len(points),
        segments=len(segments),
        brought_at=now(),
        brought_by=actor.name,
        accepted_at=now() if state == ACCEPTED else None,
    )
    session.add(version)
    session.flush()
    store = store_of(session)
    store.add(session.connection(), version.id, points, segments)
    store.build_overview(session.connection(), version.id)
    return version


def classify(session: Session, actor: Actor, major: str, minor: str, secrecy: int) -> None:
    """Make a kind of line more secret than its hand-over."""
    session.add(KindSecrecy(major=major, minor=minor, secrecy=secrecy, decided_by=actor.name, decided_at=now()))
