"""Giving out: the gate, the quota, the marks of a copy, what each format holds, and the log."""

import sqlite3
import zipfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pyogrio
import pyogrio.raw
import pytest
import shapely
from shapely import MultiPolygon, Polygon, box
from sqlalchemy import select
from werkzeug.test import TestResponse

from archives.accounts.rules import CLEARANCES
from archives.core import office
from archives.core.actors import Actor, Role
from archives.core.audit import AuditEntry
from archives.core.backend import Backend
from archives.core.clock import now, stopped_at
from archives.core.jobs import Worker
from archives.pipelines.areas.service import save_area
from archives.pipelines.drafts import ExportDraft, LineFilter
from archives.pipelines.giving import rules as giving_rules
from archives.pipelines.giving import service as giving
from archives.pipelines.giving.queries import SUBJECT
from archives.pipelines.giving.rules import COUNTED, KEPT, check_giving, quota_of
from archives.pipelines.giving.selecting import cut
from archives.pipelines.models import GivenOut
from archives.pipelines.surveys.files import tables_in
from archives.web.application import Application
from gis.codes import standard
from gis.frame import Frame
from gis.survey.read import read_survey
from tests.pipelines.ground import EAST, NORTH, classify, grid, lay
from tests.visitors import SignInAs, Visitor

FORM = {"format": "geojson", "reason": "design of the north road"}
EVERYTHING = box(EAST - 10, NORTH - 10, EAST + 1000, NORTH + 10)


@pytest.fixture
def laid(backend: Backend, operator: Actor) -> int:
    """Twelve lines of ten metres, in turn of drinking water and of rain water; the id of their version."""
    with backend.writing() as session:
        return lay(session, operator, *grid(12)).id


@pytest.fixture
def engineer(sign_in_as: SignInAs) -> Visitor:
    """Somebody who may take lines out."""
    return sign_in_as(Role.ENGINEER, clearance=1, name="Zhou")


def area_of(backend: Backend, visitor: Visitor, outline: Polygon = EVERYTHING) -> int:
    """An area that the visitor drew."""
    assert visitor.actor is not None
    with backend.writing() as session:
        return save_area(session, visitor.actor, "polygon", outline).id


def give(visitor: Visitor, area: int, query: str = "", **changes: str) -> TestResponse:
    """Ask for an export on its page."""
    return visitor.send(f"/pipelines/areas/{area}/give{query}", {**FORM, **changes})


def fetched(visitor: Visitor, area: int, query: str = "", **changes: str) -> bytes:
    """The file of an export."""
    answer = give(visitor, area, query, **changes)
    assert answer.status_code == 303, answer.text
    shown = visitor.get(answer.headers["Location"])
    assert shown.status_code == 200
    return file_at(visitor, answer.headers["Location"])


def file_at(visitor: Visitor, location: str) -> bytes:
    """The file of an export that is ready."""
    with visitor.get(f"{location}/file") as answer:
        assert answer.status_code == 200
        return bytes(answer.data)


def features(content: bytes, layer: str = "segment") -> list[dict[str, Any]]:
    """What a GeoJSON file holds of a layer."""
    return [one for one in orjson.loads(content)["features"] if one["properties"]["layer"] == layer]


@pytest.mark.usefixtures("laid")
def test_lines_are_given_with_their_points_number_and_taker(engineer: Visitor, backend: Backend) -> None:
    content = fetched(engineer, area_of(backend, engineer))
    assert len(features(content)) == 12
    assert len(features(content, "point")) == 24
    with backend.reading() as session:
        given = session.scalars(select(GivenOut)).one()
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "pipelines.given_out")).one()
    told = orjson.loads(content)
    assert told["copy_no"] == given.number
    assert "Zhou" in told["watermark"]
    details = orjson.loads(entry.content)["details"]
    assert details["reason"] == FORM["reason"]
    assert details["sha256"] == given.sha256
    assert details["segments"] == 12


