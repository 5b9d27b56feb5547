"""Own entries of a return's lists, input not saved yet, reminders, where a figure came from, volumes by class

Revision: 0009, after 0008
"""

import sqlalchemy as sa
from alembic import op

from archives.core import db

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table, column in (
        ("facility_edition", "required"),
        ("facility_return", "from_system"),
        ("facility_return", "class_volumes"),
    ):
        op.add_column(table, sa.Column(column, db.Fields, nullable=False, server_default=sa.text("'{}'")))
    op.create_table(
        "facility_listed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("list_name", sa.Text(), nullable=False),
        sa.Column("code", db.Code(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_at", db.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facility_listed")),
        sa.UniqueConstraint("list_name", "code", name=op.f("uq_facility_listed_list_name_code")),
    )
    op.create_table(
        "facility_typed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", db.Code(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("values", db.Fields, nullable=False),
        sa.Column("typed_at", db.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_facility_typed_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facility_typed")),
        sa.UniqueConstraint("code", "year", "account_id", name=op.f("uq_facility_typed_code_year_account_id")),
    )
    op.create_index(op.f("ix_facility_typed_account_id"), "facility_typed", ["account_id"])
    op.create_table(
        "facility_reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("reminded_by", sa.Text(), nullable=False),
        sa.Column("reminded_at", db.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["area_id"], ["facility_area.id"], name=op.f("fk_facility_reminder_area_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facility_reminder")),
    )
    op.create_index(op.f("ix_facility_reminder_area_id"), "facility_reminder", ["area_id"])
