"""The pages of the catalogue through the web door."""

from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest

from archives.catalogue.models import ACCESSIONED, ElectronicFile, Item, Volume
from archives.core.actors import Role
from archives.core.clock import now
from archives.core.sheets.limits import Limits
from archives.core.sheets.read import read_sheets
from archives.projects.models import Project
from archives.web.application import Application
from tests.catalogue.conftest import City, volumes_in
from tests.visitors import SignInAs

MOST_STATEMENTS = 15
READING = (Role.CATALOGUER, Role.CLIENT, Role.RECORD_CLERK, Role.COUNTER, Role.ENGINEER, Role.READING_ROOM)


def text_of(paper: bytes) -> str:
    """Everything that can be copied out of a paper; spines are written downwards, a character a line."""
    document = pypdfium2.PdfDocument(paper)
    return "".join("".join(page.get_textpage().get_text_range().split()) for page in document)


@pytest.fixture
def shown(city: City, library: Project) -> dict[tuple[str, str], Volume]:
    """The library's volumes, committed."""
    found = volumes_in(city, library)
    city.session.commit()
    return found


@pytest.mark.parametrize("role", READING)
def test_every_page_opens_with_few_statements(
    role: Role,
    city: City,
    library: Project,
    shown: dict[tuple[str, str], Volume],
    sign_in_as: SignInAs,
    statements: list[str],
) -> None:
    for volume in shown.values():
        volume.state = ACCESSIONED
    library.state = "accessioned"
    volume = shown["01", "1"]
    item = city.session.query(Item).filter(Item.volume_id == volume.id).first()
    assert item is not None
    city.session.commit()
    visitor = sign_in_as(role, organisation_id=library.client_id)
    for path in (
        "/catalogue",
        f"/catalogue?project={library.code}&unit=01&class_code=I&state=accessioned&secrecy=public&works_type=building",
        "/catalogue?order=date",
        "/catalogue?order=code",
        "/catalogue/items",
        "/catalogue/items?words=测量&order=date",
        "/catalogue/tree",
        "/catalogue/tree/classes/I",
        "/catalogue/tree/classes/I3",
        f"/catalogue/tree/projects/{library.code}",
        f"/catalogue/tree/projects/{library.code}/units/01",
        f"/catalogue/tree/projects/{library.code}/units/-",
        f"/catalogue/tree/volumes/{volume.id}",
        f"/catalogue/volumes/{volume.id}",
        f"/catalogue/volumes/{volume.id}/history",
        f"/catalogue/items/{item.id}",
        f"/catalogue/items/{item.id}/history",
    ):
        statements.clear()
        answer = visitor.get(path)
        assert answer.status_code == 200, path
        assert len(statements) <= MOST_STATEMENTS, (path, len(statements), statements)


def test_nobody_without_a_role_in_the_catalogue_opens_it(sign_in_as: SignInAs, city: City) -> None:
    city.session.commit()
    for role in (Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN, Role.SECURITY_ADMIN):
        visitor = sign_in_as(role)
        assert {visitor.get(path).status_code for path in ("/catalogue", "/catalogue/items", "/catalogue/tree")} == {
            403
        }


def test_a_volume_is_added_described_and_restored_by_hand(
    shown: dict[tuple[str, str], Volume], library: Project, sign_in_as: SignInAs, city: City
) -> None:
    visitor = sign_in_as(Role.CATALOGUER)
    form = f"/catalogue/projects/{library.code}/volumes/new"
    assert "2" in visitor.get(f"{form}?unit=01").text
    refused = visitor.send(form, {"unit": "01", "volume_no": "", "title": "=1"})
    assert refused.status_code == 422
    assert 'href="#field-volume_no"' in refused.text
    assert 'href="#field-title"' in refused.text
    added = visitor.send(form, {"unit": "01", "volume_no": "9", "title": "屋面工程文件", "text_pages": "12"})
    assert added.status_code == 303
    page = added.headers["Location"]
    assert "屋面工程文件" in visitor.get(page).text
    edit = visitor.get(f"{page}/edit")
    assert "屋面工程文件</textarea>" in edit.text
    assert visitor.send(f"{page}/edit", {"version": "1", "title": "改后题名", "text_pages": "12"}).status_code == 303
    stale = visitor.send(f"{page}/edit", {"version": "1", "title": "第三种", "text_pages": "12"})
    assert stale.status_code == 409
    history = visitor.get(f"{page}/history").text
    assert "屋面工程文件" in history
    revision = history.split('name="revision" value="')[1].split('"')[0]
    assert visitor.send(f"{page}/restore", {"revision": revision, "field": "title"}).status_code == 303
    assert "屋面工程文件" in visitor.get(page).text


