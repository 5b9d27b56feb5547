"""Who may do what with transfers, what nobody may see, and what a page costs."""

from pathlib import Path

import pytest
from sqlalchemy import select, update

from archives.accession import queries
from archives.accession.actions import ACTIONS
from archives.accession.models import TransferList
from archives.catalogue.actions import READERS, Standing
from archives.catalogue.models import ACCESSIONED, ARRIVING, IN_TRANSFER, Item, Volume
from archives.catalogue.queries import visible_items_to, visible_to
from archives.core.actors import ADMINISTRATORS, EXTERNAL, STAFF, TOP_CLEARANCE, Actor, Role
from archives.core.backend import Backend
from archives.core.jobs import Job
from archives.projects.models import Party, Project
from tests.accession.conftest import CODE, Office, upload
from tests.accession.lists import item, list_of, sound_list, volume
from tests.visitors import SignInAs, Visitor

MOST_STATEMENTS = 15
OWN, FOREIGN = 7, 8
OURS = Standing(IN_TRANSFER, frozenset({OWN}))
OVER = Standing(IN_TRANSFER, frozenset({OWN}), is_closed=True)

ALLOWED: dict[str, set[Role]] = {
    "accession.bring": {Role.COUNTER, Role.GUIDANCE, Role.CATALOGUER},
    "accession.take": {Role.COUNTER, Role.CATALOGUER},
    "accession.exempt": {Role.COUNTER, Role.GUIDANCE},
    "accession.enter": {Role.STACKS, Role.CATALOGUER},
}
"""The archives' own people; of the parties only those of the project, and only before the hand-over."""
BY_PARTIES = {"accession.bring", "accession.take", "accession.exempt"}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.name)
def test_the_truth_table(action: object, role: Role) -> None:
    name, allows = action.name, action.allows  # type: ignore[attr-defined]  # an Action
    own, foreign = (Actor("account", "x", 1, frozenset({role}), organisation) for organisation in (OWN, FOREIGN))
    by_party = role in EXTERNAL and name in BY_PARTIES
    assert allows(own, OURS) == (role in ALLOWED[name] or by_party)
    assert allows(own, OVER) == (role in ALLOWED[name])
    assert allows(foreign, OURS) == (role in ALLOWED[name])


def _addresses(office: Office, list_id: int) -> dict[str, tuple[str, set[Role]]]:
    """The doors that change something, and the staff who may pass."""
    page = f"{office.address}/lists/{list_id}"
    return {
        f"{office.address}/lists": ("list", ALLOWED["accession.bring"]),
        f"{office.address}/files": ("files", ALLOWED["accession.bring"]),
        f"{page}/check": ("", ALLOWED["accession.bring"]),
        f"{page}/take": ("", ALLOWED["accession.take"]),
        f"/projects/{CODE}/scope": ("", ALLOWED["accession.exempt"]),
        f"/projects/{CODE}/holdings": ("", ALLOWED["accession.enter"]),
    }


def _brought(office: Office, sign_in_as: SignInAs, path: Path) -> tuple[Visitor, str]:
    """The client with a list that waits for a decision."""
    client = sign_in_as(Role.CLIENT, organisation_id=office.project.client_id)
    answer = upload(client, f"{office.address}/lists", path.name, path.read_bytes())
    return client, str(answer.location)


def test_no_role_passes_a_door_that_the_table_closes(office: Office, sign_in_as: SignInAs, tmp_path: Path) -> None:
    _, page = _brought(office, sign_in_as, sound_list(tmp_path / "a.xlsx"))
    before = _stored(office)
    doors = _addresses(office, int(page.rpartition("/")[2]))
    for role in sorted(STAFF | ADMINISTRATORS | {Role.ENGINEER, Role.AUTHORITY}):
        visitor = sign_in_as(role)
        sees = role in STAFF or role is Role.AUTHORITY
        for address, (field, allowed) in doors.items():
            if role in allowed:
                continue
            values = {"codes": "A1-01", "reason": "无", "on": "2026-01-01", "shelf": "1"}
            answer = (
                upload(visitor, address, "a.xlsx", (tmp_path / "a.xlsx").read_bytes())
                if field
                else visitor.send(address, values)
            )
            expected = {403} if sees else {404}
            if address.endswith("/holdings") and sees:
                expected = {403, 409}
            assert answer.status_code in expected, (role, address)
    assert _stored(office) == before


def _stored(office: Office) -> dict[str, int]:
    """What there is, but for the audit, which notes the people that the test makes."""
    return {name: count for name, count in office.counts().items() if name != "audit_entry"}


