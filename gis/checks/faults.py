"""What reading found wrong, found again in the tables: faults name rows as the source numbers them."""

from collections.abc import Collection, Sequence

import numpy as np

from gis.checks.network import Network
from gis.checks.results import POINT, SEGMENT, WHOLE_TABLE
from gis.codes import folded
from gis.frame import Frame, Index
from gis.survey.model import Fault

Place = tuple[str, int]
"""A table and a row of its frame."""


def located(network: Network, faults: Sequence[Fault]) -> list[Place]:
    """Where each fault is. A row of the one-table form is told as a point's, and may have become a segment only."""
    wanted = {(str(fault.values.get("source", "")), fault.row) for fault in faults if fault.row}
    rows = {
        table: _rows(frame, wanted) for table, frame in ((POINT, network.points), (SEGMENT, network.segments)) if wanted
    }
    return [_place(fault, rows) for fault in faults]


def _place(fault: Fault, rows: dict[str, dict[tuple[str, int], int]]) -> Place:
    key = str(fault.values.get("source", "")), fault.row
    other = SEGMENT if fault.table == POINT else POINT
    for table in (fault.table, other):
        if key in rows.get(table, {}):
            return table, rows[table][key]
    return fault.table, WHOLE_TABLE


def _rows(frame: Frame, wanted: Collection[tuple[str, int]]) -> dict[tuple[str, int], int]:
    """The first row of the frame that came from each wanted row of a source."""
    if not frame.has("row"):
        return {}
    numbers = frame.columns["row"]
    at: Index = np.flatnonzero(np.isin(numbers, [row for _, row in wanted]))
    sources = frame.text("source")
    found: dict[tuple[str, int], int] = {}
    for index in at.tolist():
        key = sources[index], int(numbers[index])
        if key in wanted:
            found.setdefault(key, index)
    return found


def told_values(network: Network, rule: str) -> set[tuple[str, str]]:
    """The values that reading has complained about under a rule, by column."""
    return {
        (fault.column, folded(str(fault.values.get("value", ""))))
        for fault in network.survey.faults
        if fault.rule == rule
    }


def told_cells(network: Network, rule: str) -> dict[tuple[str, str], list[int]]:
    """The rows that reading has complained about under a rule, by table and column."""
    faults = [fault for fault in network.survey.faults if fault.rule == rule]
    found: dict[tuple[str, str], list[int]] = {}
    for fault, (table, index) in zip(faults, located(network, faults), strict=True):
        if index != WHOLE_TABLE:
            found.setdefault((table, fault.column), []).append(index)
    return found
