"""What an inspection finds: columns of findings, one result a rule, and whether the survey may be taken in."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from gis.checks.network import Network
from gis.checks.settings import ERROR, NOTE, WARNING, RuleSetting, check_rules
from gis.fields import point_fields, segment_fields
from gis.frame import Index, Mask, Number, Text
from gis.survey.model import Fault, Survey

POINT, SEGMENT = "point", "segment"
FOUND, CLEAN, NOT_APPLICABLE = "found", "clean", "not_applicable"
TOLD_BEFORE = {"L4": "P3"}
"""Rules that find what another one finds: one mark dismisses both."""
HUGE = 1e12
"""Numbers from here on are shown by their size only."""
WHOLE_TABLE = -1
"""The index of a finding that is about no single row."""

Cells: TypeAlias = "NDArray[Any] | str | float | None"
"""Numbers or text, one a finding or the same for all."""


class NotApplicable(Exception):  # noqa: N818 - it is an answer, not an error
    """The rule cannot be applied: a code of `check_reasons.csv`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Part:
    """Findings of one case of a rule: rows of one table, and what was met there."""

    case: str
    table: str
    index: Index
    value: Cells = None
    expected: Cells = None
    column: str = ""
    other: Index | None = None
    """The rows of the same table that the findings are about as well."""
    place: tuple[Number, Number] | None = None
    """East and north, where it is not simply the point or the middle of the segment."""

    def __len__(self) -> int:
        return len(self.index)


class Finding(NamedTuple):
    """One finding as a report prints it. `x` is east and `y` north, NaN where the place is unknown."""

    rule: str
    case: str
    severity: str
    table: str
    row: int
    source: str
    element: str
    other: str
    column: str
    value: str
    expected: str
    x: float
    y: float
    fingerprint: str
    reason: str
    """Why it was marked as a false alarm; "" where it was not."""

    def message(self, language: str = "zh") -> str:
        """The finding in a sentence, in Chinese ("zh") or English ("en")."""
        chinese = language.startswith("zh")
        table = {POINT: "点", SEGMENT: "线"}.get(self.table, self.table) if chinese else self.table
        column = _labels().get(self.column, (self.column, self.column))[0 if chinese else 1]
        values = {**self._asdict(), "table": table, "column": column}
        return check_rules()[self.rule].message(self.case, language, values)


@dataclass(frozen=True, slots=True)
class Findings:
    """The findings of one rule in columns.

    `index` points into the frame of `table`; WHOLE_TABLE where there is no such row. Sentences, element numbers and
    fingerprints are made when asked for, for a survey may break a rule a million times.
    """

    rule: str
    survey: Survey
    table: Text
    index: Index
    case: Text
    severity: Text
    column: Text
    value: NDArray[Any]
    expected: NDArray[Any]
    other: Index
    row: NDArray[np.int64]
    source: Text
    x: Number
    y: Number
    false_alarms: Mapping[str, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.index)

    def elements(self, at: Index | None = None) -> Text:
        """The point's number or the segment's `A-B`; "" where a finding is about the whole table."""
        return self._named(self.index, at)

    def fingerprints(self, at: Index | None = None) -> Text:
        """`rule|table|kind element|column|value`: the same on the next run over the same survey.

        The file's name is left out, for a corrected hand-over comes under another one.
        """
        at = _all(self) if at is None else at
        told = TOLD_BEFORE.get(self.rule, self.rule)
        elements, others = self._named(self.index, at, kinds=True), self._named(self.other, at, kinds=True)
        columns = (self.table[at], elements, others, self.column[at], self.value[at], self.row[at])
        return _texts(
            "|".join((told, table, element or f"#{row}", *filter(None, (other, column, self.case[i], _rounded(value)))))
            for i, table, element, other, column, value, row in zip(at, *columns, strict=True)
        )

    def dismissed(self) -> Mask:
        """Which findings were marked as false alarms."""
        told = f"{TOLD_BEFORE.get(self.rule, self.rule)}|"
        if not any(mark.startswith(told) for mark in self.false_alarms):
            return np.zeros(len(self), dtype=bool)
        marks = self.fingerprints()
        return np.fromiter((mark in self.false_alarms for mark in marks), bool, len(marks))

    def rows(self, first: int = 0, last: int | None = None) -> Iterator[Finding]:
        """Findings one by one, as a report prints them."""
        at = _all(self)[first:last]
        columns = (self.elements(at), self._named(self.other, at), self.fingerprints(at))
        for i, element, other, mark in zip(at, *columns, strict=True):
            yield Finding(
                self.rule,
                self.case[i],
                self.severity[i],
                self.table[i],
                int(self.row[i]),
                self.source[i],
                element,
                other,
                self.column[i],
                shown(self.value[i]),
                shown(self.expected[i]),
                float(self.x[i]),
                float(self.y[i]),
                mark,
                self.false_alarms.get(mark, ""),
            )

    def count(self, severity: str) -> int:
        """How many findings of this severity stand, false alarms left out."""
        return int(np.count_nonzero((self.severity == severity) & ~self.dismissed()))

    def _named(self, index: Index, at: Index | None, kinds: bool = False) -> Text:
        at = _all(self) if at is None else at
        named = np.full(len(at), "", dtype=object)
        for table, frame in ((POINT, self.survey.points), (SEGMENT, self.survey.segments)):
            here = np.flatnonzero((self.table[at] == table) & (index[at] >= 0))
            if len(here):
                named[here] = element_numbers(table, self.survey, index[at[here]])
                if kinds:
                    named[here] = kind_prefix(frame.text("major"), frame.text("minor"), index[at[here]]) + named[here]
        return named


