"""Surveys to inspect: a few points and segments written out, and a clean town of any size."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np

from gis.checks import CheckContext, Findings, RuleResult, run
from gis.codes import standard
from gis.frame import Frame
from gis.survey.model import Fault, Survey

TODAY = date(2026, 11, 20)
KINDS = (("JS", "JP"), ("PS", "YS"), ("RQ", "TR"), ("DL", "GD"), ("PS", "WS"), ("TX", "XX"), ("RL", "RS"), ("JS", "XS"))
SPACING = 30.0
FALL = 0.003
Row = Mapping[str, object]


def frame(rows: Sequence[Row], **usual: object) -> Frame:
    """A table of rows; a column that no row has is absent."""
    filled = [{**usual, **row} for row in rows]
    names = dict.fromkeys(name for row in filled for name in row)
    columns: dict[str, Any] = {}
    for name in names:
        values = [row.get(name) for row in filled]
        if name == "geometry" or any(isinstance(value, str) for value in values):
            column = np.empty(len(values), dtype=object)
            column[:] = ["" if value is None and name != "geometry" else value for value in values]
        else:
            column = np.array([np.nan if value is None else value for value in values], dtype=np.float64)
        columns[name] = column
    return Frame(len(filled), columns)


def survey(
    points: Sequence[Row], segments: Sequence[Row] = (), faults: Sequence[Fault] = (), /, **usual: object
) -> Survey:
    """A survey of drinking water on level ground at 10 m, 1 m deep, unless rows say otherwise."""
    kind = {"major": "JS", "minor": "JP", "source": "sheet", **usual}
    point = {"ground_z": 10.0, "feature": "直线点", **kind}
    segment = {"start_depth": 1.0, "end_depth": 1.0, "width": 200.0, "height": 200.0, "size_raw": "200"}
    segment |= {"material": "QM", "burial": "ZM", **kind}
    numbered = [{"row": i + 2, **row} for i, row in enumerate(points)]
    lines = [{"row": i + 2, **row} for i, row in enumerate(segments)]
    tables = frame(numbered, **point), frame(lines, **segment)
    whole = [table.with_columns(row=table.number("row").astype(np.int64)) if len(table) else table for table in tables]
    return Survey(whole[0], whole[1], tuple(faults))


def at(number: str, east: float = 0.0, north: float = 0.0, /, **more: object) -> Row:
    """A point."""
    return {"point_no": number, "east": east, "north": north, **more}


def line(start: str, end: str, /, **more: object) -> Row:
    """A segment."""
    return {"start_no": start, "end_no": end, **more}


def context(**more: Any) -> CheckContext:
    """The shipped codes and settings on a fixed day."""
    return CheckContext(codes=standard(), today=TODAY, **more)


def result(rule: str, of: Survey, **more: Any) -> RuleResult:
    """What one rule says."""
    return next(found for found in run(of, context(**more)) if found.rule == rule)


def found(rule: str, of: Survey, **more: Any) -> list[tuple[str, str]]:
    """The findings of one rule as (element, severity)."""
    return [(finding.element, finding.severity) for finding in result(rule, of, **more).findings.rows()]


def marks(findings: Findings) -> list[str]:
    """The fingerprints of a rule's findings, sorted."""
    return sorted(findings.fingerprints())


def town(branches: int, length: int, kinds: Sequence[tuple[str, str]] = KINDS, east: float = 500_000.0) -> Survey:
    """A town without a fault: of each kind a main with branches, every branch of `length` segments.

    The ground falls with the drains, so all depths are constant; each kind lies at a depth of its own.
    """
    parts = [_kind(kind, place, branches, length, east) for place, kind in enumerate(kinds)]
    points = {name: np.concatenate([part[0][name] for part in parts]) for name in parts[0][0]}
    segments = {name: np.concatenate([part[1][name] for part in parts]) for name in parts[0][1]}
    return Survey(_table(points), _table(segments))


def _table(columns: dict[str, Any]) -> Frame:
    count = len(columns["major"])
    text = np.full(count, "town", dtype=object)
    return Frame(count, {**columns, "row": np.arange(2, count + 2), "source": text})


def _kind(kind: tuple[str, str], place: int, branches: int, length: int, east: float) -> tuple[dict[str, Any], Any]:
    """Point i, j: on branch i, j segments away from the main, whose point it is where j is 0."""
    i, j = (axis.ravel() for axis in np.meshgrid(np.arange(branches), np.arange(length + 1), indexing="ij"))
    drain = kind[0] == "PS"
    numbers = _texts([f"{kind[1]}{a}-{b}" for a, b in zip(i.tolist(), j.tolist(), strict=True)])
    feature = np.where(
        j == length, "起点", np.where(j > 0, "直线点", np.where((i == 0) | (i == branches - 1), "转折点", "三通"))
    )
    well = drain & (j < length)
    outlet = well & (i == 0) & (j == 0)
    x, y = j * SPACING + 3.0 * place, i * SPACING + 3.0 * place
    points = {
        "point_no": numbers,
        "east": east + x,
        "north": 3_500_000.0 + y,
        "ground_z": np.round(30 + FALL * (x + y), 3),
        "feature": np.where(outlet, "出水口", np.where(well, "", feature)).astype(object),
        "appurtenance": np.where(well & ~outlet, "检查井", "").astype(object),
        "major": _filled(kind[0], len(i)),
        "minor": _filled(kind[1], len(i)),
    }
    outer, main = np.flatnonzero(j > 0), np.flatnonzero((j == 0) & (i > 0))
    starts = np.concatenate([outer, main])
    ends = np.concatenate([outer - 1, main - (length + 1)])
    return points, _segments(kind, place, numbers, starts, ends, len(outer))


def _segments(kind: tuple[str, str], place: int, numbers: Any, starts: Any, ends: Any, branch: int) -> dict[str, Any]:
    count = len(starts)
    depth = np.full(count, 1.2 + 0.7 * place)
    drain = kind[0] == "PS"
    size = np.where(np.arange(count) < branch, 300.0, 400.0) if drain else np.full(count, 200.0)
    material = {"PS": "T", "DL": "TZ", "TX": "GX", "RQ": "PE"}.get(kind[0], "G")
    return {
        "start_no": numbers[starts],
        "end_no": numbers[ends],
        "start_depth": depth,
        "end_depth": depth,
        "width": size,
        "height": size,
        "size_raw": _texts([f"{value:g}" for value in size]),
        "material": _filled(material, count),
        "burial": _filled("ZM", count),
        "flow": np.full(count, 1.0 if drain else np.nan),
        "pressure": _filled("中压A" if kind[0] == "RQ" else "", count),
        "voltage": _filled("10" if kind[0] == "DL" else "", count),
        "major": _filled(kind[0], count),
        "minor": _filled(kind[1], count),
    }


def _filled(value: str, count: int) -> Any:
    return np.full(count, value, dtype=object)


def _texts(values: list[str]) -> Any:
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column
