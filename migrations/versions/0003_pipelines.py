"""Pipelines: hand-overs with versions and findings, areas, sheets, what is given out

Revision: 0003, after 0002
"""

import sqlalchemy as sa
from alembic import op

from archives.core import db

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pipeline_base_layer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("theme", sa.Text(), nullable=False),
        sa.Column("features", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("files", db.Fields, nullable=False),
        sa.Column("options", db.Fields, nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("loaded_by", sa.Text(), nullable=False),
        sa.Column("loaded_at", db.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pipeline_base_layer")),
    )
    op.create_table(
        "pipeline_check_setting",
        sa.Column("rule", db.Code(), nullable=False),
        sa.Column("content", db.Fields, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_at", db.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("rule", name=op.f("pk_pipeline_check_setting")),
    )
    op.create_table(
        "pipeline_import_profile",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content", db.Fields, nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", db.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pipeline_import_profile")),
        sa.UniqueConstraint("name", name=op.f("uq_pipeline_import_profile_name")),
    )
    op.create_table(
        "pipeline_kind_secrecy",
        sa.Column("major", db.Code(), nullable=False),
        sa.Column("minor", db.Code(), nullable=False),
        sa.Column("secrecy", sa.Integer(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_at", db.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("major", "minor", name=op.f("pk_pipeline_kind_secrecy")),
    )
    op.create_table(
        "pipeline_plane_system",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content", db.Fields, nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", db.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pipeline_plane_system")),
        sa.UniqueConstraint("name", name=op.f("uq_pipeline_plane_system_name")),
    )
    op.create_table(
        "pipeline_store_system",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("epsg", sa.Integer(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_at", db.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pipeline_store_system")),
    )
    op.create_table(
        "pipeline_base_feature",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("layer_id", sa.Integer(), nullable=False),
        sa.Column("name", db.Code(), nullable=False),
        sa.Column("shape", sa.LargeBinary(), nullable=False),
        sa.Column("west", sa.Double(), nullable=False),
        sa.Column("south", sa.Double(), nullable=False),
        sa.Column("east", sa.Double(), nullable=False),
        sa.Column("north", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["layer_id"], ["pipeline_base_layer.id"], name=op.f("fk_pipeline_base_feature_layer_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pipeline_base_feature")),
    )
    op.create_index("ix_pipeline_base_feature_box", "pipeline_base_feature", ["west", "south"], unique=False)
    op.create_index(op.f("ix_pipeline_base_feature_layer_id"), "pipeline_base_feature", ["layer_id"], unique=False)
    op.create_index("ix_pipeline_base_feature_name", "pipeline_base_feature", ["name"], unique=False)
    op.create_table(
        "api_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("scopes", db.Fields, nullable=False),
        sa.Column("made_at", db.Moment(), nullable=False),
        sa.Column("expires_at", db.Moment(), nullable=False),
        sa.Column("used_at", db.Moment(), nullable=True),
        sa.Column("revoked_at", db.Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_api_token_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_token_token_hash")),
    )
    op.create_index(op.f("ix_api_token_account_id"), "api_token", ["account_id"], unique=False)
    op.create_table(
        "pipeline_area",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("shape", sa.Text(), nullable=False),
        sa.Column("square_metres", sa.Double(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", db.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["account.id"], name=op.f("fk_pipeline_area_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pipeline_area")),
    )
    op.create_index(op.f("ix_pipeline_area_owner_id"), "pipeline_area", ["owner_id"], unique=False)
    op.create_table(
        "pipeline_dataset",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", db.Code(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("secrecy", sa.Integer(), nullable=False),
        sa.Column("created_at", db.Moment(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_pipeline_dataset_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pipeline_dataset")),
        sa.UniqueConstraint("number", name=op.f("uq_pipeline_dataset_number")),
    )
    op.create_index(op.f("ix_pipeline_dataset_project_id"), "pipeline_dataset", ["project_id"], unique=False)
    op.create_table(
        "pipeline_false_alarm",
        sa.Column("dataset_id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("marked_by", sa.Text(), nullable=False),
        sa.Column("marked_at", db.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dataset_id"], ["pipeline_dataset.id"], name=op.f("fk_pipeline_false_alarm_dataset_id")
        ),
        sa.PrimaryKeyConstraint("dataset_id", "fingerprint", name=op.f("pk_pipeline_false_alarm")),
    )
    op.create_table(
        "pipeline_given_out",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", db.Code(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.Column("square_metres", sa.Double(), nullable=False),
        sa.Column("segments", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("at", db.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_pipeline_given_out_account_id")),
        sa.ForeignKeyConstraint(["area_id"], ["pipeline_area.id"], name=op.f("fk_pipeline_given_out_area_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pipeline_given_out")),
        sa.UniqueConstraint("number", name=op.f("uq_pipeline_given_out_number")),
    )
    op.create_index(op.f("ix_pipeline_given_out_account_id"), "pipeline_given_out", ["account_id"], unique=False)
    op.create_table(
        "pipeline_sheet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", db.Code(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("project_name", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.Column("kinds", db.Fields, nullable=False),
        sa.Column("with_coordinates", sa.Boolean(), nullable=False),
        sa.Column("secrecy", sa.Integer(), nullable=False),
        sa.Column("clearance", sa.Integer(), nullable=False),
        sa.Column("verification", sa.Text(), nullable=True),
        sa.Column("segments", sa.Integer(), nullable=False),
        sa.Column("length", sa.Double(), nullable=False),
        sa.Column("content_sha256", sa.Text(), nullable=False),
        sa.Column("prints", db.Fields, nullable=False),
        sa.Column("refusal", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", db.Moment(), nullable=False),
        sa.Column("handled_by", sa.Text(), nullable=False),
        sa.Column("handled_by_id", sa.Integer(), nullable=True),
        sa.Column("handled_at", db.Moment(), nullable=True),
        sa.Column("checked_by", sa.Text(), nullable=False),
        sa.Column("checked_by_id", sa.Integer(), nullable=True),
        sa.Column("checked_at", db.Moment(), nullable=True),
        sa.Column("signed_by", sa.Text(), nullable=False),
        sa.Column("signed_by_id", sa.Integer(), nullable=True),
        sa.Column("issued_at", db.Moment(), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=False),
        sa.Column("ended_at", db.Moment(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["area_id"], ["pipeline_area.id"], name=op.f("fk_pipeline_sheet_area_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_pipeline_sheet_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pipeline_sheet")),
        sa.UniqueConstraint("number", name=op.f("uq_pipeline_sheet_number")),
        sa.UniqueConstraint("verification", name=op.f("uq_pipeline_sheet_verification")),
    )
    op.create_index(op.f("ix_pipeline_sheet_project_id"), "pipeline_sheet", ["project_id"], unique=False)
    op.create_table(
        "pipeline_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dataset_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("files", db.Fields, nullable=False),
        sa.Column("options", db.Fields, nullable=False),
        sa.Column("surveyed_on", sa.Date(), nullable=True),
        sa.Column("plane_system", sa.Text(), nullable=False),
        sa.Column("height_datum", sa.Text(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("segments", sa.Integer(), nullable=False),
        sa.Column("length", sa.Double(), nullable=False),
        sa.Column("west", sa.Double(), nullable=True),
        sa.Column("south", sa.Double(), nullable=True),
        sa.Column("east", sa.Double(), nullable=True),
        sa.Column("north", sa.Double(), nullable=True),
        sa.Column("errors", sa.Integer(), nullable=False),
        sa.Column("warnings", sa.Integer(), nullable=False),
        sa.Column("notes", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("brought_at", db.Moment(), nullable=False),
        sa.Column("brought_by", sa.Text(), nullable=False),
        sa.Column("accepted_at", db.Moment(), nullable=True),
        sa.Column("accepted_by", sa.Text(), nullable=False),
        sa.Column("replaced_at", db.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["dataset_id"], ["pipeline_dataset.id"], name=op.f("fk_pipeline_version_dataset_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pipeline_version")),
        sa.UniqueConstraint("dataset_id", "number", name=op.f("uq_pipeline_version_dataset_id_number")),
    )
    op.create_index(op.f("ix_pipeline_version_dataset_id"), "pipeline_version", ["dataset_id"], unique=False)
    op.create_index("ix_pipeline_version_state", "pipeline_version", ["state", "id"], unique=False)
    op.create_table(
        "pipeline_volume_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dataset_id", sa.Integer(), nullable=False),
        sa.Column("volume_id", sa.Integer(), nullable=False),
        sa.Column("start_no", sa.Text(), nullable=False),
        sa.Column("end_no", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", db.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dataset_id"], ["pipeline_dataset.id"], name=op.f("fk_pipeline_volume_link_dataset_id")
        ),
        sa.ForeignKeyConstraint(
            ["volume_id"], ["volume.id"], name=op.f("fk_pipeline_volume_link_volume_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pipeline_volume_link")),
        sa.UniqueConstraint(
            "dataset_id",
            "volume_id",
            "start_no",
            "end_no",
            name=op.f("uq_pipeline_volume_link_dataset_id_volume_id_start_no_end_no"),
        ),
    )
    op.create_index(op.f("ix_pipeline_volume_link_dataset_id"), "pipeline_volume_link", ["dataset_id"], unique=False)
    op.create_index(op.f("ix_pipeline_volume_link_volume_id"), "pipeline_volume_link", ["volume_id"], unique=False)
    op.create_table(
        "pipeline_finding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("rule", db.Code(), nullable=False),
        sa.Column("case", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("table", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=True),
        sa.Column("element", sa.Text(), nullable=False),
        sa.Column("other", sa.Text(), nullable=False),
        sa.Column("column", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("expected", sa.Text(), nullable=False),
        sa.Column("east", sa.Double(), nullable=True),
        sa.Column("north", sa.Double(), nullable=True),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["pipeline_version.id"], name=op.f("fk_pipeline_finding_version_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pipeline_finding")),
    )
    op.create_index("ix_pipeline_finding_rule", "pipeline_finding", ["version_id", "rule", "id"], unique=False)
    op.create_table(
        "pipeline_rule_count",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("rule", db.Code(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("errors", sa.Integer(), nullable=False),
        sa.Column("warnings", sa.Integer(), nullable=False),
        sa.Column("notes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["pipeline_version.id"], name=op.f("fk_pipeline_rule_count_version_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("version_id", "rule", name=op.f("pk_pipeline_rule_count")),
    )
