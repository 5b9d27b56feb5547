"""Lists to give away under the customary headings: what is exported here, an import finds unchanged."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any

from sqlalchemy.orm import Session

from archives.catalogue import browsing, queries
from archives.catalogue.columns import ITEM_COLUMNS, VOLUME_COLUMNS
from archives.catalogue.description import item_raw, volume_raw
from archives.catalogue.drafts import ItemFilters, VolumeFilters
from archives.catalogue.models import Item, Volume
from archives.core.actors import Actor
from archives.core.drafts import Vocabularies
from archives.core.errors import TooLargeError
from archives.core.language import gettext, msg
from archives.core.sheets.book import Target
from archives.core.sheets.columns import Column
from archives.core.sheets.write import Table, write_table
from archives.projects.models import Project
from archives.projects.queries import units_of
from archives.reference.vocabularies import vocabularies

MOST_ROWS = 20_000
"""Rows of a list that a page gives away at once; a whole project's list has no limit."""
PROJECT = Column("project", msg("Project code"), ("项目编号",), width=16)
# One column says it once: first and last date, first and last page.
OF_VOLUMES = tuple(column for column in VOLUME_COLUMNS if column.key != "period")
OF_ITEMS = tuple(column for column in ITEM_COLUMNS if column.key != "pages")
Codes = Mapping[int, str]
Row = dict[str, Any]


def write_project(target: Target, session: Session, actor: Actor, project: Project) -> tuple[int, int]:
    """Write a project's volumes and items, as far as the actor may see them, as a list that can be taken in again.

    Returns how many of each.
    """
    volumes = browsing.volumes_of_project(session, actor, project.id)
    items = browsing.items_of_volumes(session, actor, [volume.id for volume in volumes])
    units = {unit.id: unit.code for unit in units_of(session, project.id)}
    write_table(
        target,
        Table(gettext("Volume catalogue"), OF_VOLUMES, volume_rows(session, volumes, units)),
        Table(gettext("Volume contents"), OF_ITEMS, item_rows(session, volumes, items, units)),
    )
    return len(volumes), sum(map(len, items.values()))


def volume_workbook(session: Session, actor: Actor, filters: VolumeFilters, order: str) -> bytes:
    """The volumes that the filters let through, in the order of the page. Raises TooLargeError past MOST_ROWS."""
    chosen = browsing.VOLUME_ORDERS[order]
    volumes = browsing.whole(session, browsing.volumes_of(session, actor, filters, order), chosen, MOST_ROWS + 1)
    _check_size(volumes)
    around = browsing.surroundings(session, volumes)
    units = {unit.id: unit.code for unit in around.units.values()}
    rows = zip(volumes, volume_rows(session, volumes, units), strict=True)
    named = (row | {"project": around.projects[volume.project_id].code} for volume, row in rows)
    return _written(Table(gettext("Volume catalogue"), (PROJECT, *OF_VOLUMES), named))


def item_workbook(session: Session, actor: Actor, filters: ItemFilters, order: str) -> bytes:
    """The items that the filters let through. Raises TooLargeError past MOST_ROWS."""
    chosen = browsing.ITEM_ORDERS[order]
    items = browsing.whole(session, browsing.items_of(session, actor, filters, order), chosen, MOST_ROWS + 1)
    _check_size(items)
    around = browsing.surroundings(session, items=items)
    units = {unit.id: unit.code for unit in around.units.values()}
    levels, known = queries.secrecy_names(session), _vocabularies(session)
    rows = (
        _item_row(item, around.volumes[item.volume_id], units, levels, known)
        | {"project": around.projects[item.project_id].code}
        for item in items
    )
    return _written(Table(gettext("Volume contents"), (PROJECT, *OF_ITEMS), rows))


def volume_rows(session: Session, volumes: Iterable[Volume], units: Codes) -> Iterator[Row]:
    """Volumes by the columns' keys; `units` leads from id to code."""
    levels, known = queries.secrecy_names(session), _vocabularies(session)
    for volume in volumes:
        raw = volume_raw(volume, units.get(volume.unit_id, ""), levels)
        number = "" if volume.accession_no is None else str(volume.accession_no)
        yield {**_in_words(raw, known), "archival_code": volume.archival_code, "accession_no": number}


def item_rows(
    session: Session, volumes: Iterable[Volume], items: Mapping[int, Sequence[Item]], units: Codes
) -> Iterator[Row]:
    """The items of some volumes by the columns' keys."""
    levels, known = queries.secrecy_names(session), _vocabularies(session)
    for volume in volumes:
        for item in items[volume.id]:
            yield _item_row(item, volume, units, levels, known)


def _item_row(item: Item, volume: Volume, units: Codes, levels: Codes, known: Vocabularies) -> Row:
    raw = item_raw(item, volume, units.get(volume.unit_id, ""), levels)
    return {**_in_words(raw, known), "archival_code": volume.archival_code}


def _in_words(raw: Row, known: Vocabularies) -> Row:
    return raw | {kind: words.label(raw[kind]) for kind, words in known.items() if raw[kind]}


def _vocabularies(session: Session) -> Vocabularies:
    return vocabularies(session, "retention", "secrecy", "medium")


def _check_size(rows: Sequence[object]) -> None:
    if len(rows) > MOST_ROWS:
        raise TooLargeError(msg("More than %(most)d rows. Narrow the list first.", most=MOST_ROWS))


def _written(table: Table) -> bytes:
    target = BytesIO()
    write_table(target, table)
    return target.getvalue()
