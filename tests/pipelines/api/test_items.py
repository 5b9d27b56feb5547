"""Features: pages by cursor, boxes, systems, time, conditions and filters; what is hidden is in none of them."""

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from archives.core.actors import Actor, Role
from archives.core.backend import Backend
from archives.pipelines.api.asked import after_of, cursor_of
from archives.pipelines.api.faults import ParameterError
from archives.pipelines.api.systems import CRS84, EPSG
from gis.crs import WEB_MERCATOR, display_transformer
from tests.pipelines.api.conftest import Get
from tests.pipelines.ground import EAST, NORTH, STORE, WATER, classify, grid, lay
from tests.visitors import SignInAs, Visitor

ITEMS = "/ogc/collections/pipe_segments/items"
POINTS = "/ogc/collections/pipe_points/items"
BAD = [
    {"bbox": "1,2,3"},
    {"bbox": "a,b,c,d"},
    {"bbox": "nan,nan,nan,nan"},
    {"bbox": "114,31,115,30"},
    {"bbox": "1e999,30,115,31"},
    {"bbox": "114,30,115,131"},
    {"bbox": "114,30,5,115,31,4"},
    {"bbox": "114,30,115,31", "bbox-crs": EPSG.format(2000)},
    {"bbox": "500000,3400000,500010,NaN", "bbox-crs": EPSG.format(STORE)},
    {"crs": "http://www.opengis.net/def/crs/EPSG/0/4214"},
    {"crs": "nonsense"},
    {"limit": "0"},
    {"limit": "-1"},
    {"limit": "many"},
    {"limit": "１０"},
    {"cursor": "12"},
    {"cursor": "////////////"},
    {"cursor": "_" * 11},
    {"datetime": "yesterday"},
    {"datetime": "2024-05-01/2023-05-01"},
    {"datetime": "2024-05-01/2024-05-02/2024-05-03"},
    {"datetime": ".."},
    {"datetime": "2024-13-01"},
    {"datetime": "0001-01-01T00:00:00Z"},
    {"properties": "owner,secret"},
    {"sortby": "-fid"},
    {"sortby": "owner"},
    {"colour": "red"},
    {"width": "wide"},
    {"width": "inf"},
    {"owner": "a\x00b"},
    {"filter": "owner = = 'x'"},
    {"filter": "secret = 1"},
    {"filter": "version_id = 1"},
    {"filter": "owner = "},
    {"filter": "(" * 3000},
    {"filter": "width = 'wide'"},
    {"filter": "x" * 30_000},
    {"filter": "S_INTERSECTS(geometry, POLYGON((0 0, 1 1, 1 0, 0 1, 0 0)))"},
    {"filter": "S_INTERSECTS(geometry, POINT(1e308 1e308))"},
    {"filter": "owner = 'x'", "filter-lang": "sql"},
    {"filter": "{", "filter-lang": "cql2-json"},
    {"filter": '{"op": "=", "args": [{"property": "secret"}, 1]}', "filter-lang": "cql2-json"},
    {"filter": "owner = 'x'", "filter-crs": "EPSG:1"},
    {"f": "gml"},
]


def told(get: Get, path: str = ITEMS, **asked: Any) -> dict[str, Any]:
    """A page of features."""
    answer = get(path, **asked)
    assert answer.status_code == 200, answer.text
    content: dict[str, Any] = answer.json or {}
    assert content["numberReturned"] == len(content["features"])
    return content


def ids(content: dict[str, Any]) -> list[int]:
    """The features' numbers."""
    return [feature["id"] for feature in content["features"]]


def next_of(content: dict[str, Any]) -> str | None:
    """The address of the next page."""
    return next((link["href"] for link in content["links"] if link["rel"] == "next"), None)


@pytest.mark.usefixtures("laid")
def test_a_feature_holds_its_place_and_its_properties(get: Get) -> None:
    answer = get(ITEMS, limit=1)
    assert answer.mimetype == "application/geo+json"
    assert answer.headers["Content-Crs"] == f"<{CRS84}>"
    content = answer.json
    assert content is not None
    feature = content["features"][0]
    assert feature["geometry"]["type"] == "LineString"
    start, end = feature["geometry"]["coordinates"]
    assert start == pytest.approx([114.0, 30.72, 99.0], abs=0.1)
    assert end[0] > start[0]
    assert feature["properties"]["major"] == "JS"
    assert feature["properties"]["start_depth"] == 1.0
    assert feature["properties"]["pressure"] is None
    assert "source" not in feature["properties"]
    assert "version_id" not in feature["properties"]


@pytest.mark.usefixtures("laid")
def test_pages_follow_one_another_and_hold_everything_once(get: Get) -> None:
    found, address = [], f"{ITEMS}?limit=5"
    sizes = []
    while address:
        content = told(get, address)
        sizes.append(len(content["features"]))
        assert ("numberMatched" in content) == (len(sizes) == 0)
        found += ids(content)
        address = next_of(content) or ""
    assert sizes == [5, 5, 2]
    assert found == sorted(set(found))
    assert told(get)["numberMatched"] == 12


