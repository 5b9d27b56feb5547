"""Areas through the map's door: every way to say where, everything that is no area, whose they are, what they hold."""

import json
import math
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest
import shapely
from sqlalchemy import select

from archives.app import create_app
from archives.core.actors import Role
from archives.core.audit import AuditEntry
from archives.core.backend import open_backend
from archives.pipelines.maps import base
from archives.pipelines.models import SavedArea
from gis.crs import CGCS2000
from gis.profiles import from_store
from tests.databases import Databases
from tests.pipelines.conftest import (
    EPSG,
    OPERATOR,
    Answer,
    Archive,
    files_of,
    open_archive,
    shifted,
    street,
    with_missing_end,
)
from tests.visitors import SignInAs, Visitor, signing_in

ROAD = "玉兰街"


@pytest.fixture(scope="module")
def shared(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """One archive for all of them, with a street's lines and a road on its map."""
    settings = databases.fresh(tmp_path_factory.mktemp("areas") / "var")
    backend = open_backend(settings)
    app = create_app(settings, backend)
    app.test_client_class = Visitor
    archive = open_archive(app)
    archive.take(tmp_path_factory.mktemp("files"), street())
    west, south, east, north = _bounds()
    road = shapely.LineString([((west + east) / 2, south), ((west + east) / 2, north)])
    with backend.writing() as session:
        base.load(session, OPERATOR, "道路", "road", [(ROAD, road)])
    yield archive
    backend.close()


@pytest.fixture(scope="module")
def people(shared: Archive) -> SignInAs:
    """Who comes to the shared archive."""
    return signing_in(shared.app)


@pytest.fixture(scope="module")
def reader(people: SignInAs) -> Visitor:
    """Somebody who may look at the archive."""
    visitor = people(Role.AUTHORITY)
    visitor.set_cookie("language", "en")
    return visitor


def _bounds() -> tuple[float, float, float, float]:
    east, north = (street().points.number(name) for name in ("east", "north"))
    return float(east.min()), float(north.min()), float(east.max()), float(north.max())


def degrees(places: Any) -> list[list[float]]:
    """Places of the store's plane as the map sends them."""
    given = np.asarray(places, dtype=np.float64)
    return np.column_stack(from_store(CGCS2000, EPSG)(given[:, 0], given[:, 1])).tolist()  # type: ignore[no-any-return]


def ring(margin: float = 20.0) -> list[list[float]]:
    """The outline of the whole street, closed."""
    west, south, east, north = _bounds()
    sides = west - margin, south - margin, east + margin, north + margin
    return degrees(shapely.get_coordinates(shapely.box(*sides)))


def send(visitor: Visitor, sent: Any, address: str = "/pipelines/areas") -> Answer:
    """Send JSON, or bytes that call themselves JSON, as the map's scripts do."""
    content = sent if isinstance(sent, bytes) else orjson.dumps(sent)
    headers = {"X-CSRFToken": visitor.csrf(), "Accept": "application/json"}
    return visitor.post(address, data=content, headers=headers, content_type="application/json")


def send_file(visitor: Visitor, name: str, content: bytes) -> Answer:
    """Bring a boundary as a file."""
    answer = visitor.send("/pipelines/areas", {"file": (BytesIO(content), name)})
    answer.request.environ["wsgi.input"].close()  # the browser's own copy of a large upload
    return answer


def polygon(*rings: Any) -> dict[str, Any]:
    """What the map sends for a drawn polygon."""
    return {"how": "polygon", "shape": {"type": "Polygon", "coordinates": list(rings)}}


def _written(margin: float = 20.0) -> str:
    """The street's outline as a clerk types it, X (north) before Y."""
    west, south, east, north = _bounds()
    corners = [(south, west), (south, east), (north, east), (north, west)]
    spread = [(-margin, -margin), (-margin, margin), (margin, margin), (margin, -margin)]
    return "\n".join(f"{x + dx:.3f},{y + dy:.3f}" for (x, y), (dx, dy) in zip(corners, spread, strict=True))


def _middle() -> list[float]:
    west, south, east, north = _bounds()
    return degrees([((west + east) / 2, (south + north) / 2)])[0]


def _spine() -> list[list[float]]:
    west, south, east, north = _bounds()
    return degrees([((west + east) / 2, south - 5), ((west + east) / 2, north + 5)])


WAYS = {
    "rectangle": {"how": "rectangle", "shape": {"type": "Polygon", "coordinates": [ring()]}},
    "polygon": polygon(ring()),
    "a feature": {"how": "polygon", "shape": {"type": "Feature", "geometry": polygon(ring())["shape"]}},
    "circle": {"how": "circle", "shape": {"center": _middle(), "radius_m": 600}},
    "corridor": {"how": "corridor", "shape": {"type": "LineString", "coordinates": _spine()}, "distance_m": 120},
    "coordinates": {"how": "coordinates", "text": _written()},
    "road": {"how": "road", "road": ROAD, "distance_m": "120"},
}


@pytest.mark.parametrize("way", WAYS)
def test_every_way_to_say_where_finds_the_street(shared: Archive, reader: Visitor, way: str) -> None:
    answer = send(reader, WAYS[way])
    assert answer.status_code == 201, answer.text
    shown = reader.get(answer.get_json()["href"])
    assert shown.status_code == 200
    assert "of 70 lines" in shown.text, way
    kept = reader.get(f"/pipelines/areas/{answer.get_json()['id']}.json").get_json()
    assert kept["shape"]["type"] in {"Polygon", "MultiPolygon"}
    with shared.app.backend.reading() as session:
        last = session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc()).limit(1)).one()
    assert last.action == "pipelines.area_asked"
    assert "coordinates" in last.content, "whoever asks leaves the outline behind"


