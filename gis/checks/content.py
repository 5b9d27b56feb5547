"""Rules F1 to F6: whether the tables hold what they should. What reading found already is not told twice."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

import numpy as np

from gis.checks.faults import told_cells, told_values
from gis.checks.network import Network, as_text
from gis.checks.results import POINT, SEGMENT, WHOLE_TABLE, Part
from gis.checks.settings import RuleSetting
from gis.checks.subject import Subject
from gis.codes import folded
from gis.fields import Field, point_fields, segment_fields
from gis.frame import Frame, Index, Mask, Text

INSTEAD = {
    "start_depth": ("start_z",),
    "end_depth": ("end_z",),
    "size_raw": ("width", "holes", "cables"),
    "material": ("material_raw",),
    "burial": ("burial_raw",),
}
"""What may stand in a field's place: an elevation gives the depth, ducts and cables have a number instead of a size."""
TOLD_BY_A4 = frozenset({"pressure", "voltage"})
"""Required too, but a warning there and not an error here."""
CODED = {
    POINT: {"feature": "feature", "appurtenance": "appurtenance"},
    SEGMENT: {"material": "material", "burial": "burial", "status": "status"},
}
"""Columns with a dictionary."""
LARGEST = 1e9
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_ELEMENT_CODE = re.compile(r"5[1-8]\d{2}[123][0-3]\d{2}")
_SPACE = re.compile(r"\s")
STRETCH = 10_000
_PREFIX = re.compile(r"[A-Z]{2}(?=[-_]?\d)")


def _tables(network: Network) -> tuple[tuple[str, Frame, tuple[Field, ...]], ...]:
    return (POINT, network.points, point_fields()), (SEGMENT, network.segments, segment_fields())


def missing_columns(on: Subject, _rule: RuleSetting) -> Iterator[Part]:
    """F1: a required column that nobody filled. Said once, not for each of its rows."""
    told = {(fault.table, fault.column) for fault in on.network.survey.faults if fault.rule == "F1"}
    for table, field, lacking in _lacking(on.network):
        frame = on.network.points if table == POINT else on.network.segments
        if lacking.any() and not frame.has(field.name) and (table, field.name) not in told:
            yield Part("", table, np.array([WHOLE_TABLE]), column=field.name)


def missing_values(on: Subject, _rule: RuleSetting) -> Iterator[Part]:
    """F2: a required cell is empty. Links inside a chamber and lines above ground need less.

    A cell that is filled with what is no value is F3's alone.
    """
    unreadable = told_cells(on.network, "F3")
    for table, field, lacking in _lacking(on.network):
        frame = on.network.points if table == POINT else on.network.segments
        if frame.has(field.name):
            lacking[unreadable.get((table, field.name), [])] = False
            yield Part("", table, np.flatnonzero(lacking), column=field.name)


def _lacking(network: Network) -> Iterator[tuple[str, Field, Mask]]:
    for table, frame, fields in _tables(network):
        kinds = network.point_kind if table == POINT else network.segment_kind
        for field in fields:
            if field.required and field.name not in TOLD_BY_A4 and len(frame):
                asked = np.array([field.required_for(major) for major, _ in network.kinds], dtype=bool)[kinds]
                empty = _is_empty(frame, field.name)
                for instead in INSTEAD.get(field.name, ()):
                    empty &= _is_empty(frame, instead)
                yield table, field, asked & empty & ~_excused(network, table, field.name)


def _excused(network: Network, table: str, column: str) -> Mask:
    """Points of lines on the ground need no ground height; links in chambers neither depth, size nor material."""
    if table == POINT:
        excused = np.zeros(len(network.points), dtype=bool)
        if column == "ground_z":
            ends = network.ends
            above = network.above_ground[ends.segment]
            lines = np.bincount(ends.node, minlength=len(excused))
            excused = (lines > 0) & (lines == np.bincount(ends.node[above], minlength=len(excused)))
        return excused
    if column in {"start_no", "end_no"}:
        return np.zeros(len(network.segments), dtype=bool)
    excused = network.inside_well.copy()
    return excused | network.above_ground if column in {"start_depth", "end_depth"} else excused


def _is_empty(frame: Frame, column: str) -> Mask:
    found = frame.columns.get(column)
    if found is None:
        return np.ones(len(frame), dtype=bool)
    empty: Mask = found == "" if found.dtype == object else np.isnan(found.astype(np.float64))
    return np.asarray(empty, dtype=bool)