@pytest.mark.usefixtures("laid")
def test_the_next_page_keeps_what_was_asked(get: Get) -> None:
    content = told(get, limit=2, material="ZT", crs=EPSG.format(STORE), properties="owner")
    following = told(get, next_of(content) or "")
    assert {tuple(feature["properties"]) for feature in following["features"]} == {("owner",)}
    assert following["features"][0]["geometry"]["coordinates"][0][0] == NORTH


@pytest.mark.usefixtures("laid")
def test_more_than_the_most_is_the_most(get: Get) -> None:
    assert len(told(get, limit=1_000_000)["features"]) == 12


@pytest.mark.usefixtures("laid")
@pytest.mark.parametrize(
    ("code", "expected"),
    [(4326, [30.72, 114.0]), (4490, [30.72, 114.0]), (3857, [12690422, 3597000]), (STORE, [NORTH, EAST])],
)
def test_each_system_has_its_own_order_of_axes(get: Get, code: int, expected: list[float]) -> None:
    answer = get(ITEMS, limit=1, crs=EPSG.format(code))
    assert answer.headers["Content-Crs"] == f"<{EPSG.format(code)}>"
    content = answer.json
    assert content is not None
    place = content["features"][0]["geometry"]["coordinates"][0][:2]
    assert place == pytest.approx(expected, rel=1e-3)


@pytest.mark.usefixtures("laid")
@pytest.mark.parametrize("code", [None, 4326, 4490, 3857, STORE])
def test_a_box_finds_the_same_in_every_system(get: Get, code: int | None) -> None:
    plane = np.array([EAST + 35, NORTH - 1, EAST + 45, NORTH + 1])
    if code == STORE:
        swapped = plane[[1, 0, 3, 2]]
        assert ids(told(get, bbox=",".join(map(str, swapped)), **{"bbox-crs": EPSG.format(STORE)})) == [4, 5]
        return
    x, y = display_transformer(STORE, WEB_MERCATOR if code == WEB_MERCATOR else 4326).transform(plane[::2], plane[1::2])
    bounds = [y[0], x[0], y[1], x[1]] if code in {4326, 4490} else [x[0], y[0], x[1], y[1]]
    system = {"bbox-crs": EPSG.format(code)} if code else {}
    assert ids(told(get, bbox=",".join(map(str, bounds)), **system)) == [4, 5]


@pytest.mark.usefixtures("laid")
@pytest.mark.parametrize(
    ("bounds", "count"),
    [
        ("-180,-90,180,90", 12),
        ("-180,-90,-1000,180,90,9000", 12),
        ("113,30,115,31", 12),
        ("-10,-10,10,10", 0),
        ("170,-20,-170,20", 0),
        ("100,0,-100,80", 12),
        ("113,30,200,115,31,300", 0),
        ("113,30,99,115,31,99", 12),
        ("113.9,30.7,114.1,30.7", 0),
    ],
)
def test_a_box_may_be_the_world_nowhere_or_without_an_inside(get: Get, bounds: str, count: int) -> None:
    assert len(told(get, bbox=bounds)["features"]) == count
    assert len(told(get, POINTS, bbox=bounds.replace(",99,", ",100,").replace(",99", ",100"))["features"]) == 2 * count


@pytest.mark.usefixtures("laid")
@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ({"material": "ZT"}, 6),
        ({"major": "JS"}, 6),
        ({"width": "300"}, 12),
        ({"size": "300"}, 12),
        ({"width": "299"}, 0),
        ({"owner": "PS公司", "material": "PE"}, 6),
        ({"built_on": "1991"}, 1),
        ({"datetime": "1992-06-01"}, 3),
        ({"datetime": "../1992-06-01T00:00:00Z"}, 3),
        ({"datetime": "1992-06-01/.."}, 12),
        ({"filter": "material = 'ZT' AND built_on > '1995'"}, 3),
        ({"filter": "owner LIKE 'PS%'"}, 6),
        ({"filter": "width BETWEEN 200 AND 400 AND NOT (material IN ('PE'))"}, 6),
        ({"filter": "pressure IS NULL"}, 12),
        (
            {
                "filter": json.dumps({"op": "=", "args": [{"property": "material"}, "PE"]}),
                "filter-lang": "cql2-json",
            },
            6,
        ),
        ({"filter": "S_INTERSECTS(geometry, BBOX(113, 30, 115, 31))"}, 12),
        (
            {
                "filter": f"S_INTERSECTS(geometry, BBOX({NORTH - 1}, {EAST + 35}, {NORTH + 1}, {EAST + 45}))",
                "filter-crs": EPSG.format(STORE),
            },
            2,
        ),
        ({"sortby": "+fid"}, 12),
    ],
)
def test_conditions_narrow(get: Get, asked: dict[str, str], count: int) -> None:
    assert len(told(get, **asked)["features"]) == count


