"""Readings that are killed, cancelled, lost or doubled: nothing half is seen, and the next attempt completes it."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import func, select, update

from archives.core import jobs
from archives.core.actors import Role
from archives.core.audit import verify
from archives.core.backend import Backend
from archives.core.jobs import CANCELLED, DONE, FAILED, QUEUED, RUNNING, Job
from archives.demo.network import network
from archives.pipelines import queries
from archives.pipelines.models import (
    ACCEPTED,
    BROUGHT,
    IN_TRANSFER,
    READING,
    REFUSED,
    STORE,
    StoreSystem,
    SurveyVersion,
)
from archives.pipelines.surveys import intake, service
from archives.pipelines.surveys import jobs as readings
from archives.pipelines.systems import decide_store, system_named
from gis.survey.model import Survey
from tests.pipelines.conftest import CRS, OPERATOR, Archive, files_of, shifted, street, upload
from tests.visitors import SignInAs

LINES = 1_000


def _long() -> Survey:
    """A survey that takes a moment."""
    return network(1, LINES)


def _command(archive: Archive, paths: list[Path]) -> "subprocess.Popen[bytes]":
    settings = archive.app.settings
    environment = {**os.environ, "CHENGDANG_DATA": str(settings.data), "CHENGDANG_LANGUAGE": "en"}
    if settings.database_url:
        environment["CHENGDANG_DATABASE_URL"] = settings.database_url
    words = ["pipelines", "import", *map(str, paths), "--source", "census", "--crs", CRS, "--json"]
    command = [sys.executable, "-m", "archives.cli", *words]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def _wait_until(archive: Archive, moment: str, process: "subprocess.Popen[bytes]") -> None:
    """Until the reading is noted, or has stored some lines of a version that nobody sees."""
    until = time.monotonic() + 60
    wanted = select(func.count()).select_from(SurveyVersion).where(SurveyVersion.state == READING)
    if moment == "staged":
        wanted = select(func.count()).select_from(STORE.segment)
    while time.monotonic() < until and process.poll() is None:
        with archive.app.backend.reading() as session:
            if session.scalar(wanted) and session.scalar(select(Job.state)) == RUNNING:
                return
        time.sleep(0.005)
    pytest.fail(f"the reading was never {moment}: {process.communicate()[1].decode()}")


def seen(archive: Archive) -> list[int]:
    """The versions whose lines staff look at."""
    with archive.app.backend.reading() as session:
        return queries.current_versions(session, OPERATOR)


def test_a_reading_that_is_killed_shows_nothing_and_the_next_completes_it(archive: Archive, tmp_path: Path) -> None:
    paths = files_of(tmp_path / "files", _long(), "csv")
    for moment in ("noted", "staged"):
        process = _command(archive, paths)
        _wait_until(archive, moment, process)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert seen(archive) == [], "nothing of a killed reading is visible"
    process = _command(archive, paths)
    told, said = process.communicate()
    assert process.returncode == 0, said.decode() + told.decode()
    answer = json.loads(told)
    assert (answer["version"], answer["accepted"]) == (1, True)
    assert archive.stored() == (answer["points"], answer["segments"]), "what was staged before is gone"
    with archive.app.backend.reading() as session:
        assert verify(session).broken is None


def test_what_was_read_and_not_accepted_before_the_end_is_accepted_by_the_next_run(
    archive: Archive, tmp_path: Path
) -> None:
    paths = files_of(tmp_path / "files", street(), "csv")
    version = archive.read(paths)
    assert version.state == IN_TRANSFER
    told, _ = _command(archive, paths).communicate()
    assert json.loads(told)["accepted"]
    assert archive.version(version.id).state == ACCEPTED


def test_a_reading_can_be_cancelled_between_two_pieces_and_taken_up_again(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readings, "CHUNK", 20)
    monkeypatch.setattr(jobs, "REPORT_EVERY", 0.0)
    version_id = archive.bring(files_of(tmp_path / "files", street(), "csv"))
    job_id = archive.job(archive.version(version_id)).id
    note = jobs.Work.progress

    def note_and_cancel(work: jobs.Work, done: int, total: int) -> None:
        with archive.app.backend.writing() as session:
            session.execute(update(Job).where(Job.id == job_id).values(cancel_wanted=done > 40))
        assert seen(archive) == [], "what is being stored nobody sees"
        note(work, done, total)

    monkeypatch.setattr(jobs.Work, "progress", note_and_cancel)
    archive.work()
    version = archive.version(version_id)
    assert (archive.job(version).state, version.state, seen(archive)) == (CANCELLED, REFUSED, [])
    monkeypatch.undo()
    with archive.app.backend.writing() as session:
        jobs.retry(session.get_one(Job, job_id))
    archive.work()
    assert archive.version(version_id).state == IN_TRANSFER
    assert archive.stored() == (74, 70)


def test_a_reading_that_waits_is_cancelled_through_the_page(
    archive: Archive, sign_in_as: SignInAs, tmp_path: Path
) -> None:
    counter = sign_in_as(Role.COUNTER)
    page = upload(counter, files_of(tmp_path / "files", street(), "csv")).location
    counter.send(f"{page}/read")
    assert counter.send(f"{page}/read").status_code == 409, "it is in hand"
    assert counter.send(f"{page}/reopen").status_code == 409
    job_id = archive.version(1).job_id
    assert counter.send(f"/jobs/{job_id}/cancel").status_code == 303
    assert archive.version(1).state == REFUSED
    assert archive.work() == 0
    assert counter.send(f"{page}/reopen").status_code == 303
    assert archive.version(1).state == BROUGHT
    assert counter.send(f"{page}/read").status_code == 303
    assert archive.work() == 1
    assert archive.version(1).state == IN_TRANSFER


def test_a_worker_that_was_silent_for_too_long_stores_nothing_more(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readings, "CHUNK", 20)
    monkeypatch.setattr(jobs, "REPORT_EVERY", 0.0)
    version_id = archive.bring(files_of(tmp_path / "files", street(), "csv"))
    job_id = archive.job(archive.version(version_id)).id
    other = archive.worker()
    other.name = "elsewhere:1"
    add = readings._stage

    def lose_and_stage(work: jobs.Work, of: int, survey: Survey) -> None:
        monkeypatch.setattr(readings, "_stage", add)
        with archive.app.backend.writing() as session:
            session.execute(update(Job).where(Job.id == job_id).values(state=QUEUED))
        assert other.run_one(job_id)
        add(work, of, survey)

    monkeypatch.setattr(readings, "_stage", lose_and_stage)
    assert archive.worker().run_one(job_id)
    job = archive.job(archive.version(version_id))
    assert (job.state, job.worker, job.attempts) == (DONE, "elsewhere:1", 2)
    assert (archive.version(version_id).state, archive.stored()) == (IN_TRANSFER, (74, 70))


def test_a_lost_worker_does_not_bring_back_what_was_decided_meanwhile(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    version_id = archive.bring(files_of(tmp_path / "files", street(), "csv"))
    job_id = archive.job(archive.version(version_id)).id
    other = archive.worker()
    other.name = "elsewhere:1"
    note = readings._note

    def lose_and_note(*told: object) -> None:
        pytest.fail("a worker that lost its job must not come so far")

    stage = readings._stage

    def stage_and_lose(work: jobs.Work, of: int, survey: Survey) -> None:
        stage(work, of, survey)
        monkeypatch.setattr(readings, "_stage", stage)
        with archive.app.backend.writing() as session:
            session.execute(update(Job).where(Job.id == job_id).values(state=QUEUED))
        assert other.run_one(job_id)
        with archive.app.backend.writing() as session:
            version = session.get_one(SurveyVersion, version_id)
            service.accept(session, OPERATOR, archive.dataset(version), version)
        monkeypatch.setattr(readings, "_note", lose_and_note)

    monkeypatch.setattr(readings, "_stage", stage_and_lose)
    assert archive.worker().run_one(job_id)
    monkeypatch.setattr(readings, "_note", note)
    assert archive.version(version_id).state == ACCEPTED


def test_a_job_that_fails_leaves_a_version_that_can_be_looked_at_and_read_again(
    archive: Archive, sign_in_as: SignInAs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter = sign_in_as(Role.COUNTER)
    page = upload(counter, files_of(tmp_path / "files", street(), "csv")).location
    counter.send(f"{page}/read")

    def fail(*_given: object) -> None:
        raise MemoryError

    with monkeypatch.context() as broken:
        broken.setattr(intake, "checked", fail)
        archive.work()
    version = archive.version(1)
    assert (archive.job(version).state, version.state) == (FAILED, REFUSED)
    assert version.message
    assert seen(archive) == []
    shown = counter.get(page).text
    assert f"{page}/reopen" in shown
    counter.send(f"{page}/reopen")
    assert f"{page}/read" in counter.get(page).text
    counter.send(f"{page}/read")
    archive.work()
    assert archive.version(1).state == IN_TRANSFER


def test_two_workers_read_two_surveys_at_once_into_one_plane(archive: Archive, tmp_path: Path) -> None:
    one = archive.bring(files_of(tmp_path / "a", street(), "csv"))
    other = archive.bring(files_of(tmp_path / "b", shifted(street(column=8)), "gpkg"), source="owner")
    workers = [threading.Thread(target=archive.worker().run_one, args=(job,)) for job in _jobs(archive)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [archive.version(of).state for of in (one, other)] == [IN_TRANSFER, IN_TRANSFER]
    with archive.app.backend.reading() as session:
        assert session.scalars(select(StoreSystem.epsg)).all() == [4545]


def _jobs(archive: Archive) -> list[int]:
    with archive.app.backend.reading() as session:
        return list(session.scalars(select(Job.id).order_by(Job.id)))


def test_who_decides_the_plane_second_takes_the_first_ones(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    if backend.kind == "embedded":
        pytest.skip("the file has one writer at a time")
    started, done = threading.Event(), []

    def second() -> None:
        with backend.writing() as session:
            monkeypatch.setattr(queries, "store_system", lambda _session: None)
            started.set()
            done.append(decide_store(session, OPERATOR, system_named(session, "EPSG:4547")))

    with backend.writing() as session:
        assert decide_store(session, OPERATOR, system_named(session, CRS)) == 4545
        thread = threading.Thread(target=second)
        thread.start()
        started.wait(10)
        time.sleep(0.2)
    thread.join(20)
    assert done == [4545]


def test_a_survey_that_is_read_while_another_is_accepted_keeps_its_own_lines(archive: Archive, tmp_path: Path) -> None:
    first = archive.take(tmp_path / "a", street())
    second = archive.read(files_of(tmp_path / "b", street(), "xlsx"), replaces=archive.dataset(first).number)
    assert seen(archive) == [first.id], "the accepted version counts until the next is accepted"
    assert archive.stored(first.id) == archive.stored(second.id) == (74, 70)
    assert np.isclose(archive.version(first.id).length, archive.version(second.id).length)


@pytest.mark.parametrize("state", [IN_TRANSFER, BROUGHT, READING])
def test_clearing_takes_only_what_was_sent_back(archive: Archive, tmp_path: Path, state: str) -> None:
    version = archive.read(files_of(tmp_path / "a", street(), "csv"))
    with archive.app.backend.writing() as session:
        kept = session.get_one(SurveyVersion, version.id)
        kept.state = state
        readings.enqueue_clearing(session, OPERATOR, kept)
    archive.work()
    assert archive.job(archive.version(version.id)).state == FAILED
    assert archive.stored() == (74, 70)
