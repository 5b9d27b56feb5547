"""Volumes and items as documents."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from archives.catalogue.actions import READERS
from archives.catalogue.models import ARRIVING as BEING_BROUGHT
from archives.catalogue.models import ElectronicFile, FileText, Item, Volume
from archives.catalogue.queries import OUTSIDE as NOT_HELD
from archives.core.language import msg
from archives.discovery.sources.contract import (
    ARRIVING,
    HELD,
    OUTSIDE,
    Ids,
    Reader,
    Source,
    cleared,
    columns_of,
    day_number,
    in_parts,
    joined,
    known,
    larger,
    main_class,
    own_cleared,
    rank_word,
    values_in,
)
from archives.discovery.sources.projects import columns_of_project, projects_of
from archives.organisations.models import Organisation
from archives.projects.models import Project
from search.contract import Document
from search.entries import in_chunks
from search.predicates import NONE, AllOf, Among, Except, Predicate

_BETWEEN_FILES = "；"
"""A sign: nothing is found across two files."""
_ARRIVED = Except(Among("standing", (ARRIVING,)))


def _standing() -> Any:
    being_brought = (Volume.state == BEING_BROUGHT, ARRIVING)
    return case(being_brought, (Volume.state.in_(NOT_HELD), OUTSIDE), else_=HELD)


def _stated_volumes(ids: Ids) -> Select[Any]:
    return (
        select(
            Volume.id,
            rank_word(Volume.secrecy).label("secrecy"),
            main_class(Volume.class_code).label("class"),
            known(Volume.retention).label("retention"),
            known(Volume.medium).label("medium"),
            day_number(func.coalesce(Volume.end_date, Volume.start_date)).label("formed"),
            day_number(Volume.accessioned_on).label("accessioned"),
            _standing().label("standing"),
            larger(Volume.secrecy, Project.secrecy).label("clearance"),
            *columns_of_project(),
        )
        .join(Project, Project.id == Volume.project_id)
        .join(Organisation, Organisation.id == Project.client_id)
        .where(Volume.id.in_(ids))
    )


def _documents_of_volumes(session: Session, ids: Sequence[int]) -> list[Document]:
    wanted = _stated_volumes(ids).add_columns(Volume, Project.name.label("project"))
    return [_volume(row["Volume"], row) for row in session.execute(wanted).mappings()]


def _volume(volume: Volume, row: Any) -> Document:
    accession = str(volume.accession_no) if volume.accession_no is not None else None
    return Document(
        id=volume.id,
        kind="",
        code=volume.archival_code or volume.volume_no,
        title=volume.title,
        fields={
            "number": joined(accession, volume.shelf_location),
            "responsible": volume.compiled_by,
            "abstract": joined(volume.keywords, volume.abstract),
            "project": row["project"],
            "details": values_in(volume.extra),
            "note": volume.note,
        },
        columns=columns_of(row),
        day=volume.end_date or volume.start_date,
    )


def _visible(reader: Reader) -> Predicate:
    actor = reader.actor
    if actor.is_unrestricted:
        return _ARRIVED
    if actor.is_staff:
        return AllOf((_ARRIVED, cleared(actor)))
    if actor.is_external:
        return AllOf((_ARRIVED, own_cleared(actor), reader.own))
    return AllOf((Among("standing", (HELD,)), cleared(actor))) if actor.has(*READERS) else NONE


def volumes_of(projects: Ids) -> Select[int]:
    """The volumes of some projects."""
    return select(Volume.id).where(Volume.project_id.in_(projects))


VOLUMES = Source(
    kind="volume",
    label=msg("Volumes"),
    rank=7,
    stated=_stated_volumes,
    documents=_documents_of_volumes,
    visible=_visible,
    every=lambda: select(Volume.id),
    renewed={"project.name": volumes_of},
    restated={"project.standing": volumes_of, "organisation.name": lambda ids: volumes_of(projects_of(ids))},
)


def _stated_items(ids: Ids) -> Select[Any]:
    secrecy = larger(Item.secrecy, Volume.secrecy)
    return (
        select(
            Item.id,
            rank_word(secrecy).label("secrecy"),
            main_class(Volume.class_code).label("class"),
            func.coalesce(known(Item.retention), known(Volume.retention)).label("retention"),
            known(Item.medium).label("medium"),
            day_number(Item.formed_on).label("formed"),
            day_number(Volume.accessioned_on).label("accessioned"),
            _standing().label("standing"),
            larger(secrecy, Project.secrecy).label("clearance"),
            *columns_of_project(),
        )
        .join(Volume, Volume.id == Item.volume_id)
        .join(Project, Project.id == Item.project_id)
        .join(Organisation, Organisation.id == Project.client_id)
        .where(Item.id.in_(ids))
    )


def _documents_of_items(session: Session, ids: Sequence[int]) -> list[Document]:
    """Two statements, however many: an import brings tens of thousands of them."""
    texts = (Item.title, Item.document_no, Item.responsible, Item.keywords, Item.abstract, Item.note, Item.extra)
    wanted = _stated_items(ids).add_columns(*texts, Item.formed_on, Project.name.label("project"))
    read = _texts_of_files(session, ids)
    return [_item(row, read.get(row["id"], ())) for row in session.execute(wanted).mappings()]


def _texts_of_files(session: Session, items: Sequence[int]) -> Mapping[int, Sequence[str]]:
    """What can be read in the files of some items, by item."""
    found = defaultdict[int, list[str]](list)
    joined_files = select(ElectronicFile.item_id, FileText.text).join(FileText, FileText.file_id == ElectronicFile.id)
    wanted = joined_files.where(ElectronicFile.item_id.in_(items), FileText.text != "")
    for item, text in session.execute(wanted.order_by(ElectronicFile.id)):
        found[item].append(text)
    return found


def _item(row: Any, texts: Sequence[str]) -> Document:
    return Document(
        id=row["id"],
        kind="",
        code=row["document_no"],
        title=row["title"],
        fields={
            "number": row["document_no"],
            "responsible": row["responsible"],
            "abstract": joined(row["keywords"], row["abstract"]),
            "project": row["project"],
            "details": values_in(row["extra"]),
            "note": row["note"],
        },
        columns=columns_of(row),
        long=_BETWEEN_FILES.join(texts),
        day=row["formed_on"],
    )


WITH_TEXT_AT_ONCE = 500
"""Items whose files say something: their texts are held together, up to 200 000 characters each."""


def _parts_of_items(session: Session, items: Collection[int]) -> list[Sequence[int]]:
    """Items whose files were read are made a few at a time."""
    speaking = select(ElectronicFile.item_id).join(FileText, FileText.file_id == ElectronicFile.id)
    with_text = {
        item
        for part in in_parts(session, items)
        for item in session.scalars(speaking.where(ElectronicFile.item_id.in_(part), FileText.text != ""))
    }
    return [*in_chunks(sorted(with_text), WITH_TEXT_AT_ONCE), *in_parts(session, set(items) - with_text)]


def items_in(volumes: Ids) -> Select[int]:
    """The items of some volumes."""
    return select(Item.id).where(Item.volume_id.in_(volumes))


def items_of(projects: Ids) -> Select[int]:
    """The items of some projects."""
    return select(Item.id).where(Item.project_id.in_(projects))


def items_with(files: Ids) -> Select[int]:
    """The items that have some files."""
    return select(ElectronicFile.item_id).where(ElectronicFile.id.in_(files))


ITEMS = Source(
    kind="item",
    label=msg("Items"),
    rank=1,
    parts=_parts_of_items,
    stated=_stated_items,
    documents=_documents_of_items,
    visible=_visible,
    every=lambda: select(Item.id),
    renewed={"project.name": items_of, "file": items_with},
    restated={
        "volume.standing": items_in,
        "project.standing": items_of,
        "organisation.name": lambda ids: items_of(projects_of(ids)),
    },
)
