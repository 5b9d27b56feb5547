"""Schemes and sheets of scores to take away."""

from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any

from archives.core.language import gettext, msg
from archives.core.sheets.columns import Column
from archives.core.sheets.write import Table, write_table
from archives.facilities.grading.content import Content, as_number
from archives.facilities.grading.models import GradeScheme
from archives.facilities.grading.presenting import grade_rows, result_groups, standing
from archives.facilities.grading.queries import Line
from archives.facilities.grading.scheme_service import content_of

ITEMS = (
    Column("group", msg("Group"), width=18),
    Column("number", msg("Number"), width=8),
    Column("text", msg("Item of the scheme"), width=50),
    Column("points", msg("Full points"), kind="number", width=8),
    Column("evidence", msg("Evidence wanted"), width=36),
    Column("formula", msg("Formula"), width=40),
)
GRADES = (
    Column("name", msg("Grade"), width=18),
    Column("least", msg("At least (points)"), kind="number", width=12),
    Column("national", msg("National grade"), width=14),
)


def scheme_workbook(scheme: GradeScheme) -> bytes:
    """A scheme's items and grades, each on a sheet."""
    content = content_of(scheme)
    return _written(
        Table(gettext("Items of the scheme"), ITEMS, _items(content)),
        Table(gettext("Grades"), GRADES, [{**row, "least": float(row["least"])} for row in grade_rows(content)]),
    )


def _items(content: Content) -> Iterator[dict[str, Any]]:
    numbers = content.numbers()
    for group in content.groups:
        for item in group.items:
            own = {
                "group": group.name,
                "number": numbers[item.key],
                "text": item.text,
                "points": as_number(item.points),
            }
            yield {**own, "evidence": item.evidence, "formula": item.formula}


def scores_workbook(line: Line, proposed: Mapping[str, Any]) -> bytes:
    """The sheet of an assessment: claim, proposal, each assessor's score and remark, result; the sums last."""
    assessors = line.assessment.assessors
    named = [
        column
        for place, one in enumerate(assessors)
        for column in (
            Column(f"score{place}", msg("%(name)s: points", name=one.name), kind="number", width=10),
            Column(f"remark{place}", msg("%(name)s: remark", name=one.name), width=24),
        )
    ]
    columns = (
        *ITEMS[:5],
        Column("claimed", msg("Claimed"), kind="number", width=8),
        Column("shown", msg("What shows it"), width=36),
        Column("proposed", msg("Formula's proposal"), width=12),
        *named,
        Column("result", msg("Result"), kind="number", width=8),
    )
    return _written(Table(gettext("Scores"), columns, _scores(line, proposed)))


def _scores(line: Line, proposed: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for group in result_groups(line, proposed):
        for row in group.rows:
            told: dict[str, Any] = {"group": group.name, "number": row.number, "text": row.text}
            told |= {"points": _number(row.points), "evidence": row.evidence, "claimed": _number(row.claimed)}
            told |= {"shown": row.shown, "proposed": row.proposed, "result": _number(row.result)}
            for place, (points, remark) in enumerate(row.scores):
                told |= {f"score{place}": _number(points), f"remark{place}": remark}
            yield told
    sums = standing(line)
    yield {
        "group": gettext("Total points"),
        "text": sums["grade"],
        "points": _number(sums["listed"]),
        "claimed": _number(sums["claimed"]),
        "result": _number(sums["total"]),
    }


def _number(said: str) -> float | None:
    return float(said) if said else None


def _written(*tables: Table) -> bytes:
    content = BytesIO()
    write_table(content, *tables)
    return content.getvalue()
