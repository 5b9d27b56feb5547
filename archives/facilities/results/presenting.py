"""Results as pages show them: rates with what they would take, areas with what they lack, charts and tiles."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from flask import url_for

from archives.core.language import Message, gettext, msg
from archives.facilities.classes import class_name, classes_of
from archives.facilities.evaluation import VERDICTS, Evaluation, Outcome
from archives.facilities.rates import Rate, RateSets
from archives.facilities.results.asking import CLASS_NOT_KNOWN, Asked, Below, Region
from archives.facilities.results.judging import Judged
from archives.facilities.results.tiles import TILES
from archives.facilities.results.words import DENOMINATORS, GAPS, SCOPES, STRENGTHS, UNITS
from archives.facilities.results.words import VERDICTS as VERDICT_WORDS
from archives.facilities.standards.rows import HOLDINGS, BaselineRow
from archives.facilities.standards.tables import load_standards
from archives.facilities.vocabularies import BODIES, CLASSES, GRADES, LEVELS
from archives.facilities.vocabularies import HOLDINGS as HOLDING_WORDS
from archives.facilities.wording import plain, remark


@dataclass(frozen=True, slots=True)
class ShownRate:
    """One rate of a region; `lists` leads to the areas behind each count, by verdict."""

    target: str
    name: str
    scope: str
    over: str
    strength: str
    sentence: str
    required: str
    numerator: int
    denominator: int
    rate: float | None
    at_most: float | None
    counts: Mapping[str, int]
    lists: Mapping[str, str]
    verdict: str
    baseline: str
    takes: str


def shown_rates(region: Region) -> list[ShownRate]:
    """Every rate of the region's edition, in its order."""
    return [_rate(region, one) for one in region.rates]


def _rate(region: Region, one: Rate) -> ShownRate:
    edition = region.evaluation.edition
    row = next(row for row in edition.rates if (row.target, row.scope) == (one.target, one.scope))
    sentence = edition.sentences.get(row.sentence)
    counts = {
        "met": one.numerator,
        "missed": one.denominator - one.numerator - one.unknown,
        "unknown": one.unknown,
        "not_applicable": one.not_applicable,
    }
    place = region.asked.address(target=one.target, scope=one.scope)
    return ShownRate(
        target=one.target,
        name=edition.each[one.target][0].name,
        scope=str(SCOPES.get(one.scope, one.scope)),
        over=str(DENOMINATORS.get(one.over, one.over)),
        strength=str(STRENGTHS[sentence.strength]) if sentence else "",
        sentence=sentence.text if sentence else "",
        required=f"{plain(one.required)} %" if one.required is not None else "",
        numerator=one.numerator,
        denominator=one.denominator,
        rate=one.rate,
        at_most=one.rate_at_most,
        counts=counts,
        lists={verdict: url_for("facilities.behind", **place, verdict=verdict) for verdict in counts},
        verdict=one.verdict,
        baseline=baseline_of(edition.base or edition.code, one),
        takes=takes(one),
    )


def takes(one: Rate) -> str:
    """What it would take to reach the rate, in plain words; nothing where it is reached."""
    if not one.needed or one.required is None:
        return ""
    more = msg("%(number)d more must comply", number=one.needed)
    if one.needed_gap is None or one.gap_unit not in GAPS:
        return str(more)
    least = Message(GAPS[one.gap_unit].msgid, {"number": plain(one.needed_gap)})
    return str(msg("%(more)s: %(least)s at the least", more=more, least=least))


def baseline_of(edition: str, one: Rate) -> str:
    """Where the rate stood by the plan's own words; that it prints none is said, never 0."""
    found = next((row for row in load_standards().baselines if _is_of(row, edition, one)), None)
    if found is None or not found.printed:
        return gettext("no baseline")
    return f"{found.year}: {found.printed}"


def _is_of(row: BaselineRow, edition: str, one: Rate) -> bool:
    return (row.edition, row.target, row.scope) == (edition, one.target, one.scope)


