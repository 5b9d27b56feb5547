"""The whole way of a survey through the pages: brought with faults, looked at, read, judged, put right, accepted."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from sqlalchemy import select

from archives.core import clock
from archives.core.actors import Role
from archives.core.audit import AuditEntry, verify
from archives.core.clock import now, stopped_at
from archives.core.jobs import JobLine
from archives.pipelines.events import EVENTS
from archives.pipelines.models import ACCEPTED, IN_TRANSFER, REFUSED, REPLACED, Dataset, SurveyVersion
from archives.pipelines.surveys import service
from tests.pipelines.conftest import OPERATOR, Archive, files_of, street, upload, with_missing_end
from tests.visitors import SignInAs, Visitor


class People:
    """Who has a part."""

    def __init__(self, archive: Archive, sign_in_as: SignInAs) -> None:
        self.client = sign_in_as(Role.CLIENT, organisation_id=archive.project.client_id, name="王资料员")
        self.guide = sign_in_as(Role.GUIDANCE, name="孙指导")
        self.cataloguer = sign_in_as(Role.CATALOGUER, name="朱著录")
        self.engineer = sign_in_as(Role.ENGINEER, name="吴工")
        for visitor in (self.client, self.guide, self.cataloguer, self.engineer):
            visitor.set_cookie("language", "en")


@pytest.fixture
def people(archive: Archive, sign_in_as: SignInAs) -> People:
    """Everybody, each in a browser of their own."""
    return People(archive, sign_in_as)


def _finding_on(page: str) -> str:
    """The address of the form that marks the first finding of a page."""
    found = re.search(r'action="([^"]*/findings/\d+)"', page)
    assert found, page
    return found[1]


def _brings_a_survey_with_a_fault(archive: Archive, client: Visitor, folder: Path) -> str:
    paths = files_of(folder, with_missing_end(street()), "xlsx")
    answer = upload(client, paths, source="project", project=archive.project.code, surveyed_on="2026-05-01")
    assert answer.status_code == 303
    looked = client.get(answer.location).text
    for said in ("点表.xlsx", "74", "70", "Survey point no.", "物探点号", "Start elevation", "Read and check"):
        assert said in looked
    assert archive.stored() == (0, 0), "nothing is stored before somebody agrees"
    assert client.send(f"{answer.location}/read").status_code == 303
    _watches_the_worker(archive, client, client.get(answer.location).text)
    assert archive.work() == 1
    return str(answer.location)


def _watches_the_worker(archive: Archive, client: Visitor, page: str) -> None:
    assert "Being read" in page
    asked = re.search(r'hx-get="(/jobs/(\d+)/progress[^"]*)"', page)
    assert asked
    with archive.app.backend.writing() as session:
        session.add(JobLine(job_id=int(asked[2]), at=now(), line="2 tables were found."))
    assert "2 tables were found." in client.get(unescape(asked[1])).text, "it says what it is at"


def _marks_the_finding_as_true(people: People, page: str) -> None:
    report = people.guide.get(page).text
    assert "In transfer" in report
    assert "Missing end point" in report
    assert people.cataloguer.send(f"{page}/accept").status_code == 409, "an error stands open"
    findings = people.guide.get(f"{page}/findings?rule=L3").text
    assert "JP99999" in findings
    form = _finding_on(findings)
    assert people.guide.send(form, {"reason": " "}).status_code == 422
    assert people.client.send(form, {"reason": "trust me"}).status_code == 403
    assert people.guide.send(form, {"reason": "the pipe goes on below the river"}).status_code == 303
    assert "the pipe goes on below the river" in people.guide.get(f"{page}/findings?rule=L3").text
    assert people.guide.send(form, {"withdraw": "1"}).status_code == 303
    assert people.cataloguer.send(f"{page}/accept").status_code == 409, "it counts again"
    people.guide.send(form, {"reason": "the pipe goes on below the river"})


def test_from_a_survey_with_a_fault_to_the_second_version_in_the_archive(
    archive: Archive, people: People, tmp_path: Path
) -> None:
    first = _brings_a_survey_with_a_fault(archive, people.client, tmp_path / "first")
    assert people.engineer.get(first).status_code == 404, "what is in transfer is the archives' own concern"
    assert first not in people.engineer.get("/pipelines/surveys").text
    _marks_the_finding_as_true(people, first)
    assert people.cataloguer.send(f"{first}/accept").status_code == 303
    assert people.engineer.get(first).status_code == 200
    number = first.rsplit("/", 2)[1]
    assert upload(people.client, files_of(tmp_path / "x", street())).status_code == 403, "it is closed to the parties"
    second = _brings_it_put_right(archive, people.guide, number, tmp_path / "second")
    assert people.engineer.get(second).status_code == 404
    assert people.engineer.get(f"/pipelines/surveys/{number}").location.endswith(first), "the newest of the archive"
    assert people.cataloguer.send(f"{second}/accept").status_code == 303
    assert people.engineer.get(second).status_code == 200
    assert "Replaced" in people.engineer.get(first).text
    _everything_left_its_trace(archive)


def _brings_it_put_right(archive: Archive, guide: Visitor, number: str, folder: Path) -> str:
    given = {"source": "project", "project": archive.project.code, "replaces": number}
    answer = upload(guide, files_of(folder, street(), "csv"), **given)
    assert answer.location.endswith(f"/{number}/2")
    guide.send(f"{answer.location}/read")
    assert archive.work() == 1
    return str(answer.location)


def _everything_left_its_trace(archive: Archive) -> None:
    with archive.app.backend.reading() as session:
        assert verify(session).broken is None
        noted = set(session.scalars(select(AuditEntry.action).where(AuditEntry.action.startswith("pipelines."))))
    assert noted <= EVENTS.keys()
    assert noted >= {
        *("pipelines.opened", "pipelines.brought", "pipelines.read", "pipelines.judged", "pipelines.unjudged"),
        *("pipelines.accepted", "pipelines.store_decided"),
    }


def test_a_day_in_the_past_shows_what_stood_then(archive: Archive, sign_in_as: SignInAs, tmp_path: Path) -> None:
    first = archive.take(tmp_path / "a", street())
    after = clock.today() + timedelta(days=10)
    with stopped_at(now() + timedelta(days=30)):
        smaller = replaced_by_half(archive, tmp_path / "b", archive.dataset(first).number)
        engineer = sign_in_as(Role.AUTHORITY)
        engineer.set_cookie("language", "en")
        area = ask_everything(engineer)
        assert (lines_of(engineer, area), smaller) == (35, 35)
        assert lines_of(engineer, area, as_of=after.isoformat()) == 70
        assert lines_of(engineer, area, as_of=(clock.today() - timedelta(days=400)).isoformat()) == 0
    assert archive.version(first.id).state == REPLACED


def replaced_by_half(archive: Archive, folder: Path, number: str) -> int:
    """Accept a version with half of the lines; how many."""
    whole = street()
    half = replace(whole, segments=whole.segments.take(slice(0, len(whole.segments) // 2)))
    version = archive.read(files_of(folder, half, "csv"), replaces=number)
    with archive.app.backend.writing() as session:
        version = session.get_one(SurveyVersion, version.id)
        version.errors = 0
        service.accept(session, OPERATOR, session.get_one(Dataset, version.dataset_id), version)
    return version.segments


def ask_everything(visitor: Visitor) -> str:
    """The page of an area around everything."""
    sent = {"how": "coordinates", "text": "3340000,440000\n3340000,500000\n3380000,500000\n3380000,440000"}
    answer = visitor.post("/pipelines/areas", json=sent, headers={"X-CSRFToken": visitor.csrf()})
    assert answer.status_code == 201, answer.text
    return str(answer.get_json()["href"])


def lines_of(visitor: Visitor, area: str, **narrowed: str) -> int:
    """How many lines an area's page counts."""
    page = visitor.get(area, query_string=narrowed)
    assert page.status_code == 200
    found = re.search(r"of ([\d,]+) lines", page.text)
    return int(found[1].replace(",", "")) if found else 0


