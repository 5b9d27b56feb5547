"""Time and height as conditions on the store's columns: what stood within a span, what lies within heights."""

from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, true

from archives.pipelines.api.asked import Span
from gis.store.contract import Columns

Test = ColumnElement[bool]


def stood_within(columns: Columns, span: Span) -> Test:
    """What was built by the span's end and had not ended before its beginning; what is not known rules nothing out.

    Dates are known to the year, the month or the day: `1998` is any day of it.
    """
    built, ended = columns["built_on"], columns["ended_on"]
    tests: list[Test] = []
    if span.until is not None:
        tests.append(built <= span.until.isoformat())  # "" comes first of all
    if span.since is not None:
        day = span.since.isoformat()
        tests.append(or_(ended == "", ended >= day, ended.in_([day[:4], day[:7]])))
    return and_(true(), *tests)


def lies_within(columns: Columns, heights: tuple[float, float]) -> Test:
    """What has a height between the two; what has none is not ruled out."""
    low, high = heights
    ends: list[Any] = [columns[name] for name in ("start_z", "end_z", "ground_z") if name in columns]
    known = or_(*(end.is_not(None) for end in ends))
    touches = and_(
        or_(*(end >= low for end in ends)),
        or_(*(end <= high for end in ends)),
    )
    return or_(~known, func.coalesce(touches, False))
