"""Grading: schemes, assessments, assessors

Revision: 0010, after 0009
"""

import sqlalchemy as sa
from alembic import op

from archives.core import db

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "grade_scheme",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", db.Code(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("is_partial", sa.Boolean(), nullable=False),
        sa.Column("total", sa.Double(), nullable=False),
        sa.Column("assessors_least", sa.Integer(), nullable=True),
        sa.Column("assessors_most", sa.Integer(), nullable=True),
        sa.Column("copied_from", sa.Text(), nullable=False),
        sa.Column("content", db.Fields, nullable=False),
        sa.Column("created_at", db.Moment(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_at", db.Moment(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grade_scheme")),
        sa.UniqueConstraint("code", name=op.f("uq_grade_scheme_code")),
    )
    op.create_table(
        "grade_assessment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("scheme_id", sa.Integer(), nullable=False),
        sa.Column("institution", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("claims", db.Fields, nullable=False),
        sa.Column("proposals", db.Fields, nullable=False),
        sa.Column("entered_by", db.Fields, nullable=False),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("total", sa.Double(), nullable=True),
        sa.Column("grade", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=False),
        sa.Column("approved_at", db.Moment(), nullable=True),
        sa.Column("created_at", db.Moment(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["area_id"], ["facility_area.id"], name=op.f("fk_grade_assessment_area_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["scheme_id"], ["grade_scheme.id"], name=op.f("fk_grade_assessment_scheme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grade_assessment")),
        sa.UniqueConstraint("area_id", "year", "scheme_id", name=op.f("uq_grade_assessment_area_id_year_scheme_id")),
    )
    op.create_index(op.f("ix_grade_assessment_scheme_id"), "grade_assessment", ["scheme_id"])
    op.create_index(op.f("ix_grade_assessment_year"), "grade_assessment", ["year"])
    op.create_table(
        "grade_assessor",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("workplace", sa.Text(), nullable=False),
        sa.Column("scores", db.Fields, nullable=False),
        sa.Column("is_done", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_grade_assessor_account_id")),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["grade_assessment.id"], name=op.f("fk_grade_assessor_assessment_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grade_assessor")),
    )
    op.create_index(op.f("ix_grade_assessor_account_id"), "grade_assessor", ["account_id"])
    op.create_index(op.f("ix_grade_assessor_assessment_id"), "grade_assessor", ["assessment_id"])
