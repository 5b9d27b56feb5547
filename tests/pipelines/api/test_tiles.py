"""Vector tiles through their door: the reader's own, marked by their content, never in a cache between."""

import gzip
from typing import Any

import pytest

from archives.core.actors import Actor, Role
from archives.core.backend import Backend
from gis.crs import WEB_MERCATOR, display_transformer
from tests.pipelines.api.conftest import Get
from tests.pipelines.ground import EAST, NORTH, STORE, classify, grid, lay
from tests.visitors import SignInAs, Visitor

HALF = 20_037_508.342789244


def address(zoom: int) -> str:
    """The tile in which the lines begin."""
    x, y = display_transformer(STORE, WEB_MERCATOR).transform(EAST + 5, NORTH + 0.5)
    size = 2 * HALF / 2**zoom
    return f"/pipelines/tiles/{zoom}/{int((x + HALF) // size)}/{int((HALF - y) // size)}.mvt"


@pytest.mark.usefixtures("laid")
@pytest.mark.parametrize("zoom", [8, 12, 14, 16, 20])
def test_a_tile_holds_the_lines(get: Get, zoom: int) -> None:
    answer = get(address(zoom))
    assert answer.status_code == 200
    assert answer.mimetype == "application/vnd.mapbox-vector-tile"
    assert b"segment" in answer.data
    assert (b"point_no" in answer.data) == (zoom >= 16)
    assert answer.data[:2] != gzip.compress(b"")[:2]


@pytest.mark.usefixtures("laid")
def test_a_tile_is_kept_by_its_readers_browser_only_and_not_sent_twice(engineer: Visitor) -> None:
    first = engineer.get(address(14))
    assert first.headers["Cache-Control"].startswith("private")
    assert "Cookie" in first.headers["Vary"]
    again = engineer.get(address(14), headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert not again.data


@pytest.mark.parametrize("zoom", [10, 14, 16])
def test_what_is_hidden_is_in_no_tile(
    get: Get, sign_in_as: SignInAs, backend: Backend, operator: Actor, zoom: int
) -> None:
    with backend.writing() as session:
        lay(session, operator, *grid(4))
        classify(session, operator, "PS", "YS", 3)
    assert b"YS" not in get(address(zoom)).data
    assert b"YS" in sign_in_as(Role.CATALOGUER, clearance=3).get(address(zoom)).data


@pytest.mark.usefixtures("laid")
def test_a_tile_shows_the_lines_of_a_day(get: Get) -> None:
    assert get(address(16), as_of="2100-01-01").data
    assert b"segment" not in get(address(16), as_of="1900-01-01").data
    assert get(address(16), as_of="soon").status_code == 400


@pytest.mark.parametrize("path", ["3/8/0", "25/0/0", "0/0/1", "1/99999999999/0", "-1/0/0", "a/b/c"])
def test_a_tile_outside_the_world_is_not_found(get: Get, path: str) -> None:
    answer = get(f"/pipelines/tiles/{path}.mvt")
    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"


def test_a_tile_of_nothing_is_empty(get: Get) -> None:
    assert get(address(14)).data == b""


@pytest.mark.usefixtures("laid")
def test_tilejson_leads_to_the_tiles(get: Get) -> None:
    told: dict[str, Any] = get("/pipelines/tiles.json").json or {}
    assert told["tilejson"] == "3.0.0"
    template = told["tiles"][0]
    assert template.endswith("/pipelines/tiles/{z}/{x}/{y}.mvt")
    assert [layer["id"] for layer in told["vector_layers"]] == ["segment", "point"]
    assert get(template.format(z=0, x=0, y=0)).status_code == 200
    tileset: dict[str, Any] = get("/ogc/tiles/WebMercatorQuad").json or {}
    item = next(link["href"] for link in tileset["links"] if link["rel"] == "item")
    assert item.format(tileMatrix=14, tileCol=1, tileRow=2).endswith("/pipelines/tiles/14/1/2.mvt")
