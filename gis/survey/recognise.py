"""What each table of a hand-over is: points, lines, both in one, or nothing of a survey; and what its columns mean."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

import numpy as np

from gis.codes import Codes, KindCode
from gis.fields import Field, point_fields, segment_fields
from gis.survey.headers import Header, Heading, Matching, Names, find_header, match
from gis.survey.kinds import block_above, kind_in, role_in
from gis.survey.profile import Profile
from gis.survey.raw import Body, ColumnTable, Given, RawTable, body_below, body_of
from gis.survey.shapes import NONE

Role = Literal["point", "line", "one_table", "unknown"]
KindFrom = Literal["name", "title", "caller", ""]

LEAST_COLUMNS = 3
"""With fewer known columns a table's name alone does not make it a survey's."""

LOOKED_ROWS = 50
"""So many rows are looked at for cells below no header."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """A table as it was recognised, for a person to look at before it is read.

    `columns` maps each field to the header it was found under, `header_rows` are numbered as in the source,
    `alternatives` are the meanings that the code in the name is known to have elsewhere.
    """

    name: str
    role: Role
    header_rows: tuple[int, ...]
    columns: dict[str, str]
    unknown: tuple[str, ...]
    spare: tuple[str, ...]
    missing: tuple[str, ...]
    kind: KindCode | None
    kind_from: KindFrom
    alternatives: tuple[KindCode, ...]
    rows: int


@dataclass(frozen=True, slots=True)
class Layout:
    """A table ready to be read: its role, the column of each field, its rows, and what its titles say."""

    name: str
    role: Role
    headings: tuple[Heading, ...]
    matching: Matching
    body: Body
    kind: KindCode | None
    kind_from: KindFrom
    header_rows: tuple[int, ...] = ()
    block: dict[str, str] = field(default_factory=dict)

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields that a table of this role may have."""
        return fields_of(self.role)

    def header(self, name: str) -> str:
        """The header of a field's column."""
        return self.headings[self.matching.columns[name]].joined

    def headerless(self) -> tuple[int, ...]:
        """Columns with cells and without a header, as far as the first rows show."""
        looked = self.body.first_rows(LOOKED_ROWS)
        width = max(map(len, looked), default=0)
        named = {at for at, heading in enumerate(self.headings) if heading.joined}
        unnamed = (at for at in range(width) if at not in named)
        return tuple(at for at in unnamed if any(at < len(cells) and cells[at] not in {None, ""} for cells in looked))

    def missing(self) -> tuple[str, ...]:
        """The required fields without a column."""
        major = self.kind[0] if self.kind else ""
        found = self.matching.columns
        implied = _told_by_shape(self) | ({"end_depth"} if self.role == "one_table" else set())
        return tuple(
            one.name
            for one in self.fields
            if one.required_for(major) and one.name not in found and one.name not in implied
        )


def recognise_tables(
    tables: Sequence[Given], codes: Codes, profile: Profile | None = None, kind: KindCode | None = None
) -> tuple[Recognised, ...]:
    """What was recognised in each table, none of them read yet. `kind` serves where nothing else tells it."""
    return tuple(_shown(layout, codes) for layout in layouts(tables, codes, profile or Profile(), kind))


def layouts(tables: Sequence[Given], codes: Codes, profile: Profile, kind: KindCode | None) -> list[Layout]:
    """Every table's layout, in the order given."""
    return [_layout(table, codes, profile, kind) for table in tables]


@cache
def fields_of(role: Role) -> tuple[Field, ...]:
    """The fields of a role; one table in place of two has both, and one number column for the point."""
    points, segments = point_fields(), segment_fields()
    match role:
        case "point":
            return points
        case "line":
            return segments
        case _:
            own = {one.name for one in points} | {"start_no"}
            return (*points, *(one for one in segments if one.name not in own))


