"""The search index: documents, their lines and words, names to suggest, the feed, and the notes of what changed

Revision: 0004, after 0003
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

from search.extras import create_extras

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

FIELDS = (
    *("code", "title", "number", "client", "address", "former", "responsible", "abstract", "road", "owner"),
    *("material", "parties", "project", "details", "note", "long"),
)
WORDS = (
    *("kind", "secrecy", "class", "works_type", "retention", "medium", "district", "client_name", "standing"),
    *("pipe_major", "pipe_kind"),
)
DAYS = ("formed", "completed", "accessioned")
NUMBERS = ("clearance", "project_id", "organisation_id", "account_id", "segment_id", "longitude", "latitude")


def upgrade() -> None:
    op.create_table(
        "search_document",
        _id(),
        sa.Column("day", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("title_key", sa.BigInteger(), nullable=False),
        *(sa.Column(name, _by_bytes(), nullable=True) for name in WORDS),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in DAYS),
        *(sa.Column(name, sa.Double(), nullable=True) for name in NUMBERS),
        sa.Column("code", _by_bytes(), nullable=False),
        sa.Column("title", _by_bytes(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_document")),
    )
    op.create_index("ix_search_document_code", "search_document", ["code", "id"])
    op.create_index("ix_search_document_day", "search_document", ["day", "id"])
    op.create_index("ix_search_document_title_key", "search_document", ["title_key"])
    op.create_table(
        "search_content",
        _id(),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("words", sa.LargeBinary().with_variant(TSVECTOR(), "postgresql"), nullable=True),
        sa.Column("long_line", sa.Text(), nullable=False),
        sa.Column("written", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["search_document.id"], name=op.f("fk_search_content_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_content")),
    )
    op.create_table(
        "search_name",
        _id(),
        sa.Column("line", _by_bytes(), nullable=False),
        sa.Column("initials", _by_bytes(), nullable=False),
        sa.Column("name", _by_bytes(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["search_document.id"], name=op.f("fk_search_name_id")),
        sa.PrimaryKeyConstraint("id", "line", name=op.f("pk_search_name")),
    )
    op.create_index("ix_search_name_initials", "search_name", ["initials"])
    op.create_index("ix_search_name_line", "search_name", ["line"])
    op.create_table(
        "search_change",
        sa.Column("token", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("ids", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_search_change")),
    )
    op.create_index(op.f("ix_search_change_position"), "search_change", ["position"])
    op.create_table(
        "search_due",
        _id(autoincrement=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("record", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_due")),
    )
    create_extras(op.get_bind(), FIELDS)


def _id(*, autoincrement: bool = False) -> sa.Column[Any]:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column("id", big, autoincrement=autoincrement, nullable=False)


def _by_bytes() -> sa.types.TypeEngine[str]:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
