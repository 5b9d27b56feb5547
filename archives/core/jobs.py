"""Long work as rows: enqueued in the change's own transaction, done by a worker, seen with progress and log.

A job survives a restart: one whose worker has fallen silent is taken up again, so every kind of job must be able
to run twice. Progress is written between a job's own transactions, never inside one.
"""

import logging
import os
import socket
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, and_, or_, select, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Mapped, Session, mapped_column

from archives.config import Settings
from archives.core.actors import Actor, Role
from archives.core.backend import Backend
from archives.core.clock import now
from archives.core.db import Base
from archives.core.errors import ArchivesError
from archives.core.language import Message, msg, speaking

SILENCE = timedelta(seconds=60)
"""After this long without a word a running job counts as abandoned."""
ATTEMPTS = 3
REPORT_EVERY = 0.5
"""Seconds between two notes of progress."""

_log = logging.getLogger("chengdang.jobs")
QUEUED, RUNNING, DONE, FAILED, CANCELLED = "queued", "running", "done", "failed", "cancelled"


class Job(Base):
    """One piece of long work; `actor` is kept whole, for the work is done in that person's name."""

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_waiting", "state", "id"), Index("ix_job_subject", "subject_kind", "subject_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    label: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[int | None]
    payload: Mapped[dict[str, Any]]
    actor: Mapped[dict[str, Any]]
    actor_id: Mapped[int | None] = mapped_column(index=True)
    language: Mapped[str]
    state: Mapped[str] = mapped_column(default=QUEUED)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    worker: Mapped[str | None]
    heard_at: Mapped[datetime | None]
    cancel_wanted: Mapped[bool] = mapped_column(default=False)
    result: Mapped[dict[str, Any] | None]
    queued_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    @property
    def is_open(self) -> bool:
        """Whether work is still to come."""
        return self.state in {QUEUED, RUNNING}

    @property
    def rate(self) -> float:
        """Units done per second so far."""
        if not self.started_at or not self.done:
            return 0.0
        return self.done / max(((self.ended_at or now()) - self.started_at).total_seconds(), 0.001)

    @property
    def seconds_left(self) -> int | None:
        """Seconds until the end at the present rate, if one can say."""
        return round((self.total - self.done) / self.rate) if self.rate and self.total else None


