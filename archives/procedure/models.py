"""What the procedure leaves behind: steps, clocks, gaps, papers."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from archives.core.db import Base, Code


class Step(Base):
    """One move of a project through the procedure: who, when, from where to where, and what was said."""

    __tablename__ = "procedure_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    move: Mapped[str]
    from_state: Mapped[str]
    to_state: Mapped[str]
    at: Mapped[datetime]
    actor: Mapped[str]
    actor_id: Mapped[int | None]
    opinion: Mapped[str] = mapped_column(default="")
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Clock(Base):
    """A deadline that runs: started by an event, paused while works are stopped, met or missed."""

    __tablename__ = "procedure_clock"
    __table_args__ = (Index("ix_procedure_clock_open", "ended_on", "due_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    deadline: Mapped[str]
    started_on: Mapped[date]
    due_on: Mapped[date]
    paused_on: Mapped[date | None]
    extended_reason: Mapped[str] = mapped_column(default="")
    ended_on: Mapped[date | None]


class Gap(Base):
    """Something missing that was accepted under a promise (容缺), with the day it is due."""

    __tablename__ = "procedure_gap"

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    scope_code: Mapped[str]
    title: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    due_on: Mapped[date]
    filled_on: Mapped[date | None]


class Paper(Base):
    """A paper that was issued: its number, what it said, and the PDF in the content store, as it was signed."""

    __tablename__ = "procedure_paper"

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    form: Mapped[str]
    number: Mapped[str] = mapped_column(Code, unique=True)
    issued_on: Mapped[date]
    issued_at: Mapped[datetime]
    actor: Mapped[str]
    actor_id: Mapped[int | None]
    data: Mapped[dict[str, Any]]
    sha256: Mapped[str]
    size: Mapped[int]
