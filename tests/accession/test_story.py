"""The whole way through the pages: a list with faults, the list put right, files, the certificate, the shelf."""

import re
import zipfile
from collections.abc import Sequence
from datetime import date
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

import pypdfium2
import pytest
from sqlalchemy import select

from archives.accession.formats.columns import TEMPLATE_ITEM_COLUMNS, TEMPLATE_VOLUME_COLUMNS
from archives.catalogue.models import ACCESSIONED, ElectronicFile, Item, Volume
from archives.core import clock
from archives.core.actors import Role
from archives.core.jobs import Worker
from archives.core.sheets.limits import Limits
from archives.core.sheets.read import read_sheets
from archives.core.sheets.sheet import Sheet
from archives.core.sheets.write import Table, write_table
from archives.demo import evidence
from archives.demo.records import Works, volumes_of
from archives.features import REGISTRY
from tests.accession.conftest import Office, upload
from tests.stories.test_acceptance import move
from tests.visitors import SignInAs, Visitor

Raw = dict[str, Any]
WORKS = Works("江城图书馆工程", {"client": "江城建设投资公司2026-0001"}, date(2024, 1, 1), date(2025, 6, 1), unit="01")
VOLUMES = 24
APPLICATION = {"volumes": str(VOLUMES), "contact": "王资料员", "phone": "0550-1"}
SHELF = "1-02-03-04"


def _rows() -> tuple[list[Raw], list[Raw]]:
    """Everything that the filing scope asks of a building."""
    rows = list(volumes_of(WORKS, VOLUMES, Random(5)))
    return [dict(volume) for volume, _ in rows], [dict(item) for _, items in rows for item in items]


def _workbook(volumes: Sequence[Raw], items: Sequence[Raw]) -> bytes:
    target = BytesIO()
    tables = [Table("案卷目录", TEMPLATE_VOLUME_COLUMNS, volumes), Table("卷内目录", TEMPLATE_ITEM_COLUMNS, items)]
    write_table(target, *tables)
    return target.getvalue()


def _with_faults(volumes: Sequence[Raw], items: Sequence[Raw]) -> bytes:
    """The list as it first comes: five rows with a fault each."""
    volumes, items = [dict(volume) for volume in volumes], [dict(item) for item in items]
    volumes[0]["title"] = ""
    volumes[3]["volume_no"] = volumes[2]["volume_no"]
    volumes[7]["end_date"] = "2025-02-30"
    items[-1]["page_to"] = "十二"
    items[-2]["formed_on"] = date(2099, 1, 1)
    return _workbook(volumes, items)


def _sheets(content: bytes, folder: Path) -> list[Sheet]:
    path = folder / "answer.xlsx"
    path.write_bytes(content)
    return read_sheets(path, path.name, Limits())