def test_an_item_is_added_moved_and_removed_by_hand(
    shown: dict[tuple[str, str], Volume], sign_in_as: SignInAs, city: City
) -> None:
    visitor, volume, target = sign_in_as(Role.CATALOGUER), shown["01", "1"], shown["01", "2"]
    form = f"/catalogue/volumes/{volume.id}/items/new"
    assert 'value="4"' in visitor.get(form).text
    assert visitor.send(form, {"sequence": "4", "title": ""}).status_code == 422
    assert visitor.send(form, {"sequence": "4", "title": "沉降观测记录"}).status_code == 303
    item = city.session.query(Item).filter(Item.title == "沉降观测记录").one()
    city.session.rollback()
    assert visitor.send(f"/catalogue/items/{item.id}/edit", {"version": "1", "title": "沉降记录"}).status_code == 303
    chosen = visitor.send(f"/catalogue/volumes/{volume.id}/items/choose", {"ids": [str(item.id)]})
    wizard = chosen.headers["Location"]
    preview = visitor.get(f"{wizard}&target={target.id}").text
    digest = preview.split('name="digest" value="')[1].split('"')[0]
    done = visitor.send(wizard, {"ids": [str(item.id)], "target": str(target.id), "digest": digest})
    assert done.status_code == 303
    batch = done.headers["Location"]
    assert "沉降记录" in visitor.get(batch).text
    assert visitor.send(batch.replace("/batches/", "/undo/")).status_code == 303
    assert "沉降记录" in visitor.get(f"/catalogue/volumes/{volume.id}").text
    assert visitor.get(f"/catalogue/items/{item.id}/remove").status_code == 200
    assert visitor.send(f"/catalogue/items/{item.id}/remove").status_code == 303
    assert visitor.get(f"/catalogue/items/{item.id}").status_code == 404


def test_volumes_are_changed_together_and_back(
    shown: dict[tuple[str, str], Volume], library: Project, sign_in_as: SignInAs
) -> None:
    visitor = sign_in_as(Role.CATALOGUER)
    path = f"/catalogue/volumes/edit?all=1&project={library.code}"
    preview = visitor.get(f"{path}&change=note&set-note=已核对").text
    assert preview.count("已核对") >= len(shown)
    digest = preview.split('name="digest" value="')[1].split('"')[0]
    values = {"all": "1", "project": library.code, "change": "note", "set-note": "已核对", "digest": digest}
    done = visitor.send("/catalogue/volumes/edit", values)
    assert done.status_code == 303
    assert "已核对" in visitor.get(f"/catalogue/volumes/{shown['01', '1'].id}").text
    assert visitor.send(done.headers["Location"].replace("/batches/", "/undo/")).status_code == 303
    assert "已核对" not in visitor.get(f"/catalogue/volumes/{shown['01', '1'].id}").text
    faulty = visitor.get(f"{path}&change=class_code&set-class_code=Z9").text
    assert "Z9" in faulty
    assert 'name="digest"' not in faulty


