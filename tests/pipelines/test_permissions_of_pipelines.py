"""Who may do what with surveys and lines, what nobody sees who may not, and which doors stay shut."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import shapely

from archives.app import create_app
from archives.core.actors import ADMINISTRATORS, EXTERNAL, STAFF, Actor, Role
from archives.core.backend import open_backend
from archives.pipelines import queries
from archives.pipelines.actions import ACTIONS, Standing
from archives.pipelines.areas import service as areas
from archives.pipelines.models import Dataset, SurveyVersion
from archives.projects.models import Party
from archives.reference.queries import terms
from tests.databases import Databases
from tests.pipelines.conftest import CODE, OPERATOR, OTHER, Archive, files_of, open_archive, shifted, street, upload
from tests.visitors import SignInAs, Visitor, signing_in

OWN, FOREIGN = 7, 8
OURS, OVER = Standing(frozenset({OWN})), Standing(frozenset({OWN}), is_open=False)
KEEPERS = {Role.COUNTER, Role.GUIDANCE, Role.CATALOGUER}
READERS = {Role.ENGINEER, Role.AUTHORITY}
SEES = {*STAFF, *READERS}
ALLOWED: dict[str, set[Role]] = {
    "pipelines.see": SEES,
    "pipelines.bring": KEEPERS,
    "pipelines.judge": {Role.GUIDANCE, Role.CHECKER, Role.REVIEWER},
    "pipelines.accept": {Role.REVIEWER, Role.CATALOGUER},
    "pipelines.link": {Role.CATALOGUER},
    "pipelines.define": KEEPERS,
    "pipelines.export": {Role.READING_ROOM, Role.CATALOGUER, Role.ENGINEER},
    "pipelines.ask_sheet": {*STAFF, Role.ENGINEER},
    "pipelines.handle_sheet": {Role.READING_ROOM, Role.COUNTER},
    "pipelines.check_sheet": {Role.CHECKER, Role.REVIEWER},
    "pipelines.sign_sheet": {Role.DIRECTOR},
    "pipelines.classify": {Role.SECURITY_ADMIN},
    "pipelines.load_base": {Role.SYSTEM_ADMIN, Role.CATALOGUER},
}
BY_PARTIES = {"pipelines.bring"}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("action", [one for one in ACTIONS if one.name in ALLOWED], ids=lambda action: action.name)
def test_the_truth_table(action: Any, role: Role) -> None:
    own, foreign = (Actor("account", "x", 1, frozenset({role}), organisation) for organisation in (OWN, FOREIGN))
    by_party = role in EXTERNAL and action.name in BY_PARTIES
    in_general = role in ALLOWED[action.name]
    standing = (OURS,) if action.name in BY_PARTIES else ()
    assert action.allows(own, *standing) == (in_general or by_party)
    assert action.allows(foreign, *standing) == in_general
    if action.name in BY_PARTIES:
        assert action.allows(own, OVER) == in_general
        assert action.allows(own, Standing()) == in_general, "a survey of no project is the archives' own concern"


def test_the_table_names_every_action_of_hand_overs() -> None:
    assert ALLOWED.keys() <= {one.name for one in ACTIONS}


@pytest.fixture(scope="module")
def shared(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """One archive: a project's survey in transfer, one of it in the archive, one of nobody's, one of another's."""
    settings = databases.fresh(tmp_path_factory.mktemp("doors") / "var")
    backend = open_backend(settings)
    app = create_app(settings, backend)
    app.test_client_class = Visitor
    archive = open_archive(app)
    folder = tmp_path_factory.mktemp("files")
    archive.take(folder / "held", street(), source="project", project=CODE)
    archive.read(files_of(folder / "waits", shifted(street(), 1500), "xlsx"), source="project", project=CODE)
    archive.read(files_of(folder / "other", shifted(street(), 3000), "xlsx"), source="project", project=OTHER)
    archive.bring(files_of(folder / "census", shifted(street(), 4500), "csv"))
    yield archive
    backend.close()


