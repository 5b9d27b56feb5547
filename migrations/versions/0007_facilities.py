"""Competent authorities: areas, their archives institutions, and the yearly returns

Revision: 0007, after 0006
"""

import sqlalchemy as sa
from alembic import op

from archives.core import db

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "facility_area",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", db.Code(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("urban_status", sa.Boolean(), nullable=True),
        sa.Column("parent_code", db.Code(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("population", sa.Integer(), nullable=True),
        sa.Column("population_basis", sa.Text(), nullable=False),
        sa.Column("has", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("rule_before", sa.Boolean(), nullable=True),
        sa.Column("told_for", sa.Integer(), nullable=True),
        sa.Column("created_at", db.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["facility_area.id"], name=op.f("fk_facility_area_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facility_area")),
        sa.UniqueConstraint("code", name=op.f("uq_facility_area_code")),
    )
    op.create_index(op.f("ix_facility_area_parent_id"), "facility_area", ["parent_id"])
    op.create_table(
        "facility_institution",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("two_names", sa.Boolean(), nullable=True),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("national_grade", sa.Text(), nullable=False),
        sa.Column("website", sa.Text(), nullable=False),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["area_id"], ["facility_area.id"], name=op.f("fk_facility_institution_area_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facility_institution")),
        sa.UniqueConstraint("area_id", name=op.f("uq_facility_institution_area_id")),
    )
    op.create_table(
        "facility_return",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("population", sa.Integer(), nullable=True),
        sa.Column("population_basis", sa.Text(), nullable=False),
        sa.Column("has", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("two_names", sa.Boolean(), nullable=True),
        sa.Column("establishment", sa.Integer(), nullable=True),
        sa.Column("staff", sa.Integer(), nullable=True),
        sa.Column("technical_staff", sa.Integer(), nullable=True),
        sa.Column("senior_titles", sa.Integer(), nullable=True),
        sa.Column("middle_titles", sa.Integer(), nullable=True),
        sa.Column("engineers", sa.Integer(), nullable=True),
        sa.Column("high_school_staff", sa.Integer(), nullable=True),
        sa.Column("college_staff", sa.Integer(), nullable=True),
        sa.Column("bachelor_staff", sa.Integer(), nullable=True),
        sa.Column("women", sa.Integer(), nullable=True),
        sa.Column("under_35", sa.Integer(), nullable=True),
        sa.Column("aged_35_to_50", sa.Integer(), nullable=True),
        sa.Column("over_50", sa.Integer(), nullable=True),
        sa.Column("trained_staff", sa.Integer(), nullable=True),
        sa.Column("training_hours", sa.Double(), nullable=True),
        sa.Column("funds_wan", sa.Double(), nullable=True),
        sa.Column("floor_area_m2", sa.Double(), nullable=True),
        sa.Column("store_area_m2", sa.Double(), nullable=True),
        sa.Column("reading_area_m2", sa.Double(), nullable=True),
        sa.Column("accidents", sa.Integer(), nullable=True),
        sa.Column("lan", sa.Boolean(), nullable=True),
        sa.Column("computerised", sa.Boolean(), nullable=True),
        sa.Column("catalogue_rate", sa.Double(), nullable=True),
        sa.Column("holdings_volumes", sa.Integer(), nullable=True),
        sa.Column("digitised_volumes", sa.Integer(), nullable=True),
        sa.Column("projects_due", sa.Integer(), nullable=True),
        sa.Column("projects_received", sa.Integer(), nullable=True),
        sa.Column("key_projects_due", sa.Integer(), nullable=True),
        sa.Column("key_projects_received", sa.Integer(), nullable=True),
        sa.Column("business_records_received", sa.Integer(), nullable=True),
        sa.Column("pipeline_projects_due", sa.Integer(), nullable=True),
        sa.Column("pipeline_projects_received", sa.Integer(), nullable=True),
        sa.Column("visits", sa.Integer(), nullable=True),
        sa.Column("volumes_used", sa.Integer(), nullable=True),
        sa.Column("benefit_wan", sa.Double(), nullable=True),
        sa.Column("equipment", db.Fields, nullable=False),
        sa.Column("databases", db.Fields, nullable=False),
        sa.Column("regulations", db.Fields, nullable=False),
        sa.Column("holdings", db.Fields, nullable=False),
        sa.Column("filled_by", sa.Text(), nullable=False),
        sa.Column("checked_by", sa.Text(), nullable=False),
        sa.Column("signed_by", sa.Text(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=True),
        sa.Column("created_at", db.Moment(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["area_id"], ["facility_area.id"], name=op.f("fk_facility_return_area_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facility_return")),
        sa.UniqueConstraint("area_id", "year", name=op.f("uq_facility_return_area_id_year")),
    )
    op.create_index(op.f("ix_facility_return_year"), "facility_return", ["year", "state"])