@pytest.mark.usefixtures("laid")
def test_conditions_narrow_what_is_given_and_are_kept_in_the_audit(engineer: Visitor, backend: Backend) -> None:
    content = fetched(engineer, area_of(backend, engineer), "?kind=JS&material=ZT&clip=1&by=major")
    assert {one["properties"]["管线种类"] for one in features(content)} == {"JP"}
    joined = {one["properties"]["物探点号"] for one in features(content, "point")}
    assert joined == {name for line in features(content) for name in _ends(line)}
    with backend.reading() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "pipelines.given_out")).one()
    assert orjson.loads(entry.content)["details"]["conditions"]["material"] == "ZT"


def _ends(line: dict[str, Any]) -> tuple[str, str]:
    return line["properties"]["起点点号"], line["properties"]["终点点号"]


@pytest.mark.usefixtures("laid")
def test_whole_lines_reach_beyond_the_area_and_cut_lines_do_not(engineer: Visitor, backend: Backend) -> None:
    area = area_of(backend, engineer, box(EAST + 5, NORTH - 1, EAST + 15, NORTH + 1))
    whole = features(fetched(engineer, area))
    clipped = features(fetched(engineer, area, clip="1"))
    assert [one["properties"]["平面长度"] for one in whole] == [10.0, 10.0]
    assert [one["properties"]["平面长度"] for one in clipped] == [5.0, 5.0]
    assert "起点点号" not in clipped[0]["properties"]
    assert clipped[0]["properties"]["终点点号"] == "P1"


@pytest.mark.usefixtures("laid")
@pytest.mark.parametrize("form", ["geojson", "gpkg", "kml", "shp", "dxf", "xlsx"])
def test_every_format_carries_the_number_of_its_copy(
    engineer: Visitor, backend: Backend, tmp_path: Path, form: str
) -> None:
    content = fetched(engineer, area_of(backend, engineer), format=form)
    with backend.reading() as session:
        number = session.scalars(select(GivenOut.number)).one()
    assert number in _text(content, form, tmp_path)


def _text(content: bytes, form: str, folder: Path) -> str:
    """All the text of a file."""
    if form in {"shp", "xlsx"}:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    if form == "gpkg":
        path = folder / "copy.gpkg"
        path.write_bytes(content)
        connection = sqlite3.connect(path)
        try:
            return str(connection.execute("SELECT group_concat(metadata) FROM gpkg_metadata").fetchone()[0])
        finally:
            connection.close()
    return content.decode("utf-8", "replace")


@pytest.mark.usefixtures("laid")
def test_a_geopackage_is_read_by_others(engineer: Visitor, backend: Backend, tmp_path: Path) -> None:
    path = tmp_path / "copy.gpkg"
    path.write_bytes(fetched(engineer, area_of(backend, engineer), format="gpkg"))
    assert sorted(name for name, _ in pyogrio.list_layers(path)) == ["pipe_point", "pipe_segment"]
    meta, _, shapes, _ = pyogrio.raw.read(path, layer="pipe_segment")
    assert meta["crs"] == "EPSG:4547"
    assert shapes is not None
    assert shapely.has_z(shapely.from_wkb(shapes)).all()


@pytest.mark.usefixtures("laid")
@pytest.mark.parametrize("form", ["xlsx", "gpkg", "dxf"])
def test_what_was_given_out_comes_in_again_unchanged(
    engineer: Visitor, backend: Backend, tmp_path: Path, form: str
) -> None:
    path = tmp_path / f"copy.{form}"
    path.write_bytes(fetched(engineer, area_of(backend, engineer), format=form))
    survey = read_survey(tables_in({path.name: path}), standard())
    points, segments = grid(12)
    assert sorted(_course(survey.segments)) == sorted(_course(segments))
    assert sorted(_place(survey.points)) == sorted(_place(points))


