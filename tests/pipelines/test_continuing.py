"""Files of the same names: the next version of a hand-over only if its points come again; else no line is lost."""

import json
import re
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from archives.core.actors import Actor, Role
from archives.core.backend import Backend
from archives.core.clock import now
from archives.pipelines import queries
from archives.pipelines.models import ACCEPTED, BROUGHT, IN_TRANSFER, REFUSED, REPLACED, SurveyVersion
from archives.pipelines.surveys import continuing, files
from archives.pipelines.surveys.continuing import NEAR, comes_again
from gis.frame import Frame, empty
from gis.survey.model import Survey
from tests.pipelines.conftest import CODE, CRS, Archive, files_of, shifted, street, upload, with_cell
from tests.pipelines.ground import lay
from tests.test_cli import Terminal
from tests.visitors import SignInAs

EVERYWHERE = ("--bbox", "440000,3340000,500000,3380000", "--crs", CRS)
LINES = len(street().segments)
Bounds = tuple[float | None, float | None, float | None, float | None]


@pytest.fixture
def terminal(archive: Archive) -> Terminal:
    """A terminal on the archives."""
    return Terminal(archive.app.settings)


def bring(terminal: Terminal, paths: list[Path], *more: str, whose: tuple[str, str] = ("--source", "census")) -> Any:
    """What `pipelines import` answers, and what it says to the person."""
    told = terminal.run("pipelines", "import", *map(str, paths), *whose, "--crs", CRS, *more)
    return json.loads(told.stdout), told.stderr


def next_district() -> Survey:
    """Another district with the same file names, point numbers and kinds, 400 m to the east."""
    return shifted(street(), east=400)


def corrected() -> Survey:
    """The same street measured anew: every point a little elsewhere, a new owner."""
    moved = shifted(street(), east=0.4, north=-0.2)
    return replace(moved, segments=with_cell(moved.segments, 3, owner="新业主"))


def test_the_next_district_under_the_same_file_names_loses_no_line(
    terminal: Terminal, archive: Archive, tmp_path: Path
) -> None:
    first, _ = bring(terminal, files_of(tmp_path / "a", street(), "csv"))
    second, said = bring(terminal, files_of(tmp_path / "b", next_district(), "csv"))
    assert (first["version"], second["version"], second["accepted"]) == (1, 1, True)
    assert first["handover"] != second["handover"]
    assert f"--replaces {first['handover']}" in said
    assert [archive.version(one).state for one in (1, 2)] == [ACCEPTED, ACCEPTED]
    assert terminal.answer("pipelines", "query", *EVERYWHERE)["segments"] == 2 * LINES
    assert archive.dataset(archive.version(1)).name != archive.dataset(archive.version(2)).name


def test_a_corrected_survey_is_the_next_version_without_a_word(
    terminal: Terminal, archive: Archive, tmp_path: Path
) -> None:
    first, _ = bring(terminal, files_of(tmp_path / "a", street(), "csv"))
    bring(terminal, files_of(tmp_path / "b", next_district(), "csv"))
    again, said = bring(terminal, files_of(tmp_path / "c", corrected(), "csv"))
    assert (again["version"], again["handover"], said) == (2, first["handover"], "")
    assert archive.version(1).state == REPLACED
    assert terminal.answer("pipelines", "query", *EVERYWHERE)["segments"] == 2 * LINES


def test_other_lines_of_the_same_place_are_no_next_version(
    terminal: Terminal, archive: Archive, tmp_path: Path
) -> None:
    """The water company and the gas company both deliver points.csv and lines.csv of the same streets."""
    owners = {kind: _of_kind(kind) for kind in ("JP", "TR")}
    answers = [
        bring(terminal, files_of(tmp_path / kind, survey, "csv"), whose=("--source", "owner"))[0]
        for kind, survey in owners.items()
    ]
    assert [one["version"] for one in answers] == [1, 1]
    assert archive.stored() == (
        sum(len(one.points) for one in owners.values()),
        sum(len(one.segments) for one in owners.values()),
    )


def _of_kind(kind: str) -> Survey:
    points, lines = (frame.take(frame.text("minor") == kind) for frame in (street().points, street().segments))
    return replace(street(), points=points, segments=lines)


def test_whoever_names_the_hand_over_decides(terminal: Terminal, archive: Archive, tmp_path: Path) -> None:
    first, _ = bring(terminal, files_of(tmp_path / "a", street(), "csv"), "--name", "东区普查")
    moved, _ = bring(terminal, files_of(tmp_path / "b", next_district(), "csv"), "--replaces", "东区普查")
    assert (moved["version"], moved["handover"]) == (2, first["handover"])
    other, _ = bring(terminal, files_of(tmp_path / "c", corrected(), "csv"), "--name", "西区普查")
    assert other["version"] == 1, "another name is another hand-over"
    own, _ = bring(
        terminal, files_of(tmp_path / "d", next_district(), "xlsx"), "--replaces", "new", "--name", "西区普查"
    )
    assert own["version"] == 1
    assert archive.dataset(archive.version(4)).name == "西区普查 (2)"
    told = terminal.run(
        "pipelines", "import", *map(str, files_of(tmp_path / "e", street(), "csv")),
        "--source", "census", "--crs", CRS, "--replaces", "北区",
    )  # fmt: skip
    assert (told.exit_code, "北区" in told.stdout) == (1, True)


