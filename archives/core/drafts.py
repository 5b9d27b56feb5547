"""Drafts: the one typed description of each input, read alike from a form, a spreadsheet row, JSON or an argument.

A draft names its fields with `text(...)`, `day(...)` and so on. `read` turns whatever a door brought into the draft
and says everything that is wrong with it; a field that could not be read is left empty, so that the rules can still
look at the rest. Text that is missing is "", everything else that is missing is None.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, Generic, Literal, TypeVar, cast

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from archives.core.language import Message, msg
from archives.core.problems import Problem
from archives.core.sheets.values import ValueFault, as_date, as_decimal, as_integer, as_lines, as_text

FieldKind = Literal["text", "textarea", "date", "integer", "number", "choice", "checkbox"]
D = TypeVar("D", bound="Draft")
LARGEST = 10**12
"""No number here is larger."""


class Draft(BaseModel):
    """The base of every draft: frozen, and nothing beside the named fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True, slots=True)
class FieldDescription:
    """One field as every door needs it; `vocabulary` names the terms that a choice may take."""

    name: str
    label: str
    kind: FieldKind
    required: bool
    unit: str
    help: str
    vocabulary: str
    max_length: int | None


@dataclass(frozen=True, slots=True)
class Choice:
    """One value a choice may take: its code, and every way people write it."""

    code: str
    label: str
    spellings: frozenset[str] = frozenset()


class Vocabulary:
    """The values a choice may take, found by code, label or any customary spelling."""

    def __init__(self, choices: Collection[Choice]) -> None:
        self.choices = tuple(choices)
        self._codes = {
            spelling.casefold(): choice.code
            for choice in choices
            for spelling in (*choice.spellings, choice.label, choice.code)
        }

    def code(self, text: str) -> str | None:
        """The code that `text` means, or None."""
        return self._codes.get(text.casefold())

    def label(self, code: str) -> str:
        """How the code is shown; the code itself where it is unknown."""
        return next((choice.label for choice in self.choices if choice.code == code), code)


Vocabularies = Mapping[str, Vocabulary]


@dataclass(frozen=True, slots=True)
class Reading(Generic[D]):
    """A draft as far as it could be read, and what is wrong with it."""

    draft: D
    problems: tuple[Problem, ...]


def text(label: str, *, required: bool = False, max_length: int = 200, help: str = "", long: bool = False) -> Any:  # noqa: A002
    """A line of text; `long` for a paragraph."""
    kind: FieldKind = "textarea" if long else "text"
    return _field("", label, kind, required=required, help=help, constraints={"max_length": max_length})


def day(label: str, *, required: bool = False, help: str = "") -> Any:  # noqa: A002
    """A calendar day."""
    return _field(None, label, "date", required=required, help=help)


def whole(label: str, *, required: bool = False, unit: str = "", least: int = 0, most: int = 10**9) -> Any:
    """A whole number between `least` and `most`."""
    return _field(None, label, "integer", required=required, unit=unit, constraints={"ge": least, "le": most})


def number(label: str, *, required: bool = False, unit: str = "", least: float = 0, most: float = 1e12) -> Any:
    """A number between `least` and `most`, in `unit`."""
    return _field(None, label, "number", required=required, unit=unit, constraints={"ge": least, "le": most})


def choice(label: str, vocabulary: str, *, required: bool = False, help: str = "") -> Any:  # noqa: A002
    """One code of a vocabulary."""
    return _field("", label, "choice", required=required, help=help, vocabulary=vocabulary)


def switch(label: str, *, help: str = "") -> Any:  # noqa: A002
    """Yes or no."""
    return _field(False, label, "checkbox", help=help)


def _field(
    default: Any,
    label: str,
    kind: FieldKind,
    *,
    required: bool = False,
    unit: str = "",
    help: str = "",  # noqa: A002
    vocabulary: str = "",
    constraints: Mapping[str, Any] | None = None,
) -> Any:
    extra: dict[str, JsonValue] = {
        "label": label,
        "kind": kind,
        "required": required,
        "unit": unit,
        "help": help,
        "vocabulary": vocabulary,
    }
    return Field(default=default, json_schema_extra=extra, **(constraints or {}))


@lru_cache
def describe(draft_class: type[Draft]) -> dict[str, FieldDescription]:
    """A draft's fields by name, in the order they are written."""
    return {name: _description(name, info) for name, info in draft_class.model_fields.items()}


def _description(name: str, info: Any) -> FieldDescription:
    extra = cast(dict[str, Any], info.json_schema_extra)
    longest = next((rule.max_length for rule in info.metadata if hasattr(rule, "max_length")), None)
    return FieldDescription(name=name, max_length=longest, **extra)


