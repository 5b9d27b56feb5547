"""The command-line door: `chengdang reference …`."""

import getpass
import json
from dataclasses import asdict

import click

from archives.config import load_settings
from archives.core.actors import local_operator
from archives.core.backend import open_backend
from archives.reference.service import sync


@click.group("reference")
def reference_group() -> None:
    """National tables: classes, filing scopes, deadlines, vocabularies."""


@reference_group.command("sync")
def sync_command() -> None:
    """Bring the national rows up to date; what the office decided stays."""
    backend = open_backend(load_settings())
    try:
        with backend.writing() as session:
            report = sync(session, local_operator(getpass.getuser()))
    finally:
        backend.close()
    click.echo(json.dumps(asdict(report)))
