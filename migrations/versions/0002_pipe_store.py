"""The spatial store: points and segments of pipelines, in GeoPackage layout or as PostGIS geometry

Revision: 0002, after 0001
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry

from gis.store.extras import create_extras
from gis.store.tables import Shape

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

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
POINT_TEXTS = (
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
SEGMENT_TEXTS = (
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


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE EXTENSION IF NOT EXISTS postgis")
    _create("pipe_point", "POINTZ", POINT_NUMBERS, POINT_TEXTS, ("point_no",))
    _create("pipe_segment", "LINESTRINGZ", SEGMENT_NUMBERS, SEGMENT_TEXTS, ("start_no", "end_no"))
    op.create_table(
        "pipe_overview",
        *(sa.Column(name, sa.Integer(), autoincrement=False, nullable=False) for name in ("version_id", "z", "x", "y")),
        *(sa.Column(name, _bytes(), nullable=False) for name in ("major", "minor")),
        sa.Column("shape", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("version_id", "z", "x", "y", "major", "minor", name=op.f("pk_pipe_overview")),
    )
    create_extras(op.get_bind())


def _create(name: str, kind: str, numbers: Sequence[str], texts: Sequence[str], indexed: Sequence[str]) -> None:
    server = Geometry(kind, srid=-1, dimension=3, spatial_index=False)
    op.create_table(
        name,
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        _text("major"),
        _text("minor"),
        sa.Column("geom", Shape().with_variant(server, "postgresql")),
        sa.Column("row", sa.Integer()),
        *(sa.Column(number, sa.Double()) for number in numbers),
        *map(_text, texts),
        sa.PrimaryKeyConstraint("fid", name=op.f(f"pk_{name}")),
        sqlite_autoincrement=True,
    )
    for column in ("version_id", *indexed):
        op.create_index(op.f(f"ix_{name}_{column}"), name, [column])


def _text(name: str) -> sa.Column[Any]:
    return sa.Column(name, _bytes(), nullable=False, server_default=sa.text("''"))


def _bytes() -> sa.types.TypeEngine[str]:
    """Text that compares by bytes on both databases."""
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
