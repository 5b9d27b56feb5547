"""Surveys of pipelines, sheets of existing pipelines and named areas as documents."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, case, literal, select
from sqlalchemy.orm import Session

from archives.core.language import msg
from archives.discovery.sources.contract import (
    HELD,
    OUTSIDE,
    SHARED,
    Ids,
    Reader,
    Source,
    cleared,
    columns_of,
    rank_word,
)
from archives.pipelines.actions import READERS, SEE
from archives.pipelines.models import ACCEPTED, REPLACED, Dataset, SavedArea, Sheet, SurveyVersion
from archives.projects.models import Project
from search.contract import Document
from search.predicates import EVERY, NONE, AllOf, Among, AnyOf, Predicate


def _stated_surveys(ids: Ids) -> Select[Any]:
    accepted = select(SurveyVersion.id).where(
        SurveyVersion.dataset_id == Dataset.id, SurveyVersion.state.in_((ACCEPTED, REPLACED))
    )
    return select(
        Dataset.id,
        rank_word(Dataset.secrecy).label("secrecy"),
        case((accepted.correlate(Dataset).exists(), HELD), else_=OUTSIDE).label("standing"),
        Dataset.secrecy.label("clearance"),
        Dataset.project_id.label("project_id"),
    ).where(Dataset.id.in_(ids))


def _documents_of_surveys(session: Session, ids: Sequence[int]) -> list[Document]:
    wanted = _stated_surveys(ids).add_columns(Dataset, Project.name.label("project"))
    rows = session.execute(wanted.outerjoin(Project, Project.id == Dataset.project_id)).mappings()
    return [_survey(row["Dataset"], row) for row in rows]


def _survey(dataset: Dataset, row: Any) -> Document:
    return Document(
        id=dataset.id,
        kind="",
        code=dataset.number,
        title=dataset.name,
        fields={"owner": dataset.provider, "project": row["project"] or ""},
        columns=columns_of(row),
        day=dataset.created_at.date(),
        names=(dataset.provider,) if dataset.provider else (),
    )


def _visible_surveys(reader: Reader) -> Predicate:
    actor = reader.actor
    if actor.is_unrestricted:
        return EVERY
    if actor.is_staff:
        return cleared(actor)
    if actor.has(*READERS):
        return AllOf((cleared(actor), Among("standing", (HELD,))))
    return AllOf((cleared(actor), reader.own)) if actor.is_external else NONE


def _surveys_of(projects: Ids) -> Select[int]:
    return select(Dataset.id).where(Dataset.project_id.in_(projects))


SURVEYS = Source(
    kind="survey",
    label=msg("Pipeline surveys"),
    rank=5,
    stated=_stated_surveys,
    documents=_documents_of_surveys,
    visible=_visible_surveys,
    every=lambda: select(Dataset.id),
    renewed={"project.name": _surveys_of},
)


def _stated_sheets(ids: Ids) -> Select[Any]:
    columns: tuple[Any, ...] = (
        rank_word(Sheet.secrecy).label("secrecy"),
        literal(OUTSIDE).label("standing"),
        Sheet.secrecy.label("clearance"),
        Sheet.project_id.label("project_id"),
        Sheet.asked_by_id.label("account_id"),
    )
    return select(Sheet.id, *columns).where(Sheet.id.in_(ids))


def _documents_of_sheets(session: Session, ids: Sequence[int]) -> list[Document]:
    rows = session.execute(_stated_sheets(ids).add_columns(Sheet)).mappings()
    return [_sheet(row["Sheet"], row) for row in rows]


def _sheet(sheet: Sheet, row: Any) -> Document:
    return Document(
        id=sheet.id,
        kind="",
        code=sheet.number,
        title=sheet.project_name,
        fields={"client": sheet.recipient, "note": sheet.purpose},
        columns=columns_of(row),
        day=(sheet.issued_at or sheet.asked_at).date(),
    )


def _visible_sheets(reader: Reader) -> Predicate:
    actor = reader.actor
    if actor.is_unrestricted:
        return EVERY
    if actor.is_staff:
        return cleared(actor)
    return AllOf((cleared(actor), Among("account_id", (actor.account_id,)))) if actor.has(*READERS) else NONE


SHEETS = Source(
    kind="sheet",
    label=msg("Sheets of existing pipelines"),
    rank=4,
    stated=_stated_sheets,
    documents=_documents_of_sheets,
    visible=_visible_sheets,
    every=lambda: select(Sheet.id),
)


def _stated_areas(ids: Ids) -> Select[Any]:
    return select(
        SavedArea.id,
        case((SavedArea.shared, SHARED), else_=OUTSIDE).label("standing"),
        literal(0).label("clearance"),
        SavedArea.owner_id.label("account_id"),
    ).where(SavedArea.id.in_(ids), SavedArea.name != "")


def _documents_of_areas(session: Session, ids: Sequence[int]) -> list[Document]:
    wanted = _stated_areas(ids).add_columns(SavedArea.name, SavedArea.made_at)
    return [
        Document(id=row["id"], kind="", code="", title=row["name"], columns=columns_of(row), day=row["made_at"].date())
        for row in session.execute(wanted).mappings()
    ]


def _visible_areas(reader: Reader) -> Predicate:
    actor = reader.actor
    if actor.is_unrestricted:
        return EVERY
    own = AnyOf((Among("account_id", (actor.account_id,)), Among("standing", (SHARED,))))
    return own if SEE.allows(actor) else NONE


AREAS = Source(
    kind="area",
    label=msg("Saved areas"),
    rank=3,
    stated=_stated_areas,
    documents=_documents_of_areas,
    visible=_visible_areas,
    every=lambda: select(SavedArea.id).where(SavedArea.name != ""),
)
