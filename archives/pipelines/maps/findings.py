"""A survey over the map: where it lies, and a mark wherever a check found something."""

from typing import Any

import numpy as np
from flask import url_for
from sqlalchemy.orm import Session

from archives.core.actors import Actor
from archives.core.errors import NotFoundError
from archives.pipelines import queries
from archives.pipelines.maps.extents import survey_extent
from archives.pipelines.models import Finding
from archives.pipelines.surveys.presenting import SEVERITIES, sentence_of
from gis.crs import CGCS2000
from gis.profiles import from_store

MOST = 2_000
"""Marks on one map."""


def survey_on_map(session: Session, actor: Actor, version_id: int) -> dict[str, Any]:
    """The extent in degrees and the findings with their places. Raises NotFoundError."""
    found = queries.visible_labels(session, actor, [version_id]).get(version_id)
    epsg = queries.store_system(session)
    if found is None or epsg is None:
        raise NotFoundError
    dataset, version = found
    marks = queries.false_alarms(session, dataset.id)
    hidden = queries.hidden_kinds(session, actor)
    placed = [one for one in queries.findings(session, version.id, most=MOST, hidden=hidden) if one.east is not None]
    longitudes, latitudes = _degrees(placed, epsg)
    return {
        "extent": survey_extent(session, actor, epsg, version),
        "findings": [
            {
                "lon": lon,
                "lat": lat,
                "tone": "muted" if one.fingerprint in marks else SEVERITIES[one.severity][0],
                "text": f"{one.rule} {one.element} {sentence_of(one)}",
                "href": url_for(
                    "pipelines.findings",
                    number=dataset.number,
                    version=version.number,
                    rule=one.rule,
                    _anchor=f"finding-{one.id}",
                ),
            }
            for one, lon, lat in zip(placed, longitudes.tolist(), latitudes.tolist(), strict=True)
            if np.isfinite(lon) and np.isfinite(lat)
        ],
    }


def _degrees(findings: list[Finding], epsg: int) -> tuple[Any, Any]:
    east = np.array([one.east for one in findings], dtype=np.float64)
    north = np.array([one.north for one in findings], dtype=np.float64)
    return from_store(CGCS2000, epsg)(east, north)
