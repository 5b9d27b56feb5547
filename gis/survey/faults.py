"""Faults of a table, gathered by column: every row that is wrong, but never a million of one sort."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis.survey.model import Fault
from gis.survey.recognise import Layout
from gis.survey.values import Column, Doubt

LISTED = 500
"""So many rows of one column and rule are named; the last of them says how many more there are."""

TABLES = {"point": "point", "line": "segment", "one_table": "point"}
"""The table that a role's faults belong to; a row of the one-table form is a row of points."""


def header_faults(layout: Layout) -> Iterator[Fault]:
    """F1: columns that are required and missing; columns unknown, unused or without a place (notes)."""
    row = layout.header_rows[0] if layout.header_rows else 0
    table = TABLES.get(layout.role, layout.name)

    def fault(reason: str, column: str, header: str, severity: str) -> Fault:
        values = {"reason": reason, "source": layout.name, "header": header} | (
            {"severity": severity} if severity else {}
        )
        return Fault("F1", table, row, column, values)

    if layout.role == "unknown":
        if len(layout.body):
            yield fault("unknown_table", "", "", "I")
        return
    labels = {one.name: one.label_zh for one in layout.fields}
    headers = [heading.joined for heading in layout.headings]
    yield from (fault("missing", name, labels[name], "") for name in layout.missing())
    yield from (fault("unknown", "", headers[at], "I") for at in layout.matching.unknown)
    used = {headers[at] for at in layout.matching.columns.values()}
    for at in layout.matching.spare:
        yield fault("duplicate", "", headers[at], "") if headers[at] in used else fault("spare", "", headers[at], "I")
    yield from (fault("empty_header", "", f"#{at + 1}", "W") for at in layout.headerless())
    unkept = {one.name for one in layout.fields if one.type == "unkept"}
    yield from (fault("unkept", name, layout.header(name), "I") for name in layout.matching.columns if name in unkept)


def column_faults(column: Column, name: str, table: str, source: str, rows: NDArray[np.int64]) -> Iterator[Fault]:
    """The doubts of a column: errors and warnings row by row, notes and known aliases once for each different value."""
    if not column.doubts or column.numbers is None:
        return
    for rule, reason in dict.fromkeys((doubt.rule, doubt.reason) for doubt in column.doubts.values()):
        doubts = {at: doubt for at, doubt in column.doubts.items() if (doubt.rule, doubt.reason) == (rule, reason)}
        at_rows, numbers = _doubted(column.numbers, doubts, len(column.different))
        firsts, counts = _grouped(numbers) if _once(next(iter(doubts.values()))) else (np.arange(len(numbers)), None)
        for place, first in enumerate(firsts[:LISTED]):
            doubt, given = doubts[int(numbers[first])], column.different[numbers[first]]
            values = _values(doubt, given, source) | ({"count": int(counts[place])} if counts is not None else {})
            if place == LISTED - 1 and len(firsts) > LISTED:
                values["more"] = len(firsts) - LISTED
            yield Fault(rule, table, int(rows[at_rows[first]]), name, values)


def gathered(faults: Iterable[Iterable[Fault]]) -> tuple[Fault, ...]:
    """One list of many."""
    return tuple(fault for some in faults for fault in some)


def _once(doubt: Doubt) -> bool:
    return doubt.severity == "I" or doubt.rule == "F6" or doubt.reason == "alias"


def _doubted(
    numbers: NDArray[np.int32], doubts: Mapping[int, Doubt], different: int
) -> tuple[NDArray[np.intp], NDArray[np.int32]]:
    wrong = np.zeros(different, dtype=bool)
    wrong[list(doubts)] = True
    rows = np.flatnonzero(wrong[numbers])
    return rows, numbers[rows]


def _grouped(numbers: NDArray[np.int32]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """For each different number, in order of appearance, where it comes first and how often."""
    _, firsts, counts = np.unique(numbers, return_index=True, return_counts=True)
    order = np.argsort(firsts)
    return firsts[order], counts[order]


def _values(doubt: Doubt, given: Any, source: str) -> dict[str, object]:
    values: dict[str, object] = {"reason": doubt.reason, "source": source, "value": given}
    if doubt.taken is not None:
        values["code" if doubt.rule == "F4" else "taken"] = doubt.taken
    return values | ({"severity": doubt.severity} if doubt.severity else {})
