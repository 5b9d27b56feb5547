"""Fields beside the drafts: those that an office adds to volumes and items, and the schemes of business records."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

from sqlalchemy.orm import Session

from archives.core.drafts import FieldDescription, FieldKind, read_fields
from archives.core.problems import Problem
from archives.projects.queries import field_vocabularies
from archives.reference.models import TechnicalField
from archives.reference.queries import technical_fields

EXTRA = "extra."
"""Before the key of such a field wherever it stands beside a draft's own: in a form, in a history."""
BUSINESS = {"B": "survey_map", "C": "plot_planning", "D1": "land_permit", "D2": "planning_permit", "R": "audiovisual"}
"""Classes of business records, by the beginning of their codes, and the scheme of each."""


def schemes_of(kind: str, class_code: str) -> list[str]:
    """The schemes that describe a record: its level's, and its class's if that holds business records."""
    business = [scheme for beginning, scheme in BUSINESS.items() if class_code.startswith(beginning)]
    return [kind, *business]


def further_fields(session: Session, kind: str, class_code: str) -> list[FieldDescription]:
    """The further fields of a volume or an item of a class, in order."""
    return [_described(row) for scheme in schemes_of(kind, class_code) for row in technical_fields(session, scheme)]


def read_further(
    session: Session, kind: str, class_code: str, raw: Mapping[str, object], kept: Mapping[str, Any]
) -> tuple[dict[str, Any], list[Problem]]:
    """What a record's further fields become: those that `raw` has are read, the others stay as they were `kept`."""
    fields = [field for field in further_fields(session, kind, class_code) if field.name in raw]
    vocabularies = field_vocabularies(session, schemes_of(kind, class_code))
    values, problems = read_fields(fields, raw, vocabularies)
    read = {field.name.removeprefix(EXTRA) for field in fields}
    others = {key: value for key, value in kept.items() if key not in read}
    return others | {name.removeprefix(EXTRA): value for name, value in values.items()}, problems


def flattened(changes: Mapping[str, tuple[Any, Any]]) -> dict[str, tuple[Any, Any]]:
    """Changes with the further fields one by one, so that each has its own history."""
    flat = {name: pair for name, pair in changes.items() if name != "extra"}
    old, new = changes.get("extra", ({}, {}))
    return flat | {EXTRA + key: (old.get(key), new.get(key)) for key in _differing(old, new)}


def _differing(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterable[str]:
    return sorted(key for key in old.keys() | new.keys() if old.get(key) != new.get(key))


def _described(row: TechnicalField) -> FieldDescription:
    return FieldDescription(
        name=EXTRA + row.key,
        label=row.name,
        kind=cast(FieldKind, row.kind),
        required=False,
        unit=row.unit,
        help="",
        vocabulary=f"{row.scheme}.{row.key}",
        max_length=500,
    )
