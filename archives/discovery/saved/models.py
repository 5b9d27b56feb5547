"""Searches with a name, what each reader has seen of them, and what each person asked lately."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from archives.core.db import Base


class SavedSearch(Base):
    """A search under a name; `asked` are the parameters of its address, read anew by whoever opens it."""

    __tablename__ = "saved_search"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    asked: Mapped[dict[str, Any]]
    shared: Mapped[bool] = mapped_column(default=False)
    owner_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    made_by: Mapped[str]
    made_at: Mapped[datetime]


class SeenSearch(Base):
    """When a person last opened a saved search, and what there was: for each kind the highest document in sight."""

    __tablename__ = "saved_search_seen"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    search_id: Mapped[int] = mapped_column(
        ForeignKey("saved_search.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    marks: Mapped[dict[str, Any]]
    at: Mapped[datetime]


class PastSearch(Base):
    """One of the searches that a person asked lately; `digest` tells whether the same was asked before."""

    __tablename__ = "search_history"
    __table_args__ = (UniqueConstraint("account_id", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    digest: Mapped[str]
    asked: Mapped[dict[str, Any]]
    hits: Mapped[int]
    capped: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime]