@pytest.mark.usefixtures("laid")
@pytest.mark.parametrize("asked", BAD, ids=lambda asked: json.dumps(asked)[:60])
@pytest.mark.parametrize("form", ["json", "html"])
def test_bad_input_is_told_clearly(get: Get, asked: dict[str, str], form: str) -> None:
    answer = get(ITEMS, **{"f": form, **asked})
    assert answer.status_code == 400
    if form == "json" or "f" in asked:
        assert answer.mimetype == "application/problem+json"
        assert answer.json is not None
        assert answer.json["parameter"] in {*asked, "filter"}
        assert len(answer.json["detail"]) > 5


@pytest.mark.parametrize("asked", BAD, ids=lambda asked: json.dumps(asked)[:60])
def test_bad_input_is_no_better_before_anything_was_surveyed(get: Get, asked: dict[str, str]) -> None:
    assert get(ITEMS, **asked).status_code == 400


@pytest.mark.usefixtures("laid")
def test_a_filter_that_cannot_be_read_says_where(get: Get) -> None:
    answer = get(ITEMS, filter="owner = = 'x'")
    assert answer.json is not None
    assert answer.json["position"] == 8


@pytest.mark.usefixtures("laid")
@pytest.mark.parametrize("fid", ["0", "99", "-1", "x", "１", "9" * 30, "9223372036854775808"])
def test_a_feature_that_is_not_there_is_not_found(get: Get, fid: str) -> None:
    answer = get(f"{ITEMS}/{fid}")
    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"


@pytest.mark.usefixtures("laid")
def test_one_feature_is_the_one_of_the_page(get: Get) -> None:
    listed = told(get)["features"][3]
    alone = get(f"{ITEMS}/{listed['id']}").json
    assert alone is not None
    assert {name: alone[name] for name in listed} == listed
    assert get(f"{ITEMS}/{listed['id']}", limit=1).status_code == 400


def test_what_a_reader_is_not_cleared_for_is_in_no_page_count_or_filter(
    get: Get, backend: Backend, operator: Actor
) -> None:
    with backend.writing() as session:
        lay(session, operator, *grid(4))
        lay(session, operator, *grid(3), secrecy=2, number="2024-GX-0002")
        classify(session, operator, "PS", "YS", 3)
    content = told(get)
    assert content["numberMatched"] == 2
    assert {feature["properties"]["major"] for feature in content["features"]} == {"JS"}
    assert told(get, major="PS")["numberMatched"] == 0
    assert told(get, filter="major = 'PS' OR TRUE")["numberMatched"] == 2
    assert get(f"{ITEMS}/2").status_code == 404
    assert get(f"{ITEMS}/5").status_code == 404
    assert {feature["properties"]["minor"] for feature in told(get, POINTS)["features"]} == {"JP"}


def test_a_cleared_reader_sees_more(sign_in_as: SignInAs, backend: Backend, operator: Actor) -> None:
    with backend.writing() as session:
        lay(session, operator, *grid(4), secrecy=2)
    assert (sign_in_as(Role.CATALOGUER, clearance=2).get(ITEMS).json or {})["numberReturned"] == 4
    assert (sign_in_as(Role.CATALOGUER, clearance=1).get(ITEMS).json or {})["numberReturned"] == 0


def test_lines_of_several_places_without_height_or_place_are_told_too(
    get: Get, backend: Backend, operator: Actor
) -> None:
    points, segments = grid(3, [WATER])
    points = points.with_columns(ground_z=np.array([100, np.nan, 100, 100]))
    segments = segments.with_columns(start_z=np.full(3, np.nan), end_z=np.full(3, np.nan))
    unknown = np.array(["P0", "P1", "nowhere"], dtype=object)
    segments = segments.with_columns(start_no=unknown, start_depth=np.full(3, np.nan))
    with backend.writing() as session:
        lay(session, operator, points, segments)
    features = told(get)["features"]
    assert len(features) == 3
    assert [feature["geometry"] is None for feature in features].count(True) == 1
    for feature in features:
        if feature["geometry"]:
            assert {len(place) for place in feature["geometry"]["coordinates"]} == {2}
    assert sorted(len(one["geometry"]["coordinates"]) for one in told(get, POINTS)["features"]) == [2, 3, 3, 3]


@pytest.mark.usefixtures("laid")
def test_the_page_of_features_leads_on(engineer: Visitor) -> None:
    shown = engineer.get(f"{ITEMS}?limit=5&f=html")
    assert shown.status_code == 200
    assert "cursor=" in shown.text
    assert "NaN" not in shown.text
    assert engineer.get(f"{ITEMS}/3?f=html").status_code == 200


@given(st.integers(0, 2**63 - 1))
def test_a_cursor_is_read_back(fid: int) -> None:
    assert after_of(cursor_of(fid)) == fid


@given(st.text(max_size=20))
def test_any_other_cursor_is_refused_or_is_one_of_ours(text: str) -> None:
    try:
        found = after_of(text)
    except ParameterError:
        return
    assert found is not None
    assert cursor_of(found) == text or len(text) == 11
