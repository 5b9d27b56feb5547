"""The base of every table: constraints named by convention, and column types that mean the same on both databases."""

import json
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import JSON, DateTime, Dialect, MetaData, String, Table, Text, TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase

# Every constraint has a name, so that a migration can find it on either database.
CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Moment(TypeDecorator[datetime]):
    """A point in time in UTC; naive values are refused rather than guessed."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[Any]:
        """What its values are in Python."""
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        moment = value.astimezone(UTC)
        return moment if dialect.name == "postgresql" else moment.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


class Code(TypeDecorator[str]):
    """Text that sorts by bytes on both databases, so that keyset pages agree."""

    impl = String
    cache_ok = True

    @property
    def python_type(self) -> type[Any]:
        """What its values are in Python."""
        return str

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(String(collation="C"))
        return dialect.type_descriptor(Text())


Fields = JSON().with_variant(JSONB(), "postgresql")
"""A small mapping of further fields (technical data, user-defined fields)."""


class Base(DeclarativeBase):
    """Every table's base."""

    metadata = MetaData(naming_convention=CONVENTION)
    type_annotation_map = {  # noqa: RUF012  # read by SQLAlchemy as declared
        str: Text,
        datetime: Moment,
        dict[str, Any]: Fields,
    }


def table_of(model: type[Base]) -> Table:
    """The table behind a model, for statements over many rows at once."""
    return cast(Table, model.__table__)


def exact_json(value: object) -> str:
    """JSON text in one spelling only: what is hashed or compared is this text."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