def test_another_client_finds_nothing_of_it(office: Office, sign_in_as: SignInAs, tmp_path: Path) -> None:
    client, page = _brought(office, sign_in_as, sound_list(tmp_path / "a.xlsx"))
    client.send(f"{page}/take")
    job_id = office.brought(int(page.rpartition("/")[2])).job_id
    stranger = sign_in_as(Role.CLIENT, organisation_id=office.other.client_id)
    elsewhere = page.replace(CODE, office.other.code)
    for address in (office.address, page, f"{page}/marked.xlsx", elsewhere, f"{elsewhere}/marked.xlsx"):
        assert stranger.get(address).status_code == 404
    for address in (f"{page}/take", f"{elsewhere}/take", f"{elsewhere}/check"):
        assert stranger.send(address).status_code == 404
    for address in (f"/jobs/{job_id}", f"/jobs/{job_id}/progress"):
        assert client.get(address).status_code == 200
        assert stranger.get(address).status_code == 404
    assert stranger.send(f"/jobs/{job_id}/cancel").status_code == 404
    assert stranger.get("/jobs").text.count(f"/jobs/{job_id}") == 0
    assert office.worker().run_one(job_id)


def test_a_contractors_clerk_brings_lists_until_the_hand_over(
    office: Office, sign_in_as: SignInAs, tmp_path: Path
) -> None:
    with office.app.backend.writing() as session:
        contractor = Party(
            project_id=office.project.id, role="contractor", organisation_id=office.other.client_id, position=0
        )
        session.add(contractor)
    clerk = sign_in_as(Role.RECORD_CLERK, organisation_id=office.other.client_id)
    content = sound_list(tmp_path / "a.xlsx").read_bytes()
    assert upload(clerk, f"{office.address}/lists", "a.xlsx", content).status_code == 303
    with office.app.backend.writing() as session:
        session.execute(update(Project).where(Project.id == office.project.id).values(state="certified"))
    assert upload(clerk, f"{office.address}/lists", "a.xlsx", content).status_code == 403
    counter = sign_in_as(Role.COUNTER)
    assert upload(counter, f"{office.address}/lists", "a.xlsx", content).status_code == 303
    with office.app.backend.writing() as session:
        session.execute(update(Project).where(Project.id == office.project.id).values(state="accessioned"))
    assert upload(counter, f"{office.address}/lists", "a.xlsx", content).status_code == 409


def test_the_secret_is_hidden_from_whoever_is_not_cleared(office: Office, sign_in_as: SignInAs, tmp_path: Path) -> None:
    path = list_of(tmp_path / "a.xlsx", [volume("1", "机要通信管线", secrecy="秘密"), volume("2", "公开管线")])
    taken = office.take(path)
    with office.app.backend.writing() as session:
        session.execute(update(Project).where(Project.id == office.project.id).values(state="certified"))
    page = f"{office.address}/lists/{taken.id}/marked.xlsx"
    for clearance, status in ((TOP_CLEARANCE, 200), (0, 403)):
        keeper = sign_in_as(Role.STACKS, clearance=clearance)
        shown = keeper.get(f"/projects/{CODE}/holdings").text
        assert "公开管线" in shown
        assert ("机要通信管线" in shown) == (status == 200)
        assert keeper.get(page).status_code == status
    assert keeper.send(f"/projects/{CODE}/holdings", {"on": "2026-01-01", "shelf": "1"}).status_code == 403


HIDDEN = "尚未到馆之案卷"


def _staged(office: Office, folder: Path) -> dict[str, object]:
    """A volume and its item that an import is writing, as `kill -9` would leave them."""
    office.take(list_of(folder / "seen.xlsx", [volume("1", "看得见的案卷")], [item("1", 1)]))
    office.take(list_of(folder / "hidden.xlsx", [volume("2", HIDDEN)], [item("2", 1, f"{HIDDEN}内文件")]))
    hidden = next(one for one in office.volumes() if one.title == HIDDEN)
    with office.app.backend.writing() as session:
        session.execute(update(Volume).where(Volume.id == hidden.id).values(state=ARRIVING))
        item_id = session.query(Item.id).filter(Item.volume_id == hidden.id).scalar()
    return {"code": CODE, "volume_id": hidden.id, "item_id": item_id, "project_id": office.project.id, "unit_id": 0}


def _pages(office: Office, known: dict[str, object], about: frozenset[str] = frozenset()) -> list[str]:
    """Every address that can be asked for with what is known; only those that name something of `about`."""
    rules = [rule for rule in office.app.url_map.iter_rules() if "GET" in (rule.methods or set())]
    fitting = [
        rule
        for rule in rules
        if rule.arguments <= known.keys() and not rule.endpoint.startswith(ELSEWHERE) and about <= rule.arguments
    ]
    adapter = office.app.url_map.bind("localhost")
    return [adapter.build(rule.endpoint, {name: known[name] for name in rule.arguments}) for rule in fitting]


