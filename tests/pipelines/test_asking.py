"""What an area and a line say: lists page by page, figures, conditions, the card, lines that ended, hidden kinds."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest
import shapely
from sqlalchemy import select

from archives.core.actors import Role
from archives.core.audit import AuditEntry
from archives.core.clock import today
from archives.core.sheets.limits import Limits
from archives.core.sheets.read import read_sheets
from archives.pipelines import queries
from archives.pipelines.lines import store_of
from archives.pipelines.surveys import service
from gis.store.contract import EVERYWHERE, Where
from tests.pipelines.conftest import OPERATOR, Archive, files_of, shifted, street, upload, with_missing_end
from tests.pipelines.test_areas import degrees, polygon, ring, send
from tests.visitors import SignInAs, Visitor

LINK = re.compile(r"/pipelines/segments/(\d+)\"")


@pytest.fixture
def laid(archive: Archive, tmp_path: Path) -> Archive:
    """An archive that holds the lines of a whole street."""
    archive.take(tmp_path / "laid", street(whole=True))
    return archive


def english(visitor: Visitor) -> Visitor:
    """The visitor, who reads English."""
    visitor.set_cookie("language", "en")
    return visitor


def area_of(visitor: Visitor) -> str:
    """The page of an area around the street."""
    return str(send(visitor, polygon(ring())).get_json()["href"])


def count_of(visitor: Visitor, area: str, **narrowed: str) -> int:
    """How many lines an area's page counts."""
    page = visitor.get(area, query_string=narrowed)
    assert page.status_code == 200, page.text
    found = re.search(r"of ([\d,]+) lines", page.text)
    return int(found[1].replace(",", "")) if found else 0


def fids(archive: Archive, kind: str = "") -> list[int]:
    """The lines in the store, of one kind."""
    with archive.app.backend.reading() as session:
        versions = list(range(1, 10))
        found = store_of(session).segments(session.connection(), (EVERYWHERE, Where(versions)), ("minor",))
    return [
        int(fid) for fid, minor in zip(found.columns["fid"], found.text("minor"), strict=True) if kind in {"", minor}
    ]


def test_a_list_shows_every_line_once_page_by_page(laid: Archive, sign_in_as: SignInAs) -> None:
    reader = english(sign_in_as(Role.AUTHORITY))
    address: str | None = area_of(reader)
    seen: list[int] = []
    while address:
        page = reader.get(address).text
        seen += map(int, LINK.findall(page))
        further = re.search(r'rel="next" href="([^"]+)"', page)
        address = further[1].replace("&amp;", "&") if further else None
    assert sorted(seen) == fids(laid)
    assert len(seen) == len(set(seen)) == len(street(whole=True).segments)


@pytest.mark.parametrize(
    ("conditions", "fields"),
    [
        ("depth_from=abc", ["depth_from"]),
        ("size_from=-1&size_to=1e400", ["size_from", "size_to"]),
        ("kind=ZZ", ["kind"]),
    ],
)
def test_a_condition_that_cannot_be_read_is_marked_and_not_passed_over(
    laid: Archive, sign_in_as: SignInAs, conditions: str, fields: list[str]
) -> None:
    reader = english(sign_in_as(Role.AUTHORITY))
    answer = reader.get(f"{area_of(reader)}?{conditions}")
    assert answer.status_code == 422
    assert "These conditions cannot be read." in answer.text
    assert 'class="filters is-open"' in answer.text
    for name in fields:
        assert f'href="#field-{name}"' in answer.text
        field = re.search(rf'<(?:input|select)[^>]*id="field-{name}"[^>]*>', answer.text)
        assert field
        assert 'aria-invalid="true"' in field[0]


def _expected(name: str, *values: str) -> int:
    return int(np.isin(street(whole=True).segments.text(name), values).sum())