def _package(items: Sequence[Item], volumes: dict[int, str]) -> bytes:
    """A PDF for each of some items by folder and number, and one that names none."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        for item in items:
            content = _pdf(item.id) if item.id != items[0].id else evidence.document(_READABLE, WORKS.name)
            package.writestr(f"{volumes[item.volume_id]}/{item.sequence} {item.title}.pdf", content)
        package.writestr("补充说明.pdf", _pdf(0))
    return target.getvalue()


_READABLE: Raw = {
    "title": "旁站记录",
    "document_no": "旁-7",
    "responsible": "云川监理",
    "formed_on": "2024-05-23",
    "page_from": 1,
    "page_to": 2,
}


def _pdf(number: int) -> bytes:
    """A paper that is like no other."""
    return b"%PDF-1.7\n%" + str(number).encode() + b"\n%%EOF\n"


class People:
    """Who has a part."""

    def __init__(self, sign_in_as: SignInAs, office: Office) -> None:
        self.counter = sign_in_as(Role.COUNTER, name="赵窗口")
        self.guide = sign_in_as(Role.GUIDANCE, name="孙指导")
        self.checker = sign_in_as(Role.CHECKER, name="李检查")
        self.reviewer = sign_in_as(Role.REVIEWER, name="周复核")
        self.director = sign_in_as(Role.DIRECTOR, name="陈馆长")
        self.stacks = sign_in_as(Role.STACKS, name="吴库管")
        self.client = sign_in_as(Role.CLIENT, organisation_id=office.project.client_id, name="王资料员")
        self.stranger = sign_in_as(Role.CLIENT, organisation_id=office.other.client_id, name="外人")


@pytest.fixture
def people(sign_in_as: SignInAs, office: Office) -> People:
    """Everybody, each in a browser of their own."""
    return People(sign_in_as, office)


def test_from_a_list_with_faults_to_the_shelf(office: Office, people: People, tmp_path: Path) -> None:
    project, today = office.project, clock.today().isoformat()
    move(people.counter, project, "commit", on=today, head="李主任", clerk="王资料员")
    move(people.counter, project, "notify", contact="赵窗口")
    move(people.guide, project, "collect")
    volumes, items = _rows()
    _brings_a_list_with_faults(office, people.client, _with_faults(volumes, items), tmp_path)
    _brings_it_put_right(office, people.client, _workbook(volumes, items), len(volumes) + len(items))
    stored = _brings_files(office, people.client)
    _says_what_the_works_do_not_have(office, people.client)
    _is_accepted(office, people)
    _enters_the_holdings(office, people)
    _is_in_the_register(office, people, tmp_path)
    _can_be_fetched(people, stored)
    _can_be_searched_through(people)


def _brings_a_list_with_faults(office: Office, client: Visitor, content: bytes, folder: Path) -> None:
    answer = upload(client, f"{office.address}/lists", "移交目录.xlsx", content)
    assert answer.status_code == 303, answer.text
    page = client.get(answer.location).text
    for said in (
        "缺少案卷题名",
        "该编号已在第 4 行出现",
        "不存在“2025-02-30”这一天",
        "“十二”不是整数",
        "日期 2099-01-01 晚于今天",
    ):
        assert said in page, said
    assert office.volumes() == []
    sheets = _sheets(client.get(f"{answer.location}/marked.xlsx").data, folder)
    assert {"案卷目录", "卷内目录"} <= {sheet.name for sheet in sheets}
    marked = "\n".join(str(cell) for row in sheets[0].rows for cell in row.cells)
    assert "2025-02-30" in marked
    assert client.send(f"{answer.location}/take").status_code == 303
    assert office.worker().run_one()
    assert "目录有误，未收入任何内容" in client.get(answer.location).text
    assert office.volumes() == [], "a list with faults is not taken as a whole"


def _brings_it_put_right(office: Office, client: Visitor, content: bytes, rows: int) -> None:
    answer = upload(client, f"{office.address}/lists", "移交目录.xlsx", content)
    assert client.send(f"{answer.location}/take").status_code == 303
    assert office.volumes() == [], "nothing is visible before the worker is done"
    assert office.worker().run_one()
    assert f">{rows:,}<" in client.get(answer.location).text
    assert len(office.volumes()) == VOLUMES


def _brings_files(office: Office, client: Visitor) -> int:
    with office.app.backend.reading() as session:
        items = session.scalars(select(Item).order_by(Item.id).limit(3)).all()
        numbers = {volume.id: volume.volume_no for volume in session.scalars(select(Volume))}
    package = _package(items, numbers)
    assert upload(client, f"{office.address}/files", "电子文件.zip", package).status_code == 303
    page = client.get(office.address).text
    assert page.count("icon-check") >= 3
    assert "电子文件 补充说明.pdf 没有对应的文件" in client.get(f"{office.address}/check").text
    link = re.search(rf"{re.escape(office.address)}/files/\d+/match", page)
    assert link
    number = numbers[items[0].volume_id]
    assert client.send(link[0], {"item": f"{number}-5"}).status_code == 303
    assert upload(client, f"{office.address}/files", "电子文件.zip", package).status_code == 303
    assert client.get(office.address).text.count("/match") == 4, "the same package twice adds nothing"
    return len(items) + 1


def _says_what_the_works_do_not_have(office: Office, client: Visitor) -> None:
    """Nothing was suspended, postponed or broken on this site, so there are no papers about it."""
    address = f"/projects/{office.project.code}/scope"
    missing = re.findall(r"([A-E][\d-]+) [^<]*：没有对应文件", client.get(f"{office.address}/check").text)
    assert missing
    assert client.send(address, {"codes": missing}).status_code == 422, "a reason is wanted"
    assert client.send(address, {"codes": missing, "reason": "本工程未发生"}).status_code == 303
    assert re.findall("[^>]*没有对应文件", client.get(f"{office.address}/check").text) == []


def _is_accepted(office: Office, people: People) -> None:
    today, project = clock.today().isoformat(), office.project
    move(people.client, project, "apply_pre", **APPLICATION)
    move(people.counter, project, "receive", materials="案卷目录")
    move(people.checker, project, "check", opinion="齐全")
    move(people.reviewer, project, "review", opinion="同意")
    move(people.director, project, "pass_pre", opinion="准予通过")
    move(people.client, project, "complete", on=today)
    move(people.client, project, "file_record", on=today)
    _says_what_the_works_do_not_have(office, people.client)
    move(people.client, project, "apply_transfer", **APPLICATION)
    move(people.checker, project, "check_conformity", opinion="相符")
    move(people.reviewer, project, "review_conformity", opinion="同意")
    move(people.director, project, "approve_conformity", opinion="同意接收")
    move(people.counter, project, "transfer", on=today, handed_by="王资料员", received_by="赵窗口")
    move(people.counter, project, "certify")


def _enters_the_holdings(office: Office, people: People) -> None:
    address = f"/projects/{office.project.code}/holdings"
    today = clock.today().isoformat()
    first = office.volumes()[0]
    assert people.client.send(address, {"on": today, "shelf": SHELF}).status_code == 403
    assert people.stacks.send(address, {"on": today}).status_code == 422, "every volume wants a shelf"
    assert {volume.accession_no for volume in office.volumes()} == {None}
    shelves = {"on": today, "shelf": SHELF, f"shelf_{first.id}": "9-01-01-01"}
    assert people.stacks.send(address, shelves).status_code == 303
    volumes = office.volumes()
    assert [volume.accession_no for volume in volumes] == list(range(1, VOLUMES + 1))
    assert len({volume.archival_code for volume in volumes}) == VOLUMES
    assert {volume.state for volume in volumes} == {ACCESSIONED}
    assert [volume.shelf_location for volume in volumes] == ["9-01-01-01", *[SHELF] * (VOLUMES - 1)]
    assert people.stacks.send(address, shelves).status_code == 409


def _is_in_the_register(office: Office, people: People, folder: Path) -> None:
    codes = [volume.archival_code or "" for volume in office.volumes()]
    page = people.stacks.get("/accession-register").text
    assert all(code in page for code in codes)
    assert not any(code in people.stranger.get("/accession-register").text for code in codes)
    paper = people.stacks.get("/accession-register.pdf")
    assert paper.mimetype == "application/pdf"
    printed = "".join(one.get_textpage().get_text_range() for one in pypdfium2.PdfDocument(paper.data))
    assert all(code in printed for code in codes)
    (sheet,) = _sheets(people.stacks.get("/accession-register.xlsx?first=2&last=4").data, folder)
    assert [row.cells[0] for row in sheet.rows[1:]] == [2, 3, 4]
    assert [row.cells[2] for row in sheet.rows[1:]] == codes[1:4]


def _can_be_fetched(people: People, stored: int) -> None:
    with people.client.application.backend.reading() as session:  # type: ignore[attr-defined]  # our own Application
        files = session.scalars(select(ElectronicFile).order_by(ElectronicFile.id)).all()
    assert len(files) == stored
    for file in files:
        assert people.client.application.files.is_sound(file.sha256)  # type: ignore[attr-defined]
        assert people.stacks.get(f"/catalogue/files/{file.id}", buffered=True).data.startswith(b"%PDF")
        assert people.stranger.get(f"/catalogue/files/{file.id}").status_code == 404


def _can_be_searched_through(people: People) -> None:
    app: Any = people.client.application
    assert "文件第 1 页" not in people.stacks.get("/search?q=正文:旁站记录").text, "nobody has read it yet"
    worker = Worker(app.backend, app.settings, REGISTRY.job_kinds)
    while worker.run_one():
        pass
    page = people.stacks.get("/search?q=正文:旁站记录").text
    assert "文件第 1 页" in page
    assert "<mark>旁站记录</mark>" in page
    item = re.findall(r"/catalogue/items/(\d+)", page)[0]
    assert "2 页" in people.stacks.get(f"/catalogue/items/{item}").text
    assert "文件第 1 页" not in people.stranger.get("/search?q=正文:旁站记录").text
