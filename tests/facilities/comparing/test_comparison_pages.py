"""Side by side: years, areas, classes and editions; what is not known stays unknown; nobody else sees it."""

import re
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from archives.core.actors import Actor, Role
from archives.core.backend import Backend
from archives.facilities import service
from archives.facilities.comparing import asking
from archives.facilities.reading import Reader
from archives.facilities.return_lists import SHIPPED
from tests.facilities.results.test_result_pages import COUNTY, EMPTY, FIRST, OTHER, PROVINCE, SECOND, THIRD
from tests.visitors import SignInAs, Visitor

COMPARE = "/facilities/compare?region=510000"
SMALLER = {**FIRST, "floor_area_m2": 2000}


@pytest.fixture
def region(backend: Backend, operator: Actor) -> Backend:
    """A province with four cities; in 2024 one of them had less room, and for 2025 another has filed nothing."""
    read = Reader.of(SHIPPED)
    rows = [{**area, "year": 2024} for area in (PROVINCE, OTHER, SMALLER, SECOND, THIRD, EMPTY, COUNTY)]
    rows += [{**area, "year": 2025} for area in (PROVINCE, OTHER, FIRST, THIRD, EMPTY, COUNTY)]
    with backend.writing() as session:
        assert service.receive(session, operator, [read.entry(row) for row in rows]).is_sound
    return backend


@pytest.fixture
def bureau(region: Backend, sign_in_as: SignInAs) -> Visitor:  # the pages of that region
    """Somebody of the competent authority."""
    return sign_in_as(Role.AUTHORITY)


def columns(page: str) -> list[str]:
    """The heads of the table."""
    head = page.split('id="compared"')[1].split("</thead>", maxsplit=1)[0]
    return [re.sub(r"<[^>]+>", "", one).strip() for one in re.findall(r"<th[^>]*>(.*?)</th>", head)][1:]


def cells(page: str, target: str, scope: str) -> list[str]:
    """One row of the table, each cell as a reader reads it."""
    rows = page.split('id="compared"')[1].split("</tbody>", maxsplit=1)[0].split("<tr>")
    row = next(one for one in rows if f"<strong>{target}</strong>" in one and f'"cell-note">{scope} ·' in one)
    found = re.findall(r'<td class="is-number">(.*?)</td>', row, re.DOTALL)
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", one)).strip() for one in found]


def test_years_stand_side_by_side_and_what_was_not_filed_is_unknown(bureau: Visitor) -> None:
    page = bureau.get(COMPARE).text
    assert columns(page) == ["2024", "2025"], "no year before the first that was filed"
    assert cells(page, "T9", "大城市") == [
        "0.0–33.3 % 0 / 3 · 1 个不明 未达标",
        "33.3–100.0 % 1 / 3 · 2 个不明 不明 ±0 … +100.0 个百分点",
    ]
    longer = bureau.get(f"{COMPARE}&from=2023&to=2025&against=previous").text
    assert columns(longer) == ["2023", "2024", "2025"]
    assert cells(longer, "T9", "大城市")[0] == "不明 0 / 3 · 3 个不明", "a year without returns is unknown, not zero"
    assert columns(bureau.get(f"{COMPARE}&from=2025&to=2024").text) == ["2024", "2025"]


def test_areas_below_stand_side_by_side(bureau: Visitor) -> None:
    page = bureau.get(f"{COMPARE}&by=areas&year=2024").text
    assert columns(page)[:4] == ["甲市510100", "乙市510200", "丙市510300", "丁市510400"]
    assert cells(page, "T2a", "全部")[:4] == [
        "100.0 % 1 / 1 达标",
        "100.0 % 1 / 1 达标 ±0 个百分点",
        "100.0 % 1 / 1 达标 ±0 个百分点",
        "0.0 % 0 / 1 未达标 −100.0 个百分点",
    ]
    assert cells(page, "T9", "大城市")[2:4] == ["不明 0 / 1 · 1 个不明", "不适用"]
    assert columns(bureau.get("/facilities/compare?by=areas").text) == ["他省320000", "某省510000"]
    assert "没有可对比的内容" in bureau.get("/facilities/compare?by=areas&region=510121").text


def test_a_cell_leads_to_its_areas_and_a_head_to_its_region(bureau: Visitor) -> None:
    page = bureau.get(f"{COMPARE}&by=areas&year=2024").text
    assert 'href="/facilities?year=2024&amp;region=510200"' in page
    list_of = bureau.get("/facilities/behind?year=2024&region=510200&target=T9&scope=large&verdict=missed")
    assert "/facilities/behind?year=2024&amp;region=510200&amp;target=T9&amp;scope=large&amp;verdict=missed" in page
    assert "乙市" in list_of.text
    assert 'href="/facilities/compare?year=2025&amp;region=510000"' in bureau.get("/facilities?region=510000").text


def test_classes_stand_side_by_side_and_their_lists_hold_only_them(bureau: Visitor) -> None:
    page = bureau.get(f"{COMPARE}&by=classes&year=2024").text
    assert columns(page) == ["大城市", "县"]
    assert cells(page, "T3a", "全部") == ["不适用", "100.0 % 1 / 1 达标"]
    assert "class=county" in page
    behind = "/facilities/behind?year=2024&region=510000&target=T6&scope=all&verdict=met"
    assert "戊县" in bureau.get(f"{behind}&class=county").text
    assert "甲市" not in bureau.get(f"{behind}&class=county").text
    assert bureau.get(f"{behind}&class=nothing").status_code == 404
    other = bureau.get(f"{COMPARE}&by=classes&year=2024&scheme=sc_2014").text
    assert columns(other) == ["中等城市", "县"]


