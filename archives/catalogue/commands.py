"""The command line's door of the catalogue: `chengdang catalogue …`."""

from pathlib import Path

import click

from archives.catalogue.export import write_project
from archives.catalogue.texts import enqueue_reading, forget_unreadable
from archives.core.audit import Subject, record
from archives.core.desk import Desk, answer
from archives.core.jobs import Worker
from archives.projects.queries import by_code


@click.group("catalogue")
def catalogue_group() -> None:
    """The catalogue: lists to give away."""


@catalogue_group.command("export")
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--project", "code", required=True, help="Code of the project.")
@click.pass_obj
def export_command(desk: Desk, out: Path, code: str) -> None:
    """Write the project's volumes and items to OUT, as a list that `transfer import` finds unchanged."""
    with desk.backend.writing() as session:
        project = by_code(session, desk.actor, code)
        volumes, items = write_project(out, session, desk.actor, project)
        subject = Subject("project", project.id, project.code)
        record(session, desk.actor, "catalogue.exported", subject, None, volumes=volumes, items=items)
    answer({"project": code, "volumes": volumes, "items": items, "file": str(out)})


@catalogue_group.command("read-files")
@click.option("--again", is_flag=True, help="Also files in which nothing could be read before.")
@click.pass_obj
def read_files_command(desk: Desk, again: bool) -> None:
    """Read the accepted files that were not read yet, so that the search finds what they say."""
    with desk.backend.writing() as session:
        if again:
            forget_unreadable(session)
        job = enqueue_reading(session, desk.actor)
        job_id = job.id if job is not None else None
    if job_id is None:
        answer({"read": 0, "none": 0, "unreadable": 0})
        return
    answer(Worker(desk.backend, desk.settings, desk.registry.job_kinds).finish(job_id).result)