def test_the_wizards_of_volumes_open_and_do_their_work(
    shown: dict[tuple[str, str], Volume], sign_in_as: SignInAs, city: City
) -> None:
    visitor, first, second = sign_in_as(Role.CATALOGUER), shown["01", "1"], shown["01", "2"]
    for verb, ids in (("move", [second.id]), ("merge", [first.id, second.id]), ("edit", [first.id])):
        chosen = visitor.send("/catalogue/volumes/choose", {"verb": verb, "ids": [str(one) for one in ids]})
        assert visitor.get(chosen.headers["Location"]).status_code == 200
    assert visitor.send("/catalogue/volumes/choose", {"verb": "move"}).headers["Location"] == "/catalogue"
    numbers = f"/catalogue/volumes/{first.id}/renumber"
    assert visitor.get(f"{numbers}?prefix==&first=1&width=3").status_code == 200
    preview = visitor.get(f"{numbers}?prefix=A&first=1&width=3").text
    digest = preview.split('name="digest" value="')[1].split('"')[0]
    values = {"prefix": "A", "first": "1", "width": "3", "digest": digest}
    assert visitor.send(numbers, values).status_code == 303
    preview = visitor.get(f"/catalogue/volumes/merge?ids={first.id}&ids={second.id}").text
    digest = preview.split('name="digest" value="')[1].split('"')[0]
    both = {"ids": [str(first.id), str(second.id)], "into": str(first.id)}
    assert visitor.send("/catalogue/volumes/merge", {**both, "digest": digest}).status_code == 303
    assert visitor.get(f"/catalogue/volumes/{second.id}").status_code == 404
    assert visitor.get(f"/catalogue/volumes/{first.id}/items/renumber").status_code == 200


def test_codes_are_given_by_hand_and_by_template(
    shown: dict[tuple[str, str], Volume], library: Project, sign_in_as: SignInAs
) -> None:
    visitor, volume = sign_in_as(Role.STACKS), shown["01", "1"]
    form = f"/catalogue/volumes/{volume.id}/codes"
    assert f"I3-{library.id:04d}-001" in visitor.get(form).text
    assert visitor.send(form, {"archival_code": "甲/1", "shelf_location": "A-01"}).status_code == 303
    assert visitor.send(form, {"archival_code": "X" * 41}).status_code == 422
    assert visitor.get("/catalogue/code/甲/1").headers["Location"] == f"/catalogue/volumes/{volume.id}"
    every = f"/catalogue/projects/{library.code}/codes"
    assert visitor.get(every).status_code == 200
    assert visitor.send(every).status_code == 303
    assert f"I3-{library.id:04d}-002" in visitor.get(f"/catalogue?project={library.code}").text


def test_own_fields_are_defined_on_their_page_and_stand_in_the_form(
    shown: dict[tuple[str, str], Volume], sign_in_as: SignInAs
) -> None:
    visitor = sign_in_as(Role.CATALOGUER)
    assert visitor.get("/catalogue/fields", follow_redirects=True).status_code == 200
    assert visitor.send("/catalogue/fields/volume", {"name_zh": "", "kind": "text"}).status_code == 422
    assert visitor.send("/catalogue/fields/volume", {"name_zh": "装具", "kind": "text"}).status_code == 303
    page = f"/catalogue/volumes/{shown['01', '1'].id}"
    assert "装具" in visitor.get(f"{page}/edit").text
    values = {"version": "1", "title": "题名", "text_pages": "1", "extra.office1": "五厘米盒"}
    assert visitor.send(f"{page}/edit", values).status_code == 303
    assert "五厘米盒" in visitor.get(page).text
    assert visitor.get("/catalogue/fields/volume/office1/remove").status_code == 200
    assert visitor.send("/catalogue/fields/volume/office1/remove").status_code == 303
    assert "五厘米盒" not in visitor.get(page).text
    assert visitor.get("/catalogue/fields/nothing").status_code == 404


