"""Boundaries of administrative areas that an office brings

Revision: 0011, after 0010
"""

import sqlalchemy as sa
from alembic import op

from archives.core import db

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "facility_boundary_layer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("review_number", sa.Text(), nullable=False),
        sa.Column("no_review_reason", sa.Text(), nullable=False),
        sa.Column("crs", sa.Text(), nullable=False),
        sa.Column("loaded_by", sa.Text(), nullable=False),
        sa.Column("loaded_at", db.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facility_boundary_layer")),
    )
    op.create_table(
        "facility_boundary",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("layer_id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("shape", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["layer_id"],
            ["facility_boundary_layer.id"],
            name=op.f("fk_facility_boundary_layer_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["area_id"], ["facility_area.id"], name=op.f("fk_facility_boundary_area_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facility_boundary")),
        sa.UniqueConstraint("area_id", name=op.f("uq_facility_boundary_area_id")),
    )
    op.create_index(op.f("ix_facility_boundary_layer_id"), "facility_boundary", ["layer_id"])