def _course(segments: Frame) -> list[tuple[object, ...]]:
    """Each line's ends, kind, size and depths, whichever way it runs."""
    names = (segments.text("start_no").tolist(), segments.text("end_no").tolist())
    ends = [tuple(sorted(pair)) for pair in zip(*names, strict=True)]
    told = (segments.text("minor"), segments.number("width"), segments.number("start_depth"))
    return list(zip(ends, *(column.tolist() for column in told), strict=True))


def _place(points: Frame) -> list[tuple[object, ...]]:
    columns = (points.text("point_no"), points.text("minor"), points.number("east"), points.number("north"))
    return list(zip(*(column.tolist() for column in columns), strict=True))


@pytest.mark.usefixtures("laid")
@pytest.mark.parametrize("form", ["geojson", "dxf", "gpkg"])
def test_without_heights_there_are_none(engineer: Visitor, backend: Backend, tmp_path: Path, form: str) -> None:
    content = fetched(engineer, area_of(backend, engineer), format=form, without_depth="1")
    if form == "geojson":
        for one in (*features(content), *features(content, "point")):
            assert not {"起点埋深", "起点高程", "地面高程"} & one["properties"].keys()
            places = np.array(one["geometry"]["coordinates"]).reshape(
                -1, len(features(content)[0]["geometry"]["coordinates"][0])
            )
            assert places.shape[1] == 2
    else:
        path = tmp_path / f"copy.{form}"
        path.write_bytes(content)
        _, _, shapes, _ = pyogrio.raw.read(path, **({"layer": "pipe_segment"} if form == "gpkg" else {}))
        assert shapes is not None
        z = shapely.get_coordinates(shapely.from_wkb(shapes), include_z=True)[:, 2]
        assert not np.nan_to_num(z).any()


def test_what_the_taker_is_not_cleared_for_is_not_in_the_file(
    engineer: Visitor, backend: Backend, operator: Actor
) -> None:
    with backend.writing() as session:
        lay(session, operator, *grid(4))
        lay(session, operator, *grid(3), secrecy=2, number="2024-GX-0002")
        classify(session, operator, "PS", "YS", 3)
    area = area_of(backend, engineer)
    assert ">2<" in engineer.get(f"/pipelines/areas/{area}/give").text
    content = fetched(engineer, area)
    assert {one["properties"]["管线种类"] for one in features(content)} == {"JP"}
    assert {one["properties"]["管线种类"] for one in features(content, "point")} == {"JP"}
    assert len(features(content)) == 2


def test_the_copy_says_how_secret_it_is(sign_in_as: SignInAs, backend: Backend, operator: Actor) -> None:
    with backend.writing() as session:
        lay(session, operator, *grid(4), secrecy=1)
        classify(session, operator, "PS", "", 2)
    cataloguer = sign_in_as(Role.CATALOGUER, clearance=3)
    told = orjson.loads(fetched(cataloguer, area_of(backend, cataloguer)))
    assert told["secrecy"] == str(CLEARANCES[2])


@pytest.mark.usefixtures("laid")
def test_who_may_not_take_out_gets_no_form_and_no_file(
    engineer: Visitor, sign_in_as: SignInAs, backend: Backend
) -> None:
    checker = sign_in_as(Role.CHECKER)
    own = area_of(backend, checker)
    assert checker.get(f"/pipelines/areas/{own}/give").status_code == 403
    assert give(checker, own).status_code == 403
    assert give(engineer, own).status_code == 404
    location = give(engineer, area_of(backend, engineer)).headers["Location"]
    for other in (sign_in_as(Role.ENGINEER), sign_in_as(Role.SECURITY_ADMIN), sign_in_as(Role.DIRECTOR)):
        assert other.get(f"{location}/file").status_code == 404


