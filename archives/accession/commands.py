"""The command line's door of accession: `chengdang transfer …`. Others script against its JSON."""

from io import BytesIO
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from archives.accession import holdings, queries, receiving, service
from archives.accession.jobs import TAKE_LIST, check_file
from archives.accession.models import Transfer, TransferList
from archives.accession.printing import template_workbook
from archives.accession.rules import check_transfer
from archives.catalogue.intake import Plan
from archives.core.clock import today
from archives.core.desk import PROBLEMS, Desk, answer, say
from archives.core.errors import NotFoundError
from archives.core.files import ContentStore
from archives.core.jobs import DONE, Job, Worker, enqueue
from archives.core.language import current_language, msg
from archives.core.problems import errors_in
from archives.projects.models import Project
from archives.projects.queries import by_code, unit_by_code

UNPACKED = 22
"""A package may unpack to four times what may be sent: megabytes shifted by this are bytes."""
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("transfer")
def transfer_group() -> None:
    """Transfer lists: template, check, import."""


@transfer_group.command("template")
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_obj
def template_command(desk: Desk, out: Path) -> None:
    """Write an empty transfer list to OUT."""
    with desk.backend.reading() as session:
        out.write_bytes(template_workbook(session))
    say(msg("Written: %(path)s", path=out))


@transfer_group.command("check")
@click.argument("file", type=FILE)
@click.option("--project", "code", required=True, help="Code of the project.")
@click.option("--unit", default="", help="Unit works of a list that names none.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON (the default; kept for scripts).")
@click.pass_obj
def check_command(desk: Desk, file: Path, code: str, unit: str, as_json: bool) -> None:  # noqa: ARG001
    """Check FILE against the rules and the catalogue; nothing is stored."""
    with desk.backend.reading() as session:
        project = _project(session, desk, code, unit)
        _, made = check_file(session, desk.settings, desk.actor, project, file, file.name, unit)
    answer(_report(made))
    _leave(made)


@transfer_group.command("import")
@click.argument("file", type=FILE)
@click.option("--project", "code", required=True, help="Code of the project.")
@click.option("--unit", default="", help="Unit works of a list that names none.")
@click.option("--sound-only", is_flag=True, help="Take the sound rows in; leave the others.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON (the default; kept for scripts).")
@click.pass_obj
def import_command(desk: Desk, file: Path, code: str, unit: str, sound_only: bool, as_json: bool) -> None:  # noqa: ARG001
    """Take FILE into the catalogue. The same file twice adds nothing; a killed import is completed by the next."""
    with desk.backend.reading() as session:
        project = _project(session, desk, code, unit)
        _, made = check_file(session, desk.settings, desk.actor, project, file, file.name, unit)
    if not made.sound or (errors_in(made.problems) and not sound_only):
        answer({**_result(made), "added": 0, "changed": 0, "refused": made.refused, "transfer": None})
        _leave(made)
    list_id, job_id = _bring(desk, project, file, unit, sound_only)
    job = Worker(desk.backend, desk.settings, desk.registry.job_kinds).finish(job_id)
    if job.state != DONE:
        say((job.result or {}).get("message", job.state))
        raise SystemExit(PROBLEMS)
    with desk.backend.reading() as session:
        brought = session.get_one(TransferList, list_id)
        number = session.get_one(Transfer, brought.transfer_id).number
        answer(
            {
                "added": brought.added,
                "changed": brought.changed,
                "unchanged": brought.unchanged,
                "refused": brought.refused,
                "transfer": number,
            }
        )
    _leave(made)


@transfer_group.command("files")
@click.argument("file", type=FILE)
@click.option("--project", "code", required=True, help="Code of the project.")
@click.pass_obj
def files_command(desk: Desk, file: Path, code: str) -> None:
    """Take an electronic file, or a ZIP of them, into quarantine and match it to items."""
    quarantine = ContentStore(desk.settings.quarantine)
    with file.open("rb") as stream:
        stored = quarantine.add(stream, desk.settings.upload_mb << 20)
    with desk.backend.writing() as session:
        project = _project(session, desk, code, "")
        limit = desk.settings.upload_mb << UNPACKED
        received = receiving.receive_file(session, desk.actor, project, quarantine, stored, file.name, limit)
        matched = sum(one.item_id is not None for one in received)
        problems = [{"name": one.name, "message": one.problem} for one in received if one.problem]
        answer({"received": len(received), "matched": matched, "problems": problems})
    if problems:
        raise SystemExit(PROBLEMS)


