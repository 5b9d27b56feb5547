"""The database itself notes what changes: whichever statement it was, the index hears of it in that transaction.

The triggers are no part of a migration: `watch` puts them in place whenever the schema is brought up to date, for
SQLite drops the triggers of a table that a migration rebuilds.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, text

PREFIX = "search_note"
"""Begins the name of every trigger."""


@dataclass(frozen=True, slots=True)
class Watch:
    """Rows of `table` that come, go or change leave a note of this name with the number in their column `key`.

    With `columns` only a change of one of these leaves it.
    """

    table: str
    name: str
    key: str = "id"
    columns: tuple[str, ...] = ()


WATCHED = (
    Watch("project", "project"),
    Watch("project", "project.name", columns=("name",)),
    Watch(
        "project",
        "project.standing",
        columns=("state", "secrecy", "client_id", "works_type", "district", "completed_on"),
    ),
    Watch("project_party", "project", "project_id"),
    Watch("project_permit", "project", "project_id"),
    Watch("unit_works", "unit"),
    Watch("transfer", "transfer"),
    Watch("volume", "volume"),
    Watch("volume", "volume.standing", columns=("state", "secrecy", "retention", "class_code", "accessioned_on")),
    Watch("item", "item"),
    Watch("file_text", "file", "file_id"),
    Watch("organisation", "organisation"),
    Watch("organisation", "organisation.name", columns=("name", "former_names")),
    Watch("pipeline_dataset", "survey"),
    Watch("pipeline_version", "survey", "dataset_id"),
    Watch("pipeline_version", "survey.lines", "dataset_id", ("state",)),
    Watch("pipeline_dataset", "survey.lines", columns=("secrecy", "name", "project_id")),
    Watch("pipe_segment", "pipeline", "version_id", ("ended_on",)),
    Watch("pipeline_sheet", "sheet"),
    Watch("pipeline_area", "area"),
)


def watch(connection: Connection) -> None:
    """Put the triggers in place, those that were there before taken away. The tables must exist."""
    unwatch(connection)
    server = connection.dialect.name == "postgresql"
    for statement in _server() if server else _embedded():
        connection.execute(text(statement.replace(":", "\\:")))


def unwatch(connection: Connection) -> None:
    """Take all of our triggers away."""
    server = connection.dialect.name == "postgresql"
    for name, table in _present(connection):
        connection.execute(text(f"DROP TRIGGER {name} ON {table}" if server else f"DROP TRIGGER {name}"))


def missing(connection: Connection) -> set[str]:
    """The triggers that should be there and are not."""
    present = {name for name, _ in _present(connection)}
    return {_name(one, verb) for one in WATCHED for verb in _verbs(one)} - present


def _present(connection: Connection) -> list[tuple[str, str]]:
    """Our triggers, each with its table."""
    asked = (
        "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal"
        if connection.dialect.name == "postgresql"
        else "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'"
    )
    rows = connection.execute(text(asked.replace("::", "\\:\\:"))).all()
    return [(name, table) for name, table in rows if name.startswith(f"{PREFIX}_")]


def _verbs(one: Watch) -> tuple[str, ...]:
    return ("UPDATE",) if one.columns else ("INSERT", "UPDATE", "DELETE")


def _name(one: Watch, verb: str) -> str:
    return f"{PREFIX}_{one.table}_{one.name.replace('.', '_')}_{verb.lower()}"


def _changed(one: Watch, differs: str) -> str:
    tests = " OR ".join(f"OLD.{column} {differs} NEW.{column}" for column in one.columns)
    return f" WHEN ({tests})" if tests else ""


def _embedded() -> Iterator[str]:
    for one in WATCHED:
        for verb in _verbs(one):
            row = "OLD" if verb == "DELETE" else "NEW"
            noted = f"INSERT INTO search_due(name, record) VALUES ('{one.name}', {row}.{one.key})"  # noqa: S608
            when = _changed(one, "IS NOT")
            yield f"CREATE TRIGGER {_name(one, verb)} AFTER {verb} ON {one.table}{when} BEGIN {noted}; END"


def _server() -> Iterator[str]:
    # A function for each key, which the triggers of several tables share; the name of the note comes with the trigger.
    for key in sorted({one.key for one in WATCHED}):
        row = f"CASE TG_OP WHEN 'DELETE' THEN OLD.{key} ELSE NEW.{key} END"
        noted = f"INSERT INTO search_due(name, record) VALUES (TG_ARGV[0], {row})"  # noqa: S608
        begun = f"CREATE OR REPLACE FUNCTION {PREFIX}_{key}() RETURNS trigger LANGUAGE plpgsql AS"
        yield f"{begun} $$ BEGIN {noted}; RETURN NULL; END $$"
    for one in WATCHED:
        for verb in _verbs(one):
            yield (
                f"CREATE TRIGGER {_name(one, verb)} AFTER {verb} ON {one.table} FOR EACH ROW"
                f"{_changed(one, 'IS DISTINCT FROM')} EXECUTE FUNCTION {PREFIX}_{one.key}('{one.name}')"
            )
