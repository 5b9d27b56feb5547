"""The command line's door of facilities: `chengdang facilities …`. Others script against its JSON."""

from pathlib import Path

import click

from archives.core.desk import PROBLEMS, Desk, answer, say
from archives.core.errors import TooLargeError, UnreadableFileError
from archives.core.language import msg
from archives.core.problems import Problem, errors_in
from archives.core.sheets.limits import Limits
from archives.facilities import deciding, queries, service
from archives.facilities.lists import ReturnList, read_list, write_empty
from archives.facilities.reading import Reader
from archives.facilities.reports import report, targets_of
from archives.facilities.service import Receipt
from archives.facilities.standards.tables import DEFAULT_EDITION, DEFAULT_SCHEME

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
KEYS = ("sheet", "row", "column", "field", "code", "message", "clause", "severity")


@click.group("facilities")
def facilities_group() -> None:
    """Archives institutions: yearly returns, standards, who meets them."""


@facilities_group.command("template")
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_obj
def template_command(desk: Desk, out: Path) -> None:
    """Write an empty list of yearly returns to OUT."""
    with desk.backend.reading() as session:
        write_empty(out, queries.lists(session))
    say(msg("Written: %(path)s", path=out))


@facilities_group.command("import")
@click.argument("file", type=FILE)
@click.option("--dry-run", is_flag=True, help="Say what would be done; store nothing.")
@click.option("--sound-only", is_flag=True, help="Take the sound rows in; leave the others.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON (the default; kept for scripts).")
@click.pass_obj
def import_command(desk: Desk, file: Path, dry_run: bool, sound_only: bool, as_json: bool) -> None:  # noqa: ARG001
    """Take in areas, institutions and returns from FILE: JSON, CSV or a workbook. Twice the same adds nothing."""
    listed = _read(desk, file)
    if dry_run:
        with desk.backend.reading() as session:
            receipt = service.preview(session, desk.actor, listed.entries, listed.faults)
    else:
        with desk.backend.writing() as session:
            receipt = service.receive(session, desk.actor, listed.entries, listed.faults, sound_only=sound_only)
    answer({"dry_run": dry_run, "rows": len(listed.entries), **_as_dict(receipt)})
    _leave(receipt)


@facilities_group.command("report")
@click.option("--year", type=click.IntRange(1949, 2100), required=True, help="Year of the returns.")
@click.option("--edition", default=DEFAULT_EDITION, show_default=True, help="Code of the edition of targets.")
@click.option("--scheme", default=DEFAULT_SCHEME, show_default=True, help="Scheme of the class that is shown.")
@click.option("--region", default="", help="Code of an area: itself and all below it.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON (the default; kept for scripts).")
@click.pass_obj
def report_command(desk: Desk, year: int, edition: str, scheme: str, region: str, as_json: bool) -> None:  # noqa: ARG001
    """Say which institutions meet the targets, what is missing, and the rates of the region."""
    with desk.backend.reading() as session:
        targets = queries.edition(session, edition)
        filed = queries.filed_in(session, desk.actor, year, region)
    answer(
        {"year": year, "edition": edition, "scheme": scheme, "region": region or None} | report(filed, targets, scheme)
    )


@facilities_group.command("standards")
@click.option("--edition", default=DEFAULT_EDITION, show_default=True, help="Code of the edition of targets.")
@click.pass_obj
def standards_command(desk: Desk, edition: str) -> None:
    """Print the targets of an edition: each number with its sentence, source and our reading."""
    with desk.backend.reading() as session:
        answer(targets_of(queries.edition(session, edition)))


@facilities_group.command("edition")
@click.argument("code")
@click.option("--base", default=DEFAULT_EDITION, show_default=True, help="Code of the edition that is changed.")
@click.option("--name", required=True, help="What the edition is called.")
@click.option("--set", "numbers", multiple=True, metavar="ROW=NUMBER", help="A row of the base and its new number.")
@click.option(
    "--require", "lists", multiple=True, metavar="LIST=CODES", help="A list and the entries it asks for, with commas."
)
@click.option("--reason", required=True, help="Why the numbers differ, and by which decision.")
@click.option("--from", "valid_from", required=True, help="Day from which it is in force.")
@click.pass_obj
def edition_command(
    desk: Desk,
    code: str,
    base: str,
    name: str,
    numbers: tuple[str, ...],
    lists: tuple[str, ...],
    reason: str,
    valid_from: str,
) -> None:
    """Make an edition of one's own: some numbers of another changed. Once made it never changes."""
    facts = {"code": code, "base": base, "name": name, "reason": reason, "valid_from": valid_from}
    told = {row.strip(): number.strip() for row, _, number in (one.partition("=") for one in numbers)}
    required = {kind.strip(): codes.split(",") for kind, _, codes in (one.partition("=") for one in lists)}
    with desk.backend.writing() as session:
        deciding.decide_edition(session, desk.actor, facts, told, required)
    answer({"edition": code, "base": base, "numbers": told, "required": required})


def _read(desk: Desk, file: Path) -> ReturnList:
    """The file's entries; one that is no list has that one problem and no rows."""
    with desk.backend.reading() as session:
        reader = Reader.of(queries.lists(session))
    try:
        return read_list(file, file.name, reader, Limits(rows=desk.settings.list_rows))
    except (UnreadableFileError, TooLargeError) as error:
        return ReturnList([], [Problem("file.refused", error.message)])


def _as_dict(receipt: Receipt) -> dict[str, object]:
    problems = [problem.as_dict() for problem in receipt.problems]
    return {
        "added": receipt.added,
        "changed": receipt.changed,
        "unchanged": receipt.unchanged,
        "refused": receipt.refused,
        "problems": [{key: problem[key] for key in KEYS} for problem in problems],
    }


def _leave(receipt: Receipt) -> None:
    faults = errors_in(receipt.problems)
    for problem in faults[:20]:
        say(f"{problem.place.sheet or ''} {problem.place.row or ''} {problem.message}".strip())
    if faults:
        raise SystemExit(PROBLEMS)