def test_a_name_that_several_bear_is_asked_about(terminal: Terminal, archive: Archive, tmp_path: Path) -> None:
    first, _ = bring(terminal, files_of(tmp_path / "a", street(), "csv"), "--name", "普查")
    second, _ = bring(terminal, files_of(tmp_path / "b", next_district(), "csv"), "--name", "其他")
    with archive.app.backend.writing() as session:
        session.merge(archive.dataset(archive.version(2))).name = "普查"
    told, _ = bring(terminal, files_of(tmp_path / "c", street(), "xlsx"), "--replaces", "普查")
    assert (told["version"], told["problems"][0]["rule"]) == (None, "replaces.several")
    assert all(one["handover"] in told["problems"][0]["message"] for one in (first, second))


def test_a_project_s_files_are_told_by_their_names_as_before(
    terminal: Terminal, archive: Archive, tmp_path: Path
) -> None:
    for folder, survey, version in (("a", street(), 1), ("b", next_to_it(), 2)):
        told, _ = bring(terminal, files_of(tmp_path / folder, survey, "csv"), whose=PROJECT)
        assert (told["version"], told["accepted"]) == (version, True)


PROJECT = ("--project", CODE)


def next_to_it() -> Survey:
    """So near that the bounds still have places in common, and so far that no point comes again."""
    return shifted(street(), north=200)


@pytest.mark.parametrize(
    ("word", "versions", "lines"), [("{number}", [(1, REPLACED), (2, ACCEPTED)], LINES), ("new", [], 2 * LINES)]
)
def test_a_version_that_lies_elsewhere_takes_no_lines_away_before_somebody_says_so(
    terminal: Terminal, archive: Archive, tmp_path: Path, word: str, versions: list[tuple[int, str]], lines: int
) -> None:
    first, _ = bring(terminal, files_of(tmp_path / "a", street(), "csv"), whose=PROJECT)
    number, paths = first["handover"], files_of(tmp_path / "b", next_district(), "csv")
    for _ in range(2):
        told = terminal.run("pipelines", "import", *map(str, paths), *PROJECT, "--crs", CRS)
        found = json.loads(told.stdout)
        assert (told.exit_code, found["version"], found["accepted"], found["handover"]) == (1, 2, False, number)
        assert found["segments"] == LINES
        (refusal,) = [one for one in found["problems"] if one["severity"] == "E"]
        assert (refusal["rule"], refusal["row"]) == ("accept.elsewhere", None)
        assert f"--replaces {number}" in refusal["message"]
        assert [archive.version(one).state for one in (1, 2)] == [ACCEPTED, IN_TRANSFER]
        assert terminal.answer("pipelines", "query", *EVERYWHERE)["segments"] == LINES
    told, _ = bring(terminal, paths, "--replaces", word.format(number=number), whose=PROJECT)
    assert told["accepted"]
    assert not [one for one in told["problems"] if one["severity"] == "E"]
    assert (told["handover"] == number) == (word != "new")
    assert terminal.answer("pipelines", "query", *EVERYWHERE)["segments"] == lines
    for version, state in versions:
        assert archive.version(version).state == state


def test_the_page_asks_before_lines_are_replaced_from_elsewhere(
    archive: Archive, sign_in_as: SignInAs, tmp_path: Path
) -> None:
    keeper = sign_in_as(Role.CATALOGUER)
    keeper.set_cookie("language", "en")
    given: dict[str, Any] = {"source": "project", "project": CODE}
    number = archive.dataset(archive.take(tmp_path / "a", street(), **given)).number
    near = archive.read(files_of(tmp_path / "b", next_to_it(), "csv"), **given)
    assert BOX not in keeper.get(archive.address(near)).text
    far = archive.read(files_of(tmp_path / "c", next_district(), "csv"), **given)
    page = archive.address(far)
    shown = keeper.get(page).text
    assert (number in page, BOX in shown, "None of these lines lies where those of version 1 lie" in shown) == (
        *(True, True, True),
    )
    own = re.search(r'href="(/pipelines/surveys/new[^"]*replaces=new[^"]*)"', shown)
    assert own, "the way to a hand-over of its own"
    assert '<option value="new" selected>' in keeper.get(unescape(own[1])).text
    refused = keeper.send(f"{page}/accept")
    assert (refused.status_code, "which they would replace" in refused.text) == (422, True)
    assert [archive.version(one).state for one in (1, far.id)] == [ACCEPTED, IN_TRANSFER]
    assert keeper.send(f"{page}/accept", {"although_elsewhere": "1"}).status_code == 303
    assert [archive.version(one).state for one in (1, far.id)] == [REPLACED, ACCEPTED]


BOX = 'name="although_elsewhere"'
STREET = (469_349.0, 3_356_838.0, 469_391.0, 3_357_181.0)
NOWHERE = (None, None, None, None)


