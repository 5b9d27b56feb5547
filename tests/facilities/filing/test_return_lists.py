"""The year's list, who is late, and lists that are looked over before they are taken in."""

import json
import re
from io import BytesIO
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select

from archives.core.actors import Actor, Role
from archives.core.backend import Backend
from archives.facilities.models import YearlyReturn
from tests.facilities.filing.conftest import COUNTY, bring
from tests.visitors import SignInAs, Visitor

HERE = "/facilities/returns"
FIRST = {"code": "510123", "year": 2025, "staff": 4, "floor_area_m2": 380, "computerised": False}
SECOND = {**COUNTY, "code": "510126", "name": "己县", "year": 2025, "staff": 3, "technical_staff": 5}


def counts(page: str) -> dict[str, str]:
    """The tiles on top: label to number."""
    tiles = re.findall(r'class="stat-label">(?:<a[^>]*>)?([^<]+)(?:</a>)?</p>\s*<p class="stat-value">([\d,]+)', page)
    return dict(tiles)


def file(rows: Any, name: str = "returns.json") -> dict[str, Any]:
    content = rows if isinstance(rows, bytes) else json.dumps(rows, ensure_ascii=False).encode()
    return {"list": (BytesIO(content), name)}


def returns_of(backend: Backend, year: int) -> int:
    with backend.reading() as session:
        return session.scalar(select(func.count()).where(YearlyReturn.year == year)) or 0


def took(page: str) -> dict[str, str]:
    """What the button under a checked list would send."""
    return dict(re.findall(r'name="(sha256|name|sound_only)" value="([^"]*)"', page))


def test_the_list_has_everybody_who_should_file(bureau: Visitor) -> None:
    page = bureau.get(f"{HERE}?year=2024").text
    assert counts(page) == {"未报": "1", "草稿": "0", "已上报": "0", "已审核": "1", "已退回": "0"}
    assert "甲市城市建设档案馆" in page
    assert "陈填报" in page
    assert "丙县" in page
    assert "丁县" not in page, "has nothing that could file"
    assert "2 个行政区未说明是否设有档案机构" in page, "the province and a county that never told"
    only = bureau.get(f"{HERE}?year=2024&state=accepted").text
    assert "甲市" in only
    assert "丙县" not in only
    assert "丙县" in bureau.get(f"{HERE}?year=2024&state=none").text
    assert counts(bureau.get(f"{HERE}?year=2024&region=510123").text)["已审核"] == "0"


def test_without_a_year_the_newest_is_shown(bureau: Visitor) -> None:
    assert "2024 年年报" in bureau.get(HERE).text


def test_those_who_have_not_filed(region: Backend, operator: Actor, bureau: Visitor) -> None:
    page = bureau.get(f"{HERE}/late?year=2025").text
    assert "甲市" in page
    assert "甲市住房和城乡建设局" in page
    assert "丙县" in page
    assert "丁县" not in page
    bring(region, operator, FIRST)
    assert "丙县" not in bureau.get(f"{HERE}/late?year=2025").text
    bureau.send(f"{HERE}/510100/2025/edit", {"staff": "30"})
    assert "草稿" in bureau.get(f"{HERE}/late?year=2025").text, "a draft is not filed yet"
    book = CalamineWorkbook.from_filelike(BytesIO(bureau.get(f"{HERE}/late.xlsx?year=2025").data))
    rows = book.get_sheet_by_index(0).to_python()
    assert [row[0] for row in rows] == ["区划代码", "510100"] or rows[1][0] == "510100"
    assert len(rows) == 2
    assert "已全部报送" in bureau.get(f"{HERE}/late?year=2025&region=510124").text


def test_an_empty_register_says_what_to_do(sign_in_as: SignInAs) -> None:
    page = sign_in_as(Role.AUTHORITY).get(HERE)
    assert page.status_code == 200
    assert "请下载空表" in page.text
    assert "/facilities/returns/import" in page.text


def test_a_list_is_checked_then_taken(region: Backend, bureau: Visitor) -> None:
    checked = bureau.send(f"{HERE}/import", file([FIRST, {**SECOND, "technical_staff": 2}]))
    assert checked.status_code == 200
    assert list(counts(checked.text).values()) == ["2", "2", "0", "0", "0"]
    assert "全部导入" in checked.text
    assert returns_of(region, 2025) == 0, "nothing is stored by looking"
    assert bureau.send(f"{HERE}/import/take", took(checked.text)).status_code == 303
    assert returns_of(region, 2025) == 2
    again = bureau.send(f"{HERE}/import", file([FIRST, {**SECOND, "technical_staff": 2}]))
    assert "导入不会产生任何变化" in again.text
    assert "全部导入" not in again.text


def test_the_sound_rows_alone(region: Backend, bureau: Visitor) -> None:
    checked = bureau.send(f"{HERE}/import", file([FIRST, SECOND]))
    assert "technical_staff" in checked.text, "the cell of the fault"
    assert "只导入无误的行" in checked.text
    sent = took(checked.text)
    everything = bureau.send(f"{HERE}/import/take", {**sent, "sound_only": ""})
    assert everything.status_code == 422
    assert returns_of(region, 2025) == 0
    assert bureau.send(f"{HERE}/import/take", sent).status_code == 303
    assert returns_of(region, 2025) == 1
    assert bureau.send(f"{HERE}/import/take", sent).status_code == 404, "the upload is gone once it is taken"


def test_the_template_comes_back(region: Backend, bureau: Visitor) -> None:
    template = bureau.get(f"{HERE}/template.xlsx")
    assert template.status_code == 200
    empty = bureau.send(f"{HERE}/import", file(template.data, "年报表.xlsx"))
    assert empty.status_code == 200
    assert "全部导入" not in empty.text


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "empty.csv"),
        (b"{", "broken.json"),
        (b"[]", "nothing.json"),
        (b"[1,2]", "numbers.json"),
        (b"\x00\x01\x02", "x.xlsx"),
        (b"a,b\n1,2\n", "other.csv"),
    ],
)
def test_what_is_no_list_is_refused_in_words(region: Backend, bureau: Visitor, content: bytes, name: str) -> None:
    answer = bureau.send(f"{HERE}/import", file(content, name))
    assert answer.status_code in {200, 422}
    assert "全部导入" not in answer.text
    assert returns_of(region, 2025) == 0


def test_nothing_chosen_and_nothing_kept(bureau: Visitor) -> None:
    assert bureau.send(f"{HERE}/import").status_code == 422
    for sha256 in ("", "../../etc/passwd", "0" * 64):
        assert bureau.send(f"{HERE}/import/take", {"sha256": sha256, "name": "x.json"}).status_code == 404


def test_a_director_registers_no_area_by_a_list(region: Backend, director: Visitor) -> None:
    checked = director.send(f"{HERE}/import", file([{**SECOND, "technical_staff": 2}]))
    assert director.send(f"{HERE}/import/take", took(checked.text)).status_code == 403
    assert returns_of(region, 2025) == 0
