"""Transfers, the lists they bring, and the files that come with them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from archives.core.db import Base, Code

CHECKING, CHECKED, TAKING, TAKEN, REFUSED = "checking", "checked", "taking", "taken", "refused"
"""A list's states: being checked, waiting for a decision, being taken into the catalogue, taken, refused."""


class Transfer(Base):
    """One transfer of a project's records to the archives (移交); a project may transfer more than once."""

    __tablename__ = "transfer"

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    number: Mapped[str] = mapped_column(Code, unique=True)
    state: Mapped[str] = mapped_column(default="open")
    volumes: Mapped[int] = mapped_column(default=0)
    items: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    closed_at: Mapped[datetime | None]


class TransferList(Base):
    """A list as it came: the file itself is kept as evidence; its check is repeated whenever it is taken in."""

    __tablename__ = "transfer_list"

    id: Mapped[int] = mapped_column(primary_key=True)
    transfer_id: Mapped[int] = mapped_column(ForeignKey("transfer.id"), index=True)
    name: Mapped[str]
    sha256: Mapped[str] = mapped_column(index=True)
    size: Mapped[int]
    unit: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default=CHECKING)
    rows: Mapped[int] = mapped_column(default=0)
    sound: Mapped[int] = mapped_column(default=0)
    faults: Mapped[int] = mapped_column(default=0)
    added: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    digest: Mapped[str] = mapped_column(default="")
    job_id: Mapped[int | None]
    uploaded_at: Mapped[datetime]
    uploaded_by: Mapped[str]
    taken_at: Mapped[datetime | None]


class ListProblem(Base):
    """One fault of a list, with its place; the sentence is kept as id and values, to be read in any language."""

    __tablename__ = "list_problem"
    __table_args__ = (Index("ix_list_problem_place", "list_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("transfer_list.id", ondelete="CASCADE"))
    sheet: Mapped[str | None]
    row: Mapped[int | None]
    column: Mapped[str | None]
    field: Mapped[str | None]
    code: Mapped[str]
    severity: Mapped[str]
    msgid: Mapped[str]
    parts: Mapped[dict[str, Any]]
    clause: Mapped[str | None]


class Exemption(Base):
    """A document of the filing scope that these works do not have, with the reason; the checker sees it."""

    __tablename__ = "scope_exemption"

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), primary_key=True)
    scope_code: Mapped[str] = mapped_column(Code, primary_key=True)
    reason: Mapped[str]
    marked_by: Mapped[str]
    marked_at: Mapped[datetime]


class ReceivedFile(Base):
    """An electronic file in quarantine, matched to an item or not yet."""

    __tablename__ = "received_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    transfer_id: Mapped[int] = mapped_column(ForeignKey("transfer.id"), index=True)
    name: Mapped[str]
    sha256: Mapped[str]
    size: Mapped[int]
    format: Mapped[str]
    media_type: Mapped[str]
    item_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"), index=True)
    problem: Mapped[str] = mapped_column(default="")
    received_at: Mapped[datetime]
