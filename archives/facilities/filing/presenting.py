"""A return in the reader's words: its groups, its form with last year beside each field, its history, its state."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from archives.core.drafts import FieldDescription, Vocabularies
from archives.core.language import Message, gettext, msg
from archives.core.problems import Problem
from archives.facilities.drafts import BASIS, YES_NO
from archives.facilities.filing.groups import AREA, DESCRIBED, GROUPS, Group, fields_of_group
from archives.facilities.filing.own_figures import how_of
from archives.facilities.filing.queries import NOT_FILED, Filing
from archives.facilities.filing.values import typed_area, typed_return
from archives.facilities.lists import UNITS
from archives.facilities.models import ACCEPTED, DRAFT, RETURNED, SUBMITTED
from archives.facilities.return_lists import COUNTED, LISTS, Lists, is_listed
from archives.web.forms import FormField, form_fields

STATES: Mapping[str, tuple[str, Message, str]] = {
    NOT_FILED: ("bad", msg("Not filed"), "circle-x"),
    DRAFT: ("neutral", msg("Draft"), "pencil"),
    SUBMITTED: ("info", msg("Submitted"), "send"),
    ACCEPTED: ("good", msg("Checked and accepted"), "circle-check"),
    RETURNED: ("warning", msg("Given back"), "arrow-back-up"),
}
"""Tone, label and icon of each state."""
_COLUMNS: Mapping[str, Message] = {
    "state": msg("State"),
    "reason": msg("Reason"),
    "has": msg("Has an archives or office"),
    "equipment": msg("Equipment"),
    "databases": msg("Databases"),
    "regulations": msg("Regulations"),
    "holdings": msg("What is held"),
    "class_volumes": msg("Volumes by class"),
}
"""What columns are called that no draft names so."""


@dataclass(frozen=True, slots=True)
class ShownGroup:
    """A part of a return as its page shows it: facts for the macro."""

    code: str
    label: str
    facts: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class OwnFigure:
    """A figure of our own system beside what the return says and said last year."""

    name: str
    label: str
    how: str
    counted: int
    told: str
    before: str

    @property
    def agrees(self) -> bool:
        """Whether the return says what the system counted."""
        return self.told == str(self.counted)


@dataclass(frozen=True, slots=True)
class Counted:
    """What our own system counts `now`, and by figure the day of the count that the return took."""

    now: Mapping[str, int]
    taken: Mapping[str, str]


def shown_groups(filing: Filing, words: Vocabularies, own: Mapping[str, int]) -> list[ShownGroup]:
    """Every part of a return with its units; beside a figure, that our system counts the same, and last year's."""
    told = typed_area(filing.area, filing.institution, filing.filed) | typed_return(filing.filed)
    before = typed_return(filing.before)
    counted = Counted(own, filing.filed.from_system if filing.filed is not None else {})
    return [
        ShownGroup(
            group.code,
            str(group.label),
            [
                _fact(one, told.get(one.name, ""), before.get(one.name, ""), counted, words)
                for one in fields_of_group(group, filing.lists)
            ],
        )
        for group in (AREA, *GROUPS)
    ]


def form_groups(
    filing: Filing,
    values: Mapping[str, str],
    problems: Sequence[Problem],
    words: Vocabularies,
    *,
    with_area: bool,
) -> list[tuple[Group, list[FormField]]]:
    """The form, part by part; beside each field what the return of last year says."""
    before = typed_return(filing.before)
    return [
        (group, [_field(one, values, problems, words, before) for one in fields_of_group(group, filing.lists.asked())])
        for group in ((AREA, *GROUPS) if with_area else GROUPS)
    ]


def own_table(filing: Filing, values: Mapping[str, str], own: Mapping[str, int]) -> list[OwnFigure]:
    """What our own system knows, row by row."""
    before = typed_return(filing.before)
    return [
        OwnFigure(
            name,
            label_of(name, filing.lists),
            str(how_of(name)),
            counted,
            values.get(name, ""),
            before.get(name, ""),
        )
        for name, counted in own.items()
    ]


def named(problems: Iterable[Problem], lists: Lists, *, linked: bool) -> list[Problem]:
    """Problems that say whose field they are of, for a list above a page; `linked` ones lead to the field."""
    return [_named(one, lists, linked) for one in problems]


def _named(problem: Problem, lists: Lists, linked: bool) -> Problem:
    label, message = label_of(problem.field or "", lists), problem.message
    if label and label not in str(message):
        message = msg("%(label)s: %(said)s", label=label, said=message)
    return replace(problem, message=message, field=problem.field if linked else None)


