"""Printed forms of the catalogue: cover, contents list, note sheet, spine labels, volume catalogue of a project."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from archives.catalogue import browsing
from archives.catalogue.models import Item, Volume
from archives.catalogue.presenting import Words, words_of
from archives.core import office
from archives.core.actors import Actor
from archives.core.clock import today
from archives.core.documents import render
from archives.core.errors import TooLargeError
from archives.core.language import current_language, msg
from archives.projects.models import Project, UnitWorks
from archives.projects.queries import units_of
from archives.web.forms import shown

MOST_LABELS = 500
DEPTHS = (20, 30, 40, 50)
"""Depths of boxes in mm. Text fills a box of 20, drawings take 50 (GB/T 50328)."""
TEXT_DEPTH, DRAWING_DEPTH = 20, 50
Fact = dict[str, Any]


def cover(session: Session, volume: Volume, total: int | None = None) -> bytes:
    """案卷封面 of one volume; `total` is how many volumes the unit works has."""
    words, places = words_of(session), office.all_decided(session)
    said: Fact = {
        "archival_code": volume.archival_code or "",
        "title": volume.title,
        "compiler": volume.compiled_by,
        "first_date": shown(volume.start_date),
        "last_date": shown(volume.end_date),
        "secrecy": words.secrecy(volume.secrecy),
        "retention": words.label("retention", volume.retention),
    }
    if volume.accession_no is not None:
        said["accession_number"] = str(volume.accession_no)
    if places["institution_code"]:
        said["institution_code"] = places["institution_code"]
    if total and volume.volume_no.isdecimal():
        said |= {"total": total, "position": int(volume.volume_no)}
    return _printed(session, "volume_cover", {"volumes": [said]})


def contents(session: Session, actor: Actor, volume: Volume) -> bytes:
    """卷内目录 of one volume, the items that the actor sees."""
    items = browsing.items_of_volumes(session, actor, [volume.id])[volume.id]
    rows = [_item_row(item, is_last=item is items[-1]) for item in items]
    listed = {"archival_code": volume.archival_code or "", "title": volume.title, "items": rows}
    return _printed(session, "contents_list", {"volumes": [listed]})


def note(session: Session, volume: Volume) -> bytes:
    """卷内备考表 of one volume."""
    said = {
        "archival_code": volume.archival_code or "",
        "title": volume.title,
        "pages": volume.text_pages + volume.drawing_sheets + volume.other_count,
        "text_pages": volume.text_pages,
        "drawings": volume.drawing_sheets,
        "photographs": volume.other_count,
        "remarks": volume.note,
        "compiled_by": volume.filed_by,
        "compiled": shown(volume.compiled_on),
        "checked_by": volume.checked_by,
    }
    return _printed(session, "note_sheet", {"volumes": [said]})


def spines(session: Session, volumes: Sequence[Volume], depth: int | None = None) -> bytes:
    """案卷脊背 of some volumes, to cut; `depth` of the boxes in mm, else by what a volume holds.

    Raises TooLargeError past MOST_LABELS.
    """
    if len(volumes) > MOST_LABELS:
        raise TooLargeError(msg("At most %(most)d labels at once.", most=MOST_LABELS))
    words, around = words_of(session), browsing.surroundings(session, volumes)
    labels = [_spine(volume, around, words, depth) for volume in volumes]
    return _printed(session, "spine_labels", {"labels": labels})


def catalogue(session: Session, actor: Actor, project: Project) -> bytes:
    """案卷目录 of a project, the volumes that the actor sees."""
    words = words_of(session)
    units = {unit.id: unit for unit in units_of(session, project.id)}
    volumes = browsing.volumes_of_project(session, actor, project.id)
    about = {"code": project.code, "name": project.name, "client": project.client.name, "address": project.address}
    rows = [_volume_row(volume, units, words) for volume in volumes]
    return _printed(session, "volume_catalogue", {"scope": project.name, "project": about, "volumes": rows})


def _printed(session: Session, form: str, data: Mapping[str, object]) -> bytes:
    head = {"institution": office.decided(session, "institution"), "date": today().isoformat()}
    return render(form, {**head, **data}, language=current_language())


def _item_row(item: Item, *, is_last: bool) -> Fact:
    """One line; the last one says the last page too, as the customary list does."""
    pages = str(item.page_from or "")
    if is_last and item.page_to and item.page_to != item.page_from:
        pages = f"{pages}-{item.page_to}"
    return {
        "sequence": item.sequence,
        "document_number": item.document_no,
        "creator": item.responsible,
        "title": item.title,
        "date": shown(item.formed_on),
        "pages": pages,
        "remarks": item.note,
    }


def _spine(volume: Volume, around: browsing.Surroundings, words: Words, depth: int | None) -> Fact:
    by_content = DRAWING_DEPTH if volume.drawing_sheets else TEXT_DEPTH
    return {
        "archival_code": volume.archival_code or volume.volume_no,
        "title": volume.title,
        "depth": depth if depth in DEPTHS else by_content,
        "retention": words.label("retention", volume.retention),
        "secrecy": words.secrecy(volume.secrecy),
        "shelf": volume.shelf_location or "",
        "qr": volume.archival_code or _place(volume, around),
    }


def _place(volume: Volume, around: browsing.Surroundings) -> str:
    """What names a volume that has no code yet: project, unit works, number."""
    unit = around.units.get(volume.unit_id)
    return "/".join([around.projects[volume.project_id].code, unit.code if unit else "-", volume.volume_no])


def _volume_row(volume: Volume, units: Mapping[int, UnitWorks], words: Words) -> Fact:
    row: Fact = {
        "number": volume.volume_no,
        "title": volume.title,
        "text_pages": volume.text_pages,
        "drawings": volume.drawing_sheets,
        "others": volume.other_count,
        "compiler": volume.compiled_by,
        "compiled": shown(volume.compiled_on),
        "retention": words.label("retention", volume.retention),
        "secrecy": words.secrecy(volume.secrecy),
        "remarks": volume.note,
        "archival_code": volume.archival_code or "",
        "shelf": volume.shelf_location or "",
    }
    if volume.accession_no is not None:
        row["accession_number"] = str(volume.accession_no)
    return row | {"unit": units[volume.unit_id].name} if volume.unit_id in units else row
