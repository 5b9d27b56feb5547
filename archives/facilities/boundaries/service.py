"""The only writer of boundaries: loaded as a whole in the place of those before, or removed."""

from collections.abc import Mapping
from typing import Any

import shapely
from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from archives.core.actors import Actor
from archives.core.audit import Subject, record
from archives.core.clock import now
from archives.core.db import table_of
from archives.core.drafts import Reading, read
from archives.core.errors import ConflictError, RefusedError
from archives.core.language import msg
from archives.core.permissions import require
from archives.core.problems import Problem
from archives.facilities.actions import REGISTER
from archives.facilities.boundaries import queries
from archives.facilities.boundaries.drafts import BoundaryDraft, check_boundaries
from archives.facilities.boundaries.shaping import Outline
from archives.facilities.models import AreaBoundary, BoundaryLayer

LAYER = "facility_boundary_layer"


def checked(facts: Mapping[str, Any]) -> tuple[BoundaryDraft, list[Problem]]:
    """What is told of a file, and everything wrong with it."""
    reading: Reading[BoundaryDraft] = read(BoundaryDraft, facts, {})
    return reading.draft, [*reading.problems, *check_boundaries(reading.draft)]


def load(
    session: Session,
    actor: Actor,
    facts: Mapping[str, Any],
    outlines: Mapping[int, Outline],
    file: Mapping[str, str],
) -> BoundaryLayer:
    """Outlines (degrees of CGCS2000) by the id of their area, in the place of all that were loaded before.

    `file` tells its `name`, `sha256` and `crs`. Raises RefusedError. Audited.
    """
    require(actor, REGISTER)
    draft, problems = checked(facts)
    if not outlines:
        problems.append(Problem("column.no_area", msg("No outline of the file is of a registered area."), "column"))
    if problems:
        raise RefusedError(problems)
    _clear(session)
    layer = BoundaryLayer(
        file_name=file["name"],
        crs=file["crs"],
        loaded_by=actor.name,
        loaded_at=now(),
        **draft.model_dump(),
    )
    session.add(layer)
    session.flush()
    rows = [
        {"layer_id": layer.id, "area_id": area, "shape": shapely.to_geojson(shape)}
        for area, shape in sorted(outlines.items())
    ]
    session.execute(insert(table_of(AreaBoundary)), rows)
    told = {**draft.model_dump(), "areas": len(rows), "sha256": file["sha256"], "crs": file["crs"]}
    record(session, actor, "facilities.bounded", _subject(layer), None, **told)
    return layer


def remove(session: Session, actor: Actor) -> None:
    """Show no boundaries any more. Raises ConflictError where there are none. Audited."""
    require(actor, REGISTER)
    layer = queries.layer(session)
    if layer is None:
        raise ConflictError(msg("No boundaries are loaded."))
    subject = _subject(layer)
    _clear(session)
    record(session, actor, "facilities.unbounded", subject)


def _clear(session: Session) -> None:
    session.execute(delete(AreaBoundary))
    session.execute(delete(BoundaryLayer))


def _subject(layer: BoundaryLayer) -> Subject:
    return Subject(LAYER, layer.id, layer.file_name)
