"""What makes a scheme sound, a self-assessment complete, a sheet of scores whole; the mean and the grade. Pure."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any

from archives.core.language import Message, msg
from archives.core.problems import Problem
from archives.core.sheets.values import ValueFault, as_decimal, as_lines
from archives.facilities.grading.content import Content, Grade, Item, as_number, exact
from archives.facilities.grading.drafts import GradeDraft, ItemDraft, SchemeDraft
from archives.facilities.grading.formulas import Figures, FormulaFault, parse

HUNDREDTH = Decimal("0.01")
LONGEST_TEXT = 1000
_CODE = re.compile(r"[a-z0-9_]{3,40}")
Told = dict[str, dict[str, Any]]
"""By the item's key: points (None: not said) and what is written beside them."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A form of points by items as far as it could be read, and what is wrong with it."""

    told: Told
    problems: tuple[Problem, ...]


def check_head(draft: SchemeDraft, taken: Collection[str]) -> Iterator[Problem]:
    """Everything wrong with a scheme's head."""
    if draft.code and not _CODE.fullmatch(draft.code):
        yield Problem("code.signs", msg("A scheme's code has 3 to 40 small letters, digits and underlines."), "code")
    elif draft.code in taken:
        yield Problem("code.taken", msg("There is a scheme %(code)s already.", code=draft.code), "code")
    least, most = draft.assessors_least, draft.assessors_most
    if least is not None and most is not None and most < least:
        yield Problem("assessors.band", msg("The most assessors are fewer than the least."), "assessors_most")
    if draft.total is not None:
        yield from _check_points(draft.total, "total")


def check_item(draft: ItemDraft, names: Collection[str]) -> Iterator[Problem]:
    """Everything wrong with an item; `names` are those that a formula may use."""
    if draft.points is not None:
        yield from _check_points(draft.points, "points")
    if draft.formula:
        try:
            parse(draft.formula, names)
        except FormulaFault as fault:
            yield Problem(f"formula.{fault.code}", fault.message, "formula")


def check_grade(draft: GradeDraft, others: Collection[Grade], total: Decimal) -> Iterator[Problem]:
    """Everything wrong with a grade beside the others of its scheme."""
    if draft.least is not None:
        yield from _check_points(draft.least, "least")
        if draft.least > total:
            yield Problem("least.total", msg("More than the total of %(total)s points.", total=said(total)), "least")
        if any(other.least == draft.least for other in others):
            yield Problem("least.taken", msg("Another grade begins with as many points."), "least")
    if any(other.name == draft.name for other in others):
        yield Problem("name.taken", msg("There is a grade “%(name)s” already.", name=draft.name), "name")
    if draft.national and any(other.national == draft.national for other in others):
        yield Problem("national.taken", msg("Another grade means this national grade already."), "national")


def _check_points(points: Decimal, field: str) -> Iterator[Problem]:
    if points <= 0:
        yield Problem(f"{field}.none", msg("There must be more than 0 points."), field)
    elif points % HUNDREDTH:
        yield Problem(f"{field}.fine", msg("Points have two decimals at most."), field)


def check_scheme(content: Content, total: Decimal, *, is_partial: bool) -> list[Problem]:
    """What stands in the way of putting a scheme in force; a warning does not."""
    return [*_check_parts(content), *_check_sum(content, total, is_partial), *_check_grades(content, total, is_partial)]


def _check_parts(content: Content) -> Iterator[Problem]:
    if not content.items:
        yield Problem("items.none", msg("A scheme needs at least one item."), "total")
    for group in content.groups:
        if not group.items:
            yield Problem("group.empty", msg("The group “%(name)s” has no item.", name=group.name), group.key)
    numbers = content.numbers()
    often = {number for number, times in Counter(numbers.values()).items() if times > 1}
    for key, number in numbers.items():
        if number in often:
            yield Problem("number.twice", msg("Several items have the number %(number)s.", number=number), key)


def _check_sum(content: Content, total: Decimal, is_partial: bool) -> Iterator[Problem]:
    values = {"sum": said(content.points), "total": said(total)}
    if content.points > total:
        yield Problem(
            "sum.more", msg("The items have %(sum)s points, more than the total of %(total)s.", **values), "total"
        )
    elif content.points < total and not is_partial:
        sentence = msg(
            "The items have %(sum)s points, the total is %(total)s. Add items, or mark the scheme as incomplete.",
            **values,
        )
        yield Problem("sum.less", sentence, "total")
    elif content.items and content.points == total and is_partial:
        yield Problem(
            "sum.whole",
            msg("All points are there: the scheme need not be marked as incomplete."),
            "total",
            severity="warning",
        )


