"""The records clerk's own list."""

from pathlib import Path

import pytest

from archives.accession.formats.read import read_list
from archives.accession.formats.shape import TransferList, VolumeKey
from archives.core.language import msg
from archives.core.problems import Place, Problem
from archives.core.sheets.marked import write_marked
from tests.core.sheets.workbooks import read

TEXT = """项目地点,:,某路1号,,,
建设单位,:,某建设公司,,,
施工许可证号,:,,,,
单体序号,:,1号楼,,,
开工日期,:,20080501,,,

准备阶段文件,0,,,,
项目建议书,1,12,20080501,发改〔2008〕1号,某发改委
可研报告,13,20,20080601,,
施工文件,0
隐蔽工程检查（验收）记录及报验单,1,5,20080701,T-1,
隐蔽工程检查（验收）记录及报验单,6,9,20080702,T-2,某监理
乱,行
"""


def _read(folder: Path, text: str = TEXT, unit: str | None = None, encoding: str = "gbk") -> TransferList:
    path = folder / "资料.csv"
    path.write_bytes(text.replace("\n", "\r\n").encode(encoding))
    return read_list(path, path.name, unit)


@pytest.mark.parametrize("encoding", ["gbk", "utf-8", "utf-8-sig"])
def test_facts_volumes_and_items(tmp_path: Path, encoding: str) -> None:
    found = _read(tmp_path, encoding=encoding)
    assert found.project is not None
    assert found.project.values == {
        "address": "某路1号",
        "client": "某建设公司",
        "unit": "1号楼",
        "started_on": "20080501",
    }
    assert [volume.values for volume in found.volumes] == [
        {"unit": "1号楼", "volume_no": "1", "title": "准备阶段文件"},
        {"unit": "1号楼", "volume_no": "2", "title": "施工文件"},
    ]
    assert [item.volume for item in found.items] == [VolumeKey("1号楼", "1")] * 2 + [VolumeKey("1号楼", "2")] * 2
    assert found.items[0].values == {
        "unit": "1号楼",
        "volume_no": "1",
        "sequence": 1,
        "title": "项目建议书",
        "page_from": "1",
        "page_to": "12",
        "formed_on": "20080501",
        "document_no": "发改〔2008〕1号",
        "responsible": "某发改委",
    }


def test_who_is_responsible_is_the_client_unless_the_line_says_otherwise(tmp_path: Path) -> None:
    found = _read(tmp_path)
    assert [item.values["responsible"] for item in found.items] == ["某发改委", "某建设公司", "某建设公司", "某监理"]


def test_the_chosen_unit_works_win(tmp_path: Path) -> None:
    assert {volume.values["unit"] for volume in _read(tmp_path, unit="2号楼").volumes} == {"2号楼"}


def test_lines_that_make_no_sense_are_told_with_their_row(tmp_path: Path) -> None:
    found = _read(tmp_path, TEXT.replace("准备阶段文件,0,,,,\n", ""))
    places = [problem.place for problem in found.problems]
    assert places == [Place("资料", row) for row in (7, 8, 12)]
    assert {problem.code for problem in found.problems} == {"line.not_understood"}


def test_the_list_can_be_given_back_with_its_faults_marked(tmp_path: Path) -> None:
    found = _read(tmp_path)
    place = found.items[0].at("formed_on")
    assert place == Place("资料", 8, "日期")
    write_marked(tmp_path / "x.xlsx", found.sheets, found.headers, [Problem("x", msg("Row"), "formed_on", place=place)])
    listing, copy = read(tmp_path / "x.xlsx")
    assert copy.rows == found.sheets[0].rows
    assert listing.rows[1].cells[:3] == ["资料", "8", "日期"]


def test_an_ordinary_list_is_no_clerks_list(tmp_path: Path) -> None:
    found = _read(tmp_path, "案卷号,案卷题名,备注\n1,基础,:\n")
    assert [volume.values["title"] for volume in found.volumes] == ["基础"]
