"""From raw values to entries: the same reading for a form, a JSON record and a row of a list. Pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from archives.core.drafts import FieldDescription, Vocabularies, read, read_fields
from archives.core.language import msg
from archives.core.problems import Place, Problem
from archives.core.sheets.values import as_text
from archives.projects.drafts import (
    NOWHERE,
    PROJECT_FIELDS,
    UNIT_FIELDS,
    ProjectDraft,
    ProjectEntry,
    UnitEntry,
    UnitWorksDraft,
    placed,
)

Raw = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Source:
    """Where raw values come from: their place, the fields that it speaks of, and how it heads them.

    Without `given`, the keys of the raw values are what is given.
    """

    place: Place = NOWHERE
    given: Collection[str] | None = None
    headings: Mapping[str, str] = field(default_factory=dict)


FORM = Source()


@dataclass(frozen=True, slots=True)
class Reader:
    """What reading needs to know: vocabularies, the office's own fields, and the technical data by works type."""

    vocabularies: Vocabularies
    own_fields: Sequence[FieldDescription]
    technical: Mapping[str, Sequence[FieldDescription]]

    def project(self, raw: Raw, source: Source = FORM, units: Sequence[UnitEntry] = ()) -> ProjectEntry:
        """A project as far as it could be read, with every fault."""
        reading = read(ProjectDraft, raw, self.vocabularies)
        extra, faults = read_fields(self.own_fields, raw, self.vocabularies)
        known = PROJECT_FIELDS | {one.name for one in self.own_fields}
        return ProjectEntry(
            reading.draft,
            extra,
            units,
            _faults([*reading.problems, *faults, *_unknown(raw, known)], source),
            _given(raw, source) & known | {"code"},
            source.place,
            source.headings,
        )

    def unit(self, raw: Raw, works_type: str, source: Source = FORM) -> UnitEntry:
        """A unit works as far as it could be read; `works_type` is its project's."""
        reading = read(UnitWorksDraft, raw, self.vocabularies)
        described = self.technical.get(reading.draft.works_type or works_type, ())
        technical, faults = read_fields(described, raw, self.vocabularies)
        known = UNIT_FIELDS | {one.name for one in described}
        return UnitEntry(
            reading.draft,
            technical,
            _faults([*reading.problems, *faults, *_unknown(raw, known)], source),
            _given(raw, source) & known | {"code"},
            source.place,
            source.headings,
        )

    def all_technical(self) -> list[FieldDescription]:
        """The technical data of every works type, those of one name once."""
        return list({one.name: one for fields in self.technical.values() for one in fields}.values())


def flat(raw: Mapping[str, Any]) -> dict[str, object]:
    """A JSON record with its nested `extra` and `technical` fields beside the others."""
    values: dict[str, object] = {name: value for name, value in raw.items() if name not in {"extra", "technical"}}
    for nested in ("extra", "technical"):
        inner = raw.get(nested) or {}
        if isinstance(inner, dict):
            values |= {f"{nested}.{name}": value for name, value in inner.items()}
        else:
            values[nested] = inner
    return values


def _given(raw: Raw, source: Source) -> frozenset[str]:
    return frozenset(raw if source.given is None else source.given)


def _faults(problems: Iterable[Problem], source: Source) -> list[Problem]:
    return [placed(problem, source.place, source.headings) for problem in problems]


def _unknown(raw: Raw, known: Collection[str]) -> Iterator[Problem]:
    for name, value in raw.items():
        if name not in known and as_text(value):
            sentence = msg("There is no field “%(name)s” here; it was not read.", name=str(name)[:60])
            yield Problem("field.unknown", sentence, severity="warning")
