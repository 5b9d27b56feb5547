"""From a list as it was read to drafts with places: what the catalogue's plan wants."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from sqlalchemy.orm import Session

from archives.accession.formats import shape
from archives.accession.formats.columns import TEMPLATE_ITEM_COLUMNS, TEMPLATE_VOLUME_COLUMNS
from archives.accession.formats.read import read_list
from archives.catalogue.drafts import ItemDraft, VolumeDraft
from archives.catalogue.intake import Listed
from archives.catalogue.queries import secrecy_names
from archives.config import Settings
from archives.core.drafts import Draft, Vocabularies, read
from archives.core.language import gettext, msg
from archives.core.problems import Problem
from archives.core.sheets.columns import Column
from archives.core.sheets.header import Header
from archives.core.sheets.limits import Limits
from archives.core.sheets.sheet import Cell, Sheet
from archives.core.sheets.write import Table
from archives.reference.vocabularies import vocabularies

KINDS = ("retention", "secrecy", "medium")
D = TypeVar("D", bound=Draft)


@dataclass(frozen=True, slots=True)
class Listing:
    """A list's volumes and items as drafts, and what is wrong with its sheets."""

    volumes: Sequence[Listed[VolumeDraft]]
    items: Sequence[Listed[ItemDraft]]
    problems: Sequence[Problem]


def limits_of(settings: Settings) -> Limits:
    """How large a list may be."""
    return Limits(file_bytes=settings.upload_mb << 20, rows=settings.list_rows)


def read_listing(session: Session, path: Path, name: str, unit: str, settings: Settings) -> Listing:
    """Read a file into drafts. Raises UnreadableFileError or TooLargeError for what cannot be read at all."""
    found = read_list(path, name, unit or None, limits_of(settings))
    return listing_of(found, vocabularies(session, *KINDS))


def listing_of(found: shape.TransferList, known: Vocabularies) -> Listing:
    """The drafts of a list that was read."""
    return Listing(
        _drafts(VolumeDraft, found.volumes, known), _drafts(ItemDraft, found.items, known), tuple(found.problems)
    )


def secrecy_of(session: Session, listing: Listing) -> int:
    """The highest rank of secrecy that a row of the list names."""
    ranks = {code: rank for rank, code in secrecy_names(session).items()}
    named = {row.draft.secrecy for row in listing.volumes} | {row.draft.secrecy for row in listing.items}
    return max((ranks.get(code, 0) for code in named), default=0)


def sheets_and_headers(path: Path, name: str, limits: Limits) -> tuple[list[Sheet], list[Header]]:
    """The sheets as they came, and where their headings stand."""
    found = read_list(path, name, limits=limits)
    return found.sheets, found.headers


def _drafts(kind: type[D], rows: Iterable[shape.Listed], known: Vocabularies) -> list[Listed[D]]:
    listed = []
    for row in rows:
        reading = read(kind, row.values, known)
        problems = (*reading.problems, *map(_computed, row.formulas)) if row.formulas else reading.problems
        listed.append(Listed(reading.draft, problems, row.place, row.headings))
    return listed


def _computed(name: str) -> Problem:
    return Problem("cell.formula", msg("The cell holds a formula. Replace it by its value."), name)


def list_tables(session: Session) -> list[Table]:
    """The two sheets of an empty list, with the values that choices may take."""
    known = vocabularies(session, *KINDS)
    example: dict[str, Cell] = {"volume_no": "001", "sequence": 1}
    return [
        Table(gettext("Volume catalogue"), [_offering(column, known) for column in TEMPLATE_VOLUME_COLUMNS], [example]),
        Table(gettext("Volume contents"), [_offering(column, known) for column in TEMPLATE_ITEM_COLUMNS], [example]),
    ]


def _offering(column: Column, known: Vocabularies) -> Column:
    vocabulary = known.get(column.key)
    if vocabulary is None:
        return column
    choices = tuple(choice.label for choice in vocabulary.choices)
    return Column(
        column.key, column.label, column.aliases, column.required, column.kind, choices, column.width, column.note
    )
