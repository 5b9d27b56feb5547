"""What is shown of files before they are read: what is wrong in them, what they call their columns, the ways out."""

import re
from pathlib import Path

from archives.core.actors import Role
from archives.core.sheets.limits import Limits
from archives.core.sheets.read import read_sheets
from archives.pipelines.models import BROUGHT, REFUSED
from archives.pipelines.surveys.previewing import LISTED
from tests.pipelines.conftest import Archive, files_of, street, upload
from tests.visitors import SignInAs, Visitor

STRANGE = "alpha,beta,gamma\nP1,469354.654,33.2\nP2,469355.654,33.4\n"


def faulty(folder: Path, wrong: int = 1) -> list[Path]:
    """A street with heights that are no numbers, a column without a heading, and one that nobody knows."""
    paths = files_of(folder, street(), "csv")
    points = next(path for path in paths if path.name == "points.csv")
    heading, *rows = points.read_text("gb18030").splitlines()
    rows = [_with_height(row, "abc") if at < wrong else row for at, row in enumerate(rows)]
    lines = [f"{heading},whatever,", *(f"{row},1,2" for row in rows)]
    points.write_text("\n".join(lines), "gb18030")
    return paths


def _with_height(row: str, height: str) -> str:
    cells = row.split(",")
    cells[7] = height
    return ",".join(cells)


def strange(visitor: Visitor, folder: Path) -> str:
    """Where a table is shown none of whose headings is known."""
    path = folder / "strange.csv"
    path.write_text(STRANGE)
    return str(upload(visitor, [path]).location)


def listed(page: str) -> str:
    """The table of faults of a preview."""
    found = re.search(r'<table[^>]*id="faults".*?</table>', page, re.DOTALL)
    assert found
    return found[0]


def test_faults_of_the_tables_are_named_and_not_only_counted(
    archive: Archive, sign_in_as: SignInAs, tmp_path: Path
) -> None:
    counter = sign_in_as(Role.COUNTER)
    counter.set_cookie("language", "en")
    shown = listed(counter.get(upload(counter, faulty(tmp_path)).location).text)
    assert "is no number: abc" in shown
    assert "Unknown column: whatever" in shown
    assert shown.index("no number") < shown.index("without a header") < shown.index("Unknown column")


def test_a_preview_names_the_first_faults_of_many(archive: Archive, sign_in_as: SignInAs, tmp_path: Path) -> None:
    counter = sign_in_as(Role.COUNTER)
    counter.set_cookie("language", "en")
    page = counter.get(upload(counter, faulty(tmp_path, wrong=40)).location).text
    assert listed(page).count("is no number: abc") == LISTED
    assert f"The first {LISTED} of " in page


def test_an_error_a_warning_and_a_notice_have_one_name_each_in_chinese(
    archive: Archive, sign_in_as: SignInAs, tmp_path: Path
) -> None:
    counter = sign_in_as(Role.COUNTER)
    page = upload(counter, faulty(tmp_path)).location
    badges = re.findall(r'class="badge[^"]*">([^<]+)', listed(counter.get(page).text))
    assert dict.fromkeys(badges) == dict.fromkeys(["错误", "警告", "提示"])
    assert counter.send(f"{page}/read").status_code == 303
    archive.work()
    found = counter.get(f"{page}/findings").text
    assert set(re.findall(r'class="badge[^"]*">([^<]+)', found)) >= {"错误", "警告", "提示"}
    assert "备注" not in found
    book = tmp_path / "findings.xlsx"
    book.write_bytes(counter.get(f"{page}/findings.xlsx").data)
    (sheet,) = read_sheets(book, book.name, Limits())
    assert {cells[1] for _, cells in sheet.rows[1:]} >= {"错误", "警告", "提示"}


def test_a_table_without_a_known_heading_shows_its_own(archive: Archive, sign_in_as: SignInAs, tmp_path: Path) -> None:
    counter = sign_in_as(Role.COUNTER)
    counter.set_cookie("language", "en")
    page = counter.get(strange(counter, tmp_path)).text
    assert "No column was recognised." in page
    assert "alpha、beta、gamma" in page
    assert "“Keep as profile” says once" in page
    assert "/profiles/new?" in page


def test_files_with_open_questions_can_be_withdrawn_and_brought_anew(
    archive: Archive, sign_in_as: SignInAs, tmp_path: Path
) -> None:
    counter = sign_in_as(Role.COUNTER)
    counter.set_cookie("language", "en")
    place = strange(counter, tmp_path)
    page = counter.get(place).text
    number = place.split("/")[-2]
    assert "To be answered before anything is stored" in page
    assert "Withdraw these files" in page
    assert f"/pipelines/surveys/new?replaces={number}" in page
    assert counter.send(f"{place}/refuse", {"reason": "the wrong files"}).status_code == 303
    assert archive.version(1).state == REFUSED
    after = counter.get(place).text
    assert "Not accepted" in after
    assert "the wrong files" in after
    assert "the wrong files" in counter.get("/pipelines/surveys").text
    again = upload(counter, files_of(tmp_path, street(), "csv"), replaces=number)
    assert again.location == f"/pipelines/surveys/{number}/2"
    assert archive.version(2).state == BROUGHT
