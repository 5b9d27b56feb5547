"""Bad surveys through both doors: a clear sentence in the reader's language, the right answer, nothing half done."""

import io
import json
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest

from archives.app import create_app
from archives.core.actors import Role
from archives.core.backend import open_backend
from archives.demo.handover import STYLES, Style
from archives.pipelines.models import BROUGHT, IN_TRANSFER, REFUSED
from archives.pipelines.surveys import files as receiving
from gis.survey.model import Survey
from tests.core.sheets.workbooks import FIXTURES, macro_book, write_parts, write_xlsx
from tests.databases import Databases
from tests.pipelines.conftest import (
    CODE,
    CRS,
    Archive,
    files_of,
    open_archive,
    shifted,
    street,
    upload,
    with_cell,
    with_missing_end,
)
from tests.pipelines.test_interrupted import seen
from tests.test_cli import Terminal
from tests.visitors import SignInAs, Visitor, signing_in

Make = Callable[[Path], list[Path]]


@pytest.fixture(scope="module")
def shared(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """One archive for all of them: whatever one leaves behind, the next would see."""
    settings = databases.fresh(tmp_path_factory.mktemp("bad") / "var")
    backend = open_backend(settings)
    app = create_app(settings, backend)
    app.test_client_class = Visitor
    yield open_archive(app)
    backend.close()


@pytest.fixture(scope="module")
def counter(shared: Archive) -> Visitor:
    """Somebody at the counter."""
    return signing_in(shared.app)(Role.COUNTER)


@pytest.fixture(scope="module")
def terminal(shared: Archive) -> Terminal:
    """A terminal on the same archive."""
    return Terminal(shared.app.settings)


def _written(name: str, content: bytes) -> Make:
    def make(folder: Path) -> list[Path]:
        path = folder / name
        path.write_bytes(content)
        return [path]

    return make


def _damaged(style: Any, suffix: str) -> Make:
    def make(folder: Path) -> list[Path]:
        paths = files_of(folder, street(), style)
        for path in paths:
            if path.suffix == suffix:
                path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        return paths

    return make


def _hollow_geopackage(folder: Path) -> list[Path]:
    """A file that is a GeoPackage by its head and holds garbage below."""
    (path,) = files_of(folder, street(), "gpkg")
    content = bytearray(path.read_bytes())
    content[4096:] = Random(1).randbytes(len(content) - 4096)
    path.write_bytes(bytes(content))
    return [path]


def _without_layers(folder: Path) -> list[Path]:
    path = folder / "empty.gpkg"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE a (b)")
    database.close()
    return [path]


def _one_part(folder: Path) -> list[Path]:
    return [path for path in files_of(folder, street(), "shp") if path.suffix in {".shp"}]


def _bomb(folder: Path) -> list[Path]:
    return [write_parts(folder / "bomb.zip", {"points.csv": bytes(100 << 20)})]


def _packed(name: str) -> Make:
    def make(folder: Path) -> list[Path]:
        path = folder / "成果.zip"
        with zipfile.ZipFile(path, "w") as package:
            package.writestr("points.csv", "x")
            package.writestr(zipfile.ZipInfo(name), "x")
        return [path]

    return make


TREES = b"  0\nSECTION\n  2\nENTITIES\n  0\nPOINT\n  8\nTREES\n 10\n1.0\n 20\n2.0\n  0\nENDSEC\n  0\nEOF\n"
ENDLESS = b'{"type": "FeatureCollection", "features": ' + b"[" * 50_000
ENCRYPTED = (FIXTURES / "encrypted.xlsx").read_bytes()
UNREADABLE: dict[str, tuple[Make, int, str, str]] = {
    "a DWG": (_written("管线.dwg", b"AC1027" + bytes(500)), 422, "DXF 2010", "DXF 2010"),
    "a DWG that calls itself DXF": (_written("管线.dxf", b"AC1032" + bytes(500)), 422, "DXF 2010", "DXF 2010"),
    "a DXF of a later version": (
        _written("a.dxf", b"  0\nSECTION\n  2\nHEADER\n  9\n$ACADVER\n  1\nAC1099\n  0\nENDSEC\n  0\nEOF\n"),
        422, "版本", "version"),
    "half a DXF": (_damaged("dxf", ".dxf"), 422, "", ""),
    "a DXF of other things": (_written("a.dxf", TREES), 422, "图层", "layer"),
    "half a GeoPackage": (_damaged("gpkg", ".gpkg"), 422, "损坏", "damaged"),
    "a hollow GeoPackage": (_hollow_geopackage, 422, "", ""),
    "a database of other things": (_without_layers, 422, "", ""),
    "junk that calls itself GeoPackage": (_written("a.gpkg", Random(2).randbytes(9_000)), 422, "损坏", "damaged"),
    "half a workbook": (_damaged("xlsx", ".xlsx"), 422, "损坏", "damaged"),
    "an encrypted workbook": (_written("点表.xlsx", ENCRYPTED), 422, "密码", "password"),
    "a workbook with macros": (lambda folder: [macro_book(folder / "点表.xlsm")], 422, "宏", "macros"),
    "a PDF": (_written("点表.xlsx", b"%PDF-1.7\n"), 422, "PDF", "PDF"),
    "half a shapefile": (_one_part, 422, "缺", "missing"),
    "a damaged shapefile": (_damaged("shp", ".dbf"), 422, "", ""),
    "nothing in a text": (_written("points.csv", b""), 422, "空", "empty"),
    "nothing in a drawing": (_written("a.dxf", b""), 422, "", ""),
    "broken GeoJSON": (_written("a.geojson", b'{"type": "FeatureCollection", "features": ['), 422, "", ""),
    "endless GeoJSON": (_written("a.geojson", ENDLESS), 422, "", ""),
    "a program": (_written("setup.exe", b"MZ" + bytes(500)), 422, "程序", "program"),
    "100 MB of zeros in a small ZIP": (_bomb, 413, "", ""),
    "a name that climbs": (_packed("../../etc/passwd"), 422, "", ""),
    "a name from the root": (_packed("/etc/passwd"), 422, "", ""),
    "a name of another system": (_packed("C:\\windows\\a.csv"), 422, "", ""),
    "two files of one name": (_packed("二/points.csv"), 422, "points.csv", "points.csv"),
}  # fmt: skip
SHAPEFILE_ALONE = {"half a shapefile"}
"""The command line looks for the other parts beside it."""


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_is_refused_and_nothing_is_kept(
    name: str, shared: Archive, counter: Visitor, terminal: Terminal, tmp_path: Path
) -> None:
    make, status, chinese, english = UNREADABLE[name]
    paths = make(tmp_path)
    before = shared.counts()
    for language, said in (("zh_Hans_CN", chinese), ("en", english)):
        counter.set_cookie("language", language)
        answer = upload(counter, paths)
        assert answer.status_code == status, answer.text
        assert said in answer.text
        assert "Traceback" not in answer.text
        assert "multiple" in answer.text, "the form is still there"
    if name not in SHAPEFILE_ALONE:
        for more in (("--check-only",), ()):
            told = terminal.run("pipelines", "import", *map(str, paths), "--source", "census", "--crs", CRS, *more)
            report = json.loads(told.stdout)
            assert (told.exit_code, report["points"], report["accepted"], report["version"]) == (1, 0, False, None)
            assert english in report["problems"][0]["message"]
            assert report["problems"][0]["severity"] == "E"
    assert shared.counts() == before


BENEATH = {"a DXF of other things"}
"""What only reading shows."""


@pytest.mark.parametrize("name", [name for name in UNREADABLE if name not in BENEATH])
def test_damage_that_a_glance_shows_is_told_at_the_form_however_large_the_file(
    name: str, shared: Archive, counter: Visitor, terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "READ_AT_ONCE", -1)
    make, status, chinese, english = UNREADABLE[name]
    paths = make(tmp_path)
    before = shared.counts()
    counter.set_cookie("language", "zh_Hans_CN")
    answer = upload(counter, paths)
    assert (answer.status_code, chinese in answer.text) == (status, True)
    if name not in SHAPEFILE_ALONE:
        told = terminal.run("pipelines", "import", *map(str, paths), "--source", "census", "--crs", CRS)
        report = json.loads(told.stdout)
        assert (told.exit_code, report["version"]) == (1, None)
        assert english in report["problems"][0]["message"]
    assert shared.counts() == before


@pytest.mark.parametrize("style", STYLES)
def test_a_glance_passes_what_is_sound(
    archive: Archive, sign_in_as: SignInAs, tmp_path: Path, style: Style, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "READ_AT_ONCE", -1)
    page = upload(sign_in_as(Role.COUNTER), files_of(tmp_path, street(), style))
    assert page.status_code == 303, page.text
    assert archive.version(1).state == BROUGHT


def _columns(change: Callable[[Survey], Survey]) -> Make:
    return lambda folder: files_of(folder, change(street()), "csv")


def _points(**columns: Any) -> Callable[[Survey], Survey]:
    """The survey with columns of its points made anew from what they were."""

    def change(survey: Survey) -> Survey:
        made = {name: np.asarray(to(survey.points.number(name))) for name, to in columns.items()}
        return replace(survey, points=survey.points.with_columns(**made))

    return change


def _swap(survey: Survey) -> Survey:
    points = survey.points
    return replace(survey, points=points.with_columns(east=points.number("north"), north=points.number("east")))


def _half(values: Any) -> Any:
    return np.where(np.arange(len(values)) % 2 == 0, values, values + 36_000_000)


def _other_office(folder: Path) -> list[Path]:
    rows = [["编号", "位置", "时间"], ["1", "桥头", "去年"], ["2", "路口", "今年"]]
    return [write_xlsx(folder / "台账.xlsx", 台账=rows)]


def _one_cell(value: object) -> Callable[[Survey], Survey]:
    return lambda survey: replace(survey, points=with_cell(survey.points, 3, east=value, north=value))


QUESTIONED: dict[str, tuple[Make, str, str]] = {
    "another office's columns": (_other_office, "未识别", "was recognised"),
    "X and Y swapped": (_columns(_swap), "X", "swapped"),
    "mixed zones": (_columns(_points(east=_half)), "一个表", "one table"),
    "degrees": (_columns(_points(east=lambda x: x * 0 + 108.1, north=lambda x: x * 0 + 30.1)), "度", "degrees"),
    "no numbers": (_columns(_points(east=lambda x: x * np.nan)), "坐标", "no coordinates"),
    "endless numbers": (_columns(_points(east=lambda x: x * 1e300, north=lambda x: x * 1e300)), "坐标", "coordinates"),
    "a city's own grid": (_columns(_points(east=lambda x: x - 4e5, north=lambda x: x - 3.3e6)), "独立", "own grid"),
}


@pytest.mark.parametrize("name", QUESTIONED)
def test_what_is_no_survey_of_this_system_is_asked_about_and_never_stored(
    name: str, shared: Archive, counter: Visitor, terminal: Terminal, tmp_path: Path
) -> None:
    make, _chinese, english = QUESTIONED[name]
    paths = make(tmp_path)
    before = shared.counts()
    for more in (("--check-only",), ()):
        told = terminal.run("pipelines", "import", *map(str, paths), "--source", "census", "--crs", CRS, *more)
        report = json.loads(told.stdout)
        assert (told.exit_code, report["version"]) == (1, None)
        assert any(english in problem["message"] for problem in report["problems"]), report
    assert shared.counts() == before
    counter.set_cookie("language", "en")
    page = upload(counter, paths, source="supplement").location
    looked = counter.get(page)
    assert (looked.status_code, english in looked.text) == (200, True)
    counter.set_cookie("language", "zh_Hans_CN")
    assert english not in counter.get(page).text
    counter.send(f"{page}/read")
    shared.work()
    assert seen(shared) == []
    assert shared.stored() == (0, 0)


FAULTY: dict[str, tuple[Callable[[Survey], Survey], set[str]]] = {
    "one point of another city": (_one_cell(2_000_000.0), {"P6"}),
    "one point that is no number": (_one_cell(float("nan")), {"F2"}),
    "one point beyond the world": (_one_cell(1e308), {"F3"}),
    "lines to points that are not there": (
        lambda survey: replace(
            survey, segments=survey.segments.with_columns(end_no=survey.segments.text("start_no") + "X")),
        {"L3"}),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTY)
def test_faults_of_rows_are_told_with_their_rows_and_block_acceptance(
    name: str, archive: Archive, tmp_path: Path
) -> None:
    change, rules = FAULTY[name]
    terminal = Terminal(archive.app.settings)
    paths = files_of(tmp_path / "files", change(street()), "csv")
    told = terminal.run("pipelines", "import", *map(str, paths), "--source", "census", "--crs", CRS)
    report = json.loads(told.stdout)
    assert (told.exit_code, report["accepted"]) == (1, False), report
    errors = [problem for problem in report["problems"] if problem["severity"] == "E"]
    assert rules <= {problem["rule"] for problem in errors}
    assert all(problem["row"] for problem in errors if problem["rule"] in rules)
    version = archive.version(1)
    assert (version.state, archive.stored()[1]) == (IN_TRANSFER, 70)
    visitor = signing_in(archive.app)(Role.GUIDANCE)
    page = archive.address(version)
    for address in (page, f"{page}/findings?rule={min(rules)}", f"{page}/findings.xlsx"):
        assert visitor.get(address).status_code == 200
    found = terminal.run("pipelines", "query", "--bbox", "469000,3356000,470000,3358000", "--crs", CRS)
    assert found.exit_code == 0


def test_a_survey_of_another_city_is_another_zone_or_an_empty_place(archive: Archive, tmp_path: Path) -> None:
    far = shifted(street(), east=400_000)
    version = archive.read(files_of(tmp_path, far, "csv"))
    assert version.state == REFUSED
    assert archive.stored() == (0, 0)


def test_a_survey_a_days_journey_from_the_archives_lines_is_of_another_city(archive: Archive, tmp_path: Path) -> None:
    first = archive.read(files_of(tmp_path / "first", shifted(street(), north=700_000), "csv"))
    assert first.errors == 0, "before anything is accepted nothing is far from it"
    archive.take(tmp_path / "ours", street(), source="supplement")
    near = archive.read(files_of(tmp_path / "near", shifted(street(), north=50_000), "csv"), source="owner")
    assert near.errors == 0, "the next county is ours"
    far = archive.read(files_of(tmp_path / "far", shifted(street(), north=400_000), "csv"), source="owner")
    assert far.errors == far.points
    assert archive.dataset(far).number != archive.dataset(near).number


def test_what_is_large_is_refused_by_its_job_and_not_while_somebody_waits(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "READ_AT_ONCE", 100)
    path = tmp_path / "large.csv"
    path.write_bytes(b"a,b,c\n" + b"1,2,3\n" * 100)
    counter = signing_in(archive.app)(Role.COUNTER)
    page = upload(counter, [path]).location
    assert archive.version(1).state == BROUGHT
    counter.send(f"{page}/read")
    archive.work()
    version = archive.version(1)
    assert version.state == REFUSED
    assert version.message
    number = archive.dataset(version).number
    for shown in (counter.get(page).text, counter.get("/pipelines/surveys").text):
        assert version.message in shown
    assert f"/pipelines/surveys/new?replaces={number}" in counter.get(page).text


def test_the_length_of_a_survey_with_errors_is_not_told_as_a_fact(archive: Archive, tmp_path: Path) -> None:
    visitor = signing_in(archive.app)(Role.GUIDANCE)
    visitor.set_cookie("language", "en")
    for folder, survey in (("sound", street()), ("wrong", with_missing_end(street(column=8)))):
        version = archive.read(files_of(tmp_path / folder, survey, "csv"))
        shown = visitor.get(archive.address(version)).text
        assert (version.errors > 0) == (folder == "wrong"), folder
        assert ("as read, errors included" in shown) == (folder == "wrong"), folder
    assert visitor.get("/pipelines/surveys").text.count("as read, errors included") == 1


def test_lines_without_their_points_are_told_so(archive: Archive, tmp_path: Path) -> None:
    counter = signing_in(archive.app)(Role.COUNTER)
    counter.set_cookie("language", "en")
    lines = [path for path in files_of(tmp_path, street(), "csv") if "line" in path.name]
    page = counter.get(upload(counter, lines).location).text
    assert "There are lines but no table of points" in page
    assert "Read and check</button>" not in page


def test_files_that_nobody_read_are_withdrawn_with_a_reason(archive: Archive, tmp_path: Path) -> None:
    signed_in = signing_in(archive.app)
    counter, reader = signed_in(Role.COUNTER), signed_in(Role.ENGINEER)
    counter.set_cookie("language", "en")
    answer = upload(counter, files_of(tmp_path, street(), "csv"))
    page = counter.get(answer.location).text
    assert "Withdraw these files" in page
    assert reader.send(f"{answer.location}/refuse", {"reason": "x"}).status_code in {403, 404}
    assert counter.send(f"{answer.location}/refuse", {"reason": " "}).status_code == 422
    assert counter.send(f"{answer.location}/refuse", {"reason": "the wrong files"}).status_code == 303
    assert archive.version(1).state == REFUSED
    assert archive.work() == 0, "there is nothing to clear out"
    assert "the wrong files" in counter.get(answer.location).text
    assert upload(counter, files_of(tmp_path / "again", street(), "csv")).status_code == 303


def test_a_version_that_was_not_accepted_does_not_hide_the_one_that_is(
    archive: Archive, sign_in_as: SignInAs, tmp_path: Path
) -> None:
    number = archive.dataset(archive.take(tmp_path / "a", street(), source="project", project=CODE)).number
    far = shifted(street(), east=400_000)
    refused = archive.read(files_of(tmp_path / "b", far, "xlsx"), source="project", project=CODE, replaces=number)
    assert (refused.number, refused.state) == (2, REFUSED)
    counter = sign_in_as(Role.COUNTER)
    counter.set_cookie("language", "en")
    for page in ("/pipelines/surveys", f"/projects/{CODE}/pipelines"):
        listed = counter.get(page).text
        assert "In the archive" in listed
        assert "Version 2 was not accepted." in listed
        assert str(refused.message)[:60] in listed
        assert "70" in listed
    reader = sign_in_as(Role.ENGINEER)
    reader.set_cookie("language", "en")
    assert "was not accepted" not in reader.get("/pipelines/surveys").text


def test_files_that_cannot_be_looked_at_say_so_and_lead_to_others(
    archive: Archive, sign_in_as: SignInAs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "READ_AT_ONCE", -1)
    counter = sign_in_as(Role.COUNTER)
    counter.set_cookie("language", "en")
    page = upload(counter, _written("a.dxf", TREES)(tmp_path)).location
    shown = counter.get(page)
    assert (shown.status_code, "Read and check</span>" in shown.text) == (200, False)
    assert f"/pipelines/surveys/new?replaces={page.rsplit('/', 2)[1]}" in shown.text


def test_the_form_tells_everything_that_is_missing_at_once(shared: Archive, counter: Visitor) -> None:
    counter.set_cookie("language", "en")
    before = shared.counts()
    empty = counter.send("/pipelines/surveys/new", {})
    assert empty.status_code == 422
    assert "Choose a file first." in empty.text
    nothing = counter.send("/pipelines/surveys/new", {"source": "moon", "crs": CRS, "files": (io.BytesIO(b"x"), "")})
    assert nothing.status_code == 422
    unknown = {"source": "project", "project": "2099-9999", "crs": CRS}
    answer = counter.send("/pipelines/surveys/new", {**unknown, "files": (io.BytesIO(b"a,b\n1,2\n"), "points.csv")})
    assert answer.status_code == 422
    assert "2099-9999" in answer.text
    tomorrow = {"source": "owner", "surveyed_on": "2099-01-01", "crs": CRS}
    answer = counter.send("/pipelines/surveys/new", {**tomorrow, "files": (io.BytesIO(b"a,b\n1,2\n"), "points.csv")})
    assert answer.status_code == 422
    assert "This day lies in the future." in answer.text
    assert shared.counts() == before


def test_names_that_lead_elsewhere_are_only_names(archive: Archive, tmp_path: Path) -> None:
    counter = signing_in(archive.app)(Role.COUNTER)
    points, lines = (path.read_bytes() for path in reversed(files_of(tmp_path, street(), "csv")))
    files = [(io.BytesIO(points), "../../../etc/points.csv"), (io.BytesIO(lines), "/etc/lines.csv")]
    answer = counter.send("/pipelines/surveys/new", {"source": "census", "crs": CRS, "files": files})
    assert answer.status_code == 303
    assert {file["name"] for file in archive.version(1).files} == {"points.csv", "lines.csv"}


def test_without_a_token_or_with_words_that_no_column_holds_nothing_is_kept(shared: Archive, counter: Visitor) -> None:
    before = shared.counts()
    sent = {"source": "census", "crs": CRS, "files": (io.BytesIO(b"a,b\n1,2\n"), "points.csv")}
    assert counter.post("/pipelines/surveys/new", data=sent).status_code == 400
    sent = {"source": "census", "crs": CRS, "name": "a\0b", "files": (io.BytesIO(b"a,b\n1,2\n"), "points.csv")}
    assert counter.send("/pipelines/surveys/new", sent).status_code in {400, 422, 303}
    sent = {"source": "census", "crs": CRS, "name": "长" * 5_000, "files": (io.BytesIO(b"a,b\n1,2\n"), "points.csv")}
    assert counter.send("/pipelines/surveys/new", sent).status_code == 422
    assert shared.counts()["pipeline_version"] <= before["pipeline_version"] + 1