def read(draft_class: type[D], raw: Mapping[str, object], vocabularies: Vocabularies) -> Reading[D]:
    """Turn raw values (form strings, spreadsheet cells, JSON) into a draft; every fault is a problem of its field."""
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, field in describe(draft_class).items():
        try:
            values[name] = _value(field, raw.get(name), vocabularies)
        except ValueFault as fault:
            problems.append(Problem(f"{name}.{fault.code}", fault.message, name))
    try:
        draft = draft_class.model_validate(values)
    except ValidationError as error:
        problems += [_constraint_problem(draft_class, fault) for fault in error.errors(include_url=False)]
        draft = _without_faults(draft_class, values, problems)
    return Reading(draft, (*problems, *_missing(draft, problems)))


def read_fields(
    fields: Iterable[FieldDescription], raw: Mapping[str, object], vocabularies: Vocabularies
) -> tuple[dict[str, Any], list[Problem]]:
    """Read fields that no draft class names, an office's own or the technical data of a works type.

    The values are as a record's further fields keep them: text, numbers, days as YYYY-MM-DD; empty ones are left out.
    """
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for field in fields:
        try:
            value = _checked(field, _value(field, raw.get(field.name), vocabularies))
        except ValueFault as fault:
            problems.append(Problem(f"{field.name}.{fault.code}", fault.message, field.name))
            continue
        if value in {"", None} and field.required:
            problems.append(
                Problem(f"{field.name}.missing", msg("%(label)s is missing.", label=field.label), field.name)
            )
        elif value not in {"", None}:
            values[field.name] = _kept(value)
    return values, problems


def _checked(field: FieldDescription, value: Any) -> Any:
    if isinstance(value, str) and field.max_length and len(value) > field.max_length:
        longest = field.max_length
        raise ValueFault(
            "too_long",
            msg("%(label)s is longer than %(longest)d characters.", label=field.label, longest=longest),
        )
    if isinstance(value, int | Decimal) and not -LARGEST <= value <= LARGEST:
        raise ValueFault("too_large", msg("%(label)s must be at most %(most)s.", label=field.label, most=LARGEST))
    return value


def _kept(value: Any) -> Any:
    """As JSON keeps it; whole numbers without a fraction, however they were written."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


_CONVERTERS: dict[str, Callable[[Any], Any]] = {
    "text": as_text,
    "textarea": as_lines,
    "choice": as_text,
    "date": as_date,
    "integer": as_integer,
    "number": as_decimal,
    "checkbox": lambda value: as_text(value).lower() in {"1", "true", "yes", "on", "是", "√"},
}


def _value(field: FieldDescription, raw: object, vocabularies: Vocabularies) -> Any:
    value = _CONVERTERS[field.kind](raw)
    if field.kind != "choice" or not value:
        return value
    vocabulary = vocabularies[field.vocabulary]
    code = vocabulary.code(value)
    if code is None:
        raise ValueFault("unknown", _not_a_choice(field, value, vocabulary))
    return code


def _not_a_choice(field: FieldDescription, value: str, vocabulary: Vocabulary) -> Message:
    offered = "、".join(choice.label for choice in vocabulary.choices[:12])
    return msg(
        "“%(value)s” is not a value of %(label)s; it can be %(choices)s.",
        value=value[:40],
        label=msg(field.label),
        choices=offered,
    )


def _without_faults(draft_class: type[D], values: dict[str, Any], problems: list[Problem]) -> D:
    faulty = {problem.field for problem in problems}
    return draft_class.model_validate({name: value for name, value in values.items() if name not in faulty})


def _missing(draft: Draft, problems: list[Problem]) -> list[Problem]:
    told = {problem.field for problem in problems}
    return [
        Problem(f"{name}.missing", msg("%(label)s is missing.", label=msg(field.label)), name)
        for name, field in describe(type(draft)).items()
        if field.required and name not in told and getattr(draft, name) in {"", None}
    ]


def _constraint_problem(draft_class: type[Draft], fault: Any) -> Problem:
    name = str(fault["loc"][0])
    label = msg(describe(draft_class)[name].label)
    context = fault.get("ctx", {})
    match fault["type"]:
        case "string_too_long":
            longest = context["max_length"]
            sentence = msg("%(label)s is longer than %(longest)d characters.", label=label, longest=longest)
            return Problem(f"{name}.too_long", sentence, name)
        case "greater_than_equal":
            sentence = msg("%(label)s must be at least %(least)s.", label=label, least=context["ge"])
            return Problem(f"{name}.too_small", sentence, name)
        case "less_than_equal":
            sentence = msg("%(label)s must be at most %(most)s.", label=label, most=context["le"])
            return Problem(f"{name}.too_large", sentence, name)
        case _:
            return Problem(f"{name}.unreadable", msg("%(label)s cannot be read.", label=label), name)
