"""Transfers as documents."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from archives.accession.models import Transfer
from archives.core.language import msg
from archives.discovery.sources.contract import Ids, Source, columns_of, rank_word
from archives.discovery.sources.projects import PROJECTS, columns_of_project, projects_of, standing_of_project
from archives.organisations.models import Organisation
from archives.projects.models import Project
from search.contract import Document


def _stated(ids: Ids) -> Select[Any]:
    return (
        select(
            Transfer.id,
            rank_word(Project.secrecy).label("secrecy"),
            standing_of_project().label("standing"),
            Project.secrecy.label("clearance"),
            *columns_of_project(),
        )
        .join(Project, Project.id == Transfer.project_id)
        .join(Organisation, Organisation.id == Project.client_id)
        .where(Transfer.id.in_(ids))
    )


def _documents(session: Session, ids: Sequence[int]) -> list[Document]:
    wanted = _stated(ids).add_columns(Transfer.number, Transfer.created_at, Project.name)
    return [
        Document(
            id=row["id"],
            kind="",
            code=row["number"],
            title=row["name"],
            columns=columns_of(row),
            day=row["created_at"].date(),
        )
        for row in session.execute(wanted).mappings()
    ]


def _of_projects(projects: Ids) -> Select[int]:
    return select(Transfer.id).where(Transfer.project_id.in_(projects))


TRANSFERS = Source(
    kind="transfer",
    label=msg("Transfers"),
    rank=9,
    stated=_stated,
    documents=_documents,
    visible=PROJECTS.visible,
    every=lambda: select(Transfer.id),
    renewed={"project.name": _of_projects},
    restated={"project.standing": _of_projects, "organisation.name": lambda ids: _of_projects(projects_of(ids))},
)
