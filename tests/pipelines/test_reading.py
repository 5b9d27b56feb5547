"""From files to the store: every form, every way of writing coordinates, what is asked, what is kept as evidence."""

import csv
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from archives.core.actors import Role
from archives.core.jobs import FAILED
from archives.demo.handover import STYLES, Style
from archives.pipelines import queries
from archives.pipelines.lines import store_of
from archives.pipelines.models import BROUGHT, IN_TRANSFER, REFUSED, SurveyVersion
from archives.pipelines.settings import profiles
from archives.pipelines.systems import keep_system
from gis.frame import Frame
from gis.profiles import from_store, of_epsg
from gis.store.contract import EVERYWHERE, Where
from gis.survey.model import Survey
from gis.survey.profile import Profile
from tests.pipelines.conftest import CRS, OPERATOR, Archive, files_of, shifted, street, upload
from tests.visitors import SignInAs, Visitor

CITY = {"east_shift": 400_000.0, "north_shift": 3_300_000.0}


@pytest.fixture
def counter(sign_in_as: SignInAs) -> Visitor:
    """Somebody at the counter, who reads English."""
    visitor = sign_in_as(Role.COUNTER)
    visitor.set_cookie("language", "en")
    return visitor


def stored(archive: Archive, version: SurveyVersion) -> tuple[Frame, Frame]:
    """A version's points and segments as the store has them, by their rows."""
    with archive.app.backend.reading() as session:
        store, connection, asked = store_of(session), session.connection(), (EVERYWHERE, Where([version.id]))
        points, segments = store.points(connection, asked), store.segments(connection, asked)
    by_number = np.argsort([f"{a}{b}" for a, b in zip(points.text("minor"), points.text("point_no"), strict=True)])
    by_ends = np.argsort([f"{a}-{b}" for a, b in zip(segments.text("start_no"), segments.text("end_no"), strict=True)])
    return points.take(by_number), segments.take(by_ends)


def given(survey: Survey) -> tuple[Frame, Frame]:
    """The survey's own tables in the same order."""
    points, segments = survey.points, survey.segments
    by_number = np.argsort([f"{a}{b}" for a, b in zip(points.text("minor"), points.text("point_no"), strict=True)])
    by_ends = np.argsort([f"{a}-{b}" for a, b in zip(segments.text("start_no"), segments.text("end_no"), strict=True)])
    return points.take(by_number), segments.take(by_ends)


@pytest.mark.parametrize("style", STYLES)
def test_every_form_stores_the_same_survey(archive: Archive, tmp_path: Path, style: Style) -> None:
    version = archive.read(files_of(tmp_path / "f", street(), style))
    assert version.state == IN_TRANSFER, version.message
    assert (version.points, version.segments) == (74, 70)
    points, segments = stored(archive, version)
    expected, lines = given(street())
    for name in ("east", "north"):
        np.testing.assert_allclose(np.sort(points.number(name)), np.sort(expected.number(name)), atol=0.002)
    assert np.nansum(segments.number("length")) == pytest.approx(np.nansum(lines.number("length_given")), rel=1e-3)
    if style == "dxf":  # a drawing has classes and shapes, and nothing else
        assert set(segments.text("major")) == set(lines.text("major"))
        return
    if style == "one_table":  # it does not say which end of a line comes first
        assert {frozenset(pair) for pair in _ends(segments)} == {frozenset(pair) for pair in _ends(lines)}
        return
    for name in ("start_no", "end_no", "major", "minor", "size_raw", "owner"):
        assert segments.text(name).tolist() == lines.text(name).tolist(), name
    for name in ("start_depth", "end_depth", "width", "height"):
        np.testing.assert_allclose(segments.number(name), lines.number(name), atol=1e-6, err_msg=name)


def _ends(segments: Frame) -> Iterator[tuple[str, str]]:
    return zip(segments.text("start_no"), segments.text("end_no"), strict=True)


def test_tables_of_dbf_alone_are_read(archive: Archive, tmp_path: Path) -> None:
    paths = [path for path in files_of(tmp_path / "f", street(), "shp") if path.suffix == ".dbf"]
    version = archive.read(paths)
    assert (version.state, version.points, version.segments) == (IN_TRANSFER, 74, 70), version.message


@pytest.mark.parametrize("style", ["shp", "csv", "xlsx"])
def test_a_package_holds_a_hand_over_as_well_as_its_files(archive: Archive, tmp_path: Path, style: Style) -> None:
    packed = tmp_path / "成果.zip"
    with zipfile.ZipFile(packed, "w") as package:
        for path in files_of(tmp_path / "f", street(), style):
            package.write(path, f"管线成果/{path.name}")
    version = archive.read([packed])
    assert (version.state, version.points, version.segments) == (IN_TRANSFER, 74, 70), version.message
    assert version.errors == 0


