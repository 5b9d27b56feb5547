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


def grid(count: int, kinds: Sequence[tuple[str, str]] = (("JS", "JP"), ("PS", "YS")), *, step: float = 10.0) -> Any:
    """Points and segments: `count` lines of `step` metres, one after the other to the east, kinds in turn.

    Point i is P<i>, 100 m high; line i runs from P<i> to P<i+1>, 1 m deep, its owner by kind, built in 1990 + i % 30.
    """
    numbers = np.arange(count + 1)
    names = np.array([f"P{i}" for i in numbers], dtype=object)
    majors, minors = (
        np.array([kinds[i % len(kinds)][part] for i in range(count + 1)], dtype=object) for part in (0, 1)
    )
    points = Frame(
        count + 1,
        {
            "point_no": names,
            "major": majors,
            "minor": minors,
            "east": EAST + numbers * step,
            "north": np.full(count + 1, NORTH),
            "ground_z": np.full(count + 1, 100.0),
            "feature": np.full(count + 1, "直线点", dtype=object),
            "row": numbers,
        },
    )
    return points, _segments(count, names, majors, minors)


def _segments(count: int, names: Any, majors: Any, minors: Any) -> Frame:
    text = {
        "start_no": names[:-1],
        "end_no": names[1:],
        "major": majors[:-1],
        "minor": minors[:-1],
        "material": np.array([("ZT", "PE")[i % 2] for i in range(count)], dtype=object),
        "owner": np.array([f"{major}公司" for major in majors[:-1]], dtype=object),
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