@pytest.mark.parametrize(
    ("earlier", "later", "apart"),
    [
        (STREET, STREET, False),
        (STREET, (469_391.0, 3_357_181.0, 469_400.0, 3_357_200.0), False),
        (STREET, (469_000.0, 3_356_000.0, 470_000.0, 3_358_000.0), False),
        (STREET, (469_392.0, 3_356_838.0, 469_400.0, 3_357_181.0), True),
        (STREET, (469_300.0, 3_356_838.0, 469_348.0, 3_357_181.0), True),
        (STREET, (469_349.0, 3_357_182.0, 469_391.0, 3_357_200.0), True),
        (STREET, (469_349.0, 3_356_000.0, 469_391.0, 3_356_837.0), True),
        (STREET, NOWHERE, True),
        (NOWHERE, STREET, False),
        (NOWHERE, NOWHERE, False),
    ],
)
def test_bounds_that_meet_have_a_place_in_common(
    backend: Backend, operator: Actor, earlier: Bounds, later: Bounds, apart: bool
) -> None:
    nothing = (empty(), empty())
    with backend.writing() as session:
        first = lay(session, operator, *nothing)
        told = {"brought_at": now(), "brought_by": operator.name, "state": IN_TRANSFER}
        second = SurveyVersion(dataset_id=first.dataset_id, number=2, **told)
        session.add(second)
        for version, bounds in ((first, earlier), (second, later)):
            version.west, version.south, version.east, version.north = bounds
        session.flush()
        found = queries.accepted_elsewhere(session, second)
        assert found is (first if apart else None)


def test_what_is_too_large_to_be_read_twice_in_passing_is_told_all_the_same(
    terminal: Terminal, archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "READ_AT_ONCE", 100)
    monkeypatch.setattr(continuing, "READ_AT_ONCE", 100)
    answers = [
        bring(terminal, files_of(tmp_path / name, survey, "csv"))[0]
        for name, survey in (("a", street()), ("b", next_district()), ("c", corrected()))
    ]
    assert [one["version"] for one in answers] == [1, 1, 2]


def test_what_could_never_be_read_gives_way_to_other_files_of_its_names(
    terminal: Terminal, archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "READ_AT_ONCE", -1)
    broken = files_of(tmp_path / "a", street(), "csv")
    for path in broken:
        path.write_text("a,b,c\n1,2,3\n")
    told, _ = bring(terminal, broken)
    assert (told["version"], archive.version(1).state) == (None, REFUSED)
    again, _ = bring(terminal, files_of(tmp_path / "b", street(), "csv"))
    assert (again["version"], again["accepted"]) == (2, True)


def test_the_form_offers_the_earlier_ones_and_the_preview_says_which_it_could_be(
    archive: Archive, sign_in_as: SignInAs, tmp_path: Path
) -> None:
    counter = sign_in_as(Role.COUNTER)
    counter.set_cookie("language", "en")
    first = archive.take(tmp_path / "a", street())
    number = archive.dataset(first).number
    form = counter.get("/pipelines/surveys/new").text
    assert f'<option value="{number}">' in form
    assert '<option value="new">' in form
    page = upload(counter, files_of(tmp_path / "b", next_district(), "csv")).location
    looked = counter.get(page).text
    assert f"Files of the same names came before as {number}" in looked
    again = counter.get(f"/pipelines/surveys/new?replaces={number}").text
    assert f'<option value="{number}" selected>' in again
    assert '<option value="census" selected>' in again, "it comes from where it came from"
    assert number not in counter.get(upload(counter, files_of(tmp_path / "c", street(), "xlsx")).location).text
    own = upload(counter, files_of(tmp_path / "d", corrected(), "csv"), replaces="new").location
    assert own.endswith("/1")
    assert archive.version(4).state == BROUGHT
    assert counter.get("/pipelines/surveys/new?replaces=2020-GX-9999").status_code == 404


def _points(count: int, *, east: float = 0.0, prefix: str = "P") -> Frame:
    return Frame(
        count,
        {
            "point_no": np.array([f"{prefix}{at}" for at in range(count)], dtype=object),
            "major": np.full(count, "JS", dtype=object),
            "minor": np.full(count, "JP", dtype=object),
            "east": np.arange(count) * 10.0 + east,
            "north": np.zeros(count),
        },
    )


@pytest.mark.parametrize(
    ("earlier", "new", "expected"),
    [
        (_points(10), _points(10), True),
        (_points(10), _points(5), True),
        (_points(10), _points(4), False),
        (_points(10), _points(10, east=NEAR), True),
        (_points(10), _points(10, east=NEAR + 1), False),
        (_points(10), _points(10, prefix="Q"), False),
        (_points(0), _points(10), False),
        (_points(10), _points(0), False),
        (_points(50_000), _points(60_000), True),
    ],
)
def test_half_of_the_points_must_lie_where_they_lay(earlier: Frame, new: Frame, expected: bool) -> None:
    assert comes_again(earlier, new) == expected


def test_points_without_numbers_tell_nothing() -> None:
    nameless = _points(10).with_columns(point_no=np.full(10, "", dtype=object))
    assert not comes_again(nameless, nameless)