def test_conditions_narrow_the_list_as_the_survey_says(laid: Archive, sign_in_as: SignInAs) -> None:
    reader = english(sign_in_as(Role.AUTHORITY))
    area, segments = area_of(reader), street(whole=True).segments
    assert count_of(reader, area, kind="JS/JP") == _expected("minor", "JP")
    assert count_of(reader, area, kind="PS") == _expected("major", "PS")
    assert count_of(reader, area, material="PE") == _expected("material", "PE")
    width = segments.number("width")
    height = np.fmax(width, segments.number("height"))
    assert count_of(reader, area, size_from="300", size_to="500") == int(((height >= 300) & (height <= 500)).sum())
    built = np.array([text[:4] for text in segments.text("built_on")])
    assert count_of(reader, area, built_from="2000", built_to="2010") == int(
        ((built >= "2000") & (built <= "2010")).sum()
    )
    owner = segments.text("owner")[0]
    assert count_of(reader, area, owner=owner[2:5]) == sum(owner[2:5] in one for one in segments.text("owner"))
    assert count_of(reader, area, kind="JS/JP", material="nothing of the kind") == 0


def test_figures_are_summed_by_what_is_asked(laid: Archive, sign_in_as: SignInAs) -> None:
    reader = english(sign_in_as(Role.AUTHORITY))
    area = area_of(reader)
    page = reader.get(f"{area}?by=owner&then=material").text
    for owner in set(street(whole=True).segments.text("owner")):
        assert owner in page
    half = degrees(shapely.get_coordinates(shapely.box(*_half())))
    cut = str(send(reader, polygon(half)).get_json()["href"])
    whole, clipped = (_length(reader.get(f"{cut}{query}").text) for query in ("", "?clip=1"))
    assert clipped < whole


def test_points_are_counted_only_where_what_is_asked_holds_for_them(laid: Archive, sign_in_as: SignInAs) -> None:
    reader = english(sign_in_as(Role.AUTHORITY))
    area = area_of(reader)
    for query, counted in (("", True), ("?kind=JS/JP", True), ("?material=钢", False), ("?depth_from=1", False)):
        assert ('<p class="stat-label">Points' in reader.get(f"{area}{query}").text) == counted, query


def _half() -> tuple[float, float, float, float]:
    points = street(whole=True).points
    east, north = points.number("east"), points.number("north")
    middle = float(np.median(north))
    return float(east.min()) - 9, float(north.min()) - 9, float(east.max()) + 9, middle + 1.7


def _length(page: str) -> float:
    text = re.sub(r"<[^>]+>", " ", page)
    found = re.search(r"Length\s+([\d,]+\.\d\d)", text)
    assert found, text
    return float(found[1].replace(",", ""))


def test_a_click_shows_the_line_and_its_card_leads_to_its_survey(laid: Archive, sign_in_as: SignInAs) -> None:
    reader = english(sign_in_as(Role.AUTHORITY))
    survey = street(whole=True)
    at = int(np.flatnonzero(survey.segments.text("minor") == "JP")[0])
    names = [survey.segments.text(name)[at] for name in ("start_no", "end_no")]
    rows = [int(np.flatnonzero(survey.points.text("point_no") == name)[0]) for name in names]
    places = np.column_stack([survey.points.number("east"), survey.points.number("north")])[rows]
    ((lon, lat),) = degrees([places.mean(axis=0)])
    card = send(reader, {"lon": lon, "lat": lat, "radius_m": 1.0}, "/pipelines/at").text
    assert f"{names[0]}–{names[1]}" in card
    assert survey.segments.text("size_raw")[at] in card
    fid = int(LINK.findall(card)[0])
    page = reader.get(f"/pipelines/segments/{fid}")
    assert page.status_code == 200
    assert "2026-GX-0001" in page.text or "-GX-0001" in page.text
    line = reader.get(f"/pipelines/segments/{fid}.json").get_json()["shape"]
    assert line["type"] == "LineString"
    found = reader.get(f"/pipelines/locate.json?q={names[0]}").get_json()
    assert [one["kind"] for one in found] == ["point"]


# Lines that ended.


