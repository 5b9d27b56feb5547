"""Taking a list in: once, again, changed, cancelled, killed, two at a time; and in how many statements."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from archives.accession import service
from archives.accession.jobs import TAKE_LIST
from archives.accession.models import CHECKED, CHECKING, REFUSED, TAKEN, TAKING, TransferList
from archives.catalogue.models import ARRIVING, IN_TRANSFER, Item, Volume
from archives.core import history, jobs
from archives.core.actors import Role
from archives.core.audit import verify
from archives.core.errors import ConflictError
from archives.core.jobs import CANCELLED, DONE, FAILED, QUEUED, RUNNING, Job
from archives.core.sheets.sheet import Cell
from archives.features import REGISTRY
from tests.accession.conftest import CODE, OPERATOR, Office, upload
from tests.accession.lists import item, list_of, sound_list, volume
from tests.visitors import SignInAs

MANY = 6000
"""Volumes of a list that is staged in several pieces."""


def figures(brought: TransferList) -> tuple[int, int, int, int]:
    """Added, changed, unchanged, refused."""
    return brought.added, brought.changed, brought.unchanged, brought.refused


def arriving(office: Office) -> int:
    with office.app.backend.reading() as session:
        return session.scalar(select(func.count(Volume.id)).where(Volume.state == ARRIVING)) or 0


def test_the_same_list_twice_adds_nothing(office: Office, tmp_path: Path) -> None:
    path = sound_list(tmp_path / "list.xlsx")
    assert figures(office.take(path)) == (9, 0, 0, 0)
    before = [(one.id, one.version) for one in office.volumes()]
    assert figures(office.take(path)) == (0, 0, 9, 0)
    assert [(one.id, one.version) for one in office.volumes()] == before


def test_a_changed_cell_changes_its_record_and_keeps_what_was(office: Office, tmp_path: Path) -> None:
    office.take(list_of(tmp_path / "a.xlsx", [volume("1", "基础施工文件"), volume("2")], [item("1", 1)]))
    changed = office.take(list_of(tmp_path / "b.xlsx", [volume("1", "主体施工文件"), volume("2")], [item("1", 1)]))
    assert figures(changed) == (0, 1, 2, 0)
    first, second = office.volumes()
    assert (first.title, first.version, second.version) == ("主体施工文件", 2, 1)
    with office.app.backend.reading() as session:
        (revision,) = history.in_batch(session, f"list/{changed.id}")
        assert (revision.subject_kind, revision.subject_id) == ("volume", first.id)
        assert json.loads(revision.changes) == {"title": ["基础施工文件", "主体施工文件"]}
        assert verify(session).broken is None


def test_sound_rows_go_in_and_the_rest_can_follow(office: Office, tmp_path: Path) -> None:
    faulty = [volume("1"), volume("2", "=1+1"), volume("3")]
    assert figures(office.take(list_of(tmp_path / "a.xlsx", faulty, [item("2", 1)]), sound_only=True)) == (2, 0, 0, 2)
    assert [one.volume_no for one in office.volumes()] == ["1", "3"]
    whole = [volume("1"), volume("2", "装修施工文件"), volume("3")]
    assert figures(office.take(list_of(tmp_path / "b.xlsx", whole, [item("2", 1)]))) == (2, 0, 2, 0)


def test_two_lists_of_one_project_at_once(office: Office, tmp_path: Path) -> None:
    office.bring(sound_list(tmp_path / "a.xlsx"))
    with pytest.raises(ConflictError, match=r"Another list|另"):
        office.bring(sound_list(tmp_path / "b.xlsx", title="另一份文件"))
    assert office.worker().run_one()
    office.take(sound_list(tmp_path / "b.xlsx", volumes=4))
    assert len(office.volumes()) == 4


def test_two_people_press_the_button_and_one_is_told(office: Office, sign_in_as: SignInAs, tmp_path: Path) -> None:
    counter = sign_in_as(Role.COUNTER)
    pages = []
    for name in ("a.xlsx", "b.xlsx"):
        content = sound_list(tmp_path / name, title=f"文件{name}").read_bytes()
        pages.append(upload(counter, f"{office.address}/lists", name, content).location)
    assert counter.send(f"{pages[0]}/take").status_code == 303
    for page in pages:
        answer = counter.send(f"{page}/take")
        assert answer.status_code == 409
    assert "另一" in answer.text
    assert counter.send(f"{pages[0]}/check").status_code == 409, "a list in hand is not checked again"
    assert office.worker().run_one()
    assert counter.send(f"{pages[0]}/take").status_code == 409, "what is taken stays taken"
    assert counter.send(f"{pages[1]}/take").status_code == 303


def test_a_waiting_job_that_is_cancelled_gives_the_list_back(
    office: Office, sign_in_as: SignInAs, tmp_path: Path
) -> None:
    counter = sign_in_as(Role.COUNTER)
    content = sound_list(tmp_path / "a.xlsx").read_bytes()
    page = upload(counter, f"{office.address}/lists", "a.xlsx", content).location
    counter.send(f"{page}/take")
    list_id = int(page.rpartition("/")[2])
    job_id = office.brought(list_id).job_id
    assert counter.send(f"/jobs/{job_id}/cancel").status_code == 303
    assert office.brought(list_id).state == CHECKED
    assert not office.worker().run_one(), "nothing waits"
    assert f"{page}/take" in counter.get(page).text, "one can go on"
    assert counter.send(f"/jobs/{job_id}/retry").status_code == 303
    assert office.worker().run_one()
    assert office.brought(list_id).state == TAKEN


def test_a_job_that_is_cancelled_between_two_pieces_leaves_nothing(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "CHUNK", 4)
    monkeypatch.setattr(jobs, "REPORT_EVERY", 0.0)
    list_id, job_id = office.bring(sound_list(tmp_path / "a.xlsx", volumes=9))
    note = jobs.Work.progress

    def note_and_cancel(work: jobs.Work, done: int, total: int) -> None:
        with office.app.backend.writing() as session:
            session.execute(update(Job).where(Job.id == job_id).values(cancel_wanted=done > 6))
        assert office.volumes() == [], "what is being written nobody sees"
        note(work, done, total)

    monkeypatch.setattr(jobs.Work, "progress", note_and_cancel)
    assert office.worker().run_one()
    assert office.job(job_id).state == CANCELLED
    assert (office.brought(list_id).state, office.volumes(), arriving(office)) == (CHECKED, [], 0)
    monkeypatch.undo()
    assert figures(office.take(tmp_path / "a.xlsx")) == (27, 0, 0, 0)


def test_a_record_changed_meanwhile_stops_the_import_and_loses_nothing(office: Office, tmp_path: Path) -> None:
    office.take(list_of(tmp_path / "a.xlsx", [volume("1", "甲文件")]))
    list_id, job_id = office.bring(list_of(tmp_path / "b.xlsx", [volume("1", "乙文件"), volume("2", "丙文件")]))
    with office.app.backend.writing() as session:
        session.add(_by_form(office))
    assert office.worker().run_one()
    assert figures(office.brought(list_id)) == (0, 2, 0, 0), "the plan is made anew when the list is taken"
    assert office.job(job_id).state == DONE


def _by_form(office: Office) -> Volume:
    first = office.volumes()[0]
    copied = {name: getattr(first, name) for name in ("project_id", "unit_id", "class_code", "retention", "secrecy")}
    return Volume(
        volume_no="2", sort_key="00000002", title="丁文件", created_at=first.created_at, state=IN_TRANSFER, **copied
    )


def test_a_worker_that_was_silent_for_too_long_writes_nothing_more(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "CHUNK", 4)
    monkeypatch.setattr(jobs, "REPORT_EVERY", 0.0)
    list_id, job_id = office.bring(sound_list(tmp_path / "a.xlsx", volumes=9))
    note, other = jobs.Work.progress, office.worker()
    other.name = "elsewhere:1"

    def note_and_lose(work: jobs.Work, done: int, total: int) -> None:
        monkeypatch.setattr(jobs.Work, "progress", note)
        with office.app.backend.writing() as session:
            session.execute(update(Job).where(Job.id == job_id).values(state=QUEUED))
        assert other.run_one(job_id)
        note(work, done, total)

    monkeypatch.setattr(jobs.Work, "progress", note_and_lose)
    assert office.worker().run_one()
    job = office.job(job_id)
    assert (job.state, job.worker, job.attempts) == (DONE, "elsewhere:1", 2)
    assert (office.brought(list_id).state, len(office.volumes()), arriving(office)) == (TAKEN, 9, 0)


def test_a_long_list_that_is_none_is_refused_by_its_check(office: Office, tmp_path: Path) -> None:
    path = sound_list(tmp_path / "a.xlsx")
    list_id, _ = office.bring(path)
    with office.app.backend.writing() as session:
        brought = session.get_one(TransferList, list_id)
        brought.state = CHECKING
        office.quarantine.discard(brought.sha256)
        kind = REGISTRY.job_kinds["accession.check"]
        job = jobs.enqueue(session, OPERATOR, kind, subject=("list", list_id), language="en", payload={"list": list_id})
    assert office.worker().run_one(job.id)
    assert office.job(job.id).state == FAILED
    assert office.brought(list_id).state == REFUSED


def _command(office: Office, path: Path) -> "subprocess.Popen[bytes]":
    settings = office.app.settings
    environment = {**os.environ, "CHENGDANG_DATA": str(settings.data), "CHENGDANG_LANGUAGE": "en"}
    if settings.database_url:
        environment["CHENGDANG_DATABASE_URL"] = settings.database_url
    command = [sys.executable, "-m", "archives.cli", "transfer", "import", str(path), "--project", CODE]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_an_import_that_is_killed_is_completed_by_the_next(office: Office, tmp_path: Path) -> None:
    path = sound_list(tmp_path / "long.xlsx", volumes=MANY, items=1)
    for moment in ("brought", "staging", "staging"):
        process = _command(office, path)
        _wait_until(office, moment, process)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert office.volumes() == [], "nothing of a killed import is visible"
    process = _command(office, path)
    told, said = process.communicate()
    assert process.returncode == 0, said.decode()
    assert "completed first" in said.decode()
    assert json.loads(told)["added"] == 2 * MANY
    assert (len(office.volumes()), arriving(office)) == (MANY, 0)
    with office.app.backend.reading() as session:
        assert session.scalar(select(func.count(Item.id))) == MANY
        assert session.scalar(select(func.count(TransferList.id))) == 1
        assert verify(session).broken is None


def _wait_until(office: Office, moment: str, process: "subprocess.Popen[bytes]") -> None:
    """Until the import has noted its list, or has written some of it."""
    until = time.monotonic() + 60
    wanted = select(func.count(TransferList.id)).where(TransferList.state == TAKING)
    if moment == "staging":
        wanted = select(func.count(Volume.id)).where(Volume.state == ARRIVING)
    while time.monotonic() < until and process.poll() is None:
        with office.app.backend.reading() as session:
            if session.scalar(wanted) and (moment == "brought" or _attempt(office) == RUNNING):
                return
        time.sleep(0.01)
    pytest.fail(f"the import was never {moment}: {process.communicate()[1].decode()}")


def _attempt(office: Office) -> str | None:
    with office.app.backend.reading() as session:
        return session.scalar(select(Job.state).where(Job.kind == TAKE_LIST.name))


@pytest.mark.parametrize("shape", ["volumes", "items", "changes"])
def test_statements_hardly_grow_with_the_rows(
    office: Office, shape: str, tmp_path: Path, statements: list[str]
) -> None:
    few, many = (_statements(office, statements, tmp_path, shape, rows) for rows in (500, 4500))
    assert many - few <= 4000 / 500, f"{few} statements for 500 rows, {many} for 4500"


def _statements(office: Office, sent: list[str], folder: Path, shape: str, rows: int) -> int:
    def path(words: str) -> Path:
        if shape == "items":
            return list_of(folder / f"{rows}.xlsx", [volume(f"I{rows}")], [item(f"I{rows}", n) for n in range(1, rows)])
        return list_of(folder / f"{rows}.xlsx", [_varied(f"V{rows}-{number}", number, words) for number in range(rows)])

    if shape == "changes":
        office.take(path(""))
    list_id, job_id = office.bring(path("改"))
    sent.clear()
    assert office.worker().run_one(job_id)
    assert sum(figures(office.brought(list_id))[:2]) == rows
    return len(sent)


def _varied(number: str, index: int, words: str) -> list[Cell]:
    """A volume of which some cells differ when `words` are given: others in each row."""
    row = volume(number)
    if words:
        row[2] = f"{words}文件{index}"
        for column, cell in ((3, 99), (4, "2025-02-01"), (5, "2025-06-02"), (6, "长期"), (7, "内部")):
            if index >> column & 1:
                row[column] = cell
    return row
