"""The hand-over package in XML."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archives.accession.formats.read import read_list
from archives.accession.formats.shape import TransferList, VolumeKey
from archives.core.errors import ArchivesError, TooLargeError, UnreadableFileError
from archives.core.language import msg
from archives.core.problems import Problem
from archives.core.sheets.limits import Limits
from archives.core.sheets.marked import write_marked
from tests.core.sheets.workbooks import read

PACKAGE = """<?xml version="1.0" encoding="{encoding}"?>
<电子文件信息>
 <项目 Id="1" Xmmc="某安置房" Xmdd="某路1号" Jsdw="某建设公司" Ghxkzh="建字第1号" Yjdw="某建设公司" Key="k">
  <单位工程 Gcmc="1号楼" Gcdh="G-1" Sgdw="某施工公司" Kgrq="2008/05/01" Jgrq="2009/06/01" Jzmj="1200.5" Dscs="6">
   <移交目录><移交内容 Id="1" Name="立项文件" Sequence="1"/></移交目录>
   <案卷 Ajh="1" Ajtm="准备阶段文件" Bzdw="某建设公司" JnwjQssj="2008/05/01" JnwjZzsj="2008/07/01"
     Bgqx="永久" Mj="秘密" Ljr="张三">
    <文件 Wjtm="项目建议书" Wth="发改〔2008〕1号" Zrz="某发改委" Xcsj="2008/05/01" Qsy="1" Zzy="12" Sl="1" Wb="原件"
      ERecordPath="1号楼\\a.pdf" Md5="abc"/>
    <文件 Wjtm="可研报告" Xcsj="2008/06/01" Qsy="13" Zzy="20"/>
   </案卷>
  </单位工程>
  <单位工程 Gcmc="2号楼">
   <案卷 Ajh="1" Ajtm="施工文件"><文件 Wjtm="图纸会审" Qsy="1"/></案卷>
  </单位工程>
 </项目>
</电子文件信息>"""


def _read(path: Path, text: str = PACKAGE, encoding: str = "gb2312", limits: Limits | None = None) -> TransferList:
    file = path / "移交.xml"
    file.write_bytes(text.replace("{encoding}", encoding).encode("gb18030" if encoding.startswith("gb") else encoding))
    return read_list(file, file.name, limits=limits or Limits())


@pytest.mark.parametrize("encoding", ["gb2312", "gbk", "GB18030", "utf-8", "utf-8-sig"])
def test_a_package_becomes_volumes_and_items_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    found = _read(tmp_path, encoding=encoding)
    assert found.project is not None
    assert found.project.values["client"] == "某建设公司"
    assert [unit.values["name"] for unit in found.units] == ["1号楼", "2号楼"]
    assert found.units[0].values["floor_area"] == "1200.5"
    first, second = found.volumes
    assert first.values == {
        "unit": "1号楼",
        "volume_no": "1",
        "title": "准备阶段文件",
        "compiled_by": "某建设公司",
        "start_date": "2008/05/01",
        "end_date": "2008/07/01",
        "retention": "永久",
        "secrecy": "秘密",
        "filed_by": "张三",
    }
    assert (second.values["unit"], second.place.row) == ("2号楼", 3)
    assert [item.volume for item in found.items] == [
        VolumeKey("1号楼", "1"),
        VolumeKey("1号楼", "1"),
        VolumeKey("2号楼", "1"),
    ]
    assert [item.values["sequence"] for item in found.items] == [1, 2, 1]
    assert found.items[0].values["draft_state"] == "原件"
    assert found.items[0].values["file_path"] == "1号楼\\a.pdf"


def test_what_the_declaration_says_of_the_encoding_is_not_believed(tmp_path: Path) -> None:
    path = tmp_path / "x.xml"
    path.write_bytes(PACKAGE.replace("{encoding}", "gb2312").encode())
    assert len(read_list(path, "x.xml").items) == 3


def test_the_package_can_be_given_back_with_its_faults_marked(tmp_path: Path) -> None:
    found = _read(tmp_path)
    place = found.items[1].at("responsible")
    write_marked(
        tmp_path / "x.xlsx", found.sheets, found.headers, [Problem("x", msg("Row"), "responsible", place=place)]
    )
    listing, volumes, items, units = read(tmp_path / "x.xlsx")
    assert listing.rows[1].cells[:3] == ["文件", "3", "责任者"]
    assert [len(sheet.rows) for sheet in (volumes, items, units)] == [3, 4, 3]
    assert items.rows[place.row - 1 if place.row else 0].cells[:2] == ["1号楼", "1"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (PACKAGE.replace("</项目>", ""), "is damaged"),
        (PACKAGE.replace("电子文件信息", "其他信息"), "is an XML file"),
        ("<a>电子文件信息</a>", "no hand-over package"),
        ("<电子文件信息/>", "holds 0 projects"),
        ("<电子文件信息><项目/><项目/></电子文件信息>", "holds 2 projects"),
        ('<!DOCTYPE a [<!ENTITY e "x">]><电子文件信息><项目 Xmmc="&e;"/></电子文件信息>', "is damaged"),
    ],
)
def test_what_is_no_package_is_refused(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(UnreadableFileError, match=sentence):
        _read(tmp_path, text)


def test_a_package_is_limited_as_a_list_is(tmp_path: Path) -> None:
    for limits in (Limits(rows=4), Limits(file_bytes=100)):
        with pytest.raises(TooLargeError):
            _read(tmp_path, limits=limits)


@settings(max_examples=100)
@given(st.data())
def test_a_damaged_package_is_read_or_refused_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    content = bytearray(PACKAGE.replace("{encoding}", "utf-8").encode())
    for _ in range(data.draw(st.integers(0, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.mktemp("package") / "x.xml"
    path.write_bytes(content[: data.draw(st.integers(1, len(content)))])
    try:
        found = read_list(path, "x.xml")
    except ArchivesError:
        return
    assert found.sheets
