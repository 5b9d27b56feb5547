"""The page of the map and the facts that its scripts are told."""

import re
from pathlib import Path
from typing import Any

import pytest

from archives.core.actors import Actor, Role
from archives.core.backend import Backend
from archives.core.language import gettext, speaking
from archives.pipelines.maps.presenting import SYMBOLS, WORDS
from tests.pipelines.ground import classify, grid, lay
from tests.visitors import SignInAs, Visitor

SCRIPTS = Path(__file__).parents[2] / "static" / "js" / "pipes"


@pytest.fixture
def laid(backend: Backend, operator: Actor) -> None:
    """Twelve lines in the archive."""
    with backend.writing() as session:
        version = lay(session, operator, *grid(12))
        version.west, version.south, version.east, version.north = 500_000.0, 3_400_000.0, 500_120.0, 3_400_000.0


def config(visitor: Visitor) -> dict[str, Any]:
    """What the scripts are told."""
    answer = visitor.get("/pipelines/map/config.json")
    assert answer.status_code == 200
    told: dict[str, Any] = answer.get_json()
    return told


def kinds(visitor: Visitor) -> set[str]:
    """The minor codes of the kinds that a reader's map knows."""
    return {kind["minor"] for kind in config(visitor)["kinds"]}


def test_only_who_may_see_pipelines_opens_the_map(sign_in_as: SignInAs) -> None:
    for place in ("/pipelines/map", "/pipelines/map/config.json"):
        assert sign_in_as(Role.SYSTEM_ADMIN).get(place).status_code == 403
        assert sign_in_as(Role.ENGINEER).get(place).status_code == 200


def test_before_the_first_survey_the_page_says_what_to_do(sign_in_as: SignInAs) -> None:
    told = config(sign_in_as(Role.COUNTER))
    assert (told["extent"], told["has_lines"]) == (None, False)
    assert "/pipelines/surveys" in sign_in_as(Role.COUNTER).get("/pipelines/map").text.split("pipe-over")[-1]
    reader = sign_in_as(Role.ENGINEER).get("/pipelines/map").text.split("pipe-over")[-1]
    assert "/pipelines/surveys" not in reader


@pytest.mark.usefixtures("laid")
def test_the_map_opens_where_the_lines_are(sign_in_as: SignInAs) -> None:
    told = config(sign_in_as(Role.ENGINEER))
    west, south, east, north = told["extent"]
    assert told["has_lines"]
    assert 113.99 < west < east < 114.01
    assert 30.7 < south <= north < 30.8
    assert "+lon_0=114" in told["plane"]["proj4"]


@pytest.mark.usefixtures("laid")
def test_a_kind_that_is_too_secret_is_not_even_in_the_legend(
    backend: Backend, operator: Actor, sign_in_as: SignInAs
) -> None:
    with backend.writing() as session:
        classify(session, operator, "TX", "DH", 2)
    assert "DH" in kinds(sign_in_as(Role.ENGINEER, clearance=3))
    below = sign_in_as(Role.ENGINEER, clearance=0)
    assert "DH" not in kinds(below)
    assert 'data-kind="TX/DH"' not in below.get("/pipelines/map").text


@pytest.mark.parametrize("role", [Role.ENGINEER, Role.STACKS])
def test_the_legend_leads_to_the_interface_for_programs(sign_in_as: SignInAs, role: Role) -> None:
    visitor = sign_in_as(role)
    (link,) = re.findall(r'href="(/ogc[^"]*)"', visitor.get("/pipelines/map").text)
    told = visitor.get(link, headers={"Accept": "text/html"})
    assert (told.status_code, "GDAL_HTTP_BEARER" in told.text) == (200, True)


def test_a_sheet_turned_to_its_side_is_wider_than_high(sign_in_as: SignInAs) -> None:
    for sides in config(sign_in_as(Role.ENGINEER))["frames"].values():
        assert sides["landscape"][0] > sides["landscape"][1]
        assert sides["portrait"][0] < sides["portrait"][1]


def test_the_page_holds_no_script_of_its_own_and_takes_no_words_for_numbers(sign_in_as: SignInAs) -> None:
    shown = sign_in_as(Role.ENGINEER).get("/pipelines/map?area=x%22y&segment=7").text
    assert not re.search(r"<script(?![^>]*\bsrc=)", shown)
    assert "style=" not in shown
    assert "data-area" not in shown
    assert 'data-segment="7"' in shown


def test_the_scripts_say_only_what_the_server_has_words_for() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in SCRIPTS.glob("*.js"))
    said = set(re.findall(r'say\("(\w+)"', source))
    assert said <= set(WORDS)
    assert set(re.findall(r'^    \["(\w+)", /', source, re.MULTILINE)) <= {name for name, _ in SYMBOLS}


def test_the_scripts_speak_the_reader_s_language(sign_in_as: SignInAs) -> None:
    visitor = sign_in_as(Role.ENGINEER)
    visitor.set_cookie("language", "zh_Hans_CN")
    with speaking("zh_Hans_CN"):
        assert config(visitor)["labels"]["nothing_drawn"] == gettext("Nothing is drawn yet.")
    visitor.set_cookie("language", "en")
    assert config(visitor)["labels"]["nothing_drawn"] == "Nothing is drawn yet."
