"""The standards as a page shows them: every number with its sentence, its source and how it was read."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from archives.core.language import gettext
from archives.core.problems import Problem
from archives.facilities.results.presenting import unit_name
from archives.facilities.results.words import DENOMINATORS, KINDS, SCOPES, STRENGTHS, name_of
from archives.facilities.return_lists import LISTS, Lists
from archives.facilities.standards.rows import ListedRow, TargetRow
from archives.facilities.standards.tables import Edition, load_standards
from archives.facilities.vocabularies import CLASSES
from archives.facilities.vocabularies import LISTS as WORDS_OF_LISTS
from archives.facilities.wording import plain
from archives.web.forms import FormField

REQUIRED = "required-"
"""Begins the name of each list's field in the form of an own edition."""
CORRUPT = "2024"
"""What stands for every lost four-digit number of the circulated text."""


@dataclass(frozen=True, slots=True)
class ShownTarget:
    """One number of an edition; `note` says why it was restored."""

    target: str
    name: str
    kind: str
    applies: str
    required: str
    printed: str
    restored: str
    is_restored: bool
    inferred: str
    note: str


@dataclass(frozen=True, slots=True)
class ShownSentence:
    """A sentence of the standard with the numbers that it holds; where only a report of it was seen there is none."""

    text: str
    place: str
    strength: str
    source: str
    verified: bool
    targets: Sequence[ShownTarget]


def shown_sentences(edition: Edition) -> list[ShownSentence]:
    """Every number of an edition under its sentence, in their order."""
    by_sentence = defaultdict[str, list[TargetRow]](list)
    for row in edition.targets:
        by_sentence[row.sentence].append(row)
    return [_sentence(edition, code, rows) for code, rows in by_sentence.items()]


def _sentence(edition: Edition, code: str, rows: Sequence[TargetRow]) -> ShownSentence:
    sentence = edition.sentences.get(code)
    own = sentence or rows[0]
    source = load_standards().sources.get(own.source)
    return ShownSentence(
        text=sentence.text if sentence else "",
        place=own.clause,
        strength=str(STRENGTHS[sentence.strength]) if sentence else "",
        source=source.title if source else own.source,
        verified=own.verified,
        targets=[_target(edition, row) for row in rows],
    )


def _target(edition: Edition, row: TargetRow) -> ShownTarget:
    words = [str(DENOMINATORS.get(row.over, row.over))] if row.over else [str(CLASSES[one][0]) for one in row.classes]
    return ShownTarget(
        target=row.target,
        name=edition.each[row.target][0].name if row.target in edition.each else row.name,
        kind=str(KINDS[row.kind]),
        applies="、".join(words),
        required=required_of(row),
        printed=row.printed,
        restored=row.restored,
        is_restored=CORRUPT in row.printed and row.restored not in row.printed,
        inferred=row.inferred,
        note=row.note,
    )


def required_of(row: TargetRow) -> str:
    """What a row of the standards asks for, in words."""
    if row.value is None:
        return ""
    if row.operator == "is":
        return gettext("yes")
    unit = f" {unit_name(row.unit)}" if row.unit else ""
    if row.upper is not None:
        return f"{plain(row.value)}–{plain(row.upper)}{unit}"
    return f"{'≤' if row.operator == 'at_most' else '≥'} {plain(row.value)}{unit}"


def shown_schemes() -> list[dict[str, Any]]:
    """Every scheme of city classes with its bounds."""
    standards = load_standards()
    bases = {row.code: row.name for row in standards.listed("basis")}
    return [
        {
            "name": name_of(scheme),
            "basis": bases[scheme.basis],
            "note": scheme.note,
            "bounds": [
                {"name": str(CLASSES[row.code][0]), "least": row.least, "inferred": row.inferred}
                for row in standards.bounds_of(scheme.code)
            ],
        }
        for scheme in standards.schemes
    ]


def shown_lists(edition: Edition, lists: Lists) -> list[dict[str, Any]]:
    """Every list of a return with its entries; those that the edition's targets ask for are `required`."""
    return [
        {
            "name": name,
            "label": str(label),
            "is_asked_for": LISTS[name] in edition.listed,
            "rows": [_shown_entry(row, edition, lists) for row in lists.of(LISTS[name])],
        }
        for name, (label, _) in WORDS_OF_LISTS.items()
    ]


def _shown_entry(row: ListedRow, edition: Edition, lists: Lists) -> dict[str, Any]:
    asked = edition.required(row.kind) if row.kind in edition.listed else []
    is_own = row in lists.own
    return {
        "name": row.name,
        "code": row.code,
        "note": row.note,
        "required": row.code in asked,
        "is_own": is_own,
        "ended": row.ended,
        "id": row.rank if is_own else 0,
    }


def required_fields(
    base: Edition, lists: Lists, chosen: Mapping[str, Sequence[str]], problems: Sequence[Problem] = ()
) -> list[FormField]:
    """The lists that targets ask for, each as boxes to check; `chosen` goes before what the base asks for."""
    return [
        FormField(
            f"{REQUIRED}{name}",
            str(label),
            "choices",
            list(chosen.get(name, base.required(LISTS[name]))),
            choices=[(row.code, row.name) for row in lists.of(LISTS[name])],
            problems=[problem for problem in problems if problem.field == LISTS[name]],
        )
        for name, (label, _) in WORDS_OF_LISTS.items()
        if LISTS[name] in base.listed
    ]


def changeable(edition: Edition) -> list[TargetRow]:
    """The rows whose numbers an authority may change."""
    return [row for row in edition.targets if row.value is not None and row.operator != "is"]


def number_of(row: TargetRow) -> str:
    """A row's number as people write it, a band with its upper bound."""
    if row.value is None:
        return ""
    return plain(row.value) if row.upper is None else f"{plain(row.value)}–{plain(row.upper)}"


def label_of(edition: Edition, row: TargetRow) -> str:
    """What a number is of: target, name, and which areas."""
    shown = _target(edition, row)
    of_rate = (str(SCOPES.get(row.scope, row.scope)), shown.kind) if row.kind == "rate" else ()
    scope = "、".join(part for part in (shown.applies, *of_rate) if part)
    return f"{row.target} {shown.name}" + (f"（{scope}）" if scope else "")