def rate_chart(shown: Sequence[ShownRate]) -> dict[str, Any]:
    """The rates as bars beside what is asked for."""
    known = [one for one in shown if one.required]
    tones = [VERDICT_WORDS[one.verdict][0] for one in known]
    return {
        "kind": "bar",
        "across": True,
        "categories": [f"{one.target} {one.name} · {one.scope}" for one in known],
        "series": [
            {"name": gettext("Reached"), "values": [_rounded(one.rate) for one in known], "tones": tones},
            {"name": gettext("Required rate"), "values": [float(one.required[:-2]) for one in known], "tone": "muted"},
        ],
        "unit": "%",
        "most": 100,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


@dataclass(frozen=True, slots=True)
class ShownBelow:
    """An area below the region, in the ranking."""

    place: int | None
    name: str
    code: str
    level: str
    href: str
    own: str
    areas: int
    filed: int
    met: int
    missed: int
    unknown: int
    share: float | None
    rates_met: int
    rates_judged: int


def shown_below(region: Region) -> list[ShownBelow]:
    """The ranking: areas of which nothing is known have no place."""
    return [_below(region.asked, place, one) for place, one in enumerate(region.below, 1)]


def _below(asked: Asked, place: int, one: Below) -> ShownBelow:
    judged = [rate for rate in one.rates if rate.verdict in {"met", "missed"}]
    return ShownBelow(
        place=place if one.tally.share is not None else None,
        name=one.line.name,
        code=one.line.code,
        level=level_name(one.line.level),
        href=url_for("facilities.show", **asked.address(region=one.line.code)),
        own=url_for("facility_areas.show", code=one.line.code, **asked.address(region="")),
        areas=one.areas,
        filed=one.filed,
        met=one.tally.met,
        missed=one.tally.missed,
        unknown=one.tally.unknown,
        share=one.tally.share,
        rates_met=sum(rate.verdict == "met" for rate in judged),
        rates_judged=len(judged),
    )


@dataclass(frozen=True, slots=True)
class ShownTile:
    """A province in the tile map; `step` is its share in fifths, None where nothing is known or counted."""

    name: str
    column: int
    row: int
    href: str
    step: int | None
    share: float | None
    outside: bool


def shown_tiles(region: Region) -> list[ShownTile]:
    """All 34 provincial-level tiles; of 台湾, 香港 and 澳门 no returns are kept."""
    known = {one.line.code[:2]: one for one in region.below}
    return [
        ShownTile(
            name=tile.name,
            column=tile.column,
            row=tile.row,
            href=url_for("facilities.show", **region.asked.address(region=known[tile.code].line.code))
            if tile.code in known
            else "",
            step=_fifth(known[tile.code].tally.share) if tile.code in known else None,
            share=known[tile.code].tally.share if tile.code in known else None,
            outside=tile.outside,
        )
        for tile in TILES
    ]


def _fifth(share: float | None) -> int | None:
    return None if share is None else min(int(share // 20), 4)


@dataclass(frozen=True, slots=True)
class ShownResult:
    """One target of one area: the verdict, its numbers, and what is missing in plain words."""

    target: str
    name: str
    verdict: str
    actual: str
    required: str
    gap: str
    sentence: str
    inferred: str


def shown_results(evaluation: Evaluation, row: int) -> list[ShownResult]:
    """Every target of the edition for one row."""
    return [_result(evaluation, one, row) for one in evaluation.outcomes.values()]


def _result(evaluation: Evaluation, outcome: Outcome, row: int) -> ShownResult:
    rows = evaluation.edition.each[outcome.target]
    said = remark(outcome, evaluation.returns, evaluation.edition, row)
    sentence = evaluation.edition.sentences.get(rows[0].sentence)
    name = class_name(int(evaluation.classes[row]))
    own = next((one for one in rows if name is not None and name in one.classes), rows[0])
    return ShownResult(
        target=outcome.target,
        name=rows[0].name,
        verdict=VERDICTS[int(outcome.verdict[row])],
        actual=number_of(outcome.actual[row], outcome.unit),
        required=_required(outcome, row),
        gap=str(said) if said is not None else "",
        sentence=sentence.text if sentence else "",
        inferred=own.inferred,
    )


def _required(outcome: Outcome, row: int) -> str:
    least = number_of(outcome.required[row], outcome.unit)
    if not np.isnan(outcome.upper[row]):
        return f"{plain(outcome.required[row])}–{number_of(outcome.upper[row], outcome.unit)}"
    return least


def number_of(value: float, unit: str) -> str:
    """A number with its unit; yes and no for what has none, nothing for what is not known."""
    if np.isnan(value):
        return ""
    if not unit:
        return gettext("yes") if value else gettext("no")
    return f"{plain(value)} {UNITS[unit]}"


def behind_rows(region: Region, sets: RateSets, verdict: str) -> Iterator[dict[str, Any]]:
    """The areas behind one count of a rate, each with its numbers."""
    evaluation, outcome = region.evaluation, region.evaluation.outcomes[sets.row.target]
    for row in np.flatnonzero(sets.counted(VERDICTS.index(verdict))).tolist():
        code = str(evaluation.returns.code[row])
        said = remark(outcome, evaluation.returns, evaluation.edition, row)
        yield {
            "code": code,
            "name": region.filed.names[row] or code,
            "institution": region.filed.institutions[row],
            "class": class_label(int(region.classes[row])),
            "has": holding_name(int(evaluation.returns.has[row])),
            "filed": bool(region.filed.states[row]),
            "actual": number_of(outcome.actual[row], outcome.unit),
            "required": _required(outcome, row),
            "gap": str(said) if said is not None else "",
            "href": url_for("facility_areas.show", code=code, **region.asked.address(region="")),
        }


def class_label(place: int) -> str:
    """A class by its place."""
    name = class_name(place)
    return str(CLASSES[name][0]) if name is not None else ""


def class_title(name: str) -> str:
    """A class by its name in an address."""
    return gettext("class not known") if name == CLASS_NOT_KNOWN else str(CLASSES[name][0])


def holding_name(place: int) -> str:
    """What an area has, by its place; nothing where it is not known."""
    return str(HOLDING_WORDS[HOLDINGS[place]][0]) if place >= 0 else ""


def level_name(level: str) -> str:
    """A level by its code."""
    return str(LEVELS[level][0]) if level in LEVELS else level


def facts_of(judged: Judged) -> list[tuple[str, str]]:
    """What an area and its institution are, each fact with its label."""
    area, institution, returns = judged.area, judged.institution, judged.evaluation.returns
    population, body = returns.population[0], int(returns.body[0])
    facts = [
        (gettext("Level"), level_name(area.level)),
        (gettext("City class"), class_label(int(classes_of(returns, judged.asked.scheme)[0]))),
        (gettext("Population"), "" if np.isnan(population) else f"{population:,.0f}"),
        (gettext("Has"), holding_name(int(returns.has[0]))),
    ]
    if area.level in {"province", "municipality"}:
        said = str(list(BODIES.values())[body][0]) if body >= 0 else ""
        facts.append((gettext("Body in the provincial department"), said))
    if institution is not None:
        graded = institution.national_grade in GRADES
        facts += [
            (gettext("Institution"), institution.name),
            (gettext("Parent department"), institution.department),
            (gettext("National grade"), str(GRADES[institution.national_grade][0]) if graded else ""),
            (gettext("Web site"), institution.website),
        ]
    return facts


def counts_of(results: Sequence[ShownResult]) -> dict[str, int]:
    """How many targets have each verdict."""
    return {verdict: sum(one.verdict == verdict for one in results) for verdict in VERDICT_WORDS}


def unit_name(unit: str) -> str:
    """A unit in words; nothing for yes and no."""
    return str(UNITS[unit]) if unit else ""
