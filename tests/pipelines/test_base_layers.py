"""Base layers from files: looked at, chosen, loaded by a job, refused whole when something is wrong."""

import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from ezdxf.filemanagement import new
from pyogrio.raw import write
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from archives.config import load_settings
from archives.core.actors import Role, local_operator
from archives.core.errors import ConfigurationError
from archives.core.jobs import FAILED, Job
from archives.core.language import speaking
from archives.pipelines.maps import base, base_loading
from archives.pipelines.maps.queries import map_facts, office_map
from archives.pipelines.models import BaseFeature, BaseLayer, StoreSystem
from archives.web.application import Application
from archives.web.headers import POLICY, policy
from gis.base_files import fitted
from tests.pipelines.setting_pages import (
    EAST,
    NORTH,
    SETTINGS,
    chosen,
    geojson,
    geopackage,
    squares,
    upload,
    with_settings,
    worker,
)
from tests.visitors import SignInAs, Visitor

BASE = f"{SETTINGS}/base"


@pytest.fixture
def app(app: Application) -> Application:
    """The application with the settings' pages."""
    return with_settings(app)


@pytest.fixture
def cataloguer(sign_in_as: SignInAs) -> Visitor:
    """Somebody who may load base layers."""
    return sign_in_as(Role.CATALOGUER)


def bring(visitor: Visitor, content: bytes, name: str) -> TestResponse:
    return visitor.send(BASE, {"files": [upload(content, name)]}, content_type="multipart/form-data")


def brought(visitor: Visitor, content: bytes, name: str) -> str:
    answer = bring(visitor, content, name)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def load(app: Application, visitor: Visitor, page: str, **differently: str) -> Job:
    answer = visitor.send(page, chosen(**differently))
    assert answer.status_code == 303, answer.text
    with app.backend.reading() as session:
        job_id = session.scalars(select(Job.id).order_by(Job.id.desc())).first()
    assert job_id is not None
    return worker(app).finish(job_id)


def figures(app: Application) -> tuple[int, int]:
    """Layers under the map, and features of any."""
    with app.backend.reading() as session:
        return len(base.layers(session)), session.scalar(select(func.count()).select_from(BaseFeature)) or 0


def test_a_geopackage_is_looked_at_chosen_and_loaded(app: Application, cataloguer: Visitor, tmp_path: Path) -> None:
    page = brought(cataloguer, geopackage(tmp_path, squares(25), [f"第{n}栋" for n in range(25)]), "建筑.gpkg")
    shown = cataloguer.get(page).text
    assert "building (25)" in shown
    assert "EPSG:4547" in shown
    assert figures(app) == (0, 0)
    job = load(app, cataloguer, page)
    assert job.result == {"features": 25}
    assert figures(app) == (1, 25)
    with app.backend.reading() as session:
        found = base.buildings_in(session, (EAST, NORTH, EAST + 15, NORTH + 5))
        assert session.get_one(StoreSystem, 1).epsg == 4547
    assert found is not None
    assert len(found) == 1
    assert "25" in cataloguer.get(BASE).text


def test_a_colleague_sees_how_far_a_loading_is_and_no_way_to_stop_it(
    app: Application, cataloguer: Visitor, sign_in_as: SignInAs
) -> None:
    page = brought(
        cataloguer, geojson([shapely.LineString([(114.3, 30.6), (114.31, 30.6)])], ["人民路"]), "道路.geojson"
    )
    assert cataloguer.send(page, chosen(layer="道路", theme="road", column="名称", crs="EPSG:4326")).status_code == 303
    for visitor, may_watch in ((cataloguer, True), (sign_in_as(Role.CATALOGUER), False)):
        shown = visitor.get(page).text
        assert ("job-label" in shown, "/jobs/1/cancel" in shown) == (True, may_watch)


