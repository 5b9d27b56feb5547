"""Fields that an office defines itself, in each of the schemes: project, technical data, permits, volume, item."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from archives.catalogue.drafts import OwnFieldDraft
from archives.core.actors import Actor
from archives.core.drafts import Choice, Vocabulary, read
from archives.core.errors import NotFoundError, RefusedError
from archives.core.language import Message, msg
from archives.core.permissions import require
from archives.core.problems import Problem
from archives.reference import queries
from archives.reference.models import OFFICE, TechnicalField, Term
from archives.reference.service import DEFINE_FIELDS, keep_own

KINDS: Mapping[str, Message] = {
    "text": msg("Text"),
    "number": msg("Decimal number"),
    "integer": msg("Whole number"),
    "date": msg("Date"),
    "choice": msg("Choice"),
}
OPEN_USAGES = frozenset({"open", "works", "business"})
"""Schemes whose fields stand once in a record; repeated ones have tables of their own."""
AFTER_NATIONAL = 100
"""The office's fields stand behind the national ones unless a position says otherwise."""


def vocabulary() -> dict[str, Vocabulary]:
    """The kinds of value that a field may have."""
    return {"field_kind": Vocabulary([Choice(kind, str(label)) for kind, label in KINDS.items()])}


def schemes(session: Session) -> list[Term]:
    """The schemes that take own fields, in order."""
    return [term for term in queries.terms(session, "scheme") if term.details.get("usage") in OPEN_USAGES]


def scheme_by_code(session: Session, code: str) -> Term:
    """One of them. Raises NotFoundError."""
    found = next((term for term in schemes(session) if term.code == code), None)
    if found is None:
        raise NotFoundError
    return found


def fields_in(session: Session, scheme: str) -> list[TechnicalField]:
    """All fields in use of a scheme; the office's own have the origin `office`."""
    return queries.technical_fields(session, scheme)


def add_field(session: Session, actor: Actor, scheme: str, raw: Mapping[str, object]) -> TechnicalField:
    """Define a field. Raises RefusedError with every fault. Audited."""
    require(actor, DEFINE_FIELDS)
    scheme_by_code(session, scheme)
    reading = read(OwnFieldDraft, raw, vocabulary())
    draft = reading.draft
    choices = list(dict.fromkeys(line.strip() for line in draft.choices.splitlines() if line.strip()))
    problems = [*reading.problems, *_check(session, scheme, draft, choices)]
    if problems:
        raise RefusedError(problems)
    values = {
        "name_zh": draft.name_zh,
        "name_en": draft.name_en,
        "kind": draft.kind,
        "unit": draft.unit,
        "choices": choices,
        "position": draft.position if draft.position is not None else AFTER_NATIONAL,
        "active": True,
    }
    made = keep_own(session, actor, TechnicalField, (scheme, _next_key(session, scheme)), values)
    assert isinstance(made, TechnicalField)  # the model that was asked for
    return made


def remove_field(session: Session, actor: Actor, scheme: str, key: str) -> None:
    """Put a field of the office's own out of use; values that records have in it stay kept and are no longer shown."""
    known = queries.effective(session, TechnicalField).get((scheme, key))
    if known is None or not is_own(known):
        raise NotFoundError
    keep_own(session, actor, TechnicalField, (scheme, key), {"active": False})


def is_own(field: TechnicalField) -> bool:
    """Whether the office defined the field, rather than changed a national one."""
    return field.origin == OFFICE and field.key.startswith(OFFICE)


def _check(session: Session, scheme: str, draft: OwnFieldDraft, choices: list[str]) -> list[Problem]:
    found = []
    if draft.kind == "choice" and not choices:
        found.append(Problem("field.no_choices", msg("Name the values to choose from."), "choices"))
    if draft.kind != "choice" and choices:
        found.append(Problem("field.choices", msg("Only a choice has values to choose from."), "choices"))
    if draft.name_zh in {field.name_zh for field in fields_in(session, scheme)}:
        found.append(Problem("field.twice", msg("The scheme has a field of this name already."), "name_zh"))
    return found


def _next_key(session: Session, scheme: str) -> str:
    """The next key of the scheme; keys of removed fields are not used again while records may hold their values."""
    used = [
        int(row.key.removeprefix(OFFICE))
        for row in queries.effective(session, TechnicalField).values()
        if row.scheme == scheme and row.key.removeprefix(OFFICE).isdecimal()
    ]
    return f"{OFFICE}{max(used, default=0) + 1}"