def wrong_types(on: Subject, _rule: RuleSetting) -> Iterator[Part]:
    """F3: a number that is none (infinite, beyond all measure, a size of nothing), a date that is no day."""
    told = told_values(on.network, "F3")
    for table, frame, fields in _tables(on.network):
        for field in fields:
            if not frame.has(field.name):
                continue
            if field.type == "date":
                wrong = _wrong_dates(on.network, frame, field.name, told)
                yield Part("date", table, wrong, as_text(frame, field.name)[wrong], column=field.name)
        for column in _number_columns(frame, fields):
            values = frame.number(column)
            coordinate = column in {"north", "east"}  # a coordinate that is merely too large is P6's
            wrong = np.flatnonzero(np.isinf(values) if coordinate else np.abs(values) > LARGEST)
            yield Part("", table, wrong, _written(values[wrong].tolist()), column=column)
        for column in ("width", "height"):
            if frame.has(column):
                wrong = np.flatnonzero(frame.number(column) <= 0)
                yield Part("size", table, wrong, frame.number(column)[wrong], column=column)


def _number_columns(frame: Frame, fields: Sequence[Field]) -> list[str]:
    """The fields of the standard that hold numbers; whoever stores a survey may keep others beside them."""
    known = {"width", "height", *(field.name for field in fields)}
    return [name for name, column in frame.columns.items() if column.dtype.kind == "f" and name in known]


def _written(values: Iterable[float]) -> Text:
    listed = [f"{value:g}" for value in values]
    column = np.empty(len(listed), dtype=object)
    column[:] = listed
    return column


def _wrong_dates(network: Network, frame: Frame, column: str, told: set[tuple[str, str]]) -> Index:
    numbers, values = network.coded(frame, column)
    wrong = [bool(value) and day_number(value) is None and (column, folded(value)) not in told for value in values]
    return np.flatnonzero(np.array(wrong, dtype=bool)[numbers]) if wrong else np.empty(0, dtype=np.intp)


def day_number(written: str) -> tuple[int, int] | None:
    """YYYY, YYYY-MM or YYYY-MM-DD as the number YYYYMMDD and how many of its digits are known; None for no date."""
    found = _DATE.fullmatch(written)
    if found is None:
        return None
    year, month, day = (int(part or 0) for part in found.groups())
    try:
        date(max(year, 1), month or 1, day or 1)
    except ValueError:
        return None
    return year * 10_000 + month * 100 + day, 4 + 2 * bool(found[2]) + 2 * bool(found[3])


def unknown_codes(on: Subject, _rule: RuleSetting) -> Iterator[Part]:
    """F4: a kind or a value that no dictionary has; a warning where it is a known alias."""
    network, codes = on.network, on.network.codes
    told = told_values(network, "F4")
    kinds_told = any(fault.rule == "F4" and fault.column == "kind" for fault in network.survey.faults)
    for table, frame, _ in _tables(network):
        kinds = network.point_kind if table == POINT else network.segment_kind
        known = np.array([kind in codes.kinds for kind in network.kinds], dtype=bool)
        strange = np.flatnonzero(~known[kinds]) if len(known) else np.empty(0, dtype=np.intp)
        if not kinds_told:
            yield Part("", table, strange, _kind_texts(network, kinds[strange]), column="kind")
        for column, dictionary in CODED[table].items():
            numbers, values = network.coded(frame, column) if frame.has(column) else (np.empty(0, np.int32), [])
            for case in ("", "alias"):
                wrong = np.array(
                    [_judged(network, dictionary, v) == case and (column, folded(v)) not in told for v in values],
                    dtype=bool,
                )
                at = np.flatnonzero(wrong[numbers]) if len(wrong) else np.empty(0, dtype=np.intp)
                yield Part(case, table, at, as_text(frame, column)[at], column=column)


def _judged(network: Network, dictionary: str, value: str) -> str | None:
    """The case of F4 a value falls under; None where it is the dictionary's own or empty.

    Offices do not agree on what is a feature and what an appurtenance, so either dictionary will do for both.
    """
    among = ("feature", "appurtenance") if dictionary in {"feature", "appurtenance"} else (dictionary,)
    if not value or any(network.codes.is_own(name, value) for name in among):
        return None
    return "" if all(network.codes.value(name, value) is None for name in among) else "alias"


