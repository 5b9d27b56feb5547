"""Saved searches, what each reader has seen of them, and what each person asked lately

Revision: 0005, after 0004
"""

import sqlalchemy as sa
from alembic import op

from archives.core import db

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_search",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("asked", db.Fields, nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", db.Moment(), nullable=False),
        _account("owner_id", "saved_search"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_search")),
    )
    op.create_index(op.f("ix_saved_search_owner_id"), "saved_search", ["owner_id"])
    op.create_table(
        "saved_search_seen",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("search_id", sa.Integer(), nullable=False),
        sa.Column("marks", db.Fields, nullable=False),
        sa.Column("at", db.Moment(), nullable=False),
        _account("account_id", "saved_search_seen"),
        sa.ForeignKeyConstraint(
            ["search_id"], ["saved_search.id"], name=op.f("fk_saved_search_seen_search_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "search_id", name=op.f("pk_saved_search_seen")),
    )
    op.create_index(op.f("ix_saved_search_seen_search_id"), "saved_search_seen", ["search_id"])
    op.create_table(
        "search_history",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("asked", db.Fields, nullable=False),
        sa.Column("hits", sa.Integer(), nullable=False),
        sa.Column("capped", sa.Boolean(), nullable=False),
        sa.Column("at", db.Moment(), nullable=False),
        _account("account_id", "search_history"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_history")),
        sa.UniqueConstraint("account_id", "digest", name=op.f("uq_search_history_account_id_digest")),
    )


def _account(column: str, table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["account.id"], name=op.f(f"fk_{table}_{column}"), ondelete="CASCADE")
