"""What accession gives away: the empty list, the list with its faults marked, the register, the transfer's volumes."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from archives.accession.listing import limits_of, list_tables, sheets_and_headers
from archives.catalogue.models import ARRIVING, Volume
from archives.config import Settings
from archives.core import office
from archives.core.clock import today
from archives.core.documents import render
from archives.core.language import current_language, gettext, msg
from archives.core.problems import Problem
from archives.core.sheets.columns import Column
from archives.core.sheets.marked import write_marked
from archives.core.sheets.write import Table, write_table, write_template
from archives.projects.models import UnitWorks
from archives.reference.queries import terms

REGISTER_COLUMNS = (
    Column("accession_no", msg("Accession number"), kind="integer"),
    Column("accessioned_on", msg("Entered on"), kind="date"),
    Column("archival_code", msg("Archival code"), width=20),
    Column("title", msg("Volume title"), width=50),
    Column("compiled_by", msg("Compiled by"), width=30),
    Column("shelf_location", msg("Shelf location"), width=16),
)


def template_workbook(session: Session) -> bytes:
    """An empty transfer list with its two sheets, drop-down lists and explanations."""
    target = BytesIO()
    notes = (
        msg("One row a volume on the first sheet, one row an item on the second."),
        msg("A volume is known by its unit works and its volume number; an item by its volume and sequence number."),
        msg("Write dates as 2008-05-01. Leave a cell empty where nothing is to be said."),
    )
    write_template(target, list_tables(session), notes)
    return target.getvalue()


def marked_workbook(path: Path, name: str, problems: Sequence[Problem], settings: Settings) -> bytes:
    """The list as it came, in a new workbook, with every fault marked where it stands and listed on a first sheet."""
    sheets, headers = sheets_and_headers(path, name, limits_of(settings))
    target = BytesIO()
    write_marked(target, sheets, headers, problems)
    return target.getvalue()


def register_workbook(volumes: Sequence[Volume]) -> bytes:
    """The accession register as a workbook."""
    target = BytesIO()
    rows = ({column.key: getattr(volume, column.key) for column in REGISTER_COLUMNS} for volume in volumes)
    write_table(target, Table(gettext("Accession register"), REGISTER_COLUMNS, rows))
    return target.getvalue()


def register_paper(session: Session, volumes: Sequence[Volume]) -> bytes:
    """The accession register as a paper."""
    names = _names(session)
    days = [volume.accessioned_on for volume in volumes if volume.accessioned_on] or [today()]
    data = {
        "institution": office.decided(session, "institution"),
        "date": today().isoformat(),
        "first_date": min(days).isoformat(),
        "last_date": max(days).isoformat(),
        "entries": [_register_entry(volume, names) for volume in volumes],
    }
    return render("accession_register", data, language=current_language())


def _register_entry(volume: Volume, names: dict[tuple[str, str], str]) -> dict[str, Any]:
    return {
        "accession_number": str(volume.accession_no),
        "date": volume.accessioned_on.isoformat() if volume.accessioned_on else "",
        "archival_code": volume.archival_code or "",
        "title": volume.title,
        "source": volume.compiled_by,
        "quantity": gettext("1 volume"),
        "retention": names.get(("retention", volume.retention), volume.retention),
        "secrecy": names.get(("secrecy", str(volume.secrecy)), ""),
        "shelf": volume.shelf_location or "",
    }


def transfer_volumes(session: Session, project_id: int) -> dict[str, Any]:
    """The volumes of a project as the transfer form lists them (移交目录)."""
    names = _names(session)
    units = {
        row.id: row.name
        for row in session.execute(select(UnitWorks.id, UnitWorks.name).where(UnitWorks.project_id == project_id))
    }
    wanted = select(Volume).where(Volume.project_id == project_id, Volume.state != ARRIVING)
    volumes = session.scalars(wanted.order_by(Volume.unit_id, Volume.sort_key, Volume.id))
    return {"volumes": [_volume_row(volume, units, names) for volume in volumes]}


def _volume_row(volume: Volume, units: dict[int, str], names: dict[tuple[str, str], str]) -> dict[str, Any]:
    row = {
        "number": volume.volume_no,
        "title": volume.title,
        "text_pages": volume.text_pages,
        "drawings": volume.drawing_sheets,
        "others": volume.other_count,
        "compiler": volume.compiled_by,
        "compiled": volume.compiled_on.isoformat() if volume.compiled_on else "",
        "retention": names.get(("retention", volume.retention), volume.retention),
        "secrecy": names.get(("secrecy", str(volume.secrecy)), ""),
        "remarks": volume.note,
    }
    return row | {"unit": units[volume.unit_id]} if volume.unit_id in units else row


def _names(session: Session) -> dict[tuple[str, str], str]:
    """How papers write retention codes and ranks of secrecy."""
    retention = {("retention", term.code): term.name for term in terms(session, "retention")}
    return retention | {("secrecy", str(term.rank)): term.name for term in terms(session, "secrecy")}
