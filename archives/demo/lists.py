"""The transfer lists that the invented clients bring: sound ones, corrected ones, and one with every fault."""

from collections.abc import Iterable, Sequence
from io import BytesIO
from random import Random

from archives.catalogue.columns import TEMPLATE_ITEM_COLUMNS, TEMPLATE_VOLUME_COLUMNS
from archives.core.sheets.columns import Column
from archives.core.sheets.sheet import Cell
from archives.core.sheets.write import Table, write_table
from archives.demo.records import Raw

Volumes = Sequence[tuple[Raw, list[Raw]]]
VOLUME_SHEET, ITEM_SHEET = "案卷目录", "卷内目录"


def workbook(volumes: Volumes) -> bytes:
    """The two lists as a workbook."""
    return written([volume for volume, _ in volumes], [item for _, items in volumes for item in items])


def written(volumes: Iterable[Raw], items: Iterable[Raw]) -> bytes:
    """Rows of volumes and rows of items as a workbook of two sheets."""
    target = BytesIO()
    tables = (_table(VOLUME_SHEET, TEMPLATE_VOLUME_COLUMNS, volumes), _table(ITEM_SHEET, TEMPLATE_ITEM_COLUMNS, items))
    write_table(target, *tables)
    return target.getvalue()


def _table(name: str, columns: Sequence[Column], rows: Iterable[Raw]) -> Table:
    """A sheet with the columns that are filled somewhere."""
    cells = [_cells(row) for row in rows]
    filled = {key for row in cells for key, value in row.items() if value not in {"", None}}
    return Table(name, [column for column in columns if column.key in filled], cells)


def _cells(raw: Raw) -> dict[str, Cell]:
    return {name: value for name, value in raw.items() if isinstance(value, Cell)}


def corrected(volumes: Volumes, random: Random) -> list[tuple[Raw, list[Raw]]]:
    """The same lists with some numbers of documents put right and a remark at some volumes."""
    return [(_remarked(volume, random), [_renumbered(item, random) for item in items]) for volume, items in volumes]


def _remarked(volume: Raw, random: Random) -> Raw:
    return volume | {"note": "已按整改通知补正"} if random.random() < 0.2 else volume


def _renumbered(item: Raw, random: Random) -> Raw:
    return item | {"document_no": f"{item['document_no']}（更正）"} if random.random() < 0.1 else item


def faulty(volumes: Volumes) -> tuple[list[Raw], list[Raw]]:
    """Rows in which everything is wrong that people get wrong, each in a row of its own."""
    rows = [volume for volume, _ in volumes]
    items = [item for _, listed in volumes for item in listed]
    for at, fault in enumerate(_VOLUME_FAULTS):
        rows[at % len(rows)] = rows[at % len(rows)] | fault
    for at, fault in enumerate(_ITEM_FAULTS):
        items[at * 2] = items[at * 2] | fault
    rows.append(dict(rows[-1]))
    items.append(items[-1] | {"volume_no": "999"})
    return rows, items


_VOLUME_FAULTS: tuple[Raw, ...] = (
    {"title": "=案卷目录!A1"},
    {"title": ""},
    {"start_date": "2023-13-40"},
    {"start_date": "2030-01-01"},
    {"retention": "一百年"},
    {"class_code": "Z99"},
    {"unit": "99号楼"},
    {"text_pages": "约二百页"},
)
_ITEM_FAULTS: tuple[Raw, ...] = (
    {"title": "12345"},
    {"sequence": "一"},
    {"formed_on": "去年春天"},
    {"formed_on": "1799-01-01"},
    {"page_from": 90, "page_to": 12},
    {"scope_code": "X9-99"},
    {"secrecy": "特别秘密"},
    {"title": "很长的题名" * 80},
    {"volume_no": ""},
    {"medium": "羊皮纸"},
)
