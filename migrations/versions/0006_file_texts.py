"""What can be read in electronic files

Revision: 0006, after 0005
"""

import sqlalchemy as sa
from alembic import op

from archives.core import db

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "file_text",
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("read_at", db.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["electronic_file.id"], name=op.f("fk_file_text_file_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("file_id", name=op.f("pk_file_text")),
    )
