"""Every bad input through both doors: a clear sentence in both languages, the right answer, and nothing left behind."""

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from xlsxwriter import Workbook

from archives.app import create_app
from archives.core.actors import Role
from archives.core.backend import open_backend
from archives.core.language import speaking
from tests.accession.conftest import CODE, OTHER, Office, open_office, upload
from tests.accession.lists import ITEM_HEADING, VOLUME_HEADING, item, list_of, sound_list, volume
from tests.core.sheets.workbooks import FIXTURES, macro_book, write_parts, write_xlsx
from tests.databases import Databases
from tests.test_cli import Terminal
from tests.visitors import Visitor, signing_in

Make = Callable[[Path], Path]


@pytest.fixture(scope="module")
def shared(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """One archives for all of them: whatever one leaves behind, the next would see."""
    settings = databases.fresh(tmp_path_factory.mktemp("bad") / "var")
    backend = open_backend(settings)
    app = create_app(settings, backend)
    app.test_client_class = Visitor
    office = open_office(app)
    office.take(list_of(tmp_path_factory.mktemp("held") / "held.xlsx", [volume("9", "已收案卷")], [item("9", 1)]))
    yield office
    backend.close()


@pytest.fixture(scope="module")
def client(shared: Office) -> Visitor:
    """The project's client."""
    return signing_in(shared.app)(Role.CLIENT, organisation_id=shared.project.client_id)


@pytest.fixture(scope="module")
def terminal(shared: Office) -> Terminal:
    """A terminal on the same archives."""
    return Terminal(shared.app.settings)


def _written(name: str, content: bytes) -> Make:
    def make(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(content)
        return path

    return make


def _package(path: Path, **members: bytes) -> Path:
    return write_parts(path, {name.replace("__", "/"): content for name, content in members.items()})


def _damaged(folder: Path) -> Path:
    path = sound_list(folder / "damaged.xlsx")
    path.write_bytes(path.read_bytes()[:2000])
    return path


UNREADABLE: dict[str, tuple[Make, int, str, str]] = {
    "a PDF": (_written("目录.xlsx", b"%PDF-1.7\n"), 422, "PDF", "a PDF document"),
    "a picture": (_written("目录.xlsx", b"\x89PNG\r\n\x1a\n"), 422, "图", "an image"),
    "encrypted": (_written("目录.xlsx", (FIXTURES / "encrypted.xlsx").read_bytes()), 422, "密码", "password"),
    "damaged": (_damaged, 422, "损坏", "is damaged"),
    "with macros": (lambda folder: macro_book(folder / "m.xlsm"), 422, "宏", "macros"),
    "a bomb": (lambda folder: _package(folder / "b.xlsx", xl__workbook_xml=bytes(100 << 20)), 413, "MB", "unpack to"),
    "empty": (_written("目录.xlsx", b""), 422, "空", "is empty"),
    "no rows at all": (lambda folder: write_xlsx(folder / "e.xlsx", A=[]), 422, "空", "is empty"),
    "ten megabytes of junk": (_written("目录.xlsx", Random(3).randbytes(10 << 20)), 422, "", ""),
    "junk that calls itself a package": (
        _written("目录.xlsx", b"PK\x03\x04" + Random(4).randbytes(3 << 20)),
        422,
        "损坏",
        "is damaged",
    ),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_is_no_list_is_refused_at_once(
    name: str, shared: Office, client: Visitor, terminal: Terminal, tmp_path: Path
) -> None:
    make, status, chinese, english = UNREADABLE[name]
    path = make(tmp_path)
    before = shared.counts()
    for language, said in (("zh_Hans_CN", chinese), ("en", english)):
        client.get(f"/language/{language}")
        answer = upload(client, f"{shared.address}/lists", path.name, path.read_bytes())
        assert answer.status_code == status
        assert said in answer.text
        assert "Traceback" not in answer.text
    told = terminal.run("transfer", "check", str(path), "--project", CODE, "--json")
    report = json.loads(told.stdout)
    assert (told.exit_code, report["rows"], report["sound"]) == (1, 0, 0)
    assert english in report["problems"][0]["message"]
    taken = terminal.run("transfer", "import", str(path), "--project", CODE, "--json")
    assert (taken.exit_code, json.loads(taken.stdout)) == (1, NOTHING)
    assert english in taken.stderr
    assert shared.counts() == before


NOTHING = {"added": 0, "changed": 0, "unchanged": 0, "refused": 0, "transfer": None}


def _since_1904(folder: Path) -> Path:
    path = folder / "since1904.xlsx"
    book = Workbook(path, {"date_1904": True})
    for name, heading, row in (("案卷目录", VOLUME_HEADING, volume("1")), ("卷内目录", ITEM_HEADING, item("1", 1))):
        sheet = book.add_worksheet(name)
        sheet.write_row(0, 0, heading)
        sheet.write_row(1, 0, row)
    sheet.write_number(1, 5, 44_000)  # a day count that lost its format: 2020 or, from 1904, 2024
    book.close()
    return path


def _computed(folder: Path) -> Path:
    path = folder / "formulas.xlsx"
    book = Workbook(path)
    sheet = book.add_worksheet("案卷目录")
    sheet.write_row(0, 0, VOLUME_HEADING)
    sheet.write_row(1, 0, volume("1"))
    sheet.write_formula(1, 2, '="图书馆"&"施工文件"', None, "图书馆施工文件")
    book.close()
    return path


def _merged(folder: Path) -> Path:
    path = folder / "merged.xlsx"
    book = Workbook(path)
    sheet = book.add_worksheet("案卷目录")
    sheet.write_row(0, 0, VOLUME_HEADING)
    sheet.write_row(1, 0, volume("1"))
    sheet.write_row(2, 0, volume(None))
    sheet.merge_range(1, 1, 2, 1, "1")  # two rows share one number
    book.close()
    return path


def _in_gb18030(folder: Path) -> Path:
    path = folder / "list.csv"
    rows = [VOLUME_HEADING, volume("1", "=HYPERLINK(1)"), volume("二", "㐀字文件", pages="三页")]
    path.write_bytes("\r\n".join(",".join(str(cell) for cell in row) for row in rows).encode("gb18030"))
    return path


FAULTY: dict[str, tuple[Make, set[tuple[int, str]]]] = {
    "formulas as titles": (
        lambda folder: list_of(folder / "a.xlsx", [volume("1", "=1+1"), volume("2", "@SUM(A1)"), volume("3", "+cmd")]),
        {(2, "title.formula"), (3, "title.formula"), (4, "title.formula")},
    ),
    "formulas in cells": (_computed, {(2, "cell.formula")}),
    "numbers where words belong": (
        lambda folder: list_of(folder / "a.xlsx", [volume("1", 12345), volume("2", "——")]),
        {(2, "title.no_words"), (3, "title.no_words")},
    ),
    "words where numbers belong": (
        lambda folder: list_of(folder / "a.xlsx", [volume("1", pages="十页")], [item("1", "甲")]),
        {(2, "text_pages.not_a_number"), (2, "sequence.not_a_number"), (2, "item.volume_refused")},
    ),
    "numbers of forty characters": (
        lambda folder: list_of(folder / "a.xlsx", [volume("1" * 40)]),
        {(2, "volume_no.too_long")},
    ),
    "days that count from 1904": (_since_1904, {(2, "formed_on.serial")}),
    "one number in a merged cell": (_merged, {(3, "number.twice")}),
    "one number twice": (
        lambda folder: list_of(folder / "a.xlsx", [volume("1"), volume("2"), volume("1")]),
        {(4, "number.twice")},
    ),
    "an item twice": (
        lambda folder: list_of(folder / "a.xlsx", [volume("1")], [item("1", 1), item("1", 1)]),
        {(3, "number.twice")},
    ),
    "an item of no volume": (
        lambda folder: list_of(folder / "a.xlsx", [volume("1")], [item("77", 1)]),
        {(2, "item.no_volume")},
    ),
    "a unit works that is not there": (
        lambda folder: list_of(folder / "a.xlsx", [["99", *volume("1")[1:]]]),
        {(2, "unit.unknown")},
    ),
    "text in GB18030": (_in_gb18030, {(2, "title.formula"), (2, "cell.formula"), (3, "text_pages.not_a_number")}),
}


@pytest.mark.parametrize("name", FAULTY)
def test_every_fault_is_told_with_its_place_and_nothing_is_taken(
    name: str, shared: Office, client: Visitor, terminal: Terminal, tmp_path: Path
) -> None:
    make, expected = FAULTY[name]
    path = make(tmp_path)
    told = terminal.run("transfer", "check", str(path), "--project", CODE, "--json")
    report = json.loads(told.stdout)
    faults = [problem for problem in report["problems"] if problem["severity"] == "error"]
    assert told.exit_code == 1
    assert {(problem["row"], problem["code"]) for problem in faults} == expected
    assert report["rows"] - report["sound"] == len({(problem["sheet"], problem["row"]) for problem in faults})
    before = shared.counts()
    taken = terminal.run("transfer", "import", str(path), "--project", CODE, "--json")
    assert (taken.exit_code, json.loads(taken.stdout)["added"], json.loads(taken.stdout)["transfer"]) == (1, 0, None)
    assert shared.counts() == before
    _pages_say_the_same(shared, client, path, {problem["message"] for problem in faults})


def _pages_say_the_same(office: Office, client: Visitor, path: Path, sentences: set[str]) -> None:
    held = [one.id for one in office.volumes()]
    client.get("/language/en")
    answer = upload(client, f"{office.address}/lists", path.name, path.read_bytes())
    assert answer.status_code == 303
    shown = _unescaped(client.get(answer.location).text)
    assert {sentence for sentence in sentences if sentence not in shown} == set()
    client.get("/language/zh_Hans_CN")
    with speaking("zh_Hans_CN"):
        assert not any(sentence in _unescaped(client.get(answer.location).text) for sentence in sentences)
    assert client.send(f"{answer.location}/take").status_code == 303
    assert office.worker().run_one()
    assert office.brought(int(answer.location.rpartition("/")[2])).state == "checked"
    assert [one.id for one in office.volumes()] == held


def _unescaped(text: str) -> str:
    for mark, sign in (("&#34;", '"'), ("&#39;", "'"), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        text = text.replace(mark, sign)
    return text


def test_hidden_sheets_are_read_and_told(terminal: Terminal, tmp_path: Path) -> None:
    path = tmp_path / "hidden.xlsx"
    book = Workbook(path)
    book.add_worksheet("说明").write_string(0, 0, "请看下一页")
    sheet = book.add_worksheet("案卷目录")
    sheet.write_row(0, 0, VOLUME_HEADING)
    sheet.write_row(1, 0, volume("1"))
    sheet.hide()
    book.close()
    told = terminal.answer("transfer", "check", str(path), "--project", CODE)
    assert told["rows"] == told["sound"] == 1
    assert {problem["code"] for problem in told["problems"]} == {"sheet.hidden", "sheet.not_a_list"}


def test_what_the_catalogue_has_is_changed_and_not_doubled(terminal: Terminal, shared: Office, tmp_path: Path) -> None:
    before = len(shared.volumes())
    path = list_of(tmp_path / "a.xlsx", [volume("9", "已收案卷之改名")])
    told = terminal.answer("transfer", "import", str(path), "--project", CODE)
    assert (told["added"], told["changed"]) == (0, 1)
    assert len(shared.volumes()) == before


@pytest.mark.parametrize(
    ("entry", "content", "status"),
    [
        ("../../etc/passwd", b"x", 422),
        ("/etc/passwd", b"x", 422),
        ("C:\\windows\\x.pdf", b"%PDF-1.7", 422),
        ("001\\..\\..\\x.pdf", b"%PDF-1.7", 422),
        ("tool.exe", b"MZ\x90\0", 422),
        ("x.pdf.lnk", b"x", 422),
        ("gap\x07.pdf", b"%PDF-1.7", 422),
        ("nothing.txt", bytes(100 << 20), 413),
    ],
)
def test_a_package_with_one_dangerous_entry_is_refused_whole(
    entry: str, content: bytes, status: int, shared: Office, client: Visitor, terminal: Terminal, tmp_path: Path
) -> None:
    path = tmp_path / "files.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("009/1 a.pdf", b"%PDF-1.7 sound")
        package.writestr(zipfile.ZipInfo(entry), content, zipfile.ZIP_DEFLATED)
    before = shared.counts()
    answer = upload(client, f"{shared.address}/files", "files.zip", path.read_bytes())
    assert answer.status_code == status, answer.text
    told = terminal.run("transfer", "files", str(path), "--project", CODE)
    assert (told.exit_code, told.stdout) == (1, "")
    assert told.stderr.strip()
    assert shared.counts() == before


def _encrypted_zip() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        package.writestr("a.pdf", b"%PDF-1.7")
    return (
        target.getvalue()
        .replace(b"PK\x03\x04\x14\0\0\0", b"PK\x03\x04\x14\0\1\0")
        .replace(b"PK\x01\x02\x14\x03\x14\0\0\0", b"PK\x01\x02\x14\x03\x14\0\1\0")
    )


def _broken_zip() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        package.writestr("a.pdf", b"%PDF-1.7 whole")
    return target.getvalue().replace(b"whole", b"wrong")


@pytest.mark.parametrize("content", [_encrypted_zip(), _broken_zip()])
def test_a_package_that_cannot_be_read_is_refused(content: bytes, shared: Office, client: Visitor) -> None:
    before = shared.counts()
    assert upload(client, f"{shared.address}/files", "files.zip", content).status_code == 422
    assert shared.counts() == before


def test_names_that_lead_elsewhere_are_only_names(shared: Office, client: Visitor, tmp_path: Path) -> None:
    content = sound_list(tmp_path / "a.xlsx").read_bytes()
    answer = upload(client, f"{shared.address}/lists", "../../../etc/目录.xlsx", content)
    assert shared.brought(int(answer.location.rpartition("/")[2])).name == "目录.xlsx"


def _post(client: Visitor, address: str, values: dict[str, Any], csrf: bool) -> int:
    return (client.send(address, values) if csrf else client.post(address, data=values)).status_code


@pytest.mark.parametrize("door", ["lists", "files"])
def test_who_sends_nothing_or_without_a_token_or_elsewhere_is_refused(
    door: str, shared: Office, client: Visitor
) -> None:
    before = shared.counts()
    field = door.replace("lists", "list")
    assert _post(client, f"{shared.address}/{door}", {}, csrf=True) == 422
    assert _post(client, f"{shared.address}/{door}", {field: (io.BytesIO(b""), "")}, csrf=True) == 422
    assert _post(client, f"{shared.address}/{door}", {field: (io.BytesIO(b"x"), "a.csv")}, csrf=False) == 400
    assert _post(client, f"/projects/{OTHER}/transfer/{door}", {field: (io.BytesIO(b"x"), "a.csv")}, csrf=True) == 404
    assert shared.counts() == before


def test_the_command_line_says_what_it_does_not_know(terminal: Terminal, tmp_path: Path) -> None:
    path = str(sound_list(tmp_path / "a.xlsx"))
    for arguments in (
        ("transfer", "check", path, "--project", "nowhere"),
        ("transfer", "import", path, "--project", "nowhere"),
        ("transfer", "check", path, "--project", CODE, "--unit", "99"),
        ("transfer", "check", str(tmp_path / "missing.xlsx"), "--project", CODE),
        ("transfer", "check", path),
    ):
        told = terminal.run(*arguments)
        assert (told.exit_code, told.stdout) == (2, "")
        assert told.stderr.strip()


def test_numbers_beyond_any_record_are_no_such_page(shared: Office, client: Visitor) -> None:
    for number in (2**31, 2**63, 10**30):
        assert client.get(f"{shared.address}/lists/{number}").status_code == 404
    assert client.get("/projects/%00/transfer").status_code in {400, 404}
