"""Schemes of grading, assessments by them, and the assessors of each with their scores."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archives.core.db import Base, Code, Fields

WRITING, IN_FORCE = "writing", "in_force"
"""States of a scheme: while it is written it may change, in force it never does."""
DRAFT, SUBMITTED, ASSESSING, APPROVED, GIVEN_BACK = "draft", "submitted", "assessing", "approved", "given_back"
STATES = (DRAFT, SUBMITTED, ASSESSING, APPROVED, GIVEN_BACK)
"""States of an assessment."""
OPEN = (DRAFT, GIVEN_BACK)
"""States in which the institution writes its own assessment."""
JUDGED = (SUBMITTED, ASSESSING)
"""States in which assessors are appointed and score."""


class GradeScheme(Base):
    """Items with points, and the grades that their sum earns. `content` is as `archives.facilities.grading.content`.

    An incomplete scheme (`is_partial`) lists some of the items only: its points are counted, it gives no grade.
    """

    __tablename__ = "grade_scheme"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True)
    name: Mapped[str]
    source: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    state: Mapped[str]
    is_partial: Mapped[bool] = mapped_column(default=False)
    total: Mapped[float]
    assessors_least: Mapped[int | None]
    assessors_most: Mapped[int | None]
    copied_from: Mapped[str] = mapped_column(default="")
    content: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    decided_by: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # read by SQLAlchemy as declared


class Assessment(Base):
    """One institution against one scheme for one year.

    `claims` are the self-assessment by item: points and evidence; `proposals` what the formulas said when it was
    submitted (None: not known), so that a return corrected later changes nothing here. Total and grade are kept when
    it is approved.
    """

    __tablename__ = "grade_assessment"
    __table_args__ = (UniqueConstraint("area_id", "year", "scheme_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("facility_area.id", ondelete="CASCADE"))
    year: Mapped[int] = mapped_column(index=True)
    scheme_id: Mapped[int] = mapped_column(ForeignKey("grade_scheme.id"), index=True)
    institution: Mapped[str]
    """The name it has when the assessment begins; later names do not change an old certificate."""
    state: Mapped[str]
    claims: Mapped[dict[str, Any]] = mapped_column(default=dict)
    proposals: Mapped[dict[str, Any]] = mapped_column(default=dict)
    entered_by: Mapped[list[int]] = mapped_column(Fields, default=list)
    """Every account that put in a claim, a score or the opinion: none of them may approve."""
    opinion: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    """Why it was given back."""
    total: Mapped[float | None]
    grade: Mapped[str] = mapped_column(default="")
    number: Mapped[str] = mapped_column(default="")
    approved_by: Mapped[str] = mapped_column(default="")
    approved_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    assessors: Mapped[list["Assessor"]] = relationship(
        cascade="all, delete-orphan", lazy="selectin", order_by="Assessor.id"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # read by SQLAlchemy as declared


class Assessor(Base):
    """One who scores: an account, or an expert by name whose sheet of paper the authority enters."""

    __tablename__ = "grade_assessor"

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("grade_assessment.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    name: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    workplace: Mapped[str] = mapped_column(default="")
    scores: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """By item: points and remark."""
    is_done: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # read by SQLAlchemy as declared
