"""管线点成果表: one table where each row is a point and one of its neighbours, taken apart into points and segments.

A point with several neighbours goes on in rows whose point cells are blank. A connection usually stands twice, A to B
and B to A: one segment, whose start is told by the one row and its end by the other.
"""

import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis.fields import point_fields, segment_fields
from gis.frame import Frame, Index, Mask, Text, coded

_SEPARATORS = re.compile(r"[,、;/|]+")


def take_apart(table: Frame) -> tuple[Frame, Frame]:
    """Points and segments of a one-table frame, whose `start_depth` and `start_z` belong to the row's point."""
    table = _filled_down(table)
    return _points(table), _with_own_heights(_segments(_one_neighbour_a_row(table)), table)


def _filled_down(table: Frame) -> Frame:
    """Continuation rows with the number and the kind of the point they continue."""
    numbers = table.text("point_no")
    rows = np.arange(len(table))
    last = np.maximum.accumulate(np.where(numbers != "", rows, -1)) if len(table) else rows
    kept = last >= 0
    return table.with_columns(
        point_no=np.where(kept, numbers[last], ""),
        major=np.where(kept, table.text("major")[last], table.text("major")),
        minor=np.where(kept, table.text("minor")[last], table.text("minor")),
    )


def _points(table: Frame) -> Frame:
    """One row a point: a number that comes again at the same place, or without one, is the same point."""
    names = [one.name for one in point_fields() if table.has(one.name)]
    placed = ~(np.isnan(table.number("north")) & np.isnan(table.number("east")))
    first = _first_of_each(_known_by(table), placed)
    repeated = placed & (first != np.arange(len(table)))
    same = repeated & _same_place(table, first)
    alone = ~placed & (first == np.arange(len(table)))  # never placed: still a point, for others may lead to it
    kept = (table.text("point_no") != "") & ((placed & ~same) | alone)
    columns = {name: table.columns[name] for name in (*names, "minor", "row", "source") if table.has(name)}
    return Frame(len(table), columns).take(kept)


def _known_by(table: Frame) -> NDArray[np.int32]:
    """A number for each point of a kind: kinds that share a sheet may share point numbers too."""
    columns = (table.text("major"), table.text("minor"), table.text("point_no"))
    return coded(_texts(["\x1f".join(parts) for parts in zip(*columns, strict=True)]))[0]


def _first_of_each(numbers: NDArray[np.int32], preferred: Mask) -> Index:
    """For each row the first preferred row with the same number, else the first row."""
    count = int(numbers.max(initial=-1)) + 1
    rows = np.arange(len(numbers))
    first = np.full(count, len(numbers), dtype=np.intp)
    np.minimum.at(first, numbers[preferred], rows[preferred])
    any_first = np.full(count, len(numbers), dtype=np.intp)
    np.minimum.at(any_first, numbers, rows)
    return np.where(first == len(numbers), any_first, first)[numbers]


def _same_place(table: Frame, first: Index) -> Mask:
    north, east = table.number("north"), table.number("east")
    return np.asarray((north == north[first]) & (east == east[first]), dtype=bool)


def _one_neighbour_a_row(table: Frame) -> Frame:
    """Rows repeated for cells that name several neighbours, `JS2、JS3`."""
    neighbours = [_SEPARATORS.split(text) if text else [] for text in table.text("end_no")]
    rows = np.repeat(np.arange(len(table)), list(map(len, neighbours)))
    single = _texts([one for several in neighbours for one in several])
    return table.take(rows).with_columns(end_no=single).take(single != "")


def _segments(table: Frame) -> Frame:
    names = {one.name for one in segment_fields()} | {"minor", "material_raw", "burial_raw", "width", "height", "shape"}
    kept = {name: column for name, column in table.columns.items() if name in names or name in {"row", "source"}}
    rows = Frame(len(table), kept | {"start_no": table.text("point_no")})
    backward, partner = _there_and_back(rows)
    ended = rows.with_columns(
        end_depth=_of_partner(rows, "start_depth", partner), end_z=_of_partner(rows, "start_z", partner)
    )
    return _blanks_filled(ended, partner).take(~backward)


def _there_and_back(rows: Frame) -> tuple[Mask, Index]:
    """Which rows only repeat a segment the other way, and for each kept row the row that does (-1 without).

    The k-th row from A to B belongs to the k-th from B to A, so that a segment written twice the same way stays two.
    """
    count = len(rows)
    numbers, different = coded(np.concatenate([rows.text("start_no"), rows.text("end_no")]))
    start, end = numbers[:count].astype(np.int64), numbers[count:].astype(np.int64)
    pair = np.minimum(start, end) * (len(different) + 1) + np.maximum(start, end)
    _, pair = np.unique(pair, return_inverse=True)
    opens = _first_of_each(pair.astype(np.int32), np.ones(count, dtype=bool))
    backward = (start != start[opens]) & (start != end)
    rank = _rank(pair * 2 + backward)
    key = pair * (count + 1) + rank
    partner = _matching(key, backward)
    alone = backward & (partner == -1)
    return backward & ~alone, np.where(backward, -1, partner)


def _rank(groups: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each row, how many rows of its group stand before it."""
    order = np.argsort(groups, kind="stable")
    ordered = groups[order]
    opens = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if len(ordered) else np.empty(0, np.intp)
    sizes = np.diff(np.r_[opens, len(ordered)])
    rank = np.empty(len(groups), dtype=np.int64)
    rank[order] = np.arange(len(groups)) - np.repeat(opens, sizes)
    return rank


def _matching(key: NDArray[np.int64], backward: Mask) -> Index:
    """For each row the row of the other direction with the same key."""
    partner = np.full(len(key), -1, dtype=np.intp)
    there, back = np.flatnonzero(~backward), np.flatnonzero(backward)
    _, at_there, at_back = np.intersect1d(key[there], key[back], assume_unique=True, return_indices=True)
    partner[there[at_there]] = back[at_back]
    partner[back[at_back]] = there[at_there]
    return partner


def _of_partner(rows: Frame, name: str, partner: Index) -> NDArray[np.float64]:
    values = rows.number(name)
    return np.where(partner >= 0, values[partner], np.nan) if len(values) else values


def _with_own_heights(segments: Frame, table: Frame) -> Frame:
    """Ends that no row leads back from take the depth and height that their point has in its first row with any."""
    columns: dict[str, NDArray[Any]] = {}
    ends = segments.text("end_no")
    for name in ("depth", "z"):
        values, own = segments.number(f"end_{name}"), table.number(f"start_{name}")
        known = np.flatnonzero(~np.isnan(own))[::-1]
        by_number = dict(zip(table.text("point_no")[known], own[known], strict=True))
        wanted = np.flatnonzero(np.isnan(values))
        values = values.copy()
        values[wanted] = [by_number.get(number, np.nan) for number in ends[wanted]]
        columns[f"end_{name}"] = values
    return segments.with_columns(**columns)


def _blanks_filled(rows: Frame, partner: Index) -> Frame:
    """What the one row leaves blank, the other may tell: material, size, owner and the like."""
    columns: dict[str, NDArray[Any]] = {}
    led = partner >= 0
    for name, column in rows.columns.items():
        if name in {"start_no", "end_no", "start_depth", "start_z", "end_depth", "end_z", "row", "source", "flow"}:
            continue
        blank = np.isnan(column) if column.dtype.kind == "f" else column == ""
        columns[name] = np.where(led & blank, column[partner], column) if len(column) else column
    return rows.with_columns(**columns)


def _texts(values: list[str]) -> Text:
    column = np.empty(len(values), dtype=np.object_)
    column[:] = values
    return column
