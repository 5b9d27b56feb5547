"""Accounts, their roles, their sessions, one-time links and keys for programs."""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archives.core.actors import Role
from archives.core.db import Base, Fields


class Account(Base):
    """A person who may sign in. Without a password hash nobody can: a one-time link sets it."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str | None]
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    clearance: Mapped[int] = mapped_column(default=0)
    is_active: Mapped[bool] = mapped_column(default=True)
    failed_logins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    roles: Mapped[list["AccountRole"]] = relationship(cascade="all, delete-orphan", lazy="selectin")

    @property
    def role_set(self) -> frozenset[Role]:
        """The roles as values."""
        return frozenset(Role(row.role) for row in self.roles)

    def is_locked(self, moment: datetime) -> bool:
        """Whether too many failed sign-ins keep the account shut just now."""
        return self.locked_until is not None and moment < self.locked_until

    def is_shut(self, moment: datetime) -> bool:
        """Whether nobody can sign in, even with the password."""
        return not self.is_active or self.is_locked(moment)


class AccountRole(Base):
    """One role of one account."""

    __tablename__ = "account_role"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)


class AccountSession(Base):
    """One sign-in with the limits it was given; the browser holds the token, the database only its SHA-256."""

    __tablename__ = "account_session"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    device: Mapped[str] = mapped_column(default="")
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    idle_minutes: Mapped[int]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    def is_open(self, moment: datetime) -> bool:
        """Whether it still counts: not ended, not idle for too long, not too old."""
        idle_until = self.seen_at + timedelta(minutes=self.idle_minutes)
        return self.ended_at is None and moment < min(idle_until, self.expires_at)


class OneTimeLink(Base):
    """A link that lets a person set a password once; kept as the SHA-256 of its token."""

    __tablename__ = "one_time_link"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    def is_usable(self, moment: datetime) -> bool:
        """Whether it can still set a password."""
        return self.used_at is None and moment < self.expires_at


class ApiToken(Base):
    """A key with which a program reads in a person's name; the program holds the token, the database its SHA-256.

    It opens only what its scopes name, and never more than the person may see at that moment.
    """

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    scopes: Mapped[list[str]] = mapped_column(Fields, default=list)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    def is_usable(self, moment: datetime) -> bool:
        """Whether it still opens anything."""
        return self.revoked_at is None and moment < self.expires_at
