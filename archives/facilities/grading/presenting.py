"""Schemes and assessments in the reader's words: what pages, workbooks and certificates show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from archives.core.language import Message, gettext, msg
from archives.core.problems import Problem
from archives.facilities.grading.content import Content, Item
from archives.facilities.grading.models import (
    APPROVED,
    ASSESSING,
    DRAFT,
    GIVEN_BACK,
    IN_FORCE,
    SUBMITTED,
    WRITING,
    Assessment,
    GradeScheme,
)
from archives.facilities.grading.queries import Line
from archives.facilities.grading.rules import grade_for, means, said, total_of
from archives.facilities.grading.scheme_service import content_of
from archives.facilities.grading.service import LONGEST_TEXT, scores_of
from archives.facilities.vocabularies import GRADES
from archives.web.forms import FormField

STATES: Mapping[str, tuple[str, Message, str]] = {
    DRAFT: ("neutral", msg("Self-assessment in hand"), "pencil"),
    SUBMITTED: ("info", msg("Self-assessment submitted"), "send"),
    ASSESSING: ("info", msg("Being assessed"), "users"),
    APPROVED: ("good", msg("Approved"), "certificate"),
    GIVEN_BACK: ("warning", msg("Given back"), "arrow-back-up"),
}
"""Tone, label and icon of each state of an assessment."""
SCHEME_STATES: Mapping[str, tuple[str, Message, str]] = {
    WRITING: ("neutral", msg("Being written"), "pencil"),
    IN_FORCE: ("good", msg("In force"), "check"),
}
MEAN_IS_OURS = msg(
    "Each item's result is the mean of the assessors' scores to the hundredth, and the total is the sum of these. "
    "No rule was found that says so: this is our reading (inferred)."
)
_COLUMNS: Mapping[str, Message] = {
    "state": msg("State"),
    "reason": msg("Reason"),
    "claims": msg("Self-assessment"),
    "assessors": msg("Assessors"),
    "opinion": msg("Overall opinion"),
    "total": msg("Points given"),
    "grade": msg("Grade"),
    "number": msg("Number of the certificate"),
    "approved_by": msg("Approved by"),
    "name": msg("Name of the scheme"),
    "code": msg("Code of the scheme"),
    "source": msg("Source"),
    "note": msg("Note"),
    "is_partial": msg("Incomplete: only some of the items are listed"),
    "assessors_least": msg("Assessors, at least"),
    "assessors_most": msg("Assessors, at most"),
    "part": msg("Group, item or grade"),
    "decided_by": msg("Put in force by"),
}


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item as tables show it; points that are not known are ""."""

    key: str
    number: str
    text: str
    points: str
    evidence: str
    formula: str
    note: str = ""
    claimed: str = ""
    shown: str = ""
    proposed: str = ""
    result: str = ""
    scores: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class GroupRows:
    """A group with its items and the sums of its columns."""

    key: str
    name: str
    points: str
    rows: Sequence[ItemRow]
    claimed: str = ""
    result: str = ""


def scheme_groups(content: Content, notes: Mapping[str, str] | None = None) -> list[GroupRows]:
    """A scheme's items; `notes` by their numbers."""
    numbers, told = content.numbers(), notes or {}
    return [
        GroupRows(
            group.key,
            group.name,
            said(group.points),
            [
                ItemRow(
                    item.key,
                    numbers[item.key],
                    item.text,
                    said(item.points),
                    item.evidence,
                    item.formula,
                    told.get(numbers[item.key], ""),
                )
                for item in group.items
            ],
        )
        for group in content.groups
    ]


def grade_rows(content: Content) -> list[dict[str, str]]:
    """The grades, the highest first."""
    return [
        {"key": one.key, "name": one.name, "least": said(one.least), "national": grade_name(one.national)}
        for one in content.grades
    ]


def grade_name(national: str) -> str:
    """A national grade in words."""
    return str(GRADES[national][0]) if national in GRADES else ""