@pytest.mark.usefixtures("laid")
@pytest.mark.parametrize(
    ("query", "changes"),
    [
        ("", {"reason": ""}),
        ("", {"format": "dwg"}),
        ("", {"format": ""}),
        ("", {"format": "xlsx", "clip": "1"}),
        ("?owner=nobody", {}),
        ("?built_from=soon", {}),
    ],
)
def test_an_export_without_reason_format_or_lines_is_refused_and_takes_no_number(
    engineer: Visitor, backend: Backend, query: str, changes: dict[str, str]
) -> None:
    area = area_of(backend, engineer)
    refused = give(engineer, area, query, **changes)
    assert refused.status_code == 422
    fetched(engineer, area)
    with backend.reading() as session:
        assert session.scalars(select(GivenOut.number)).one().endswith("-0001")


def test_the_quota_counts_ground_once_and_says_what_is_left(
    engineer: Visitor, backend: Backend, operator: Actor
) -> None:
    with backend.writing() as session:
        lay(session, operator, *grid(12))
        office.decide(session, operator, "export_quota_km2", "1")
    first = area_of(backend, engineer, box(EAST - 500, NORTH - 500, EAST + 300, NORTH + 500))
    overlapping = area_of(backend, engineer, box(EAST - 300, NORTH - 500, EAST + 500, NORTH + 500))
    beyond = area_of(backend, engineer, box(EAST - 300, NORTH - 500, EAST + 501, NORTH + 500))
    fetched(engineer, first)
    refused = give(engineer, beyond)
    assert refused.status_code == 422
    assert "0.20" in refused.text
    fetched(engineer, overlapping)
    fetched(engineer, first)
    assert give(engineer, beyond).status_code == 422
    with stopped_at(now() + COUNTED + COUNTED):
        with backend.writing() as session:
            assert engineer.actor is not None
            area = giving.area_for(session, engineer.actor, beyond)
            quota = giving.quota_for(session, engineer.actor, area)
        assert quota is not None
        assert quota.is_enough


def test_another_accounts_ground_does_not_count(sign_in_as: SignInAs, backend: Backend, operator: Actor) -> None:
    with backend.writing() as session:
        lay(session, operator, *grid(12))
        office.decide(session, operator, "export_quota_km2", "1")
    for _ in range(2):
        visitor = sign_in_as(Role.ENGINEER)
        fetched(visitor, area_of(backend, visitor, box(EAST - 500, NORTH - 500, EAST + 400, NORTH + 500)))


@pytest.mark.parametrize(
    ("taken", "wanted", "enough"),
    [
        ([], box(0, 0, 1000, 1000), True),
        ([], box(0, 0, 1000, 1001), False),
        ([box(0, 0, 1000, 1000)], box(0, 0, 1000, 1000), True),
        ([box(0, 0, 1000, 500)], box(0, 400, 1000, 1000), True),
        ([box(0, 0, 1000, 500), box(0, 0, 500, 500)], box(0, 400, 1000, 1001), False),
    ],
)
def test_ground_is_counted_as_one_area(taken: Sequence[Polygon], wanted: Polygon, enough: bool) -> None:
    quota = quota_of(1, list(taken), wanted)
    assert quota.is_enough is enough
    draft = ExportDraft(format="gpkg", reason="x")
    assert [problem.code for problem in check_giving(draft, 1, quota)] == ([] if enough else ["give.quota"])


@pytest.mark.usefixtures("laid")
def test_a_large_export_is_written_by_the_worker_for_its_owner(
    app: Application, engineer: Visitor, backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(giving, "LARGE", 10)
    location = give(engineer, area_of(backend, engineer)).headers["Location"]
    assert engineer.get(f"{location}/file").status_code == 404
    assert "job" in engineer.get(location).text
    worker = Worker(backend, app.settings, {giving.GIVE_OUT.name: giving.GIVE_OUT})
    assert worker.run_one()
    assert len(features(file_at(engineer, location))) == 12
    with backend.reading() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "pipelines.given_out")).one()
    assert entry.actor == "Zhou"


