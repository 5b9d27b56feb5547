"""Where people watch their long work: progress, log, cancel, and once more."""

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from archives.core import jobs
from archives.core.actors import Actor, Role
from archives.core.errors import ConflictError, NotFoundError
from archives.core.jobs import CANCELLED, FAILED, Job
from archives.core.language import msg
from archives.core.paging import Order, keyset_page
from archives.web.application import database, here
from archives.web.guard import actor, safe_next
from archives.web.pages import goto, page, pager

blueprint = Blueprint("jobs", __name__, url_prefix="/jobs")


def job_of(session: Session, asking: Actor, job_id: int) -> Job:
    """A job that the asking person started; the system administrator sees all."""
    job = session.get(Job, job_id)
    if job is None or not may_watch(asking, job):
        raise NotFoundError
    return job


def may_watch(asking: Actor, job: Job) -> bool:
    """Whether the pages of a job, and its button that stops it, are open to somebody."""
    return job.actor_id == asking.account_id or asking.has(Role.SYSTEM_ADMIN)


@blueprint.get("")
def index() -> ResponseReturnValue:
    """My long work, newest first."""
    wanted = select(Job)
    if not actor().has(Role.SYSTEM_ADMIN):
        wanted = wanted.where(Job.actor_id == actor().account_id)
    shown = keyset_page(database(), wanted, Order((Job.id,), descending=True))
    return page("jobs/index.html", jobs=shown.rows, pager=pager(shown))


@blueprint.get("/<int:job_id>")
def show(job_id: int) -> ResponseReturnValue:
    """One job with its log."""
    job = job_of(database(), actor(), job_id)
    return page("jobs/show.html", job=job, lines=jobs.lines(database(), job.id))


@blueprint.get("/<int:job_id>/progress")
def progress(job_id: int) -> ResponseReturnValue:
    """The moving part of the page, with `next` as the way to the result; 286 tells the page to stop asking."""
    job = job_of(database(), actor(), job_id)
    result_href = safe_next(request.args.get("next"), url_for("jobs.show", job_id=job_id))
    said = jobs.last_line(database(), job_id) if job.is_open else ""
    return page("jobs/progress.html", job=job, said=said, result_href=result_href), 200 if job.is_open else 286


@blueprint.post("/<int:job_id>/cancel")
def cancel(job_id: int) -> ResponseReturnValue:
    """Ask the job to stop."""
    jobs.cancel(database(), job_of(database(), actor(), job_id), here().registry.job_kinds)
    return goto("jobs.show", job_id=job_id)


@blueprint.post("/<int:job_id>/retry")
def retry(job_id: int) -> ResponseReturnValue:
    """Put an ended job back into the queue."""
    job = job_of(database(), actor(), job_id)
    if job.state not in {FAILED, CANCELLED}:
        raise ConflictError(msg("Only a job that failed or was cancelled can be tried again."))
    jobs.retry(job)
    return goto("jobs.show", job_id=job_id)
