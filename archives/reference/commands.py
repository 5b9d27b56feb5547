"""The command-line door: `chengdang reference …`."""

from dataclasses import asdict

import click

from archives.core.desk import Desk, answer
from archives.reference.service import sync


@click.group("reference")
def reference_group() -> None:
    """National tables: classes, filing scopes, deadlines, vocabularies."""


@reference_group.command("sync")
@click.pass_obj
def sync_command(desk: Desk) -> None:
    """Bring the national rows up to date; what the office decided stays."""
    with desk.backend.writing() as session:
        report = sync(session, desk.actor)
    answer(asdict(report))