@pytest.mark.usefixtures("laid")
def test_an_export_that_failed_takes_no_ground_and_can_be_tried_again(
    app: Application, engineer: Visitor, backend: Backend
) -> None:
    actor = engineer.actor
    assert actor is not None
    area_id = area_of(backend, engineer)
    with backend.writing() as session:
        area = giving.area_for(session, actor, area_id)
        given, payload = giving.ask(session, actor, area, ExportDraft(**FORM), LineFilter())
    with backend.writing() as session:
        giving.fail(session, actor, given.id)
        quota = giving.quota_for(session, actor, area)
    assert quota is not None
    assert quota.taken == 0
    giving.carry_out(backend, app.settings, actor, payload)
    giving.carry_out(backend, app.settings, actor, payload)
    with backend.reading() as session:
        assert session.get_one(GivenOut, given.id).square_metres == pytest.approx(EVERYTHING.area)
        of_it = (AuditEntry.subject_kind == SUBJECT, AuditEntry.subject_id == given.id)
        entries = session.scalars(select(AuditEntry.action).where(*of_it).order_by(AuditEntry.seq)).all()
    assert entries == ["pipelines.giving_failed", "pipelines.given_out"]


@pytest.mark.usefixtures("laid")
def test_files_are_forgotten_after_their_time_and_the_log_is_not(
    app: Application, engineer: Visitor, backend: Backend
) -> None:
    location = give(engineer, area_of(backend, engineer)).headers["Location"]
    with stopped_at(now() + KEPT + KEPT):
        giving.forget_old(giving.store_of_files(app.settings))
    assert engineer.get(f"{location}/file").status_code == 404
    assert engineer.get(location).status_code == 200


@pytest.mark.usefixtures("laid")
def test_the_log_is_read_by_those_who_watch_and_by_everybody_of_their_own(
    engineer: Visitor, sign_in_as: SignInAs, backend: Backend
) -> None:
    fetched(engineer, area_of(backend, engineer))
    with backend.reading() as session:
        number = session.scalars(select(GivenOut.number)).one()
    for reader in (engineer, sign_in_as(Role.SECURITY_ADMIN), sign_in_as(Role.DIRECTOR)):
        assert number in reader.get("/pipelines/given").text
        assert number in reader.get("/pipelines/given?words=north+road").text
        assert number not in reader.get("/pipelines/given?words=elsewhere").text
        with zipfile.ZipFile(BytesIO(reader.get("/pipelines/given.xlsx").data)) as book:
            assert number in book.read("xl/worksheets/sheet1.xml").decode() + _shared(book)
    for other in (sign_in_as(Role.ENGINEER), sign_in_as(Role.CHECKER)):
        assert number not in other.get("/pipelines/given").text
        assert number not in other.get("/pipelines/given?last=soon").text


def _shared(book: zipfile.ZipFile) -> str:
    name = "xl/sharedStrings.xml"
    return book.read(name).decode() if name in book.namelist() else ""


def test_a_line_cut_into_parts_keeps_its_course_and_its_depths() -> None:
    line = shapely.from_wkt("LINESTRING Z (0 0 10, 100 0 20)")
    segments = Frame(
        1,
        {
            "geometry": np.array([line], dtype=object),
            "version_id": np.array([1]),
            "start_no": np.array(["A"], dtype=object),
            "end_no": np.array(["B"], dtype=object),
            "start_depth": np.array([1.0]),
            "end_depth": np.array([2.0]),
            "length": np.array([100.0]),
            "length3d": np.array([100.5]),
        },
    )
    comb = MultiPolygon([box(-1, -1, 20, 1), box(60, -1, 80, 1)])
    parts = cut(segments, comb)
    assert list(parts.text("start_no")) == ["A", ""]
    assert list(parts.text("end_no")) == ["", ""]
    assert list(parts.number("start_depth")) == [1.0, 1.6]
    assert list(parts.number("end_depth")) == [1.2, 1.8]
    assert list(parts.number("length")) == [20.0, 20.0]
    assert np.isnan(parts.number("length3d")).all()
    assert shapely.get_coordinates(parts.columns["geometry"], include_z=True)[-1] == pytest.approx([80, 0, 18])
    assert {"start_depth", "ground_z"} <= giving_rules.HEIGHTS
