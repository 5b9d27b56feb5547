"""A comparison to take away, as a workbook."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from archives.core.language import gettext, msg
from archives.core.sheets.columns import Column
from archives.core.sheets.write import Table, write_table
from archives.facilities.comparing import presenting
from archives.facilities.comparing.asking import Comparison
from archives.facilities.results.giving import RATE_HEAD
from archives.facilities.results.words import VERDICTS

_NUMBERS = (
    *RATE_HEAD,
    Column("column", msg("Column"), width=24),
    Column("met", msg("Met"), width=8),
    Column("denominator", msg("Of"), width=8),
    Column("unknown", msg("Not known"), width=10),
    Column("rate", msg("Rate (%)"), width=10),
    Column("most", msg("At most, with the unknown ones"), width=14),
    Column("required", msg("Required rate (%)"), width=12),
    Column("verdict", msg("Verdict"), width=12),
    Column("least_apart", msg("Difference (percent points)"), width=14),
    Column("most_apart", msg("Difference at most"), width=14),
    Column("changes", msg("What the editions ask for"), width=60),
)


def workbook_of(comparison: Comparison) -> bytes:
    """Two sheets: the rates side by side, and one row for each rate and column with all its numbers."""
    target = BytesIO()
    write_table(
        target,
        Table(gettext("Side by side"), _columns(comparison), _side_by_side(comparison)),
        Table(gettext("Numbers"), _NUMBERS, _numbers(comparison)),
    )
    return target.getvalue()


def _columns(comparison: Comparison) -> tuple[Column, ...]:
    names = [column.name for column in presenting.shown_columns(comparison)]
    return (
        *RATE_HEAD,
        *(Column(str(at), msg("%(column)s: rate (%%)", column=name), width=16) for at, name in enumerate(names)),
    )


def _side_by_side(comparison: Comparison) -> Iterator[dict[str, Any]]:
    """A rate as a number where it is certain, as the page says it where it is not."""
    for line in presenting.shown_lines(comparison):
        rates = {str(at): _side(cell) for at, cell in enumerate(line.cells)}
        yield {"target": line.target, "name": line.name, "scope": line.scope, "over": line.over, **rates}


def _side(cell: presenting.ShownCell) -> str | float | None:
    standing = cell.standing
    if standing is None or not standing.denominator:
        return None
    if not standing.is_known:
        return str(VERDICTS["unknown"][1])
    return cell.rate if standing.unknown else round(standing.least, 1)


def _numbers(comparison: Comparison) -> Iterator[dict[str, Any]]:
    columns = presenting.shown_columns(comparison)
    for line in presenting.shown_lines(comparison):
        head = {"target": line.target, "name": line.name, "scope": line.scope, "over": line.over}
        changes = "\n".join(line.changes)
        for column, cell in zip(columns, line.cells, strict=True):
            yield {**head, "column": column.name, "changes": changes, **_numbers_of(cell)}


def _numbers_of(cell: presenting.ShownCell) -> dict[str, Any]:
    standing, apart = cell.standing, cell.apart
    if standing is None:
        return {"verdict": gettext("no such rate in this edition")}
    known = standing.is_known
    return {
        "met": standing.met,
        "denominator": standing.denominator,
        "unknown": standing.unknown,
        "rate": round(standing.least, 1) if known else None,
        "most": round(standing.most, 1) if known and standing.unknown else None,
        "required": standing.required,
        "verdict": str(VERDICTS[cell.verdict][1]),
        "least_apart": round(apart.least, 1) if apart else None,
        "most_apart": round(apart.most, 1) if apart and not apart.is_certain else None,
    }