FILES = {
    "site.geojson": json.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [ring()]}}
            ],
        }
    ).encode(),
    "site.txt": _written().encode(),
    "界址点.txt": (
        "[地块坐标]\n"
        + "\n".join(
            f"J{number},1,{line}" for number, line in enumerate([*_written().split("\n"), _written().split("\n")[0]], 1)
        )
    ).encode("gb18030"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_boundary_that_comes_as_a_file_finds_the_street(reader: Visitor, name: str) -> None:
    answer = send_file(reader, name, FILES[name])
    assert answer.status_code == 201, answer.text
    assert "of 70 lines" in reader.get(answer.get_json()["href"]).text


def _wheel(corners: int) -> list[list[float]]:
    turns = [2 * math.pi * corner / corners for corner in range(corners)]
    east, north = _middle()
    found = [[east + 0.01 * math.cos(turn), north + 0.01 * math.sin(turn)] for turn in turns]
    return [*found, found[0]]


BOW = [[*ring()[0]], [*ring()[2]], [*ring()[1]], [*ring()[3]], [*ring()[0]]]
CHINA = [[75.0, 20.0], [130.0, 20.0], [130.0, 50.0], [75.0, 50.0], [75.0, 20.0]]
DEEP = b'{"how": "polygon", "shape": {"type": "Polygon", "coordinates": ' + b"[" * 900 + b"]" * 900 + b"}}"
WRONG: dict[str, tuple[Any, str]] = {
    "crossing itself": (polygon(BOW), "area.crossing"),
    "as large as the country": (polygon(CHINA), "area.too_large"),
    "100 000 vertices": (polygon(_wheel(100_000)), "area.vertices"),
    "two points": (polygon([ring()[0], ring()[1], ring()[0]]), ""),
    "one point": (polygon([ring()[0]]), ""),
    "an empty ring": (polygon([]), ""),
    "no ring": (polygon(), ""),
    "elsewhere": (polygon([[2.0, 48.0], [2.1, 48.0], [2.1, 48.1], [2.0, 48.0]]), "area.outside"),
    "1e308": (polygon([[1e308, 30.0], [108.0, 1e308], [108.0, 30.0], [1e308, 30.0]]), ""),
    "words": (polygon([["a", "b"], ["c", "d"], ["e", "f"], ["a", "b"]]), ""),
    "nothing in a place": (polygon([[None, None], [1, 2], [3, 4], [None, None]]), ""),
    "a line": ({"how": "polygon", "shape": {"type": "LineString", "coordinates": ring()}}, "area.unreadable"),
    "a shape of no kind": ({"how": "polygon", "shape": {"type": "Blob", "coordinates": ring()}}, "area.unreadable"),
    "a list as shape": ({"how": "polygon", "shape": [1, 2, 3]}, "area.unreadable"),
    "text as shape": ({"how": "polygon", "shape": "everything"}, "area.unreadable"),
    "a number as shape": ({"how": "polygon", "shape": 7}, "area.unreadable"),
    "a geometry that is text": ({"how": "polygon", "shape": {"geometry": "x"}}, "area.unreadable"),
    "no shape": ({"how": "polygon"}, "area.unreadable"),
    "no way": ({}, "area.unreadable"),
    "a way that is none": ({"how": ["polygon"], "shape": {}}, "area.unreadable"),
    "a list": ([1, 2], "area.unreadable"),
    "a number": (5, "area.unreadable"),
    "broken JSON": (b'{"how": "poly', "area.unreadable"),
    "no JSON at all": (b"\xff\xfe\x00", "area.unreadable"),
    "JSON without an end": (b'{"how":' + b"[" * 100_000, "area.unreadable"),
    "a deep shape": (DEEP, "area.unreadable"),
    "a circle without size": ({"how": "circle", "shape": {"center": _middle(), "radius_m": 0}}, "area.distance"),
    "a circle of no number": ({"how": "circle", "shape": {"center": _middle(), "radius_m": "wide"}}, "area.unreadable"),
    "an endless circle": ({"how": "circle", "shape": {"center": _middle(), "radius_m": 1e308}}, "area.distance"),
    "a circle nowhere": ({"how": "circle", "shape": {"center": [0, 0], "radius_m": 10}}, ""),
    "a circle of one number": ({"how": "circle", "shape": {"center": [108.0], "radius_m": 10}}, "area.unreadable"),
    "a corridor of one point": (
        {"how": "corridor", "shape": {"coordinates": [_middle()]}, "distance_m": 5}, "area.few_points"),
    "a corridor without width": ({"how": "corridor", "shape": {"coordinates": _spine()}}, "area.unreadable"),
    "a corridor below nothing": (
        {"how": "corridor", "shape": {"coordinates": _spine()}, "distance_m": -5}, "area.distance"),
    "a list of words": ({"how": "coordinates", "text": "north of the river"}, ""),
    "an empty list": ({"how": "coordinates", "text": ""}, ""),
    "a list of another thing": ({"how": "coordinates", "text": {"x": 1}}, ""),
    "a road as far as the sea": ({"how": "road", "road": ROAD, "distance_m": 1e9}, "area.distance"),
    "a road of no width": ({"how": "road", "road": ROAD, "distance_m": "wide"}, "area.distance"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_area_is_told_and_leaves_nothing(shared: Archive, reader: Visitor, name: str) -> None:
    sent, code = WRONG[name]
    before = shared.counts()
    told = {}
    for language in ("zh_Hans_CN", "en"):
        reader.set_cookie("language", language)
        answer = send(reader, sent)
        assert answer.status_code == 422, answer.text
        (problem,) = answer.get_json()["problems"]
        told[language] = problem["message"]
        assert not code or problem["code"] == code
    assert any("一" <= sign <= "鿿" for sign in told["zh_Hans_CN"])
    assert told["en"].isascii() or "“" in told["en"] or "²" in told["en"]
    assert shared.counts() == before


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("site.dwg", b"AC1027" + bytes(200), "DWG"),
        ("site.dxf", b"0\nSECTION\n2\nHEADER\n9\n$ACADVER\n1\nAC9999\n0\nENDSEC\n0\nEOF\n", "version"),
        ("site.dxf", b"0\nSECTION\n2\nENT", ""),
        ("site.geojson", b'{"type": "Polygon"', ""),
        ("site.geojson", b'{"type": "Point", "coordinates": [108, 30]}', ""),
        ("site.txt", b"", ""),
        ("site.txt", bytes(1000), ""),
        ("site.zip", b"PK\x03\x04" + bytes(100), ""),
        ("site.txt", b"1,2\n" * (6 << 20), "larger"),
        ("../../etc/passwd", b"root:x:0:0", ""),
    ],
    ids=lambda part: part[:20] if isinstance(part, str) else "",
)  # fmt: skip
def test_a_file_that_holds_no_boundary_is_told(
    shared: Archive, reader: Visitor, name: str, content: bytes, said: str
) -> None:
    reader.set_cookie("language", "en")
    before = shared.counts()
    answer = send_file(reader, name, content)
    assert answer.status_code == 422, answer.text
    assert said in answer.get_json()["problems"][0]["message"]
    assert shared.counts() == before


@pytest.mark.parametrize(
    "sent",
    [
        {},
        [],
        7,
        {"lon": 108},
        {"lon": "east", "lat": 30, "radius_m": 5},
        {"lon": [108], "lat": 30, "radius_m": 5},
        b'{"lon": NaN, "lat": 30, "radius_m": 5}',
        b'{"lon": 108, "lat": 30, "radius_m": NaN}',
        b'{"lon": 108, "lat": Infinity, "radius_m": 5}',
        b'{"lon": 1' + b"0" * 400 + b', "lat": 30, "radius_m": 5}',
        b"{",
        b"[" * 100_000,
    ],
    ids=lambda sent: str(sent)[:40],
)
def test_a_click_that_says_no_place_is_told(reader: Visitor, sent: Any) -> None:
    answer = send(reader, sent, "/pipelines/at")
    assert 400 <= answer.status_code < 500, answer.text


@pytest.mark.parametrize("place", [(0.0, 0.0), (108.0, 89.9), (-180.0, -90.0), (1e300, 30.0), (108.0, 1e300)])
def test_a_click_beside_everything_finds_nothing(reader: Visitor, place: tuple[float, float]) -> None:
    answer = send(reader, {"lon": place[0], "lat": place[1], "radius_m": 1e300}, "/pipelines/at")
    assert answer.status_code == 200
    assert "/pipelines/segments/" not in answer.text


def test_a_road_that_is_not_there_is_no_area(reader: Visitor) -> None:
    for road in ("无名路", "", "\0", "%", "x" * 10_000):
        answer = send(reader, {"how": "road", "road": road})
        assert answer.status_code == 422, road
        assert answer.get_json()["problems"][0]["field"] == "road"


def test_an_area_is_its_owners_until_it_is_shared(people: SignInAs, reader: Visitor) -> None:
    href = send(reader, polygon(ring())).get_json()["href"]
    other = people(Role.COUNTER)
    for address in (href, f"{href}.json"):
        assert other.get(address).status_code == 404
    assert other.send(f"{href}/name", {"name": "mine"}).status_code == 404
    assert reader.send(f"{href}/name", {"name": ""}).status_code == 422
    assert reader.send(f"{href}/name", {"name": "河西地块", "shared": "1"}).status_code == 303
    assert "河西地块" in {area["name"] for area in other.get("/pipelines/areas.json").get_json()}
    assert other.get(href).status_code == 200
    assert other.send(f"{href}/name", {"name": "mine"}).status_code == 404, "it is seen, and not theirs"
    assert other.send(f"{href}/forget").status_code == 404
    assert reader.send(f"{href}/forget").status_code == 303
    assert "河西地块" not in {area["name"] for area in other.get("/pipelines/areas.json").get_json()}


def test_without_the_right_there_is_no_area_and_no_click(shared: Archive, people: SignInAs) -> None:
    for role in (Role.CLIENT, Role.SYSTEM_ADMIN):
        stranger = people(role, organisation_id=shared.project.client_id)
        assert send(stranger, polygon(ring())).status_code == 403
        assert send(stranger, {"lon": 108, "lat": 30, "radius_m": 5}, "/pipelines/at").status_code == 403
        assert stranger.get("/pipelines/areas.json").status_code == 403
        assert stranger.get("/pipelines/locate.json?q=JP1001").status_code == 403
    nobody = shared.app.test_client()
    assert nobody.post("/pipelines/areas", json={}).status_code in {302, 400, 401, 403}


def test_without_a_token_nothing_is_kept(shared: Archive, reader: Visitor) -> None:
    before = shared.counts()
    assert reader.post("/pipelines/areas", json=polygon(ring())).status_code == 400
    assert shared.counts() == before


@pytest.mark.parametrize(
    "query",
    [
        "size_from=abc", "size_from=1e400", "size_from=-1", "as_of=yesterday", "as_of=2026-02-30", "kind=ZZ",
        "by=secret", "by=east&then=north", "after=x", "after=99999999999999999999", "after=-5", "area_id=7",
        "_external=1&_anchor=x", "material=%00", "owner=%27%3B--", "road=%25", "built_from=99999",
        "clip=maybe", "depth_from=nan",
    ],
)  # fmt: skip
def test_an_address_that_asks_for_nonsense_is_answered_or_told(reader: Visitor, query: str) -> None:
    href = send(reader, polygon(ring())).get_json()["href"]
    assert reader.get(f"{href}?{query}").status_code in {200, 400, 404, 422}


@pytest.mark.parametrize("query", ["", "%00", "%25", "JP1001", "3356900,469400", "1e308,1e308", "nan,nan", "'" * 200])
def test_a_search_for_anything_is_answered(reader: Visitor, query: str) -> None:
    assert reader.get(f"/pipelines/locate.json?q={query}").status_code in {200, 400}


def test_areas_of_numbers_beyond_any_record_are_not_there(reader: Visitor) -> None:
    for number in (0, 2**31, 2**63, 10**30):
        for address in (
            f"/pipelines/areas/{number}",
            f"/pipelines/areas/{number}.json",
            f"/pipelines/segments/{number}",
        ):
            assert reader.get(address).status_code in {400, 404}


def test_what_is_kept_is_in_the_stores_metres(shared: Archive, reader: Visitor) -> None:
    area_id = send(reader, polygon(ring(0))).get_json()["id"]
    with shared.app.backend.reading() as session:
        saved = session.get_one(SavedArea, area_id)
        west, south, east, north = _bounds()
        assert saved.square_metres == pytest.approx((east - west) * (north - south), rel=1e-3)


def test_before_the_first_survey_an_area_has_no_plane(archive: Archive, tmp_path: Path) -> None:
    visitor = signing_in(archive.app)(Role.ENGINEER)
    answer = send(visitor, polygon(ring()))
    assert answer.status_code == 409
    assert send(visitor, {"lon": 108, "lat": 30, "radius_m": 5}, "/pipelines/at").status_code == 200
    assert visitor.get("/pipelines/locate.json?q=JP1001").get_json() == []


def test_lines_of_a_survey_in_transfer_count_only_where_staff_ask(archive: Archive, tmp_path: Path) -> None:
    survey = street()
    archive.take(tmp_path / "accepted", survey)
    archive.read(files_of(tmp_path / "waiting", with_missing_end(shifted(survey, east=8.0))), source="owner")
    signed_in = signing_in(archive.app)
    for role, asked, waiting in ((Role.CATALOGUER, True, True), (Role.ENGINEER, False, False)):
        visitor = signed_in(role)
        visitor.set_cookie("language", "en")
        href = send(visitor, polygon(ring())).get_json()["href"]
        page, whole = visitor.get(href).text, visitor.get(f"{href}?with_transfer=1").text
        assert ("survey in transfer lies here too" in page) == waiting
        assert ('name="with_transfer"' in page) == asked
        assert "in transfer lies here" not in whole
        counted = [
            int(re.findall(r"Lines</[^>]*>\s*<[^>]*>\s*([\d,]+)", text)[0].replace(",", "")) for text in (page, whole)
        ]
        assert counted[0] == len(survey.segments)
        assert counted[1] == (2 * counted[0] - 1 if waiting else counted[0]), "one of the others leads nowhere"
