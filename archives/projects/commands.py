"""The command line's door of projects: `chengdang projects …`. Others script against its JSON."""

from pathlib import Path

import click

from archives.core.desk import PROBLEMS, Desk, answer, say
from archives.core.problems import errors_in
from archives.core.sheets.limits import Limits
from archives.projects import queries, service
from archives.projects.drafts import ProjectFilters
from archives.projects.lists import read_list
from archives.projects.service import Receipt

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("projects")
def projects_group() -> None:
    """Projects and unit works: take in lists, look."""


@projects_group.command("import")
@click.argument("file", type=FILE)
@click.option("--sound-only", is_flag=True, help="Take the sound projects in; leave the others.")
@click.option("--check", "only_check", is_flag=True, help="Say what would be done; store nothing.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON (the default; kept for scripts).")
@click.pass_obj
def import_command(desk: Desk, file: Path, sound_only: bool, only_check: bool, as_json: bool) -> None:  # noqa: ARG001
    """Take in projects from FILE: JSON, CSV or a workbook. The same file twice adds nothing."""
    with desk.backend.writing() as session:
        listed = read_list(file, file.name, queries.reader(session), Limits(rows=desk.settings.list_rows))
        if only_check:
            receipt = service.preview_list(session, desk.actor, listed)
        else:
            receipt = service.receive_list(session, desk.actor, listed, sound_only=sound_only)
    answer(_as_dict(receipt))
    _leave(receipt)


@projects_group.command("list")
@click.option("--text", default="", help="Part of the code, the name, the address or the client's name.")
@click.option("--state", default="", help="Code of a state.")
@click.pass_obj
def list_command(desk: Desk, text: str, state: str) -> None:
    """Print the projects, the last code first; at most fifty."""
    with desk.backend.reading() as session:
        found = queries.search_page(session, desk.actor, ProjectFilters(words=text, state=state))
        rows = [
            {
                "code": project.code,
                "name": project.name,
                "works_type": project.works_type,
                "client": project.client.name,
                "address": project.address,
                "state": project.state,
            }
            for project in found.rows
        ]
    answer(rows)


def _as_dict(receipt: Receipt) -> dict[str, object]:
    return {
        "added": receipt.added,
        "changed": receipt.changed,
        "unchanged": receipt.unchanged,
        "refused": receipt.refused,
        "problems": [problem.as_dict() for problem in receipt.problems],
    }


def _leave(receipt: Receipt) -> None:
    faults = errors_in(receipt.problems)
    for problem in faults[:20]:
        say(f"{problem.place.sheet or ''} {problem.place.row or ''} {problem.message}".strip())
    if faults:
        raise SystemExit(PROBLEMS)
