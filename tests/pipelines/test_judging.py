"""What checks find and people decide: errors block acceptance and nothing else, marks outlive the next version."""

from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
import shapely
from sqlalchemy import select

from archives.core.actors import Role
from archives.core.errors import ConflictError, ForbiddenError, RefusedError
from archives.core.sheets.limits import Limits
from archives.core.sheets.read import read_sheets
from archives.demo.faults import with_faults
from archives.demo.network import network
from archives.pipelines import queries
from archives.pipelines.maps import base
from archives.pipelines.models import ACCEPTED, IN_TRANSFER, Dataset, FalseAlarm, Finding, RuleCount, SurveyVersion
from archives.pipelines.surveys import intake, service
from gis.survey.model import Survey
from tests.pipelines.conftest import OPERATOR, Archive, files_of, shifted, street, with_cell, with_missing_end
from tests.pipelines.test_interrupted import seen
from tests.visitors import SignInAs


def findings(archive: Archive, version: SurveyVersion, severity: str = "E") -> list[Finding]:
    """What the checks found in a version."""
    with archive.app.backend.reading() as session:
        return [one for one in queries.findings(session, version.id, most=None) if one.severity == severity]


def mark(archive: Archive, version: SurveyVersion, finding: Finding, reason: str = "on the ground so") -> None:
    """Mark a finding as true."""
    with archive.app.backend.writing() as session:
        kept = session.get_one(SurveyVersion, version.id)
        service.mark_true(session, OPERATOR, session.get_one(Dataset, kept.dataset_id), kept, finding, reason)


def decide(archive: Archive, version: SurveyVersion, verb: Any, *more: Any, actor: Any = OPERATOR) -> None:
    """Accept or refuse a version."""
    with archive.app.backend.writing() as session:
        kept = session.get_one(SurveyVersion, version.id)
        verb(session, actor, session.get_one(Dataset, kept.dataset_id), kept, *more)


def test_an_error_blocks_acceptance_and_not_storage(archive: Archive, tmp_path: Path) -> None:
    version = archive.read(files_of(tmp_path, with_missing_end(street()), "csv"))
    assert (version.state, version.errors, archive.stored()) == (IN_TRANSFER, 1, (74, 70))
    with pytest.raises(ConflictError, match=r"1 "):
        decide(archive, version, service.accept)
    assert seen(archive) == [version.id], "staff look at it all the same"


def test_a_mark_outlives_the_next_version(archive: Archive, tmp_path: Path) -> None:
    first = archive.read(files_of(tmp_path / "a", with_missing_end(street()), "csv"))
    (finding,) = findings(archive, first)
    mark(archive, first, finding)
    assert archive.version(first.id).errors == 0
    number = archive.dataset(first).number
    changed = with_missing_end(street())
    changed = replace(changed, segments=with_cell(changed.segments, 40, owner="新业主"))
    second = archive.read(files_of(tmp_path / "b", changed, "xlsx"), replaces=number)
    assert (second.number, second.errors) == (2, 0), "it was looked into once"
    decide(archive, second, service.accept)
    third = archive.read(files_of(tmp_path / "c", with_missing_end(street(), 7), "xlsx_two_rows"), replaces=number)
    assert third.errors == 1, "another line that leads to nowhere is another finding"


def test_a_mark_counts_once_however_often_it_is_set(archive: Archive, tmp_path: Path) -> None:
    version = archive.read(files_of(tmp_path, with_missing_end(street()), "csv"))
    (finding,) = findings(archive, version)
    for reason in ("once", "twice"):
        mark(archive, version, finding, reason)
    with archive.app.backend.writing() as session:
        assert session.scalars(select(FalseAlarm.reason)).all() == ["once"]
        count = session.get_one(RuleCount, (version.id, "L3"))
        assert (count.errors, session.get_one(SurveyVersion, version.id).errors) == (0, 0)
        kept = session.get_one(SurveyVersion, version.id)
        for _ in range(2):
            service.unmark(session, OPERATOR, session.get_one(Dataset, kept.dataset_id), kept, finding)
        assert (count.errors, kept.errors) == (1, 1)


def test_a_mark_needs_a_reason_and_a_person_who_may_judge(
    archive: Archive, sign_in_as: SignInAs, tmp_path: Path
) -> None:
    version = archive.read(files_of(tmp_path, with_missing_end(street()), "csv"))
    (finding,) = findings(archive, version)
    with pytest.raises(RefusedError):
        mark(archive, version, finding, " ")
    cataloguer = sign_in_as(Role.CATALOGUER).actor
    assert cataloguer is not None
    with pytest.raises(ForbiddenError):
        decide(archive, version, service.mark_true, finding, "so", actor=cataloguer)


def test_what_was_accepted_or_sent_back_is_not_decided_again(archive: Archive, tmp_path: Path) -> None:
    version = archive.take(tmp_path, street())
    for verb, more in ((service.accept, ()), (service.refuse, ("no",))):
        with pytest.raises(ConflictError):
            decide(archive, version, verb, *more)
    assert archive.version(version.id).state == ACCEPTED


