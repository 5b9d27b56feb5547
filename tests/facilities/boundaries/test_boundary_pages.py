"""Boundaries through the pages: brought, looked over, loaded, shown on the region's page, replaced, removed."""

import re
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import orjson
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from archives.core.actors import Actor, Role
from archives.core.audit import AuditEntry
from archives.core.backend import Backend
from archives.core.errors import ConflictError, ForbiddenError
from archives.facilities import service as returns
from archives.facilities.boundaries import reading, service
from archives.facilities.comparing.asking import KINDS
from archives.facilities.models import AreaBoundary, BoundaryLayer
from archives.facilities.reading import Reader
from archives.facilities.return_lists import SHIPPED
from archives.facilities.standards.tables import load_standards
from tests.facilities.boundaries.outlines import Feature, geojson, geopackage, shapefile, square
from tests.facilities.results.test_result_pages import COUNTY, EMPTY, FIRST, PROVINCE, SECOND, THIRD
from tests.visitors import SignInAs, Visitor

PAGE = "/facilities/boundaries"
REGION = "/facilities?region=510000"
FEATURES: tuple[Feature, ...] = (
    ({"id": 1, "adcode": "510100", "NAME": "甲市"}, square(103, 30)),
    ({"id": 2, "adcode": "510200", "NAME": "乙市"}, square(104, 30)),
    ({"id": 3, "adcode": "510300", "NAME": "丙市"}, square(103, 31)),
    ({"id": 4, "adcode": "999999", "NAME": "他市"}, square(104, 31)),
)
WRITTEN: Mapping[str, Callable[[Path], tuple[bytes, str]]] = {
    "geojson": lambda _: (geojson(*FEATURES), "areas.geojson"),
    "gpkg": lambda folder: (geopackage(folder, FEATURES), "areas.gpkg"),
    "shp": lambda folder: (shapefile(folder, FEATURES), "areas.zip"),
    "named": lambda _: (geojson(*FEATURES, crs="urn:ogc:def:crs:EPSG::4490"), "areas.json"),
}
TOLD = {"source": "某测绘院", "review_number": "川S【2024】00012号"}


@pytest.fixture
def region(backend: Backend, operator: Actor) -> Backend:
    """A province with four cities and a county."""
    read = Reader.of(SHIPPED)
    rows = [{**area, "year": 2025} for area in (PROVINCE, FIRST, SECOND, THIRD, EMPTY, COUNTY)]
    with backend.writing() as session:
        assert returns.receive(session, operator, [read.entry(row) for row in rows]).is_sound
    return backend


@pytest.fixture
def bureau(region: Backend, sign_in_as: SignInAs) -> Visitor:  # the pages of that region
    """Somebody of the competent authority."""
    return sign_in_as(Role.AUTHORITY, name="许监督")


def bring(visitor: Visitor, content: bytes, name: str = "areas.geojson") -> TestResponse:
    return visitor.send(PAGE, {"file": (BytesIO(content), name)}, content_type="multipart/form-data")


def chosen(page: TestResponse) -> dict[str, str]:
    """What the form of the looked-over file says."""
    hidden = dict(re.findall(r'<input type="hidden" name="(sha256|name)" value="([^"]*)"', page.text))
    selects = re.findall(r'<select[^>]*name="(\w+)".*?</select>', page.text, re.DOTALL)
    values = {}
    for name in selects:
        options = page.text.split(f'name="{name}"')[1].split("</select>")[0]
        found = re.search(r'<option value="([^"]*)" selected', options)
        values[name] = found[1] if found else ""
    return hidden | values


def load(visitor: Visitor, content: bytes, name: str = "areas.geojson", **told: str) -> TestResponse:
    page = bring(visitor, content, name)
    assert page.status_code == 200, page.text
    return visitor.send(f"{PAGE}/load", {**chosen(page), **TOLD, **told})


def kept(backend: Backend) -> tuple[list[str], list[str]]:
    """The sources of the layers and the shapes that the database has."""
    with backend.reading() as session:
        sources = session.scalars(select(BoundaryLayer.source)).all()
        return list(sources), list(session.scalars(select(AreaBoundary.shape)))


@pytest.mark.parametrize("form", WRITTEN)
def test_a_file_is_looked_over_and_loaded(bureau: Visitor, tmp_path: Path, region: Backend, form: str) -> None:
    content, name = WRITTEN[form](tmp_path)
    page = bring(bureau, content, name)
    assert chosen(page)["column"] == "adcode"
    assert "没有登记过区域“999999”" in page.text
    missing = page.text.split('id="areas-2"')[1]
    assert "丁市" in missing
    assert "乙市" not in missing
    assert kept(region) == ([], []), "nothing is stored yet"
    assert bureau.send(f"{PAGE}/load", chosen(page) | TOLD).status_code == 303
    assert "已载入 3 个区域的界线" in bureau.get(PAGE).text
    assert [orjson.loads(shape)["type"] for shape in kept(region)[1]] == ["Polygon"] * 3
    with region.reading() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "facilities.bounded")).one()
    assert orjson.loads(entry.content)["details"]["review_number"] == TOLD["review_number"]