ELSEWHERE = ("static", "language", "accounts", "jobs.", "accession.template")
"""Pages that speak of no record."""


@pytest.mark.parametrize("role", [Role.COUNTER, Role.CATALOGUER, Role.CLIENT, Role.AUTHORITY], ids=str)
def test_what_is_still_arriving_is_on_no_page(role: Role, office: Office, sign_in_as: SignInAs, tmp_path: Path) -> None:
    known = _staged(office, tmp_path)
    visitor = sign_in_as(role, organisation_id=office.project.client_id if role is Role.CLIENT else None)
    pages = _pages(office, known)
    assert len(pages) > 20
    for address in pages:
        answer = visitor.get(address, buffered=True)
        assert answer.status_code < 500, address
        assert not str(answer.mimetype).startswith("text") or HIDDEN not in answer.text, address
    of_it = _pages(office, known, frozenset({"volume_id"})) + _pages(office, known, frozenset({"item_id"}))
    assert of_it
    assert {visitor.get(address).status_code for address in of_it} <= {403, 404}
    assert "看得见的案卷" in visitor.get("/catalogue?words=案卷").text or role in READERS


@pytest.mark.parametrize("role", Role)
def test_what_is_still_arriving_is_in_no_bodys_list(
    role: Role, office: Office, backend: Backend, tmp_path: Path
) -> None:
    _staged(office, tmp_path)
    actor = Actor("account", "x", 1, frozenset({role}), office.project.client_id, TOP_CLEARANCE)
    with backend.reading() as session:
        assert HIDDEN not in session.scalars(select(Volume.title).where(visible_to(actor))).all()
        items = select(Item.title).join(Volume, Volume.id == Item.volume_id).where(visible_items_to(actor))
        assert not any(HIDDEN in title for title in session.scalars(items))


def test_the_machines_check_and_the_matching_do_not_see_it_either(
    office: Office, backend: Backend, tmp_path: Path
) -> None:
    _staged(office, tmp_path)
    with backend.reading() as session:
        facts = queries.transfer_facts(session, session.get_one(Project, office.project.id))
    assert (facts.volumes, facts.items) == (1, 1)


def _full(office: Office, sign_in_as: SignInAs, folder: Path) -> list[str]:
    """A project with lists, faults, files, volumes that wait and others that are in the holdings; its pages."""
    faulty = [*(volume(f"x{number}", "=1") for number in range(200)), *(volume(f"y{number}") for number in range(40))]
    client, page = _brought(office, sign_in_as, list_of(folder / "faulty.xlsx", faulty))
    office.take(sound_list(folder / "sound.xlsx", volumes=120))
    for number in range(12):
        upload(client, f"{office.address}/files", f"{number}.pdf", b"%PDF-1.7\n" + bytes([48 + number]))
    with office.app.backend.writing() as session:
        for number, one in enumerate(office.volumes()[:60], 1):
            entered = {"state": ACCESSIONED, "accession_no": number, "archival_code": f"E1-{number}"}
            session.execute(update(Volume).where(Volume.id == one.id).values(entered))
    return [
        office.address,
        page,
        f"{page}/marked.xlsx",
        f"{office.address}/check",
        f"/projects/{CODE}/scope",
        f"/projects/{CODE}/holdings",
        "/accession-register",
        "/accession-register.pdf",
        "/accession-register.xlsx",
        "/transfers/template.xlsx",
    ]


def test_no_page_takes_more_than_fifteen_statements(
    office: Office, sign_in_as: SignInAs, tmp_path: Path, statements: list[str]
) -> None:
    pages = _full(office, sign_in_as, tmp_path)
    visitors = [
        sign_in_as(Role.COUNTER),
        sign_in_as(Role.STACKS, Role.CATALOGUER, clearance=1),
        sign_in_as(Role.CLIENT, organisation_id=office.project.client_id),
    ]
    costs: dict[str, int] = {}
    for visitor in visitors:
        for address in pages:
            statements.clear()
            assert visitor.get(address).status_code == 200, address
            costs[address] = max(costs.get(address, 0), len(statements))
    assert {address: cost for address, cost in costs.items() if cost > MOST_STATEMENTS} == {}


def test_a_job_and_its_list_are_one_persons(office: Office, tmp_path: Path) -> None:
    list_id, job_id = office.bring(sound_list(tmp_path / "a.xlsx"))
    with office.app.backend.reading() as session:
        job = session.get_one(Job, job_id)
        assert (job.subject_kind, job.subject_id) == ("list", list_id)
        assert session.get_one(TransferList, list_id).job_id == job.id
