"""The register of organisations."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from archives.core.db import Base


class Organisation(Base):
    """A client, designer, contractor … shared by all projects. `name_key` is the folded name that finds duplicates."""

    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    name_key: Mapped[str] = mapped_column(index=True)
    credit_code: Mapped[str | None] = mapped_column(unique=True)
    former_names: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    contact: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    merged_into: Mapped[int | None]
    created_at: Mapped[datetime]