def result_groups(line: Line, proposed: Mapping[str, Any]) -> list[GroupRows]:
    """The sheet of an assessment: points, claim, proposal, each assessor's score and the result, item by item."""
    content, assessment = content_of(line.scheme), line.assessment
    results = means(content, scores_of(assessment))
    numbers = content.numbers()
    return [
        GroupRows(
            group.key,
            group.name,
            said(group.points),
            [_result_row(assessment, item, numbers[item.key], proposed, results) for item in group.items],
            said(sum((_claimed(assessment, item) or Decimal(0) for item in group.items), Decimal(0))),
            said(total_of({item.key: results[item.key] for item in group.items if item.key in results}))
            if results
            else "",
        )
        for group in content.groups
    ]


def _result_row(
    assessment: Assessment, item: Item, number: str, proposed: Mapping[str, Any], results: Mapping[str, Decimal]
) -> ItemRow:
    claim = assessment.claims.get(item.key, {})
    return ItemRow(
        item.key,
        number,
        item.text,
        said(item.points),
        item.evidence,
        item.formula,
        claimed=said(claim.get("points")),
        shown=claim.get("evidence", ""),
        proposed=_proposal(item, proposed),
        result=said(results.get(item.key)),
        scores=tuple(
            (said(one.scores.get(item.key, {}).get("points")), one.scores.get(item.key, {}).get("remark", ""))
            for one in assessment.assessors
        ),
    )


def _claimed(assessment: Assessment, item: Item) -> Decimal | None:
    points = assessment.claims.get(item.key, {}).get("points")
    return None if points is None else Decimal(str(points))


def _proposal(item: Item, proposed: Mapping[str, Any]) -> str:
    """What the formula proposes; nothing for an item without one."""
    if item.key not in proposed:
        return ""
    points = proposed[item.key]
    return gettext("not known") if points is None else said(points)


def standing(line: Line) -> dict[str, str]:
    """Claimed and given points, and the grade: as approved, or as it would be by the sheets that are finished."""
    content, assessment = content_of(line.scheme), line.assessment
    claimed = sum((_claimed(assessment, item) or Decimal(0) for item in content.items), Decimal(0))
    given = means(content, scores_of(assessment))
    total = Decimal(str(assessment.total)) if assessment.total is not None else total_of(given) if given else None
    grade = None if line.scheme.is_partial or total is None else grade_for(content, total)
    return {
        "claimed": said(claimed),
        "total": said(total),
        "listed": said(content.points),
        "most": said(line.scheme.total),
        "grade": assessment.grade or (grade.name if grade is not None else ""),
    }


def partial_notice(scheme: GradeScheme) -> str:
    """What to say of an incomplete scheme, wherever its points are shown; "" for a whole one."""
    if not scheme.is_partial:
        return ""
    values = {"listed": said(content_of(scheme).points), "total": said(scheme.total)}
    return str(
        msg(
            "This scheme is incomplete: items with %(listed)s of %(total)s points are listed. "
            "The points are no result of the whole, and no grade and no certificate follow from them.",
            **values,
        )
    )


def sheet_fields(
    content: Content,
    values: Mapping[str, str],
    problems: Sequence[Problem],
    beside: str,
    hints: Mapping[str, Sequence[str]],
) -> list[tuple[str, list[FormField]]]:
    """The form of a claim or of an assessor's sheet: for each item its points, and a text beside them."""
    numbers = content.numbers()
    label = gettext("What shows it") if beside == "evidence" else gettext("Remark")
    return [
        (
            f"{group.name}（{said(group.points)}）",
            [
                made
                for item in group.items
                for made in (
                    _points_field(item, numbers[item.key], values, problems, hints.get(item.key, ())),
                    _beside_field(f"{beside}-{item.key}", f"{numbers[item.key]} {label}", values, problems),
                )
            ],
        )
        for group in content.groups
    ]


