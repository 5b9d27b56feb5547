"""The tables that come with the program, read from `data/` and checked. Pure: no database.

A table that breaks a rule stops the program with its file and line, for a wrong deadline is worse than none.
"""

import csv
import tomllib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import Path
from typing import NoReturn, TypeVar

from pydantic import TypeAdapter, ValidationError

from archives.core.errors import ConfigurationError
from archives.core.language import Message, msg
from archives.reference.rows import (
    ClassRow,
    DeadlineRow,
    DescriptionElementRow,
    DocumentFormRow,
    FileFormatRow,
    HolidayRow,
    LimitRow,
    RetentionRow,
    Row,
    SchemeRow,
    ScopeRow,
    SecrecyRow,
    Source,
    TechnicalFieldRow,
    TermRow,
    WorksTypeRow,
)

DATA = Path(__file__).parent / "data"
SOURCES = "SOURCES.toml"
SHARED = "all"
"""In `scopes.csv`, the template of the parts that every template has."""

R = TypeVar("R", bound=Row)


@dataclass(frozen=True, slots=True)
class Tables:
    """Every national table, checked; the shared parts of the filing scopes already stand in each template."""

    sources: dict[str, Source]
    classes: tuple[ClassRow, ...]
    scope_templates: tuple[TermRow, ...]
    scopes: tuple[ScopeRow, ...]
    retention: tuple[RetentionRow, ...]
    secrecy: tuple[SecrecyRow, ...]
    media: tuple[TermRow, ...]
    works_types: tuple[WorksTypeRow, ...]
    permit_kinds: tuple[TermRow, ...]
    party_roles: tuple[TermRow, ...]
    scales: tuple[TermRow, ...]
    key_levels: tuple[TermRow, ...]
    rectification_reasons: tuple[TermRow, ...]
    document_forms: tuple[DocumentFormRow, ...]
    file_formats: tuple[FileFormatRow, ...]
    schemes: tuple[SchemeRow, ...]
    technical_fields: tuple[TechnicalFieldRow, ...]
    description_elements: tuple[DescriptionElementRow, ...]
    deadlines: tuple[DeadlineRow, ...]
    volume_limits: tuple[LimitRow, ...]
    holidays: tuple[HolidayRow, ...]


@cache
def load_tables() -> Tables:
    """The tables as shipped, read once. Raises ConfigurationError naming file and line."""
    return read_tables(DATA)


def read_tables(folder: Path) -> Tables:
    """The tables of one folder."""
    sources = read_sources(folder / SOURCES)
    reader = TableReader(folder, sources)
    templates = reader.rows("scope_templates.csv", TermRow)
    tables = Tables(
        sources=sources,
        classes=reader.rows("classes.csv", ClassRow),
        scope_templates=templates,
        scopes=reader.rows("scopes.csv", ScopeRow),
        retention=reader.rows("retention.csv", RetentionRow),
        secrecy=reader.rows("secrecy.csv", SecrecyRow),
        media=reader.rows("media.csv", TermRow),
        works_types=reader.rows("works_types.csv", WorksTypeRow),
        permit_kinds=reader.rows("permit_kinds.csv", TermRow),
        party_roles=reader.rows("party_roles.csv", TermRow),
        scales=reader.rows("scales.csv", TermRow),
        key_levels=reader.rows("key_levels.csv", TermRow),
        rectification_reasons=reader.rows("rectification_reasons.csv", TermRow),
        document_forms=reader.rows("document_forms.csv", DocumentFormRow),
        file_formats=reader.rows("file_formats.csv", FileFormatRow),
        schemes=reader.rows("schemes.csv", SchemeRow),
        technical_fields=reader.rows("technical_fields.csv", TechnicalFieldRow),
        description_elements=reader.rows("description_elements.csv", DescriptionElementRow),
        deadlines=reader.rows("deadlines.csv", DeadlineRow),
        volume_limits=reader.rows("volume_limits.csv", LimitRow),
        holidays=reader.rows("holidays.csv", HolidayRow),
    )
    _check(tables)
    return replace(tables, scopes=_in_every_template(tables.scopes, [template.code for template in templates]))


@dataclass(frozen=True, slots=True)
class TableReader:
    """Reads the files of one folder, each line into its row type."""

    folder: Path
    sources: dict[str, Source]

    def rows(self, file: str, kind: type[R]) -> tuple[R, ...]:
        """The rows of one file; empty cells leave the field's default."""
        columns, lines = _read_lines(self.folder / file, {field.name for field in fields(kind)})
        adapter = TypeAdapter(kind)
        rows = tuple(_row(adapter, file, index, columns, cells) for index, cells in enumerate(lines))
        self._check_provenance(file, rows)
        _check_unique(file, rows)
        return rows

    def _check_provenance(self, file: str, rows: Sequence[Row]) -> None:
        for index, row in enumerate(rows):
            source = self.sources.get(row.source)
            if source is None:
                _refuse(file, index, msg("there is no source %(source)s", source=row.source))
            if row.verified and source.kind != "seen":
                _refuse(file, index, msg("verified, but %(source)s was not seen", source=row.source))