def _layout(table: Given, codes: Codes, profile: Profile, kind: KindCode | None) -> Layout:
    found = _header(table, profile)
    headings = found.headings if found else ()
    role, matching = _role(table, headings, profile)
    block = (
        block_above(cells for _, cells in table.rows[: found.first]) if found and isinstance(table, RawTable) else {}
    )
    told, kind_from = _kind(table.name, block, codes, profile, kind)
    numbers: tuple[int, ...] = ()
    if isinstance(table, RawTable):
        body = body_below(table, found.below if found else 0)
        numbers = tuple(number for number, _ in table.rows[found.first : found.below]) if found else ()
    else:
        body = body_of(table)
    return Layout(table.name, role, headings, matching, body, told, kind_from, numbers, block)


def _header(table: Given, profile: Profile) -> Header | None:
    if isinstance(table, RawTable):
        return find_header(table, _names("unknown", tuple(profile.headers.items())))
    return Header(tuple(Heading(text, text) for text in table.headers), 0, 0)


@cache
def _names(role: Role, overrides: tuple[tuple[str, str], ...]) -> Names:
    """The names of a role's fields; of all fields, to find a header, where the role is not known yet."""
    if role == "unknown":
        return Names((*point_fields(), *segment_fields()), dict(overrides))
    known = {one.name for one in fields_of(role)}
    return Names(fields_of(role), {name: header for name, header in overrides if name in known})


def _role(table: Given, headings: tuple[Heading, ...], profile: Profile) -> tuple[Role, Matching]:
    overrides = tuple(profile.headers.items())
    as_points, as_lines, as_one = (match(headings, _names(role, overrides)) for role in ("point", "line", "one_table"))
    points, lines = as_points.columns, as_lines.columns
    placed = {"point_no", "north", "east"} <= points.keys()
    joined = {"start_no", "end_no"} <= lines.keys()
    told_by_point = "start_no" not in lines or lines["start_no"] in points.values()
    if placed and told_by_point and "end_no" in as_one.columns:
        return "one_table", as_one
    shape = _shape(table)
    if joined or (shape == "line" and not placed):
        return "line", as_lines
    if placed or shape == "point":
        return "point", as_points
    return _role_by_name(table.name, as_points, as_lines)


def _role_by_name(name: str, as_points: Matching, as_lines: Matching) -> tuple[Role, Matching]:
    spoken = role_in(name)
    if spoken == "point" and len(as_points.columns) >= LEAST_COLUMNS:
        return "point", as_points
    if spoken == "line" and len(as_lines.columns) >= LEAST_COLUMNS:
        return "line", as_lines
    return "unknown", Matching({}, (), ())


def _shape(table: Given) -> Literal["point", "line", ""]:
    if isinstance(table, RawTable) or table.shapes is None:
        return ""
    known = table.shapes.dimensions[table.shapes.dimensions != NONE]
    if not len(known):
        return ""
    return "point" if int(np.median(known)) == 0 else "line"


def _told_by_shape(layout: Layout) -> set[str]:
    cells = layout.body.cells
    if not isinstance(cells, ColumnTable) or cells.shapes is None:
        return set()
    flat = {"north", "east", "start_no", "end_no"}
    return flat | {"ground_z", "start_depth", "end_depth"} if cells.shapes.with_heights else flat


def _kind(
    name: str, block: dict[str, str], codes: Codes, profile: Profile, kind: KindCode | None
) -> tuple[KindCode | None, KindFrom]:
    named = kind_in(name, codes, profile.codes)
    if named:
        return named, "name"
    written = block.get("kind", "")
    titled = (codes.by_alias(written, profile.codes) if written else None) or codes.named_within(block.get("title", ""))
    if titled:
        return titled, "title"
    return (kind, "caller") if kind else (None, "")


def _shown(layout: Layout, codes: Codes) -> Recognised:
    headers = [heading.joined for heading in layout.headings]
    matching = layout.matching
    return Recognised(
        name=layout.name,
        role=layout.role,
        header_rows=layout.header_rows,
        columns={name: headers[at] for name, at in sorted(matching.columns.items(), key=lambda one: one[1])},
        unknown=tuple(headers[at] for at in matching.unknown),
        spare=tuple(headers[at] for at in matching.spare),
        missing=layout.missing() if layout.role != "unknown" else (),
        kind=layout.kind,
        kind_from=layout.kind_from,
        alternatives=codes.alternatives(layout.name),
        rows=len(layout.body),
    )