def _check_grades(content: Content, total: Decimal, is_partial: bool) -> Iterator[Problem]:
    if is_partial and content.grades:
        yield Problem(
            "grades.partial", msg("An incomplete scheme gives no grade: take the grades out."), content.grades[0].key
        )
    elif not is_partial and not content.grades:
        yield Problem(
            "grades.none", msg("No grade is set: points are counted, no grade is given."), "grades", severity="warning"
        )
    for grade in content.grades:
        if grade.least > total:
            yield Problem("least.total", msg("More than the total of %(total)s points.", total=said(total)), grade.key)


def proposals(content: Content, figures: Figures, names: Collection[str]) -> dict[str, Decimal | None]:
    """What each item's formula, if it has one, proposes in points; None where the figures do not tell."""
    found = {}
    for item in content.items:
        if item.formula:
            share = parse(item.formula, names).share(figures)
            found[item.key] = None if share is None else hundredths(share * Fraction(item.points))
    return found


def read_sheet(content: Content, raw: Mapping[str, str], beside: str, *, whole: bool) -> Sheet:
    """A form's points (`points-KEY`) and texts (`BESIDE-KEY`); `whole` wants points for every item."""
    told: Told = {}
    problems: list[Problem] = []
    numbers = content.numbers()
    for item in content.items:
        field = f"points-{item.key}"
        text = as_lines(raw.get(f"{beside}-{item.key}", ""))
        if len(text) > LONGEST_TEXT:
            sentence = msg("Longer than %(most)d characters.", most=LONGEST_TEXT)
            problems.append(Problem("text.too_long", _of(numbers[item.key], sentence), f"{beside}-{item.key}"))
        try:
            points = as_decimal(raw.get(field, ""))
        except ValueFault as fault:
            problems.append(Problem(f"points.{fault.code}", _of(numbers[item.key], fault.message), field))
            continue
        fault_of = _fault_of_points(points, item, whole=whole)
        if fault_of is not None:
            problems.append(Problem(fault_of[0], _of(numbers[item.key], fault_of[1]), field))
        elif points is not None or text:
            told[item.key] = {"points": None if points is None else as_number(points), beside: text}
    return Sheet(told, tuple(problems))


def _fault_of_points(points: Decimal | None, item: Item, *, whole: bool) -> tuple[str, Message] | None:
    if points is None:
        return ("points.missing", msg("points are missing.")) if whole else None
    if not 0 <= points <= item.points:
        return "points.range", msg("from 0 to %(most)s points can be given.", most=said(item.points))
    return ("points.fine", msg("Points have two decimals at most.")) if points % HUNDREDTH else None


def _of(number: str, sentence: Message) -> Message:
    return msg("%(number)s: %(said)s", number=number, said=sentence)


def missing_in(content: Content, told: Mapping[str, Mapping[str, Any]]) -> list[Problem]:
    """The items that have no points yet."""
    numbers = content.numbers()
    return [
        Problem("points.missing", _of(numbers[item.key], msg("points are missing.")), f"points-{item.key}")
        for item in content.items
        if told.get(item.key, {}).get("points") is None
    ]


def means(content: Content, sheets: Sequence[Mapping[str, Mapping[str, Any]]]) -> dict[str, Decimal]:
    """Each item's mean over the sheets that score it, to the hundredth; the total is the sum of these."""
    found = {}
    for item in content.items:
        scores = [sheet[item.key]["points"] for sheet in sheets if sheet.get(item.key, {}).get("points") is not None]
        if scores:
            found[item.key] = hundredths(Fraction(sum(exact(score) for score in scores)) / len(scores))
    return found


def total_of(points: Mapping[str, Decimal]) -> Decimal:
    """The sum."""
    return sum(points.values(), Decimal(0))


def grade_for(content: Content, total: Decimal) -> Grade | None:
    """The highest grade whose least points are reached; as many as the least is enough (以上 includes the number)."""
    return next((grade for grade in content.grades if total >= grade.least), None)


def is_outside(count: int, least: int | None, most: int | None) -> bool:
    """Whether a number of assessors is not what the scheme asks for."""
    return (least is not None and count < least) or (most is not None and count > most)


def hundredths(number: Fraction) -> Decimal:
    """To two decimals, a half up; exact, for a grade may hang on it."""
    return Decimal(floor(number * 100 + Fraction(1, 2))) / 100


def said(points: Decimal | float | int | None) -> str:
    """Points as they are read: 90, 87.5; "" for none."""
    if points is None:
        return ""
    text = f"{exact(points):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
