"""Volumes, items and electronic files: the lower three of the five levels."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from archives.core.db import Base, Code

ARRIVING, IN_TRANSFER, ACCESSIONED, WITHDRAWN = "arriving", "in_transfer", "accessioned", "withdrawn"
"""A volume's states. Arriving ones are being written by an import and nobody sees them yet."""


class Volume(Base):
    """A volume (案卷). `unit_id` 0 stands for the project itself, so that uniqueness holds without NULLs.

    `secrecy` is a rank (0 public … 4 top secret). `archival_code`, `accession_no` and `shelf_location` are three
    independent identifiers: intellectual place, arrival, physical place.
    """

    __tablename__ = "volume"
    __table_args__ = (
        UniqueConstraint("project_id", "unit_id", "volume_no"),
        Index("ix_volume_tree", "project_id", "unit_id", "sort_key", "id"),
        # The columns behind `id` are those of `visible_to`: counting and sorting by key read the index alone.
        Index("ix_volume_project", "project_id", "id", "state", "secrecy"),
        Index("ix_volume_state", "state", "id", "secrecy", "project_id"),
        Index("ix_volume_class", "class_code", "id", "state", "secrecy", "project_id"),
        Index("ix_volume_retention", "retention", "id", "state", "secrecy", "project_id"),
        Index("ix_volume_secrecy", "secrecy", "id", "state", "project_id"),
        Index("ix_volume_list", "list_id", "state"),
        Index("ix_volume_date", "start_date", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    unit_id: Mapped[int] = mapped_column(default=0)
    volume_no: Mapped[str] = mapped_column(Code)
    sort_key: Mapped[str] = mapped_column(Code)
    title: Mapped[str]
    class_code: Mapped[str] = mapped_column(Code)
    archival_code: Mapped[str | None] = mapped_column(Code, unique=True)
    accession_no: Mapped[int | None] = mapped_column(unique=True)
    shelf_location: Mapped[str | None] = mapped_column(Code, index=True)
    compiled_by: Mapped[str] = mapped_column(default="")
    compiled_on: Mapped[date | None]
    start_date: Mapped[date | None]
    end_date: Mapped[date | None]
    retention: Mapped[str]
    secrecy: Mapped[int]
    medium: Mapped[str] = mapped_column(default="paper")
    text_pages: Mapped[int] = mapped_column(default=0)
    drawing_sheets: Mapped[int] = mapped_column(default=0)
    other_count: Mapped[int] = mapped_column(default=0)
    keywords: Mapped[str] = mapped_column(default="")
    abstract: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    filed_by: Mapped[str] = mapped_column(default="")
    checked_by: Mapped[str] = mapped_column(default="")
    extra: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[str] = mapped_column(default=IN_TRANSFER)
    list_id: Mapped[int | None]
    accessioned_on: Mapped[date | None]
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # read by SQLAlchemy as declared


class Item(Base):
    """An item (文件) in a volume; `scope_code` is the node of the filing scope that it fills."""

    __tablename__ = "item"
    __table_args__ = (
        UniqueConstraint("volume_id", "sequence"),
        Index("ix_item_scope", "project_id", "scope_code"),
        Index("ix_item_contents", "volume_id", "id", "secrecy", "formed_on"),
        Index("ix_item_formed_on", "formed_on", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    volume_id: Mapped[int] = mapped_column(ForeignKey("volume.id"))
    sequence: Mapped[int]
    title: Mapped[str]
    document_no: Mapped[str] = mapped_column(default="")
    responsible: Mapped[str] = mapped_column(default="")
    formed_on: Mapped[date | None]
    page_from: Mapped[int | None]
    page_to: Mapped[int | None]
    quantity: Mapped[int | None]
    scope_code: Mapped[str] = mapped_column(default="")
    draft_state: Mapped[str] = mapped_column(default="")
    document_type: Mapped[str] = mapped_column(default="")
    retention: Mapped[str] = mapped_column(default="")
    secrecy: Mapped[int] = mapped_column(default=0)
    medium: Mapped[str] = mapped_column(default="paper")
    specification: Mapped[str] = mapped_column(default="")
    keywords: Mapped[str] = mapped_column(default="")
    abstract: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    extra: Mapped[dict[str, Any]] = mapped_column(default=dict)
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # read by SQLAlchemy as declared


class ElectronicFile(Base):
    """An electronic file of an item; its bytes lie in the content store under `sha256`."""

    __tablename__ = "electronic_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), index=True)
    name: Mapped[str]
    sha256: Mapped[str] = mapped_column(index=True)
    size: Mapped[int]
    format: Mapped[str]
    media_type: Mapped[str]
    is_accepted: Mapped[bool] = mapped_column(default=False)
    received_at: Mapped[datetime]


READ, WITHOUT_TEXT, UNREADABLE = "read", "none", "unreadable"
"""What became of reading a file: its text is known, it has none (a picture, a model), it could not be opened."""


class FileText(Base):
    """What can be read in an electronic file, its pages apart by form feeds; as far as the search reads it."""

    __tablename__ = "file_text"

    file_id: Mapped[int] = mapped_column(ForeignKey("electronic_file.id", ondelete="CASCADE"), primary_key=True)
    state: Mapped[str]
    text: Mapped[str] = mapped_column(default="")
    read_at: Mapped[datetime]