def test_editions_say_where_they_differ(bureau: Visitor) -> None:
    alone = bureau.get(f"{COMPARE}&by=editions&year=2024").text
    assert "没有判定相同指标的其他版本" in alone
    told = {"base": "plan_2006", "code": "jia_2026", "name": "甲省", "valid_from": "2026-01-01", "reason": "低"}
    numbers = {"number-T9.large": "2300", "number-T9.pooled": "75"}
    assert bureau.send("/facilities/standards/new", told | numbers).status_code == 303
    page = bureau.get(f"{COMPARE}&by=editions&year=2024").text
    assert columns(page) == ["“十一五”规划指标（2006）", "甲省"]
    assert cells(page, "T9", "大城市") == [
        "0.0–33.3 % 0 / 3 · 1 个不明 未达标",
        "33.3–66.7 % 1 / 3 · 1 个不明 未达标 ±0 … +66.7 个百分点",
    ]
    assert "T9 馆库面积（大城市）：“十一五”规划指标（2006）为 ≥ 3000 平方米 · 甲省为 ≥ 2300 平方米" in page
    assert "甲省为 ≥ 75 %" in page
    large = page.split('"cell-note">大城市 ·')[1].split("</th>")[0]
    assert "要求 ≥ 70 %" in large, "the rate that both ask for is still told"
    assert page.count("要求不同：") >= 3, "the pooled rate's own number and what it counts, and the class"
    assert columns(bureau.get(f"{COMPARE}&by=editions&year=2024&edition=jia_2026").text)[0] == "甲省"


def test_a_comparison_can_be_taken_away(bureau: Visitor) -> None:
    answer = bureau.get("/facilities/compare/comparison.xlsx?region=510000&from=2023&to=2025")
    book = CalamineWorkbook.from_filelike(BytesIO(answer.data))
    side, numbers = (book.get_sheet_by_name(name).to_python() for name in book.sheet_names)
    row = next(one for one in side if one[0] == "T9" and one[2] == "大城市")
    assert row[4:] == ["不明", "0.0–33.3 %", "33.3–100.0 %"]
    assert side[0][4] == "2023：达标率（%）"
    large = [one for one in numbers if one[0] == "T9" and one[2] == "大城市"]
    assert [one[4:9] for one in large] == [["2023", 0, 3, 3, ""], ["2024", 0, 3, 1, 0], ["2025", 1, 3, 2, 33.3]]
    assert [one[11] for one in large] == ["不明", "未达标", "不明"]


def test_the_chart_shows_one_rate_with_its_table(bureau: Visitor) -> None:
    page = bureau.get(f"{COMPARE}&rate=T9.large").text
    assert page.count("data-chart=") == 1
    assert '<option value="T9.large" selected' in page
    table = page.split('class="chart-table"')[1]
    assert "33.3" in table
    assert bureau.get(f"{COMPARE}&rate=nonsense").status_code == 200


def test_statements_follow_neither_columns_nor_areas(bureau: Visitor, statements: list[str]) -> None:
    def sent(path: str) -> int:
        statements.clear()
        assert bureau.get(path).status_code == 200
        return len(statements)

    for kind in asking.KINDS:
        assert sent(f"{COMPARE}&by={kind}") <= 15, kind
    assert sent(f"{COMPARE}&from=2025&to=2025") == sent(f"{COMPARE}&from=2016&to=2025")
    assert sent(f"{COMPARE}&by=areas") == sent("/facilities/compare?by=areas&region=510100")


def test_more_columns_than_there_is_room_for_are_told(bureau: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    page = bureau.get(f"{COMPARE}&from=1999&to=2025").text
    assert columns(page) == [str(year) for year in range(2016, 2026)]
    assert "最多并列 10 列，另有 17 列未显示" in page
    monkeypatch.setattr(asking, "MOST", {**asking.MOST, "areas": 2})
    some = bureau.get(f"{COMPARE}&by=areas").text
    assert columns(some) == ["甲市510100", "乙市510200"]


@pytest.mark.parametrize(
    "query",
    [
        "by=nothing",
        "against=nothing",
        "from=abcd",
        "to=２０２４",
        "from=-999",
        "edition=x",
        "scheme=x",
        "region=999999",
    ],
)
def test_an_address_that_names_nothing_is_not_found(bureau: Visitor, query: str) -> None:
    assert bureau.get(f"/facilities/compare?{query}").status_code == 404
    assert bureau.get(f"/facilities/compare/comparison.xlsx?{query}").status_code == 404


def test_who_may_compare(region: Backend, sign_in_as: SignInAs) -> None:
    for path in (COMPARE, "/facilities/compare/comparison.xlsx"):
        for role in (Role.AUTHORITY, Role.DIRECTOR, Role.COUNTER):
            assert sign_in_as(role).get(path).status_code == 200, role
        for role in (Role.ENGINEER, Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN):
            assert sign_in_as(role).get(path).status_code == 403, role


@pytest.mark.parametrize("kind", asking.KINDS)
def test_an_empty_register_says_what_to_do(sign_in_as: SignInAs, kind: str) -> None:
    page = sign_in_as(Role.AUTHORITY).get(f"/facilities/compare?by={kind}")
    assert page.status_code == 200
    assert "没有可对比的内容" in page.text