# What is asked.


def rewritten(folder: Path, change: Callable[[list[str]], list[str]], survey: Survey | None = None) -> list[Path]:
    """The survey as CSV, the two coordinates of each point written anew."""
    paths = files_of(folder, survey or street(), "csv")
    points = next(path for path in paths if path.name == "points.csv")
    with points.open(encoding="gb18030", newline="") as source:
        head, *rows = list(csv.reader(source))
    at = [head.index("X"), head.index("Y")]
    for row in rows:
        row[at[0]], row[at[1]] = change([row[at[0]], row[at[1]]])
    with points.open("w", encoding="gb18030", newline="") as target:
        csv.writer(target).writerows([head, *rows])
    return paths


def _swapped(place: list[str]) -> list[str]:
    return place[::-1]


def _zoned(place: list[str]) -> list[str]:
    return [place[0], str(float(place[1]) + 36_000_000)]


def _city(place: list[str]) -> list[str]:
    return [str(float(place[0]) - CITY["north_shift"]), str(float(place[1]) - CITY["east_shift"])]


def _city_system(archive: Archive) -> None:
    content = {"kind": "four", "base": 4545, "definition": CITY, "central_meridian": 108}
    with archive.app.backend.writing() as session:
        keep_system(session, OPERATOR, "江城独立坐标系", content)


ASKED: dict[str, tuple[Callable[[list[str]], list[str]], str, dict[str, str]]] = {
    "swapped axes": (_swapped, "seem to be swapped", {"crs": CRS, "axes": "east_north"}),
    "digits of a zone": (_zoned, "do not belong to the zone", {"crs": "EPSG:4524"}),
    "a city's grid": (_city, "own grid", {"crs": "江城独立坐标系"}),
}


@pytest.mark.parametrize("name", ASKED)
def test_what_contradicts_the_system_is_asked_and_reading_stops_until_it_is_answered(
    archive: Archive, counter: Visitor, tmp_path: Path, name: str
) -> None:
    change, question, answer = ASKED[name]
    _city_system(archive)
    page = upload(counter, rewritten(tmp_path, change)).location
    looked = counter.get(page).text
    assert question in looked
    assert f'action="{page}/read"' not in looked, "there is no button before the question is answered"
    counter.send(f"{page}/read")
    archive.work()
    version = archive.version(1)
    assert (version.state, archive.job(version).state) == (REFUSED, FAILED)
    assert question in version.message
    assert archive.stored() == (0, 0)
    assert archive.counts()["pipeline_store_system"] == 0, "what is refused decides nothing"
    counter.send(f"{page}/reopen")
    assert counter.send(f"{page}/options", answer).status_code == 303
    looked = counter.get(page).text
    assert question not in looked
    assert f'action="{page}/read"' in looked
    counter.send(f"{page}/read")
    archive.work()
    version = archive.version(1)
    assert (version.state, version.errors) == (IN_TRANSFER, 0), version.message
    points, _ = stored(archive, version)
    expected, _ = given(street())
    np.testing.assert_allclose(points.number("east"), expected.number("east"), atol=0.001)
    np.testing.assert_allclose(points.number("north"), expected.number("north"), atol=0.001)


def test_what_the_surveyor_wrote_is_kept_as_evidence(archive: Archive, tmp_path: Path) -> None:
    archive.take(tmp_path / "first", street(column=8), source="owner")
    survey = street()
    east, north = from_store(of_epsg(4507), 4545)(survey.points.number("east"), survey.points.number("north"))
    wide = replace(survey, points=survey.points.with_columns(east=np.round(east, 3), north=np.round(north, 3)))
    version = archive.read(files_of(tmp_path / "six", wide, "csv"), crs="EPSG:4507")
    assert version.errors == 0
    assert "105" in version.plane_system
    points, _ = stored(archive, version)
    expected, _ = given(survey)
    written, _ = given(wide)
    np.testing.assert_allclose(points.number("east"), expected.number("east"), atol=0.002)
    np.testing.assert_allclose(points.number("survey_east"), written.number("east"), atol=1e-9)
    np.testing.assert_allclose(points.number("survey_north"), written.number("north"), atol=1e-9)


