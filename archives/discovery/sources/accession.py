"""Transfers as documents."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from archives.accession.models import Transfer
from archives.core.language import msg
from archives.discovery.sources.contract import Source, columns_of, rank_word
from archives.discovery.sources.projects import PROJECTS, columns_of_project, standing_of_project
from archives.organisations.models import Organisation
from archives.projects.models import Project
from search.contract import Document


def _stated(ids: Select[int] | Sequence[int]) -> Select[Any]:
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
    rows = {row["id"]: row for row in session.execute(_stated(ids)).mappings()}
    wanted = select(Transfer, Project.name).join(Project, Project.id == Transfer.project_id)
    return [
        Document(
            id=transfer.id,
            kind="",
            code=transfer.number,
            title=name,
            columns=columns_of(rows[transfer.id]),
            day=transfer.created_at.date(),
        )
        for transfer, name in session.execute(wanted.where(Transfer.id.in_(ids)))
    ]


def _of_projects(projects: Any) -> Select[int]:
    return select(Transfer.id).where(Transfer.project_id.in_(projects))


TRANSFERS = Source(
    kind="transfer",
    label=msg("Transfers"),
    rank=9,
    stated=_stated,
    documents=_documents,
    visible=PROJECTS.visible,
    every=lambda: select(Transfer.id),
    renewed={"transfer": lambda ids: select(Transfer.id).where(Transfer.id.in_(ids)), "project.name": _of_projects},
    restated={"project.standing": _of_projects},
)