def differing(stored: Mapping[str, str], typed: Mapping[str, str], lists: Lists) -> list[Mapping[str, Any]]:
    """What was typed otherwise than it is stored, as facts for the macro."""
    changed = [(name, text) for name, text in typed.items() if text.strip() != stored.get(name, "")]
    return [{"label": label_of(name, lists) or name, "value": text} for name, text in changed]


def label_of(name: str, lists: Lists) -> str:
    """What a column is called in the history; "" for one that is not shown."""
    if name in _COLUMNS:
        return str(_COLUMNS[name])
    if is_listed(name):
        return next((one.label for one in lists.every_field() if one.name == name), "")
    return gettext(DESCRIBED[name].label) if name in DESCRIBED else ""


def word_of(words: Vocabularies, lists: Lists, name: str, value: Any) -> str:
    """A kept value of a column, in words."""
    if name in LISTS:
        labels = {one.name.partition(".")[2]: one.label for one in lists.fields(name)}
        return "，".join(f"{labels.get(code, code)} {_answer(one, name, words)}" for code, one in (value or {}).items())
    if name == "state":
        return str(STATES[value][1]) if value in STATES else str(value)
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return words[YES_NO].label("yes" if value else "no")
    described = DESCRIBED.get("kind" if name == "has" else name)
    return (
        _word(described, f"{value:.15g}" if isinstance(value, float) else str(value), words)
        if described
        else str(value)
    )


def unit_of(described: FieldDescription) -> str:
    """A field's unit in words."""
    unit = UNITS.get(described.unit)
    return str(unit) if unit is not None else described.unit


def _fact(one: FieldDescription, told: str, before: str, counted: Counted, words: Vocabularies) -> Mapping[str, Any]:
    return {
        "label": gettext(one.label),
        "value": _word(one, told, words),
        "unit": unit_of(one) if told else "",
        "kind": "long" if one.kind == "textarea" else "code" if one.name in {"code", "parent"} else "text",
        "source": "；".join(_beside(one, told, before, counted, words)),
    }


def _beside(one: FieldDescription, told: str, before: str, counted: Counted, words: Vocabularies) -> Iterator[str]:
    """What stands beside a figure: that it is our own count, or what that is now; last year's where it was another."""
    now, day = counted.now.get(one.name), counted.taken.get(one.name)
    if day:
        yield str(msg("from our own system, counted on %(day)s", day=day))
    elif told and told == str(now):
        yield gettext("as our own system counts")
    if now is not None and (now or told) and told != str(now):
        yield str(msg("our own system counts %(number)s", number=f"{now:,}"))
    if before and before != told and (one.kind in {"integer", "number"} or is_listed(one.name)):
        yield str(msg("last year %(value)s", value=_word(one, before, words)))


def _field(
    one: FieldDescription,
    values: Mapping[str, str],
    problems: Sequence[Problem],
    words: Vocabularies,
    before: Mapping[str, str],
) -> FormField:
    made = form_fields([one], values, problems, words)[one.name]
    made.unit = unit_of(one)
    made.required = False
    if one.name == "population_basis":
        made.kind, made.choices = "select", _bases(values.get(one.name, ""), words)
    hints = [made.help] if made.help else []
    if before.get(one.name) and one.kind not in {"text", "textarea", "date"}:
        hints.insert(0, str(msg("Last year: %(value)s.", value=_word(one, before[one.name], words))))
    made.help = " ".join(hints)
    return made


def _bases(told: str, words: Vocabularies) -> list[tuple[str, str]]:
    """The listed ways of counting, and the one that was told if nobody listed it."""
    listed = [(choice.code, choice.label) for choice in words[BASIS].choices]
    return [("", "—"), *listed, *([(told, told)] if told and told not in dict(listed) else [])]


def _word(one: FieldDescription, told: str, words: Vocabularies) -> str:
    """A typed value as it is read."""
    if not told:
        return ""
    if one.kind == "choice":
        return words[one.vocabulary].label(told)
    if one.name == "population_basis":
        return words[BASIS].label(told)
    if one.name.partition(".")[0] == "equipment" and told == "0":
        return gettext("there is none")
    if one.unit == "°":
        return told
    return _with_commas(told) if one.kind in {"integer", "number"} else told


def _with_commas(told: str) -> str:
    """A number in groups of three digits; what is none stays as it is."""
    whole, point, rest = told.partition(".")
    return f"{int(whole):,}{point}{rest}" if whole.isdecimal() and whole.isascii() else told


def _answer(value: Any, group: str, words: Vocabularies) -> str:
    if group in COUNTED:
        return str(int(value))
    return words[YES_NO].label("yes" if value else "no")