@pytest.fixture(scope="module")
def faulty() -> tuple[Survey, set[str]]:
    """A survey with a mistake of each kind, and the rules that must find them."""
    survey, planted = with_faults(network(1, 1_200), Random(3))
    return survey, {one.rule for one in planted}


def test_every_planted_mistake_is_in_the_report_and_in_the_workbook(
    archive: Archive, sign_in_as: SignInAs, tmp_path: Path, faulty: tuple[Survey, set[str]]
) -> None:
    survey, rules = faulty
    version = archive.read(files_of(tmp_path, survey, "xlsx"))
    assert version.errors > 0
    with archive.app.backend.reading() as session:
        report = {row.rule: row for row in queries.rule_counts(session, version.id)}
    assert rules <= {rule for rule, row in report.items() if row.state == "found"}
    assert sum(row.errors for row in report.values()) == version.errors
    assert sum(row.warnings for row in report.values()) == version.warnings
    guide = sign_in_as(Role.GUIDANCE)
    page = archive.address(version)
    for language in ("zh_Hans_CN", "en"):
        guide.set_cookie("language", language)
        for rule in rules:
            shown = guide.get(f"{page}/findings?rule={rule}")
            assert shown.status_code == 200
            assert f"finding-{findings_of(archive, version, rule)[0].id}" in shown.text
    book = tmp_path / "findings.xlsx"
    book.write_bytes(guide.get(f"{page}/findings.xlsx").data)
    (sheet,) = read_sheets(book, book.name, Limits())
    assert rules <= {cells[0] for _, cells in sheet.rows}


def findings_of(archive: Archive, version: SurveyVersion, rule: str) -> list[Finding]:
    """What one check found."""
    with archive.app.backend.reading() as session:
        return queries.findings(session, version.id, rule)


def test_a_finding_of_another_version_is_not_judged_here(
    archive: Archive, sign_in_as: SignInAs, tmp_path: Path
) -> None:
    one = archive.read(files_of(tmp_path / "a", with_missing_end(street()), "csv"))
    other = archive.read(files_of(tmp_path / "b", with_missing_end(street(column=8)), "xlsx"), source="owner")
    (finding,) = findings(archive, other)
    guide = sign_in_as(Role.GUIDANCE)
    address = f"{archive.address(one)}/findings/{finding.id}"
    assert guide.send(address, {"reason": "so"}).status_code == 404
    for number in (0, 2**63, 10**30):
        assert guide.send(f"{archive.address(one)}/findings/{number}", {"reason": "so"}).status_code in {400, 404}


def test_checks_that_lack_their_data_say_so_and_those_that_have_it_look(archive: Archive, tmp_path: Path) -> None:
    first = archive.take(tmp_path / "a", street())
    assert _states(archive, first) >= {("G2", "not_applicable"), ("G3", "not_applicable"), ("G4", "not_applicable")}
    east, north = (street().points.number(name) for name in ("east", "north"))
    house = shapely.box(east.min() - 50, north.min() - 50, east.max() + 50, north.max() + 50)
    with archive.app.backend.writing() as session:
        base.load(session, OPERATOR, "建筑物", "building", [("", house)])
    beside = archive.read(files_of(tmp_path / "b", shifted(street(), 0.2), "xlsx"), source="owner")
    states = dict(_states(archive, beside))
    assert states["G2"] == "found", "the lines run below a house"
    assert states["G3"] == "found", "the ends lie 0.2 m beside those of the archive"


def _states(archive: Archive, version: SurveyVersion) -> set[tuple[str, str]]:
    with archive.app.backend.reading() as session:
        return {(row.rule, row.state) for row in queries.rule_counts(session, version.id)}


def test_of_the_archive_only_what_lies_around_loose_ends_is_compared(archive: Archive, tmp_path: Path) -> None:
    archive.take(tmp_path / "a", street())
    survey = shifted(street(), 0.2)
    with archive.app.backend.reading() as session:
        near = intake.context_of(session, OPERATOR, Dataset(id=0), survey).neighbours
        far = intake.context_of(session, OPERATOR, Dataset(id=0), shifted(survey, 5_000)).neighbours
    assert near is not None
    assert 0 < len(near.segments) <= len(street().segments)
    assert far is None
    ring = replace(survey, segments=survey.segments.take(slice(0, 0)), points=survey.points.take(slice(0, 1)))
    around = intake.around_loose_ends(ring)
    assert around is not None
    assert around.area == (3 * intake.AROUND) ** 2, "one point lies in one cell, and its neighbours lie in those beside"
    nowhere = survey.points.with_columns(east=survey.points.number("east") * float("nan"))
    assert intake.around_loose_ends(replace(survey, points=nowhere)) is None


def test_the_hand_overs_own_lines_are_no_neighbours(archive: Archive, tmp_path: Path) -> None:
    first = archive.take(tmp_path / "a", street())
    second = archive.read(
        files_of(tmp_path / "b", shifted(street(), 0.2), "csv"), replaces=archive.dataset(first).number
    )
    assert ("G3", "not_applicable") in _states(archive, second)