HELD, WAITS, OTHERS, CENSUS = 1, 2, 3, 4


@pytest.fixture(scope="module")
def people(shared: Archive) -> SignInAs:
    """Who comes to it."""
    return signing_in(shared.app)


def _visitor(shared: Archive, people: SignInAs, role: Role, organisation: str = "") -> Visitor:
    ids = {CODE: shared.project.client_id, OTHER: shared.other.client_id}
    return people(role, organisation_id=ids.get(organisation))


def _page(shared: Archive, version_id: int) -> str:
    return shared.address(shared.version(version_id))


GROUPS: dict[str, tuple[Role, str, set[int]]] = {
    **{f"{role}": (role, "", {HELD, WAITS, OTHERS, CENSUS}) for role in sorted(STAFF)},
    **{f"{role}": (role, "", {HELD}) for role in sorted(READERS)},
    **{f"{role} of the project": (role, CODE, {HELD, WAITS}) for role in sorted(EXTERNAL)},
    **{f"{role} of another": (role, OTHER, {OTHERS}) for role in sorted(EXTERNAL)},
    **{f"{role}": (role, "", set()) for role in sorted(ADMINISTRATORS)},
}


@pytest.mark.parametrize("who", GROUPS)
def test_each_sees_the_surveys_that_concern_them_and_no_others(shared: Archive, people: SignInAs, who: str) -> None:
    role, organisation, expected = GROUPS[who]
    visitor = _visitor(shared, people, role, organisation)
    register = visitor.get("/pipelines/surveys")
    listed = register.text if register.status_code == 200 else ""
    for version_id in (HELD, WAITS, OTHERS, CENSUS):
        page = _page(shared, version_id)
        number = page.rsplit("/", 2)[1]
        there = version_id in expected
        assert (number in listed) == there, (who, version_id)
        for address in (page, f"{page}/findings", f"{page}/findings.xlsx"):
            assert visitor.get(address).status_code == (200 if there else 404), (who, address)


@pytest.fixture(scope="module")
def shared_area(shared: Archive) -> str:
    """The page of an area that everybody may use."""
    with shared.app.backend.writing() as session:
        area = areas.save_area(session, OPERATOR, "rectangle", shapely.box(465_000, 3_350_000, 480_000, 3_360_000))
        areas.name_area(OPERATOR, area, "地块", True)
        return f"/pipelines/areas/{area.id}"


@pytest.mark.parametrize("who", GROUPS)
def test_no_button_leads_where_the_reader_may_not_go(
    shared: Archive, people: SignInAs, shared_area: str, who: str
) -> None:
    role, organisation, expected = GROUPS[who]
    visitor = _visitor(shared, people, role, organisation)
    pages = [page for one in expected for page in (_page(shared, one), f"{_page(shared, one)}/findings")]
    if role in SEES:
        pages += [shared_area, "/pipelines/segments/1", "/pipelines/map"]
    for page in pages:
        answer = visitor.get(page)
        assert answer.status_code == 200, page
        shown = answer.text.split("<main", 1)[1].split("</main>", 1)[0]
        for href in sorted({unescape(found) for found in re.findall(r'href="(/(?!static/)[^"#]*)', shown)}):
            assert visitor.get(href).status_code in {200, 302, 303}, (page, href)
        if page != "/pipelines/map" and not page.startswith(_page(shared, CENSUS)):
            assert ("/pipelines/map?" in shown) == (role in SEES), page


def test_how_files_are_read_is_asked_of_those_who_bring_and_told_to_all(
    archive: Archive, sign_in_as: SignInAs, tmp_path: Path
) -> None:
    page = upload(sign_in_as(Role.COUNTER), files_of(tmp_path, street(), "csv")).location
    for role in sorted(STAFF):
        visitor = sign_in_as(role)
        shown = visitor.get(page).text
        assert "EPSG:4545" in shown
        doors = {door: f'action="{page}/{door}"' in shown for door in ("options", "read", "refuse")}
        assert set(doors.values()) == {role in ALLOWED["pipelines.bring"]}, (role, doors)
        assert ('class="facts"' in shown) != doors["options"], role
        if doors["refuse"]:
            assert visitor.get(f"{page}/refuse").status_code == 200, role


