"""Which hand-over files continue that come without a word about it: the one whose points they bring again.

Every district's files may be called points.csv and lines.csv, and a next version takes the place of the one before it.
So what the files hold decides, never their names alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from archives.config import Settings
from archives.core.actors import Actor
from archives.core.backend import Backend
from archives.core.errors import ArchivesError, RefusedError
from archives.pipelines import queries
from archives.pipelines.drafts import HandoverDraft
from archives.pipelines.lines import store_of
from archives.pipelines.models import REFUSED, SEEN, Dataset, SurveyVersion
from archives.pipelines.surveys import intake
from archives.pipelines.surveys.files import READ_AT_ONCE, tables_of
from archives.pipelines.surveys.service import Brought
from archives.pipelines.systems import zone_of
from gis.frame import Frame, empty
from gis.store.contract import EVERYWHERE, Where
from gis.survey.raw import Given

NEAR = 50.0
"""Metres within which a point still lies where it lay: more than a correction moves it, less than a block of houses."""
HALF = 0.5
"""So much of the earlier version must come again."""
MOST_LOOKED_AT = 20_000
"""At most so many points of the earlier version are looked for, evenly chosen."""
KEY = ("point_no", "major", "minor")


def settle(
    backend: Backend,
    settings: Settings,
    actor: Actor,
    draft: HandoverDraft,
    files: Sequence[Brought],
    tables: Sequence[Given] = (),
) -> HandoverDraft:
    """The draft, naming the hand-over that its files continue; unchanged where they begin one of their own.

    One of the same source continues if its files have the same names and at least half of its points come again.
    `tables` are those of the files, where they are read already. No lock is held. Raises UnreadableFileError,
    TooLargeError, or RefusedError for options that lead nowhere.
    """
    if draft.replaces or draft.source == "project":
        return draft
    with backend.reading() as session:
        known = twins(session, actor, draft, [file.name for file in files])
        if not known:
            return draft
        points = _points_of(session, settings, draft, files, tables)
        for dataset in known:
            if _continues(session, settings, dataset, points):
                return draft.model_copy(update={"replaces": dataset.number})
    return draft


def twins(session: Session, actor: Actor, draft: HandoverDraft, names: Sequence[str]) -> list[Dataset]:
    """Hand-overs of no project, of the same source, and of the same name if one is given, whose files are called so."""
    wanted = sorted(names)
    return [
        dataset
        for dataset, versions in queries.brought_before(session, actor, draft.source, None)
        if sorted(file["name"] for file in versions[0].files) == wanted and draft.name in {"", dataset.name}
    ]


def twins_of(session: Session, actor: Actor, dataset: Dataset, version: SurveyVersion) -> list[Dataset]:
    """The other hand-overs that the files of a new one could belong to, by their names."""
    if dataset.project_id is not None or version.number > 1:
        return []
    draft = HandoverDraft(source=dataset.source)
    known = twins(session, actor, draft, [file["name"] for file in version.files])
    return [one for one in known if one.id != dataset.id]


def comes_again(earlier: Frame, points: Frame) -> bool:
    """Whether at least half of the earlier points are there again: same number and kind, at the same place."""
    some = earlier.take(slice(None, None, 1 + len(earlier) // MOST_LOOKED_AT))
    wanted = {key: row for row, key in enumerate(_keys(some)) if key[0]}
    pairs = np.array([(wanted[key], row) for row, key in enumerate(_keys(points)) if key in wanted], dtype=np.intp)
    old, new = pairs.reshape(-1, 2).T
    distances = np.hypot(
        some.number("east")[old] - points.number("east")[new], some.number("north")[old] - points.number("north")[new]
    )
    again = len(np.unique(old[distances <= NEAR]))
    return again > 0 and again >= HALF * len(wanted)


def _keys(points: Frame) -> Iterator[tuple[str, ...]]:
    return zip(*(points.text(name).tolist() for name in KEY), strict=True)


def _points_of(
    session: Session, settings: Settings, draft: HandoverDraft, files: Sequence[Brought], tables: Sequence[Given]
) -> Frame:
    """The points that come; none where the tables do not fit what is said of them, which is asked about later."""
    options = {"crs": draft.crs, "profile": draft.profile, "kind": draft.kind}
    try:
        return _placed(session, tables or tables_of(settings, [file.as_dict() for file in files]), options)
    except RefusedError:
        return empty()


def _continues(session: Session, settings: Settings, dataset: Dataset, points: Frame) -> bool:
    """Whether points belong to a hand-over's newest version: that of the store, else the files that nobody had read.

    Of a hand-over of which nothing could ever be read, other files take the place: nothing of it can be lost.
    """
    versions = queries.versions_of(session, dataset.id)
    seen = next((version for version in versions if version.state in SEEN), None)
    if seen is not None:
        asked = (EVERYWHERE, Where(versions=[seen.id]))
        return comes_again(store_of(session).points(session.connection(), asked, (*KEY, "east", "north")), points)
    earlier = _waiting_points(session, settings, versions[0])
    return comes_again(earlier, points) or (versions[0].state == REFUSED and not len(earlier))


def _waiting_points(session: Session, settings: Settings, version: SurveyVersion) -> Frame:
    """The points of files that are not in the store; none of those too large to be read while somebody waits."""
    if sum(file["size"] for file in version.files) > READ_AT_ONCE:
        return empty()
    try:
        return _placed(session, tables_of(settings, version.files), version.options)
    except ArchivesError:
        return empty()


def _placed(session: Session, tables: Sequence[Given], given: Mapping[str, Any]) -> Frame:
    """The points of some tables in the plane of the store, or in the one that it would be."""
    options = intake.options_of(session, SurveyVersion(options=dict(given), files=[]))
    seen = intake.look(tables, options)
    plane = queries.store_system(session) or zone_of(options.system)
    return intake.in_store(seen.survey, seen.coordinates, options, plane).points