def test_another_column_can_be_chosen(bureau: Visitor) -> None:
    page = bring(bureau, geojson(*FEATURES))
    again = bureau.send(f"{PAGE}/check", {**chosen(page), "column": "NAME", **TOLD})
    assert chosen(again)["column"] == "NAME"
    assert "没有登记过区域“他市”" in again.text
    assert 'value="某测绘院"' in again.text
    wrong = bureau.send(f"{PAGE}/check", {**chosen(page), "column": "id"})
    assert "没有一个面属于已登记的区域" in wrong.text
    assert bureau.send(f"{PAGE}/load", {**chosen(page), **TOLD, "column": "id"}).status_code == 422


def test_the_review_number_or_a_reason_is_asked_for(bureau: Visitor) -> None:
    refused = load(bureau, geojson(*FEATURES), source="", review_number="")
    assert refused.status_code == 422
    assert 'href="#field-source"' in refused.text
    assert "请填写审图号，或说明为何不需要" in refused.text
    assert load(bureau, geojson(*FEATURES), review_number="", no_review_reason="仅供内部使用").status_code == 303
    assert "无审图号：" in bureau.get(REGION).text
    assert "仅供内部使用" in bureau.get(REGION).text


def test_a_system_that_the_file_does_not_tell_is_asked_for(bureau: Visitor, tmp_path: Path) -> None:
    page = bring(bureau, shapefile(tmp_path, FEATURES, crs=None), "areas.zip")
    assert page.status_code == 200
    assert "文件没有写明所用的坐标系" in page.text
    values = {**chosen(page), **TOLD}
    assert bureau.send(f"{PAGE}/load", values).status_code == 422
    outside = bureau.send(f"{PAGE}/load", {**values, "crs": "EPSG:4542"})
    assert outside.status_code == 422
    assert "界线不在中国范围内" in outside.text
    assert bureau.send(f"{PAGE}/load", {**values, "crs": "EPSG:4490"}).status_code == 303


def test_the_region_is_a_map_of_the_verdicts(bureau: Visitor, statements: list[str]) -> None:
    before = bureau.get(REGION).text
    assert "<svg viewBox" not in before
    assert "这些区域没有载入界线" in before
    assert load(bureau, geojson(*FEATURES)).status_code == 303
    page = bureau.get(f"{REGION}&map=T9.large").text
    drawing = page.split("<svg viewBox")[1].split("</svg>")[0]
    assert re.findall(r'class="map-area is-(\w+)"', drawing) == ["met", "missed", "unknown"]
    assert "甲市：达标 100.0 %" in drawing
    assert "乙市：未达标 0.0 %" in drawing
    assert "丙市：不明" in drawing, "what is not known is no zero"
    assert "甲市 ✓" in drawing
    assert 'href="/facilities?year=2025&amp;region=510100"' in drawing, "a city with counties"
    assert 'href="/facilities/areas/510200?year=2025"' in drawing
    assert "审图号 川S【2024】00012号" in page
    assert "某测绘院" in page
    table = page.split('id="map-table"')[1].split("</table>")[0]
    assert "丁市" in table, "an area without a boundary is in the table"
    assert "<svg viewBox" in bureau.get(f"{REGION}&map=nonsense").text
    assert "<svg viewBox" not in bureau.get("/facilities?region=510100").text
    statements.clear()
    bureau.get(f"{REGION}&map=T9.large")
    assert len(statements) <= 15, statements


def test_who_may_not_load_sees_the_map_and_no_hint(bureau: Visitor, sign_in_as: SignInAs) -> None:
    director = sign_in_as(Role.DIRECTOR)
    assert "载入" not in director.get(REGION).text
    assert load(bureau, geojson(*FEATURES)).status_code == 303
    assert "<svg viewBox" in director.get(REGION).text
    assert PAGE not in director.get(REGION).text


