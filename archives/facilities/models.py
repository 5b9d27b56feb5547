"""The register of areas with their archives institutions, and the yearly returns."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from archives.core.db import Base, Code

SUBMITTED, DRAFT, ACCEPTED, RETURNED = "submitted", "draft", "accepted", "returned"
STATES = (DRAFT, SUBMITTED, ACCEPTED, RETURNED)
COUNTED = (SUBMITTED, ACCEPTED)
"""States of returns that an evaluation reads: a draft is not filed yet, a returned one is in dispute."""


class OwnEdition(Base):
    """An authority's own edition: `base` with the `numbers` of some rows changed. It never changes once it is made.

    `required` names by list the entries that its targets ask for; a list that it lacks is as in the base.
    """

    __tablename__ = "facility_edition"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True)
    name: Mapped[str]
    base: Mapped[str]
    reason: Mapped[str]
    valid_from: Mapped[date]
    numbers: Mapped[dict[str, Any]]
    required: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'"))
    decided_by: Mapped[str]
    decided_at: Mapped[datetime]


class OwnListed(Base):
    """An entry that an office added to one of the lists of a return (`list_name`, as the return calls it).

    Its code and its list never change; `ended` ones are no longer asked for.
    """

    __tablename__ = "facility_listed"
    __table_args__ = (UniqueConstraint("list_name", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    list_name: Mapped[str]
    code: Mapped[str] = mapped_column(Code)
    name: Mapped[str]
    name_en: Mapped[str] = mapped_column(default="")
    reason: Mapped[str]
    ended: Mapped[bool] = mapped_column(default=False)
    decided_by: Mapped[str]
    decided_at: Mapped[datetime]


class Area(Base):
    """An administrative area, with or without an archives: the denominator of every rate.

    `code` is its 行政区划代码. `has` is what it has as last told, `body` what a province has in its department, "" for
    what is not known. `parent_code` is the parent it was given; without one, `parent_id` follows from the code.
    """

    __tablename__ = "facility_area"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True)
    name: Mapped[str]
    level: Mapped[str]
    urban_status: Mapped[bool | None]
    parent_code: Mapped[str] = mapped_column(Code, default="")
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("facility_area.id"), index=True)
    population: Mapped[int | None]
    population_basis: Mapped[str] = mapped_column(default="")
    has: Mapped[str] = mapped_column(default="")
    body: Mapped[str] = mapped_column(default="")
    rule_before: Mapped[bool | None]
    told_for: Mapped[int | None]
    """The latest year whose return told population and holdings: an older return does not undo a newer one."""
    created_at: Mapped[datetime]


class BoundaryLayer(Base):
    """A file of boundaries that the office brought, one at a time; `review_number` is its 审图号.

    Without one `no_review_reason` says why none is needed.
    """

    __tablename__ = "facility_boundary_layer"

    id: Mapped[int] = mapped_column(primary_key=True)
    file_name: Mapped[str]
    source: Mapped[str]
    review_number: Mapped[str] = mapped_column(default="")
    no_review_reason: Mapped[str] = mapped_column(default="")
    crs: Mapped[str]
    loaded_by: Mapped[str]
    loaded_at: Mapped[datetime]


class AreaBoundary(Base):
    """Where an area lies: GeoJSON in degrees of CGCS2000 (EPSG:4490), as simple as the map of its region needs."""

    __tablename__ = "facility_boundary"

    id: Mapped[int] = mapped_column(primary_key=True)
    layer_id: Mapped[int] = mapped_column(ForeignKey("facility_boundary_layer.id", ondelete="CASCADE"), index=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("facility_area.id", ondelete="CASCADE"), unique=True)
    shape: Mapped[str]


class Institution(Base):
    """The archives or office of an area."""

    __tablename__ = "facility_institution"

    id: Mapped[int] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("facility_area.id", ondelete="CASCADE"), unique=True)
    name: Mapped[str] = mapped_column(default="")
    kind: Mapped[str]
    two_names: Mapped[bool | None]
    department: Mapped[str] = mapped_column(default="")
    national_grade: Mapped[str] = mapped_column(default="")
    website: Mapped[str] = mapped_column(default="")
    longitude: Mapped[float | None]
    latitude: Mapped[float | None]


class YearlyReturn(Base):
    """What an area told for one year. None and entries that a mapping lacks are unknown, never zero.

    What can change from year to year and decides the targets (population, what there is, two names) is kept here as
    it was, so that an old year is judged by its own facts. Areas in m², funds and benefit in 10 000 yuan.
    """

    __tablename__ = "facility_return"
    __table_args__ = (UniqueConstraint("area_id", "year"), Index("ix_facility_return_year", "year", "state"))

    id: Mapped[int] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("facility_area.id", ondelete="CASCADE"))
    year: Mapped[int]
    state: Mapped[str]
    population: Mapped[int | None]
    population_basis: Mapped[str] = mapped_column(default="")
    has: Mapped[str] = mapped_column(default="")
    body: Mapped[str] = mapped_column(default="")
    two_names: Mapped[bool | None]

    establishment: Mapped[int | None]
    staff: Mapped[int | None]
    technical_staff: Mapped[int | None]
    senior_titles: Mapped[int | None]
    middle_titles: Mapped[int | None]
    engineers: Mapped[int | None]
    high_school_staff: Mapped[int | None]
    college_staff: Mapped[int | None]
    bachelor_staff: Mapped[int | None]
    women: Mapped[int | None]
    under_35: Mapped[int | None]
    aged_35_to_50: Mapped[int | None]
    over_50: Mapped[int | None]
    trained_staff: Mapped[int | None]
    training_hours: Mapped[float | None]
    funds_wan: Mapped[float | None]
    floor_area_m2: Mapped[float | None]
    store_area_m2: Mapped[float | None]
    reading_area_m2: Mapped[float | None]
    accidents: Mapped[int | None]
    lan: Mapped[bool | None]
    computerised: Mapped[bool | None]
    catalogue_rate: Mapped[float | None]
    holdings_volumes: Mapped[int | None]
    digitised_volumes: Mapped[int | None]
    projects_due: Mapped[int | None]
    projects_received: Mapped[int | None]
    key_projects_due: Mapped[int | None]
    key_projects_received: Mapped[int | None]
    business_records_received: Mapped[int | None]
    pipeline_projects_due: Mapped[int | None]
    pipeline_projects_received: Mapped[int | None]
    visits: Mapped[int | None]
    volumes_used: Mapped[int | None]
    benefit_wan: Mapped[float | None]
    equipment: Mapped[dict[str, Any]] = mapped_column(default=dict)
    databases: Mapped[dict[str, Any]] = mapped_column(default=dict)
    regulations: Mapped[dict[str, Any]] = mapped_column(default=dict)
    holdings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    class_volumes: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'"))
    """Volumes by main class of the class outline."""

    filled_by: Mapped[str] = mapped_column(default="")
    checked_by: Mapped[str] = mapped_column(default="")
    signed_by: Mapped[str] = mapped_column(default="")
    signed_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    """Why it was given back."""
    entered_by: Mapped[int | None]
    """The account that entered it last; None for the local operator."""
    created_at: Mapped[datetime]
    from_system: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'"))
    """By figure that was taken from our own system: the day on which it was counted."""
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # read by SQLAlchemy as declared


class TypedInput(Base):
    """What somebody typed into the form of a return and has not saved; nobody else's business, and no record.

    `version` is that of the return it was typed over, None where there was none.
    """

    __tablename__ = "facility_typed"
    __table_args__ = (UniqueConstraint("code", "year", "account_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code)
    year: Mapped[int]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    version: Mapped[int | None]
    values: Mapped[dict[str, Any]]
    typed_at: Mapped[datetime]


class Reminder(Base):
    """That an area was reminded of its return of a year, and by whom."""

    __tablename__ = "facility_reminder"

    id: Mapped[int] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("facility_area.id", ondelete="CASCADE"), index=True)
    year: Mapped[int]
    until: Mapped[date]
    """The day by which the return was asked for."""
    reminded_by: Mapped[str]
    reminded_at: Mapped[datetime]