def read_sources(file: Path) -> dict[str, Source]:
    """The sources that the tables of a folder name. Raises ConfigurationError."""
    adapter = TypeAdapter(Source)
    try:
        entries = tomllib.loads(file.read_text("utf-8"))
        return {key: adapter.validate_python({"key": key, **entry}) for key, entry in entries.items()}
    except (OSError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise ConfigurationError(msg("%(file)s cannot be read: %(reason)s", file=file.name, reason=error)) from error


def _read_lines(file: Path, known: Collection[str]) -> tuple[list[str], list[list[str]]]:
    try:
        columns, *lines = csv.reader(file.read_text("utf-8").splitlines(), strict=True)
    except (OSError, ValueError, csv.Error) as error:
        raise ConfigurationError(msg("%(file)s cannot be read: %(reason)s", file=file.name, reason=error)) from error
    strange = [column for column in columns if column not in known]
    if strange:
        _refuse(file.name, -1, msg("there is no column %(column)s", column=", ".join(strange)))
    return columns, lines


def _row(adapter: TypeAdapter[R], file: str, index: int, columns: list[str], cells: list[str]) -> R:
    if len(cells) != len(columns):
        _refuse(file, index, msg("%(found)s cells instead of %(wanted)s", found=len(cells), wanted=len(columns)))
    try:
        return adapter.validate_python({column: cell for column, cell in zip(columns, cells, strict=True) if cell})
    except ValidationError as error:
        fault = error.errors()[0]
        column = ".".join(map(str, fault["loc"]))
        _refuse(file, index, msg("%(column)s: %(reason)s", column=column, reason=fault["msg"]))


def _refuse(file: str, index: int, reason: Message) -> NoReturn:
    """Stop at the row of that index; the heading is line 1."""
    raise ConfigurationError(msg("%(file)s, line %(line)s: %(reason)s", file=file, line=index + 2, reason=reason))


def _in_every_template(rows: Sequence[ScopeRow], templates: Sequence[str]) -> tuple[ScopeRow, ...]:
    return tuple(
        replace(row, template=template) for template in templates for row in rows if row.template in (SHARED, template)
    )


def _check(tables: Tables) -> None:
    _check_classes(tables.classes)
    _check_scopes(tables.scopes)
    templates = [template.code for template in tables.scope_templates]
    _check_known("scopes.csv", [row.template for row in tables.scopes], [SHARED, *templates])
    _check_known("works_types.csv", [row.scope_template for row in tables.works_types], templates)
    schemes = [scheme.code for scheme in tables.schemes]
    _check_known("technical_fields.csv", [row.scheme for row in tables.technical_fields], schemes)
    _check_choices(tables.technical_fields)
    _check_deadlines(tables.deadlines)


def _check_unique(file: str, rows: Sequence[Row]) -> None:
    seen = set()
    for index, row in enumerate(rows):
        if row.identity in seen:
            _refuse(file, index, msg("%(code)s stands twice", code=" ".join(row.identity)))
        seen.add(row.identity)


def _check_known(file: str, named: Sequence[str], known: Collection[str]) -> None:
    for index, code in enumerate(named):
        if code not in known:
            _refuse(file, index, msg("there is no %(code)s", code=code))


def _check_classes(rows: Sequence[ClassRow]) -> None:
    levels = {"": 0} | {row.code: row.level for row in rows}
    _check_known("classes.csv", [row.parent for row in rows], levels)
    for index, row in enumerate(rows):
        if row.level != levels[row.parent] + 1:
            _refuse("classes.csv", index, msg("%(code)s does not stand one level below its parent", code=row.code))


def _check_scopes(rows: Sequence[ScopeRow]) -> None:
    known = {row.identity for row in rows}
    for index, row in enumerate(rows):
        shared = (SHARED, row.code) in known
        if shared and row.template != SHARED:
            _refuse("scopes.csv", index, msg("%(code)s stands twice", code=row.code))
        if row.parent and not known & {(row.template, row.parent), (SHARED, row.parent)}:
            _refuse("scopes.csv", index, msg("there is no %(code)s", code=row.parent))


def _check_choices(rows: Sequence[TechnicalFieldRow]) -> None:
    for index, row in enumerate(rows):
        if bool(row.choices) != (row.kind == "choice"):
            _refuse("technical_fields.csv", index, msg("choices belong to fields of the kind choice, and only there"))


def _check_deadlines(rows: Sequence[DeadlineRow]) -> None:
    active = set()
    for index, row in enumerate(rows):
        if row.active and row.rule in active:
            _refuse("deadlines.csv", index, msg("%(code)s has two active rows", code=row.rule))
        if row.active:
            active.add(row.rule)
        if row.number < 0 or (row.fine_min or 0) > (row.fine_max or row.fine_min or 0):
            _refuse("deadlines.csv", index, msg("the numbers of %(code)s cannot be", code=row.code))