@dataclass(frozen=True, slots=True)
class RuleResult:
    """What came of one rule: found, clean, or not applicable and why (a code of `check_reasons.csv`)."""

    rule: str
    state: str
    findings: Findings
    reason: str = ""


class Verdict(NamedTuple):
    """How many findings stand, by severity, and how many were marked as false alarms."""

    errors: int
    warnings: int
    notes: int
    dismissed: int

    @property
    def accepted(self) -> bool:
        """Whether nothing blocks accession."""
        return self.errors == 0


def verdict(results: Sequence[RuleResult]) -> Verdict:
    """Whether the survey may be taken in: an E that nobody marked as a false alarm blocks it."""
    errors, warnings, notes = (
        sum(result.findings.count(severity) for result in results) for severity in (ERROR, WARNING, NOTE)
    )
    dismissed = sum(int(np.count_nonzero(result.findings.dismissed())) for result in results)
    return Verdict(errors, warnings, notes, dismissed)


@cache
def _labels() -> dict[str, tuple[str, str]]:
    """What the columns are called, in Chinese and in English."""
    return {field.name: (field.label_zh, field.label_en) for field in (*point_fields(), *segment_fields())}


def element_numbers(table: str, survey: Survey, index: Index) -> Text:
    """Point numbers, or segments as `A-B`."""
    if table == POINT:
        return survey.points.text("point_no")[index]
    starts, ends = survey.segments.text("start_no")[index], survey.segments.text("end_no")[index]
    return _texts(f"{start}-{end}" for start, end in zip(starts, ends, strict=True))


def kind_prefix(major: Text, minor: Text, index: Index) -> Text:
    """`PS.YS ` before an element's number, for numbers are unique within a kind only."""
    return _texts(f"{a}.{b} " for a, b in zip(major[index], minor[index], strict=True))


def shown(value: object) -> str:
    """A cell as a report prints it: numbers to a tenth of a millimetre, without idle zeros."""
    if isinstance(value, float):
        if not abs(value) < HUGE:
            return "" if np.isnan(value) else f"{value:g}"
        written = f"{value:.4f}".rstrip("0").rstrip(".")
        return "0" if written == "-0" else written
    return "" if value is None else str(value)


def _rounded(value: object) -> str:
    """To the centimetre, so that the noise of a transformation does not make a new finding."""
    if isinstance(value, float):
        return shown(value) if not abs(value) < HUGE else f"{round(float(value), 2) + 0.0:.2f}"
    return "" if value is None else str(value)


def gather(
    rule: str, setting: RuleSetting, network: Network, parts: Sequence[Part], alarms: Mapping[str, str]
) -> Findings:
    """The parts of a rule as columns, in the order of the tables' rows."""
    survey = network.survey
    kept = [part for part in parts if len(part)]
    places = [part.place or _places(network, part) for part in kept]
    tables = np.concatenate([[], *(_repeated(part.table, len(part)) for part in kept)]).astype(object)
    index = _joined([part.index for part in kept], np.intp)
    severities = [_repeated(setting.severity_of(part.case), len(part)) for part in kept]
    order = np.lexsort((index, tables == SEGMENT))
    rows, sources = zip(*(_origin(survey, part) for part in kept), strict=True) if kept else ((), ())
    return Findings(
        rule,
        survey,
        tables[order],
        index[order],
        _joined([_repeated(part.case, len(part)) for part in kept], object)[order],
        _joined(severities, object)[order],
        _joined([_repeated(part.column, len(part)) for part in kept], object)[order],
        _mixed([_cells(part.value, len(part)) for part in kept])[order],
        _mixed([_cells(part.expected, len(part)) for part in kept])[order],
        _joined([_others(part) for part in kept], np.intp)[order],
        _joined(rows, np.int64)[order],
        _joined(sources, object)[order],
        _joined([east for east, _ in places], np.float64)[order],
        _joined([north for _, north in places], np.float64)[order],
        alarms,
    )


