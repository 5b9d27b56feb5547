"""The documents of the interface: complete, linked, whole in themselves, as JSON and as pages."""

from typing import Any

import pytest

from archives.core.actors import Role
from archives.pipelines.api.collections import collections
from archives.pipelines.api.systems import CRS84, EPSG
from tests.pipelines.api.conftest import Get
from tests.visitors import SignInAs, Visitor

DOCUMENTS = (
    "/ogc",
    "/ogc/conformance",
    "/ogc/api",
    "/ogc/collections",
    "/ogc/collections/pipe_segments",
    "/ogc/collections/pipe_points",
    "/ogc/collections/pipe_segments/queryables",
    "/ogc/collections/pipe_points/schema",
    "/ogc/collections/pipe_segments/items",
    "/ogc/collections/pipe_segments/items/1",
    "/ogc/tiles",
    "/ogc/tiles/WebMercatorQuad",
    "/ogc/tileMatrixSets",
    "/ogc/tileMatrixSets/WebMercatorQuad",
)


@pytest.mark.usefixtures("laid")
@pytest.mark.parametrize("path", DOCUMENTS)
def test_every_document_is_json_for_programs_and_a_page_for_people(get: Get, engineer: Visitor, path: str) -> None:
    told = get(path)
    assert told.status_code == 200
    assert told.is_json
    shown = engineer.get(path, headers={"Accept": "text/html,*/*;q=0.8"})
    assert shown.status_code == 200
    assert shown.mimetype == "text/html"
    assert get(path, f="html").mimetype == "text/html"
    assert engineer.get(f"{path}?f=json", headers={"Accept": "text/html"}).is_json


@pytest.mark.parametrize("path", [path for path in DOCUMENTS if "/items/" not in path])
def test_every_document_stands_before_anything_was_surveyed(get: Get, path: str) -> None:
    assert get(path).status_code == 200
    assert get(path, f="html").status_code == 200


@pytest.mark.usefixtures("laid")
def test_links_lead_on(get: Get) -> None:
    start = get("/ogc").json
    assert start is not None
    relations = {link["rel"] for link in start["links"]}
    assert {"self", "alternate", "service-desc", "service-doc", "conformance", "data"} <= relations
    for link in _links(start):
        assert get(link["href"]).status_code == 200, link
    for collection in (get("/ogc/collections").json or {})["collections"]:
        for link in collection["links"]:
            assert get(link["href"]).status_code == 200, link


def _links(document: dict[str, Any]) -> list[dict[str, str]]:
    return [link for link in document["links"] if "{" not in link["href"]]


@pytest.mark.usefixtures("laid")
def test_a_collection_names_its_systems_and_its_place(get: Get) -> None:
    about = get("/ogc/collections/pipe_segments").json
    assert about is not None
    assert about["storageCrs"] == EPSG.format(4547)
    assert about["crs"] == [CRS84, *(EPSG.format(code) for code in (4326, 4490, 3857, 4547))]
    west, south, east, north = about["extent"]["spatial"]["bbox"][0]
    assert west < 114 < east
    assert south < 30.7 < north


def test_the_description_refers_to_nothing_outside(get: Get) -> None:
    document = get("/ogc/api").json
    assert document is not None
    assert document["openapi"].startswith("3.0.")
    references = list(_references(document))
    assert references
    for reference in references:
        assert reference.startswith("#/")
        part: Any = document
        for name in reference.removeprefix("#/").split("/"):
            part = part[name]
        assert part


def _references(part: Any) -> Any:
    if isinstance(part, dict):
        for name, value in part.items():
            if name == "$ref":
                yield value
            else:
                yield from _references(value)
    elif isinstance(part, list):
        for value in part:
            yield from _references(value)


def test_the_description_names_every_address(get: Get) -> None:
    document = get("/ogc/api").json
    assert document is not None
    for path in document["paths"]:
        if "{" not in path:
            assert get(f"/ogc{path}".rstrip("/")).status_code == 200
    identifiers = [method["get"]["operationId"] for method in document["paths"].values()]
    assert len(set(identifiers)) == len(identifiers)


@pytest.mark.parametrize("language", ["zh_Hans_CN", "en"])
def test_properties_are_named_in_both_languages(engineer: Visitor, language: str) -> None:
    engineer.get(f"/language/{language}")
    asked = engineer.get("/ogc/collections/pipe_segments/queryables").json
    assert asked is not None
    title = asked["properties"]["start_depth"]["title"]
    assert title == ("Start depth (m)" if language == "en" else "起点埋深 (m)")
    assert asked["properties"]["geometry"]["format"] == "geometry-linestring"


def test_every_property_has_a_name_of_its_own() -> None:
    for collection in collections():
        assert all(one.label_zh != one.name for one in collection.properties)


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN])
@pytest.mark.parametrize("path", [*DOCUMENTS, "/pipelines/tiles.json", "/pipelines/tiles/14/13379/6651.mvt"])
def test_who_may_not_see_pipelines_is_refused_everywhere(sign_in_as: SignInAs, path: str, role: Role) -> None:
    refused = sign_in_as(role).get(path)
    assert refused.status_code == 403
    assert refused.mimetype == "application/problem+json"


@pytest.mark.parametrize("path", [*DOCUMENTS, "/pipelines/tiles.json", "/pipelines/tiles/14/13379/6651.mvt"])
def test_nobody_known_is_told_how_to_be_known(client: Visitor, path: str) -> None:
    refused = client.get(path)
    assert refused.status_code == 401
    assert "Bearer" in refused.headers["WWW-Authenticate"]


@pytest.mark.parametrize("path", ["/ogc/nothing", "/ogc/collections/nothing", "/ogc/tileMatrixSets/Other"])
def test_what_is_not_there_is_a_problem(get: Get, path: str) -> None:
    assert get(path).status_code == 404
    assert get(path).mimetype == "application/problem+json"


def test_a_form_that_is_not_told_is_refused(get: Get) -> None:
    assert get("/ogc", f="gml").status_code == 400
    assert get("/ogc", colour="red").status_code == 400