def test_the_bar_of_a_reading_leads_to_its_job_whoever_may_watch_it_and_nobody_else(
    archive: Archive, sign_in_as: SignInAs, tmp_path: Path
) -> None:
    counter = sign_in_as(Role.COUNTER)
    page = upload(counter, files_of(tmp_path, street(), "csv")).location
    counter.send(f"{page}/read")
    bar = f"/jobs/{archive.version(1).job_id}/"
    for visitor, may_watch in ((counter, True), (sign_in_as(Role.GUIDANCE), False)):
        shown = visitor.get(page).text
        assert ("job-label" in shown, bar in shown) == (True, may_watch)
        assert (visitor.get(f"{bar}progress").status_code == 200) == may_watch


@pytest.mark.parametrize("who", GROUPS)
def test_the_rules_of_the_database_are_those_of_the_pages(shared: Archive, people: SignInAs, who: str) -> None:
    role, organisation, expected = GROUPS[who]
    actor = _visitor(shared, people, role, organisation).actor
    assert actor is not None
    with shared.app.backend.reading() as session:
        counting = set(queries.current_versions(session, actor))
        datasets = {row.id for row in queries.handovers(session, actor, queries.HandoverFilter()).rows}
        wanted = {session.get_one(SurveyVersion, one).dataset_id for one in expected}
        newest = queries.newest_versions(session, actor, [session.get_one(Dataset, one) for one in datasets])
    assert datasets == wanted
    assert {version.id for version in newest.values()} == expected
    assert counting == expected - {CENSUS}, "what is not read yet has no lines"


def _doors(shared: Archive) -> dict[str, tuple[dict[str, str], set[Role]]]:
    """The doors that change something, what they take, and the staff who may pass."""
    waits, held = _page(shared, WAITS), _page(shared, HELD)
    number = held.rsplit("/", 2)[1]
    return {
        f"{waits}/accept": ({}, ALLOWED["pipelines.accept"]),
        f"{waits}/refuse": ({"reason": "x"}, ALLOWED["pipelines.accept"]),
        f"{waits}/read": ({}, ALLOWED["pipelines.bring"]),
        f"{waits}/reopen": ({}, ALLOWED["pipelines.bring"]),
        f"{waits}/options": ({"crs": "EPSG:4545"}, ALLOWED["pipelines.bring"]),
        f"/pipelines/surveys/{number}/volumes": ({"volume": "E1-1"}, ALLOWED["pipelines.link"]),
        f"/pipelines/surveys/{number}/volumes/1/remove": ({}, ALLOWED["pipelines.link"]),
        "/pipelines/segments/1/end": ({"reason": "x"}, ALLOWED["pipelines.accept"]),
    }


@pytest.mark.parametrize("role", [role for role in Role if role not in EXTERNAL])
def test_no_role_passes_a_door_that_the_table_closes(shared: Archive, people: SignInAs, role: Role) -> None:
    visitor = _visitor(shared, people, role)
    before = _stored(shared)
    for address, (values, allowed) in _doors(shared).items():
        if role not in allowed:
            assert visitor.send(address, values).status_code in {403, 404}, (role, address)
    assert _stored(shared) == before


@pytest.mark.parametrize("organisation", [CODE, OTHER])
@pytest.mark.parametrize("role", sorted(EXTERNAL))
def test_a_party_brings_and_decides_nothing(shared: Archive, people: SignInAs, role: Role, organisation: str) -> None:
    visitor = _visitor(shared, people, role, organisation)
    before = _stored(shared)
    for address, (values, _) in _doors(shared).items():
        if organisation == CODE and address.endswith(("/read", "/reopen", "/options")):
            continue
        assert visitor.send(address, values).status_code in {403, 404}, address
    assert _stored(shared) == before