def _points_field(
    item: Item, number: str, values: Mapping[str, str], problems: Sequence[Problem], hints: Sequence[str]
) -> FormField:
    name = f"points-{item.key}"
    return FormField(
        name,
        f"{number} {item.text}",
        "number",
        values.get(name, ""),
        unit=f"/ {said(item.points)}",
        help=" ".join(hints),
        problems=[one for one in problems if one.field == name],
        max_length=20,
    )


def _beside_field(name: str, label: str, values: Mapping[str, str], problems: Sequence[Problem]) -> FormField:
    field = FormField(name, label, "textarea", values.get(name, ""), max_length=1000)
    field.problems = [one for one in problems if one.field == name]
    return field


def claim_hints(content: Content, proposed: Mapping[str, Any]) -> dict[str, list[str]]:
    """Below each field of a claim: the evidence wanted and what the formula proposes."""
    found: dict[str, list[str]] = {}
    for item in content.items:
        hints = [str(msg("Evidence wanted: %(what)s.", what=item.evidence))] if item.evidence else []
        if item.key in proposed:
            points = proposed[item.key]
            hints.append(
                gettext("The formula proposes nothing: a figure of the return is not known.")
                if points is None
                else str(msg("The formula proposes %(points)s.", points=said(points)))
            )
        found[item.key] = hints
    return found


def score_hints(line: Line, proposed: Mapping[str, Any]) -> dict[str, list[str]]:
    """Below each field of an assessor's sheet: what is claimed, by what evidence, and what the formula proposes."""
    content, claims = content_of(line.scheme), line.assessment.claims
    found = claim_hints(content, proposed)
    for item in content.items:
        claim = claims.get(item.key, {})
        points, what = said(claim.get("points")), claim.get("evidence", "")
        told = msg("Claimed: %(points)s, shown by: %(what)s.", points=points, what=what or gettext("nothing named"))
        found[item.key] = [str(told), *found[item.key]]
    return found


def typed(told: Mapping[str, Mapping[str, Any]], beside: str) -> dict[str, str]:
    """Kept points and texts as the form shows them."""
    found = {}
    for key, one in told.items():
        found[f"points-{key}"] = said(one.get("points"))
        found[f"{beside}-{key}"] = one.get(beside, "")
    return found


def text_field(name: str, label: str, value: str, problems: Sequence[Problem]) -> FormField:
    """A paragraph that must be written: a reason, an opinion."""
    field = FormField(name, label, "textarea", value, required=True, max_length=LONGEST_TEXT)
    field.problems = [one for one in problems if one.field == name]
    return field


def label_of(name: str) -> str:
    """What a column is called in the history; an assessor's scores under his name; "" for one that is not shown."""
    if name in _COLUMNS:
        return str(_COLUMNS[name])
    who, _, what = name.rpartition(" ")
    return {"scores": who, "is_done": str(msg("%(who)s: sheet finished", who=who))}.get(what, "") if who else ""


def label_in_scheme(name: str) -> str:
    """What a column of a scheme is called in the history."""
    return gettext("Total points") if name == "total" else label_of(name)


def word_of(name: str, value: Any, numbers: Mapping[str, str]) -> str:
    """A kept value in words; `numbers` are those of the items by key."""
    if value is None or value == "":
        return ""
    if isinstance(value, Mapping):
        told = ((number, value[key]) for key, number in numbers.items() if key in value)
        return "；".join(f"{number} {_said_of(one)}".strip() for number, one in told)
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if name == "state":
        found = STATES.get(value) or SCHEME_STATES.get(value)
        return str(found[1]) if found else str(value)
    return said(value) if isinstance(value, float) else str(value)


def _said_of(one: Mapping[str, Any]) -> str:
    beside = one.get("evidence") or one.get("remark") or ""
    return f"{said(one.get('points')) or '—'}{f'（{beside}）' if beside else ''}"
