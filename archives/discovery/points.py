"""Points of pipelines by their number, from the store's own index: a million of them need no document each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, not_, or_, select
from sqlalchemy.orm import Session

from archives.core.actors import Actor
from archives.pipelines import queries
from archives.pipelines.actions import SEE
from archives.pipelines.models import STORE

MOST = 20
SHORTEST, LONGEST = 2, 40
"""Characters of what may be a point's number."""


@dataclass(frozen=True, slots=True)
class FoundPoint:
    """A point, and a line that begins or ends there (None where none does)."""

    number: str
    road: str
    major: str
    minor: str
    segment: int | None


def points_called(session: Session, actor: Actor, typed: str, most: int = MOST) -> list[FoundPoint]:
    """The points whose number begins as typed, as far as the actor may see them; three statements."""
    if not _may_be_number(typed) or not SEE.allows(actor):
        return []
    versions = queries.current_versions(session, actor)
    point = STORE.point.c
    begun = or_(*(and_(point.point_no >= one, point.point_no < one + "\U0010ffff") for one in {typed, typed.upper()}))
    hidden = queries.hidden_kinds(session, actor)
    shown = [not_(and_(point.major == major, *([point.minor == minor] if minor else []))) for major, minor in hidden]
    chosen = select(point.point_no, point.road, point.major, point.minor, point.version_id)
    rows = session.execute(
        chosen.where(begun, point.version_id.in_(versions), point.ended_on == "", *shown)
        .order_by(point.point_no, point.fid)
        .limit(most)
    ).all()
    lines = _lines_at(session, versions, [row.point_no for row in rows])
    return [
        FoundPoint(row.point_no, row.road, row.major, row.minor, lines.get((row.version_id, row.point_no)))
        for row in rows
    ]


def _may_be_number(typed: str) -> bool:
    return SHORTEST <= len(typed) <= LONGEST and typed.isascii() and typed.isprintable() and " " not in typed


def _lines_at(session: Session, versions: Sequence[int], numbers: Sequence[str]) -> Mapping[tuple[int, str], int]:
    """A line at each point, by version and number."""
    if not numbers:
        return {}
    segment = STORE.segment.c
    ends = or_(segment.start_no.in_(numbers), segment.end_no.in_(numbers))
    wanted = select(segment.fid, segment.version_id, segment.start_no, segment.end_no)
    found: dict[tuple[int, str], int] = {}
    for fid, version, start, end in session.execute(wanted.where(ends, segment.version_id.in_(versions))):
        for number in (start, end):
            found.setdefault((version, number), fid)
    return found