def test_a_line_that_ended_is_found_only_for_days_before(laid: Archive, sign_in_as: SignInAs) -> None:
    keeper = english(sign_in_as(Role.CATALOGUER))
    area = area_of(keeper)
    fid, total = fids(laid, "JP")[0], len(fids(laid))
    assert "Replaced or removed" in keeper.get(f"/pipelines/segments/{fid}").text
    ended = (today() - timedelta(days=3)).isoformat()
    assert keeper.send(f"/pipelines/segments/{fid}/end", {"ended_on": ended, "reason": "relaid"}).status_code == 303
    assert count_of(keeper, area) == total - 1
    assert ended in keeper.get(f"/pipelines/segments/{fid}").text, "its page tells when"
    assert laid.work() == 1, "the picture from afar is made anew"
    _audited(laid, ended, "relaid")
    assert keeper.send(f"/pipelines/segments/{fid}/end", {"reason": "it was another"}).status_code == 303
    assert count_of(keeper, area) == total


def _audited(archive: Archive, *words: str) -> None:
    with archive.app.backend.reading() as session:
        content = session.scalars(
            select(AuditEntry.content).where(AuditEntry.action == "pipelines.ended").order_by(AuditEntry.seq.desc())
        ).first()
    assert content is not None
    assert all(word in content for word in words)


def test_lines_chosen_in_an_areas_list_end_together(laid: Archive, sign_in_as: SignInAs) -> None:
    keeper = english(sign_in_as(Role.CATALOGUER))
    area, total = area_of(keeper), len(fids(laid))
    chosen = fids(laid)[:5]
    assert 'name="line"' in keeper.get(area).text
    sent = {"line": [str(fid) for fid in chosen], "ended_on": today().isoformat(), "reason": "the street was rebuilt"}
    assert keeper.send(f"{area}/end", sent).status_code == 303
    assert "5 lines ended." in keeper.get(area).text
    assert count_of(keeper, area) == total - 5
    with laid.app.backend.reading() as session:
        store, connection = store_of(session), session.connection()
        kept = store.segments(connection, np.array(chosen), ("ended_on",)).text("ended_on")
    assert set(kept) == {today().isoformat()}


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"reason": ""}, 422),
        ({"reason": "x", "ended_on": "2999-01-01"}, 422),
        ({"reason": "x", "ended_on": "yesterday"}, 422),
        ({"reason": "x" * 500}, 422),
    ],
    ids=str,
)
def test_an_end_without_a_reason_or_a_day_to_come_is_refused(
    laid: Archive, sign_in_as: SignInAs, sent: dict[str, str], status: int
) -> None:
    keeper = sign_in_as(Role.REVIEWER)
    fid, before = fids(laid)[0], len(fids(laid))
    given = {"ended_on": today().isoformat(), **sent}
    assert keeper.send(f"/pipelines/segments/{fid}/end", given).status_code == status
    area = area_of(english(keeper))
    assert keeper.send(f"{area}/end", {"reason": "x"}).status_code == 422, "no lines were chosen"
    assert keeper.send(f"{area}/end", {"reason": "x", "line": ["1", "99999999"]}).status_code == 404
    assert count_of(keeper, area) == before


def test_only_who_accepts_surveys_ends_their_lines(laid: Archive, sign_in_as: SignInAs) -> None:
    fid = fids(laid)[0]
    sent = {"ended_on": today().isoformat(), "reason": "x"}
    for role in (Role.COUNTER, Role.ENGINEER, Role.AUTHORITY, Role.GUIDANCE, Role.CLIENT, Role.SYSTEM_ADMIN):
        visitor = sign_in_as(role, organisation_id=laid.project.client_id if role is Role.CLIENT else None)
        assert visitor.send(f"/pipelines/segments/{fid}/end", sent).status_code == 403, role
        if role not in {Role.CLIENT, Role.SYSTEM_ADMIN}:
            assert "/end" not in visitor.get(f"/pipelines/segments/{fid}").text


