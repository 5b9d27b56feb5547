"""What the editions in the columns ask for in one row, and where they differ. Pure."""

from collections.abc import Sequence

from archives.facilities.standards.rows import TargetRow
from archives.facilities.standards.tables import Edition


def rate_row(edition: Edition, target: str, scope: str) -> TargetRow | None:
    """The row of a rate; None if the edition has none."""
    return next((row for row in edition.rates if (row.target, row.scope) == (target, scope)), None)


def rows_behind(edition: Edition, target: str, scope: str) -> list[TargetRow]:
    """The row of a rate, and those that judge what it counts: of one over some classes, the ones for these classes."""
    rate = rate_row(edition, target, scope)
    if rate is None:
        return []
    judging = edition.each.get(target, [])
    return [rate, *(row for row in judging if not (rate.classes and row.classes) or {*rate.classes} & {*row.classes})]


def changed_rows(editions: Sequence[Edition], target: str, scope: str) -> list[Sequence[TargetRow | None]]:
    """The rows whose numbers are not the same in all of the editions that have the rate, its own one first.

    Each has one place an edition, None where the edition has no such row. An edition keeps the codes of the one that it
    was made from.
    """
    each = [{row.code: row for row in rows_behind(edition, target, scope)} for edition in editions]
    having = [one for one in each if one]
    codes = dict.fromkeys(code for one in having for code in one)
    return [[one.get(code) for one in each] for code in codes if len({_number(one.get(code)) for one in having}) > 1]


def _number(row: TargetRow | None) -> tuple[float | None, float | None] | None:
    return None if row is None else (row.value, row.upper)
