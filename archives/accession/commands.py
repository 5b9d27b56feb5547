"""The command line's door of accession: `chengdang transfer …`. Others script against its JSON."""

import hashlib
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from archives.accession import holdings, queries, receiving, service
from archives.accession.jobs import check_file, enqueue_take
from archives.accession.models import Transfer, TransferList
from archives.accession.printing import template_workbook
from archives.accession.rules import check_transfer
from archives.catalogue.intake import Plan
from archives.core.clock import today
from archives.core.desk import PROBLEMS, Desk, answer, say
from archives.core.errors import NotFoundError, TooLargeError, UnreadableFileError
from archives.core.files import ContentStore
from archives.core.jobs import DONE, QUEUED, Job, Worker
from archives.core.language import msg
from archives.core.problems import Problem, errors_in
from archives.projects.models import Project
from archives.projects.queries import by_code, unit_by_code

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
    made = _checked(desk, file, code, unit)
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
    worker = Worker(desk.backend, desk.settings, desk.registry.job_kinds)
    left = _complete(desk, worker, code, unit)
    if left is not None and left.sha256 == _digest(file):
        _tell_taken(desk, left.id)
        return
    made = _checked(desk, file, code, unit)
    if not made.sound or (errors_in(made.problems) and not sound_only):
        answer({**_result(made), "added": 0, "changed": 0, "transfer": None})
        _leave(made)
        raise SystemExit(PROBLEMS)
    if not made.added and not made.changed:
        _tell_unchanged(desk, code, made)
        _leave(made)
        return
    list_id, job_id = _bring(desk, file, code, unit, made, sound_only)
    _do(worker, job_id)
    _tell_taken(desk, list_id)
    _leave(made)


@transfer_group.command("files")
@click.argument("file", type=FILE)
@click.option("--project", "code", required=True, help="Code of the project.")
@click.pass_obj
def files_command(desk: Desk, file: Path, code: str) -> None:
    """Take an electronic file, or a ZIP of them, into quarantine and match it to items."""
    most = desk.settings.upload_mb << 20
    with desk.backend.reading() as session:
        _project(session, desk, code, "")
    with ContentStore(desk.settings.quarantine).on_trial() as quarantine:
        with file.open("rb") as stream:
            stored = quarantine.add(stream, most)
        arrived = receiving.unpack(quarantine, stored, file.name, most * receiving.MOST_UNPACKED)
        with desk.backend.writing() as session:
            project = _project(session, desk, code, "")
            received = receiving.note_files(session, desk.actor, project, file.name, arrived)
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


def _checked(desk: Desk, file: Path, code: str, unit: str) -> Plan:
    """What taking a file in would do; a file that is no list has that one problem and no rows."""
    with desk.backend.reading() as session:
        project = _project(session, desk, code, unit)
        try:
            return check_file(session, desk.settings, desk.actor, project, file, file.name, unit)[1]
        except (UnreadableFileError, TooLargeError) as error:
            return Plan(problems=[Problem("file.refused", error.message)])


def _complete(desk: Desk, worker: Worker, code: str, unit: str) -> TransferList | None:
    """Complete what an import of this project left half done when it was killed."""
    worker.take_over()
    with desk.backend.reading() as session:
        left = queries.list_in_hand(session, _project(session, desk, code, unit))
        job = session.get(Job, left.job_id) if left and left.job_id else None
    if left is None or job is None or job.state != QUEUED:
        return None
    say(msg("The import of %(name)s was broken off; it is completed first.", name=left.name))
    _do(worker, job.id)
    return left


def _do(worker: Worker, job_id: int) -> None:
    job = worker.finish(job_id)
    if job.state != DONE:
        say((job.result or {}).get("message", job.state))
        raise SystemExit(PROBLEMS)


def _bring(desk: Desk, file: Path, code: str, unit: str, made: Plan, sound_only: bool) -> tuple[int, int]:
    """Note the list, its check and its job in one transaction; returns the ids of the list and the job."""
    with ContentStore(desk.settings.quarantine).on_trial() as quarantine:
        with file.open("rb") as stream:
            stored = quarantine.add(stream)
        with desk.backend.writing() as session:
            project = _project(session, desk, code, unit)
            brought = service.bring_list(session, desk.actor, project, stored, file.name, unit)
            service.keep_check(session, brought, made)
            job = enqueue_take(session, desk.actor, project, brought, sound_only)
    return brought.id, job.id


def _tell_taken(desk: Desk, list_id: int) -> None:
    with desk.backend.reading() as session:
        brought = session.get_one(TransferList, list_id)
        figures = {name: getattr(brought, name) for name in ("added", "changed", "unchanged", "refused")}
        answer({**figures, "transfer": session.get_one(Transfer, brought.transfer_id).number})


def _tell_unchanged(desk: Desk, code: str, made: Plan) -> None:
    """The catalogue has it all: nothing is noted, not even that the list came."""
    with desk.backend.reading() as session:
        transfers = queries.transfers_of(session, _project(session, desk, code, ""))
        answer({**_result(made), "transfer": transfers[0].number if transfers else None})


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


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