def test_lines_in_transfer_do_not_end(laid: Archive, sign_in_as: SignInAs, tmp_path: Path) -> None:
    version = laid.read(files_of(tmp_path / "waits", shifted(street(), 3000), "xlsx"), source="owner")
    with laid.app.backend.reading() as session:
        waiting = store_of(session).ids(session.connection(), EVERYWHERE, Where([version.id]))
    keeper = sign_in_as(Role.CATALOGUER)
    sent = {"ended_on": today().isoformat(), "reason": "x"}
    assert keeper.get(f"/pipelines/segments/{waiting[0]}").status_code == 200
    assert keeper.send(f"/pipelines/segments/{waiting[0]}/end", sent).status_code == 404


# What is secret.


def _tiles(visitor: Visitor, east: float, north: float) -> bytes:
    """All tiles from afar to near at a place."""
    ((lon, lat),) = degrees([(east, north)])
    content = b""
    for z in (8, 12, 14, 16):
        x = int((lon + 180) / 360 * 2**z)
        y = int((1 - np.arcsinh(np.tan(np.radians(lat))) / np.pi) / 2 * 2**z)
        content += visitor.get(f"/pipelines/tiles/{z}/{x}/{y}.mvt").data
    return content


def test_a_hidden_kind_is_in_nothing_that_a_reader_gets(laid: Archive, sign_in_as: SignInAs) -> None:
    with laid.app.backend.writing() as session:
        service.classify(session, OPERATOR, ("JS", "JP"), 2)
    cleared, reader = english(sign_in_as(Role.ENGINEER, clearance=2)), english(sign_in_as(Role.AUTHORITY, clearance=1))
    area = area_of(reader)
    total, water = len(fids(laid)), _expected("minor", "JP")
    assert count_of(cleared, area_of(cleared)) == total
    assert count_of(reader, area) == total - water
    page = reader.get(area).text
    assert "Water distribution" not in page.split('id="figures"')[-1]
    assert count_of(reader, area, kind="JS/JP") == count_of(reader, area, kind="JS/JP", clip="1") == 0
    fid = fids(laid, "JP")[0]
    for address in (f"/pipelines/segments/{fid}", f"/pipelines/segments/{fid}.json"):
        assert (reader.get(address).status_code, cleared.get(address).status_code) == (404, 200)
    number = next(one for one in street(whole=True).points.text("point_no") if one.startswith("JP"))
    assert reader.get(f"/pipelines/locate.json?q={number}").get_json() == []
    assert reader.get(area).text.count(number) == 0
    row = int(np.flatnonzero(street(whole=True).points.text("point_no") == number)[0])
    place = [float(street(whole=True).points.number(name)[row]) for name in ("east", "north")]
    assert b"JP" in _tiles(cleared, *place)
    assert b"JP" not in _tiles(reader, *place)


def test_a_hidden_kind_is_in_no_report_and_no_count_of_a_survey(
    archive: Archive, sign_in_as: SignInAs, tmp_path: Path
) -> None:
    survey = with_missing_end(with_missing_end(street(whole=True), _first("JP")), _first("TR"))
    version = archive.read(files_of(tmp_path / "f", survey, "csv"))
    with archive.app.backend.writing() as session:
        service.classify(session, OPERATOR, ("JS", "JP"), 2)
    page, total, water = archive.address(version), len(survey.segments), _expected("minor", "JP")
    name = f"{survey.segments.text('start_no')[_first('JP')]}-JP99999"
    for clearance, lines, errors in ((2, total, 2), (1, total - water, 1)):
        reader = english(sign_in_as(Role.GUIDANCE, clearance=clearance))
        report = reader.get(page).text
        assert _stat(report, "Lines") == lines
        assert _stat(report, "Errors") == errors
        assert f">{lines}<" in reader.get("/pipelines/surveys").text
        assert ("at most 2,000 findings are counted" in report) == (clearance == 1), (
            "only what is kept can be told apart"
        )
        for address in (f"{page}/findings?rule=L3", f"{page}/findings", f"/pipelines/map/surveys/{version.id}.json"):
            assert (name in reader.get(address).text) == (clearance == 2), address
        book = tmp_path / f"{clearance}.xlsx"
        book.write_bytes(reader.get(f"{page}/findings.xlsx").data)
        (sheet,) = read_sheets(book, book.name, Limits())
        assert any(name in map(str, cells) for _, cells in sheet.rows) == (clearance == 2)
    with archive.app.backend.reading() as session:
        found = next(one for one in queries.findings(session, version.id, "L3") if one.element == name)
    form = f"{page}/findings/{found.id}"
    assert sign_in_as(Role.GUIDANCE, clearance=1).send(form, {"reason": "so"}).status_code == 404
    assert sign_in_as(Role.GUIDANCE, clearance=2).send(form, {"reason": "so"}).status_code == 303