def test_a_survey_that_is_sent_back_leaves_the_store_and_says_why(
    archive: Archive, people: People, tmp_path: Path
) -> None:
    page = _brings_a_survey_with_a_fault(archive, people.client, tmp_path)
    assert people.cataloguer.send(f"{page}/refuse", {"reason": ""}).status_code == 422
    assert people.cataloguer.send(f"{page}/refuse", {"reason": "measured before the rebuilding"}).status_code == 303
    assert archive.stored() == (74, 70)
    assert archive.work() == 1
    assert archive.stored() == (0, 0)
    shown = people.client.get(page).text
    assert "measured before the rebuilding" in shown
    assert people.cataloguer.send(f"{page}/accept").status_code == 409
    assert people.cataloguer.send(f"{page}/refuse", {"reason": "again"}).status_code == 409
    version = archive.version(1)
    assert (version.state, version.message) == (REFUSED, "measured before the rebuilding")


def test_what_was_sent_back_can_be_looked_at_and_read_once_more(
    archive: Archive, people: People, tmp_path: Path
) -> None:
    page = _brings_a_survey_with_a_fault(archive, people.client, tmp_path)
    people.cataloguer.send(f"{page}/refuse", {"reason": "by mistake"})
    assert people.client.send(f"{page}/reopen").status_code == 303
    assert "Read and check" in people.client.get(page).text
    assert people.client.send(f"{page}/read").status_code == 303
    archive.work()
    assert archive.version(1).state == IN_TRANSFER
    assert archive.stored() == (74, 70), "the clearing that waited takes nothing of it away"


def test_who_brings_the_same_files_again_is_led_to_what_is_there(
    archive: Archive, people: People, tmp_path: Path
) -> None:
    version = archive.take(tmp_path / "a", street(), "gpkg")
    paths = sorted((tmp_path / "a" / "gpkg").iterdir())
    before = archive.counts()
    assert upload(people.guide, paths).location == archive.address(version)
    assert archive.counts() == before
    assert archive.version(version.id).state == ACCEPTED
