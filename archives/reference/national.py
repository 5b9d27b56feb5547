"""The shipped tables in the shape of the database's: which rows and values `sync` must find there."""

from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any

from archives.reference.models import CalendarDay, ClassNode, DeadlineRule, ScopeNode, Sourced, TechnicalField, Term
from archives.reference.rows import ScopeRow, TermRow
from archives.reference.tables import Tables

Values = dict[str, Any]
TERM_COLUMNS = frozenset(field.name for field in fields(TermRow)) | {"active"}


def national_rows(tables: Tables) -> list[tuple[type[Sourced], list[Values]]]:
    """For each table of the database, the column values of every national row."""
    return [
        (ClassNode, [_parent_code(asdict(row)) for row in tables.classes]),
        (ScopeNode, [_scope(row) for row in tables.scopes]),
        (DeadlineRule, [asdict(row) for row in tables.deadlines]),
        (Term, [_term(kind, row) for kind, rows in vocabularies(tables).items() for row in rows]),
        (TechnicalField, [asdict(row) | {"choices": list(row.choices)} for row in tables.technical_fields]),
        (CalendarDay, [asdict(row) for row in tables.holidays]),
    ]


def vocabularies(tables: Tables) -> dict[str, Sequence[TermRow]]:
    """Each vocabulary by the kind that its terms carry."""
    return {
        "retention": tables.retention,
        "secrecy": tables.secrecy,
        "medium": tables.media,
        "works_type": tables.works_types,
        "permit_kind": tables.permit_kinds,
        "party_role": tables.party_roles,
        "scale": tables.scales,
        "key_level": tables.key_levels,
        "rectification_reason": tables.rectification_reasons,
        "document_form": tables.document_forms,
        "file_format": tables.file_formats,
        "scheme": tables.schemes,
        "scope_template": tables.scope_templates,
        "description_element": tables.description_elements,
        "limit": tables.volume_limits,
    }


def _parent_code(values: Values) -> Values:
    values["parent_code"] = values.pop("parent")
    return values


def _scope(row: ScopeRow) -> Values:
    values = _parent_code(asdict(row))
    keepers: Values = values.pop("keepers")
    return values | keepers


def _term(kind: str, row: TermRow) -> Values:
    """What only this kind of term has goes into `details`."""
    values = asdict(row)
    common = {name: value for name, value in values.items() if name in TERM_COLUMNS}
    details = {name: _listed(value) for name, value in values.items() if name not in TERM_COLUMNS}
    return {**common, "kind": kind, "details": details}


def _listed(value: Any) -> Any:
    """As JSON gives it back, so that an unchanged row compares equal."""
    return list(value) if isinstance(value, tuple) else value