@pytest.mark.parametrize("form", ["cover", "contents", "note", "spine"])
def test_the_forms_of_a_volume_are_papers(
    form: str, shown: dict[tuple[str, str], Volume], sign_in_as: SignInAs
) -> None:
    answer = sign_in_as(Role.CATALOGUER).get(f"/catalogue/volumes/{shown['01', '1'].id}/{form}.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert "施工文件1" in text_of(answer.data)


def test_the_papers_of_a_project_name_every_volume(
    shown: dict[tuple[str, str], Volume], library: Project, sign_in_as: SignInAs
) -> None:
    visitor = sign_in_as(Role.CLIENT, organisation_id=library.client_id)
    for paper in ("catalogue", "spines"):
        answer = visitor.get(f"/catalogue/projects/{library.code}/{paper}.pdf")
        assert answer.status_code == 200
        assert text_of(answer.data).count("施工文件") == len(shown)
    chosen = visitor.get(f"/catalogue/spines.pdf?ids={shown['01', '2'].id}&depth=40")
    assert "施工文件2" in text_of(chosen.data)


def test_a_file_is_given_by_permission(
    shown: dict[tuple[str, str], Volume], app: Application, sign_in_as: SignInAs, city: City
) -> None:
    volume = shown["01", "1"]
    item = city.session.query(Item).filter(Item.volume_id == volume.id, Item.sequence == 1).one()
    stored = app.files.add(BytesIO(b"%PDF-1.7 content"))
    known = {"format": "PDF", "media_type": "application/pdf", "received_at": now(), "size": stored.size}
    accepted = ElectronicFile(item_id=item.id, name="a.pdf", sha256=stored.sha256, is_accepted=True, **known)
    waiting = ElectronicFile(item_id=item.id, name="b.pdf", sha256=stored.sha256, is_accepted=False, **known)
    city.session.add_all([accepted, waiting])
    city.session.commit()
    visitor = sign_in_as(Role.READING_ROOM)
    assert stored.sha256 in visitor.get(f"/catalogue/items/{item.id}").text
    answer = visitor.get(f"/catalogue/files/{accepted.id}")
    assert (answer.data, answer.headers["Content-Disposition"]) == (b"%PDF-1.7 content", "attachment; filename=a.pdf")
    answer.close()
    assert visitor.get(f"/catalogue/files/{waiting.id}").status_code == 404
    item.secrecy = 3
    other = city.organisation("另一公司").id
    city.session.commit()
    stranger = sign_in_as(Role.CLIENT, organisation_id=other)
    assert stranger.get(f"/catalogue/files/{accepted.id}").status_code == 404
    assert sign_in_as(Role.READING_ROOM, clearance=1).get(f"/catalogue/files/{accepted.id}").status_code == 404


def test_the_tree_goes_down_to_the_item(
    shown: dict[tuple[str, str], Volume], library: Project, sign_in_as: SignInAs
) -> None:
    visitor = sign_in_as(Role.CATALOGUER)
    path = "/catalogue/tree"
    for step in ("classes/I", "classes/I3", f"projects/{library.code}", f"projects/{library.code}/units/01"):
        answer = visitor.get(path).text
        assert f'hx-get="/catalogue/tree/{step}"' in answer, (path, step)
        path = f"/catalogue/tree/{step}"
    volume = shown["01", "1"]
    assert f'hx-get="/catalogue/tree/volumes/{volume.id}"' in visitor.get(path).text
    assert "测量记录之3" in visitor.get(f"/catalogue/tree/volumes/{volume.id}").text


def test_an_exported_list_holds_what_the_page_shows(
    shown: dict[tuple[str, str], Volume], library: Project, city: City, sign_in_as: SignInAs, tmp_path: Path
) -> None:
    visitor = sign_in_as(Role.CLIENT, organisation_id=library.client_id)
    for kind, rows in (("volumes", 3), ("items", 5)):
        target = tmp_path / f"{kind}.xlsx"
        target.write_bytes(visitor.get(f"/catalogue/{kind}.xlsx?project={library.code}").data)
        sheet = read_sheets(target, target.name, Limits(file_bytes=1 << 20, rows=1000))[0]
        assert len(sheet.rows) == rows + 1
        assert sheet.rows[1].cells[0] == library.code
    stranger = city.organisation("另一公司").id
    city.session.commit()
    other = sign_in_as(Role.CLIENT, organisation_id=stranger)
    target.write_bytes(other.get("/catalogue/items.xlsx").data)
    assert len(read_sheets(target, target.name, Limits(file_bytes=1 << 20, rows=1000))[0].rows) == 1