@pytest.mark.parametrize("code", ["EPSG:2433", "EPSG:2381"])
def test_another_datum_without_its_parameters_is_refused_before_anything_is_decided(
    archive: Archive, counter: Visitor, tmp_path: Path, code: str
) -> None:
    page = upload(counter, files_of(tmp_path, street(), "csv"), crs=code).location
    looked = counter.get(page).text
    assert "another datum than the archive" in looked
    assert f'action="{page}/read"' not in looked
    counter.send(f"{page}/read")
    archive.work()
    version = archive.version(1)
    assert version.state == REFUSED
    assert "another datum" in version.message
    assert archive.counts()["pipeline_store_system"] == 0


def test_a_system_that_nobody_knows_is_told_at_its_field(archive: Archive, counter: Visitor, tmp_path: Path) -> None:
    for crs in ("EPSG:3857", "EPSG:999999", "EPSG:", "nonsense", ""):
        answer = upload(counter, files_of(tmp_path / "f", street(), "csv"), crs=crs)
        assert answer.status_code == 422, crs
    assert archive.counts()["pipeline_dataset"] == 0


def test_an_office_s_own_columns_are_read_by_its_profile(archive: Archive, counter: Visitor, tmp_path: Path) -> None:
    paths = files_of(tmp_path, street(), "csv")
    headings = {"Exp_No": "甲", "S_Point": "乙", "E_Point": "丙"}
    for path in paths:
        text = path.read_bytes().decode("gb18030")
        for old, new in headings.items():
            text = text.replace(old, new)
        path.write_bytes(text.encode("gb18030"))
    page = upload(counter, paths).location
    assert "Missing columns" in counter.get(page).text or "Not recognised" in counter.get(page).text
    own = Profile(name="甲测绘院", headers={"point_no": "甲", "start_no": "乙", "end_no": "丙"})
    with archive.app.backend.writing() as session:
        profiles.keep(session, OPERATOR, own)
    counter.send(f"{page}/options", {"crs": CRS, "profile": "甲测绘院"})
    counter.send(f"{page}/read")
    archive.work()
    version = archive.version(1)
    assert (version.state, version.points, version.segments, version.errors) == (IN_TRANSFER, 74, 70, 0)


def test_an_option_that_does_not_exist_is_told_and_changes_nothing(
    archive: Archive, counter: Visitor, tmp_path: Path
) -> None:
    page = upload(counter, files_of(tmp_path, street(), "csv")).location
    for wrong in ({"crs": "EPSG:1"}, {"crs": CRS, "profile": "nobody's"}, {"crs": CRS, "axes": "up"}, {}):
        assert counter.send(f"{page}/options", wrong).status_code == 422
    version = archive.version(1)
    assert (version.state, version.options["crs"]) == (BROUGHT, CRS)


def test_a_hand_over_is_brought_anew_only_as_what_it_was(archive: Archive, counter: Visitor, tmp_path: Path) -> None:
    first = archive.take(tmp_path / "a", street())
    number = archive.dataset(first).number
    before = archive.counts()["pipeline_version"]
    for values in (
        {"replaces": "2020-GX-9999"},
        {"replaces": number, "source": "owner"},
        {"replaces": number, "source": "project", "project": archive.project.code},
    ):
        answer = upload(counter, files_of(tmp_path / "b", street(), "xlsx"), **values)
        assert answer.status_code == 422, values
        assert number in answer.text or "2020-GX-9999" in answer.text
    assert archive.counts()["pipeline_version"] == before
    answer = upload(counter, files_of(tmp_path / "b", street(), "xlsx"), replaces=number)
    assert answer.location.endswith(f"{number}/2")


def test_other_files_take_the_place_of_those_that_nobody_had_read(
    archive: Archive, counter: Visitor, tmp_path: Path
) -> None:
    first = upload(counter, files_of(tmp_path / "a", street(), "csv")).location
    second = upload(counter, files_of(tmp_path / "b", shifted(street(), 1), "csv")).location
    assert (first[:-1], second[-1]) == (second[:-1], "2")
    assert [archive.version(one).state for one in (1, 2)] == [REFUSED, BROUGHT]
    counter.send(f"{second}/read")
    third = upload(counter, files_of(tmp_path / "c", shifted(street(), 2), "csv"))
    assert third.status_code == 409, "one is being read"


def test_the_first_survey_decides_the_plane_of_all(archive: Archive, tmp_path: Path) -> None:
    archive.read(rewritten(tmp_path / "a", _zoned), crs="EPSG:4524")
    with archive.app.backend.reading() as session:
        assert queries.store_system(session) == 4545, "the same zone, without its digits"
    version = archive.version(1)
    points, _ = stored(archive, version)
    expected, _ = given(street())
    np.testing.assert_allclose(points.number("east"), expected.number("east"), atol=0.001)
