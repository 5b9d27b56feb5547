"""List import: rows already read, with rules, history and audit, beside a bare bulk insert of the same rows.

Either way the rows come into the search index, in the same transaction: that is part of both figures. What the index
takes is told apart, by the same insert without it.
"""

import time
from collections.abc import Iterator
from typing import Any

from sqlalchemy import delete, insert

from archives.accession import service
from archives.accession.formats.columns import TEMPLATE_ITEM_COLUMNS, TEMPLATE_VOLUME_COLUMNS
from archives.accession.formats.read import read_list
from archives.accession.formats.shape import TransferList
from archives.accession.listing import KINDS, listing_of
from archives.catalogue.intake import Plan, plan
from archives.catalogue.models import Item, Volume
from archives.core.clock import now
from archives.core.db import table_of
from archives.core.files import Stored
from archives.core.sheets.write import Table, write_table
from archives.discovery.models import DUE
from archives.projects.queries import by_code
from archives.reference.vocabularies import vocabularies
from bench.harness import Result
from bench.instances import OPERATOR, Instance, raw_rows, scratch_instance

ROWS = {"S": 20_000, "M": 150_000}
REPEATS = 5
BAR = 6.0


def measure(size: str) -> Iterator[Result]:
    """The section `import`."""
    with scratch_instance() as instance:
        codes = [f"{kind}{number}" for kind in "ABC" for number in range(REPEATS + 1)]
        instance.add_projects(*codes)
        path = instance.settings.data / "list.xlsx"
        volumes, items = raw_rows(ROWS[size])
        write_table(
            path, Table("案卷目录", TEMPLATE_VOLUME_COLUMNS, volumes), Table("卷内目录", TEMPLATE_ITEM_COLUMNS, items)
        )
        begun = time.perf_counter()
        found = read_list(path, "list.xlsx")
        reading = time.perf_counter() - begun
        ours, bare, alone = [], [], []
        for number in range(REPEATS + 1):
            seconds, made = _import(instance, f"A{number}", found)
            ours.append(seconds)
            bare.append(_bare(instance, f"B{number}", made))
            alone.append(_bare(instance, f"C{number}", made, indexed=False))
        yield from _results(found.rows, reading, *(sorted(seconds[1:]) for seconds in (ours, bare, alone)))


def _results(rows: int, reading: float, *measured: list[float]) -> Iterator[Result]:
    middle, plain, alone = (seconds[len(seconds) // 2] for seconds in measured)
    yield Result("import", f"reading the workbook, {rows} rows", reading, "s")
    yield Result("import", f"bare bulk insert without the search index, {rows} rows", alone, "s")
    yield Result("import", f"bare bulk insert, {rows} rows", plain, "s", plain / alone)
    yield Result("import", f"import with rules, history and audit, {rows} rows", middle, "s", middle / plain, BAR)


def _import(instance: Instance, code: str, found: TransferList) -> tuple[float, Plan]:
    """From rows as read to volumes and items in the catalogue."""
    list_id = _brought(instance, code)
    begun = time.perf_counter()
    with instance.backend.reading() as session:
        known = vocabularies(session, *KINDS)
    facts = instance.facts(code)
    listing = listing_of(found, known)
    made = plan(listing.volumes, listing.items, facts)
    service.take(instance.backend, OPERATOR, list_id, facts, made)
    seconds = time.perf_counter() - begun
    if made.refused or made.added != found.rows:
        raise ValueError(f"{made.refused} rows refused: {made.problems[:3]}")
    return seconds, made


def _brought(instance: Instance, code: str) -> int:
    with instance.backend.writing() as session:
        project = by_code(session, OPERATOR, code)
        return service.bring_list(session, OPERATOR, project, Stored("0" * 64, 0), "bench.xlsx", "").id


def _bare(instance: Instance, code: str, made: Plan, *, indexed: bool = True) -> float:
    """The same rows, ids and all, in two statements of one transaction."""
    with instance.backend.reading() as session:
        project_id = by_code(session, OPERATOR, code).id
    first = project_id * 1_000_000
    common: dict[str, Any] = {"project_id": project_id, "extra": {}, "version": 1}
    arrived = {"state": "in_transfer", "list_id": None, "created_at": now()}
    ids = {key: first + number for number, (key, _) in enumerate(made.new_volumes)}
    volumes = [{**common, **arrived, **values, "id": ids[key], "unit_id": key[0]} for key, values in made.new_volumes]
    items = [{**common, **item, "volume_id": ids[key]} for key, inside in made.new_items.items() for item in inside]
    begun = time.perf_counter()
    with instance.backend.writing() as session:
        session.execute(insert(table_of(Volume)), volumes)
        session.execute(insert(table_of(Item)), items)
        if not indexed:
            session.execute(delete(DUE))  # the index hears of nothing
    return time.perf_counter() - begun