def with_faults(
    findings: Findings, network: Network, faults: Sequence[Fault], rows: Sequence[tuple[str, int]], setting: RuleSetting
) -> Findings:
    """The findings with those that came from reading the tables before them; `rows` says where each fault is.

    The reason is the case. A severity that the settings give to it stands before the reader's.
    """
    count = len(faults)
    if not count:
        return findings
    tables, indices = [table for table, _ in rows], np.array([index for _, index in rows], dtype=np.intp)
    reasons = [str(fault.values.get("reason", "")) for fault in faults]
    severities = [
        setting.cases.get(reason) or str(fault.values.get("severity") or setting.severity)
        for reason, fault in zip(reasons, faults, strict=True)
    ]
    east, north = _fault_places(network, tables, indices)
    found = {
        "table": _texts(tables),
        "index": indices,
        "case": _texts(reasons),
        "severity": _texts(severities),
        "column": _texts(fault.column for fault in faults),
        "value": _texts(shown(fault.values.get("value", fault.values.get("header"))) for fault in faults),
        "expected": _texts(shown(fault.values.get("taken", fault.values.get("code"))) for fault in faults),
        "other": np.full(count, WHOLE_TABLE),
        "row": np.array([fault.row for fault in faults], dtype=np.int64),
        "source": _texts(str(fault.values.get("source", "")) for fault in faults),
        "x": east,
        "y": north,
    }
    joined = {name: _mixed([column, getattr(findings, name)]) for name, column in found.items()}
    return Findings(findings.rule, findings.survey, **joined, false_alarms=findings.false_alarms)


def _fault_places(network: Network, tables: Sequence[str], indices: Index) -> tuple[Number, Number]:
    """The places of rows of either table."""
    places = np.full(len(indices), np.nan), np.full(len(indices), np.nan)
    for table in (POINT, SEGMENT):
        at = np.flatnonzero(np.array([one == table for one in tables], dtype=bool))
        for place, axis in zip(places, _places(network, Part("", table, indices[at])), strict=True):
            place[at] = axis
    return places


def _all(findings: Findings) -> Index:
    return np.arange(len(findings))


def _texts(values: Collection[str] | Iterator[str]) -> Text:
    listed = list(values)
    column = np.empty(len(listed), dtype=object)
    column[:] = listed
    return column


def _repeated(value: str, count: int) -> Text:
    return np.full(count, value, dtype=object)


def _joined(columns: Sequence[NDArray[Any]], kind: Any) -> NDArray[Any]:
    return np.concatenate(columns).astype(kind, copy=False) if columns else np.empty(0, dtype=kind)


def _mixed(columns: Sequence[NDArray[Any]]) -> NDArray[Any]:
    """Columns one below the other: of numbers while all are numbers, else of objects."""
    kinds = {column.dtype for column in columns if len(column)}
    kind = kinds.pop() if len(kinds) == 1 else np.dtype(object)
    return _joined([column.astype(kind) for column in columns], kind)


def _cells(value: Cells, count: int) -> NDArray[Any]:
    if isinstance(value, np.ndarray):
        return value if value.dtype == object else value.astype(np.float64)
    if isinstance(value, str):
        return _repeated(value, count)
    return np.full(count, np.nan if value is None else value, dtype=np.float64)


def _others(part: Part) -> Index:
    return np.full(len(part), WHOLE_TABLE) if part.other is None else part.other


def _origin(survey: Survey, part: Part) -> tuple[NDArray[np.int64], Text]:
    """The row in the source and the source's name."""
    frame = survey.points if part.table == POINT else survey.segments
    real = part.index >= 0
    rows, sources = np.zeros(len(part), dtype=np.int64), _repeated("", len(part))
    if frame.has("row"):
        rows[real] = frame.columns["row"][part.index[real]]
    if frame.has("source"):
        sources[real] = frame.columns["source"][part.index[real]]
    return rows, sources


def _places(network: Network, part: Part) -> tuple[Number, Number]:
    """Where the points lie, or the middles of the segments."""
    axes = (network.east, network.north) if part.table == POINT else network.middle
    places = [np.full(len(part), np.nan), np.full(len(part), np.nan)]
    real = part.index >= 0
    for place, axis in zip(places, axes, strict=True):
        place[real] = axis[part.index[real]]
    return places[0], places[1]