def test_files_that_nobody_read_show_what_they_hold_to_whoever_brought_them(
    archive: Archive, sign_in_as: SignInAs, tmp_path: Path
) -> None:
    with archive.app.backend.writing() as session:
        service.classify(session, OPERATOR, ("JS", "JP"), 2)
    own = english(sign_in_as(Role.COUNTER, clearance=0, name="周窗口"))
    page = upload(own, files_of(tmp_path, street(), "xlsx")).location
    cleared = english(sign_in_as(Role.GUIDANCE, clearance=2, name="孙指导"))
    other = english(sign_in_as(Role.GUIDANCE, clearance=1, name="李指导"))
    for visitor, shown in ((own, True), (cleared, True), (other, False)):
        looked = visitor.get(page)
        assert looked.status_code == 200
        assert ("物探点号" in looked.text) == shown
        assert (f"{page}/read" in looked.text) == shown
        wrong = visitor.send(f"{page}/options", {"crs": "EPSG:1"})
        assert (wrong.status_code, "物探点号" in wrong.text) == (422, shown)
    engineer = english(sign_in_as(Role.ENGINEER, clearance=4))
    assert engineer.get(page).status_code == 404


def _first(minor: str) -> int:
    return int(np.flatnonzero(street(whole=True).segments.text("minor") == minor)[0])


def _stat(page: str, label: str) -> int:
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
    found = re.search(rf" {label} ([\d,]+) ", text.split("Points", 1)[1])
    assert found, text
    return int(found[1].replace(",", ""))


def test_a_hidden_class_hides_all_of_its_kinds(laid: Archive, sign_in_as: SignInAs) -> None:
    with laid.app.backend.writing() as session:
        service.classify(session, OPERATOR, ("PS", ""), 1)
    reader = english(sign_in_as(Role.AUTHORITY, clearance=0))
    assert count_of(reader, area_of(reader)) == len(fids(laid)) - _expected("major", "PS")
    assert reader.get(f"/pipelines/segments/{fids(laid, 'WS')[0]}").status_code == 404


def test_a_hand_over_more_secret_than_the_reader_is_not_there(
    archive: Archive, sign_in_as: SignInAs, tmp_path: Path
) -> None:
    archive.take(tmp_path / "open", street(), source="owner")
    hidden = archive.take(tmp_path / "hidden", shifted(street(column=8), 0), secrecy=3)
    for role in (Role.CATALOGUER, Role.ENGINEER):
        below, above = english(sign_in_as(role, clearance=2)), english(sign_in_as(role, clearance=3))
        assert below.get(archive.address(hidden)).status_code == 404
        assert above.get(archive.address(hidden)).status_code == 200
        number = archive.dataset(hidden).number
        assert number not in below.get("/pipelines/surveys").text
        assert number in above.get("/pipelines/surveys").text
        fid = fids(archive)[-1]
        assert (below.get(f"/pipelines/segments/{fid}").status_code) == 404
        assert above.get(f"/pipelines/segments/{fid}").status_code == 200


def test_ids_in_json_are_plain_numbers(laid: Archive, sign_in_as: SignInAs) -> None:
    reader = sign_in_as(Role.AUTHORITY)
    told: Any = orjson.loads(send(reader, polygon(ring())).data)
    assert isinstance(told["id"], int)
