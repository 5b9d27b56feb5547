"""What is given away comes back unchanged, to the last field, in either language."""

import pytest
from sqlalchemy.orm import Session

from archives.catalogue import codes, describing
from archives.config import Settings
from archives.projects.models import Project
from tests.catalogue.conftest import CATALOGUER, City, volumes_in
from tests.test_cli import Terminal

EVERY_VOLUME_FIELD = {
    "title": "施工文件 “一”——地基与基础（001）",
    "text_pages": "120",
    "drawing_sheets": "7",
    "other_count": "2",
    "compiled_by": "江城第一建筑工程有限公司",
    "compiled_on": "2025-03-05",
    "start_date": "2024-12-31",
    "end_date": "2025-03-01",
    "retention": "long",
    "secrecy": "confidential",
    "medium": "electronic",
    "keywords": "地基；基础",
    "abstract": "第一行\n第二行",
    "filed_by": "张三",
    "checked_by": "李四",
    "note": "见 A-1/2",
}
EVERY_ITEM_FIELD = {
    "title": "施工合同 0012.50",
    "document_no": "0012",
    "responsible": "江城建设公司等",
    "formed_on": "2025-01-02",
    "page_from": "1",
    "page_to": "12",
    "quantity": "3",
    "draft_state": "原件",
    "document_type": "合同",
    "retention": "short",
    "secrecy": "internal",
    "medium": "photograph",
    "specification": "A4",
    "keywords": "合同",
    "abstract": "提要",
    "note": "1/3",
}


@pytest.fixture
def full(city: City, library: Project) -> Session:
    """The library with every field filled somewhere, and volumes and items in every state of emptiness."""
    volume = volumes_in(city, library)["01", "1"]
    describing.save_volume(city.session, CATALOGUER, library, EVERY_VOLUME_FIELD, volume)
    describing.save_item(city.session, CATALOGUER, volume, {"sequence": "7", **EVERY_ITEM_FIELD})
    describing.save_volume(city.session, CATALOGUER, library, {"volume_no": "总-001", "title": "项目级文件"})
    codes.assign_codes(city.session, CATALOGUER, library, list(volumes_in(city, library).values()))
    city.session.commit()
    return city.session


@pytest.mark.parametrize("language", ["zh_Hans_CN", "en"])
def test_an_exported_project_is_taken_in_unchanged(
    language: str, full: Session, library: Project, settings: Settings
) -> None:
    terminal = Terminal(settings)
    terminal.environment["CHENGDANG_LANGUAGE"] = language
    out = settings.data / "list.xlsx"
    given = terminal.answer("catalogue", "export", "--project", library.code, str(out))
    assert (given["volumes"], given["items"]) == (4, 6)
    checked = terminal.answer("transfer", "check", str(out), "--project", library.code, "--json")
    assert (checked["rows"], checked["sound"]) == (10, 10)
    taken = terminal.answer("transfer", "import", str(out), "--project", library.code, "--json")
    assert (taken["added"], taken["changed"], taken["unchanged"], taken["refused"]) == (0, 0, 10, 0)


def test_an_unknown_project_is_misuse(full: Session, settings: Settings) -> None:
    result = Terminal(settings).run("catalogue", "export", "--project", "nothing", str(settings.data / "x.xlsx"))
    assert result.exit_code == 2
    assert not (settings.data / "x.xlsx").exists()
