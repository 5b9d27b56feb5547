"""Alembic's door: runs the migrations on the connection it is given, or compares them with the models."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection
from sqlalchemy.types import TypeEngine

from archives.core.db import Code, Moment
from archives.schema import METADATA, is_ours


def _type(kind: str, thing: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Write our own column types by name, so that a migration reads like the models."""
    if kind == "type" and isinstance(thing, Moment | Code):
        autogen.imports.add("from archives.core import db")
        return f"db.{type(thing).__name__}()"
    if kind == "type" and isinstance(thing, TypeEngine) and "JSON" in type(thing).__name__:
        autogen.imports.add("from archives.core import db")
        return "db.Fields"
    return False


def migrate(connection: Connection) -> None:
    """Run what Alembic was asked for, all in one transaction."""
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        include_object=is_ours,
        render_item=_type,
        render_as_batch=False,
        compare_type=True,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


migrate(context.config.attributes["connection"])
