"""A comparison as the page, the chart and the workbook show it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import url_for

from archives.core.language import gettext, msg
from archives.facilities.comparing.asking import Column, Compared, Comparison, RateKey
from archives.facilities.comparing.counting import Difference, Standing, difference
from archives.facilities.comparing.requiring import changed_rows, rate_row
from archives.facilities.results.asking import Asked
from archives.facilities.results.presenting import class_title
from archives.facilities.results.showing_standards import label_of, required_of
from archives.facilities.results.words import DENOMINATORS, SCOPES, VERDICTS, name_of
from archives.facilities.standards.rows import TargetRow


@dataclass(frozen=True, slots=True)
class ShownColumn:
    """The head of a column; `href` leads to the results that the column is made of."""

    name: str
    note: str
    href: str


@dataclass(frozen=True, slots=True)
class ShownCell:
    """One rate of one column. `rate` is a range where some are unknown, "" where there is none to speak of."""

    standing: Standing | None
    rate: str
    verdict: str
    difference: str
    apart: Difference | None
    href: str


@dataclass(frozen=True, slots=True)
class ShownLine:
    """One rate in every column; `changes` tells each number that the columns' editions do not share.

    `required` is the rate that all of them ask for, "" where they differ.
    """

    key: str
    target: str
    name: str
    scope: str
    over: str
    required: str
    sentence: str
    changes: Sequence[str]
    cells: Sequence[ShownCell]

    @property
    def label(self) -> str:
        """The rate in one line."""
        return f"{self.target} {self.name} · {self.scope}"


def shown_columns(comparison: Comparison) -> list[ShownColumn]:
    """The heads, in order."""
    return [_column(comparison.compared, column) for column in comparison.columns]


def _column(compared: Compared, column: Column) -> ShownColumn:
    asked = _asked_of(compared, column)
    href = url_for("facilities.show", **asked.address()) if compared.by != "classes" else ""
    return ShownColumn(column_name(compared.by, column), column.line.code if column.line else "", href)


def column_name(by: str, column: Column) -> str:
    """What a column is called."""
    if by == "editions":
        return name_of(column.edition.about)
    if by == "classes":
        return class_title(column.code)
    return column.line.name if column.line else column.code


def _asked_of(compared: Compared, column: Column) -> Asked:
    """The results that a column shows."""
    changed: dict[str, dict[str, Any]] = {
        "years": {"year": int(column.code) if column.code.isdecimal() else 0},
        "areas": {"region": column.code},
        "classes": {"city_class": column.code},
        "editions": {"edition": column.code},
    }
    return replace(compared.asked, **changed[compared.by])


def shown_lines(comparison: Comparison) -> list[ShownLine]:
    """Every rate that speaks of something in at least one column."""
    return [
        _line(comparison, key, standings)
        for key, standings in comparison.standings.items()
        if any(one is not None and one.denominator for one in standings)
    ]


def _line(comparison: Comparison, key: RateKey, standings: Sequence[Standing | None]) -> ShownLine:
    editions = [column.edition for column in comparison.columns]
    rows = [rate_row(edition, *key) for edition in editions]
    edition, rate = next((edition, row) for edition, row in zip(editions, rows, strict=True) if row is not None)
    sentence = edition.sentences.get(rate.sentence)
    changes = changed_rows(editions, *key) if comparison.compared.by == "editions" else []
    return ShownLine(
        key=".".join(key),
        target=rate.target,
        name=edition.each[rate.target][0].name,
        scope=str(SCOPES.get(rate.scope, rate.scope)),
        over=str(DENOMINATORS.get(rate.over, rate.over)),
        required=""
        if any(row is not None and row.kind == "rate" for rows in changes for row in rows)
        else required_of(rate),
        sentence=sentence.text if sentence else "",
        changes=[_change(comparison, one) for one in changes],
        cells=[_cell(comparison, key, standings, place) for place in range(len(standings))],
    )


def _change(comparison: Comparison, rows: Sequence[TargetRow | None]) -> str:
    """“Floor area (large cities): ≥ 3000 m² in A, ≥ 2300 m² in B”."""
    edition, first = next((at.edition, row) for at, row in zip(comparison.columns, rows, strict=True) if row)
    told = [
        str(msg("%(number)s in %(edition)s", number=required_of(row), edition=name_of(column.edition.about)))
        for column, row in zip(comparison.columns, rows, strict=True)
        if row is not None
    ]
    return str(msg("%(what)s: %(numbers)s", what=label_of(edition, first), numbers=" · ".join(told)))


def _cell(comparison: Comparison, key: RateKey, standings: Sequence[Standing | None], place: int) -> ShownCell:
    compared, standing = comparison.compared, standings[place]
    before = standings[0 if compared.against == "first" else place - 1] if place else None
    apart = difference(before, standing)
    return ShownCell(
        standing=standing,
        rate=_rate(standing),
        verdict=standing.verdict if standing is not None else "",
        difference=difference_text(apart),
        apart=apart,
        href=_list(_asked_of(compared, comparison.columns[place]), key, standing) if standing is not None else "",
    )


def _rate(standing: Standing | None) -> str:
    if standing is None or not standing.is_known:
        return ""
    if not standing.unknown:
        return f"{standing.least:.1f} %"
    return f"{standing.least:.1f}–{standing.most:.1f} %"


def _list(asked: Asked, key: RateKey, standing: Standing) -> str:
    """The areas behind a cell: those that miss the target, or else what there is."""
    counts = {"missed": standing.missed, "unknown": standing.unknown, "met": standing.met}
    verdict = next((verdict for verdict, count in counts.items() if count), "met")
    return url_for("facilities.behind", **asked.address(target=key[0], scope=key[1]), verdict=verdict)


def difference_text(apart: Difference | None) -> str:
    """Percent points with their sign; a range where some are unknown."""
    if apart is None:
        return ""
    least, most = (_signed(one) for one in (apart.least, apart.most))
    return least if least == most else f"{least} … {most}"


def _signed(number: float) -> str:
    rounded = round(number, 1)
    return f"{rounded:+.1f}".replace("-", "−") if rounded else "±0"


def chosen_line(lines: Sequence[ShownLine], key: str) -> ShownLine | None:
    """The rate that the chart shows: the one asked for, or else the first."""
    return next((one for one in lines if one.key == key), lines[0] if lines else None)


def chart_of(columns: Sequence[ShownColumn], line: ShownLine) -> dict[str, Any]:
    """One rate as a bar a column, beside what the unknown ones could add and what is asked for."""
    known = [cell.standing if cell.rate else None for cell in line.cells]
    tones = [VERDICTS[cell.verdict or "not_applicable"][0] for cell in line.cells]
    series: list[dict[str, Any]] = [
        {"name": gettext("Reached"), "values": [one and round(one.least, 1) for one in known], "tones": tones}
    ]
    if any(one is not None and one.unknown for one in known):
        most = [one and round(one.most, 1) for one in known]
        series.append({"name": gettext("At most, with the unknown ones"), "values": most, "tone": "warning"})
    required = [cell.standing.required if cell.standing is not None else None for cell in line.cells]
    series.append({"name": gettext("Required rate"), "values": required, "tone": "muted"})
    return {
        "kind": "bar",
        "across": len(columns) > 6,
        "categories": [column.name for column in columns],
        "series": series,
        "unit": "%",
        "most": 100,
    }
