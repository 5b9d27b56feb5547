"""Editions of the targets that an authority makes

Revision: 0008, after 0007
"""

import sqlalchemy as sa
from alembic import op

from archives.core import db

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "facility_edition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", db.Code(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("base", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("numbers", db.Fields, nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_at", db.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facility_edition")),
        sa.UniqueConstraint("code", name=op.f("uq_facility_edition_code")),
    )
