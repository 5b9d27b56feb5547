"""A glance sees that a file was cut off, whatever its format, and lets a whole one pass."""

from pathlib import Path

import pytest

from archives.demo.handover import Style, write_handover
from archives.demo.network import district
from gis.survey.files import glance_at
from gis.survey.source import SurveyFileError

STYLES: tuple[Style, ...] = ("gpkg", "shp", "dxf")
MAIN = {".gpkg", ".shp", ".dxf", ".geojson", ".dbf"}
POINT = '{"type": "Feature", "geometry": {"type": "Point", "coordinates": [500000.0, 3400000.0]}, "properties": {}}'


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Path]]:
    """A small survey in each format of maps."""
    survey = district(1, range(6, 7), range(2), frozenset({"JP"}))
    folders = {style: tmp_path_factory.mktemp(style) for style in STYLES}
    for style, folder in folders.items():
        write_handover(folder, survey, style)
    json = tmp_path_factory.mktemp("json") / "points.geojson"
    json.write_text(f'{{"type": "FeatureCollection", "features": [{", ".join([POINT] * 9)}]}}\n')
    return {style: sorted(folder.iterdir()) for style, folder in folders.items()} | {"geojson": [json]}


def _look(path: Path, parts: list[Path]) -> bool:
    return glance_at(path, path.name, path.read_bytes()[:4096], {part.name: part for part in parts})


def test_what_is_whole_passes(files: dict[str, list[Path]]) -> None:
    for parts in files.values():
        assert all(_look(path, parts) for path in parts if path.suffix in MAIN)


@pytest.mark.parametrize("kept", [0.3, 0.6, 0.95])
@pytest.mark.parametrize("ending", sorted(MAIN))
def test_what_was_cut_off_is_damaged(files: dict[str, list[Path]], ending: str, kept: float, tmp_path: Path) -> None:
    whole = next(path for parts in files.values() for path in parts if path.suffix == ending)
    parts = [path for path in whole.parent.iterdir() if path.suffix != ending]
    cut = tmp_path / whole.name
    cut.write_bytes(whole.read_bytes()[: int(whole.stat().st_size * kept)])
    with pytest.raises(SurveyFileError) as refused:
        _look(cut, [cut, *parts])
    assert refused.value.code == "damaged"


def test_a_shapefile_answers_for_its_table(files: dict[str, list[Path]], tmp_path: Path) -> None:
    shapes = next(path for path in files["shp"] if path.suffix == ".shp")
    table = shapes.with_suffix(".dbf")
    cut = tmp_path / table.name
    cut.write_bytes(table.read_bytes()[: table.stat().st_size // 2])
    with pytest.raises(SurveyFileError, match="damaged"):
        _look(shapes, [shapes, shapes.with_suffix(".shx"), cut])
    cut.unlink()
    alone = tmp_path / shapes.name
    alone.write_bytes(shapes.read_bytes())
    with pytest.raises(SurveyFileError, match="parts_missing"):
        _look(alone, [alone])


def test_a_list_is_nothing_to_it(tmp_path: Path) -> None:
    path = tmp_path / "points.csv"
    path.write_text("点号,X,Y\n")
    assert not _look(path, [path])