def _kind_texts(network: Network, kinds: Index) -> Text:
    texts = np.empty(len(network.kinds), dtype=object)
    texts[:] = [f"{major} {minor}".strip() for major, minor in network.kinds]
    return texts[kinds]


def code_against_name(on: Subject, _rule: RuleSetting) -> Iterator[Part]:
    """F5: a point's element code against its kind and names; the letters before its number against its kind."""
    network = on.network
    points = network.points
    numbers, values = network.coded(points, "code")
    kind_ok = np.array([bool(_ELEMENT_CODE.fullmatch(value)) for value in values], dtype=bool)
    if kind_ok.any():
        rows = np.flatnonzero(kind_ok[numbers])
        written = points.text("code")[rows]
        filled = {
            "1": ~_is_empty(points, "feature")[rows],
            "2": ~_is_empty(points, "appurtenance")[rows],
        }
        prefixes = [_prefix(network, kind) for kind in network.kinds]
        of_kind = [code.startswith(prefixes[k]) for code, k in zip(written, network.point_kind[rows], strict=True)]
        kinds = np.array([code[4] == "2" for code in written]) & np.array(of_kind)
        named = np.array([filled.get(code[5], np.ones(len(rows), bool))[i] for i, code in enumerate(written)])
        wrong = rows[~kinds]
        yield Part(
            "", POINT, wrong, points.text("code")[wrong], _kind_texts(network, network.point_kind[wrong]), "code"
        )
        wrong = rows[kinds & ~named]
        yield Part("name", POINT, wrong, points.text("code")[wrong], column="code")
    yield _prefixes(network)


def _prefix(network: Network, kind: tuple[str, str]) -> str:
    known = network.codes.kind(*kind)
    return known.element_prefix if known else ""


def _prefixes(network: Network) -> Part:
    """Letters before the number that are another kind's code: often the sign of another office's codes."""
    codes = {major for major, _ in network.codes.kinds} | {minor for _, minor in network.codes.kinds}
    points = network.points.text("point_no")
    own = [set(kind) for kind in network.kinds]
    wrong = [
        i
        for i, (number, kind) in enumerate(zip(points, network.point_kind.tolist(), strict=True))
        if number[:2] in codes and _PREFIX.match(number) and number[:2] not in own[kind]
    ]
    rows = np.array(wrong, dtype=np.intp)
    return Part("prefix", POINT, rows, points[rows], _kind_texts(network, network.point_kind[rows]), "point_no")


def untidy_text(on: Subject, _rule: RuleSetting) -> Iterator[Part]:
    """F6: full-width letters, spaces or small letters where numbers and codes stand."""
    network = on.network
    for table, frame, columns in (
        (POINT, network.points, ("point_no",)),
        (SEGMENT, network.segments, ("start_no", "end_no")),
    ):
        for column in columns:
            values = frame.text(column)
            yield _untidy_part(table, column, values, _untidy_numbers(values), code=False)
        for column in ("major", "minor"):
            numbers, different = network.coded(frame, column)
            wrong = np.array([_tidy(value, code=True) != value for value in different], dtype=bool)
            rows = np.flatnonzero(wrong[numbers]) if wrong.any() else np.empty(0, dtype=np.intp)
            yield _untidy_part(table, column, as_text(frame, column), rows, code=True)


def _untidy_numbers(values: Text) -> Index:
    """Rows whose number is not tidy; whole stretches of tidy ones are passed over at once."""
    wrong: list[int] = []
    for start in range(0, len(values), STRETCH):
        some = values[start : start + STRETCH]
        joined = "".join(some)
        if not joined.isascii() or _SPACE.search(joined):
            wrong += [start + i for i, value in enumerate(some) if value and _tidy(value, code=False) != value]
    return np.array(wrong, dtype=np.intp)


def _untidy_part(table: str, column: str, values: Text, rows: Index, code: bool) -> Part:
    tidy = np.empty(len(rows), dtype=object)
    tidy[:] = [_tidy(value, code) for value in values[rows]]
    return Part("", table, rows, values[rows], tidy, column)


def _tidy(value: str, code: bool) -> str:
    plain = "".join(unicodedata.normalize("NFKC", value).split())
    return plain.upper() if code else plain
