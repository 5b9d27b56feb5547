"""An authority's own editions: those of the program with some numbers changed, for a reason and from a day on. Pure.

An own edition never changes once it is made: who wants other numbers makes another, so that what was computed with one
can be computed again.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from archives.core.language import msg
from archives.core.problems import Problem
from archives.core.sheets.values import ValueFault, as_decimal
from archives.facilities.drafts import EditionDraft, ListedDraft
from archives.facilities.return_lists import Lists
from archives.facilities.standards.rows import LISTED, EditionRow, ListKind, TargetRow
from archives.facilities.standards.tables import Edition

Numbers = Mapping[str, tuple[float, float | None]]
"""By code of a target's row: its value and, of a band, the upper one."""
Required = Mapping[str, Sequence[str]]
"""By list: the codes of the entries that its targets ask for."""
OWN = "own"
_CODE = re.compile(r"[a-z0-9_]{3,40}")
_BAND = re.compile(r"([^-–—~至]+)[-–—~至]([^-–—~至]+)")


@dataclass(frozen=True, slots=True)
class Told:
    """The numbers and entries as far as they could be read, and what is wrong with them."""

    numbers: Numbers
    required: Required
    problems: tuple[Problem, ...]


def read_told(raw: Mapping[str, object], required: Required, base: Edition, lists: Lists) -> Told:
    """Numbers as people write them, by row: “2500”, or “12–20” for a band; and the entries that lists ask for.

    Each fault stands at its row or list; a list that is as in the base is left out.
    """
    numbers, of_numbers = _read_numbers(raw, base)
    told, of_lists = _read_required(required, base, lists)
    return Told(numbers, told, (*of_numbers, *of_lists))


def _read_required(raw: Required, base: Edition, lists: Lists) -> tuple[Required, list[Problem]]:
    required: dict[str, Sequence[str]] = {}
    problems: list[Problem] = []
    kinds: dict[str, ListKind] = {kind: kind for kind in base.listed}
    for name, codes in raw.items():
        known = [row.code for row in lists.of(kinds[name])] if name in kinds else []
        strange = [code for code in codes if code not in known]
        if strange or not known:
            sentence = msg("The list %(list)s has no entry %(code)s.", list=name, code="、".join(strange))
            problems.append(Problem("required.unknown", sentence, name))
        elif not codes:
            problems.append(Problem("required.missing", msg("The target asks for at least one entry."), name))
        elif set(codes) != set(base.required(kinds[name])):
            required[name] = [code for code in known if code in codes]
    return required, problems


def _read_numbers(
    raw: Mapping[str, object], base: Edition
) -> tuple[dict[str, tuple[float, float | None]], list[Problem]]:
    numbers: dict[str, tuple[float, float | None]] = {}
    problems: list[Problem] = []
    rows = {row.code: row for row in base.targets if row.value is not None and row.operator != "is"}
    for code, text in raw.items():
        if code not in rows:
            sentence = msg("%(edition)s has no number %(code)s.", edition=base.code, code=code)
            problems.append(Problem("number.unknown", sentence, code))
            continue
        try:
            numbers[code] = _number(text)
        except ValueFault as fault:
            problems.append(Problem(f"number.{fault.code}", fault.message, code))
            continue
        problems += _check_number(rows[code], *numbers[code])
    return numbers, problems


def check_edition(draft: EditionDraft, told: Told, taken: Collection[str]) -> list[Problem]:
    """Everything wrong with an own edition."""
    return [*_check_head(draft, taken), *told.problems, *_check_any(told)]


def check_listed(draft: ListedDraft, taken: Collection[str]) -> Iterator[Problem]:
    """Everything wrong with an entry that an office adds; `taken` are the codes of the same list."""
    if draft.code and not _CODE.fullmatch(draft.code):
        sentence = msg("An entry's code has 3 to 40 small letters, digits and underlines.")
        yield Problem("code.signs", sentence, "code")
    elif draft.code in taken:
        yield Problem("code.taken", msg("The list has an entry %(code)s already.", code=draft.code), "code")


def with_numbers(base: Edition, code: str, name: str, reason: str, numbers: Numbers) -> Edition:
    """The base with its numbers changed; the changed rows name the authority as their source, and the reason."""
    about = EditionRow(
        code=code,
        name_zh=name,
        name_en=name,
        rank=base.about.rank + 100,
        scheme=base.about.scheme,
        source=OWN,
        verified=False,
        note=reason,
    )
    targets = tuple(_changed(row, code, reason, numbers) for row in base.targets)
    return replace(base, code=code, about=about, targets=targets, base=base.code)


def with_required(edition: Edition, required: Required, lists: Lists) -> Edition:
    """The edition asking for other entries of its lists; the targets that look for them name the authority too."""
    listed = {
        kind: tuple(replace(row, required=row.code in required[kind]) for row in lists.of(kind))
        if kind in required
        else rows
        for kind, rows in edition.listed.items()
    }
    about = edition.about
    targets = tuple(
        replace(row, source=OWN, verified=False, note=about.note) if LISTED.get(row.measure) in required else row
        for row in edition.targets
    )
    return replace(edition, listed=listed, targets=targets)


def _changed(row: TargetRow, edition: str, reason: str, numbers: Numbers) -> TargetRow:
    if row.code not in numbers:
        return replace(row, edition=edition)
    value, upper = numbers[row.code]
    kept = row.upper if upper is None and row.upper is not None and row.upper >= value else upper
    return replace(row, edition=edition, value=value, upper=kept, source=OWN, verified=False, note=reason)


def _number(text: object) -> tuple[float, float | None]:
    band = _BAND.fullmatch(text.strip()) if isinstance(text, str) else None
    first, second = (as_decimal(part) for part in (band.groups() if band else (text, None)))
    if first is None:
        raise ValueFault("missing", msg("%(label)s is missing.", label=msg("Number")))
    return float(first), None if second is None else float(second)


def _check_number(row: TargetRow, value: float, upper: float | None) -> Iterator[Problem]:
    if value < 0 or (row.unit == "%" and value > 100):
        yield Problem("number.range", msg("%(value)s cannot be required.", value=f"{value:g}"), row.code)
    if upper is not None and (row.operator != "band" or upper < value):
        yield Problem("number.band", msg("The target has no band, or it ends before it begins."), row.code)


def _check_head(draft: EditionDraft, taken: Collection[str]) -> Iterator[Problem]:
    if draft.code and not _CODE.fullmatch(draft.code):
        sentence = msg("An edition's code has 3 to 40 small letters, digits and underlines.")
        yield Problem("code.signs", sentence, "code")
    elif draft.code in taken:
        yield Problem("code.taken", msg("There is an edition %(code)s already.", code=draft.code), "code")


def _check_any(told: Told) -> Iterator[Problem]:
    if not told.numbers and not told.required and not told.problems:
        sentence = msg("An edition of one's own changes at least one number or list.")
        yield Problem("numbers.missing", sentence, "numbers")


def kept(numbers: Numbers) -> dict[str, Any]:
    """As the database keeps them."""
    return {code: list(pair) for code, pair in numbers.items()}


def taken_from(stored: Mapping[str, Any]) -> Numbers:
    """As they were kept."""
    return {code: (float(value), None if upper is None else float(upper)) for code, (value, upper) in stored.items()}
