"""Hand-overs of pipeline surveys with their versions and findings; areas, sheets and what was given out.

The points and segments themselves lie in the spatial store (`gis.store`); its tables are declared on our metadata here.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from archives.core.db import Base, Code, Fields
from gis.store.tables import define

STORE = define(Base.metadata)
"""The spatial store's tables."""

BROUGHT, READING, IN_TRANSFER, ACCEPTED, REPLACED, REFUSED = (
    *("brought", "reading", "in_transfer", "accepted", "replaced", "refused"),
)
"""A version's states: files came, being read, seen by staff, in the archive, followed by a later one, unreadable."""
SEEN = (IN_TRANSFER, ACCEPTED, REPLACED)
"""States in which a version's lines can be looked at."""


class Dataset(Base):
    """A hand-over (管线成果): from a project, or a census, a supplementary survey, an owner's report."""

    __tablename__ = "pipeline_dataset"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(Code, unique=True)
    name: Mapped[str]
    source: Mapped[str]
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"), index=True)
    provider: Mapped[str] = mapped_column(default="")
    secrecy: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    created_by: Mapped[str]


class SurveyVersion(Base):
    """One delivery of a hand-over: its files as they came, what was read, and what the checks found."""

    __tablename__ = "pipeline_version"
    __table_args__ = (
        UniqueConstraint("dataset_id", "number"),
        Index("ix_pipeline_version_state", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    dataset_id: Mapped[int] = mapped_column(ForeignKey("pipeline_dataset.id"), index=True)
    number: Mapped[int]
    state: Mapped[str] = mapped_column(default=BROUGHT)
    files: Mapped[list[dict[str, Any]]] = mapped_column(Fields, default=list)
    options: Mapped[dict[str, Any]] = mapped_column(default=dict)
    surveyed_on: Mapped[date | None]
    plane_system: Mapped[str] = mapped_column(default="")
    height_datum: Mapped[str] = mapped_column(default="")
    points: Mapped[int] = mapped_column(default=0)
    segments: Mapped[int] = mapped_column(default=0)
    length: Mapped[float] = mapped_column(default=0.0)
    west: Mapped[float | None]
    south: Mapped[float | None]
    east: Mapped[float | None]
    north: Mapped[float | None]
    errors: Mapped[int] = mapped_column(default=0)
    warnings: Mapped[int] = mapped_column(default=0)
    notes: Mapped[int] = mapped_column(default=0)
    digest: Mapped[str] = mapped_column(default="")
    message: Mapped[str] = mapped_column(default="")
    job_id: Mapped[int | None]
    brought_at: Mapped[datetime]
    brought_by: Mapped[str]
    accepted_at: Mapped[datetime | None]
    accepted_by: Mapped[str] = mapped_column(default="")
    replaced_at: Mapped[datetime | None]


class RuleCount(Base):
    """What one check found in a version: clean, found, or not applicable for want of its data."""

    __tablename__ = "pipeline_rule_count"

    version_id: Mapped[int] = mapped_column(ForeignKey("pipeline_version.id", ondelete="CASCADE"), primary_key=True)
    rule: Mapped[str] = mapped_column(Code, primary_key=True)
    position: Mapped[int]
    state: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    errors: Mapped[int] = mapped_column(default=0)
    warnings: Mapped[int] = mapped_column(default=0)
    notes: Mapped[int] = mapped_column(default=0)


class Finding(Base):
    """One finding of a check, with its place in the table and on the map (metres east and north of the store)."""

    __tablename__ = "pipeline_finding"
    __table_args__ = (Index("ix_pipeline_finding_rule", "version_id", "rule", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("pipeline_version.id", ondelete="CASCADE"))
    rule: Mapped[str] = mapped_column(Code)
    case: Mapped[str] = mapped_column(default="")
    severity: Mapped[str]
    table: Mapped[str]
    source: Mapped[str] = mapped_column(default="")
    row: Mapped[int | None]
    element: Mapped[str] = mapped_column(default="")
    other: Mapped[str] = mapped_column(default="")
    column: Mapped[str] = mapped_column(default="")
    value: Mapped[str] = mapped_column(default="")
    expected: Mapped[str] = mapped_column(default="")
    east: Mapped[float | None]
    north: Mapped[float | None]
    fingerprint: Mapped[str]


class FalseAlarm(Base):
    """A finding that was looked into and is true to the ground (属实); the mark outlives the next run."""

    __tablename__ = "pipeline_false_alarm"

    dataset_id: Mapped[int] = mapped_column(ForeignKey("pipeline_dataset.id"), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[str]
    marked_by: Mapped[str]
    marked_at: Mapped[datetime]


class ImportProfile(Base):
    """How an office writes its tables: headings, codes, units; shared by everybody here."""

    __tablename__ = "pipeline_import_profile"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    content: Mapped[dict[str, Any]] = mapped_column(default=dict)
    made_by: Mapped[str]
    made_at: Mapped[datetime]


class PlaneSystem(Base):
    """A named system of plane coordinates and heights; secret parameters stay in a file outside the database."""

    __tablename__ = "pipeline_plane_system"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    content: Mapped[dict[str, Any]] = mapped_column(default=dict)
    made_by: Mapped[str]
    made_at: Mapped[datetime]


class StoreSystem(Base):
    """The one plane system that all stored geometry is in; decided by the first survey that is read."""

    __tablename__ = "pipeline_store_system"

    id: Mapped[int] = mapped_column(primary_key=True)
    epsg: Mapped[int]
    decided_by: Mapped[str]
    decided_at: Mapped[datetime]


class VolumeLink(Base):
    """A volume that documents pipelines: all lines of a hand-over, or one line of it by its two point numbers."""

    __tablename__ = "pipeline_volume_link"
    __table_args__ = (UniqueConstraint("dataset_id", "volume_id", "start_no", "end_no"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    dataset_id: Mapped[int] = mapped_column(ForeignKey("pipeline_dataset.id"), index=True)
    volume_id: Mapped[int] = mapped_column(ForeignKey("volume.id", ondelete="CASCADE"), index=True)
    start_no: Mapped[str] = mapped_column(default="")
    end_no: Mapped[str] = mapped_column(default="")
    made_by: Mapped[str]
    made_at: Mapped[datetime]


class SavedArea(Base):
    """An area that was drawn or brought; `shape` is GeoJSON in the store's metres. Kept if it has a name."""

    __tablename__ = "pipeline_area"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(default="")
    how: Mapped[str]
    shape: Mapped[str]
    square_metres: Mapped[float]
    shared: Mapped[bool] = mapped_column(default=False)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    made_by: Mapped[str]
    made_at: Mapped[datetime]


class Sheet(Base):
    """A sheet of existing pipelines for a planning permit (地下管线现状资料): asked for, checked, signed, issued.

    `clearance` is the rank up to which it shows lines: what the one who asked may see. `content_sha256` is what the
    handler made up, so that what is checked is what is signed; `prints` are the copies, numbered, as they were given.
    `verification` is the SHA-256 of the code that is printed on it. `refusal` says why it was refused or withdrawn.
    """

    __tablename__ = "pipeline_sheet"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(Code, unique=True)
    state: Mapped[str]
    area_id: Mapped[int] = mapped_column(ForeignKey("pipeline_area.id"))
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"), index=True)
    project_name: Mapped[str]
    recipient: Mapped[str]
    purpose: Mapped[str]
    contact: Mapped[str] = mapped_column(default="")
    copies: Mapped[int] = mapped_column(default=1)
    kinds: Mapped[list[str]] = mapped_column(Fields, default=list)
    with_coordinates: Mapped[bool] = mapped_column(default=True)
    secrecy: Mapped[int] = mapped_column(default=0)
    clearance: Mapped[int] = mapped_column(default=0)
    verification: Mapped[str | None] = mapped_column(unique=True)
    segments: Mapped[int] = mapped_column(default=0)
    length: Mapped[float] = mapped_column(default=0.0)
    content_sha256: Mapped[str] = mapped_column(default="")
    prints: Mapped[list[dict[str, Any]]] = mapped_column(Fields, default=list)
    refusal: Mapped[str] = mapped_column(default="")
    asked_by: Mapped[str]
    asked_by_id: Mapped[int | None]
    asked_at: Mapped[datetime]
    handled_by: Mapped[str] = mapped_column(default="")
    handled_by_id: Mapped[int | None]
    handled_at: Mapped[datetime | None]
    checked_by: Mapped[str] = mapped_column(default="")
    checked_by_id: Mapped[int | None]
    checked_at: Mapped[datetime | None]
    signed_by: Mapped[str] = mapped_column(default="")
    signed_by_id: Mapped[int | None]
    issued_at: Mapped[datetime | None]
    ended_by: Mapped[str] = mapped_column(default="")
    ended_at: Mapped[datetime | None]
    valid_until: Mapped[date | None]


class GivenOut(Base):
    """One export: who got which area in which format under which copy number; counted against the area quota."""

    __tablename__ = "pipeline_given_out"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(Code, unique=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    actor: Mapped[str]
    format: Mapped[str]
    area_id: Mapped[int | None] = mapped_column(ForeignKey("pipeline_area.id"))
    square_metres: Mapped[float]
    segments: Mapped[int]
    reason: Mapped[str]
    sha256: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]


class KindSecrecy(Base):
    """How secret one kind of line is, where that is more than its hand-over; hidden kinds are in no count."""

    __tablename__ = "pipeline_kind_secrecy"

    major: Mapped[str] = mapped_column(Code, primary_key=True)
    minor: Mapped[str] = mapped_column(Code, primary_key=True)
    secrecy: Mapped[int]
    decided_by: Mapped[str]
    decided_at: Mapped[datetime]


class CheckSetting(Base):
    """How the office applies a check otherwise than shipped: only what differs, and why."""

    __tablename__ = "pipeline_check_setting"

    rule: Mapped[str] = mapped_column(Code, primary_key=True)
    content: Mapped[dict[str, Any]] = mapped_column(default=dict)
    reason: Mapped[str]
    decided_by: Mapped[str]
    decided_at: Mapped[datetime]


BASE_BROUGHT, BASE_LOADING, BASE_LOADED, BASE_FAILED = "brought", "loading", "loaded", "failed"
"""A base layer's states: its file came, it is being loaded, it lies under the map, it could not be loaded."""


class BaseLayer(Base):
    """A file of roads, blocks, buildings or water that the office loaded to lie under the map.

    `files` lie in quarantine; `options` holds the tables that were found in them, and the choices made.
    """

    __tablename__ = "pipeline_base_layer"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    theme: Mapped[str]
    features: Mapped[int]
    state: Mapped[str]
    sha256: Mapped[str]
    files: Mapped[list[dict[str, Any]]] = mapped_column(Fields, default=list)
    options: Mapped[dict[str, Any]] = mapped_column(default=dict)
    message: Mapped[str] = mapped_column(default="")
    job_id: Mapped[int | None]
    loaded_by: Mapped[str]
    loaded_at: Mapped[datetime]


class BaseFeature(Base):
    """One road, block, building or water of a base layer: shape as WKB in the store's metres, and its box."""

    __tablename__ = "pipeline_base_feature"
    __table_args__ = (
        Index("ix_pipeline_base_feature_box", "west", "south"),
        Index("ix_pipeline_base_feature_name", "name"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    layer_id: Mapped[int] = mapped_column(ForeignKey("pipeline_base_layer.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(Code, default="")
    shape: Mapped[bytes]
    west: Mapped[float]
    south: Mapped[float]
    east: Mapped[float]
    north: Mapped[float]