def test_degrees_decide_the_zone_that_they_lie_in(app: Application, cataloguer: Visitor) -> None:
    road = shapely.LineString([(114.3, 30.6), (114.31, 30.6)])
    page = brought(cataloguer, geojson([road], ["人民路"]), "道路.geojson")
    load(app, cataloguer, page, layer="道路", theme="road", column="名称", crs="EPSG:4326", name="道路")
    with app.backend.reading() as session:
        assert session.get_one(StoreSystem, 1).epsg == 4547
        ((name, shape),) = base.roads_named(session, "人民")
    assert name == "人民路"
    assert shape.length == pytest.approx(959, rel=0.01)


def test_a_shapefile_comes_as_a_zip_with_its_names_in_gbk(
    app: Application, cataloguer: Visitor, tmp_path: Path
) -> None:
    geometry = np.array(shapely.to_wkb(np.array(squares(3), dtype=object)), dtype=object)
    options: dict[str, Any] = {"driver": "ESRI Shapefile", "geometry_type": "Polygon", "crs": "EPSG:4547"}
    names = [np.array(["市政府", "图书馆", None], dtype=object)]
    write(tmp_path / "house.shp", geometry, names, ["名称"], encoding="GBK", **options)
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for part in sorted(tmp_path.glob("house.*")):
            archive.write(part, part.name)
    page = brought(cataloguer, packed.getvalue(), "house.zip")
    load(app, cataloguer, page, layer="house", column="名称")
    with app.backend.reading() as session:
        assert sorted(session.scalars(select(BaseFeature.name))) == ["", "图书馆", "市政府"]


def test_closed_lines_of_a_drawing_are_blocks(app: Application, cataloguer: Visitor, tmp_path: Path) -> None:
    drawing = new("R2010")
    drawing.modelspace().add_lwpolyline(
        [(EAST, NORTH), (EAST + 50, NORTH), (EAST + 50, NORTH + 50)], close=True, dxfattribs={"layer": "街区"}
    )
    drawing.modelspace().add_line((EAST, NORTH), (EAST + 9, NORTH), dxfattribs={"layer": "街区"})
    drawing.modelspace().add_line((EAST, NORTH), (EAST + 9, NORTH), dxfattribs={"layer": "别的"})
    drawing.saveas(tmp_path / "block.dxf")
    page = brought(cataloguer, (tmp_path / "block.dxf").read_bytes(), "街区.dxf")
    load(app, cataloguer, page, layer="街区", theme="block", column="")
    with app.backend.reading() as session:
        ((_, shape),) = base.features_in(session, "block", (EAST, NORTH, EAST + 50, NORTH + 50))
    assert shape.area == pytest.approx(1250)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("坏.gpkg", b"SQLite format 3\x00" + bytes(52) + b"GPKG" + bytes(4000), "is damaged"),
        ("不是.gpkg", b"nothing of the kind", "is damaged"),
        ("文.txt", b"nothing of the kind", "is no GeoPackage"),
        ("坏.geojson", b'{"type": "FeatureCollection", "features": [1]}', "is damaged"),
        ("新.dxf", b"  0\nSECTION\n  2\nHEADER\n  9\n$ACADVER\n  1\nAC1099\n  0\nENDSEC\n  0\nEOF\n", "AC1099"),
    ],
)
def test_a_bad_file_gets_a_clear_answer_and_nothing_stays(
    app: Application, cataloguer: Visitor, name: str, content: bytes, said: str
) -> None:
    cataloguer.get("/language/en?next=/")
    answer = bring(cataloguer, content, name)
    assert answer.status_code == 422
    assert said in answer.text
    with app.backend.reading() as session:
        assert not session.scalar(select(func.count()).select_from(BaseLayer))
    assert not list(app.settings.quarantine.rglob("[0-9a-f]" * 64))


@pytest.mark.parametrize(
    ("differently", "field"),
    [
        ({"crs": "EPSG:4326"}, "crs"),
        ({"crs": "EPSG:9999"}, "crs"),
        ({"layer": "road"}, "layer"),
        ({"column": "owner"}, "column"),
        ({"theme": ""}, "theme"),
    ],
)
def test_a_choice_that_cannot_be_is_refused_at_its_field(
    app: Application, cataloguer: Visitor, tmp_path: Path, differently: dict[str, str], field: str
) -> None:
    page = brought(cataloguer, geopackage(tmp_path, squares(2), ["a", "b"]), "b.gpkg")
    answer = cataloguer.send(page, chosen(**differently))
    assert answer.status_code == 422
    assert f'href="#field-{field}"' in answer.text
    assert figures(app) == (0, 0)
    with app.backend.reading() as session:
        assert session.get(StoreSystem, 1) is None