class JobLine(Base):
    """One line of a job's log."""

    __tablename__ = "job_line"

    id: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[int] = mapped_column(ForeignKey("job.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    line: Mapped[str]


class CancelledError(Exception):
    """Somebody asked the job to stop."""


class LostError(Exception):
    """Another worker has taken the job over: this one was silent for too long."""


def _nothing_waits(_session: Session, _payload: Mapping[str, Any]) -> None:
    """Most work leaves nothing behind that could wait for it."""


@dataclass(frozen=True, slots=True)
class JobKind:
    """A kind of long work: its name, its label for people, and what does it.

    `give_up` puts right what waits for a job that was cancelled or failed, from its payload, in the transaction that
    ends it.
    """

    name: str
    label: str
    run: Callable[["Work"], dict[str, Any]]
    give_up: Callable[[Session, Mapping[str, Any]], None] = _nothing_waits


class Work:
    """What a running job has in hand."""

    def __init__(self, backend: Backend, settings: Settings, job: Job) -> None:
        self.backend = backend
        self.settings = settings
        self.job_id = job.id
        self._mine = _held(job)
        self.payload = job.payload
        self.actor = actor_from(job.actor)
        self._reported = 0.0

    def progress(self, done: int, total: int) -> None:
        """Note how far the work is, at most twice a second; raises CancelledError if somebody asked to stop.

        Raises LostError if another worker has the job by now. Call it between transactions: on the embedded file a
        second writer would wait for the first.
        """
        if done < total and time.monotonic() - self._reported < REPORT_EVERY:
            return
        self._reported = time.monotonic()
        with self.backend.writing() as session:
            told = update(Job).where(self._mine).values(done=done, total=total, heard_at=now())
            cancel_wanted = session.scalars(told.returning(Job.cancel_wanted)).one_or_none()
        if cancel_wanted is None:
            raise LostError
        if cancel_wanted:
            raise CancelledError

    def hold(self, session: Session) -> None:
        """Raise LostError if another worker has the job by now; in a transaction that is about to write."""
        if session.scalar(select(Job.id).where(self._mine).with_for_update()) is None:
            raise LostError

    @contextmanager
    def heard(self) -> Iterator[None]:
        """Go on being heard of while something long runs that cannot note its progress."""
        over = threading.Event()
        voice = threading.Thread(target=self._speak_until, args=(over,), daemon=True)
        voice.start()
        try:
            yield
        finally:
            over.set()
            voice.join()

    def _speak_until(self, over: threading.Event) -> None:
        while not over.wait(SILENCE.total_seconds() / 4):
            with suppress(OperationalError), self.backend.writing() as session:  # busy now: there is a next time
                session.execute(update(Job).where(self._mine).values(heard_at=now()))

    def log(self, line: Message | str) -> None:
        """Add a line to the job's log; between transactions, like `progress`."""
        with self.backend.writing() as session:
            session.add(JobLine(job_id=self.job_id, at=now(), line=str(line)))


def enqueue(
    session: Session,
    actor: Actor,
    kind: JobKind,
    *,
    subject: tuple[str, int | None],
    language: str,
    payload: Mapping[str, Any],
) -> Job:
    """Add a job; it exists if and only if the transaction commits."""
    job = Job(
        kind=kind.name,
        label=kind.label,
        subject_kind=subject[0],
        subject_id=subject[1],
        payload=dict(payload),
        actor=actor_as_dict(actor),
        actor_id=actor.account_id,
        language=language,
        queued_at=now(),
    )
    session.add(job)
    session.flush()
    return job


def cancel(session: Session, job: Job, kinds: Mapping[str, JobKind]) -> None:
    """Ask a job to stop: at once if it waits, at its next note of progress if it runs."""
    session.refresh(job, with_for_update=True)  # a worker may be claiming it at this moment
    if job.state == QUEUED:
        job.state, job.ended_at, job.result = CANCELLED, now(), _said(msg("Cancelled."))
        _give_up(session, job, kinds)
    job.cancel_wanted = True


def retry(job: Job) -> None:
    """Put an ended job back into the queue."""
    job.state, job.attempts, job.cancel_wanted = QUEUED, 0, False
    job.done = job.total = 0
    job.ended_at = job.result = job.started_at = None


def _give_up(session: Session, job: Job, kinds: Mapping[str, JobKind]) -> None:
    if job.kind in kinds:
        kinds[job.kind].give_up(session, job.payload)


def _held(job: Job) -> ColumnElement[bool]:
    """Whether the worker that claimed the job has it still."""
    return and_(Job.id == job.id, Job.state == RUNNING, Job.worker == job.worker, Job.attempts == job.attempts)


def _said(sentence: Message) -> dict[str, Any]:
    return {"message": str(sentence)}


def last_line(session: Session, job_id: int) -> str:
    """What a job's log said last: what it is at; "" before it said anything."""
    newest = select(JobLine.line).where(JobLine.job_id == job_id).order_by(JobLine.id.desc()).limit(1)
    return session.scalar(newest) or ""


def lines(session: Session, job_id: int) -> list[JobLine]:
    """A job's log in order."""
    return list(session.scalars(select(JobLine).where(JobLine.job_id == job_id).order_by(JobLine.id)))


class Worker:
    """Claims jobs one at a time and does them."""

    def __init__(self, backend: Backend, settings: Settings, kinds: Mapping[str, JobKind]) -> None:
        self.backend = backend
        self.settings = settings
        self.kinds = kinds
        self.name = f"{socket.gethostname()}:{os.getpid()}"

    def finish(self, job_id: int) -> Job:
        """Do a job here, or wait until the worker that has it is done; for the command line."""
        while True:
            self.take_over()
            if not self.run_one(job_id):
                time.sleep(0.2)
            with self.backend.reading() as session:
                job = session.get_one(Job, job_id)
            if not job.is_open:
                return job

    def take_over(self) -> None:
        """Put back what a worker of this host left behind when it was killed."""
        mine = Job.worker.startswith(f"{socket.gethostname()}:", autoescape=True)
        with self.backend.writing() as session:
            for job in session.scalars(select(Job).where(Job.state == RUNNING, mine)):
                if not _is_alive(int(str(job.worker).rpartition(":")[2])):
                    job.state = QUEUED

    def run_one(self, only: int | None = None) -> bool:
        """Do the next job, or the one that is meant; False if it is not waiting."""
        job = self._claim(only)
        if job is None:
            return False
        with speaking(job.language):
            self._do(job)
        return True

    def _claim(self, only: int | None) -> Job | None:
        silent = now() - SILENCE
        waiting = or_(Job.state == QUEUED, (Job.state == RUNNING) & (Job.heard_at < silent))
        if only is not None:
            waiting = and_(waiting, Job.id == only)
        with self.backend.writing() as session:
            statement = select(Job).where(waiting).order_by(Job.id).limit(1).with_for_update(skip_locked=True)
            job = session.scalars(statement).one_or_none()
            if job is None:
                return None
            job.state, job.worker, job.attempts = RUNNING, self.name, job.attempts + 1
            job.started_at = job.heard_at = now()
            job.done = 0
        return job

    def _do(self, job: Job) -> None:
        if job.attempts > ATTEMPTS:
            self._end(job, FAILED, _said(msg("Stopped after %(n)d attempts.", n=ATTEMPTS)))
            return
        try:
            if job.cancel_wanted:
                raise CancelledError
            result = self.kinds[job.kind].run(Work(self.backend, self.settings, job))
        except LostError:
            return
        except CancelledError:
            self._end(job, CANCELLED, _said(msg("Cancelled.")))
        except ArchivesError as error:
            self._end(job, FAILED, _said(error.message))
        except IntegrityError:
            sentence = msg("Somebody saved the same thing at the same moment. Look again and repeat.")
            self._end(job, FAILED, _said(sentence) | {"trace": traceback.format_exc()})
        except OperationalError:  # the database was busy, or away: the next attempt may find it well
            self._put_back(job)
        except Exception:  # a job must end in a state that people can see, whatever happened
            _log.exception("job %s (%s) failed", job.id, job.kind)
            sentence = msg("An error we did not foresee. It was noted; nothing was stored.")
            self._end(job, FAILED, _said(sentence) | {"trace": traceback.format_exc()})
        else:
            self._end(job, DONE, result)

    def _end(self, job: Job, state: str, result: dict[str, Any]) -> None:
        """Close the job, unless another worker has it by now."""
        with self.backend.writing() as session:
            ended = update(Job).where(_held(job)).values(state=state, result=result, ended_at=now())
            was_mine = session.scalars(ended.returning(Job.id)).one_or_none() is not None
            if was_mine and state != DONE:
                _give_up(session, job, self.kinds)

    def _put_back(self, job: Job) -> None:
        with self.backend.writing() as session:
            session.execute(update(Job).where(_held(job)).values(state=QUEUED))


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return pid != os.getpid()


def actor_as_dict(actor: Actor) -> dict[str, Any]:
    """An actor as plain values, to be kept with a job."""
    return {
        "kind": actor.kind,
        "name": actor.name,
        "account_id": actor.account_id,
        "roles": sorted(actor.roles),
        "organisation_id": actor.organisation_id,
        "clearance": actor.clearance,
    }


def actor_from(values: Mapping[str, Any]) -> Actor:
    """The actor kept with a job."""
    return Actor(**{**values, "roles": frozenset(Role(role) for role in values["roles"])})