def test_what_is_loaded_replaces_what_was(bureau: Visitor, region: Backend) -> None:
    assert load(bureau, geojson(*FEATURES)).status_code == 303
    assert "载入后将替换现有的全部界线" in bring(bureau, geojson(FEATURES[0])).text
    assert load(bureau, geojson(FEATURES[0]), source="另一家").status_code == 303
    sources, shapes = kept(region)
    assert (sources, len(shapes)) == (["另一家"], 1)
    assert "区域页上不再显示地图" in bureau.get(f"{PAGE}/remove").text
    assert bureau.send(f"{PAGE}/remove").status_code == 303
    assert kept(region) == ([], [])
    assert "<svg viewBox" not in bureau.get(REGION).text
    assert bureau.send(f"{PAGE}/remove").status_code == 409


def test_nothing_of_a_loaded_file_stays_in_quarantine(bureau: Visitor, tmp_path: Path) -> None:
    quarantine = bureau.application.settings.quarantine  # type: ignore[attr-defined]
    assert load(bureau, shapefile(tmp_path, FEATURES), "areas.zip").status_code == 303
    assert [path for path in quarantine.rglob("*") if path.is_file()] == []


def bomb() -> bytes:
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as target:
        target.writestr("areas.geojson", b" " * (8 << 20))
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "empty.geojson"),
        (b"not a map", "areas.geojson"),
        (b'{"type": "FeatureCollection"}', "areas.geojson"),
        (b'{"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": 5}]}', "areas.geojson"),
        (geojson(({}, square(103, 30))), "areas.geojson"),
        (b"SQLite format 3\0" + b"x" * 200, "areas.gpkg"),
        (b"PK\x03\x04broken", "areas.zip"),
        (b"%PDF-1.7", "areas.pdf"),
        (b"\0\0\x27\x0a" + b"\0" * 96, "areas.shp"),
        (geojson(*FEATURES), "../../etc/passwd"),
    ],
)
def test_a_file_that_is_none_is_refused_in_words(bureau: Visitor, content: bytes, name: str) -> None:
    answer = bring(bureau, content, name)
    assert answer.status_code in {200, 413, 415, 422}, answer.status_code
    if answer.status_code == 200:
        assert name.startswith(".."), "a folder before a name is cut off"
    else:
        assert "field-problems" in answer.text
        assert re.search("[\u4e00-\u9fff]", answer.text.split('id="field-file-problems"')[1].split("</ul>")[0])


def test_a_bomb_is_refused(bureau: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_BYTES", 1 << 20)
    assert 400 <= bring(bureau, bomb(), "areas.zip").status_code < 500


def test_no_file_is_asked_for_again(bureau: Visitor) -> None:
    assert bureau.send(PAGE, {}).status_code == 422


def test_too_many_outlines_or_points_are_refused(bureau: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_FEATURES", 3)
    assert bring(bureau, geojson(*FEATURES)).status_code == 422
    monkeypatch.setattr(reading, "MOST_FEATURES", 10)
    monkeypatch.setattr(reading, "MOST_VERTICES", 12)
    answer = bring(bureau, geojson(*FEATURES))
    assert answer.status_code == 422
    assert "界线超过 12 个点" in answer.text


def test_an_unknown_file_cannot_be_loaded(bureau: Visitor) -> None:
    for sha256 in ("", "x", "0" * 64):
        for verb in ("check", "load"):
            assert bureau.send(f"{PAGE}/{verb}", {"sha256": sha256, "name": "a.geojson"}).status_code == 404


def test_who_may_load_boundaries(region: Backend, sign_in_as: SignInAs) -> None:
    for role in (Role.DIRECTOR, Role.COUNTER, Role.ENGINEER, Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN):
        visitor = sign_in_as(role)
        assert visitor.get(PAGE).status_code == 403, role
        assert bring(visitor, geojson(*FEATURES)).status_code == 403, role
        for verb in ("check", "load", "remove"):
            assert visitor.send(f"{PAGE}/{verb}", {"sha256": "0" * 64}).status_code == 403, role


def test_the_service_refuses_by_itself(region: Backend, session: Session, operator: Actor) -> None:
    nobody = Actor("account", "somebody", 7, frozenset({Role.DIRECTOR}))
    file: dict[str, Any] = {"name": "a", "sha256": "", "crs": "EPSG:4490"}
    with pytest.raises(ForbiddenError):
        service.load(session, nobody, TOLD, {1: square(103, 30)}, file)
    with pytest.raises(ForbiddenError):
        service.remove(session, nobody)
    with pytest.raises(ConflictError):
        service.remove(session, operator)


@pytest.mark.parametrize("edition", [row.code for row in load_standards().editions])
def test_every_edition_has_its_page_and_map(bureau: Visitor, edition: str) -> None:
    assert load(bureau, geojson(*FEATURES)).status_code == 303
    assert bureau.get(f"{REGION}&edition={edition}").status_code == 200
    for kind in KINDS:
        assert bureau.get(f"/facilities/compare?region=510000&by={kind}&edition={edition}").status_code == 200, kind