def test_one_feature_outside_china_stops_the_whole_layer(
    app: Application, cataloguer: Visitor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base_loading, "CHUNK", 100)
    far = shapely.box(5e8, NORTH, 5e8 + 1, NORTH + 1)
    shapes = [*squares(base_loading.SAMPLE + 50), far]
    page = brought(cataloguer, geopackage(tmp_path, shapes, [""] * len(shapes)), "b.gpkg")
    job = load(app, cataloguer, page)
    assert job.state == FAILED
    assert figures(app) == (0, 0)
    with app.backend.reading() as session:
        layer = session.scalars(select(BaseLayer)).one()
    assert (layer.state, bool(layer.message)) == ("failed", True)
    assert cataloguer.get(page).status_code == 200


def test_a_layer_that_is_removed_leaves_nothing(app: Application, cataloguer: Visitor, tmp_path: Path) -> None:
    page = brought(cataloguer, geopackage(tmp_path, squares(3), ["a", "b", "c"]), "b.gpkg")
    load(app, cataloguer, page)
    assert cataloguer.get(f"{page}/remove").status_code == 200
    assert cataloguer.send(f"{page}/remove").status_code == 303
    assert figures(app) == (0, 0)
    assert cataloguer.get(page).status_code == 404


def test_only_those_who_may_load_do(app: Application, sign_in_as: SignInAs, tmp_path: Path) -> None:
    assert bring(sign_in_as(Role.COUNTER), geopackage(tmp_path, squares(1), [""]), "b.gpkg").status_code == 403
    assert sign_in_as(Role.AUTHORITY).get(BASE).status_code == 404
    assert sign_in_as(Role.COUNTER).get(BASE).status_code == 200


def test_shapes_fit_their_theme() -> None:
    shapes = np.array(
        [
            shapely.Point(0, 0),
            shapely.LineString([(0, 0, 5), (4, 0, 5), (4, 4, 5), (0, 0, 5)]),
            shapely.LineString([(0, 0), (1, 1)]),
            shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)]),
            None,
        ],
        dtype=object,
    )
    names, areas = fitted(list("abcde"), shapes, "building")
    assert names == ["b", "d"]
    assert shapely.is_valid(areas).all()
    assert not shapely.has_z(areas).any()
    assert fitted(list("abcde"), shapes, "road")[0] == ["b", "c", "d"]


def test_the_offices_own_map_is_listed_and_its_host_alone_may_be_loaded_from(app: Application) -> None:
    settings = load_settings({"CHENGDANG_BASE_MAP_URL": "https://tiles.office.example:8443/v/{z}/{x}/{y}.png"})
    with app.backend.reading() as session, speaking("en"):
        (layer,) = map_facts(session, local_operator("test"), office_map(settings)).base_layers
    assert (layer.kind, layer.name) == ("xyz", "Office's own map")
    said = policy(settings.base_map_origin)
    assert "img-src 'self' data: https://tiles.office.example:8443;" in said
    assert "connect-src 'self' https://tiles.office.example:8443;" in said
    assert policy(load_settings({"CHENGDANG_BASE_MAP_URL": "/tiles/{z}/{x}/{y}.png"}).base_map_origin) == POLICY


@pytest.mark.parametrize(
    "address",
    [
        "ftp://host/{z}/{x}/{y}.png",
        "https://host/map.png",
        "https://host; script-src */{z}/{x}/{y}.png",
        "https://user:word@host/{z}/{x}/{y}.png",
        "//host/{z}/{x}/{y}.png",
        "tiles/{z}/{x}/{y}.png",
    ],
)
def test_an_address_that_is_no_map_stops_the_start(address: str) -> None:
    with pytest.raises(ConfigurationError):
        load_settings({"CHENGDANG_BASE_MAP_URL": address})