@transfer_group.command("exempt")
@click.argument("scope_codes", nargs=-1)
@click.option("--project", "code", required=True, help="Code of the project.")
@click.option("--reason", required=True, help="Why the works do not have these documents.")
@click.option("--missing", is_flag=True, help="All documents of the filing scope that are missing now.")
@click.pass_obj
def exempt_command(desk: Desk, scope_codes: tuple[str, ...], code: str, reason: str, missing: bool) -> None:
    """Mark documents of the filing scope as not applicable to the works."""
    with desk.backend.writing() as session:
        project = _project(session, desk, code, "")
        codes = {*scope_codes, *(queries.missing_codes(session, project) if missing else ())}
        service.exempt(session, desk.actor, project, codes, reason)
    answer({"exempt": sorted(codes)})


@transfer_group.command("verify")
@click.option("--project", "code", required=True, help="Code of the project.")
@click.pass_obj
def verify_command(desk: Desk, code: str) -> None:
    """Run the machine's check of the whole transfer."""
    with desk.backend.reading() as session:
        facts = queries.transfer_facts(session, _project(session, desk, code, ""))
        problems = check_transfer(facts)
        answer(
            {
                "volumes": facts.volumes,
                "items": facts.items,
                "problems": [problem.as_dict() for problem in problems],
            }
        )
    if errors_in(problems):
        raise SystemExit(PROBLEMS)


@transfer_group.command("enter")
@click.option("--project", "code", required=True, help="Code of the project.")
@click.option("--shelf", required=True, help="Store, row, section and shelf of all volumes.")
@click.option("--on", "day", default="", help="Day of entry; today if left out.")
@click.pass_obj
def enter_command(desk: Desk, code: str, shelf: str, day: str) -> None:
    """Enter the project's volumes into the holdings: accession numbers, archival codes, shelves."""
    files, quarantine = ContentStore(desk.settings.files), ContentStore(desk.settings.quarantine)
    with desk.backend.writing() as session:
        project = _project(session, desk, code, "")
        locations = {volume.id: shelf for volume in holdings.waiting(session, project)}
        asked = {"on": day or today().isoformat()}
        places = holdings.arrive(session, desk.actor, project, locations, asked, desk.registry, quarantine, files)
        numbers = [place.accession_no for place in places]
    answer({"volumes": len(numbers), "first": numbers[0], "last": numbers[-1]})


def _bring(desk: Desk, project: Project, file: Path, unit: str, sound_only: bool) -> tuple[int, int]:
    """Note the list and its job in one transaction; one that was killed is taken up again instead."""
    quarantine = ContentStore(desk.settings.quarantine)
    stored = quarantine.add(BytesIO(file.read_bytes()))
    with desk.backend.writing() as session:
        left = queries.unfinished(session, project, stored.sha256)
        if left and left.job_id and session.get_one(Job, left.job_id).is_open:
            return left.id, left.job_id
        brought = left or service.bring_list(session, desk.actor, project, stored, file.name, unit)
        service.begin_taking(session, desk.actor, project, brought)
        job = enqueue(
            session,
            desk.actor,
            TAKE_LIST,
            subject=("list", brought.id),
            language=current_language(),
            payload={"list": brought.id, "sound_only": sound_only},
        )
        brought.job_id = job.id
    return brought.id, job.id


def _project(session: Session, desk: Desk, code: str, unit: str) -> Project:
    try:
        project = by_code(session, desk.actor, code)
    except NotFoundError:
        raise NotFoundError(msg("There is no project %(code)s.", code=code)) from None
    if unit:
        unit_by_code(session, project, unit)
    return project


def _report(made: Plan) -> dict[str, Any]:
    keys = ("sheet", "row", "column", "code", "message", "clause", "severity")
    problems = [problem.as_dict() for problem in made.problems]
    return {
        "rows": made.rows,
        "sound": made.sound,
        "problems": [{key: problem[key] for key in keys} for problem in problems],
    }


def _result(made: Plan) -> dict[str, Any]:
    return {"added": made.added, "changed": made.changed, "unchanged": made.unchanged, "refused": made.refused}


def _leave(made: Plan) -> None:
    """Exit 1 if anything was refused, or the list itself could not be read as one."""
    faults = errors_in(made.problems)
    for problem in faults[:20]:
        say(f"{problem.place.sheet or ''} {problem.place.row or ''} {problem.message}".strip())
    if faults:
        raise SystemExit(PROBLEMS)
