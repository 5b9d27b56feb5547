"""A survey once read: its points and segments in columns, and what was wrong with the tables themselves."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gis.frame import Frame


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a table as it was given: rule F1, F3, F4 or F6.

    `table` is "point" or "segment", or the sheet's name where the role is unknown; `row` is numbered as the spreadsheet
    numbers it (0: the whole table). `values` always holds `reason` (a stable word) and `source` (the table's name), and
    where they apply `value` (as given), `code` or `taken` (what it became), `header`, `count` (rows that share the
    fault), `more` (further rows not listed) and `severity` (where it is milder than the rule's own).
    """

    rule: str
    table: str
    row: int
    column: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Survey:
    """Points and segments with the columns of `point_fields.csv` and `segment_fields.csv`.

    East and north are metres as the office gave them, not yet transformed. A segment's `start_no` and `end_no` name
    points; `gis.survey.nodes.ends` finds their rows.
    """

    points: Frame
    segments: Frame
    faults: tuple[Fault, ...] = ()
