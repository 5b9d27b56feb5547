"""The store's tables: points, segments, and the thinned lines that a map shows from afar.

Columns are TEXT, INTEGER and DOUBLE on SQLite, for GDAL silently leaves out every other. Text is never NULL ("" is
nothing), numbers are NULL where nothing is known.
"""

from dataclasses import dataclass
from typing import Any

from geoalchemy2 import Geometry
from sqlalchemy import Column, Double, Index, Integer, LargeBinary, MetaData, Table, Text, text
from sqlalchemy.types import TypeEngine, UserDefinedType

POINT_TEXT = (
    "point_no",
    "map_no",
    "feature",
    "appurtenance",
    "code",
    "well_size",
    "well_material",
    "well_shape",
    "offset_no",
    "road",
    "owner",
    "built_on",
    "ended_on",
    "surveyed_by",
    "surveyed_on",
    "sheet",
    "project_no",
    "surface_bldg",
    "accuracy",
    "note",
    "photo",
    "source",
)
POINT_NUMBERS = (
    "north",
    "east",
    "survey_north",
    "survey_east",
    "ground_z",
    "well_bottom_depth",
    "water_depth",
    "mud_depth",
    "rotation",
)
"""`survey_north` and `survey_east` are what the surveyor wrote: evidence where the store's system is another."""
SEGMENT_TEXT = (
    "seg_no",
    "start_no",
    "end_no",
    "z_ref",
    "material",
    "material_raw",
    "size_raw",
    "shape",
    "burial",
    "burial_raw",
    "casing",
    "pressure",
    "voltage",
    "status",
    "kind_note",
    "road",
    "owner",
    "built_on",
    "ended_on",
    "surveyed_by",
    "surveyed_on",
    "project_no",
    "note",
    "source",
)
SEGMENT_NUMBERS = (
    "start_depth",
    "end_depth",
    "start_z",
    "end_z",
    "width",
    "height",
    "cables",
    "holes",
    "holes_used",
    "flow",
    "length_given",
    "length",
    "length3d",
)
"""`length` is metres in the plane, `length3d` along the slope, NULL where a height is missing; sizes are in mm."""

GEOMETRY = "geom"
BY_BYTES = "C"
"""Text compares by bytes on both databases, so that pages and ranges of dates agree."""


class Shape(UserDefinedType[bytes]):
    """A geometry as the embedded file keeps it: a GeoPackage blob."""

    cache_ok = True

    def get_col_spec(self, **_kw: Any) -> str:
        """The declared type; GDAL learns the kind of geometry from `gpkg_geometry_columns`."""
        return "BLOB"


@dataclass(frozen=True, slots=True)
class StoreTables:
    """The three tables, on one metadata."""

    point: Table
    segment: Table
    overview: Table


def define(metadata: MetaData) -> StoreTables:
    """Declare the tables. What no model can express (R*Tree, gist, gpkg_*) is made by `extras.create_extras`."""
    return StoreTables(_point(metadata), _segment(metadata), _overview(metadata))


def _point(metadata: MetaData) -> Table:
    table = Table(
        "pipe_point", metadata, *_head("POINTZ"), *_named(POINT_TEXT, POINT_NUMBERS), sqlite_autoincrement=True
    )
    Index("ix_pipe_point_point_no", table.c.point_no)
    return table


def _segment(metadata: MetaData) -> Table:
    table = Table(
        "pipe_segment",
        metadata,
        *_head("LINESTRINGZ"),
        *_named(SEGMENT_TEXT, SEGMENT_NUMBERS),
        sqlite_autoincrement=True,
    )
    Index("ix_pipe_segment_start_no", table.c.start_no)
    Index("ix_pipe_segment_end_no", table.c.end_no)
    return table


def _overview(metadata: MetaData) -> Table:
    """One row a tile and kind: `shape` is the geometry of a vector tile's feature, its commands already encoded."""
    return Table(
        "pipe_overview",
        metadata,
        Column("version_id", Integer, primary_key=True, autoincrement=False),
        Column("z", Integer, primary_key=True, autoincrement=False),
        Column("x", Integer, primary_key=True, autoincrement=False),
        Column("y", Integer, primary_key=True, autoincrement=False),
        Column("major", _text(), primary_key=True),
        Column("minor", _text(), primary_key=True),
        Column("shape", LargeBinary, nullable=False),
    )


def _head(geometry: str) -> list[Column[Any]]:
    """What a query reads of every row stands first in the row."""
    server = Geometry(geometry, srid=-1, dimension=3, spatial_index=False)
    return [
        Column("fid", Integer, primary_key=True),
        Column("version_id", Integer, nullable=False, index=True),
        _text_column("major"),
        _text_column("minor"),
        Column(GEOMETRY, Shape().with_variant(server, "postgresql")),
        Column("row", Integer),
    ]


def _named(texts: tuple[str, ...], numbers: tuple[str, ...]) -> list[Column[Any]]:
    return [*(Column(name, Double) for name in numbers), *map(_text_column, texts)]


def _text_column(name: str) -> Column[Any]:
    return Column(name, _text(), nullable=False, server_default=text("''"))


def _text() -> TypeEngine[str]:
    return Text().with_variant(Text(collation=BY_BYTES), "postgresql")
