"""Projects, their unit works, parties and permits."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archives.core.db import Base, Code
from archives.organisations.models import Organisation


class Project(Base):
    """A construction project. Coordinates are degrees in CGCS2000 (EPSG:4490); `secrecy` is a rank, 0 public."""

    __tablename__ = "project"
    __table_args__ = (
        Index("ix_project_state", "state", "code"),
        Index("ix_project_class", "class_code", "code"),
        Index("ix_project_client", "client_id", "code"),
        Index("ix_project_secrecy", "secrecy"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True)
    name: Mapped[str]
    works_type: Mapped[str]
    class_code: Mapped[str] = mapped_column(Code)
    second_class: Mapped[str] = mapped_column(default="")
    client_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    address: Mapped[str]
    district: Mapped[str] = mapped_column(default="")
    longitude: Mapped[float | None]
    latitude: Mapped[float | None]
    scale: Mapped[str] = mapped_column(default="")
    key_level: Mapped[str] = mapped_column(default="")
    secrecy: Mapped[int] = mapped_column(default=0)
    planned_start: Mapped[date | None]
    planned_end: Mapped[date | None]
    started_on: Mapped[date | None]
    completed_on: Mapped[date | None]
    contact: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    records_clerk: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    acceptance: Mapped[str] = mapped_column(default="joint")
    state: Mapped[str] = mapped_column(default="registered")
    is_stopped: Mapped[bool] = mapped_column(default=False)
    extra: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    client: Mapped[Organisation] = relationship(lazy="joined")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # read by SQLAlchemy as declared


class UnitWorks(Base):
    """One unit works of a project; `technical` holds the technical data (专业记载) of its works type."""

    __tablename__ = "unit_works"
    __table_args__ = (UniqueConstraint("project_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    code: Mapped[str] = mapped_column(Code)
    name: Mapped[str]
    works_type: Mapped[str]
    address: Mapped[str] = mapped_column(default="")
    started_on: Mapped[date | None]
    completed_on: Mapped[date | None]
    technical: Mapped[dict[str, Any]] = mapped_column(default=dict)
    extra: Mapped[dict[str, Any]] = mapped_column(default=dict)
    note: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # read by SQLAlchemy as declared


class Party(Base):
    """An organisation's part in a project: client, designer, contractor …"""

    __tablename__ = "project_party"
    __table_args__ = (Index("ix_project_party_organisation", "organisation_id", "project_id"),)

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    position: Mapped[int] = mapped_column(default=0)

    organisation: Mapped[Organisation] = relationship(lazy="joined")


class Permit(Base):
    """A permit or approval of a project, by kind and number."""

    __tablename__ = "project_permit"

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(primary_key=True, index=True)