def _stored(shared: Archive) -> dict[str, int]:
    """What there is, but for the audit, which notes the people that the tests make."""
    return {name: count for name, count in shared.counts().items() if name != "audit_entry"}


@pytest.mark.parametrize("role", Role)
def test_who_may_not_bring_a_survey_of_nobody_is_told_before_the_files_are_kept(
    shared: Archive, people: SignInAs, role: Role, tmp_path: Path
) -> None:
    if role in KEEPERS:
        return
    visitor = _visitor(shared, people, role, CODE if role in EXTERNAL else "")
    before = _stored(shared)
    assert upload(visitor, files_of(tmp_path, street(), "csv")).status_code == 403
    assert _stored(shared) == before
    assert visitor.get("/pipelines/surveys/new").status_code == (200 if role in EXTERNAL else 403)


def test_a_party_brings_for_its_own_project_until_it_is_accepted(
    archive: Archive, sign_in_as: SignInAs, tmp_path: Path
) -> None:
    paths = files_of(tmp_path / "a", street(), "csv")
    given = {"source": "project", "project": CODE}
    stranger = sign_in_as(Role.CLIENT, organisation_id=archive.other.client_id)
    answer = upload(stranger, paths, **given)
    assert (answer.status_code, archive.counts()["pipeline_dataset"]) == (403, 0), "there is no such project for them"
    with archive.app.backend.writing() as session:
        session.add(Party(project_id=archive.project.id, role="surveyor", organisation_id=archive.other.client_id))
    clerk = sign_in_as(Role.RECORD_CLERK, organisation_id=archive.other.client_id)
    page = upload(clerk, paths, **given).location
    assert clerk.send(f"{page}/read").status_code == 303
    archive.work()
    assert sign_in_as(Role.REVIEWER).send(f"{page}/accept").status_code == 303
    again = files_of(tmp_path / "b", shifted(street(), 1.0), "csv")
    assert upload(clerk, again, **given).status_code == 403
    assert upload(clerk, again, **given, replaces=page.rsplit("/", 2)[1]).status_code == 403


def test_nobody_brings_what_is_more_secret_than_they_may_see(
    archive: Archive, sign_in_as: SignInAs, tmp_path: Path
) -> None:
    paths = files_of(tmp_path, street(), "csv")
    counter = sign_in_as(Role.COUNTER, clearance=1)
    secret = next(code for code, rank in _secrecies(archive).items() if rank > 1)
    assert upload(counter, paths, secrecy=secret).status_code == 403
    assert archive.counts()["pipeline_dataset"] == 0
    assert upload(sign_in_as(Role.COUNTER, clearance=4), paths, secrecy=secret).status_code == 303
    assert counter.get(f"/pipelines/surveys/{archive.dataset(archive.version(1)).number}/1").status_code == 404


def _secrecies(archive: Archive) -> dict[str, int]:

    with archive.app.backend.reading() as session:
        return {term.code: term.rank for term in terms(session, "secrecy")}


@pytest.mark.parametrize("number", [0, 99, 2**31, 2**63, 10**30])
def test_versions_and_hand_overs_beyond_any_record_are_not_there(
    shared: Archive, people: SignInAs, number: int
) -> None:
    visitor = _visitor(shared, people, Role.COUNTER)
    page = _page(shared, HELD).rsplit("/", 1)[0]
    for address in (f"{page}/{number}", f"{page}/{number}/findings.xlsx", f"/pipelines/surveys/{number}"):
        assert visitor.get(address).status_code in {400, 404}
    assert visitor.get("/pipelines/surveys/%00").status_code in {400, 404}


def test_who_is_not_signed_in_is_led_to_the_door(shared: Archive) -> None:
    nobody = shared.app.test_client()
    for address in ("/pipelines/surveys", _page(shared, HELD), "/pipelines/map", "/pipelines/areas.json"):
        answer = nobody.get(address)
        assert answer.status_code in {302, 401, 403}, address
