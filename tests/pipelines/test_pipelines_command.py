"""The command line's contract: its JSON, its exit codes, and answers that equal what Shapely counts on the files."""

import json
from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from shapely import Polygon
from shapely.geometry import mapping

from archives.demo.handover import STYLES, Style
from archives.pipelines.models import ACCEPTED, BROUGHT, IN_TRANSFER
from gis.survey.nodes import ends
from tests.core.sheets.workbooks import write_parts
from tests.pipelines.conftest import (
    CODE,
    CRS,
    Archive,
    files_of,
    shifted,
    street,
    with_missing_end,
)
from tests.test_cli import Terminal

ANSWER = {"points", "segments", "problems", "accepted", "version"}
PROBLEM = {"rule", "severity", "table", "row", "message"}
FOUND = {"segments", "length_m", "by_kind", "ids"}


@pytest.fixture
def terminal(archive: Archive) -> Terminal:
    """A terminal on the archives."""
    return Terminal(archive.app.settings)


def bring(terminal: Terminal, paths: list[Path], *more: str, source: str = "census", crs: str = CRS) -> Any:
    """What `pipelines import` answers: its exit code, and its JSON."""
    whose = ("--project", source) if source[:2] == "20" else ("--source", source)
    told = terminal.run("pipelines", "import", *map(str, paths), *whose, "--crs", crs, *more, "--json")
    assert told.exit_code in {0, 1}, told.stderr
    return told.exit_code, json.loads(told.stdout)


def ask(terminal: Terminal, *arguments: str) -> Any:
    """What `pipelines query` answers."""
    found = terminal.answer("pipelines", "query", *arguments, "--crs", CRS, "--json")
    assert found.keys() == FOUND
    return found


@cache
def lines() -> Any:
    """The survey's lines as Shapely sees them, without the archive's code between."""
    survey = street()
    start, end = ends(survey.points, survey.segments)
    places = np.column_stack([survey.points.number("east"), survey.points.number("north")])
    return shapely.linestrings(np.stack([places[start], places[end]], axis=1))


def counted(shape: Polygon, *, clip: bool = False, kinds: tuple[str, ...] = ()) -> dict[str, Any]:
    """How many lines an area meets and how long they are, by kind, counted one by one."""
    majors = street().segments.text("major")
    met = shapely.intersects(lines(), shape) & (np.isin(majors, kinds) if kinds else True)
    lengths = shapely.length(shapely.intersection(lines(), shape) if clip else lines())
    sums = {kind: float(lengths[met & (majors == kind)].sum()) for kind in set(majors[met])}
    counts = Counter(majors[met].tolist())
    return {
        "segments": int(met.sum()),
        "length_m": pytest.approx(float(lengths[met].sum()), abs=0.01),
        "by_kind": {
            kind: {"segments": counts[kind], "length_m": pytest.approx(sums[kind], abs=0.01)} for kind in counts
        },
    }


def _box() -> tuple[float, float, float, float]:
    """A part of the street."""
    west, south, east, north = shapely.total_bounds(lines())
    return west + 5, south + (north - south) * 0.3, east - 5, south + (north - south) * 0.62


def _slanted() -> Polygon:
    west, south, east, north = _box()
    return Polygon([(west - 40, south), (east, south + 60), (east + 30, north), (west, north - 30)])


@pytest.mark.parametrize("clip", [False, True], ids=["whole", "clipped"])
@pytest.mark.parametrize("kinds", [(), ("JS",), ("JS", "PS")], ids=str)
@pytest.mark.parametrize("shape", ["box", "polygon"])
def test_the_lines_of_an_area_are_those_that_shapely_finds(
    in_the_archive: Terminal, shape: str, kinds: tuple[str, ...], clip: bool, tmp_path: Path
) -> None:
    arguments = ["--clip"] if clip else []
    if kinds:
        arguments += ["--kind", ",".join(kinds)]
    if shape == "box":
        area = shapely.box(*_box())
        arguments += ["--bbox", ",".join(map(str, _box()))]
    else:
        area = _slanted()
        path = tmp_path / "area.geojson"
        path.write_text(json.dumps({"type": "Feature", "properties": {}, "geometry": mapping(area)}))
        arguments += ["--polygon", str(path)]
    found = ask(in_the_archive, *arguments)
    ids = found.pop("ids")
    assert found == counted(area, clip=clip, kinds=kinds)
    assert ids == sorted(set(ids))
    assert len(ids) == found["segments"] > 0


