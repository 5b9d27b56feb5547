"""Organisations as documents; one that was merged away is found by its name as a former name of the other."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, literal, select
from sqlalchemy.orm import Session

from archives.core.actors import Role
from archives.core.language import msg
from archives.discovery.sources.contract import HELD, Ids, Reader, Source, columns_of, joined
from archives.organisations.models import Organisation
from archives.organisations.queries import former_names, visible_to
from archives.projects.service import TIES
from search.contract import Document
from search.predicates import EVERY, NONE, Among, Predicate


def _stated(ids: Ids) -> Select[Any]:
    columns: tuple[Any, ...] = (
        Organisation.id.label("organisation_id"),
        literal(HELD).label("standing"),
        literal(0).label("clearance"),
    )
    return select(Organisation.id, *columns).where(Organisation.id.in_(ids), Organisation.merged_into.is_(None))


def _documents(session: Session, ids: Sequence[int]) -> list[Document]:
    rows = session.execute(_stated(ids).add_columns(Organisation)).mappings()
    return [_document(row["Organisation"], row) for row in rows]


def _document(organisation: Organisation, row: Any) -> Document:
    former = former_names(organisation)
    return Document(
        id=organisation.id,
        kind="",
        code=organisation.credit_code or "",
        title=organisation.name,
        fields={"former": joined(*former), "address": organisation.address, "note": organisation.note},
        columns=columns_of(row),
        day=organisation.created_at.date(),
        names=(organisation.name, *former),
    )


def _visible(reader: Reader) -> Predicate:
    actor = reader.actor
    if actor.is_staff or actor.has(Role.AUTHORITY, Role.SYSTEM_ADMIN):
        return EVERY
    if not actor.is_external or actor.organisation_id is None:
        return NONE
    found = reader.session.scalars(select(Organisation.id).where(visible_to(actor, (TIES,))))
    return Among("organisation_id", tuple(found))


ORGANISATIONS = Source(
    kind="organisation",
    label=msg("Organisations"),
    rank=2,
    stated=_stated,
    documents=_documents,
    visible=_visible,
    every=lambda: select(Organisation.id).where(Organisation.merged_into.is_(None)),
)
