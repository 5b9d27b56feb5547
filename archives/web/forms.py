"""Forms drawn from a draft's own description: the page shows the fields that the importer reads."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import request

from archives.core.drafts import Draft, FieldDescription, Vocabularies, describe
from archives.core.language import gettext
from archives.core.problems import Problem

_HTML_KINDS = {"choice": "select"}


@dataclass(slots=True)
class FormField:
    """One field as the form macros draw it."""

    name: str
    label: str
    kind: str
    value: Any = ""
    required: bool = False
    help: str = ""
    unit: str = ""
    choices: list[tuple[str, str]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    max_length: int | None = None
    readonly: bool = False
    placeholder: str = ""
    autocomplete: str = ""


def form_values() -> dict[str, str]:
    """What the form sent, as text."""
    return {name: request.form[name] for name in request.form if name != "csrf_token"}


def fields_of(
    draft_class: type[Draft],
    values: Mapping[str, Any],
    problems: Sequence[Problem] = (),
    vocabularies: Vocabularies | None = None,
) -> dict[str, FormField]:
    """A draft's fields by name, filled with `values` and marked with their problems."""
    return form_fields(describe(draft_class).values(), values, problems, vocabularies)


def form_fields(
    descriptions: Iterable[FieldDescription],
    values: Mapping[str, Any],
    problems: Sequence[Problem] = (),
    vocabularies: Vocabularies | None = None,
) -> dict[str, FormField]:
    """Described fields by name, filled and marked; for fields that an office defined itself too."""
    return {
        description.name: _form_field(description, values.get(description.name), problems, vocabularies or {})
        for description in descriptions
    }


def _form_field(
    described: FieldDescription, value: Any, problems: Sequence[Problem], vocabularies: Vocabularies
) -> FormField:
    return FormField(
        name=described.name,
        label=gettext(described.label),
        kind=_HTML_KINDS.get(described.kind, described.kind),
        value=shown(value),
        required=described.required,
        help=gettext(described.help),
        unit=described.unit,
        choices=_choices(described, vocabularies),
        problems=[problem for problem in problems if problem.field == described.name],
        max_length=described.max_length,
    )


def _choices(described: FieldDescription, vocabularies: Vocabularies) -> list[tuple[str, str]]:
    if described.kind != "choice":
        return []
    empty = [] if described.required else [("", "—")]
    return empty + [(choice.code, choice.label) for choice in vocabularies[described.vocabulary].choices]


def shown(value: Any) -> Any:
    """A stored value as a form shows it."""
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return f"{value:.15g}" if abs(value) < 1e15 else str(value)
    return value
