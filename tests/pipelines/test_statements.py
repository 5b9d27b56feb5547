"""What a page costs: few statements, and no more of them for much than for little."""

from pathlib import Path

import pytest
import shapely
from sqlalchemy import select

from archives.catalogue.models import ACCESSIONED, Volume
from archives.core.actors import Role
from archives.core.clock import now
from archives.pipelines.areas import service as areas
from archives.pipelines.maps import base
from archives.pipelines.models import Dataset, SurveyVersion
from archives.pipelines.surveys import service
from archives.projects.models import UnitWorks
from gis.survey.model import Survey
from tests.pipelines.conftest import OPERATOR, Archive, files_of, shifted, street, with_missing_end
from tests.visitors import SignInAs, Visitor

MOST = 15
ROAD = "玉兰街"
READERS: dict[str, tuple[tuple[Role, ...], int]] = {
    "a cataloguer": ((Role.CATALOGUER, Role.GUIDANCE), 4),
    "somebody with little clearance": ((Role.STACKS,), 0),
}


def _held(archive: Archive, folder: Path, survey: Survey, place: int) -> None:
    """A survey in the archive, as another hand-over than those before, with a volume that documents it."""
    paths = files_of(folder / f"{place}", shifted(survey, 900.0 * place), "csv")
    renamed = [path.rename(path.with_stem(f"{path.stem}{place}")) for path in paths]
    version_id = archive.read(renamed, source="project", project=archive.project.code).id
    with archive.app.backend.writing() as session:
        version = session.get_one(SurveyVersion, version_id)
        version.errors = 0
        dataset = session.get_one(Dataset, version.dataset_id)
        service.accept(session, OPERATOR, dataset, version)
        unit_id = session.scalar(select(UnitWorks.id).where(UnitWorks.project_id == archive.project.id))
        volume = Volume(
            project_id=archive.project.id,
            unit_id=unit_id,
            volume_no=f"{place}",
            sort_key=f"{place:08}",
            title=f"管线竣工图{place}",
            class_code="E1",
            retention="permanent",
            secrecy=0,
            created_at=now(),
            state=ACCESSIONED,
            archival_code=f"E1-{place}",
            accession_no=place,
        )
        session.add(volume)
        session.flush()
        service.link_volume(session, OPERATOR, dataset, volume.id)
        kept = areas.save_area(session, OPERATOR, "rectangle", shapely.box(465_000, 3_350_000, 480_000, 3_360_000))
        areas.name_area(OPERATOR, kept, f"地块{place}", True)


def _costs(archive: Archive, visitor: Visitor, statements: list[str]) -> dict[str, int]:
    """How many statements each page takes."""
    found = {}
    for address in _pages(archive):
        statements.clear()
        answer = visitor.get(address)
        assert answer.status_code == 200, address
        found[address] = _asked(statements)
    return found


def _asked(statements: list[str]) -> int:
    """How many statements ask something: the beginning of a transaction is none."""
    return sum(not statement.startswith("BEGIN") for statement in statements)


def _pages(archive: Archive) -> list[str]:
    waits, held = (archive.address(archive.version(version_id)) for version_id in (1, 2))
    return [
        "/pipelines/surveys",
        "/pipelines/surveys?words=points&source=project",
        held,
        waits,
        f"{waits}/findings",
        f"{waits}/findings?rule=L3",
        f"{waits}/findings.xlsx",
        f"/projects/{archive.project.code}/pipelines",
        "/pipelines/map",
        "/pipelines/map/config.json",
        "/pipelines/areas.json",
        "/pipelines/areas/1.json",
        "/pipelines/areas/1",
        "/pipelines/areas/1?kind=JS/JP&clip=1&by=owner&then=material&owner=x",
        "/pipelines/segments/100",
        "/pipelines/segments/100.json",
        "/pipelines/locate.json?q=JP1001",
        f"/pipelines/locate.json?q={ROAD}",
    ]


@pytest.mark.parametrize("who", READERS)
def test_no_page_takes_more_than_fifteen_statements_however_much_there_is(
    archive: Archive, sign_in_as: SignInAs, tmp_path: Path, statements: list[str], who: str
) -> None:
    roles, clearance = READERS[who]
    visitor = sign_in_as(*roles, clearance=clearance)
    with archive.app.backend.writing() as session:
        service.classify(session, OPERATOR, ("DL", "GD"), 1)
    archive.read(files_of(tmp_path / "waits", with_missing_end(street()), "xlsx"), source="owner")
    with archive.app.backend.writing() as session:
        road = shapely.LineString([(469_400, 3_356_000), (469_400, 3_358_000)])
        base.load(session, OPERATOR, "道路", "road", [(ROAD, road)])
    _held(archive, tmp_path, street(), 1)
    few = _costs(archive, visitor, statements)
    for place in (2, 3, 4):
        _held(archive, tmp_path, street(whole=True), place)
    many = _costs(archive, visitor, statements)
    assert {address: cost for address, cost in many.items() if cost > MOST} == {}
    assert {address: (few[address], cost) for address, cost in many.items() if cost > few[address]} == {}


def test_the_card_of_a_click_takes_few_statements_for_each_line(
    archive: Archive, sign_in_as: SignInAs, tmp_path: Path, statements: list[str]
) -> None:
    archive.take(tmp_path, street())
    visitor = sign_in_as(Role.AUTHORITY)
    east, north = (street().points.number(name) for name in ("east", "north"))
    with archive.app.backend.reading() as session:
        place = areas.in_degrees(session, shapely.Point(float(east[0]), float(north[0])).buffer(1))
    lon, lat = place["coordinates"][0][0]
    sent = {"lon": lon, "lat": lat, "radius_m": 50}
    headers = {"X-CSRFToken": visitor.csrf()}
    statements.clear()
    answer = visitor.post("/pipelines/at", json=sent, headers=headers)
    assert answer.status_code == 200
    assert 1 < answer.text.count("/pipelines/segments/") <= 3
    assert _asked(statements) <= MOST
