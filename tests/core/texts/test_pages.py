"""What can be read in files of each format, and that no file harms the reader."""

import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archives.core.errors import ArchivesError
from archives.core.language import msg
from archives.core.sheets.columns import Column
from archives.core.sheets.write import Table, write_table
from archives.core.texts.apart import Apart
from archives.core.texts.pages import LONGEST, can_have_text, pages_of
from archives.demo.evidence import document
from archives.discovery.models import FIELDS
from search.contract import LONGEST_TEXT

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SLIDE = "http://schemas.openxmlformats.org/drawingml/2006/main"
OFD = "http://www.ofdspec.org/2016"


def packed(**members: str) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in members.items():
            package.writestr(name, content)
    return target.getvalue()


def slide(said: str) -> str:
    return f'<p:sld xmlns:p="urn:p" xmlns:a="{SLIDE}"><a:p><a:r><a:t>{said}</a:t></a:r></a:p></p:sld>'


def ofd_page(*said: str) -> str:
    parts = "".join(f"<ofd:TextObject><ofd:TextCode X='1'>{one}</ofd:TextCode></ofd:TextObject>" for one in said)
    return f'<ofd:Page xmlns:ofd="{OFD}"><ofd:Content><ofd:Layer>{parts}</ofd:Layer></ofd:Content></ofd:Page>'


def sheet() -> bytes:
    target = BytesIO()
    write_table(target, Table("材料", (Column("name", msg("Title")),), [{"name": "球墨铸铁管 DN300"}]))
    return target.getvalue()


def dxf(*entities: tuple[str, int, str]) -> bytes:
    pairs = [(0, "SECTION"), (2, "ENTITIES")]
    for kind, code, said in entities:
        pairs += [(0, kind), (8, "TITLE"), (code, said)]
    return "".join(f"{code:>3}\n{value}\n" for code, value in [*pairs, (0, "EOF")]).encode("gbk")


ITEM = {"title": "监理日志", "document_no": "监-7", "responsible": "云川监理", "formed_on": "2024-05-23"}

READ: dict[str, tuple[str, Callable[[], bytes], list[str]]] = {
    "a PDF of two pages": (
        "PDF",
        lambda: document({**ITEM, "page_from": 1, "page_to": 2}, "工程"),
        ["监理日志", "2 / 2"],
    ),
    "a Word document": (
        "DOCX",
        lambda: packed(
            **{
                "word/document.xml": f'<w:document xmlns:w="{WORD}"><w:body><w:p><w:r><w:t>隐蔽</w:t></w:r>'
                "<w:r><w:t>工程</w:t></w:r></w:p><w:p><w:r><w:t>验收</w:t></w:r></w:p></w:body></w:document>"
            }
        ),
        ["隐蔽工程\n验收"],
    ),
    "slides in the order of their numbers": (
        "PPTX",
        lambda: packed(**{f"ppt/slides/slide{n}.xml": slide(f"第{n}张") for n in (10, 2, 1)}),
        ["第1张", "第2张", "第10张"],
    ),
    "an OFD": (
        "OFD",
        lambda: packed(
            **{
                "OFD.xml": "<ofd/>",
                "Doc_0/Pages/Page_0/Content.xml": ofd_page("竣工验收", "备案表"),
                "Doc_0/Pages/Page_1/Content.xml": ofd_page("附页"),
            }
        ),
        ["竣工验收\n备案表", "附页"],
    ),
    "a workbook": ("XLSX", sheet, ["球墨铸铁管 DN300"]),
    "a text in GBK": ("TXT", lambda: "施工日志：浇筑".encode("gb18030"), ["施工日志：浇筑"]),
    "markup": ("HTML", "<script>路</script><p>桥&amp;涵</p>".encode, ["桥&涵"]),
    "a drawing": (
        "DXF",
        lambda: dxf(("TEXT", 1, "给水平面图"), ("LINE", 1, "不是字"), ("MTEXT", 1, r"{\fSimSun|b0;管径}\PDN300")),
        ["给水平面图\n管径\nDN300"],
    ),
}


def kept(folder: Path, content: bytes) -> Path:
    path = folder / "file"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(("found", "make", "expected"), READ.values(), ids=READ)
def test_pages_are_read(tmp_path: Path, found: str, make: Callable[[], bytes], expected: list[str]) -> None:
    pages = pages_of(kept(tmp_path, make()), "文件", found)
    assert len(pages) == len(expected)
    assert all(said in page for said, page in zip(expected, pages, strict=True)), pages


def test_a_picture_has_no_page(tmp_path: Path) -> None:
    assert not can_have_text("TIFF")
    assert pages_of(kept(tmp_path, b"II*\0"), "扫描", "TIFF") == []


def test_no_more_is_read_than_the_index_keeps(tmp_path: Path) -> None:
    assert LONGEST == LONGEST_TEXT
    pages = pages_of(kept(tmp_path, ("桥" * (LONGEST + 7)).encode()), "长", "TXT")
    assert [len(page) for page in pages] == [LONGEST]
    assert all(one.name != "long" for one in FIELDS)


def test_no_page_holds_what_a_database_refuses_or_what_tells_pages_apart(tmp_path: Path) -> None:
    content = dxf(("TEXT", 1, "桥\x0c涵"))
    assert pages_of(kept(tmp_path, content), "图", "DXF") == ["桥 涵"]


BAD = {
    "no PDF at all": ("PDF", b"%PDF-1.7 nonsense"),
    "no package": ("OFD", b"PK\3\4 nonsense"),
    "broken markup in a package": ("DOCX", packed(**{"word/document.xml": "<w:p>"})),
    "an entity that grows": (
        "DOCX",
        packed(**{"word/document.xml": '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'}),
    ),
    "a package that unpacks without end": ("OFD", packed(**{"Doc_0/Pages/Page_0/Content.xml": "\0" * (64 << 20)})),
    "no text": ("TXT", b"\0\1\2\3" * 9),
}


@pytest.mark.parametrize(("found", "content"), BAD.values(), ids=BAD)
def test_what_cannot_be_opened_is_refused(tmp_path: Path, found: str, content: bytes) -> None:
    with pytest.raises(ArchivesError):
        pages_of(kept(tmp_path, content), "坏", found)


@settings(max_examples=150)
@given(st.sampled_from(["OFD", "DOCX", "TXT", "HTML", "DXF", "XLSX", "CSV"]), st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, found: str, content: bytes) -> None:
    path = kept(tmp_path_factory.mktemp("bytes"), content)
    try:
        pages = pages_of(path, "任意", found)
    except ArchivesError:
        return
    assert all(isinstance(page, str) and "\f" not in page and "\0" not in page for page in pages)


def test_a_file_that_ends_the_reader_costs_itself_alone(tmp_path: Path) -> None:
    path = kept(tmp_path, "浇筑".encode())
    with Apart() as apart:
        assert apart.pages_of(path, "一", "TXT") == ["浇筑"]
        assert apart._process is not None
        apart._process.kill()
        assert apart.pages_of(path, "二", "TXT") is None
        assert apart.pages_of(path, "三", "TXT") == ["浇筑"]
        assert apart.pages_of(kept(tmp_path, b"%PDF"), "四", "PDF") is None
        assert apart.pages_of(tmp_path / "none", "五", "TXT") is None


def test_a_file_that_holds_the_reader_up_is_given_up(tmp_path: Path) -> None:
    with Apart(patience=0.0) as apart:
        assert apart.pages_of(kept(tmp_path, "浇筑".encode()), "一", "TXT") is None