@pytest.fixture(scope="module")
def in_the_archive(databases: Any, tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    """A terminal on an archive that holds the street; nothing here changes it."""
    terminal = Terminal(databases.fresh(tmp_path_factory.mktemp("held") / "var"))
    terminal.answer("reference", "sync")
    code, told = bring(terminal, files_of(tmp_path_factory.mktemp("files"), street(), "csv"))
    assert (code, told["accepted"]) == (0, True)
    return terminal


def test_the_sides_of_a_box_may_be_degrees(in_the_archive: Terminal) -> None:
    everything = in_the_archive.answer("pipelines", "query", "--bbox", "107,30,108.5,31", "--crs", "EPSG:4490")
    assert everything["segments"] == len(street().segments)


def test_an_area_beside_the_lines_holds_nothing_and_says_so(in_the_archive: Terminal) -> None:
    empty = {"segments": 0, "length_m": 0.0, "by_kind": {}, "ids": []}
    assert ask(in_the_archive, "--bbox", "430000,3300000,430100,3300100") == empty


@pytest.mark.parametrize(
    "arguments",
    [
        ("--bbox", "1,2,3"),
        ("--bbox", "a,b,c,d"),
        ("--bbox", "nan,0,1,1"),
        ("--bbox", "1e308,0,2e308,1"),
        ("--bbox", "0,0,9000000,9000000"),
        ("--bbox", "469000,3350000,470000,3360000", "--kind", "ZZ"),
    ],
    ids=str,
)
def test_what_is_no_area_and_no_kind_is_told_in_a_sentence(
    in_the_archive: Terminal, arguments: tuple[str, ...]
) -> None:
    told = in_the_archive.run("pipelines", "query", *arguments, "--crs", CRS)
    assert (told.exit_code, told.stdout) == (1, "")
    assert told.stderr.strip()
    assert "Traceback" not in told.stderr


def test_misuse_is_told_apart_from_problems(in_the_archive: Terminal, tmp_path: Path) -> None:
    path = tmp_path / "points.csv"
    path.write_text("x")
    for arguments in (
        ("query", "--crs", CRS),
        ("query", "--crs", CRS, "--bbox", "1,2,3,4", "--polygon", str(path)),
        ("import", "--source", "census", "--crs", CRS),
        ("import", str(path), "--crs", CRS),
        ("import", str(path), "--crs", CRS, "--source", "census", "--project", CODE),
        ("import", str(path), "--crs", CRS, "--source", "project"),
        ("import", str(path), "--source", "census"),
        ("import", str(tmp_path / "missing.csv"), "--crs", CRS, "--source", "census"),
    ):
        told = in_the_archive.run("pipelines", *arguments)
        assert (told.exit_code, told.stdout) == (2, ""), arguments
        assert told.stderr.strip()


def test_a_query_before_the_first_survey_says_that_there_are_none(terminal: Terminal) -> None:
    told = terminal.run("pipelines", "query", "--bbox", "1,2,3,4", "--crs", CRS)
    assert (told.exit_code, told.stdout) == (1, "")
    assert "no pipelines yet" in told.stderr


def test_a_sound_survey_goes_into_the_archive_at_once(terminal: Terminal, archive: Archive, tmp_path: Path) -> None:
    code, told = bring(terminal, files_of(tmp_path, street(), "xlsx"), source=CODE)
    assert told.keys() >= ANSWER
    assert (code, told["points"], told["segments"], told["accepted"], told["version"]) == (0, 74, 70, True, 1)
    assert all(problem["severity"] != "E" for problem in told["problems"])
    assert archive.version(1).state == ACCEPTED


def test_the_same_files_twice_add_nothing(terminal: Terminal, archive: Archive, tmp_path: Path) -> None:
    paths = files_of(tmp_path, street(), "csv")
    first = bring(terminal, paths)
    before = archive.counts()
    assert bring(terminal, paths) == first
    assert archive.counts() == before


def test_a_survey_with_an_error_is_kept_and_not_accepted(terminal: Terminal, archive: Archive, tmp_path: Path) -> None:
    code, told = bring(terminal, files_of(tmp_path, with_missing_end(street()), "csv"))
    assert (code, told["accepted"], told["version"]) == (1, False, 1)
    (error,) = [problem for problem in told["problems"] if problem["severity"] == "E"]
    assert error.keys() >= PROBLEM
    assert (error["rule"], error["row"]) == ("L3", 2)
    assert "JP99999" in error["message"]
    assert archive.version(1).state == IN_TRANSFER
    assert archive.stored() == (74, 70)
    nothing = {"segments": 0, "length_m": 0.0, "by_kind": {}, "ids": []}
    assert ask(terminal, "--bbox", "430000,3300000,430100,3300100") == nothing


def test_corrected_files_become_the_next_version_of_their_hand_over(
    terminal: Terminal, archive: Archive, tmp_path: Path
) -> None:
    bring(terminal, files_of(tmp_path / "a", with_missing_end(street()), "csv"))
    code, told = bring(terminal, files_of(tmp_path / "b", street(), "csv"))
    assert (code, told["accepted"], told["version"]) == (0, True, 2)
    assert ask(terminal, "--bbox", "440000,3340000,500000,3380000")["segments"] == 70


@pytest.mark.parametrize("faulty", [False, True], ids=["sound", "faulty"])
def test_check_only_says_the_same_and_writes_nothing_at_all(
    terminal: Terminal, archive: Archive, tmp_path: Path, faulty: bool
) -> None:
    paths = files_of(tmp_path / "files", with_missing_end(street()) if faulty else street(), "csv")
    before, tree = archive.counts(), _tree(archive)
    code, told = bring(terminal, paths, "--check-only")
    assert (code, told["accepted"], told["version"]) == (int(faulty), False, None)
    assert (archive.counts(), _tree(archive)) == (before, tree)
    _, imported = bring(terminal, paths)
    assert _problems(told) == _problems(imported)
    assert (told["points"], told["segments"]) == (imported["points"], imported["segments"])


def _tree(archive: Archive) -> set[str]:
    """Every file of the instance but the database's own log."""
    root = archive.app.settings.data
    return {str(path) for path in root.rglob("*") if not path.name.endswith(("-wal", "-shm"))}


def _problems(told: Any) -> list[tuple[object, ...]]:
    return sorted(tuple(str(problem[name]) for name in sorted(PROBLEM)) for problem in told["problems"])


@pytest.mark.parametrize("style", STYLES)
def test_every_form_of_a_hand_over_is_read_to_the_same_lines(terminal: Terminal, tmp_path: Path, style: Style) -> None:
    code, told = bring(terminal, files_of(tmp_path / "f", street(), style), "--check-only")
    assert (told["points"], told["segments"]) == (74, 70), told
    assert code == int(any(problem["severity"] == "E" for problem in told["problems"]))
    if style != "dxf":  # a drawing has no depths and no sizes
        assert code == 0, told["problems"]


def test_of_a_shapefile_only_its_main_file_need_be_named(terminal: Terminal, tmp_path: Path) -> None:
    paths = [path for path in files_of(tmp_path, street(), "shp") if path.suffix == ".shp"]
    for more in (["--check-only"], []):
        code, told = bring(terminal, paths, *more)
        assert (code, told["points"], told["segments"]) == (0, 74, 70)


def test_a_packed_hand_over_is_unpacked_for_a_check_as_for_an_import(terminal: Terminal, tmp_path: Path) -> None:
    paths = files_of(tmp_path / "f", street(), "shp")
    packed = write_parts(tmp_path / "成果.zip", {f"成果/{path.name}": path.read_bytes() for path in paths})
    _, told = bring(terminal, [packed], "--check-only")
    assert (told["points"], told["segments"]) == (74, 70)
    code, told = bring(terminal, [packed])
    assert (code, told["points"], told["segments"], told["accepted"]) == (0, 74, 70, True)


def test_one_kind_tables_need_their_kind_said_once(terminal: Terminal, tmp_path: Path) -> None:
    whole = street()
    points, segments = (frame.take(frame.text("minor") == "JP") for frame in (whole.points, whole.segments))
    blank = {"minor": np.full(len(points), "", dtype=object)}, {"minor": np.full(len(segments), "", dtype=object)}
    water = replace(whole, points=points.with_columns(**blank[0]), segments=segments.with_columns(**blank[1]))
    paths = files_of(tmp_path, water, "csv")
    code, told = bring(terminal, paths, "--check-only")
    assert code == 1, "nobody said what kind these lines are"
    code, told = bring(terminal, paths, "--kind", "JS/JP")
    assert (code, told["segments"], told["accepted"]) == (0, len(segments), True)
    assert ask(terminal, "--bbox", "440000,3340000,500000,3380000")["by_kind"].keys() == {"JS"}
    code, told = bring(terminal, paths, "--kind", "ZZ")
    assert (code, told["version"]) == (1, None)


def test_the_same_files_read_in_another_way_are_another_version(
    terminal: Terminal, archive: Archive, tmp_path: Path
) -> None:
    paths = files_of(tmp_path, street(), "csv")
    assert bring(terminal, paths, crs="EPSG:4545")[1]["version"] == 1
    code, told = bring(terminal, paths, crs="EPSG:4547")
    assert told["version"] == 2
    assert (code, told["accepted"]) == (1, False), "the numbers fit either zone, but there it is another city"
    assert {problem["rule"] for problem in told["problems"] if problem["severity"] == "E"} == {"P6"}


def test_a_survey_that_waits_at_the_counter_is_completed(terminal: Terminal, archive: Archive, tmp_path: Path) -> None:
    paths = files_of(tmp_path, street(), "csv")
    version_id = archive.bring(paths)
    assert archive.version(version_id).state != BROUGHT
    code, told = bring(terminal, paths)
    assert (code, told["version"], told["accepted"]) == (0, 1, True)


def test_the_list_names_each_hand_over_with_its_newest_version(terminal: Terminal, tmp_path: Path) -> None:
    bring(terminal, files_of(tmp_path / "a", street(), "csv"))
    bring(terminal, files_of(tmp_path / "b", shifted(street(column=8), 0, 0), "gpkg"), source="owner")
    told = terminal.answer("pipelines", "list")
    assert [(one["version"], one["state"]) for one in told] == [(1, "accepted"), (1, "accepted")]
    assert len({one["number"] for one in told}) == 2


@pytest.mark.parametrize("form", ["gpkg", "dxf", "xlsx", "geojson", "shp"])
def test_a_place_that_cannot_be_written_is_told_before_a_number_is_taken(
    terminal: Terminal, archive: Archive, tmp_path: Path, form: str
) -> None:
    bring(terminal, files_of(tmp_path / "files", street(), "csv"))
    before = archive.counts()
    box = ("--bbox", "440000,3340000,500000,3380000", "--crs", CRS)
    found = terminal.run("pipelines", "query", *box, "--format", form, "--out", str(tmp_path / "no" / "file"))
    assert found.exit_code == 1
    assert str(tmp_path / "no") in found.stderr
    assert archive.counts() == before


def test_a_polygon_comes_alone_or_in_a_collection(terminal: Terminal, tmp_path: Path) -> None:
    bring(terminal, files_of(tmp_path / "files", street(), "csv"))
    whole = shapely.box(440_000, 3_340_000, 500_000, 3_380_000)
    feature = {"type": "Feature", "properties": {}, "geometry": mapping(whole)}
    halves = [shapely.box(440_000, 3_340_000, 469_500, 3_380_000), shapely.box(469_400, 3_340_000, 500_000, 3_380_000)]
    overlapping = [{**feature, "geometry": mapping(half)} for half in halves]
    file = tmp_path / "area.geojson"
    for document in (mapping(whole), feature, _collection([feature]), _collection(overlapping)):
        file.write_text(json.dumps(document), encoding="utf-8")
        assert ask(terminal, "--polygon", str(file))["segments"] == 70
    crossed = {**feature, "geometry": {"type": "Polygon", "coordinates": [[[0, 0], [9, 9], [9, 0], [0, 5], [0, 0]]]}}
    told = set()
    for documents in ([crossed], [crossed, feature]):
        file.write_text(json.dumps(_collection(documents)), encoding="utf-8")
        found = terminal.run("pipelines", "query", "--polygon", str(file), "--crs", CRS)
        assert found.exit_code == 1
        told.add(found.stderr)
    assert len(told) == 1, "where it crosses itself is said, whatever else is in the collection"


def _collection(features: list[Any]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": features}


def test_a_check_knows_whether_there_is_the_project(terminal: Terminal, archive: Archive, tmp_path: Path) -> None:
    paths = files_of(tmp_path, street(), "csv")
    code, told = bring(terminal, paths, "--check-only", source="2099-9999")
    assert (code, told["points"]) == (1, 0)
    assert "2099-9999" in told["problems"][0]["message"]
