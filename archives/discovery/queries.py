"""What a page of hits needs beside the index: the codes of projects that addresses are made of."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from archives.projects.models import Project
from search.contract import Hit
from search.entries import in_chunks

AT_ONCE = 5_000
"""Ids in one statement."""


def project_codes(session: Session, hits: Sequence[Hit]) -> dict[int | None, str]:
    """The codes of the hits' projects by id; whoever sees a hit may know its project."""
    ids = sorted({id_ for hit in hits if (id_ := hit.number("project_id")) is not None})
    wanted = select(Project.id, Project.code)
    rows = (row for part in in_chunks(ids, AT_ONCE) for row in session.execute(wanted.where(Project.id.in_(part))))
    return {row.id: row.code for row in rows}
