"""The whole schema: every feature's tables, and the guards that no model can express. Migrates and compares.

Migrations run with foreign keys off on the embedded file: rebuilding a table would otherwise delete its children.
"""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, text

from archives.accession import models as _accession
from archives.accounts import models as _accounts
from archives.catalogue import models as _catalogue
from archives.core import audit as _audit
from archives.core import history as _history
from archives.core import jobs as _jobs
from archives.core import numbering as _numbering
from archives.core import office as _office
from archives.core.backend import Backend
from archives.core.db import Base
from archives.core.errors import ConfigurationError
from archives.core.language import msg
from archives.discovery import models as _discovery
from archives.discovery.saved import models as _saved
from archives.discovery.watching import watch
from archives.facilities import models as _facilities
from archives.facilities.grading import models as _grading
from archives.organisations import models as _organisations
from archives.pipelines import models as _pipelines
from archives.procedure import models as _procedure
from archives.projects import models as _projects
from archives.reference import models as _reference
from gis.store.extras import is_extra as is_of_store
from search.extras import is_extra as is_of_search

TABLES = (
    _accession,
    _accounts,
    _audit,
    _catalogue,
    _discovery,
    _facilities,
    _grading,
    _history,
    _jobs,
    _numbering,
    _office,
    _organisations,
    _pipelines,
    _procedure,
    _projects,
    _reference,
    _saved,
)
"""Every module that declares tables; naming them here makes the metadata whole."""

METADATA: MetaData = Base.metadata
MIGRATIONS = Path(__file__).parent.parent / "migrations"


def is_ours(_thing: Any, name: str | None, _kind: str, reflected: bool, _compared: Any) -> bool:
    """Whether Alembic should look at it: virtual tables and PostGIS's own tables are not in the models."""
    return not (reflected and name and (name == "spatial_ref_sys" or is_of_store(name) or is_of_search(name)))


def migrate(backend: Backend) -> None:
    """Bring the database to the newest schema, with the triggers that tell the search index of changes."""
    with backend.engine.connect() as connection:
        _foreign_keys(connection, on=False)
        command.upgrade(_config(connection), "head")
        watch(connection)
        connection.commit()
        _check_foreign_keys(connection)
        _foreign_keys(connection, on=True)


def current(backend: Backend) -> str | None:
    """The schema's revision, None for an empty database."""
    with backend.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest() -> str | None:
    """The revision this program needs."""
    return ScriptDirectory(str(MIGRATIONS)).get_current_head()


def differences(backend: Backend) -> list[Any]:
    """Where the database differs from the models; empty when the migrations are complete."""
    options = {"include_object": is_ours, "compare_type": True}
    with backend.engine.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), METADATA))


def require_current(backend: Backend) -> None:
    """Raise ConfigurationError unless the schema is the newest."""
    found = current(backend)
    if found is None:
        raise ConfigurationError(msg("There is no instance here yet. Make one with: chengdang init --admin NAME"))
    if found != newest():
        raise ConfigurationError(msg("The database has an older schema. Back it up, then run: chengdang upgrade"))


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _foreign_keys(connection: Connection, *, on: bool) -> None:
    """Outside any transaction, or SQLite ignores it silently."""
    if connection.dialect.name == "sqlite":
        cursor = connection.connection.cursor()
        cursor.execute(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")


def _check_foreign_keys(connection: Connection) -> None:
    if connection.dialect.name == "sqlite" and connection.execute(text("PRAGMA foreign_key_check")).first():
        raise ConfigurationError(msg("The migration left rows without their parents; restore the backup."))
    connection.rollback()
