"""What every command has before it: settings, database, who acts. JSON goes to standard output, words to the other.

Exit codes: 0 sound, 1 problems found, 2 misuse or a setting that cannot work.
"""

import getpass
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import click
import orjson

from archives.config import Settings
from archives.core.actors import Actor, local_operator
from archives.core.backend import Backend, check_connection, open_backend
from archives.core.errors import ArchivesError, ConfigurationError, NotFoundError, RefusedError
from archives.core.registry import Registry

PROBLEMS, MISUSE = 1, 2


@dataclass(frozen=True)
class Desk:
    """The command line's context; commands receive it with `@click.pass_obj`.

    The database is opened, and its schema checked by `check_schema`, when first asked for: help needs no instance.
    """

    settings: Settings
    actor: Actor
    registry: Registry
    check_schema: Callable[[Backend], None]

    @cached_property
    def bare_backend(self) -> Backend:
        """The database whatever is in it. Raises ConfigurationError when it does not answer."""
        opened = open_backend(self.settings)
        check_connection(opened)
        return opened

    @cached_property
    def backend(self) -> Backend:
        """The instance's database. Raises ConfigurationError when there is none, or an older one."""
        self.check_schema(self.bare_backend)
        return self.bare_backend

    def close(self) -> None:
        """Give the connections back, if any were opened."""
        if "bare_backend" in vars(self):
            self.bare_backend.close()


def operator() -> Actor:
    """The local operator: whoever is logged in to this machine."""
    try:
        return local_operator(getpass.getuser())
    except (KeyError, OSError):  # a container's user may have a number and no name
        return local_operator(f"uid {os.getuid()}")


def answer(value: object) -> None:
    """Print a value as JSON on standard output, for the program that asked."""
    click.echo(orjson.dumps(value, default=str, option=orjson.OPT_INDENT_2).decode())


def say(message: object) -> None:
    """Print a sentence on standard error, for the person who asked."""
    click.echo(str(message), err=True)


class Door(click.Group):
    """A group of commands whose named errors end in a sentence and an exit code, never in a trace."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; see the module for the exit codes."""
        try:
            return super().invoke(ctx)
        except ArchivesError as error:
            say(error)
            for problem in error.problems if isinstance(error, RefusedError) else ():
                say(f"  {problem.message}")
            ctx.exit(exit_code(error))


def exit_code(error: ArchivesError) -> int:
    """1 for problems found; 2 for a setting that cannot work and for naming what does not exist."""
    return MISUSE if isinstance(error, ConfigurationError | NotFoundError) else PROBLEMS
