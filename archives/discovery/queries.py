"""What a page of hits needs beside the index: the codes of projects that addresses are made of."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from archives.projects.models import Project


def project_codes(session: Session, ids: Collection[int]) -> dict[int, str]:
    """The codes of projects by id; whoever sees a hit may know its project."""
    if not ids:
        return {}
    rows = session.execute(select(Project.id, Project.code).where(Project.id.in_(ids)))
    return {row.id: row.code for row in rows}
